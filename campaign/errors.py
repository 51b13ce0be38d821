"""What services refuse, without a word of HTTP; `error_pages.py` maps these to answers once."""

from __future__ import annotations

from typing import Any


class CampaignError(Exception):
    """A refusal in the user's words.

    `msgid` is the English sentence and catalogue key, `params` fill its %(name)s places; both pages and
    commands translate it at the last moment. `layer` names where it happened, for long work (see mishaps.py).
    """

    layer = ""

    def __init__(self, msgid: str, **params: Any) -> None:  # noqa: ANN401 - numbers, names, lazy texts
        super().__init__(msgid % params if params else msgid)
        self.msgid = msgid
        self.params = params


class Refused(CampaignError):
    """A rule says no: the page shows the reason and keeps what was typed."""


class Conflict(Refused):
    """Somebody else changed or created the same thing first."""


class NotFound(CampaignError):
    """There is no such thing, or not for this user: both look the same from outside."""


class Forbidden(CampaignError):
    """The user's role does not allow this act."""


class StorageFull(CampaignError):
    """The disk has no room left; what was stored before is untouched."""

    layer = "disk"
