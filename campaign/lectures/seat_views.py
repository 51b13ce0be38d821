"""The seats of an event: proposed by precedence, changed by the planner (A8)."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from campaign import reporting, web
from campaign.access import WRITES_EVENTS, allow
from campaign.db import db, utc_now
from campaign.error_pages import text_of
from campaign.errors import Refused
from campaign.lectures import papers, seats
from campaign.lectures.models import LectureEvent
from campaign.lectures.seats import Place
from campaign.lectures.views import blueprint, state_badge

Page = str | WerkzeugResponse | tuple[str, int]


def _number(text: str | None, most: int) -> int:
    """A typed whole number; what is none is 0, which lies in no hall."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(most)) else 0


@blueprint.route("/<int:event_id>/seats", methods=["GET", "POST"], endpoint="seats")
@allow(WRITES_EVENTS)
def show(event_id: int) -> Page:
    """Everybody with row and seat; a refused seating keeps what was typed."""
    event: LectureEvent = web.get(LectureEvent, event_id)
    plan = papers.plan_of(event, state_line="", at=utc_now())
    proposed, per_row, rows = reporting.seats_of(plan)
    places = [Place(seat.name, seat.row, seat.number) for seat in proposed]
    error = ""
    if request.method == "POST":
        rows = _number(request.form.get("rows"), seats.MAX_ROWS)
        per_row = _number(request.form.get("per_row"), seats.MAX_PER_ROW)
        typed = zip(*(request.form.getlist(name) for name in ("name", "row", "number")), strict=False)
        places = [
            Place(name, _number(row, seats.MAX_ROWS), _number(number, seats.MAX_PER_ROW))
            for name, row, number in typed
            if row.strip() or number.strip()
        ]
        try:
            seats.assign(db.session, event, places, rows=rows, per_row=per_row)
        except Refused as refusal:
            db.session.rollback()
            event = web.get(LectureEvent, event_id)
            error = text_of(refusal)
        else:
            flash(_("The seating has been saved."), "success")
            return redirect(url_for("lectures.seats", event_id=event_id), 303)
    body = render_template(
        "lectures/seats.html",
        event=event,
        state=state_badge(event),
        places=places,
        rows=rows,
        per_row=per_row,
        fixed={seat.name for seat in event.hall},
        error=error,
        limits=(seats.MAX_ROWS, seats.MAX_PER_ROW),
    )
    return body, 422 if error else 200


@blueprint.route("/<int:event_id>/seats/propose", methods=["POST"])
@allow(WRITES_EVENTS)
def propose_seats(event_id: int) -> WerkzeugResponse:
    """Seat everybody by precedence again."""
    seats.propose(db.session, web.get(LectureEvent, event_id))
    flash(_("Everybody is seated by precedence again."), "success")
    return redirect(url_for("lectures.seats", event_id=event_id), 303)
