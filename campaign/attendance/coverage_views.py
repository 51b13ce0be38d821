"""The coverage of an event: what is proposed, what the planner chose, what was set aside (A7, A10)."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select
from werkzeug.wrappers import Response as WerkzeugResponse

from campaign import web
from campaign.access import WRITES_EVENTS, allow
from campaign.attendance import queries
from campaign.attendance.piece_services import decide_piece
from campaign.attendance.room import HERE, blueprint, drawn, event_with
from campaign.db import db
from campaign.lectures.models import LectureEvent
from campaign.listing import Badge, Column, Filter, Listing, contains
from campaign.outlets.models import Outlet
from campaign.placements.models import Placement
from campaign.placements.queries import placements_of


def _standing(event: LectureEvent) -> Filter:
    """Which of the pieces: those of the event (chosen and proposed), or one kind alone."""
    conditions = {
        "of_event": queries.covers(event),
        "chosen": queries.decided(event, belongs=True),
        "proposed": queries.proposed(event),
        "aside": queries.decided(event, belongs=False),
    }

    def apply(statement: Select[Placement], chosen: str) -> Select[Placement]:
        return statement.where(conditions[chosen])

    return Filter(
        "standing",
        _l("With this event"),
        apply,
        (
            ("of_event", _l("of the event")),
            ("chosen", _l("chosen by the planner")),
            ("proposed", _l("proposed, not decided yet")),
            ("aside", _l("set aside")),
        ),
    )


def _columns(event: LectureEvent, belonging: AbstractSet[int]) -> tuple[Column, ...]:
    decisions = queries.decisions_of(db.session, event)

    def standing(piece: Placement) -> Badge:
        if piece.id in belonging:
            chosen = decisions.get(piece.id)
            return Badge("success", _l("chosen")) if chosen else Badge("info", _l("proposed"))
        word = _l("set aside") if piece.id in decisions else _l("not of this event")
        return Badge("neutral", word, "dash-circle")

    return (
        Column(
            "title",
            _l("Title of the piece"),
            sort=Placement.title,
            primary=True,
            link=lambda piece: url_for("placements.show", placement_id=piece.id),
        ),
        Column("outlet", _l("Outlet"), sort=Outlet.name, cell=lambda piece: piece.outlet.name),
        Column("published_on", _l("Published on"), sort=Placement.published_on, kind="date"),
        Column("standing", _l("With this event"), cell=standing, kind="badge"),
    )


def _kept() -> dict[str, Any]:
    """What was chosen above the list, so that a decision leads back to it."""
    return {key: request.args[key] for key in ("q", "standing", "sort", "page") if key in request.args}


@blueprint.route(f"{HERE}/day/coverage")
@allow(WRITES_EVENTS)
def coverage(event_id: int) -> str | Response:
    """Choose the pieces that belong to the event among all that were logged."""
    event = event_with(event_id)
    belonging = {piece.id for piece in queries.coverage_of(db.session, event, web.actor())}
    # The sheet has no buttons.
    acts = (
        () if request.args.get("format") else (Column("act", _l("Belongs to it?"), cell=lambda _piece: ""),)
    )
    listing = Listing.build(
        db.session,
        placements_of(web.programme(), web.actor()),
        (*_columns(event, belonging), *acts),
        filters=(_standing(event),),
        search=contains(Placement.title, Outlet.name),
        args=request.args,
        default_sort="-published_on",
    )
    if listing.wants_export:
        return web.export(listing, _("Coverage of “%(title)s”", title=event.title))
    return drawn("coverage", event=event, listing=listing, belonging=belonging, kept=_kept())


@blueprint.route(f"{HERE}/day/coverage/<int:placement_id>", methods=["POST"])
@allow(WRITES_EVENTS)
def decide_coverage(event_id: int, placement_id: int) -> WerkzeugResponse:
    """Put a piece to the event, or set it aside."""
    event = event_with(event_id)
    piece: Placement = web.get(Placement, placement_id)
    belongs = request.form.get("act") == "add"
    decide_piece(db.session, event, piece, belongs=belongs)
    if belongs:
        flash(_("“%(title)s” stands with the event now.", title=piece.title), "success")
    else:
        flash(_("“%(title)s” no longer stands with the event.", title=piece.title), "success")
    return redirect(url_for("attendance.coverage", event_id=event_id, **_kept()), 303)
