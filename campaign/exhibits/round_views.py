"""Pages of the scoring rounds: open one, watch who has handed in, close it and see the ranking."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse
from wtforms import SelectChoice

from campaign import web
from campaign.access import EVERY_ROLE, WRITES_EVENTS, WRITES_REPORTS, allow
from campaign.db import db, utc_now
from campaign.error_pages import text_of
from campaign.errors import NotFound, Refused
from campaign.exhibits import queries, rules, scoring
from campaign.exhibits.forms import SCORE_NAMES, RoundForm
from campaign.exhibits.models import Exhibit, Expert, ScoringRound
from campaign.exhibits.room_views import mine, owner_id
from campaign.exhibits.views import Page, blueprint, weights
from campaign.lectures.forms import shanghai
from campaign.messages import N_


@blueprint.route("/rounds")
@allow(EVERY_ROLE)
def rounds() -> str:
    """The scoring rounds of the programme."""
    rows = db.session.scalars(mine(ScoringRound).order_by(ScoringRound.number.desc())).all()
    return render_template("exhibits/rounds.html", rows=rows)


@blueprint.route("/rounds/new", methods=["GET", "POST"])
@allow(WRITES_EVENTS)
def new_round() -> Page:
    """Open a round: which exhibits, which experts, until when."""
    statement = queries.exhibits_of(web.programme(), web.actor()).where(Exhibit.state != "declined")
    exhibits = db.session.scalars(statement.order_by(Exhibit.id)).unique().all()
    form = RoundForm(exhibits=[one.id for one in exhibits] if request.method == "GET" else None)
    form.exhibits.choices = [SelectChoice(one.id, f"{one.title} · {one.enterprise.name}") for one in exhibits]
    if form.validate_on_submit():
        chosen = [one for one in exhibits if one.id in (form.exhibits.data or ())]
        try:
            row = scoring.open_round(
                db.session,
                web.programme(),
                chosen,
                form.people(),
                weights=dict(zip(rules.SCORES, weights(), strict=True)),
                closes_at=shanghai(form.closes_at.data) or utc_now(),
                owner_id=owner_id(),
                now=utc_now(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.experts.errors = [text_of(refusal)]
        else:
            flash(_("The round is open; send each expert the link."), "success")
            return redirect(url_for("exhibits.round_", round_id=row.id), 303)
    return render_template(
        "exhibits/new_round.html", form=form, count=len(exhibits)
    ), 422 if form.errors else 200


@blueprint.route("/rounds/<int:round_id>")
@allow(EVERY_ROLE)
def round_(round_id: int) -> str:
    """A round: while it is open who has handed in, afterwards the ranking."""
    row: ScoringRound = web.get(ScoringRound, round_id)
    exhibits = {entry.exhibit_id: entry.exhibit for entry in row.entries}
    ranking = scoring.standings(row) if row.closed_at else ()
    return render_template(
        "exhibits/round.html",
        round=row,
        ranking=ranking,
        exhibits=exhibits,
        names=[_(SCORE_NAMES[name]) for name in rules.SCORES],
        weights=[row.weights[name] for name in rules.SCORES],
        late=row.closed_at is None and utc_now() > row.closes_at,
    )


@blueprint.route("/rounds/<int:round_id>/close", methods=["POST"])
@allow(WRITES_REPORTS)
def close_round(round_id: int) -> WerkzeugResponse:
    """End a round; the scores become visible and those of the exhibits."""
    try:
        scoring.close_round(db.session, web.get(ScoringRound, round_id), now=utc_now())
    except Refused as refusal:
        db.session.rollback()
        flash(text_of(refusal), "danger")
    else:
        flash(_("The round is closed; the ranking is below."), "success")
    return redirect(url_for("exhibits.round_", round_id=round_id), 303)


@blueprint.route("/rounds/<int:round_id>/experts/<int:expert_id>", methods=["POST"])
@allow(WRITES_EVENTS)
def expert(round_id: int, expert_id: int) -> WerkzeugResponse:
    """Give an expert's sheet back for changes, or take the link back."""
    row: ScoringRound = web.get(ScoringRound, round_id)
    found = db.session.get(Expert, expert_id)
    if found is None or found.round_id != row.id:
        raise NotFound(N_("This does not exist, or it belongs to an organisation you do not work for."))
    try:
        if request.form.get("act") == "revoke":
            scoring.revoke(db.session, found, now=utc_now())
        else:
            scoring.give_back(db.session, found)
    except Refused as refusal:
        db.session.rollback()
        flash(text_of(refusal), "danger")
    else:
        flash(_("Saved."), "success")
    return redirect(url_for("exhibits.round_", round_id=round_id), 303)
