"""Whether every character of a document can be shown: a lost glyph makes a name on a certificate wrong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from matplotlib.ft2font import FT2Font

from reports.blocks import Heading, Paragraph, Picture, Table, place_cells
from reports.errors import N_, ReportError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from reports.blocks import Block, Document
    from reports.charts import FontFiles

# Marks that show nothing and come along when a title is pasted from a web page or a chat.
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff\ufe0e\ufe0f"))

PERCENT = re.compile(r"(?<=\d) %")


def without_invisible(text: str) -> str:
    """Return `text` without zero-width marks and with every line break as a line feed."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(INVISIBLE)


def kept_together(text: str) -> str:
    """Return a paragraph in which no line begins with the sign of percent."""
    return PERCENT.sub("\u00a0%", without_invisible(text))


@lru_cache(maxsize=16)
def _characters(path: Path, _modified_ns: int) -> frozenset[int]:
    # FreeType reads the table in C; fontTools names every glyph first, which takes 30 times as long.
    return frozenset(FT2Font(str(path)).get_charmap())


def showable(fonts: FontFiles) -> frozenset[int]:
    """Return the code points that both weights or a fallback can show."""
    regular, bold, *fallbacks = (
        _characters(path, path.stat().st_mtime_ns) for path in (fonts.regular, fonts.bold, *fonts.fallbacks)
    )
    return (regular & bold).union(*fallbacks)


def check_glyphs(document: Document, fonts: FontFiles) -> None:
    """Raise ReportError naming the first place whose text has a character no font can show."""
    check_texts(_texts(document), fonts)


def check_texts(texts: Iterable[tuple[str, str]], fonts: FontFiles) -> None:
    """Raise ReportError naming the first of these (place, text) that has a character no font can show."""
    characters = showable(fonts) | {ord("\n"), ord("\t")}
    for place, text in texts:
        _check(place, text, characters)


def texts_in(value: object, *, but: Collection[str] = ()) -> Iterator[str]:
    """Give every text of plain data, those under the keys in `but` left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            if key not in but:
                yield from texts_in(one, but=but)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from texts_in(one, but=but)


def check_chart_labels(caption: str, labels: Iterable[str], fonts: FontFiles) -> None:
    """Raise ReportError where a label cannot be drawn: charts know the regular font and no fallback."""
    drawable = _characters(fonts.regular, fonts.regular.stat().st_mtime_ns)
    for label in labels:
        _check(f"图“{caption}”", label, drawable)


def _check(place: str, text: str, characters: frozenset[int]) -> None:
    visible_text = without_invisible(text)
    if characters.issuperset(map(ord, visible_text)):
        return
    for character in visible_text:
        if ord(character) not in characters:
            visible = character if unicodedata.category(character)[0] != "C" else "?"
            raise ReportError(
                N_("%(place)s: no font of the report can show “%(character)s” (%(code)s)."),
                place=place,
                character=visible,
                code=f"U+{ord(character):04X}",
            )


def _texts(document: Document) -> Iterator[tuple[str, str]]:
    for text in (document.title, document.subtitle, document.issuer, document.footer):
        yield "封面", text
    for label, text in document.facts:
        yield f"封面“{label}”", text
    section = "正文"
    for block in (*document.blocks, *document.annexes):
        if isinstance(block, Heading):
            section = block.text
        yield from _block_texts(block, section)


def _block_texts(block: Block, section: str) -> Iterator[tuple[str, str]]:
    if isinstance(block, (Heading, Paragraph)):
        yield f"“{section}”", block.text
    elif isinstance(block, Picture):
        yield f"图“{block.caption}”", block.caption
    else:
        yield from _table_texts(block)


def _table_texts(table: Table) -> Iterator[tuple[str, str]]:
    heads = {x: cell.text for y, x, cell in place_cells(table) if y < table.head_rows}
    for y, x, cell in place_cells(table):
        column = f"“{heads[x]}”" if x in heads and y >= table.head_rows else f"第{x + 1}列"
        row = f"第{y + 1 - table.head_rows}行" if y >= table.head_rows else "表头"
        yield f"{table.place} {row}{column}", cell.text
