"""Forms of the day of an event."""

from __future__ import annotations

import uuid

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, MultipleFileField
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, ValidationError

from campaign.attendance import rules
from campaign.lectures.forms import MINUTE
from campaign.messages import N_

PLACE_NAMES = {"on_site": N_("counted on site"), "online": N_("seen online")}
WAY_NAMES = {
    "phone": N_("by phone"),
    "offline": N_("by phone, sent later"),
    "desk": N_("at the desk"),
}
QUESTION_NAMES = {
    "scale": N_("scale of 1 to 5"),
    "choice": N_("one of several choices"),
    "text": N_("a few words"),
}
MOMENT = [MINUTE, f"{MINUTE}:%S"]
MOST_PEOPLE = 2_000_000_000


class SignInForm(FlaskForm):
    """What somebody says of themselves at the door; rules.why_not_person judges it."""

    name = StringField(_l("Your name"), [Length(max=rules.NAME_CHARS)])
    organisation = StringField(_l("Your organisation"), [Length(max=rules.ORGANISATION_CHARS)])
    phone = StringField(_l("Phone number"), [Length(max=rules.PHONE_CHARS)])
    another = BooleanField(_l("I am another person of this name"))
    client_id = HiddenField(default=lambda: str(uuid.uuid4()))


class DeskForm(SignInForm):
    """The same, filled in at the desk."""

    name = StringField(_l("Name"), [Length(max=rules.NAME_CHARS)])
    organisation = StringField(_l("Organisation"), [Length(max=rules.ORGANISATION_CHARS)])
    another = BooleanField(_l("Another person of this name"))


class WindowForm(FlaskForm):
    """When an address works."""

    opens_at = DateTimeLocalField(_l("Opens"), [InputRequired(_l("Enter day and time."))], format=MOMENT)
    closes_at = DateTimeLocalField(_l("Closes"), [InputRequired(_l("Enter day and time."))], format=MOMENT)


def _people(label: str) -> IntegerField:
    return IntegerField(
        label,
        [
            InputRequired(_l("Enter a number; 0 if there was none.")),
            NumberRange(0, MOST_PEOPLE, _l("Enter a whole number.")),
        ],
    )


class CountForm(FlaskForm):
    """A counted number with its proof."""

    place = RadioField(
        _l("Where"),
        choices=[SelectChoice(key, _l(text)) for key, text in PLACE_NAMES.items()],
        default="online",
    )
    platform = StringField(
        _l("Platform, or how it was counted"),
        [DataRequired(_l("Enter the platform, or how it was counted.")), Length(max=120)],
    )
    people = _people(_l("People"))
    evidence = FileField(_l("Proof"))
    evidence_kept = HiddenField()


class QuestionsForm(FlaskForm):
    """The five places for questions; an empty one asks nothing."""

    for _number in range(1, rules.MAX_QUESTIONS + 1):
        locals()[f"kind_{_number}"] = SelectField(
            _l("Kind of answer"),
            choices=[SelectChoice(key, _l(text)) for key, text in QUESTION_NAMES.items()],
        )
        locals()[f"text_{_number}"] = StringField(_l("Question"), [Length(max=200)])
        locals()[f"options_{_number}"] = TextAreaField(_l("Choices, one a line"), [Length(max=800)])
    del _number

    def questions(self) -> list[rules.Question]:
        """The questions that were typed."""
        found = []
        for number in range(1, rules.MAX_QUESTIONS + 1):
            text = (self[f"text_{number}"].data or "").strip()
            options = tuple(
                dict.fromkeys(
                    line.strip()
                    for line in (self[f"options_{number}"].data or "").splitlines()
                    if line.strip()
                )
            )
            if text or options:
                found.append(rules.Question(self[f"kind_{number}"].data, text, options))
        return found


class PhotosForm(FlaskForm):
    """Photos of the event."""

    photos = MultipleFileField(_l("Photos"))


class RecordForm(FlaskForm):
    """What the office writes about the event."""

    summary = TextAreaField(_l("What happened, in a few sentences"), [Length(max=2000)])
    replay_address = StringField(_l("Address of the recording"), [Length(max=500)])

    def validate_replay_address(self, field: StringField) -> None:
        """What is shown as a link must be one."""
        text = (field.data or "").strip()
        if text and not text.lower().startswith(("http://", "https://")):
            raise ValidationError(_("Enter the whole web address, beginning with https://."))


class CityEventForm(FlaskForm):
    """An event that a city held, in a light form."""

    title = StringField(_l("Title"), [DataRequired(_l("Enter the title of the event.")), Length(max=200)])
    starts_at = DateTimeLocalField(
        _l("Began"), [InputRequired(_l("Enter day and time of the beginning."))], format=MOMENT
    )
    ends_at = DateTimeLocalField(
        _l("Ended"), [InputRequired(_l("Enter day and time of the end."))], format=MOMENT
    )
    venue = StringField(_l("Venue"), [DataRequired(_l("Enter the venue.")), Length(max=200)])
    on_site = _people(_l("Audience on site"))
    online = _people(_l("Audience online"))
    summary = TextAreaField(_l("What happened, in a few sentences"), [Length(max=2000)])
    photo = FileField(_l("Photo of the event"))
    photo_kept = HiddenField()

    def validate_ends_at(self, field: DateTimeLocalField) -> None:
        """An event ends after it begins."""
        if field.data and self.starts_at.data and field.data <= self.starts_at.data:
            raise ValidationError(_("The event must end after it begins."))
