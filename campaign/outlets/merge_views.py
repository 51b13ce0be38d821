"""Pages on which two outlets become one, or two again, with a look at what it does to the figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from campaign.access import allow
from campaign.db import db
from campaign.error_pages import text_of
from campaign.errors import Refused
from campaign.outlets import effects, merging, queries
from campaign.outlets.finding import find_outlets
from campaign.outlets.forms import MergeForm, PartForm
from campaign.outlets.keeping import WRITES_REGISTRY, keeper, must_keep
from campaign.outlets.models import Outlet
from campaign.outlets.views import Page, Said, outlet_of, said
from campaign.outlets.words import level_in_words, list_in_words
from campaign.placements.room import blueprint


@blueprint.route("/outlets/duplicates")
@allow(WRITES_REGISTRY)
def outlet_duplicates() -> str:
    """Outlets that look like another one, as far as the user keeps both."""
    mine = keeper()
    pairs = [p for p in queries.likely_duplicates(db.session) if mine.keeps(p.keep) and mine.keeps(p.gone)]
    return render_template("outlets/duplicates.html", pairs=pairs, keeper=mine, level_in_words=level_in_words)


@blueprint.route("/outlets/<int:outlet_id>/merge", methods=["GET", "POST"])
@allow(WRITES_REGISTRY)
def outlet_merge(outlet_id: int) -> Page:
    """Compare two outlets and make them one; shows what it changes and asks before it does so."""
    one = outlet_of(outlet_id)
    must_keep(one)
    other = _other(one)
    if other is None:
        return render_template("outlets/choose.html", outlet=one, q=request.args.get("q", ""), found=_named())
    must_keep(other)
    form = MergeForm()
    form.keep.choices = [(row.id, row.name) for row in (other, one)]
    found: list[Said] | None = None
    if not form.is_submitted():
        form.keep.data = other.id
    elif form.validate():
        keep, gone = (one.id, other.id) if form.keep.data == one.id else (other.id, one.id)
        reason = form.reason.data or ""
        try:
            effect = effects.preview(db.session, [keep, gone], lambda: _absorb(keep, gone, reason))
            print_of = f"{keep}/{effects.fingerprint(effect)}"
            if form.confirmed.data == print_of:
                merging.merge(
                    db.session, db.session.get_one(Outlet, keep), db.session.get_one(Outlet, gone), reason
                )
                flash(_("The two are one outlet now; the log keeps both."), "success")
                return redirect(url_for("placements.outlet", outlet_id=keep))
            form.confirmed.data = print_of
            found = said(effect)
        except Refused as refusal:
            db.session.rollback()
            form.reason.errors = [text_of(refusal)]
    rows = [db.session.get_one(Outlet, row_id) for row_id in (other.id, one.id)]
    body = render_template(
        "outlets/merge.html",
        form=form,
        outlet=rows[1],
        rows=rows,
        counts=queries.pieces_of(db.session, [row.id for row in rows]),
        effects=found,
        level_in_words=level_in_words,
        list_in_words=list_in_words,
    )
    return body, 422 if form.errors else 200


@blueprint.route("/outlets/<int:outlet_id>/part", methods=["GET", "POST"])
@allow(WRITES_REGISTRY)
def outlet_part(outlet_id: int) -> Page:
    """Part a merged outlet again; shows what it changes and asks before it does so."""
    row = outlet_of(outlet_id)
    if row.merged_into_id is None:
        return redirect(url_for("placements.outlet", outlet_id=outlet_id))
    must_keep(outlet_of(row.merged_into_id))
    form = PartForm()
    found: list[Said] | None = None
    if form.validate_on_submit():
        reason = form.reason.data or ""
        try:
            effect = effects.preview(
                db.session,
                [outlet_id, row.merged_into_id],
                lambda: merging.release(db.session, db.session.get_one(Outlet, outlet_id), reason),
            )
            if form.confirmed.data == effects.fingerprint(effect):
                merging.part(db.session, db.session.get_one(Outlet, outlet_id), reason)
                flash(_("The two are two outlets again."), "success")
                return redirect(url_for("placements.outlet", outlet_id=outlet_id))
            form.confirmed.data = effects.fingerprint(effect)
            found = said(effect)
        except Refused as refusal:
            db.session.rollback()
            form.reason.errors = [text_of(refusal)]
    row = db.session.get_one(Outlet, outlet_id)
    body = render_template(
        "outlets/part.html",
        form=form,
        outlet=row,
        keep=db.session.get_one(Outlet, row.merged_into_id),
        moved={key: len(ids) for key, ids in (row.merged_rows or {}).items()},
        effects=found,
    )
    return body, 422 if form.errors else 200


def _absorb(keep: int, gone: int, reason: str) -> None:
    merging.absorb(db.session, db.session.get_one(Outlet, keep), db.session.get_one(Outlet, gone), reason)


def _other(one: Outlet) -> Outlet | None:
    number = request.values.get("other", "")
    row = db.session.get(Outlet, int(number)) if number.isdecimal() and len(number) < 10 else None
    return None if row is None or row.id == one.id or row.merged_into_id is not None else row


def _named() -> Sequence[Outlet]:
    words = request.args.get("q", "").strip()
    if not words:
        return ()
    statement: Any = find_outlets(queries.outlets(), words)
    return db.session.scalars(statement.order_by(Outlet.name).limit(30)).all()
