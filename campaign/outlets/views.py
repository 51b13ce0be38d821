"""Pages of the registry of outlets: the list, an outlet, changing and merging with a look at what it does."""

from __future__ import annotations

import csv
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from werkzeug.wrappers import Response as WerkzeugResponse
from wtforms import SelectChoice
from wtforms.validators import DataRequired

from campaign import web
from campaign.access import EVERY_ROLE, allow, scoped
from campaign.accounts.models import User
from campaign.admin.trail import said_changes
from campaign.db import db
from campaign.error_pages import text_of
from campaign.errors import Forbidden, NotFound, Refused
from campaign.listing import Column, Filter, Listing
from campaign.messages import N_
from campaign.outlets import effects, queries, services
from campaign.outlets.effects import Effect
from campaign.outlets.finding import find_outlets
from campaign.outlets.forms import BASIS_NAMES, NATURE_NAMES, OutletForm, data_of
from campaign.outlets.keeping import WRITES_REGISTRY, keeper, may_become, must_keep
from campaign.outlets.models import Outlet, OutletListing
from campaign.outlets.rules import COMMON_LEVELS
from campaign.outlets.seeding import OFFICIAL_TOTALS
from campaign.outlets.words import authority, level_in_words, list_in_words, span
from campaign.placements import queries as coverage
from campaign.placements.forms import CHANNEL_NAMES, STANDING_NAMES
from campaign.placements.models import Placement
from campaign.placements.room import TARGET_NAMES, blueprint
from campaign.programmes.models import Programme
from campaign.regions import DATA

Page = str | WerkzeugResponse | tuple[str, int]
ALL_TARGET_NAMES = {**TARGET_NAMES, coverage.CONTACTED: N_("outlets contacted")}


def provinces() -> list[str]:
    """The names of the provinces."""
    with (DATA / "provinces.csv").open(encoding="utf-8") as source:
        return [row["name"] for row in csv.DictReader(source)]


@blueprint.route("/outlets")
@allow(EVERY_ROLE)
def outlets() -> str | Response:
    """The registry of outlets, with the pieces of this programme."""
    programme, actor = web.programme(), web.actor()
    pieces: dict[int, int] = {}
    columns = (
        Column(
            "name",
            _l("Outlet"),
            sort=Outlet.name,
            primary=True,
            link=lambda o: url_for("placements.outlet", outlet_id=o.id),
        ),
        Column("level", _l("Level"), sort=Outlet.level, cell=level_in_words),
        Column("region", _l("Region"), sort=Outlet.province, cell=lambda o: o.place),
        Column("authoritative", _l("Authoritative"), kind="badge", cell=authority),
        Column("list", _l("By which list"), cell=list_in_words, hide="phone"),
        Column(
            "pieces",
            _l("Pieces"),
            kind="number",
            cell=lambda o: pieces.get(o.id, 0),
            link=lambda o: url_for("placements.index", outlet=o.id) if pieces.get(o.id) else None,
        ),
    )
    listing = Listing.build(
        db.session,
        queries.outlets(),
        columns,
        _filters(),
        search=find_outlets,
        args=request.args,
        default_sort="name",
    )
    shown = listing.rows_for_export() if listing.wants_export else listing.rows
    pieces.update(coverage.piece_counts(db.session, programme, actor, [row.id for row in shown]))
    if listing.wants_export:
        return web.export(listing, _("Outlets"))
    return render_template(
        "outlets/index.html",
        listing=listing,
        totals=OFFICIAL_TOTALS,
        keeper=keeper(),
        waiting=queries.waiting(db.session),
    )


def _filters() -> tuple[Filter, ...]:
    programme, actor = web.programme(), web.actor()
    return (
        Filter(
            "counts",
            _l("Counts for"),
            choices=[(coverage.CONTACTED, _l("outlets contacted"))],
            apply=lambda q, _v: coverage.contacted(q, programme, actor),
        ),
        Filter(
            "level",
            _l("Level"),
            choices=[(key, _l(text)) for key, text in STANDING_NAMES.items()],
            apply=lambda q, v: q.where(Outlet.standing == v),
        ),
        Filter(
            "province",
            _l("Province"),
            choices=lambda: [("national", _("whole country")), *((name, name) for name in provinces())],
            apply=lambda q, v: q.where(Outlet.province == ("" if v == "national" else v)),
        ),
        Filter(
            "authoritative",
            _l("Authoritative"),
            choices=[("yes", _l("yes")), ("no", _l("no"))],
            apply=lambda q, v: q.where(Outlet.listings.any() if v == "yes" else ~Outlet.listings.any()),
        ),
        Filter(
            "list",
            _l("List"),
            choices=lambda: [(name, name) for name in queries.lists(db.session)],
            apply=lambda q, v: q.where(Outlet.listings.any(OutletListing.list_name == v)),
        ),
        Filter(
            "basis",
            _l("How the days are known"),
            choices=[(key, _l(text)) for key, text in BASIS_NAMES.items()],
            apply=lambda q, v: q.where(Outlet.listings.any(OutletListing.basis == v)),
        ),
    )


def outlet_of(outlet_id: int) -> Outlet:
    """An outlet of the registry, also one that was merged into another."""
    row = db.session.get(Outlet, outlet_id)
    if row is None:
        raise NotFound(N_("This outlet is not in the registry."))
    return row


@blueprint.route("/outlets/<int:outlet_id>")
@allow(EVERY_ROLE)
def outlet(outlet_id: int) -> Page:
    """One outlet: names, addresses, lists, pieces of this programme, history."""
    row = outlet_of(outlet_id)
    if row.merged_into_id is not None:
        flash(_("“%(name)s” was merged into this outlet.", name=row.name), "info")
        return redirect(url_for("placements.outlet", outlet_id=row.merged_into_id))
    pieces = coverage.piece_counts(db.session, web.programme(), web.actor(), [row.id]).get(row.id, 0)
    entries = queries.history(db.session, row)
    people = dict(
        db.session.execute(
            select(User.id, User.name).where(User.id.in_({one.actor_id for one in entries if one.actor_id}))
        ).all()
    )
    return render_template(
        "outlets/show.html",
        outlet=row,
        pieces=pieces,
        authority=authority(row),
        span=span,
        level=level_in_words(row),
        nature=_(NATURE_NAMES[row.nature]),
        channels=CHANNEL_NAMES,
        bases=BASIS_NAMES,
        merged=queries.merged_into(db.session, row),
        history=[
            (one.at, people.get(one.actor_id or 0, ""), said_changes(one.changes))
            for one in entries
            if one.changes
        ],
        keeper=keeper(),
        waiting_pieces=_newest(row) if row.waits else (),
    )


def _newest(row: Outlet) -> Sequence[Placement]:
    """The latest pieces with which an outlet came in, as far as the user may see them, of all programmes."""
    statement = scoped(select(Placement).where(Placement.outlet_id == row.id), Placement, web.actor())
    return db.session.scalars(statement.order_by(Placement.id.desc()).limit(5)).unique().all()


# --- changing ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """An effect as the page says it; pieces that the user may not see are counted only."""

    programme: Programme
    target: str
    effect: Effect
    gained: Sequence[Placement | Outlet]
    lost: Sequence[Placement | Outlet]
    visible: bool


def said(found: Collection[Effect]) -> list[Said]:
    visible = {row.id for row in web.my_programmes()}
    shown = []
    for one in found:
        may_see = one.programme.id in visible
        shown.append(
            Said(
                programme=one.programme,
                target=_(ALL_TARGET_NAMES[one.target]),
                effect=one,
                gained=_rows(one, one.gained) if may_see else (),
                lost=_rows(one, one.lost) if may_see else (),
                visible=may_see,
            )
        )
    return shown


def _rows(effect: Effect, ids: Sequence[int]) -> Sequence[Placement | Outlet]:
    """The first rows behind a difference, as far as the user may see them."""
    if effect.target == coverage.CONTACTED:
        return db.session.scalars(select(Outlet).where(Outlet.id.in_(ids[:20]))).all()
    statement = scoped(select(Placement).where(Placement.id.in_(ids[:20])), Placement, web.actor())
    return db.session.scalars(statement).unique().all()


def _prepared(form: OutletForm) -> OutletForm:
    mine = keeper()
    names = provinces() if mine.everything else sorted(mine.provinces)
    whole = _("whole country") if mine.everything else _("choose the province")
    form.province.choices = [SelectChoice("", whole), *(SelectChoice(name, name) for name in names)]
    if not mine.everything:
        form.province.validators = [
            DataRequired(_("A province keeps outlets of its own: choose the province."))
        ]
        if form.level.data in COMMON_LEVELS and not form.is_submitted():
            form.level.data = "self"
        form.level.choices = [one for one in form.level.choices if one.value not in COMMON_LEVELS]
        if not form.is_submitted() and not form.province.data and len(names) == 1:
            form.province.data = names[0]
    return form


def _edit_page(form: OutletForm, row: Outlet | None, found: list[Said] | None = None) -> Page:
    body = render_template(
        "outlets/edit.html",
        form=form.with_blank_rows(),
        outlet=row,
        effects=found,
        lists=queries.lists(db.session),
        keeper=keeper(),
        waits=row is not None and row.waits,
        level=level_in_words(row) if row else "",
        common=row is not None and row.proposed_level in COMMON_LEVELS and not keeper().everything,
        pieces=_newest(row) if row is not None and row.waits else (),
    )
    return body, 422 if form.errors else 200


@blueprint.route("/outlets/new", methods=["GET", "POST"])
@allow(WRITES_REGISTRY)
def outlet_new() -> Page:
    """Take an outlet into the registry."""
    if not keeper().adds:
        raise Forbidden(N_("Outlets are changed by the lead of a province and by the centre."))
    form = _prepared(OutletForm())
    if form.validate_on_submit():
        row = Outlet(name="", level="self")
        may_become(form.values())
        try:
            services.save(db.session, row, form.values())
        except Refused as refusal:
            db.session.rollback()
            form.name.errors = [text_of(refusal)]
        else:
            flash(_("%(outlet)s is in the registry.", outlet=row.name), "success")
            return redirect(url_for("placements.outlet", outlet_id=row.id))
    return _edit_page(form, None)


@blueprint.route("/outlets/<int:outlet_id>/edit", methods=["GET", "POST"])
@allow(WRITES_REGISTRY)
def outlet_edit(outlet_id: int) -> Page:
    """Change an outlet; where figures would change, show how and ask first."""
    row = outlet_of(outlet_id)
    must_keep(row)
    form = _prepared(OutletForm(data=data_of(row)))
    form.level_before = "" if row.waits else row.level
    if not form.validate_on_submit():
        return _edit_page(form, row)
    values, waited = form.values(), row.waits
    may_become(values)
    try:
        found = effects.preview(
            db.session,
            [row.id],
            lambda: services.apply(db.session, db.session.get_one(Outlet, outlet_id), values),
        )
        if found and form.confirmed.data != effects.fingerprint(found):
            form.confirmed.data = effects.fingerprint(found)
            return _edit_page(form, db.session.get_one(Outlet, outlet_id), said(found))
        services.save(db.session, db.session.get_one(Outlet, outlet_id), values)
    except Refused as refusal:
        db.session.rollback()
        form.name.errors = [text_of(refusal)]
        return _edit_page(form, db.session.get_one(Outlet, outlet_id))
    flash(_done(waited=waited, changes=bool(found)), "success")
    return redirect(url_for("placements.outlet", outlet_id=outlet_id))


def _done(*, waited: bool, changes: bool) -> str:
    if waited:
        return _("The outlet is confirmed; its pieces count from now on as the rules say.")
    return (
        _("The outlet has been saved.")
        if changes
        else _("The outlet has been saved; no figure changes by it.")
    )
