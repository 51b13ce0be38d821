"""A table of pieces as it comes: a workbook or a csv, as headings and rows of text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from campaign.errors import Refused
from campaign.messages import N_
from campaign.placements.table import MAX_ROWS, Line, heading_row, propose_mapping, read_line
from campaign.tables import TableError, cell_text, normalise, read_workbook

CSV_CODES = ("utf-8-sig", "gb18030")


@dataclass(frozen=True)
class Sheet:
    """A table as text: its headings, the rows below them, and the number that the first of these has."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    first_number: int

    @property
    def mapping(self) -> dict[str, int]:
        """Which column holds which field, as far as the headings say."""
        return propose_mapping(self.headings)


def read_sheet(content: bytes, file_name: str) -> Sheet:
    """Read the first sheet of a workbook, or a csv in UTF-8 or GB 18030, with the row of its headings.

    Raises Refused with the file's name and what to do. Where no row holds the needed headings, the first
    filled one is taken, and whoever asks has to give the mapping.
    """
    rows = _csv_rows(content, file_name) if file_name.lower().endswith(".csv") else _cells(content, file_name)
    if not rows:
        raise Refused(N_("%(file)s holds no rows. Choose the right file."), file=file_name)
    at = heading_row([row for _, row in rows])
    if at is None:
        at = 0
    below = rows[at + 1 :]
    if len(below) > MAX_ROWS:
        raise Refused(
            N_("%(file)s holds more than %(limit)s rows; part it and import one part after the other."),
            file=file_name,
            limit=MAX_ROWS,
        )
    return Sheet(rows[at][1], tuple(row for _, row in below), rows[at][0] + 1)


def _csv_rows(content: bytes, file_name: str) -> list[tuple[int, tuple[str, ...]]]:
    for code in CSV_CODES:
        try:
            text = content.decode(code)
        except UnicodeDecodeError:
            continue
        break
    else:
        raise Refused(
            N_("%(file)s is written in letters we cannot read. Save it as CSV UTF-8 and send it again."),
            file=file_name,
        )
    sample = text[:4096]
    delimiter = max((",", "\t", ";", "，"), key=sample.partition("\n")[0].count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Refused(
            N_("%(file)s is damaged: a quotation mark is not closed. Save it anew and send it again."),
            file=file_name,
        ) from error
    return _numbered(tuple(map(normalise, row)) for row in rows)


def _cells(content: bytes, file_name: str) -> list[tuple[int, tuple[str, ...]]]:
    try:
        grids = read_workbook(content, file_name)
    except TableError as error:
        raise Refused(error.message.msgid, **dict(error.message.params)) from error
    if not grids:
        return []
    return _numbered(tuple(normalise(cell_text(cell)) for cell in row) for row in grids[0].values)


def _numbered(rows: Iterable[tuple[str, ...]]) -> list[tuple[int, tuple[str, ...]]]:
    """Rows with their numbers in the file, from the first filled one on."""
    numbered = list(enumerate(rows, start=1))
    first = next((at for at, (_, row) in enumerate(numbered) if any(row)), len(numbered))
    return numbered[first:]


def lines_of(sheet: Sheet, mapping: Mapping[str, int], today: date) -> list[Line]:
    """The filled rows of a sheet as values."""
    lines = (
        read_line(number, row, mapping, today)
        for number, row in enumerate(sheet.rows, start=sheet.first_number)
    )
    return [line for line in lines if line is not None]
