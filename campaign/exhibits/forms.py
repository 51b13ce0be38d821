"""Forms of the exhibit room."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from campaign.messages import N_

SCORE_NAMES = {
    "innovation": N_("Innovation"),
    "representativeness": N_("Representativeness"),
    "interactivity": N_("Interactivity"),
}
STATES = {
    "nominated": ("info", N_("nominated")),
    "shortlisted": ("warning", N_("shortlisted")),
    "chosen": ("success", N_("chosen")),
    "declined": ("neutral", N_("declined")),
}


def _score(name: str) -> IntegerField:
    return IntegerField(
        _l(SCORE_NAMES[name]), [Optional(), NumberRange(0, 100, _l("Enter a whole number from 0 to 100."))]
    )


class ExhibitForm(FlaskForm):
    """One exhibit with its three scores (A14)."""

    title = StringField(_l("Exhibit"), [DataRequired(_l("Enter the name of the exhibit.")), Length(max=200)])
    enterprise = SelectField(_l("Enterprise"), coerce=int)
    little_giant_year = IntegerField(_l("Little giant since"), [Optional()])
    case = SelectField(_l("Case"), coerce=int)
    description = TextAreaField(_l("What it is and why it matters"), [Length(max=4000)])
    interaction = TextAreaField(_l("How visitors take part"), [Length(max=4000)])
    innovation = _score("innovation")
    representativeness = _score("representativeness")
    interactivity = _score("interactivity")
    photo = FileField(_l("Photo"))
    photo_kept = HiddenField()
