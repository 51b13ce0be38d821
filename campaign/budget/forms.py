"""Forms of the money room."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import DateField, FieldList, HiddenField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from campaign.budget.rules import AmountError, parse_yuan
from campaign.db import utc_now
from campaign.formatting import local


def checked_amount(text: str, *, zero_allowed: bool = False) -> int:
    """Fen, or the form's own refusal."""
    try:
        return parse_yuan(text, zero_allowed=zero_allowed)
    except AmountError as error:
        raise ValidationError(_(error.message.msgid, **error.message.params)) from error


class ExpenseForm(FlaskForm):
    """One payment (A1)."""

    line = SelectField(_l("Budget line"), coerce=int)
    amount = StringField(_l("Amount"), [DataRequired(_l("Enter the amount."))])
    spent_on = DateField(_l("Paid on"), [InputRequired(_l("Enter the day of payment, as 2024-10-31."))])
    payee = StringField(_l("Payee"), [DataRequired(_l("Enter who was paid.")), Length(max=200)])
    purpose = StringField(_l("Purpose"), [DataRequired(_l("Enter what was paid for.")), Length(max=300)])
    voucher_number = StringField(_l("Voucher number"), [Length(max=40)])
    voucher = FileField(_l("Voucher"))
    voucher_kept = HiddenField()

    def validate_amount(self, field: StringField) -> None:
        """Yuan with at most two decimals."""
        checked_amount(field.data or "")

    def validate_spent_on(self, field: DateField) -> None:
        """Refuse a day that has not come."""
        if field.data and field.data > local(utc_now()).date():
            raise ValidationError(_("This day has not come yet; enter the day of the payment."))


class PlanForm(FlaskForm):
    """The planned amounts, one field per line in the order of the ledger, and a new line."""

    amounts = FieldList(StringField(_l("Planned")))
    new_name = StringField(_l("Name of a further line"), [Length(max=120)])
    new_amount = StringField(_l("Planned"))

    def validate_amounts(self, field: FieldList) -> None:
        """Each is an amount; zero is allowed."""
        wrong = False
        for entry in field:
            try:
                checked_amount(entry.data or "", zero_allowed=True)
            except ValidationError as refusal:
                entry.errors = [str(refusal)]
                wrong = True
        if wrong:
            raise ValidationError(_("Enter each amount in yuan, with at most two decimals."))

    def validate_new_amount(self, field: StringField) -> None:
        """A further line needs both a name and an amount."""
        if (self.new_name.data or "").strip():
            checked_amount(field.data or "", zero_allowed=True)
        elif (field.data or "").strip():
            raise ValidationError(_("Enter the name of this line."))
