"""Forms of the lecture room."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    DateTimeLocalField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from campaign.formatting import SHANGHAI
from campaign.lectures.rows import is_blank
from campaign.messages import N_

TIER_NAMES = {"province": N_("event of the province"), "city": N_("event of a city")}
LISTS = ("line_up", "guests", "media", "agenda")
MINUTE = "%Y-%m-%dT%H:%M"


def shanghai(value: datetime | None) -> datetime | None:
    """A typed time, read where the office is, as an aware moment in UTC."""
    return None if value is None else value.replace(tzinfo=SHANGHAI).astimezone(UTC)


class LineUpRow(Form):
    """A case of the line-up and who tells it."""

    case = SelectField(_l("Case"), validate_choice=False)
    speaker = StringField(_l("Speaker"), [Length(max=120)])

    def validate_case(self, field: SelectField) -> None:
        """A speaker without a case is a row half filled in."""
        if (self.speaker.data or "").strip() and not field.data:
            raise ValidationError(_("Choose the case this speaker tells."))
        if field.data and field.data not in {choice.value for choice in field.choices or ()}:
            raise ValidationError(_("This case cannot be chosen any more."))


class GuestRow(Form):
    """A guest in the order of precedence."""

    name = StringField(_l("Name"), [Length(max=60)])
    title = StringField(_l("Post and title"), [Length(max=200)])

    def validate_name(self, field: StringField) -> None:
        """A title needs somebody who bears it."""
        if (self.title.data or "").strip() and not (field.data or "").strip():
            raise ValidationError(_("Enter the name of this guest."))


class MediumRow(Form):
    """An invited medium."""

    name = StringField(_l("Outlet"), [Length(max=120)])
    note = StringField(_l("Note"), [Length(max=200)])

    def validate_name(self, field: StringField) -> None:
        """A note needs the medium it is about."""
        if (self.note.data or "").strip() and not (field.data or "").strip():
            raise ValidationError(_("Enter the name of this outlet."))


class AgendaRow(Form):
    """One item of the run of show."""

    minutes = IntegerField(
        _l("Minutes"), [Optional(), NumberRange(1, 1440, _l("Enter whole minutes, 1 to 1,440."))]
    )
    title = StringField(_l("Item"), [Length(max=200)])
    person = StringField(_l("Person"), [Length(max=120)])

    def validate_title(self, field: StringField) -> None:
        """A length or a person belongs to an item with a name."""
        if not (field.data or "").strip() and (
            (self.minutes.raw_data and self.minutes.raw_data[0]) or self.person.data
        ):
            raise ValidationError(_("Enter what happens in this item."))
        if (field.data or "").strip() and not (self.minutes.raw_data and self.minutes.raw_data[0]):
            raise ValidationError(_("Enter how many minutes this item takes."))


class EventForm(FlaskForm):
    """A lecture event with its four lists."""

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
    line_up = FieldList(FormField(LineUpRow))
    guests = FieldList(FormField(GuestRow))
    media = FieldList(FormField(MediumRow))
    agenda = FieldList(FormField(AgendaRow))

    def validate_ends_at(self, field: DateTimeLocalField) -> None:
        """An event ends after it begins."""
        if field.data and self.starts_at.data and field.data <= self.starts_at.data:
            raise ValidationError(_("The event must end after it begins."))

    def validate_line_up(self, field: FieldList) -> None:
        """A case is told once."""
        chosen = [row.case.data for row in field if row.case.data]
        if len(set(chosen)) < len(chosen):
            raise ValidationError(_("A case stands twice in the line-up."))

    def validate_online_address(self, field: StringField) -> None:
        """What is shown as a link must be one."""
        text = (field.data or "").strip()
        if text and not text.lower().startswith(("http://", "https://")):
            raise ValidationError(_("Enter the whole web address, beginning with https://."))

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The rows of one list in which something was typed."""
        found = []
        for entry in self._fields[name]:
            row = {key: value for key, value in entry.data.items() if key != "csrf_token"}
            if not is_blank(row):
                found.append({k: v.strip() if isinstance(v, str) else v for k, v in row.items()})
        return found


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
