"""Forms and one-page papers in Word: lines, grids with label cells, photographs (GB/T 9704 type)."""

from __future__ import annotations

import io
from datetime import UTC
from typing import TYPE_CHECKING

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from reports.glyphs import without_invisible
from reports.word_package import saved
from reports.word_template import FANGSONG, HEITI, KAITI, SONGTI, set_fonts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from docx.table import _Cell, _Row
    from docx.text.paragraph import Paragraph

CENTRED, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
__all__ = ["CENTRED", "FANGSONG", "HEITI", "KAITI", "RIGHT", "SONGTI", "Paper"]


def _keep_whole(row: _Row) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - python-docx has no word for it


class Paper:
    """A4 paper being written from top to bottom; `bytes()` gives the docx, the same for the same content."""

    def __init__(self, *, margin_cm: float = 2.2, width_cm: float = 16.6) -> None:
        self._word = Document()
        self._width_cm = width_cm
        page = self._word.sections[0]
        page.page_width, page.page_height = Cm(21), Cm(29.7)
        page.top_margin = page.bottom_margin = Cm(margin_cm)
        page.left_margin = page.right_margin = Cm(margin_cm)

    def line(
        self,
        text: str,
        *,
        size: float = 12,
        font: str = FANGSONG,
        align: WD_ALIGN_PARAGRAPH | None = None,
        indent: bool = False,
        after: float = 0,
    ) -> None:
        """Add a paragraph; size and the space after it in points."""
        paragraph = self._word.add_paragraph()
        self._say(paragraph, text, size=size, font=font)
        paragraph.paragraph_format.space_after = Pt(after)
        if align is not None:
            paragraph.alignment = align
        if indent:
            paragraph.paragraph_format.first_line_indent = Pt(2 * size)

    def grid(
        self,
        rows: Sequence[Sequence[str]],
        widths: Sequence[float],
        *,
        size: float = 10.5,
        labels: bool = True,
    ) -> None:
        """Add a ruled table; cells at even places of a row are labels, in the type of heads.

        A row with fewer cells than widths lets its last one reach to the edge.
        """
        table = self._word.add_table(rows=0, cols=len(widths))
        table.style = self._word.styles["Table Grid"]
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        for row in rows:
            cells = table.add_row().cells
            if len(row) < len(widths):
                cells[len(row) - 1].merge(cells[-1])
            for place, text in enumerate(row):
                cell = cells[place]
                cell.width = Cm(self._width_cm * sum(widths[place : place + 1]) / sum(widths))
                label = labels and place % 2 == 0 and len(row) > 1
                self._fill(cell, text, size=size, label=label)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(self._width_cm * width / sum(widths))
        self.line("", size=4)

    def _fill(self, cell: _Cell, text: str, *, size: float, label: bool) -> None:
        for number, part in enumerate(text.split("\n")):
            paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
            self._say(paragraph, part, size=size, font=HEITI if label else SONGTI)
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(3)
            if label:
                paragraph.alignment = CENTRED
        if label:
            shade = OxmlElement("w:shd")
            shade.set(qn("w:val"), "clear")
            shade.set(qn("w:fill"), "F0F0F0")
            cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001 - python-docx has no shading

    def card(self, lines: Sequence[tuple[str, float, str]]) -> None:
        """Add a ruled box that no page parts: each line is text, size in points and font."""
        table = self._word.add_table(rows=1, cols=1)
        table.style = self._word.styles["Table Grid"]
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        _keep_whole(table.rows[0])
        cell = table.rows[0].cells[0]
        cell.width = Cm(self._width_cm)
        for number, (text, size, font) in enumerate(lines):
            paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
            self._say(paragraph, text, size=size, font=font)
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(size / 2)
        self.line("", size=8)

    def ledger(
        self,
        heads: Sequence[str],
        rows: Sequence[Sequence[str | bytes]],
        widths: Sequence[float],
        *,
        picture_height_cm: float = 1.2,
    ) -> None:
        """Add a table under heads that stand again on each page; bytes in a cell are a picture."""
        table = self._word.add_table(rows=0, cols=len(widths))
        table.style = self._word.styles["Table Grid"]
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        for number, cells in enumerate((heads, *rows)):
            row = table.add_row()
            _keep_whole(row)
            if number == 0:
                row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - none in python-docx
            for cell, content, width in zip(row.cells, cells, widths, strict=True):
                cell.width = Cm(self._width_cm * width / sum(widths))
                if isinstance(content, bytes):
                    run = cell.paragraphs[0].add_run()
                    run.add_picture(io.BytesIO(content), height=Cm(picture_height_cm))
                    run._r.xpath(".//wp:docPr")[0].set("descr", "签字")  # noqa: SLF001 - as above
                else:
                    self._fill(cell, content, size=10.5, label=number == 0)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(self._width_cm * width / sum(widths))
        self.line("", size=4)

    def photos(self, photos: Sequence[tuple[bytes, str]], *, height_cm: float = 4.6) -> None:
        """Add photographs in two columns, each with words under it."""
        table = self._word.add_table(rows=0, cols=2)
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        for start in range(0, len(photos), 2):
            cells = table.add_row().cells
            for cell, (content, caption) in zip(cells, photos[start : start + 2], strict=False):
                paragraph = cell.paragraphs[0]
                paragraph.alignment = CENTRED
                paragraph.add_run().add_picture(io.BytesIO(content), height=Cm(height_cm))
                picture = paragraph.runs[0]._r.xpath(".//wp:docPr")[0]  # noqa: SLF001 - no alternative text there
                picture.set("descr", caption or "活动照片")
                under = cell.add_paragraph()
                self._say(under, caption, size=9, font=HEITI)
                under.alignment = CENTRED

    def _say(self, paragraph: Paragraph, text: str, *, size: float, font: str) -> None:
        run = paragraph.add_run(without_invisible(text))
        run.font.size = Pt(size)
        properties = run._r.get_or_add_rPr()  # noqa: SLF001 - python-docx has no East Asian fonts
        set_fonts(properties, font)
        properties.find(qn("w:rFonts")).set(qn("w:hint"), "eastAsia")
        shape = paragraph.paragraph_format
        shape.space_before, shape.space_after, shape.line_spacing = Pt(0), Pt(0), 1.25

    def bytes(self, *, title: str, author: str, made_at: datetime) -> bytes:
        """Give the docx; `made_at` is an aware moment and becomes its creation date."""
        told = self._word.core_properties
        told.title, told.author, told.last_modified_by, told.comments = title, author, "", ""
        told.created = told.modified = made_at.astimezone(UTC).replace(tzinfo=None)
        return saved(self._word)
