"""Administration: users, organisations and programmes, the installation's health, the audit trail."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response as WerkzeugResponse
from wtforms import SelectChoice

from campaign import web
from campaign.access import MANAGES, allow, scoped
from campaign.accounts import services
from campaign.accounts.forms import ProgrammeForm, UserForm
from campaign.accounts.models import ROLE_NAMES, Membership, Organisation, Role, User
from campaign.admin.trail import said_changes
from campaign.audit import AuditEntry
from campaign.db import db
from campaign.doctor import examine
from campaign.error_pages import text_of
from campaign.errors import NotFound, Refused
from campaign.listing import Badge, Column, Filter, Listing, contains
from campaign.messages import N_
from campaign.programmes.models import Programme
from campaign.programmes.profiles import available, load
from campaign.programmes.services import open_programme

blueprint = Blueprint("admin", __name__, url_prefix="/admin")

Page = str | Response | WerkzeugResponse | tuple[str, int]


def _visible_users() -> Select[User]:
    """Accounts with a role in the administrator's part of the tree."""
    seats = select(Membership.user_id).join(Organisation, Membership.organisation_id == Organisation.id)
    return (
        select(User)
        .where(User.id.in_(scoped(seats, Organisation, web.actor())))
        .options(selectinload(User.memberships))
    )


def _seats(user: User) -> str:
    return "、".join(f"{m.organisation.name} · {_(ROLE_NAMES[Role(m.role)])}" for m in user.memberships)


USER_COLUMNS = (
    Column(
        "name",
        _l("Name"),
        sort=User.name,
        primary=True,
        link=lambda u: url_for("admin.edit_user", user_id=u.id),
    ),
    Column("username", _l("Username"), sort=User.username),
    Column("seats", _l("Roles"), cell=_seats),
    Column(
        "active",
        _l("State"),
        kind="badge",
        sort=User.active,
        cell=lambda u: Badge("success", _("may log in")) if u.active else Badge("neutral", _("shut out")),
    ),
    Column("last_login_at", _l("Last login"), kind="datetime", sort=User.last_login_at),
)


def _with_role(statement: Select[Any], role: str) -> Select[Any]:
    return statement.where(User.memberships.any(Membership.role == role))


USER_FILTERS = (
    Filter("role", _l("Role"), choices=[(r.value, _l(t)) for r, t in ROLE_NAMES.items()], apply=_with_role),
)


@blueprint.route("/")
@allow(MANAGES)
def index() -> Page:
    listing = Listing.build(
        db.session,
        _visible_users(),
        USER_COLUMNS,
        USER_FILTERS,
        search=contains(User.name, User.username),
        args=request.args,
        default_sort="name",
    )
    if listing.wants_export:
        return web.export(listing, _("Users"))
    return render_template("admin/index.html", listing=listing)


def _prepared(form: UserForm) -> UserForm:
    organisations = db.session.scalars(
        scoped(select(Organisation), Organisation, web.actor()).order_by(Organisation.path)
    )
    form.organisation.choices = [
        SelectChoice(o.id, "　" * (o.path.count("/") - 2) + o.name) for o in organisations
    ]
    form.role.choices = [SelectChoice(role.value, _(text)) for role, text in ROLE_NAMES.items()]
    return form


def _seat(form: UserForm) -> tuple[Organisation, Role]:
    return db.session.get_one(Organisation, form.organisation.data), Role(form.role.data)


@blueprint.route("/users/new", methods=["GET", "POST"])
@allow(MANAGES)
def new_user() -> Page:
    form = _prepared(UserForm())
    if form.validate_on_submit():
        try:
            services.create_user(
                db.session,
                username=form.username.data or "",
                name=form.name.data,
                password=form.password.data or "",
                seats=[_seat(form)],
            )
        except Refused as refusal:
            form.username.errors = [text_of(refusal)]
            return render_template("admin/user.html", form=form, user=None), 422
        flash(_("The account has been made."), "success")
        return redirect(url_for("admin.index"))
    return render_template("admin/user.html", form=form, user=None), 422 if form.errors else 200


@blueprint.route("/users/<int:user_id>", methods=["GET", "POST"])
@allow(MANAGES)
def edit_user(user_id: int) -> Page:
    user = db.session.scalars(_visible_users().where(User.id == user_id)).one_or_none()
    if user is None:
        raise NotFound(N_("This does not exist, or it belongs to an organisation you do not work for."))
    first = user.memberships[0]
    form = _prepared(
        UserForm(name=user.name, organisation=first.organisation_id, role=first.role, active=user.active)
    )
    if form.validate_on_submit():
        chosen = _seat(form)
        unchanged = len(user.memberships) > 1 and (chosen[0].id, chosen[1]) == (
            first.organisation_id,
            Role(first.role),
        )
        try:
            services.update_user(
                db.session,
                user,
                name=form.name.data,
                active=form.active.data,
                seat=None if unchanged else chosen,
            )
            if form.password.data:
                services.set_password(db.session, user, form.password.data)
        except Refused as refusal:
            form.role.errors = [text_of(refusal)]
            return render_template("admin/user.html", form=form, user=user), 422
        flash(_("The account has been changed."), "success")
        return redirect(url_for("admin.index"))
    return render_template("admin/user.html", form=form, user=user), 422 if form.errors else 200


@blueprint.route("/programmes", methods=["GET", "POST"])
@allow(MANAGES)
def programmes() -> Page:
    """Open a programme from a profile; its organisations and budget lines come with it."""
    folder = current_app.config["SETTINGS"].extra_profiles
    open_keys = set(db.session.scalars(select(Programme.key)))
    form = ProgrammeForm()
    form.profile.choices = [
        SelectChoice(k, load(k, folder).title) for k in available(folder) if k not in open_keys
    ]
    if form.validate_on_submit():
        row = open_programme(db.session, load(form.profile.data, folder), lead_id=current_user.id)
        flash(_("The programme %(title)s is open.", title=row.title), "success")
        return redirect(url_for("admin.programmes"))
    rows = (
        db.session.scalars(scoped(select(Programme), Programme, web.actor()).order_by(Programme.title))
        .unique()
        .all()
    )
    return render_template("admin/programmes.html", form=form, rows=rows)


@blueprint.route("/health")
@allow(MANAGES)
def health() -> Page:
    return render_template("admin/health.html", checks=examine(current_app._get_current_object()))  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's own way to the app behind the proxy


SUBJECTS = {
    "case_record": N_("case"),
    "enterprise": N_("enterprise"),
    "case_photo": N_("photo"),
    "source_video": N_("film"),
    "upload": N_("upload"),
    "clip": N_("clip"),
    "clip_range": N_("clip range"),
    "clip_rendition": N_("version of a clip"),
    "finding_waiver": N_("waived finding"),
    "dossier": N_("review file"),
    "dossier_version": N_("version for review"),
    "dossier_file": N_("file of a version"),
    "review": N_("review"),
    "review_comment": N_("comment"),
    "lecture_held_plan": N_("approved plan of a held event"),
    "publication": N_("publication"),
    "programme_feed": N_("feeds of the programme"),
    "placement": N_("published piece"),
    "placement_evidence": N_("evidence of a piece"),
    "placement_group": N_("group of copies"),
    "planned_piece": N_("planned piece"),
    "publicity_phase": N_("phase of the publicity plan"),
    "coverage_book": N_("coverage book"),
    "book_edition": N_("edition of the casebook"),
    "acceptance_package": N_("acceptance package"),
    "outlet": N_("outlet"),
    "outlet_name": N_("name of an outlet"),
    "outlet_address": N_("address of an outlet"),
    "outlet_listing": N_("place on a list of media"),
    "outlet_contact": N_("contact with an outlet"),
    "lecture_event": N_("lecture event"),
    "lecture_case": N_("lecture case"),
    "lecture_guest": N_("guest"),
    "lecture_medium": N_("invited medium"),
    "agenda_item": N_("agenda item"),
    "lecture_score": N_("expert score"),
    "lecture_candidate": N_("mark of a candidate"),
    "lecture_task": N_("task of an event"),
    "lecture_duty": N_("team of an event"),
    "lecture_cost": N_("cost of an event"),
    "lecture_risk": N_("contingency of an event"),
    "lecture_seat": N_("seat"),
    "exhibit": N_("exhibit"),
    "event_gate": N_("public address of an event"),
    "sign_in": N_("sign-in"),
    "audience_count": N_("audience count"),
    "survey_question": N_("survey question"),
    "event_photo": N_("photo of an event"),
    "event_piece": N_("coverage of an event"),
    "event_record": N_("record of an event"),
    "exhibit_file": N_("file of an exhibit"),
    "nomination_link": N_("nomination link"),
    "exhibit_nomination": N_("nomination of a firm"),
    "scoring_round": N_("scoring round"),
    "round_entry": N_("exhibit in a round"),
    "exhibit_expert": N_("expert"),
    "exhibit_score": N_("score of an expert"),
    "custody_step": N_("handing over of an exhibit"),
    "budget_line": N_("budget line"),
    "expense": N_("expense"),
    "report": N_("report"),
    "report_file": N_("report file"),
    "report_template": N_("report template"),
    "user_account": N_("account"),
    "membership": N_("role"),
    "organisation": N_("organisation"),
    "programme": N_("programme"),
}
ACTIONS = {"created": N_("created"), "changed": N_("changed"), "deleted": N_("deleted")}


def _audit_columns() -> tuple[Column, ...]:
    names = dict(db.session.execute(select(User.id, User.name)).all())
    return (
        Column("at", _l("When"), kind="datetime", sort=AuditEntry.at),
        Column(
            "actor",
            _l("Who"),
            sort=AuditEntry.actor_id,
            cell=lambda e: names.get(e.actor_id, _("the system")),
        ),
        Column("action", _l("Act"), sort=AuditEntry.action, cell=lambda e: _(ACTIONS[e.action])),
        Column(
            "subject",
            _l("What"),
            sort=AuditEntry.subject_type,
            primary=True,
            cell=lambda e: f"{_(SUBJECTS.get(e.subject_type, e.subject_type))} {e.subject_id}",
        ),
        Column("changes", _l("Changes"), cell=lambda e: said_changes(e.changes)),
    )


AUDIT_FILTERS = (
    Filter(
        "subject",
        _l("What"),
        choices=[(k, _l(t)) for k, t in SUBJECTS.items()],
        apply=lambda q, v: q.where(AuditEntry.subject_type == v),
    ),
    Filter(
        "action",
        _l("Act"),
        choices=[(k, _l(t)) for k, t in ACTIONS.items()],
        apply=lambda q, v: q.where(AuditEntry.action == v),
    ),
    Filter("from", _l("From"), kind="date", apply=lambda q, d: q.where(AuditEntry.at >= web.start_of_day(d))),
)


@blueprint.route("/audit")
@allow(MANAGES)
def audit() -> Page:
    """Who changed what; entries of programmes and accounts the administrator may see."""
    programmes_seen = scoped(select(Programme.id), Programme, web.actor())
    statement = select(AuditEntry).where(
        AuditEntry.programme_id.in_(programmes_seen)
        | (
            AuditEntry.programme_id.is_(None)
            & AuditEntry.actor_id.in_(_visible_users().with_only_columns(User.id))
        )
    )
    listing = Listing.build(
        db.session,
        statement,
        _audit_columns(),
        AUDIT_FILTERS,
        search=contains(AuditEntry.subject_id, AuditEntry.subject_type),
        args=request.args,
        default_sort="-at",
    )
    if listing.wants_export:
        return web.export(listing, _("Audit trail"))
    return render_template("admin/audit.html", listing=listing)
