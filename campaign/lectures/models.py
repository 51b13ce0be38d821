"""Lecture events with their line-up, guests, media and run of show."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.cases.models import Case
from campaign.db import Base, Timestamped
from campaign.programmes.models import Owned
from campaign.storage import Asset


class LectureEvent(Timestamped, Owned, Base):
    """One lecture event: "1" of the province or one of the cities' "N" (A7, A8)."""

    __tablename__ = "lecture_event"
    __table_args__ = (
        CheckConstraint("tier in ('province', 'city')", name="tier"),
        CheckConstraint("state in ('planned', 'held', 'cancelled')", name="state"),
        CheckConstraint("starts_at < ends_at", name="period"),
        CheckConstraint("state <> 'held' or evidence_id is not null", name="held_has_evidence"),
        CheckConstraint("attendance_on_site >= 0 and attendance_online >= 0", name="attendance"),
        CheckConstraint("held_plan_id is null or held_plan_id = id", name="held_plan_own"),
        # A city's own event ("N") is not reviewed by the centre; what was held before plans were reviewed
        # here stays held.
        CheckConstraint(
            "state <> 'held' or tier = 'city' or held_before_reviews or held_plan_id is not null",
            name="held_has_plan",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    tier: Mapped[str] = mapped_column(String(20), default="province")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    venue: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(300), default="")
    online_address: Mapped[str] = mapped_column(String(500), default="")
    state: Mapped[str] = mapped_column(String(20), default="planned", index=True)
    attendance_on_site: Mapped[int] = mapped_column(default=0)
    attendance_online: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(Text, default="")
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    evidence_name: Mapped[str] = mapped_column(String(255), default="")

    held_before_reviews: Mapped[bool] = mapped_column(default=False)
    # The row of the approved plan it was held on; its key is the event's own (see approvals.HeldPlan).
    held_plan_id: Mapped[int | None] = mapped_column(
        ForeignKey("lecture_held_plan.event_id", use_alter=True), info={"unaudited": True}
    )

    evidence: Mapped[Asset | None] = relationship()
    line_up: Mapped[list[LectureCase]] = relationship(
        back_populates="event", cascade="all, delete-orphan", order_by="LectureCase.position"
    )
    guests: Mapped[list[LectureGuest]] = relationship(
        back_populates="event", cascade="all, delete-orphan", order_by="LectureGuest.position"
    )
    media: Mapped[list[LectureMedium]] = relationship(
        back_populates="event", cascade="all, delete-orphan", order_by="LectureMedium.position"
    )
    agenda: Mapped[list[AgendaItem]] = relationship(
        back_populates="event", cascade="all, delete-orphan", order_by="AgendaItem.position"
    )


class LectureCase(Timestamped, Base):
    """A case told at an event, and who tells it (A6)."""

    __tablename__ = "lecture_case"
    __table_args__ = (UniqueConstraint("event_id", "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("lecture_event.id", ondelete="CASCADE"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_record.id"), index=True)
    position: Mapped[int]
    speaker: Mapped[str] = mapped_column(String(120), default="")

    event: Mapped[LectureEvent] = relationship(back_populates="line_up")
    case: Mapped[Case] = relationship(lazy="joined")


class LectureGuest(Timestamped, Base):
    """A guest with title, in order of precedence."""

    __tablename__ = "lecture_guest"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("lecture_event.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(200), default="")

    event: Mapped[LectureEvent] = relationship(back_populates="guests")


class LectureMedium(Timestamped, Base):
    """A medium invited to an event."""

    __tablename__ = "lecture_medium"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("lecture_event.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(String(200), default="")

    event: Mapped[LectureEvent] = relationship(back_populates="media")


class AgendaItem(Timestamped, Base):
    """One line of the run of show; its time follows from the lengths before it."""

    __tablename__ = "agenda_item"
    __table_args__ = (CheckConstraint("minutes > 0", name="minutes"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("lecture_event.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    minutes: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    person: Mapped[str] = mapped_column(String(120), default="")

    event: Mapped[LectureEvent] = relationship(back_populates="agenda")
