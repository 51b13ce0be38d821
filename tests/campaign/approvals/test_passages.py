"""Passages of a plan and deadlines of its review: without a database (A8)."""

from datetime import UTC, datetime, timedelta

import pytest

from campaign.approvals.passages import ADDED, CHANGED, MOVED, REMOVED, Writer, changes, plain, restored
from campaign.approvals.plan_counts import PlanState, rules_state
from campaign.approvals.rules import Piece, Snapshot, anchor_problem

STARTS = datetime(2024, 10, 25, 6, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def told(*guests, time="10月25日"):
    writer = Writer()
    writer.add("time", "概况", "时间", time)
    for name, text in guests:
        writer.add("guest", "嘉宾", name, text, about=name)
    return tuple(writer.passages)


def kinds(before, after):
    return [(change.kind, change.passage.label) for change in changes(before, after)]


def test_a_guest_put_in_between_is_one_new_passage():
    before = told(("甲", "主席"), ("丙", "副主席"))
    assert kinds(before, told(("甲", "主席"), ("乙", "院士"), ("丙", "副主席"))) == [(ADDED, "乙")]


def test_what_changed_left_and_came_is_told_apart():
    before = told(("甲", "主席"), ("乙", "院士"))
    after = told(("甲", "副主席"), ("丁", "教授"), time="10月26日")
    assert kinds(before, after) == [(CHANGED, "时间"), (CHANGED, "甲"), (ADDED, "丁"), (REMOVED, "乙")]


def test_another_order_of_precedence_is_a_change():
    (change,) = changes(told(("甲", "1"), ("乙", "2")), told(("乙", "2"), ("甲", "1")))
    assert (change.kind, change.before, change.after) == (MOVED, "甲、乙", "乙、甲")


def test_the_same_plan_has_no_change():
    assert changes(told(("甲", "主席")), told(("甲", "主席"))) == ()


def test_two_of_the_same_name_have_two_anchors():
    anchors = [p.anchor for p in told(("甲", "1"), ("甲", "2"))]
    assert len(set(anchors)) == len(anchors) == 3


def test_an_empty_text_is_no_passage():
    assert [p.anchor for p in told(("甲", " "))] == ["time"]


def test_anchors_fit_their_column():
    assert max(len(p.anchor) for p in told(("长" * 300, "x"))) <= 80


def test_passages_survive_their_storage():
    assert restored(plain(told(("甲", "主席")))) == told(("甲", "主席"))
    assert restored(None) == ()


def test_written_papers_do_not_make_another_version_and_passages_do():
    def fingerprint(sha, *guests):
        written = Piece("document", sha, "方案.docx", written=True)
        return Snapshot("plan", "场次", "", (written,), passages=told(*guests)).fingerprint

    assert fingerprint("a", ("甲", "主席")) == fingerprint("b", ("甲", "主席"))
    assert fingerprint("a", ("甲", "主席")) != fingerprint("a", ("甲", "院士"))


def test_a_comment_hangs_on_a_place_that_is_there_or_on_the_whole():
    assert [anchor_problem(a, ["time"]) is None for a in ("", "time", "venue")] == [True, True, False]


@pytest.mark.parametrize(
    ("decided", "now", "state"),
    [
        (None, STARTS - 20 * DAY, PlanState.OPEN),
        (None, STARTS - 14 * DAY, PlanState.SOON),
        (None, STARTS - 7 * DAY, PlanState.LATE),
        (None, STARTS, PlanState.MISSED),
        (STARTS - DAY, STARTS + DAY, PlanState.IN_TIME),
        (STARTS + DAY, STARTS + 2 * DAY, PlanState.MISSED),
    ],
)
def test_a_plan_is_due_a_week_before_and_missed_when_the_event_began(decided, now, state):
    """A8: before the event."""
    assert rules_state(decided, STARTS, 7, now) == state
