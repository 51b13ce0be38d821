"""Enterprises, their cases, and the photos of a case."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.db import Base, Timestamped
from campaign.programmes.models import Owned
from campaign.storage import Asset


class Enterprise(Timestamped, Owned, Base):
    """Who did it; `name_key` is the name without blanks and width, so that one firm stands here once."""

    __tablename__ = "enterprise"
    __table_args__ = (
        UniqueConstraint("programme_id", "name_key"),
        CheckConstraint("little_giant_year is null or little_giant_year >= 2019", name="little_giant_year"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(40), default="")
    region: Mapped[str] = mapped_column(String(60), default="")
    little_giant_year: Mapped[int | None] = mapped_column(default=None)

    cases: Mapped[list[Case]] = relationship(back_populates="enterprise")


class Case(Timestamped, Owned, Base):
    """One innovation story of one enterprise, nominated by the organisation that owns the row (P5)."""

    __tablename__ = "case_record"
    __table_args__ = (
        UniqueConstraint("programme_id", "enterprise_id", "title_key"),
        Index("ix_case_record_programme_id_region", "programme_id", "region"),
        CheckConstraint("kind in ('', 'organizational', 'technological', 'process')", name="kind"),
        CheckConstraint("state in ('nominated', 'selected', 'withdrawn')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True)
    number: Mapped[int | None]
    title: Mapped[str] = mapped_column(String(300))
    title_key: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(20), default="")
    region: Mapped[str] = mapped_column(String(60), default="")
    team: Mapped[str] = mapped_column(Text, default="")
    contact_name: Mapped[str] = mapped_column(String(120), default="", info={"private": True})
    contact_post: Mapped[str] = mapped_column(String(120), default="", info={"private": True})
    phone: Mapped[str] = mapped_column(String(120), default="", info={"private": True})
    address: Mapped[str] = mapped_column(String(300), default="", info={"private": True})
    has_park_association: Mapped[bool | None]
    has_enterprise_association: Mapped[bool | None]
    by_park_association: Mapped[bool] = mapped_column(default=False)
    lecture_candidate: Mapped[bool] = mapped_column(default=False)
    honours: Mapped[str] = mapped_column(Text, default="")
    story: Mapped[str] = mapped_column(Text, default="")
    remark: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(20), default="nominated", index=True)
    search_text: Mapped[str] = mapped_column(Text, default="", info={"unaudited": True})

    enterprise: Mapped[Enterprise] = relationship(back_populates="cases", lazy="joined")
    photos: Mapped[list[CasePhoto]] = relationship(
        back_populates="case", cascade="all, delete-orphan", order_by="CasePhoto.position"
    )


class CasePhoto(Timestamped, Base):
    """A photo of a case: the original untouched, and a small upright copy without device data (P9).

    kind is a key of the programme's kinds of photos; facts is what was measured when it came in.
    """

    __tablename__ = "case_photo"
    __table_args__ = (UniqueConstraint("case_id", "asset_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_record.id", ondelete="CASCADE"), index=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    preview_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str] = mapped_column(String(20), default="result")
    file_name: Mapped[str] = mapped_column(String(255))
    caption: Mapped[str] = mapped_column(String(200), default="")
    facts: Mapped[dict[str, Any] | None] = mapped_column(info={"unaudited": True})

    case: Mapped[Case] = relationship(back_populates="photos")
    asset: Mapped[Asset] = relationship(foreign_keys=[asset_id])
    preview: Mapped[Asset] = relationship(foreign_keys=[preview_id])
