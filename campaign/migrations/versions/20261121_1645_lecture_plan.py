"""lecture plan

Revision ID: 3b7d9c51e0aa
Revises: 5d2c91e7ab40
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import campaign.db

revision = "3b7d9c51e0aa"
down_revision = "5d2c91e7ab40"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What a plan of a lecture event says: hall, guests in precedence, media, run of show, preparation (A6 to A8).
    op.execute("ALTER TABLE lecture_event ADD COLUMN theme VARCHAR(200) DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE lecture_event ADD COLUMN purpose TEXT DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE lecture_event ADD COLUMN organisers TEXT DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE lecture_event ADD COLUMN undertakers TEXT DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE lecture_event ADD COLUMN supporters TEXT DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE lecture_event ADD COLUMN park VARCHAR(200) DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE lecture_event ADD COLUMN rooms VARCHAR(300) DEFAULT '' NOT NULL")
    op.execute(
        "ALTER TABLE lecture_event ADD COLUMN seats INTEGER CONSTRAINT ck_lecture_event_seats CHECK (seats is null or seats >= 0)"
    )
    op.execute("ALTER TABLE lecture_event ADD COLUMN travel TEXT DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE lecture_event ADD COLUMN online_channels TEXT DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE lecture_event ADD COLUMN host VARCHAR(120) DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE lecture_event ADD COLUMN contact_name VARCHAR(120) DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE lecture_event ADD COLUMN phone VARCHAR(120) DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE lecture_event ADD COLUMN guests_by_hand BOOLEAN DEFAULT FALSE NOT NULL")
    op.execute(
        "ALTER TABLE lecture_event ADD COLUMN seat_rows INTEGER CONSTRAINT ck_lecture_event_seat_rows CHECK (seat_rows is null or seat_rows between 1 and 200)"
    )
    op.execute(
        "ALTER TABLE lecture_event ADD COLUMN seat_columns INTEGER CONSTRAINT ck_lecture_event_seat_columns CHECK (seat_columns is null or seat_columns between 1 and 200)"
    )
    op.execute(
        "ALTER TABLE lecture_event ADD COLUMN revision INTEGER DEFAULT 1 NOT NULL CONSTRAINT ck_lecture_event_revision CHECK (revision >= 1)"
    )
    op.execute("ALTER TABLE lecture_case ADD COLUMN speaker_title VARCHAR(200) DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE lecture_case ADD COLUMN stand_in VARCHAR(120) DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE lecture_case ADD COLUMN speech TEXT DEFAULT '' NOT NULL")
    op.execute(
        "ALTER TABLE lecture_case ADD COLUMN speech_id INTEGER CONSTRAINT fk_lecture_case_speech_id REFERENCES asset (id)"
    )
    op.execute("ALTER TABLE lecture_case ADD COLUMN speech_name VARCHAR(255) DEFAULT '' NOT NULL")
    op.execute(
        "ALTER TABLE lecture_case ADD COLUMN slides_id INTEGER CONSTRAINT fk_lecture_case_slides_id REFERENCES asset (id)"
    )
    op.execute("ALTER TABLE lecture_case ADD COLUMN slides_name VARCHAR(255) DEFAULT '' NOT NULL")
    op.execute(
        "ALTER TABLE lecture_case ADD COLUMN clip_id INTEGER CONSTRAINT fk_lecture_case_clip_id REFERENCES clip (id)"
    )
    op.create_index(op.f("ix_lecture_case_clip_id"), "lecture_case", ["clip_id"])
    op.execute("ALTER TABLE lecture_case ADD COLUMN rehearsed_on DATE")
    op.execute("ALTER TABLE lecture_guest ADD COLUMN organisation VARCHAR(200) DEFAULT '' NOT NULL")
    op.execute(
        "ALTER TABLE lecture_guest ADD COLUMN rank VARCHAR(20) DEFAULT 'none' NOT NULL CONSTRAINT ck_lecture_guest_rank CHECK (rank in ('ministry_head', 'ministry_deputy', 'academician', 'bureau_head', 'bureau_deputy', 'division_head', 'division_deputy', 'section', 'expert', 'executive', 'none'))"
    )
    op.execute(
        "ALTER TABLE lecture_guest ADD COLUMN level VARCHAR(20) DEFAULT 'other' NOT NULL CONSTRAINT ck_lecture_guest_level CHECK (level in ('national', 'province', 'city', 'county', 'other'))"
    )
    op.execute(
        "ALTER TABLE lecture_guest ADD COLUMN role VARCHAR(20) DEFAULT 'attends' NOT NULL CONSTRAINT ck_lecture_guest_role CHECK (role in ('attends', 'address', 'comments', 'awards', 'hosts'))"
    )
    op.execute("ALTER TABLE lecture_guest ADD COLUMN phone VARCHAR(120) DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE lecture_guest ADD COLUMN invited_on DATE")
    op.execute(
        "ALTER TABLE lecture_guest ADD COLUMN answer VARCHAR(10) DEFAULT 'open' NOT NULL CONSTRAINT ck_lecture_guest_answer CHECK (answer in ('open', 'yes', 'deputy', 'no'))"
    )
    op.execute("ALTER TABLE lecture_guest ADD COLUMN answer_note VARCHAR(200) DEFAULT '' NOT NULL")
    op.execute(
        "ALTER TABLE lecture_medium ADD COLUMN outlet_id INTEGER CONSTRAINT fk_lecture_medium_outlet_id REFERENCES outlet (id)"
    )
    op.create_index(op.f("ix_lecture_medium_outlet_id"), "lecture_medium", ["outlet_id"])
    op.execute("ALTER TABLE lecture_medium ADD COLUMN reporter VARCHAR(120) DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE lecture_medium ADD COLUMN phone VARCHAR(120) DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE lecture_medium ADD COLUMN planned VARCHAR(300) DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE lecture_medium ADD COLUMN invited_on DATE")
    op.execute(
        "ALTER TABLE lecture_medium ADD COLUMN answer VARCHAR(10) DEFAULT 'open' NOT NULL CONSTRAINT ck_lecture_medium_answer CHECK (answer in ('open', 'yes', 'deputy', 'no'))"
    )
    op.execute(
        "ALTER TABLE agenda_item ADD COLUMN kind VARCHAR(20) DEFAULT 'other' NOT NULL CONSTRAINT ck_agenda_item_kind CHECK (kind in ('sign_in', 'opening', 'address', 'lecture', 'film', 'comment', 'exchange', 'ceremony', 'break', 'closing', 'other'))"
    )
    op.execute(
        "ALTER TABLE agenda_item ADD COLUMN lecture_case_id INTEGER CONSTRAINT fk_agenda_item_lecture_case_id REFERENCES lecture_case (id)"
    )
    op.create_index(op.f("ix_agenda_item_lecture_case_id"), "agenda_item", ["lecture_case_id"])
    op.execute("ALTER TABLE agenda_item ADD COLUMN host VARCHAR(120) DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE agenda_item ADD COLUMN screen VARCHAR(300) DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE agenda_item ADD COLUMN cue VARCHAR(200) DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE agenda_item ADD COLUMN charge VARCHAR(120) DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE agenda_item ADD COLUMN materials VARCHAR(300) DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE agenda_item ADD COLUMN materials_ready BOOLEAN DEFAULT FALSE NOT NULL")
    op.execute(
        "ALTER TABLE agenda_item ADD COLUMN fixed_minute INTEGER CONSTRAINT ck_agenda_item_fixed_minute CHECK (fixed_minute is null or fixed_minute between 0 and 14399)"
    )
    op.create_table(
        "lecture_score",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("score_hundredths", sa.Integer(), nullable=False),
        sa.Column("created_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("score_hundredths between 0 and 100000000", name=op.f("ck_lecture_score_score")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_record.id"], name=op.f("fk_lecture_score_case_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lecture_score")),
        sa.UniqueConstraint("case_id", name=op.f("uq_lecture_score_case_id")),
    )
    op.create_table(
        "lecture_candidate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=10), nullable=False),
        sa.Column("created_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("mark in ('pinned', 'excluded')", name=op.f("ck_lecture_candidate_mark")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_record.id"], name=op.f("fk_lecture_candidate_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["lecture_event.id"], name=op.f("fk_lecture_candidate_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lecture_candidate")),
        sa.UniqueConstraint("event_id", "case_id", name=op.f("uq_lecture_candidate_event_id_case_id")),
    )
    op.create_index(op.f("ix_lecture_candidate_case_id"), "lecture_candidate", ["case_id"])
    op.create_table(
        "lecture_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("person", sa.String(length=120), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["lecture_event.id"], name=op.f("fk_lecture_task_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lecture_task")),
    )
    op.create_index(op.f("ix_lecture_task_due_on"), "lecture_task", ["due_on"])
    op.create_index(op.f("ix_lecture_task_event_id"), "lecture_task", ["event_id"])
    op.create_table(
        "lecture_duty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("team", sa.String(length=120), nullable=False),
        sa.Column("person", sa.String(length=120), nullable=False),
        sa.Column("members", sa.String(length=300), nullable=False),
        sa.Column("work", sa.Text(), nullable=False),
        sa.Column("created_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["lecture_event.id"], name=op.f("fk_lecture_duty_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lecture_duty")),
    )
    op.create_index(op.f("ix_lecture_duty_event_id"), "lecture_duty", ["event_id"])
    op.create_table(
        "lecture_cost",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("ck_lecture_cost_amount")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["lecture_event.id"], name=op.f("fk_lecture_cost_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["line_id"], ["budget_line.id"], name=op.f("fk_lecture_cost_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lecture_cost")),
    )
    op.create_index(op.f("ix_lecture_cost_event_id"), "lecture_cost", ["event_id"])
    op.create_index(op.f("ix_lecture_cost_line_id"), "lecture_cost", ["line_id"])
    op.create_table(
        "lecture_risk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("person", sa.String(length=120), nullable=False),
        sa.Column("created_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["lecture_event.id"], name=op.f("fk_lecture_risk_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lecture_risk")),
    )
    op.create_index(op.f("ix_lecture_risk_event_id"), "lecture_risk", ["event_id"])
    op.create_table(
        "lecture_seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("seat_row", sa.Integer(), nullable=False),
        sa.Column("seat_number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("guest_id", sa.Integer(), nullable=True),
        sa.Column("created_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("seat_row >= 1 and seat_number >= 1", name=op.f("ck_lecture_seat_place")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["lecture_event.id"], name=op.f("fk_lecture_seat_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["guest_id"], ["lecture_guest.id"], name=op.f("fk_lecture_seat_guest_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lecture_seat")),
        sa.UniqueConstraint(
            "event_id", "seat_row", "seat_number", name=op.f("uq_lecture_seat_event_id_seat_row_seat_number")
        ),
    )
    op.create_index(op.f("ix_lecture_seat_guest_id"), "lecture_seat", ["guest_id"])


def downgrade() -> None:
    for table in (
        "lecture_seat",
        "lecture_risk",
        "lecture_cost",
        "lecture_duty",
        "lecture_task",
        "lecture_candidate",
        "lecture_score",
    ):
        op.drop_table(table)
    op.execute("ALTER TABLE agenda_item DROP COLUMN fixed_minute")
    op.execute("ALTER TABLE agenda_item DROP COLUMN materials_ready")
    op.execute("ALTER TABLE agenda_item DROP COLUMN materials")
    op.execute("ALTER TABLE agenda_item DROP COLUMN charge")
    op.execute("ALTER TABLE agenda_item DROP COLUMN cue")
    op.execute("ALTER TABLE agenda_item DROP COLUMN screen")
    op.execute("ALTER TABLE agenda_item DROP COLUMN host")
    op.drop_index(op.f("ix_agenda_item_lecture_case_id"), "agenda_item")
    op.execute("ALTER TABLE agenda_item DROP COLUMN lecture_case_id")
    op.execute("ALTER TABLE agenda_item DROP COLUMN kind")
    op.execute("ALTER TABLE lecture_medium DROP COLUMN answer")
    op.execute("ALTER TABLE lecture_medium DROP COLUMN invited_on")
    op.execute("ALTER TABLE lecture_medium DROP COLUMN planned")
    op.execute("ALTER TABLE lecture_medium DROP COLUMN phone")
    op.execute("ALTER TABLE lecture_medium DROP COLUMN reporter")
    op.drop_index(op.f("ix_lecture_medium_outlet_id"), "lecture_medium")
    op.execute("ALTER TABLE lecture_medium DROP COLUMN outlet_id")
    op.execute("ALTER TABLE lecture_guest DROP COLUMN answer_note")
    op.execute("ALTER TABLE lecture_guest DROP COLUMN answer")
    op.execute("ALTER TABLE lecture_guest DROP COLUMN invited_on")
    op.execute("ALTER TABLE lecture_guest DROP COLUMN phone")
    op.execute("ALTER TABLE lecture_guest DROP COLUMN role")
    op.execute("ALTER TABLE lecture_guest DROP COLUMN level")
    op.execute("ALTER TABLE lecture_guest DROP COLUMN rank")
    op.execute("ALTER TABLE lecture_guest DROP COLUMN organisation")
    op.execute("ALTER TABLE lecture_case DROP COLUMN rehearsed_on")
    op.drop_index(op.f("ix_lecture_case_clip_id"), "lecture_case")
    op.execute("ALTER TABLE lecture_case DROP COLUMN clip_id")
    op.execute("ALTER TABLE lecture_case DROP COLUMN slides_name")
    op.execute("ALTER TABLE lecture_case DROP COLUMN slides_id")
    op.execute("ALTER TABLE lecture_case DROP COLUMN speech_name")
    op.execute("ALTER TABLE lecture_case DROP COLUMN speech_id")
    op.execute("ALTER TABLE lecture_case DROP COLUMN speech")
    op.execute("ALTER TABLE lecture_case DROP COLUMN stand_in")
    op.execute("ALTER TABLE lecture_case DROP COLUMN speaker_title")
    op.execute("ALTER TABLE lecture_event DROP COLUMN revision")
    op.execute("ALTER TABLE lecture_event DROP COLUMN seat_columns")
    op.execute("ALTER TABLE lecture_event DROP COLUMN seat_rows")
    op.execute("ALTER TABLE lecture_event DROP COLUMN guests_by_hand")
    op.execute("ALTER TABLE lecture_event DROP COLUMN phone")
    op.execute("ALTER TABLE lecture_event DROP COLUMN contact_name")
    op.execute("ALTER TABLE lecture_event DROP COLUMN host")
    op.execute("ALTER TABLE lecture_event DROP COLUMN online_channels")
    op.execute("ALTER TABLE lecture_event DROP COLUMN travel")
    op.execute("ALTER TABLE lecture_event DROP COLUMN seats")
    op.execute("ALTER TABLE lecture_event DROP COLUMN rooms")
    op.execute("ALTER TABLE lecture_event DROP COLUMN park")
    op.execute("ALTER TABLE lecture_event DROP COLUMN supporters")
    op.execute("ALTER TABLE lecture_event DROP COLUMN undertakers")
    op.execute("ALTER TABLE lecture_event DROP COLUMN organisers")
    op.execute("ALTER TABLE lecture_event DROP COLUMN purpose")
    op.execute("ALTER TABLE lecture_event DROP COLUMN theme")
