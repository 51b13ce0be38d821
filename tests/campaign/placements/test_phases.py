"""Days of the phases of the publicity plan (A10, B1)."""

from datetime import date

import pytest

from campaign.accounts.models import Role
from campaign.accounts.services import create_user
from campaign.placements import phases
from campaign.placements.phases import PhaseDays
from campaign.programmes.profiles import load

ADDRESS = "/p/guangdong-2024/placements/phases"
WARM_UP = PhaseDays("活动预热", date(2024, 7, 1), date(2024, 8, 15))
LIVE = PhaseDays("现场直播", date(2024, 8, 16), date(2024, 10, 31))


def rows(*said):
    return {
        f"rows-{at}-{name}": value
        for at, row in enumerate(said)
        for name, value in zip(("title", "starts", "ends"), row, strict=True)
    }


def test_phases_begin_with_the_names_of_the_notice_and_no_days(session, world):
    found = phases.phases_of(session, world.programme, load("guangdong-2024"))
    assert found == [PhaseDays(name, None, None) for name in ("活动预热", "现场直播", "专题报道", "重点推送")]


def test_the_form_offers_the_names_and_saves_the_days(client, session, world):
    world.login(client, "lead")
    page = client.get(ADDRESS).get_data(as_text=True)
    assert [name in page for name in ("活动预热", "现场直播", "专题报道", "重点推送")] == [True] * 4
    said = rows(
        ("活动预热", "2024-07-01", "2024-08-15"),
        ("现场直播", "2024-08-16", "2024-10-31"),
        ("专题报道", "", ""),
        ("", "", ""),
    )
    assert client.post(ADDRESS, data=said).status_code == 302
    assert phases.phases_of(session, world.programme, load("guangdong-2024")) == [WARM_UP, LIVE]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (("活动预热", "2024-07-01", ""), "请填写截止日"),
        (("活动预热", "", "2024-07-01"), "请填写起算日"),
        (("活动预热", "2024-07-02", "2024-07-01"), "截止日早于起算日"),
        (("", "2024-07-01", "2024-07-02"), "请填写阶段名称"),
    ],
)
def test_half_a_row_is_refused_at_its_field_and_stores_nothing(client, session, world, row, fault):
    world.login(client, "lead")
    answer = client.post(ADDRESS, data=rows(row))
    assert (answer.status_code, fault in answer.get_data(as_text=True)) == (422, True)
    assert phases.phases_of(session, world.programme, load("guangdong-2024"))[0].starts is None


def test_the_same_name_twice_is_refused(client, world):
    world.login(client, "lead")
    answer = client.post(
        ADDRESS,
        data=rows(("活动预热", "2024-07-01", "2024-07-02"), ("活动预热", "2024-08-01", "2024-08-02")),
    )
    assert (answer.status_code, "写了两次" in answer.get_data(as_text=True)) == (422, True)


def test_a_phase_that_keeps_its_name_keeps_its_row(session, world):
    profile = load("guangdong-2024")
    phases.set_phases(session, world.programme, [WARM_UP, LIVE])
    longer = PhaseDays("活动预热", date(2024, 7, 1), date(2024, 8, 20))
    phases.set_phases(session, world.programme, [longer])
    assert phases.phases_of(session, world.programme, profile) == [longer]
    phases.set_phases(session, world.programme, [])
    assert phases.phases_of(session, world.programme, profile)[0] == PhaseDays("活动预热", None, None)


def test_the_lead_of_a_city_does_not_set_the_phases_of_the_province(client, session, world):
    create_user(
        session,
        username="city-lead",
        name="市级负责人",
        password="correct horse staple",
        seats=[(world.city, Role.LEAD)],
    )
    session.commit()
    client.post("/login", data={"username": "city-lead", "password": "correct horse staple"})
    assert client.get(ADDRESS).status_code == 403
    assert client.get(ADDRESS.replace("phases", "analysis")).status_code == 200
