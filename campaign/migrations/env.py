"""Alembic's door: run inside `campaign.schema`, which hands the connection over."""

from __future__ import annotations

from alembic import context

from campaign.schema import OURS, metadata

connection = context.config.attributes["connection"]


def is_ours(name: str | None, type_: str, _parents: object) -> bool:
    """Leave the job engine's tables alone."""
    return type_ != "table" or name in OURS


context.configure(
    connection=connection,
    target_metadata=metadata,
    include_name=is_ours,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
