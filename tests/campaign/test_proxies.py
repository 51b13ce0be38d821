"""Who a request comes from, with and without web servers before the site: limits are per visitor."""

from __future__ import annotations

import pytest
from flask import jsonify, request, url_for

from campaign.access import public
from campaign.app import create_app, limiter
from campaign.config import Settings


@pytest.fixture(autouse=True)
def limits():
    """The limiter is one for all apps of a process; it is off in the other tests."""
    was = limiter.enabled
    yield
    limiter.reset()
    limiter.enabled = was


def site(tmp_path, proxies):
    """An app with limits on, and a route that lets an address in twice a minute."""
    settings = Settings(
        tmp_path, f"sqlite:///{tmp_path / 'a.sqlite'}", mode="demo", log_json=False, proxies=proxies
    )
    app = create_app(settings)

    @app.route("/here")
    @public
    @limiter.limit("2 per minute")
    def here():
        return jsonify(address=request.remote_addr, link=url_for("here", _external=True))

    limiter.reset()
    return app.test_client()


def ask(client, *forwarded, **headers):
    """The answer to a request that came through the socket of 10.0.0.9."""
    told = {"X-Forwarded-For": ", ".join(forwarded)} if forwarded else {}
    return client.get("/here", headers=told | headers, environ_base={"REMOTE_ADDR": "10.0.0.9"})


def test_phones_behind_one_web_server_have_a_limit_each(tmp_path):
    client = site(tmp_path, proxies=1)
    phones = [f"203.0.113.{number}" for number in range(1, 6)]
    assert [ask(client, phone).json["address"] for phone in phones] == phones
    assert [ask(client, phones[0]).status_code for _again in range(2)] == [200, 429]


def test_without_a_web_server_a_visitor_cannot_pretend_to_be_another(tmp_path):
    client = site(tmp_path, proxies=0)
    answers = [ask(client, f"203.0.113.{number}") for number in range(1, 4)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[0].json["address"] == "10.0.0.9"


@pytest.mark.parametrize("proxies", [1, 2])
def test_what_a_visitor_wrote_himself_stands_before_what_the_servers_add(tmp_path, proxies):
    client = site(tmp_path, proxies=proxies)
    added = ["203.0.113.7", "10.0.0.8"][:proxies]
    answers = [ask(client, f"198.51.100.{number}", *added) for number in range(1, 4)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[0].json["address"] == "203.0.113.7"


def test_addresses_of_codes_are_https_behind_a_server_with_https_and_keep_the_host(tmp_path):
    client = site(tmp_path, proxies=1)
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example", "Host": "qichuang.example"}
    assert ask(client, "203.0.113.7", **headers).json["link"] == "https://qichuang.example/here"


def test_a_number_of_proxies_that_is_none_is_named():
    assert Settings.from_environment({"QICHUANG_PROXIES": "2"}).proxies == 2
    with pytest.raises(ValueError, match="QICHUANG_PROXIES is 'yes'"):
        Settings.from_environment({"QICHUANG_PROXIES": "yes"})
