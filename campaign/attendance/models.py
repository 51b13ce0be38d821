"""What is recorded of the day of an event: who came, what they thought, and pictures of it.

All rows hang on a lecture event, through which they are reached (and scoped).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.db import Base, Timestamped
from campaign.lectures.models import LectureEvent
from campaign.storage import Asset


class EventGate(Timestamped, Base):
    """A public address of an event: whoever holds its token may sign in, or answer the survey.

    It works between two moments and can be taken back; `arrivals` counts all that came through it, repeats
    too. One of each kind is open at a time.
    """

    __tablename__ = "event_gate"
    __table_args__ = (
        CheckConstraint("kind in ('sign_in', 'survey')", name="kind"),
        CheckConstraint("opens_at < closes_at", name="period"),
        Index(
            "uq_event_gate_event_id_kind_open",
            "event_id",
            "kind",
            unique=True,
            sqlite_where=text("revoked_at is null"),
            postgresql_where=text("revoked_at is null"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("lecture_event.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    token: Mapped[str] = mapped_column(String(43), unique=True, info={"secret": True})
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    arrivals: Mapped[int] = mapped_column(default=0, info={"unaudited": True})

    event: Mapped[LectureEvent] = relationship(lazy="joined")


class SignIn(Timestamped, Base):
    """One person at an event, counted once.

    `client_id` is made by the phone, so that sending again changes nothing; `identity_key` is the person's
    name, firm and number without blanks and width, as a hash. `signed_at` is when the person pressed the
    button, which without network is earlier than `created_at`.
    """

    __tablename__ = "sign_in"
    __table_args__ = (
        UniqueConstraint("event_id", "client_id"),
        UniqueConstraint("event_id", "identity_key"),
        CheckConstraint("way in ('phone', 'offline', 'desk')", name="way"),
        CheckConstraint("length(name) > 0", name="name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("lecture_event.id", ondelete="CASCADE"), index=True)
    client_id: Mapped[str] = mapped_column(String(36), info={"unaudited": True})
    identity_key: Mapped[str] = mapped_column(String(64), info={"unaudited": True})
    name: Mapped[str] = mapped_column(String(60), info={"private": True})
    organisation: Mapped[str] = mapped_column(String(120), default="", info={"private": True})
    phone: Mapped[str] = mapped_column(String(40), default="", info={"private": True})
    way: Mapped[str] = mapped_column(String(20))
    signed_at: Mapped[datetime]
    guest_id: Mapped[int | None] = mapped_column(ForeignKey("lecture_guest.id", ondelete="SET NULL"))


class AudienceCount(Timestamped, Base):
    """A number of people somebody counted or read off a platform, with what proves it (A7)."""

    __tablename__ = "audience_count"
    __table_args__ = (
        UniqueConstraint("event_id", "place", "platform"),
        CheckConstraint("place in ('on_site', 'online')", name="place"),
        CheckConstraint("people >= 0", name="people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("lecture_event.id", ondelete="CASCADE"))
    place: Mapped[str] = mapped_column(String(20))
    platform: Mapped[str] = mapped_column(String(120))
    people: Mapped[int]
    evidence_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    evidence_name: Mapped[str] = mapped_column(String(255))

    evidence: Mapped[Asset] = relationship()


class SurveyQuestion(Timestamped, Base):
    """One of at most five questions to the audience; fixed as soon as somebody has answered."""

    __tablename__ = "survey_question"
    __table_args__ = (
        UniqueConstraint("event_id", "position"),
        CheckConstraint("position between 1 and 5", name="position"),
        CheckConstraint("kind in ('scale', 'choice', 'text')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("lecture_event.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(String(200))
    options: Mapped[list[Any]]


class SurveyAnswer(Base):
    """What one device answered: no name, no address, and only the day, so that nobody can be told from it.

    `device_key` is a keyed hash of the device's own number and the event; `answers` maps the position of a
    question to what was said.
    """

    __tablename__ = "survey_answer"
    __table_args__ = (UniqueConstraint("event_id", "device_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("lecture_event.id", ondelete="CASCADE"))
    device_key: Mapped[str] = mapped_column(String(64))
    answers: Mapped[dict[str, Any]]
    answered_on: Mapped[date]


class EventPhoto(Timestamped, Base):
    """A photo of an event: the original untouched, and an upright copy without device data or place.

    `chosen` ones stand in the summary.
    """

    __tablename__ = "event_photo"
    __table_args__ = (UniqueConstraint("event_id", "asset_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("lecture_event.id", ondelete="CASCADE"))
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    preview_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    file_name: Mapped[str] = mapped_column(String(255))
    caption: Mapped[str] = mapped_column(String(200), default="")
    chosen: Mapped[bool] = mapped_column(default=False)

    asset: Mapped[Asset] = relationship(foreign_keys=[asset_id])
    preview: Mapped[Asset] = relationship(foreign_keys=[preview_id])


class EventPiece(Timestamped, Base):
    """What the planner decided of a published piece: it belongs to the event, or it does not (A7, A10).

    A piece without such a row may be proposed, see `queries.coverage_of`.
    """

    __tablename__ = "event_piece"
    __table_args__ = (UniqueConstraint("event_id", "placement_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("lecture_event.id", ondelete="CASCADE"))
    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id", ondelete="CASCADE"), index=True)
    belongs: Mapped[bool]


class EventRecord(Timestamped, Base):
    """What the office writes about an event afterwards, and where its live stream can be seen again."""

    __tablename__ = "event_record"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("lecture_event.id", ondelete="CASCADE"), unique=True)
    summary: Mapped[str] = mapped_column(Text, default="")
    replay_address: Mapped[str] = mapped_column(String(500), default="")
