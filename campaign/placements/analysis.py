"""Coverage by phase, month, level, outlet, city and case, from one reading of the pieces (B1, B2, B7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.access import Actor, scoped
from campaign.cases.models import Case
from campaign.cases.queries import ACTIVE, cases_of
from campaign.outlets.models import Outlet, OutletContact
from campaign.placements import queries
from campaign.placements.models import Placement, placement_case
from campaign.placements.phases import PhaseDays
from campaign.programmes.models import Programme
from campaign.programmes.profiles import Profile


class Fact(NamedTuple):
    """One piece as far as figures go; `counts` are the targets it counts for."""

    id: int
    outlet_id: int
    outlet: str
    level: str
    day: date
    counts: frozenset[str]


@dataclass(frozen=True)
class CaseFact:
    """A case, and the pieces that name it."""

    id: int
    title: str
    city: str
    enterprise: str
    pieces: tuple[int, ...]


@dataclass(frozen=True)
class Line:
    """One row of a figure: its key for the list's filter, its words, all pieces and the counted ones."""

    key: str
    label: str
    pieces: int
    counted: int


@dataclass(frozen=True)
class Silent:
    """An outlet that was turned to and has published nothing."""

    outlet: Outlet
    last: date
    times: int
    answer: str


def facts_of(session: Session, programme: Programme, profile: Profile, actor: Actor) -> list[Fact]:
    """Read every piece the actor may see, in one query."""
    kinds = queries.targets_of(profile)
    demanded = queries.evidence_demanded(profile)
    marks = [
        queries.counts_for(kind, programme, evidence_demanded=demanded).label(f"counts_{number}")
        for number, kind in enumerate(kinds)
    ]
    statement = select(
        Placement.id, Placement.outlet_id, Outlet.name, Outlet.standing, Placement.published_on, *marks
    ).join(Placement.outlet)
    statement = scoped(statement.where(Placement.programme_id == programme.id), Placement, actor)
    # There are few combinations of targets and many pieces.
    combinations: dict[tuple[object, ...], frozenset[str]] = {}
    facts = []
    for row in session.execute(statement.order_by(Placement.published_on, Placement.id)):
        key = tuple(row[5:])
        if key not in combinations:
            combinations[key] = frozenset(kind for kind, mark in zip(kinds, key, strict=True) if mark)
        facts.append(Fact(row[0], row[1], row[2], row[3], row[4], combinations[key]))
    return facts


def cases_with_pieces(session: Session, programme: Programme, actor: Actor) -> list[CaseFact]:
    """Every live case with the ids of the pieces that name it, in two queries."""
    named: dict[int, list[int]] = {}
    pairs = select(placement_case.c.case_id, placement_case.c.placement_id).join(
        Placement, Placement.id == placement_case.c.placement_id
    )
    pairs = scoped(pairs.where(Placement.programme_id == programme.id), Placement, actor)
    for case_id, placement_id in session.execute(pairs.order_by(placement_case.c.placement_id)):
        named.setdefault(case_id, []).append(placement_id)
    rows = session.scalars(cases_of(programme, actor).where(Case.state.in_(ACTIVE)).order_by(Case.title))
    return [
        CaseFact(row.id, row.title, row.region, row.enterprise.name, tuple(named.get(row.id, ())))
        for row in rows.unique()
    ]


def by_level(facts: Sequence[Fact], names: dict[str, str]) -> list[Line]:
    """One line per level that has pieces, the highest first."""
    lines = _lines((fact.level, fact) for fact in facts)
    return [Line(key, names[key], *lines[key]) for key in names if key in lines]


def by_outlet(facts: Sequence[Fact]) -> list[Line]:
    """One line per outlet, the busiest first."""
    names = {str(fact.outlet_id): fact.outlet for fact in facts}
    lines = _lines((str(fact.outlet_id), fact) for fact in facts)
    return _busiest(Line(key, names[key], *figures) for key, figures in lines.items())


def by_month(facts: Sequence[Fact], programme: Programme) -> list[Line]:
    """Every month of the programme, and others that have pieces."""
    lines = _lines((f"{fact.day:%Y-%m}", fact) for fact in facts)
    first, last = programme.starts_on, programme.ends_on
    months = {
        f"{number // 12:04d}-{number % 12 + 1:02d}"
        for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    }
    several = len({key[:4] for key in months | lines.keys()}) > 1
    return [
        Line(key, _month(key, several=several), *lines.get(key, (0, 0)))
        for key in sorted(months | lines.keys())
    ]


def _month(key: str, *, several: bool) -> str:
    year, month = key.split("-")
    return f"{year}年{int(month)}月" if several else f"{int(month)}月"


def by_phase(facts: Sequence[Fact], phases: Sequence[PhaseDays]) -> list[Line]:
    """The phases of the plan that have days (B1, A10); `key` is "first/last" for the list's filters."""
    found = []
    for phase in phases:
        if phase.starts is None or phase.ends is None:
            continue
        inside = [fact for fact in facts if phase.starts <= fact.day <= phase.ends]
        counted = sum(bool(fact.counts) for fact in inside)
        found.append(Line(f"{phase.starts}/{phase.ends}", phase.title, len(inside), counted))
    return found


def by_city(facts: Sequence[Fact], cases: Sequence[CaseFact]) -> list[Line]:
    """One line per city of the cases; a piece about two cities stands in both."""
    of_piece: dict[int, set[str]] = {}
    for case in cases:
        for piece in case.pieces:
            of_piece.setdefault(piece, set()).add(case.city)
    pairs = ((city, fact) for fact in facts for city in of_piece.get(fact.id, ()) if city)
    lines = _lines(pairs)
    for case in cases:
        if case.city:
            lines.setdefault(case.city, (0, 0))
    return _busiest(Line(city, city, *figures) for city, figures in lines.items())


def by_case(facts: Sequence[Fact], cases: Sequence[CaseFact]) -> list[Line]:
    """One line per case that is written about, the most written about first."""
    counted = {fact.id: bool(fact.counts) for fact in facts}
    lines = (
        Line(
            str(case.id),
            case.title,
            len(case.pieces),
            sum(counted.get(piece, False) for piece in case.pieces),
        )
        for case in cases
        if case.pieces
    )
    return _busiest(lines)


def _lines(pairs: Iterable[tuple[str, Fact]]) -> dict[str, tuple[int, int]]:
    pieces: Counter[str] = Counter()
    counted: Counter[str] = Counter()
    for key, fact in pairs:
        pieces[key] += 1
        counted[key] += bool(fact.counts)
    return {key: (number, counted[key]) for key, number in pieces.items()}


def _busiest(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (-line.pieces, -line.counted, line.label))


def silent_outlets(session: Session, programme: Programme, actor: Actor) -> list[Silent]:
    """The outlets that were turned to and have no piece in the programme, the longest silent first (B2)."""
    contacts = select(OutletContact).where(OutletContact.programme_id == programme.id)
    rows = session.scalars(
        scoped(contacts, OutletContact, actor).order_by(OutletContact.contacted_on, OutletContact.id)
    ).all()
    wanted = {row.outlet_id for row in rows}
    if not wanted:
        return []
    wrote = select(Placement.outlet_id).where(Placement.programme_id == programme.id)
    heard = set(session.scalars(scoped(wrote, Placement, actor).distinct()))
    outlets = {row.id: row for row in session.scalars(select(Outlet).where(Outlet.id.in_(wanted - heard)))}
    found: dict[int, Silent] = {}
    for row in rows:
        if row.outlet_id in outlets:
            before = found.get(row.outlet_id)
            found[row.outlet_id] = Silent(
                outlets[row.outlet_id], row.contacted_on, before.times + 1 if before else 1, row.answer
            )
    return sorted(found.values(), key=lambda one: one.last)


def days_of(facts: Sequence[Fact], year: int, month: int) -> dict[int, int]:
    """Pieces by day of one month, for the calendar."""
    return dict(Counter(fact.day.day for fact in facts if (fact.day.year, fact.day.month) == (year, month)))


def counted_days(facts: Sequence[Fact], kind: str) -> list[date]:
    """The days of the pieces that count for a target, for the forecast."""
    return [fact.day for fact in facts if kind in fact.counts]
