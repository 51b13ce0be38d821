"""Acceptance packages: one archive with every deliverable and its proofs (A16, A17)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.accounts.models import User
from campaign.db import Base, Timestamped
from campaign.documents.models import Report
from campaign.programmes.models import Owned
from campaign.storage import Asset


class AcceptancePackage(Timestamped, Owned, Base):
    """One package, made of a frozen acceptance report; `tree` lists its members once it is made."""

    __tablename__ = "acceptance_package"
    __table_args__ = (UniqueConstraint("programme_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    with_clips: Mapped[bool] = mapped_column(default=True)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    files: Mapped[int | None]
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    tree: Mapped[list[Any] | None] = mapped_column(info={"unaudited": True})
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))

    report: Mapped[Report] = relationship()
    made_by: Mapped[User | None] = relationship()
    asset: Mapped[Asset | None] = relationship()
