"""The upload workplace: what comes in, what is known already, what waits for a case."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign import web
from campaign.access import WRITES_FILMS, allow
from campaign.db import db
from campaign.errors import Refused
from campaign.films import known, queries, services
from campaign.films.models import SourceVideo
from campaign.films.room import blueprint, case_choices, chosen_case, my_cases
from campaign.formatting import date_short
from campaign.messages import N_


@blueprint.route("/upload")
@allow(WRITES_FILMS)
def upload() -> str:
    return render_template("films/upload.html", **_tray())


@blueprint.route("/upload/tray")
@allow(WRITES_FILMS)
def tray() -> str:
    """The lower half of the upload page alone, for the page to refresh itself."""
    return render_template("films/_tray.html", **_tray())


def _tray() -> dict[str, object]:
    programme, actor = web.programme(), web.actor()
    # What is no film needs another file, not a case: it stands first.
    waiting = sorted(
        queries.films_without_case(db.session, programme, actor), key=lambda film: film.state != "refused"
    )
    counts = queries.film_counts(db.session, programme) if waiting else {}
    recent = queries.recent_uploads(db.session, programme, actor)
    return {
        "unfinished": queries.unfinished_uploads(db.session, programme, actor),
        "recent": recent,
        # Of a film that another organisation brought in before, this one learns no more than that.
        "seen": queries.in_sight(db.session, actor, [upload.source_id for upload in recent]),
        "waiting": waiting,
        "case_choices": case_choices(_("Choose a case")) if waiting else [],
        # Those that still have no film come first: it is most likely one of them.
        "targets": sorted(
            ((case, counts.get(case.id, 0)) for case in my_cases()), key=lambda pair: pair[1] > 0
        )
        if waiting
        else [],
    }


@blueprint.route("/upload/known.json", methods=["POST"])
@allow(WRITES_FILMS)
def known_films() -> Response:
    """Say of {sizes} which ones a film here has, or of {size, pieces} which film it is (see known.py)."""
    asked = request.get_json()
    sizes = asked.get("sizes") if isinstance(asked, dict) else None
    if isinstance(sizes, list) and all(isinstance(size, int) for size in sizes):
        films = known.of_sizes(db.session, web.programme(), web.actor(), set(sizes[: known.MOST_SIZES]))
        return jsonify(sizes=sorted({film.asset.size_bytes for film in films}))
    size, pieces = (asked.get("size"), asked.get("pieces")) if isinstance(asked, dict) else (None, None)
    if not isinstance(size, int) or not isinstance(pieces, list):
        raise Refused(N_("The page sent a question that cannot be read. Load it again."))
    film = known.same_film(
        db.session, web.storage(), web.programme(), web.actor(), size, [str(one) for one in pieces]
    )
    return jsonify(film=_told(film) if film else None)


def _told(film: SourceVideo) -> dict[str, Any]:
    return {
        "name": film.file_name,
        "url": url_for("films.show", source_id=film.id),
        "rename": url_for("films.rename", source_id=film.id),
        "said": _(
            "Already here as %(name)s, received on %(day)s.",
            name=film.file_name,
            day=date_short(film.created_at),
        )
        + (" " + _("It belongs to the case %(case)s.", case=film.case.title) if film.case else ""),
    }


@blueprint.route("/<int:source_id>/name.json", methods=["POST"])
@allow(WRITES_FILMS)
def rename(source_id: int) -> Response:
    """Give a film that came in again the name of the newer file; its case and findings follow (P16)."""
    film: SourceVideo = web.get(SourceVideo, source_id)
    asked = request.get_json()
    name = asked.get("name") if isinstance(asked, dict) else None
    if not isinstance(name, str) or not name.strip():
        raise Refused(N_("The page sent a question that cannot be read. Load it again."))
    services.rename_film(db.session, film, name, web.profile().video_spec_mapping())
    return jsonify(_told(film))


@blueprint.route("/upload/assign.json", methods=["POST"])
@allow(WRITES_FILMS)
def assign_many() -> Response:
    """Give {films} to a {case}, or with none to no case: what dragging in the tray does."""
    asked = request.get_json()
    ids = asked.get("films") if isinstance(asked, dict) else None
    if not isinstance(ids, list) or not ids or not all(isinstance(one, int) for one in ids):
        raise Refused(N_("Pick up a film first, then choose its case."))
    case = chosen_case(str(asked.get("case") or ""))
    films: list[SourceVideo] = [web.get(SourceVideo, source_id) for source_id in dict.fromkeys(ids)]
    for film in films:
        services.assign(db.session, film, case, web.profile().video_spec_mapping())
    count = len(films)
    if case is None:
        said = ngettext("One film waits for a case again.", "%(num)d films wait for a case again.", count)
    elif count == 1:
        said = _("%(film)s now belongs to the case %(case)s.", film=films[0].file_name, case=case.title)
    else:
        said = _("%(count)s films now belong to the case %(case)s.", count=count, case=case.title)
    return jsonify(message=said, films=[film.id for film in films])
