"""The table route × role × organisation. A route that is missing here fails the test (issue: access)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from campaign.access import Actor, Seat, scoped
from campaign.accounts.models import Role
from campaign.cases.models import Case
from campaign.programmes.models import Programme
from tests.campaign.access_table import OPEN, TABLE
from tests.factories import make_case
from tests.marks import mostly_slow

WHO = ("administrator", "reviewer", "lead", "publicity", "planner", "observer", "city", "foreign")
METHODS = ("GET", "POST")


def rules(app):
    return {rule.endpoint: rule for rule in app.url_map.iter_rules()}


def test_every_route_stands_in_the_table_and_the_table_names_no_other(app):
    known = {endpoint for endpoint in rules(app) if endpoint not in ("static", "bootstrap.static")}
    assert known == set(TABLE) | set(OPEN)


def address(app, world, endpoint):
    rule = rules(app)[endpoint]
    values = {
        name: 999_999 if "int" in str(rule._converters[name]).lower() else "none" for name in rule.arguments
    }
    if "programme" in rule.arguments:
        values["programme"] = world.programme.key
    with app.test_request_context():
        from flask import url_for

        return url_for(endpoint, **values)


@pytest.mark.parametrize("who", mostly_slow(WHO, 1, 2, 5, 7))
def test_a_route_opens_to_its_roles_and_to_no_other(app, client, world, who):
    """403 is the role's no, 404 the organisation's; anything else means that the gate let one through."""
    world.login(client, who)
    login = client.get_cookie("session").value
    wrong = []
    for endpoint, allowed in TABLE.items():
        client.set_cookie("session", login)  # logging out is one of the routes
        rule = rules(app)[endpoint]
        method = (
            "GET"
            if "GET" in rule.methods
            else next(iter(rule.methods & {"POST", "PATCH", "DELETE", "HEAD", "OPTIONS"}))
        )
        response = client.open(address(app, world, endpoint), method=method)
        status = response.status_code
        foreign = who == "foreign" and "programme" in rule.arguments
        role = "publicity" if who == "city" else "lead" if who == "foreign" else who
        expected = "hidden" if foreign else "open" if role in allowed else "shut"
        found = {403: "shut"}.get(status, "open")
        if "/login" in response.headers.get("Location", "") and endpoint != "accounts.logout":
            found = "not logged in"
        if expected == "hidden":
            found = "hidden" if status == 404 else found
        if found != expected:
            wrong.append((endpoint, method, expected, status))
    assert wrong == []


def test_nobody_gets_in_without_a_login(app, client, world):
    wrong = []
    for endpoint in TABLE:
        rule = rules(app)[endpoint]
        method = (
            "GET"
            if "GET" in rule.methods
            else next(iter(rule.methods & {"POST", "PATCH", "DELETE", "HEAD", "OPTIONS"}))
        )
        response = client.open(address(app, world, endpoint), method=method)
        if response.status_code not in (302, 401) or (
            response.status_code == 302 and "/login" not in response.location
        ):
            wrong.append((endpoint, response.status_code))
    assert wrong == []


def seen(session, model, *seats):
    return set(session.scalars(scoped(select(model), model, Actor(1, seats))).unique())


@pytest.mark.both_databases
def test_the_scope_is_the_subtree(session, world):
    ours = make_case(session, world, "省里的案例")
    citys = make_case(session, world, "市里的案例", owner_id=world.city.id)
    lead = Seat(Role.LEAD, world.province.path)
    assert seen(session, Case, lead) == {ours, citys}
    assert seen(session, Case, Seat(Role.PUBLICITY, world.city.path)) == {citys}
    assert seen(session, Case, Seat(Role.PUBLICITY, world.other_city.path)) == set()
    assert seen(session, Case, Seat(Role.REVIEWER, world.centre.path)) == {ours, citys}
    assert seen(session, Case) == set()


@pytest.mark.both_databases
def test_a_city_sees_the_programme_it_works_in_but_no_other(session, world):
    assert seen(session, Programme, Seat(Role.PUBLICITY, world.city.path)) == {world.programme}
    assert seen(session, Programme, Seat(Role.LEAD, world.centre.path)) == {world.programme, world.foreign}


def test_a_row_of_another_organisation_looks_like_one_that_is_not_there(client, session, world):
    case = make_case(session, world, "省里的案例")
    world.login(client, "city")
    assert client.get(f"/p/{world.programme.key}/cases/{case.id}").status_code == 404


def test_a_city_cannot_be_mistaken_for_one_whose_number_it_begins_with(session, world):
    """Paths end with a slash, so /1/2/ is no prefix of /1/23/."""
    assert all(o.path.endswith("/") for o in (world.centre, world.province, world.city))
