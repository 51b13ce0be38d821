"""The room of films and clips: its blueprint, and what its views share."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, current_app, request, send_file
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from campaign import access, web
from campaign.cases.models import Case
from campaign.db import db
from campaign.errors import NotFound
from campaign.films.tus import Parts
from campaign.films.uploads import Dock
from campaign.listing import Badge, Tone
from campaign.messages import N_
from campaign.ranges import usable_range, within
from campaign.storage import Asset

blueprint = web.programme_blueprint("films", __name__, "/films")

MEDIA_MAX_AGE_S = 24 * 3600


def dock() -> Dock:
    """Where uploads arrive in this installation."""
    settings = current_app.config["SETTINGS"]
    return Dock(Parts(settings.data_dir / "uploads"), web.storage(), settings.max_upload_bytes)


def send_asset(asset: Asset | None, media_type: str, *, download_name: str | None = None) -> Response:
    """A stored file of a row that the caller was allowed to fetch; Range requests are answered.

    The content of an address with its hash in it never changes, so the browser may keep it for a day; nobody
    between may.
    """
    if asset is None or not web.storage().path(asset.sha256).is_file():
        raise NotFound(N_("This file has not been made yet."))
    path = web.storage().path(asset.sha256)
    response = send_file(
        path,
        mimetype=media_type,
        conditional=False,
        etag=asset.sha256,
        max_age=MEDIA_MAX_AGE_S,
        as_attachment=download_name is not None,
        download_name=download_name,
    )
    response.cache_control.public = False
    response.cache_control.private = True
    size_bytes = path.stat().st_size
    asked = usable_range(request.method, request.headers.get("Range"), request.headers.get("If-Range"))
    environ = {key: value for key, value in request.environ.items() if key != "HTTP_RANGE"}
    if asked is not None:
        environ["HTTP_RANGE"] = within(asked, size_bytes)
    try:
        response.make_conditional(environ, accept_ranges=True, complete_length=size_bytes)
    except RequestedRangeNotSatisfiable:
        response.close()
        raise
    return response


def badge(table: Mapping[str, tuple[Tone, str]], key: str) -> Badge:
    """A state of one of the tables of states as colour and word."""
    tone, text = table[key]
    return Badge(tone, _(text))


def own_organisation() -> int:
    """In whose name the actor brings in films and makes clips."""
    return access.owner_for(db.session, web.actor(), web.programme(), access.WRITES_FILMS)


def my_cases() -> list[Case]:
    """Cases of this programme that the actor may choose from."""
    statement = (
        access.scoped(select(Case), Case, web.actor())
        .where(Case.programme_id == web.programme().id, Case.state != "withdrawn")
        .order_by(Case.region, Case.title)
    )
    return list(db.session.scalars(statement).unique())


def case_choices(empty: str) -> list[tuple[str, str]]:
    """Cases for a select, with a first line for none of them."""
    return [("", empty), *((str(case.id), f"{case.title} · {case.enterprise.name}") for case in my_cases())]


def chosen_case(text: str | None) -> Case | None:
    """The case a select names, inside the actor's scope; None for the first line."""
    return web.get(Case, int(text)) if text and text.isdecimal() else None
