"""The papers of an event: all of them with what each is for, one by one or as one archive (A7, A8)."""

from __future__ import annotations

from datetime import datetime

from flask import Response, current_app, render_template, url_for
from flask_babel import gettext as _

from campaign import web
from campaign.access import EVERY_ROLE, allow
from campaign.approvals import package, plan_counts, plans, rules
from campaign.approvals.models import Dossier
from campaign.approvals.plan_counts import PlanState
from campaign.attendance.queries import open_gate
from campaign.db import db, utc_now
from campaign.errors import NotFound
from campaign.formatting import date_zh
from campaign.lectures import papers
from campaign.lectures.models import LectureEvent
from campaign.lectures.papers import PAPERS, Paper
from campaign.lectures.views import blueprint, state_badge
from campaign.listing import Badge, Tone
from campaign.messages import N_


def _sign_in(event: LectureEvent) -> str:
    """The address that the badges' QR code opens, empty as long as signing in is not prepared."""
    gate = open_gate(db.session, event, "sign_in")
    return url_for("attendance.sign_in", token=gate.token, _external=True) if gate else ""


def _state_line(event: LectureEvent) -> str:
    """How far the centre's review is, as it stands at the foot of each paper; Chinese, as the papers are."""
    dossier: Dossier | None = event.dossier  # type: ignore[attr-defined]
    review = plans.standing(dossier)
    if review is not None and review.decided_at is not None:
        return f"第{dossier.latest if dossier else 0}版，{date_zh(review.decided_at)}经中心审定"
    if event.tier == "city":
        return "市级活动"
    return "未经中心审定，仅供内部筹备"


def _written(event: LectureEvent, paper: Paper) -> bytes:
    return papers.write(
        event,
        paper,
        sign_in=_sign_in(event),
        state_line=_state_line(event),
        at=utc_now(),
        data=current_app.config["SETTINGS"].data_dir,
    )


DEADLINES: dict[PlanState, tuple[Tone, str]] = {
    PlanState.IN_TIME: ("success", "check-circle-fill"),
    PlanState.OPEN: ("neutral", "clock"),
    PlanState.SOON: ("warning", "clock"),
    PlanState.LATE: ("danger", "exclamation-octagon-fill"),
    PlanState.MISSED: ("danger", "x-octagon-fill"),
}


def _deadline(event: LectureEvent) -> tuple[datetime, Badge] | None:
    """Until when the plan must be approved, and where it stands; a city's own event has no deadline (A8)."""
    lecture = web.profile().lecture
    if lecture is None or event.tier != "province" or event.held_before_reviews:
        return None
    state = plan_counts.state_of(db.session, event, lecture.review_days, utc_now())
    tone, icon = DEADLINES[state]
    badge = Badge(tone, _(plan_counts.WORDS[state]), icon)
    return rules.plan_due(event.starts_at, lecture.review_days), badge


@blueprint.route("/<int:event_id>/papers", endpoint="papers")
@allow(EVERY_ROLE)
def index(event_id: int) -> str:
    """What there is, what each is for, what is still missing for it."""
    event: LectureEvent = web.get(LectureEvent, event_id)
    sign_in = _sign_in(event)
    rows = [(paper, [_(name) for name in papers.lacks(event, paper, sign_in)]) for paper in PAPERS.values()]
    return render_template(
        "lectures/papers.html",
        event=event,
        state=state_badge(event),
        rows=rows,
        due=_deadline(event),
    )


@blueprint.route("/<int:event_id>/papers/<key>")
@allow(EVERY_ROLE)
def paper(event_id: int, key: str) -> Response:
    """One paper, written from the plan as it is now."""
    event: LectureEvent = web.get(LectureEvent, event_id)
    found = PAPERS.get(key)
    if found is None:
        raise NotFound(N_("There is no such paper."))
    return web.attachment(_written(event, found), papers.file_name(event, found), found.media_type)


@blueprint.route("/<int:event_id>/papers.zip")
@allow(EVERY_ROLE)
def all_papers(event_id: int) -> Response:
    """All papers as one archive."""
    event: LectureEvent = web.get(LectureEvent, event_id)
    members = [
        package.Member(rules.clean(papers.file_name(event, one)), _written(event, one))
        for one in PAPERS.values()
    ]
    response = Response(package.stream_zip(members, utc_now()), mimetype="application/zip")
    web.save_as(response, f"{rules.clean(event.title)}+会议材料.zip")
    return response
