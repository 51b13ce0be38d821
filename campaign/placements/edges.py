"""What stands around a headline on its line: outlet, day, clock, page, and the marks between them; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from campaign.placements.days import CHINESE_DAY, DAYS, SHORT_DAY

PAGE = re.compile(
    r"(?:第\s*)?[A-Da-d]?\s?\d{1,3}\s*版(?:[面次])?|头版(?:头条)?|要闻版|[一二三四五六七八九十]{1,2}版"
)
CLOCK = re.compile(r"(?<!\d)(?:[01]?\d|2[0-3])[:：][0-5]\d(?!\d)")
WEEKDAY = re.compile(r"(?:星期|周)[一二三四五六日天]")
# 9月3日讯 一块换热器: what agencies write after the day.
WIRE = re.compile(r"^[讯电](?=[\s：:，,])")
# A bracket that opens at the beginning, or closes at the end, belongs to the headline: 【特写】一块换热器.
EDGES = " \t\u3000|｜:：—–-_~·,，;；、。.《》【】「」()（）[]↓👇🔗"
LEFT_EDGES, RIGHT_EDGES = (
    EDGES.translate(dict.fromkeys(map(ord, own))) for own in ("《【「(（[", "》】」)）]")
)


def without_edges(text: str, names: Sequence[str]) -> str:
    """Take outlet, day, clock and page from both ends, in whatever order they stand there.

    `names` are those of the outlet, the longest first.

    One day and one outlet only: a second one belongs to the headline.
    """
    days: tuple[re.Pattern[str], ...] = (*DAYS, CHINESE_DAY, SHORT_DAY)
    before = None
    while text != before:
        before = text
        for pattern in (WEEKDAY, CLOCK, PAGE):
            text = _without_edge(pattern, text)
        if names and (shorter := _without_name(text, names)) != text:
            text, names = shorter, ()
            # 南方日报2024年9月3日一块换热器: a day with its year that follows the outlet at once.
            if days and (stamp := DAYS[0].match(text)):
                text, days = text[stamp.end() :].lstrip(LEFT_EDGES), ()
        for pattern in days:
            shorter = _without_edge(pattern, text)
            if shorter != text:
                text, days = shorter, ()
                break
    return text


def _without_name(text: str, names: Sequence[str]) -> str:
    """Take away an outlet that stands for itself; in 南方日报举办宣讲 it is part of the headline."""
    name = f"(?:{'|'.join(map(re.escape, names))})"
    alone = rf"(?:^{name}(?=\W|20\d\d|$)|[\s\-—|｜(（，,]+{name}[)）]?$)"
    return re.sub(alone, "", text, flags=re.IGNORECASE)


def _without_edge(pattern: re.Pattern[str], text: str) -> str:
    """Take away what stands at the beginning or the end of a line; inside a headline a date is part of it."""
    for found in list(pattern.finditer(text)):
        before, after = text[: found.start()], WIRE.sub("", text[found.end() :])
        if not before.strip(EDGES) and not after[:1].isalnum():
            return after.lstrip(LEFT_EDGES).rstrip(RIGHT_EDGES)
        if not after.strip(EDGES) and not before[-1:].isalnum():
            return before.lstrip(LEFT_EDGES).rstrip(RIGHT_EDGES)
    return text
