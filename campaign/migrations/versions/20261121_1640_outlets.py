"""outlets, evidence, copies, plans, search

Revision ID: 5d2c91e7ab40
Revises: 4e8a1d70c6f3
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

import campaign.db

revision = "5d2c91e7ab40"
down_revision = "4e8a1d70c6f3"
branch_labels = None
depends_on = None

MOMENT = campaign.db.UtcDateTime(timezone=True)
CHANNELS = "'web', 'client', 'account', 'video_account', 'print', 'radio', 'television', 'live'"
KINDS = "kind in ('report', 'comprehensive', 'broadcast', 'repost')"
SEARCHED = ("placement", "outlet", "case_record", "enterprise")


def _stamps() -> tuple[sa.Column, ...]:
    return (sa.Column("created_at", MOMENT, nullable=False), sa.Column("updated_at", MOMENT, nullable=False))


def _owned(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        *_stamps(),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f(f"fk_{table}_programme_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f(f"fk_{table}_owner_id")),
    )


def _indexes(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def upgrade() -> None:
    _registry()
    _coverage()
    _placement()
    _search()
    _carry_over()
    for column in ("authoritative_from", "authoritative_until", "authoritative_list"):
        op.execute(f"ALTER TABLE outlet DROP COLUMN {column}")


def _registry() -> None:
    op.execute(
        "ALTER TABLE outlet ADD COLUMN nature VARCHAR(20) DEFAULT 'media' NOT NULL "
        "CONSTRAINT ck_outlet_nature CHECK (nature in ('media', 'government'))"
    )
    op.execute("ALTER TABLE outlet ADD COLUMN province VARCHAR(20) DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE outlet ADD COLUMN sponsor VARCHAR(120) DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE outlet ADD COLUMN note TEXT DEFAULT '' NOT NULL")
    op.execute(
        "ALTER TABLE outlet ADD COLUMN merged_into_id INTEGER CONSTRAINT fk_outlet_merged_into_id "
        "REFERENCES outlet (id) "
        "CONSTRAINT ck_outlet_merged_into CHECK (merged_into_id is null or merged_into_id <> id)"
    )
    moment = "TIMESTAMP WITH TIME ZONE" if op.get_bind().dialect.name == "postgresql" else "DATETIME"
    op.execute(f"ALTER TABLE outlet ADD COLUMN merged_at {moment}")
    op.execute("ALTER TABLE outlet ADD COLUMN merge_reason VARCHAR(300) DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE outlet ADD COLUMN merged_rows JSON")
    _indexes("outlet", "province", "merged_into_id")
    op.create_table(
        "outlet_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outlet_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        *_stamps(),
        sa.CheckConstraint(f"channel in ('', {CHANNELS})", name=op.f("ck_outlet_name_channel")),
        sa.CheckConstraint("key <> ''", name=op.f("ck_outlet_name_key")),
        sa.ForeignKeyConstraint(
            ["outlet_id"], ["outlet.id"], name=op.f("fk_outlet_name_outlet_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet_name")),
        sa.UniqueConstraint("key", name=op.f("uq_outlet_name_key")),
    )
    _indexes("outlet_name", "outlet_id")
    op.create_table(
        "outlet_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outlet_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        *_stamps(),
        sa.CheckConstraint(
            "kind in ('web', 'client', 'account', 'video_account')", name=op.f("ck_outlet_address_kind")
        ),
        sa.CheckConstraint("key <> ''", name=op.f("ck_outlet_address_key")),
        sa.ForeignKeyConstraint(
            ["outlet_id"], ["outlet.id"], name=op.f("fk_outlet_address_outlet_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet_address")),
    )
    _indexes("outlet_address", "outlet_id")
    op.create_index("uq_outlet_address_kind_key", "outlet_address", ["kind", "key"], unique=True)
    op.create_table(
        "outlet_listing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outlet_id", sa.Integer(), nullable=False),
        sa.Column("list_name", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=200), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("basis", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        *_stamps(),
        sa.CheckConstraint("basis in ('stated', 'assumed', 'checked')", name=op.f("ck_outlet_listing_basis")),
        sa.CheckConstraint(
            "starts_on is null or ends_on is null or starts_on <= ends_on",
            name=op.f("ck_outlet_listing_period"),
        ),
        sa.CheckConstraint("list_name <> ''", name=op.f("ck_outlet_listing_list_name")),
        sa.ForeignKeyConstraint(
            ["outlet_id"], ["outlet.id"], name=op.f("fk_outlet_listing_outlet_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet_listing")),
    )
    _indexes("outlet_listing", "outlet_id", "list_name")
    op.create_table(
        "outlet_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outlet_id", sa.Integer(), nullable=False),
        sa.Column("contacted_on", sa.Date(), nullable=False),
        sa.Column("who", sa.String(length=60), nullable=False),
        sa.Column("person", sa.String(length=60), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        *_owned("outlet_contact"),
        sa.CheckConstraint(
            "answer in ('none', 'promised', 'declined')", name=op.f("ck_outlet_contact_answer")
        ),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name=op.f("fk_outlet_contact_outlet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet_contact")),
        sa.UniqueConstraint(
            "programme_id",
            "outlet_id",
            "contacted_on",
            "person",
            name=op.f("uq_outlet_contact_programme_id_outlet_id_contacted_on_person"),
        ),
    )
    _indexes("outlet_contact", "outlet_id", "programme_id", "owner_id")


def _coverage() -> None:
    op.create_table(
        "placement_group",
        sa.Column("id", sa.Integer(), nullable=False),
        *_owned("placement_group"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement_group")),
    )
    _indexes("placement_group", "programme_id", "owner_id")
    op.create_table(
        "placement_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("placement_id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        *_stamps(),
        sa.CheckConstraint(
            "kind in ('screenshot', 'pdf', 'photo', 'video')", name=op.f("ck_placement_evidence_kind")
        ),
        sa.ForeignKeyConstraint(
            ["placement_id"],
            ["placement.id"],
            name=op.f("fk_placement_evidence_placement_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_placement_evidence_asset_id")),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["user_account.id"], name=op.f("fk_placement_evidence_added_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement_evidence")),
        sa.UniqueConstraint(
            "placement_id", "asset_id", name=op.f("uq_placement_evidence_placement_id_asset_id")
        ),
    )
    _indexes("placement_evidence", "placement_id")
    op.create_table(
        "planned_piece",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outlet_id", sa.Integer(), nullable=True),
        sa.Column("outlet_name", sa.String(length=120), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("who_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("dropped", sa.Boolean(), nullable=False),
        sa.Column("placement_id", sa.Integer(), nullable=True),
        *_owned("planned_piece"),
        sa.CheckConstraint(KINDS, name=op.f("ck_planned_piece_kind")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name=op.f("fk_planned_piece_outlet_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_record.id"], name=op.f("fk_planned_piece_case_id")),
        sa.ForeignKeyConstraint(["who_id"], ["user_account.id"], name=op.f("fk_planned_piece_who_id")),
        sa.ForeignKeyConstraint(
            ["placement_id"],
            ["placement.id"],
            name=op.f("fk_planned_piece_placement_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_piece")),
    )
    _indexes("planned_piece", "outlet_id", "case_id", "placement_id", "programme_id", "owner_id")
    op.create_table(
        "coverage_book",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("as_of", MOMENT, nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        *_owned("coverage_book"),
        sa.CheckConstraint("kind in ('book', 'contact_sheet')", name=op.f("ck_coverage_book_kind")),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user_account.id"], name=op.f("fk_coverage_book_made_by_id")
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_coverage_book_asset_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverage_book")),
    )
    _indexes("coverage_book", "programme_id", "owner_id")


def _placement() -> None:
    op.execute(
        "ALTER TABLE placement ADD COLUMN channel VARCHAR(20) DEFAULT 'web' NOT NULL "
        f"CONSTRAINT ck_placement_channel CHECK (channel in ({CHANNELS}))"
    )
    for name, size in (("slot", 120), ("author", 60), ("other_address", 1000), ("other_address_key", 1000)):
        op.execute(f"ALTER TABLE placement ADD COLUMN {name} VARCHAR({size}) DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE placement ADD COLUMN removed_on DATE")
    op.execute("ALTER TABLE placement ADD COLUMN excerpt TEXT DEFAULT '' NOT NULL")
    op.execute(
        "ALTER TABLE placement ADD COLUMN group_id INTEGER CONSTRAINT fk_placement_group_id "
        "REFERENCES placement_group (id)"
    )
    op.execute("ALTER TABLE placement ADD COLUMN group_reason VARCHAR(300) DEFAULT '' NOT NULL")
    _indexes("placement", "group_id")
    op.create_index("ix_placement_programme_id_published_on", "placement", ["programme_id", "published_on"])
    filled = sa.text("other_address_key <> ''")
    op.create_index(
        "uq_placement_programme_id_other_address_key",
        "placement",
        ["programme_id", "other_address_key"],
        unique=True,
        sqlite_where=filled,
        postgresql_where=filled,
    )


def _search() -> None:
    """Bigrams of what is searched: FTS5 on SQLite, a tsvector with GIN on PostgreSQL."""
    for name in SEARCHED:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"CREATE VIRTUAL TABLE search_{name} USING fts5(grams, tokenize='ascii')")
        else:
            op.execute(f"CREATE TABLE search_{name} (rowid INTEGER PRIMARY KEY, grams TSVECTOR NOT NULL)")
            op.execute(f"CREATE INDEX ix_search_{name}_grams ON search_{name} USING gin (grams)")


def _carry_over() -> None:
    """Take names, lists and evidence of the rows there are into their new tables."""
    bind, now = op.get_bind(), datetime.now(UTC)
    names = sa.table(
        "outlet_name",
        *(sa.column(c) for c in ("outlet_id", "name", "key", "channel")),
        sa.column("created_at", MOMENT),
        sa.column("updated_at", MOMENT),
    )
    taken: set[str] = set()
    for outlet_id, name in bind.execute(sa.text("SELECT id, name FROM outlet ORDER BY id")).all():
        folded = unicodedata.normalize("NFKC", name).casefold()
        key = "".join(letter for letter in folded if letter.isalnum())
        if key and key not in taken:
            taken.add(key)
            bind.execute(
                sa.insert(names).values(
                    outlet_id=outlet_id, name=name, key=key, channel="", created_at=now, updated_at=now
                )
            )
    op.execute(
        "UPDATE outlet SET province = region, region = '' WHERE region like '%省' or region like '%自治区'"
    )
    op.execute("UPDATE outlet SET region = '' WHERE region = '全国'")
    op.execute(
        "INSERT INTO outlet_listing (outlet_id, list_name, category, starts_on, ends_on, basis, note, "
        "created_at, updated_at) SELECT id, authoritative_list, '', authoritative_from, authoritative_until, "
        "'assumed', '', created_at, updated_at FROM outlet WHERE authoritative_list <> ''"
    )
    op.execute(
        "INSERT INTO placement_evidence (placement_id, asset_id, name, kind, created_at, updated_at) "
        "SELECT p.id, a.id, p.evidence_name, CASE a.media_type WHEN 'application/pdf' THEN 'pdf' "
        "WHEN 'video/mp4' THEN 'video' ELSE 'screenshot' END, p.created_at, p.updated_at "
        "FROM placement p JOIN asset a ON a.id = p.evidence_id"
    )


def downgrade() -> None:
    for name in SEARCHED:
        op.execute(f"DROP TABLE search_{name}")
    op.execute("ALTER TABLE outlet ADD COLUMN authoritative_from DATE")
    op.execute("ALTER TABLE outlet ADD COLUMN authoritative_until DATE")
    op.execute("ALTER TABLE outlet ADD COLUMN authoritative_list VARCHAR(200) DEFAULT '' NOT NULL")
    op.drop_index("ix_placement_group_id", "placement")
    op.drop_index("ix_placement_programme_id_published_on", "placement")
    op.drop_index("uq_placement_programme_id_other_address_key", "placement")
    for column in (
        "group_reason",
        "group_id",
        "excerpt",
        "removed_on",
        "other_address_key",
        "other_address",
        "author",
        "slot",
        "channel",
    ):
        op.execute(f"ALTER TABLE placement DROP COLUMN {column}")
    for table in (
        "coverage_book",
        "planned_piece",
        "placement_evidence",
        "placement_group",
        "outlet_contact",
        "outlet_listing",
        "outlet_address",
        "outlet_name",
    ):
        op.drop_table(table)
    op.drop_index("ix_outlet_province", "outlet")
    op.drop_index("ix_outlet_merged_into_id", "outlet")
    for column in (
        "merged_rows",
        "merge_reason",
        "merged_at",
        "merged_into_id",
        "note",
        "sponsor",
        "province",
        "nature",
    ):
        op.execute(f"ALTER TABLE outlet DROP COLUMN {column}")
