"""The audit trail in words."""

from __future__ import annotations

from flask_babel import force_locale

from campaign.admin.trail import FIELDS, MAX_CHARS, said_changes
from campaign.audit import UNAUDITED_TABLES
from campaign.db import Base

# Columns that are bookkeeping of the product: nobody asks who changed them.
UNNAMED = {
    "address_key",
    "asset_id",
    "created_at",
    "evidence_id",
    "fingerprint",
    "id",
    "name_key",
    "other_address_key",
    "owner_id",
    "path",
    "photo_id",
    "poster_id",
    "preview_id",
    "programme_id",
    "refusal",
    "sha256",
    "slides_id",
    "snapshot_sha256",
    "speech_id",
    "title_key",
    "updated_at",
    "voucher_id",
}


def test_every_audited_column_has_a_name_or_is_bookkeeping():
    audited = {
        column.name
        for mapper in Base.registry.mappers
        if mapper.local_table.name not in UNAUDITED_TABLES
        for column in mapper.columns
        if not (column.info.get("unaudited") or column.info.get("secret"))
    }
    assert audited == FIELDS.keys() | UNNAMED


def test_changes_are_told_with_names_money_and_words_of_the_rooms(app):
    changes = {
        "amount_fen": [None, 1275050],
        "state": ["draft", "rendering"],
        "lecture_candidate": [True, False],
        "programme_id": [None, 1],
    }
    with app.test_request_context(), force_locale("zh_CN"):
        said = said_changes(changes)
    assert said == "金额：12,750.50元；状态：草稿 → 制作中；宣讲候选：是 → 否"


def test_a_long_change_is_cut_off(app):
    with app.test_request_context():
        said = said_changes({"story": ["", "故" * 500]})
    assert (len(said), said[-1]) == (MAX_CHARS, "…")
