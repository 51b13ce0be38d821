"""Money in fen: reading amounts, shares of the budget, and what deserves a warning; pure (A1)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from campaign.messages import N_, Message

MAX_FEN = 100_000_000_000 * 100
_AMOUNT = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?")


class AmountError(ValueError):
    """A text is no amount; `message` says so to the user."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def parse_yuan(text: str, *, zero_allowed: bool = False) -> int:
    """Read an amount in yuan as whole fen, exactly: 1234.5, 1,234.50, ¥1,234.50, １２３４元 (A1).

    Raises AmountError for anything else, for zero (unless allowed) and for more than two decimals.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = plain.removeprefix("¥").removesuffix("元").replace(" ", "")
    match = _AMOUNT.fullmatch(plain)
    if match is None:
        raise AmountError(
            Message(N_("Enter the amount in yuan, with at most two decimals, such as 1,234.50."))
        )
    fen = int(match[1].replace(",", "")) * 100 + int((match[2] or "").ljust(2, "0"))
    if fen == 0 and not zero_allowed:
        raise AmountError(Message(N_("An amount of zero is no expense.")))
    if fen > MAX_FEN:
        raise AmountError(Message(N_("This amount is too large; check the number of digits.")))
    return fen


def yuan_text(fen: int) -> str:
    """An amount as it is typed into a field: 1234.50, never negative there."""
    return f"{fen // 100}.{fen % 100:02d}"


@dataclass(frozen=True)
class LineState:
    """A budget line with what was spent from it, in fen."""

    name: str
    planned_fen: int
    spent_fen: int

    @property
    def left_fen(self) -> int:
        """What is left; negative when the line is overspent."""
        return self.planned_fen - self.spent_fen

    @property
    def rate(self) -> Fraction | None:
        """The execution rate, or None where nothing was planned."""
        return Fraction(self.spent_fen, self.planned_fen) if self.planned_fen else None


def line_warnings(lines: Sequence[LineState], contract_fen: int) -> tuple[Message, ...]:
    """What is wrong with the lines: overspent ones, and a plan that misses the contract's amount."""
    found = [
        Message(
            N_("“%(line)s” is overspent by %(amount)s yuan."),
            {"line": line.name, "amount": f"{-line.left_fen / 100:,.2f}"},
        )
        for line in lines
        if line.left_fen < 0
    ]
    planned = sum(line.planned_fen for line in lines)
    if contract_fen and planned != contract_fen:
        text = N_("The lines plan %(planned)s yuan, the contract gives %(contract)s yuan.")
        amounts = {"planned": f"{planned / 100:,.2f}", "contract": f"{contract_fen / 100:,.2f}"}
        found.append(Message(text, amounts))
    return tuple(found)


def why_not_planned(planned_fen: Sequence[int], contract_fen: int) -> Message | None:
    """Why planned amounts cannot be saved: together they may not exceed the contract (A1)."""
    total = sum(planned_fen)
    if not contract_fen or total <= contract_fen:
        return None
    return Message(
        N_("The lines plan %(planned)s yuan together; the contract gives only %(contract)s yuan."),
        {"planned": f"{total / 100:,.2f}", "contract": f"{contract_fen / 100:,.2f}"},
    )


def day_warning(day: date, starts: date, ends: date) -> Message | None:
    """What to say of an expense whose day lies outside the programme."""
    if starts <= day <= ends:
        return None
    return Message(
        N_("The day lies outside the programme, which runs from %(starts)s to %(ends)s; please check it."),
        {"starts": starts, "ends": ends},
    )


def why_not_reversed(amount_fen: int, *, is_reversal: bool, already: bool) -> Message | None:
    """Why an expense cannot be reversed; None when it can."""
    if is_reversal or amount_fen < 0:
        return Message(N_("This row is itself a reversal; enter the expense again instead."))
    if already:
        return Message(N_("This expense has already been reversed."))
    return None
