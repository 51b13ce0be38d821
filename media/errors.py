"""What the media package refuses, in words that can be translated.

Every refusal carries an English message id and its parameters; whoever shows it translates it. A message
names the file as its owner knows it (never a server path), the rule that was broken, and what to do.
"""

from typing import ClassVar


def N_(msgid: str) -> str:  # noqa: N802 - the customary gettext marker
    """Mark a text for translation and give it back unchanged."""
    return msgid


class MediaError(Exception):
    """A refusal with a message id and its parameters; str() gives the English text."""

    code: ClassVar[str] = "media_error"

    def __init__(self, msgid: str, **params: object) -> None:
        super().__init__(msgid, params)
        self.msgid = msgid
        self.params = params

    def __str__(self) -> str:
        return self.msgid % self.params

    def to_json(self) -> dict[str, object]:
        """Give the refusal as a program reads it: code, message id, parameters, English text."""
        return {
            "code": self.code,
            "message": str(self),
            "msgid": self.msgid,
            "params": {key: str(value) for key, value in self.params.items()},
        }


class NotAFilm(MediaError):  # noqa: N818 - named as the refusal it is
    """The file is something else, whatever its name says."""

    code = "not_a_film"


class Damaged(MediaError):  # noqa: N818 - named as the refusal it is
    """The file is a film, but it cannot be read."""

    code = "damaged"


class Unsupported(MediaError):  # noqa: N818 - named as the refusal it is
    """The film can be read, but this job cannot be done with it."""

    code = "unsupported"


class BadRange(MediaError):  # noqa: N818 - named as the refusal it is
    """A range is not a range, or lies outside the film."""

    code = "bad_range"


class BadSpec(MediaError):  # noqa: N818 - named as the refusal it is
    """A specification holds a key or a value that nobody understands."""

    code = "bad_spec"


class BadDress(MediaError):  # noqa: N818 - named as the refusal it is
    """A card, lower third, subtitle, music or style is not what one has to be."""

    code = "bad_dress"


class CutFailed(MediaError):  # noqa: N818 - named as the refusal it is
    """The engine worked, but the result did not pass its verification."""

    code = "cut_failed"


class Cancelled(MediaError):  # noqa: N818 - named as the refusal it is
    """Somebody asked for the job to stop."""

    code = "cancelled"


class EngineMissing(MediaError):  # noqa: N818 - named as the refusal it is
    """There is no ffmpeg that can do the work."""

    code = "engine_missing"


class EngineFailed(MediaError):  # noqa: N818 - named as the refusal it is
    """The engine stopped with an error of its own."""

    code = "engine_failed"


class TookTooLong(MediaError):  # noqa: N818 - named as the refusal it is
    """A job passed its limit of time."""

    code = "too_long"


class DiskFull(MediaError):  # noqa: N818 - named as the refusal it is
    """There is no room left to write the result."""

    code = "disk_full"


class PhotoRefused(MediaError):  # noqa: N818 - named as the refusal it is
    """A picture is not a photo that can be used."""

    code = "photo_refused"


class BadList(MediaError):  # noqa: N818 - named as the refusal it is
    """A cut list cannot be read as one, or a part of it is not what it has to be."""

    code = "bad_list"


class Busy(MediaError):  # noqa: N818 - named as the refusal it is
    """Somebody else is at work in the same folder."""

    code = "busy"
