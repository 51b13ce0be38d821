"""The summary of a lecture event on one page: facts, figures, what happened, two to four photographs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reports.glyphs import check_texts, texts_in, without_invisible
from reports.paper import CENTRED, HEITI, RIGHT, Paper
from reports.typesetting import typeset
from reports.wording import SHANGHAI, chinese_date

if TYPE_CHECKING:
    from datetime import datetime

    from reports.charts import FontFiles

TEMPLATE = "event_summary.typ"


@dataclass(frozen=True)
class EventSummary:
    """What one page tells of an event.

    `facts` and `figures` are label and text; `cases` and `coverage` are lines; `photos` are JPEG with words.
    `made_at` is an aware moment.
    """

    title: str
    issuer: str
    facts: tuple[tuple[str, str], ...]
    figures: tuple[tuple[str, str], ...]
    paragraphs: tuple[str, ...]
    cases: tuple[str, ...]
    coverage: tuple[str, ...]
    made_at: datetime
    photos: tuple[tuple[bytes, str], ...] = field(default=(), repr=False)


def summary_docx(summary: EventSummary) -> bytes:
    """Return the summary as docx."""
    paper = Paper(margin_cm=2)
    paper.line(summary.title, size=18, font=HEITI, align=CENTRED)
    paper.line("活动小结", size=14, font=HEITI, align=CENTRED, after=6)
    paper.grid([[label, text] for label, text in summary.facts], (2.6, 14))
    paper.grid(_pairs(summary.figures), (3, 5.3, 3, 5.3))
    for text in summary.paragraphs:
        paper.line(text, size=11, indent=True)
    for head, lines in (("宣讲案例：", summary.cases), ("宣传报道：", summary.coverage)):
        if lines:
            paper.line(head + "；".join(lines) + "。", size=11, indent=True)
    if summary.photos:
        paper.line("", size=4)
        paper.photos(summary.photos, height_cm=4.4)
    paper.line(summary.issuer, size=11, align=RIGHT)
    paper.line(chinese_date(summary.made_at.astimezone(SHANGHAI).date()), size=11, align=RIGHT)
    return paper.bytes(title=f"{summary.title} 活动小结", author=summary.issuer, made_at=summary.made_at)


def _pairs(figures: tuple[tuple[str, str], ...]) -> list[list[str]]:
    """Two figures a row."""
    return [
        [text for figure in figures[start : start + 2] for text in figure]
        for start in range(0, len(figures), 2)
    ]


def summary_pdf(summary: EventSummary, fonts: FontFiles) -> bytes:
    """Return the summary as PDF. Raises ReportError, with its place, for a character no font can show."""
    clean = without_invisible
    data = {
        "title": clean(summary.title),
        "issuer": clean(summary.issuer),
        "made_on": chinese_date(summary.made_at.astimezone(SHANGHAI).date()),
        "facts": [[clean(text) for text in fact] for fact in summary.facts],
        "figures": [[clean(text) for text in figure] for figure in summary.figures],
        "paragraphs": [clean(text) for text in summary.paragraphs],
        "cases": [clean(text) for text in summary.cases],
        "coverage": [clean(text) for text in summary.coverage],
        "photos": [
            {"file": f"photo{number}.jpg", "caption": clean(caption)}
            for number, (_content, caption) in enumerate(summary.photos)
        ],
    }
    pictures = {f"photo{number}.jpg": content for number, (content, _caption) in enumerate(summary.photos)}
    check_texts(((f"“{summary.title}”", text) for text in texts_in(data, but=("file",))), fonts)
    return typeset(TEMPLATE, data, pictures, fonts, summary.made_at)
