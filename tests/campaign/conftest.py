"""A small world: the centre, Guangdong with two cities, one user per role, on either database."""

from __future__ import annotations

import contextvars

import pytest
from flask.testing import FlaskClient

from campaign import jobs, schema
from campaign.app import create_app
from campaign.config import Settings
from campaign.db import db
from tests.factories import World, build_world


class Browser(FlaskClient):
    """Sends each request from outside the test's app context, as a real browser does.

    Inside it, Flask would share `g`, and with it the acting user and the database session, between requests.
    """

    def open(self, *args, **options):
        return contextvars.Context().run(super().open, *args, **options)


@pytest.fixture
def settings(tmp_path, database_url):
    return Settings(
        data_dir=tmp_path / "data",
        database_url=database_url or f"sqlite:///{tmp_path / 'test.sqlite'}",
        mode="testing",
        log_json=False,
    )


@pytest.fixture
def app(settings):
    app = create_app(settings)
    app.test_client_class = Browser
    with app.app_context():
        schema.upgrade(db.engine)
        jobs.migrate(settings)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def context(app):
    with app.app_context():
        yield app


@pytest.fixture
def session(context):
    return db.session


@pytest.fixture
def world(session) -> World:
    return build_world(session)


@pytest.fixture
def client(app, world):
    """A browser without the forms' token; that tokens are demanded has its own test."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()
