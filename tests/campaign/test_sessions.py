import time

import pytest

from campaign import sessions

PAGE = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def lead(client, world):
    world.login(client, "lead")
    client.get(f"/p/{world.programme.key}/", headers=PAGE)
    return client


@pytest.fixture
def an_hour_later(lead, monkeypatch):
    now = time.time() + sessions.RENEWED_EVERY_S + 1
    monkeypatch.setattr(sessions, "_now", lambda: now)
    return lead


def cookie_of(answer):
    return [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("session=")]


@pytest.mark.parametrize("address", ["/static/js/main.js", "/p/{key}/cases/", "/jobs/running.json"])
def test_a_reply_that_changes_nothing_in_the_session_leaves_its_cookie_alone(lead, world, address):
    """Arriving late it would undo what a reply between had written: a message, a login, a logout."""
    answer = lead.get(address.format(key=world.programme.key), headers=PAGE, buffered=True)
    assert cookie_of(answer) == []


def test_a_message_reaches_the_next_page_although_a_reply_from_before_comes_after_it(lead):
    asked_with = lead.get_cookie("session").value
    with lead.session_transaction() as session:
        session["_flashes"] = [("success", "Saved.")]
    kept = lead.get_cookie("session").value
    lead.set_cookie("session", asked_with)
    late = lead.get("/static/js/main.js", buffered=True)
    lead.set_cookie(
        "session", cookie_of(late)[0].split(";")[0].removeprefix("session=") if cookie_of(late) else kept
    )
    assert "Saved." in lead.get("/me", headers=PAGE).get_data(as_text=True)


def test_who_goes_on_working_stays_signed_in(an_hour_later):
    assert len(cookie_of(an_hour_later.get("/me", headers=PAGE))) == 1
    assert cookie_of(an_hour_later.get("/me", headers=PAGE)) == []


def test_uploading_for_hours_is_working_too(an_hour_later):
    assert len(cookie_of(an_hour_later.patch("/uploads/1", headers={"Accept": "*/*"}))) == 1


def test_a_page_that_asks_by_itself_does_not_keep_a_login_alive(an_hour_later):
    assert cookie_of(an_hour_later.get("/me", headers={"Accept": "application/json"})) == []


def test_who_is_not_signed_in_gets_no_lasting_session(client, world):
    client.get("/login", headers=PAGE)
    with client.session_transaction() as session:
        assert sessions.RENEWED not in session
