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
