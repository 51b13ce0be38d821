"""What each database is told when a connection is opened (issue 5: pages within 100 ms on both)."""

import pytest
from sqlalchemy import create_engine, text

pytestmark = pytest.mark.slow


@pytest.fixture
def engine(postgresql):
    engine = create_engine(postgresql.sqlalchemy_address(postgresql.create()))
    yield engine
    engine.dispose()


def test_postgresql_plans_each_statement_for_its_values_also_after_a_rollback(engine):
    told = []
    for _ in range(2):
        with engine.connect() as connection:
            told.append(connection.scalar(text("SHOW plan_cache_mode")))
            connection.rollback()
    assert told == ["force_custom_plan"] * 2


def test_a_connection_to_postgresql_still_begins_a_transaction(engine):
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE tried (id integer)"))
        connection.rollback()
        assert connection.scalar(text("SELECT to_regclass('tried')")) is None
