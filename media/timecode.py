"""Media time: exact Fractions of a second and whole frames, never floats.

Time 0 is the first picture of the film. Frame n of a film with a constant rate is shown from n/rate until
(n+1)/rate. A range holds its start and not its end.
"""

import math
import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from media.errors import N_, BadRange

_TIMECODE = re.compile(r"(\d{1,3}):([0-5]?\d):([0-5]?\d)([:;.,])(\d{1,3})")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?([0-5]?\d):([0-5]?\d(?:\.\d{1,9})?)")
_SECONDS = re.compile(r"\d{1,6}(?:\.\d{1,9})?")
_FRACTION = re.compile(r"\d{1,15}/[1-9]\d{0,8}")
_SPOKEN = re.compile(
    r"(?:(?P<h>\d{1,3})\s*(?:小时|时|h))?\s*(?:(?P<m>\d{1,4})\s*(?:分钟|分|min|m|'))?"
    r"\s*(?:(?P<s>\d{1,5}(?:\.\d{1,9})?)\s*(?:秒钟|秒|sec|s|\"|''))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, order=True)
class TimeRange:
    """A span of a film, in seconds from its first picture; the end is excluded."""

    start: Fraction
    end: Fraction

    def __post_init__(self) -> None:
        if self.start < 0 or self.end <= self.start:
            raise BadRange(
                N_(
                    "The range %(start)s–%(end)s is empty or runs backwards. "
                    "Give a start before the end; the end is excluded."
                ),
                start=format_clock(self.start),
                end=format_clock(self.end),
            )

    @property
    def duration(self) -> Fraction:
        """Length in seconds."""
        return self.end - self.start

    def to_json(self) -> dict[str, object]:
        """Give both ends exactly ("7/2") and as numbers."""
        return {
            "start": str(self.start),
            "end": str(self.end),
            "start_s": round(float(self.start), 6),
            "end_s": round(float(self.end), 6),
        }

    @classmethod
    def from_json(cls, data: dict[str, object]) -> "TimeRange":
        """Read what to_json wrote, without loss."""
        return cls(Fraction(str(data["start"])), Fraction(str(data["end"])))


def frame_of(time_s: Fraction, rate: Fraction) -> int:
    """Give the frame that starts nearest to a time; halves go to the later frame.

    Nearest, because people write 7.0417 for frame 169 of 24 a second, whose exact time is no short decimal.
    """
    return math.floor(time_s * rate + Fraction(1, 2))


def time_of(frame: int, rate: Fraction) -> Fraction:
    """Give the exact time at which a frame begins."""
    return Fraction(frame) / rate


def snap(span: TimeRange, rate: Fraction) -> TimeRange:
    """Move both ends to the nearest frame borders; BadRange if no whole frame is left."""
    return TimeRange(time_of(frame_of(span.start, rate), rate), time_of(frame_of(span.end, rate), rate))


def parse_time(text: str, rate: Fraction) -> Fraction:
    """Read seconds ("7.0", or exactly "169/24"), a clock ("1:07.5") or a timecode ("00:00:07:12").

    A timecode counts frames of the nearest whole rate. With ";" it is drop frame, and the numbers that this
    counting leaves out (two a minute at 30000/1001, four at 60000/1001, none every tenth minute) do not exist
    and are refused.
    """
    text = text.strip()
    if _SECONDS.fullmatch(text) or _FRACTION.fullmatch(text):
        return Fraction(text)
    if found := _TIMECODE.fullmatch(text):
        hours, minutes, seconds, mark, frames = found.groups()
        if mark in ":;":
            return _from_timecode(
                text, (int(hours), int(minutes), int(seconds), int(frames)), rate, drop=mark == ";"
            )
    if found := _CLOCK.fullmatch(text):
        hours, minutes, clock_seconds = found.groups()
        return int(hours or 0) * 3600 + int(minutes) * 60 + Fraction(clock_seconds)
    raise BadRange(
        N_(
            "“%(text)s” is not a time. Write seconds such as 7.0 or a timecode "
            "HH:MM:SS:FF such as 00:00:07:12."
        ),
        text=text,
    )


def read_time(text: str, rate: Fraction) -> Fraction:
    """Read a time as people write it: timecode, clock, seconds, 1分30秒; full-width letters too."""
    plain = unicodedata.normalize("NFKC", text).strip().replace(",", ".")
    spoken = _SPOKEN.fullmatch(plain)
    if spoken and any(spoken.groups()):
        hours, minutes, seconds = (Fraction(part or 0) for part in spoken.group("h", "m", "s"))
        return hours * 3600 + minutes * 60 + seconds
    return parse_time(plain, rate)


def _from_timecode(text: str, parts: tuple[int, int, int, int], rate: Fraction, *, drop: bool) -> Fraction:
    hours, minutes, seconds, frames = parts
    base = math.floor(rate + Fraction(1, 2))
    if frames >= base:
        raise BadRange(
            N_("The timecode %(text)s names frame %(frame)s, but this film has %(rate)s frames a second."),
            text=text,
            frame=frames,
            rate=base,
        )
    number = ((hours * 60 + minutes) * 60 + seconds) * base + frames
    if drop:
        dropped = _dropped_a_minute(rate, text)
        if minutes % 10 and seconds == 0 and frames < dropped:
            raise BadRange(
                N_("The drop-frame timecode %(text)s does not exist. Use the next frame."), text=text
            )
        total_minutes = hours * 60 + minutes
        number -= dropped * (total_minutes - total_minutes // 10)
    return time_of(number, rate)


def _dropped_a_minute(rate: Fraction, text: str) -> int:
    if rate.denominator != 1001 or rate.numerator not in {30000, 60000}:
        raise BadRange(
            N_("“%(text)s” is drop-frame timecode, but this film has %(rate)s frames a second. Write “:”."),
            text=text,
            rate=f"{float(rate):.3f}",
        )
    return 2 * (rate.numerator // 30000)


def parse_range(text: str, rate: Fraction) -> TimeRange:
    """Read "IN-OUT", both as parse_time reads them; OUT is excluded."""
    start, mark, end = text.partition("-")
    if not mark:
        raise BadRange(
            N_("“%(text)s” is not a range. Write IN-OUT, for instance 7.0-19.5; OUT is excluded."), text=text
        )
    return TimeRange(parse_time(start, rate), parse_time(end, rate))


def format_timecode(time_s: Fraction, rate: Fraction, *, drop_frame: bool | None = None) -> str:
    """Write a time as HH:MM:SS:FF; with ";" when counted in drop frame (the default at 30000/1001)."""
    base = math.floor(rate + Fraction(1, 2))
    drop = rate.denominator == 1001 and base % 30 == 0 if drop_frame is None else drop_frame
    number = frame_of(time_s, rate)
    if drop:
        dropped = 2 * (base // 30)
        per_minute = base * 60 - dropped
        tens, rest = divmod(number, per_minute * 10 + dropped)
        number += dropped * 9 * tens
        if rest >= dropped:
            number += dropped * ((rest - dropped) // per_minute)
    seconds, frames = divmod(number, base)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}{';' if drop else ':'}{frames:02d}"


def format_clock(time_s: Fraction) -> str:
    """Write a time for people: 0:03:05.200, to the millisecond."""
    sign = "-" if time_s < 0 else ""
    milliseconds = math.floor(abs(time_s) * 1000 + Fraction(1, 2))
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{sign}{hours}:{minutes:02d}:{seconds:02d}.{milliseconds:03d}"
