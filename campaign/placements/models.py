"""Outlets and the pieces they published."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.cases.models import Case
from campaign.db import Base, Timestamped
from campaign.programmes.models import Owned
from campaign.storage import Asset


class Outlet(Timestamped, Base):
    """A medium of the common registry.

    Whether it is authoritative is a fact with dates and a list behind it, never a tick box (A11, B2).
    """

    __tablename__ = "outlet"
    __table_args__ = (
        CheckConstraint(
            "level in ('central', 'industry', 'provincial', 'municipal', 'county', 'enterprise', 'self')",
            name="level",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    level: Mapped[str] = mapped_column(String(20), index=True)
    region: Mapped[str] = mapped_column(String(60), default="")
    homepage: Mapped[str] = mapped_column(String(300), default="")
    authoritative_from: Mapped[date | None]
    authoritative_until: Mapped[date | None]
    authoritative_list: Mapped[str] = mapped_column(String(200), default="")


placement_case = Table(
    "placement_case",
    Base.metadata,
    Column("placement_id", ForeignKey("placement.id", ondelete="CASCADE"), primary_key=True),
    Column("case_id", ForeignKey("case_record.id"), primary_key=True, index=True),
)


class Placement(Timestamped, Owned, Base):
    """One piece published by one outlet; which target it counts for is worked out, not stored (A11, B2)."""

    __tablename__ = "placement"
    __table_args__ = (
        CheckConstraint("kind in ('report', 'comprehensive', 'broadcast', 'repost')", name="kind"),
        Index(
            "uq_placement_programme_id_address_key",
            "programme_id",
            "address_key",
            unique=True,
            sqlite_where=text("address_key <> ''"),
            postgresql_where=text("address_key <> ''"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"), index=True)
    title: Mapped[str] = mapped_column(String(300))
    address: Mapped[str] = mapped_column(String(1000), default="")
    address_key: Mapped[str] = mapped_column(String(1000), default="")
    published_on: Mapped[date] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text, default="")
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    evidence_name: Mapped[str] = mapped_column(String(255), default="")

    outlet: Mapped[Outlet] = relationship(lazy="joined")
    evidence: Mapped[Asset | None] = relationship()
    cases: Mapped[list[Case]] = relationship(secondary=placement_case, order_by=Case.title)
