import pytest

from campaign.lectures.rows import is_blank, place_of_cases, rearranged, rows_of

TYPED = {
    "title": ["宣讲"],
    "agenda-0-title": ["致辞"],
    "agenda-0-minutes": ["十"],
    "agenda-2-title": ["合影"],
    "guests-0-name": ["张三"],
}


def titles(typed) -> list[str]:
    return [row.get("title", [""])[0] for row in rows_of(typed, "agenda")]


def test_a_form_without_an_act_is_meant_to_be_saved():
    assert rearranged(TYPED, "", ["agenda"]) is None
    assert rearranged(TYPED, "add:budget", ["agenda"]) is None


@pytest.mark.parametrize(
    ("act", "after"),
    [
        ("add:agenda", ["致辞", "合影", ""]),
        ("remove:agenda:0", ["合影"]),
        ("up:agenda:1", ["合影", "致辞"]),
        ("down:agenda:0", ["合影", "致辞"]),
        ("up:agenda:0", ["致辞", "合影"]),
        ("down:agenda:1", ["致辞", "合影"]),
        ("remove:agenda:9", ["致辞", "合影"]),
        ("up:agenda:x", ["致辞", "合影"]),
    ],
)
def test_rows_are_added_removed_and_moved(act, after):
    assert titles(rearranged(TYPED, act, ["agenda"])) == after


def test_what_was_typed_stays_even_where_it_is_wrong():
    """ux: nothing is lost."""
    after = rearranged(TYPED, "down:agenda:0", ["agenda"])
    assert (after["agenda-1-minutes"], after["guests-0-name"], after["title"]) == (["十"], ["张三"], ["宣讲"])


def test_an_added_empty_row_stays_when_another_one_is_added():
    once = rearranged({}, "add:agenda", ["agenda"])
    assert len(rows_of(rearranged(once, "add:agenda", ["agenda"]), "agenda")) == 2


def test_a_row_of_blanks_is_blank():
    assert is_blank({"title": "  ", "minutes": None})
    assert not is_blank({"title": "", "minutes": 0})


@pytest.mark.parametrize(
    ("kinds", "place"),
    [
        ([], 0),
        (["opening", "address"], 2),
        (["opening", "comment", "closing"], 1),
        (["opening", "closing"], 1),
        (["lecture", "break", "lecture", "comment"], 3),
    ],
)
def test_further_cases_come_after_the_cases_or_before_the_end(kinds, place):
    assert place_of_cases(kinds) == place
