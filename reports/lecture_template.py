"""The Word template of a lecture plan, as long as an officer has not put in another one; built in code.

Type as in Chinese official documents (GB/T 9704-2012): title 二号方正小标宋, headings 三号黑体 and 楷体, body
三号仿宋 on fixed lines of 28 points, page numbers 四号宋体 between dashes. Machines without 方正小标宋 show
黑体 in its place, which the list of fonts inside the file says.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph as WordParagraph

from reports.word_package import saved
from reports.word_template import (
    BODY_STYLE,
    FANGSONG,
    HEITI,
    KAITI,
    NOTE_STYLE,
    SONGTI,
    STYLES,
    TITLE_STYLE,
    add_field,
    set_fonts,
    style_all,
)

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.table import Table as WordTable
    from docx.text.run import Run

BIAOSONG = "方正小标宋简体"
# What a machine without the font shows instead; Word and LibreOffice read it from the list of fonts.
INSTEAD = {
    BIAOSONG: ("黑体", "SimHei", "Noto Sans CJK SC"),
    FANGSONG: ("仿宋_GB2312", "FangSong", "Noto Serif CJK SC"),
    KAITI: ("楷体_GB2312", "KaiTi", "Noto Serif CJK SC"),
    HEITI: ("SimHei", "Noto Sans CJK SC"),
    SONGTI: ("SimSun", "Noto Serif CJK SC"),
}


def plan_template(*, signed: bool = True) -> bytes:
    """Return the template as docx bytes; `{{ title }}` and `{{ body }}` stand alone in their paragraphs.

    `signed` puts the issuer and the day under the text.
    """
    document = paper()
    title = document.add_paragraph(style=TITLE_STYLE)
    title.paragraph_format.space_after = Pt(28)
    _set_title(title.add_run("{{ title }}"))
    document.add_paragraph("{{ body }}", style=BODY_STYLE)
    if signed:
        _sign(document)
    document.add_paragraph("{{ annexes }}", style=BODY_STYLE)
    return saved(document)


def _sign(document: WordDocument) -> None:
    issuer = document.add_paragraph("{{ issuer }}", style=BODY_STYLE)
    issuer.paragraph_format.space_before = Pt(56)
    issuer.paragraph_format.keep_with_next = True
    for paragraph in (issuer, document.add_paragraph("{{ made_on }}", style=BODY_STYLE)):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.first_line_indent = Pt(0)
        paragraph.paragraph_format.right_indent = Pt(32)


def paper() -> WordDocument:
    """Return an empty A4 document in the type and margins of official documents, its pages numbered."""
    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.top_margin, page.bottom_margin = Cm(3.7), Cm(3.5)
    page.left_margin, page.right_margin = Cm(2.8), Cm(2.6)
    page.footer_distance = Cm(2.6)
    style_all(document)
    name_substitutes(document)
    number_pages(document)
    return document


def number_pages(document: WordDocument) -> None:
    """Put `— 1 —` at the foot of each page, 四号宋体, and the state of the review beside it."""
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.style = document.styles[NOTE_STYLE]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run("— ")
    add_field(paragraph, "PAGE")
    paragraph.add_run(" —")
    for run in paragraph.runs:
        run.font.size = Pt(14)
        set_fonts(run._r.get_or_add_rPr(), SONGTI)  # noqa: SLF001 - python-docx has no East Asian fonts
    state = document.sections[0].footer.add_paragraph("{{ footer }}", style=NOTE_STYLE)
    state.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _set_title(run: Run) -> None:
    run.font.size = Pt(22)
    set_fonts(run._r.get_or_add_rPr(), BIAOSONG)  # noqa: SLF001 - as above


def name_substitutes(document: WordDocument) -> None:
    """Say in the list of fonts what stands in for a font that a machine does not have."""
    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    entries = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{",".join(others)}"/><w:charset w:val="86"/></w:font>'
        for name, others in INSTEAD.items()
    )
    text = re.sub(
        rf'<w:font w:name="({"|".join(INSTEAD)})">.*?</w:font>', "", part.blob.decode(), flags=re.DOTALL
    )
    part._blob = text.replace("</w:fonts>", f"{entries}</w:fonts>").encode()  # noqa: SLF001 - as above


def with_run_fonts(content: bytes) -> bytes:
    """Return a document of ours in which each run, not only each style, names its East Asian font.

    Text that is copied out of it into another document keeps its type then.
    """
    document = Document(io.BytesIO(content))
    feet = (paragraph for section in document.sections for paragraph in section.footer.paragraphs)
    for paragraph in (*document.paragraphs, *feet):
        font = (
            STYLES[paragraph.style.name][1]
            if paragraph.style and paragraph.style.name in STYLES
            else FANGSONG
        )
        for run in paragraph.runs:
            properties = run._r.get_or_add_rPr()  # noqa: SLF001 - python-docx has no East Asian fonts
            fonts = properties.find(qn("w:rFonts"))
            if fonts is None or fonts.get(qn("w:eastAsia")) is None:
                set_fonts(properties, font)
    _keep_pages_whole(document)
    return saved(document)


def _keep_pages_whole(document: WordDocument) -> None:
    """Let neither issuer and day stand alone on a page, nor a table or a cue without the words before it."""
    blocks = list(document.iter_inner_content())
    for place, block in enumerate(blocks):
        if not isinstance(block, WordParagraph):
            continue
        if block.text.startswith("【"):
            _keep_with_next(blocks[place - 1])
        if not isinstance(blocks[min(place + 1, len(blocks) - 1)], WordParagraph):
            _keep_with_next(block)
        if block.alignment == WD_ALIGN_PARAGRAPH.RIGHT and block.paragraph_format.keep_with_next:
            before = next((n for n in range(place - 1, -1, -1) if _says_something(blocks[n])), place)
            for one in blocks[before:place]:
                _keep_with_next(one)


def _says_something(block: WordParagraph | WordTable) -> bool:
    return not isinstance(block, WordParagraph) or bool(block.text.strip())


def _keep_with_next(block: WordParagraph | WordTable) -> None:
    """Keep a paragraph, or the last two rows of a table, on the page of what follows."""
    if isinstance(block, WordParagraph):
        block.paragraph_format.keep_with_next = True
        return
    for row in block.rows[-2:]:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True
