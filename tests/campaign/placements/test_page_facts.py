"""What a page says of itself (issue 5, logging in seconds)."""

import json
import time
from datetime import date

import pytest

from campaign.placements.page_facts import PageFacts, facts_of

DAY = date(2024, 10, 31)


def page(head="", body="", charset="utf-8"):
    return f'<!doctype html><html><head><meta charset="{charset}">{head}</head><body>{body}</body></html>'


def test_open_graph_speaks_first():
    head = (
        '<title>另一个题目_某网</title><meta property="og:title" content="一块换热器的十年攻关">'
        '<meta property="og:site_name" content="示例网">'
        '<meta property="article:published_time" content="2024-10-31T08:30:00+08:00">'
    )
    assert facts_of(page(head).encode()) == PageFacts("一块换热器的十年攻关", "示例网", DAY)


def test_a_moment_is_told_in_the_day_of_the_office():
    head = '<meta name="pubdate" content="2024-10-30T22:30:00Z">'
    assert facts_of(page(head).encode()).published_on == DAY


@pytest.mark.parametrize(
    ("window", "title", "site"),
    [
        ("一块换热器的十年攻关_中国经济网", "一块换热器的十年攻关", "中国经济网"),
        ("一块换热器的十年攻关--人民网", "一块换热器的十年攻关", "人民网"),
        ("一块换热器的十年攻关-南方网", "一块换热器的十年攻关", "南方网"),
        ("一块换热器的十年攻关 | 科技日报", "一块换热器的十年攻关", "科技日报"),
        ("一块换热器的十年攻关_要闻_示例网", "一块换热器的十年攻关", "示例网"),
        ("一块换热器的十年攻关", "一块换热器的十年攻关", ""),
    ],
)
def test_the_site_is_taken_off_the_title_of_the_window(window, title, site):
    found = facts_of(page(f"<title>{window}</title>").encode())
    assert (found.title, found.site) == (title, site)


def test_json_ld_is_read_even_in_a_graph_and_broken_json_does_no_harm():
    node = {
        "@graph": [{"headline": "小巨人之路", "datePublished": "2024-10-31", "publisher": {"name": "示例报"}}]
    }
    scripts = f'<script type="application/ld+json">{json.dumps(node)}</script>'
    broken = '<script type="application/ld+json">{"headline": </script>'
    assert facts_of(page(broken + scripts).encode()) == PageFacts("小巨人之路", "示例报", DAY)


def test_the_announced_date_of_the_text_goes_before_others():
    body = "<p>据2023年1月2日消息</p><span>发布时间：2024年10月31日 09:00</span>"
    assert facts_of(page(body=body).encode()).published_on == DAY
    assert facts_of(page(body="<p>2024/10/31 来源</p>").encode()).published_on == DAY
    assert facts_of(page(body="<p>2024年13月31日，2024年2月30日</p>").encode()).published_on is None


@pytest.mark.parametrize("charset", ["gb2312", "gbk", "gb18030", "utf-8"])
def test_a_page_is_read_in_its_charset_wherever_that_is_said(charset):
    text = page("<title>创新案例宣讲</title>", charset=charset)
    content = text.encode("gb18030" if charset.startswith("gb") else charset)
    assert facts_of(content).title == "创新案例宣讲"
    assert facts_of(content.replace(b"<meta charset", b"<meta x"), charset).title == "创新案例宣讲"


def test_a_page_cut_in_the_middle_of_a_character_and_one_with_an_unknown_charset_are_still_read():
    content = page("<title>创新案例宣讲</title>", "正文").encode()
    assert facts_of(content[: content.index("正".encode()) + 1]).title == "创新案例宣讲"
    assert facts_of(page("<title>创新案例宣讲</title>", charset="klingon").encode()).title == "创新案例宣讲"


def test_the_beginning_of_the_text_is_that_of_its_paragraphs():
    body = (
        "<nav>首页 要闻</nav><p>一块换热器，</p><p>十年攻关。<script>x()</script></p><footer>备案号</footer>"
    )
    assert facts_of(page(body=body).encode()).text == "一块换热器， 十年攻关。"


def test_markup_in_a_title_is_text():
    found = facts_of(
        page('<title>&lt;script&gt;alert(1)&lt;/script&gt; =cmd"/C calc"!A0\x00\n</title>').encode()
    )
    assert found.title == '<script>alert(1)</script> =cmd"/C calc"!A0'


@pytest.mark.parametrize(
    "hostile",
    ["<!" * 200_000, "<a " * 130_000, "<title>" + "<" * 400_000, "&#" * 200_000, "<!--" * 100_000,
     "<?" * 200_000, "<script " + "x='" * 130_000, "<meta charset=" * 30_000, "[" * 400_000, "</" * 200_000],
)  # fmt: skip
def test_no_page_takes_longer_than_a_moment(hostile):
    began = time.monotonic()
    facts_of(hostile.encode())
    facts_of(page(f'<script type="application/ld+json">{hostile}</script>').encode())
    assert time.monotonic() - began < 3
