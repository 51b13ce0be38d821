"""The one place where refusals become HTTP answers."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from campaign.db import db
from campaign.errors import CampaignError, Conflict, Forbidden, NotFound, Refused, StorageFull

log = logging.getLogger(__name__)

# What an HTTP error tells programs beside its page: how long a file is (416), what an address takes (405).
TELLING_HEADERS = ("Allow", "Content-Range", "Retry-After")

STATUS: tuple[tuple[type[CampaignError], int], ...] = (
    (NotFound, 404),
    (Forbidden, 403),
    (StorageFull, 507),
    (Conflict, 409),
    (Refused, 422),
    (CampaignError, 422),
)


def text_of(error: CampaignError) -> str:
    """The refusal in the user's language."""
    return _(error.msgid, **error.params)


def wants_json() -> bool:
    """Whether the caller is a program: a tus client, or a script that asked for JSON."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return "Tus-Resumable" in request.headers or request.path.endswith(".json") or best == "application/json"


def _answer(status: int, title: str, text: str) -> Response:
    if wants_json():
        response = jsonify({"message": text})
    else:
        response = make_response(
            render_template(
                "error.html", status=status, error_title=title, text=text, reference=g.get("request_id")
            )
        )
    response.status_code = status
    return response


def _title(status: int) -> str:
    titles = {
        403: _("Your role does not allow this"),
        404: _("Not found"),
        409: _("Somebody else was faster"),
        413: _("Too large"),
        429: _("Too many attempts"),
        500: _("Something went wrong"),
        507: _("The disk is full"),
    }
    return titles.get(status, _("This did not work"))


def register(app: Flask) -> None:
    """Map refusals, HTTP errors and accidents to pages or JSON."""

    @app.errorhandler(CampaignError)
    def refused(error: CampaignError) -> Response:
        db.session.rollback()
        status = next(code for kind, code in STATUS if isinstance(error, kind))
        return _answer(status, _title(status), text_of(error))

    @app.errorhandler(CSRFError)
    def stale_form(_error: CSRFError) -> Response:
        text = _("The form had been open for too long. Load the page again; what you typed is still there.")
        return _answer(400, _("Please send it again"), text)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response | HTTPException:
        if error.code is None or error.code < 400:
            return error
        texts = {
            403: _("Ask the administrator if you need this for your work."),
            404: _("The address is wrong, or what stood here has been removed."),
            405: _("This address does not take that kind of request."),
            413: _("What you sent is larger than this server accepts."),
            429: _("Please wait a minute and try again."),
        }
        text = texts.get(error.code, _("The server could not use this request."))
        response = _answer(error.code, _title(error.code), text)
        told = dict(error.get_headers())
        response.headers.update({name: told[name] for name in TELLING_HEADERS if name in told})
        return response

    @app.errorhandler(InternalServerError)
    def accident(error: InternalServerError) -> Response:
        db.session.rollback()
        cause: Any = error.original_exception or error
        log.error("unhandled", exc_info=cause, extra={"request": g.get("request_id")})
        text = _("The fault has been written to the log. Nothing you had saved is lost; please try again.")
        return _answer(500, _title(500), text)
