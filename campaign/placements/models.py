"""Pieces that outlets published, their evidence, their copies, and pieces that are planned."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.accounts.models import User
from campaign.cases.models import Case
from campaign.db import Base, Timestamped
from campaign.outlets.models import Outlet
from campaign.programmes.models import Owned
from campaign.storage import Asset

__all__ = [
    "CoverageBook",
    "Outlet",
    "Placement",
    "PlacementEvidence",
    "PlacementGroup",
    "PlannedPiece",
    "PublicityPhase",
]

placement_case = Table(
    "placement_case",
    Base.metadata,
    Column("placement_id", ForeignKey("placement.id", ondelete="CASCADE"), primary_key=True),
    Column("case_id", ForeignKey("case_record.id"), primary_key=True, index=True),
)

# Triggers of the database write here whenever something changes that coverage is counted from, whoever
# writes it and however; `standing.py` keeps sums as long as these tokens stay the same.
coverage_change = Table(
    "coverage_change",
    Base.metadata,
    Column("writer", BigInteger, primary_key=True, autoincrement=False),
    Column("token", String(32), nullable=False),
)


class PlacementGroup(Timestamped, Owned, Base):
    """One report in several placements: the piece and its syndicated copies (B2).

    A group has at least two members; the verb that takes the last but one out deletes it.
    """

    __tablename__ = "placement_group"

    id: Mapped[int] = mapped_column(primary_key=True)


class Placement(Timestamped, Owned, Base):
    """One piece published by one outlet; which target it counts for is worked out, not stored (A11, B2).

    `channel` is where the outlet published it: its web, client and account are separate uses of one outlet.
    `other_address` is a second address of the same piece, such as a short link. `removed_on` is the day on
    which it was seen to be gone. `excerpt` is the beginning of its text where the server could read it;
    copies are told by it. `group_reason` is empty while the machine decides whose copy a piece is, and says
    why once a person has decided. `evidence_id` is the first of `files`, so that counting needs no join.
    """

    __tablename__ = "placement"
    __table_args__ = (
        CheckConstraint("kind in ('report', 'comprehensive', 'broadcast', 'repost')", name="kind"),
        CheckConstraint(
            "channel in ('web', 'client', 'account', 'video_account', 'print', 'radio', 'television', "
            "'live')",
            name="channel",
        ),
        Index(
            "uq_placement_programme_id_address_key",
            "programme_id",
            "address_key",
            unique=True,
            sqlite_where=text("address_key <> ''"),
            postgresql_where=text("address_key <> ''"),
        ),
        Index(
            "uq_placement_programme_id_other_address_key",
            "programme_id",
            "other_address_key",
            unique=True,
            sqlite_where=text("other_address_key <> ''"),
            postgresql_where=text("other_address_key <> ''"),
        ),
        # All that counting and paging ask of a piece, so that 20,000 of them are counted without their rows.
        Index(
            "ix_placement_counting",
            *("programme_id", "published_on", "outlet_id", "owner_id", "group_id"),
            *("kind", "channel", "evidence_id", "removed_on"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"), index=True)
    channel: Mapped[str] = mapped_column(String(20), default="web", server_default="web")
    slot: Mapped[str] = mapped_column(String(120), default="", server_default="")
    title: Mapped[str] = mapped_column(String(300))
    author: Mapped[str] = mapped_column(String(60), default="", server_default="")
    address: Mapped[str] = mapped_column(String(1000), default="")
    address_key: Mapped[str] = mapped_column(String(1000), default="")
    other_address: Mapped[str] = mapped_column(String(1000), default="", server_default="")
    other_address_key: Mapped[str] = mapped_column(String(1000), default="", server_default="")
    published_on: Mapped[date] = mapped_column(index=True)
    removed_on: Mapped[date | None]
    kind: Mapped[str] = mapped_column(String(20))
    excerpt: Mapped[str] = mapped_column(Text, default="", server_default="", info={"unaudited": True})
    note: Mapped[str] = mapped_column(Text, default="")
    group_id: Mapped[int | None] = mapped_column(ForeignKey("placement_group.id"), index=True)
    group_reason: Mapped[str] = mapped_column(String(300), default="", server_default="")
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    evidence_name: Mapped[str] = mapped_column(String(255), default="")

    outlet: Mapped[Outlet] = relationship(lazy="joined")
    evidence: Mapped[Asset | None] = relationship()
    cases: Mapped[list[Case]] = relationship(secondary=placement_case, order_by=Case.title)
    files: Mapped[list[PlacementEvidence]] = relationship(
        back_populates="placement", cascade="all, delete-orphan", order_by="PlacementEvidence.id"
    )


class PlacementEvidence(Timestamped, Base):
    """One file that proves a piece, who added it and when; the file itself is known by its sha-256 (A17)."""

    __tablename__ = "placement_evidence"
    __table_args__ = (
        CheckConstraint("kind in ('screenshot', 'pdf', 'photo', 'video')", name="kind"),
        UniqueConstraint("placement_id", "asset_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id", ondelete="CASCADE"), index=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    name: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(20))
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    placement: Mapped[Placement] = relationship(back_populates="files")
    asset: Mapped[Asset] = relationship(lazy="joined")
    added_by: Mapped[User | None] = relationship()


class PublicityPhase(Timestamped, Base):
    """A part of the publicity plan with its days, as the lead of the programme has set them (A10, B1).

    It holds for everybody who works in the programme, cities too, so it has no owner of its own.
    """

    __tablename__ = "publicity_phase"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="period"),
        CheckConstraint("title <> ''", name="title"),
        UniqueConstraint("programme_id", "title"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    title: Mapped[str] = mapped_column(String(60))
    starts_on: Mapped[date]
    ends_on: Mapped[date]


class PlannedPiece(Timestamped, Owned, Base):
    """A piece that is wanted, at which outlet and by when; a logged one fulfils it (A10)."""

    __tablename__ = "planned_piece"
    __table_args__ = (
        CheckConstraint("kind in ('report', 'comprehensive', 'broadcast', 'repost')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    outlet_id: Mapped[int | None] = mapped_column(ForeignKey("outlet.id"), index=True)
    outlet_name: Mapped[str] = mapped_column(String(120))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_record.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(300), default="")
    who_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    due_on: Mapped[date]
    note: Mapped[str] = mapped_column(Text, default="")
    dropped: Mapped[bool] = mapped_column(default=False)
    placement_id: Mapped[int | None] = mapped_column(
        ForeignKey("placement.id", ondelete="SET NULL"), index=True
    )

    outlet: Mapped[Outlet | None] = relationship(lazy="joined")
    case: Mapped[Case | None] = relationship()
    who: Mapped[User | None] = relationship()
    placement: Mapped[Placement | None] = relationship()


class CoverageBook(Timestamped, Owned, Base):
    """A coverage book or contact sheet as it stood at a moment; the file comes from a background job."""

    __tablename__ = "coverage_book"
    __table_args__ = (CheckConstraint("kind in ('book', 'contact_sheet')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(300))
    filters: Mapped[dict[str, Any]] = mapped_column(info={"unaudited": True})
    as_of: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    pieces: Mapped[int] = mapped_column(default=0)
    pages: Mapped[int | None]
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))

    made_by: Mapped[User | None] = relationship()
    asset: Mapped[Asset | None] = relationship()
