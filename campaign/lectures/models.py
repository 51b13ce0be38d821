"""Lecture events with all that their plan says: line-up, guests, media, run of show, tasks (A6 to A8)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, backref, mapped_column, relationship

from campaign.budget.models import BudgetLine
from campaign.cases.models import Case
from campaign.db import Base, Timestamped
from campaign.films.models import Clip
from campaign.lectures.rules import ANSWERS, GUEST_ROLES, ITEM_KINDS, LEVELS, RANKS
from campaign.placements.models import Outlet
from campaign.programmes.models import Owned
from campaign.storage import Asset


def _listed(keys: Iterable[str]) -> str:
    """Keys as a list for a check of the database."""
    return ", ".join(f"'{key}'" for key in keys)


class LectureEvent(Timestamped, Owned, Base):
    """One lecture event: "1" of the province or one of the cities' "N" (A7, A8).

    `online_address` is the live stream, `online_channels` the others, one a line. `host` leads through the
    event; `guests_by_hand` keeps the guests in the order of their positions instead of their ranks.
    `revision` counts the changes that people made to the plan, so that of two planners neither loses any.
    """

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
        CheckConstraint("seats is null or seats >= 0", name="seats"),
        CheckConstraint("seat_rows is null or seat_rows between 1 and 200", name="seat_rows"),
        CheckConstraint("seat_columns is null or seat_columns between 1 and 200", name="seat_columns"),
        CheckConstraint("revision >= 1", name="revision"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    theme: Mapped[str] = mapped_column(String(200), default="")
    purpose: Mapped[str] = mapped_column(Text, default="")
    organisers: Mapped[str] = mapped_column(Text, default="")
    undertakers: Mapped[str] = mapped_column(Text, default="")
    supporters: Mapped[str] = mapped_column(Text, default="")
    tier: Mapped[str] = mapped_column(String(20), default="province")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    venue: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(300), default="")
    park: Mapped[str] = mapped_column(String(200), default="")
    rooms: Mapped[str] = mapped_column(String(300), default="")
    seats: Mapped[int | None]
    travel: Mapped[str] = mapped_column(Text, default="")
    online_address: Mapped[str] = mapped_column(String(500), default="")
    online_channels: Mapped[str] = mapped_column(Text, default="")
    host: Mapped[str] = mapped_column(String(120), default="")
    contact_name: Mapped[str] = mapped_column(String(120), default="", info={"private": True})
    phone: Mapped[str] = mapped_column(String(120), default="", info={"private": True})
    state: Mapped[str] = mapped_column(String(20), default="planned", index=True)
    attendance_on_site: Mapped[int] = mapped_column(default=0)
    attendance_online: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(Text, default="")
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    evidence_name: Mapped[str] = mapped_column(String(255), default="")
    guests_by_hand: Mapped[bool] = mapped_column(default=False)
    seat_rows: Mapped[int | None]
    seat_columns: Mapped[int | None]
    revision: Mapped[int] = mapped_column(default=1, server_default="1", info={"unaudited": True})

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
    tasks: Mapped[list[LectureTask]] = relationship(
        back_populates="event", cascade="all, delete-orphan", order_by="LectureTask.position"
    )
    duties: Mapped[list[LectureDuty]] = relationship(
        back_populates="event", cascade="all, delete-orphan", order_by="LectureDuty.position"
    )
    costs: Mapped[list[LectureCost]] = relationship(
        back_populates="event", cascade="all, delete-orphan", order_by="LectureCost.position"
    )
    risks: Mapped[list[LectureRisk]] = relationship(
        back_populates="event", cascade="all, delete-orphan", order_by="LectureRisk.position"
    )
    candidates: Mapped[list[LectureCandidate]] = relationship(
        back_populates="event", cascade="all, delete-orphan", order_by="LectureCandidate.id"
    )
    hall: Mapped[list[LectureSeat]] = relationship(
        back_populates="event",
        cascade="all, delete-orphan",
        order_by="LectureSeat.seat_row, LectureSeat.seat_number",
    )


class LectureCase(Timestamped, Base):
    """A case told at an event, who tells it, and what it is told with (A6, P21).

    `speech` is the text as it was pasted; a Word file may stand in its place. The film is one of our clips.
    """

    __tablename__ = "lecture_case"
    __table_args__ = (UniqueConstraint("event_id", "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("lecture_event.id", ondelete="CASCADE"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_record.id"), index=True)
    position: Mapped[int]
    speaker: Mapped[str] = mapped_column(String(120), default="")
    speaker_title: Mapped[str] = mapped_column(String(200), default="")
    stand_in: Mapped[str] = mapped_column(String(120), default="")
    speech: Mapped[str] = mapped_column(Text, default="")
    speech_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    speech_name: Mapped[str] = mapped_column(String(255), default="")
    slides_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    slides_name: Mapped[str] = mapped_column(String(255), default="")
    clip_id: Mapped[int | None] = mapped_column(ForeignKey("clip.id"), index=True)
    rehearsed_on: Mapped[date | None]

    event: Mapped[LectureEvent] = relationship(back_populates="line_up")
    case: Mapped[Case] = relationship(lazy="joined")
    speech_file: Mapped[Asset | None] = relationship(foreign_keys=[speech_id])
    slides_file: Mapped[Asset | None] = relationship(foreign_keys=[slides_id])
    # The other side lets go of the row when a clip, or a case of the line-up, is deleted.
    clip: Mapped[Clip | None] = relationship(backref=backref("told_in"))


class LectureScore(Timestamped, Base):
    """What the experts gave a case as a candidate for the lecture, in hundredths of a point (A4)."""

    __tablename__ = "lecture_score"
    __table_args__ = (CheckConstraint("score_hundredths between 0 and 100000000", name="score"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_record.id", ondelete="CASCADE"), unique=True)
    score_hundredths: Mapped[int]


class LectureCandidate(Timestamped, Base):
    """What the planner has fixed of a candidate for one event: surely in, or out."""

    __tablename__ = "lecture_candidate"
    __table_args__ = (
        UniqueConstraint("event_id", "case_id"),
        CheckConstraint("mark in ('pinned', 'excluded')", name="mark"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("lecture_event.id", ondelete="CASCADE"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_record.id", ondelete="CASCADE"), index=True)
    mark: Mapped[str] = mapped_column(String(10))

    event: Mapped[LectureEvent] = relationship(back_populates="candidates")


class LectureGuest(Timestamped, Base):
    """A guest with title; `rules.in_precedence` puts them in order, by rank or by hand (A8)."""

    __tablename__ = "lecture_guest"
    __table_args__ = (
        CheckConstraint(f"rank in ({_listed(RANKS)})", name="rank"),
        CheckConstraint(f"level in ({_listed(LEVELS)})", name="level"),
        CheckConstraint(f"role in ({_listed(GUEST_ROLES)})", name="role"),
        CheckConstraint(f"answer in ({_listed(ANSWERS)})", name="answer"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("lecture_event.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(200), default="")
    organisation: Mapped[str] = mapped_column(String(200), default="")
    rank: Mapped[str] = mapped_column(String(20), default="none")
    level: Mapped[str] = mapped_column(String(20), default="other")
    role: Mapped[str] = mapped_column(String(20), default="attends")
    phone: Mapped[str] = mapped_column(String(120), default="", info={"private": True})
    invited_on: Mapped[date | None]
    answer: Mapped[str] = mapped_column(String(10), default="open")
    answer_note: Mapped[str] = mapped_column(String(200), default="")

    event: Mapped[LectureEvent] = relationship(back_populates="guests")


class LectureMedium(Timestamped, Base):
    """A medium invited to an event, and what it means to publish; `name` also where no outlet is chosen."""

    __tablename__ = "lecture_medium"
    __table_args__ = (CheckConstraint(f"answer in ({_listed(ANSWERS)})", name="answer"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("lecture_event.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(String(200), default="")
    outlet_id: Mapped[int | None] = mapped_column(ForeignKey("outlet.id"), index=True)
    reporter: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(120), default="", info={"private": True})
    planned: Mapped[str] = mapped_column(String(300), default="")
    invited_on: Mapped[date | None]
    answer: Mapped[str] = mapped_column(String(10), default="open")

    event: Mapped[LectureEvent] = relationship(back_populates="media")
    outlet: Mapped[Outlet | None] = relationship()


class AgendaItem(Timestamped, Base):
    """One line of the run of show; its time follows from the lengths before it, or is fixed (A8).

    `fixed_minute` counts from midnight of the event's first day in Shanghai, so that it moves with the event.
    `charge` is who is in charge behind the stage, `cue` sound and light.
    """

    __tablename__ = "agenda_item"
    __table_args__ = (
        CheckConstraint("minutes > 0", name="minutes"),
        CheckConstraint(f"kind in ({_listed(ITEM_KINDS)})", name="kind"),
        CheckConstraint("fixed_minute is null or fixed_minute between 0 and 14399", name="fixed_minute"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("lecture_event.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    minutes: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    person: Mapped[str] = mapped_column(String(120), default="")
    kind: Mapped[str] = mapped_column(String(20), default="other")
    lecture_case_id: Mapped[int | None] = mapped_column(ForeignKey("lecture_case.id"), index=True)
    host: Mapped[str] = mapped_column(String(120), default="")
    screen: Mapped[str] = mapped_column(String(300), default="")
    cue: Mapped[str] = mapped_column(String(200), default="")
    charge: Mapped[str] = mapped_column(String(120), default="")
    materials: Mapped[str] = mapped_column(String(300), default="")
    materials_ready: Mapped[bool] = mapped_column(default=False)
    fixed_minute: Mapped[int | None]

    event: Mapped[LectureEvent] = relationship(back_populates="agenda")
    told: Mapped[LectureCase | None] = relationship(backref=backref("items"))


class LectureTask(Timestamped, Base):
    """One thing to do before an event: what, who, until when, and since when it is done."""

    __tablename__ = "lecture_task"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("lecture_event.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    person: Mapped[str] = mapped_column(String(120), default="")
    due_on: Mapped[date | None] = mapped_column(index=True)
    done_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(200), default="")

    event: Mapped[LectureEvent] = relationship(back_populates="tasks")


class LectureDuty(Timestamped, Base):
    """The division of work: a team, who leads it, who is in it, what it does."""

    __tablename__ = "lecture_duty"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("lecture_event.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    team: Mapped[str] = mapped_column(String(120))
    person: Mapped[str] = mapped_column(String(120), default="")
    members: Mapped[str] = mapped_column(String(300), default="")
    work: Mapped[str] = mapped_column(Text, default="")

    event: Mapped[LectureEvent] = relationship(back_populates="duties")


class LectureCost(Timestamped, Base):
    """What the event is expected to cost, and from which line of the ledger it is paid."""

    __tablename__ = "lecture_cost"
    __table_args__ = (CheckConstraint("amount_fen >= 0", name="amount"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("lecture_event.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    line_id: Mapped[int | None] = mapped_column(ForeignKey("budget_line.id"), index=True)
    note: Mapped[str] = mapped_column(String(200), default="")

    event: Mapped[LectureEvent] = relationship(back_populates="costs")
    line: Mapped[BudgetLine | None] = relationship()


class LectureRisk(Timestamped, Base):
    """The contingency plan: what may happen, what is done then, by whom."""

    __tablename__ = "lecture_risk"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("lecture_event.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    measure: Mapped[str] = mapped_column(Text, default="")
    person: Mapped[str] = mapped_column(String(120), default="")

    event: Mapped[LectureEvent] = relationship(back_populates="risks")


class LectureSeat(Timestamped, Base):
    """One seat of the hall that is given to somebody; rows and seats count from 1 at the stage, left."""

    __tablename__ = "lecture_seat"
    __table_args__ = (
        UniqueConstraint("event_id", "seat_row", "seat_number"),
        CheckConstraint("seat_row >= 1 and seat_number >= 1", name="place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("lecture_event.id", ondelete="CASCADE"))
    seat_row: Mapped[int]
    seat_number: Mapped[int]
    name: Mapped[str] = mapped_column(String(120), default="")
    guest_id: Mapped[int | None] = mapped_column(
        ForeignKey("lecture_guest.id", ondelete="SET NULL"), index=True
    )

    event: Mapped[LectureEvent] = relationship(back_populates="hall")
    guest: Mapped[LectureGuest | None] = relationship()
