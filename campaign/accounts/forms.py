"""Forms of accounts and of the first start."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, EqualTo, Length, Optional


class LoginForm(FlaskForm):
    username = StringField(_l("Username"), [DataRequired(_l("Enter your username."))])
    password = PasswordField(_l("Password"), [DataRequired(_l("Enter your password."))])


class SetupForm(FlaskForm):
    """The first administrator and the first programme, on one page."""

    name = StringField(_l("Your name"), [DataRequired(_l("Enter your name.")), Length(max=60)])
    username = StringField(_l("Username"), [DataRequired(_l("Choose a username."))])
    password = PasswordField(_l("Password"), [DataRequired(_l("Choose a password."))])
    again = PasswordField(
        _l("Password again"), [EqualTo("password", _l("The two passwords differ; type them again."))]
    )
    profile = SelectField(_l("Programme"))


class PasswordForm(FlaskForm):
    old = PasswordField(_l("Present password"), [DataRequired(_l("Enter your present password."))])
    new = PasswordField(_l("New password"), [DataRequired(_l("Choose a password."))])
    again = PasswordField(
        _l("Password again"), [EqualTo("new", _l("The two passwords differ; type them again."))]
    )


class UserForm(FlaskForm):
    """A new account, or changes to one (then username and password may stay empty)."""

    name = StringField(_l("Name"), [DataRequired(_l("Enter the name.")), Length(max=60)])
    username = StringField(_l("Username"), [Optional()])
    password = PasswordField(_l("Password"), [Optional()])
    organisation = SelectField(_l("Organisation"), coerce=int)
    role = SelectField(_l("Role"))
    active = BooleanField(_l("May log in"), default=True)


class ProgrammeForm(FlaskForm):
    profile = SelectField(_l("Programme"))
