"""Selects of the day of an event; the event itself comes from the scope filter, its rows through it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from campaign.access import Actor, scoped
from campaign.attendance import rules
from campaign.attendance.models import (
    AudienceCount,
    EventGate,
    EventPhoto,
    EventPiece,
    EventRecord,
    SignIn,
    SurveyAnswer,
    SurveyQuestion,
)
from campaign.attendance.rules import GateFacts, Person, Question, Satisfaction, Tally
from campaign.cases.models import Case
from campaign.formatting import local
from campaign.lectures.models import LectureCase, LectureEvent
from campaign.placements.models import Placement
from campaign.programmes.models import Programme

# Coverage of an event appears on its day and in the month after it.
COVERAGE_DAYS = 30


def open_gate(session: Session, event: LectureEvent, kind: str) -> EventGate | None:
    """The address of this kind that has not been taken back, whether or not it works at this moment."""
    return session.scalars(
        select(EventGate).where(
            EventGate.event_id == event.id, EventGate.kind == kind, EventGate.revoked_at.is_(None)
        )
    ).one_or_none()


def gate_of(session: Session, token: str, kind: str) -> EventGate | None:
    """The address with this token, also one that was taken back."""
    return session.scalars(
        select(EventGate).where(EventGate.token == token, EventGate.kind == kind)
    ).one_or_none()


def facts_of(gate: EventGate) -> GateFacts:
    """An address as the rules see it."""
    return GateFacts(
        gate.opens_at, gate.closes_at, gate.revoked_at is not None, gate.event.state == "cancelled"
    )


def sign_ins_of(event: LectureEvent) -> Select[SignIn]:
    """Everybody who signed in at an event."""
    return select(SignIn).where(SignIn.event_id == event.id)


def signed_count(session: Session, event: LectureEvent) -> int:
    """How many people signed in."""
    return session.scalar(select(func.count()).where(SignIn.event_id == event.id)) or 0


def person_of(row: SignIn) -> Person:
    """A sign-in as the rules see it."""
    return Person(row.name, row.organisation, row.phone)


def counts_of(session: Session, event: LectureEvent) -> Sequence[AudienceCount]:
    """The numbers somebody counted or read off a platform, on site first."""
    statement = select(AudienceCount).where(AudienceCount.event_id == event.id)
    return session.scalars(statement.order_by(AudienceCount.place, AudienceCount.id)).all()


@dataclass(frozen=True)
class Audience:
    """What is known of an audience: signed in, counted on site (None: nobody counted), seen online."""

    signed: int
    counted: int | None
    online: int

    @property
    def on_site(self) -> int:
        """A count with evidence goes before the sign-ins, since not everybody signs in."""
        return self.signed if self.counted is None else self.counted


def audience_of(session: Session, event: LectureEvent) -> Audience:
    """The audience of an event from sign-ins and counts (A7)."""
    rows = counts_of(session, event)
    counted = [row.people for row in rows if row.place == "on_site"]
    online = sum(row.people for row in rows if row.place == "online")
    return Audience(signed_count(session, event), sum(counted) if counted else None, online)


# --- survey -----------------------------------------------------------------------------------------------


def questions_of(session: Session, event: LectureEvent) -> tuple[Question, ...]:
    """The questions of an event in their order; none before somebody opened its survey."""
    rows = session.scalars(
        select(SurveyQuestion).where(SurveyQuestion.event_id == event.id).order_by(SurveyQuestion.position)
    )
    return tuple(Question(row.kind, row.text, tuple(row.options)) for row in rows)


def answer_count(session: Session, event: LectureEvent) -> int:
    """How many devices answered."""
    return session.scalar(select(func.count()).where(SurveyAnswer.event_id == event.id)) or 0


def tallies_of(session: Session, event: LectureEvent) -> tuple[Tally, ...]:
    """The answers of an event, counted."""
    statement = select(SurveyAnswer.answers).where(SurveyAnswer.event_id == event.id)
    answers = session.scalars(statement.order_by(SurveyAnswer.id)).all()
    return rules.tally(questions_of(session, event), answers)


def satisfaction(session: Session, programme: Programme, actor: Actor) -> Satisfaction | None:
    """How satisfied the audiences of a programme's held events were; None before anybody answered (C)."""
    events = scoped(
        select(LectureEvent).where(
            LectureEvent.programme_id == programme.id,
            LectureEvent.state == "held",
            LectureEvent.id.in_(select(SurveyAnswer.event_id)),
        ),
        LectureEvent,
        actor,
    )
    return rules.satisfaction([tallies_of(session, event) for event in session.scalars(events)])


# --- pictures and coverage --------------------------------------------------------------------------------


def photos_of(session: Session, event: LectureEvent) -> Sequence[EventPhoto]:
    """The photos of an event as they came."""
    return session.scalars(
        select(EventPhoto).where(EventPhoto.event_id == event.id).order_by(EventPhoto.id)
    ).all()


def record_of(session: Session, event: LectureEvent) -> EventRecord | None:
    """What the office wrote about an event."""
    return session.scalars(select(EventRecord).where(EventRecord.event_id == event.id)).one_or_none()


def decisions_of(session: Session, event: LectureEvent) -> dict[int, bool]:
    """What the planner decided of pieces, by their numbers: it belongs to the event, or it does not."""
    rows = select(EventPiece.placement_id, EventPiece.belongs).where(EventPiece.event_id == event.id)
    return dict(session.execute(rows).all())


def decided(event: LectureEvent, *, belongs: bool) -> ColumnElement[bool]:
    """Whether the planner said of a piece that it belongs to the event, or that it does not."""
    said = select(EventPiece.placement_id).where(
        EventPiece.event_id == event.id, EventPiece.belongs.is_(belongs)
    )
    return Placement.id.in_(said)


def proposed(event: LectureEvent) -> ColumnElement[bool]:
    """Whether a piece looks like coverage of the event and nobody has decided yet.

    It is about a case of the line-up and appeared on the day of the event or in the month after it.
    """
    day = local(event.starts_at).date()
    told = select(LectureCase.case_id).where(LectureCase.event_id == event.id)
    undecided = Placement.id.not_in(select(EventPiece.placement_id).where(EventPiece.event_id == event.id))
    return and_(
        undecided,
        Placement.published_on.between(day, day + timedelta(days=COVERAGE_DAYS)),
        Placement.cases.any(Case.id.in_(told)),
    )


def covers(event: LectureEvent) -> ColumnElement[bool]:
    """Whether a piece is coverage of the event: the planner chose it, or it is proposed (A7, A10)."""
    return or_(decided(event, belongs=True), proposed(event))


def coverage_of(session: Session, event: LectureEvent, actor: Actor) -> Sequence[Placement]:
    """The coverage of an event as it appeared; chosen by the planner or still proposed."""
    statement = scoped(
        select(Placement).where(Placement.programme_id == event.programme_id, covers(event)),
        Placement,
        actor,
    )
    return session.scalars(statement.order_by(Placement.published_on, Placement.id)).unique().all()


def events_covered_by(session: Session, piece: Placement, actor: Actor) -> Sequence[LectureEvent]:
    """The events to whose coverage the planner put a piece."""
    chosen = select(EventPiece.event_id).where(
        EventPiece.placement_id == piece.id, EventPiece.belongs.is_(True)
    )
    statement = scoped(select(LectureEvent).where(LectureEvent.id.in_(chosen)), LectureEvent, actor)
    return session.scalars(statement.order_by(LectureEvent.starts_at)).unique().all()
