"""Pages of logging in, of one's own account, and of the first start."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from campaign import web
from campaign.access import logged_in, public
from campaign.accounts import services
from campaign.accounts.forms import LoginForm, PasswordForm, SetupForm
from campaign.accounts.models import ROLE_NAMES, Role
from campaign.app import LOCALES, limiter
from campaign.db import db
from campaign.error_pages import text_of
from campaign.errors import Refused
from campaign.programmes.profiles import available, load
from campaign.programmes.services import open_programme

blueprint = Blueprint("accounts", __name__)

Page = str | Response | tuple[str, int]


def local_target(target: str | None) -> str | None:
    """The address to go on to, if it lies on this site."""
    if not target:
        return None
    parts = urlsplit(target.replace("\\", "/"))
    if parts.scheme or parts.netloc or not target.startswith("/") or target.startswith("//"):
        return None
    return target


@blueprint.route("/")
@public
def home() -> Response:
    if not services.has_users(db.session):
        return redirect(url_for("accounts.setup"))
    if not current_user.is_authenticated:
        return redirect(url_for("accounts.login"))
    if not web.my_programmes():
        return redirect(url_for("accounts.profile"))
    if web.actor().seats and all(seat.role == Role.REVIEWER for seat in web.actor().seats):
        # Who only decides begins with what waits for a decision (ux: map).
        return redirect(url_for("approvals.index"))
    return redirect(url_for("overview.index"))


@blueprint.route("/login", methods=["GET", "POST"])
@limiter.limit("20 per minute", methods=["POST"])
@public
def login() -> Page:
    if not services.has_users(db.session):
        return redirect(url_for("accounts.setup"))
    form = LoginForm()
    if form.validate_on_submit():
        try:
            user = services.authenticate(db.session, form.username.data, form.password.data)
        except Refused as refusal:
            form.password.errors = [text_of(refusal)]
            return render_template("accounts/login.html", form=form), 422
        language = session.get("locale")
        session.clear()
        if language is not None:
            # Who has just chosen a language at the door goes on in it.
            session["locale"] = language
        session.permanent = True
        login_user(user)
        return redirect(local_target(request.args.get("next")) or url_for("accounts.home"))
    return render_template("accounts/login.html", form=form), 422 if form.errors else 200


@blueprint.route("/logout", methods=["POST"])
@logged_in
def logout() -> Response:
    logout_user()
    session.clear()
    return redirect(url_for("accounts.login"))


@blueprint.route("/language", methods=["POST"])
@public
def language() -> Response:
    short = {"zh": "zh_CN"}
    wanted = short.get(request.form.get("locale", ""), request.form.get("locale", ""))
    if wanted in LOCALES:
        session["locale"] = wanted
        if current_user.is_authenticated:
            services.set_locale(db.session, current_user, wanted)
    return redirect(local_target(request.form.get("next")) or url_for("accounts.home"))


@blueprint.route("/programme", methods=["POST"])
@logged_in
def choose_programme() -> Response:
    key = request.form.get("programme", "")
    if key in [row.key for row in web.my_programmes()]:
        session["programme"] = key
    return redirect(url_for("accounts.home"))


def role_name(role: str) -> str:
    """A role in the user's language."""
    return _(ROLE_NAMES[Role(role)])


@blueprint.route("/me", methods=["GET", "POST"])
@logged_in
def profile() -> Page:
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            services.change_password(db.session, current_user, old=form.old.data, new=form.new.data)
        except Refused as refusal:
            form.new.errors = [text_of(refusal)]
            return render_template("accounts/profile.html", form=form, role_name=role_name), 422
        flash(_("The password has been changed."), "success")
        return redirect(url_for("accounts.profile"))
    return render_template(
        "accounts/profile.html", form=form, role_name=role_name
    ), 422 if form.errors else 200


@blueprint.route("/setup", methods=["GET", "POST"])
@public
def setup() -> Page:
    """Lead the first administrator from an empty installation to a programme."""
    if services.has_users(db.session):
        return redirect(url_for("accounts.login"))
    folder = current_app.config["SETTINGS"].extra_profiles
    form = SetupForm()
    form.profile.choices = [SelectChoice(key, load(key, folder).title) for key in available(folder)]
    if form.validate_on_submit():
        chosen = load(form.profile.data, folder)
        try:
            user = services.first_administrator(
                db.session,
                username=form.username.data,
                name=form.name.data,
                password=form.password.data,
                centre_name=chosen.organisations.centre,
            )
        except Refused as refusal:
            form.username.errors = [text_of(refusal)]
            return render_template("accounts/setup.html", form=form), 422
        row = open_programme(db.session, chosen, lead_id=user.id)
        login_user(user)
        session.permanent = True
        session["programme"] = row.key
        return redirect(url_for("overview.index", programme=row.key))
    return render_template("accounts/setup.html", form=form), 422 if form.errors else 200
