"""Verbs on budget lines and expenses (A1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign import evidence as proofs
from campaign.budget import rules
from campaign.budget.models import BudgetLine, Expense
from campaign.errors import Conflict, Refused
from campaign.evidence import Evidence
from campaign.messages import N_, Message
from campaign.programmes.models import Programme

MAX_PURPOSE_CHARS = 300


@dataclass(frozen=True)
class ExpenseValues:
    """What the form says of a payment; the amount is in fen."""

    line: BudgetLine
    amount_fen: int
    spent_on: date
    payee: str
    purpose: str


def spend(
    session: Session, programme: Programme, values: ExpenseValues, voucher: Evidence | None, *, owner_id: int
) -> Expense:
    """Enter a payment with its voucher (A1); commits."""
    if voucher is None:
        raise Refused(N_("Choose the voucher: every expense needs one."))
    if values.amount_fen <= 0:
        raise Refused(N_("An amount of zero is no expense."))
    expense = Expense(
        programme_id=programme.id,
        owner_id=owner_id,
        line=values.line,
        amount_fen=values.amount_fen,
        spent_on=values.spent_on,
        payee=values.payee.strip(),
        purpose=values.purpose.strip(),
        voucher=proofs.attach(session, voucher),
        voucher_name=voucher.name,
    )
    session.add(expense)
    session.commit()
    return expense


def reverse(session: Session, expense: Expense, *, day: date, purpose: str, owner_id: int) -> Expense:
    """Take an expense back with a negative row of the same line and voucher. Commits."""
    already = session.scalar(select(Expense.id).where(Expense.reverses_id == expense.id)) is not None
    problem = rules.why_not_reversed(
        expense.amount_fen, is_reversal=expense.reverses_id is not None, already=already
    )
    if problem is not None:
        raise Conflict(problem.msgid, **problem.params)
    reversal = Expense(
        programme_id=expense.programme_id,
        owner_id=owner_id,
        line_id=expense.line_id,
        amount_fen=-expense.amount_fen,
        spent_on=day,
        payee=expense.payee,
        purpose=purpose[:MAX_PURPOSE_CHARS],
        voucher_id=expense.voucher_id,
        voucher_name=expense.voucher_name,
        reverses_id=expense.id,
    )
    session.add(reversal)
    try:
        session.commit()
    except IntegrityError as error:
        # Two reversed the same row in one moment: the database keeps one.
        session.rollback()
        raise Conflict(N_("This expense has already been reversed.")) from error
    return reversal


def plan_lines(
    session: Session,
    programme: Programme,
    amounts: Mapping[int, int],
    *,
    contract_fen: int,
    new_line: tuple[str, int] | None = None,
) -> None:
    """Set planned amounts by line id, and add a line of a new name; within the contract. Commits."""
    lines = list(
        session.scalars(
            select(BudgetLine).where(BudgetLine.programme_id == programme.id).order_by(BudgetLine.position)
        )
    )
    planned = [amounts.get(line.id, line.amount_fen) for line in lines] + ([new_line[1]] if new_line else [])
    problem: Message | None = rules.why_not_planned(planned, contract_fen)
    if problem is not None:
        raise Refused(problem.msgid, **problem.params)
    for line in lines:
        line.amount_fen = amounts.get(line.id, line.amount_fen)
    if new_line:
        position = max((line.position for line in lines), default=-1) + 1
        session.add(
            BudgetLine(
                programme_id=programme.id,
                owner_id=programme.organisation_id,
                position=position,
                name=new_line[0].strip(),
                amount_fen=new_line[1],
            )
        )
    try:
        session.commit()
    except IntegrityError as error:
        session.rollback()
        raise Conflict(N_("There is already a line of this name.")) from error
