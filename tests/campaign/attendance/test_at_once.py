"""Fifty requests at the same moment, on both databases: phone, person and device count once."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from campaign.attendance.models import EventGate, EventPiece, SignIn, SurveyAnswer
from campaign.attendance.piece_services import decide_piece
from campaign.db import db
from campaign.lectures.models import LectureEvent
from campaign.placements.models import Placement
from tests.factories import make_outlet

pytestmark = [pytest.mark.slow, pytest.mark.both_databases]
AT_ONCE = 50


def together(act):
    """What fifty calls of `act(number)` gave, ten at a time."""
    with ThreadPoolExecutor(10) as pool:
        return list(pool.map(act, range(AT_ONCE)))


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


def body(name="张三"):
    return {"name": name, "organisation": "示例公司", "phone": "", "client_id": str(uuid.uuid4())}


@pytest.fixture(autouse=True)
def without_tokens(app):
    """Each request is of a browser of its own; its token is no matter here."""
    app.config["WTF_CSRF_ENABLED"] = False


def test_one_phone_that_sends_fifty_times_counts_once(app, session, gate):
    message, address = body(), f"/q/{gate.token}"
    session.commit()
    answers = together(lambda _number: app.test_client().post(address, json=message))
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert (count(session, SignIn), session.scalar(select(EventGate.arrivals))) == (1, AT_ONCE)


def test_one_person_on_fifty_phones_counts_once(app, session, gate):
    address = f"/q/{gate.token}"
    session.commit()
    answers = together(lambda _number: app.test_client().post(address, json=body()))
    assert sorted(answer.json["state"] for answer in answers) == ["counted"] + ["known"] * (AT_ONCE - 1)
    assert count(session, SignIn) == 1


def test_fifty_people_at_once_are_fifty(app, session, gate):
    address = f"/q/{gate.token}"
    session.commit()
    answers = together(lambda number: app.test_client().post(address, json=body(f"观众{number:02d}")))
    assert [answer.status_code for answer in answers] == [201] * AT_ONCE
    assert (count(session, SignIn), session.scalar(select(EventGate.arrivals))) == (AT_ONCE, AT_ONCE)


def test_one_device_answers_the_survey_once_and_fifty_devices_fifty_times(app, session, survey):
    address = f"/v/{survey.token}"
    session.commit()
    said = {"1": "5", "2": "4", "3": "5"}
    one = app.test_client()
    one.get(address)
    device = one.get_cookie("survey-device", path="/v/")

    def again(_number):
        client = app.test_client()
        client.set_cookie(device.key, device.value, path="/v/")
        return client.post(address, data=said).status_code

    assert together(again) == [303] * AT_ONCE
    session.rollback()
    assert count(session, SurveyAnswer) == 1

    def another(_number):
        client = app.test_client()
        client.get(address)
        return client.post(address, data=said).status_code

    assert together(another) == [303] * AT_ONCE
    session.rollback()
    assert count(session, SurveyAnswer) == 1 + AT_ONCE


def test_a_piece_put_to_an_event_by_fifty_hands_stands_there_once(app, session, world, event):
    """A7."""
    outlet = make_outlet()
    piece = Placement(
        programme_id=world.programme.id,
        owner_id=world.province.id,
        outlet=outlet,
        title="甲篇",
        published_on=event.starts_at.date(),
        kind="report",
        channel="web",
    )
    session.add_all([outlet, piece])
    session.commit()
    event_id, piece_id = event.id, piece.id

    def put(_number):
        with app.app_context():
            found = db.session.get(LectureEvent, event_id), db.session.get(Placement, piece_id)
            decide_piece(db.session, *found, belongs=True)

    together(put)
    session.rollback()
    assert [row.belongs for row in session.scalars(select(EventPiece))] == [True]
