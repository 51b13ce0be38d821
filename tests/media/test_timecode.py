from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.errors import BadRange
from media.timecode import (
    TimeRange,
    format_clock,
    format_timecode,
    frame_of,
    parse_range,
    parse_time,
    read_time,
    snap,
    time_of,
)

NTSC = Fraction(30000, 1001)
RATES = st.sampled_from(
    [Fraction(24), Fraction(25), NTSC, Fraction(50), Fraction(60000, 1001), Fraction(24000, 1001)]
)


@pytest.mark.parametrize(
    ("text", "rate", "time"),
    [
        ("7.0", Fraction(25), Fraction(7)),
        ("0", Fraction(25), Fraction(0)),
        ("169/24", Fraction(24), Fraction(169, 24)),
        ("19.48", Fraction(25), Fraction(1948, 100)),
        ("00:00:19:12", Fraction(25), Fraction(1948, 100)),
        ("01:00:00:00", Fraction(25), Fraction(3600)),
        ("1:07.5", Fraction(25), Fraction(135, 2)),
        ("00:01:00;02", NTSC, Fraction(1800) / NTSC),
        ("00:10:00;00", NTSC, Fraction(17982) / NTSC),
        ("00:01:00:00", NTSC, Fraction(1800) / NTSC),
    ],
)
def test_seconds_clocks_and_timecodes_are_read_exactly(text, rate, time):
    assert parse_time(text, rate) == time


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("", 25),
        ("-1", 25),
        ("abc", 25),
        ("1e3", 25),
        ("00:00:00:25", 25),
        ("00:00:01;00", 25),
        ("1:99", 25),
        ("nan", 25),
    ],
)
def test_what_is_no_time_is_refused(text, rate):
    with pytest.raises(BadRange):
        parse_time(text, Fraction(rate))


def test_a_drop_frame_number_that_is_left_out_is_refused():
    with pytest.raises(BadRange, match="does not exist"):
        parse_time("00:01:00;01", NTSC)


@given(frame=st.integers(0, 3_000_000), rate=RATES)
def test_every_frame_survives_writing_and_reading_its_timecode(frame, rate):
    time = time_of(frame, rate)
    assert parse_time(format_timecode(time, rate), rate) == time
    assert frame_of(time, rate) == frame


def test_a_range_is_read_and_its_end_is_excluded():
    assert parse_range("7.0-19.5", Fraction(25)) == TimeRange(Fraction(7), Fraction(39, 2))
    assert parse_range("00:00:07:00-00:00:19:12", Fraction(25)) == TimeRange(Fraction(7), Fraction(487, 25))


@pytest.mark.parametrize("text", ["7.0", "9-7", "7-7", "-", "7-"])
def test_an_empty_or_backward_range_is_refused(text):
    with pytest.raises(BadRange):
        parse_range(text, Fraction(25))


def test_a_short_decimal_finds_the_frame_it_means():
    # 169/24 is no short decimal; people write 7.0417.
    assert frame_of(Fraction("7.0417"), Fraction(24)) == 169
    assert snap(TimeRange(Fraction("7.0417"), Fraction("8.001")), Fraction(24)) == TimeRange(
        Fraction(169, 24), Fraction(8)
    )


def test_times_are_written_for_people_to_the_millisecond():
    assert format_clock(Fraction(1852, 10)) == "0:03:05.200"
    assert format_clock(Fraction(59_9999, 10000)) == "0:01:00.000"


def test_a_range_survives_json():
    span = TimeRange(Fraction(1001, 30000), Fraction(7, 3))
    assert TimeRange.from_json(span.to_json()) == span


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("1分30秒", Fraction(90)), ("1小时2分", Fraction(3720)), ("00：00：07：12", Fraction(187, 25)),
        ("0:07,480", Fraction(187, 25)), ("９０", Fraction(90)), ("7.5s", Fraction(15, 2)),
    ],
)  # fmt: skip
def test_times_are_read_as_people_write_them(text, time):
    assert read_time(text, Fraction(25)) == time
