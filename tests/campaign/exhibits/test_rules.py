import pytest

from campaign.exhibits.rules import ranks, total, why_not_admitted, why_not_counted, why_not_state


@pytest.mark.parametrize(
    ("year", "admitted"), [(None, False), (2018, False), (2019, True), (2024, True), (2025, False)]
)
def test_only_a_little_giant_of_a_real_year_may_nominate(year, admitted):
    """A14."""
    assert (why_not_admitted(year, 2024) is None) is admitted


def test_a_firm_without_a_year_is_told_why():
    """A14."""
    assert str(why_not_admitted(None, 2024)).startswith("Only a little giant may nominate an exhibit")


def test_the_total_is_the_sum_of_three_and_nothing_while_one_is_missing():
    """A14."""
    assert (total([100, 0, 55]), total([100, None, 55])) == (155, None)


def test_equal_totals_share_a_rank_and_the_next_one_is_skipped():
    assert ranks({1: 200, 2: 250, 3: 200, 4: None, 5: 10}) == {1: 2, 2: 1, 3: 2, 4: None, 5: 4}


@pytest.mark.parametrize(
    ("state", "score", "allowed"),
    [("chosen", None, False), ("shortlisted", None, False), ("chosen", 0, True), ("declined", None, True)],
)
def test_a_choice_needs_all_three_scores(state, score, allowed):
    """A14."""
    assert (why_not_state(state, score) is None) is allowed


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
