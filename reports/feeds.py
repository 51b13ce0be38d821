"""RSS 2.0 and Atom 1.0 of what a programme has published (A9, B8): frozen inputs in, XML out.

Follows the RSS 2.0 specification with Media RSS, and RFC 4287. Moments are aware; lengths are bytes. The
order of the items is the caller's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Any

from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from feedgen.util import xml_elem

from reports.glyphs import without_invisible

if TYPE_CHECKING:
    from feedgen.entry import FeedEntry

LANGUAGE = "zh-CN"
GENERATOR = "Qichuang"
SUMMARY_CHARS = 200
ATOM = "{http://www.w3.org/2005/Atom}"
# What XML 1.0 cannot hold at all, not even escaped (section 2.2).
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Attachment:
    """A file that a reader can fetch: absolute address, media type, size; length of a film in seconds."""

    url: str
    media_type: str
    size_bytes: int
    duration_s: float | None = None


@dataclass(frozen=True)
class Item:
    """One published piece. `id` is a URI that stays the same when a newer version takes its place."""

    id: str
    title: str
    text: str
    published: datetime
    updated: datetime
    author: str
    film: Attachment | None = None
    cover: Attachment | None = None
    photos: tuple[Attachment, ...] = ()

    @property
    def main(self) -> Attachment | None:
        """What RSS encloses, where one item has one enclosure: the film, else the first picture."""
        return self.film or self.cover or next(iter(self.photos), None)

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """Everything, the film first."""
        return tuple(one for one in (self.film, self.cover, *self.photos) if one is not None)


@dataclass(frozen=True)
class Feed:
    """A programme's feed; `updated` is when anything in it changed last."""

    id: str
    title: str
    description: str
    author: str
    updated: datetime
    home_url: str
    rss_url: str
    atom_url: str
    items: tuple[Item, ...]


class _NoFeedPart(BaseExtension):  # type: ignore[misc]
    """Nothing for the feed itself; the registry of extensions wants both parts."""


class _Links(BaseEntryExtension):  # type: ignore[misc]
    """Links of an Atom entry with all their attributes.

    feedgen 1.0.0 writes an entry's links with their address alone, so that an enclosure reads as the page of
    the entry (RFC 4287, 4.2.7.2: a link without rel is "alternate").
    """

    def __init__(self) -> None:
        self.found: tuple[dict[str, str], ...] = ()

    def enclose(self, attachments: tuple[Attachment, ...]) -> None:
        """Take over what is to be linked."""
        self.found = tuple(
            {"rel": "enclosure", "href": a.url, "type": a.media_type, "length": str(a.size_bytes)}
            for a in attachments
        )

    def extend_atom(self, entry: Any) -> Any:  # noqa: ANN401 - an element of lxml, which has no types
        """Write the links."""
        for attributes in self.found:
            xml_elem(f"{ATOM}link", entry, **attributes)
        return entry


def rss(feed: Feed) -> bytes:
    """The feed as RSS 2.0."""
    made = _generator(feed, feed.rss_url, "application/rss+xml")
    for entry, item in zip(made.entry(), feed.items, strict=True):
        if item.main is not None:
            entry.enclosure(item.main.url, str(item.main.size_bytes), item.main.media_type)
    content: bytes = made.rss_str(pretty=True)
    return content


def atom(feed: Feed) -> bytes:
    """The feed as Atom 1.0."""
    content: bytes = _generator(feed, feed.atom_url, "application/atom+xml").atom_str(pretty=True)
    return content


def _generator(feed: Feed, self_url: str, self_type: str) -> FeedGenerator:
    made = FeedGenerator()
    made.load_extension("media")
    made.register_extension("links", _NoFeedPart, _Links, rss=False)
    made.id(feed.id)
    made.title(_plain(feed.title))
    made.description(_plain(feed.description))
    made.author({"name": _plain(feed.author)})
    made.language(LANGUAGE)
    made.generator(GENERATOR)
    made.updated(feed.updated)
    made.lastBuildDate(feed.updated)
    made.link(href=self_url, rel="self", type=self_type)
    # RSS takes the last link as the channel's own; it must not be the feed itself.
    made.link(href=feed.home_url, rel="alternate", type="text/html")
    for item in feed.items:
        _entry(made.add_entry(order="append"), item)
    return made


def _entry(made: FeedEntry, item: Item) -> None:
    made.id(item.id)
    made.guid(item.id, permalink=False)
    made.title(_plain(item.title))
    made.published(item.published)
    made.updated(item.updated)
    made.author({"name": _plain(item.author)})
    made.summary(_summary(item.text or item.title))
    made.content(_html(item.text or item.title), type="html")
    made.links.enclose(item.attachments)
    for one in (item.film, *item.photos):
        if one is not None:
            made.media.content(_media(one))
    if item.cover is not None:
        made.media.thumbnail({"url": item.cover.url})


def _media(one: Attachment) -> dict[str, Any]:
    medium = one.media_type.partition("/")[0]
    found = {"url": one.url, "fileSize": str(one.size_bytes), "type": one.media_type, "medium": medium}
    if one.duration_s is not None:
        found["duration"] = str(round(one.duration_s))
    return found


def _plain(text: str) -> str:
    """Text that XML can hold, on one line."""
    return " ".join(_NOT_XML.sub("", without_invisible(text)).split())


def _summary(text: str) -> str:
    plain = _plain(text)
    return plain if len(plain) <= SUMMARY_CHARS else plain[: SUMMARY_CHARS - 1] + "…"


def _html(text: str) -> str:
    """Paragraphs of the words; nothing of them is markup, whatever they hold."""
    lines = (_plain(line) for line in without_invisible(text).split("\n"))
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in lines if line)
