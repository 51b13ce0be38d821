"""What a report refuses, as a message of the catalogue with its parameters."""

from __future__ import annotations


def N_(msgid: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark `msgid` for the catalogue and return it unchanged."""
    return msgid


class ReportError(Exception):
    """A report that cannot be made as asked, with the place named.

    `msgid` is English with %(name)s placeholders; the caller translates it with `params`.
    """

    def __init__(self, msgid: str, **params: str) -> None:
        super().__init__(msgid % params if params else msgid)
        self.msgid = msgid
        self.params = params
