"""clip revision

Revision ID: 2f458e4d13d9
Revises: b2fc2164441f
"""

from __future__ import annotations

from alembic import op

revision = "2f458e4d13d9"
down_revision = "b2fc2164441f"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Plain statements that both databases know: rebuilding the table, as batch mode does on SQLite, would
    # lose its check constraints.
    op.execute(
        "ALTER TABLE clip ADD COLUMN revision INTEGER DEFAULT 1 NOT NULL"
        " CONSTRAINT ck_clip_revision CHECK (revision >= 1)"
    )
    op.execute(
        "ALTER TABLE clip ADD COLUMN edited_by_id INTEGER"
        " CONSTRAINT fk_clip_edited_by_id REFERENCES user_account (id)"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE clip DROP COLUMN edited_by_id")
    op.execute("ALTER TABLE clip DROP COLUMN revision")
