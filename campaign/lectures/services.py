"""Verbs on lecture events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from campaign import evidence as proofs
from campaign.cases.models import Case
from campaign.errors import Conflict, Refused
from campaign.evidence import Evidence
from campaign.lectures import rules
from campaign.lectures.models import AgendaItem, LectureCase, LectureEvent, LectureGuest, LectureMedium
from campaign.messages import N_
from campaign.programmes.models import Programme


@dataclass(frozen=True)
class EventValues:
    """What the form says of an event; moments are aware, lists in the order of the page."""

    title: str
    tier: str
    starts_at: datetime
    ends_at: datetime
    venue: str
    address: str
    online_address: str
    note: str
    line_up: tuple[tuple[Case, str], ...]
    guests: tuple[tuple[str, str], ...]
    media: tuple[tuple[str, str], ...]
    agenda: tuple[tuple[int, str, str], ...]


def plan_event(session: Session, programme: Programme, values: EventValues, *, owner_id: int) -> LectureEvent:
    """Plan an event (A7, A8); commits."""
    event = LectureEvent(programme_id=programme.id, owner_id=owner_id)
    _apply(event, values)
    session.add(event)
    session.commit()
    return event


def change_event(session: Session, event: LectureEvent, values: EventValues, *, now: datetime) -> None:
    """Take over the form's values with all its lists; a held event cannot move into the future. Commits."""
    if event.state == "held" and values.starts_at > now:
        raise Refused(N_("This event has been held; it cannot begin in the future."))
    _apply(event, values, session)
    session.commit()


def _apply(event: LectureEvent, values: EventValues, session: Session | None = None) -> None:
    if values.starts_at >= values.ends_at:
        raise Refused(N_("The event must end after it begins."))
    if len({case.id for case, _speaker in values.line_up}) < len(values.line_up):
        raise Refused(N_("A case stands twice in the line-up."))
    for name in ("title", "tier", "starts_at", "ends_at", "venue", "address", "online_address", "note"):
        setattr(event, name, getattr(values, name))
    # Rows of a case that stays are kept, so that the database never sees the same case twice in one event.
    known = {row.case_id: row for row in event.line_up}
    line_up = []
    for position, (case, speaker) in enumerate(values.line_up):
        row = known.get(case.id) or LectureCase(case=case)
        row.position, row.speaker = position, speaker
        line_up.append(row)
    event.line_up = line_up
    event.guests = [
        LectureGuest(position=i, name=name, title=title) for i, (name, title) in enumerate(values.guests)
    ]
    event.media = [
        LectureMedium(position=i, name=name, note=note) for i, (name, note) in enumerate(values.media)
    ]
    event.agenda = [
        AgendaItem(position=i, minutes=minutes, title=title, person=person)
        for i, (minutes, title, person) in enumerate(values.agenda)
    ]
    if session is not None:
        session.flush()


def record_held(
    session: Session,
    event: LectureEvent,
    photo: Evidence | None,
    *,
    attendance_on_site: int,
    attendance_online: int,
    now: datetime,
) -> None:
    """Mark an event as held, with its audience and a photo; a held one is recorded anew (A7). Commits."""
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
    session.commit()
