"""Money in fen: reading amounts, shares of the budget, and what deserves a warning; pure (A1).

An expense counts as executed once a second person has approved it; those that wait stand beside and are
warned of in time.
"""

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


def grouped(fen: int) -> str:
    """An amount as it is read in a sentence: 1,234.50; from whole numbers only."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


@dataclass(frozen=True)
class LineState:
    """A budget line with what was spent from it, in fen; `pending_fen` waits for approval."""

    name: str
    planned_fen: int
    spent_fen: int
    pending_fen: int = 0

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
            {"line": line.name, "amount": grouped(-line.left_fen)},
        )
        for line in lines
        if line.left_fen < 0
    ]
    found += [
        Message(
            N_("“%(line)s” will be overspent by %(amount)s yuan once everything pending is approved."),
            {"line": line.name, "amount": grouped(line.pending_fen - line.left_fen)},
        )
        for line in lines
        if 0 <= line.left_fen < line.pending_fen
    ]
    planned = sum(line.planned_fen for line in lines)
    if contract_fen and planned != contract_fen:
        text = N_("The lines plan %(planned)s yuan, the contract gives %(contract)s yuan.")
        amounts = {"planned": grouped(planned), "contract": grouped(contract_fen)}
        found.append(Message(text, amounts))
    return tuple(found)


def why_not_planned(planned_fen: Sequence[int], contract_fen: int) -> Message | None:
    """Why planned amounts cannot be saved: together they may not exceed the contract (A1)."""
    total = sum(planned_fen)
    if not contract_fen or total <= contract_fen:
        return None
    return Message(
        N_("The lines plan %(planned)s yuan together; the contract gives only %(contract)s yuan."),
        {"planned": grouped(total), "contract": grouped(contract_fen)},
    )


def day_warning(day: date, starts: date, ends: date) -> Message | None:
    """What to say of an expense whose day lies outside the programme."""
    if starts <= day <= ends:
        return None
    return Message(
        N_("The day lies outside the programme, which runs from %(starts)s to %(ends)s; please check it."),
        {"starts": starts, "ends": ends},
    )


def outside_warning(count: int, amount_fen: int) -> Message | None:
    """What to say of all expenses whose day lies outside the programme; None where there is none."""
    if count == 0:
        return None
    return Message(
        N_("%(count)s expenses of %(amount)s yuan in all are dated outside the programme."),
        {"count": count, "amount": grouped(amount_fen)},
    )


def why_not_decided(state: str, entered_by_id: int | None, actor_id: int) -> Message | None:
    """Why this person cannot approve or send back an expense: never the one who entered it (A1, A18)."""
    if state != "pending":
        return Message(N_("This expense no longer waits for approval; please look at it again."))
    if entered_by_id is None:
        return Message(N_("It is not known who entered this expense; withdraw it and enter it anew."))
    if entered_by_id == actor_id:
        return Message(N_("You entered this expense yourself; a second person has to approve it."))
    return None


def why_not_withdrawn(state: str) -> Message | None:
    """Why an expense cannot be withdrawn; only one that waits can."""
    if state == "pending":
        return None
    return Message(N_("Only an expense that waits for approval can be withdrawn; reverse an approved one."))


def why_not_reversed(amount_fen: int, *, state: str, is_reversal: bool, already: bool) -> Message | None:
    """Why an expense cannot be reversed; None when it can."""
    if is_reversal or amount_fen < 0:
        return Message(N_("This row is itself a reversal; enter the expense again instead."))
    if already:
        return Message(N_("This expense has already been reversed."))
    if state != "approved":
        return Message(N_("Only an approved expense can be reversed; withdraw one that still waits."))
    return None


def next_voucher_number(month: str, taken: Sequence[str]) -> str:
    """The number an expense of this month (2024-10) gets when nobody types one: 202410-003."""
    prefix = month.replace("-", "") + "-"
    used = [
        int(text[len(prefix) :])
        for text in taken
        if text.startswith(prefix) and text[len(prefix) :].isdecimal()
    ]
    return f"{prefix}{max(used, default=0) + 1:03d}"
