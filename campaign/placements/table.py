"""A table of pieces, from headings and cells to values, with every fault named by its row; pure (B2)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from campaign.messages import N_, Message
from campaign.outlets.addresses import is_web_address

FIELDS = (
    "outlet",
    "title",
    "address",
    "published_on",
    "kind",
    "cases",
    "evidence",
    "channel",
    "level",
    "slot",
    "author",
    "other_address",
    "removed_on",
    "note",
)
NEEDED = ("outlet", "title", "published_on")
# The first heading of each field is the one we name; the others are understood too.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "outlet": ("媒体", "媒体名称", "发布媒体", "刊发媒体", "报道媒体", "平台", "outlet"),
    "title": ("标题", "稿件标题", "新闻标题", "报道标题", "题目", "title"),
    "address": ("链接", "网址", "原文链接", "报道链接", "地址", "url", "link", "address"),
    "published_on": ("发布日期", "日期", "发布时间", "刊发日期", "刊发时间", "播出日期", "date"),
    "kind": ("类型", "报道类型", "稿件类型", "体裁", "kind"),
    "cases": ("案例", "案例名称", "相关案例", "cases"),
    "evidence": ("证据", "佐证", "佐证材料", "截图", "附件", "evidence"),
    "channel": ("渠道", "发布渠道", "channel"),
    "level": ("级别", "媒体级别", "层级", "level"),
    "slot": ("版面", "版次", "时段", "版面或时段", "slot"),
    "author": ("作者", "记者", "author"),
    "other_address": ("其他链接", "短链接", "备用链接"),
    "removed_on": ("下线日期", "删除日期", "撤稿日期"),
    "note": ("备注", "说明", "note"),
}
KIND_WORDS: Mapping[str, str] = {
    **dict.fromkeys(
        ("报道", "新闻报道", "新闻", "消息", "通讯", "专题报道", "原创", "首发", "report"), "report"
    ),
    **dict.fromkeys(
        ("综述性报道", "综述报道", "综述", "综合报道", "深度报道", "comprehensive"), "comprehensive"
    ),
    **dict.fromkeys(
        ("播出", "直播", "播出或直播", "广播", "电视", "视频", "广播电视", "broadcast"), "broadcast"
    ),
    **dict.fromkeys(("转载", "转发", "转载报道", "repost"), "repost"),
}
CHANNEL_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("网站", "网页", "网络", "官网", "web"), "web"),
    **dict.fromkeys(("客户端", "app", "新闻客户端", "client"), "client"),
    **dict.fromkeys(("公众号", "微信公众号", "微信", "微博", "头条号", "账号", "account"), "account"),
    **dict.fromkeys(("视频号", "抖音", "快手", "短视频", "video_account"), "video_account"),
    **dict.fromkeys(("报纸", "纸媒", "报刊", "期刊", "杂志", "print"), "print"),
    **dict.fromkeys(("广播", "电台", "radio"), "radio"),
    **dict.fromkeys(("电视", "television", "tv"), "television"),
    **dict.fromkeys(("直播", "网络直播", "live"), "live"),
}
LEVEL_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("中央", "中央级", "中央媒体", "国家级"), "central"),
    **dict.fromkeys(("行业", "行业级", "行业媒体", "全国性行业媒体"), "industry"),
    **dict.fromkeys(("省级", "省", "省级媒体"), "provincial"),
    **dict.fromkeys(("市级", "市", "地市级", "市级媒体"), "municipal"),
    **dict.fromkeys(("县级", "县", "区县级", "县级媒体"), "county"),
    **dict.fromkeys(("企业", "企业媒体"), "enterprise"),
    **dict.fromkeys(("自媒体", "其他"), "self"),
}
LENGTHS = {"outlet": 120, "title": 300, "address": 1000, "slot": 120, "author": 60, "other_address": 1000}
MAX_ROWS = 20_000
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[\sT].*)?")
_PARTS = re.compile(r"[；;、\n|]+")


@dataclass(frozen=True)
class Line:
    """One row of the table as values; `problems` keep it out, and with it the whole table."""

    number: int
    outlet: str = ""
    title: str = ""
    address: str = ""
    published_on: date | None = None
    kind: str = "report"
    cases: str = ""
    evidence: tuple[str, ...] = ()
    channel: str = ""
    level: str = ""
    slot: str = ""
    author: str = ""
    other_address: str = ""
    removed_on: date | None = None
    note: str = ""
    problems: tuple[Message, ...] = field(default=())


def folded(text: str) -> str:
    """A heading or a word without width, blanks, case, and what stands in brackets."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"\s+|[(（].*?[)）]|[*:：]", "", plain)


def propose_mapping(headings: Sequence[str]) -> dict[str, int]:
    """Which column holds which field, by its heading; columns nobody knows are left out."""
    known = {folded(word): name for name, words in HEADINGS.items() for word in words}
    found: dict[str, int] = {}
    for at, heading in enumerate(headings):
        name = known.get(folded(heading))
        if name is not None:
            found.setdefault(name, at)
    return found


def missing(mapping: Mapping[str, int]) -> list[str]:
    """The needed fields that no column holds."""
    return [name for name in NEEDED if name not in mapping]


def heading_row(rows: Sequence[Sequence[str]]) -> int | None:
    """Which of the first rows holds the headings: the first one with all needed fields; None if none has."""
    return next((at for at, row in enumerate(rows[:10]) if not missing(propose_mapping(row))), None)


def read_line(number: int, cells: Sequence[str], mapping: Mapping[str, int], today: date) -> Line | None:
    """Read one row; None for an empty one. `today` tells days that have not come."""
    found = {name: cells[at].strip() if at < len(cells) else "" for name, at in mapping.items()}
    if not any(found.values()):
        return None
    problems = [
        Message(N_("The column “%(column)s” is empty; fill it in."), {"column": HEADINGS[name][0]})
        for name in NEEDED
        if not found.get(name)
    ]
    problems += [
        Message(
            N_("The column “%(column)s” holds more than %(limit)s characters; shorten it."),
            {"column": HEADINGS[name][0], "limit": limit},
        )
        for name, limit in LENGTHS.items()
        if len(found.get(name, "")) > limit
    ]
    address = "" if found.get("address", "") in ("-", "—", "/", "无") else found.get("address", "")
    problems += [
        Message(
            N_("“%(address)s” is no web address. Paste all of it, or leave the cell empty."), {"address": one}
        )
        for one in (address, found.get("other_address", ""))
        if one and not is_web_address(one)
    ]
    return Line(
        number=number,
        outlet=found.get("outlet", ""),
        title=found.get("title", ""),
        address=address,
        published_on=_day(found.get("published_on", ""), "published_on", today, problems),
        kind=_word(found.get("kind", ""), "kind", KIND_WORDS, problems) or "report",
        cases=found.get("cases", ""),
        evidence=tuple(part.strip() for part in _PARTS.split(found.get("evidence", "")) if part.strip()),
        channel=_word(found.get("channel", ""), "channel", CHANNEL_WORDS, problems),
        level=_word(found.get("level", ""), "level", LEVEL_WORDS, problems),
        slot=found.get("slot", ""),
        author=found.get("author", ""),
        other_address=found.get("other_address", ""),
        removed_on=_day(found.get("removed_on", ""), "removed_on", today, problems),
        note=found.get("note", ""),
        problems=tuple(problems),
    )


def _day(text: str, name: str, today: date, problems: list[Message]) -> date | None:
    if not text:
        return None
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", text))
    try:
        day = date(*map(int, found.groups())) if found else datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        words = {"column": HEADINGS[name][0], "text": text[:40]}
        problems.append(Message(N_("“%(text)s” in “%(column)s” is no day; write it as 2024-10-31."), words))
        return None
    if day > today:
        problems.append(Message(N_("The day %(day)s has not come yet."), {"day": day}))
    return day


def _word(text: str, name: str, words: Mapping[str, str], problems: list[Message]) -> str:
    if not text:
        return ""
    found = words.get(folded(text))
    if found is None:
        choices = "、".join({meant: word for word, meant in reversed(list(words.items()))}.values())
        problems.append(
            Message(
                N_("“%(text)s” in “%(column)s” is none of: %(choices)s."),
                {"text": text[:40], "column": HEADINGS[name][0], "choices": choices},
            )
        )
    return found or ""


def case_parts(text: str) -> list[str]:
    """The names of cases in a cell: as a whole first, then parted at marks."""
    parts = [part.strip() for part in _PARTS.split(text) if part.strip()]
    return parts if len(parts) > 1 else [text.strip()] if text.strip() else []
