"""an outlet that was named with a piece waits until somebody who keeps it confirms it

Revision ID: 7e1b40c9d5a2
Revises: 5d2c81f0a6be
"""

from __future__ import annotations

from alembic import op

revision = "7e1b40c9d5a2"
down_revision = "5d2c81f0a6be"
branch_labels = None
depends_on = None

LEVELS = "'central', 'industry', 'provincial', 'municipal', 'county', 'enterprise', 'self'"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE outlet ADD COLUMN proposed_level VARCHAR(20) DEFAULT '' NOT NULL "
        f"CONSTRAINT ck_outlet_proposed_level CHECK (proposed_level in ('', 'unsaid', {LEVELS})) "
        "CONSTRAINT ck_outlet_waiting CHECK (proposed_level = '' or level = 'self')"
    )
    op.execute("ALTER TABLE outlet ADD COLUMN level_basis VARCHAR(300) DEFAULT '' NOT NULL")
    # Outlets of which nothing but a name and a level is known were named with a piece, and nobody has looked
    # at them; those that came with the product all have a place, a home page or a list.
    op.execute(
        "UPDATE outlet SET proposed_level = level, level = 'self' "
        "WHERE merged_into_id IS NULL AND province = '' AND homepage = '' AND sponsor = '' "
        "AND id NOT IN (SELECT outlet_id FROM outlet_listing) "
        "AND id NOT IN (SELECT outlet_id FROM outlet_address)"
    )


def downgrade() -> None:
    op.execute("UPDATE outlet SET level = proposed_level WHERE proposed_level NOT IN ('', 'unsaid')")
    for column in ("level_basis", "proposed_level"):
        op.execute(f"ALTER TABLE outlet DROP COLUMN {column}")
