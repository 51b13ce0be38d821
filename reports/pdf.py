"""The PDF form of a document, set by typst: A4, contents, pages counted, tables with repeated heads.

Text travels as JSON data into a fixed template, so no title can become markup. System fonts are ignored: the
same snapshot gives the same bytes on every machine.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reports.blocks import Heading, Paragraph, Picture
from reports.glyphs import kept_together, without_invisible
from reports.typesetting import compiled, families, template_bytes
from reports.wording import SHANGHAI, chinese_date

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from reports.blocks import Block, Cell, Document
    from reports.charts import FontFiles

TEMPLATE = "document.typ"
NUMERALS = "一二三四五六七八九十"


def document_pdf(document: Document, fonts: FontFiles) -> bytes:
    """Return the PDF of a document. Raises ReportError when typst refuses it."""
    pictures = [block for block in (*document.blocks, *document.annexes) if isinstance(block, Picture)]
    charts = {picture.key: picture.svg.decode() for picture in pictures}
    return typeset(TEMPLATE, {"document": _plain(document), "charts": charts}, fonts, document.made_at)


def typeset(
    template: str, inputs: Mapping[str, Mapping[str, Any]], fonts: FontFiles, made_at: datetime
) -> bytes:
    """Set one of the templates in `assets` with JSON data; `fonts` is told to it as a list of families.

    `made_at` is an aware UTC time and becomes the creation date. Raises ReportError when typst refuses.
    """
    told = {key: json.dumps(value, ensure_ascii=False) for key, value in inputs.items()}
    told["fonts"] = json.dumps(families(fonts))
    return compiled(template_bytes(template), told, fonts, made_at)


def numbered_headings(document: Document) -> dict[int, str]:
    """Return the text of each heading by the identity of its block, numbered 一、 and （一）.

    Headings of annexes carry their own number and keep it.
    """
    texts: dict[int, str] = {}
    first = second = 0
    for block in document.blocks:
        if isinstance(block, Heading) and block.level == 1:
            first, second = first + 1, 0
            texts[id(block)] = f"{chinese_number(first)}、{block.text}"
        elif isinstance(block, Heading):
            second += 1
            texts[id(block)] = f"（{chinese_number(second)}）{block.text}"
    texts.update({id(block): block.text for block in document.annexes if isinstance(block, Heading)})
    return texts


def chinese_number(number: int) -> str:
    """Return 1 to 99 as 一 to 九十九, the numbers of headings."""
    if not 1 <= number <= 99:
        raise ValueError(f"no heading number: {number}")
    tens, ones = divmod(number, 10)
    leading = {0: "", 1: "十"}.get(tens, f"{NUMERALS[tens - 1]}十" if tens else "")
    return leading + (NUMERALS[ones - 1] if ones else "")


def _plain(document: Document) -> dict[str, Any]:
    headings = numbered_headings(document)
    return {
        "title": without_invisible(document.title),
        "subtitle": without_invisible(document.subtitle),
        "issuer": without_invisible(document.issuer),
        "facts": [[without_invisible(text) for text in fact] for fact in document.facts],
        "made_on": chinese_date(document.made_at.astimezone(SHANGHAI).date()),
        "footer": without_invisible(document.footer),
        "cover": document.cover,
        "blocks": [_block(block, headings) for block in document.blocks],
        "annexes": [_block(block, headings) for block in document.annexes],
    }


def _block(block: Block, headings: dict[int, str]) -> dict[str, Any]:
    if isinstance(block, Heading):
        text = without_invisible(headings[id(block)])
        return {"type": "heading", "text": text, "level": block.level, "new_page": block.new_page}
    if isinstance(block, Paragraph):
        return {"type": "paragraph", "text": kept_together(block.text), "note": block.note}
    if isinstance(block, Picture):
        return {
            "type": "picture",
            "key": block.key,
            "alt": block.alt,
            "caption": without_invisible(block.caption),
            "width_cm": block.width_cm,
        }
    return {
        "type": "table",
        "widths": block.widths,
        "head_rows": block.head_rows,
        "small": block.small,
        "rows": [[_cell(cell) for cell in row] for row in block.rows],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "text": without_invisible(cell.text),
        "colspan": cell.colspan,
        "rowspan": cell.rowspan,
        "align": cell.align,
        "head": cell.head,
        "short": cell.short,
    }
