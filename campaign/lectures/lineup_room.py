"""The page of the line-up as values: candidates, what was typed, what the solver proposes (A6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from campaign.access import Actor
from campaign.cases.models import Case
from campaign.cases.queries import cases_of
from campaign.errors import Refused
from campaign.lectures.models import LectureEvent, LectureScore
from campaign.lectures.rules import LineUpCase, LineUpLimits
from campaign.messages import N_, Message
from campaign.programmes.profiles import Profile

LIMIT_NAMES = ("seats", "per_city", "park_percent", "per_enterprise")
MOST = {"seats": 1000, "per_city": 1000, "park_percent": 100, "per_enterprise": 1000}
HUNDRED = 100


@dataclass(frozen=True)
class Row:
    """A candidate as the page shows it; `score` is what was typed, `hundredths` what it means."""

    case: Case
    chosen: bool
    mark: str
    score: str
    hundredths: int | None
    fault: Message | None = None


@dataclass(frozen=True)
class Room:
    """All that was typed on the page; `faults` are about the limits, by name."""

    rows: tuple[Row, ...]
    limits: Mapping[str, str]
    numbers: Mapping[str, int | None]
    faults: Mapping[str, Message]

    @property
    def chosen(self) -> list[Case]:
        """The chosen cases."""
        return [row.case for row in self.rows if row.chosen]

    @property
    def is_right(self) -> bool:
        """Whether everything that was typed can be read."""
        return not self.faults and not any(row.fault for row in self.rows)

    def with_chosen(self, ids: frozenset[int]) -> Room:
        """The same page with other cases chosen."""
        return replace(self, rows=tuple(replace(row, chosen=row.case.id in ids) for row in self.rows))


def candidates_of(session: Session, event: LectureEvent, actor: Actor) -> Sequence[Case]:
    """The candidates the cities sent, and what stands in the line-up or is marked already."""
    there = {row.case_id for row in event.line_up} | {row.case_id for row in event.candidates}
    statement = cases_of(event.programme, actor).where(
        or_(Case.lecture_candidate & (Case.state != "withdrawn"), Case.id.in_(there))
    )
    return session.scalars(statement).unique().all()


def default_limits(profile: Profile) -> dict[str, str]:
    """What the programme asks, as the page shows it first (A6, P4)."""
    asked = profile.selection
    seats = asked.lecture_min or asked.lecture_max
    figures = {
        "seats": seats,
        "per_city": asked.lecture_per_city_max,
        "park_percent": asked.lecture_park_percent,
        "per_enterprise": 1,
    }
    return {name: "" if figure is None else str(figure) for name, figure in figures.items()}


def score_text(hundredths: int | None) -> str:
    """A score as people write it: 8750 is 87.5."""
    return "" if hundredths is None else f"{Decimal(hundredths) / HUNDRED:f}".rstrip("0").rstrip(".") or "0"


def read_score(text: str) -> int | None:
    """Hundredths of a point, None for nothing; what is no score is refused."""
    if not text.strip():
        return None
    try:
        score = Decimal(text.strip())
    except InvalidOperation:
        score = Decimal(-1)
    hundredths = score * HUNDRED if score.is_finite() else Decimal(-1)
    if not 0 <= hundredths <= HUNDRED * 10_000 or hundredths != hundredths.to_integral_value():
        raise Refused(
            N_("“%(value)s” is no score; enter a number of points with at most two decimals."), value=text
        )
    return int(hundredths)


def stored_room(session: Session, event: LectureEvent, cases: Sequence[Case], profile: Profile) -> Room:
    """The page as the database knows it."""
    told = {row.case_id for row in event.line_up}
    marks = {row.case_id: row.mark for row in event.candidates}
    scores = scores_of(session, cases)
    rows = [
        Row(
            case,
            case.id in told,
            marks.get(case.id, ""),
            score_text(scores.get(case.id)),
            scores.get(case.id),
        )
        for case in cases
    ]
    limits = default_limits(profile)
    return Room(_sorted(rows), limits, {name: _figure(text) for name, text in limits.items()}, {})


def scores_of(session: Session, cases: Sequence[Case]) -> dict[int, int]:
    """The expert scores of these cases in hundredths."""
    ids = [case.id for case in cases]
    statement = select(LectureScore).where(LectureScore.case_id.in_(ids))
    return {row.case_id: row.score_hundredths for row in session.scalars(statement)}


def typed_room(typed: Any, cases: Sequence[Case]) -> Room:  # noqa: ANN401 - werkzeug's form
    """The page as it was sent."""
    chosen = set(typed.getlist("chosen"))
    rows = []
    for case in cases:
        text, mark = typed.get(f"score-{case.id}", ""), typed.get(f"mark-{case.id}", "")
        hundredths, fault = None, None
        try:
            hundredths = read_score(text)
        except Refused as refusal:
            fault = Message(refusal.msgid, refusal.params)
        mark = mark if mark in ("pinned", "excluded") else ""
        rows.append(Row(case, str(case.id) in chosen, mark, text.strip(), hundredths, fault))
    limits = {name: typed.get(name, "").strip() for name in LIMIT_NAMES}
    numbers, faults = {}, {}
    for name, text in limits.items():
        figure = _figure(text)
        least = 0 if name == "park_percent" else 1
        if text and (figure is None or not least <= figure <= MOST[name]):
            figure = None
            params = {"least": least, "most": MOST[name]}
            faults[name] = Message(N_("Enter a whole number, %(least)s to %(most)s."), params)
        numbers[name] = figure
    if not limits["seats"]:
        faults["seats"] = Message(N_("Enter how many cases are to be told."))
    return Room(_sorted(rows), limits, numbers, faults)


def _figure(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 7 else None


def _sorted(rows: Sequence[Row]) -> tuple[Row, ...]:
    return tuple(
        sorted(
            rows,
            key=lambda r: (
                r.hundredths is None,
                -(r.hundredths or 0),
                r.case.region,
                r.case.title,
                r.case.id,
            ),
        )
    )


def line_up_of(cases: Sequence[Case]) -> list[LineUpCase]:
    """Cases as far as the limits are concerned."""
    return [LineUpCase(case.region, case.by_park_association, case.enterprise.name) for case in cases]


def limits_of(room: Room) -> LineUpLimits:
    """The typed limits for the facts beside the list."""
    seats = room.numbers["seats"]
    return LineUpLimits(
        seats or 0,
        seats,
        room.numbers["per_city"],
        room.numbers["park_percent"],
        room.numbers["per_enterprise"],
    )


def propose(room: Room, alternatives: int) -> Any:  # noqa: ANN401 - a Proposal; scipy is slow to load
    """Ask the solver; candidates without a score count as 0."""
    from campaign.lectures import lineup, lineup_words  # noqa: PLC0415 - scipy is slow to load and seldom used

    share = Fraction(room.numbers["park_percent"] or 0, 100)
    limits = lineup.Limits(
        room.numbers["seats"] or 1, room.numbers["per_city"], share, room.numbers["per_enterprise"]
    )
    candidates = [
        lineup.Candidate(
            str(row.case.id),
            row.case.region,
            str(row.case.enterprise_id),
            row.case.by_park_association,
            Decimal(row.hundredths or 0) / HUNDRED,
            row.case.title,
        )
        for row in room.rows
    ]
    found = lineup.propose(
        candidates,
        limits,
        pinned=[str(row.case.id) for row in room.rows if row.mark == "pinned"],
        excluded=[str(row.case.id) for row in room.rows if row.mark == "excluded"],
        alternatives=alternatives,
    )
    if found.contradiction is None:
        return found.line_ups, None
    firms = {str(row.case.enterprise_id): row.case.enterprise.name for row in room.rows}
    clash = found.contradiction
    named = replace(
        clash,
        changes=tuple(_by_name(c, firms) for c in clash.changes),
        together=tuple(_by_name(c, firms) for c in clash.together),
    )
    return (), lineup_words.sentences(named, candidates, limits)


def _by_name(change: Any, firms: Mapping[str, str]) -> Any:  # noqa: ANN401 - a Change, as above
    if change.kind != "per_enterprise":
        return change
    return replace(change, parts={firms[key]: count for key, count in change.parts.items()})
