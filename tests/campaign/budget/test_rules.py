from datetime import date
from fractions import Fraction

import pytest

from campaign.budget.rules import (
    AmountError,
    LineState,
    day_warning,
    line_warnings,
    parse_yuan,
    why_not_planned,
    why_not_reversed,
    yuan_text,
)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1234.5", 123450),
        ("1,234.50", 123450),
        ("¥1,234.50", 123450),
        ("￥1,234.50元", 123450),
        ("１２３４．５０", 123450),
        ("0.01", 1),
        ("1.10", 110),
        ("4.35", 435),
        ("1 234元", 123400),
        ("100000000000", 10_000_000_000_000),
    ],
)
def test_an_amount_in_yuan_is_whole_fen_exactly(text, fen):
    """A1: no floating point between the voucher and the ledger."""
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    "text",
    ["", "abc", "1.234", "-5", "1,23", "12,345,6", "1e3", "1.2.3", "0", "0.00", "100000000000.01", "5万"],
)
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(AmountError):
        parse_yuan(text)


def test_zero_may_be_planned_but_not_spent():
    assert parse_yuan("0", zero_allowed=True) == 0


@pytest.mark.parametrize("fen", [0, 1, 99, 100, 123450])
def test_an_amount_survives_the_way_through_a_field(fen):
    assert parse_yuan(yuan_text(fen), zero_allowed=True) == fen


def test_left_and_rate_follow_from_plan_and_spending():
    """A1."""
    line = LineState("会议费", 10000, 2500)
    assert (line.left_fen, line.rate, LineState("其他", 0, 5).rate) == (7500, Fraction(1, 4), None)


def test_overspending_and_a_plan_beside_the_contract_are_said():
    """A1."""
    lines = [LineState("会议费", 10000, 12550), LineState("差旅费", 5000, 5000)]
    assert [str(m) for m in line_warnings(lines, 20_000)] == [
        "“会议费” is overspent by 25.50 yuan.",
        "The lines plan 150.00 yuan, the contract gives 200.00 yuan.",
    ]
    assert line_warnings([LineState("会议费", 20_000, 20_000)], 20_000) == ()


def test_the_lines_together_may_not_plan_more_than_the_contract():
    """A1."""
    assert why_not_planned([100, 100], 200) is None
    assert why_not_planned([100, 101], 200) is not None


@pytest.mark.parametrize(
    ("day", "warned"), [(date(2024, 6, 30), True), (date(2024, 7, 1), False), (date(2024, 12, 1), True)]
)
def test_a_day_outside_the_programme_is_said(day, warned):
    assert (day_warning(day, date(2024, 7, 1), date(2024, 11, 30)) is not None) is warned


@pytest.mark.parametrize(
    ("amount", "is_reversal", "already", "allowed"),
    [(100, False, False, True), (100, False, True, False), (-100, True, False, False)],
)
def test_an_expense_is_reversed_once_and_a_reversal_never(amount, is_reversal, already, allowed):
    """A1."""
    assert (why_not_reversed(amount, is_reversal=is_reversal, already=already) is None) is allowed
