"""Which plans were approved in time, which are late and which missed their event (A7, A8).

Events of the province are few, so each plan is compared with what was approved: an edit after the approval
is seen here too, which a condition in the database could not see.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from campaign.access import Actor, scoped
from campaign.approvals import plans, rules
from campaign.approvals.models import Dossier, HeldPlan, Review
from campaign.formatting import local
from campaign.lectures.models import LectureEvent
from campaign.messages import N_
from campaign.programmes.models import Programme

PLANS = "lectures.plans"


class PlanState(StrEnum):
    """Where the plan of an event stands against its deadline."""

    IN_TIME = "in_time"
    OPEN = "open"
    SOON = "soon"
    LATE = "late"
    MISSED = "missed"


WORDS = {
    PlanState.IN_TIME: N_("approved in time"),
    PlanState.OPEN: N_("not approved yet"),
    PlanState.SOON: N_("review is due soon"),
    PlanState.LATE: N_("review is overdue"),
    PlanState.MISSED: N_("began without an approved plan"),
}


def approval_of(session: Session, event: LectureEvent) -> Review | None:
    """The approval that an event was held on, or that its plan as it is now has."""
    held = session.get(HeldPlan, event.id) if event.held_plan_id is not None else None
    if held is not None:
        return session.get(Review, held.review_id)
    return plans.standing(event.dossier)  # type: ignore[attr-defined]


def state_of(session: Session, event: LectureEvent, days: int, now: datetime) -> PlanState:
    """Where a plan stands; it must be approved before the event begins, and `days` before is its deadline."""
    review = approval_of(session, event)
    decided = review.decided_at if review else None
    return rules_state(decided, event.starts_at, days, now)


def rules_state(decided: datetime | None, starts_at: datetime, days: int, now: datetime) -> PlanState:
    """The same of bare moments: an approval counts when it was given before the event began."""
    if decided is not None and decided < starts_at:
        return PlanState.IN_TIME
    if now >= starts_at:
        return PlanState.MISSED
    due = rules.plan_due(starts_at, days)
    tone = rules.plan_tone(due, starts_at, now)
    return {"danger": PlanState.LATE, "warning": PlanState.SOON, "neutral": PlanState.OPEN}[tone]


def _events(programme: Programme, actor: Actor) -> Select[LectureEvent]:
    statement = select(LectureEvent).where(
        LectureEvent.programme_id == programme.id,
        LectureEvent.tier == "province",
        LectureEvent.state != "cancelled",
    )
    dossier = selectinload(LectureEvent.dossier)  # type: ignore[attr-defined]
    return (
        scoped(statement, LectureEvent, actor)
        .options(dossier.selectinload(Dossier.versions), dossier.selectinload(Dossier.reviews))
        .order_by(LectureEvent.starts_at, LectureEvent.id)
    )


def _decided(
    session: Session, programme: Programme, actor: Actor
) -> list[tuple[LectureEvent, datetime | None]]:
    found = session.scalars(_events(programme, actor)).unique()
    approvals = ((e, approval_of(session, e)) for e in found if not e.held_before_reviews)
    return [(event, review.decided_at if review else None) for event, review in approvals]


def states(
    session: Session,
    programme: Programme,
    actor: Actor,
    days: int,
    now: datetime,
    memo: dict[str, Any] | None = None,
) -> list[tuple[LectureEvent, PlanState]]:
    """Every event of the province that was not called off, with where its plan stands.

    What was held before plans were reviewed here is left out: nobody could have had it reviewed. `memo`
    keeps the approvals for whoever asks again on the same page.
    """
    memo = {} if memo is None else memo
    if PLANS not in memo:
        memo[PLANS] = _decided(session, programme, actor)
    return [(event, rules_state(decided, event.starts_at, days, now)) for event, decided in memo[PLANS]]


def in_time(
    session: Session,
    programme: Programme,
    actor: Actor,
    due: date,
    now: datetime,
    memo: dict[str, Any] | None = None,
) -> Sequence[LectureEvent]:
    """The events by the due day whose plan the centre approved before they began (A8)."""
    return [
        event
        for event, state in states(session, programme, actor, 0, now, memo)
        if state == PlanState.IN_TIME and local(event.starts_at).date() <= due
    ]


def missed(
    session: Session, programme: Programme, actor: Actor, now: datetime, memo: dict[str, Any] | None = None
) -> Sequence[LectureEvent]:
    """The events that began without an approved plan (A8)."""
    return [e for e, state in states(session, programme, actor, 0, now, memo) if state == PlanState.MISSED]


def near(session: Session, actor: Actor, programme: Programme, now: datetime, days: int) -> int:
    """How many plans lie with the centre though their event begins within `days` days."""
    statement = (
        scoped(select(Dossier.id), Dossier, actor)
        .join(LectureEvent, Dossier.lecture_event_id == LectureEvent.id)
        .where(
            Dossier.programme_id == programme.id,
            Dossier.state == rules.State.CENTRE.value,
            LectureEvent.starts_at < now + timedelta(days=days),
        )
    )
    return len(session.scalars(statement).all())
