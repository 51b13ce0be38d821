"""The filters of the list of pieces; every number of the analysis opens the list through one of them."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, or_, select

from campaign import web
from campaign.access import scoped
from campaign.cases.models import Case
from campaign.cases.queries import cases_of
from campaign.db import db
from campaign.listing import Filter
from campaign.placements import queries
from campaign.placements.forms import CHANNEL_NAMES, KIND_NAMES, STANDING_NAMES
from campaign.placements.models import Outlet, Placement, placement_case
from campaign.placements.room import target_names
from campaign.placements.standing import kept

Apply = Callable[[Select[Any], Any], Select[Any]]

NO_CITY = "none"
MOST_OUTLETS, LONGEST_ID = 200, 10


def all_of() -> tuple[Filter, ...]:
    """The filters of the programme of this address, in the order of the page."""
    programme, profile = web.programme(), web.profile()
    return (
        Filter(
            "counts",
            _l("Counts for"),
            choices=[*target_names().items(), ("any", _l("any target")), ("none", _l("no target"))],
            apply=lambda q, v: counting_any(q) if v == "any" else queries.counting(q, v, programme, profile),
        ),
        _choice("level", _l("Level"), STANDING_NAMES, _at_level),
        _choice("kind", _l("Kind"), KIND_NAMES, lambda q, v: q.where(Placement.kind == v)),
        _choice("channel", _l("Channel"), CHANNEL_NAMES, lambda q, v: q.where(Placement.channel == v)),
        Filter(
            "month",
            _l("Month"),
            choices=lambda: [(m, m) for m in queries.months(db.session, programme, web.actor())],
            apply=_in_month,
        ),
        Filter("from", _l("From"), kind="date", apply=lambda q, d: q.where(Placement.published_on >= d)),
        Filter("to", _l("To"), kind="date", apply=lambda q, d: q.where(Placement.published_on <= d)),
        Filter(
            "evidence",
            _l("Evidence"),
            choices=[("missing", _l("missing")), ("there", _l("there"))],
            apply=lambda q, v: q.where(
                Placement.evidence_id.is_(None) if v == "missing" else Placement.evidence_id.is_not(None)
            ),
        ),
        Filter(
            "outlet",
            _l("Outlet"),
            choices=_outlets_used,
            apply=lambda q, v: q.where(Placement.outlet_id == int(v)),
        ),
        Filter("city", _l("City"), choices=_cities, apply=_of_city),
        Filter("case", _l("Case"), choices=_cases, apply=_of_case),
    )


def _choice(key: str, title: Any, names: dict[str, str], apply: Apply) -> Filter:  # noqa: ANN401 - lazy text
    return Filter(key, title, choices=[(value, _l(text)) for value, text in names.items()], apply=apply)


def _at_level(statement: Select[Any], value: str) -> Select[Any]:
    return statement.where(Placement.outlet_id.in_(select(Outlet.id).where(Outlet.standing == value)))


def counting_any(statement: Select[Any]) -> Select[Any]:
    """Keep the pieces that count for at least one target of the programme."""
    programme, profile = web.programme(), web.profile()
    demanded = queries.evidence_demanded(profile)
    conditions = [
        queries.counts_for(kind, programme, evidence_demanded=demanded)
        for kind in queries.targets_of(profile)
    ]
    return statement.where(or_(*conditions)) if conditions else statement.where(Placement.id.is_(None))


def _in_month(statement: Select[Any], value: str) -> Select[Any]:
    year, month = map(int, value.split("-"))
    return statement.where(
        Placement.published_on.between(date(year, month, 1), date(year, month, monthrange(year, month)[1]))
    )


def _outlets_used() -> list[tuple[str, str]]:
    """The outlets with most pieces, and the chosen one; the others are found by the search."""
    programme, actor = web.programme(), web.actor()
    pieces = select(Placement.outlet_id, func.count().label("pieces")).where(
        Placement.programme_id == programme.id
    )
    counts = scoped(pieces, Placement, actor).group_by(Placement.outlet_id).subquery()
    used = select(Outlet.id, Outlet.name).join(counts, counts.c.outlet_id == Outlet.id)
    busiest = used.order_by(counts.c.pieces.desc(), Outlet.name).limit(MOST_OUTLETS)

    def work() -> tuple[tuple[str, str], ...]:
        return tuple((str(row_id), name) for row_id, name in db.session.execute(busiest))

    rows = list(kept(db.session, "outlets used", programme, actor, work))
    chosen = request.args.get("outlet", "")
    if chosen.isdecimal() and len(chosen) < LONGEST_ID and all(row_id != chosen for row_id, _name in rows):
        found = db.session.execute(used.where(Outlet.id == int(chosen)))
        rows += [(str(row_id), name) for row_id, name in found]
    return sorted(rows, key=lambda row: row[1])


def _cities() -> list[tuple[str, Any]]:
    regions = cases_of(web.programme(), web.actor()).with_only_columns(Case.region).distinct().order_by(None)
    found = sorted({region for region in db.session.scalars(regions) if region})
    return [*((city, city) for city in found), (NO_CITY, _l("names no case"))]


def _of_city(statement: Select[Any], value: str) -> Select[Any]:
    if value == NO_CITY:
        return statement.where(~Placement.cases.any())
    return statement.where(Placement.cases.any(Case.region == value))


def _cases() -> list[tuple[str, str]]:
    mine = cases_of(web.programme(), web.actor()).with_only_columns(Case.id, Case.title).order_by(None)
    rows = db.session.execute(mine.order_by(Case.title))
    return [(str(row_id), title) for row_id, title in rows]


def _of_case(statement: Select[Any], value: str) -> Select[Any]:
    named = select(placement_case.c.placement_id).where(placement_case.c.case_id == int(value))
    return statement.where(Placement.id.in_(named))
