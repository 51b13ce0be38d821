"""Texts that are said later: pure code marks and carries them, the door translates them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


def N_(msgid: str) -> str:  # noqa: N802 - the customary mark for text that is translated later
    """Mark a text for the catalogue and give it back."""
    return msgid


@dataclass(frozen=True)
class Message:
    """An English sentence with %(name)s places and what fills them."""

    msgid: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.msgid % dict(self.params) if self.params else self.msgid
