"""approvals

Revision ID: 987afaaae835
Revises: 2f458e4d13d9
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import campaign.db

revision = '987afaaae835'
down_revision = '2f458e4d13d9'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Dossiers, their immutable versions, reviews, comments, publications and feeds (A8, A16).
    op.create_table('programme_feed',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=32), nullable=False),
    sa.Column('enabled', sa.Boolean(), nullable=False),
    sa.Column('serial', sa.Integer(), nullable=False),
    sa.Column('created_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('serial >= 1', name=op.f('ck_programme_feed_serial')),
    sa.ForeignKeyConstraint(['owner_id'], ['organisation.id'], name=op.f('fk_programme_feed_owner_id')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_programme_feed_programme_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_programme_feed')),
    sa.UniqueConstraint('programme_id', name=op.f('uq_programme_feed_programme_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_programme_feed_public_id'))
    )
    with op.batch_alter_table('programme_feed', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_programme_feed_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_programme_feed_programme_id'), ['programme_id'], unique=False)

    op.create_table('dossier',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=32), nullable=False),
    sa.Column('clip_id', sa.Integer(), nullable=True),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('latest', sa.Integer(), nullable=False),
    sa.Column('since', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("state in ('draft', 'internal', 'centre', 'returned', 'approved', 'published')", name=op.f('ck_dossier_state')),
    sa.CheckConstraint('(clip_id is null) <> (case_id is null)', name=op.f('ck_dossier_one_subject')),
    sa.CheckConstraint('latest >= 0', name=op.f('ck_dossier_latest')),
    sa.ForeignKeyConstraint(['case_id'], ['case_record.id'], name=op.f('fk_dossier_case_id')),
    sa.ForeignKeyConstraint(['clip_id'], ['clip.id'], name=op.f('fk_dossier_clip_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['organisation.id'], name=op.f('fk_dossier_owner_id')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_dossier_programme_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dossier')),
    sa.UniqueConstraint('case_id', name=op.f('uq_dossier_case_id')),
    sa.UniqueConstraint('clip_id', name=op.f('uq_dossier_clip_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_dossier_public_id'))
    )
    with op.batch_alter_table('dossier', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_dossier_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_dossier_programme_id'), ['programme_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_dossier_state'), ['state'], unique=False)

    op.create_table('dossier_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('dossier_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('frame_rate', campaign.db.ExactFraction(length=64), nullable=True),
    sa.Column('frame_count', sa.Integer(), nullable=True),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('created_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('number >= 1', name=op.f('ck_dossier_version_number')),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_dossier_version_dossier_id')),
    sa.ForeignKeyConstraint(['made_by_id'], ['user_account.id'], name=op.f('fk_dossier_version_made_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dossier_version')),
    sa.UniqueConstraint('dossier_id', 'number', name=op.f('uq_dossier_version_dossier_id_number')),
    sa.UniqueConstraint('id', 'dossier_id', name=op.f('uq_dossier_version_id_dossier_id'))
    )
    op.create_table('dossier_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('asset_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.CheckConstraint("role in ('film', 'cover', 'photo', 'document')", name=op.f('ck_dossier_file_role')),
    sa.ForeignKeyConstraint(['asset_id'], ['asset.id'], name=op.f('fk_dossier_file_asset_id')),
    sa.ForeignKeyConstraint(['version_id'], ['dossier_version.id'], name=op.f('fk_dossier_file_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dossier_file')),
    sa.UniqueConstraint('version_id', 'position', name=op.f('uq_dossier_file_version_id_position'))
    )
    op.create_table('review',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('dossier_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('internal_id', sa.Integer(), nullable=True),
    sa.Column('maker_id', sa.Integer(), nullable=False),
    sa.Column('submitted_by_id', sa.Integer(), nullable=False),
    sa.Column('submitted_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', campaign.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('revoked_by_id', sa.Integer(), nullable=True),
    sa.Column('revoked_at', campaign.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.CheckConstraint("(stage = 'centre') = (internal_id is not null)", name=op.f('ck_review_checked_first')),
    sa.CheckConstraint("(state = 'pending') = (decided_at is null)", name=op.f('ck_review_decided_at')),
    sa.CheckConstraint("(state = 'pending') = (decided_by_id is null)", name=op.f('ck_review_decided_by')),
    sa.CheckConstraint("(state = 'revoked') = (revoked_at is not null)", name=op.f('ck_review_revoked_at')),
    sa.CheckConstraint("decided_by_id is null or state = 'withdrawn' or (decided_by_id <> submitted_by_id and decided_by_id <> maker_id)", name=op.f('ck_review_four_eyes')),
    sa.CheckConstraint("stage in ('internal', 'centre')", name=op.f('ck_review_stage')),
    sa.CheckConstraint("state <> 'revoked' or stage = 'centre'", name=op.f('ck_review_revoked_by_centre')),
    sa.CheckConstraint("state in ('pending', 'approved', 'returned', 'withdrawn', 'revoked')", name=op.f('ck_review_state')),
    sa.CheckConstraint("state not in ('returned', 'withdrawn', 'revoked') or reason <> ''", name=op.f('ck_review_has_reason')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user_account.id'], name=op.f('fk_review_decided_by_id')),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_review_dossier_id')),
    sa.ForeignKeyConstraint(['internal_id', 'dossier_id', 'version_id'], ['review.id', 'review.dossier_id', 'review.version_id'], name='fk_review_internal'),
    sa.ForeignKeyConstraint(['maker_id'], ['user_account.id'], name=op.f('fk_review_maker_id')),
    sa.ForeignKeyConstraint(['revoked_by_id'], ['user_account.id'], name=op.f('fk_review_revoked_by_id')),
    sa.ForeignKeyConstraint(['submitted_by_id'], ['user_account.id'], name=op.f('fk_review_submitted_by_id')),
    sa.ForeignKeyConstraint(['version_id', 'dossier_id'], ['dossier_version.id', 'dossier_version.dossier_id'], name='fk_review_version'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review')),
    sa.UniqueConstraint('id', 'dossier_id', 'version_id', 'stage', 'state', name='uq_review_for_publication'),
    sa.UniqueConstraint('id', 'dossier_id', 'version_id', name=op.f('uq_review_id_dossier_id_version_id'))
    )
    with op.batch_alter_table('review', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_review_dossier_id'), ['dossier_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_review_state'), ['state'], unique=False)
        batch_op.create_index('uq_review_dossier_id_pending', ['dossier_id'], unique=True, sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))

    op.create_table('review_comment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('dossier_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('frame', sa.Integer(), nullable=True),
    sa.Column('passage', sa.String(length=300), nullable=False),
    sa.Column('resolved_at', campaign.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('resolved_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("body <> ''", name=op.f('ck_review_comment_body')),
    sa.CheckConstraint("parent_id is null or (frame is null and passage = '' and resolved_at is null)", name=op.f('ck_review_comment_answer')),
    sa.CheckConstraint('(resolved_at is null) = (resolved_by_id is null)', name=op.f('ck_review_comment_resolved_by')),
    sa.CheckConstraint('frame is null or frame >= 0', name=op.f('ck_review_comment_frame')),
    sa.ForeignKeyConstraint(['author_id'], ['user_account.id'], name=op.f('fk_review_comment_author_id')),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_review_comment_dossier_id')),
    sa.ForeignKeyConstraint(['parent_id', 'version_id'], ['review_comment.id', 'review_comment.version_id'], name='fk_review_comment_parent'),
    sa.ForeignKeyConstraint(['resolved_by_id'], ['user_account.id'], name=op.f('fk_review_comment_resolved_by_id')),
    sa.ForeignKeyConstraint(['version_id', 'dossier_id'], ['dossier_version.id', 'dossier_version.dossier_id'], name='fk_review_comment_version'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_comment')),
    sa.UniqueConstraint('id', 'version_id', name=op.f('uq_review_comment_id_version_id'))
    )
    with op.batch_alter_table('review_comment', schema=None) as batch_op:
        batch_op.create_index('ix_review_comment_version_id', ['version_id'], unique=False)

    op.create_table('publication',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('dossier_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('review_stage', sa.String(length=20), nullable=False),
    sa.Column('review_state', sa.String(length=20), nullable=False),
    sa.Column('published_by_id', sa.Integer(), nullable=False),
    sa.Column('published_at', campaign.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', campaign.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_by_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.CheckConstraint("review_stage = 'centre'", name=op.f('ck_publication_by_centre')),
    sa.CheckConstraint("withdrawn_at is not null or review_state = 'approved'", name=op.f('ck_publication_approved')),
    sa.CheckConstraint("withdrawn_at is null or reason <> ''", name=op.f('ck_publication_has_reason')),
    sa.CheckConstraint('(withdrawn_at is null) = (withdrawn_by_id is null)', name=op.f('ck_publication_withdrawn_by')),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_publication_dossier_id')),
    sa.ForeignKeyConstraint(['published_by_id'], ['user_account.id'], name=op.f('fk_publication_published_by_id')),
    sa.ForeignKeyConstraint(['review_id', 'dossier_id', 'version_id', 'review_stage', 'review_state'], ['review.id', 'review.dossier_id', 'review.version_id', 'review.stage', 'review.state'], name='fk_publication_review', onupdate='CASCADE'),
    sa.ForeignKeyConstraint(['withdrawn_by_id'], ['user_account.id'], name=op.f('fk_publication_withdrawn_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_publication'))
    )
    with op.batch_alter_table('publication', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_publication_dossier_id'), ['dossier_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_publication_published_at'), ['published_at'], unique=False)
        batch_op.create_index('uq_publication_dossier_id_live', ['dossier_id'], unique=True, sqlite_where=sa.text('withdrawn_at is null'), postgresql_where=sa.text('withdrawn_at is null'))



def downgrade() -> None:
    with op.batch_alter_table('publication', schema=None) as batch_op:
        batch_op.drop_index('uq_publication_dossier_id_live', sqlite_where=sa.text('withdrawn_at is null'), postgresql_where=sa.text('withdrawn_at is null'))
        batch_op.drop_index(batch_op.f('ix_publication_published_at'))
        batch_op.drop_index(batch_op.f('ix_publication_dossier_id'))

    op.drop_table('publication')
    with op.batch_alter_table('review_comment', schema=None) as batch_op:
        batch_op.drop_index('ix_review_comment_version_id')

    op.drop_table('review_comment')
    with op.batch_alter_table('review', schema=None) as batch_op:
        batch_op.drop_index('uq_review_dossier_id_pending', sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))
        batch_op.drop_index(batch_op.f('ix_review_state'))
        batch_op.drop_index(batch_op.f('ix_review_dossier_id'))

    op.drop_table('review')
    op.drop_table('dossier_file')
    op.drop_table('dossier_version')
    with op.batch_alter_table('dossier', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_dossier_state'))
        batch_op.drop_index(batch_op.f('ix_dossier_programme_id'))
        batch_op.drop_index(batch_op.f('ix_dossier_owner_id'))

    op.drop_table('dossier')
    with op.batch_alter_table('programme_feed', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_programme_feed_programme_id'))
        batch_op.drop_index(batch_op.f('ix_programme_feed_owner_id'))

    op.drop_table('programme_feed')
