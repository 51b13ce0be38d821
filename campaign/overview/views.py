"""The first page: how do we stand, and what must I do today (ux: principle 1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select, func, select

from campaign import access, web
from campaign.access import EVERY_ROLE, allow, scoped
from campaign.accounts.models import Role
from campaign.approvals import plan_counts
from campaign.approvals import queries as reviews
from campaign.approvals.models import Dossier
from campaign.cases.models import Case
from campaign.cases.queries import cases_of
from campaign.db import db, utc_now
from campaign.exhibits.models import Exhibit
from campaign.films.models import Clip, SourceVideo
from campaign.formatting import local
from campaign.jobs import Job
from campaign.lectures import standing
from campaign.lectures.models import LectureEvent
from campaign.lectures.views import facts_of, say
from campaign.listing import contains
from campaign.placements.models import Placement
from campaign.programmes.models import Programme
from campaign.targets.views import gauges

blueprint: Blueprint = web.programme_blueprint("overview", __name__, "")


@dataclass(frozen=True)
class Task:
    """Something that waits for this user: how many, what, and where."""

    number: int
    text: str
    url: str
    tone: str = "neutral"


def _count(statement: Select[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0


def _mine(model: type[Any]) -> Select[Any]:
    statement = select(model.id).where(model.programme_id == web.programme().id)
    return scoped(statement, model, web.actor())


def _film_tasks() -> list[Task]:
    films = _mine(SourceVideo)
    found = [
        (_count(films.where(SourceVideo.state == "refused")), _("films were refused"), "refused", "danger"),
        (
            _count(films.where(SourceVideo.state.in_(("waiting", "ingesting")))),
            _("films are being prepared"),
            "ingesting",
            "info",
        ),
    ]
    tasks = [Task(n, text, url_for("films.index", state=state), tone) for n, text, state, tone in found]
    tasks.append(
        Task(
            _count(films.where(SourceVideo.case_id.is_(None))),
            _("films wait for a case"),
            url_for("films.upload"),
            "warning",
        )
    )
    clips = _mine(Clip)
    tasks.append(
        Task(
            _count(clips.where(Clip.state == "draft")),
            _("clips are drafts"),
            url_for("films.clips", state="draft"),
        )
    )
    tasks.append(
        Task(
            _count(clips.where(Clip.state == "failed")),
            _("clips failed to render"),
            url_for("films.clips", state="failed"),
            "danger",
        )
    )
    return tasks


def _review_tasks() -> list[Task]:
    """What came back first, then what this user may decide, then what may go out (A16)."""
    mine = _mine(Dossier)
    key = web.programme().key

    def door(**chosen: Any) -> str:  # noqa: ANN401 - arguments of the address
        return url_for("approvals.index", programme=key, **chosen)

    tasks = []
    if web.may(access.WRITES_FILMS | access.WRITES_EVENTS):
        returned = _count(mine.where(Dossier.state == "returned", reviews.waits_for(web.actor())))
        tasks.append(Task(returned, _("submissions were returned"), door(state="returned"), "danger"))
    decide = _count(mine.where(reviews.decisions_open_to(web.actor())))
    tasks.append(Task(decide, _("submissions wait for your decision"), door(), "warning"))
    if web.may(access.WRITES_FILMS):
        approved = _count(mine.where(Dossier.state == "approved", Dossier.lecture_event_id.is_(None)))
        tasks.append(
            Task(approved, _("are approved and can be published"), door(view="all", public="possible"))
        )
    return tasks


def _coverage_tasks() -> list[Task]:
    pieces = _mine(Placement)
    week = (utc_now() - timedelta(days=7)).date()
    return [
        Task(
            _count(pieces.where(Placement.evidence_id.is_(None))),
            _("published pieces lack evidence"),
            url_for("placements.index", evidence="missing"),
            "warning",
        ),
        Task(
            _count(pieces.where(Placement.published_on >= week)),
            _("pieces were published this week"),
            f"{url_for('placements.index')}?from={week.isoformat()}",
        ),
    ]


def _plan_tasks() -> list[Task]:
    """Plans that must be approved before their event, the most pressing first (A8)."""
    lecture = web.profile().lecture
    if lecture is None:
        return []
    now, days = utc_now(), lecture.review_days
    found = plan_counts.states(db.session, web.programme(), web.actor(), days, now)
    counts = Counter(state for event, state in found if event.state == "planned")
    states = plan_counts.PlanState
    told = (
        (states.MISSED, _("events began without an approved plan"), "danger"),
        (states.LATE, _("lecture plans should be approved by now"), "danger"),
        (states.SOON, _("lecture plans must be approved within a week"), "warning"),
    )
    return [
        Task(counts[state], text, url_for("lectures.index", plan=state.value, state="planned"), tone)
        for state, text, tone in told
    ]


def _near_plans() -> list[Task]:
    """What lies with the centre though its event is near (A8)."""
    lecture = web.profile().lecture
    if lecture is None:
        return []
    near = plan_counts.near(db.session, web.actor(), web.programme(), utc_now(), lecture.review_days)
    door = url_for("approvals.index", programme=web.programme().key, view="all", kind="plan", state="centre")
    return [Task(near, _("lecture plans wait for the centre and their event is near"), door, "danger")]


def _event_tasks() -> list[Task]:
    events = _mine(LectureEvent).where(LectureEvent.state == "planned")
    past = events.where(LectureEvent.ends_at < utc_now())
    return [
        Task(
            _count(past),
            _("events are over but not marked as held"),
            url_for("lectures.index", state="planned"),
            "warning",
        ),
        Task(_count(events), _("lecture events are planned"), url_for("lectures.index", state="planned")),
        Task(
            _count(_mine(Exhibit).where(Exhibit.innovation.is_(None))),
            _("exhibits wait for their scores"),
            url_for("exhibits.index"),
            "warning",
        ),
    ]


def _lead_tasks() -> list[Task]:
    cases = _mine(Case)
    failed = select(Job.id).where(Job.programme_id == web.programme().id, Job.state == "failed")
    return [
        Task(_count(failed), _("jobs failed"), url_for("jobs.index", state="failed"), "danger"),
        Task(
            _count(cases.where(Case.story == "", Case.state != "withdrawn")),
            _("cases have no story yet"),
            url_for("cases.index", sort="story"),
        ),
    ]


DUTIES: tuple[tuple[frozenset[Role], Callable[[], list[Task]]], ...] = (
    (frozenset({Role.REVIEWER}), _near_plans),
    (frozenset({Role.LEAD, Role.PUBLICITY, Role.PLANNER, Role.REVIEWER}), _review_tasks),
    (frozenset({Role.LEAD, Role.PLANNER}), _plan_tasks),
    (frozenset({Role.LEAD, Role.PUBLICITY}), _film_tasks),
    (frozenset({Role.LEAD, Role.PUBLICITY}), _coverage_tasks),
    (frozenset({Role.LEAD, Role.PLANNER}), _event_tasks),
    (frozenset({Role.LEAD, Role.ADMINISTRATOR}), _lead_tasks),
)


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
    tasks = [task for roles, duty in DUTIES if web.may(roles) for task in duty()]
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
    ).unique()
    return render_template(
        "overview/index.html",
        gauges=gauges(),
        tasks=[task for task in tasks if task.number],
        next_event=next_event,
        **_countdown(next_event),
        clips=list(recent),
        case_count=_count(_mine(Case)),
        film_count=_count(_mine(SourceVideo)),
        piece_count=_count(_mine(Placement)),
        provinces=_compared() if web.may(access.MANAGES | {Role.REVIEWER}) else [],
    )


@dataclass(frozen=True)
class Compared:
    """One programme beside the others (B7)."""

    title: str
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
