from fractions import Fraction
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from media.errors import Unsupported
from media.evidence import evidence, plain_caption
from media.findings import Finding
from media.pictures import Region
from media.timecode import TimeRange

# Not the font that Pillow brings along, which knows Latin letters alone.
GREEK = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
PLACE = Region(0.5, 0.25, 0.75, 0.5)


def spans(*pairs):
    return tuple(TimeRange(Fraction(start), Fraction(end)) for start, end in pairs)


def fault(**changes):
    return Finding(**{"rule": "marks", "verdict": "warn", "measured": "0.90", "regions": (PLACE,)} | changes)


@pytest.fixture(scope="module")
def source(films):
    return films(frames=100)


def reddish(shown, x, y):
    red, green, blue = shown.getpixel((x, y))
    return red > 150 and max(green, blue) < 110


def test_the_fault_is_framed_at_its_place(source, tmp_path):
    (shot,) = evidence(source, fault(), tmp_path, most=1, caption=None)
    with Image.open(shot.path) as shown:
        width, height = shown.size
        assert reddish(shown, width // 2 + 1, round(height * 0.375))
        assert not reddish(shown, 1, height // 2)


def test_pictures_show_the_middles_of_the_longest_ranges_in_order(source, tmp_path):
    finding = fault(rule="focus", regions=(), ranges=spans((3, 4), (0, "0.2"), (1, 2)))
    shots = evidence(source, finding, tmp_path, most=2)
    assert [shot.moment for shot in shots] == [Fraction(3, 2), Fraction(7, 2)]
    assert [shot.path.name for shot in shots] == ["focus-1.jpg", "focus-2.jpg"]


def test_the_caption_is_written_with_the_font_that_was_given(source, tmp_path):
    """Issue 3: in the reader's language; without a font only what is Latin can be written."""
    words = "Σήμα στη γωνία"

    def caption(finding, moment):
        return f"{words} {finding.measured} {moment}"

    made = {}
    for name, font in (("with", GREEK), ("without", None)):
        (shot,) = evidence(source, fault(), tmp_path / name, most=1, caption=caption, font_path=font)
        with Image.open(shot.path) as shown:
            made[name] = np.asarray(shown.convert("L")).astype(int)
    height, width = made["with"].shape
    size, thick = max(12, height // 30), max(2, width // 320)
    drawn = Image.new("L", (width, height))
    font = ImageFont.truetype(str(GREEK), size)
    ImageDraw.Draw(drawn).text((3 * thick, 3 * thick), words, font=font, fill=255)
    box = drawn.getbbox()
    wanted = np.asarray(drawn.crop(box)).astype(int)
    alike = {
        name: np.corrcoef(wanted.ravel(), plane[box[1] : box[3], box[0] : box[2]].ravel())[0, 1]
        for name, plane in made.items()
    }
    assert alike["with"] > 0.85
    assert alike["without"] < 0.5


def test_the_plain_caption_says_rule_measure_and_timecode():
    assert plain_caption(fault(), "00:00:01:00") == "marks  0.90  00:00:01:00"


def test_a_font_that_cannot_be_read_is_named(source, tmp_path):
    font = tmp_path / "broken.ttf"
    font.write_bytes(b"no font")
    with pytest.raises(Unsupported, match=r"broken\.ttf"):
        evidence(source, fault(), tmp_path, most=1, font_path=font)
    assert list(tmp_path.glob("*.jpg")) == []


def test_what_is_heard_or_written_in_the_header_has_no_picture(source, tmp_path):
    assert evidence(source, fault(rule="loudness"), tmp_path) == ()
    assert evidence(source, fault(rule="container"), tmp_path) == ()
