"""Colours of every kind come out as BT.709, measured on patches of known values (issue 3 point 4)."""

import dataclasses
import math
from fractions import Fraction

import pytest

from media.cut import cut
from media.deliveries import MASTER
from media.graph import DIFFUSE_WHITE_CD, TONE_KNEE, TONE_PEAK
from media.plan import EditList
from media.probe import probe
from media.timecode import TimeRange
from tests.media.patches import coded, patch_film, patches_of

SMALL = dataclasses.replace(MASTER, width=640, height=360, preset="ultrafast", level="3.1", crf=6)
COLOURS = [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0.5, 0.5, 0.5), (0.75, 0.25, 0.5), (1, 1, 0)]
# The purest colours of BT.709 are nearly dark in one primary of BT.2020, where ten bits are coarse.
SOFT = [
    (0.8, 0.3, 0.3),
    (0.3, 0.8, 0.3),
    (0.3, 0.3, 0.8),
    (0.5, 0.5, 0.5),
    (0.75, 0.25, 0.5),
    (0.8, 0.8, 0.3),
]
LIGHTS = [0, 5, 20, 50, 100, 203, 400, 1000]


def colours_after(film, folder, count):
    out = folder / "clip.mp4"
    cut(EditList.of(film, [TimeRange(Fraction(0), Fraction(2, 5))]), out, SMALL)
    picture = probe(out).picture
    assert (picture.pix_fmt, picture.color_range) == ("yuv420p", "tv")
    assert (picture.color_space, picture.color_primaries, picture.color_transfer) == ("bt709",) * 3
    return patches_of(out, count)


def furthest(found, expected):
    return max(
        abs(a - b)
        for one, other in zip(found, expected, strict=True)
        for a, b in zip(one, other, strict=True)
    )


@pytest.mark.parametrize(
    ("tags", "matrix", "form"),
    [
        ("bt709", "bt709", {}),
        ("bt601-625", "bt601", {}),
        pytest.param("bt601-525", "bt601", {}, marks=pytest.mark.slow),
        ("none", "bt601", {}),
        pytest.param("none", "bt709", {"size": (1280, 720)}, marks=pytest.mark.slow),
        pytest.param("bt709", "bt709", {"full": True}, marks=pytest.mark.slow),
        ("bt709", "bt709", {"pix_fmt": "yuv422p10le"}),
        pytest.param("bt709", "bt709", {"pix_fmt": "yuv444p"}, marks=pytest.mark.slow),
    ],
    ids=[
        "709",
        "601-625",
        "601-525",
        "small untagged",
        "large untagged",
        "full range",
        "10 bit 4:2:2",
        "4:4:4",
    ],
)
def test_colours_keep_their_looks(tmp_path, tags, matrix, form):
    bits = 10 if "10" in form.get("pix_fmt", "") else 8
    drawn = [coded(colour, matrix, bits, full=form.get("full", False)) for colour in COLOURS]
    film = patch_film(tmp_path / "film.mkv", drawn, tags, frames=12, **form)
    found = colours_after(film, tmp_path, len(COLOURS))
    # One step is rounding; the wrong matrix or range is 10 and more off.
    assert furthest(found, [coded(colour, "bt709") for colour in COLOURS]) <= 2


def bent(light):
    """Keep light up to the knee and bend it above (Möbius), diffuse white being 1."""
    if light <= TONE_KNEE:
        return light
    knee, peak = TONE_KNEE, TONE_PEAK
    low = -knee * knee * (peak - 1) / (knee * knee - 2 * knee + peak)
    high = (knee * knee - 2 * knee * peak + peak) / (peak - 1)
    return (high * high + 2 * high * knee + knee * knee) / (high - low) * (light + low) / (light + high)


def pq(light):
    """SMPTE ST 2084: the signal of a light in cd/m2."""
    root = (light / 10_000) ** 0.1593017578125
    return ((0.8359375 + 18.8515625 * root) / (1 + 18.6875 * root)) ** 78.84375


def hlg(light):
    """ARIB STD-B67 on a screen of 1,000 cd/m2: the signal of a grey light."""
    scene = (light / 1000) ** (1 / 1.2)
    return (
        math.sqrt(3 * scene)
        if scene <= 1 / 12
        else 0.17883277 * math.log(12 * scene - 0.28466892) + 0.55991073
    )


@pytest.mark.parametrize(("tags", "signal"), [("pq", pq), pytest.param("hlg", hlg, marks=pytest.mark.slow)])
def test_the_light_of_hdr_is_kept_below_the_knee_and_bent_above(tmp_path, tags, signal):
    drawn = [coded((signal(light),) * 3, "bt2020", 10) for light in LIGHTS]
    film = patch_film(tmp_path / "film.mkv", drawn, tags, pix_fmt="yuv420p10le", frames=12)
    # A screen for BT.709 shows signals by a power of 2.4 (BT.1886).
    levels = [bent(light / DIFFUSE_WHITE_CD) ** (1 / 2.4) for light in LIGHTS]
    expected = [coded((level,) * 3, "bt709") for level in levels]
    assert furthest(colours_after(film, tmp_path, len(LIGHTS)), expected) <= 2


def test_the_wide_colours_of_hdr_become_those_of_bt709(tmp_path):
    # BT.2087: linear light of BT.709 in the primaries of BT.2020.
    wider = ((0.6274, 0.3293, 0.0433), (0.0691, 0.9195, 0.0114), (0.0164, 0.0880, 0.8956))
    drawn = []
    for colour in SOFT:
        light = [part**2.4 * TONE_KNEE * DIFFUSE_WHITE_CD for part in colour]
        wide = [sum(weight * part for weight, part in zip(row, light, strict=True)) for row in wider]
        drawn.append(coded([pq(part) for part in wide], "bt2020", 10))
    film = patch_film(tmp_path / "film.mkv", drawn, "pq", pix_fmt="yuv420p10le", frames=12)
    scale = TONE_KNEE ** (1 / 2.4)
    expected = [coded([part * scale for part in colour], "bt709") for colour in SOFT]
    assert furthest(colours_after(film, tmp_path, len(SOFT)), expected) <= 2
