"""Running and past jobs: a list, their progress as JSON, cancel and retry."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import func, select
from werkzeug.wrappers import Response as WerkzeugResponse

from campaign import job_line, jobs, mishaps, web
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
from campaign.turns import Outlook

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs")
SHOWN_RUNNING = 20
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
    """A stored message in the language of this request, begun with the layer that failed if it tells one."""
    if not text:
        return ""
    layer, sentence = mishaps.sentence_of(text)
    words: str = _(sentence.msgid, **sentence.params)
    return _("%(layer)s: %(text)s", layer=_(layer.msgid), text=words) if layer else words


def job_title(job: Job) -> str:
    return f"{_(jobs.title_of(job.kind))} · {job.label}"


def as_json(job: Job, outlook: Outlook | None = None) -> dict[str, Any]:
    return {**asdict(view_of(job, outlook)), "url": url_for("jobs.index")}


def look_ahead() -> dict[str, Outlook]:
    """Place and time left of all jobs that have not ended, by id."""
    return job_line.look_ahead(db.session, current_app.config["SETTINGS"].job_slots)


def about(seconds: float) -> str:
    """A time as a person estimates one: about so many minutes, above an hour in steps of five."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return _("less than a minute")
    if minutes < 60:
        return ngettext("about %(num)d minute", "about %(num)d minutes", minutes)
    hours, rest = divmod(5 * round(minutes / 5), 60)
    if not rest:
        return ngettext("about %(num)d hour", "about %(num)d hours", hours)
    return _("about %(hours)s h %(minutes)s min", hours=hours, minutes=rest)


def left_in_words(outlook: Outlook | None) -> str:
    """How long it still takes, and for a waiting job how many are before it; empty where nobody can tell."""
    if outlook is None:
        return ""
    if outlook.place and outlook.left_s is None:
        return _("number %(place)s in the queue", place=outlook.place)
    if outlook.place:
        return _(
            "number %(place)s in the queue, done in %(time)s",
            place=outlook.place,
            time=about(outlook.left_s or 0),
        )
    return "" if outlook.left_s is None else _("%(time)s left", time=about(outlook.left_s))


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
    left: str = ""


def view_of(job: Job, outlook: Outlook | None = None) -> JobView:
    return JobView(
        id=job.id,
        title=job_title(job),
        state=job.state,
        progress=job.progress,
        message=_stopped_at(job) if job.state == "failed" else said(job.message),
        error=said(job.error),
        can_retry=job.can_retry,
        can_cancel=job.can_cancel,
        left=left_in_words(outlook) if job.is_running else "",
    )


def _stopped_at(job: Job) -> str:
    """The step at which a job failed; nothing where it had not told one."""
    step = said(job.message)
    return _("It stopped at this step: %(step)s", step=step) if step else ""


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
    ahead = look_ahead()
    return render_template(
        "jobs/index.html",
        listing=listing,
        progress_of=lambda job: view_of(job, ahead.get(job.id)),
        counts=_counts(),
        all_left=_all_left(ahead),
    )


def _counts() -> dict[str, int]:
    """How many visible jobs stand in each state."""
    statement = visible().with_only_columns(Job.state, func.count()).group_by(Job.state)
    return dict(db.session.execute(statement).all())


def _all_left(ahead: dict[str, Outlook]) -> str:
    """When the last job of the actor's organisations will be done, in words; empty where nobody can tell."""
    mine = db.session.scalars(visible().with_only_columns(Job.id).where(Job.state.in_(jobs.RUNNING))).all()
    ends = [ahead[job_id].left_s for job_id in mine if job_id in ahead]
    known = [end for end in ends if end is not None]
    return about(max(known)) if known and len(known) == len(ends) else ""


@blueprint.route("/running.json")
@logged_in
def running() -> Response:
    """What runs for the actor's organisations, at most twenty; `count` says how many there are."""
    running_now = visible().where(Job.state.in_(jobs.RUNNING))
    rows = db.session.scalars(
        running_now.order_by(Job.state.desc(), Job.turn, Job.created_at).limit(SHOWN_RUNNING)
    ).all()
    if not rows:
        return jsonify({"jobs": [], "count": 0, "all_left": ""})
    ahead = look_ahead()
    left = _all_left(ahead)
    return jsonify(
        {
            "jobs": [as_json(job, ahead.get(job.id)) for job in rows],
            "count": db.session.scalar(running_now.with_only_columns(func.count())),
            "all_left": _("all done in %(time)s", time=left) if left else "",
        }
    )


@blueprint.route("/<job_id>.json")
@logged_in
def show(job_id: str) -> Response:
    job = find(job_id)
    return jsonify(as_json(job, look_ahead().get(job.id) if job.is_running else None))


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
