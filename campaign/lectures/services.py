"""Verbs on lecture events."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from campaign import evidence as proofs
from campaign.approvals import plans
from campaign.errors import Conflict, Refused
from campaign.evidence import Evidence
from campaign.lectures import rules
from campaign.lectures.models import LectureEvent
from campaign.messages import N_
from campaign.programmes.models import Programme

LOST = N_(
    "Somebody else saved this page after you opened it. What you typed is still here: compare it with the "
    "page as it is now, then save again to replace it."
)


@dataclass(frozen=True)
class EventValues:
    """What the form says of an event; moments are aware."""

    title: str
    tier: str
    starts_at: datetime
    ends_at: datetime
    venue: str
    address: str = ""
    online_address: str = ""
    note: str = ""
    theme: str = ""
    purpose: str = ""
    organisers: str = ""
    undertakers: str = ""
    supporters: str = ""
    park: str = ""
    rooms: str = ""
    seats: int | None = None
    travel: str = ""
    online_channels: str = ""
    host: str = ""
    contact_name: str = ""
    phone: str = ""


FACTS = tuple(field.name for field in fields(EventValues))


def facts_seen(event: LectureEvent) -> str:
    """A fingerprint of what the form says of an event, which tells whether somebody changed it meanwhile."""
    said = "\x00".join(str(getattr(event, name)) for name in FACTS)
    return hashlib.sha256(said.encode()).hexdigest()


def plan_event(session: Session, programme: Programme, values: EventValues, *, owner_id: int) -> LectureEvent:
    """Plan an event (A7, A8); commits."""
    event = LectureEvent(programme_id=programme.id, owner_id=owner_id)
    _apply(event, values)
    session.add(event)
    session.commit()
    return event


def change_event(
    session: Session, event: LectureEvent, values: EventValues, *, now: datetime, seen: str = ""
) -> None:
    """Take over the form's values; a held event cannot move into the future. Commits.

    Conflict when the same facts were changed since the page with the fingerprint `seen` was made.
    """
    if event.state == "held" and values.starts_at > now:
        raise Refused(N_("This event has been held; it cannot begin in the future."))
    if event.state == "held" and values.tier == "province" and not plans.may_stay_held(event):
        raise Refused(
            N_("This event was held by a city without the centre; it cannot become one of the province.")
        )
    revision = event.revision
    if seen and seen != facts_seen(event):
        raise Conflict(LOST)
    take_revision(session, event, revision)
    _apply(event, values)
    session.commit()


def _apply(event: LectureEvent, values: EventValues) -> None:
    if values.starts_at >= values.ends_at:
        raise Refused(N_("The event must end after it begins."))
    for name in FACTS:
        setattr(event, name, getattr(values, name))


def take_revision(session: Session, event: LectureEvent, expected: int | None) -> None:
    """Count a change of the plan; Conflict when somebody saved since revision `expected`. Does not commit.

    The database decides: of two that save at the same moment only one finds the revision it expected.
    """
    seen = LectureEvent.id == event.id
    if expected is not None:
        seen &= LectureEvent.revision == expected
    counted = session.execute(
        update(LectureEvent)
        .where(seen)
        .values(revision=LectureEvent.revision + 1)
        .returning(LectureEvent.revision),
        execution_options={"synchronize_session": False},
    )
    if counted.scalar() is None:
        raise Conflict(LOST)
    session.refresh(event, ["revision"])


def record_held(
    session: Session,
    event: LectureEvent,
    photo: Evidence | None,
    *,
    attendance_on_site: int,
    attendance_online: int,
    now: datetime,
) -> None:
    """Mark an event as held on its approved plan, with its audience and a photo (A7, A8); commits.

    A held one is recorded anew. Raises Refused where the centre has not approved the plan as it is now.
    """
    problem = rules.why_not_held(
        event.state,
        event.starts_at,
        now,
        attendance_on_site=attendance_on_site,
        attendance_online=attendance_online,
        has_photo=photo is not None or event.evidence_id is not None,
    )
    if problem is not None:
        raise Refused(problem.msgid, **problem.params)
    plans.hold(session, event)
    event.attendance_on_site = attendance_on_site
    event.attendance_online = attendance_online
    if photo is not None:
        event.evidence = proofs.attach(session, photo)
        event.evidence_name = photo.name
    event.state = "held"
    session.commit()


def cancel_event(session: Session, event: LectureEvent) -> None:
    """Call a planned event off; commits."""
    if event.state != "planned":
        raise Conflict(N_("Only a planned event can be cancelled."))
    event.state = "cancelled"
    session.commit()


def reopen_event(session: Session, event: LectureEvent) -> None:
    """Put a cancelled or wrongly recorded event back to planned; what was recorded of it stays. Commits."""
    event.state = "planned"
    plans.let_go(session, event)
    session.commit()
