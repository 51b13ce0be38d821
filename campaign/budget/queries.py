"""Selects of the money room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, selectinload

from campaign.access import Actor, scoped
from campaign.budget.models import BudgetLine, Expense
from campaign.budget.rules import LineState
from campaign.programmes.models import Programme


@dataclass(frozen=True)
class Totals:
    """The ledger of a programme in three figures, in fen; only approved expenses are spent."""

    planned_fen: int
    spent_fen: int
    pending_fen: int = 0


@dataclass(frozen=True)
class LineRow:
    """A budget line and how it stands."""

    line: BudgetLine
    state: LineState


def totals(session: Session, programme: Programme) -> Totals:
    """Planned, spent and pending of the whole programme (A1)."""
    planned = session.scalar(
        select(func.coalesce(func.sum(BudgetLine.amount_fen), 0)).where(
            BudgetLine.programme_id == programme.id
        )
    )
    by_state = dict(
        session.execute(
            select(Expense.state, func.sum(Expense.amount_fen))
            .where(Expense.programme_id == programme.id)
            .group_by(Expense.state)
        ).all()
    )
    return Totals(int(planned or 0), int(by_state.get("approved", 0)), int(by_state.get("pending", 0)))


def lines_of(programme: Programme, actor: Actor) -> Select[BudgetLine]:
    """The lines of the ledger in their order."""
    statement = select(BudgetLine).where(BudgetLine.programme_id == programme.id)
    return scoped(statement, BudgetLine, actor).order_by(BudgetLine.position, BudgetLine.id)


def line_rows(session: Session, programme: Programme, actor: Actor) -> list[LineRow]:
    """Every line with what was spent from it, in two queries."""
    sums = select(Expense.line_id, Expense.state, func.sum(Expense.amount_fen)).where(
        Expense.programme_id == programme.id, Expense.state.in_(("approved", "pending"))
    )
    rows = session.execute(scoped(sums, Expense, actor).group_by(Expense.line_id, Expense.state))
    spent = {(line_id, state): int(amount) for line_id, state, amount in rows}
    return [
        LineRow(
            line,
            LineState(
                line.name,
                line.amount_fen,
                spent.get((line.id, "approved"), 0),
                spent.get((line.id, "pending"), 0),
            ),
        )
        for line in session.scalars(lines_of(programme, actor))
    ]


def expenses_of(programme: Programme, actor: Actor) -> Select[Expense]:
    """The payments of a programme, with their lines and who had to do with them."""
    statement = (
        select(Expense)
        .join(Expense.line)
        .where(Expense.programme_id == programme.id)
        .options(selectinload(Expense.entered_by), selectinload(Expense.decided_by))
    )
    return scoped(statement, Expense, actor)


def in_order(session: Session, programme: Programme, actor: Actor) -> Sequence[Expense]:
    """Every payment in the order of days, as the ledger and the reports list them."""
    statement = expenses_of(programme, actor).order_by(Expense.spent_on, Expense.id)
    return session.scalars(statement).unique().all()


def outside(programme: Programme, actor: Actor) -> Select[Expense]:
    """Payments that count or may count and whose day lies outside the programme."""
    return expenses_of(programme, actor).where(
        Expense.state.in_(("approved", "pending")),
        or_(Expense.spent_on < programme.starts_on, Expense.spent_on > programme.ends_on),
    )


def voucher_numbers(session: Session, programme: Programme) -> list[str]:
    """The voucher numbers given so far."""
    return list(session.scalars(select(Expense.voucher_number).where(Expense.programme_id == programme.id)))


def reversed_ids(session: Session, programme: Programme) -> frozenset[int]:
    """The expenses that a negative row has taken back."""
    statement = select(Expense.reverses_id).where(
        Expense.programme_id == programme.id,
        Expense.reverses_id.is_not(None),
        Expense.state.in_(("approved", "pending")),
    )
    return frozenset(row_id for row_id in session.scalars(statement) if row_id is not None)


def months(session: Session, programme: Programme, actor: Actor) -> list[str]:
    """The months with payments, newest first, as 2024-10."""
    days = scoped(select(Expense.spent_on).distinct(), Expense, actor).where(
        Expense.programme_id == programme.id
    )
    return sorted({day.strftime("%Y-%m") for day in session.scalars(days)}, reverse=True)


def waiting(session: Session, programme: Programme, actor: Actor) -> int:
    """How many payments wait for a second person."""
    statement = (
        select(func.count())
        .select_from(Expense)
        .where(Expense.programme_id == programme.id, Expense.state == "pending")
    )
    return session.scalar(scoped(statement, Expense, actor)) or 0
