"""What the charts of the board show: the series that a report of this moment would freeze (A17)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, partial

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from campaign import reporting, web
from campaign.access import scoped
from campaign.cases.models import Case
from campaign.cases.queries import ACTIVE, cases_of
from campaign.db import db, utc_now
from campaign.documents import series
from campaign.documents.facts import months_of
from campaign.films.models import Clip
from campaign.formatting import local
from campaign.messages import N_
from campaign.placements import queries as placements
from campaign.reporting import Series, TargetLine
from campaign.targets import queries
from campaign.targets.queries import TargetState

# The charts of the board in the order of the page, with their titles.
NAMES = {
    "targets": N_("Targets against actual"),
    "coverage": N_("Coverage against its pace"),
    "cases_by_city": N_("Cases by region"),
    "cases_by_type": N_("Cases by type"),
    "cases_by_enterprise": N_("Cases by enterprise"),
    "clips_by_state": N_("Clips by state"),
}
ROWS = {
    "coverage": "placements.index",
    "cases_by_city": "cases.index",
    "cases_by_type": "cases.index",
    "cases_by_enterprise": "cases.index",
    "clips_by_state": "films.clips",
}


@dataclass(frozen=True)
class Shown:
    """A chart on a page: its title, the words that stand for it, where its file and its rows are."""

    key: str
    title: str
    alt: str
    url: Callable[..., str]
    rows_url: str | None = None


def _today() -> date:
    return local(utc_now()).date()


class Read:
    """What the charts of one programme stand on, each part read when it is first asked for.

    `states` are those of the page around the charts, where it has read them already.
    """

    def __init__(self, states: list[TargetState] | None = None) -> None:
        self._states = states

    @cached_property
    def states(self) -> list[TargetState]:
        """Every target with its number."""
        if self._states is not None:
            return self._states
        return queries.states(db.session, web.programme(), web.profile(), web.actor(), _today())

    @cached_property
    def cases(self) -> Sequence[Case]:
        """The cases that still run."""
        statement = cases_of(web.programme(), web.actor()).where(Case.state.in_(ACTIVE))
        return db.session.scalars(statement.order_by(Case.number, Case.id)).unique().all()

    def of(self, key: str) -> Series:
        """The series of one chart, as a report of this moment would freeze it."""
        return MAKERS[key](self)

    def targets(self) -> Series:
        """Every target against what was reached."""
        lines = tuple(
            TargetLine(
                key=state.target.key,
                requirement=state.target.requirement,
                title=state.target.title,
                unit=state.target.unit,
                required=Decimal(state.target.required),
                actual=Decimal(state.actual),
                due=state.target.due,
                met=state.met,
            )
            for state in self.states
        )
        return Series("targets", reporting.TARGETS_TITLE, lines)

    def coverage(self) -> Series:
        """Pieces that count for any target, each once, by the end of each month."""
        of_coverage = [s for s in self.states if s.target.counts.startswith("placements.")]
        days = placements.counted_days(db.session, web.programme(), web.profile(), web.actor())
        points = series.coverage_points(
            months_of(web.programme()),
            list(days),
            sum(state.target.required for state in of_coverage),
            series.month_of(_today()),
        )
        return Series("coverage", reporting.COVERAGE_TITLE, points if of_coverage else ())

    def clip_states(self) -> list[str]:
        """The state of every clip."""
        statement = scoped(select(Clip.state), Clip, web.actor())
        return list(db.session.scalars(statement.where(Clip.programme_id == web.programme().id)))


MAKERS: dict[str, Callable[[Read], Series]] = {
    "targets": Read.targets,
    "coverage": Read.coverage,
    "cases_by_city": lambda r: reporting.counted_series(
        "cases_by_city", series.by_city(r.cases, web.profile())
    ),
    "cases_by_type": lambda r: reporting.counted_series("cases_by_type", series.by_type(r.cases)),
    "cases_by_enterprise": lambda r: reporting.counted_series(
        "cases_by_enterprise", series.by_enterprise(r.cases, web.profile())
    ),
    "clips_by_state": lambda r: reporting.counted_series("clips_by_state", series.by_state(r.clip_states())),
}


def worth_showing(one: Series) -> bool:
    """Whether there is anything to see: a chart of zeros explains nothing."""
    if one.key in ("targets", "coverage"):
        return bool(one.values)
    return any(getattr(value, "count", 0) or getattr(value, "executed_fen", 0) for value in one.values)


def shown(*keys: str, states: list[TargetState] | None = None) -> list[Shown]:
    """These charts as a page shows them, those with nothing to see left out; `states` as in `Read`."""
    read = Read(states)
    found = []
    for key in keys:
        one = read.of(key)
        if worth_showing(one):
            rows = url_for(ROWS[key]) if key in ROWS else None
            found.append(Shown(key, _(NAMES[key]), one.alt, partial(url_for, "targets.chart", key=key), rows))
    return found
