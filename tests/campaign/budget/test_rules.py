from datetime import date
from fractions import Fraction

import pytest

from campaign.budget.rules import (
    AmountError,
    LineState,
    day_warning,
    grouped,
    line_warnings,
    next_voucher_number,
    outside_warning,
    parse_yuan,
    why_not_decided,
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
    ("amount", "state", "is_reversal", "already", "allowed"),
    [
        (100, "approved", False, False, True),
        (100, "approved", False, True, False),
        (100, "pending", False, False, False),
        (-100, "approved", True, False, False),
    ],
)
def test_an_approved_expense_is_reversed_once_and_a_reversal_never(
    amount, state, is_reversal, already, allowed
):
    """A1."""
    problem = why_not_reversed(amount, state=state, is_reversal=is_reversal, already=already)
    assert (problem is None) is allowed


@pytest.mark.parametrize(
    ("state", "entered_by", "actor", "allowed"),
    [
        ("pending", 1, 2, True),
        ("pending", 1, 1, False),
        ("pending", None, 2, False),
        ("approved", 1, 2, False),
        ("refused", 1, 2, False),
        ("withdrawn", 1, 2, False),
    ],
)
def test_only_a_second_person_decides_and_only_once(state, entered_by, actor, allowed):
    """A1, A18: several pairs of eyes on every payment."""
    assert (why_not_decided(state, entered_by, actor) is None) is allowed


def test_what_waits_is_warned_of_before_it_overspends_a_line():
    """A1."""
    assert [str(m) for m in line_warnings([LineState("会议费", 10000, 8000, 2001)], 10000)] == [
        "“会议费” will be overspent by 0.01 yuan once everything pending is approved."
    ]
    assert line_warnings([LineState("会议费", 10000, 8000, 2000)], 10000) == ()


def test_a_voucher_number_follows_the_last_one_of_its_month():
    taken = ["202410-002", "记-17", "202409-009", "202410-x"]
    assert [next_voucher_number(m, taken) for m in ("2024-10", "2024-09", "2024-11")] == [
        "202410-003",
        "202409-010",
        "202411-001",
    ]


def test_large_amounts_are_told_to_the_fen():
    """A1: floating point would lose the last fen of this one."""
    assert grouped(90_071_992_547_409_93) == "90,071,992,547,409.93"
    assert grouped(-5) == "-0.05"


def test_expenses_outside_the_programme_are_counted_and_summed():
    """A1."""
    assert outside_warning(0, 0) is None
    assert (
        str(outside_warning(2, 123_456))
        == "2 expenses of 1,234.56 yuan in all are dated outside the programme."
    )
