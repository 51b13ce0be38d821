"""Seats that the planner gives: the rule, the verb and the page (A8)."""

import pytest
from sqlalchemy import select

from campaign.lectures.models import LectureSeat
from campaign.lectures.seats import Place, problem
from tests.campaign.lectures.planned import full_event

HERE = "/p/guangdong-2024/lectures"


@pytest.mark.parametrize(
    ("places", "kept"),
    [
        ([Place("甲", 1, 5), Place("乙", 1, 4)], True),
        ([Place("甲", 1, 5), Place("乙", 1, 5)], False),
        ([Place("甲", 11, 5)], False),
        ([Place("甲", 1, 0)], False),
    ],
)
def test_a_seat_lies_in_the_hall_and_belongs_to_one(places, kept):
    assert (problem(places, rows=10, per_row=12) is None) == kept


def test_a_hall_has_rows_and_seats():
    assert problem([], rows=0, per_row=12) is not None


@pytest.fixture
def page(client, session, world):
    event = full_event(session, world)
    return world.login(client, "planner"), f"{HERE}/{event.id}/seats"


def seats(session):
    rows = session.scalars(select(LectureSeat).order_by(LectureSeat.seat_row, LectureSeat.seat_number))
    return [(row.name, row.seat_row, row.seat_number, row.guest_id is not None) for row in rows]


def test_the_page_proposes_seats_and_keeps_those_that_were_changed(page, session):
    client, address = page
    assert client.get(address).status_code == 200
    typed = {
        "rows": "10",
        "per_row": "12",
        "name": ["甲示例", "林示例"],
        "row": ["1", ""],
        "number": ["7", ""],
    }
    assert client.post(address, data=typed).status_code == 303
    assert seats(session) == [("甲示例", 1, 7, True)]
    typed = typed | {"row": ["1", "1"], "number": ["6", "7"]}
    assert client.post(address, data=typed).status_code == 303
    assert seats(session) == [("甲示例", 1, 6, True), ("林示例", 1, 7, False)]
    assert client.post(f"{address}/propose").status_code == 303
    assert seats(session) == []


def test_a_refused_seating_keeps_what_was_typed(page, session):
    client, address = page
    typed = {"rows": "3", "per_row": "8", "name": ["甲示例"], "row": ["9"], "number": ["2"]}
    answer = client.post(address, data=typed)
    assert answer.status_code == 422
    assert 'name="row" inputmode="numeric" maxlength="2" value="9"' in answer.get_data(as_text=True)
    assert seats(session) == []
