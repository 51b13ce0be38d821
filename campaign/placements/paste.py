"""From a pasted chat message to rows of coverage; pure.

A message holds one piece or many, as people send them: 《题目》 or 【媒体】题目, labels (标题：…), dates in
every Chinese form, an address with Chinese punctuation stuck to it, remarks around it. Each address is one
row, and so is each paragraph that names a title and a day without one (print, radio, television). What is not
said stays empty for a person to fill in: a proposal is never a guess in disguise.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from campaign.placements.days import address_day, full_day, short_day, spoken_day
from campaign.placements.edges import CLOCK, EDGES, LEFT_EDGES, PAGE, RIGHT_EDGES, without_edges
from campaign.placements.known import Known, plain_name
from campaign.placements.rules import address_key

MAX_MESSAGE = 100_000
MAX_ROWS = 200

ADDRESS = re.compile(
    r"(?:https?://|(?<![\w@.])(?:[a-z0-9-]{1,63}\.){1,6}(?:com|cn|net|org|gov|tv|cc|top|info|mobi)(?=[/:?]))"
    r"[^\s<>\"'《》【】「」『』（）“”，。；、！？｜]*",
    re.IGNORECASE,
)
BRACKETS = re.compile(
    r"《([^《》\n]{2,200})》|【([^【】\n]{2,200})】|「([^「」\n]{2,200})」|“([^“”\n]{4,200})”"
)
LABELS: Mapping[str, tuple[str, ...]] = {
    key: tuple(words.split())
    for key, words in {
        "title": "标题 题目 报道标题 稿件标题 稿件题目 文章标题 名称",
        "outlet": "媒体 媒体名称 发布媒体 刊发媒体 刊载媒体 来源 平台 发布平台 报道媒体",
        "day": "日期 时间 发布日期 发布时间 刊发时间 刊发日期 见报日期 播出时间 报道时间",
        "address": "链接 网址 地址 原文链接 报道链接 稿件链接 阅读原文",
        "slot": "版面 版次 栏目 节目 频道",
    }.items()
}
_LABEL_OF = {word: key for key, words in LABELS.items() for word in words}
LABEL = re.compile(rf"(?:{'|'.join(sorted(_LABEL_OF, key=len, reverse=True))})\s*[：:]\s*")
OUTLET_ENDS = re.compile(
    r"(?:日报|晚报|早报|时报|商报|周报|导报|都市报|青年报|工人报|晨报|快报|报|新闻网|在线|网|电视台|卫视|广播|电台|"
    r"新闻社|通讯社|社|频道|客户端|视频号|公众号|官微|融媒|融媒体中心|周刊|杂志|新闻|头条|\+|plus)$",
    re.IGNORECASE,
)
CHANNELS = (
    ("live", re.compile(r"直播")),
    ("television", re.compile(r"电视台|卫视|新闻联播|播出|电视频道|央视")),
    ("radio", re.compile(r"广播|电台|FM\s?\d|调频", re.IGNORECASE)),
    ("print", PAGE),
    ("print", re.compile(r"见报|报纸|纸媒|刊发于")),
)
# What people write around a piece and what is no part of its title.
CHATTER = re.compile(
    r"^(?:请?(?:各位|大家).*|(?:点击|戳|长按|扫码).{0,10}|.{0,6}(?:转发|看看|推荐|分享|收到|辛苦|感谢|谢谢|请查收|敬请关注).{0,12}|"
    r"(?:今日|今天|昨日|本周|附|以下|如下).{0,14}[：:]?|\(?\d{1,3}\)?[.、．)]?|[一二三四五六七八九十]{1,3}、?|"
    r"[\W_]*|阅读原文|原文链接|(?:共|总计).{0,12}[篇条])$"
)
NUMBERING = re.compile(
    r"^\s*(?:[（(]?\d{1,3}[）)]|\d{1,3}[.、．](?!\d)|[①-⑳]|"
    r"[一二三四五六七八九十]{1,3}、|[-•·●■★▶☞]+)\s*"
)
# An outlet in brackets behind the title, with its day or page; the closing bracket may be gone with an edge.
_IN_BRACKETS = re.compile(
    r"[（(]\s*([^（）()\s，,]{2,16}?)(?=[\s，,)）]|\d{1,4}[年月/.-]|$)[^（）()]{0,16}[)）]?\s*$"
)


@dataclass(frozen=True)
class Row:
    """One proposed row; "" and None where the message does not say."""

    title: str = ""
    address: str = ""
    outlet: str = ""
    published_on: date | None = None
    channel: str = "web"
    slot: str = ""
    kind: str = "report"


@dataclass(frozen=True)
class _Part:
    """The text that belongs to one address, or to none."""

    text: str
    address: str = ""


def rows_of(
    message: str, *, today: date, known: Known, span: tuple[date, date] | None = None
) -> tuple[Row, ...]:
    """Read a message; the same address written twice is one row. At most `MAX_ROWS` rows.

    `span` are the first and the last day of the programme, in which a day without a year is looked for.
    """
    text = _wide_to_plain(message[:MAX_MESSAGE])
    found: dict[str, Row] = {}
    for part in _parts(text):
        row = _row(part, today, known, span)
        if row is None:
            continue
        key = address_key(row.address) or f"{row.title}\n{row.outlet}\n{row.published_on}"
        found.setdefault(key, row)
    return tuple(found.values())[:MAX_ROWS]


def _wide_to_plain(text: str) -> str:
    """Full-width letters and digits become plain; Chinese punctuation, which parts a title, stays."""
    plain = "".join(
        unicodedata.normalize("NFKC", c) if "\uff10" <= c <= "\uff5a" and c not in "：；？" else c
        for c in text
    )
    for invisible in ("\u200b", "\u200c", "\u200d", "\ufeff", "\u2060"):
        plain = plain.replace(invisible, "")
    return plain.replace("\r\n", "\n").replace("\r", "\n").replace("：//", "://")


def _parts(text: str) -> list[_Part]:
    """Give each address the text around it; paragraphs with one address or none stay whole."""
    parts: list[_Part] = []
    paragraphs = [p for p in re.split(r"\n[ \t\u3000]*\n", text) if p.strip()]
    waiting = ""
    for whole in paragraphs:
        paragraph, alone = _without_address(whole)
        parts.extend(_Part(line) for line in alone)
        found = list(ADDRESS.finditer(paragraph))
        if not found:
            if _stands_alone(paragraph):
                parts.extend(_Part(line) for line in _alone(paragraph))
            else:
                waiting = f"{waiting}\n{paragraph}".strip()
            continue
        if len(found) == 1:
            around = f"{paragraph[: found[0].start()]}\n{paragraph[found[0].end() :]}"
            parts.append(_Part(f"{waiting}\n{around}", _trimmed(found[0].group())))
        else:
            parts.extend(_several(f"{waiting}\n" if waiting else "", paragraph, found))
        waiting = ""
    if waiting:
        _give_to_last(parts, waiting)
    return parts


def _without_address(paragraph: str) -> tuple[str, list[str]]:
    """Part pieces of print and broadcast, one a line, from the pieces with addresses around them.

    Only where each address has its title on its own line, so that no line without one is a title of another.
    """
    lines = paragraph.splitlines()
    with_one = [line for line in lines if ADDRESS.search(line)]
    if not with_one or not all(_titles(ADDRESS.sub(" ", line)) for line in with_one):
        return paragraph, []
    alone = [line for line in lines if not ADDRESS.search(line) and _is_piece(line)]
    return "\n".join(line for line in lines if line not in alone), alone


def _give_to_last(parts: list[_Part], text: str) -> None:
    """A title that follows its address after an empty line, where that address has no text of its own."""
    if parts and parts[-1].address and not _titles(parts[-1].text):
        parts[-1] = _Part(text, parts[-1].address)


def _stands_alone(paragraph: str) -> bool:
    return any(_is_piece(line) for line in paragraph.splitlines()) or _is_piece(paragraph)


def _is_piece(text: str) -> bool:
    """Whether a text without address names a title in brackets and a page, slot or full date."""
    bracket = BRACKETS.search(text) or LABEL.search(text)
    return bool(bracket and (PAGE.search(text) or CLOCK.search(text) or full_day(text) is not None))


def _alone(paragraph: str) -> list[str]:
    lines = [line for line in paragraph.splitlines() if line.strip()]
    return lines if all(_is_piece(line) for line in lines) else [paragraph]


def _several(before: str, paragraph: str, found: Sequence[re.Match[str]]) -> list[_Part]:
    """Part a paragraph with several addresses: text before each, or after each."""
    starts = [0, *(one.end() for one in found)]
    texts = [paragraph[at : one.start()] for at, one in zip(starts, found, strict=False)]
    texts[0] = before + texts[0]
    rest = paragraph[found[-1].end() :]
    leads = bool(_titles(texts[0]))
    if not leads and all(not _titles(text) for text in texts[:1]):
        texts = [*texts[1:], rest]
    else:
        texts = _ends_of_lines(texts, rest)
    return [_Part(text, _trimmed(one.group())) for text, one in zip(texts, found, strict=True)]


def _ends_of_lines(texts: list[str], rest: str) -> list[str]:
    """What follows an address on its own line (a date, an outlet) belongs to it, not to the next one."""
    given = list(texts)
    for index in range(1, len(given)):
        tail, line_break, following = given[index].partition("\n")
        if line_break and tail.strip():
            given[index - 1] += f"\n{tail}"
            given[index] = following
    given[-1] += f"\n{rest.partition(chr(10))[0]}"
    return given


def _trimmed(address: str) -> str:
    """An address without the punctuation of the sentence it stands in."""
    plain = address.rstrip(".,;:!?)]}>…~*")
    return plain if "://" in plain else f"http://{plain}"


def _row(part: _Part, today: date, known: Known, span: tuple[date, date] | None) -> Row | None:
    said = _labelled(part.text)
    body = said.pop("", "")
    names = [text for text in _brackets(body) if _is_outlet(text, known)]
    outlet = _outlet(said.get("outlet", ""), names, body, part.address, known)
    title = _tidy(said.get("title", "")) or _title(body, outlet, names, known)
    if not title and not part.address:
        return None
    about = part.text.replace(title, " ") if title else part.text
    day = full_day(about) or address_day(part.address) or short_day(about, today, span)
    day = day or spoken_day(about, today)
    channel = _channel(about, part.address)
    if channel == "web":
        channel = known.channel(outlet, about, part.address) or channel
    return Row(
        title=title[:300],
        address=part.address[:1000],
        outlet=outlet[:120],
        published_on=day if day is None or day <= today else None,
        channel=channel,
        slot=(said.get("slot") or _slot(about, channel))[:120],
        kind=_kind(title, part.text, channel),
    )


def _labelled(text: str) -> dict[str, str]:
    """Part 标题：… 媒体：… from the rest, which stands under ""."""
    found: dict[str, str] = {}
    rest: list[str] = []
    for line in text.splitlines():
        marks = [m for m in LABEL.finditer(line) if m.start() == 0 or not line[m.start() - 1].isalnum()]
        rest.append(line[: marks[0].start()] if marks else line)
        ends = [*(m.start() for m in marks[1:]), len(line)]
        for mark, end in zip(marks, ends, strict=False):
            key = _LABEL_OF[re.sub(r"\s*[：:]\s*$", "", mark.group())]
            value = line[mark.end() : end].strip(EDGES if key != "title" else " \t\u3000;；,，|")
            if value:
                found.setdefault(key, value)
    found[""] = "\n".join(rest)
    return found


def _brackets(text: str) -> list[str]:
    return [next(filter(None, m.groups())).strip() for m in BRACKETS.finditer(text)]


def _titles(text: str) -> list[str]:
    """Lines that may hold a title."""
    return [line for line in _lines(text) if len(line) >= 4 and not CHATTER.match(line)]


def _lines(text: str) -> list[str]:
    return [NUMBERING.sub("", line).strip(EDGES) for line in text.splitlines() if line.strip(EDGES)]


def _is_outlet(text: str, known: Known) -> bool:
    return bool(known.by_name(text)) or (len(text) <= 12 and bool(OUTLET_ENDS.search(text)))


def _outlet(labelled: str, names: Sequence[str], body: str, address: str, known: Known) -> str:
    """By label, by bracket, before a colon or behind the title, by domain, by a known name anywhere."""
    told = labelled or (names[0] if names else "") or _prefix(body, known) or _suffix(body, known)
    if told:
        return known.by_name(told) or _tidy(told)
    by_host = known.by_host(address) if address else ""
    return by_host or _mentioned(body, known)


def _prefix(body: str, known: Known) -> str:
    """南方日报：题目, 南方日报 | 题目, 南方日报 10月31日 A03版."""
    for line in _lines(body):
        head = re.split(r"[：:|｜—\s]", line, maxsplit=1)[0].strip(EDGES)
        if 2 <= len(head) <= 12 and head != line and _is_outlet(head, known):
            return head
    return ""


def _suffix(body: str, known: Known) -> str:
    """题目（羊城晚报 11月3日）: only a name that the registry has, as much else stands in brackets there."""
    found = (_IN_BRACKETS.search(line) for line in _lines(body))
    return next((known.by_name(one.group(1)) for one in found if one and known.by_name(one.group(1))), "")


def _mentioned(body: str, known: Known) -> str:
    plain = plain_name(body)
    inside = [name for name in known.names if len(name) >= 3 and name in plain]
    return known.names[max(inside, key=len)] if inside else ""


def _title(body: str, outlet: str, names: Sequence[str], known: Known) -> str:
    """The longest text in brackets that is no outlet, else the longest line without what surrounds it."""
    rest = body
    for name in names:
        rest = re.sub(rf"[《【「“]{re.escape(name)}[》】」”]", " ", rest)
    quoted = [_tidy(text) for text in _brackets(rest)]
    called = known.names_of(outlet)
    lines = [_bare(line, called, known) for line in _titles(rest)]
    lines = [line for line in lines if len(line) >= 4 and not CHATTER.match(line)]
    book = [
        _tidy(next(filter(None, m.groups()))) for m in BRACKETS.finditer(rest) if m.group().startswith("《")
    ]
    if book:
        whole = next((line for line in lines if _wraps(line, book[0])), "")
        return whole or max(book, key=len)
    best = max(lines, key=len, default="")
    return _tidy(best) or max(quoted, key=len, default="")


def _wraps(line: str, title: str) -> bool:
    """Whether 《…》 is only a part of a headline: 读《天工开物》看今日工艺."""
    rest = line.replace(f"《{title}》", "").replace(title, "")
    return len(title) < 8 and len(rest) >= 6 and not PAGE.search(rest) and not re.search(r"\d月", rest)


def _bare(line: str, called: Sequence[str], known: Known) -> str:
    """A line without outlet, date, page and clock at its ends; `called` are the outlet's names."""
    rest = re.sub(r"[（(]?(?:转载|转发|转自.{0,8})[)）]?$", "", line)
    head, mark, tail = _head(rest)
    if mark and len(head) <= 12 and len(tail) >= 4 and (_is_outlet(head, known) or head in called):
        rest = tail
    said = _IN_BRACKETS.search(rest)
    if said and known.by_name(said.group(1)):
        rest = rest[: said.start()]
    rest = without_edges(rest, called)
    match = re.fullmatch(r"(.{4,}?)[\s]*[-—|｜_]+[\s]*(\S{2,12})", rest)
    if match and _is_outlet(match.group(2), known):
        rest = match.group(1)
    return rest.lstrip(LEFT_EDGES).rstrip(RIGHT_EDGES)


def _head(line: str) -> tuple[str, str, str]:
    found = re.search(r"[：:|｜]", line)
    if not found:
        return line, "", ""
    return line[: found.start()].strip(EDGES), found.group(), line[found.end() :].strip()


def _tidy(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split()).strip(" 　|｜:：—-_")


# --- way and kind -----------------------------------------------------------------------------------------


def _channel(text: str, address: str) -> str:
    if address:
        host = address_key(address).partition("/")[0]
        if host == "mp.weixin.qq.com":
            return "account"
        if host.startswith(("channels.weixin.qq.com", "weixin.qq.com/sph", "douyin.com", "v.douyin.com")):
            return "video_account"
        return "web"
    return next((channel for channel, pattern in CHANNELS if pattern.search(text)), "print")


def _slot(text: str, channel: str) -> str:
    if channel == "print":
        found = PAGE.search(text)
        return re.sub(r"\s+", "", found.group()) if found else ""
    if channel in ("radio", "television", "live"):
        found = CLOCK.search(text)
        return found.group().replace("：", ":") if found else ""
    return ""


def _kind(title: str, text: str, channel: str) -> str:
    if re.search(r"综述", f"{title}{text}"):
        return "comprehensive"
    if channel in ("radio", "television", "live"):
        return "broadcast"
    return "repost" if re.search(r"转载|转发自|转自", text) else "report"
