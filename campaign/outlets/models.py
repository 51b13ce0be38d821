"""Outlets as the registry knows them: names, addresses, and the lists they stand on, with dates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    case,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.db import Base, Timestamped
from campaign.outlets.rules import WAITING
from campaign.programmes.models import Owned


class Outlet(Timestamped, Base):
    """A medium, or a publishing platform of the government, of the common registry.

    `province` is empty for an outlet of the whole country, `region` the city or county below it. One merged
    into another keeps its row, without names and addresses, so that the log and old links still find it;
    `merged_rows` says what went over, so that they can be parted again; `merge_reason` says why.

    One named with a piece waits until somebody who keeps it confirms it: `proposed_level` is what was
    said then (`unsaid` where nothing was), and the outlet stands as self-published so that nothing counts by
    it (A11, B2, B5). `level_basis` says where the level of a confirmed one was looked up.
    """

    __tablename__ = "outlet"
    __table_args__ = (
        CheckConstraint(
            "level in ('central', 'industry', 'provincial', 'municipal', 'county', 'enterprise', 'self')",
            name="level",
        ),
        CheckConstraint("nature in ('media', 'government')", name="nature"),
        CheckConstraint("merged_into_id is null or merged_into_id <> id", name="merged_into"),
        CheckConstraint(
            "proposed_level in ('', 'unsaid', 'central', 'industry', 'provincial', 'municipal', 'county', "
            "'enterprise', 'self')",
            name="proposed_level",
        ),
        CheckConstraint("proposed_level = '' or level = 'self'", name="waiting"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    level: Mapped[str] = mapped_column(String(20), index=True)
    nature: Mapped[str] = mapped_column(String(20), default="media", server_default="media")
    province: Mapped[str] = mapped_column(String(20), default="", server_default="", index=True)
    region: Mapped[str] = mapped_column(String(60), default="")
    sponsor: Mapped[str] = mapped_column(String(120), default="", server_default="")
    homepage: Mapped[str] = mapped_column(String(300), default="")
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    proposed_level: Mapped[str] = mapped_column(String(20), default="", server_default="")
    level_basis: Mapped[str] = mapped_column(String(300), default="", server_default="")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("outlet.id"), index=True)
    merged_at: Mapped[datetime | None]
    merge_reason: Mapped[str] = mapped_column(String(300), default="", server_default="")
    merged_rows: Mapped[dict[str, Any] | None] = mapped_column(info={"unaudited": True})

    names: Mapped[list[OutletName]] = relationship(
        back_populates="outlet", cascade="all, delete-orphan", order_by="OutletName.id"
    )
    addresses: Mapped[list[OutletAddress]] = relationship(
        back_populates="outlet", cascade="all, delete-orphan", order_by="OutletAddress.id"
    )
    listings: Mapped[list[OutletListing]] = relationship(
        back_populates="outlet", cascade="all, delete-orphan", order_by="OutletListing.id"
    )

    @property
    def place(self) -> str:
        """Where the outlet is at home: 全国, 广东省, 广东省深圳市; 未定 before somebody has confirmed it."""
        return f"{self.province}{self.region}" or ("未定" if self.waits else "全国")

    @property
    def waits(self) -> bool:
        """Whether nobody has confirmed the outlet yet, so that none of its pieces counts."""
        return self.proposed_level != ""

    @hybrid_property
    def standing(self) -> str:
        """The level as far as it is a fact: `waiting` while nobody has confirmed it."""
        return WAITING if self.waits else self.level

    @standing.inplace.expression
    @classmethod
    def _standing(cls) -> ColumnElement[str]:
        return case((cls.proposed_level != "", WAITING), else_=cls.level)


class OutletName(Timestamped, Base):
    """One name by which an outlet is known; `key` is that name folded and belongs to one outlet alone.

    A name may point to a channel: 人民日报客户端 is the outlet 人民日报 in its client.
    """

    __tablename__ = "outlet_name"
    __table_args__ = (
        CheckConstraint(
            "channel in ('', 'web', 'client', 'account', 'video_account', 'print', 'radio', 'television', "
            "'live')",
            name="channel",
        ),
        CheckConstraint("key <> ''", name="key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    key: Mapped[str] = mapped_column(String(120), unique=True)
    channel: Mapped[str] = mapped_column(String(20), default="")

    outlet: Mapped[Outlet] = relationship(back_populates="names")


class OutletAddress(Timestamped, Base):
    """A domain of an outlet's web or client, or the name of one of its accounts, by which pieces find it.

    `key` is the folded value: `people.com.cn` also stands for every host below it, `x.cn/rmrb` for every
    address that begins so.
    """

    __tablename__ = "outlet_address"
    __table_args__ = (
        CheckConstraint("kind in ('web', 'client', 'account', 'video_account')", name="kind"),
        CheckConstraint("key <> ''", name="key"),
        Index("uq_outlet_address_kind_key", "kind", "key", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    value: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(200))

    outlet: Mapped[Outlet] = relationship(back_populates="addresses")


class OutletListing(Timestamped, Base):
    """An outlet stands on a list of authoritative media, from a first to a last day, both included (A11, B2).

    An empty day is an open end. `basis` says how the days are known: `stated` by the list itself, `assumed`
    by a reading that the registry's page explains, `checked` by a person, who says how in `note`.
    """

    __tablename__ = "outlet_listing"
    __table_args__ = (
        CheckConstraint("basis in ('stated', 'assumed', 'checked')", name="basis"),
        CheckConstraint("starts_on is null or ends_on is null or starts_on <= ends_on", name="period"),
        CheckConstraint("list_name <> ''", name="list_name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id", ondelete="CASCADE"), index=True)
    list_name: Mapped[str] = mapped_column(String(200), index=True)
    category: Mapped[str] = mapped_column(String(200), default="")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    basis: Mapped[str] = mapped_column(String(20), default="stated")
    note: Mapped[str] = mapped_column(String(300), default="")

    outlet: Mapped[Outlet] = relationship(back_populates="listings")


class OutletContact(Timestamped, Owned, Base):
    """We turned to an outlet on a day, whatever came of it: contacted but silent is seen from this (B2).

    `who` is our side, `person` the other; `answer` is what they said, if anything.
    """

    __tablename__ = "outlet_contact"
    __table_args__ = (
        CheckConstraint("answer in ('none', 'promised', 'declined')", name="answer"),
        UniqueConstraint("programme_id", "outlet_id", "contacted_on", "person"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"), index=True)
    contacted_on: Mapped[date]
    who: Mapped[str] = mapped_column(String(60))
    person: Mapped[str] = mapped_column(String(60), default="")
    answer: Mapped[str] = mapped_column(String(20), default="none")
    note: Mapped[str] = mapped_column(Text, default="")

    outlet: Mapped[Outlet] = relationship(lazy="joined")
