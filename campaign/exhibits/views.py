"""Pages of the exhibit room: the ranking, the exhibit, the decision."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as WerkzeugResponse
from wtforms import SelectChoice

from campaign import evidence, web
from campaign.access import EVERY_ROLE, WRITES_EVENTS, WRITES_REPORTS, allow, owner_for
from campaign.cases.models import Case, Enterprise
from campaign.cases.queries import cases_of, enterprises_of
from campaign.db import db
from campaign.error_pages import text_of
from campaign.errors import NotFound, Refused
from campaign.exhibits import queries, rules, services
from campaign.exhibits.forms import LEVEL_NAMES, SCORE_NAMES, STATES, STEP_NAMES, ExhibitForm
from campaign.exhibits.models import Exhibit
from campaign.exhibits.services import ExhibitValues, LabelLength, NoLittleGiant, OtherFirm
from campaign.listing import Badge, Column, Filter, Listing, contains
from campaign.messages import N_
from campaign.programmes.models import Programme
from campaign.storage import Asset

blueprint: Blueprint = web.programme_blueprint("exhibits", __name__, "/exhibits")

Page = str | WerkzeugResponse | tuple[str, int]
PICTURES = frozenset(evidence.PICTURES)


def state_badge(exhibit: Exhibit) -> Badge:
    """The state of an exhibit as the lists show it."""
    tone, text = STATES[exhibit.state]
    return Badge(tone, _(text))  # type: ignore[arg-type]


def why_not(exhibit: Exhibit) -> str:
    """Why an exhibit does not count as nominated, or nothing when it does."""
    reason = rules.why_not_counted(exhibit.state, exhibit.enterprise.little_giant_year)
    return _(reason.msgid, **reason.params) if reason else ""


def weights() -> tuple[int, int, int]:
    """How much each score weighs by the profile; alike where it says nothing."""
    said = {rule.key: rule.weight for rule in web.profile().exhibit_criteria}
    first, second, third = (said.get(name, 1) for name in rules.SCORES)
    return first, second, third


def points(exhibit: Exhibit) -> str:
    """The weighted mean of an exhibit's scores, with two decimals."""
    return "" if exhibit.total is None else f"{exhibit.total:.2f}"


def may_admit() -> bool:
    """Whether the actor may let a firm in that is no little giant."""
    return web.may(WRITES_REPORTS)


def _score_columns(*, one_by_one: bool) -> tuple[Column, ...]:
    """A column for each score in the workbook, one for all of them on the page, which has less room."""
    if one_by_one:
        return tuple(Column(name, _l(SCORE_NAMES[name]), kind="number") for name in rules.SCORES)
    return (Column("scores", _l("Scores"), cell=_scores_in_words),)


def _scores_in_words(exhibit: Exhibit) -> str:
    scores = [getattr(exhibit, name) for name in rules.SCORES]
    if all(score is None for score in scores):
        return ""
    return " · ".join("—" if score is None else str(score) for score in scores)


def _columns(ranks: dict[int, int | None], *, one_by_one: bool) -> tuple[Column, ...]:
    return (
        Column("rank", _l("Rank"), kind="number", cell=lambda x: ranks.get(x.id)),
        Column(
            "title",
            _l("Exhibit"),
            sort=Exhibit.title,
            primary=True,
            link=lambda x: url_for("exhibits.show", exhibit_id=x.id),
        ),
        Column("enterprise", _l("Enterprise"), sort=Enterprise.name, cell=lambda x: x.enterprise.name),
        Column(
            "year",
            _l("Little giant"),
            sort=Enterprise.little_giant_year,
            # A year is no quantity: it is written without a thousands mark.
            cell=lambda x: str(x.enterprise.little_giant_year or ""),
        ),
        *_score_columns(one_by_one=one_by_one),
        Column("total", _l("Points"), sort=queries.TOTAL, kind="number", cell=lambda x: x.total),
        Column("state", _l("State"), sort=Exhibit.state, kind="badge", cell=state_badge),
        Column("counts", _l("Counts for"), cell=lambda x: why_not(x) or _("nominated exhibit")),
    )


FILTERS = (
    Filter(
        "counts",
        _l("Counts for"),
        choices=[(queries.NOMINATED, _l("nominated exhibit"))],
        apply=lambda q, _v: queries.counting(q),
    ),
    Filter(
        "state",
        _l("State"),
        choices=[(key, _l(text)) for key, (_tone, text) in STATES.items()],
        apply=lambda q, v: q.where(Exhibit.state == v),
    ),
    Filter(
        "scores",
        _l("Scores"),
        choices=[("yes", _l("all three")), ("no", _l("missing"))],
        apply=lambda q, v: q.where(queries.TOTAL.is_not(None) if v == "yes" else queries.TOTAL.is_(None)),
    ),
)


@blueprint.route("/")
@allow(EVERY_ROLE)
def index() -> str | Response:
    """The ranking of the exhibits."""
    programme, actor = web.programme(), web.actor()
    listing = Listing.build(
        db.session,
        queries.exhibits_of(programme, actor),
        _columns(
            queries.ranks(db.session, programme, actor), one_by_one=request.args.get("format") == "xlsx"
        ),
        FILTERS,
        search=contains(Exhibit.title, Enterprise.name, Exhibit.description),
        args=request.args,
        default_sort="-total",
    )
    if listing.wants_export:
        return web.export(listing, _("Exhibits"))
    return render_template(
        "exhibits/index.html", listing=listing, why_not=why_not, has_chosen=_has_chosen(programme)
    )


def _has_chosen(programme: Programme) -> bool:
    chosen = queries.exhibits_of(programme, web.actor()).where(Exhibit.state == "chosen")
    return db.session.scalars(chosen.limit(1)).unique().first() is not None


@blueprint.route("/<int:exhibit_id>")
@allow(EVERY_ROLE)
def show(exhibit_id: int) -> str:
    """One exhibit."""
    exhibit: Exhibit = web.get(Exhibit, exhibit_id)
    return render_template(
        "exhibits/show.html",
        exhibit=exhibit,
        state=state_badge(exhibit),
        why_not=why_not(exhibit),
        scores=[(_(SCORE_NAMES[name]), getattr(exhibit, name)) for name in rules.SCORES],
        points=points(exhibit),
        levels=LEVEL_NAMES,
        steps=STEP_NAMES,
        next_step=rules.next_step([step.kind for step in exhibit.custody]),
        is_picture=evidence.is_picture,
        least=rules.REASON_MIN,
        rank=queries.ranks(db.session, web.programme(), web.actor()).get(exhibit.id),
    )


def _prepared(form: ExhibitForm) -> ExhibitForm:
    programme, actor = web.programme(), web.actor()
    firms = db.session.scalars(enterprises_of(programme, actor)).unique()
    form.enterprise.choices = [
        SelectChoice(0, _("choose an enterprise")),
        *(SelectChoice(firm.id, _firm_label(firm)) for firm in firms),
    ]
    cases = db.session.scalars(cases_of(programme, actor).order_by(Case.title)).unique()
    form.case.choices = [
        SelectChoice(0, _("no case")),
        *(SelectChoice(case.id, f"{case.title} · {case.enterprise.name}") for case in cases),
    ]
    return form


def _firm_label(firm: Enterprise) -> str:
    if firm.little_giant_year is None:
        return firm.name
    return _("%(firm)s (little giant since %(year)s)", firm=firm.name, year=firm.little_giant_year)


def _values(form: ExhibitForm) -> ExhibitValues:
    return ExhibitValues(
        enterprise=web.get(Enterprise, form.enterprise.data),
        little_giant_year=form.little_giant_year.data,
        case=web.get(Case, form.case.data) if form.case.data else None,
        title=(form.title.data or "").strip(),
        details=form.details(),
        label_text=(form.label_text.data or "").strip(),
        admitted_reason=(form.admitted_reason.data or "").strip(),
        innovation=form.innovation.data,
        representativeness=form.representativeness.data,
        interactivity=form.interactivity.data,
        weights=weights(),
    )


def _valid(form: ExhibitForm) -> bool:
    valid = form.validate()
    if not form.enterprise.data and not form.enterprise.errors:
        form.enterprise.errors = [_("Choose the enterprise that nominates.")]
        valid = False
    return bool(valid)


def _page(form: ExhibitForm, exhibit: Exhibit | None) -> Page:
    body = render_template(
        "exhibits/edit.html",
        form=form,
        exhibit=exhibit,
        kept=evidence.kept_name(form.photo_kept, PICTURES),
        accept=evidence.ACCEPT[PICTURES],
        may_admit=may_admit(),
        label_limits=(rules.LABEL_MIN, rules.LABEL_MAX),
    )
    return body, 422 if form.errors else 200


def _put_on_page(form: ExhibitForm, refusal: Refused) -> None:
    place = form.title
    if isinstance(refusal, NoLittleGiant):
        place = form.little_giant_year
    elif isinstance(refusal, OtherFirm):
        place = form.case
    elif isinstance(refusal, LabelLength):
        place = form.label_text
    place.errors = [text_of(refusal)]


@blueprint.route("/new", methods=["GET", "POST"])
@allow(WRITES_EVENTS)
def new() -> Page:
    """Nominate an exhibit."""
    form = _prepared(ExhibitForm())
    if form.is_submitted():
        valid = _valid(form)
        photo = evidence.receive(form.photo, form.photo_kept, PICTURES)
        if valid and not form.photo.errors:
            owner = owner_for(db.session, web.actor(), web.programme(), WRITES_EVENTS)
            try:
                exhibit = services.nominate(
                    db.session,
                    web.programme(),
                    _values(form),
                    photo,
                    owner_id=owner,
                    may_admit=may_admit(),
                )
            except Refused as refusal:
                db.session.rollback()
                _put_on_page(form, refusal)
            else:
                flash(_("The exhibit has been nominated."), "success")
                return redirect(url_for("exhibits.show", exhibit_id=exhibit.id))
    return _page(form, None)


@blueprint.route("/<int:exhibit_id>/edit", methods=["GET", "POST"])
@allow(WRITES_EVENTS)
def edit(exhibit_id: int) -> Page:
    """Change an exhibit or its scores."""
    exhibit: Exhibit = web.get(Exhibit, exhibit_id)
    form = _prepared(ExhibitForm(data=_form_data(exhibit)))
    if form.is_submitted():
        valid = _valid(form)
        photo = evidence.receive(form.photo, form.photo_kept, PICTURES)
        if valid and not form.photo.errors:
            try:
                services.change_exhibit(
                    db.session, web.programme(), exhibit, _values(form), photo, may_admit=may_admit()
                )
            except Refused as refusal:
                db.session.rollback()
                _put_on_page(form, refusal)
            else:
                flash(_("The exhibit has been saved."), "success")
                return redirect(url_for("exhibits.show", exhibit_id=exhibit_id))
    return _page(form, exhibit)


def _form_data(exhibit: Exhibit) -> dict[str, Any]:
    names = ("title", "label_text", "admitted_reason", *rules.SCORES)
    year = {"little_giant_year": exhibit.enterprise.little_giant_year}
    return {
        **ExhibitForm.typed(exhibit, year),
        **{name: getattr(exhibit, name) for name in names},
        "enterprise": exhibit.enterprise_id,
        "case": exhibit.case_id or 0,
    }


@blueprint.route("/<int:exhibit_id>/state", methods=["POST"])
@allow(WRITES_EVENTS)
def set_state(exhibit_id: int) -> WerkzeugResponse:
    """Shortlist, choose or decline."""
    exhibit: Exhibit = web.get(Exhibit, exhibit_id)
    try:
        services.set_state(db.session, exhibit, request.form.get("state", ""), request.form.get("reason", ""))
    except Refused as refusal:
        flash(text_of(refusal), "danger")
    else:
        flash(_("The exhibit is now: %(state)s.", state=_(STATES[exhibit.state][1])), "success")
    return redirect(url_for("exhibits.show", exhibit_id=exhibit_id))


@blueprint.route("/<int:exhibit_id>/photo")
@allow(EVERY_ROLE)
def photo_file(exhibit_id: int) -> Response:
    """The photo of an exhibit without device data; `?size=small` for lists."""
    return evidence.send_shown(_photo(exhibit_id), "", request.args.get("size", ""))


@blueprint.route("/<int:exhibit_id>/photo/original")
@allow(WRITES_EVENTS)
def original_photo(exhibit_id: int) -> Response:
    """The photo as it came in, for those who work on the exhibit."""
    exhibit: Exhibit = web.get(Exhibit, exhibit_id)
    return evidence.send_original(_photo(exhibit_id), exhibit.title)


def _photo(exhibit_id: int) -> Asset:
    exhibit: Exhibit = web.get(Exhibit, exhibit_id)
    if exhibit.photo is None:
        raise NotFound(N_("This exhibit has no photo yet."))
    return exhibit.photo
