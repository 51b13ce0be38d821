import pytest
from sqlalchemy import CheckConstraint, inspect

from campaign import schema
from campaign.db import db


@pytest.mark.both_databases
def test_the_migrations_lead_to_what_the_models_say(context):
    with db.engine.connect() as connection:
        assert schema.drift(connection) == []
        assert schema.is_current(connection)


def test_upgrading_twice_changes_nothing(context):
    schema.upgrade(db.engine)
    with db.engine.connect() as connection:
        assert schema.is_current(connection)


@pytest.mark.both_databases
def test_no_migration_loses_a_check_or_an_index(context):
    # The comparison of the migration tool sees neither; a rebuilt table would lose them in silence.
    there = inspect(db.engine)
    lost = []
    for table in schema.metadata.sorted_tables:
        checks = {row["name"] for row in there.get_check_constraints(table.name)}
        indexes = {row["name"] for row in there.get_indexes(table.name)}
        wanted = {str(one.name) for one in table.constraints if isinstance(one, CheckConstraint)}
        lost += sorted(wanted - checks) + sorted({str(one.name) for one in table.indexes} - indexes)
    assert lost == []
