"""Forms of the exhibit room."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, MultipleFileField
from wtforms import (
    DateTimeLocalField,
    DecimalField,
    HiddenField,
    IntegerField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from campaign.exhibits.services import DETAILS
from campaign.lectures.forms import MINUTE
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
LEVEL_NAMES = {
    "national": N_("national little giant"),
    "key": N_("national key little giant"),
    "provincial": N_("on the list of a province only"),
    "none": N_("on no list"),
}
STEP_NAMES = {
    "collected": N_("Collected from the firm"),
    "delivered": N_("Delivered to the hall"),
    "taken_down": N_("Taken down in the hall"),
    "returned": N_("Returned to the firm"),
}
MOMENT = [MINUTE, f"{MINUTE}:%S"]
# What is typed in kg and yuan is kept in g and fen.
SCALED = {"weight_kg": ("weight_g", 1000), "insurance_yuan": ("insurance_fen", 100)}
PLAIN = tuple(name for name in DETAILS if name not in ("weight_g", "insurance_fen"))


def _score(name: str) -> IntegerField:
    return IntegerField(
        _l(SCORE_NAMES[name]), [Optional(), NumberRange(0, 100, _l("Enter a whole number from 0 to 100."))]
    )


def _whole(label: str, most: int) -> IntegerField:
    return IntegerField(
        label, [Optional(), NumberRange(0, most, _l("Enter a whole number of at most %(max)s."))]
    )


def _decimal(label: str, most: int, places: int) -> DecimalField:
    return DecimalField(
        label, [Optional(), NumberRange(0, most, _l("Enter a number of at most %(max)s."))], places=places
    )


class DetailsForm(FlaskForm):
    """What is said of an exhibit by a firm or by the office."""

    level = SelectField(
        _l("Kind of little giant"),
        choices=[SelectChoice(key, _l(text)) for key, text in LEVEL_NAMES.items()],
        default="national",
    )
    little_giant_year = IntegerField(_l("Little giant since"), [Optional()])
    description = TextAreaField(_l("What it is"), [Length(max=4000)])
    significance = TextAreaField(_l("Why it matters"), [Length(max=4000)])
    interaction = TextAreaField(_l("How visitors take part"), [Length(max=4000)])
    width_mm = _whole(_l("Width (mm)"), 20_000)
    depth_mm = _whole(_l("Depth (mm)"), 20_000)
    height_mm = _whole(_l("Height (mm)"), 20_000)
    weight_kg = _decimal(_l("Weight (kg)"), 100_000, 3)
    voltage_v = _whole(_l("Voltage (V)"), 1000)
    power_w = _whole(_l("Power (W)"), 1_000_000)
    network = StringField(_l("Network"), [Length(max=200)])
    safety = TextAreaField(_l("Safety"), [Length(max=2000)])
    transport = TextAreaField(_l("Transport and setting up"), [Length(max=2000)])
    insurance_yuan = _decimal(_l("Insurance value (yuan)"), 10_000_000_000, 2)
    film_url = StringField(_l("Address of a film"), [Length(max=500)])
    contact_name = StringField(_l("Contact"), [Length(max=120)])
    phone = StringField(_l("Phone of the contact"), [Length(max=120)])

    def validate_film_url(self, field: StringField) -> None:
        """What is shown as a link must be one."""
        text = (field.data or "").strip()
        if text and not text.lower().startswith(("http://", "https://")):
            raise ValidationError(_("Enter the whole web address, beginning with https://."))

    def details(self) -> dict[str, Any]:
        """The answers by the names of the exhibit's columns."""
        found: dict[str, Any] = {}
        for name in PLAIN:
            value = self[name].data
            found[name] = value.strip() if isinstance(value, str) else value
            if value is None and not isinstance(self[name], IntegerField):
                found[name] = ""
        for typed, (column, scale) in SCALED.items():
            value = self[typed].data
            found[column] = None if value is None else int((value * scale).to_integral_value())
        return found

    @staticmethod
    def typed(row: object, more: dict[str, Any]) -> dict[str, Any]:
        """A stored exhibit as the form types it, with what stands elsewhere."""
        found = {name: getattr(row, name) for name in PLAIN} | more
        for name, (column, scale) in SCALED.items():
            value = getattr(row, column)
            found[name] = None if value is None else Decimal(value) / scale
        return found


class ExhibitForm(DetailsForm):
    """One exhibit with its three scores (A14)."""

    title = StringField(_l("Exhibit"), [DataRequired(_l("Enter the name of the exhibit.")), Length(max=200)])
    enterprise = SelectField(_l("Enterprise"), coerce=int)
    case = SelectField(_l("Case"), coerce=int)
    admitted_reason = TextAreaField(_l("Admitted although it is no little giant, because"), [Length(max=500)])
    label_text = TextAreaField(_l("Text of the label"), [Length(max=1000)])
    innovation = _score("innovation")
    representativeness = _score("representativeness")
    interactivity = _score("interactivity")
    photo = FileField(_l("Photo"))
    photo_kept = HiddenField()


class NominationForm(DetailsForm):
    """What a firm fills in without an account."""

    firm = StringField(
        _l("Full name of the firm"), [DataRequired(_l("Enter the name of the firm.")), Length(max=200)]
    )
    title = StringField(
        _l("Name of the exhibit"), [DataRequired(_l("Enter the name of the exhibit.")), Length(max=200)]
    )
    description = TextAreaField(
        _l("What it is"), [DataRequired(_l("Write in a few sentences what it is.")), Length(max=4000)]
    )
    significance = TextAreaField(
        _l("Why it matters"), [DataRequired(_l("Write why it matters.")), Length(max=4000)]
    )
    interaction = TextAreaField(
        _l("How visitors take part"),
        [DataRequired(_l("Write what visitors can do with it.")), Length(max=4000)],
    )
    contact_name = StringField(_l("Contact"), [DataRequired(_l("Enter who can be asked.")), Length(max=120)])
    phone = StringField(
        _l("Phone of the contact"), [DataRequired(_l("Enter a phone number.")), Length(max=120)]
    )
    photo_1 = FileField(_l("Photo 1"))
    photo_1_kept = HiddenField()
    photo_2 = FileField(_l("Photo 2"))
    photo_2_kept = HiddenField()
    photo_3 = FileField(_l("Photo 3"))
    photo_3_kept = HiddenField()
    film = FileField(_l("Film"))
    film_kept = HiddenField()
    client_id = HiddenField(default=lambda: str(uuid.uuid4()))
    began = HiddenField()
    # People do not see it; a program that fills in whatever it finds does.
    website = StringField(_l("Leave this empty"))


class LinkForm(FlaskForm):
    """A link for firms."""

    note = StringField(_l("For whom"), [DataRequired(_l("Write who gets this link.")), Length(max=200)])
    closes_at = DateTimeLocalField(
        _l("Valid until"), [InputRequired(_l("Enter day and time."))], format=MOMENT
    )
    max_uses = IntegerField(
        _l("Most nominations"),
        [
            InputRequired(_l("Enter a number from 1 to 1,000.")),
            NumberRange(1, 1000, _l("Enter a number from 1 to 1,000.")),
        ],
        default=20,
    )


class RoundForm(FlaskForm):
    """A scoring round."""

    exhibits = SelectMultipleField(_l("Exhibits"), coerce=int)
    experts = TextAreaField(_l("Experts"), [DataRequired(_l("Name at least one expert.")), Length(max=4000)])
    closes_at = DateTimeLocalField(
        _l("Scores until"), [InputRequired(_l("Enter day and time."))], format=MOMENT
    )

    def people(self) -> list[tuple[str, str]]:
        """One expert a line: the name, then post and organisation."""
        lines = [
            line.strip().replace("，", " ").replace(",", " ")
            for line in (self.experts.data or "").splitlines()
        ]
        parts = [line.split(None, 1) for line in lines if line]
        return [(part[0][:60], part[1][:200] if len(part) > 1 else "") for part in parts]


class HandoverForm(FlaskForm):
    """A handing over."""

    kind = HiddenField()
    happened_at = DateTimeLocalField(_l("When"), [InputRequired(_l("Enter day and time."))], format=MOMENT)
    place = StringField(_l("Where"), [DataRequired(_l("Enter the place.")), Length(max=200)])
    giver = StringField(_l("Handed over by"), [DataRequired(_l("Enter who handed it over.")), Length(max=60)])
    taker = StringField(_l("Taken over by"), [DataRequired(_l("Enter who took it over.")), Length(max=60)])
    condition = TextAreaField(
        _l("Condition"),
        [DataRequired(_l("Describe the condition; “whole, no damage” will do.")), Length(max=2000)],
    )
    drawing = HiddenField()
    slip = FileField(_l("Photo of the signed slip"))
    slip_kept = HiddenField()


class FilesForm(FlaskForm):
    """Further photos and films of an exhibit."""

    files = MultipleFileField(_l("Photos and films"))
