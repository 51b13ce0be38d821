"""Times as text, text as times, times on frames."""

# ruff: noqa: PLC0415 - engines are imported late, see the package

from __future__ import annotations

from fractions import Fraction

from campaign.footage.refusals import in_our_words


def parse_time(text: str, rate: Fraction) -> Fraction:
    """Seconds, a clock or a timecode as exact seconds; refuses what is none of them."""
    from media import timecode

    with in_our_words():
        return timecode.parse_time(text, rate)


def timecode(time_s: Fraction, rate: Fraction) -> str:
    """HH:MM:SS:FF."""
    from media import timecode as times

    return times.format_timecode(time_s, rate)


def clock(time_s: Fraction) -> str:
    """0:03:05.200."""
    from media import timecode as times

    return times.format_clock(time_s)


def on_frame(time_s: Fraction, rate: Fraction) -> Fraction:
    """Give the border of the frame nearest to a time."""
    from media import timecode as times

    return times.time_of(times.frame_of(time_s, rate), rate)
