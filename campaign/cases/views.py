"""Pages of the case room: list, case, import, photos."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select
from werkzeug.wrappers import Response as WerkzeugResponse
from wtforms import SelectChoice

from campaign import evidence, web
from campaign.access import EVERY_ROLE, WRITES_CASES, WRITES_MONEY, allow, owner_for
from campaign.accounts.models import Organisation
from campaign.cases import importing, photos, queries, services
from campaign.cases.forms import CASE_KINDS, CaseForm, ConfirmImportForm, ImportForm, PhotoForm
from campaign.cases.models import Case, CasePhoto, Enterprise
from campaign.cases.rules import story_length
from campaign.cases.seats import ELSEWHERE
from campaign.cases.summary_form import write_summary_table
from campaign.db import db
from campaign.error_pages import text_of
from campaign.errors import NotFound, Refused
from campaign.findings_words import findings_in_words
from campaign.listing import Badge, Column, Filter, Listing, Tone
from campaign.messages import N_
from campaign.outlets.finding import find_cases
from campaign.programmes.profiles import Profile

blueprint: Blueprint = web.programme_blueprint("cases", __name__, "/cases")

Page = str | WerkzeugResponse | tuple[str, int]
COUNTED: dict[str, tuple[str, Callable[[Select[Any]], Select[Any]]]] = {
    "cases.nominated": (N_("nominations"), queries.nominated),
    "cases.story": (N_("written stories"), queries.with_story),
    "cases.no_story": (N_("still without a story"), queries.without_story),
    "cases.odd_story": (
        N_("stories too short or too long"),
        lambda q: q.where(Case.id.in_(_odd_stories())),
    ),
    "cases.no_photo": (N_("stories without a picture"), queries.without_photo),
    "cases.approved_story": (N_("stories approved by the centre"), queries.approved_story),
}
STATES: dict[str, tuple[Tone, str]] = {
    "nominated": ("info", N_("nominated")),
    "selected": ("success", N_("chosen")),
    "withdrawn": ("neutral", N_("withdrawn")),
}


def state_badge(case: Case) -> Badge:
    tone, text = STATES[case.state]
    return Badge(tone, _(text))


def kind_name(kind: str) -> str:
    return _(dict(CASE_KINDS)[kind]) if kind else ""


def enterprise_type_name(profile: Profile, key: str) -> str:
    """The profile's own word for an enterprise type (P20)."""
    chinese = str(get_locale()).startswith("zh")
    names = {c.key: c.title if chinese else c.title_en for c in profile.enterprise_types}
    return names.get(key, key)


def _columns(profile: Profile) -> tuple[Column, ...]:
    return (
        Column("number", _l("No."), kind="number", sort=Case.number, hide="phone"),
        Column(
            "title",
            _l("Case"),
            sort=Case.title,
            primary=True,
            link=lambda c: url_for("cases.show", case_id=c.id),
        ),
        Column("enterprise", _l("Enterprise"), sort=Enterprise.name, cell=lambda c: c.enterprise.name),
        Column("region", _l("Region"), sort=Case.region),
        Column("kind", _l("Type"), sort=Case.kind, cell=lambda c: kind_name(c.kind)),
        Column(
            "enterprise_kind",
            _l("Enterprise type"),
            sort=Enterprise.kind,
            cell=lambda c: enterprise_type_name(profile, c.enterprise.kind),
            hide="phone",
        ),
        Column(
            "park",
            _l("Park association"),
            sort=Case.by_park_association,
            cell=lambda c: _yes(c.by_park_association),
        ),
        Column(
            "lecture", _l("Lecture"), sort=Case.lecture_candidate, cell=lambda c: _yes(c.lecture_candidate)
        ),
        Column("story", _l("Story"), kind="number", cell=lambda c: len(c.story), hide="phone"),
        Column("state", _l("State"), kind="badge", sort=Case.state, cell=state_badge),
    )


def _yes(value: bool | None) -> str:  # noqa: FBT001 - a cell's value
    return _("yes") if value else ""


def _odd_stories() -> list[int]:
    seen = queries.cases_of(web.programme(), web.actor())
    return queries.odd_stories(db.session, seen, web.profile())


def _filters(profile: Profile) -> tuple[Filter, ...]:
    regions = [s.region for s in profile.quota.seats] if profile.quota else []
    return (
        Filter(
            "kind",
            _l("Type"),
            choices=[(key, _l(text)) for key, text in CASE_KINDS],
            apply=lambda q, v: q.where(Case.kind == v),
        ),
        Filter(
            "enterprise_kind",
            _l("Enterprise type"),
            choices=[(c.key, enterprise_type_name(profile, c.key)) for c in profile.enterprise_types],
            apply=lambda q, v: q.where(Enterprise.kind == v),
        ),
        Filter(
            "region",
            _l("Region"),
            choices=[*((r, r) for r in regions), (ELSEWHERE, _l("another region, or none named"))],
            apply=lambda q, v: queries.in_region(q, v, regions),
        ),
        Filter(
            "association",
            _l("Association"),
            choices=[("park", _l("park association")), ("enterprise", _l("enterprise association"))],
            apply=_by_association,
        ),
        Filter(
            "lecture",
            _l("Lecture"),
            choices=[("yes", _l("candidate"))],
            apply=lambda q, _v: q.where(Case.lecture_candidate.is_(True)),
        ),
        Filter(
            "state",
            _l("State"),
            choices=[(key, _l(text)) for key, (_tone, text) in STATES.items()],
            apply=lambda q, v: q.where(Case.state == v),
        ),
        Filter(
            "counts",
            _l("Counts for"),
            choices=[(key, _l(text)) for key, (text, _apply) in COUNTED.items()],
            apply=lambda q, v: COUNTED[v][1](q),
        ),
    )


def _by_association(statement: Select[Any], value: str) -> Select[Any]:
    column = Case.by_park_association if value == "park" else Case.has_enterprise_association
    return statement.where(column.is_(True))


@blueprint.route("/")
@allow(EVERY_ROLE)
def index() -> str | Response:
    profile = web.profile()
    listing = Listing.build(
        db.session,
        queries.cases_of(web.programme(), web.actor()),
        _columns(profile),
        _filters(profile),
        search=find_cases,
        args=request.args,
        default_sort="number",
    )
    if listing.wants_export:
        return web.export(listing, _("Cases"))
    return render_template("cases/index.html", listing=listing, profile=profile)


@blueprint.route("/<int:case_id>")
@allow(EVERY_ROLE)
def show(case_id: int) -> str:
    case: Case = web.get(Case, case_id)
    profile = web.profile()
    actor = web.actor()
    length = (
        story_length(case.story, profile.story.max_chars, about=profile.story.about)
        if profile.story
        else None
    )
    return render_template(
        "cases/show.html",
        case=case,
        profile=profile,
        length=length,
        kind=kind_name(case.kind),
        enterprise_kind=enterprise_type_name(profile, case.enterprise.kind),
        state=state_badge(case),
        films=db.session.scalars(queries.films_of(case, actor)).unique().all(),
        clips=db.session.scalars(queries.clips_of(case, actor)).unique().all(),
        placements=db.session.scalars(queries.placements_of(case, actor)).unique().all(),
        photo_form=PhotoForm(),
        **_photo_facts(case, profile),
    )


def _photo_facts(case: Case, profile: Profile) -> dict[str, Any]:
    """What the page says of photos: findings of each and of all, kinds to choose from, names by rule."""
    chinese = str(get_locale()).startswith("zh")
    found = photos.verdicts(db.session, case, profile, web.actor())
    kinds = profile.photos.kinds if profile.photos else ()
    return {
        "photo_findings": {photo_id: findings_in_words(told) for photo_id, told in found.each.items()},
        "photos_together": findings_in_words(found.together) if case.photos else [],
        "photo_names": photos.names(case, profile),
        "photo_kinds": [(kind.key, kind.title if chinese else kind.title_en) for kind in kinds],
    }


def _prepared(form: CaseForm, profile: Profile) -> CaseForm:
    blank = SelectChoice("", _("not known"))
    regions = [s.region for s in profile.quota.seats] if profile.quota else []
    form.enterprise_kind.choices = [
        blank,
        *(SelectChoice(c.key, enterprise_type_name(profile, c.key)) for c in profile.enterprise_types),
    ]
    form.kind.choices = [blank, *(SelectChoice(key, _(text)) for key, text in CASE_KINDS)]
    present = [form.region.data] if form.region.data and form.region.data not in regions else []
    form.region.choices = [blank, *(SelectChoice(r, r) for r in [*regions, *present])]
    return form


@blueprint.route("/new", methods=["GET", "POST"])
@allow(WRITES_CASES)
def new() -> Page:
    form = _prepared(CaseForm(), web.profile())
    if form.validate_on_submit():
        owner = owner_for(db.session, web.actor(), web.programme(), WRITES_CASES)
        try:
            case = services.create_case(db.session, web.programme(), form.values(), owner_id=owner)
        except Refused as refusal:
            form.title.errors = [text_of(refusal)]
            return render_template("cases/edit.html", form=form, case=None), 422
        flash(_("The case has been saved."), "success")
        return redirect(url_for("cases.show", case_id=case.id))
    return render_template("cases/edit.html", form=form, case=None), 422 if form.errors else 200


@blueprint.route("/<int:case_id>/edit", methods=["GET", "POST"])
@allow(WRITES_CASES)
def edit(case_id: int) -> Page:
    case: Case = web.get(Case, case_id)
    form = _prepared(CaseForm(data=_form_data(case)), web.profile())
    if form.validate_on_submit():
        try:
            services.update_case(db.session, web.programme(), case, form.values())
        except Refused as refusal:
            form.title.errors = [text_of(refusal)]
            return render_template("cases/edit.html", form=form, case=case), 422
        flash(_("The case has been saved."), "success")
        return redirect(url_for("cases.show", case_id=case.id))
    return render_template("cases/edit.html", form=form, case=case), 422 if form.errors else 200


def _form_data(case: Case) -> dict[str, Any]:
    words = {True: "yes", False: "no", None: ""}
    data = {name: getattr(case, name) for name in (*services.TEXT_FIELDS, *services.FLAG_FIELDS)}
    data["has_park_association"] = words[case.has_park_association]
    data["has_enterprise_association"] = words[case.has_enterprise_association]
    return {
        **data,
        "enterprise": case.enterprise.name,
        "enterprise_kind": case.enterprise.kind,
        "little_giant_year": case.enterprise.little_giant_year,
    }


@blueprint.route("/<int:case_id>/state", methods=["POST"])
@allow(WRITES_MONEY)
def set_state(case_id: int) -> WerkzeugResponse:
    """Choose a case for the province's result, or take that back; a lead's decision (P1)."""
    case: Case = web.get(Case, case_id)
    wanted = request.form.get("state", "")
    if wanted not in STATES:
        raise NotFound(N_("There is no such state."))
    if wanted == "selected":
        services.select_case(db.session, case, chosen_max=web.profile().selection.chosen_max)
    else:
        services.set_state(db.session, case, wanted)
    flash(_("The case is now: %(state)s.", state=_(STATES[wanted][1])), "success")
    return redirect(url_for("cases.show", case_id=case.id))


# --- import (P19) -----------------------------------------------------------------------------------------


def _own_region() -> str | None:
    """The region of the city the actor imports for; a table often does not say it."""
    owner = owner_for(db.session, web.actor(), web.programme(), WRITES_CASES)
    organisation = db.session.get_one(Organisation, owner)
    return organisation.region if organisation.kind == "city" else None


@blueprint.route("/import", methods=["GET", "POST"])
@allow(WRITES_CASES)
def import_table() -> Page:
    form = ImportForm()
    if not form.validate_on_submit():
        return render_template("cases/import.html", form=form, preview=None), 422 if form.errors else 200
    upload = form.file.data
    try:
        stored = importing.keep_workbook(web.storage(), upload.stream, upload.filename or "")
        preview = importing.read(
            db.session,
            web.storage(),
            web.programme(),
            web.profile(),
            stored,
            upload.filename or "",
            region=_own_region(),
        )
    except Refused as refusal:
        form.file.errors = [text_of(refusal)]
        return render_template("cases/import.html", form=form, preview=None), 422
    token = importing.sign(current_app.secret_key, web.programme().id, stored, upload.filename or "")
    confirm = ConfirmImportForm(token=token)
    return render_template(
        "cases/import.html", form=form, preview=preview, confirm=confirm, file=upload.filename
    )


@blueprint.route("/import/confirm", methods=["POST"])
@allow(WRITES_CASES)
def confirm_import() -> WerkzeugResponse:
    stored, file_name = importing.unsign(
        current_app.secret_key, web.programme().id, request.form.get("token", "")
    )
    table = importing.read_table(
        db.session, web.storage(), web.programme(), web.profile(), stored, file_name, region=_own_region()
    )
    owner = owner_for(db.session, web.actor(), web.programme(), WRITES_CASES)
    done = services.import_table(db.session, web.programme(), table, owner_id=owner)
    flash(
        _(
            "Imported: %(created)s new, %(changed)s changed, %(unchanged)s already there and unchanged.",
            created=done.created,
            changed=done.changed,
            unchanged=done.unchanged,
        ),
        "success",
    )
    return redirect(url_for("cases.index"))


@blueprint.route("/summary-table.xlsx")
@allow(EVERY_ROLE)
def blank_table() -> Response:
    """The province's own summary table, empty, for those who nominate (P19)."""
    profile = web.profile()
    if profile.summary is None:
        raise NotFound(N_("This programme collects no cases of its own."))
    return web.attachment(write_summary_table(profile), f"{profile.summary.title}.xlsx", web.XLSX)


# --- photos (P9) ------------------------------------------------------------------------------------------


@blueprint.route("/<int:case_id>/photos", methods=["POST"])
@allow(WRITES_CASES)
def add_photos(case_id: int) -> WerkzeugResponse:
    case: Case = web.get(Case, case_id)
    form = PhotoForm()
    if form.validate_on_submit():
        for upload in form.files.data:
            try:
                services.add_photo(
                    db.session, web.storage(), case, upload.stream, upload.filename or _("photo")
                )
            except Refused as refusal:
                flash(text_of(refusal), "danger")
    else:
        flash(_("Choose at least one photo."), "danger")
    return redirect(url_for("cases.show", case_id=case.id, _anchor="photos"))


def _photo(case_id: int, photo_id: int) -> CasePhoto:
    case: Case = web.get(Case, case_id)
    photo = next((p for p in case.photos if p.id == photo_id), None)
    if photo is None:
        raise NotFound(N_("This photo has been removed."))
    return photo


@blueprint.route("/<int:case_id>/photos/<int:photo_id>/remove", methods=["POST"])
@allow(WRITES_CASES)
def remove_photo(case_id: int, photo_id: int) -> WerkzeugResponse:
    services.remove_photo(db.session, _photo(case_id, photo_id))
    flash(_("The photo has been removed from the case."), "success")
    return redirect(url_for("cases.show", case_id=case_id, _anchor="photos"))


@blueprint.route("/<int:case_id>/photos/<int:photo_id>/kind", methods=["POST"])
@allow(WRITES_CASES)
def set_photo_kind(case_id: int, photo_id: int) -> WerkzeugResponse:
    asked = web.profile().photos
    try:
        services.set_photo_kind(
            db.session,
            _photo(case_id, photo_id),
            request.form.get("kind", ""),
            known=[kind.key for kind in asked.kinds] if asked else (),
        )
    except Refused as refusal:
        flash(text_of(refusal), "danger")
    return redirect(url_for("cases.show", case_id=case_id, _anchor="photos"))


@blueprint.route("/<int:case_id>/photos/<int:photo_id>.jpg")
@allow(EVERY_ROLE)
def photo(case_id: int, photo_id: int) -> Response:
    """The small copy without device data."""
    row = _photo(case_id, photo_id)
    return send_file(
        web.storage().path(row.preview.sha256), mimetype="image/jpeg", conditional=True, max_age=3600
    )


@blueprint.route("/<int:case_id>/photos/<int:photo_id>.webp")
@allow(EVERY_ROLE)
def photo_thumbnail(case_id: int, photo_id: int) -> Response:
    """The copy for the page, a tenth of the small one."""
    return evidence.send_small(_photo(case_id, photo_id).preview)


@blueprint.route("/<int:case_id>/photos.zip")
@allow(WRITES_CASES)
def photo_archive(case_id: int) -> Response:
    """The originals of a case in one archive, named as the programme asks (P10)."""
    case: Case = web.get(Case, case_id)
    if not case.photos:
        raise NotFound(N_("This case has no photos yet."))
    packed = tempfile.TemporaryFile()  # noqa: SIM115 - sent, and closed when the answer has been sent
    photos.write_archive(case, web.profile(), web.storage(), packed)
    packed.seek(0)
    return send_file(
        packed,
        mimetype="application/zip",
        as_attachment=True,
        download_name=photos.archive_name(case, web.profile()),
    )


@blueprint.route("/<int:case_id>/photos/<int:photo_id>/original")
@allow(WRITES_CASES)
def original_photo(case_id: int, photo_id: int) -> Response:
    """The original as it came in, for those who work on the case."""
    row = _photo(case_id, photo_id)
    path = web.storage().path(row.asset.sha256)
    return send_file(path, mimetype=row.asset.media_type, as_attachment=True, download_name=row.file_name)
