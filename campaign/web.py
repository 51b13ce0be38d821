"""What every page shares: the acting user, the programme of the address, the gate, the common context."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Flask, Response, abort, current_app, g, redirect, request, session, url_for
from flask_babel import get_locale
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response as WerkzeugResponse

from campaign import access
from campaign.access import Actor, fetch, rule_of, scoped
from campaign.accounts.models import Role
from campaign.audit import act_as
from campaign.db import db
from campaign.errors import Forbidden, NotFound
from campaign.formatting import SHANGHAI
from campaign.listing import Listing
from campaign.messages import N_
from campaign.navigation import nav_items
from campaign.programmes.models import Programme
from campaign.programmes.profiles import Profile, load
from campaign.sessions import STATIC
from campaign.storage import Storage

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PROGRAMME_PREFIX = "/p/<programme>"

AREAS: dict[str, frozenset[Role]] = {
    "budget": access.READS_MONEY,
    "admin": access.MANAGES,
}


def actor() -> Actor:
    """The acting user; a page that asks has passed the gate."""
    if "actor" not in g:
        g.actor = Actor.of(current_user)
    return g.actor


def programme() -> Programme:
    """The programme of this address, already checked against the actor's scope."""
    return g.programme


def profile() -> Profile:
    """The rules of the programme of this address."""
    return profile_of(g.programme)


def profile_of(row: Programme) -> Profile:
    """The rules a programme runs by."""
    return load(row.profile_key, current_app.config["SETTINGS"].extra_profiles)


def get(model: type[Any], row_id: int | str) -> Any:  # noqa: ANN401 - the row's own type
    """One row of this programme, inside the actor's scope; otherwise the page of what does not exist."""
    return fetch(db.session, model, row_id, actor(), programme())


def storage() -> Storage:
    """The files of this installation."""
    found: Storage = current_app.extensions["storage"]
    return found


def may(roles: Collection[Role]) -> bool:
    """Whether the actor holds one of these roles in this programme (or anywhere, outside one)."""
    row = g.get("programme")
    if row is None:
        return actor().has_any(roles)
    return bool(actor().roles_at(row.organisation.path) & frozenset(roles))


def programme_blueprint(name: str, import_name: str, prefix: str) -> Blueprint:
    """A blueprint whose addresses begin with the programme, so that they can be sent to a colleague."""
    return Blueprint(name, import_name, url_prefix=PROGRAMME_PREFIX + prefix)


def export(listing: Listing, name: str) -> Response:
    """The list as a workbook, with the filters that are on."""
    from campaign import reporting  # noqa: PLC0415 - the door to reports is slow to open and seldom used

    content = listing.export(reporting.write_table, name)
    return attachment(content, f"{name}.xlsx", XLSX)


def attachment(content: bytes, file_name: str, media_type: str) -> Response:
    """Bytes as a download with a Chinese file name."""
    response = Response(content, mimetype=media_type)
    save_as(response, file_name)
    return response


def save_as(response: Response, file_name: str) -> None:
    """Let the browser keep an answer under a name; other than ASCII is percent encoded (RFC 6266, RFC 8187).

    A header is Latin-1: a Chinese name written plainly breaks the answer off.
    """
    plain = file_name.encode("ascii", "ignore").decode().replace('"', "").strip("+ ")
    fallback = plain if plain.partition(".")[0] else f"download{plain}"
    response.headers.set(
        "Content-Disposition",
        "attachment",
        **{"filename": fallback, "filename*": f"UTF-8''{quote(file_name, safe='')}"},
    )


def start_of_day(day: date) -> datetime:
    """The moment a day begins where the office is."""
    return datetime.combine(day, time.min, tzinfo=SHANGHAI)


def register(app: Flask) -> None:
    """Install the gate and the context on the app."""
    app.url_value_preprocessor(_take_programme)
    app.url_defaults(_fill_programme)
    app.before_request(_gate)
    app.context_processor(_context)
    app.after_request(_headers)


def _take_programme(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.programme_key = values.pop("programme", None) if values else None


def _fill_programme(endpoint: str, values: dict[str, Any]) -> None:
    if "programme" in values or not current_app.url_map.is_endpoint_expecting(endpoint, "programme"):
        return
    row = g.get("programme")
    key = row.key if row is not None else _chosen_key()
    if key is not None:
        values["programme"] = key


def _chosen_key() -> str | None:
    rows = my_programmes()
    keys = [row.key for row in rows]
    chosen = session.get("programme")
    return chosen if chosen in keys else (keys[0] if keys else None)


def my_programmes() -> list[Programme]:
    """The programmes the actor may see, for the switch."""
    if not current_user.is_authenticated:
        return []
    if "my_programmes" not in g:
        statement = scoped(select(Programme), Programme, actor()).order_by(Programme.title)
        g.my_programmes = list(db.session.scalars(statement).unique())
    return g.my_programmes


def _gate() -> WerkzeugResponse | None:
    """Let a request through only where the route's rule says so; a route without a rule is closed."""
    if request.endpoint is None:
        return None
    if request.endpoint in STATIC:
        return None
    rule = rule_of(current_app.view_functions[request.endpoint])
    if rule is None:
        abort(403)
    if not rule.login:
        return None
    if not current_user.is_authenticated:
        return _ask_to_log_in()
    act_as(db.session, current_user.id)
    if g.programme_key is not None:
        statement = scoped(select(Programme), Programme, actor()).where(Programme.key == g.programme_key)
        g.programme = db.session.scalars(statement).unique().one_or_none()
        if g.programme is None:
            raise NotFound(N_("This does not exist, or it belongs to an organisation you do not work for."))
        if session.get("programme") != g.programme.key:
            session["programme"] = g.programme.key
    if rule.roles is not None and not may(rule.roles):
        raise Forbidden(
            N_("Your role does not allow this. Ask the administrator if you need it for your work.")
        )
    return None


def _ask_to_log_in() -> WerkzeugResponse:
    from campaign.error_pages import wants_json  # noqa: PLC0415 - that module needs this one's app

    if wants_json():
        abort(401)
    return redirect(url_for("accounts.login", next=request.full_path.rstrip("?")))


def _context() -> dict[str, Any]:
    def can(area: str) -> bool:
        return may(AREAS.get(area, access.EVERY_ROLE))

    row = g.get("programme")
    shown: tuple[Any, ...] = ()
    if current_user.is_authenticated:
        endpoints = set(current_app.view_functions)
        if row is None and not my_programmes():
            endpoints = {
                e for e in endpoints if not current_app.url_map.is_endpoint_expecting(e, "programme")
            }
        elif row is None:
            row = next((p for p in my_programmes() if p.key == _chosen_key()), None)
        shown = nav_items(endpoints, can)
    return {
        "nav_items": shown,
        "current_programme": row,
        "my_programmes": my_programmes(),
        "locale": str(get_locale()),
        "may": may,
        "access": access,
    }


def _headers(response: Response) -> Response:
    response.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; object-src 'none'; "
        "frame-ancestors 'none'; base-uri 'self'; form-action 'self'",
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    if "Cache-Control" not in response.headers and not request.path.startswith("/static"):
        response.headers["Cache-Control"] = "private, no-store"
    return response
