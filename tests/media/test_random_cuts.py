"""Hundreds of random cuts, each read back picture by picture (A12, A15, issue 3 "must also hold")."""

import dataclasses
import math
import random
from fractions import Fraction

import pytest

from media.cut import cut
from media.plan import EditList
from media.timecode import TimeRange
from tests.marks import mostly_slow

from .numbered import CLICK_EVERY, CLOCK, KINDS, RATES, SMALL, heard_clicks, make_film, read_barcodes

# 15 kinds at 5 rates with 7 cuts each: 525.
CUTS = 7
SYNC_S = 0.010
EDGE = Fraction(1, 100)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("numbered")


def random_spans(chance, film):
    """Choose one to three ranges between pictures; some of one picture, some to the very end."""
    # How long the last picture of a film of varying rate lasts stands nowhere.
    last = len(film.times) - film.is_vfr
    spans = []
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        first = chance.randrange(last)
        end = chance.choice(
            (chance.randrange(first + 1, last + 1), chance.randrange(first + 1, last + 1), last)
        )
        spans.append((first, end))
    return spans


def time_of_picture(film, number):
    return film.times[number] if number < len(film.times) else film.end


def wanted(film, first, end, rate):
    """Give for each picture of the result the numbers that are right, mostly one.

    The result shows what the source shows at each point of its grid (a tenth of a picture later, so that no
    rounding counts). Where a picture changes within the rounding of the container's clock, both are right.
    """
    start, stop = time_of_picture(film, first), time_of_picture(film, end)
    grid = (stop - start) * rate
    keeps_all = rate >= film.rate or film.is_vfr
    count = math.ceil(grid) if keeps_all else max(1, math.floor(grid + Fraction(1, 2)))
    offset, clock = Fraction(1, 10) / max(film.rate, rate), CLOCK[film.kind.ending]
    asked = set(film.numbers[first:end])
    points = [start + k / rate + offset for k in range(count)]
    answers = [
        {film.shown_at(point - clock), film.shown_at(point), film.shown_at(point + clock)} & asked
        or {film.numbers[end - 1]}
        for point in points
    ]
    answers[0] = {film.numbers[first]}
    return answers


def clicks_of(film, spans, rate):
    """Give when clicks are to be heard in the result; the last ones of a range may be cut off."""
    at, sure, possible = Fraction(0), [], []
    for first, end in spans:
        start, length = time_of_picture(film, first), len(wanted(film, first, end, rate)) / rate
        for number, time in zip(film.numbers, film.times, strict=True):
            is_heard = film.kind.picture_at + film.at(number) >= film.kind.sound_at
            if is_heard and number % CLICK_EVERY == 0 and -EDGE <= time - start <= length + EDGE:
                heard = float(at + time - start)
                possible.append(heard)
                if start <= time < start + length - Fraction(1, 50):
                    sure.append(heard)
        at += length
    return sure, possible


def check_cut(film, out, chance):
    spans = random_spans(chance, film)
    rate = chance.choice((film.rate, film.rate, Fraction(25)))
    lane = chance.choice(("auto", "auto", "encode"))
    delivery = dataclasses.replace(SMALL, rate=rate)
    ranges = [TimeRange(time_of_picture(film, first), time_of_picture(film, end)) for first, end in spans]
    told = f"{film.path.name} {spans} at {rate} by {lane}"
    made = cut(EditList.of(film.path, ranges), out, delivery, lane=lane)
    right = [answer for first, end in spans for answer in wanted(film, first, end, rate)]
    found = read_barcodes(out)
    assert len(found) == len(right) == made.frames, told
    wrong = [
        (place, n, answer)
        for place, (n, answer) in enumerate(zip(found, right, strict=True))
        if n not in answer
    ]
    assert wrong == [], told
    heard = heard_clicks(out)
    sure, possible = clicks_of(film, spans, rate)
    if sure:
        # A sound that is cut in the middle may be heard or not; none may be heard where none is.
        assert [asked for asked in sure if min(abs(heard - asked)) >= SYNC_S] == [], told
        assert [one for one in heard if min(abs(asked - one) for asked in possible) >= SYNC_S] == [], told
    return made.lane


SAMPLE = [
    ("B pyramids", "25"), ("edit list", "24"), ("leading sound", "50"), ("varying rate", "29.97"),
    ("mkv", "60"), ("open transport stream, leading sound", "29.97"), ("edit list over open groups", "25"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "rate"), mostly_slow(SAMPLE, 1, 2, 5))
def test_a_few_of_the_random_cuts(folder, tmp_path, kind, rate):
    """The whole number is cut in the slow suite."""
    film = make_film(folder, kind, rate, seconds=3)
    chance = random.Random(f"{kind} {rate} sample")  # noqa: S311 - as below
    check_cut(film, tmp_path / "clip.mp4", chance)


def test_the_sound_of_a_film_with_an_edit_list_begins_with_its_picture(folder, tmp_path):
    """ffmpeg lands late in the sound after a seek, by as much as the list leaves out."""
    film = make_film(folder, "edit list", "24")
    span = TimeRange(film.times[53], film.times[78])
    cut(EditList.of(film.path, [span]), tmp_path / "clip.mp4", dataclasses.replace(SMALL, rate=film.rate))
    assert film.numbers[53] % CLICK_EVERY == 0
    assert abs(heard_clicks(tmp_path / "clip.mp4")[0]) < SYNC_S


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("kind", KINDS)
def test_random_cuts_hold_exactly_the_asked_frames_and_their_sound(folder, tmp_path, kind, rate):
    film = make_film(folder, kind, rate)
    chance = random.Random(f"{kind} {rate}")  # noqa: S311 - a repeatable choice of cuts, no secret
    for number in range(CUTS):
        check_cut(film, tmp_path / f"{number}.mp4", chance)
