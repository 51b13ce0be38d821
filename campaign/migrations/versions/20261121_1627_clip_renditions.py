"""clip renditions

Revision ID: 2be7a91c40d5
Revises: 3b7a90c4e5d1
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import campaign.db

revision = "2be7a91c40d5"
down_revision = "3b7a90c4e5d1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clip_rendition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clip_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("options", sa.JSON(), nullable=True),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("error", sa.JSON(), nullable=True),
        sa.Column("created_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind in ('web', 'vertical', 'square', 'cover_wide', 'cover_tall', 'cover_square')",
            name=op.f("ck_clip_rendition_kind"),
        ),
        sa.CheckConstraint(
            "state in ('wanted', 'making', 'ready', 'failed')", name=op.f("ck_clip_rendition_state")
        ),
        sa.CheckConstraint(
            "(state = 'ready') = (asset_id is not null)", name=op.f("ck_clip_rendition_ready_has_file")
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_clip_rendition_asset_id")),
        sa.ForeignKeyConstraint(
            ["clip_id"], ["clip.id"], name=op.f("fk_clip_rendition_clip_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clip_rendition")),
        sa.UniqueConstraint("clip_id", "kind", name=op.f("uq_clip_rendition_clip_id_kind")),
    )
    op.create_index(op.f("ix_clip_rendition_state"), "clip_rendition", ["state"])


def downgrade() -> None:
    op.drop_table("clip_rendition")
