"""Days as people write them in messages and addresses; pure."""

from __future__ import annotations

import re
from datetime import date, timedelta
from urllib.parse import urlsplit

CN_NUMBER = "〇零一二三四五六七八九十"
DAYS = (
    re.compile(
        r"(?<!\d)(20\d\d)\s*[年\-/.]\s*(1[0-2]|0?[1-9])\s*[月\-/.]\s*(3[01]|[12]\d|0?[1-9])(?!\d)(?:\s*[日号])?"
    ),
    re.compile(r"(?<!\d)(20\d\d)(1[0-2]|0[1-9])(3[01]|[12]\d|0[1-9])(?!\d)"),
    # 24年9月3日; without 日 it could be a span of time.
    re.compile(r"(?<!\d)(2\d)年(1[0-2]|0?[1-9])月(3[01]|[12]\d|0?[1-9])[日号]"),
)
CHINESE_DAY = re.compile(
    rf"二[〇零0]([{CN_NUMBER}])([{CN_NUMBER}])年([{CN_NUMBER}]{{1,2}})"
    rf"月([{CN_NUMBER}]{{1,3}})[日号]"
)
SHORT_DAY = re.compile(
    r"(?<![\d.年])(1[0-2]|0?[1-9])\s*月\s*(3[01]|[12]\d|0?[1-9])\s*[日号]"
    r"|(?<![\d./-])(1[0-2]|0?[1-9])[./](3[01]|[12]\d|0?[1-9])(?![\d./%万亿年月])"
)
# 今日头条 is a platform, not a day.
NOT_A_NAME = "(?!头条|关注|中国|日报)"
SPOKEN = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2}
ADDRESS_DAYS = (
    re.compile(r"(?<!\d)(20\d\d)[/_-]?(1[0-2]|0[1-9])[/_-]?(3[01]|[12]\d|0[1-9])(?!\d)"),
    re.compile(r"(?<!\d)(20\d\d)/(1[0-2]|[1-9])/(3[01]|[12]\d|[1-9])(?!\d)"),
)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def full_day(text: str) -> date | None:
    """The first day with year, month and day: 2024年10月31日, 2024.10.31, 20241031, in words too."""
    for pattern in DAYS:
        for found in pattern.finditer(text):
            year, month, day_text = (int(part) for part in found.groups())
            day = _date(year if year > 99 else 2000 + year, month, day_text)
            if day is not None:
                return day
    chinese = CHINESE_DAY.search(text)
    if not chinese:
        return None
    tens, ones, month_text, last = chinese.groups()
    return _date(2000 + 10 * _number(tens) + _number(ones), _number(month_text), _number(last))


def spoken_day(text: str, today: date) -> date | None:
    """昨天 and its like."""
    for word, days in SPOKEN.items():
        if re.search(word + NOT_A_NAME, text):
            return today - timedelta(days=days)
    return None


def _number(text: str) -> int:
    """〇 to 三十一."""
    digits = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0}
    if "十" not in text:
        return int("".join(str(digits[c]) for c in text))
    tens, _, ones = text.partition("十")
    return (digits[tens] if tens else 1) * 10 + (digits[ones] if ones else 0)


def short_day(text: str, today: date, span: tuple[date, date] | None = None) -> date | None:
    """10月31日 without a year is the last such day that has come; one within the span, if there is one."""
    for found in SHORT_DAY.finditer(text):
        month, day = (int(part) for part in found.groups() if part)
        years = range(today.year, min(today.year, span[0].year if span else today.year) - 2, -1)
        come = [one for year in years if (one := _date(year, month, day)) is not None and one <= today]
        inside = [one for one in come if span and span[0] <= one <= span[1]]
        if come:
            return (inside or come)[0]
    return None


def address_day(address: str) -> date | None:
    """The day in a path: /202410/31/, /2024-10-31/, t20241031_1.html, /2024/1031/."""
    path = urlsplit(address).path
    for pattern in ADDRESS_DAYS:
        for found in pattern.finditer(path):
            day = _date(*(int(part) for part in found.groups()))
            if day is not None:
                return day
    return None
