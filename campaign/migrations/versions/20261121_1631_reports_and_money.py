"""reports and money

Revision ID: 9d4e61b7f2a8
Revises: b7d20c5e9a14
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import campaign.db

revision = "9d4e61b7f2a8"
down_revision = "b7d20c5e9a14"
branch_labels = None
depends_on = None

KINDS = "kind in ('monthly', 'execution', 'summary', 'performance', 'acceptance')"
ENTERED_BY = """
UPDATE expense SET entered_by_id = (
    SELECT min(audit_entry.actor_id) FROM audit_entry
    JOIN user_account ON user_account.id = audit_entry.actor_id
    WHERE audit_entry.subject_type = 'expense' AND audit_entry.action = 'created'
      AND audit_entry.subject_id = CAST(expense.id AS VARCHAR(40)))
"""


def upgrade() -> None:
    # A second person approves each expense (A1, A18); those entered before wait for that person.
    for column in (
        "entered_by_id INTEGER CONSTRAINT fk_expense_entered_by_id REFERENCES user_account (id)",
        "decided_by_id INTEGER CONSTRAINT fk_expense_decided_by_id REFERENCES user_account (id) "
        "CONSTRAINT ck_expense_four_eyes CHECK (decided_by_id is null or "
        "(entered_by_id is not null and decided_by_id <> entered_by_id))",
        "state VARCHAR(20) DEFAULT 'pending' NOT NULL CONSTRAINT ck_expense_state CHECK "
        "(state in ('pending', 'approved', 'refused', 'withdrawn')) CONSTRAINT ck_expense_decided CHECK "
        "((state in ('approved', 'refused')) = (decided_by_id is not null))",
    ):
        op.execute(f"ALTER TABLE expense ADD COLUMN {column}")
    op.add_column("expense", sa.Column("decided_at", campaign.db.UtcDateTime(timezone=True), nullable=True))
    for column in (
        "reason VARCHAR(300) DEFAULT '' NOT NULL "
        "CONSTRAINT ck_expense_has_reason CHECK (state <> 'refused' or reason <> '') "
        "CONSTRAINT ck_expense_decided_at CHECK ((decided_by_id is null) = (decided_at is null))",
        "voucher_number VARCHAR(40) DEFAULT '' NOT NULL",
    ):
        op.execute(f"ALTER TABLE expense ADD COLUMN {column}")
    op.execute(ENTERED_BY)
    # The month of a monthly report (A17).
    op.execute(
        "ALTER TABLE report ADD COLUMN month VARCHAR(7) CONSTRAINT ck_report_month "
        "CHECK ((kind = 'monthly') = (month is not null))"
    )
    # The words a report begins with, kept per programme.
    op.create_table(
        "report_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_report_template_kind")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_report_template_number")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_report_template_asset_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f("fk_report_template_made_by_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_report_template_owner_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_report_template_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_template")),
        sa.UniqueConstraint(
            "programme_id", "kind", "number", name=op.f("uq_report_template_programme_id_kind_number")
        ),
    )
    op.create_index(op.f("ix_report_template_owner_id"), "report_template", ["owner_id"])
    op.create_index(op.f("ix_report_template_programme_id"), "report_template", ["programme_id"])


def downgrade() -> None:
    op.drop_table("report_template")
    op.execute("ALTER TABLE report DROP COLUMN month")
    for column in ("voucher_number", "reason", "decided_at", "state", "decided_by_id", "entered_by_id"):
        op.execute(f"ALTER TABLE expense DROP COLUMN {column}")
