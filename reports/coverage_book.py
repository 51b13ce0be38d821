"""The coverage book and the contact sheet of its evidence, set by typst (B2, A17).

Cover, totals with their charts, then one entry per piece with the picture of its evidence; the contact sheet
has the pictures alone, nine to a page. Every word travels as data: no title can become markup. Pictures lie
in one folder, which is all of the disk that typst may read.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdfium2

from reports.glyphs import check_texts, texts_in, without_invisible
from reports.typesetting import compiled, families, template_bytes
from reports.wording import SHANGHAI, chinese_date, chinese_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.charts import Chart, FontFiles

TEMPLATE = "coverage.typ"


@dataclass(frozen=True)
class Proof:
    """One file of evidence.

    `picture` is the name of a JPEG in the folder of pictures ("" if none), `ratio` its height by width.
    """

    name: str
    sha256: str
    added: str
    picture: str = ""
    ratio: float = 1.0


@dataclass(frozen=True)
class Entry:
    """One piece as the book tells it: `counts` are the targets it counts for, `why_not` why for none.

    `copies` says of how many placements of one report it is; `basis` on what the level of the outlet rests.
    """

    number: int
    title: str
    outlet: str
    level: str
    day: str
    place: str
    kind: str
    counts: tuple[str, ...]
    why_not: str
    cases: tuple[str, ...]
    address: str
    proofs: tuple[Proof, ...]
    copies: str = ""
    basis: str = ""


@dataclass(frozen=True)
class Goal:
    """One target: what was reached and what was asked, and the words for what is missing."""

    title: str
    actual: int
    required: int
    words: str


@dataclass(frozen=True)
class Figures:
    """One table of the totals: by level, by month; each row is a label and two counts."""

    title: str
    rows: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class CoverageBook:
    """All that a book shows; `entries` in the order of the book, numbered from 1."""

    title: str
    subtitle: str
    issuer: str
    period: str
    chosen: str
    made_at: datetime
    goals: tuple[Goal, ...]
    tables: tuple[Figures, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Written:
    """A set book: the PDF and the number of its pages."""

    pdf: bytes
    pages: int


def coverage_pdf(
    book: CoverageBook, charts: tuple[tuple[str, Chart], ...], folder: Path, fonts: FontFiles
) -> Written:
    """Set the book; `folder` holds the pictures that entries name.

    Raises ReportError when typst refuses and, with its place, for a character that no font can show.
    """
    return _set("book", book, charts, folder, fonts)


def contact_sheet_pdf(book: CoverageBook, folder: Path, fonts: FontFiles) -> Written:
    """Set the sheet of all evidence: a frame per file, those without a picture by name and checksum."""
    return _set("sheet", book, (), folder, fonts)


def _set(
    form: str,
    book: CoverageBook,
    charts: tuple[tuple[str, Chart], ...],
    folder: Path,
    fonts: FontFiles,
) -> Written:
    check_texts(_texts(book), fonts)
    template = folder / TEMPLATE
    template.write_bytes(template_bytes(TEMPLATE))
    data = {
        "form": form,
        "fonts": families(fonts),
        "made_on": chinese_date(book.made_at.astimezone(SHANGHAI).date()),
        "made_at": chinese_time(book.made_at),
        "charts": [
            {"caption": caption, "alt": chart.alt, "svg": chart.svg.decode()} for caption, chart in charts
        ],
        **_shown(asdict(book)),
    }
    (folder / "book.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    pdf = compiled(template, {}, fonts, book.made_at, root=folder)
    document = pypdfium2.PdfDocument(pdf)
    try:
        return Written(pdf, len(document))
    finally:
        document.close()


def _texts(book: CoverageBook) -> Iterator[tuple[str, str]]:
    for key, value in asdict(book).items():
        if key != "entries":
            yield from (("封面与统计", text) for text in texts_in(value))
    for entry in book.entries:
        place = f"第{entry.number}篇“{entry.title}”"
        yield from ((place, text) for text in texts_in(asdict(entry)))


def _shown(value: Any) -> Any:  # noqa: ANN401 - what asdict gives
    """The same data with every text cleaned; the moment stands in the data as words."""
    if isinstance(value, str):
        return without_invisible(value)
    if isinstance(value, dict):
        return {key: _shown(one) for key, one in value.items() if not isinstance(one, datetime)}
    return [_shown(one) for one in value] if isinstance(value, (list, tuple)) else value
