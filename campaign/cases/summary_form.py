"""The official summary table as a workbook: empty to be filled in, or with rows (P19)."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import xlsxwriter

from campaign.cases.summary_layout import ADDED_COLUMNS
from campaign.programmes.profiles import Choice, Column, Profile

FIRST_ROW = 3
LAST_LISTED_ROW = 400
WIDTHS = {"number": 6, "case": 34, "enterprise": 28, "people": 22, "contact": 20, "phone": 18, "remark": 16}
PLAIN_WIDTH = 14
HEADER_HEIGHT = 36
# A list in a cell holds at most 255 characters in all; longer ones are only checked on import.
LONGEST_LIST = 255


class NoSummaryTableError(ValueError):
    """The programme has no summary table to write."""


def write_summary_table(
    profile: Profile,
    rows: Sequence[Mapping[str, object]] = (),
    *,
    sender: str = "",
    blank_rows: int = 8,
) -> bytes:
    """Write the province's own table: title, who stamps it, header, rows, numbered blank rows, notes.

    `rows` are keyed by the fields of the layout's columns (case, enterprise, people, contact, contact_post,
    phone, case_type, enterprise_type, region, park_association …); types may be keys or words, yes and no
    are booleans. Numbers are written by position. Where rows name their region and the layout has no column
    for it, one is added, as provinces do that put their cities' tables together. Raises NoSummaryTableError
    where the profile has no table.
    """
    layout = profile.summary
    if layout is None:
        raise NoSummaryTableError(profile.key)
    columns = layout.columns
    if layout.column("region") is None and any(row.get("region") for row in rows):
        columns = (*columns, *ADDED_COLUMNS)
    out = io.BytesIO()
    # Text that begins with = stays text: it comes from other people's tables.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("推荐汇总表")
        base = {"font_name": "宋体", "font_size": 11, "text_wrap": True, "valign": "vcenter"}
        title = book.add_format({**base, "font_name": "黑体", "font_size": 16, "align": "center"})
        head = book.add_format({**base, "bold": True, "align": "center", "border": 1})
        cell = book.add_format({**base, "border": 1})
        # A phone typed into a text cell keeps its digits.
        text = book.add_format({**base, "border": 1, "num_format": "@"})
        plain = book.add_format(base)
        last = len(columns) - 1
        sheet.merge_range(0, 0, 0, last, layout.title, title)
        sheet.merge_range(1, 0, 1, last, f"{layout.sender}：{sender}（盖章）        年    月    日", plain)
        sheet.set_row(0, HEADER_HEIGHT)
        sheet.set_row(2, HEADER_HEIGHT)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, WIDTHS.get(column.field, PLAIN_WIDTH))
            sheet.write_string(2, place, column.title, head)
            _offer(sheet, place, column, profile)
        count = max(len(rows), blank_rows)
        for index in range(count):
            values = rows[index] if index < len(rows) else {}
            for place, column in enumerate(columns):
                if column.kind == "number":
                    sheet.write_number(FIRST_ROW + index, place, index + 1, cell)
                else:
                    chosen = text if column.kind == "phone" else cell
                    sheet.write_string(FIRST_ROW + index, place, _words(values, column, profile), chosen)
        for offset, note in enumerate(("填报人：                联系电话：", *_notes(layout.notes))):
            sheet.merge_range(FIRST_ROW + count + offset, 0, FIRST_ROW + count + offset, last, note, plain)
        sheet.freeze_panes(FIRST_ROW, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(2)
    return out.getvalue()


def _notes(notes: Sequence[str]) -> Sequence[str]:
    return [f"注：{note}" if index == 0 else note for index, note in enumerate(notes)]


def _offer(sheet: xlsxwriter.worksheet.Worksheet, place: int, column: Column, profile: Profile) -> None:
    """Let Excel offer the allowed words in the cells of a column."""
    words = _allowed(column, profile)
    if words and len(",".join(words)) <= LONGEST_LIST:
        sheet.data_validation(
            FIRST_ROW,
            place,
            LAST_LISTED_ROW,
            place,
            {"validate": "list", "source": words, "error_type": "warning"},
        )


def _allowed(column: Column, profile: Profile) -> list[str]:
    if column.kind == "yes_no":
        return ["是", "否"]
    if column.kind == "region" and profile.quota:
        return [seat.region for seat in profile.quota.seats]
    return [choice.title for choice in _choices(column, profile)]


def _choices(column: Column, profile: Profile) -> tuple[Choice, ...]:
    return {"case_type": profile.case_types, "enterprise_type": profile.enterprise_types}.get(column.kind, ())


def _words(values: Mapping[str, object], column: Column, profile: Profile) -> str:
    value = values.get(column.field)
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None:
        return ""
    words = "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    post = values.get("contact_post")
    if column.field == "contact" and post:
        return f"{words} {post}"
    return next((choice.title for choice in _choices(column, profile) if choice.key == words), words)
