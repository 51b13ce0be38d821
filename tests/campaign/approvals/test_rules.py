"""Who may do what, what changed, what files are called: without a database (A8, A16, P10, P16)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from campaign.approvals import rules
from campaign.approvals.rules import Person, Piece, Run, Snapshot, State

MAKER, SENDER, SECOND, CENTRE = 1, 2, 3, 4
OFFICER = Person(SECOND, works=True)
REVIEWER = Person(CENTRE, decides=True)
BEFORE = Snapshot("clip", "标题", "第一句。第二句。", (Piece("film", "a" * 64),), {"duration": "120"})


def decides(stage, person):
    return rules.may_decide(stage, person, maker_id=MAKER, submitter_id=SENDER) is None


@pytest.mark.parametrize(
    ("stage", "person", "may"),
    [
        ("internal", OFFICER, True),
        ("internal", Person(SECOND, works=True, leads=True), True),
        ("internal", Person(MAKER, works=True, leads=True), False),
        ("internal", Person(SENDER, works=True, leads=True), False),
        ("internal", REVIEWER, False),
        ("centre", REVIEWER, True),
        ("centre", OFFICER, False),
        ("centre", Person(MAKER, works=True, decides=True), False),
        ("centre", Person(SENDER, works=True, decides=True), False),
    ],
)
def test_nobody_decides_on_his_own_work_and_only_the_centre_for_the_centre(stage, person, may):
    assert decides(stage, person) is may


@pytest.mark.parametrize(
    ("state", "changed", "may"),
    [
        ("draft", False, True),
        ("draft", True, True),
        ("returned", False, True),
        ("internal", True, False),
        ("centre", True, False),
        ("approved", False, False),
        ("approved", True, True),
        ("published", False, False),
        ("published", True, True),
    ],
)
def test_what_waits_is_not_sent_twice_and_what_is_approved_only_after_a_change(state, changed, may):
    assert (rules.may_send(state, changed=changed) is None) is may


@pytest.mark.parametrize(
    ("person", "may"),
    [
        (Person(MAKER, works=True), True),
        (Person(SENDER, works=True), True),
        (Person(SECOND, works=True, leads=True), True),
        (OFFICER, False),
        (REVIEWER, False),
    ],
)
def test_a_submission_is_withdrawn_by_its_people_or_the_lead(person, may):
    assert (rules.may_withdraw("pending", person, maker_id=MAKER, submitter_id=SENDER) is None) is may


def test_what_was_edited_after_its_approval_is_a_draft_again():
    shown = [rules.shown_state(state, changed=True) for state in State]
    assert shown == ["draft", "internal", "centre", "returned", "draft", "published"]


def test_the_centre_is_the_root_of_the_tree():
    assert [rules.is_centre(path) for path in ("/1/", "/1/4/", "/1/4/9/")] == [True, False, False]


def test_a_fingerprint_holds_the_words_and_files_but_not_the_facts():
    same = Snapshot("clip", "标题", "第一句。第二句。", (Piece("film", "a" * 64, "x"),), {"duration": "99"})
    other = [
        Snapshot("story", *(BEFORE.title, BEFORE.text, BEFORE.pieces)),
        Snapshot("clip", "标题二", BEFORE.text, BEFORE.pieces),
        Snapshot("clip", "标题", "第一句。", BEFORE.pieces),
        Snapshot("clip", "标题", BEFORE.text, (Piece("film", "b" * 64),)),
        Snapshot("clip", "标题", BEFORE.text, (Piece("cover", "a" * 64),)),
    ]
    assert same.fingerprint == BEFORE.fingerprint
    assert len({one.fingerprint for one in (BEFORE, *other)}) == 6


def test_differences_name_what_to_look_at_again():
    after = Snapshot("clip", "新标题", BEFORE.text, (Piece("film", "b" * 64),), {"duration": "118"})
    assert [(d.key, d.before, d.after) for d in rules.differences(BEFORE, after)] == [
        ("title", "标题", "新标题"),
        ("film", "a" * 12, "b" * 12),
        ("duration", "120", "118"),
    ]
    assert rules.differences(BEFORE, BEFORE) == ()


def test_a_changed_text_is_laid_over_the_old_one_clause_by_clause():
    assert rules.text_runs("第一句。第二句，未改。", "第一句。第三句，未改。又一句。") == (
        Run("same", "第一句。"),
        Run("out", "第二句，"),
        Run("new", "第三句，"),
        Run("same", "未改。"),
        Run("new", "又一句。"),
    )


@pytest.mark.parametrize(
    ("body", "frame", "passage", "msgid"),
    [
        ("  ", None, "", "The comment is empty. Write what should be changed."),
        ("字" * 4001, None, "", "A comment may have %(limit)s characters at most."),
        ("好", 100, "", "This timecode lies behind the end of the film. Give one inside it."),
        ("好", 99, "", None),
        ("好", 0, "", None),
        ("好", None, "第二句", None),
        (
            "好",
            None,
            "第三句",
            "The passage does not stand in the text of this version. Select it there again.",
        ),
    ],
)
def test_a_comment_says_something_about_a_place_that_is_there(body, frame, passage, msgid):
    problem = rules.comment_problem(body, frame, 100, passage, BEFORE.text)
    assert (problem.msgid if problem else None) == msgid


def test_a_version_without_a_film_has_no_timecodes():
    assert rules.comment_problem("好", 1, None, "", "") is not None


def test_waiting_is_counted_in_whole_days_and_gets_louder():
    now = datetime(2024, 10, 8, tzinfo=UTC)
    ages = [
        now + timedelta(hours=1),
        now - timedelta(hours=71),
        now - timedelta(days=3),
        now - timedelta(days=7),
    ]
    days = [rules.waited_days(since, now) for since in ages]
    assert (days, [rules.patience(d) for d in days]) == (
        [0, 2, 3, 7],
        ["neutral", "neutral", "warning", "danger"],
    )


def test_files_of_a_package_are_named_as_the_notices_name_them():
    """P10, P11, P16."""
    assert rules.archive_name(["广州市", "示例/公司", "", "案例: 一"]) == "广州市+示例_公司+案例_ 一.zip"
    assert rules.piece_name("案例", "film", 1, 1, ".mp4") == "案例+视频.mp4"
    assert rules.piece_name("案例", "photo", 2, 3, ".jpg") == "案例+照片2.jpg"
    assert len(rules.archive_name(["长" * 500])) <= 190
