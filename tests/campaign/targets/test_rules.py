from datetime import date

import pytest

from campaign.targets.rules import Pace, Standing, pace

JULY, NOVEMBER = date(2024, 7, 1), date(2024, 11, 30)


def judge(actual, today, required=30, due=NOVEMBER):
    return pace(required=required, actual=actual, starts=JULY, due=due, today=today)


@pytest.mark.parametrize(
    ("actual", "today", "expected"),
    [
        (0, date(2024, 6, 1), Pace(Standing.NOT_STARTED, 0, 0)),
        (0, JULY, Pace(Standing.ON_PACE, 0, 0)),
        (14, date(2024, 9, 15), Pace(Standing.BEHIND, 15, 1)),
        (15, date(2024, 9, 15), Pace(Standing.ON_PACE, 15, 0)),
        (16, date(2024, 9, 15), Pace(Standing.AHEAD, 15, 0)),
        (30, date(2024, 9, 15), Pace(Standing.MET, 15, 0)),
        (29, NOVEMBER, Pace(Standing.BEHIND, 30, 1)),
        (29, date(2024, 12, 1), Pace(Standing.OVERDUE, 30, 1)),
        (31, date(2025, 1, 1), Pace(Standing.MET, 30, 0)),
    ],
)
def test_a_target_is_judged_by_an_even_pace_to_its_deadline(actual, today, expected):
    """A12: at least 30 clips by the end of the programme."""
    assert judge(actual, today) == expected


def test_a_target_due_before_it_starts_is_judged_without_dividing_by_nothing():
    assert judge(0, JULY, due=JULY) == Pace(Standing.ON_PACE, 0, 0)


def test_one_event_is_not_late_before_its_day():
    """A7: at least one lecture event by 31 October; a single event has no half-way mark."""
    found = judge(0, date(2024, 10, 31), required=1, due=date(2024, 10, 31))
    assert found == Pace(Standing.BEHIND, 1, 1)
    assert judge(0, date(2024, 10, 30), required=1, due=date(2024, 10, 31)) == Pace(Standing.ON_PACE, 0, 0)
