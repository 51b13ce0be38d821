"""The house style of a programme: profile data that cards and covers are drawn with (A12, P15, P17)."""

from __future__ import annotations

import io
from fractions import Fraction

import pytest
from PIL import Image

from campaign import footage
from campaign.programmes.profiles import ProfileError, load
from campaign.programmes.shapes import HouseStyle

BASE = 'extends = "hubei-2024"\nprovince_code = "42"\n'
pytestmark = pytest.mark.usefixtures("fonts")


def looked(**changes):
    usual = {"background": (250, 248, 244), "accent": (179, 38, 30), "logo": None, "align": "left"}
    return usual | {"light_titles": False} | changes


def drawn(app, **changes):
    style = footage.house_style(app.config["SETTINGS"].data_dir, looked(**changes))
    return Image.open(io.BytesIO(footage.card_preview("建功支点", "湖北", style, width=640)))


def profile(tmp_path, style):
    (tmp_path / "test-2024.toml").write_text(BASE + f"[style]\n{style}\n", encoding="utf-8")
    return load("test-2024", tmp_path)


def test_a_province_lays_its_colours_and_slogan_over_the_national_style(tmp_path):
    found = profile(tmp_path, 'accent = "#0055aa"\nalign = "centre"\nslogan = "企业创新"').style
    assert found == HouseStyle(accent="#0055aa", align="centre", slogan="企业创新")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('accent = "red"', "style.accent: must be a colour such as #b3261e"),
        ('align = "right"', "style.align: must be one of left, centre"),
        ("opening_s = 31", "style.opening_s: must be 1 to 30"),
        ('logo = "../logo.png"', "style.logo: must be the name of a file beside the profile"),
    ],
)
def test_a_style_that_cannot_be_drawn_is_refused_by_file_and_key(tmp_path, text, said):
    with pytest.raises(ProfileError) as refusal:
        profile(tmp_path, text)
    assert str(refusal.value) == f"Profile test-2024.toml, key {said}"


def test_a_card_is_drawn_on_the_ground_and_at_the_place_of_the_style(app):
    with (
        drawn(app, background=(0, 60, 120)) as blue,
        drawn(app, align="centre") as centred,
        drawn(app) as left,
    ):
        ground = blue.getpixel((5, 5))
        first = [
            min(x for x in range(640) if picture.getpixel((x, y))[1] < 100)
            for picture, y in marks(left, centred)
        ]
    assert all(abs(found - wanted) <= 3 for found, wanted in zip(ground, (0, 60, 120), strict=True))
    assert (first[0] < 80, first[1] > 250) == (True, True)


def marks(*pictures):
    """The row of the red mark above the title, of each picture."""
    for picture in pictures:
        row = next(
            y for y in range(picture.height)
            if any(picture.getpixel((x, y))[0] > 140 and picture.getpixel((x, y))[1] < 90 for x in range(640))
        )  # fmt: skip
        yield picture, row + 1


def test_the_logo_stands_in_the_upper_right_corner(app, tmp_path):
    logo = tmp_path / "logo.png"
    Image.new("RGB", (40, 40), (0, 140, 0)).save(logo)
    with drawn(app, logo=logo) as card:
        found = [x for x in range(640) if card.getpixel((x, 30))[1] > card.getpixel((x, 30))[0] + 60]
    assert (min(found) > 560, max(found) < 620) == (True, True)


def test_the_style_is_part_of_what_decides_the_pictures_and_the_plain_one_changes_nothing():
    """A dressed clip with other colours is another clip; an undressed one is not."""
    spans = [("a" * 64, Fraction(0), Fraction(1))]
    card = {"opening": {"title": "片头", "subtitle": "", "length": "3"}}

    def hashed(dress, look):
        return footage.fingerprint(spans, "master", dress, look=look)

    assert hashed(card, None) == hashed(card, looked())
    assert hashed(card, looked()) != hashed(card, looked(accent=(0, 85, 170)))
    assert hashed(None, looked()) == hashed(None, looked(accent=(0, 85, 170)))
