"""Pages of the placement room: the list with what each piece counts for, the piece, the outlets."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape
from sqlalchemy import Select, extract, select
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response as WerkzeugResponse
from wtforms import SelectChoice

from campaign import evidence, web
from campaign.access import EVERY_ROLE, WRITES_COVERAGE, allow, owner_for, scoped
from campaign.cases.queries import cases_of
from campaign.db import db
from campaign.error_pages import text_of
from campaign.errors import Refused
from campaign.formatting import date_zh
from campaign.listing import Badge, Column, Filter, Listing, contains
from campaign.outlets.models import Outlet, OutletListing
from campaign.placements import queries, services
from campaign.placements.forms import CHANNEL_NAMES, KIND_NAMES, LEVEL_NAMES, PlacementForm
from campaign.placements.models import Placement
from campaign.placements.proof_views import ProofForm
from campaign.placements.room import PROOF_NAMES, TARGET_NAMES, blueprint, judge, say, target_names
from campaign.placements.services import AlreadyLogged, PlacementValues

Page = str | WerkzeugResponse | tuple[str, int]


def _counts_in_words(piece: Placement) -> str:
    found = judge(piece)
    if found.counts_for:
        return "、".join(_(TARGET_NAMES[kind]) for kind in found.counts_for)
    return say(found.reason) if found.reason else ""


def _place(piece: Placement) -> str:
    return " ".join(filter(None, (_(CHANNEL_NAMES[piece.channel]), piece.slot)))


def _proven(piece: Placement) -> Badge:
    if piece.evidence_id is None:
        return Badge("danger", _("missing"), "exclamation-triangle-fill")
    return Badge("success", _("there"), "check2")


COLUMNS = (
    Column(
        "title",
        _l("Title"),
        sort=Placement.title,
        primary=True,
        link=lambda p: url_for("placements.show", placement_id=p.id),
    ),
    Column("outlet", _l("Outlet"), sort=Outlet.name, cell=lambda p: p.outlet.name),
    Column("level", _l("Level"), sort=Outlet.level, cell=lambda p: _(LEVEL_NAMES[p.outlet.level])),
    Column("kind", _l("Kind"), sort=Placement.kind, cell=lambda p: _(KIND_NAMES[p.kind])),
    Column("published_on", _l("Published"), sort=Placement.published_on, kind="date"),
    Column("channel", _l("Where"), sort=Placement.channel, cell=_place, hide="phone"),
    Column("cases", _l("Cases"), kind="number", cell=lambda p: len(p.cases)),
    Column("evidence", _l("Evidence"), kind="badge", cell=_proven),
    Column("counts", _l("Counts for"), cell=_counts_in_words),
)


def _in_month(statement: Select[Any], value: str) -> Select[Any]:
    year, month = value.split("-")
    return statement.where(
        extract("year", Placement.published_on) == int(year),
        extract("month", Placement.published_on) == int(month),
    )


def _outlets_used() -> list[tuple[str, str]]:
    used = select(Outlet.id, Outlet.name).join(Placement).where(Placement.programme_id == web.programme().id)
    rows = db.session.execute(scoped(used, Placement, web.actor()).distinct().order_by(Outlet.name))
    return [(str(row_id), name) for row_id, name in rows]


def _filters() -> tuple[Filter, ...]:
    programme, profile = web.programme(), web.profile()
    return (
        Filter(
            "counts",
            _l("Counts for"),
            choices=[*target_names().items(), ("none", _l("no target"))],
            apply=lambda q, v: queries.counting(q, v, programme, profile),
        ),
        Filter(
            "level",
            _l("Level"),
            choices=[(key, _l(text)) for key, text in LEVEL_NAMES.items()],
            apply=lambda q, v: q.where(Outlet.level == v),
        ),
        Filter(
            "kind",
            _l("Kind"),
            choices=[(key, _l(text)) for key, text in KIND_NAMES.items()],
            apply=lambda q, v: q.where(Placement.kind == v),
        ),
        Filter(
            "channel",
            _l("Where"),
            choices=[(key, _l(text)) for key, text in CHANNEL_NAMES.items()],
            apply=lambda q, v: q.where(Placement.channel == v),
        ),
        Filter(
            "month",
            _l("Month"),
            choices=lambda: [(m, m) for m in queries.months(db.session, programme, web.actor())],
            apply=_in_month,
        ),
        Filter(
            "evidence",
            _l("Evidence"),
            choices=[("missing", _l("missing"))],
            apply=lambda q, _v: q.where(Placement.evidence_id.is_(None)),
        ),
        Filter("from", _l("From"), kind="date", apply=lambda q, d: q.where(Placement.published_on >= d)),
        Filter(
            "outlet",
            _l("Outlet"),
            choices=_outlets_used,
            apply=lambda q, v: q.where(Placement.outlet_id == int(v)),
        ),
    )


@blueprint.route("/")
@allow(EVERY_ROLE)
def index() -> Page | Response:
    if request.args.get("counts") == queries.CONTACTED:
        # The rows behind this number are outlets, not pieces.
        return redirect(url_for("placements.outlets", counts=queries.CONTACTED))
    programme, actor = web.programme(), web.actor()
    listing = Listing.build(
        db.session,
        queries.with_cases(queries.placements_of(programme, actor)),
        COLUMNS,
        _filters(),
        search=contains(Placement.title, Outlet.name, Placement.address),
        args=request.args,
        default_sort="-published_on",
    )
    if listing.wants_export:
        return web.export(listing, _("Coverage"))
    return render_template(
        "placements/index.html",
        listing=listing,
        judge=judge,
        say=say,
        names=target_names(),
        numbers=queries.numbers(db.session, programme, web.profile(), actor),
        required={t.counts: t.required for t in web.profile().targets},
    )


@blueprint.route("/outlets")
@allow(EVERY_ROLE)
def outlets() -> str | Response:
    """The registry of outlets, with the pieces of this programme."""
    programme, actor = web.programme(), web.actor()
    pieces: dict[int, int] = {}
    columns = (
        Column("name", _l("Outlet"), sort=Outlet.name, primary=True),
        Column("level", _l("Level"), sort=Outlet.level, cell=lambda o: _(LEVEL_NAMES[o.level])),
        Column("region", _l("Region"), sort=Outlet.province, cell=lambda o: o.place),
        Column("authoritative", _l("Authoritative"), kind="badge", cell=_authority),
        Column("list", _l("By which list"), cell=_list_in_words, hide="phone"),
        Column(
            "pieces",
            _l("Pieces"),
            kind="number",
            cell=lambda o: pieces.get(o.id, 0),
            link=lambda o: url_for("placements.index", outlet=o.id) if pieces.get(o.id) else None,
        ),
    )
    filters = (
        Filter(
            "counts",
            _l("Counts for"),
            choices=[(queries.CONTACTED, _l("outlets contacted"))],
            apply=lambda q, _v: queries.contacted(q, programme, actor),
        ),
        Filter(
            "level",
            _l("Level"),
            choices=[(key, _l(text)) for key, text in LEVEL_NAMES.items()],
            apply=lambda q, v: q.where(Outlet.level == v),
        ),
        Filter(
            "authoritative",
            _l("Authoritative"),
            choices=[("yes", _l("yes")), ("no", _l("no"))],
            apply=lambda q, v: q.where(Outlet.listings.any() if v == "yes" else ~Outlet.listings.any()),
        ),
    )
    listing = Listing.build(
        db.session,
        select(Outlet).where(Outlet.merged_into_id.is_(None)).options(selectinload(Outlet.listings)),
        columns,
        filters,
        search=contains(Outlet.name, Outlet.province, Outlet.region),
        args=request.args,
        default_sort="name",
    )
    shown = listing.rows_for_export() if listing.wants_export else listing.rows
    pieces.update(queries.piece_counts(db.session, programme, actor, [row.id for row in shown]))
    if listing.wants_export:
        return web.export(listing, _("Outlets"))
    return render_template("placements/outlets.html", listing=listing)


def _authority(outlet: Outlet) -> Badge:
    if outlet.listings:
        return Badge("success", _("authoritative"), "patch-check")
    return Badge("neutral", _("on no list"), "dash")


def _list_in_words(outlet: Outlet) -> str:
    return "；".join(_listing_in_words(listing) for listing in outlet.listings)


def _listing_in_words(listing: OutletListing) -> str:
    if listing.starts_on is None and listing.ends_on is None:
        return listing.list_name
    since = date_zh(listing.starts_on) if listing.starts_on else "…"
    until = date_zh(listing.ends_on) if listing.ends_on else "…"
    return f"{listing.list_name}（{since}–{until}）"


# --- one piece --------------------------------------------------------------------------------------------


@blueprint.route("/<int:placement_id>")
@allow(EVERY_ROLE)
def show(placement_id: int) -> str:
    piece: Placement = web.get(Placement, placement_id)
    return render_template(
        "placements/show.html",
        piece=piece,
        found=judge(piece),
        say=say,
        names=target_names(),
        kind=_(KIND_NAMES[piece.kind]),
        level=_(LEVEL_NAMES[piece.outlet.level]),
        authority=_authority(piece.outlet),
        list_in_words=_list_in_words(piece.outlet),
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
        kept=evidence.kept_name(form.evidence_kept),
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
    form.address.errors = [escape(text_of(refusal)) + " " + link]
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
    proof = evidence.receive(form.evidence, form.evidence_kept)
    holder = None
    if valid and not form.evidence.errors:
        owner = owner_for(db.session, web.actor(), web.programme(), WRITES_COVERAGE)
        try:
            piece = services.log_placement(db.session, web.programme(), _values(form), proof, owner_id=owner)
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
    proof = evidence.receive(form.evidence, form.evidence_kept)
    holder = None
    if valid and not form.evidence.errors:
        try:
            services.change_placement(db.session, web.programme(), piece, _values(form), proof)
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
