"""What a news page says of itself: title, name of the site, day of publication; pure.

The most explicit word wins: Open Graph and news meta tags before JSON-LD, that before the title of the
window, and a date that merely stands in the text comes last.
"""

from __future__ import annotations

import codecs
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from html.parser import HTMLParser
from typing import Any
from zoneinfo import ZoneInfo

# What stands beyond this is the page's text and footer; the parser of the standard library is not fast.
MAX_CHARACTERS = 400_000
MAX_TEXT = 60_000
MAX_TITLE = 300
MAX_EXCERPT = 4000
SHANGHAI = ZoneInfo("Asia/Shanghai")

TITLES = ("og:title", "articletitle", "article:title", "twitter:title", "title")
SITES = ("og:site_name", "source", "mediaid", "article:author", "contentsource", "author")
DATES = (
    "article:published_time",
    "og:release_date",
    "publishdate",
    "pubdate",
    "datepublished",
    "publish_time",
    "weibo:article:create_at",
    "firstpublishedtime",
    "date",
)
CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([a-zA-Z0-9_-]{2,20})""", re.IGNORECASE)
# The last part of a window's title is the site: 标题-南方网, 标题_中国经济网, 标题 | 科技日报, 标题--人民网.
TAIL = re.compile(r"\s*(?:--+|[_|｜\u2014\u2013]+|\s-\s|-(?=[^-]{2,12}$))\s*")
FULL_DATE = re.compile(
    r"(?<!\d)(20\d\d)\s{0,2}(?:年|-|/|\.)\s{0,2}(0?[1-9]|1[0-2])\s{0,2}(?:月|-|/|\.)\s{0,2}"
    r"(3[01]|[12]\d|0?[1-9])(?!\d)"
)
ANNOUNCED = re.compile(r"(?:发布时间|发表时间|发布日期|时间|日期|来源)[^\d]{0,12}$")


@dataclass(frozen=True)
class PageFacts:
    """What was found; "" and None where the page does not say. `text` is the beginning of its paragraphs."""

    title: str = ""
    site: str = ""
    published_on: date | None = None
    text: str = ""


def facts_of(content: bytes, charset: str = "") -> PageFacts:
    """Read a page; whatever it holds comes out as plain text."""
    reader = _Reader()
    reader.feed(decoded(content, charset)[:MAX_CHARACTERS])
    meta, scripts = reader.meta, list(_json_ld(reader.scripts))
    window, tail = window_parts(_tidy(reader.title))
    title = _first(meta, TITLES) or _said(scripts, "headline") or _tidy(reader.heading)
    if title:
        title = window_parts(title)[0] if window_parts(title)[0] == window else title
    site = _first(meta, SITES) or _said(scripts, "publisher") or tail
    day = next((d for name in DATES if (d := day_in(meta.get(name, "")))), None)
    day = day or day_in(_said(scripts, "datePublished")) or day_of_text(reader.text)
    text = _tidy("".join(reader.paragraphs), most=MAX_EXCERPT)
    return PageFacts((title or window)[:MAX_TITLE], site[:120], day, text)


def decoded(content: bytes, charset: str) -> str:
    """The page as text; gb2312 and gbk are read as gb18030, which holds both."""
    named = CHARSET.search(content[:4096])
    marks = ["utf-8"] if content.startswith(codecs.BOM_UTF8) else []
    for name in (*marks, charset, named.group(1).decode() if named else "", "utf-8", "gb18030"):
        wide = "gb18030" if name.lower().replace("-", "").replace("_", "") in ("gb2312", "gbk") else name
        try:
            return content.decode(wide) if wide else _refuse()
        except (LookupError, UnicodeDecodeError):
            continue
    # Cut in the middle of a character, or damaged: what can be read is still worth reading.
    last = named.group(1).decode() if named else charset or "utf-8"
    try:
        return content.decode("gb18030" if last.lower().startswith("gb") else last, "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


def _refuse() -> str:
    raise LookupError


def day_in(text: str) -> date | None:
    """The day a moment lies on where the office is: 2024-10-31T22:30:00Z is 1 November in Shanghai."""
    plain = text.strip()
    try:
        moment = datetime.fromisoformat(plain)
    except ValueError:
        found = FULL_DATE.search(plain)
        return _day(found) if found else None
    return moment.astimezone(SHANGHAI).date() if moment.tzinfo else moment.date()


def day_of_text(text: str) -> date | None:
    """The day the text itself names as that of publication, else the first full date in it."""
    found = list(FULL_DATE.finditer(text))
    announced = [one for one in found if ANNOUNCED.search(text[max(0, one.start() - 20) : one.start()])]
    return next((day for one in (*announced, *found) if (day := _day(one))), None)


def _day(found: re.Match[str]) -> date | None:
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


def _tidy(text: str, most: int = 4 * MAX_TITLE) -> str:
    """One line without control characters and doubled blanks."""
    text = unicodedata.normalize("NFC", text[: 2 * most])
    shown = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(shown.split())[:most]


def window_parts(text: str) -> tuple[str, str]:
    """Part a window's title into the piece's title and the name of the site."""
    pieces = [part for part in TAIL.split(text) if part.strip()]
    if len(pieces) < 2 or len(pieces[-1]) > 16 or len(pieces[0]) < 4:
        return text, ""
    return pieces[0].strip(), pieces[-1].strip()


def _first(meta: dict[str, str], names: tuple[str, ...]) -> str:
    return next((text for name in names if (text := _tidy(meta.get(name, "")))), "")


def _json_ld(scripts: list[str]) -> Iterator[dict[str, Any]]:
    for script in scripts:
        try:
            found = json.loads(script, strict=False)
        except (ValueError, RecursionError):
            continue
        for one in found if isinstance(found, list) else [found]:
            if isinstance(one, dict):
                yield one
                graph = one.get("@graph")
                yield from (
                    (node for node in graph if isinstance(node, dict)) if isinstance(graph, list) else ()
                )


def _said(nodes: list[dict[str, Any]], key: str) -> str:
    for node in nodes:
        value = node.get(key)
        value = value.get("name") if isinstance(value, dict) else value
        if isinstance(value, str) and value.strip():
            return _tidy(value)
    return ""


class _Reader(HTMLParser):
    """Collects titles, meta tags, JSON-LD and the beginning of the visible text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.meta: dict[str, str] = {}
        self.scripts: list[str] = []
        self.title = self.heading = ""
        self.paragraphs: list[str] = []
        self._in_paragraph = False
        self._texts: list[str] = []
        self._size = 0
        self._inside = ""

    @property
    def text(self) -> str:
        return " ".join(self._texts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "p":
            self._in_paragraph = True
        elif tag == "meta":
            name = (values.get("property") or values.get("name") or values.get("itemprop") or "").lower()
            self.meta.setdefault(name, values.get("content", ""))
        elif tag == "script":
            self._inside = "json" if "ld+json" in values.get("type", "").lower() else "script"
            if self._inside == "json":
                self.scripts.append("")
        elif tag in ("style", "title", "h1"):
            self._inside = (
                tag if not (tag == "title" and self.title) and not (tag == "h1" and self.heading) else ""
            )
        elif tag == "time" and values.get("datetime"):
            self.meta.setdefault("date", values["datetime"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self._in_paragraph = False
            self.paragraphs.append(" ")
        elif tag in ("script", "style", "title", "h1"):
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "json":
            # A script comes in one piece, a title never in many: more of it is no title.
            self.scripts[-1] += data if len(self.scripts[-1]) < MAX_TEXT else ""
        elif self._inside == "title":
            self.title += data if len(self.title) < MAX_TITLE else ""
        elif self._inside not in ("script", "style"):
            if self._inside == "h1":
                self.heading += data if len(self.heading) < MAX_TITLE else ""
            if self._size < MAX_TEXT:
                self._texts.append(data)
                self._size += len(data)
                if self._in_paragraph:
                    self.paragraphs.append(data)
