"""Forms of the lecture room."""

from __future__ import annotations

from datetime import UTC, datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from campaign.formatting import SHANGHAI
from campaign.lectures.words import TIERS as TIER_NAMES

MINUTE = "%Y-%m-%dT%H:%M"


def shanghai(value: datetime | None) -> datetime | None:
    """A typed time, read where the office is, as an aware moment in UTC."""
    return None if value is None else value.replace(tzinfo=SHANGHAI).astimezone(UTC)


class EventForm(FlaskForm):
    """The facts of a lecture event; its lists have pages of their own (A7, A8)."""

    title = StringField(_l("Title"), [DataRequired(_l("Enter the title of the event.")), Length(max=200)])
    tier = SelectField(
        _l("Held by"), choices=[SelectChoice(key, _l(text)) for key, text in TIER_NAMES.items()]
    )
    starts_at = DateTimeLocalField(
        _l("Begins"),
        [InputRequired(_l("Enter day and time of the beginning."))],
        format=[MINUTE, f"{MINUTE}:%S"],
    )
    ends_at = DateTimeLocalField(
        _l("Ends"), [InputRequired(_l("Enter day and time of the end."))], format=[MINUTE, f"{MINUTE}:%S"]
    )
    venue = StringField(_l("Venue"), [DataRequired(_l("Enter the venue.")), Length(max=200)])
    address = StringField(_l("Address of the venue"), [Length(max=300)])
    online_address = StringField(_l("Online at"), [Length(max=500)])
    note = TextAreaField(_l("Note"), [Length(max=4000)])
    theme = StringField(_l("Theme"), [Length(max=200)])
    purpose = TextAreaField(_l("Purpose of the event"), [Length(max=4000)])
    organisers = TextAreaField(_l("Organisers"), [Length(max=1000)])
    undertakers = TextAreaField(_l("Undertakers"), [Length(max=1000)])
    supporters = TextAreaField(_l("Supporters"), [Length(max=1000)])
    park = StringField(_l("Park"), [Length(max=200)])
    rooms = StringField(_l("Rooms of the venue"), [Length(max=300)])
    seats = IntegerField(
        _l("Seats of the hall"), [Optional(), NumberRange(0, 1_000_000, _l("Enter a whole number."))]
    )
    travel = TextAreaField(_l("How to get there"), [Length(max=2000)])
    online_channels = TextAreaField(_l("Further online channels"), [Length(max=2000)])
    host = StringField(_l("Host"), [Length(max=120)])
    contact_name = StringField(_l("Contact"), [Length(max=120)])
    phone = StringField(_l("Phone of the contact"), [Length(max=120)])
    seen = HiddenField()

    def validate_ends_at(self, field: DateTimeLocalField) -> None:
        """An event ends after it begins."""
        if field.data and self.starts_at.data and field.data <= self.starts_at.data:
            raise ValidationError(_("The event must end after it begins."))

    def validate_online_address(self, field: StringField) -> None:
        """What is shown as a link must be one."""
        text = (field.data or "").strip()
        if text and not text.lower().startswith(("http://", "https://")):
            raise ValidationError(_("Enter the whole web address, beginning with https://."))


class HeldForm(FlaskForm):
    """What is recorded of an event that took place."""

    attendance_on_site = IntegerField(
        _l("Audience on site"),
        [
            InputRequired(_l("Enter a number; 0 if there was none.")),
            NumberRange(0, 100_000_000, _l("Enter a whole number.")),
        ],
    )
    attendance_online = IntegerField(
        _l("Audience online"),
        [
            InputRequired(_l("Enter a number; 0 if there was none.")),
            NumberRange(0, 2_000_000_000, _l("Enter a whole number.")),
        ],
    )
    evidence = FileField(_l("Photo of the event"))
    evidence_kept = HiddenField()
