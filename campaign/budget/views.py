"""Pages of the money room: the ledger, a new expense, its reversal, the plan (A1)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, extract
from werkzeug.wrappers import Response as WerkzeugResponse
from wtforms import SelectChoice

from campaign import evidence, web
from campaign.access import READS_MONEY, WRITES_MONEY, allow, owner_for
from campaign.budget import queries, rules, services
from campaign.budget.forms import ExpenseForm, PlanForm
from campaign.budget.models import BudgetLine, Expense
from campaign.budget.services import ExpenseValues
from campaign.db import db, utc_now
from campaign.error_pages import text_of
from campaign.errors import Refused
from campaign.formatting import date_zh, local, money
from campaign.listing import Column, Filter, Listing, contains
from campaign.messages import Message

blueprint: Blueprint = web.programme_blueprint("budget", __name__, "/budget")

Page = str | WerkzeugResponse | tuple[str, int]


def say(message: Message) -> str:
    """A rule's sentence in the user's language, with dates as the field writes them."""
    return _(
        message.msgid, **{k: date_zh(v) if isinstance(v, date) else v for k, v in message.params.items()}
    )


def today() -> date:
    """The present day where the office is."""
    return local(utc_now()).date()


COLUMNS = (
    Column("spent_on", _l("Paid on"), sort=Expense.spent_on, kind="date"),
    Column(
        "purpose",
        _l("Purpose"),
        sort=Expense.purpose,
        primary=True,
        link=lambda e: url_for("budget.show", expense_id=e.id),
    ),
    Column("payee", _l("Payee"), sort=Expense.payee),
    Column("line", _l("Budget line"), sort=BudgetLine.position, cell=lambda e: e.line.name),
    Column("amount_fen", _l("Amount"), sort=Expense.amount_fen, kind="money"),
    Column(
        "voucher",
        _l("Voucher"),
        cell=lambda e: e.voucher_name,
        link=lambda e: url_for("budget.voucher_file", expense_id=e.id),
        hide="phone",
    ),
)


def _in_month(statement: Select[Any], value: str) -> Select[Any]:
    year, month = value.split("-")
    return statement.where(
        extract("year", Expense.spent_on) == int(year), extract("month", Expense.spent_on) == int(month)
    )


def _filters(rows: list[queries.LineRow]) -> tuple[Filter, ...]:
    return (
        Filter(
            "line",
            _l("Budget line"),
            choices=[(str(row.line.id), row.line.name) for row in rows],
            apply=lambda q, v: q.where(Expense.line_id == int(v)),
        ),
        Filter(
            "month",
            _l("Month"),
            choices=lambda: [(m, m) for m in queries.months(db.session, web.programme(), web.actor())],
            apply=_in_month,
        ),
        Filter(
            "kind",
            _l("Kind"),
            choices=[("expense", _l("expense")), ("reversal", _l("reversal"))],
            apply=lambda q, v: q.where(
                Expense.reverses_id.is_(None) if v == "expense" else Expense.reverses_id.is_not(None)
            ),
        ),
    )


@blueprint.route("/")
@allow(READS_MONEY)
def index() -> str | Response:
    """The ledger: lines with plan and execution, and every payment."""
    rows = queries.line_rows(db.session, web.programme(), web.actor())
    listing = Listing.build(
        db.session,
        queries.expenses_of(web.programme(), web.actor()),
        COLUMNS,
        _filters(rows),
        search=contains(Expense.purpose, Expense.payee, Expense.voucher_name),
        args=request.args,
        default_sort="-spent_on",
    )
    if listing.wants_export:
        return web.export(listing, _("Expenses"))
    contract_fen = web.profile().budget.total_fen or 0
    states = [row.state for row in rows]
    whole = rules.LineState(_("In all"), sum(s.planned_fen for s in states), sum(s.spent_fen for s in states))
    return render_template(
        "budget/index.html",
        listing=listing,
        rows=rows,
        whole=whole,
        contract_fen=contract_fen,
        warnings=[say(message) for message in rules.line_warnings(states, contract_fen)],
        reversed_ids=queries.reversed_ids(db.session, web.programme()),
    )


@blueprint.route("/expenses/<int:expense_id>")
@allow(READS_MONEY)
def show(expense_id: int) -> str:
    """One payment with its voucher."""
    expense: Expense = web.get(Expense, expense_id)
    programme = web.programme()
    warning = rules.day_warning(expense.spent_on, programme.starts_on, programme.ends_on)
    return render_template(
        "budget/show.html",
        expense=expense,
        warning=say(warning) if warning else "",
        is_reversed=expense.id in queries.reversed_ids(db.session, programme),
        is_picture=evidence.is_picture(expense.voucher),
    )


@blueprint.route("/expenses/<int:expense_id>/voucher")
@allow(READS_MONEY)
def voucher_file(expense_id: int) -> Response:
    """The voucher of a payment."""
    expense: Expense = web.get(Expense, expense_id)
    return evidence.send(expense.voucher, expense.voucher_name)


@blueprint.route("/expenses/new", methods=["GET", "POST"])
@allow(WRITES_MONEY)
def new() -> Page:
    """Enter a payment."""
    form = ExpenseForm()
    rows = queries.line_rows(db.session, web.programme(), web.actor())
    form.line.choices = [
        SelectChoice(r.line.id, _("%(line)s (%(left)s left)", line=r.line.name, left=money(r.state.left_fen)))
        for r in rows
    ]
    if form.is_submitted():
        valid = form.validate()
        voucher = evidence.receive(form.voucher, form.voucher_kept, evidence.DOCUMENTS)
        if voucher is None and not form.voucher.errors:
            form.voucher.errors = [_("Choose the voucher: every expense needs one.")]
        if valid and not form.voucher.errors:
            try:
                expense = services.spend(
                    db.session, web.programme(), _values(form), voucher, owner_id=_owner()
                )
            except Refused as refusal:
                db.session.rollback()
                form.amount.errors = [text_of(refusal)]
            else:
                _warn(expense)
                flash(_("The expense has been entered."), "success")
                return redirect(url_for("budget.show", expense_id=expense.id))
    body = render_template(
        "budget/new.html",
        form=form,
        kept=evidence.kept_name(form.voucher_kept, evidence.DOCUMENTS),
        accept=evidence.ACCEPT[evidence.DOCUMENTS],
    )
    return body, 422 if form.errors else 200


def _values(form: ExpenseForm) -> ExpenseValues:
    return ExpenseValues(
        line=web.get(BudgetLine, form.line.data),
        amount_fen=rules.parse_yuan(form.amount.data),
        spent_on=form.spent_on.data,
        payee=form.payee.data,
        purpose=form.purpose.data,
    )


def _owner() -> int:
    return owner_for(db.session, web.actor(), web.programme(), WRITES_MONEY)


def _warn(expense: Expense) -> None:
    """Say what is doubtful about a payment that has been entered all the same."""
    programme = web.programme()
    found = [rules.day_warning(expense.spent_on, programme.starts_on, programme.ends_on)]
    states = [
        r.state for r in queries.line_rows(db.session, programme, web.actor()) if r.line.id == expense.line_id
    ]
    for warning in (*found, *rules.line_warnings(states, 0)):
        if warning is not None:
            flash(say(warning), "warning")


@blueprint.route("/expenses/<int:expense_id>/reverse", methods=["POST"])
@allow(WRITES_MONEY)
def reverse(expense_id: int) -> WerkzeugResponse:
    """Take a payment back by a negative row."""
    expense: Expense = web.get(Expense, expense_id)
    purpose = _("Reversal: %(purpose)s", purpose=expense.purpose)
    try:
        reversal = services.reverse(db.session, expense, day=today(), purpose=purpose, owner_id=_owner())
    except Refused as refusal:
        flash(text_of(refusal), "danger")
        return redirect(url_for("budget.show", expense_id=expense_id))
    flash(_("The expense has been reversed by a negative row."), "success")
    return redirect(url_for("budget.show", expense_id=reversal.id))


# --- the plan ---------------------------------------------------------------------------------------------


@blueprint.route("/plan", methods=["GET", "POST"])
@allow(WRITES_MONEY)
def plan() -> Page:
    """The planned amounts of the lines, together within the contract."""
    rows = queries.line_rows(db.session, web.programme(), web.actor())
    contract_fen = web.profile().budget.total_fen or 0
    form = PlanForm(data={"amounts": [rules.yuan_text(row.line.amount_fen) for row in rows]})
    if form.validate_on_submit():
        amounts = {
            row.line.id: rules.parse_yuan(entry.data, zero_allowed=True)
            for row, entry in zip(rows, form.amounts, strict=False)
        }
        name = (form.new_name.data or "").strip()
        further = (name, rules.parse_yuan(form.new_amount.data, zero_allowed=True)) if name else None
        try:
            services.plan_lines(
                db.session, web.programme(), amounts, contract_fen=contract_fen, new_line=further
            )
        except Refused as refusal:
            db.session.rollback()
            form.new_name.errors = [text_of(refusal)]
        else:
            flash(_("The planned amounts have been saved."), "success")
            return redirect(url_for("budget.index"))
    body = render_template("budget/plan.html", form=form, rows=rows, contract_fen=contract_fen)
    return body, 422 if form.errors else 200
