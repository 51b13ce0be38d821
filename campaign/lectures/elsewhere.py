"""People of an event who are needed at another one at the same time (A8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from campaign.access import Actor, scoped
from campaign.lectures import queries
from campaign.lectures.models import LectureEvent
from campaign.lectures.rules import Finding, Item, Show, names_in
from campaign.messages import N_, Message

# A guest with one of these answers does not come.
STAYS_AWAY = frozenset({"no", "deputy"})


@dataclass(frozen=True)
class Engagement:
    """Somebody is needed from `begin` to `end`; `item` is the place in the agenda, None the whole event."""

    name: str
    begin: datetime
    end: datetime
    item: int | None = None


def of_items(items: Sequence[Item], show: Show) -> Iterator[Engagement]:
    """Who is needed when by a run of show."""
    for place, (item, (begin, end)) in enumerate(zip(items, show.slots, strict=True)):
        for name in dict.fromkeys(names_in(f"{item.person}、{item.host}、{item.charge}")):
            yield Engagement(name, begin, end, place)


def of_event(event: LectureEvent) -> Iterator[Engagement]:
    """Who is there from beginning to end: the host, those who tell, guests who come."""
    coming = [row.name for row in event.guests if row.answer not in STAYS_AWAY]
    names = [*names_in(event.host), *(row.speaker for row in event.line_up), *coming]
    for name in dict.fromkeys(name.strip() for name in names if name.strip()):
        yield Engagement(name, event.starts_at, event.ends_at)


def clashes(mine: Sequence[Engagement], other: Sequence[Engagement], title: str) -> list[Finding]:
    """Each person who is needed at both, once; where the agenda names the person, at that item."""
    text = N_("%(name)s is needed at the same time in another event: “%(other)s”.")
    found: dict[str, Finding] = {}
    for one in sorted(mine, key=lambda e: (e.item is None, e.item or 0)):
        if one.name not in found and any(
            two.name == one.name and two.begin < one.end and one.begin < two.end for two in other
        ):
            message = Message(text, {"name": one.name, "other": title})
            found[one.name] = Finding("elsewhere", one.item, severe=True, message=message)
    return list(found.values())


def with_clashes(
    session: Session, event: LectureEvent, items: Sequence[Item], show: Show, actor: Actor
) -> Show:
    """The same run of show, which also says who is needed at another event of the programme (A8)."""
    statement = select(LectureEvent).where(
        LectureEvent.programme_id == event.programme_id,
        LectureEvent.id != event.id,
        LectureEvent.state != "cancelled",
        LectureEvent.starts_at < event.ends_at,
        LectureEvent.ends_at > event.starts_at,
    )
    lists = [selectinload(getattr(LectureEvent, name)) for name in ("guests", "line_up", "agenda")]
    others = session.scalars(scoped(statement, LectureEvent, actor).options(*lists)).unique().all()
    mine = [*of_items(items, show), *of_event(event)]
    found = [
        finding
        for other in others
        for finding in clashes(mine, [*_agenda_of(other), *of_event(other)], other.title)
    ]
    return replace(show, findings=(*show.findings, *found))


def _agenda_of(event: LectureEvent) -> Iterator[Engagement]:
    return of_items([queries.item_of(row) for row in event.agenda], queries.run_of_show(event))
