"""initial

Revision ID: b2fc2164441f
Revises: 
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import campaign.db

revision = 'b2fc2164441f'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Everything the first release knows.
    op.create_table('asset',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size_bytes', sa.BigInteger(), nullable=False),
    sa.Column('media_type', sa.String(length=120), nullable=False),
    sa.Column('created_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_asset')),
    sa.UniqueConstraint('sha256', name=op.f('uq_asset_sha256'))
    )
    op.create_table('organisation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('region', sa.String(length=60), nullable=False),
    sa.Column('path', sa.String(length=255), nullable=False),
    sa.Column('created_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['parent_id'], ['organisation.id'], name=op.f('fk_organisation_parent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation')),
    sa.UniqueConstraint('parent_id', 'name', name=op.f('uq_organisation_parent_id_name'))
    )
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_organisation_parent_id'), ['parent_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_organisation_path'), ['path'], unique=False)

    op.create_table('outlet',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('level', sa.String(length=20), nullable=False),
    sa.Column('region', sa.String(length=60), nullable=False),
    sa.Column('homepage', sa.String(length=300), nullable=False),
    sa.Column('authoritative_from', sa.Date(), nullable=True),
    sa.Column('authoritative_until', sa.Date(), nullable=True),
    sa.Column('authoritative_list', sa.String(length=200), nullable=False),
    sa.Column('created_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("level in ('central', 'industry', 'provincial', 'municipal', 'county', 'enterprise', 'self')", name=op.f('ck_outlet_level')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outlet')),
    sa.UniqueConstraint('name', name=op.f('uq_outlet_name'))
    )
    with op.batch_alter_table('outlet', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outlet_level'), ['level'], unique=False)

    op.create_table('user_account',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('username', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=False),
    sa.Column('locale', sa.String(length=10), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('last_login_at', campaign.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('created_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('username = lower(username)', name=op.f('ck_user_account_username_lower')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user_account')),
    sa.UniqueConstraint('username', name=op.f('uq_user_account_username'))
    )
    op.create_table('worker',
    sa.Column('executor_id', sa.String(length=120), nullable=False),
    sa.Column('pid', sa.Integer(), nullable=False),
    sa.Column('started_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('heartbeat_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('executor_id', name=op.f('pk_worker'))
    )
    op.create_table('audit_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('programme_id', sa.Integer(), nullable=True),
    sa.Column('action', sa.String(length=20), nullable=False),
    sa.Column('subject_type', sa.String(length=60), nullable=False),
    sa.Column('subject_id', sa.String(length=40), nullable=False),
    sa.Column('changes', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['user_account.id'], name=op.f('fk_audit_entry_actor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry'))
    )
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_entry_actor_id'), ['actor_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entry_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entry_programme_id'), ['programme_id'], unique=False)
        batch_op.create_index('ix_audit_entry_subject', ['subject_type', 'subject_id'], unique=False)

    op.create_table('membership',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('created_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_membership_organisation_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_membership_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_membership')),
    sa.UniqueConstraint('user_id', 'organisation_id', 'role', name=op.f('uq_membership_user_id_organisation_id_role'))
    )
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_membership_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('programme',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('profile_key', sa.String(length=60), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('lead_id', sa.Integer(), nullable=True),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('created_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('starts_on <= ends_on', name=op.f('ck_programme_period')),
    sa.ForeignKeyConstraint(['lead_id'], ['user_account.id'], name=op.f('fk_programme_lead_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_programme_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_programme')),
    sa.UniqueConstraint('key', name=op.f('uq_programme_key'))
    )
    with op.batch_alter_table('programme', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_programme_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('budget_line',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('created_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('amount_fen >= 0', name=op.f('ck_budget_line_amount')),
    sa.ForeignKeyConstraint(['owner_id'], ['organisation.id'], name=op.f('fk_budget_line_owner_id')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_budget_line_programme_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_budget_line')),
    sa.UniqueConstraint('programme_id', 'name', name=op.f('uq_budget_line_programme_id_name'))
    )
    with op.batch_alter_table('budget_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_budget_line_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_budget_line_programme_id'), ['programme_id'], unique=False)

    op.create_table('enterprise',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('name_key', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('region', sa.String(length=60), nullable=False),
    sa.Column('little_giant_year', sa.Integer(), nullable=True),
    sa.Column('created_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('little_giant_year is null or little_giant_year >= 2019', name=op.f('ck_enterprise_little_giant_year')),
    sa.ForeignKeyConstraint(['owner_id'], ['organisation.id'], name=op.f('fk_enterprise_owner_id')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_enterprise_programme_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enterprise')),
    sa.UniqueConstraint('programme_id', 'name_key', name=op.f('uq_enterprise_programme_id_name_key'))
    )
    with op.batch_alter_table('enterprise', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_enterprise_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_enterprise_programme_id'), ['programme_id'], unique=False)

    op.create_table('job',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('label', sa.String(length=300), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('requested_by_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('progress', sa.Double(), nullable=False),
    sa.Column('message', sa.JSON(), nullable=True),
    sa.Column('error', sa.JSON(), nullable=True),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('starts', sa.Integer(), nullable=False),
    sa.Column('worker', sa.String(length=120), nullable=True),
    sa.Column('cancel_requested', sa.Boolean(), nullable=False),
    sa.Column('started_at', campaign.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('ended_at', campaign.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('created_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state in ('queued', 'running', 'done', 'failed', 'cancelled')", name=op.f('ck_job_state')),
    sa.CheckConstraint('progress >= 0 and progress <= 1', name=op.f('ck_job_progress')),
    sa.ForeignKeyConstraint(['owner_id'], ['organisation.id'], name=op.f('fk_job_owner_id')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_job_programme_id')),
    sa.ForeignKeyConstraint(['requested_by_id'], ['user_account.id'], name=op.f('fk_job_requested_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job'))
    )
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_job_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_job_programme_id'), ['programme_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_job_state'), ['state'], unique=False)
        batch_op.create_index('uq_job_kind_subject_active', ['kind', 'subject_id'], unique=True, sqlite_where=sa.text("state in ('queued', 'running')"), postgresql_where=sa.text("state in ('queued', 'running')"))

    op.create_table('lecture_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('tier', sa.String(length=20), nullable=False),
    sa.Column('starts_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('ends_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('venue', sa.String(length=200), nullable=False),
    sa.Column('address', sa.String(length=300), nullable=False),
    sa.Column('online_address', sa.String(length=500), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('attendance_on_site', sa.Integer(), nullable=False),
    sa.Column('attendance_online', sa.Integer(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('evidence_id', sa.Integer(), nullable=True),
    sa.Column('evidence_name', sa.String(length=255), nullable=False),
    sa.Column('created_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("state <> 'held' or evidence_id is not null", name=op.f('ck_lecture_event_held_has_evidence')),
    sa.CheckConstraint("state in ('planned', 'held', 'cancelled')", name=op.f('ck_lecture_event_state')),
    sa.CheckConstraint("tier in ('province', 'city')", name=op.f('ck_lecture_event_tier')),
    sa.CheckConstraint('attendance_on_site >= 0 and attendance_online >= 0', name=op.f('ck_lecture_event_attendance')),
    sa.CheckConstraint('starts_at < ends_at', name=op.f('ck_lecture_event_period')),
    sa.ForeignKeyConstraint(['evidence_id'], ['asset.id'], name=op.f('fk_lecture_event_evidence_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['organisation.id'], name=op.f('fk_lecture_event_owner_id')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_lecture_event_programme_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lecture_event'))
    )
    with op.batch_alter_table('lecture_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_lecture_event_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_lecture_event_programme_id'), ['programme_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_lecture_event_state'), ['state'], unique=False)

    op.create_table('placement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('outlet_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('address', sa.String(length=1000), nullable=False),
    sa.Column('address_key', sa.String(length=1000), nullable=False),
    sa.Column('published_on', sa.Date(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('evidence_id', sa.Integer(), nullable=True),
    sa.Column('evidence_name', sa.String(length=255), nullable=False),
    sa.Column('created_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind in ('report', 'comprehensive', 'broadcast', 'repost')", name=op.f('ck_placement_kind')),
    sa.ForeignKeyConstraint(['evidence_id'], ['asset.id'], name=op.f('fk_placement_evidence_id')),
    sa.ForeignKeyConstraint(['outlet_id'], ['outlet.id'], name=op.f('fk_placement_outlet_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['organisation.id'], name=op.f('fk_placement_owner_id')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_placement_programme_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_placement'))
    )
    with op.batch_alter_table('placement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_placement_outlet_id'), ['outlet_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_placement_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_placement_programme_id'), ['programme_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_placement_published_on'), ['published_on'], unique=False)
        batch_op.create_index('uq_placement_programme_id_address_key', ['programme_id', 'address_key'], unique=True, sqlite_where=sa.text("address_key <> ''"), postgresql_where=sa.text("address_key <> ''"))

    op.create_table('report',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('as_of', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('snapshot', sa.JSON(), nullable=False),
    sa.Column('snapshot_sha256', sa.String(length=64), nullable=False),
    sa.Column('created_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind in ('monthly', 'execution', 'summary', 'performance', 'acceptance')", name=op.f('ck_report_kind')),
    sa.ForeignKeyConstraint(['made_by_id'], ['user_account.id'], name=op.f('fk_report_made_by_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['organisation.id'], name=op.f('fk_report_owner_id')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_report_programme_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report')),
    sa.UniqueConstraint('programme_id', 'kind', 'number', name=op.f('uq_report_programme_id_kind_number'))
    )
    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_report_programme_id'), ['programme_id'], unique=False)

    op.create_table('agenda_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('person', sa.String(length=120), nullable=False),
    sa.Column('created_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('minutes > 0', name=op.f('ck_agenda_item_minutes')),
    sa.ForeignKeyConstraint(['event_id'], ['lecture_event.id'], name=op.f('fk_agenda_item_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agenda_item'))
    )
    with op.batch_alter_table('agenda_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agenda_item_event_id'), ['event_id'], unique=False)

    op.create_table('case_record',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('enterprise_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=True),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('title_key', sa.String(length=300), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('region', sa.String(length=60), nullable=False),
    sa.Column('team', sa.Text(), nullable=False),
    sa.Column('contact_name', sa.String(length=120), nullable=False),
    sa.Column('contact_post', sa.String(length=120), nullable=False),
    sa.Column('phone', sa.String(length=120), nullable=False),
    sa.Column('address', sa.String(length=300), nullable=False),
    sa.Column('has_park_association', sa.Boolean(), nullable=True),
    sa.Column('has_enterprise_association', sa.Boolean(), nullable=True),
    sa.Column('by_park_association', sa.Boolean(), nullable=False),
    sa.Column('lecture_candidate', sa.Boolean(), nullable=False),
    sa.Column('honours', sa.Text(), nullable=False),
    sa.Column('story', sa.Text(), nullable=False),
    sa.Column('remark', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('search_text', sa.Text(), nullable=False),
    sa.Column('created_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind in ('', 'organizational', 'technological', 'process')", name=op.f('ck_case_record_kind')),
    sa.CheckConstraint("state in ('nominated', 'selected', 'withdrawn')", name=op.f('ck_case_record_state')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_case_record_enterprise_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['organisation.id'], name=op.f('fk_case_record_owner_id')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_case_record_programme_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_record')),
    sa.UniqueConstraint('programme_id', 'enterprise_id', 'title_key', name=op.f('uq_case_record_programme_id_enterprise_id_title_key'))
    )
    with op.batch_alter_table('case_record', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_record_enterprise_id'), ['enterprise_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_case_record_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_case_record_programme_id'), ['programme_id'], unique=False)
        batch_op.create_index('ix_case_record_programme_id_region', ['programme_id', 'region'], unique=False)
        batch_op.create_index(batch_op.f('ix_case_record_state'), ['state'], unique=False)

    op.create_table('expense',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('line_id', sa.Integer(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('spent_on', sa.Date(), nullable=False),
    sa.Column('payee', sa.String(length=200), nullable=False),
    sa.Column('purpose', sa.String(length=300), nullable=False),
    sa.Column('voucher_id', sa.Integer(), nullable=False),
    sa.Column('voucher_name', sa.String(length=255), nullable=False),
    sa.Column('reverses_id', sa.Integer(), nullable=True),
    sa.Column('created_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('amount_fen <> 0', name=op.f('ck_expense_amount')),
    sa.ForeignKeyConstraint(['line_id'], ['budget_line.id'], name=op.f('fk_expense_line_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['organisation.id'], name=op.f('fk_expense_owner_id')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_expense_programme_id')),
    sa.ForeignKeyConstraint(['reverses_id'], ['expense.id'], name=op.f('fk_expense_reverses_id')),
    sa.ForeignKeyConstraint(['voucher_id'], ['asset.id'], name=op.f('fk_expense_voucher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_expense')),
    sa.UniqueConstraint('reverses_id', name=op.f('uq_expense_reverses_id'))
    )
    with op.batch_alter_table('expense', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_expense_line_id'), ['line_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_expense_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_expense_programme_id'), ['programme_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_expense_spent_on'), ['spent_on'], unique=False)

    op.create_table('lecture_guest',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('created_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['lecture_event.id'], name=op.f('fk_lecture_guest_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lecture_guest'))
    )
    with op.batch_alter_table('lecture_guest', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_lecture_guest_event_id'), ['event_id'], unique=False)

    op.create_table('lecture_medium',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('created_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['lecture_event.id'], name=op.f('fk_lecture_medium_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lecture_medium'))
    )
    with op.batch_alter_table('lecture_medium', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_lecture_medium_event_id'), ['event_id'], unique=False)

    op.create_table('report_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('form', sa.String(length=10), nullable=False),
    sa.Column('asset_id', sa.Integer(), nullable=False),
    sa.Column('created_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['asset_id'], ['asset.id'], name=op.f('fk_report_file_asset_id')),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_report_file_report_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_file')),
    sa.UniqueConstraint('report_id', 'form', name=op.f('uq_report_file_report_id_form'))
    )
    op.create_table('case_photo',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('asset_id', sa.Integer(), nullable=False),
    sa.Column('preview_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('file_name', sa.String(length=255), nullable=False),
    sa.Column('caption', sa.String(length=200), nullable=False),
    sa.Column('created_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['asset_id'], ['asset.id'], name=op.f('fk_case_photo_asset_id')),
    sa.ForeignKeyConstraint(['case_id'], ['case_record.id'], name=op.f('fk_case_photo_case_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['preview_id'], ['asset.id'], name=op.f('fk_case_photo_preview_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_photo')),
    sa.UniqueConstraint('case_id', 'asset_id', name=op.f('uq_case_photo_case_id_asset_id'))
    )
    with op.batch_alter_table('case_photo', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_photo_case_id'), ['case_id'], unique=False)

    op.create_table('clip',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('delivery', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('duration', campaign.db.ExactFraction(length=64), nullable=True),
    sa.Column('frame_count', sa.Integer(), nullable=True),
    sa.Column('result', sa.JSON(), nullable=True),
    sa.Column('asset_id', sa.Integer(), nullable=True),
    sa.Column('poster_id', sa.Integer(), nullable=True),
    sa.Column('created_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'ready') = (asset_id is not null)", name=op.f('ck_clip_ready_has_file')),
    sa.CheckConstraint("state in ('draft', 'rendering', 'ready', 'failed')", name=op.f('ck_clip_state')),
    sa.ForeignKeyConstraint(['asset_id'], ['asset.id'], name=op.f('fk_clip_asset_id')),
    sa.ForeignKeyConstraint(['case_id'], ['case_record.id'], name=op.f('fk_clip_case_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['organisation.id'], name=op.f('fk_clip_owner_id')),
    sa.ForeignKeyConstraint(['poster_id'], ['asset.id'], name=op.f('fk_clip_poster_id')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_clip_programme_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clip'))
    )
    with op.batch_alter_table('clip', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_clip_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_clip_fingerprint'), ['fingerprint'], unique=False)
        batch_op.create_index(batch_op.f('ix_clip_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_clip_programme_id'), ['programme_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_clip_state'), ['state'], unique=False)
        batch_op.create_index('uq_clip_programme_id_fingerprint_ready', ['programme_id', 'fingerprint'], unique=True, sqlite_where=sa.text("state = 'ready'"), postgresql_where=sa.text("state = 'ready'"))

    op.create_table('exhibit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('enterprise_id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('interaction', sa.Text(), nullable=False),
    sa.Column('innovation', sa.Integer(), nullable=True),
    sa.Column('representativeness', sa.Integer(), nullable=True),
    sa.Column('interactivity', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('photo_id', sa.Integer(), nullable=True),
    sa.Column('created_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("state in ('nominated', 'shortlisted', 'chosen', 'declined')", name=op.f('ck_exhibit_state')),
    sa.CheckConstraint('(innovation is null or (innovation >= 0 and innovation <= 100)) and (representativeness is null or (representativeness >= 0 and representativeness <= 100)) and (interactivity is null or (interactivity >= 0 and interactivity <= 100))', name=op.f('ck_exhibit_scores')),
    sa.ForeignKeyConstraint(['case_id'], ['case_record.id'], name=op.f('fk_exhibit_case_id')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_exhibit_enterprise_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['organisation.id'], name=op.f('fk_exhibit_owner_id')),
    sa.ForeignKeyConstraint(['photo_id'], ['asset.id'], name=op.f('fk_exhibit_photo_id')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_exhibit_programme_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exhibit')),
    sa.UniqueConstraint('programme_id', 'enterprise_id', 'title', name=op.f('uq_exhibit_programme_id_enterprise_id_title'))
    )
    with op.batch_alter_table('exhibit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_exhibit_enterprise_id'), ['enterprise_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_exhibit_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_exhibit_programme_id'), ['programme_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_exhibit_state'), ['state'], unique=False)

    op.create_table('lecture_case',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('speaker', sa.String(length=120), nullable=False),
    sa.Column('created_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_record.id'], name=op.f('fk_lecture_case_case_id')),
    sa.ForeignKeyConstraint(['event_id'], ['lecture_event.id'], name=op.f('fk_lecture_case_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lecture_case')),
    sa.UniqueConstraint('event_id', 'case_id', name=op.f('uq_lecture_case_event_id_case_id'))
    )
    with op.batch_alter_table('lecture_case', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_lecture_case_case_id'), ['case_id'], unique=False)

    op.create_table('placement_case',
    sa.Column('placement_id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_record.id'], name=op.f('fk_placement_case_case_id')),
    sa.ForeignKeyConstraint(['placement_id'], ['placement.id'], name=op.f('fk_placement_case_placement_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('placement_id', 'case_id', name=op.f('pk_placement_case'))
    )
    with op.batch_alter_table('placement_case', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_placement_case_case_id'), ['case_id'], unique=False)

    op.create_table('source_video',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('asset_id', sa.Integer(), nullable=False),
    sa.Column('uploaded_by_id', sa.Integer(), nullable=True),
    sa.Column('file_name', sa.String(length=255), nullable=False),
    sa.Column('match', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('duration', campaign.db.ExactFraction(length=64), nullable=True),
    sa.Column('frame_rate', campaign.db.ExactFraction(length=64), nullable=True),
    sa.Column('info', sa.JSON(), nullable=True),
    sa.Column('findings', sa.JSON(), nullable=True),
    sa.Column('measures', sa.JSON(), nullable=True),
    sa.Column('refusal', sa.JSON(), nullable=True),
    sa.Column('created_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("state in ('waiting', 'ingesting', 'ready', 'refused', 'failed')", name=op.f('ck_source_video_state')),
    sa.CheckConstraint('"match" in (\'none\', \'exact\', \'probable\', \'chosen\')', name=op.f('ck_source_video_match')),
    sa.CheckConstraint('("match" = \'none\') = (case_id is null)', name=op.f('ck_source_video_match_has_case')),
    sa.ForeignKeyConstraint(['asset_id'], ['asset.id'], name=op.f('fk_source_video_asset_id')),
    sa.ForeignKeyConstraint(['case_id'], ['case_record.id'], name=op.f('fk_source_video_case_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['organisation.id'], name=op.f('fk_source_video_owner_id')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_source_video_programme_id')),
    sa.ForeignKeyConstraint(['uploaded_by_id'], ['user_account.id'], name=op.f('fk_source_video_uploaded_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_source_video')),
    sa.UniqueConstraint('programme_id', 'asset_id', name=op.f('uq_source_video_programme_id_asset_id'))
    )
    with op.batch_alter_table('source_video', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_source_video_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_source_video_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_source_video_programme_id'), ['programme_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_source_video_state'), ['state'], unique=False)

    op.create_table('clip_range',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('clip_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('in_point', campaign.db.ExactFraction(length=64), nullable=False),
    sa.Column('out_point', campaign.db.ExactFraction(length=64), nullable=False),
    sa.Column('created_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['clip_id'], ['clip.id'], name=op.f('fk_clip_range_clip_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['source_id'], ['source_video.id'], name=op.f('fk_clip_range_source_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clip_range')),
    sa.UniqueConstraint('clip_id', 'position', name=op.f('uq_clip_range_clip_id_position'))
    )
    with op.batch_alter_table('clip_range', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_clip_range_source_id'), ['source_id'], unique=False)

    op.create_table('derivative',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('asset_id', sa.Integer(), nullable=False),
    sa.Column('details', sa.JSON(), nullable=True),
    sa.Column('created_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['asset_id'], ['asset.id'], name=op.f('fk_derivative_asset_id')),
    sa.ForeignKeyConstraint(['source_id'], ['source_video.id'], name=op.f('fk_derivative_source_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_derivative')),
    sa.UniqueConstraint('source_id', 'kind', name=op.f('uq_derivative_source_id_kind'))
    )
    op.create_table('upload',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('file_name', sa.String(length=255), nullable=False),
    sa.Column('length_bytes', sa.BigInteger(), nullable=False),
    sa.Column('offset_bytes', sa.BigInteger(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('expires_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('refusal', sa.JSON(), nullable=True),
    sa.Column('source_id', sa.Integer(), nullable=True),
    sa.Column('created_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("state in ('receiving', 'received', 'refused', 'removed')", name=op.f('ck_upload_state')),
    sa.CheckConstraint('offset_bytes >= 0 and offset_bytes <= length_bytes', name=op.f('ck_upload_offset')),
    sa.ForeignKeyConstraint(['case_id'], ['case_record.id'], name=op.f('fk_upload_case_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['organisation.id'], name=op.f('fk_upload_owner_id')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_upload_programme_id')),
    sa.ForeignKeyConstraint(['source_id'], ['source_video.id'], name=op.f('fk_upload_source_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_upload_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_upload'))
    )
    with op.batch_alter_table('upload', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_upload_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_upload_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_upload_programme_id'), ['programme_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_upload_user_id'), ['user_id'], unique=False)



def downgrade() -> None:
    # Everything the first release knows.
    with op.batch_alter_table('upload', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_upload_user_id'))
        batch_op.drop_index(batch_op.f('ix_upload_programme_id'))
        batch_op.drop_index(batch_op.f('ix_upload_owner_id'))
        batch_op.drop_index(batch_op.f('ix_upload_expires_at'))

    op.drop_table('upload')
    op.drop_table('derivative')
    with op.batch_alter_table('clip_range', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_clip_range_source_id'))

    op.drop_table('clip_range')
    with op.batch_alter_table('source_video', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_source_video_state'))
        batch_op.drop_index(batch_op.f('ix_source_video_programme_id'))
        batch_op.drop_index(batch_op.f('ix_source_video_owner_id'))
        batch_op.drop_index(batch_op.f('ix_source_video_case_id'))

    op.drop_table('source_video')
    with op.batch_alter_table('placement_case', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_placement_case_case_id'))

    op.drop_table('placement_case')
    with op.batch_alter_table('lecture_case', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_lecture_case_case_id'))

    op.drop_table('lecture_case')
    with op.batch_alter_table('exhibit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_exhibit_state'))
        batch_op.drop_index(batch_op.f('ix_exhibit_programme_id'))
        batch_op.drop_index(batch_op.f('ix_exhibit_owner_id'))
        batch_op.drop_index(batch_op.f('ix_exhibit_enterprise_id'))

    op.drop_table('exhibit')
    with op.batch_alter_table('clip', schema=None) as batch_op:
        batch_op.drop_index('uq_clip_programme_id_fingerprint_ready', sqlite_where=sa.text("state = 'ready'"), postgresql_where=sa.text("state = 'ready'"))
        batch_op.drop_index(batch_op.f('ix_clip_state'))
        batch_op.drop_index(batch_op.f('ix_clip_programme_id'))
        batch_op.drop_index(batch_op.f('ix_clip_owner_id'))
        batch_op.drop_index(batch_op.f('ix_clip_fingerprint'))
        batch_op.drop_index(batch_op.f('ix_clip_case_id'))

    op.drop_table('clip')
    with op.batch_alter_table('case_photo', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_photo_case_id'))

    op.drop_table('case_photo')
    op.drop_table('report_file')
    with op.batch_alter_table('lecture_medium', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_lecture_medium_event_id'))

    op.drop_table('lecture_medium')
    with op.batch_alter_table('lecture_guest', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_lecture_guest_event_id'))

    op.drop_table('lecture_guest')
    with op.batch_alter_table('expense', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_expense_spent_on'))
        batch_op.drop_index(batch_op.f('ix_expense_programme_id'))
        batch_op.drop_index(batch_op.f('ix_expense_owner_id'))
        batch_op.drop_index(batch_op.f('ix_expense_line_id'))

    op.drop_table('expense')
    with op.batch_alter_table('case_record', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_record_state'))
        batch_op.drop_index('ix_case_record_programme_id_region')
        batch_op.drop_index(batch_op.f('ix_case_record_programme_id'))
        batch_op.drop_index(batch_op.f('ix_case_record_owner_id'))
        batch_op.drop_index(batch_op.f('ix_case_record_enterprise_id'))

    op.drop_table('case_record')
    with op.batch_alter_table('agenda_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agenda_item_event_id'))

    op.drop_table('agenda_item')
    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_report_programme_id'))
        batch_op.drop_index(batch_op.f('ix_report_owner_id'))

    op.drop_table('report')
    with op.batch_alter_table('placement', schema=None) as batch_op:
        batch_op.drop_index('uq_placement_programme_id_address_key', sqlite_where=sa.text("address_key <> ''"), postgresql_where=sa.text("address_key <> ''"))
        batch_op.drop_index(batch_op.f('ix_placement_published_on'))
        batch_op.drop_index(batch_op.f('ix_placement_programme_id'))
        batch_op.drop_index(batch_op.f('ix_placement_owner_id'))
        batch_op.drop_index(batch_op.f('ix_placement_outlet_id'))

    op.drop_table('placement')
    with op.batch_alter_table('lecture_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_lecture_event_state'))
        batch_op.drop_index(batch_op.f('ix_lecture_event_programme_id'))
        batch_op.drop_index(batch_op.f('ix_lecture_event_owner_id'))

    op.drop_table('lecture_event')
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.drop_index('uq_job_kind_subject_active', sqlite_where=sa.text("state in ('queued', 'running')"), postgresql_where=sa.text("state in ('queued', 'running')"))
        batch_op.drop_index(batch_op.f('ix_job_state'))
        batch_op.drop_index(batch_op.f('ix_job_programme_id'))
        batch_op.drop_index(batch_op.f('ix_job_owner_id'))

    op.drop_table('job')
    with op.batch_alter_table('enterprise', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_enterprise_programme_id'))
        batch_op.drop_index(batch_op.f('ix_enterprise_owner_id'))

    op.drop_table('enterprise')
    with op.batch_alter_table('budget_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_budget_line_programme_id'))
        batch_op.drop_index(batch_op.f('ix_budget_line_owner_id'))

    op.drop_table('budget_line')
    with op.batch_alter_table('programme', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_programme_organisation_id'))

    op.drop_table('programme')
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_membership_organisation_id'))

    op.drop_table('membership')
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_entry_subject')
        batch_op.drop_index(batch_op.f('ix_audit_entry_programme_id'))
        batch_op.drop_index(batch_op.f('ix_audit_entry_at'))
        batch_op.drop_index(batch_op.f('ix_audit_entry_actor_id'))

    op.drop_table('audit_entry')
    op.drop_table('worker')
    op.drop_table('user_account')
    with op.batch_alter_table('outlet', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outlet_level'))

    op.drop_table('outlet')
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_organisation_path'))
        batch_op.drop_index(batch_op.f('ix_organisation_parent_id'))

    op.drop_table('organisation')
    op.drop_table('asset')
