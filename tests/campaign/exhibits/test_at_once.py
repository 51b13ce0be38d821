"""Firms and experts at the same moment, on both databases: limits and sheets hold (A14)."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from campaign.exhibits.models import Nomination, NominationLink, Score
from tests.campaign.exhibits.test_open_views import GOOD, link, points, round_

__all__ = ["link", "round_"]
pytestmark = [pytest.mark.slow, pytest.mark.both_databases]
AT_ONCE = 20


@pytest.fixture(autouse=True)
def without_tokens(app):
    app.config["WTF_CSRF_ENABLED"] = False


def together(act):
    with ThreadPoolExecutor(10) as pool:
        return list(pool.map(act, range(AT_ONCE)))


def form_of(app, link, client_id):
    page = app.test_client().get(f"/n/{link.token}").get_data(as_text=True)
    began = page.split('name="began"')[1].split('value="')[1].split('"')[0]
    return GOOD | {"client_id": client_id, "began": began}


def test_a_link_takes_no_more_than_it_allows_however_many_send_at_once(app, session, link):
    address, data = f"/n/{link.token}", form_of(app, link, "")
    session.commit()

    def send(_number):
        return app.test_client().post(address, data=data | {"client_id": str(uuid.uuid4())}).status_code

    answers = together(send)
    session.rollback()
    assert (answers.count(303), 500 in answers) == (2, False)
    assert session.scalar(select(func.count()).select_from(Nomination)) == 2
    assert session.scalar(select(NominationLink.uses)) == 2


def test_a_button_pressed_twice_sends_one_nomination_and_every_press_is_thanked(app, session, link):
    address, data = f"/n/{link.token}", form_of(app, link, str(uuid.uuid4()))
    session.commit()
    answers = together(lambda _number: app.test_client().post(address, data=data).status_code)
    session.rollback()
    assert answers == [303] * AT_ONCE
    assert session.scalar(select(func.count()).select_from(Nomination)) == 1
    assert session.scalar(select(NominationLink.uses)) == 1


def test_a_sheet_saved_twice_at_once_keeps_one_row_an_exhibit(app, session, round_):
    address, data = f"/j/{round_.experts[0].token}", points(round_, 91, 60)
    session.commit()
    answers = together(lambda _number: app.test_client().post(address, data=data).status_code)
    session.rollback()
    assert {code for code in answers if code >= 400} == set()
    assert session.scalar(select(func.count()).select_from(Score)) == 2


def test_a_sheet_handed_in_twice_at_once_is_handed_in(app, session, round_):
    address, data = f"/j/{round_.experts[0].token}", points(round_, 91, 60, act="hand-in")
    session.commit()
    answers = together(lambda _number: app.test_client().post(address, data=data).status_code)
    session.rollback()
    session.expire_all()
    assert {code for code in answers if code >= 400} == set()
    assert round_.experts[0].handed_in_at is not None
    assert [row.innovation for row in round_.experts[0].scores] == [91, 60]
