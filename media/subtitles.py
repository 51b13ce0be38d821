"""Subtitles read from SRT, WebVTT or ASS into plain cues, looked over, moved to a clip, and written as SRT.

Markup goes, times and words stay.

Whatever a file holds besides (styles, positions, drawings, fonts) is left out, so that nothing of a user's
file ever reaches the renderer but text.
"""

import html
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from media.dress import Cue
from media.errors import N_, BadDress, BadList
from media.grid import Limits, decode, read_bytes
from media.reasons import Reason
from media.timecode import TimeRange, format_clock

# What can be read along while one watches, and what fits on one line of a landscape picture.
FASTEST_SIGNS_S = 9
LONGEST_LINE_SIGNS = 30

_LIMITS = Limits(file_bytes=4 << 20, rows=2000)
_CLOCK = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
_TIMES = re.compile(rf"\s*{_CLOCK}\s*-->\s*{_CLOCK}(?:\s.*)?")
_ARROW = "-->"
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
        msgid = N_("%(name)s is no text that can be read. Save the subtitles anew as UTF-8.")
        raise BadDress(msgid, name=shown) from error
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
            if _ARROW in lines[number - 1]:
                raise _bad_times(number, name)
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
        if not start or not end:
            raise _bad_times(number, name)
        text = _ASS_TAG.sub("", re.sub(r"\\[Nn]", "\n", said.get("text", "")).replace(r"\h", " "))
        yield from _cue(_seconds(start.groups()), _seconds(end.groups()), text, name, number)


def _cue(start: Fraction, end: Fraction, text: str, name: str, line: int) -> Iterator[Cue]:
    words = "\n".join(part.strip() for part in text.split("\n") if part.strip())
    if not words:
        return
    if end <= start:
        raise BadDress(
            N_("Line %(line)s of %(name)s: the subtitle ends before it begins. Put its times right."),
            line=line,
            name=name,
        )
    try:
        yield Cue(start, end, words)
    except BadDress as error:
        raise BadDress(
            N_("Line %(line)s of %(name)s: the subtitle “%(text)s…” is too long. Divide it."),
            line=line,
            name=name,
            text=words[:20],
        ) from error


def _bad_times(line: int, name: str) -> BadDress:
    return BadDress(
        N_(
            "Line %(line)s of %(name)s has no times that can be read. "
            "Write 00:00:01,000 --> 00:00:03,500, nothing below 0."
        ),
        line=line,
        name=name,
    )


def _seconds(parts: tuple[str | None, ...]) -> Fraction:
    hours, minutes, seconds, part = parts
    digits = part or "0"
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return whole + Fraction(int(digits), 10 ** len(digits))


def for_ranges(cues: Iterable[Cue], ranges: Iterable[TimeRange]) -> tuple[Cue, ...]:
    """Move the subtitles of a film to a clip of some of its ranges; those across a border are cut there."""
    moved: list[Cue] = []
    at = Fraction(0)
    known = list(cues)
    for span in ranges:
        for cue in known:
            start, end = max(cue.start, span.start), min(cue.end, span.end)
            if start < end:
                moved.append(Cue(start - span.start + at, end - span.start + at, cue.text))
        at += span.duration
    return tuple(moved)


def within(cues: Iterable[Cue], length: Fraction) -> tuple[Cue, ...]:
    """Cut subtitles at the end of a clip and leave out what lies behind it."""
    return tuple(Cue(cue.start, min(cue.end, length), cue.text) for cue in cues if cue.start < length)


def look_over(cues: Sequence[Cue], length: Fraction) -> tuple[Reason, ...]:
    """Say what of the subtitles of a clip of some length is hard to read or not shown: warnings only.

    Reading speed counts a Chinese character as one and any other sign as half a one.
    """
    found: list[Reason] = []
    last: Cue | None = None
    for cue in sorted(cues, key=lambda cue: cue.start):
        told = {"time": format_clock(cue.start), "text": cue.text.replace("\n", " ")[:20]}
        signs = sum(map(_weight, cue.text))
        speed = signs / float(cue.end - cue.start)
        if cue.start >= length:
            found.append(Reason.of(N_("%(time)s “%(text)s”: lies behind the end of the clip."), **told))
        elif cue.end > length:
            found.append(Reason.of(N_("%(time)s “%(text)s”: runs over the end of the clip."), **told))
        if last and cue.start < last.end:
            found.append(Reason.of(N_("%(time)s “%(text)s”: begins before the one before ends."), **told))
        if speed > FASTEST_SIGNS_S:
            msgid = N_(
                "%(time)s “%(text)s”: %(speed)s characters a second, more than %(most)s. Show it longer."
            )
            found.append(Reason.of(msgid, **told, speed=f"{speed:.1f}", most=FASTEST_SIGNS_S))
        longest = max(sum(map(_weight, line)) for line in cue.text.split("\n"))
        if longest > LONGEST_LINE_SIGNS:
            msgid = N_("%(time)s “%(text)s”: a line of %(signs)s characters, more than %(most)s. Divide it.")
            found.append(Reason.of(msgid, **told, signs=math.ceil(longest), most=LONGEST_LINE_SIGNS))
        last = cue
    return tuple(found)


def _weight(sign: str) -> float:
    if sign.isspace():
        return 0
    return 1 if unicodedata.east_asian_width(sign) in "WF" else 0.5


def write_srt(cues: Iterable[Cue]) -> str:
    """Write cues as SRT, in the order of their times."""
    blocks = (
        f"{number}\n{_srt_time(cue.start)} {_ARROW} {_srt_time(cue.end)}\n{cue.text}\n"
        for number, cue in enumerate(sorted(cues, key=lambda cue: cue.start), 1)
    )
    return "\n".join(blocks)


def _srt_time(time_s: Fraction) -> str:
    milliseconds = math.floor(time_s * 1000 + Fraction(1, 2))
    seconds, milliseconds = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d},{milliseconds:03d}"
