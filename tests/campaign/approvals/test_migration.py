"""The migration that lets plans be reviewed makes a table anew that others point at; no row is lost (A8)."""

from datetime import UTC, datetime
from functools import partial

import pytest
from alembic import command
from sqlalchemy import MetaData, Table, create_engine, insert, select, text
from sqlalchemy.exc import IntegrityError

from campaign import schema

pytestmark = pytest.mark.slow
BEFORE, AFTER = "2be7a91c40d5", "b7d20c5e9a14"
NOW = datetime(2024, 9, 1, tzinfo=UTC).replace(tzinfo=None)
EMPTY = {bool: False, int: 0, str: "", datetime: NOW, dict: {}}


@pytest.fixture
def old(request, database, tmp_path):
    """A database as it was before, with an approval under way and an event that was held."""
    if database == "sqlite":
        drop = partial(int)
        engine = create_engine(f"sqlite:///{tmp_path / 'old.sqlite'}")
    else:
        cluster = request.getfixturevalue("postgresql")
        name = cluster.create()
        engine = create_engine(cluster.sqlalchemy_address(name))
        drop = partial(cluster.drop, name)
    move(engine, BEFORE)
    with engine.begin() as connection:
        put(connection, "organisation", id=1, kind="centre", name="中心", path="/1/")
        put(connection, "user_account", id=1, username="a", name="甲")
        put(
            connection,
            "programme",
            id=1,
            key="p",
            organisation_id=1,
            starts_on=NOW.date(),
            ends_on=NOW.date(),
        )
        owned = {"programme_id": 1, "owner_id": 1}
        put(connection, "enterprise", id=1, name="企业", name_key="企业", **owned)
        put(
            connection, "case_record", id=1, enterprise_id=1, title="案例", title_key="案例",
            state="nominated", kind="technological", **owned,
        )  # fmt: skip
        put(
            connection, "dossier", id=7, public_id="x", case_id=1, title="案例", state="internal", latest=1,
            **owned,
        )  # fmt: skip
        put(connection, "dossier_version", id=9, dossier_id=7, number=1, made_by_id=1)
        put(
            connection, "review", id=3, dossier_id=7, version_id=9, stage="internal", state="pending",
            maker_id=1, submitted_by_id=1, revision=1,
        )  # fmt: skip
        put(
            connection, "asset", id=5, sha256="0" * 64, size_bytes=1, media_type="image/png",
        )  # fmt: skip
        put(
            connection, "lecture_event", id=4, title="旧场次", tier="province", state="held",
            starts_at=NOW, ends_at=NOW.replace(hour=3), evidence_id=5, **owned,
        )  # fmt: skip
    yield engine
    engine.dispose()
    drop()


def move(engine, revision, how=command.upgrade):
    config = schema._config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        how(config, revision)


def put(connection, table_name, /, **values):
    """One row; what must be filled and is not named is empty."""
    table = Table(table_name, MetaData(), autoload_with=connection)
    needed = {
        column.name: EMPTY.get(column.type.python_type, 0)
        for column in table.columns
        if not column.nullable and column.name not in values
    }
    connection.execute(insert(table).values(**needed, **values))


def rows(engine, name):
    with engine.connect() as connection:
        table = Table(name, MetaData(), autoload_with=connection)
        return [dict(row) for row in connection.execute(select(table)).mappings()]


@pytest.mark.both_databases
def test_dossiers_and_what_points_at_them_survive_and_a_held_event_stays_held(old):
    """A8."""
    before = rows(old, "dossier")
    move(old, AFTER)
    assert rows(old, "dossier") == [{**row, "lecture_event_id": None} for row in before]
    assert [row["dossier_id"] for row in rows(old, "review")] == [7]
    assert [(row["state"], row["held_before_reviews"]) for row in rows(old, "lecture_event")] == [
        ("held", True)
    ]
    if old.dialect.name == "sqlite":
        with old.connect() as connection:
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []


@pytest.mark.both_databases
@pytest.mark.parametrize("subjects", [{}, {"case_id": 1, "lecture_event_id": 4}])
def test_a_dossier_has_exactly_one_subject(old, subjects):
    move(old, AFTER)
    with old.begin() as connection:
        connection.execute(text("delete from review"))
        connection.execute(text("delete from dossier_version"))
        connection.execute(text("delete from dossier"))
    with pytest.raises(IntegrityError, match="one_subject"), old.begin() as connection:
        put(
            connection, "dossier", id=8, public_id="y", title="x", state="draft", programme_id=1, owner_id=1,
            **subjects,
        )  # fmt: skip


@pytest.mark.both_databases
def test_no_event_of_the_province_is_held_without_an_approved_plan_of_its_own(old):
    """A8."""
    move(old, AFTER)
    with pytest.raises(IntegrityError, match="held_has_plan"), old.begin() as connection:
        connection.execute(text("update lecture_event set held_before_reviews = false"))


@pytest.mark.both_databases
def test_the_way_back_leads_to_the_same_rows(old):
    before = rows(old, "dossier"), rows(old, "lecture_event")
    move(old, AFTER)
    move(old, BEFORE, command.downgrade)
    assert (rows(old, "dossier"), rows(old, "lecture_event")) == before
