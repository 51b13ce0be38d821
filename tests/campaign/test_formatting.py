"""How dates, money, sizes and shares are written (ux.md, principle 7)."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

from campaign import formatting as f
from campaign.icons import icon_svg

EVENING = dt.datetime(2024, 10, 30, 18, 30, tzinfo=dt.UTC)


def test_a_moment_is_shown_in_shanghai_even_over_midnight():
    assert (f.date_zh(EVENING), f.time_zh(EVENING), f.datetime_zh(EVENING)) == (
        "2024年10月31日",
        "02:30",
        "2024年10月31日 02:30",
    )
    assert f.datetime_zh(EVENING.replace(tzinfo=None)) == "2024年10月31日 02:30"


def test_a_day_and_a_time_of_day_stay_as_they_are():
    assert (
        f.date_zh(dt.date(2024, 9, 1)),
        f.date_short(dt.date(2024, 9, 1)),
        f.time_zh(dt.time(14, 30)),
    ) == (
        "2024年9月1日",
        "9月1日",
        "14:30",
    )


@pytest.mark.parametrize(
    ("fen", "text"), [(123450, "1,234.50元"), (5, "0.05元"), (0, "0.00元"), (-123405, "-1,234.05元")]
)
def test_money_is_fen_written_as_yuan(fen, text):
    assert f.money(fen) == text


@pytest.mark.parametrize(("value", "text"), [(0.31, "31.0 %"), (Fraction(1, 3), "33.3 %"), (1, "100.0 %")])
def test_a_share_has_one_decimal(value, text):
    assert f.share(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(125, "2:05"), (59.6, "1:00"), (3725, "1:02:05"), (Fraction(3001, 25), "2:00"), (0, "0:00")],
)
def test_a_duration_is_minutes_and_seconds(value, text):
    assert f.duration(value) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (512, "512 B"),
        (1536, "1.5 KB"),
        (1024**2 - 1, "1.0 MB"),
        (400 * 1024**2, "400.0 MB"),
        (3 * 1024**4, "3.0 TB"),
    ],
)
def test_sizes_step_by_1024(size, text):
    assert f.size_in_words(size) == text


@pytest.mark.parametrize(("value", "text"), [(1234, "1,234"), (2.0, "2"), (1234.56, "1,234.6")])
def test_numbers_part_their_thousands(value, text):
    assert f.number(value) == text


@pytest.mark.parametrize("name", sorted(f.FILTERS))
def test_a_missing_value_is_a_dash(name):
    assert f.FILTERS[name](None) == "—"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (5, "just now"),
        (60, "1 minute ago"),
        (7300, "2 hours ago"),
        (3 * 86400, "3 days ago"),
        (8 * 86400, "2024年10月31日"),
    ],
)
def test_how_long_ago(app, seconds, text):
    with app.test_request_context("/"):
        from flask_babel import force_locale

        with force_locale("en"):
            assert f.ago(EVENING, EVENING + dt.timedelta(seconds=seconds)) == text


def test_an_icon_is_decoration_unless_it_is_labelled_and_a_label_is_escaped():
    assert 'aria-hidden="true"' in icon_svg("film")
    assert 'aria-label="&lt;b&gt;"' in icon_svg("film", "<b>")


def test_an_icon_that_does_not_exist_is_an_error():
    with pytest.raises(KeyError):
        icon_svg("no-such-icon")
