"""Workbooks: the figures to be checked, numbers as numbers and dates as dates, never a formula.

Text that looks like a formula or an address stays text. The creation date is given, so the same data give
the same bytes.
"""

from __future__ import annotations

import io
import math
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

import xlsxwriter

from reports.blocks import Cell, Heading, Paragraph, Table, place_cells
from reports.data import KINDS, Column
from reports.errors import N_, ReportError
from reports.glyphs import without_invisible
from reports.wording import SHANGHAI

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from reports.blocks import Document, Raw

FONT = "宋体"
NUMBER_FORMATS = {
    "integer": "#,##0",
    "number": "0.##",
    "money": "#,##0.00",
    "share": "0.0 %",
    "date": 'yyyy"年"m"月"d"日"',
    "datetime": 'yyyy"年"m"月"d"日" hh:mm',
}
# Decimals are written as floating point, the only number a workbook knows; 15 digits survive, and an amount
# in fen stays exact far beyond any budget.
EXPORT_DATE = datetime(2024, 1, 1, tzinfo=UTC)
MAX_CELL_CHARACTERS = 32_767
SHEET_WIDTH = 110.0
RED = "#B3261E"


def columns_of(text: str) -> int:
    """Return how many Latin characters wide a line is; a Chinese character is as wide as two."""
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in text)


def height_of(text: str, width: float) -> float:
    """Return the points a wrapped text needs in a column of `width` characters, at most Excel's 409.

    Neither program grows a row for merged cells, and LibreOffice for no cell whose height is not told.
    """
    lines = sum(max(1, math.ceil(columns_of(line) / max(width - 1.5, 1))) for line in text.split("\n"))
    return min(lines * 13.5 + 5, 409)


# What an upright A4 page shows in its own size, and the number that means A3 in a workbook.
UPRIGHT_CHARACTERS, A3 = 95, 8
ONE_LINE_PT = 20


class Book:
    """One workbook being written, with its formats made once each."""

    def __init__(self, made_at: datetime, title: str, size_pt: int = 10) -> None:
        self.size_pt = size_pt
        self.stream = io.BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.workbook: Workbook = xlsxwriter.Workbook(self.stream, options)
        created = made_at.astimezone(UTC).replace(tzinfo=None)
        self.workbook.set_properties({"title": title, "created": created})
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.names: set[str] = set()

    def sheet(self, title: str) -> Worksheet:
        """Add a sheet; its name loses what Excel forbids and stays unique within 31 characters."""
        name = re.sub(r"[\[\]:*?/\\']", "", title).strip()[:31] or "表"
        number = 2
        unique = name
        while unique.casefold() in self.names:
            unique = f"{name[:28]}({number})"
            number += 1
        self.names.add(unique.casefold())
        sheet = self.workbook.add_worksheet(unique)
        sheet.set_paper(9)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C第 &P 页 共 &N 页")
        return sheet

    def style(self, **properties: Any) -> Any:  # noqa: ANN401 - what xlsxwriter takes and gives
        """Return the format with these properties, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            base = {"font_name": FONT, "font_size": self.size_pt, "valign": "vcenter"}
            self.formats[key] = self.workbook.add_format(base | properties)
        return self.formats[key]

    def cell_style(self, cell: Cell) -> Any:  # noqa: ANN401 - as style
        """Return the format of a table cell."""
        properties: dict[str, Any] = {"border": 1, "text_wrap": True, "align": cell.align}
        if cell.head:
            properties |= {"bold": True, "bg_color": "#EDEDED"}
        if cell.short:
            properties |= {"font_color": RED, "bold": True}
        if cell.kind in NUMBER_FORMATS and cell.value is not None:
            properties["num_format"] = NUMBER_FORMATS[cell.kind]
        return self.style(**properties)

    def put(self, sheet: Worksheet, y: int, x: int, cell: Cell) -> None:
        """Write one cell over its span."""
        style = self.cell_style(cell)
        if cell.colspan > 1 or cell.rowspan > 1:
            sheet.merge_range(y, x, y + cell.rowspan - 1, x + cell.colspan - 1, "", style)
        text = without_invisible(cell.text)
        if len(text) > MAX_CELL_CHARACTERS:
            raise ReportError(
                N_("A text of %(actual)s characters does not fit into a cell of a workbook (%(limit)s)."),
                actual=str(len(text)),
                limit=str(MAX_CELL_CHARACTERS),
            )
        value = cell.value
        # datetime is a date too, so it is asked for first.
        if isinstance(value, datetime):
            sheet.write_datetime(y, x, value.astimezone(SHANGHAI).replace(tzinfo=None), style)
        elif isinstance(value, date):
            sheet.write_datetime(y, x, value, style)
        elif isinstance(value, (int, Decimal)):
            number = Decimal(value) / 100 if cell.kind == "money" else value
            sheet.write_number(y, x, float(number), style)
        else:
            sheet.write_string(y, x, text, style)

    def table(self, sheet: Worksheet, table: Table, top: int = 0) -> None:
        """Write a table from row `top` and set its column widths."""
        scale = SHEET_WIDTH / sum(table.widths)
        for column, width in enumerate(table.widths):
            sheet.set_column(column, column, max(width * scale, 6))
        heights: dict[int, float] = {}
        for y, x, cell in place_cells(table):
            self.put(sheet, top + y, x, cell)
            if cell.rowspan == 1:
                width = sum(table.widths[x : x + cell.colspan]) * scale
                heights[y] = max(heights.get(y, 0), height_of(cell.text, width))
        for y, height in heights.items():
            sheet.set_row(top + y, height)

    def close(self) -> bytes:
        """Finish the workbook and return its bytes."""
        self.workbook.close()
        return self.stream.getvalue()


def write_table(
    columns: Sequence[Column],
    rows: Sequence[Sequence[Raw]],
    title: str,
    made_at: datetime = EXPORT_DATE,
) -> bytes:
    """Return a workbook with one frozen, filterable table, for the export of any list.

    Values follow the column's kind: money int fen, share Decimal of 1, datetime aware (shown in Shanghai),
    bool as 是 or 否, None as an empty cell. Raises ReportError when a row does not fit its columns.
    """
    for column in columns:
        if column.kind not in KINDS:
            raise ReportError(
                N_("%(place)s: the column kind %(kind)s is unknown."), place=column.title, kind=column.kind
            )
    book = Book(made_at, title)
    sheet = book.sheet(title)
    widths = _laid_out(book, sheet, columns, rows)
    for y, row in enumerate(rows, start=1):
        if len(row) != len(columns):
            raise ReportError(
                N_("%(annex)s row %(row)s has %(actual)s cells for %(required)s columns."),
                annex=title,
                row=str(y),
                actual=str(len(row)),
                required=str(len(columns)),
            )
        for x, (column, value) in enumerate(zip(columns, row, strict=True)):
            book.put(sheet, y, x, _export_cell(column, value))
        height = max(map(_export_height, row, widths), default=0)
        if height > ONE_LINE_PT:
            sheet.set_row(y, height)
    sheet.freeze_panes(1, 0)
    if columns:
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)
        sheet.repeat_rows(0)
    return book.close()


def _laid_out(
    book: Book, sheet: Worksheet, columns: Sequence[Column], rows: Sequence[Sequence[Raw]]
) -> list[float]:
    """Write the heads and set the widths, which are given; a wide table is printed on wide paper."""
    widths = [_export_width(column, x, rows) for x, column in enumerate(columns)]
    for x, column in enumerate(columns):
        sheet.set_column(x, x, widths[x])
        book.put(sheet, 0, x, Cell(column.title, align="center", head=True))
    if sum(widths) > UPRIGHT_CHARACTERS:
        sheet.set_landscape()
    if sum(widths) > 2 * UPRIGHT_CHARACTERS:
        sheet.set_paper(A3)
    return widths


def _export_height(value: Raw, width: float) -> float:
    """Return the points a text needs in its column, 0 where it fits on one line.

    Most do and are not measured: a list may have tens of thousands of rows.
    """
    if not isinstance(value, str) or (2 * len(value) + 2 <= width and "\n" not in value):
        return 0
    return height_of(value, width)


def _export_cell(column: Column, value: Raw) -> Cell:
    if value is None:
        return Cell("")
    if isinstance(value, bool):
        return Cell("是" if value else "否", align="center")
    if isinstance(value, str):
        return Cell(value)
    align = "center" if isinstance(value, date) else "right"
    return Cell(str(value), align=align, value=value, kind=column.kind)


def _export_width(column: Column, x: int, rows: Sequence[Sequence[Raw]]) -> float:
    """Return a width in characters that shows most texts whole without making one column a screen wide."""
    longest = max(
        (columns_of(str(row[x])) + 2.0 for row in rows if len(row) > x and row[x] is not None), default=0
    )
    by_kind = {"date": 16.0, "datetime": 22.0, "money": 14.0}.get(column.kind, 0.0)
    return min(max(len(column.title) * 2.0 + 4, by_kind or longest, 8.0), 48.0)


def document_workbook(document: Document, overview: str, named: dict[str, str]) -> bytes:
    """Return a workbook of the document: its facts and texts first, then one sheet per table.

    `overview` names the first sheet. `named` gives the sheet name of a table by its place; other tables are
    named by their place.
    """
    book = Book(document.made_at, document.title.replace("\n", ""))
    _overview(book, document, overview)
    for block in (*document.blocks, *document.annexes):
        if isinstance(block, Table):
            sheet = book.sheet(named.get(block.place, block.place))
            _form(book, sheet, block)
    return book.close()


def _form(book: Book, sheet: Worksheet, table: Table) -> None:
    if table.head_rows:
        book.table(sheet, table)
        sheet.freeze_panes(table.head_rows, 0)
        sheet.repeat_rows(0, table.head_rows - 1)
        last = len(table.rows) - 1
        sheet.autofilter(table.head_rows - 1, 0, last, len(table.widths) - 1)
        return
    # A form without a head row gets its title above, which stays in sight.
    title = book.style(bold=True, font_size=16, align="center")
    sheet.merge_range(0, 0, 0, len(table.widths) - 1, table.place, title)
    sheet.set_row(0, 30)
    book.table(sheet, table, top=1)
    sheet.freeze_panes(1, 0)


def _overview(book: Book, document: Document, name: str) -> None:
    sheet = book.sheet(name)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 90)
    title = document.title.replace("\n", "")
    style = book.style(bold=True, font_size=16, align="center", text_wrap=True)
    sheet.merge_range(0, 0, 0, 1, title, style)
    # The title is 16 points high where a row of text is 10.
    sheet.set_row(0, height_of(title, 108 / 1.6) * 1.6 + 4)
    row = 1
    for label, text in document.facts:
        book.put(sheet, row, 0, Cell(label, head=True))
        book.put(sheet, row, 1, Cell(text))
        row += 1
    section = ""
    for block in document.blocks:
        if isinstance(block, Heading):
            section = block.text
        elif isinstance(block, Paragraph):
            book.put(sheet, row, 0, Cell(section, head=True))
            book.put(sheet, row, 1, Cell(block.text))
            sheet.set_row(row, height_of(block.text, 90))
            row += 1
    sheet.freeze_panes(1, 0)
