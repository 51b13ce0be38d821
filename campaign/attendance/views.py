"""The day of an event for the office: addresses, who came, how many watched."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask import Response, flash, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as WerkzeugResponse

from campaign import evidence, web
from campaign.access import EVERY_ROLE, WRITES_EVENTS, allow
from campaign.attendance import codes, queries, rules, services
from campaign.attendance.forms import PLACE_NAMES, WAY_NAMES, CountForm, DeskForm, WindowForm
from campaign.attendance.models import AudienceCount, EventGate, SignIn
from campaign.attendance.room import HERE, Page, blueprint, drawn, event_with, row_of
from campaign.attendance.rules import Person
from campaign.attendance.services import Arrival, WrongAnswer
from campaign.db import db, utc_now
from campaign.error_pages import text_of
from campaign.errors import NotFound, Refused
from campaign.formatting import local
from campaign.lectures.forms import shanghai
from campaign.lectures.models import LectureEvent, LectureGuest
from campaign.listing import Column, Filter, Listing, contains
from campaign.messages import N_

GATE_NAMES = {"sign_in": N_("Sign-in"), "survey": N_("Survey")}
PUBLIC = {"sign_in": "attendance.sign_in", "survey": "attendance.survey"}
PROOFS = evidence.DOCUMENTS


def address_of(gate: EventGate) -> str:
    """The whole address behind a code."""
    return url_for(PUBLIC[gate.kind], token=gate.token, _external=True)


@blueprint.route(f"{HERE}/day")
@allow(EVERY_ROLE)
def day(event_id: int) -> str:
    """How the day of an event went: people, addresses, photos, coverage, survey."""
    event = event_with(event_id)
    now = utc_now()
    gates = {kind: queries.open_gate(db.session, event, kind) for kind in rules.KINDS}
    return drawn(
        "day",
        event=event,
        gates=[(kind, _(GATE_NAMES[kind]), gate) for kind, gate in gates.items()],
        shut={kind: gate and rules.why_shut(queries.facts_of(gate), now) for kind, gate in gates.items()},
        address_of=address_of,
        audience=queries.audience_of(db.session, event),
        counts=queries.counts_of(db.session, event),
        places=PLACE_NAMES,
        answers=queries.answer_count(db.session, event),
        satisfaction=rules.satisfaction([queries.tallies_of(db.session, event)]),
        photos=queries.photos_of(db.session, event),
        coverage=queries.coverage_of(db.session, event, web.actor()),
        decisions=queries.decisions_of(db.session, event),
        record=queries.record_of(db.session, event),
        is_picture=evidence.is_picture,
        begun=now >= event.starts_at,
    )


def _kind(kind: str) -> str:
    if kind not in rules.KINDS:
        raise NotFound(N_("There is no such address."))
    return kind


@blueprint.route(f"{HERE}/day/<kind>", methods=["POST"])
@allow(WRITES_EVENTS)
def gate(event_id: int, kind: str) -> WerkzeugResponse:
    """Open an address, or take it back; renewing does both."""
    event, act = event_with(event_id), request.form.get("act")
    there = queries.open_gate(db.session, event, _kind(kind))
    if there is not None and act in ("close", "renew"):
        services.revoke_gate(db.session, there, now=utc_now())
        flash(_("The address leads nowhere now."), "success")
    if act in ("open", "renew"):
        services.open_gate(db.session, event, kind)
        flash(_("The address is ready. Show its code on the screen."), "success")
    return redirect(url_for("attendance.day", event_id=event_id), 303)


@blueprint.route(f"{HERE}/day/<kind>/window", methods=["GET", "POST"])
@allow(WRITES_EVENTS)
def window(event_id: int, kind: str) -> Page:
    """Let an address work at other times."""
    event = event_with(event_id)
    there = queries.open_gate(db.session, event, _kind(kind))
    if there is None:
        raise NotFound(N_("There is no such address."))
    form = WindowForm(data={"opens_at": local(there.opens_at), "closes_at": local(there.closes_at)})
    if form.validate_on_submit():
        opens_at, closes_at = aware(form.opens_at.data), aware(form.closes_at.data)
        try:
            services.change_window(db.session, there, opens_at, closes_at)
        except Refused as refusal:
            form.closes_at.errors = [text_of(refusal)]
        else:
            flash(_("The times have been saved."), "success")
            return redirect(url_for("attendance.day", event_id=event_id), 303)
    page = drawn("window", event=event, form=form, name=_(GATE_NAMES[kind]))
    return page, 422 if form.errors else 200


def aware(typed: datetime | None) -> datetime:
    """A typed time that a form has demanded, as a moment."""
    moment = shanghai(typed)
    assert moment is not None  # noqa: S101 - the form has demanded it
    return moment


@blueprint.route(f"{HERE}/day/<kind>/screen")
@allow(WRITES_EVENTS)
def screen(event_id: int, kind: str) -> str:
    """The code for the projector, filling the screen."""
    event = event_with(event_id)
    there = queries.open_gate(db.session, event, _kind(kind))
    if there is None:
        raise NotFound(N_("Open the address first; then its code can be shown."))
    return drawn(
        "screen", event=event, gate=there, code=codes.qr_svg(address_of(there)), address=address_of(there)
    )


@blueprint.route(f"{HERE}/day/<kind>/code.png")
@allow(WRITES_EVENTS)
def code_file(event_id: int, kind: str) -> Response:
    """The code as a picture, for slides and printed cards."""
    event = event_with(event_id)
    there = queries.open_gate(db.session, event, _kind(kind))
    if there is None:
        raise NotFound(N_("Open the address first; then its code can be shown."))
    name = f"{event.title}{_(GATE_NAMES[kind])}.png"
    return web.attachment(codes.qr_png(address_of(there)), name, "image/png")


@blueprint.route(f"{HERE}/day/count.json")
@allow(EVERY_ROLE)
def count(event_id: int) -> Response:
    """How many have signed in and answered, for the screen."""
    event = event_with(event_id)
    return jsonify(
        sign_in=queries.signed_count(db.session, event), survey=queries.answer_count(db.session, event)
    )


# --- the list at the desk ---------------------------------------------------------------------------------


COLUMNS = (
    Column("name", _l("Name"), sort=SignIn.name, primary=True),
    Column("organisation", _l("Organisation"), sort=SignIn.organisation),
    Column("phone", _l("Phone number"), cell=lambda row: rules.masked_phone(row.phone)),
    Column("signed_at", _l("Signed in at"), sort=SignIn.signed_at, kind="datetime"),
    Column("way", _l("How"), sort=SignIn.way, cell=lambda row: _(WAY_NAMES[row.way])),
)
ACTS = Column("acts", _l("Wrong?"))
FILTERS = (
    Filter(
        "way",
        _l("How"),
        choices=[(key, _l(text)) for key, text in WAY_NAMES.items()],
        apply=lambda q, v: q.where(SignIn.way == v),
    ),
)


def _guests(event: LectureEvent) -> list[tuple[LectureGuest, SignIn | None]]:
    rows = {row.id: row for row in db.session.scalars(queries.sign_ins_of(event))}
    there = rules.guests_there(
        {guest.id: guest.name for guest in event.guests},
        [(row.id, row.name, row.guest_id) for row in rows.values()],
    )
    return [(guest, rows.get(there.get(guest.id, 0))) for guest in event.guests]


@blueprint.route(f"{HERE}/day/list", methods=["GET", "POST"])
@allow(WRITES_EVENTS)
def signed(event_id: int) -> Page | Response:
    """Who signed in, and the desk: write somebody down, tick an invited guest off."""
    event = event_with(event_id)
    form = DeskForm()
    if form.validate_on_submit():
        person = Person(form.name.data or "", form.organisation.data or "", form.phone.data or "")
        arrival = Arrival(person, form.client_id.data or "", another=form.another.data)
        try:
            row = services.sign_in_at_desk(db.session, event, arrival, None, now=utc_now())
        except WrongAnswer as problem:
            db.session.rollback()
            form[problem.field].errors = [text_of(problem)]
        except Refused as refusal:
            form.name.errors = [text_of(refusal)]
        else:
            flash(_("%(name)s is signed in.", name=row.name), "success")
            return redirect(url_for("attendance.signed", event_id=event_id), 303)
    exporting = request.args.get("format") == "xlsx"
    listing = Listing.build(
        db.session,
        queries.sign_ins_of(event),
        COLUMNS if exporting else (*COLUMNS, ACTS),
        FILTERS,
        search=contains(SignIn.name, SignIn.organisation, SignIn.phone),
        args=request.args,
        default_sort="-signed_at",
    )
    if listing.wants_export:
        return web.export(listing, _("Sign-in sheet"))
    page = drawn("list", event=event, form=form, listing=listing, guests=_guests(event))
    return page, 422 if form.errors else 200


@blueprint.route(f"{HERE}/day/guests/<int:guest_id>", methods=["POST"])
@allow(WRITES_EVENTS)
def guest_came(event_id: int, guest_id: int) -> WerkzeugResponse:
    """Tick an invited guest off."""
    event = event_with(event_id)
    guest = next((one for one in event.guests if one.id == guest_id), None)
    if guest is None:
        raise NotFound(N_("This does not exist, or it belongs to an organisation you do not work for."))
    arrival = Arrival(Person(guest.name, guest.organisation), str(uuid.uuid4()))
    try:
        services.sign_in_at_desk(db.session, event, arrival, guest, now=utc_now())
    except Refused as refusal:
        db.session.rollback()
        flash(text_of(refusal), "danger")
    else:
        flash(_("%(name)s is signed in.", name=guest.name), "success")
    return redirect(url_for("attendance.signed", event_id=event_id), 303)


@blueprint.route(f"{HERE}/day/list/<int:row_id>/strike", methods=["POST"])
@allow(WRITES_EVENTS)
def strike(event_id: int, row_id: int) -> WerkzeugResponse:
    """Take a wrong entry off the list."""
    row = row_of(SignIn, row_id, event_with(event_id))
    services.strike(db.session, row)
    flash(_("The entry has been taken off the list."), "success")
    return redirect(url_for("attendance.signed", event_id=event_id), 303)


# --- counted numbers --------------------------------------------------------------------------------------


@blueprint.route(f"{HERE}/day/audience", methods=["GET", "POST"])
@allow(WRITES_EVENTS)
def audience(event_id: int) -> Page:
    """Write a counted number down with its proof (A7)."""
    event = event_with(event_id)
    form = CountForm()
    if form.is_submitted():
        valid = form.validate()
        proof = evidence.receive(form.evidence, form.evidence_kept, PROOFS)
        if valid and not form.evidence.errors and _write(event, form, proof):
            flash(_("The number has been saved."), "success")
            return redirect(url_for("attendance.day", event_id=event_id), 303)
    page = drawn(
        "audience",
        event=event,
        form=form,
        kept=evidence.kept_name(form.evidence_kept, PROOFS),
        accept=evidence.ACCEPT[PROOFS],
    )
    return page, 422 if form.errors else 200


def _write(event: LectureEvent, form: CountForm, proof: evidence.Evidence | None) -> bool:
    try:
        services.write_count(
            db.session,
            event,
            place=form.place.data,
            platform=(form.platform.data or "").strip(),
            people=form.people.data,
            proof=proof,
        )
    except Refused as refusal:
        db.session.rollback()
        form.evidence.errors = [text_of(refusal)]
        return False
    return True


@blueprint.route(f"{HERE}/day/audience/<int:row_id>/drop", methods=["POST"])
@allow(WRITES_EVENTS)
def drop_count(event_id: int, row_id: int) -> WerkzeugResponse:
    """Take a counted number away."""
    services.drop_count(db.session, row_of(AudienceCount, row_id, event_with(event_id)))
    flash(_("The number has been taken away."), "success")
    return redirect(url_for("attendance.day", event_id=event_id), 303)


@blueprint.route(f"{HERE}/day/audience/<int:row_id>/proof")
@allow(EVERY_ROLE)
def count_proof(event_id: int, row_id: int) -> Response:
    """What proves a counted number."""
    row: Any = row_of(AudienceCount, row_id, event_with(event_id))
    return evidence.send(row.evidence, row.evidence_name)


@blueprint.route(f"{HERE}/day/take-over", methods=["POST"])
@allow(WRITES_EVENTS)
def take_over(event_id: int) -> WerkzeugResponse:
    """Make the counted numbers the audience of the event."""
    services.take_over(db.session, event_with(event_id))
    flash(_("The numbers are now the audience of this event."), "success")
    return redirect(url_for("attendance.day", event_id=event_id), 303)
