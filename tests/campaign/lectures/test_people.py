"""People of one name, and people who are needed twice (A8)."""

import re
from datetime import timedelta

import pytest

from campaign.attendance.models import SignIn
from campaign.lectures import papers
from campaign.lectures.elsewhere import Engagement, clashes
from campaign.lectures.models import LectureGuest
from campaign.lectures.people import told_apart
from campaign.reporting import seats_of
from tests.campaign.lectures.planned import STARTS, full_event

HERE = "/p/guangdong-2024/lectures"


@pytest.mark.parametrize(
    ("people", "names"),
    [
        ([("张伟", "甲大学"), ("李娜", "甲大学")], ["张伟", "李娜"]),
        ([("张伟", "甲大学"), ("张伟", "乙公司")], ["张伟（甲大学）", "张伟（乙公司）"]),
        ([("张伟", "甲大学"), ("张伟", "甲大学")], ["张伟（甲大学、1）", "张伟（甲大学、2）"]),
        ([("张伟", ""), ("张伟", "")], ["张伟（1）", "张伟（2）"]),
    ],
)
def test_people_of_one_name_are_told_apart_by_organisation_or_number(people, names):
    assert told_apart(people) == names


def test_two_guests_of_one_name_have_two_seats_and_two_badges(session, world):
    event = full_event(session, world)
    event.guests.append(LectureGuest(position=2, name="甲示例", title="经理", organisation="示例公司"))
    session.commit()
    plan = papers.plan_of(event, state_line="", at=STARTS)
    seats, _per_row, _rows = seats_of(plan)
    twice = ["甲示例（某省科协）", "甲示例（示例公司）"]
    assert sorted(seat.name for seat in seats if seat.name.startswith("甲示例")) == twice
    badges = [badge.name for badge in papers.badges_of(plan, "")]
    assert sorted(name for name in badges if name.startswith("甲示例")) == twice


def test_only_who_is_needed_in_overlapping_times_is_pointed_out():
    hour = timedelta(hours=1)
    mine = [Engagement("甲", STARTS, STARTS + hour, 0), Engagement("乙", STARTS, STARTS + hour)]
    other = [Engagement("甲", STARTS + hour, STARTS + 2 * hour), Engagement("乙", STARTS, STARTS + hour)]
    assert [(one.item, one.message.params) for one in clashes(mine, other, "第二场")] == [
        (None, {"name": "乙", "other": "第二场"})
    ]


def test_the_agenda_and_the_plan_say_who_is_needed_at_another_event(client, session, world):
    event = full_event(session, world)
    full_event(session, world, "市级活动", tier="city", starts_at=STARTS + timedelta(minutes=5))
    full_event(session, world, "另一天", tier="city", starts_at=STARTS + timedelta(days=1))
    world.login(client, "planner")
    for page in ("", "/agenda"):
        text = client.get(f"{HERE}/{event.id}{page}").get_data(as_text=True)
        found = ["甲示例 同一时间" in text, "市级活动》" in text, "另一天》" in text]
        assert found == [True, True, False]


def test_the_candidates_can_be_taken_away_as_a_workbook(client, session, world):
    """A6."""
    event = full_event(session, world)
    world.login(client, "planner")
    with client.get(f"{HERE}/{event.id}/line-up?format=xlsx") as served:
        assert (served.status_code, served.data[:2]) == (200, b"PK")


def test_the_held_form_proposes_what_was_counted(client, session, world):
    """A7."""
    event = full_event(session, world)
    session.add(
        SignIn(event_id=event.id, client_id="1", identity_key="a", name="观众", way="phone", signed_at=STARTS)
    )
    session.commit()
    world.login(client, "planner")
    page = client.get(f"{HERE}/{event.id}/held").get_data(as_text=True)
    assert re.findall(r'name="attendance_o\w+"[^>]*value="(\d*)"', page) == ["1", ""]
