"""a token that changes with whatever coverage is counted from, so that a sum is kept until then

Revision ID: 5d7a90c3e1b8
Revises: 8b16e0d4f2c7
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "5d7a90c3e1b8"
down_revision = "8b16e0d4f2c7"
branch_labels = None
depends_on = None

COUNTED_FROM = ("placement", "outlet", "outlet_listing", "outlet_contact", "organisation", "programme")

# One writer at a time: one row, its token drawn anew by every row that is written.
ON_SQLITE = """
CREATE TRIGGER coverage_{table}_{verb} AFTER {verb} ON {table} BEGIN
    INSERT INTO coverage_change (writer, token) VALUES (0, lower(hex(randomblob(16))))
    ON CONFLICT (writer) DO UPDATE SET token = excluded.token;
END
"""

# Writers at the same time must not wait for each other: each has its own row. Rows of writers that ended
# before any that still runs began are told by those that came after them, and go.
ON_POSTGRESQL = """
CREATE FUNCTION coverage_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO coverage_change (writer, token)
    VALUES (pg_current_xact_id()::text::bigint, replace(gen_random_uuid()::text, '-', ''))
    ON CONFLICT (writer) DO UPDATE SET token = excluded.token;
    DELETE FROM coverage_change WHERE writer IN (
        SELECT writer FROM coverage_change
        WHERE writer < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
        FOR UPDATE SKIP LOCKED
    );
    RETURN NULL;
END
$$
"""


def upgrade() -> None:
    op.create_table(
        "coverage_change",
        sa.Column("writer", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("writer", name=op.f("pk_coverage_change")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for table in COUNTED_FROM:
            for verb in ("insert", "update", "delete"):
                op.execute(ON_SQLITE.format(table=table, verb=verb))
        op.execute("INSERT INTO coverage_change (writer, token) VALUES (0, lower(hex(randomblob(16))))")
        return
    op.execute(ON_POSTGRESQL)
    for table in COUNTED_FROM:
        op.execute(
            f"CREATE TRIGGER coverage_{table} AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION coverage_changed()"
        )
    op.execute(
        "INSERT INTO coverage_change (writer, token) VALUES (0, replace(gen_random_uuid()::text, '-', ''))"
    )


def downgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in COUNTED_FROM:
        if on_sqlite:
            for verb in ("insert", "update", "delete"):
                op.execute(f"DROP TRIGGER coverage_{table}_{verb}")
        else:
            op.execute(f"DROP TRIGGER coverage_{table} ON {table}")
    if not on_sqlite:
        op.execute("DROP FUNCTION coverage_changed()")
    op.drop_table("coverage_change")
