"""When a target will be reached at the present speed (ux: the gauge shows pace)."""

from datetime import date, timedelta

import pytest

from campaign.placements.pace import Forecast, forecast, in_words

STARTS, DUE, TODAY = date(2024, 7, 1), date(2024, 10, 31), date(2024, 10, 30)

STUCK = (
    "%(missing)s %(unit)s are missing; nothing was added in the last 30 days, "
    "so they will not be there by %(due)s."
)
LATE = "%(missing)s %(unit)s are missing; at the present speed it takes until %(there)s, %(late)s days late."


def ahead(days, required=100, today=TODAY):
    return forecast(days, required=required, starts=STARTS, due=DUE, today=today)


def test_the_speed_is_that_of_the_last_thirty_days():
    """18 pieces in 30 days; 23 more take 39 days: 8 December, 38 days after the deadline."""
    lately = [TODAY - timedelta(days=n) for n in range(18)]
    found = ahead([date(2024, 7, 5)] * 59 + lately)
    assert (found.missing, found.there_on, found.late_days) == (23, date(2024, 12, 8), 38)


def test_a_reached_target_misses_nothing():
    assert ahead([STARTS] * 5, required=5) == Forecast(0, 0.0, None, 0)


@pytest.mark.parametrize("days", [[], [date(2024, 7, 2)] * 9])
def test_without_anything_new_there_is_no_day(days):
    assert ahead(days).there_on is None


def test_before_the_first_month_is_over_the_days_so_far_are_the_measure():
    found = ahead([date(2024, 7, 1), date(2024, 7, 4)], required=4, today=date(2024, 7, 4))
    assert (found.there_on, found.late_days) == (date(2024, 7, 8), 0)


@pytest.mark.parametrize(
    ("days", "today", "msgid"),
    [
        ([STARTS] * 100, TODAY, "The target is reached."),
        ([], date(2024, 11, 1), "%(missing)s %(unit)s are missing; the deadline was %(due)s."),
        (
            [],
            TODAY,
            STUCK,
        ),
        (
            [TODAY] * 10,
            TODAY,
            LATE,
        ),
        (
            [TODAY] * 99,
            TODAY,
            "%(missing)s %(unit)s are missing; at the present speed they are there by %(there)s.",
        ),
    ],
)
def test_every_state_has_its_sentence(days, today, msgid):
    found = ahead(days, today=today)
    assert in_words(found, due=DUE, today=today, unit="篇").msgid == msgid
