"""Many clips at once: render, stop; how far the queue is, for the list."""

from __future__ import annotations

from flask import Response, flash, get_template_attribute, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as WerkzeugResponse

from campaign import web
from campaign.access import EVERY_ROLE, WRITES_FILMS, allow
from campaign.db import db
from campaign.films import clips, queries
from campaign.films.clip_views import listing_of, place_words, state_badge
from campaign.films.models import Clip
from campaign.films.room import blueprint

MOST_NAMED = 8


def chosen_clips() -> list[Clip]:
    """The ticked clips in the order of the page, or all that the filters of the address find."""
    if request.form.get("which") == "all":
        return list(listing_of(request.args).rows_for_export())
    texts = request.values.getlist("only") or request.values.getlist("clip")
    return [web.get(Clip, int(text)) for text in dict.fromkeys(texts) if text.isdecimal()]


@blueprint.route("/clips/render", methods=["POST"])
@allow(WRITES_FILMS)
def render_many() -> WerkzeugResponse:
    """Put the chosen clips into the queue; what is left out is named with its reason (A12)."""
    chosen = chosen_clips()
    if not chosen:
        flash(_("Choose at least one clip first."), "warning")
        return back_to_list()
    ordered = clips.order_many(db.session, chosen, user_id=web.actor().user_id)
    if ordered.queued:
        count = len(ordered.queued)
        words = ngettext("One clip is in the queue.", "%(num)d clips are in the queue.", count)
        flash(words, "success")
    reasons: dict[str, list[str]] = {}
    for clip, message in ordered.left_out:
        reasons.setdefault(_(message.msgid, **message.params), []).append(clip.title)
    for reason, titles in reasons.items():
        named = "、".join(titles[:MOST_NAMED]) + ("…" if len(titles) > MOST_NAMED else "")
        flash(
            _("Left out (%(count)s): %(reason)s %(names)s", count=len(titles), reason=reason, names=named),
            "warning",
        )
    return back_to_list()


@blueprint.route("/clips/stop", methods=["POST"])
@allow(WRITES_FILMS)
def stop_many() -> WerkzeugResponse:
    """Stop the renders of the chosen clips; what was half made is thrown away."""
    count = clips.stop_many(db.session, chosen_clips())
    if count:
        flash(
            ngettext("One render is being stopped.", "%(num)d renders are being stopped.", count), "success"
        )
    else:
        flash(_("None of the chosen clips is being rendered."), "warning")
    return back_to_list()


def back_to_list() -> WerkzeugResponse:
    """The list as it was searched and filtered."""
    kept = {
        key: value for key, value in request.args.items() if key in ("q", "state", "review", "case", "sort")
    }
    return redirect(url_for("films.clips", **kept), 303)  # type: ignore[arg-type]  # any words of the address


@blueprint.route("/clips/queue.json")
@allow(EVERY_ROLE)
def queue() -> Response:
    """How far the renders of some clips are, and how an ended one looks, for the list that shows them."""
    drawn = get_template_attribute("_kit/basic.html", "badge")
    asked = [int(text) for text in request.args.getlist("clip")[:100] if text.isdecimal()]
    statement = queries.clips(web.programme(), web.actor()).where(Clip.id.in_(asked))
    rows = list(db.session.scalars(statement).unique())
    running = queries.running_jobs(db.session, clips.RENDER, rows)
    places = queries.places_in_queue(db.session, running.values())
    return jsonify(
        {
            "clips": [
                {
                    "id": row.id,
                    "state": row.state,
                    "words": str(state_badge(row).text),
                    "badge": drawn(state_badge(row)),
                    "poster": url_for("films.clip_poster", clip_id=row.id, v=row.poster.sha256[:12])
                    if row.poster
                    else None,
                    "progress": running[row.id].progress if row.id in running else None,
                    "place": place_words(places.get(row.id)),
                }
                for row in rows
            ]
        }
    )
