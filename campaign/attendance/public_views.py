"""What the audience sees on its phones: signing in and the survey, without an account.

Whoever holds the address (a token of 128 random bits in a code on the screen) may use it while it works. The
addresses do not say who is there: a sign-in answers only with what was sent.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Response, current_app, jsonify, make_response, redirect, request, url_for
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import generate_csrf
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict

from campaign.access import public
from campaign.app import limiter
from campaign.attendance import queries, rules, services
from campaign.attendance.forms import SignInForm
from campaign.attendance.models import EventGate
from campaign.attendance.room import Page, blueprint, drawn, say
from campaign.attendance.rules import Person
from campaign.attendance.services import Arrival, Unanswered, WrongAnswer
from campaign.db import db, utc_now
from campaign.error_pages import text_of
from campaign.errors import NotFound, Refused
from campaign.formatting import local
from campaign.messages import N_

# A hall behind one address of a venue: 300 phones, each loading the page, asking and sending, with repeats.
HALL_LIMIT = "3000 per minute"
DEVICE = "survey-device"
DEVICE_AGE = timedelta(days=180)


def _hall() -> str:
    """One budget per address of the code and network, so that one hall does not use up another's."""
    return f"{get_remote_address()} {(request.view_args or {}).get('token', '')[:43]}"


def _gate(token: str, kind: str) -> EventGate:
    gate = queries.gate_of(db.session, token, kind)
    if gate is None:
        raise NotFound(N_("This code leads nowhere. Please scan the code on the screen again."))
    return gate


# --- signing in -------------------------------------------------------------------------------------------


@blueprint.route("/q/<token>", methods=["GET", "POST"])
@public
@limiter.limit(HALL_LIMIT, key_func=_hall)
def sign_in(token: str) -> Page | Response:
    """Sign in at an event; a script sends JSON, a phone without one the form."""
    gate = _gate(token, "sign_in")
    if request.is_json:
        return _sign_in_by_script(gate)
    form = SignInForm()
    if form.is_submitted() and form.validate():
        try:
            row, new = services.sign_in(db.session, gate, _arrival(form.data, None), now=utc_now())
        except WrongAnswer as problem:
            form[problem.field].errors = [text_of(problem)]
        except IntegrityError:
            db.session.rollback()
            return drawn("signed", gate=gate, name=form.name.data, new=False)
        except Refused:
            db.session.rollback()
        else:
            return drawn("signed", gate=gate, name=row.name, new=new)
    shut = rules.why_shut(queries.facts_of(gate), utc_now())
    page = drawn("sign_in", gate=gate, form=form, shut=say(shut) if shut else "")
    return page, 422 if form.errors else 200


def _arrival(values: Any, waited_s: float | None) -> Arrival:  # noqa: ANN401 - a form's or a script's values
    def text(name: str) -> str:
        value = values.get(name)
        return value.strip() if isinstance(value, str) else ""

    return Arrival(
        Person(text("name"), text("organisation"), text("phone")),
        client_id=text("client_id"),
        waited_s=waited_s,
        another=values.get("another") is True,
    )


def _sign_in_by_script(gate: EventGate) -> Response:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        body = {}
    waited = body.get("waited_s")
    seconds = float(waited) if isinstance(waited, int | float) and not isinstance(waited, bool) else None
    try:
        row, new = services.sign_in(db.session, gate, _arrival(body, seconds), now=utc_now())
    except IntegrityError:
        # Sent twice at the same moment: the other one was counted.
        db.session.rollback()
        return jsonify(state="known")
    except WrongAnswer as problem:
        db.session.rollback()
        return _json({"message": text_of(problem), "field": problem.field}, 422)
    except Refused as refusal:
        db.session.rollback()
        return _json({"message": _refused(refusal)}, 422)
    same = row.client_id == body.get("client_id")
    return _json({"state": "counted" if new or same else "known"}, 201 if new else 200)


def _refused(refusal: Refused) -> str:
    from campaign.messages import Message  # noqa: PLC0415 - the plain pair behind a refusal

    return say(Message(refusal.msgid, refusal.params))


def _json(body: dict[str, Any], status: int) -> Response:
    answer = jsonify(body)
    answer.status_code = status
    return answer


@blueprint.route("/q/<token>/pass.json")
@public
@limiter.limit(HALL_LIMIT, key_func=_hall)
def fresh_pass(token: str) -> Response:
    """A fresh token for the form of a page that was opened long ago, or is shown without network."""
    _gate(token, "sign_in")
    return jsonify(csrf=generate_csrf())


@blueprint.route("/q/worker.js")
@public
def worker() -> Response:
    """The script that keeps the opened sign-in page for the time without network; its scope is /q/."""
    path = Path(current_app.static_folder or "") / "js" / "sign-in-worker.js"
    answer = make_response(path.read_text("utf-8"))
    answer.mimetype = "text/javascript"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


# --- survey -----------------------------------------------------------------------------------------------


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="survey-device")


def _device() -> str | None:
    """The random number this browser got when it opened the survey; it says nothing about its owner."""
    try:
        found = _signer().loads(request.cookies.get(DEVICE, ""))
    except BadSignature:
        return None
    return found if isinstance(found, str) else None


@blueprint.route("/v/<token>", methods=["GET", "POST"])
@public
@limiter.limit(HALL_LIMIT, key_func=_hall)
def survey(token: str) -> Page | Response:
    """Answer the survey of an event: anonymous, once per device."""
    gate = _gate(token, "survey")
    questions = queries.questions_of(db.session, gate.event)
    typed = request.form if request.method == "POST" else MultiDict()
    missing: set[int] = set()
    blocked, device = False, _device()
    if request.method == "POST":
        blocked = device is None
        if device is not None:
            key = services.device_key(current_app.config["SECRET_KEY"], gate.event_id, device)
            now = utc_now()
            try:
                services.answer(db.session, gate, key, typed, now=now, today=local(now).date())
            except Unanswered as refusal:
                db.session.rollback()
                missing = refusal.numbers
            except IntegrityError:
                db.session.rollback()
                return redirect(url_for("attendance.thanks", token=token), 303)
            except Refused:
                db.session.rollback()
            else:
                return redirect(url_for("attendance.thanks", token=token), 303)
    shut = rules.why_shut(queries.facts_of(gate), utc_now())
    page = drawn(
        "survey",
        gate=gate,
        questions=questions,
        typed=typed,
        missing=missing,
        blocked=blocked,
        shut=say(shut) if shut else "",
    )
    answer = make_response(page, 422 if missing or blocked else 200)
    if device is None:
        answer.set_cookie(
            DEVICE,
            _signer().dumps(secrets.token_hex(16)),
            max_age=DEVICE_AGE,
            path="/v/",
            httponly=True,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            samesite="Lax",
        )
    return answer


@blueprint.route("/v/<token>/thanks")
@public
def thanks(token: str) -> str:
    """Say that the answers have arrived."""
    return drawn("thanks", gate=_gate(token, "survey"))
