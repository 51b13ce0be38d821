"""pieces that belong to a lecture event, and where its recording is

Revision ID: 5d2c81f0a6be
Revises: 5d7a90c3e1b8
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import campaign.db

revision = "5d2c81f0a6be"
down_revision = "5d7a90c3e1b8"
branch_labels = None
depends_on = None

MOMENT = campaign.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "event_piece",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("placement_id", sa.Integer(), nullable=False),
        sa.Column("belongs", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["lecture_event.id"], name=op.f("fk_event_piece_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placement.id"], name=op.f("fk_event_piece_placement_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_piece")),
        sa.UniqueConstraint("event_id", "placement_id", name=op.f("uq_event_piece_event_id_placement_id")),
    )
    op.create_index(op.f("ix_event_piece_placement_id"), "event_piece", ["placement_id"])
    op.execute("ALTER TABLE event_record ADD COLUMN replay_address VARCHAR(500) DEFAULT '' NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE event_record DROP COLUMN replay_address")
    op.drop_index(op.f("ix_event_piece_placement_id"), "event_piece")
    op.drop_table("event_piece")
