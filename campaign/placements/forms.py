"""Forms of the placement room."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import (
    BooleanField,
    DateField,
    Form,
    HiddenField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from campaign.db import utc_now
from campaign.formatting import local
from campaign.messages import N_
from campaign.outlets.rules import WAITING
from campaign.placements.rules import is_web_address

KIND_NAMES = {
    "report": N_("news report"),
    "comprehensive": N_("comprehensive report"),
    "broadcast": N_("broadcast or live stream"),
    "repost": N_("repost"),
}
LEVEL_NAMES = {
    "central": N_("central"),
    "industry": N_("national industry"),
    "provincial": N_("provincial"),
    "municipal": N_("municipal"),
    "county": N_("county"),
    "enterprise": N_("enterprise medium"),
    "self": N_("self-published"),
}
# What a piece is sorted by: an outlet that waits to be confirmed has no level yet.
STANDING_NAMES = {**LEVEL_NAMES, WAITING: N_("to be confirmed")}


CHANNEL_NAMES = {
    "web": N_("web page"),
    "client": N_("news client"),
    "account": N_("official account"),
    "video_account": N_("video account"),
    "print": N_("newspaper or magazine"),
    "radio": N_("radio"),
    "television": N_("television"),
    "live": N_("live stream"),
}


class PieceFields:
    """What is typed of one published piece, on its own page or in a row of a pasted message."""

    title = StringField(_l("Title"), [DataRequired(_l("Enter the title of the piece.")), Length(max=300)])
    address = StringField(
        _l("Link"), [Length(max=1000, message=_l("The address is longer than 1,000 characters."))]
    )
    outlet = StringField(_l("Outlet"), [DataRequired(_l("Enter the name of the outlet.")), Length(max=120)])
    level = SelectField(
        _l("Level of a new outlet"),
        choices=[
            SelectChoice("", _l("outlet is in the registry")),
            *(SelectChoice(key, _l(text)) for key, text in LEVEL_NAMES.items()),
        ],
    )
    published_on = DateField(
        _l("Published on"), [InputRequired(_l("Enter the day of publication, as 2024-10-31."))]
    )
    channel = SelectField(
        _l("Channel"), choices=[SelectChoice(key, _l(text)) for key, text in CHANNEL_NAMES.items()]
    )
    slot = StringField(_l("Page or time"), [Length(max=120)])
    author = StringField(_l("Reporter"), [Length(max=60)])
    other_address = StringField(
        _l("Second link"), [Length(max=1000, message=_l("The address is longer than 1,000 characters."))]
    )
    removed_on = DateField(_l("Seen to be gone on"), [Optional()])
    kind = SelectField(_l("Kind"), choices=[SelectChoice(key, _l(text)) for key, text in KIND_NAMES.items()])
    note = TextAreaField(_l("Note"), [Length(max=2000)])

    def validate_address(self, field: StringField) -> None:
        """Refuse what no browser could open; print and radio leave the field empty."""
        if (field.data or "").strip():
            _refuse_other_than_addresses(field)
        elif self.channel.data == "web":
            raise ValidationError(
                _("Paste the link, or choose under “Where” what it was: a newspaper, radio, television …")
            )

    def validate_other_address(self, field: StringField) -> None:
        """Refuse a second link that is none."""
        if (field.data or "").strip():
            _refuse_other_than_addresses(field)

    def validate_removed_on(self, field: DateField) -> None:
        """A piece cannot be gone before it was there."""
        if field.data and self.published_on.data and field.data < self.published_on.data:
            raise ValidationError(_("This is before the day of publication."))

    def validate_published_on(self, field: DateField) -> None:
        """Refuse a day that has not come."""
        if field.data and field.data > local(utc_now()).date():
            raise ValidationError(
                _("This day has not come yet; enter the day on which the piece was published.")
            )

    def values(self) -> dict[str, Any]:
        """What the verbs take, but the cases, which are still ids."""
        names = (
            *("outlet", "level", "title", "address", "published_on", "kind", "note"),
            *("channel", "slot", "author", "other_address"),
        )
        return {name: getattr(self, name).data or "" for name in names} | {"removed_on": self.removed_on.data}


class PlacementForm(PieceFields, FlaskForm):
    """One published piece."""

    cases = SelectMultipleField(_l("Cases"), coerce=int)
    evidence = MultipleFileField(_l("Evidence"))
    evidence_kept = HiddenField()


class PastedRow(PieceFields, Form):
    """One row of a pasted message; a row that is not taken may be as incomplete as it likes."""

    take = BooleanField(_l("Log this row"))
    excerpt = HiddenField(_l("Beginning of the text"), [Length(max=6000)])


class PasteForm(FlaskForm):
    """A message as it arrived."""

    message = TextAreaField(
        _l("Message"),
        [
            DataRequired(_l("Paste the message first.")),
            Length(max=100_000, message=_l("The message is too long (more than 100,000 characters).")),
        ],
    )


def _refuse_other_than_addresses(field: StringField) -> None:
    if not is_web_address(field.data):
        raise ValidationError(
            _("This is no web address. Paste all of it, such as https://www.people.com.cn/…")
        )
