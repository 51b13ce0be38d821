"""The first look at a film, while its check waits or runs: a job of a queue that no long work ever blocks."""

from __future__ import annotations

from typing import Any

from flask import Response
from sqlalchemy.exc import IntegrityError

from campaign import footage, jobs, web
from campaign.access import WRITES_FILMS, allow
from campaign.db import db
from campaign.errors import NotFound
from campaign.films import services
from campaign.films.jobs import scratch, stops_when_told
from campaign.films.models import Derivative, SourceVideo
from campaign.films.room import blueprint, send_asset
from campaign.films.services import LOOK
from campaign.jobs import JobContext
from campaign.messages import N_
from campaign.storage import asset_for

UNCHECKED = ("waiting", "ingesting")


def look(context: JobContext) -> None:
    """Make poster and filmstrip of a film's key frames; the check's own pictures come before them.

    A file that is no film at all is refused here, within seconds and not behind a hundred other checks. What
    else is wrong is told by the check, so that a film which cannot be looked at is no failure.
    """
    session = db.session
    film = session.get(SourceVideo, context.subject_id)
    if film is None or film.state not in UNCHECKED:
        return
    path, name = web.storage().path(film.asset.sha256), film.file_name
    session.commit()
    with scratch(context) as folder, stops_when_told():
        try:
            footage.probe(path, name)
        except footage.FilmRefused as refusal:
            if refusal.is_about_the_film:
                services.refuse_film(session, context.subject_id, refusal)
            return
        try:
            made = footage.first_look(path, folder, name, should_stop=context.should_stop)
        except footage.FilmRefused as refusal:
            if refusal.is_cancelled:
                raise
            return
        details: dict[str, Any] = {
            key: getattr(made, key) for key in ("tile_width", "tile_height", "columns", "rows", "count")
        }
        details["interval_s"] = float(made.interval_s)
        stored = (
            (footage.FIRST_POSTER, web.storage().adopt(made.poster), None),
            (footage.FIRST_STRIP, web.storage().adopt(made.strip), details),
        )
        film = session.get(SourceVideo, context.subject_id, populate_existing=True)
        # The check was quicker, or the film is gone.
        if film is None or film.state not in UNCHECKED:
            return
        film.derivatives[:] = [row for row in film.derivatives if row.kind not in FIRST_KINDS]
        session.flush()
        for kind, file, told in stored:
            asset_id = asset_for(session, file, "image/jpeg").id
            film.derivatives.append(Derivative(kind=kind, asset_id=asset_id, details=told))
        film.info, film.duration = made.info.to_json(), made.info.duration
        try:
            session.commit()
        except IntegrityError:
            # The film was deleted in this very moment.
            session.rollback()


FIRST_KINDS = (footage.FIRST_POSTER, footage.FIRST_STRIP)
jobs.register(LOOK, look, title=N_("First look at film"), queue="looks")


@blueprint.route("/<int:source_id>/look.mp4")
@allow(WRITES_FILMS)
def unchecked_film(source_id: int) -> Response:
    """The original inside the page, for as long as there is no preview; only to those who may download it."""
    film: SourceVideo = web.get(SourceVideo, source_id)
    if film.state not in UNCHECKED or not footage.plays_in_browsers(film.info):
        raise NotFound(N_("This file has not been made yet."))
    return send_asset(film.asset, "video/mp4")
