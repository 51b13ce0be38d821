"""phases of the publicity plan, and an index that counts pieces without their rows

Revision ID: 8b16e0d4f2c7
Revises: c4f07a2be913
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import campaign.db

revision = "8b16e0d4f2c7"
down_revision = "c4f07a2be913"
branch_labels = None
depends_on = None

MOMENT = campaign.db.UtcDateTime(timezone=True)
COUNTING = (
    *("programme_id", "published_on", "outlet_id", "owner_id", "group_id"),
    *("kind", "channel", "evidence_id", "removed_on"),
)


def upgrade() -> None:
    op.create_table(
        "publicity_phase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_publicity_phase_period")),
        sa.CheckConstraint("title <> ''", name=op.f("ck_publicity_phase_title")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_publicity_phase_programme_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publicity_phase")),
        sa.UniqueConstraint("programme_id", "title", name=op.f("uq_publicity_phase_programme_id_title")),
    )
    op.create_index(op.f("ix_publicity_phase_programme_id"), "publicity_phase", ["programme_id"])
    # The wider index begins with the same two columns.
    op.create_index("ix_placement_counting", "placement", [*COUNTING])
    op.drop_index("ix_placement_programme_id_published_on", "placement")


def downgrade() -> None:
    op.create_index("ix_placement_programme_id_published_on", "placement", ["programme_id", "published_on"])
    op.drop_index("ix_placement_counting", "placement")
    op.drop_table("publicity_phase")
