"""The catalogue of exhibits: a cover, contents, then each with photograph, label and needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reports.glyphs import check_texts, texts_in, without_invisible
from reports.typesetting import typeset
from reports.wording import SHANGHAI, chinese_date

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from reports.charts import FontFiles

TEMPLATE = "exhibit_catalogue.typ"


@dataclass(frozen=True)
class CatalogueEntry:
    """One exhibit; `facts` are label and text, `photo` is a JPEG or WebP or empty."""

    title: str
    firm: str
    label: str
    interaction: str
    facts: tuple[tuple[str, str], ...]
    photo: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Catalogue:
    """All exhibits in the order of the book; `made_at` is an aware moment."""

    title: str
    issuer: str
    entries: tuple[CatalogueEntry, ...]
    made_at: datetime


def _texts(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    for text in (catalogue.title, catalogue.issuer):
        yield "封面", text
    for entry in catalogue.entries:
        told = (entry.title, entry.firm, entry.label, entry.interaction, entry.facts)
        yield from ((f"展品“{entry.title}”", text) for text in texts_in(told))


def catalogue_pdf(catalogue: Catalogue, fonts: FontFiles) -> bytes:
    """Return the catalogue as PDF. Raises ReportError, with its place, for a character no font can show."""
    check_texts(_texts(catalogue), fonts)
    clean = without_invisible
    data = {
        "title": clean(catalogue.title),
        "issuer": clean(catalogue.issuer),
        "made_on": chinese_date(catalogue.made_at.astimezone(SHANGHAI).date()),
        "entries": [
            {
                "title": clean(entry.title),
                "firm": clean(entry.firm),
                "label": clean(entry.label),
                "interaction": clean(entry.interaction),
                "facts": [[clean(text) for text in fact] for fact in entry.facts],
                "photo": f"photo{number}.jpg" if entry.photo else "",
            }
            for number, entry in enumerate(catalogue.entries)
        ],
    }
    pictures = {f"photo{n}.jpg": entry.photo for n, entry in enumerate(catalogue.entries) if entry.photo}
    return typeset(TEMPLATE, data, pictures, fonts, catalogue.made_at)
