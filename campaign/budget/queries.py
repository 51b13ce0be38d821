"""Selects of the money room."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from campaign.access import Actor, scoped
from campaign.budget.models import BudgetLine, Expense
from campaign.budget.rules import LineState
from campaign.programmes.models import Programme


@dataclass(frozen=True)
class Totals:
    """The ledger of a programme in two figures, in fen."""

    planned_fen: int
    spent_fen: int


@dataclass(frozen=True)
class LineRow:
    """A budget line and how it stands."""

    line: BudgetLine
    state: LineState


def totals(session: Session, programme: Programme) -> Totals:
    """Planned and spent of the whole programme (A1)."""
    planned = session.scalar(
        select(func.coalesce(func.sum(BudgetLine.amount_fen), 0)).where(
            BudgetLine.programme_id == programme.id
        )
    )
    spent = session.scalar(
        select(func.coalesce(func.sum(Expense.amount_fen), 0)).where(Expense.programme_id == programme.id)
    )
    return Totals(int(planned or 0), int(spent or 0))


def lines_of(programme: Programme, actor: Actor) -> Select[BudgetLine]:
    """The lines of the ledger in their order."""
    statement = select(BudgetLine).where(BudgetLine.programme_id == programme.id)
    return scoped(statement, BudgetLine, actor).order_by(BudgetLine.position, BudgetLine.id)


def line_rows(session: Session, programme: Programme, actor: Actor) -> list[LineRow]:
    """Every line with what was spent from it, in two queries."""
    sums = select(Expense.line_id, func.sum(Expense.amount_fen)).where(Expense.programme_id == programme.id)
    rows = session.execute(scoped(sums, Expense, actor).group_by(Expense.line_id))
    spent = {line_id: int(amount) for line_id, amount in rows}
    lines = session.scalars(lines_of(programme, actor))
    return [LineRow(line, LineState(line.name, line.amount_fen, spent.get(line.id, 0))) for line in lines]


def expenses_of(programme: Programme, actor: Actor) -> Select[Expense]:
    """The payments of a programme, with their lines."""
    statement = select(Expense).join(Expense.line).where(Expense.programme_id == programme.id)
    return scoped(statement, Expense, actor)


def reversed_ids(session: Session, programme: Programme) -> frozenset[int]:
    """The expenses that a negative row has taken back."""
    statement = select(Expense.reverses_id).where(
        Expense.programme_id == programme.id, Expense.reverses_id.is_not(None)
    )
    return frozenset(row_id for row_id in session.scalars(statement) if row_id is not None)


def months(session: Session, programme: Programme, actor: Actor) -> list[str]:
    """The months with payments, newest first, as 2024-10."""
    days = scoped(select(Expense.spent_on).distinct(), Expense, actor).where(
        Expense.programme_id == programme.id
    )
    return sorted({day.strftime("%Y-%m") for day in session.scalars(days)}, reverse=True)
