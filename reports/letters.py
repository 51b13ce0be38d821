"""A letter of an office: one page, laid out as Chinese official letters are (GB/T 9704-2012)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from reports.glyphs import without_invisible
from reports.word_package import saved
from reports.word_template import FANGSONG, HEITI, set_fonts
from reports.wording import chinese_date

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

TITLE_PT, BODY_PT, LEADING_PT = 22, 16, 28


@dataclass(frozen=True)
class Letter:
    """Who writes to whom about what; `points` are numbered, each with an optional second line.

    `made_at` is an aware UTC time and becomes the creation date of the file.
    """

    title: str
    to: str
    opening: str
    points: tuple[tuple[str, str], ...]
    closing: str
    sender: str
    signed_on: date
    made_at: datetime

    def lines(self) -> tuple[str, ...]:
        """The letter as plain text, a line a paragraph, to be copied into a message."""
        points = [f"{number}. {text}" for number, (text, _) in enumerate(self.points, start=1)]
        advice = [second for _, second in self.points]
        told = [line for pair in zip(points, advice, strict=True) for line in pair if line]
        return (
            self.title, f"{self.to}：", self.opening, *told, self.closing,
            self.sender, chinese_date(self.signed_on),
        )  # fmt: skip


def letter_docx(letter: Letter) -> bytes:
    """Return the letter as docx: A4, title 二号, body 三号 仿宋, indent of two characters, leading 28 pt."""
    word = Document()
    page = word.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.top_margin, page.bottom_margin = Cm(3.7), Cm(3.5)
    page.left_margin, page.right_margin = Cm(2.8), Cm(2.6)
    _line(word, letter.title, size=TITLE_PT, font=HEITI, align=WD_ALIGN_PARAGRAPH.CENTER, after=LEADING_PT)
    _line(word, f"{letter.to}：")
    _line(word, letter.opening, indent=2)
    for number, (text, second) in enumerate(letter.points, start=1):
        _line(word, f"{number}. {text}", indent=2)
        if second:
            _line(word, second, indent=2)
    _line(word, letter.closing, indent=2, after=LEADING_PT)
    right = WD_ALIGN_PARAGRAPH.RIGHT
    _line(word, letter.sender, align=right, keep=True)
    _line(word, chinese_date(letter.signed_on), align=right)
    told = word.core_properties
    told.title, told.author, told.last_modified_by, told.comments = letter.title, letter.sender, "", ""
    told.created = told.modified = letter.made_at.astimezone(UTC).replace(tzinfo=None)
    return saved(word)


def _line(
    word: WordDocument,
    text: str,
    *,
    size: int = BODY_PT,
    font: str = FANGSONG,
    align: WD_ALIGN_PARAGRAPH | None = None,
    indent: int = 0,
    after: int = 0,
    keep: bool = False,
) -> None:
    """Add one paragraph; indent counts characters of the body."""
    paragraph = word.add_paragraph()
    shape = paragraph.paragraph_format
    shape.line_spacing, shape.space_before, shape.space_after = Pt(LEADING_PT), Pt(0), Pt(after)
    shape.keep_with_next = keep
    if indent:
        shape.first_line_indent = Pt(indent * size)
    if align is not None:
        paragraph.alignment = align
    run = paragraph.add_run(without_invisible(text))
    run.font.size = Pt(size)
    properties = run._r.get_or_add_rPr()  # noqa: SLF001 - python-docx has no East Asian fonts
    set_fonts(properties, font)
    properties.find(qn("w:rFonts")).set(qn("w:hint"), "eastAsia")
