"""The Word form of a document: a template rendered in a sandbox, then tables and charts put in their places.

Templates may come from officers, so they run in Jinja's SandboxedEnvironment. Tables are written as XML
directly: spans, repeated head rows and column widths in one go, and hundreds of rows in a fraction of a
second.
"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from docx.enum.text import WD_BREAK
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm
from docxtpl import DocxTemplate
from jinja2 import TemplateError
from jinja2.sandbox import SandboxedEnvironment

from reports.blocks import Heading, Paragraph, Picture, Table, place_cells
from reports.errors import N_, ReportError
from reports.glyphs import without_invisible
from reports.pdf import numbered_headings
from reports.word_package import saved
from reports.word_template import (
    BODY_STYLE,
    CAPTION_STYLE,
    HEITI,
    LATIN,
    NOTE_STYLE,
    PICTURE_STYLE,
    SONGTI,
    TABLE_HEAD_STYLE,
    TABLE_STYLE,
    TEXT_WIDTH_CM,
    add_missing_styles,
    default_template,
)
from reports.wording import SHANGHAI, chinese_date

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph as WordParagraph

    from reports.blocks import Block, Cell, Document

TWIPS_PER_CM = 567
# Marks what the template's `{{ body }}` became; private use characters never stand in a title.
MARKS = {"body": "\ue000body\ue001", "annexes": "\ue000annexes\ue001"}
RED = "B3261E"


def document_docx(document: Document, template: bytes | None = None) -> bytes:
    """Return the docx of a document as `document_word` builds it."""
    return saved(document_word(document, template))


def document_word(document: Document, template: bytes | None = None) -> WordDocument:
    """Build a document in Word, in `template` or in the default one.

    Raises ReportError when the template is no Word file, breaks a rule of Jinja, asks for something the
    sandbox forbids, or has lost its `{{ body }}` or `{{ annexes }}`.
    """
    word = _rendered(document, template if template is not None else default_template())
    add_missing_styles(word)
    headings = numbered_headings(document)
    for name, blocks in (("body", document.blocks), ("annexes", document.annexes)):
        anchor = _anchor(word, name)
        for block in blocks:
            _add(word, anchor, block, headings)
        anchor._p.getparent().remove(anchor._p)  # noqa: SLF001 - python-docx cannot delete
    _drop_empty_end(word)
    properties = word.core_properties
    properties.title = document.title.replace("\n", "")
    properties.author = properties.last_modified_by = document.issuer
    properties.comments = ""
    properties.created = properties.modified = document.made_at.astimezone(UTC).replace(tzinfo=None)
    return word


def _rendered(document: Document, template: bytes) -> WordDocument:
    context = {
        "title": without_invisible(document.title),
        "subtitle": without_invisible(document.subtitle),
        "issuer": without_invisible(document.issuer),
        "footer": without_invisible(document.footer),
        "made_on": chinese_date(document.made_at.astimezone(SHANGHAI).date()),
        "facts": [
            {"label": without_invisible(label), "text": without_invisible(text)}
            for label, text in document.facts
        ],
        **MARKS,
    }
    environment = SandboxedEnvironment(autoescape=True)
    try:
        poured = DocxTemplate(io.BytesIO(template))
        poured.render(context, jinja_env=environment, autoescape=True)
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise ReportError(
            N_("The template is not a Word file (docx): %(reason)s"), reason=str(error)
        ) from error
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        raise ReportError(
            N_("The template cannot be filled in, line %(line)s: %(reason)s"),
            line=str(line or "?"),
            reason=error.message or type(error).__name__,
        ) from error
    word: WordDocument = poured.docx
    return word


def _anchor(word: WordDocument, name: str) -> WordParagraph:
    for paragraph in word.paragraphs:
        if paragraph.text.strip() == MARKS[name]:
            return paragraph
    raise ReportError(N_("The template has no paragraph with %(field)s alone."), field=f"{{{{ {name} }}}}")


def _add(word: WordDocument, anchor: WordParagraph, block: Block, headings: dict[int, str]) -> None:
    """Put one block before the anchor."""
    if isinstance(block, Heading):
        heading = anchor.insert_paragraph_before(
            without_invisible(headings[id(block)]), style=f"Heading {block.level}"
        )
        heading.paragraph_format.page_break_before = block.new_page
    elif isinstance(block, Paragraph):
        paragraph = anchor.insert_paragraph_before(style=NOTE_STYLE if block.note else BODY_STYLE)
        _add_lines(paragraph, block.text)
    elif isinstance(block, Picture):
        _add_picture(anchor, block)
    else:
        anchor._p.addprevious(_table(word, block))  # noqa: SLF001 - tables cannot be inserted otherwise


def _add_lines(paragraph: WordParagraph, text: str) -> None:
    for number, line in enumerate(without_invisible(text).split("\n")):
        if number:
            paragraph.add_run().add_break(WD_BREAK.LINE)
        paragraph.add_run(line)


def _add_picture(anchor: WordParagraph, picture: Picture) -> None:
    paragraph = anchor.insert_paragraph_before(style=PICTURE_STYLE)
    shape = paragraph.add_run().add_picture(io.BytesIO(picture.png), width=Cm(picture.width_cm))
    described = shape._inline.docPr  # noqa: SLF001 - python-docx knows no alternative text
    described.set("descr", picture.alt)
    described.set("title", picture.caption)
    described.set("name", picture.key)
    anchor.insert_paragraph_before(without_invisible(picture.caption), style=CAPTION_STYLE)


def _drop_empty_end(word: WordDocument) -> None:
    """Keep a paragraph after a closing table, which Word demands, but so small that it opens no page."""
    body = word.element.body
    last = body[-2] if len(body) > 1 else None
    if last is not None and last.tag == qn("w:tbl"):
        closing = _node("w:p")
        spacing = _node("w:spacing", line="20", lineRule="exact", before="0", after="0")
        closing.append(_node("w:pPr", spacing))
        last.addnext(closing)


def _node(tag: str, *children: Any, **attributes: str) -> Any:  # noqa: ANN401 - lxml elements
    node = OxmlElement(tag)
    for name, value in attributes.items():
        node.set(qn(f"w:{name}"), value)
    for child in children:
        node.append(child)
    return node


def _text_width_cm(word: WordDocument) -> float:
    """Return how wide a line of the template is, that of the default one where it does not say."""
    page = word.sections[0]
    if page.page_width is None or page.left_margin is None or page.right_margin is None:
        return TEXT_WIDTH_CM
    return round((page.page_width - page.left_margin - page.right_margin) / Cm(1), 1)


def _table(word: WordDocument, table: Table) -> Any:  # noqa: ANN401 - an lxml element
    """Write the table as text and read it once: element by element takes ten times as long."""
    scale = _text_width_cm(word) * TWIPS_PER_CM / sum(table.widths)
    widths = [round(width * scale) for width in table.widths]
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="555555"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = "".join(f'<w:{side} w:w="60" w:type="dxa"/>' for side in ("left", "right"))
    # Screen readers announce the head row only where the table says it has one.
    look = ("0020", "1") if table.head_rows else ("0000", "0")
    properties = (
        f'<w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{margins}</w:tblCellMar>"
        f'<w:tblLook w:val="{look[0]}" w:firstRow="{look[1]}"/></w:tblPr>'
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = "".join(_rows(table, widths, word))
    return parse_xml(f"<w:tbl {nsdecls('w')}>{properties}<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>")


def _rows(table: Table, widths: list[int], word: WordDocument) -> Iterator[str]:
    starts = {(y, x): cell for y, x, cell in place_cells(table)}
    styles = {name: word.styles[name].style_id for name in (TABLE_STYLE, TABLE_HEAD_STYLE)}
    # Cells hanging down from above leave an empty continuation in each row they pass.
    hanging = {(y + below, x): cell for (y, x), cell in starts.items() for below in range(1, cell.rowspan)}
    # A row longer than a page may break, or its end would be cut off.
    whole = "" if any(len(cell.text) > 400 for cell in starts.values()) else "<w:cantSplit/>"
    tall = '<w:trHeight w:val="624" w:hRule="atLeast"/>' if table.tall else ""
    for y in range(len(table.rows)):
        head = "<w:tblHeader/>" if y < table.head_rows else ""
        cells = []
        x = 0
        while x < len(widths):
            cell = starts.get((y, x)) or hanging[y, x]
            width = sum(widths[x : x + cell.colspan])
            cells.append(_cell(cell, width, styles, table, continued=(y, x) in hanging))
            x += cell.colspan
        yield f"<w:tr><w:trPr>{whole}{tall}{head}</w:trPr>{''.join(cells)}</w:tr>"


def _cell(cell: Cell, width: int, styles: dict[str, str], table: Table, *, continued: bool) -> str:
    span = f'<w:gridSpan w:val="{cell.colspan}"/>' if cell.colspan > 1 else ""
    merge = f'<w:vMerge w:val="{"continue" if continued else "restart"}"/>' if cell.rowspan > 1 else ""
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="EEEEEE"/>' if cell.head else ""
    runs = ""
    if not continued:
        lines = without_invisible(cell.text).split("\n")
        runs = "".join(_run(line, cell, table, line_break=number > 0) for number, line in enumerate(lines))
    style = styles[TABLE_HEAD_STYLE if cell.head else TABLE_STYLE]
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}{shade}<w:vAlign w:val="center"/>'
        f'</w:tcPr><w:p><w:pPr><w:pStyle w:val="{style}"/><w:spacing w:before="30" w:after="30"/>'
        f'<w:jc w:val="{cell.align}"/></w:pPr>{runs}</w:p></w:tc>'
    )


def _run(text: str, cell: Cell, table: Table, *, line_break: bool) -> str:
    east_asian = HEITI if cell.head else SONGTI
    short = f'<w:b/><w:color w:val="{RED}"/>' if cell.short else ""
    size = "" if table.small else '<w:sz w:val="21"/>'
    return (
        f'<w:r><w:rPr><w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:cs="{LATIN}" '
        f'w:eastAsia="{east_asian}"/>{short}{size}</w:rPr>{"<w:br/>" if line_break else ""}'
        f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
    )
