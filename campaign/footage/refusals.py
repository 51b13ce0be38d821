"""What media refuses, said as the campaign refuses."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from campaign.errors import Refused, StorageFull
from campaign.messages import N_
from media.errors import MediaError

# Which layer of the work a kind of refusal is about (see mishaps.py).
_LAYERS = {
    **dict.fromkeys(("not_a_film", "damaged", "unsupported"), "film"),
    **dict.fromkeys(("bad_range", "bad_dress", "bad_list"), "edit"),
    **dict.fromkeys(("engine_missing", "engine_failed", "too_long"), "engine"),
    "cut_failed": "result",
    "unreadable": "storage",
}
UNREADABLE = N_(
    "the file of %(name)s cannot be read. Tell the administrator; once it is back from the backup, press "
    "“Try again”."
)


class FilmRefused(Refused):
    """A film or a job of the engine was refused; `code` is the kind of refusal, such as not_a_film."""

    def __init__(self, code: str, msgid: str, **params: Any) -> None:  # noqa: ANN401 - as in Refused
        super().__init__(msgid, **params)
        self.code = code
        self.layer = _LAYERS.get(code, "")

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody asked for the stop."""
        return self.code == "cancelled"

    @property
    def is_about_the_film(self) -> bool:
        """Whether the file itself is at fault, so that trying again changes nothing."""
        return self.code in ("not_a_film", "damaged", "unsupported")


@contextmanager
def in_our_words() -> Iterator[None]:
    """Turn what media raises into what the campaign raises."""
    try:
        yield
    except MediaError as error:
        params = {
            key: value if isinstance(value, int | float) else str(value)
            for key, value in error.params.items()
        }
        if error.code == "disk_full":
            raise StorageFull(error.msgid, **params) from error
        if getattr(error.__cause__, "errno", None) in (errno.ENOENT, errno.EACCES) and "name" in params:
            # The film is not at fault, and sending it again would change nothing: the server's own file is.
            raise FilmRefused("unreadable", UNREADABLE, name=params["name"]) from error
        raise FilmRefused(error.code, error.msgid, **params) from error
