"""The page of a clip's versions for platforms: make, look at, download, take away."""

from __future__ import annotations

from fractions import Fraction

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from campaign import footage, web
from campaign.access import EVERY_ROLE, WRITES_FILMS, allow
from campaign.db import db
from campaign.error_pages import text_of
from campaign.errors import CampaignError, NotFound, Refused
from campaign.films import dress, release, renditions, rules
from campaign.films.dress_views import data_dir
from campaign.films.models import Clip
from campaign.films.rendition_cards import cards_of
from campaign.films.renditions import KINDS, Kind
from campaign.films.room import blueprint, send_asset
from campaign.messages import N_

PREVIEW_MAX_AGE_S = 600


@blueprint.route("/clips/<int:clip_id>/versions")
@allow(EVERY_ROLE)
def versions(clip_id: int) -> str:
    clip: Clip = web.get(Clip, clip_id)
    return _page(clip)


def _page(clip: Clip, problem: str = "") -> str:
    told = next((r.options for r in clip.renditions if KINDS[r.kind].is_cover and r.options), None) or {}
    rate = clip.frame_count / clip.duration if clip.frame_count and clip.duration else Fraction(25)
    at = Fraction(told.get("at") or (clip.duration or Fraction(0)) / 3)
    form = request.form
    return render_template(
        "films/clip_versions.html",
        clip=clip,
        cards=cards_of(clip),
        frames=clip.frame_count or 1,
        rate=float(rate),
        frame=form.get("frame") or int(at * rate),
        title=form.get("title", told.get("title", clip.title[: renditions.MAX_COVER_TITLE_CHARS])),
        with_title="with_title" in form if form else told.get("title") != "",
        focus_x=form.get("x") or round(100 * float(told.get("focus_x", 0.5))),
        problem=problem,
        most_title=renditions.MAX_COVER_TITLE_CHARS,
        version=clip.asset.sha256[:12] if clip.asset else "",
        held_back=_(reason.msgid, **reason.params) if (reason := release.held_back(clip)) else "",
    )


def _kind(key: str) -> Kind:
    if key not in KINDS:
        raise NotFound(N_("There is no such version."))
    return KINDS[key]


def _focus(text: str) -> float:
    """A place from 0 (left) to 100 (right) as a share; the middle for what is no number."""
    return min(max(int(text), 0), 100) / 100 if text.isdecimal() else 0.5


@blueprint.route("/clips/<int:clip_id>/versions/<kind>", methods=["POST"])
@allow(WRITES_FILMS)
def make_version(clip_id: int, kind: str) -> WerkzeugResponse:
    """Order a film in another shape; with `all` every one that is not there yet, as they would be."""
    clip: Clip = web.get(Clip, clip_id)
    wanted = (
        [key for key in renditions.FILMS if clip.rendition(key) is None]
        if kind == "all"
        else [_kind(kind).key]
    )
    try:
        for key in wanted:
            renditions.order(db.session, clip, key, _options(key), user_id=web.actor().user_id)
    except Refused as refusal:
        db.session.rollback()
        flash(text_of(refusal), "danger")
    else:
        ready = clip.state == "ready"
        words = _("It is in the queue.") if ready else _("It will be made when the clip is rendered.")
        flash(words, "success")
    return redirect(url_for("films.versions", clip_id=clip_id), 303)


def _options(kind: str) -> dict[str, object] | None:
    if not KINDS[kind].can_crop or request.form.get("fit") != "crop":
        return None
    return {"fit": "crop", "focus_x": _focus(request.form.get("x", ""))}


@blueprint.route("/clips/<int:clip_id>/covers", methods=["POST"])
@allow(WRITES_FILMS)
def make_covers(clip_id: int) -> WerkzeugResponse | tuple[str, int]:
    clip: Clip = web.get(Clip, clip_id)
    try:
        options = {
            "at": str(_moment(clip, request.form.get("frame", ""))),
            "title": request.form.get("title", "").strip() if "with_title" in request.form else "",
            "focus_x": _focus(request.form.get("x", "")),
        }
        renditions.make_covers(
            db.session, web.storage(), clip, options, house=dress.style_of(clip, data_dir())
        )
    except CampaignError as refusal:
        db.session.rollback()
        return _page(web.get(Clip, clip_id), text_of(refusal)), 422
    flash(_("The covers have been made."), "success")
    return redirect(url_for("films.versions", clip_id=clip_id, _anchor="covers"), 303)


def _moment(clip: Clip, text: str) -> Fraction:
    """The time of a frame of the finished clip, counted from 0; refused where the clip has no such frame."""
    if not clip.frame_count or not clip.duration:
        raise Refused(N_("Render the clip first: covers are pictures of the finished film."))
    if not text.isdecimal() or int(text) >= clip.frame_count:
        raise Refused(
            N_("The clip has the frames 0 to %(last)s. Choose one of them for the cover."),
            last=clip.frame_count - 1,
        )
    return int(text) * clip.duration / clip.frame_count


@blueprint.route("/clips/<int:clip_id>/versions/<kind>/delete", methods=["POST"])
@allow(WRITES_FILMS)
def drop_version(clip_id: int, kind: str) -> WerkzeugResponse:
    clip: Clip = web.get(Clip, clip_id)
    rendition = clip.rendition(kind)
    try:
        if rendition is not None:
            renditions.drop(db.session, rendition)
            flash(_("The version has been taken away."), "success")
    except Refused as refusal:
        flash(text_of(refusal), "danger")
    return redirect(url_for("films.versions", clip_id=clip_id), 303)


@blueprint.route("/clips/<int:clip_id>/versions/<kind>/file")
@allow(EVERY_ROLE)
def version_file(clip_id: int, kind: str) -> Response:
    """A version to look at, or with `save` to download under the clip's name."""
    clip: Clip = web.get(Clip, clip_id)
    rendition = clip.rendition(_kind(kind).key)
    if rendition is None or rendition.asset is None:
        raise NotFound(N_("This file has not been made yet."))
    if not KINDS[kind].is_cover:
        release.refuse_held_back(clip)
    name = None
    if "save" in request.args:
        parts = [clip.case.region, clip.case.enterprise.name] if clip.case else []
        suffix = ".jpg" if KINDS[kind].is_cover else ".mp4"
        name = rules.download_name([*parts, clip.title, KINDS[kind].file_word], suffix)
    return send_asset(rendition.asset, rendition.asset.media_type, download_name=name)


@blueprint.route("/clips/<int:clip_id>/versions/<kind>/look.jpg")
@allow(WRITES_FILMS)
def version_look(clip_id: int, kind: str) -> Response:
    """How a version would look at a moment, small, before it is made."""
    clip: Clip = web.get(Clip, clip_id)
    one = _kind(kind)
    if clip.asset is None:
        raise NotFound(N_("This file has not been made yet."))
    content = footage.shape_preview(
        web.storage().path(clip.asset.sha256),
        _moment(clip, request.args.get("frame", "")),
        one.cover_shape if one.is_cover else kind,
        crop=request.args.get("fit") == "crop",
        focus_x=_focus(request.args.get("x", "")),
        title=request.args.get("title", ""),
        style=dress.style_of(clip, data_dir()) if one.is_cover else None,
    )
    response = Response(content, mimetype="image/jpeg")
    response.cache_control.private, response.cache_control.max_age = True, PREVIEW_MAX_AGE_S
    return response
