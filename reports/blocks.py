"""A document as data, before anybody has decided whether it becomes Word, PDF or a workbook.

Each report builds one `Document`; the three writers only draw it. So the figures agree by construction, and
a new report is a new builder, not three new writers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

Raw = str | int | Decimal | date | datetime | None


@dataclass(frozen=True)
class Cell:
    """One cell of a table, covering `colspan` × `rowspan` places of the grid.

    `text` is what is read. `value` and `kind` (see `reports.data.KINDS`) let a workbook hold a number or a
    date instead of its words. `short` marks a figure that falls short of its target.
    """

    text: str
    colspan: int = 1
    rowspan: int = 1
    align: str = "left"
    head: bool = False
    short: bool = False
    value: Raw = None
    kind: str = "text"


@dataclass(frozen=True)
class Table:
    """Rows of cells; places covered from above or from the left are simply not listed.

    `widths` are relative and give the number of columns. The first `head_rows` rows repeat on each page.
    `place` names the table where something in it is refused. `small` asks for the smaller type of forms,
    `tall` for rows that can be written into by hand (Word only).
    """

    place: str
    widths: tuple[float, ...]
    rows: tuple[tuple[Cell, ...], ...]
    head_rows: int = 1
    small: bool = False
    tall: bool = False


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 (一、) or 2 (（一）), without its number."""

    text: str
    level: int = 1
    new_page: bool = False


@dataclass(frozen=True)
class Paragraph:
    """Running text; `note` sets it small and without indent, for remarks under tables."""

    text: str
    note: bool = False


@dataclass(frozen=True)
class Picture:
    """A chart or photograph with the words that stand for it. `aspect` is width over height."""

    key: str
    caption: str
    alt: str
    png: bytes = field(repr=False)
    svg: bytes = field(repr=False)
    width_cm: float = 15.5


Block = Heading | Paragraph | Table | Picture


@dataclass(frozen=True)
class Document:
    """Title page, body and annexes of one report.

    `facts` are the label and value pairs of the title page. `made_at` is an aware UTC time and becomes the
    creation date of the files. `footer` stands at the foot of each page, beside its number. Without `cover`
    the title stands over the text and there is no list of contents.
    """

    title: str
    subtitle: str
    issuer: str
    facts: tuple[tuple[str, str], ...]
    made_at: datetime
    footer: str
    blocks: tuple[Block, ...]
    annexes: tuple[Block, ...] = ()
    cover: bool = True


def place_cells(table: Table) -> list[tuple[int, int, Cell]]:
    """Return (row, column, cell) for each cell on the grid, both from 0.

    The one place that resolves spans, used by the Word and xlsx writers and by the tests. A row that does
    not fill the grid exactly is a programming error and raises ValueError.
    """
    columns = len(table.widths)
    taken: set[tuple[int, int]] = set()
    placed: list[tuple[int, int, Cell]] = []
    for y, row in enumerate(table.rows):
        x = 0
        for cell in row:
            while (y, x) in taken:
                x += 1
            covered = {(y + dy, x + dx) for dy in range(cell.rowspan) for dx in range(cell.colspan)}
            if covered & taken or x + cell.colspan > columns or y + cell.rowspan > len(table.rows):
                raise ValueError(f"{table.place}: cell {cell.text!r} does not fit at {y}, {x}")
            taken |= covered
            placed.append((y, x, cell))
    if len(taken) != columns * len(table.rows):
        raise ValueError(f"{table.place}: the rows do not fill the grid")
    return placed
