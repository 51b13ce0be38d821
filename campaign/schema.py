"""The database's shape: all models in one place, and the migrations that lead to it."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

import campaign.acceptance.models
import campaign.accounts.models
import campaign.approvals.models
import campaign.attendance.models
import campaign.audit
import campaign.budget.models
import campaign.casebook.models
import campaign.cases.models
import campaign.documents.models
import campaign.exhibits.models
import campaign.films.models
import campaign.jobs
import campaign.lectures.models
import campaign.outlets.models
import campaign.placements.models
import campaign.programmes.models  # noqa: F401 - imported so that the metadata knows every table
from campaign import search
from campaign.db import Base
from campaign.placements import finding  # noqa: F401 - says what is searched

metadata = Base.metadata
OURS = frozenset(metadata.tables) | {"alembic_version"}


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option(
        "file_template", "%%(year)d%%(month).2d%%(day).2d_%%(hour).2d%%(minute).2d_%%(slug)s"
    )
    return config


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest shape; does nothing where it has it."""
    config = _config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        search.fill(connection)


def new_revision(engine: Engine, message: str) -> None:
    """Write a migration for what the models say and the database has not (a developer's command)."""
    config = _config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.revision(config, message=message, autogenerate=True)


def is_current(connection: Connection) -> bool:
    """Whether every migration has been run."""
    heads = set(ScriptDirectory.from_config(_config()).get_heads())
    return set(MigrationContext.configure(connection).get_current_heads()) == heads


def drift(connection: Connection) -> list[object]:
    """What the models say and the migrations forgot; empty when they agree."""

    def is_ours(name: str | None, type_: str, _parents: object) -> bool:
        return type_ != "table" or name in OURS

    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "include_name": is_ours, "target_metadata": metadata}
    )
    return list(compare_metadata(context, metadata))
