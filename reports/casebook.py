"""The casebook: all stories as one typeset book for print (A13, B6; P23 for the type).

16开 (185 × 260 mm), cover, contents, a part for each kind of case, a story with its pictures, an index of the
enterprises in the order of their sound. With `for_print` the sheet is larger by a bleed of 3 mm and carries
crop marks. The house has one free typeface with every rare character, so that the book is set in it; the Word
form of a story names the typefaces that the notice asks for.
"""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pypdfium2

from reports.errors import N_, ReportError
from reports.glyphs import check_texts, without_invisible
from reports.typesetting import typeset
from reports.wording import SHANGHAI, chinese_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from reports.charts import FontFiles

TEMPLATE = "casebook.typ"
PRINT_DPI = 300
# The widest a picture stands in the book, and the widest of two side by side.
FULL_CM, HALF_CM = 13.5, 6.6
HIGHEST_CM = 9.0
# 10 mm around the trimmed page, 3 mm of them printed and cut off; the template draws by the same figures.
AROUND_PT, BLEED_PT = 10 / 25.4 * 72, 3 / 25.4 * 72

_DRAWN = re.compile(rb"<[0-9A-F]{32}>(?=\]>>\s*startxref)")


@dataclass(frozen=True)
class BookPicture:
    """A picture of a story: `name` is the file's, sizes are in pixels as it is seen (upright)."""

    name: str
    caption: str
    width_px: int
    height_px: int


@dataclass(frozen=True)
class Passage:
    """One paragraph of a story, or the title of one of its parts."""

    text: str
    is_heading: bool = False


@dataclass(frozen=True)
class BookStory:
    """One case as the book tells it."""

    title: str
    enterprise: str
    region: str
    team: str
    honours: str
    passages: tuple[Passage, ...]
    pictures: tuple[BookPicture, ...]


@dataclass(frozen=True)
class BookPart:
    """The stories of one kind of case, in the order of the book."""

    title: str
    stories: tuple[BookStory, ...]


@dataclass(frozen=True)
class Casebook:
    """All of the book; `made_at` is an aware UTC time."""

    title: str
    subtitle: str
    issuer: str
    preface: tuple[str, ...]
    parts: tuple[BookPart, ...]
    made_at: datetime
    for_print: bool = False

    @property
    def stories(self) -> tuple[BookStory, ...]:
        """All stories in the order of the book."""
        return tuple(story for part in self.parts for story in part.stories)


@dataclass(frozen=True)
class Coarse:
    """A picture that has fewer than 300 points an inch where it stands."""

    story: str
    picture: str
    dpi: int


def casebook_pdf(book: Casebook, pictures: Mapping[str, Path], fonts: FontFiles) -> bytes:
    """Set the book; `pictures` are JPEG or PNG files by the names the stories call them.

    Raises ReportError for a book without stories, a picture that is not there, and, with its place, a
    character that no font can show.
    """
    if not book.stories:
        raise ReportError(N_("The casebook has no story yet. Write or import the first one."))
    for story in book.stories:
        for picture in story.pictures:
            if picture.name not in pictures:
                raise ReportError(
                    N_("The picture %(name)s of the story “%(story)s” is missing."),
                    name=picture.caption or picture.name, story=story.title,
                )  # fmt: skip
    check_texts(_texts(book), fonts)
    shown = {picture.name: pictures[picture.name] for story in book.stories for picture in story.pictures}
    finish = _with_boxes if book.for_print else bytes
    return typeset(TEMPLATE, plain(book), shown, fonts, book.made_at, finish)


def _with_boxes(pdf: bytes) -> bytes:
    """Tell a printer's software where each sheet is trimmed and how far it is printed (PDF 1.7, 14.11.2)."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            width, height = page.get_size()
            for set_box, inset in ((page.set_trimbox, AROUND_PT), (page.set_bleedbox, AROUND_PT - BLEED_PT)):
                set_box(inset, inset, width - inset, height - inset)
        stream = io.BytesIO()
        document.save(stream)
    finally:
        document.close()
    # The writer draws the second half of the file's name by lot; the same book has to give the same bytes.
    name = hashlib.sha256(pdf).hexdigest()[:32].upper()
    return _DRAWN.sub(f"<{name}>".encode(), stream.getvalue())


def page_count(pdf: bytes) -> int:
    """How many pages a PDF has."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()


def placed(pictures: tuple[BookPicture, ...]) -> tuple[tuple[BookPicture, float], ...]:
    """Give every picture with the width in cm at which it stands: two upright ones share a line."""
    widths = []
    for picture in pictures:
        shape = picture.height_px / picture.width_px
        wide = FULL_CM if shape <= 1 else HALF_CM
        widths.append((picture, min(wide, HIGHEST_CM / shape)))
    return tuple(widths)


def coarse(book: Casebook) -> tuple[Coarse, ...]:
    """Name the pictures that are too coarse for print."""
    found = []
    for story in book.stories:
        for picture, width_cm in placed(story.pictures):
            dpi = int(picture.width_px / width_cm * 2.54)
            if dpi < PRINT_DPI:
                found.append(Coarse(story.title, picture.caption or picture.name, dpi))
    return tuple(found)


def sound_order(name: str) -> bytes:
    """The place of a name in an index: common characters of GB 2312 stand in the order of their sound."""
    return name.encode("gb18030")


def plain(book: Casebook) -> dict[str, Any]:
    """Give the data that the template reads."""
    names: dict[str, list[int]] = {}
    for number, story in enumerate(book.stories):
        names.setdefault(without_invisible(story.enterprise), []).append(number)
    number = 0
    parts = []
    for part in book.parts:
        told = []
        for story in part.stories:
            told.append(_story(story, number))
            number += 1
        parts.append({"title": without_invisible(part.title), "stories": told})
    return {
        "title": without_invisible(book.title),
        "subtitle": without_invisible(book.subtitle),
        "issuer": without_invisible(book.issuer),
        "made_on": chinese_date(book.made_at.astimezone(SHANGHAI).date()),
        "preface": [without_invisible(text) for text in book.preface],
        "for_print": book.for_print,
        "parts": parts,
        "index": [{"name": name, "stories": names[name]} for name in sorted(names, key=sound_order) if name],
    }


def _story(story: BookStory, number: int) -> dict[str, Any]:
    facts = (
        ("完成单位", story.enterprise),
        ("所在地区", story.region),
        ("完成人员", story.team),
        ("荣誉奖励", story.honours),
    )
    return {
        "number": number,
        "title": without_invisible(story.title),
        "facts": [[label, without_invisible(text)] for label, text in facts if text],
        "passages": [{"text": without_invisible(p.text), "heading": p.is_heading} for p in story.passages],
        "pictures": [
            {
                "name": picture.name, "caption": without_invisible(picture.caption), "width_cm": width_cm,
                "height_cm": width_cm * picture.height_px / picture.width_px,
            }
            for picture, width_cm in placed(story.pictures)
        ],
    }  # fmt: skip


def _texts(book: Casebook) -> Iterator[tuple[str, str]]:
    for text in (book.title, book.subtitle, book.issuer):
        yield "封面", text
    for text in book.preface:
        yield "前言", text
    for part in book.parts:
        yield "篇名", part.title
    for story in book.stories:
        place = f"案例“{story.title}”"
        for text in (story.title, story.enterprise, story.region, story.team, story.honours):
            yield place, text
        for passage in story.passages:
            yield place, passage.text
        for picture in story.pictures:
            yield f"{place}图题", picture.caption
