"""Forms of the case room."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileAllowed, FileField, FileRequired, MultipleFileField
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from campaign.messages import N_

CASE_KINDS = (
    ("organizational", N_("organizational innovation")),
    ("technological", N_("technological innovation")),
    ("process", N_("process innovation")),
)


YES_NO = [SelectChoice("", _l("not known")), SelectChoice("yes", _l("yes")), SelectChoice("no", _l("no"))]


def yes_no(text: str) -> bool | None:
    """A three-way choice: yes, no, not known."""
    return {"yes": True, "no": False}.get(text)


class CaseForm(FlaskForm):
    """The recommendation form of a case, as far as the desk needs it."""

    title = StringField(
        _l("Case name"),
        [DataRequired(_l("Enter the case name.")), Length(max=300)],
    )
    enterprise = StringField(
        _l("Enterprise"), [DataRequired(_l("Enter the name of the enterprise.")), Length(max=200)]
    )
    enterprise_kind = SelectField(_l("Enterprise type"))
    little_giant_year = IntegerField(
        _l("Little giant since"),
        [
            Optional(),
            NumberRange(
                2019, 2100, _l("The list of little giants begins in 2019; enter the year of the listing.")
            ),
        ],
    )
    kind = SelectField(_l("Case type"))
    region = SelectField(_l("Region"))
    team = TextAreaField(_l("Team"))
    contact_name = StringField(_l("Contact"), [Length(max=120)])
    contact_post = StringField(_l("Post"), [Length(max=120)])
    phone = StringField(_l("Phone"), [Length(max=120)])
    address = StringField(_l("Address"), [Length(max=300)])
    has_park_association = SelectField(_l("Park association"), choices=YES_NO)
    has_enterprise_association = SelectField(_l("Enterprise association"), choices=YES_NO)
    by_park_association = BooleanField(_l("Recommended by a park association"))
    lecture_candidate = BooleanField(_l("Candidate for the lecture"))
    honours = TextAreaField(_l("Honours and awards"))
    story = TextAreaField(_l("Story"))
    remark = TextAreaField(_l("Remark"))

    def values(self) -> dict[str, Any]:
        """What the verbs take."""
        found = {name: field.data for name, field in self._fields.items() if name != "csrf_token"}
        for name in ("has_park_association", "has_enterprise_association"):
            found[name] = yes_no(found[name])
        return found


class ImportForm(FlaskForm):
    """Step one: the workbook."""

    file = FileField(
        _l("Summary table"),
        [
            FileRequired(_l("Choose the workbook of the summary table.")),
            FileAllowed(["xlsx", "xlsm", "xls"], _l("Choose a workbook: xlsx or xls.")),
        ],
    )


class ConfirmImportForm(FlaskForm):
    """Step two: the stored workbook, by its content."""

    token = HiddenField(validators=[DataRequired()])


class PhotoForm(FlaskForm):
    files = MultipleFileField(_l("Photos"), [DataRequired(_l("Choose at least one photo."))])
