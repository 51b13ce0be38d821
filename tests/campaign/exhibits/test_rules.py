from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from campaign.exhibits.rules import (
    STEPS,
    LinkFacts,
    points_centi,
    ranks,
    read_sheet,
    standings,
    unfinished,
    why_not_admitted,
    why_not_counted,
    why_not_label,
    why_not_state,
    why_not_step,
    why_shut,
)


@pytest.mark.parametrize(
    ("year", "admitted"), [(None, False), (2018, False), (2019, True), (2024, True), (2025, False)]
)
def test_only_a_little_giant_of_a_real_year_may_nominate(year, admitted):
    """A14."""
    assert (why_not_admitted(year, 2024) is None) is admitted


def test_a_firm_without_a_year_is_told_why():
    """A14."""
    assert str(why_not_admitted(None, 2024)).startswith("Only a little giant may nominate an exhibit")


def test_the_points_are_the_weighted_mean_and_nothing_while_one_is_missing():
    """A14."""
    assert points_centi([100, 0, 55], [1, 1, 1]) == 5167
    assert points_centi([100, 0, 55], [2, 1, 1]) == 6375
    assert points_centi([100, None, 55], [1, 1, 1]) is None


@pytest.mark.parametrize(
    ("level", "admitted"), [("national", True), ("key", True), ("provincial", False), ("none", False)]
)
def test_only_the_national_list_makes_a_little_giant(level, admitted):
    """A14."""
    assert (why_not_admitted(2022, 2024, level) is None) is admitted


def test_a_lead_admits_with_a_reason_long_enough_to_be_one():
    """A14."""
    assert why_not_admitted(None, 2024, "none", "填补省内空白") is None
    assert why_not_admitted(None, 2024, "none", "好") is not None


def test_experts_rank_by_weighted_means_and_ties_are_told():
    """A14."""
    scores = {1: [(80, 80, 80), (90, 70, 80)], 2: [(80, 80, 80)], 3: [], 4: [(100, 100, 99)]}
    found = standings(scores, [1, 1, 1])
    assert [(one.exhibit_id, one.rank, one.tied, one.points_centi) for one in found] == [
        (4, 1, False, 9967),
        (1, 2, True, 8000),
        (2, 2, True, 8000),
        (3, None, False, None),
    ]
    assert found[1].means == (Fraction(85), Fraction(75), Fraction(80))
    assert [one.exhibit_id for one in standings(scores, [2, 1, 1])][:3] == [4, 1, 2]


def test_a_sheet_is_read_exhibit_by_exhibit():
    typed = {"innovation-1": "90", "representativeness-1": "0", "interactivity-1": "100", "recused-2": "1"}
    typed |= {"innovation-2": "5", "innovation-3": "101", "interactivity-4": ""}
    sheet, wrong = read_sheet([1, 2, 3, 4], typed)
    assert sheet[1] == ((90, 0, 100), False)
    assert sheet[2] == ((None, None, None), True)
    assert (wrong, unfinished(sheet)) == ({3: "innovation"}, [3, 4])


NOW = datetime(2024, 10, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("link", "open_"),
    [
        (LinkFacts(NOW, 0, 1), True),
        (LinkFacts(NOW - timedelta(seconds=1), 0, 1), False),
        (LinkFacts(NOW, 1, 1), False),
        (LinkFacts(NOW, 0, 1, revoked=True), False),
    ],
)
def test_a_link_ends_by_time_by_number_and_by_being_taken_back(link, open_):
    assert (why_shut(link, NOW) is None) is open_


@pytest.mark.parametrize(("length", "fits"), [(0, True), (39, False), (40, True), (150, True), (151, False)])
def test_a_label_has_a_length(length, fits):
    assert (why_not_label("字" * length) is None) is fits


def test_the_chain_has_no_gap_and_goes_forward():
    def allowed(kind, done, at=NOW, state="chosen"):
        return why_not_step(kind, done, state=state, happened_at=at, now=NOW) is None

    before = [("collected", NOW - timedelta(days=1))]
    assert allowed("collected", [])
    assert allowed("delivered", before)
    assert not allowed("delivered", [])
    assert not allowed("collected", before)
    assert not allowed("delivered", before, at=NOW - timedelta(days=2))
    assert not allowed("delivered", before, at=NOW + timedelta(days=1))
    assert not allowed("collected", [], state="shortlisted")
    assert not allowed("collected", [(kind, NOW) for kind in STEPS])


def test_equal_totals_share_a_rank_and_the_next_one_is_skipped():
    assert ranks({1: 200, 2: 250, 3: 200, 4: None, 5: 10}) == {1: 2, 2: 1, 3: 2, 4: None, 5: 4}


@pytest.mark.parametrize(
    ("state", "score", "reason", "allowed"),
    [
        ("chosen", None, "理由充分", False),
        ("shortlisted", None, "", False),
        ("shortlisted", 0, "", True),
        ("chosen", 0, "理由充分", True),
        ("chosen", 0, "好", False),
        ("declined", None, "理由充分", True),
        ("declined", None, "", False),
    ],
)
def test_a_choice_needs_scores_and_a_reason(state, score, reason, allowed):
    """A14."""
    assert (why_not_state(state, score, reason) is None) is allowed


@pytest.mark.parametrize(
    ("state", "year", "counts"),
    [
        ("nominated", 2021, True),
        ("chosen", 2021, True),
        ("declined", 2021, False),
        ("nominated", None, False),
    ],
)
def test_what_counts_as_nominated(state, year, counts):
    """A14."""
    assert (why_not_counted(state, year) is None) is counts
