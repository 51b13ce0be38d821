"""What the form is told while it is filled in: the link is logged already, or the report is (B2)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, jsonify, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from campaign import web
from campaign.access import WRITES_COVERAGE, allow, scoped
from campaign.app import limiter
from campaign.db import db
from campaign.formatting import date_zh
from campaign.outlets.services import outlet_by_name
from campaign.placements import pasting
from campaign.placements.copies import Sighting, first_copies, resembling
from campaign.placements.grouping import about
from campaign.placements.models import Placement
from campaign.placements.room import blueprint
from campaign.placements.rules import address_key

NEW = -1


@blueprint.route("/seen", methods=["POST"])
@allow(WRITES_COVERAGE)
@limiter.limit("240 per minute")
def seen() -> Response:
    """Say of a piece that is being typed what stands there already; an empty list where nothing does."""
    sent = request.get_json(silent=True)
    typed = {key: str(value)[:1000] for key, value in sent.items()} if isinstance(sent, dict) else {}
    number = typed.get("piece", "")
    own = int(number) if number.isdecimal() and len(number) < 10 else None
    address = typed.get("address", "").strip()
    found = pasting.holders(db.session, web.programme(), [address] if address else [])
    holder = found.get(address_key(address)) if address else None
    if holder is not None and holder.id != own:
        words = _("This link is logged already; it cannot be logged twice.")
        return jsonify(said=[_said(holder, words, "warning")])
    new = _sighting(typed) if own is None else None
    return jsonify(said=_alike(new) if new is not None else [])


def _sighting(typed: dict[str, str]) -> Sighting | None:
    """What is compared of a piece; nothing before its title and its day are typed."""
    try:
        day = date.fromisoformat(typed.get("published_on", ""))
    except ValueError:
        return None
    title = typed.get("title", "").strip()
    outlet = outlet_by_name(db.session, typed.get("outlet", ""))
    key = address_key(typed.get("address", ""))
    return Sighting(NEW, title, day, outlet.id if outlet else 0, key) if title else None


def _alike(new: Sighting) -> list[dict[str, Any]]:
    known = about(db.session, web.programme(), [new.day])
    key = first_copies([new], known).get(NEW)
    words = _("This looks like the same report. Log it all the same: both are shown as one, counted once.")
    if key is None:
        key = next(iter(resembling(new, known)), None)
        words = _(
            "A similar title is logged. If it is the same report, log this one and join the two on its page."
        )
    piece = db.session.get(Placement, key) if key is not None else None
    return [_said(piece, words, "info")] if piece is not None else []


def _said(piece: Placement, words: str, tone: str) -> dict[str, Any]:
    """A sentence, and the piece it speaks of as far as the user may see it."""
    statement = scoped(select(Placement.id).where(Placement.id == piece.id), Placement, web.actor())
    if db.session.scalar(statement) is None:
        hidden = _("logged by %(owner)s", owner=piece.owner.name)
        return {"tone": tone, "words": words, "title": hidden, "url": ""}
    about = f"{piece.title}（{piece.outlet.name}，{date_zh(piece.published_on)}）"
    return {
        "tone": tone,
        "words": words,
        "title": about,
        "url": url_for("placements.show", placement_id=piece.id),
    }
