"""Seats of the regions, nominations with their surplus, park associations (A2, A3, A5, P2, P3)."""

from __future__ import annotations

import re

import pytest

from campaign.access import Actor, Seat
from campaign.accounts.models import Role
from campaign.cases.seats import standing
from campaign.programmes.profiles import load
from campaign.tables import read_workbook
from tests.factories import make_case, make_enterprise

SEATS = {"广州市": 16, "珠海市": 3}


@pytest.fixture
def nominated(world, session):
    """Give 广州 twenty cases, of which five were chosen, 珠海 three, and one to a region without seats."""
    titles = (f"案例{number}" for number in range(100))

    def case(region, **facts):
        make_case(session, world, next(titles), region=region, **facts)

    for number in range(20):
        case("广州市", state="selected" if number < 5 else "nominated", by_park_association=number < 7)
    for _ in range(3):
        case("珠海市")
    case("深海市")
    case("", by_park_association=True)
    case("珠海市", state="withdrawn")


def seats_of(world, session):
    actor = Actor(0, (Seat(Role.LEAD, world.programme.organisation.path),))
    return standing(session, world.programme, load(world.programme.profile_key), actor)


def test_nominations_are_set_against_seats_region_by_region(world, session, nominated):
    found = seats_of(world, session)
    rows = {row.use.region: row for row in found.regions}
    told = [(name, rows[name].use.seats, rows[name].use.nominated, rows[name].use.missing) for name in SEATS]
    assert told == [("广州市", 16, 20, 0), ("珠海市", 3, 3, 1)]
    assert (rows["广州市"].chosen, rows["广州市"].by_park) == (5, 7)
    assert (found.seats, found.nominated, found.chosen) == (100, 25, 5)
    assert (found.park_of_nominated.count, found.park_of_nominated.whole) == (8, 25)
    assert (found.park_of_chosen.count, found.park_of_chosen.whole) == (5, 5)


def test_cases_of_no_region_of_the_table_come_last(world, session, nominated):
    last = seats_of(world, session).regions[-1]
    assert (last.use.region, last.use.seats, last.use.nominated, last.by_park) == ("-", 0, 2, 1)


def test_an_enterprise_above_its_number_of_cases_is_named(world, session):
    firm = make_enterprise(session, world, name="示例钢铁有限公司")
    for number in range(3):
        make_case(session, world, f"案例{number}", enterprise=firm)
    make_case(session, world, "案例9")
    found = seats_of(world, session).too_many
    assert [(one.enterprise, one.cases, one.limit) for one in found] == [
        ("示例钢铁有限公司", ("案例0", "案例1", "案例2"), 2)
    ]


def test_every_count_opens_exactly_its_rows(client, world, session, nominated):
    world.login(client, "lead")
    base = f"/p/{world.programme.key}/cases"
    page = client.get(f"{base}/seats").get_data(as_text=True)
    links = re.findall(r'class="count" href="([^"]+)"><span class="figure">(\d+)</span>', page)
    assert [int(count) for _, count in links] == [20, 5, 7, 3, 2, 1]
    for link, count in links:
        (sheet,) = read_workbook(client.get(f"{link.replace('&amp;', '&')}&format=xlsx").data, "rows.xlsx")
        assert (link, sheet.height - 1) == (link, int(count))


def test_the_table_is_exported_as_it_stands(client, world, session, nominated):
    world.login(client, "lead")
    answer = client.get(f"/p/{world.programme.key}/cases/seats?format=xlsx")
    (sheet,) = read_workbook(answer.data, "seats.xlsx")
    rows = {row[0]: tuple(row[1:]) for row in sheet.values}
    assert rows["广州市"] == (16, 20, 20, 0, 5, 7, "已满额并达到差额")
    assert rows["珠海市"][:4] == (3, 3, 4, 1)
