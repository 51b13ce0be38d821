"""finding waivers

Revision ID: 6c1f0f4d7a21
Revises: 5c1d7e0a94b2
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import campaign.db

revision = "6c1f0f4d7a21"
down_revision = "5c1d7e0a94b2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "finding_waiver",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("waived_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(reason) >= 4", name=op.f("ck_finding_waiver_reason")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_finding_waiver_owner_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_finding_waiver_programme_id")),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source_video.id"], name=op.f("fk_finding_waiver_source_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["waived_by_id"], ["user_account.id"], name=op.f("fk_finding_waiver_waived_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_waiver")),
        sa.UniqueConstraint("source_id", "rule", name=op.f("uq_finding_waiver_source_id_rule")),
    )
    op.create_index(op.f("ix_finding_waiver_owner_id"), "finding_waiver", ["owner_id"])
    op.create_index(op.f("ix_finding_waiver_programme_id"), "finding_waiver", ["programme_id"])


def downgrade() -> None:
    op.drop_table("finding_waiver")
