"""Forms of the reviews."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Length

from campaign.approvals.rules import MAX_COMMENT_CHARS, MAX_TEXT_CHARS


class SendForm(FlaskForm):
    """What goes along when a subject is sent."""

    text = TextAreaField(_l("Text that is published with the film"), [Length(max=MAX_TEXT_CHARS)])
    note = TextAreaField(_l("Note to those who check it"), [Length(max=MAX_COMMENT_CHARS)])


class CommentForm(FlaskForm):
    """A remark, in general, at a timecode or on a passage."""

    at = StringField(_l("Timecode"), [Length(max=20)])
    passage = StringField(_l("Passage"), [Length(max=300)])
    anchor = SelectField(_l("Place in the plan"), validate_choice=False, choices=())
    body = TextAreaField(_l("Comment"), [Length(max=MAX_COMMENT_CHARS)])


class DecisionForm(FlaskForm):
    """A decision; the reason is needed where it says no."""

    reason = TextAreaField(_l("Reason"), [Length(max=MAX_COMMENT_CHARS)])
