from datetime import UTC, datetime, timedelta

import pytest

from campaign.attendance.rules import (
    GateFacts,
    Person,
    Question,
    Satisfaction,
    guests_there,
    identity_key,
    masked_phone,
    moment_of,
    read_answers,
    same_person,
    satisfaction,
    share_of_target,
    tally,
    why_not_person,
    why_not_questions,
    why_not_signed,
    why_shut,
    window,
)

START = datetime(2024, 10, 20, 6, 30, tzinfo=UTC)
END = START + timedelta(hours=2)
GATE = GateFacts(*window("sign_in", START, END))


@pytest.mark.parametrize(
    ("now", "open_"),
    [
        (START - timedelta(hours=4), False),
        (START - timedelta(hours=3), True),
        (END + timedelta(hours=2), True),
        (END + timedelta(hours=3), False),
    ],
)
def test_an_address_works_around_its_event(now, open_):
    assert (why_shut(GATE, now) is None) is open_


def test_a_sign_in_without_network_may_arrive_after_the_end_but_not_be_made_then():
    late = END + timedelta(days=1)
    assert why_not_signed(GATE, START, late) is None
    assert why_not_signed(GATE, late, late) is not None
    assert why_not_signed(GATE, START, END + timedelta(days=4)) is not None


def test_an_address_that_was_taken_back_takes_nothing_however_early_it_was_made():
    gate = GateFacts(GATE.opens_at, GATE.closes_at, revoked=True)
    assert why_not_signed(gate, START, START) is not None


@pytest.mark.parametrize(("waited", "moved"), [(None, 0), (600, 600), (-5, 0), (10**9, 0)])
def test_how_long_a_phone_waited_tells_when_the_button_was_pressed(waited, moved):
    assert moment_of(waited, END) == END - timedelta(seconds=moved)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("张 三", "示例公司", ""), ("张三", "示例 公司", ""), True),
        (("张三", "示例公司", "13800000001"), ("张三", "示例公司", "+86 138 0000 0001"), True),
        (("张三", "示例公司", "13800000001"), ("张三", "示例公司", "13800000002"), False),
        (("张三", "示例公司", ""), ("张三", "示例公司", "13800000002"), True),
        (("张三", "示例公司", ""), ("张三", "别的公司", ""), False),
        (("张三", "示例公司", ""), ("李四", "示例公司", ""), False),
        (("ＺＨＡＮＧ", "示例", ""), ("zhang", "示例", ""), True),
    ],
)
def test_the_same_person_is_known_by_name_and_number_or_organisation(one, other, same):
    assert same_person(Person(*one), Person(*other)) is same


def test_two_spellings_of_one_person_have_one_key():
    assert identity_key(Person("张 三", "示例（公司）", "138-0000-0001")) == identity_key(
        Person("张三", "示例公司", "13800000001")
    )


@pytest.mark.parametrize(
    ("person", "field"),
    [
        (Person(" ", "示例"), "name"),
        (Person("张三", ""), "organisation"),
        (Person("张三", "示例", "123"), "phone"),
        (Person("张" * 61, "示例"), "name"),
    ],
)
def test_what_is_missing_is_said_at_its_field(person, field):
    problem = why_not_person(person)
    assert problem is not None
    assert problem[0] == field


def test_a_number_is_masked():
    assert [masked_phone(text) for text in ("13812345678", "+86 138 1234 5678", "123456", "")] == [
        "138****5678",
        "138****5678",
        "******",
        "",
    ]


def test_a_guest_is_ticked_off_by_name_where_it_is_the_name_of_one_guest():
    guests = {1: "王院士", 2: "李总", 3: "李总"}
    signed = [(10, "王 院士", None), (11, "李总", None), (12, "代理人", 2)]
    assert guests_there(guests, signed) == {1: 10, 2: 12}


SCALE, CHOICE, WORDS = (
    Question("scale", "满意吗"),
    Question("choice", "从哪里知道", ("网", "报")),
    Question("text", "建议"),
)


def test_a_survey_has_at_most_five_complete_questions():
    assert why_not_questions([SCALE] * 5) is None
    assert [
        why_not_questions(questions) is None
        for questions in ([], [SCALE] * 6, [Question("scale", " ")], [Question("choice", "选", ("一",))])
    ] == [False] * 4


def test_what_is_no_answer_counts_as_none():
    assert read_answers([SCALE, CHOICE, WORDS], {"1": "5", "2": "3", "3": " 好 "}) == (
        {"1": 5, "3": "好"},
        {2},
    )


def test_answers_are_counted_and_the_first_scale_is_the_satisfaction():
    """C."""
    answers = [{"1": 5, "2": 1, "3": "好"}, {"1": 4, "2": 2}, {"1": 2, "2": 2}]
    found = tally([SCALE, CHOICE, WORDS], answers)
    assert [one.counts for one in found] == [(0, 1, 0, 1, 1), (1, 2), ()]
    assert (found[0].mean, found[2].words) == (pytest.approx(11 / 3), ("好",))
    assert satisfaction([found, found]) == Satisfaction(4, 6)
    assert Satisfaction(2, 3).percent == 66
    assert satisfaction([]) is None


@pytest.mark.parametrize(
    ("percent", "target", "share"), [(95, "≥90", 100), (90, "≥90", 100), (45, "≥90", 50), (89, "满意", 89)]
)
def test_a_measured_share_is_told_against_its_target(percent, target, share):
    """C."""
    assert share_of_target(percent, target) == share
