"""Budget lines and what was spent from them, in fen (A1)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.accounts.models import User
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
    """One payment from one line, with its voucher; never deleted, only reversed by a negative one.

    It counts as executed once a second person has approved it (A1, A18). `voucher_number` is the number
    under which the accountants keep the voucher.
    """

    __tablename__ = "expense"
    __table_args__ = (
        CheckConstraint("amount_fen <> 0", name="amount"),
        CheckConstraint("state in ('pending', 'approved', 'refused', 'withdrawn')", name="state"),
        CheckConstraint("(state in ('approved', 'refused')) = (decided_by_id is not null)", name="decided"),
        CheckConstraint("(decided_by_id is null) = (decided_at is null)", name="decided_at"),
        CheckConstraint(
            "decided_by_id is null or (entered_by_id is not null and decided_by_id <> entered_by_id)",
            name="four_eyes",
        ),
        CheckConstraint("state <> 'refused' or reason <> ''", name="has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("budget_line.id"), index=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    spent_on: Mapped[date] = mapped_column(index=True)
    payee: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(String(300))
    voucher_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    voucher_name: Mapped[str] = mapped_column(String(255))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("expense.id"), unique=True)
    voucher_number: Mapped[str] = mapped_column(String(40), default="", server_default="")
    state: Mapped[str] = mapped_column(String(20), default="pending", server_default="pending")
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(300), default="", server_default="")

    line: Mapped[BudgetLine] = relationship(back_populates="expenses", lazy="joined")
    voucher: Mapped[Asset] = relationship()
    entered_by: Mapped[User | None] = relationship(foreign_keys=[entered_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
