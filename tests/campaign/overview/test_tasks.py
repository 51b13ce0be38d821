"""The first page tells what waits, and asks the database little for it (issue 4: an answer within 100 ms)."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event

from campaign.db import db
from campaign.films.models import Clip

MOST_QUERIES = 24


@pytest.fixture
def asked(app):
    """The statements sent to the database."""
    statements = []

    def hear(_connection, _cursor, statement, *_others):
        statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", hear)
    yield statements
    event.remove(engine, "before_cursor_execute", hear)


@pytest.fixture
def clips(session, world):
    for number, state in enumerate(("draft", "draft", "failed")):
        session.add(
            Clip(
                programme_id=world.programme.id,
                owner_id=world.province.id,
                title=f"成片{number}",
                state=state,
                fingerprint=f"{number:064d}",
            )
        )
    session.commit()


def test_each_number_of_what_waits_is_that_of_its_rows(client, world, clips):
    world.login(client, "publicity")
    text = client.get(f"/p/{world.programme.key}/").get_data(as_text=True)
    told = re.findall(r'films/clips/\?state=(\w+)"><span class="figure">(\d+)<', text)
    assert told == [("draft", "2"), ("failed", "1")]


@pytest.mark.parametrize("role", ["lead", "publicity", "planner", "reviewer", "administrator"])
def test_the_first_page_asks_the_database_little(client, world, clips, asked, role):
    world.login(client, role)
    asked.clear()
    assert client.get(f"/p/{world.programme.key}/").status_code == 200
    assert len(asked) <= MOST_QUERIES
