"""Selects of the lecture room; every one passes the scope filter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import Session, selectinload

from campaign.access import Actor, scoped
from campaign.db import utc_now
from campaign.formatting import SHANGHAI, local
from campaign.lectures.models import AgendaItem, LectureCase, LectureEvent
from campaign.lectures.rules import (
    EventFacts,
    Item,
    LineUpLimits,
    Prepared,
    Show,
    lacking,
    speech_length,
)
from campaign.lectures.rules import run_of_show as rules_run_of_show
from campaign.programmes.models import Programme
from campaign.programmes.profiles import Profile

PROVINCE = "lectures.province"


def events_of(programme: Programme, actor: Actor) -> Select[LectureEvent]:
    """The events of a programme that the actor may see."""
    return scoped(select(LectureEvent).where(LectureEvent.programme_id == programme.id), LectureEvent, actor)


def with_line_up(statement: Select[LectureEvent]) -> Select[LectureEvent]:
    """Load the line-up along."""
    return statement.options(selectinload(LectureEvent.line_up))


def over() -> ColumnElement[bool]:
    """Which events have ended and are still called planned."""
    return and_(LectureEvent.state == "planned", LectureEvent.ends_at < utc_now())


def start_of(day: date) -> datetime:
    """The first moment of a day where the office is."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def counting(statement: Select[Any], due: date) -> Select[Any]:
    """Keep the events that count for A7: `rules.why_not_counted` as a condition in the database."""
    return statement.where(
        LectureEvent.tier == "province",
        LectureEvent.state == "held",
        LectureEvent.starts_at < start_of(due + timedelta(days=1)),
        LectureEvent.attendance_on_site > 0,
        LectureEvent.attendance_online > 0,
    )


def counted(session: Session, programme: Programme, due: date, actor: Actor) -> Sequence[LectureEvent]:
    """The provincial events held on site and online by the due day (A7)."""
    statement = counting(events_of(programme, actor), due).order_by(LectureEvent.starts_at, LectureEvent.id)
    return session.scalars(statement).all()


def facts_of(event: LectureEvent) -> EventFacts:
    """An event as the rules see it."""
    day = local(event.starts_at).date()
    return EventFacts(event.tier, event.state, day, event.attendance_on_site, event.attendance_online)


def due_of(profile: Profile) -> date | None:
    """The due day of A7, where the programme has that target."""
    return next((target.due for target in profile.targets if target.counts == PROVINCE), None)


def limits_of(profile: Profile) -> LineUpLimits:
    """What the programme asks of the lecture cases (A6, P4)."""
    asked = profile.selection
    return LineUpLimits(
        asked.lecture_min or 0, asked.lecture_max, asked.lecture_per_city_max, asked.lecture_park_percent
    )


def midnight_of(moment: datetime) -> datetime:
    """The beginning of a moment's day where the office is."""
    return start_of(local(moment).date())


def prepared(row: LectureCase) -> Prepared:
    """What there is of a told case, as the rules see it."""
    return Prepared(
        row.speaker,
        row.stand_in,
        speech_length(row.speech),
        has_speech_file=row.speech_id is not None,
        has_slides=row.slides_id is not None,
        has_film=row.clip_id is not None,
    )


def item_of(row: AgendaItem) -> Item:
    """An agenda item as the rules see it."""
    return Item(
        row.minutes,
        row.title,
        row.kind,
        row.person,
        row.host,
        row.charge,
        row.screen,
        row.materials,
        row.materials_ready,
        row.fixed_minute,
        row.lecture_case_id,
        lacking(prepared(row.told)) if row.told else (),
    )


def run_of_show(event: LectureEvent) -> Show:
    """The times of an event's agenda, one slot per item in its order, and what is wrong with it (A8)."""
    told = {row.id: row.case.title for row in event.line_up}
    return rules_run_of_show(
        event.starts_at,
        event.ends_at,
        midnight_of(event.starts_at),
        [item_of(row) for row in event.agenda],
        told,
    )
