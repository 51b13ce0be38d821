"""Running and past jobs: a list, their progress as JSON, cancel and retry."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from werkzeug.wrappers import Response as WerkzeugResponse

from campaign import jobs, web
from campaign.access import (
    EVERY_ROLE,
    MANAGES,
    WRITES_EVENTS,
    WRITES_FILMS,
    WRITES_REPORTS,
    allow,
    logged_in,
    scoped,
)
from campaign.accounts.models import Organisation
from campaign.db import db
from campaign.errors import Forbidden, NotFound
from campaign.jobs import Job
from campaign.listing import Badge, Column, Filter, Listing, Tone, contains
from campaign.messages import N_

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs")
RUNS_JOBS = MANAGES | WRITES_FILMS | WRITES_EVENTS | WRITES_REPORTS

STATES: dict[str, tuple[Tone, str]] = {
    "queued": ("neutral", N_("waiting")),
    "running": ("info", N_("running")),
    "done": ("success", N_("done")),
    "failed": ("danger", N_("failed")),
    "cancelled": ("neutral", N_("cancelled")),
}


def state_badge(job: Job) -> Badge:
    tone, text = STATES[job.state]
    return Badge(tone, _(text))


def _title(job: Job) -> str:
    return job_title(job)


COLUMNS = (
    Column("label", _l("Work"), sort=Job.label, primary=True, cell=_title),
    Column("state", _l("State"), kind="badge", sort=Job.state, cell=state_badge),
    Column("progress", _l("Progress"), kind="share", sort=Job.progress),
    Column("error", _l("Cause"), cell=lambda j: said(j.error)),
    Column("created_at", _l("Started"), kind="datetime", sort=Job.created_at),
    Column("ended_at", _l("Ended"), kind="datetime", sort=Job.ended_at),
)
FILTERS = (
    Filter(
        "state",
        _l("State"),
        choices=[(key, _l(text)) for key, (_tone, text) in STATES.items()],
        apply=lambda q, v: q.where(Job.state == v),
    ),
)


def visible() -> Any:  # noqa: ANN401 - a select of jobs
    """Jobs of the actor's organisations, the newest first."""
    mine = scoped(select(Organisation.id), Organisation, web.actor())
    return select(Job).where(Job.owner_id.in_(mine))


def find(job_id: str) -> Job:
    job: Job | None = db.session.scalars(visible().where(Job.id == job_id)).one_or_none()
    if job is None:
        raise NotFound(N_("This does not exist, or it belongs to an organisation you do not work for."))
    return job


def said(text: dict[str, Any] | None) -> str:
    """A stored message in the language of this request."""
    if not text:
        return ""
    msgid: str = text["msgid"]
    return _(msgid, **text["params"])


def job_title(job: Job) -> str:
    return f"{_(jobs.title_of(job.kind))} · {job.label}"


def as_json(job: Job) -> dict[str, Any]:
    return {**asdict(view_of(job)), "url": url_for("jobs.index")}


@dataclass(frozen=True)
class JobView:
    """A job as the kit's progress macro draws it, in the language of this request."""

    id: str
    title: str
    state: str
    progress: float
    message: str
    error: str
    can_retry: bool
    can_cancel: bool


def view_of(job: Job) -> JobView:
    return JobView(
        id=job.id,
        title=job_title(job),
        state=job.state,
        progress=job.progress,
        message=said(job.message),
        error=said(job.error),
        can_retry=job.can_retry,
        can_cancel=job.can_cancel,
    )


@blueprint.route("/")
@allow(EVERY_ROLE)
def index() -> str | Response:
    listing = Listing.build(
        db.session,
        visible(),
        COLUMNS,
        FILTERS,
        search=contains(Job.label),
        args=request.args,
        default_sort="-created_at",
    )
    if listing.wants_export:
        return web.export(listing, _("Jobs"))
    return render_template("jobs/index.html", listing=listing, progress_of=view_of)


@blueprint.route("/running.json")
@logged_in
def running() -> Response:
    rows = db.session.scalars(visible().where(Job.state.in_(jobs.RUNNING)).order_by(Job.created_at).limit(20))
    return jsonify({"jobs": [as_json(job) for job in rows]})


@blueprint.route("/<job_id>.json")
@logged_in
def show(job_id: str) -> Response:
    return jsonify(as_json(find(job_id)))


@blueprint.route("/<job_id>/cancel", methods=["POST"])
@allow(RUNS_JOBS)
def cancel(job_id: str) -> WerkzeugResponse:
    job = _own(job_id)
    jobs.cancel(db.session, job)
    return _back(job, _("The job stops."))


@blueprint.route("/<job_id>/retry", methods=["POST"])
@allow(RUNS_JOBS)
def retry(job_id: str) -> WerkzeugResponse:
    job = _own(job_id)
    jobs.retry(db.session, job)
    return _back(job, _("The job runs again."))


def _own(job_id: str) -> Job:
    """The job, if the actor may work in its organisation and not only look at it."""
    job = find(job_id)
    path = db.session.get_one(Organisation, job.owner_id).path
    if not web.actor().roles_at(path) & RUNS_JOBS:
        raise Forbidden(
            N_("Your role does not allow this. Ask the administrator if you need it for your work.")
        )
    return job


def _back(job: Job, text: str) -> WerkzeugResponse:
    if request.accept_mimetypes.best == "application/json":
        return jsonify(as_json(job))
    flash(text, "success")
    return redirect(url_for("jobs.index"))
