"""How long a login lasts: the session of who goes on working is renewed, but seldom.

Flask writes the cookie of a lasting session with every reply, those with static files too. A reply that was
asked for before a form was sent and arrives after its answer would then put the older session back: the
message of what was saved is lost, and so is a login or a logout. Here the cookie is written when the session
changes, and once an hour.
"""

from __future__ import annotations

import time

from flask import Flask, request, session

RENEWED = "renewed"
RENEWED_EVERY_S = 3600
STATIC = ("static", "bootstrap.static")


def register(app: Flask) -> None:
    """Renew lasting sessions in this app."""
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    app.before_request(_renew)


def _now() -> float:
    return time.time()


def _asked_by_a_person() -> bool:
    """Whether this is a page, a form or an upload, not a picture, a script or a page that looks for news."""
    return request.method != "GET" or "text/html" in request.headers.get("Accept", "")


def _renew() -> None:
    if request.endpoint in STATIC or not session.permanent or not _asked_by_a_person():
        return
    if _now() - session.get(RENEWED, 0) > RENEWED_EVERY_S:
        session[RENEWED] = int(_now())
