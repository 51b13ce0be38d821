"""Forms of the casebook."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

SCOPE_NAMES = {
    "written": _l("all written stories"),
    "selected": _l("stories of the chosen cases"),
    "approved": _l("stories that the centre approved"),
}


class EditionForm(FlaskForm):
    """What an edition of the casebook is like."""

    title = StringField(_l("Title"), [DataRequired(_l("Enter a title.")), Length(max=120)])
    subtitle = StringField(_l("Subtitle"), [Length(max=120)])
    issuer = StringField(_l("Issued by"), [DataRequired(_l("Enter who issues the book.")), Length(max=120)])
    preface = TextAreaField(_l("Preface"), [Length(max=5000)])
    scope = RadioField(
        _l("Which stories"),
        choices=[SelectChoice(key, text) for key, text in SCOPE_NAMES.items()],
        default="written",
    )
    for_print = BooleanField(_l("For the printer: with 3 mm of bleed and crop marks"))


class StoryFileForm(FlaskForm):
    """A story that was written in Word."""

    file = FileField(_l("Word file (.docx)"), [FileRequired(_l("Choose the file."))])


class TakeStoryForm(FlaskForm):
    """The second step: the words are seen, now they are taken."""

    token = HiddenField()
    with_pictures = BooleanField(_l("Add its pictures to the photos of the case"), default=True)
