"""Names and addresses of outlets folded so that one outlet is found however it is written; pure."""

from __future__ import annotations

import unicodedata

LEVELS = ("central", "industry", "provincial", "municipal", "county", "enterprise", "self")
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


def account_key(name: str) -> str:
    """Fold the name of an account as names of outlets are folded."""
    return name_key(name)
