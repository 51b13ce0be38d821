"""Pages of the money room: the ledger, a new expense, its approval and reversal, the plan (A1)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import Select, extract, or_
from werkzeug.wrappers import Response as WerkzeugResponse
from wtforms import SelectChoice

from campaign import evidence, web
from campaign.access import APPROVES_MONEY, READS_MONEY, WRITES_MONEY, allow, owner_for
from campaign.budget import burn_down, queries, rules, services
from campaign.budget.export import ledger_of
from campaign.budget.forms import ExpenseForm, PlanForm
from campaign.budget.models import BudgetLine, Expense
from campaign.budget.services import ExpenseValues
from campaign.db import db, utc_now
from campaign.error_pages import text_of
from campaign.errors import NotFound, Refused
from campaign.formatting import date_zh, local, money
from campaign.listing import Badge, Column, Filter, Listing, Tone, contains
from campaign.messages import N_, Message

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


STATES = {
    "pending": N_("waits for approval"),
    "approved": N_("approved"),
    "refused": N_("sent back"),
    "withdrawn": N_("withdrawn"),
}
TONES: dict[str, Tone] = {
    "pending": "warning",
    "approved": "success",
    "refused": "danger",
    "withdrawn": "neutral",
}

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
        "state",
        _l("State"),
        sort=Expense.state,
        kind="badge",
        cell=lambda e: Badge(TONES[e.state], _(STATES[e.state])),
    ),
    Column(
        "voucher",
        _l("Voucher"),
        sort=Expense.voucher_number,
        cell=lambda e: " ".join(part for part in (e.voucher_number, e.voucher_name) if part),
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
            "state",
            _l("State"),
            choices=[(key, _l(text)) for key, text in STATES.items()],
            apply=lambda q, v: q.where(Expense.state == v),
        ),
        Filter(
            "period",
            _l("Period"),
            choices=[("outside", _l("outside the programme"))],
            apply=lambda q, _v: q.where(
                Expense.state.in_(("approved", "pending")),
                or_(Expense.spent_on < web.programme().starts_on, Expense.spent_on > web.programme().ends_on),
            ),
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
        search=contains(Expense.purpose, Expense.payee, Expense.voucher_name, Expense.voucher_number),
        args=request.args,
        default_sort="-spent_on",
    )
    if listing.wants_export:
        return web.export(listing, _("Expenses"))
    contract_fen = web.profile().budget.total_fen or 0
    states = [row.state for row in rows]
    whole = rules.LineState(
        _("In all"),
        sum(s.planned_fen for s in states),
        sum(s.spent_fen for s in states),
        sum(s.pending_fen for s in states),
    )
    return render_template(
        "budget/index.html",
        listing=listing,
        rows=rows,
        whole=whole,
        contract_fen=contract_fen,
        warnings=[say(message) for message in rules.line_warnings(states, contract_fen)],
        outside=_outside(),
        waiting=queries.waiting(db.session, web.programme(), web.actor()),
        reversed_ids=queries.reversed_ids(db.session, web.programme()),
        chart=burn_down.shown(),
    )


def _outside() -> str:
    """The warning of payments outside the programme's days; "" where there is none."""
    rows = db.session.scalars(queries.outside(web.programme(), web.actor())).unique().all()
    warning = rules.outside_warning(len(rows), sum(row.amount_fen for row in rows))
    return say(warning) if warning else ""


@blueprint.route("/ledger.<form>")
@allow(READS_MONEY)
def ledger(form: str) -> Response:
    """The whole ledger as accountants want it: xlsx with subtotals and running balance, or csv."""
    from campaign import reporting  # noqa: PLC0415 - the door to reports is slow to open and seldom used

    if form not in ("xlsx", "csv"):
        raise NotFound(N_("The ledger is written as xlsx or csv."))
    rows = ledger_of(
        db.session, web.programme(), web.profile(), web.actor(), by=current_user.name, at=utc_now()
    )
    name = f"{web.programme().title}{_('Ledger')}.{form}"
    if form == "csv":
        return web.attachment(reporting.ledger_csv(rows), name, "text/csv; charset=utf-8")
    with reporting.refusals():
        return web.attachment(reporting.ledger_workbook(rows), name, web.XLSX)


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
        state=_(STATES[expense.state]),
        tone=TONES[expense.state],
        why_not=_why_not(expense),
        typed_reason=request.args.get("typed", ""),
    )


def _why_not(expense: Expense) -> str:
    """Why the person who looks cannot approve; "" when there is nothing in the way."""
    if expense.state != "pending":
        return ""
    message = rules.why_not_decided(expense.state, expense.entered_by_id, web.actor().user_id)
    return say(message) if message else ""


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
                    db.session,
                    web.programme(),
                    _values(form),
                    voucher,
                    owner_id=_owner(),
                    actor_id=web.actor().user_id,
                )
            except Refused as refusal:
                db.session.rollback()
                form.amount.errors = [text_of(refusal)]
            else:
                _warn(expense)
                flash(_("The expense has been entered; a second person has to approve it."), "success")
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
        voucher_number=form.voucher_number.data or "",
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
        reversal = services.reverse(
            db.session,
            expense,
            day=today(),
            purpose=purpose,
            owner_id=_owner(),
            actor_id=web.actor().user_id,
        )
    except Refused as refusal:
        flash(text_of(refusal), "danger")
        return redirect(url_for("budget.show", expense_id=expense_id))
    flash(_("The reversal has been entered; a second person has to approve it."), "success")
    return redirect(url_for("budget.show", expense_id=reversal.id))


@blueprint.route("/expenses/<int:expense_id>/approve", methods=["POST"])
@allow(APPROVES_MONEY)
def approve(expense_id: int) -> WerkzeugResponse:
    """Let a payment count, as a second person."""
    expense: Expense = web.get(Expense, expense_id)
    try:
        services.approve(db.session, expense, actor_id=web.actor().user_id, at=utc_now())
    except Refused as refusal:
        db.session.rollback()
        flash(text_of(refusal), "danger")
    else:
        flash(_("The expense has been approved and counts now."), "success")
        _warn(expense)
    return redirect(url_for("budget.show", expense_id=expense_id))


@blueprint.route("/expenses/<int:expense_id>/send-back", methods=["POST"])
@allow(APPROVES_MONEY)
def send_back(expense_id: int) -> WerkzeugResponse:
    """Refuse a payment with a reason."""
    expense: Expense = web.get(Expense, expense_id)
    reason = request.form.get("reason", "")
    try:
        services.send_back(db.session, expense, reason=reason, actor_id=web.actor().user_id, at=utc_now())
    except Refused as refusal:
        db.session.rollback()
        flash(text_of(refusal), "danger")
        return redirect(url_for("budget.show", expense_id=expense_id, typed=reason, _anchor="decide"))
    flash(_("The expense has been sent back; it does not count."), "success")
    return redirect(url_for("budget.show", expense_id=expense_id))


@blueprint.route("/expenses/<int:expense_id>/withdraw", methods=["POST"])
@allow(WRITES_MONEY)
def withdraw(expense_id: int) -> WerkzeugResponse:
    """Take back a payment that still waits."""
    expense: Expense = web.get(Expense, expense_id)
    try:
        services.withdraw(db.session, expense)
    except Refused as refusal:
        db.session.rollback()
        flash(text_of(refusal), "danger")
    else:
        flash(_("The expense has been withdrawn; it stays in the ledger and does not count."), "success")
    return redirect(url_for("budget.show", expense_id=expense_id))


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
