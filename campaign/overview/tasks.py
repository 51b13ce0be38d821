"""What waits for this user, by duty; all numbers of the first page come from one query."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select, true

from campaign import access, web
from campaign.access import scoped
from campaign.accounts.models import Role
from campaign.approvals import plan_counts
from campaign.approvals import queries as reviews
from campaign.approvals.models import Dossier
from campaign.cases.models import Case
from campaign.db import db, utc_now
from campaign.exhibits import queries as exhibits_room
from campaign.exhibits.models import Exhibit
from campaign.films import queries as films_room
from campaign.films.models import Clip, SourceVideo
from campaign.jobs import Job
from campaign.lectures import queries as lectures_room
from campaign.lectures.models import LectureEvent
from campaign.outlets import queries as registry
from campaign.outlets.keeping import WRITES_REGISTRY, keeper
from campaign.outlets.rules import WAITING
from campaign.placements.models import Placement

Numbers = Mapping[str, int]


@dataclass(frozen=True)
class Task:
    """Something that waits for this user: how many, what, and where."""

    number: int
    text: str
    url: str
    tone: str = "neutral"


def _kinds() -> tuple[tuple[type[Any], dict[str, ColumnElement[bool]]], ...]:
    """What is counted of each table, by the name of the number."""
    actor = web.actor()
    planned = LectureEvent.state == "planned"
    return (
        (
            SourceVideo,
            {
                "films": true(),
                "films_refused": SourceVideo.state == "refused",
                "films_preparing": films_room.preparing(),
                "films_without_case": SourceVideo.case_id.is_(None),
            },
        ),
        (Clip, {"clips_draft": Clip.state == "draft", "clips_failed": Clip.state == "failed"}),
        (
            Dossier,
            {
                "returned": (Dossier.state == "returned") & reviews.waits_for(actor),
                "to_decide": reviews.decisions_open_to(actor),
                "approved": (Dossier.state == "approved") & Dossier.lecture_event_id.is_(None),
                "released": Dossier.state.in_(("approved", "published")) & Dossier.lecture_event_id.is_(None),
            },
        ),
        (
            Placement,
            {
                "pieces": true(),
                "pieces_without_evidence": Placement.evidence_id.is_(None),
                "pieces_this_week": Placement.published_on >= _week(),
            },
        ),
        (
            LectureEvent,
            {"events_planned": planned, "events_past": lectures_room.over()},
        ),
        (Exhibit, {"exhibits_unscored": exhibits_room.TOTAL.is_(None)}),
        (
            Case,
            {"cases": true(), "cases_without_story": (Case.story == "") & (Case.state != "withdrawn")},
        ),
    )


def _week() -> Any:  # noqa: ANN401 - a day, compared with a column
    return (utc_now() - timedelta(days=7)).date()


def count() -> Numbers:
    """Every number of the first page, in one query: a row per table, side by side."""
    here, actor = web.programme().id, web.actor()
    parts = []
    for model, conditions in _kinds():
        told = [func.count().filter(condition).label(name) for name, condition in conditions.items()]
        statement = select(*told).select_from(model).where(model.programme_id == here)
        parts.append(scoped(statement, model, actor).subquery())
    failed = func.count().filter(Job.state == "failed").label("jobs_failed")
    parts.append(select(failed).where(Job.programme_id == here).subquery())
    parts.append(select(func.count().label("outlets_waiting")).where(*registry.WAITS).subquery())
    first, *others = parts
    joined: Any = first
    for part in others:
        joined = joined.join(part, true())
    columns = [column for part in parts for column in part.c]
    return dict(db.session.execute(select(*columns).select_from(joined)).mappings().one())


def _film_tasks(n: Numbers, _memo: dict[str, Any]) -> list[Task]:
    def films(state: str) -> str:
        return url_for("films.index", state=state)

    def clips(state: str) -> str:
        return url_for("films.clips", state=state)

    return [
        Task(n["films_refused"], _("films were refused"), films("refused"), "danger"),
        Task(n["films_preparing"], _("films are being prepared"), films("preparing"), "info"),
        Task(n["films_without_case"], _("films wait for a case"), url_for("films.upload"), "warning"),
        Task(n["clips_draft"], _("clips are drafts"), clips("draft")),
        Task(n["clips_failed"], _("clips failed to render"), clips("failed"), "danger"),
    ]


def _review_tasks(n: Numbers, _memo: dict[str, Any]) -> list[Task]:
    """What came back first, then what this user may decide, then what may go out (A16)."""
    key = web.programme().key

    def door(**chosen: Any) -> str:  # noqa: ANN401 - arguments of the address
        return url_for("approvals.index", programme=key, **chosen)

    tasks = []
    if web.may(access.WRITES_FILMS | access.WRITES_EVENTS):
        tasks.append(Task(n["returned"], _("submissions were returned"), door(state="returned"), "danger"))
    tasks.append(Task(n["to_decide"], _("submissions wait for your decision"), door(), "warning"))
    if web.may(access.WRITES_FILMS):
        url = door(view="all", public="possible")
        tasks.append(Task(n["approved"], _("are approved and can be published"), url))
    return tasks


def _coverage_tasks(n: Numbers, _memo: dict[str, Any]) -> list[Task]:
    missing = url_for("placements.index", evidence="missing")
    week = f"{url_for('placements.index')}?from={_week().isoformat()}"
    return [
        Task(n["pieces_without_evidence"], _("published pieces lack evidence"), missing, "warning"),
        Task(n["pieces_this_week"], _("pieces were published this week"), week),
    ]


def _registry_tasks(n: Numbers, _memo: dict[str, Any]) -> list[Task]:
    """Outlets that count for nothing before somebody who keeps them confirms them (A11, B2)."""
    if not n["outlets_waiting"] or not keeper().adds:
        return []
    url = url_for("placements.outlets", level=WAITING)
    return [Task(n["outlets_waiting"], _("new outlets wait to be confirmed"), url, "warning")]


def _plan_tasks(_numbers: Numbers, memo: dict[str, Any]) -> list[Task]:
    """Plans that must be approved before their event, the most pressing first (A8)."""
    lecture = web.profile().lecture
    if lecture is None:
        return []
    now, days = utc_now(), lecture.review_days
    found = plan_counts.states(db.session, web.programme(), web.actor(), days, now, memo)
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


def _near_plans(_numbers: Numbers, _memo: dict[str, Any]) -> list[Task]:
    """What lies with the centre though its event is near (A8)."""
    lecture = web.profile().lecture
    if lecture is None:
        return []
    near = plan_counts.near(db.session, web.actor(), web.programme(), utc_now(), lecture.review_days)
    door = url_for("approvals.index", programme=web.programme().key, view="all", kind="plan", state="centre")
    return [Task(near, _("lecture plans wait for the centre and their event is near"), door, "danger")]


def _event_tasks(n: Numbers, _memo: dict[str, Any]) -> list[Task]:
    planned, over = (url_for("lectures.index", state=state) for state in ("planned", "over"))
    exhibits = url_for("exhibits.index", scores="no")
    return [
        Task(n["events_past"], _("events are over but not marked as held"), over, "warning"),
        Task(n["events_planned"], _("lecture events are planned"), planned),
        Task(n["exhibits_unscored"], _("exhibits wait for their scores"), exhibits, "warning"),
    ]


def _lead_tasks(n: Numbers, _memo: dict[str, Any]) -> list[Task]:
    return [
        Task(n["jobs_failed"], _("jobs failed"), url_for("jobs.index", state="failed"), "danger"),
        Task(
            n["cases_without_story"],
            _("cases have no story yet"),
            url_for("cases.index", counts="cases.no_story"),
        ),
    ]


DUTIES: tuple[tuple[frozenset[Role], Callable[[Numbers, dict[str, Any]], list[Task]]], ...] = (
    (frozenset({Role.REVIEWER}), _near_plans),
    (frozenset({Role.LEAD, Role.PUBLICITY, Role.PLANNER, Role.REVIEWER}), _review_tasks),
    (frozenset({Role.LEAD, Role.PLANNER}), _plan_tasks),
    (frozenset({Role.LEAD, Role.PUBLICITY}), _film_tasks),
    (frozenset({Role.LEAD, Role.PUBLICITY}), _coverage_tasks),
    (WRITES_REGISTRY, _registry_tasks),
    (frozenset({Role.LEAD, Role.PLANNER}), _event_tasks),
    (frozenset({Role.LEAD, Role.ADMINISTRATOR}), _lead_tasks),
)


def waiting(numbers: Numbers, memo: dict[str, Any]) -> list[Task]:
    """What waits for this user; `memo` keeps what the gauges of the same page read too."""
    tasks = [task for roles, duty in DUTIES if web.may(roles) for task in duty(numbers, memo)]
    return [task for task in tasks if task.number]
