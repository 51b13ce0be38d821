import pytest

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
