"""job turn

Revision ID: 3b7a90c4e5d1
Revises: 81d2f0a6c3be
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "3b7a90c4e5d1"
down_revision = "81d2f0a6c3be"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # When a job is due among those of all programmes, and how much work it is in the unit of its kind.
    op.execute("ALTER TABLE job ADD COLUMN turn INTEGER DEFAULT '1' NOT NULL")
    op.add_column("job", sa.Column("weight", sa.Double(), nullable=True))


def downgrade() -> None:
    op.execute("ALTER TABLE job DROP COLUMN weight")
    op.execute("ALTER TABLE job DROP COLUMN turn")
