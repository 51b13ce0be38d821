"""What firms and experts use without an account: the nomination form and the score sheet.

Each lies behind a token of 128 random bits that ends, can be taken back, and shows nothing of others.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from itsdangerous import BadSignature, TimestampSigner
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as WerkzeugResponse

from campaign import evidence
from campaign.access import public
from campaign.app import limiter
from campaign.db import db, utc_now
from campaign.error_pages import text_of
from campaign.errors import NotFound, Refused
from campaign.exhibits import nominations, rules, scoring
from campaign.exhibits.forms import SCORE_NAMES, NominationForm
from campaign.exhibits.models import Expert, NominationLink
from campaign.exhibits.nominations import Sent
from campaign.exhibits.services import NoLittleGiant
from campaign.messages import N_, Message

blueprint = Blueprint("exhibits_open", __name__)

PHOTOS = ("photo_1", "photo_2", "photo_3")
PICTURES = frozenset(evidence.PICTURES)
FILMS = frozenset({evidence.MP4})
# Nobody fills this form in sooner; a program does.
LEAST_S = 5
Page = str | WerkzeugResponse | tuple[str, int]


def say(message: Message) -> str:
    """A rule's sentence in the reader's language."""
    return text_of(Refused(message.msgid, **message.params))


def _link(token: str) -> NominationLink:
    found = db.session.scalars(select(NominationLink).where(NominationLink.token == token)).one_or_none()
    if found is None:
        raise NotFound(N_("This link is no longer valid. Ask the organiser for the present one."))
    return found


def _clock() -> TimestampSigner:
    return TimestampSigner(current_app.config["SECRET_KEY"], salt="nomination")


def _is_a_program(form: NominationForm) -> bool:
    """Whether the hidden field was filled in, or the form came back sooner than a person can type."""
    try:
        _value, made = _clock().unsign(form.began.data or "", max_age=7 * 86400, return_timestamp=True)
    except BadSignature:
        return True
    return bool(form.website.data) or (utc_now() - made).total_seconds() < _least_s()


def _least_s() -> int:
    return 0 if current_app.testing and not current_app.config.get("SPAM_GUARD") else LEAST_S


@blueprint.route("/n/<token>", methods=["GET", "POST"])
@public
@limiter.limit("30 per minute; 200 per hour", methods=["POST"])
def nominate(token: str) -> Page:
    """Nominate an exhibit by a link; what is refused keeps what was typed and the files."""
    link = _link(token)
    form = NominationForm()
    shut = rules.why_shut(nominations.facts_of(link), utc_now())
    if form.is_submitted() and shut is None and _take(link, form):
        return redirect(url_for("exhibits_open.sent", token=token), 303)
    if not form.began.data:
        form.began.data = _clock().sign("n").decode()
    body = render_template(
        "exhibits/nominate.html",
        link=link,
        form=form,
        shut=say(shut) if shut else "",
        photos=PHOTOS,
        kept={name: _kept(form, name) for name in (*PHOTOS, "film")},
        accept_photo=evidence.ACCEPT[PICTURES],
    )
    return body, 422 if form.errors else 200


def _kept(form: NominationForm, name: str) -> str:
    return evidence.kept_name(form[f"{name}_kept"], FILMS if name == "film" else PICTURES)


def _take(link: NominationLink, form: NominationForm) -> bool:
    valid = form.validate()
    files = [evidence.receive(form[name], form[f"{name}_kept"], PICTURES) for name in PHOTOS]
    files.append(evidence.receive(form.film, form.film_kept, FILMS))
    if not valid or any(form[name].errors for name in (*PHOTOS, "film")):
        return False
    if _is_a_program(form):
        form.title.errors = [
            say(Message(N_("This came faster than a person types. Please send it once more.")))
        ]
        return False
    sent = Sent(
        client_id=(form.client_id.data or "")[:36],
        firm=(form.firm.data or "").strip(),
        title=(form.title.data or "").strip(),
        little_giant_year=form.little_giant_year.data,
        details=form.details(),
        files=[file for file in files if file is not None],
    )
    try:
        nominations.receive(db.session, link, sent, now=utc_now())
    except NoLittleGiant as refusal:
        db.session.rollback()
        place = form.level if form.level.data not in rules.GIANTS else form.little_giant_year
        place.errors = [text_of(refusal)]
        return False
    except IntegrityError:
        # Sent twice at the same moment: the other one was taken in.
        db.session.rollback()
    except Refused as refusal:
        db.session.rollback()
        form.title.errors = [text_of(refusal)]
        return False
    return True


@blueprint.route("/n/<token>/sent")
@public
def sent(token: str) -> str:
    """Say that the nomination has arrived."""
    return render_template("exhibits/sent.html", link=_link(token))


# --- the expert's sheet -----------------------------------------------------------------------------------


@blueprint.route("/j/<token>", methods=["GET", "POST"])
@public
@limiter.limit("120 per minute")
def sheet(token: str) -> Page | Response:
    """Score the exhibits of a round, alone."""
    expert = scoring.expert_with(db.session, token)
    entries = [entry.exhibit for entry in expert.round.entries]
    closed = scoring.why_read_only(expert, utc_now())
    typed: dict[str, str] = _stored(expert)
    missing: set[int] = set()
    wrong: dict[int, str] = {}
    saved = request.args.get("saved", "")
    if request.method == "POST" and closed is None:
        typed = request.form.to_dict()
        read, wrong = rules.read_sheet([one.id for one in entries], typed)
        if not wrong:
            remarks = {one.id: typed.get(f"remark-{one.id}", "").strip()[:500] for one in entries}
            hand_in = typed.get("act") == "hand-in"
            try:
                left = scoring.write_sheet(db.session, expert, read, remarks, hand_in=hand_in, now=utc_now())
            except Refused:
                # Handed in, or closed, while this was on its way: the page says so.
                db.session.rollback()
                return redirect(url_for("exhibits_open.sheet", token=token), 303)
            missing = set(left)
            if not missing:
                return redirect(
                    url_for("exhibits_open.sheet", token=token, saved="all" if hand_in else "part"), 303
                )
    body = render_template(
        "exhibits/sheet.html",
        expert=expert,
        exhibits=entries,
        closed=say(Message(closed)) if closed else "",
        typed=typed,
        missing=missing,
        wrong=wrong,
        saved=saved,
        names=SCORE_NAMES,
        is_picture=evidence.is_picture,
    )
    return make_response(body, 422 if missing or wrong else 200)


def _stored(expert: Expert) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in expert.scores:
        for name in rules.SCORES:
            value = getattr(row, name)
            found[f"{name}-{row.exhibit_id}"] = "" if value is None else str(value)
        found[f"recused-{row.exhibit_id}"] = "1" if row.recused else ""
        found[f"remark-{row.exhibit_id}"] = row.remark
    return found


@blueprint.route("/j/<token>/photo/<int:exhibit_id>")
@public
def photo(token: str, exhibit_id: int) -> Response:
    """The photo of an exhibit of the expert's round, small and without device data."""
    expert = scoring.expert_with(db.session, token)
    entries: dict[int, Any] = {entry.exhibit_id: entry.exhibit for entry in expert.round.entries}
    exhibit = entries.get(exhibit_id)
    if exhibit is None or not evidence.is_picture(exhibit.photo):
        raise NotFound(N_("This exhibit has no photo yet."))
    return evidence.send_small(exhibit.photo)
