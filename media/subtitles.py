"""Subtitles read from SRT, WebVTT or ASS into plain cues: markup goes, times and words stay.

Whatever a file holds besides (styles, positions, drawings, fonts) is left out, so that nothing of a user's
file ever reaches the renderer but text.
"""

import html
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from media.dress import Cue
from media.errors import N_, BadDress, BadList
from media.grid import Limits, decode, read_bytes

_LIMITS = Limits(file_bytes=4 << 20, rows=2000)
_CLOCK = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
_TIMES = re.compile(rf"\s*{_CLOCK}\s*-->\s*{_CLOCK}(?:\s.*)?")
_TAG = re.compile(r"<[^<>]{0,200}>|\{[^{}]{0,500}\}")
_ASS_TAG = re.compile(r"\{[^{}]{0,500}\}")
_ASS_TIME = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})[.:](\d{1,3})")
# In an ASS file the text is the tenth field, and its commas belong to it.
_ASS_FIELDS = ("layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text")


def read_subtitles(path: Path, name: str = "") -> tuple[Cue, ...]:
    """Read the cues of a file in the order of their times; what it is, its content says.

    Raises BadDress for a file without cues, too large a one, or a cue whose end is not after its start; the
    message names file and line.
    """
    shown = name or path.name
    try:
        text = decode(read_bytes(path, shown, _LIMITS), shown)
    except BadList as error:
        raise BadDress(error.msgid, **error.params) from error
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    is_ass = any(line.strip().lower() in {"[script info]", "[events]"} for line in lines[:200])
    cues = sorted(_of_ass(lines, shown) if is_ass else _of_blocks(lines, shown), key=lambda cue: cue.start)
    if not cues:
        raise BadDress(
            N_("%(name)s holds no subtitle. Choose a file of the kind SRT, WebVTT or ASS."), name=shown
        )
    if len(cues) > _LIMITS.rows:
        raise BadDress(
            N_("%(name)s has more than %(most)s subtitles. Make the clip in parts."),
            name=shown,
            most=_LIMITS.rows,
        )
    return tuple(cues)


def _of_blocks(lines: list[str], name: str) -> Iterator[Cue]:
    """Read SRT and WebVTT: a line of times, then text up to the next empty line."""
    number = 0
    while number < len(lines):
        found = _TIMES.fullmatch(lines[number])
        number += 1
        if not found:
            continue
        at = number
        words: list[str] = []
        while number < len(lines) and lines[number].strip():
            words.append(lines[number])
            number += 1
        text = html.unescape(_TAG.sub("", "\n".join(words)))
        yield from _cue(_seconds(found.groups()[:4]), _seconds(found.groups()[4:]), text, name, at)


def _of_ass(lines: list[str], name: str) -> Iterator[Cue]:
    """Read the dialogue lines of an ASS or SSA file by the order that its Format line gives."""
    fields = list(_ASS_FIELDS)
    for number, line in enumerate(lines, 1):
        kind, _, rest = line.partition(":")
        if kind.strip().lower() == "format" and "text" in rest.lower():
            fields = [field.strip().lower() for field in rest.split(",")]
        if kind.strip().lower() != "dialogue":
            continue
        said = dict(zip(fields, rest.split(",", len(fields) - 1), strict=False))
        ends = [_ASS_TIME.fullmatch(said.get(key, "").strip()) for key in ("start", "end")]
        start, end = ends
        if start and end:
            text = _ASS_TAG.sub("", re.sub(r"\\[Nn]", "\n", said.get("text", "")).replace(r"\h", " "))
            yield from _cue(_seconds(start.groups()), _seconds(end.groups()), text, name, number)


def _cue(start: Fraction, end: Fraction, text: str, name: str, line: int) -> Iterator[Cue]:
    words = "\n".join(part.strip() for part in text.split("\n") if part.strip())
    if not words:
        return
    try:
        yield Cue(start, end, words)
    except BadDress as error:
        raise BadDress(
            N_("Line %(line)s of %(name)s: %(reason)s"), line=line, name=name, reason=str(error)
        ) from error


def _seconds(parts: tuple[str | None, ...]) -> Fraction:
    hours, minutes, seconds, part = parts
    digits = part or "0"
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return whole + Fraction(int(digits), 10 ** len(digits))
