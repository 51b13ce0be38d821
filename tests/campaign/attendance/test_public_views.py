import json
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from campaign.attendance import queries, services
from campaign.attendance.models import EventGate, SignIn, SurveyAnswer
from campaign.audit import AuditEntry
from campaign.db import utc_now


def send(client, gate, name="张三", organisation="示例公司", **changes):
    body = {"name": name, "organisation": organisation, "phone": "", "client_id": str(uuid.uuid4())}
    return client.post(f"/q/{gate.token}", json=body | changes)


def names(session):
    return sorted(session.scalars(select(SignIn.name)))


def test_a_phone_signs_in_once_however_often_it_sends(client, session, gate):
    number = str(uuid.uuid4())
    answers = [send(client, gate, client_id=number) for _time in range(3)]
    assert [(a.status_code, a.json["state"]) for a in answers] == [
        (201, "counted"),
        (200, "counted"),
        (200, "counted"),
    ]
    assert names(session) == ["张三"]


def test_the_same_person_from_a_second_phone_is_known(client, session, gate):
    send(client, gate)
    again = send(client, gate, "张 三")
    assert (again.status_code, again.json["state"], names(session)) == (200, "known", ["张三"])


def test_a_second_person_of_a_name_is_told_apart_by_the_number(client, session, gate):
    send(client, gate)
    without = send(client, gate, another=True)
    assert (without.status_code, without.json["field"]) == (422, "phone")
    assert send(client, gate, another=True, phone="13800000002").status_code == 201
    assert names(session) == ["张三", "张三"]


def test_a_phone_that_waited_is_written_down_with_the_moment_of_its_button(client, session, gate):
    before = utc_now()
    send(client, gate, waited_s=1800)
    row = session.scalars(select(SignIn)).one()
    assert (row.way, timedelta(minutes=29) < before - row.signed_at < timedelta(minutes=31)) == (
        "offline",
        True,
    )


@pytest.mark.parametrize("how", ["revoked", "closed", "cancelled"])
def test_an_address_that_does_not_work_takes_nothing_and_says_why(client, session, gate, event, how):
    if how == "revoked":
        services.revoke_gate(session, gate, now=utc_now())
    elif how == "closed":
        services.change_window(
            session, gate, utc_now() - timedelta(hours=3), utc_now() - timedelta(minutes=1)
        )
    else:
        event.state = "cancelled"
        session.commit()
    answer = send(client, gate)
    assert (answer.status_code, bool(answer.json["message"]), names(session)) == (422, True, [])
    page = client.get(f"/q/{gate.token}")
    assert (page.status_code, "data-form" in page.get_data(as_text=True)) == (200, False)


def test_a_token_nobody_made_leads_nowhere(client, gate):
    assert [client.get(f"/{way}/{gate.token[:-1]}x").status_code for way in "qv"] == [404, 404]
    assert client.get(f"/v/{gate.token}").status_code == 404


def test_a_phone_without_a_script_signs_in_by_the_form(client, session, gate):
    data = {"name": "李四", "organisation": "", "client_id": str(uuid.uuid4())}
    refused = client.post(f"/q/{gate.token}", data=data)
    assert (refused.status_code, 'value="李四"' in refused.get_data(as_text=True)) == (422, True)
    assert client.post(f"/q/{gate.token}", data=data | {"organisation": "示例"}).status_code == 200
    assert names(session) == ["李四"]


@pytest.mark.parametrize(
    "body", [None, [], "x", {"name": 3}, {"name": "张", "organisation": "示", "client_id": "1"}]
)
def test_what_is_no_sign_in_is_refused_kindly(client, session, gate, body):
    answer = client.post(f"/q/{gate.token}", data=json.dumps(body), content_type="application/json")
    assert (answer.status_code, bool(answer.json["message"]), names(session)) == (422, True, [])


def test_a_script_needs_the_forms_token_and_gets_a_fresh_one(app, world, gate):
    stranger = app.test_client()
    body = {"name": "王五", "organisation": "示例", "client_id": str(uuid.uuid4())}
    accept = {"Accept": "application/json"}
    assert stranger.post(f"/q/{gate.token}", json=body, headers=accept).status_code == 400
    token = stranger.get(f"/q/{gate.token}/pass.json").json["csrf"]
    answer = stranger.post(f"/q/{gate.token}", json=body, headers=accept | {"X-CSRFToken": token})
    assert answer.status_code == 201


def test_the_audit_trail_names_nobody_of_the_audience(client, session, gate):
    send(client, gate, "很特别的名字", "特别的单位", phone="13912345678")
    told = " ".join(str(entry.changes) for entry in session.scalars(select(AuditEntry)))
    assert [word in told for word in ("很特别的名字", "特别的单位", "13912345678", gate.token)] == [False] * 4


def test_a_new_address_makes_the_old_code_lead_nowhere(client, session, world, event, gate):
    old = gate.token
    world.login(client, "planner")
    client.post(f"/p/guangdong-2024/lectures/{event.id}/day/sign_in", data={"act": "renew"})
    session.expire_all()
    new = queries.open_gate(session, event, "sign_in")
    assert (new.token == old, session.scalar(select(func.count()).select_from(EventGate))) == (False, 2)
    assert client.post(f"/q/{old}", json={"name": "张三"}).status_code == 422


# --- survey -----------------------------------------------------------------------------------------------

GOOD = {"1": "5", "2": "4", "3": "3", "4": "很好"}


def stored(session):
    return list(session.scalars(select(SurveyAnswer.answers)))


def test_a_device_answers_once_and_another_one_too(app, client, session, survey):
    """C."""
    for visitor in (client, client, app.test_client()):
        visitor.get(f"/v/{survey.token}")
        assert visitor.post(f"/v/{survey.token}", data=GOOD).status_code == 303
    assert stored(session) == [{"1": 5, "2": 4, "3": 3, "4": "很好"}] * 2


def test_a_missing_answer_is_asked_for_and_what_was_said_stays(client, session, survey):
    client.get(f"/v/{survey.token}")
    answer = client.post(f"/v/{survey.token}", data=GOOD | {"2": ""})
    page = answer.get_data(as_text=True)
    assert (answer.status_code, page.count("has-error"), 'value="5" checked' in page, "很好" in page) == (
        422,
        1,
        True,
        True,
    )
    assert stored(session) == []


def test_a_browser_without_cookies_is_told_so(app, client, session, survey):
    bare = app.test_client(use_cookies=False)
    assert (bare.post(f"/v/{survey.token}", data=GOOD).status_code, stored(session)) == (422, [])


def test_a_forged_device_is_none(client, session, survey):
    client.set_cookie("survey-device", "forged", path="/v/")
    assert (client.post(f"/v/{survey.token}", data=GOOD).status_code, stored(session)) == (422, [])


def test_nothing_ties_an_answer_to_a_person_or_a_moment(client, session, survey):
    client.get(f"/v/{survey.token}")
    client.post(f"/v/{survey.token}", data=GOOD)
    columns = {column.name for column in SurveyAnswer.__table__.columns}
    assert columns == {"id", "event_id", "device_key", "answers", "answered_on"}
    subjects = set(session.scalars(select(AuditEntry.subject_type)))
    assert "survey_answer" not in subjects
