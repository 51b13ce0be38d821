"""Reports: a frozen snapshot of figures and rows, and the files written from it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.accounts.models import User
from campaign.db import Base, Timestamped
from campaign.programmes.models import Owned
from campaign.storage import Asset


class Report(Timestamped, Owned, Base):
    """One report as it was when it was made (A17); `snapshot` never changes, later facts make a later one.

    `month` is that of a monthly report, as 2024-09.
    """

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("programme_id", "kind", "number"),
        CheckConstraint(
            "kind in ('monthly', 'execution', 'summary', 'performance', 'acceptance')", name="kind"
        ),
        CheckConstraint("(kind = 'monthly') = (month is not null)", name="month"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]
    month: Mapped[str | None] = mapped_column(String(7))
    as_of: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    snapshot: Mapped[dict[str, Any]] = mapped_column(info={"unaudited": True})
    snapshot_sha256: Mapped[str] = mapped_column(String(64))

    made_by: Mapped[User | None] = relationship()
    files: Mapped[list[ReportFile]] = relationship(
        back_populates="report", cascade="all, delete-orphan", order_by="ReportFile.id", lazy="selectin"
    )

    def file(self, form: str) -> ReportFile | None:
        """The docx, pdf or xlsx, where it has been written."""
        return next((f for f in self.files if f.form == form), None)


class ReportFile(Timestamped, Base):
    """One written form of a report."""

    __tablename__ = "report_file"
    __table_args__ = (UniqueConstraint("report_id", "form"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"))
    form: Mapped[str] = mapped_column(String(10))
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))

    report: Mapped[Report] = relationship(back_populates="files")
    asset: Mapped[Asset] = relationship()


class ReportTemplate(Timestamped, Owned, Base):
    """One version of the words a report begins with, as a Word file; the highest number holds.

    Going back to an older version, or to the words of the house (no file), makes a new version, so that
    nothing is lost.
    """

    __tablename__ = "report_template"
    __table_args__ = (
        UniqueConstraint("programme_id", "kind", "number"),
        CheckConstraint(
            "kind in ('monthly', 'execution', 'summary', 'performance', 'acceptance')", name="kind"
        ),
        CheckConstraint("number >= 1", name="number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    file_name: Mapped[str] = mapped_column(String(255), default="")
    note: Mapped[str] = mapped_column(String(200), default="")
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    asset: Mapped[Asset | None] = relationship()
    made_by: Mapped[User | None] = relationship()
