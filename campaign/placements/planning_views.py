"""The plan of intended pieces: the list with proposals, and one intended piece."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import or_, select
from werkzeug.wrappers import Response as WerkzeugResponse
from wtforms import DateField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from campaign import web
from campaign.access import EVERY_ROLE, WRITES_COVERAGE, allow, owner_for
from campaign.accounts.models import Membership, Organisation, User
from campaign.cases.queries import cases_of
from campaign.db import db, utc_now
from campaign.error_pages import text_of
from campaign.errors import Refused
from campaign.formatting import local
from campaign.placements import plans, queries, services
from campaign.placements.forms import KIND_NAMES
from campaign.placements.models import Placement, PlannedPiece
from campaign.placements.plans import PlanValues
from campaign.placements.room import blueprint

Page = str | WerkzeugResponse | tuple[str, int]
STATES = ("late", "open", "fulfilled", "dropped")


class PlanForm(FlaskForm):
    """One intended piece."""

    outlet = StringField(_l("Outlet"), [DataRequired(_l("Enter the name of the outlet.")), Length(max=120)])
    case = SelectField(_l("Case"), coerce=int, default=0)
    kind = SelectField(_l("Kind"), choices=[SelectChoice(key, _l(text)) for key, text in KIND_NAMES.items()])
    title = StringField(_l("Working title"), [Length(max=300)])
    who = SelectField(_l("Who sees to it"), coerce=int, default=0)
    due_on = DateField(_l("By when"), [InputRequired(_l("Enter the day by which it should be published."))])
    note = TextAreaField(_l("Note"), [Length(max=2000)])

    def values(self) -> PlanValues:
        """What the verbs take."""
        cases = services.cases_by_id(db.session, web.programme(), [self.case.data or 0])
        return PlanValues(
            outlet=self.outlet.data or "",
            case=cases[0] if cases else None,
            kind=self.kind.data,
            title=self.title.data or "",
            who_id=self.who.data or None,
            due_on=self.due_on.data,
            note=self.note.data or "",
        )


def _prepared(form: PlanForm) -> PlanForm:
    cases = db.session.scalars(cases_of(web.programme(), web.actor())).unique()
    form.case.choices = [
        SelectChoice(0, _("no case in particular")),
        *(SelectChoice(case.id, f"{case.title} · {case.enterprise.name}") for case in cases),
    ]
    top = web.programme().organisation.path
    staff = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(or_(Organisation.path.startswith(top, autoescape=True)))
        .order_by(User.name)
    )
    people = db.session.scalars(staff).unique()
    form.who.choices = [SelectChoice(0, _("nobody yet")), *(SelectChoice(one.id, one.name) for one in people)]
    return form


@blueprint.route("/plan")
@allow(EVERY_ROLE)
def plan() -> str:
    today = local(utc_now()).date()
    rows = plans.plans_of(db.session, web.programme(), web.actor())
    states = {row.id: plans.state_of(row, today) for row in rows}
    chosen = request.args.get("state", "")
    shown = [row for row in rows if not chosen or states[row.id] == chosen]
    return render_template(
        "placements/plan.html",
        rows=shown,
        all_rows=rows,
        states=states,
        chosen=chosen,
        numbers={state: sum(one == state for one in states.values()) for state in STATES},
        proposals=plans.proposals(db.session, web.programme(), web.actor(), rows),
        kinds={key: _(text) for key, text in KIND_NAMES.items()},
    )


def _page(form: PlanForm, row: PlannedPiece | None) -> Page:
    body = render_template(
        "placements/plan_edit.html", form=form, row=row, outlets=queries.outlet_names(db.session)
    )
    return body, 422 if form.errors else 200


@blueprint.route("/plan/new", methods=["GET", "POST"])
@allow(WRITES_COVERAGE)
def new_plan() -> Page:
    form = _prepared(PlanForm())
    if request.method == "GET" and request.args.get("case", "").isdigit():
        form.case.data = int(request.args["case"])
    if not form.validate_on_submit():
        return _page(form, None)
    owner = owner_for(db.session, web.actor(), web.programme(), WRITES_COVERAGE)
    plans.add_plan(db.session, web.programme(), form.values(), owner_id=owner)
    flash(_("The piece is in the plan."), "success")
    return redirect(url_for("placements.plan"))


@blueprint.route("/plan/<int:plan_id>/edit", methods=["GET", "POST"])
@allow(WRITES_COVERAGE)
def edit_plan(plan_id: int) -> Page:
    row: PlannedPiece = web.get(PlannedPiece, plan_id)
    data = {name: getattr(row, name) for name in ("kind", "title", "due_on", "note")}
    data |= {"outlet": row.outlet_name, "case": row.case_id or 0, "who": row.who_id or 0}
    form = _prepared(PlanForm(data=data))
    if not form.validate_on_submit():
        return _page(form, row)
    plans.change_plan(db.session, row, form.values())
    flash(_("The plan has been saved."), "success")
    return redirect(url_for("placements.plan"))


@blueprint.route("/plan/<int:plan_id>/fulfil", methods=["POST"])
@allow(WRITES_COVERAGE)
def fulfil_plan(plan_id: int) -> WerkzeugResponse:
    row: PlannedPiece = web.get(PlannedPiece, plan_id)
    piece: Placement = web.get(Placement, request.form.get("placement_id", "0"))
    plans.fulfil(db.session, row, piece)
    flash(_("The intended piece is fulfilled."), "success")
    return redirect(url_for("placements.plan"))


@blueprint.route("/plan/<int:plan_id>/reopen", methods=["POST"])
@allow(WRITES_COVERAGE)
def reopen_plan(plan_id: int) -> WerkzeugResponse:
    plans.reopen(db.session, web.get(PlannedPiece, plan_id))
    flash(_("The intended piece is open again."), "success")
    return redirect(url_for("placements.plan"))


@blueprint.route("/plan/<int:plan_id>/drop", methods=["POST"])
@allow(WRITES_COVERAGE)
def drop_plan(plan_id: int) -> WerkzeugResponse:
    try:
        plans.drop(db.session, web.get(PlannedPiece, plan_id))
    except Refused as refusal:
        flash(text_of(refusal), "danger")
    else:
        flash(_("The intended piece has been given up; it can be taken up again."), "success")
    return redirect(url_for("placements.plan"))
