"""The run of show, the order of precedence, and what a told case lacks (A8, P21)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from campaign.lectures.rules import Item, Prepared, in_precedence, lacking, names_in, run_of_show

MIDNIGHT = datetime(2024, 10, 24, 16, 0, tzinfo=UTC)
START = MIDNIGHT + timedelta(hours=14)
END = START + timedelta(hours=2)


def show(*items, told=None):
    return run_of_show(START, END, MIDNIGHT, items, told)


def clock(made):
    return [f"{(a - MIDNIGHT).seconds // 60}-{(b - MIDNIGHT).seconds // 60}" for a, b in made.slots]


def found(made):
    return [(one.key, one.item, str(one.message)) for one in made.findings]


def test_times_follow_from_the_lengths():
    """A8."""
    made = show(Item(10), Item(40))
    assert (clock(made), made.left_minutes, made.findings) == (["840-850", "850-890"], 70, ())


def test_an_agenda_that_ends_late_says_by_how_much():
    made = show(Item(100), Item(40))
    assert (made.left_minutes, found(made)) == (
        -20,
        [("overrun", None, "The agenda ends 20 minutes after the event.")],
    )


def test_a_fixed_time_leaves_a_gap_or_cuts_into_the_item_ahead():
    """A8: what follows a fixed item goes on from it."""
    made = show(Item(10), Item(10, fixed_minute=855), Item(5), Item(10, fixed_minute=860))
    assert clock(made) == ["840-850", "855-865", "865-870", "860-870"]
    assert found(made) == [
        ("gap", 1, "5 minutes before this are empty."),
        ("overlap", 3, "Begins 10 minutes before the item ahead of it ends."),
    ]


def test_only_signing_in_may_begin_before_the_event():
    assert [one.key for one in show(Item(30, kind="sign_in", fixed_minute=810), Item(10)).findings] == []
    assert found(show(Item(30, fixed_minute=810))) == [("early", 0, "Begins 30 minutes before the event.")]


def test_who_is_needed_in_two_items_at_once_is_named():
    """A8: double-booked people."""
    made = show(
        Item(20, "致辞", person="王五（副主席）"),
        Item(20, "合影", fixed_minute=850, charge="赵六、王五"),
        Item(10, "宣讲", person="孙七", charge="孙七"),
    )
    assert [text for key, _, text in found(made) if key == "booked"] == [
        "王五 is needed in “致辞” at the same time.",
        "孙七 speaks here and cannot be in charge behind the stage.",
    ]


def test_items_that_touch_do_not_double_book():
    assert show(Item(20, person="王五"), Item(20, person="王五")).findings == ()


def test_missing_speakers_cases_screens_and_materials_are_pointed_out():
    """A8."""
    made = show(
        Item(5, kind="address"),
        Item(5, kind="lecture", person="钱八"),
        Item(5, kind="film"),
        Item(5, materials="证书"),
        Item(5, materials="证书", materials_ready=True),
    )
    assert found(made) == [
        ("person", 0, "Nobody is named who speaks."),
        ("case", 1, "No case of the line-up is chosen."),
        ("screen", 2, "It is not said what the screen shows."),
        ("materials", 3, "Not ready yet: 证书."),
    ]


def test_cases_told_twice_or_not_at_all_are_named():
    one = Item(5, kind="lecture", person="钱八", case=7)
    assert found(show(one, one, told={7: "甲", 8: "乙"})) == [
        ("absent", None, "Not in the agenda yet: 乙."),
        ("case", 1, "This case is told already, as item 1."),
    ]


def test_names_are_parted_and_freed_of_their_titles():
    assert names_in("王 五（主任）、赵六, 孙七；周八/吴九") == ("王 五", "赵六", "孙七", "周八", "吴九")


@dataclass
class Seat:
    name: str
    rank: str
    level: str
    position: int


GUESTS = [
    Seat("企业家", "executive", "other", 0),
    Seat("市局长", "bureau_deputy", "city", 1),
    Seat("省厅长", "bureau_head", "province", 2),
    Seat("部门副局长", "bureau_deputy", "national", 3),
    Seat("院士", "academician", "other", 4),
    Seat("副部长", "ministry_deputy", "national", 5),
]


def test_guests_stand_by_rank_and_among_equals_who_comes_from_above_first():
    """A8: the customary order of precedence."""
    names = [one.name for one in in_precedence(GUESTS, by_hand=False)]
    assert names == ["副部长", "院士", "省厅长", "部门副局长", "市局长", "企业家"]


def test_the_order_by_hand_wins():
    assert in_precedence(GUESTS[::-1], by_hand=True) == GUESTS


READY = Prepared("甲", "乙", 2000, has_speech_file=False, has_slides=True, has_film=True)


@pytest.mark.parametrize(
    ("chars", "says"),
    [
        (0, ["no speech"]),
        (1599, ["the speech has 1599 characters, about 2,000 are asked for"]),
        (1600, []),
        (2400, []),
        (2401, ["the speech has 2401 characters, about 2,000 are asked for"]),
    ],
)
def test_a_speech_has_about_two_thousand_characters(chars, says):
    """P21."""
    told = Prepared("甲", "乙", chars, has_speech_file=False, has_slides=True, has_film=True)
    assert [str(one) for one in lacking(told)] == says


def test_a_file_stands_for_the_speech_and_everything_else_is_asked_for():
    told = Prepared("", "", 0, has_speech_file=True, has_slides=False, has_film=False)
    assert [str(one) for one in lacking(told)] == ["no speaker", "no stand-in", "no slides", "no film"]
    assert lacking(READY) == ()
