"""Uploads, source videos and clips."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.accounts.models import User
from campaign.cases.models import Case
from campaign.db import Base, Timestamped
from campaign.programmes.models import Owned, Programme
from campaign.storage import Asset


class Upload(Timestamped, Owned, Base):
    """A file on its way in by tus 1.0; its bytes lie in the uploads folder until the last has come."""

    __tablename__ = "upload"
    __table_args__ = (
        CheckConstraint("offset_bytes >= 0 and offset_bytes <= length_bytes", name="offset"),
        CheckConstraint("state in ('receiving', 'received', 'refused', 'removed')", name="state"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(255))
    length_bytes: Mapped[int] = mapped_column(BigInteger)
    offset_bytes: Mapped[int] = mapped_column(BigInteger, default=0, info={"unaudited": True})
    sha256: Mapped[str | None] = mapped_column(String(64))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_record.id"))
    state: Mapped[str] = mapped_column(String(20), default="receiving")
    expires_at: Mapped[datetime] = mapped_column(info={"unaudited": True}, index=True)
    refusal: Mapped[dict[str, Any] | None]
    source_id: Mapped[int | None] = mapped_column(ForeignKey("source_video.id"))

    source: Mapped[SourceVideo | None] = relationship()

    @property
    def share(self) -> float:
        """How much has come, 0 to 1."""
        return self.offset_bytes / self.length_bytes

    @property
    def is_whole(self) -> bool:
        """Whether every byte has come."""
        return self.offset_bytes == self.length_bytes


class SourceVideo(Timestamped, Owned, Base):
    """A film as it came in: the original never changes, everything else is derived from it.

    `refused` is a fault of the film, `failed` one of the machine. `match` says how the case was found (P16).
    """

    __tablename__ = "source_video"
    __table_args__ = (
        UniqueConstraint("programme_id", "asset_id"),
        CheckConstraint("state in ('waiting', 'ingesting', 'ready', 'refused', 'failed')", name="state"),
        CheckConstraint("\"match\" in ('none', 'exact', 'probable', 'chosen')", name="match"),
        CheckConstraint("(\"match\" = 'none') = (case_id is null)", name="match_has_case"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_record.id"), index=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    file_name: Mapped[str] = mapped_column(String(255))
    match: Mapped[str] = mapped_column(String(20), default="none")
    state: Mapped[str] = mapped_column(String(20), default="waiting", index=True)
    duration: Mapped[Fraction | None]
    frame_rate: Mapped[Fraction | None]
    info: Mapped[dict[str, Any] | None] = mapped_column(info={"unaudited": True})
    findings: Mapped[list[Any] | None] = mapped_column(info={"unaudited": True})
    measures: Mapped[dict[str, Any] | None] = mapped_column(info={"unaudited": True})
    refusal: Mapped[dict[str, Any] | None]

    case: Mapped[Case | None] = relationship()
    asset: Mapped[Asset] = relationship()
    uploaded_by: Mapped[User | None] = relationship()
    derivatives: Mapped[list[Derivative]] = relationship(
        back_populates="source", cascade="all, delete-orphan", lazy="selectin"
    )

    waivers: Mapped[list[Waiver]] = relationship(
        back_populates="source", cascade="all, delete-orphan", lazy="selectin", order_by="Waiver.id"
    )

    @property
    def poster(self) -> Derivative | None:
        """The picture that stands for the film: the chosen one, else the one of the first look."""
        return self.derivative("poster") or self.derivative("first_poster")

    @property
    def filmstrip(self) -> Derivative | None:
        """Pictures of the whole film, or the few of the first look."""
        return self.derivative("filmstrip") or self.derivative("first_strip")

    def derivative(self, kind: str) -> Derivative | None:
        """The proxy, poster, filmstrip or waveform, where it has been made."""
        return next((d for d in self.derivatives if d.kind == kind), None)


class Waiver(Timestamped, Owned, Base):
    """A finding of a film that a project lead lets pass, with the reason (P12 to P16)."""

    __tablename__ = "finding_waiver"
    __table_args__ = (
        UniqueConstraint("source_id", "rule"),
        CheckConstraint("length(reason) >= 4", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source_video.id", ondelete="CASCADE"))
    rule: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(500))
    waived_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))

    source: Mapped[SourceVideo] = relationship(back_populates="waivers")
    waived_by: Mapped[User] = relationship(lazy="joined")


class Derivative(Timestamped, Base):
    """Something made from a source video for the pages; can be made again at any time."""

    __tablename__ = "derivative"
    __table_args__ = (UniqueConstraint("source_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source_video.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    details: Mapped[dict[str, Any] | None]

    source: Mapped[SourceVideo] = relationship(back_populates="derivatives")
    asset: Mapped[Asset] = relationship()


class Clip(Timestamped, Owned, Base):
    """An edit list and what it was rendered to; `fingerprint` names all that decides the picture (A12).

    A finished clip with the same fingerprint is never rendered twice. `revision` counts the changes that
    people made, so that of two who work on one clip neither loses what the other did.
    """

    __tablename__ = "clip"
    __table_args__ = (
        CheckConstraint("state in ('draft', 'rendering', 'ready', 'failed')", name="state"),
        CheckConstraint("(state = 'ready') = (asset_id is not null)", name="ready_has_file"),
        CheckConstraint("revision >= 1", name="revision"),
        Index(
            "uq_clip_programme_id_fingerprint_ready",
            "programme_id",
            "fingerprint",
            unique=True,
            sqlite_where=text("state = 'ready'"),
            postgresql_where=text("state = 'ready'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_record.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    delivery: Mapped[str] = mapped_column(String(20), default="master")
    state: Mapped[str] = mapped_column(String(20), default="draft", index=True)
    fingerprint: Mapped[str] = mapped_column(String(64), default="", index=True)
    duration: Mapped[Fraction | None]
    frame_count: Mapped[int | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(info={"unaudited": True})
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    poster_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    dress: Mapped[dict[str, Any] | None]
    music_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    revision: Mapped[int] = mapped_column(default=1, server_default="1", info={"unaudited": True})
    edited_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), info={"unaudited": True})

    programme: Mapped[Programme] = relationship()
    case: Mapped[Case | None] = relationship()
    edited_by: Mapped[User | None] = relationship()
    asset: Mapped[Asset | None] = relationship(foreign_keys=[asset_id])
    poster: Mapped[Asset | None] = relationship(foreign_keys=[poster_id])
    music: Mapped[Asset | None] = relationship(foreign_keys=[music_id])
    ranges: Mapped[list[ClipRange]] = relationship(
        back_populates="clip", cascade="all, delete-orphan", order_by="ClipRange.position", lazy="selectin"
    )
    renditions: Mapped[list[Rendition]] = relationship(
        back_populates="clip", cascade="all, delete-orphan", order_by="Rendition.id", lazy="selectin"
    )

    def rendition(self, kind: str) -> Rendition | None:
        """The version of this kind, where one was asked for."""
        return next((r for r in self.renditions if r.kind == kind), None)


class ClipRange(Timestamped, Base):
    """One range of an edit list: in point included, out point excluded, in seconds of the source."""

    __tablename__ = "clip_range"
    __table_args__ = (UniqueConstraint("clip_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    clip_id: Mapped[int] = mapped_column(ForeignKey("clip.id", ondelete="CASCADE"))
    position: Mapped[int]
    source_id: Mapped[int] = mapped_column(ForeignKey("source_video.id"), index=True)
    in_point: Mapped[Fraction]
    out_point: Mapped[Fraction]

    clip: Mapped[Clip] = relationship(back_populates="ranges")
    source: Mapped[SourceVideo] = relationship(lazy="joined")


class Rendition(Timestamped, Base):
    """A version of a clip for one kind of platform: another shape or size of the film, or a cover picture.

    `wanted` waits for the clip itself: it is made when the clip has been rendered, and again whenever the
    clip was changed and rendered anew. `options` say how the picture is fitted in, or which moment a cover
    shows. `fingerprint` names all that decides the result.
    """

    __tablename__ = "clip_rendition"
    __table_args__ = (
        UniqueConstraint("clip_id", "kind"),
        CheckConstraint(
            "kind in ('web', 'vertical', 'square', 'cover_wide', 'cover_tall', 'cover_square')", name="kind"
        ),
        CheckConstraint("state in ('wanted', 'making', 'ready', 'failed')", name="state"),
        CheckConstraint("(state = 'ready') = (asset_id is not null)", name="ready_has_file"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clip_id: Mapped[int] = mapped_column(ForeignKey("clip.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default="wanted", index=True)
    fingerprint: Mapped[str] = mapped_column(String(64), default="", info={"unaudited": True})
    options: Mapped[dict[str, Any] | None]
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    result: Mapped[dict[str, Any] | None] = mapped_column(info={"unaudited": True})
    error: Mapped[dict[str, Any] | None] = mapped_column(info={"unaudited": True})

    clip: Mapped[Clip] = relationship(back_populates="renditions")
    asset: Mapped[Asset | None] = relationship(lazy="joined")
