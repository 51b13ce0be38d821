"""The first page: how do we stand, and what must I do today (ux: principle 1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import lazyload

from campaign import access, web
from campaign.access import EVERY_ROLE, allow, scoped
from campaign.accounts.models import Role
from campaign.cases.models import Case
from campaign.cases.queries import cases_of
from campaign.db import db, utc_now
from campaign.exhibits.models import Exhibit
from campaign.films.models import Clip, SourceVideo
from campaign.formatting import local
from campaign.lectures import standing
from campaign.lectures.models import LectureEvent
from campaign.lectures.views import facts_of, say
from campaign.listing import contains
from campaign.overview import tasks
from campaign.placements.models import Placement
from campaign.programmes.models import Programme
from campaign.targets.views import gauges

blueprint: Blueprint = web.programme_blueprint("overview", __name__, "")


def _countdown(event: LectureEvent | None) -> dict[str, object]:
    """Days until the next event and what its plan lacks, for those who plan it (A8)."""
    if event is None or not web.may(access.WRITES_EVENTS):
        return {"event_days": None, "event_gaps": []}
    today = local(utc_now()).date()
    found = standing.gaps(event, facts_of(event), today)
    return {"event_days": standing.days_left(event, today), "event_gaps": found, "say_gap": say}


@blueprint.route("/")
@allow(EVERY_ROLE)
def index() -> str:
    memo: dict[str, Any] = {}
    numbers = tasks.count()
    next_event = db.session.scalars(
        scoped(select(LectureEvent), LectureEvent, web.actor())
        .where(
            LectureEvent.programme_id == web.programme().id,
            LectureEvent.state == "planned",
            LectureEvent.starts_at > utc_now(),
        )
        .order_by(LectureEvent.starts_at)
        .limit(1)
    ).first()
    recent = db.session.scalars(
        scoped(select(Clip), Clip, web.actor())
        .where(Clip.programme_id == web.programme().id, Clip.state == "ready")
        .order_by(Clip.updated_at.desc())
        .limit(4)
        .options(lazyload(Clip.ranges), lazyload(Clip.renditions))
    ).unique()
    return render_template(
        "overview/index.html",
        gauges=gauges(memo),
        tasks=tasks.waiting(numbers, memo),
        next_event=next_event,
        **_countdown(next_event),
        clips=list(recent),
        case_count=numbers["cases"],
        released_count=numbers["released"],
        film_count=numbers["films"],
        piece_count=numbers["pieces"],
        provinces=_compared() if web.may(access.MANAGES | {Role.REVIEWER}) else [],
    )


@dataclass(frozen=True)
class Compared:
    """One programme beside the others (B7)."""

    title: str
    key: str
    url: str
    cases: int
    clips: int
    pieces: int
    events: int


def _compared() -> list[Compared]:
    """Provinces side by side, with one query per column whatever their number (B7)."""
    programmes = db.session.scalars(
        scoped(select(Programme), Programme, web.actor()).order_by(Programme.title)
    ).unique()

    def by_programme(model: Any, *wheres: Any) -> dict[int, int]:  # noqa: ANN401 - models and conditions
        rows = db.session.execute(
            scoped(select(model.programme_id, func.count()).where(*wheres), model, web.actor()).group_by(
                model.programme_id
            )
        )
        return {key: number for key, number in rows}  # noqa: C416 - a Row is no pair to mypy

    cases, clips = by_programme(Case), by_programme(Clip, Clip.state == "ready")
    pieces, events = by_programme(Placement), by_programme(LectureEvent, LectureEvent.state == "held")
    return [
        Compared(
            p.title,
            p.key,
            url_for("overview.index", programme=p.key),
            cases.get(p.id, 0),
            clips.get(p.id, 0),
            pieces.get(p.id, 0),
            events.get(p.id, 0),
        )
        for p in programmes
    ]


@blueprint.route("/search")
@allow(EVERY_ROLE)
def search() -> str:
    """Search over everything of the programme; the box of the top bar."""
    words = request.args.get("q", "").strip()
    groups: list[tuple[str, list[tuple[str, str, str]]]] = []
    if words:
        for title, statement, columns, describe in _searchable():
            rows = db.session.scalars(contains(*columns)(statement, words).limit(10)).unique().all()
            if rows:
                groups.append((title, [describe(row) for row in rows]))
    return render_template("overview/search.html", q=words, groups=groups)


def _searchable() -> list[tuple[str, Select[Any], tuple[Any, ...], Callable[[Any], tuple[str, str, str]]]]:
    def of(model: Any) -> Select[Any]:  # noqa: ANN401 - a mapped class
        return scoped(select(model).where(model.programme_id == web.programme().id), model, web.actor())

    return [
        (
            _("Cases"),
            cases_of(web.programme(), web.actor()),
            (Case.title, Case.team, Case.story),
            lambda c: (c.title, c.enterprise.name, url_for("cases.show", case_id=c.id)),
        ),
        (
            _("Videos"),
            of(SourceVideo),
            (SourceVideo.file_name,),
            lambda s: (s.file_name, "", url_for("films.show", source_id=s.id)),
        ),
        (
            _("Clips"),
            of(Clip),
            (Clip.title,),
            lambda c: (c.title, "", url_for("films.show_clip", clip_id=c.id)),
        ),
        (
            _("Coverage"),
            of(Placement),
            (Placement.title, Placement.address),
            lambda p: (p.title, p.outlet.name, url_for("placements.show", placement_id=p.id)),
        ),
        (
            _("Lectures"),
            of(LectureEvent),
            (LectureEvent.title, LectureEvent.venue),
            lambda e: (e.title, e.venue, url_for("lectures.show", event_id=e.id)),
        ),
        (
            _("Exhibits"),
            of(Exhibit),
            (Exhibit.title, Exhibit.description),
            lambda x: (x.title, x.enterprise.name, url_for("exhibits.show", exhibit_id=x.id)),
        ),
    ]
