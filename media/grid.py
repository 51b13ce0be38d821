"""Rows of cells out of an xlsx or csv file, read within limits.

An xlsx file is a zip that may unpack to gigabytes, and one cell far out makes a reader build the whole
rectangle up to it: both are measured before the reader (calamine) sees the file. A csv file may be UTF-8 with
or without a mark, UTF-16 or GB18030, and divided by commas, tabs or semicolons.
"""

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from xml.parsers import expat

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from media.errors import N_, BadList

# A text as written, or a length of time that a spreadsheet holds as such.
Cell = str | timedelta

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CHUNK_BYTES = 64 * 1024
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
# What a spreadsheet would take for a formula; an apostrophe before it keeps it a text, there and back.
_FORMULA = re.compile(r"'*[=+\-@\t]")


@dataclass(frozen=True)
class Limits:
    """How large a list may be: the file, its XML unpacked, rows, columns, and letters of one cell."""

    file_bytes: int = 10 << 20
    unpacked_bytes: int = 64 << 20
    rows: int = 5000
    columns: int = 200
    letters: int = 4000


@dataclass(frozen=True)
class Grid:
    """The rows of one sheet; row 1 comes first, as a spreadsheet counts, and merged cells are filled."""

    sheet: str
    rows: tuple[tuple[Cell, ...], ...]


def read_bytes(path: Path, name: str, limits: Limits) -> bytes:
    """Read a list file; BadList when it is empty or larger than a list is."""
    size = path.stat().st_size
    if size > limits.file_bytes:
        raise BadList(
            N_("%(name)s has %(size)s MB; a cut list has at most %(most)s MB. Take out the pictures."),
            name=name, size=-(-size >> 20), most=limits.file_bytes >> 20,
        )  # fmt: skip
    if not size:
        raise BadList(N_("%(name)s is empty. Choose the right file."), name=name)
    return path.read_bytes()


def decode(data: bytes, name: str) -> str:
    """Read text by its mark, else as UTF-8, UTF-16 without a mark, or GB18030."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data, encoding, name)
    sample = data[:4096]
    if b"\0" in sample:
        odd, even = sample[1::2].count(0), sample[::2].count(0)
        return _decoded(data, "utf-16-le" if odd > even else "utf-16-be", name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded(data, "gb18030", name)


def _decoded(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadList(
            N_("%(name)s is no text that can be read. Save it anew as “CSV UTF-8” or as .xlsx."), name=name
        ) from error


def read_grids(data: bytes, name: str, limits: Limits) -> tuple[Grid, ...]:
    """Read every visible sheet of an xlsx file, or the one table of a csv file; the content decides which."""
    if data.startswith(_OLE):
        raise BadList(
            N_("%(name)s is an old .xls file or protected by a password. Save it as a plain .xlsx file."),
            name=name,
        )
    if data.startswith(_ZIP):
        return _workbook(data, name, limits)
    if data.startswith(b"%PDF"):
        raise BadList(N_("%(name)s is a PDF, not a cut list. Send the table as .xlsx."), name=name)
    return (Grid("", _rows_of_text(decode(data, name), name, limits)),)


def _rows_of_text(text: str, name: str, limits: Limits) -> tuple[tuple[Cell, ...], ...]:
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(",\t;", key=first.count)
    rows: list[tuple[Cell, ...]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            _count(len(rows) + 1, len(row), name, limits)
            rows.append(tuple(_from_text(cell, limits) for cell in row))
    except csv.Error as error:
        raise BadList(
            N_("Row %(row)s of %(name)s cannot be read (%(reason)s). Check its quotation marks."),
            name=name, row=len(rows) + 1, reason=error,
        ) from error  # fmt: skip
    return tuple(rows)


def _from_text(cell: str, limits: Limits) -> str:
    tidy = _INVISIBLE.sub("", cell.replace("\r\n", "\n"))[: limits.letters].strip()
    return tidy[1:] if tidy.startswith("'") and _FORMULA.match(tidy) else tidy


def guarded(text: str) -> str:
    """Write a text for a csv file so that no spreadsheet takes it for a formula; reading undoes it."""
    return f"'{text}" if _FORMULA.match(text) else text


def _count(rows: int, columns: int, name: str, limits: Limits) -> None:
    if rows > limits.rows or columns > limits.columns:
        raise BadList(
            N_(
                "%(name)s covers more than %(rows)s rows or %(columns)s columns. "
                "Copy the filled rows into a new table and send that."
            ),
            name=name, rows=limits.rows, columns=limits.columns,
        )  # fmt: skip


def _workbook(data: bytes, name: str, limits: Limits) -> tuple[Grid, ...]:
    _measure(data, name, limits)
    grids: list[Grid] = []
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            for sheet in workbook.sheets_metadata[:20]:
                if str(sheet.visible).endswith("Visible") and str(sheet.typ).endswith("WorkSheet"):
                    content = workbook.get_sheet_by_name(sheet.name)
                    _count(content.height, content.width, name, limits)
                    grids.append(Grid(sheet.name, _rows_of_sheet(content, limits)))
    except (CalamineError, PasswordError) as error:
        raise _damaged(name) from error
    return tuple(grids)


def _rows_of_sheet(content: CalamineSheet, limits: Limits) -> tuple[tuple[Cell, ...], ...]:
    if content.start is None:
        return ()
    rows = [[_from_value(value, limits) for value in row] for row in content.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in content.merged_cell_ranges or ():
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [rows[top][left]] * len(row[left : right + 1])
    return tuple(map(tuple, rows))


def _from_value(value: object, limits: Limits) -> Cell:
    if isinstance(value, timedelta):
        return value
    if isinstance(value, time):
        return timedelta(
            hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond
        )
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.9f}".rstrip("0")
    if isinstance(value, datetime | date):
        return value.isoformat()
    return "" if value is None else _from_text(str(value), limits)


def _damaged(name: str) -> BadList:
    return BadList(
        N_("%(name)s is damaged or no Excel workbook. Save it anew as .xlsx in WPS or Excel."), name=name
    )


def _measure(data: bytes, name: str, limits: Limits) -> None:
    """Unpack the XML of a workbook piece by piece and count, so that calamine meets nothing boundless."""
    unpacked = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                raise _damaged(name)
            for entry in archive.infolist():
                if not entry.filename.endswith((".xml", ".rels")):
                    continue
                extent = _Extent() if entry.filename.startswith("xl/worksheets/") else None
                with archive.open(entry) as stream:
                    while chunk := stream.read(_CHUNK_BYTES):
                        unpacked += len(chunk)
                        _count(limits.rows + 1 if unpacked > limits.unpacked_bytes else 0, 0, name, limits)
                        if extent is not None:
                            extent.feed(chunk)
                            _count(extent.rows, extent.columns, name, limits)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        expat.ExpatError,
    ) as error:
        # RuntimeError and NotImplementedError are what zipfile says of encrypted and exotic entries.
        raise _damaged(name) from error


class _Extent:
    """How far out the filled cells of a sheet lie, read from its XML as it streams by."""

    def __init__(self) -> None:
        self.rows = self.columns = self._row = self._column = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.StartDoctypeDeclHandler = self._doctype

    def feed(self, chunk: bytes) -> None:
        """Take the next piece of the XML."""
        self._parser.Parse(chunk, False)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "row":
            told = attributes.get("r", "")
            self._row, self._column = int(told) if told.isdecimal() else self._row + 1, 0
        elif tag == "c":
            place = _PLACE.fullmatch(attributes.get("r", ""))
            self._column = _number(place[1]) if place else self._column + 1
            self._row = int(place[2]) if place else self._row
        elif tag in {"v", "is"}:
            # Only a cell with a value widens what is read; formatted empty ones cost nothing.
            self.rows, self.columns = max(self.rows, self._row), max(self.columns, self._column)

    def _doctype(self, *_declaration: object) -> None:
        raise expat.ExpatError("no workbook declares a document type")


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def column_name(number: int) -> str:
    """Name a column, counted from 0, as a spreadsheet does: 2 is C."""
    letters, number = "", number + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def is_blank(row: Iterable[Cell]) -> bool:
    """Say whether nothing stands in a row."""
    return all(cell == "" for cell in row)
