"""clip dress

Revision ID: 81d2f0a6c3be
Revises: 6c1f0f4d7a21
"""

from __future__ import annotations

from alembic import op

revision = "81d2f0a6c3be"
down_revision = "6c1f0f4d7a21"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE clip ADD COLUMN dress JSON")
    op.execute("ALTER TABLE clip ADD COLUMN music_id INTEGER CONSTRAINT fk_clip_music_id REFERENCES asset (id)")


def downgrade() -> None:
    op.execute("ALTER TABLE clip DROP COLUMN music_id")
    op.execute("ALTER TABLE clip DROP COLUMN dress")
