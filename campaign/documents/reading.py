"""A frozen report as its page shows it: cells in the page's forms, doors from its rows to live ones."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import url_for

from campaign import formatting
from campaign.reporting import Annex

NUMERIC = ("integer", "number", "money", "share")
# Which page shows a row of a table, and what its address calls the id.
DOORS = {
    "case_record": ("cases.show", "case_id"),
    "clip": ("films.show_clip", "clip_id"),
    "placement": ("placements.show", "placement_id"),
    "lecture_event": ("lectures.show", "event_id"),
    "exhibit": ("exhibits.show", "exhibit_id"),
    "report": ("reports.show", "report_id"),
    "expense": ("budget.show", "expense_id"),
}


def annex_heads(annex: Annex) -> list[tuple[str, str]]:
    """Heads of an annex's table, as the kit's tables take them."""
    return [(column.title, "number" if column.kind in NUMERIC else "text") for column in annex.columns]


def annex_cell(text: str, kind: str) -> str:
    """A frozen cell in the page's form."""
    if not text:
        return ""
    if kind == "money":
        return formatting.money(int(text))
    if kind == "share":
        return formatting.share(Decimal(text))
    if kind == "date":
        return formatting.date_zh(date.fromisoformat(text))
    if kind == "datetime":
        return formatting.datetime_zh(datetime.fromisoformat(text))
    return text


def door(row_id: str, *, sees_money: bool) -> str | None:
    """The page of the live row behind a frozen one; None where there is none for this reader."""
    table, _, number = row_id.partition(":")
    if table not in DOORS or not number.isdecimal() or (table == "expense" and not sees_money):
        return None
    endpoint, argument = DOORS[table]
    values: dict[str, Any] = {argument: int(number)}
    return url_for(endpoint, **values)
