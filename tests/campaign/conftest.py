"""A small world: the centre, Guangdong with two cities, one user per role, on either database.

Schema and world are made once per database; every test gets a copy of its own.
"""

from __future__ import annotations

import contextvars
import shutil
import sqlite3
from functools import cache
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache

from campaign import jobs, schema
from campaign.accounts import services as accounts
from campaign.app import create_app
from campaign.config import Settings
from campaign.db import db
from tests.conftest import share_fonts
from tests.factories import World, build_world, find_world


class Browser(FlaskClient):
    """Sends each request from outside the test's app context, as a real browser does.

    Inside it, Flask would share `g`, and with it the acting user and the database session, between requests.
    """

    def open(self, *args, **options):
        return contextvars.Context().run(super().open, *args, **options)


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords():
    """Hundreds of logins are checked; what that costs in earnest is no matter of these tests."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "_hasher", cheap)
        patch.setattr(accounts, "_NOBODY", cheap.hash("nobody has this password"))
        yield


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory):
    """Jinja's compiled pages, shared by the apps of all tests; it looks at their sources itself."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("jinja")))


def settings_for(folder, database_url):
    return Settings(data_dir=folder / "data", database_url=database_url, mode="testing", log_json=False)


def prepare(folder, database_url, *, with_world):
    """Bring an empty database to the newest shape, and the world into it; leaves no connection open."""
    settings = settings_for(folder, database_url)
    app = create_app(settings)
    with app.app_context():
        schema.upgrade(db.engine)
        jobs.migrate(settings)
        if with_world:
            build_world(db.session)
        db.session.close()
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_copy(tmp_path_factory, cheap_passwords):
    """Give a maker of SQLite files, `copy(target, with_world=…)`."""

    @cache
    def template(*, with_world):
        folder = tmp_path_factory.mktemp("sqlite")
        path = folder / "template.sqlite"
        prepare(folder, f"sqlite:///{path}", with_world=with_world)
        with sqlite3.connect(path) as connection:
            connection.execute("pragma wal_checkpoint(truncate)")
        connection.close()
        return path

    def copy(target: Path, *, with_world):
        shutil.copyfile(template(with_world=with_world), target)
        return f"sqlite:///{target}"

    return copy


@pytest.fixture(scope="session")
def postgresql_copy(request, tmp_path_factory, cheap_passwords):
    """Give a maker of PostgreSQL databases, `copy(with_world=…)`; gives the cluster and a name."""

    @cache
    def template(*, with_world):
        cluster = request.getfixturevalue("postgresql")
        name = cluster.create()
        prepare(tmp_path_factory.mktemp("template"), cluster.address(name), with_world=with_world)
        return cluster, name

    def copy(*, with_world):
        cluster, name = template(with_world=with_world)
        return cluster, cluster.create(template=name)

    return copy


@pytest.fixture
def database_url(request, database, tmp_path):
    """The address of a database with its tables, and with the world where the test asks for it."""
    with_world = "world" in request.fixturenames
    if database == "sqlite":
        copy = request.getfixturevalue("sqlite_copy")
        yield copy(tmp_path / "test.sqlite", with_world=with_world)
        return
    cluster, name = request.getfixturevalue("postgresql_copy")(with_world=with_world)
    yield cluster.address(name)
    cluster.drop(name)


@pytest.fixture
def settings(tmp_path, database_url):
    return settings_for(tmp_path, database_url)


@pytest.fixture
def app(settings, compiled_templates):
    share_fonts(settings.data_dir)
    app = create_app(settings)
    app.test_client_class = Browser
    app.jinja_env.bytecode_cache = compiled_templates
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
    return find_world(session)


@pytest.fixture
def client(app, world):
    """A browser without the forms' token; that tokens are demanded has its own test."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()
