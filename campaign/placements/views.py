"""Pages of the placement room: the list with what each piece counts for, the piece, the outlets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select
from werkzeug.wrappers import Response as WerkzeugResponse
from wtforms import SelectChoice

from campaign import evidence, web
from campaign.access import EVERY_ROLE, WRITES_COVERAGE, allow, owner_for, scoped
from campaign.attendance.queries import events_covered_by
from campaign.cases.queries import cases_of
from campaign.db import db
from campaign.error_pages import text_of
from campaign.errors import Refused
from campaign.listing import Listing
from campaign.outlets.words import authority, level_in_words, list_in_words
from campaign.placements import filters, queries, services
from campaign.placements.columns import Columns, as_csv, with_everything
from campaign.placements.finding import find_placements
from campaign.placements.forms import CHANNEL_NAMES, KIND_NAMES, PlacementForm
from campaign.placements.models import Placement
from campaign.placements.proof_views import ProofForm, kept_names, receive_all
from campaign.placements.room import PROOF_NAMES, blueprint, judge, say, target_names
from campaign.placements.services import AlreadyLogged, PlacementValues

Page = str | WerkzeugResponse | tuple[str, int]


@blueprint.route("/")
@allow(EVERY_ROLE)
def index() -> Page | Response:
    if request.args.get("counts") == queries.CONTACTED:
        # The rows behind this number are outlets, not pieces.
        return redirect(url_for("placements.outlets", counts=queries.CONTACTED))
    numbers = queries.numbers(db.session, web.programme(), web.profile(), web.actor())
    listing, columns = list_of(request.args, numbers)
    form = request.args.get("format", "")
    if form in ("xlsx", "csv"):
        columns.judge_all(listing.rows_for_export())
        if form == "csv":
            return web.attachment(as_csv(listing), _("Coverage") + ".csv", "text/csv; charset=utf-8")
        return web.export(listing, _("Coverage"))
    columns.judge_all(listing.rows)
    return render_template(
        "placements/index.html",
        listing=listing,
        judge=columns.verdict,
        say=say,
        names=target_names(),
        numbers=numbers,
        waiting=queries.at_waiting_outlets(db.session, web.programme(), web.actor()),
        required={t.counts: t.required for t in web.profile().targets},
    )


def list_of(args: Mapping[str, str], numbers: Mapping[str, int] | None = None) -> tuple[Listing, Columns]:
    """The list that these arguments describe, with the columns of the page or of a sheet.

    `numbers` are those of `queries.numbers`, where they are known: the rows behind them need no second count.
    """
    columns, on_sheet = Columns(), args.get("format", "") in ("xlsx", "csv")
    # Counting and paging are quicker without the outlets; only two columns sort by them.
    by_outlet = args.get("sort", "").removeprefix("-") in ("outlet", "level")
    chosen = queries.placements_of if by_outlet else queries.pieces_of
    statement = chosen(web.programme(), web.actor())
    choices = filters.all_of()
    narrowed = {name for name in ("q", *(one.key for one in choices)) if args.get(name)}
    asked = args.get("counts", "") if narrowed else "all"
    listing = Listing.build(
        db.session,
        with_everything(statement) if on_sheet else queries.for_list(statement),
        columns.on_sheet() if on_sheet else columns.on_page(),
        choices,
        total=(numbers or {}).get(asked) if narrowed <= {"counts"} else None,
        whole=queries.for_list(select(Placement)),
        search=find_placements,
        args=args,
        default_sort="-published_on",
    )
    return listing, columns


# --- one piece --------------------------------------------------------------------------------------------


@blueprint.route("/<int:placement_id>")
@allow(EVERY_ROLE)
def show(placement_id: int) -> str:
    piece: Placement = web.get(Placement, placement_id)
    return render_template(
        "placements/show.html",
        piece=piece,
        events=events_covered_by(db.session, piece, web.actor()),
        found=judge(piece),
        say=say,
        names=target_names(),
        kind=_(KIND_NAMES[piece.kind]),
        level=level_in_words(piece.outlet),
        authority=authority(piece.outlet),
        list_in_words=list_in_words(piece.outlet),
        channel=_(CHANNEL_NAMES[piece.channel]),
        proof_form=ProofForm(),
        proof_kind={key: _(text) for key, text in PROOF_NAMES.items()},
        accept=evidence.ACCEPT[evidence.EVERYTHING],
    )


def _prepared(form: PlacementForm) -> PlacementForm:
    cases = db.session.scalars(cases_of(web.programme(), web.actor())).unique()
    form.cases.choices = [SelectChoice(case.id, f"{case.title} · {case.enterprise.name}") for case in cases]
    return form


def _values(form: PlacementForm) -> PlacementValues:
    cases = services.cases_by_id(db.session, web.programme(), form.cases.data or [])
    return PlacementValues(**form.values(), cases=cases)


def _page(form: PlacementForm, piece: Placement | None, holder: Placement | None = None) -> Page:
    body = render_template(
        "placements/edit.html",
        form=form,
        piece=piece,
        holder=holder,
        kept=kept_names(form.evidence_kept),
        accept=evidence.ACCEPT[evidence.EVERYTHING],
        outlets=queries.outlet_names(db.session),
    )
    return body, 422 if form.errors else 200


def _show_refusal(form: PlacementForm, refusal: Refused) -> Placement | None:
    """Put a refusal where it belongs, and give the row that stands in the way if this user may see it."""
    if not isinstance(refusal, AlreadyLogged):
        form.level.errors = [text_of(refusal)]
        return None
    holder = refusal.placement
    statement = scoped(select(Placement).where(Placement.id == holder.id), Placement, web.actor())
    if db.session.scalars(statement).unique().one_or_none() is None:
        hidden = _(
            "Another organisation (%(owner)s) has already logged this address.", owner=holder.owner.name
        )
        form.address.errors = [hidden]
        return None
    link = Markup('<a href="{}">{}</a>').format(
        url_for("placements.show", placement_id=holder.id), _("Open the existing row")
    )
    form.address.errors = [Markup("<span>{} {}</span>").format(text_of(refusal), link)]
    return holder


@blueprint.route("/new", methods=["GET", "POST"])
@allow(WRITES_COVERAGE)
def new() -> Page:
    form = _prepared(PlacementForm())
    if request.method == "GET" and request.args.get("case", "").isdigit():
        form.cases.data = [int(request.args["case"])]
    if not form.is_submitted():
        return _page(form, None)
    valid = form.validate()
    files = receive_all(form.evidence, form.evidence_kept)
    proof = files[0] if files else None
    holder = None
    if valid and not form.evidence.errors:
        owner = owner_for(db.session, web.actor(), web.programme(), WRITES_COVERAGE)
        try:
            piece = services.log_placement(
                db.session, web.programme(), _values(form), proof, owner_id=owner, more=files[1:]
            )
        except Refused as refusal:
            db.session.rollback()
            holder = _show_refusal(form, refusal)
        else:
            flash(_("The piece has been logged."), "success")
            return redirect(url_for("placements.show", placement_id=piece.id))
    return _page(form, None, holder)


@blueprint.route("/<int:placement_id>/edit", methods=["GET", "POST"])
@allow(WRITES_COVERAGE)
def edit(placement_id: int) -> Page:
    piece: Placement = web.get(Placement, placement_id)
    form = _prepared(PlacementForm(data=_form_data(piece)))
    if not form.is_submitted():
        return _page(form, piece)
    valid = form.validate()
    files = receive_all(form.evidence, form.evidence_kept)
    proof = files[0] if files else None
    holder = None
    if valid and not form.evidence.errors:
        try:
            services.change_placement(
                db.session, web.programme(), piece, _values(form), proof, more=files[1:]
            )
        except Refused as refusal:
            db.session.rollback()
            holder = _show_refusal(form, refusal)
        else:
            flash(_("The piece has been saved."), "success")
            return redirect(url_for("placements.show", placement_id=placement_id))
    return _page(form, piece, holder)


def _form_data(piece: Placement) -> dict[str, Any]:
    names = (
        *("title", "address", "published_on", "kind", "note"),
        *("channel", "slot", "author", "other_address", "removed_on"),
    )
    return {
        **{name: getattr(piece, name) for name in names},
        "outlet": piece.outlet.name,
        "cases": [case.id for case in piece.cases],
    }


@blueprint.route("/<int:placement_id>/delete", methods=["POST"])
@allow(WRITES_COVERAGE)
def delete(placement_id: int) -> WerkzeugResponse:
    services.delete_placement(db.session, web.get(Placement, placement_id))
    flash(_("The piece has been deleted; the log keeps what it said."), "success")
    return redirect(url_for("placements.index"))
