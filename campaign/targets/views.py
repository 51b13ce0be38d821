"""The board: every target with actual, target, pace, and a door to its rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask_babel import get_locale
from flask_babel import gettext as _

from campaign import web
from campaign.access import EVERY_ROLE, allow
from campaign.db import db, utc_now
from campaign.formatting import local
from campaign.targets import charts, queries
from campaign.targets.queries import TargetState

blueprint: Blueprint = web.programme_blueprint("targets", __name__, "/targets")


@dataclass(frozen=True)
class Gauge:
    """What the kit's gauge draws."""

    title: str
    actual: int
    target: int
    expected: int | None
    unit: str
    state: str
    gap: int
    due_on: date | None
    url: str | None
    requirement: str
    why: str
    collected: bool
    missed: int = 0
    missed_url: str | None = None


def today() -> date:
    """The present day where the office is."""
    return local(utc_now()).date()


def gauge(state: TargetState) -> Gauge:
    """A target in the words of this request's language."""
    chinese = str(get_locale()).startswith("zh")
    target = state.target
    return Gauge(
        title=target.title if chinese else target.title_en,
        actual=state.actual,
        target=target.required,
        expected=state.pace.expected,
        unit=target.unit if chinese else target.unit_en,
        state=state.pace.standing.value,
        gap=state.pace.gap,
        due_on=target.due,
        url=queries.door(state, web.programme()),
        requirement=target.requirement,
        why=_(state.counting.why) if state.counting else _("This release does not collect these yet."),
        collected=state.counting is not None,
        missed=state.missed,
        missed_url=queries.missed_door(state, web.programme()) if state.missed else None,
    )


def _states(memo: dict[str, Any] | None = None) -> list[TargetState]:
    return queries.states(db.session, web.programme(), web.profile(), web.actor(), today(), memo)


def gauges(memo: dict[str, Any] | None = None) -> list[Gauge]:
    """Every target of the programme of this address; `memo` keeps what the page reads for more than these."""
    return [gauge(state) for state in _states(memo)]


def _matching(rows: Iterable[Gauge], words: str) -> list[Gauge]:
    return [g for g in rows if words.casefold() in f"{g.title} {g.requirement}".casefold()]


@blueprint.route("/")
@allow(EVERY_ROLE)
def index() -> str | Response:
    states = _states()
    rows = [gauge(state) for state in states]
    if request.args.get("format") == "xlsx":
        return _export(rows)
    words = request.args.get("q", "").strip()
    return render_template(
        "targets/index.html",
        gauges=_matching(rows, words) if words else rows,
        q=words,
        total=len(rows),
        day=today(),
        charts=charts.shown(*charts.NAMES, states=states) if not words else [],
    )


def _export(rows: list[Gauge]) -> Response:
    from campaign import reporting  # noqa: PLC0415 - as in web.export

    columns: list[Any] = [
        (_("Requirement"), "text"),
        (_("Target"), "text"),
        (_("Unit"), "text"),
        (_("Required"), "number"),
        (_("Actual"), "number"),
        (_("Expected today"), "number"),
        (_("Due"), "date"),
        (_("What counts"), "text"),
    ]
    cells = [[g.requirement, g.title, g.unit, g.target, g.actual, g.expected, g.due_on, g.why] for g in rows]
    return web.attachment(
        reporting.write_table(_("Targets"), columns, cells), f"{_('Targets')}.xlsx", web.XLSX
    )
