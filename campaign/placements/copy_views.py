"""The page of a report with all its placements: who copied whom, and a person's word on it (B2)."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from campaign import web
from campaign.access import EVERY_ROLE, WRITES_COVERAGE, allow
from campaign.db import db
from campaign.error_pages import text_of
from campaign.errors import Refused
from campaign.placements import grouping, queries
from campaign.placements.copies import resembling
from campaign.placements.finding import find_placements
from campaign.placements.models import Placement
from campaign.placements.room import blueprint, say, target_names

Page = str | WerkzeugResponse | tuple[str, int]
MOST_FOUND = 30


@blueprint.route("/<int:placement_id>/copies")
@allow(EVERY_ROLE)
def copies(placement_id: int) -> Page:
    """One report, N placements; which of them counts, and why the others do not."""
    return _page(web.get(Placement, placement_id))


def _page(piece: Placement, refusal: str = "") -> Page:
    others = queries.copies_of(db.session, piece, web.actor())
    every = sorted([piece, *others], key=lambda one: (one.published_on, one.id))
    words, shown = request.args.get("q", "").strip(), {one.id for one in every}
    found: list[Placement] = []
    if words:
        statement = queries.placements_of(web.programme(), web.actor()).where(Placement.id != piece.id)
        statement = find_placements(statement, words).order_by(Placement.published_on).limit(MOST_FOUND)
        found = [one for one in db.session.scalars(statement).unique() if one.id not in shown]
    elif web.may(WRITES_COVERAGE):
        # Before anybody searches, what resembles it stands there to be chosen.
        known = grouping.about(db.session, web.programme(), [piece.published_on])
        alike = resembling(grouping.sighting_of(piece), known)
        statement = queries.placements_of(web.programme(), web.actor()).where(Placement.id.in_(alike))
        found = [one for one in db.session.scalars(statement).unique() if one.id not in shown]
    body = render_template(
        "placements/copies.html",
        piece=piece,
        copies=every,
        total=queries.group_sizes(db.session, [piece]).get(piece.group_id or 0, 1),
        verdicts=queries.judged_all(db.session, every, web.programme(), web.profile()),
        names=target_names(),
        say=say,
        q=words,
        found=found,
        refusal=refusal,
        reason=request.form.get("reason", ""),
    )
    return body, 422 if refusal else 200


def _done(piece: Placement, said: str) -> Page:
    flash(said, "success")
    return redirect(url_for("placements.copies", placement_id=piece.id))


@blueprint.route("/<int:placement_id>/copies/split", methods=["POST"])
@allow(WRITES_COVERAGE)
def split_copy(placement_id: int) -> Page:
    piece: Placement = web.get(Placement, placement_id)
    try:
        grouping.split_off(db.session, piece, request.form.get("reason", ""))
    except Refused as refusal:
        db.session.rollback()
        return _page(piece, text_of(refusal))
    return _done(piece, _("The piece stands as a report of its own now."))


@blueprint.route("/<int:placement_id>/copies/join", methods=["POST"])
@allow(WRITES_COVERAGE)
def join_copy(placement_id: int) -> Page:
    piece: Placement = web.get(Placement, placement_id)
    number = request.form.get("other", "")
    other: Placement = web.get(Placement, int(number) if number.isdecimal() and len(number) < 10 else 0)
    try:
        grouping.join(db.session, piece, other, request.form.get("reason", ""))
    except Refused as refusal:
        db.session.rollback()
        return _page(piece, text_of(refusal))
    return _done(piece, _("The two are shown as one report now."))


@blueprint.route("/<int:placement_id>/copies/release", methods=["POST"])
@allow(WRITES_COVERAGE)
def release_copy(placement_id: int) -> Page:
    piece: Placement = web.get(Placement, placement_id)
    grouping.release(db.session, piece)
    return _done(piece, _("Address, title and text decide again whose copy the piece is."))
