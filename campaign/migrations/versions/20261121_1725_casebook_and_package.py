"""casebook and acceptance package

Revision ID: c4f07a2be913
Revises: 3b7d9c51e0aa
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import campaign.db

revision = "c4f07a2be913"
down_revision = "3b7d9c51e0aa"
branch_labels = None
depends_on = None

MOMENT = campaign.db.UtcDateTime(timezone=True)


def _owned(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f(f"fk_{table}_made_by_id")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f(f"fk_{table}_asset_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f(f"fk_{table}_programme_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f(f"fk_{table}_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("programme_id", "number", name=op.f(f"uq_{table}_programme_id_number")),
    )


def upgrade() -> None:
    op.create_table(
        "book_edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("subtitle", sa.String(length=120), nullable=False),
        sa.Column("issuer", sa.String(length=120), nullable=False),
        sa.Column("preface", sa.Text(), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("for_print", sa.Boolean(), nullable=False),
        sa.Column("as_of", MOMENT, nullable=False),
        sa.Column("stories", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("told", sa.JSON(), nullable=True),
        *_owned("book_edition"),
        sa.CheckConstraint(
            "scope in ('written', 'selected', 'approved')", name=op.f("ck_book_edition_scope")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_book_edition_number")),
    )
    op.create_table(
        "acceptance_package",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("with_clips", sa.Boolean(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("tree", sa.JSON(), nullable=True),
        *_owned("acceptance_package"),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_acceptance_package_report_id")),
    )
    for table in ("book_edition", "acceptance_package"):
        for column in ("programme_id", "owner_id"):
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_index(op.f("ix_acceptance_package_report_id"), "acceptance_package", ["report_id"])


def downgrade() -> None:
    op.drop_table("acceptance_package")
    op.drop_table("book_edition")
