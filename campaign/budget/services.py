"""Verbs on budget lines and expenses (A1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign import evidence as proofs
from campaign.budget import queries, rules
from campaign.budget.models import BudgetLine, Expense
from campaign.errors import Conflict, Refused
from campaign.evidence import Evidence
from campaign.messages import N_, Message
from campaign.programmes.models import Programme

MAX_PURPOSE_CHARS = 300


@dataclass(frozen=True)
class ExpenseValues:
    """What the form says of a payment; the amount is in fen, an empty voucher number is given here."""

    line: BudgetLine
    amount_fen: int
    spent_on: date
    payee: str
    purpose: str
    voucher_number: str = ""


def spend(
    session: Session,
    programme: Programme,
    values: ExpenseValues,
    voucher: Evidence | None,
    *,
    owner_id: int,
    actor_id: int,
) -> Expense:
    """Enter a payment with its voucher, to be approved by a second person (A1); commits."""
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
        voucher_number=values.voucher_number.strip() or _number(session, programme, values.spent_on),
        entered_by_id=actor_id,
    )
    session.add(expense)
    session.commit()
    return expense


def _number(session: Session, programme: Programme, day: date) -> str:
    return rules.next_voucher_number(day.strftime("%Y-%m"), queries.voucher_numbers(session, programme))


def approve(session: Session, expense: Expense, *, actor_id: int, at: datetime) -> None:
    """Let an expense count, as a second person (A1, A18). Commits."""
    _decide(session, expense, "approved", "", actor_id=actor_id, at=at)


def send_back(session: Session, expense: Expense, *, reason: str, actor_id: int, at: datetime) -> None:
    """Refuse an expense with a reason; it stays in the ledger and does not count. Commits."""
    if not reason.strip():
        raise Refused(N_("Say why the expense is sent back."))
    _decide(session, expense, "refused", reason.strip()[:MAX_PURPOSE_CHARS], actor_id=actor_id, at=at)


def _decide(
    session: Session, expense: Expense, state: str, reason: str, *, actor_id: int, at: datetime
) -> None:
    session.refresh(expense, ["state", "entered_by_id"], with_for_update=True)
    problem = rules.why_not_decided(expense.state, expense.entered_by_id, actor_id)
    if problem is not None:
        raise Conflict(problem.msgid, **problem.params)
    expense.state, expense.reason = state, reason
    expense.decided_by_id, expense.decided_at = actor_id, at
    session.commit()


def withdraw(session: Session, expense: Expense) -> None:
    """Take back an expense that still waits; it stays in the ledger and does not count. Commits."""
    session.refresh(expense, ["state", "entered_by_id"], with_for_update=True)
    problem = rules.why_not_withdrawn(expense.state)
    if problem is not None:
        raise Conflict(problem.msgid, **problem.params)
    expense.state = "withdrawn"
    session.commit()


def reverse(
    session: Session, expense: Expense, *, day: date, purpose: str, owner_id: int, actor_id: int
) -> Expense:
    """Take an approved expense back with a negative row of the same line and voucher. Commits.

    That row too waits for a second person. One that was sent back or withdrawn is put forward again.
    """
    earlier = session.scalars(select(Expense).where(Expense.reverses_id == expense.id)).unique().one_or_none()
    already = earlier is not None and earlier.state in ("pending", "approved")
    problem = rules.why_not_reversed(
        expense.amount_fen,
        state=expense.state,
        is_reversal=expense.reverses_id is not None,
        already=already,
    )
    if problem is not None:
        raise Conflict(problem.msgid, **problem.params)
    reversal = earlier or Expense(
        programme_id=expense.programme_id,
        owner_id=owner_id,
        line_id=expense.line_id,
        amount_fen=-expense.amount_fen,
        payee=expense.payee,
        voucher_id=expense.voucher_id,
        voucher_name=expense.voucher_name,
        voucher_number=rules.next_voucher_number(
            day.strftime("%Y-%m"), queries.voucher_numbers(session, expense.programme)
        ),
        reverses_id=expense.id,
    )
    reversal.spent_on, reversal.purpose = day, purpose[:MAX_PURPOSE_CHARS]
    reversal.state, reversal.reason, reversal.entered_by_id = "pending", "", actor_id
    reversal.decided_by_id = reversal.decided_at = None
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
