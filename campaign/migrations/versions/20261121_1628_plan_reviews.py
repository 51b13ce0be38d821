"""reviews of lecture plans

Revision ID: b7d20c5e9a14
Revises: 2be7a91c40d5
"""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "b7d20c5e9a14"
down_revision = "2be7a91c40d5"
branch_labels = None
depends_on = None

TWO = "(clip_id is null) <> (case_id is null)"
THREE = (
    "case when clip_id is null then 0 else 1 end + case when case_id is null then 0 else 1 end"
    " + case when lecture_event_id is null then 0 else 1 end = 1"
)
KEY = "CONSTRAINT fk_dossier_lecture_event_id FOREIGN KEY(lecture_event_id) REFERENCES lecture_event (id)"
ONE = "CONSTRAINT uq_dossier_lecture_event_id UNIQUE (lecture_event_id)"
PAIR = "CONSTRAINT uq_dossier_id_lecture_event_id UNIQUE (id, lecture_event_id)"


def upgrade() -> None:
    # A plan of a lecture event goes the same way as a clip (A8).
    op.execute("ALTER TABLE dossier ADD COLUMN lecture_event_id INTEGER")
    if op.get_bind().dialect.name == "sqlite":
        # SQLite changes no check: the table is made anew from its own text, so that nothing of it is lost.
        _made_anew("dossier", lambda text: f"{_with(text, TWO, THREE).rstrip().removesuffix(')')}, {KEY}, {ONE}, {PAIR})")
    else:
        op.execute("ALTER TABLE dossier DROP CONSTRAINT ck_dossier_one_subject")
        for constraint in (KEY, ONE, PAIR, f"CONSTRAINT ck_dossier_one_subject CHECK ({THREE})"):
            op.execute(f"ALTER TABLE dossier ADD {constraint}")
    op.execute("ALTER TABLE dossier_version ADD COLUMN passages JSON")
    op.execute(
        "ALTER TABLE review_comment ADD COLUMN anchor VARCHAR(80) NOT NULL DEFAULT ''"
        " CONSTRAINT ck_review_comment_anchor CHECK (parent_id is null or anchor = '')"
    )
    op.create_table(
        "lecture_held_plan",
        sa.Column("event_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("review_stage", sa.String(length=20), nullable=False),
        sa.Column("review_state", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "review_stage = 'centre' and review_state = 'approved'", name=op.f("ck_lecture_held_plan_approved")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id", "event_id"],
            ["dossier.id", "dossier.lecture_event_id"],
            name=op.f("fk_lecture_held_plan_dossier"),
        ),
        sa.ForeignKeyConstraint(
            ["review_id", "dossier_id", "version_id", "review_stage", "review_state"],
            ["review.id", "review.dossier_id", "review.version_id", "review.stage", "review.state"],
            name=op.f("fk_lecture_held_plan_review"),
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_lecture_held_plan")),
    )
    # What was held before plans were reviewed here stays held and says so.
    op.execute("ALTER TABLE lecture_event ADD COLUMN held_before_reviews BOOLEAN NOT NULL DEFAULT FALSE")
    op.execute("UPDATE lecture_event SET held_before_reviews = TRUE WHERE state = 'held'")
    op.execute(
        "ALTER TABLE lecture_event ADD COLUMN held_plan_id INTEGER"
        " CONSTRAINT fk_lecture_event_held_plan_id REFERENCES lecture_held_plan (event_id)"
        " CONSTRAINT ck_lecture_event_held_plan_own CHECK (held_plan_id is null or held_plan_id = id)"
        " CONSTRAINT ck_lecture_event_held_has_plan CHECK"
        " (state <> 'held' or tier = 'city' or held_before_reviews or held_plan_id is not null)"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE lecture_event DROP COLUMN held_plan_id")
    op.execute("ALTER TABLE lecture_event DROP COLUMN held_before_reviews")
    op.drop_table("lecture_held_plan")
    op.execute("ALTER TABLE review_comment DROP COLUMN anchor")
    op.execute("ALTER TABLE dossier_version DROP COLUMN passages")
    if op.get_bind().dialect.name == "sqlite":
        _made_anew("dossier", lambda text: _with(_with(text, f", {KEY}, {ONE}, {PAIR}", ""), THREE, TWO))
        op.execute("ALTER TABLE dossier DROP COLUMN lecture_event_id")
        return
    op.execute("ALTER TABLE dossier DROP CONSTRAINT ck_dossier_one_subject")
    op.execute("ALTER TABLE dossier DROP COLUMN lecture_event_id")
    op.execute(f"ALTER TABLE dossier ADD CONSTRAINT ck_dossier_one_subject CHECK ({TWO})")


def _with(text: str, old: str, new: str) -> str:
    if text.count(old) != 1:
        raise ValueError(f"{old!r} does not stand once in {text!r}")
    return text.replace(old, new)


def _made_anew(table: str, change: Callable[[str], str]) -> None:
    """Make a table of SQLite anew from its own changed text; rows and indexes stay, and who points at them."""
    bind = op.get_bind()
    if not bind.connection.dbapi_connection.in_transaction:
        # Python's driver begins one only before rows change; the pragma below ends with its transaction.
        bind.exec_driver_sql("BEGIN IMMEDIATE")
    of_table = sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL")
    kept = bind.execute(of_table, {"table": table}).all()
    (text,) = (sql for kind, sql in kept if kind == "table")
    columns = ", ".join(f'"{row[1]}"' for row in bind.execute(sa.text(f"PRAGMA table_info({table})")))
    # Rows elsewhere point at this table while it is gone; whether they still can is asked at the commit.
    bind.execute(sa.text("PRAGMA defer_foreign_keys = ON"))
    bind.execute(sa.text(f"CREATE TEMPORARY TABLE kept_rows AS SELECT {columns} FROM {table}"))
    bind.execute(sa.text(f"DROP TABLE {table}"))
    bind.exec_driver_sql(change(text))
    for kind, sql in kept:
        if kind == "index":
            bind.exec_driver_sql(sql)
    bind.execute(sa.text(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM kept_rows"))
    bind.execute(sa.text("DROP TABLE kept_rows"))
