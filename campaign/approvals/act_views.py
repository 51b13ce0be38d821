"""Acts on a dossier: decide, withdraw, publish, comment; and the package of what is approved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from flask import Response, flash, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from campaign import footage, web
from campaign.access import EVERY_ROLE, WRITES_EVENTS, allow
from campaign.accounts.models import Role
from campaign.approvals import package, rules, services
from campaign.approvals.forms import CommentForm, DecisionForm
from campaign.approvals.models import Comment, Dossier, Review, Version, VersionFile
from campaign.approvals.room import HERE, address, blueprint, person
from campaign.approvals.subjects import SENDS
from campaign.approvals.views import Page, approval_for, dossier_page, version_of
from campaign.db import db
from campaign.error_pages import text_of
from campaign.errors import CampaignError, Forbidden, NotFound, Refused
from campaign.films import renditions
from campaign.messages import N_

# Who may open what decides about a submission; the rules say who may then really decide.
DECIDES = SENDS | WRITES_EVENTS | {Role.REVIEWER}
SUFFIXES = {"video/mp4": ".mp4", "image/jpeg": ".jpg", "image/png": ".png", "application/pdf": ".pdf"}


def _act(dossier: Dossier, work: Callable[[], object], done: str) -> Page:
    """Do one thing and show the dossier again; a refusal keeps what was typed."""
    try:
        work()
    except Forbidden:
        raise
    except CampaignError as problem:
        db.session.rollback()
        dossier = web.get(Dossier, dossier.id)
        decision = DecisionForm()
        decision.reason.errors = [text_of(problem)]
        asked = request.form.get("act", "")
        return dossier_page(
            dossier, version_of(dossier, dossier.latest), CommentForm(formdata=None), decision, asked=asked
        ), 422
    flash(done, "success")
    return redirect(address(dossier), 303)


def _open_review(dossier: Dossier) -> Review:
    review = dossier.open_review
    # The page names the review it showed, so that nobody decides on a round that he has not seen.
    if review is None or request.form.get("review", str(review.id)) != str(review.id):
        raise Refused(N_("This has been decided already. Load the page again to see how."))
    return review


@blueprint.route(f"{HERE}/<int:dossier_id>/decide", methods=["POST"])
@allow(DECIDES)
def decide(dossier_id: int) -> Page:
    """Approve or return what waits; `act` is the button."""
    dossier: Dossier = web.get(Dossier, dossier_id)
    me, reason = person(dossier), request.form.get("reason", "")
    if request.form.get("act") == "approve":
        return _act(
            dossier,
            lambda: services.approve(db.session, _open_review(dossier), me, note=reason),
            _("Approved."),
        )
    return _act(
        dossier,
        lambda: services.send_back(db.session, _open_review(dossier), me, reason=reason),
        _("Returned with your reason."),
    )


@blueprint.route(f"{HERE}/<int:dossier_id>/withdraw", methods=["POST"])
@allow(SENDS | WRITES_EVENTS)
def withdraw(dossier_id: int) -> Page:
    dossier: Dossier = web.get(Dossier, dossier_id)
    me, reason = person(dossier), request.form.get("reason", "")
    return _act(
        dossier,
        lambda: services.withdraw(db.session, _open_review(dossier), me, reason=reason),
        _("Withdrawn. You can change it and send it again."),
    )


@blueprint.route(f"{HERE}/<int:dossier_id>/publish", methods=["POST"])
@allow(SENDS)
def publish(dossier_id: int) -> Page:
    dossier: Dossier = web.get(Dossier, dossier_id)
    me = person(dossier)
    return _act(dossier, lambda: services.publish(db.session, dossier, me), _("Published."))


@blueprint.route(f"{HERE}/<int:dossier_id>/unpublish", methods=["POST"])
@allow(Role.LEAD, Role.REVIEWER)
def unpublish(dossier_id: int) -> Page:
    dossier: Dossier = web.get(Dossier, dossier_id)
    me, reason = person(dossier), request.form.get("reason", "")
    live = dossier.live
    if live is None:
        raise NotFound(N_("Nothing of this is published."))
    return _act(
        dossier,
        lambda: services.unpublish(db.session, live, me, reason=reason),
        _("Taken down; it is in no feed any more."),
    )


@blueprint.route(f"{HERE}/<int:dossier_id>/revoke", methods=["POST"])
@allow(Role.REVIEWER)
def revoke(dossier_id: int) -> Page:
    dossier: Dossier = web.get(Dossier, dossier_id)
    me, reason = person(dossier), request.form.get("reason", "")
    approval = services.approval_of(dossier)
    if approval is None:
        raise NotFound(N_("There is no approval of the centre to take back here."))
    return _act(
        dossier,
        lambda: services.revoke(db.session, approval, me, reason=reason),
        _("The approval has been taken back."),
    )


# --- comments ---------------------------------------------------------------------------------------------


@blueprint.route(f"{HERE}/<int:dossier_id>/comments", methods=["POST"])
@allow(DECIDES)
def comment(dossier_id: int) -> Page:
    dossier: Dossier = web.get(Dossier, dossier_id)
    form = CommentForm()
    version = version_of(dossier, dossier.latest)
    number = request.form.get("version", "")
    if form.validate():
        try:
            row = services.comment(
                db.session,
                version_of(dossier, int(number)) if number.isdecimal() else version,
                person(dossier),
                body=form.body.data or "",
                frame=_frame(version, form.at.data or ""),
                passage=form.passage.data or "",
                anchor=form.anchor.data or "",
            )
        except Refused as problem:
            db.session.rollback()
            form.body.errors = [text_of(problem)]
        else:
            flash(_("The comment has been added."), "success")
            return redirect(address(dossier, _anchor=f"comment-{row.id}"), 303)
    dossier = web.get(Dossier, dossier_id)
    return dossier_page(dossier, version_of(dossier, dossier.latest), form, DecisionForm(formdata=None)), 422


def _frame(version: Version, text: str) -> int | None:
    """The frame of the film that a typed timecode names."""
    if not text.strip() or version.frame_rate is None:
        return None
    return int(
        footage.on_frame(footage.parse_time(text, version.frame_rate), version.frame_rate)
        * version.frame_rate
    )


def _remark(dossier: Dossier, comment_id: int) -> Comment:
    row = db.session.get(Comment, comment_id)
    if row is None or row.dossier_id != dossier.id:
        raise NotFound(N_("There is no such comment."))
    return row


def _to_remark(dossier: Dossier, row: Comment) -> WerkzeugResponse:
    number = row.version.number
    values = {} if number == dossier.latest else {"version": number}
    return redirect(address(dossier, _anchor=f"comment-{row.parent_id or row.id}", **values), 303)


@blueprint.route(f"{HERE}/<int:dossier_id>/comments/<int:comment_id>/answer", methods=["POST"])
@allow(DECIDES)
def answer(dossier_id: int, comment_id: int) -> WerkzeugResponse:
    dossier: Dossier = web.get(Dossier, dossier_id)
    remark = _remark(dossier, comment_id)
    try:
        services.answer(db.session, remark, person(dossier), body=request.form.get("body", ""))
    except Refused as problem:
        flash(text_of(problem), "danger")
    return _to_remark(dossier, remark)


@blueprint.route(f"{HERE}/<int:dossier_id>/comments/<int:comment_id>/settle", methods=["POST"])
@allow(DECIDES)
def settle(dossier_id: int, comment_id: int) -> WerkzeugResponse:
    dossier: Dossier = web.get(Dossier, dossier_id)
    remark = _remark(dossier, comment_id)
    settled = request.form.get("settled") == "yes"
    services.settle(db.session, remark, person(dossier), settled=settled)
    return _to_remark(dossier, remark)


# --- the package ------------------------------------------------------------------------------------------


@blueprint.route(f"{HERE}/<int:dossier_id>/v<int:number>/package.zip")
@allow(EVERY_ROLE)
def download(dossier_id: int, number: int) -> Response:
    """An approved version for the platforms: film, cover, words, and the slip (A9, A16, B8)."""
    dossier: Dossier = web.get(Dossier, dossier_id)
    version = version_of(dossier, number)
    approval = approval_for(dossier, version)
    if approval is None or approval.decided_by is None or approval.decided_at is None:
        raise Refused(
            N_("“%(title)s” cannot be handed out: the centre has not approved this version."),
            title=version.title,
        )
    case_title = str(version.facts.get("case") or version.title)
    members = [
        package.Member(_member_name(case_title, version, f), web.storage().path(f.asset.sha256))
        for f in version.files
    ]
    members.append(
        package.Member(f"{rules.clean(case_title)}+文稿.txt", package.manuscript(version.title, version.text))
    )
    slip = package.slip(
        version.title,
        number,
        approval.decided_by.name,
        approval.decided_at,
        _slip_lines(members, version),
    )
    members.append(package.Member("审定说明.txt", slip))
    response = Response(package.stream_zip(members, version.created_at), mimetype="application/zip")
    parts = [str(version.facts.get(k) or "") for k in ("region", "enterprise")]
    web.save_as(response, rules.archive_name([*parts, version.title]))
    return response


def _member_name(title: str, version: Version, file: VersionFile) -> str:
    suffix = SUFFIXES.get(file.asset.media_type, PurePath(file.name).suffix)
    if file.name in renditions.KINDS:
        return rules.piece_name(title, file.role, 1, 1, suffix, word=renditions.KINDS[file.name].file_word)
    same = [f for f in version.files if f.role == file.role and f.name not in renditions.KINDS]
    return rules.piece_name(title, file.role, same.index(file) + 1, len(same), suffix)


# What each version is for, in the words of the slip; Chinese, as all documents are.
PURPOSES = {
    "web": "网页、服务大厅、公众号",
    "vertical": "抖音、快手、视频号",
    "square": "微博、朋友圈、小红书",
    "cover_tall": "抖音、快手、小红书",
    "cover_square": "公众号、视频号",
}


def _slip_lines(members: list[package.Member], version: Version) -> list[str]:
    """The files of a package, and which platforms each is for."""
    lines = []
    for position, member in enumerate(members):
        name = version.files[position].name if position < len(version.files) else ""
        lines.append(f"{member.name}（{PURPOSES[name]}）" if name in PURPOSES else member.name)
    return lines
