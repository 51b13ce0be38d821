"""Forms of the pages of a plan: run of show, guests and media, preparation, speakers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import Length, NumberRange, Optional, StopValidation

from campaign.budget.forms import checked_amount
from campaign.lectures import words
from campaign.messages import N_


def chosen_from(table: Mapping[str, str]) -> list[SelectChoice]:
    """Choices of a table of words."""
    return [SelectChoice(key, _l(text)) for key, text in table.items()]


class Needed:
    """The field that a row must have as soon as anything was typed into it; a blank row is no row."""

    def __init__(self, msgid: str) -> None:
        self.msgid = msgid

    def __call__(self, form: RowForm, field: Any) -> None:  # noqa: ANN401 - any field of WTForms
        """Refuse a row half filled in; say nothing of a blank one."""
        if not form.is_typed:
            field.errors[:] = []
            raise StopValidation
        if not any(str(value).strip() for value in field.raw_data or ()):
            raise StopValidation(_(self.msgid))


class RowForm(Form):
    """One row of a list; `id` names the row it was, so that it stays the same row."""

    typed_in: ClassVar[tuple[str, ...]] = ()
    id = HiddenField()

    @property
    def is_typed(self) -> bool:
        """Whether anything was typed into the row's own fields."""
        return any(
            str(value).strip()
            for name in self.typed_in
            for value in (self[name].raw_data or ([self[name].data] if self[name].data else []))
        )

    def values(self) -> dict[str, Any]:
        """What the row says, by the names of the columns."""
        return {
            name: (field.data or "").strip() if isinstance(field, StringField) else field.data
            for name, field in self._fields.items()
            if name not in ("id", "csrf_token")
        }


class AgendaItemForm(RowForm):
    """One item of the run of show (A8)."""

    typed_in = ("minutes", "title", "person", "screen", "charge", "materials", "fixed")
    minutes = IntegerField(
        _l("Minutes"),
        [
            Needed(N_("Enter how many minutes this item takes.")),
            NumberRange(1, 1440, _l("Enter whole minutes, 1 to 1,440.")),
        ],
    )
    kind = SelectField(_l("Kind"), choices=chosen_from(words.ITEM_KINDS), default="other")
    title = StringField(_l("Item"), [Needed(N_("Enter what happens in this item.")), Length(max=200)])
    person = StringField(_l("Speaks"), [Length(max=120)])
    told = SelectField(_l("Case"), choices=[], validate_choice=False)
    host = StringField(_l("Host"), [Length(max=120)])
    charge = StringField(_l("In charge"), [Length(max=120)])
    screen = StringField(_l("On the screen"), [Length(max=300)])
    cue = StringField(_l("Sound and light"), [Length(max=200)])
    materials = StringField(_l("Materials"), [Length(max=300)])
    materials_ready = BooleanField(_l("Materials are ready"))
    fixed = TimeField(_l("Begins exactly at"), [Optional()])

    def values(self) -> dict[str, Any]:
        """The row with its time as a minute of the day and its case as a number."""
        row = super().values()
        fixed, told = row.pop("fixed"), row.pop("told")
        row["fixed_minute"] = fixed.hour * 60 + fixed.minute if fixed else None
        row["lecture_case_id"] = int(told) if (told or "").isdecimal() else None
        return row


def time_of(minute: int | None) -> time | None:
    """A minute of the day as a time of the clock."""
    return None if minute is None else time(minute // 60 % 24, minute % 60)


class GuestForm(RowForm):
    """A guest (A8)."""

    typed_in = ("name", "title", "organisation", "phone", "answer_note")
    name = StringField(_l("Name"), [Needed(N_("Enter the name of this guest.")), Length(max=60)])
    organisation = StringField(_l("Organisation"), [Length(max=200)])
    title = StringField(_l("Post and title"), [Length(max=200)])
    rank = SelectField(_l("Official rank"), choices=chosen_from(words.RANKS), default="none")
    level = SelectField(_l("Level of the organisation"), choices=chosen_from(words.LEVELS), default="other")
    role = SelectField(_l("Part in the event"), choices=chosen_from(words.ROLES), default="attends")
    answer = SelectField(_l("Answer"), choices=chosen_from(words.ANSWERS), default="open")
    invited_on = DateField(_l("Invited on"), [Optional()])
    phone = StringField(_l("Phone"), [Length(max=120)])
    answer_note = StringField(_l("Remark to the answer"), [Length(max=200)])


class MediumForm(RowForm):
    """An invited medium and the piece it plans (A8, A11)."""

    typed_in = ("name", "reporter", "phone", "planned", "note")
    name = StringField(_l("Outlet"), [Needed(N_("Enter the name of this outlet.")), Length(max=120)])
    planned = StringField(_l("Planned piece"), [Length(max=300)])
    reporter = StringField(_l("Reporter"), [Length(max=120)])
    answer = SelectField(_l("Answer"), choices=chosen_from(words.ANSWERS), default="open")
    invited_on = DateField(_l("Invited on"), [Optional()])
    phone = StringField(_l("Phone"), [Length(max=120)])
    note = StringField(_l("Note"), [Length(max=200)])


class TaskForm(RowForm):
    """One thing to do before the event."""

    typed_in = ("title", "person", "due_on", "done_on")
    title = StringField(_l("Task"), [Needed(N_("Enter what is to be done.")), Length(max=200)])
    person = StringField(_l("Person in charge"), [Length(max=120)])
    due_on = DateField(_l("Until"), [Optional()])
    done_on = DateField(_l("Done on"), [Optional()])


class DutyForm(RowForm):
    """One team of the division of work."""

    typed_in = ("team", "person", "members", "work")
    team = StringField(_l("Work team"), [Needed(N_("Enter the name of this team.")), Length(max=120)])
    person = StringField(_l("Led by"), [Length(max=120)])
    members = StringField(_l("Members"), [Length(max=300)])
    work = StringField(_l("What the team does"), [Length(max=2000)])


class CostForm(RowForm):
    """What is expected to be spent."""

    typed_in = ("title", "amount", "note")
    title = StringField(_l("Purpose"), [Needed(N_("Enter what the money is for.")), Length(max=200)])
    amount = StringField(_l("Amount"), [Needed(N_("Enter the amount."))])
    line = SelectField(_l("Budget line"), choices=[], validate_choice=False)
    note = StringField(_l("Note"), [Length(max=200)])

    def validate_amount(self, field: StringField) -> None:
        """Yuan with at most two decimals."""
        checked_amount(field.data or "", zero_allowed=True)

    def values(self) -> dict[str, Any]:
        """The row with its amount in fen and its line as a number."""
        row = super().values()
        line = row.pop("line")
        row["amount_fen"] = checked_amount(row.pop("amount"), zero_allowed=True)
        row["line_id"] = int(line) if (line or "").isdecimal() else None
        return row


class RiskForm(RowForm):
    """One line of the contingency plan."""

    typed_in = ("title", "measure", "person")
    title = StringField(_l("What may happen"), [Needed(N_("Enter what may happen.")), Length(max=200)])
    measure = StringField(_l("What is done then"), [Length(max=2000)])
    person = StringField(_l("Person in charge"), [Length(max=120)])


class SectionForm(FlaskForm):
    """A page of lists; `seen` is the state of these lists when the page was opened."""

    lists: ClassVar[tuple[str, ...]] = ()
    seen = HiddenField()

    def rows(self, name: str) -> list[tuple[int | None, dict[str, Any]]]:
        """The rows of a list in which something was typed, each with the id it came with."""
        return [
            (int(row.form.id.data) if (row.form.id.data or "").isdecimal() else None, row.form.values())
            for row in self[name]
            if row.form.is_typed
        ]


class AgendaForm(SectionForm):
    """The run of show."""

    lists = ("agenda",)
    agenda = FieldList(FormField(AgendaItemForm))


class GuestsForm(SectionForm):
    """Guests and media."""

    lists = ("guests", "media")
    guests_by_hand = BooleanField(_l("Keep my own order instead of the order of precedence"))
    guests = FieldList(FormField(GuestForm))
    media = FieldList(FormField(MediumForm))


class PreparationForm(SectionForm):
    """Tasks, division of work, budget, contingency."""

    lists = ("tasks", "duties", "costs", "risks")
    tasks = FieldList(FormField(TaskForm))
    duties = FieldList(FormField(DutyForm))
    costs = FieldList(FormField(CostForm))
    risks = FieldList(FormField(RiskForm))


class SpeakerForm(RowForm):
    """Who tells a case; the case itself is chosen on the page of the line-up."""

    typed_in = ("id",)
    speaker = StringField(_l("Speaker"), [Length(max=120)])
    speaker_title = StringField(_l("Post and title"), [Length(max=200)])
    stand_in = StringField(_l("Stand-in"), [Length(max=120)])
    rehearsed_on = DateField(_l("Rehearsed on"), [Optional()])


class SpeakersForm(SectionForm):
    """The order of telling, and who tells."""

    lists = ("line_up",)
    line_up = FieldList(FormField(SpeakerForm))


class MaterialsForm(FlaskForm):
    """What one case is told with (P21)."""

    seen = HiddenField()
    speech = TextAreaField(_l("Speech"), [Length(max=20000)])
    speech_file = FileField(_l("Speech as a Word or PDF file"))
    slides = FileField(_l("Slides"))
    clip = SelectField(_l("Film"), choices=[], validate_choice=False)
    drop_speech_file = BooleanField(_l("Remove the file of the speech"))
    drop_slides = BooleanField(_l("Remove the slides"))
