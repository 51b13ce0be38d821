"""Names and addresses of outlets folded so that one outlet is found however it is written; pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from campaign.messages import N_, Message

LEVELS = ("central", "industry", "provincial", "municipal", "county", "enterprise", "self")
# An outlet that was named with a piece: no level was said, and nobody has confirmed it yet.
UNSAID, WAITING = "unsaid", "waiting"
NATURES = ("media", "government")
CHANNELS = ("web", "client", "account", "video_account", "print", "radio", "television", "live")
ADDRESS_KINDS = ("web", "client", "account", "video_account")
BASES = ("stated", "assumed", "checked")


def name_key(name: str) -> str:
    """Fold a name: width, case, blanks and marks do not matter (《南方 日报》 is 南方日报)."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", name).casefold() if letter.isalnum())


def address_keys(address_key: str) -> list[str]:
    """Every key under which the outlet of an address may be registered, the most exact one first.

    For news.x.com.cn/a/b: that, news.x.com.cn/a, news.x.com.cn, x.com.cn and com.cn, which nobody has.
    """
    place = address_key.partition("?")[0].partition("#")[0].split(":")[0]
    host, *folders = place.split("/")
    keys = ["/".join([host, *folders[:depth]]) for depth in range(len(folders), 0, -1)]
    labels = host.split(".")
    return keys + [".".join(labels[at:]) for at in range(len(labels) - 1)]


# What names of one outlet differ in without being another outlet, and what is left of it.
_ENDINGS = {
    "有限责任公司": "",
    "股份有限公司": "",
    "有限公司": "",
    "新闻客户端": "",
    "客户端": "",
    "官方网站": "",
    "网站": "",
    "杂志社": "杂志",
    "报社": "报",
}
_SIMILAR = 0.75
_SHORTEST_STEM = 3


def stem(name: str) -> str:
    """A name without company forms, 客户端 and 报社, to tell likely duplicates by."""
    key = name_key(name).removeprefix("中国")
    for ending, left in _ENDINGS.items():
        if key.endswith(ending) and len(key) - len(ending) + len(left) >= _SHORTEST_STEM:
            return key.removesuffix(ending) + left
    return key


def likely_same(one: str, other: str) -> bool:
    """Whether two stems look like the same outlet: equal, or most of their pairs of letters in common."""
    if one == other:
        return True
    if min(len(one), len(other)) < _SHORTEST_STEM:
        return False
    mine, theirs = ({text[at : at + 2] for at in range(len(text) - 1)} for text in (one, other))
    return len(mine & theirs) / len(mine | theirs) >= _SIMILAR


def listings_problem(spans: list[tuple[str, date | None, date | None]]) -> str | None:
    """The list on which an outlet stands twice at one time, if there is one."""
    for at, (name, starts, ends) in enumerate(spans):
        for other, other_starts, other_ends in spans[at + 1 :]:
            apart = (ends and other_starts and ends < other_starts) or (
                other_ends and starts and other_ends < starts
            )
            if name == other and not apart:
                return name
    return None


# Whose pieces count in every province.
COMMON_LEVELS = frozenset({"central", "industry"})


@dataclass(frozen=True)
class Entry:
    """An outlet as far as it matters who keeps it; `province` is empty for one of the whole country."""

    level: str
    province: str
    listed: bool


def lacks_basis(before: str, level: str, *, listed: bool, basis: str) -> bool:
    """Whether a level is set that nobody can check: by no list, and without a word on where it was looked up.

    `before` is the level that stood, empty for a new outlet and for one that waits to be confirmed.
    """
    return level != before and not listed and not basis.strip()


def why_not_kept(entry: Entry, provinces: Collection[str], *, everything: bool) -> Message | None:
    """Why somebody may not change an outlet; None for the centre, and for a province what is its own (A11).

    What stands on a list decides what is authoritative, in every province: who is counted by it does not
    write it. An outlet of no province was taken in with a piece and may be put right by any.
    """
    if everything:
        return None
    if not provinces:
        return Message(N_("Outlets are changed by the lead of a province and by the centre."))
    if entry.listed:
        return Message(
            N_("It stands on a list of authoritative media, which the centre keeps. Tell the centre.")
        )
    if entry.level in COMMON_LEVELS:
        return Message(
            N_("Central outlets and those of a whole industry are kept by the centre. Tell the centre.")
        )
    if entry.province and entry.province not in provinces:
        return Message(N_("Outlets of other provinces are kept there, or by the centre. Tell the centre."))
    return None
