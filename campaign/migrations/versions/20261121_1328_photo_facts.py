"""photo facts

Revision ID: 5c1d7e0a94b2
Revises: 987afaaae835
"""

from __future__ import annotations

from alembic import op

revision = "5c1d7e0a94b2"
down_revision = "987afaaae835"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What a photo is and looks like (P9); photos that came in before have none and say so on their page.
    op.execute("ALTER TABLE case_photo ADD COLUMN facts JSON")


def downgrade() -> None:
    op.execute("ALTER TABLE case_photo DROP COLUMN facts")
