"""The analysis of coverage: pace in words, figures that open their rows, charts, a calendar, the silent."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, current_app, render_template, request, url_for
from flask_babel import gettext as _

from campaign import reporting, web
from campaign.access import EVERY_ROLE, allow
from campaign.db import db, utc_now
from campaign.errors import NotFound
from campaign.formatting import local
from campaign.messages import N_
from campaign.placements import analysis, pace, phases
from campaign.placements.analysis import CaseFact, Fact, Line
from campaign.placements.forms import STANDING_NAMES
from campaign.placements.room import TARGET_NAMES, blueprint, say, target_names
from campaign.programmes.profiles import Target

FIGURE_NAMES = {
    "month": N_("By month"),
    "phase": N_("By phase of the plan"),
    "level": N_("By level of the outlet"),
    "outlet": N_("By outlet"),
    "city": N_("By city"),
    "case": N_("By case"),
}
MEDIA_TYPES = {"svg": "image/svg+xml", "png": "image/png"}
ON_PAGE = 15
MORE_ON_PAGE = 60


@dataclass(frozen=True)
class Goal:
    """A target of coverage with its gauge and its sentence."""

    target: Target
    actual: int
    words: str


@dataclass(frozen=True)
class Figure:
    """One figure of the page: its lines, and by which filters of the list each opens its rows."""

    key: str
    title: str
    lines: Sequence[Line]
    arguments: Callable[[str], dict[str, str]]
    alt: str


@dataclass(frozen=True)
class Read:
    """What the page stands on, read once."""

    facts: list[Fact]
    cases: list[CaseFact]


def read() -> Read:
    """Read the pieces and cases of the programme of this address."""
    session, programme, actor = db.session, web.programme(), web.actor()
    return Read(
        analysis.facts_of(session, programme, web.profile(), actor),
        analysis.cases_with_pieces(session, programme, actor),
    )


def goals(found: Read, today: date) -> list[Goal]:
    """Each target of coverage with what is missing in words (ux: the gauge shows pace)."""
    shown = []
    for target in web.profile().targets:
        if target.counts not in TARGET_NAMES:
            continue
        days = analysis.counted_days(found.facts, target.counts)
        ahead = pace.forecast(
            days, required=target.required, starts=web.programme().starts_on, due=target.due, today=today
        )
        words = say(pace.in_words(ahead, due=target.due, today=today, unit=target.unit))
        shown.append(Goal(target, len(days), words))
    return shown


def planned_phases() -> list[phases.PhaseDays]:
    """The phases of the programme of this address."""
    return phases.phases_of(db.session, web.programme(), web.profile())


def lines_of(key: str, found: Read) -> list[Line]:
    """The lines of one figure."""
    makers: dict[str, Callable[[], list[Line]]] = {
        "month": lambda: analysis.by_month(found.facts, web.programme()),
        "phase": lambda: analysis.by_phase(found.facts, planned_phases()),
        "level": lambda: analysis.by_level(found.facts, {k: _(text) for k, text in STANDING_NAMES.items()}),
        "outlet": lambda: analysis.by_outlet(found.facts),
        "city": lambda: analysis.by_city(found.facts, found.cases),
        "case": lambda: analysis.by_case(found.facts, found.cases),
    }
    return makers[key]()


def bars_of(lines: Sequence[Line]) -> tuple[reporting.Bar, ...]:
    """The lines as a chart takes them."""
    return tuple(reporting.Bar(line.label, line.pieces, line.counted) for line in lines)


def arguments_of(key: str) -> Callable[[str], dict[str, str]]:
    """How a line of a figure is asked of the list."""
    if key == "phase":
        return lambda value: dict(zip(("from", "to"), value.split("/"), strict=True))
    return lambda value: {key: value}


def figure(key: str, found: Read) -> Figure:
    """One figure with all that the page needs."""
    lines, title = lines_of(key, found), _(FIGURE_NAMES[key])
    return Figure(key, title, lines, arguments_of(key), reporting.alt_text(title, bars_of(lines)))


@blueprint.route("/analysis")
@allow(EVERY_ROLE)
def show_analysis() -> str:
    today = local(utc_now()).date()
    found = read()
    month = _month(request.args.get("month", ""), today, found.facts)
    actor = web.actor()
    return render_template(
        "placements/analysis.html",
        found=found,
        goals=goals(found, today),
        names=target_names(),
        figures=[figure(key, found) for key in FIGURE_NAMES],
        phases=[phase.title for phase in planned_phases()],
        sets_phases=phases.may_set(actor, web.programme()),
        most=ON_PAGE,
        most_more=MORE_ON_PAGE,
        weeks=calendar.Calendar(firstweekday=0).monthdatescalendar(*month),
        month=month,
        before=_step(month, -1),
        after=_step(month, 1),
        per_day=analysis.days_of(found.facts, *month),
        today=today,
        unwritten=[case for case in found.cases if not case.pieces],
        silent=analysis.silent_outlets(db.session, web.programme(), actor),
        counted=sum(bool(fact.counts) for fact in found.facts),
    )


def _month(text: str, today: date, facts: Sequence[Fact]) -> tuple[int, int]:
    """The month asked for, else the present one; after the programme that of the last piece."""
    try:
        day = date.fromisoformat(f"{text}-01")
    except ValueError:
        day = max(today, web.programme().starts_on)
        if day > web.programme().ends_on:
            day = max((fact.day for fact in facts if fact.day <= today), default=web.programme().ends_on)
    return day.year, day.month


def _step(month: tuple[int, int], by: int) -> str:
    number = month[0] * 12 + month[1] - 1 + by
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


@blueprint.route("/analysis/<key>.<form>")
@allow(EVERY_ROLE)
def chart(key: str, form: str) -> Response:
    """One chart as SVG or PNG; a click on the page's button saves it under its name."""
    if key not in FIGURE_NAMES or form not in MEDIA_TYPES:
        raise NotFound(N_("There is no such chart."))
    title = _(FIGURE_NAMES[key])
    bars = bars_of(lines_of(key, read()))
    drawn: Any = reporting.coverage_chart(
        bars, title, current_app.config["SETTINGS"].data_dir, by_month=key == "month"
    )
    content = drawn.svg if form == "svg" else drawn.png
    if "save" in request.args:
        return web.attachment(content, f"{_('Coverage')} {title}.{form}", MEDIA_TYPES[form])
    return Response(content, mimetype=MEDIA_TYPES[form])


def rows_of(one: Figure, line: Line, *, counted: bool = False) -> str:
    """Where a number of a figure leads: exactly its rows in the list."""
    arguments: dict[str, Any] = dict(one.arguments(line.key))
    if counted:
        arguments["counts"] = "any"
    return url_for("placements.index", **arguments)


@blueprint.app_context_processor
def _doors() -> dict[str, Any]:
    return {"coverage_rows": rows_of}
