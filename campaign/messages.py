"""Sentences for the user that pure code makes and the door translates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


def N_(msgid: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark a msgid for the catalogue and leave it as it is."""
    return msgid


@dataclass(frozen=True, slots=True)
class Message:
    """An English sentence with %(name)s places and what fills them.

    Rules and readers return these instead of text; pages and commands call
    `gettext(message.msgid, **message.params)`. `str()` gives the English sentence, for logs and tests.
    The parameters are copied, so that a caller's mapping may change later; plain, so that they pickle.
    """

    msgid: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "params", dict(self.params))

    def __hash__(self) -> int:
        return hash((self.msgid, tuple(sorted((key, repr(value)) for key, value in self.params.items()))))

    def __str__(self) -> str:
        return self.msgid % self.params if self.params else self.msgid
