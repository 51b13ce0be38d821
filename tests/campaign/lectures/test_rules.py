from datetime import UTC, date, datetime, timedelta

import pytest

from campaign.lectures.rules import (
    EventFacts,
    LineUpCase,
    LineUpLimits,
    line_up_facts,
    why_not_counted,
    why_not_held,
)

LIMITS = LineUpLimits(least=10, most=10, per_city=2, park_percent=30)
START = datetime(2024, 10, 25, 6, 0, tzinfo=UTC)


def line_up(*cities: str, parks: int = 0) -> list[LineUpCase]:
    return [LineUpCase(city, index < parks) for index, city in enumerate(cities)]


def kept(cases, limits=LIMITS) -> dict[str, bool]:
    return {fact.key: fact.kept for fact in line_up_facts(cases, limits)}


FIVE = ("广州", "广州", "深圳", "深圳", "佛山", "佛山", "东莞", "东莞", "中山", "珠海")


def test_ten_cases_two_per_city_and_three_from_parks_keep_all_limits():
    """A6: exactly 30 % is enough."""
    assert kept(line_up(*FIVE, parks=3)) == {"number": True, "per_city": True, "park": True}


def test_two_parks_of_ten_are_too_few():
    """A6."""
    assert kept(line_up(*FIVE, parks=2))["park"] is False


def test_a_third_case_of_one_city_is_named():
    """A6: at most two cases from any city."""
    facts = line_up_facts(line_up("广州", "广州", "广州", "深圳"), LIMITS)
    assert str(facts[1].message) == "More than 2 cases from: 广州."


def test_cases_without_a_city_do_not_stand_against_each_other():
    assert kept(line_up("", "", ""))["per_city"] is True


@pytest.mark.parametrize(("count", "fits"), [(9, False), (10, True), (14, True)])
def test_without_an_upper_limit_ten_or_more_are_right(count, fits):
    """P4: Guangdong asks for at least 10."""
    assert kept(line_up(*(str(n) for n in range(count))), LineUpLimits(least=10)) == {"number": fits}


def test_an_empty_line_up_keeps_no_share():
    assert kept([]) == {"number": False, "per_city": True, "park": False}


DUE = date(2024, 10, 31)
HELD = {"tier": "province", "state": "held", "day": DUE, "attendance_on_site": 200, "attendance_online": 9000}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, None),
        ({"tier": "city"}, "It is an event of a city; the target counts events of the province."),
        ({"state": "planned"}, "It has not been held yet."),
        ({"state": "cancelled"}, "It was cancelled."),
        ({"day": date(2024, 11, 1)}, "It was held after the due day, 2024-10-31."),
        (
            {"attendance_online": 0},
            "The target asks for an audience on site and online; one of the two is missing.",
        ),
        (
            {"attendance_on_site": 0},
            "The target asks for an audience on site and online; one of the two is missing.",
        ),
    ],
)
def test_an_event_counts_when_the_province_held_it_in_time_on_site_and_online(change, reason):
    """A7."""
    found = why_not_counted(EventFacts(**(HELD | change)), DUE)
    assert (str(found) if found else None) == reason


@pytest.mark.parametrize(
    ("state", "later_s", "on_site", "photo", "allowed"),
    [
        ("planned", 0, 1, True, True),
        ("held", 0, 1, True, True),
        ("planned", -1, 1, True, False),
        ("planned", 0, 0, True, False),
        ("planned", 0, 1, False, False),
        ("cancelled", 0, 1, True, False),
    ],
)
def test_an_event_is_held_only_after_its_beginning_with_audience_and_photo(
    state, later_s, on_site, photo, allowed
):
    """A7."""
    now = START + timedelta(seconds=later_s)
    found = why_not_held(state, START, now, attendance_on_site=on_site, attendance_online=0, has_photo=photo)
    assert (found is None) is allowed
