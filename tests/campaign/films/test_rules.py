from __future__ import annotations

from fractions import Fraction

import pytest

from campaign.films import rules
from campaign.films.rules import Span


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("高效换热器.mp4", "高效换热器.mp4"),
        ("C:\\films\\a.mp4", "a.mp4"),
        ("../../etc/passwd", "passwd"),
        ('a<b>:"c"\x00|?*.mp4', "a_b_c_.mp4"),
        ("  .mp4 ", "mp4"),
        ("", "film.mp4"),
        ("长" * 300 + ".mp4", "长" * 196 + ".mp4"),
    ],
)
def test_a_file_name_loses_folders_and_what_no_disk_takes(name, clean):
    assert rules.clean_file_name(name) == clean


def test_a_download_is_named_as_the_notices_write_names():
    """P10, P16."""
    assert rules.download_name(["广州市", "", "换热/器", "两分钟版"], ".mp4") == "广州市+换热_器+两分钟版.mp4"


@pytest.mark.parametrize(
    ("duration", "verdict"),
    [
        (Fraction(104, 1), "short"),
        (Fraction(105), "fits"),
        (Fraction(135), "fits"),
        (Fraction(135) + Fraction(1, 25), "long"),
    ],
)
def test_about_two_minutes_is_two_minutes_within_the_tolerance(duration, verdict):
    """A12."""
    assert rules.length_verdict(duration, standard_s=120, tolerance_s=15) == verdict


def test_ranges_add_up_exactly():
    spans = [Span(1, Fraction(0), Fraction(1001, 30000)), Span(1, Fraction(1), Fraction(2))]
    assert rules.total(spans) == Fraction(31001, 30000)


def test_a_range_runs_forward_and_ends_with_the_film():
    assert rules.span_problem(1, Span(1, Fraction(1), Fraction(4)), Fraction(4), "4") is None
    assert rules.span_problem(1, Span(1, Fraction(1), Fraction(1)), Fraction(4), "4").side == "out"
    assert rules.span_problem(1, Span(1, Fraction(1), Fraction(5)), Fraction(4), "4").side == "out"
    assert rules.span_problem(1, Span(1, Fraction(4), Fraction(5)), Fraction(4), "4").side == "in"
