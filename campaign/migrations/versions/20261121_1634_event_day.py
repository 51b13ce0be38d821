"""the day of an event and the way of an exhibit

Revision ID: 4e8a1d70c6f3
Revises: 9d4e61b7f2a8
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import campaign.db

revision = "4e8a1d70c6f3"
down_revision = "9d4e61b7f2a8"
branch_labels = None
depends_on = None

# Plain statements that both databases know, as in the migrations before: batch mode would lose the checks.
EXHIBIT = (
    ("level", "VARCHAR(20) DEFAULT 'national' NOT NULL"),
    ("significance", "TEXT DEFAULT '' NOT NULL"),
    ("width_mm", "INTEGER"),
    ("depth_mm", "INTEGER"),
    ("height_mm", "INTEGER"),
    ("weight_g", "INTEGER"),
    ("voltage_v", "INTEGER"),
    ("power_w", "INTEGER"),
    ("network", "VARCHAR(200) DEFAULT '' NOT NULL"),
    ("safety", "TEXT DEFAULT '' NOT NULL"),
    ("transport", "TEXT DEFAULT '' NOT NULL"),
    ("insurance_fen", "BIGINT"),
    ("film_url", "VARCHAR(500) DEFAULT '' NOT NULL"),
    ("contact_name", "VARCHAR(120) DEFAULT '' NOT NULL"),
    ("phone", "VARCHAR(120) DEFAULT '' NOT NULL"),
    ("label_text", "TEXT DEFAULT '' NOT NULL"),
    ("admitted_reason", "TEXT DEFAULT '' NOT NULL"),
    ("points_centi", "INTEGER"),
    ("decision_reason", "TEXT DEFAULT '' NOT NULL"),
)


def upgrade() -> None:
    for name, kind in EXHIBIT:
        op.execute(f"ALTER TABLE exhibit ADD COLUMN {name} {kind}")
    op.execute(
        "UPDATE exhibit SET points_centi = (innovation + representativeness + interactivity) * 100 / 3"
        " WHERE innovation IS NOT NULL AND representativeness IS NOT NULL AND interactivity IS NOT NULL"
    )
    op.create_table(
        "nomination_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("closes_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("max_uses", sa.Integer(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("revoked_at", campaign.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("max_uses between 1 and 1000", name=op.f("ck_nomination_link_max_uses")),
        sa.CheckConstraint("uses >= 0 and uses <= max_uses", name=op.f("ck_nomination_link_uses")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_nomination_link_owner_id")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_nomination_link_programme_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination_link")),
        sa.UniqueConstraint("token", name=op.f("uq_nomination_link_token")),
    )
    op.create_index(op.f("ix_nomination_link_owner_id"), "nomination_link", ["owner_id"], unique=False)
    op.create_index(
        op.f("ix_nomination_link_programme_id"), "nomination_link", ["programme_id"], unique=False
    )
    op.create_table(
        "scoring_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("closes_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("closed_at", campaign.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("created_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_scoring_round_owner_id")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_scoring_round_programme_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scoring_round")),
        sa.UniqueConstraint("programme_id", "number", name=op.f("uq_scoring_round_programme_id_number")),
    )
    op.create_index(op.f("ix_scoring_round_owner_id"), "scoring_round", ["owner_id"], unique=False)
    op.create_index(op.f("ix_scoring_round_programme_id"), "scoring_round", ["programme_id"], unique=False)
    op.create_index(
        "uq_scoring_round_programme_id_open",
        "scoring_round",
        ["programme_id"],
        unique=True,
        sqlite_where=sa.text("closed_at is null"),
        postgresql_where=sa.text("closed_at is null"),
    )
    op.create_table(
        "audience_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=20), nullable=False),
        sa.Column("platform", sa.String(length=120), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.Column("evidence_name", sa.String(length=255), nullable=False),
        sa.Column("created_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("place in ('on_site', 'online')", name=op.f("ck_audience_count_place")),
        sa.CheckConstraint("people >= 0", name=op.f("ck_audience_count_people")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["lecture_event.id"], name=op.f("fk_audience_count_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["evidence_id"], ["asset.id"], name=op.f("fk_audience_count_evidence_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audience_count")),
        sa.UniqueConstraint(
            "event_id", "place", "platform", name=op.f("uq_audience_count_event_id_place_platform")
        ),
    )
    op.create_table(
        "event_gate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("opens_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("closes_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", campaign.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("arrivals", sa.Integer(), nullable=False),
        sa.Column("created_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind in ('sign_in', 'survey')", name=op.f("ck_event_gate_kind")),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_event_gate_period")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["lecture_event.id"], name=op.f("fk_event_gate_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_gate")),
        sa.UniqueConstraint("token", name=op.f("uq_event_gate_token")),
    )
    op.create_index(
        "uq_event_gate_event_id_kind_open",
        "event_gate",
        ["event_id", "kind"],
        unique=True,
        sqlite_where=sa.text("revoked_at is null"),
        postgresql_where=sa.text("revoked_at is null"),
    )
    op.create_table(
        "event_photo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("preview_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("caption", sa.String(length=200), nullable=False),
        sa.Column("chosen", sa.Boolean(), nullable=False),
        sa.Column("created_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_event_photo_asset_id")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["lecture_event.id"], name=op.f("fk_event_photo_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["preview_id"], ["asset.id"], name=op.f("fk_event_photo_preview_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_photo")),
        sa.UniqueConstraint("event_id", "asset_id", name=op.f("uq_event_photo_event_id_asset_id")),
    )
    op.create_table(
        "event_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("created_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["lecture_event.id"], name=op.f("fk_event_record_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_record")),
        sa.UniqueConstraint("event_id", name=op.f("uq_event_record_event_id")),
    )
    op.create_table(
        "exhibit_expert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("handed_in_at", campaign.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", campaign.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["scoring_round.id"], name=op.f("fk_exhibit_expert_round_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exhibit_expert")),
        sa.UniqueConstraint("round_id", "name", name=op.f("uq_exhibit_expert_round_id_name")),
        sa.UniqueConstraint("token", name=op.f("uq_exhibit_expert_token")),
    )
    op.create_table(
        "survey_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("device_key", sa.String(length=64), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["lecture_event.id"], name=op.f("fk_survey_answer_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answer")),
        sa.UniqueConstraint("event_id", "device_key", name=op.f("uq_survey_answer_event_id_device_key")),
    )
    op.create_table(
        "survey_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("created_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind in ('scale', 'choice', 'text')", name=op.f("ck_survey_question_kind")),
        sa.CheckConstraint("position between 1 and 5", name=op.f("ck_survey_question_position")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["lecture_event.id"], name=op.f("fk_survey_question_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_question")),
        sa.UniqueConstraint("event_id", "position", name=op.f("uq_survey_question_event_id_position")),
    )
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(length=36), nullable=False),
        sa.Column("identity_key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("organisation", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("signed_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("guest_id", sa.Integer(), nullable=True),
        sa.Column("created_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("way in ('phone', 'offline', 'desk')", name=op.f("ck_sign_in_way")),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_sign_in_name")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["lecture_event.id"], name=op.f("fk_sign_in_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["guest_id"], ["lecture_guest.id"], name=op.f("fk_sign_in_guest_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("event_id", "client_id", name=op.f("uq_sign_in_event_id_client_id")),
        sa.UniqueConstraint("event_id", "identity_key", name=op.f("uq_sign_in_event_id_identity_key")),
    )
    op.create_index(op.f("ix_sign_in_event_id"), "sign_in", ["event_id"], unique=False)
    op.create_table(
        "custody_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exhibit_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("happened_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("giver", sa.String(length=60), nullable=False),
        sa.Column("taker", sa.String(length=60), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("signed_by", sa.String(length=20), nullable=False),
        sa.Column("signature_id", sa.Integer(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind in ('collected', 'delivered', 'taken_down', 'returned')", name=op.f("ck_custody_step_kind")
        ),
        sa.CheckConstraint("signed_by in ('drawing', 'slip')", name=op.f("ck_custody_step_signed_by")),
        sa.CheckConstraint("length(giver) > 0 and length(taker) > 0", name=op.f("ck_custody_step_people")),
        sa.ForeignKeyConstraint(["exhibit_id"], ["exhibit.id"], name=op.f("fk_custody_step_exhibit_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_custody_step_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(["signature_id"], ["asset.id"], name=op.f("fk_custody_step_signature_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody_step")),
        sa.UniqueConstraint("exhibit_id", "position", name=op.f("uq_custody_step_exhibit_id_position")),
    )
    op.create_table(
        "exhibit_nomination",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(length=36), nullable=False),
        sa.Column("firm", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("exhibit_id", sa.Integer(), nullable=True),
        sa.Column("created_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'taken') = (exhibit_id is not null)", name=op.f("ck_exhibit_nomination_taken")
        ),
        sa.CheckConstraint(
            "state <> 'refused' or length(reason) > 0", name=op.f("ck_exhibit_nomination_reason")
        ),
        sa.CheckConstraint(
            "state in ('received', 'taken', 'refused')", name=op.f("ck_exhibit_nomination_state")
        ),
        sa.ForeignKeyConstraint(
            ["exhibit_id"], ["exhibit.id"], name=op.f("fk_exhibit_nomination_exhibit_id")
        ),
        sa.ForeignKeyConstraint(
            ["link_id"], ["nomination_link.id"], name=op.f("fk_exhibit_nomination_link_id")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organisation.id"], name=op.f("fk_exhibit_nomination_owner_id")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_exhibit_nomination_programme_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exhibit_nomination")),
        sa.UniqueConstraint("client_id", name=op.f("uq_exhibit_nomination_client_id")),
        sa.UniqueConstraint("exhibit_id", name=op.f("uq_exhibit_nomination_exhibit_id")),
    )
    op.create_index(op.f("ix_exhibit_nomination_link_id"), "exhibit_nomination", ["link_id"], unique=False)
    op.create_index(op.f("ix_exhibit_nomination_owner_id"), "exhibit_nomination", ["owner_id"], unique=False)
    op.create_index(
        op.f("ix_exhibit_nomination_programme_id"), "exhibit_nomination", ["programme_id"], unique=False
    )
    op.create_index(op.f("ix_exhibit_nomination_state"), "exhibit_nomination", ["state"], unique=False)
    op.create_table(
        "exhibit_score",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("expert_id", sa.Integer(), nullable=False),
        sa.Column("exhibit_id", sa.Integer(), nullable=False),
        sa.Column("innovation", sa.Integer(), nullable=True),
        sa.Column("representativeness", sa.Integer(), nullable=True),
        sa.Column("interactivity", sa.Integer(), nullable=True),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.Column("recused", sa.Boolean(), nullable=False),
        sa.Column("created_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(innovation is null or (innovation >= 0 and innovation <= 100)) and (representativeness is null or (representativeness >= 0 and representativeness <= 100)) and (interactivity is null or (interactivity >= 0 and interactivity <= 100))",
            name=op.f("ck_exhibit_score_scores"),
        ),
        sa.CheckConstraint(
            "not recused or (innovation is null and representativeness is null and interactivity is null)",
            name=op.f("ck_exhibit_score_recused"),
        ),
        sa.ForeignKeyConstraint(["exhibit_id"], ["exhibit.id"], name=op.f("fk_exhibit_score_exhibit_id")),
        sa.ForeignKeyConstraint(
            ["expert_id"], ["exhibit_expert.id"], name=op.f("fk_exhibit_score_expert_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exhibit_score")),
        sa.UniqueConstraint("expert_id", "exhibit_id", name=op.f("uq_exhibit_score_expert_id_exhibit_id")),
    )
    op.create_index(op.f("ix_exhibit_score_exhibit_id"), "exhibit_score", ["exhibit_id"], unique=False)
    op.create_table(
        "round_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("exhibit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["exhibit_id"], ["exhibit.id"], name=op.f("fk_round_entry_exhibit_id")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["scoring_round.id"], name=op.f("fk_round_entry_round_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_entry")),
        sa.UniqueConstraint("round_id", "exhibit_id", name=op.f("uq_round_entry_round_id_exhibit_id")),
    )
    op.create_table(
        "exhibit_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exhibit_id", sa.Integer(), nullable=True),
        sa.Column("nomination_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("created_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", campaign.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind in ('photo', 'film')", name=op.f("ck_exhibit_file_kind")),
        sa.CheckConstraint(
            "exhibit_id is not null or nomination_id is not null", name=op.f("ck_exhibit_file_subject")
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_exhibit_file_asset_id")),
        sa.ForeignKeyConstraint(["exhibit_id"], ["exhibit.id"], name=op.f("fk_exhibit_file_exhibit_id")),
        sa.ForeignKeyConstraint(
            ["nomination_id"], ["exhibit_nomination.id"], name=op.f("fk_exhibit_file_nomination_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exhibit_file")),
        sa.UniqueConstraint("nomination_id", "asset_id", name=op.f("uq_exhibit_file_nomination_id_asset_id")),
    )
    op.create_index(op.f("ix_exhibit_file_exhibit_id"), "exhibit_file", ["exhibit_id"], unique=False)


def downgrade() -> None:
    op.drop_table("exhibit_file")
    op.drop_table("round_entry")
    op.drop_table("exhibit_score")
    op.drop_table("exhibit_nomination")
    op.drop_table("custody_step")
    op.drop_table("sign_in")
    op.drop_table("survey_question")
    op.drop_table("survey_answer")
    op.drop_table("exhibit_expert")
    op.drop_table("event_record")
    op.drop_table("event_photo")
    op.drop_table("event_gate")
    op.drop_table("audience_count")
    op.drop_table("scoring_round")
    op.drop_table("nomination_link")
    for name, _kind in EXHIBIT:
        op.execute(f"ALTER TABLE exhibit DROP COLUMN {name}")
