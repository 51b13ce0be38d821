"""Budget lines and what was spent from them, in fen (A1)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.db import Base, Timestamped
from campaign.programmes.models import Owned
from campaign.storage import Asset


class BudgetLine(Timestamped, Owned, Base):
    """One line of the programme's own ledger."""

    __tablename__ = "budget_line"
    __table_args__ = (
        UniqueConstraint("programme_id", "name"),
        CheckConstraint("amount_fen >= 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(String(120))
    amount_fen: Mapped[int] = mapped_column(BigInteger)

    expenses: Mapped[list[Expense]] = relationship(back_populates="line")


class Expense(Timestamped, Owned, Base):
    """One payment from one line, with its voucher; never deleted, only reversed by a negative one."""

    __tablename__ = "expense"
    __table_args__ = (CheckConstraint("amount_fen <> 0", name="amount"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("budget_line.id"), index=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    spent_on: Mapped[date] = mapped_column(index=True)
    payee: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(String(300))
    voucher_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    voucher_name: Mapped[str] = mapped_column(String(255))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("expense.id"), unique=True)

    line: Mapped[BudgetLine] = relationship(back_populates="expenses", lazy="joined")
    voucher: Mapped[Asset] = relationship()
