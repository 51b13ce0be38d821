"""Logging in seconds: a message is pasted, its rows are looked through and saved in one go (A10, A11, B2)."""

from __future__ import annotations

import zlib
from datetime import date

from flask import Response, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as WerkzeugResponse

from campaign import web
from campaign.access import WRITES_COVERAGE, allow, owner_for
from campaign.app import limiter
from campaign.db import db, utc_now
from campaign.error_pages import text_of
from campaign.errors import Refused
from campaign.formatting import local
from campaign.placements import pasting, queries, services
from campaign.placements.forms import PastedRow, PasteForm
from campaign.placements.paste import MAX_ROWS, Row
from campaign.placements.pasting import Proposal
from campaign.placements.room import blueprint
from campaign.placements.services import PlacementValues, RowsRefused

Page = str | WerkzeugResponse | tuple[str, int]


def _today() -> date:
    return local(utc_now()).date()


@blueprint.route("/paste", methods=["GET", "POST"])
@allow(WRITES_COVERAGE)
def paste() -> Page:
    """The place for the message, and after reading it the rows that were found."""
    form = PasteForm()
    if not form.validate_on_submit():
        page = render_template("placements/paste.html", form=form, bookmarklet=_bookmarklet())
        return page, 422 if form.errors else 200
    rows, known = pasting.read_message(db.session, web.programme(), form.message.data, _today())
    if not rows:
        form.message.errors = [
            _("No piece was found in it: there is neither an address nor a title with its day.")
        ]
        return render_template("placements/paste.html", form=form, bookmarklet=_bookmarklet()), 422
    found = pasting.proposals(db.session, web.programme(), web.actor(), rows, known)
    typed = [_typed(number, proposal) for number, proposal in enumerate(found)]
    return _table(typed, found, f"{zlib.crc32(form.message.data.encode()):08x}")


def _typed(number: int, proposal: Proposal) -> PastedRow:
    row = proposal.row
    values = {
        name: getattr(row, name)
        for name in ("title", "address", "outlet", "published_on", "channel", "slot", "kind")
    }
    taken = proposal.holder is None and not proposal.hidden_holder
    return PastedRow(prefix=f"row-{number}-", data={**values, "take": taken})


def _table(typed: list[PastedRow], found: list[Proposal], key: str, status: int = 200) -> Page:
    body = render_template(
        "placements/paste_rows.html",
        rows=list(zip(typed, found, strict=True)),
        key=key,
        may_look=current_app.config["SETTINGS"].fetch_pages,
        outlets=queries.outlet_names(db.session),
        faults=sum(bool(row.errors) for row in typed),
    )
    return body, status


@blueprint.route("/paste/save", methods=["POST"])
@allow(WRITES_COVERAGE)
def save_pasted() -> Page:
    """Log the ticked rows, all or none; what was typed comes back where a row is refused."""
    count = min(int(request.form.get("rows", "0")) if request.form.get("rows", "").isdigit() else 0, MAX_ROWS)
    typed = [PastedRow(request.form, prefix=f"row-{number}-") for number in range(count)]
    chosen = [number for number, row in enumerate(typed) if row.take.data]
    key = request.form.get("key", "")[:8]
    refused = [number for number in chosen if not typed[number].validate()]
    if not chosen:
        flash(_("Tick at least one row."), "danger")
    elif not refused:
        owner = owner_for(db.session, web.actor(), web.programme(), WRITES_COVERAGE)
        values = [
            PlacementValues(**typed[number].values(), cases=(), excerpt=typed[number].excerpt.data or "")
            for number in chosen
        ]
        try:
            pieces = services.log_many(db.session, web.programme(), values, owner_id=owner)
        except RowsRefused as refusal:
            for index, reason in refusal.faults.items():
                _show(typed[chosen[index]], reason)
        except Refused as refusal:
            flash(text_of(refusal), "danger")
        else:
            flash(
                _("%(count)s pieces have been logged. Now add their evidence.", count=len(pieces)), "success"
            )
            return redirect(url_for("placements.index", evidence="missing"))
    return _table(typed, _again(typed), key, 422)


def _show(row: PastedRow, reason: Refused) -> None:
    place = row.address if isinstance(reason, services.AlreadyLogged) or row.level.data else row.level
    place.errors = [text_of(reason)]


def _again(typed: list[PastedRow]) -> list[Proposal]:
    known = pasting.known_outlets(db.session)
    rows = [Row(address=row.address.data or "", outlet=row.outlet.data or "") for row in typed]
    return pasting.proposals(db.session, web.programme(), web.actor(), rows, known)


@blueprint.route("/look", methods=["POST"])
@allow(WRITES_COVERAGE)
@limiter.limit("240 per minute")
def look() -> Response | tuple[Response, int]:
    """What a page says of itself, for the script of the rows; nothing where it cannot be reached."""
    sent = request.get_json(silent=True)
    address = sent.get("address") if isinstance(sent, dict) else None
    if not current_app.config["SETTINGS"].fetch_pages or not isinstance(address, str) or len(address) > 1000:
        return jsonify(reached=False)
    facts = pasting.look(address)
    if facts is None:
        return jsonify(reached=False)
    known = pasting.known_outlets(db.session)
    return jsonify(
        reached=True,
        title=facts.title,
        outlet=known.by_host(address) or known.by_name(facts.site) or facts.site,
        published_on=facts.published_on.isoformat() if facts.published_on else "",
        excerpt=facts.text,
    )


@blueprint.route("/from-page")
@allow(WRITES_COVERAGE)
def from_page() -> Page:
    """Where the bookmarklet leads: one row, made from the address and the title of the page that is open."""
    address, window = request.args.get("address", "")[:1000], request.args.get("title", "")[:300]
    rows, known = pasting.read_window(db.session, web.programme(), address, window, _today())
    if not rows:
        return redirect(url_for("placements.paste"))
    found = pasting.proposals(db.session, web.programme(), web.actor(), rows, known)
    return _table([_typed(0, found[0])], found, f"{zlib.crc32(address.encode()):08x}")


def _bookmarklet() -> Markup:
    """A link to drag into the bar of bookmarks; it opens our page with address and title of the one shown."""
    target = url_for("placements.from_page", _external=True)
    script = (
        f"javascript:void(window.open('{target}?address='+encodeURIComponent(location.href)"
        "+'&title='+encodeURIComponent(document.title)))"
    )
    return Markup('<a class="btn btn-secondary bookmarklet" href="{}" draggable="true">{}</a>').format(
        script, _("Log into Qichuang")
    )
