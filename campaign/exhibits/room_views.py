"""Further pages of the exhibit room: files, links and nominations of firms, rounds, custody, documents."""

from __future__ import annotations

import base64
import binascii
import io
from typing import Any, TypeVar

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as WerkzeugResponse

from campaign import evidence, web
from campaign.access import EVERY_ROLE, WRITES_EVENTS, allow, owner_for, scoped
from campaign.db import db, utc_now
from campaign.error_pages import text_of
from campaign.errors import CampaignError, NotFound, Refused
from campaign.exhibits import documents, nominations, rules, services
from campaign.exhibits.forms import (
    LEVEL_NAMES,
    STEP_NAMES,
    FilesForm,
    HandoverForm,
    LinkForm,
)
from campaign.exhibits.models import (
    CustodyStep,
    Exhibit,
    ExhibitFile,
    Nomination,
    NominationLink,
)
from campaign.exhibits.services import Handover
from campaign.exhibits.views import PICTURES, Page, blueprint
from campaign.formatting import local
from campaign.lectures.forms import shanghai
from campaign.listing import Badge, Column, Filter, Listing, contains
from campaign.messages import N_
from campaign.storage import Storage

T = TypeVar("T")
FILE_KINDS = frozenset({*PICTURES, evidence.MP4})
FILE_ACCEPT = ".png,.jpg,.jpeg,.webp,.mp4"
MOST_DRAWING = 400_000
NOMINATION_STATES = {
    "received": ("info", N_("received")),
    "taken": ("success", N_("taken in")),
    "refused": ("neutral", N_("not taken in")),
}


def owner_id() -> int:
    """In whose name the planner writes here."""
    return owner_for(db.session, web.actor(), web.programme(), WRITES_EVENTS)


def mine(model: type[T]) -> Any:  # noqa: ANN401 - a select of the model
    """The rows of a model that the actor may see in this programme."""
    return scoped(select(model).where(model.programme_id == web.programme().id), model, web.actor())  # type: ignore[attr-defined]


# --- files ------------------------------------------------------------------------------------------------


@blueprint.route("/<int:exhibit_id>/files", methods=["GET", "POST"])
@allow(WRITES_EVENTS)
def files(exhibit_id: int) -> Page:
    """Add photos and films to an exhibit."""
    exhibit: Exhibit = web.get(Exhibit, exhibit_id)
    form = FilesForm()
    if form.validate_on_submit():
        storage: Storage = current_app.extensions["storage"]
        sent = [one for one in form.files.data or () if isinstance(one, FileStorage) and one.filename]
        try:
            if not sent:
                raise Refused(N_("Choose one or more files."))
            found = [evidence.accept(storage, one, FILE_KINDS) for one in sent]
            services.add_files(db.session, exhibit, found)
        except CampaignError as refusal:
            db.session.rollback()
            form.files.errors = [text_of(refusal)]
        else:
            flash(_("The files have been kept."), "success")
            return redirect(url_for("exhibits.show", exhibit_id=exhibit_id), 303)
    page = render_template("exhibits/files.html", exhibit=exhibit, form=form, accept=FILE_ACCEPT)
    return page, 422 if form.errors else 200


def _file(exhibit_id: int, file_id: int) -> ExhibitFile:
    web.get(Exhibit, exhibit_id)
    row = db.session.get(ExhibitFile, file_id)
    if row is None or row.exhibit_id != exhibit_id:
        raise NotFound(N_("This does not exist, or it belongs to an organisation you do not work for."))
    return row


@blueprint.route("/<int:exhibit_id>/files/<int:file_id>")
@allow(EVERY_ROLE)
def file(exhibit_id: int, file_id: int) -> Response:
    """A photo of an exhibit without device data, `?size=small` for lists; or a film."""
    row = _file(exhibit_id, file_id)
    return evidence.send_shown(row.asset, row.file_name, request.args.get("size", ""))


@blueprint.route("/<int:exhibit_id>/files/<int:file_id>/original")
@allow(WRITES_EVENTS)
def original_file(exhibit_id: int, file_id: int) -> Response:
    """A photo or film as it came in, for those who work on the exhibit."""
    row = _file(exhibit_id, file_id)
    return evidence.send_original(row.asset, row.file_name)


@blueprint.route("/<int:exhibit_id>/files/<int:file_id>/remove", methods=["POST"])
@allow(WRITES_EVENTS)
def remove_file(exhibit_id: int, file_id: int) -> WerkzeugResponse:
    """Take a file off an exhibit."""
    services.remove_file(db.session, _file(exhibit_id, file_id))
    flash(_("The file has been taken off."), "success")
    return redirect(url_for("exhibits.show", exhibit_id=exhibit_id), 303)


# --- links and nominations --------------------------------------------------------------------------------


@blueprint.route("/links", methods=["GET", "POST"])
@allow(WRITES_EVENTS)
def links() -> Page:
    """Make links by which firms nominate without an account."""
    form = LinkForm()
    if form.validate_on_submit():
        nominations.make_link(
            db.session,
            web.programme(),
            owner_id=owner_id(),
            note=(form.note.data or "").strip(),
            closes_at=shanghai(form.closes_at.data) or utc_now(),
            max_uses=form.max_uses.data or 1,
        )
        flash(_("The link is ready; send it to the firms."), "success")
        return redirect(url_for("exhibits.links"), 303)
    rows = db.session.scalars(mine(NominationLink).order_by(NominationLink.id.desc())).all()
    now = utc_now()
    shown = [(row, rules.why_shut(nominations.facts_of(row), now)) for row in rows]
    page = render_template(
        "exhibits/links.html",
        form=form,
        rows=[(row, _(why.msgid, **why.params) if why else "") for row, why in shown],
    )
    return page, 422 if form.errors else 200


@blueprint.route("/links/<int:link_id>/revoke", methods=["POST"])
@allow(WRITES_EVENTS)
def revoke_link(link_id: int) -> WerkzeugResponse:
    """Take a link back."""
    nominations.revoke_link(db.session, web.get(NominationLink, link_id), now=utc_now())
    flash(_("The link leads nowhere now."), "success")
    return redirect(url_for("exhibits.links"), 303)


def _nomination_badge(row: Nomination) -> Badge:
    tone, text = NOMINATION_STATES[row.state]
    return Badge(tone, _(text))  # type: ignore[arg-type]


NOMINATION_COLUMNS = (
    Column(
        "title",
        _l("Exhibit"),
        sort=Nomination.title,
        primary=True,
        link=lambda row: url_for("exhibits.nomination", nomination_id=row.id),
    ),
    Column("firm", _l("Enterprise"), sort=Nomination.firm),
    Column("created_at", _l("Came in"), sort=Nomination.created_at, kind="datetime"),
    Column("state", _l("State"), sort=Nomination.state, kind="badge", cell=_nomination_badge),
    Column("reason", _l("Reason")),
)
NOMINATION_FILTERS = (
    Filter(
        "state",
        _l("State"),
        choices=[(key, _l(text)) for key, (_tone, text) in NOMINATION_STATES.items()],
        apply=lambda q, v: q.where(Nomination.state == v),
    ),
)


@blueprint.route("/nominations")
@allow(WRITES_EVENTS)
def nominated() -> str | Response:
    """What firms sent through links."""
    listing = Listing.build(
        db.session,
        mine(Nomination),
        NOMINATION_COLUMNS,
        NOMINATION_FILTERS,
        search=contains(Nomination.title, Nomination.firm),
        args=request.args,
        default_sort="-created_at",
    )
    if listing.wants_export:
        return web.export(listing, _("Nominations of firms"))
    return render_template("exhibits/nominations.html", listing=listing)


@blueprint.route("/nominations/<int:nomination_id>")
@allow(WRITES_EVENTS)
def nomination(nomination_id: int) -> str:
    """What a firm sent, to be taken in or not."""
    row: Nomination = web.get(Nomination, nomination_id)
    return render_template(
        "exhibits/nomination.html",
        row=row,
        state=_nomination_badge(row),
        facts=documents.nomination_facts(row),
        level=_(LEVEL_NAMES.get(row.content.get("level", ""), "")) if row.content.get("level") else "",
        is_picture=evidence.is_picture,
        least=rules.REASON_MIN,
    )


@blueprint.route("/nominations/<int:nomination_id>/files/<int:file_id>")
@allow(WRITES_EVENTS)
def nomination_file(nomination_id: int, file_id: int) -> Response:
    """A photo that a firm sent without device data, `?size=small` for lists; or a film."""
    row = _sent_file(nomination_id, file_id)
    return evidence.send_shown(row.asset, row.file_name, request.args.get("size", ""))


@blueprint.route("/nominations/<int:nomination_id>/files/<int:file_id>/original")
@allow(WRITES_EVENTS)
def original_nomination_file(nomination_id: int, file_id: int) -> Response:
    """A photo or film as the firm sent it."""
    row = _sent_file(nomination_id, file_id)
    return evidence.send_original(row.asset, row.file_name)


def _sent_file(nomination_id: int, file_id: int) -> ExhibitFile:
    web.get(Nomination, nomination_id)
    row = db.session.get(ExhibitFile, file_id)
    if row is None or row.nomination_id != nomination_id:
        raise NotFound(N_("This does not exist, or it belongs to an organisation you do not work for."))
    return row


@blueprint.route("/nominations/<int:nomination_id>/decide", methods=["POST"])
@allow(WRITES_EVENTS)
def decide_nomination(nomination_id: int) -> WerkzeugResponse:
    """Take a nomination in, or refuse it with a reason."""
    row: Nomination = web.get(Nomination, nomination_id)
    try:
        if request.form.get("act") == "take":
            exhibit = nominations.take_in(db.session, web.programme(), row)
            flash(_("The nomination is now an exhibit."), "success")
            return redirect(url_for("exhibits.show", exhibit_id=exhibit.id), 303)
        nominations.refuse(db.session, row, request.form.get("reason", ""))
    except Refused as refusal:
        db.session.rollback()
        flash(text_of(refusal), "danger")
    else:
        flash(_("The nomination has not been taken in."), "success")
    return redirect(url_for("exhibits.nomination", nomination_id=nomination_id), 303)


# --- custody ----------------------------------------------------------------------------------------------


@blueprint.route("/<int:exhibit_id>/custody", methods=["GET", "POST"])
@allow(WRITES_EVENTS)
def custody(exhibit_id: int) -> Page:
    """Record the next handing over of an exhibit, with a signature."""
    exhibit: Exhibit = web.get(Exhibit, exhibit_id)
    following = rules.next_step([step.kind for step in exhibit.custody])
    if following is None or exhibit.state != "chosen":
        return redirect(url_for("exhibits.show", exhibit_id=exhibit_id))
    form = HandoverForm(kind=following, happened_at=local(utc_now()))
    if form.is_submitted():
        valid = form.validate()
        slip = evidence.receive(form.slip, form.slip_kept, evidence.DOCUMENTS)
        if valid and not form.slip.errors and _hand_over(exhibit, form, slip):
            flash(_("The handing over has been recorded."), "success")
            return redirect(url_for("exhibits.show", exhibit_id=exhibit_id), 303)
    page = render_template(
        "exhibits/custody.html",
        exhibit=exhibit,
        form=form,
        step=_(STEP_NAMES[following]),
        kept=evidence.kept_name(form.slip_kept, evidence.DOCUMENTS),
        accept=evidence.ACCEPT[evidence.DOCUMENTS],
    )
    return page, 422 if form.errors else 200


def _hand_over(exhibit: Exhibit, form: HandoverForm, slip: evidence.Evidence | None) -> bool:
    values = Handover(
        kind=form.kind.data or "",
        happened_at=shanghai(form.happened_at.data) or utc_now(),
        **{name: (form[name].data or "").strip() for name in ("place", "giver", "taker", "condition")},
    )
    try:
        drawing = None if slip else _drawn(form.drawing.data or "")
        services.hand_over(
            db.session,
            exhibit,
            values,
            slip or drawing,
            drawn=slip is None,
            user_id=current_user.id,
            now=utc_now(),
        )
    except CampaignError as refusal:
        db.session.rollback()
        form.slip.errors = [text_of(refusal)]
        return False
    return True


def _drawn(data_url: str) -> evidence.Evidence | None:
    """The drawing of the page as a checked picture; None where nothing was drawn."""
    head, _comma, body = data_url.partition(",")
    if head != "data:image/png;base64" or len(body) > MOST_DRAWING:
        return None
    try:
        content = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        return None
    upload = FileStorage(io.BytesIO(content), filename="signature.png")
    return evidence.accept(current_app.extensions["storage"], upload, PICTURES)


@blueprint.route("/<int:exhibit_id>/custody/<int:step_id>/signature")
@allow(EVERY_ROLE)
def signature(exhibit_id: int, step_id: int) -> Response:
    """The signature under a handing over."""
    web.get(Exhibit, exhibit_id)
    step = db.session.get(CustodyStep, step_id)
    if step is None or step.exhibit_id != exhibit_id:
        raise NotFound(N_("This does not exist, or it belongs to an organisation you do not work for."))
    return evidence.send_shown(step.signature, f"{exhibit_id}-{step.position}", request.args.get("size", ""))
