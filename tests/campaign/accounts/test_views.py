import pytest

from campaign.accounts.models import User
from campaign.accounts.views import local_target
from campaign.app import create_app
from tests.factories import PASSWORD


@pytest.fixture
def empty(app):
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


SETUP = {
    "name": "示例管理员",
    "username": "admin",
    "password": "a long password",
    "again": "a long password",
    "profile": "shanxi-2024",
}


def test_an_empty_installation_leads_to_the_setup_and_from_there_to_the_programme(empty):
    assert empty.get("/").location == "/setup"
    assert empty.get("/login").location == "/setup"
    response = empty.post("/setup", data=SETUP)
    assert response.location == "/p/shanxi-2024/"
    assert empty.get(response.location).status_code == 200


def test_the_setup_can_be_done_once(empty):
    empty.post("/setup", data=SETUP)
    again = empty.application.test_client().post("/setup", data={**SETUP, "username": "other"})
    assert again.location == "/login"


def test_a_refused_setup_keeps_what_was_typed(empty):
    page = empty.post("/setup", data={**SETUP, "again": "different"})
    assert page.status_code == 422
    assert 'value="示例管理员"' in page.get_data(as_text=True)


def test_a_wrong_password_says_neither_which_word_was_wrong_nor_lets_in(client, world):
    page = client.post("/login", data={"username": "lead-user", "password": "wrong"})
    unknown = client.post("/login", data={"username": "nobody", "password": "wrong"})
    assert (page.status_code, unknown.status_code) == (422, 422)
    assert client.get(f"/p/{world.programme.key}/").status_code == 302


def test_a_user_who_was_shut_out_stays_out(client, world, session):
    world.login(client, "observer")
    session.get(User, world.users["observer"].id).active = False
    session.commit()
    assert client.get(f"/p/{world.programme.key}/").status_code == 302


def test_an_expired_login_leads_back_to_the_page_after_logging_in(client, world):
    wanted = f"/p/{world.programme.key}/cases/?q=abc"
    login = client.get(wanted).location
    assert login.startswith("/login?next=")
    after = client.post(login, data={"username": "lead-user", "password": PASSWORD})
    assert after.location == wanted


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", "", None]
)
def test_a_login_never_leads_to_another_site(target):
    assert local_target(target) is None


def test_the_language_can_be_switched(client, world):
    world.login(client, "lead")
    assert 'lang="zh' in client.get(f"/p/{world.programme.key}/").get_data(as_text=True)
    client.post("/language", data={"locale": "en"})
    assert 'lang="en"' in client.get(f"/p/{world.programme.key}/").get_data(as_text=True)


def test_the_language_chosen_at_the_door_stays_after_logging_in(client, world):
    client.post("/language", data={"locale": "en"})
    world.login(client, "lead")
    assert 'lang="en"' in client.get(f"/p/{world.programme.key}/").get_data(as_text=True)


def test_posts_without_the_forms_token_are_refused(settings, world):
    from dataclasses import replace

    strict = create_app(replace(settings, mode="demo"))
    assert strict.test_client().post("/login", data={"username": "a", "password": "b"}).status_code == 400
