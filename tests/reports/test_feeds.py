"""Feeds read back by an independent parser and held against RSS 2.0, Media RSS and RFC 4287."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree as ET

import pytest

from reports.feeds import Attachment, Feed, Item, atom, rss

NS = {
    "a": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "media": "http://search.yahoo.com/mrss/",
}
NOW = datetime(2024, 10, 31, 6, 30, tzinfo=UTC)
FILM = Attachment("https://desk.example/feed/t/a-1-0.mp4", "video/mp4", 12_345_678, 119.6)
COVER = Attachment("https://desk.example/feed/t/a-1-1.jpg", "image/jpeg", 54_321)
CLIP = Item(
    "urn:uuid:6f9f1a56-0000-4000-8000-000000000001",
    "高效换热器的三百次试验",
    "第一段：<b>不是标签</b> & 符号。\n第二段\x0b带控制字符。",
    NOW,
    NOW + timedelta(hours=1),
    "示例科技有限公司",
    film=FILM,
    cover=COVER,
)
STORY = Item(
    "urn:uuid:6f9f1a56-0000-4000-8000-000000000002", "没有图片的故事", "字" * 500, NOW, NOW, "省科协"
)


def feed(*items: Item) -> Feed:
    return Feed(
        id="urn:uuid:6f9f1a56-0000-4000-8000-00000000000f",
        title="2024年企业典型创新案例",
        description="经审定发布的短视频和案例故事",
        author="示例省科学技术协会",
        updated=NOW + timedelta(hours=1),
        home_url="https://desk.example/",
        rss_url="https://desk.example/feed/t/rss.xml",
        atom_url="https://desk.example/feed/t/atom.xml",
        items=items,
    )


def parsed(xml):
    return ET.fromstring(xml)  # noqa: S314 - written by ourselves a moment ago


def texts(element, *paths):
    return [element.findtext(path, namespaces=NS) for path in paths]


def test_an_rss_channel_has_what_the_specification_demands():
    root = parsed(rss(feed(CLIP)))
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    channel = root.find("channel")
    assert texts(channel, "title", "link", "description", "language") == [
        "2024年企业典型创新案例",
        "https://desk.example/",
        "经审定发布的短视频和案例故事",
        "zh-CN",
    ]
    assert parsedate_to_datetime(channel.findtext("lastBuildDate")) == NOW + timedelta(hours=1)
    (itself,) = channel.findall("a:link", NS)
    assert itself.attrib == {
        "href": "https://desk.example/feed/t/rss.xml",
        "rel": "self",
        "type": "application/rss+xml",
    }


def test_an_rss_item_encloses_the_film_with_length_and_type():
    (item,) = parsed(rss(feed(CLIP))).iter("item")
    assert item.find("enclosure").attrib == {
        "url": FILM.url,
        "length": "12345678",
        "type": "video/mp4",
    }
    assert (item.findtext("guid"), item.find("guid").get("isPermaLink")) == (CLIP.id, "false")
    assert parsedate_to_datetime(item.findtext("pubDate")) == NOW
    assert item.find(".//media:content", NS).attrib == {
        "url": FILM.url,
        "fileSize": "12345678",
        "type": "video/mp4",
        "medium": "video",
        "duration": "120",
    }
    assert item.find(".//media:thumbnail", NS).attrib == {"url": COVER.url}


def test_words_are_never_markup_and_hold_nothing_that_xml_cannot():
    (item,) = parsed(rss(feed(CLIP))).iter("item")
    assert texts(item, "title", "description", "content:encoded") == [
        "高效换热器的三百次试验",
        "第一段：<b>不是标签</b> & 符号。 第二段带控制字符。",
        "<p>第一段：&lt;b&gt;不是标签&lt;/b&gt; &amp; 符号。</p><p>第二段带控制字符。</p>",
    ]


def test_an_atom_feed_has_what_rfc_4287_demands():
    """4.1.1: one id, title and updated, an author, a link to itself; 4.1.2 the same of each entry."""
    root = parsed(atom(feed(CLIP, STORY)))
    assert root.tag == "{http://www.w3.org/2005/Atom}feed"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "zh-CN"
    for element in (root, *root.findall("a:entry", NS)):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"a:{name}", NS)) == 1, name
        assert datetime.fromisoformat(element.findtext("a:updated", namespaces=NS)).tzinfo is not None
    assert {link.get("rel"): link.get("href") for link in root.findall("a:link", NS)} == {
        "self": "https://desk.example/feed/t/atom.xml",
        "alternate": "https://desk.example/",
    }
    assert texts(root, "a:author/a:name") == ["示例省科学技术协会"]


def test_an_atom_entry_links_film_and_cover_as_enclosures():
    """RFC 4287, 4.2.7; feedgen itself drops rel, type and length."""
    entry = parsed(atom(feed(CLIP))).find("a:entry", NS)
    assert [link.attrib for link in entry.findall("a:link", NS)] == [
        {"rel": "enclosure", "href": FILM.url, "type": "video/mp4", "length": "12345678"},
        {"rel": "enclosure", "href": COVER.url, "type": "image/jpeg", "length": "54321"},
    ]
    content = entry.find("a:content", NS)
    assert (content.get("type"), content.text[:12]) == ("html", "<p>第一段：&lt;b")
    assert texts(entry, "a:id", "a:published", "a:author/a:name") == [
        CLIP.id,
        "2024-10-31T06:30:00+00:00",
        "示例科技有限公司",
    ]


@pytest.mark.parametrize("write", [rss, atom])
def test_the_same_feed_gives_the_same_bytes_and_an_empty_one_is_valid(write):
    assert write(feed(CLIP, STORY)) == write(feed(CLIP, STORY))
    assert parsed(write(feed())).tag.rpartition("}")[2] in ("rss", "feed")


def test_items_keep_their_order_and_a_long_text_is_shortened_in_its_summary_alone():
    items = list(parsed(rss(feed(STORY, CLIP))).iter("item"))
    assert [item.findtext("title") for item in items] == ["没有图片的故事", "高效换热器的三百次试验"]
    assert len(items[0].findtext("description")) == 200
    assert items[0].findtext("content:encoded", namespaces=NS) == f"<p>{'字' * 500}</p>"
    assert items[0].find("enclosure") is None
