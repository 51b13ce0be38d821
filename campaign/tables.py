"""Reading an uploaded workbook into plain grids, with every fault said in the user's words.

xlsx, xlsm and xls are read with calamine. Before calamine sees a file its true size is measured: a zip that
unpacks to gigabytes, or one cell far out that would blow the used range up, is refused without being read.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from xml.parsers import expat

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from campaign.messages import N_, Message

CellValue = str | int | float | bool | date | datetime | time | timedelta | None

ZIP_START = b"PK\x03\x04"
OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# How the streams of an encrypted workbook and of an old Word document are named inside an OLE file.
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
WORD_STREAM = "WordDocument".encode("utf-16-le")
CHUNK_BYTES = 64 * 1024

# Full-width digits, letters and the marks of codes and addresses; Chinese punctuation is left as it is.
CODE_MARKS = "－．＠＿＆＃＝＊"
PLAIN_WIDTH = {
    code: code - 0xFEE0
    for code in range(0xFF01, 0xFF5F)
    if chr(code - 0xFEE0).isalnum() or chr(code) in CODE_MARKS
}
BLANKS = re.compile(r"[^\S\n]+")
INVISIBLE = re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060\ufeff\x00-\x08\x0b-\x1f\x7f]")
MOBILE = r"1[3-9]\d(?:[- ]?\d{4}){2}"
LAND_LINE = r"(?:\(?0\d{2,3}\)?[- ]?)?\d{7,8}(?:-\d{1,6})?"
PHONE = re.compile(rf"(?<![\d.])(?:(?:\+|00)86[- ]?)?({MOBILE}|{LAND_LINE})(?!\d)")
TOLL_FREE = re.compile(r"(?<!\d)([48]00)[- ]?(\d{3,4})[- ]?(\d{3,4})(?!\d)")


class TableError(Exception):
    """The file cannot be read as a workbook; `message` names the file and says what to do."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a workbook may be: as a file, unpacked, and in cells over all sheets."""

    file_bytes: int = 20 * 1024 * 1024
    # Pictures pasted into a table are many megabytes and are never unpacked; only the XML counts.
    unpacked_xml_bytes: int = 128 * 1024 * 1024
    cells: int = 1_000_000
    sheets: int = 60


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range; rows and columns from 1, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell lies in the range."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: values by row and column, counted from 1 as a spreadsheet counts them.

    Every cell of a merged range has the range's value; `merge_at` tells that it is a repetition. What lies
    outside the used range is None.
    """

    sheet: str
    values: tuple[tuple[CellValue, ...], ...]
    merges: tuple[Merge, ...] = ()
    _merged: dict[tuple[int, int], Merge] = field(default_factory=dict, repr=False, compare=False)

    @property
    def height(self) -> int:
        """The number of the last used row."""
        return len(self.values)

    @property
    def width(self) -> int:
        """The number of the last used column."""
        return max(map(len, self.values), default=0)

    def value(self, row: int, column: int) -> CellValue:
        """The raw value of a cell; None where there is nothing."""
        if not (1 <= row <= self.height and 1 <= column <= len(self.values[row - 1])):
            return None
        return self.values[row - 1][column - 1]

    def text(self, row: int, column: int) -> str:
        """The cell as a reader sees it, normalised; "" where there is nothing."""
        return normalise(cell_text(self.value(row, column)))

    def row(self, row: int) -> tuple[str, ...]:
        """All cells of a row as text."""
        return tuple(self.text(row, column) for column in range(1, self.width + 1))

    def merge_at(self, row: int, column: int) -> Merge | None:
        """The merged range a cell belongs to, or None."""
        return self._merged.get((row, column))

    @staticmethod
    def address(row: int, column: int) -> str:
        """Name a cell as spreadsheets do: row 7, column 3 is C7."""
        letters = ""
        while column:
            column, rest = divmod(column - 1, 26)
            letters = chr(ord("A") + rest) + letters
        return f"{letters}{row}"


def normalise(text: str) -> str:
    """Tidy what was typed: full-width digits and letters become plain, Chinese punctuation stays.

    Blanks are collapsed to one, those at the ends of lines go, invisible characters go; CO₂ and m² stay what
    they are. Doing it twice changes nothing.
    """
    plain = INVISIBLE.sub("", text.replace("\r\n", "\n").translate(PLAIN_WIDTH))
    plain = unicodedata.normalize("NFC", plain)
    lines = (BLANKS.sub(" ", line).strip() for line in plain.split("\n"))
    return "\n".join(line for line in lines if line)


def cell_text(value: CellValue) -> str:
    """Write a cell's value as text; a whole number (a phone!) never gets a point or an exponent."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return (
            value.date().isoformat()
            if value.time() == time()
            else value.isoformat(sep=" ", timespec="minutes")
        )
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def phones(text: str) -> tuple[str, ...]:
    """Take the phone numbers out of a cell: mobiles, land lines with area code and extension, 400 numbers.

    Several numbers may stand in one cell with anything between them; doubles are given once.
    """
    plain = unicodedata.normalize("NFKC", text).replace("—", "-").replace("–", "-")
    found: list[tuple[int, str]] = []

    def taken(match: re.Match[str]) -> str:
        found.append((match.start(), "-".join(match.groups())))
        return " " * len(match.group())

    plain = TOLL_FREE.sub(taken, plain)
    for match in PHONE.finditer(plain):
        number = re.sub(r"[() ]", "", match.group(1))
        if number.replace("-", "")[0] == "1" and len(number.replace("-", "")) == len("13912345678"):
            number = number.replace("-", "")
        found.append((match.start(), number))
    return tuple(dict.fromkeys(number for _, number in sorted(found)))


def read_workbook(source: bytes | Path, file_name: str, limits: Limits | None = None) -> tuple[Grid, ...]:
    """Read every visible sheet that holds anything, in order.

    Raises TableError: empty, too large, not a workbook (and what it is instead), protected by a password,
    damaged, inflated. `file_name` is the name for messages only; the content decides.
    """
    limits = limits or Limits()
    size_bytes = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size_bytes > limits.file_bytes:
        raise _fault(
            N_("%(file)s is %(size)s MB; a summary table has at most %(limit)s MB. Take out the pictures."),
            file_name,
            size=-(-size_bytes // 1024**2),
            limit=limits.file_bytes // 1024**2,
        )
    data = source if isinstance(source, bytes) else source.read_bytes()
    _recognise(data, file_name)
    if data.startswith(ZIP_START):
        _measure(data, file_name, limits)
    try:
        return _read(data, file_name, limits)
    except PasswordError as error:
        raise _locked(file_name) from error
    except CalamineError as error:
        raise _damaged(file_name) from error


def _fault(msgid: str, file_name: str, **params: object) -> TableError:
    return TableError(Message(msgid, {"file": file_name, **params}))


def _locked(file_name: str) -> TableError:
    return _fault(
        N_("%(file)s is protected by a password. Take the password off and send it again."), file_name
    )


def _damaged(file_name: str) -> TableError:
    return _fault(
        N_("%(file)s is damaged and cannot be opened. Save it anew in WPS or Excel and send it again."),
        file_name,
    )


def _recognise(data: bytes, file_name: str) -> None:
    """Refuse what is no workbook, and say what it is instead."""
    if not data:
        raise _fault(N_("%(file)s is empty (0 bytes). Choose the right file."), file_name)
    if data.startswith(OLE_START):
        if ENCRYPTED_STREAM in data:
            raise _locked(file_name)
        if WORD_STREAM in data:
            raise _a_word_document(file_name)
        return
    if data.startswith(ZIP_START):
        return
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"%pdf"):
        raise _fault(N_("%(file)s is a PDF. Send the table as an Excel workbook (.xlsx)."), file_name)
    if head.startswith((b"<html", b"<!doctype html", b"<table", b"<?xml", b"<meta")):
        raise _fault(
            N_("%(file)s is a web page, not a workbook. Open it, save it as .xlsx and send that."),
            file_name,
        )
    raise _fault(N_("%(file)s is not an Excel workbook. Save the table as .xlsx and send that."), file_name)


def _a_word_document(file_name: str) -> TableError:
    return _fault(
        N_("%(file)s is a Word document. Copy its table into an Excel workbook (.xlsx) and send that."),
        file_name,
    )


def _measure(data: bytes, file_name: str, limits: Limits) -> None:
    """Unpack the sheets of a zip piece by piece and count, so that calamine meets nothing boundless."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            names = {entry.filename.lower() for entry in entries}
            if any(name.startswith("word/") for name in names):
                raise _a_word_document(file_name)
            if "xl/workbook.xml" not in names:
                raise _fault(
                    N_("%(file)s is not an Excel workbook. Save the table as .xlsx and send that."), file_name
                )
            unpacked_bytes = cells = 0
            for entry in entries:
                if not entry.filename.lower().endswith((".xml", ".rels")):
                    continue
                extent = _Extent() if "/worksheets/" in f"/{entry.filename.lower()}" else None
                with archive.open(entry) as stream:
                    while chunk := stream.read(CHUNK_BYTES):
                        unpacked_bytes += len(chunk)
                        if unpacked_bytes > limits.unpacked_xml_bytes:
                            raise _inflated(file_name)
                        if extent is not None:
                            extent.feed(chunk)
                cells += extent.cells if extent is not None else 0
                if cells > limits.cells:
                    raise _inflated(file_name)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        expat.ExpatError,
    ) as error:
        # RuntimeError and NotImplementedError are what zipfile says of encrypted and exotic entries.
        raise _damaged(file_name) from error


def _inflated(file_name: str) -> TableError:
    return _fault(
        N_(
            "%(file)s covers far more cells than a summary table has. "
            "Copy the filled rows into a new workbook and send that."
        ),
        file_name,
    )


class _Extent:
    """How large a rectangle the filled cells of a sheet span, read from its XML as it streams by."""

    def __init__(self) -> None:
        self._top = self._left = 10**9
        self._bottom = self._right = self._row = self._column = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.buffer_text = True

    @property
    def cells(self) -> int:
        if not self._bottom:
            return 0
        return (self._bottom - self._top + 1) * (self._right - self._left + 1)

    def feed(self, chunk: bytes) -> None:
        self._parser.Parse(chunk, False)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "row":
            self._row = int(attributes["r"]) if attributes.get("r", "").isdecimal() else self._row + 1
            self._column = 0
        elif tag == "c":
            place = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7})", attributes.get("r", ""))
            if place is None:
                self._column += 1
            else:
                self._column = 0
                for letter in place.group(1):
                    self._column = self._column * 26 + ord(letter) - ord("A") + 1
                self._row = int(place.group(2))
        elif tag in {"v", "is"}:
            # Only a cell with a value widens the used range; formatted empty ones cost nothing.
            self._top, self._bottom = min(self._top, self._row), max(self._bottom, self._row)
            self._left, self._right = min(self._left, self._column), max(self._right, self._column)

    def _doctype(self, *_declaration: object) -> None:
        raise expat.ExpatError("no workbook declares a document type")


def _read(data: bytes, file_name: str, limits: Limits) -> tuple[Grid, ...]:
    grids: list[Grid] = []
    cells = 0
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
        for sheet in workbook.sheets_metadata[: limits.sheets]:
            if not str(sheet.visible).endswith("Visible") or not str(sheet.typ).endswith("WorkSheet"):
                continue
            content = workbook.get_sheet_by_name(sheet.name)
            cells += content.height * content.width
            if cells > limits.cells:
                raise _inflated(file_name)
            if content.start is not None:
                grids.append(_grid(content, file_name, limits))
    return tuple(grids)


def _grid(content: CalamineSheet, file_name: str, limits: Limits) -> Grid:
    top, left = content.start or (0, 0)
    pad: tuple[CellValue, ...] = (None,) * left
    width = left + content.width
    rows: list[list[CellValue]] = [[None] * width for _ in range(top)]
    rows.extend(
        [*pad, *(None if value == "" else value for value in row)]
        for row in content.to_python(skip_empty_area=True)
    )
    merges = tuple(_merges(content.merged_cell_ranges or (), len(rows), width))
    if sum((m.bottom - m.top + 1) * (m.right - m.left + 1) for m in merges) > limits.cells:
        raise _inflated(file_name)
    merged: dict[tuple[int, int], Merge] = {}
    for merge in merges:
        anchor = rows[merge.top - 1][merge.left - 1]
        for row in range(merge.top, merge.bottom + 1):
            for column in range(merge.left, merge.right + 1):
                rows[row - 1][column - 1] = anchor
                merged[row, column] = merge
    return Grid(content.name, tuple(map(tuple, rows)), merges, merged)


def _merges(
    ranges: Iterable[tuple[tuple[int, int], tuple[int, int]]], height: int, width: int
) -> Iterable[Merge]:
    """Cut merged ranges down to the used range; one that starts outside holds nothing."""
    for (top, left), (bottom, right) in ranges:
        if top < height and left < width:
            yield Merge(top + 1, left + 1, min(bottom + 1, height), min(right + 1, width))
