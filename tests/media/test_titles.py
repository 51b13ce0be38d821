from fractions import Fraction
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from PIL import ImageFont

from media.dress import Card, Style
from media.errors import Unsupported
from media.probe import probe
from media.specimen import make_demo_film
from media.titles import (
    Face,
    balanced,
    card_pictures,
    draw_card,
    draw_lower_third,
    draw_name,
    draw_subtitle,
    whole_card,
    wrapped,
)

# Any real font does for the geometry; it comes with a library that is installed anyway.
FONT = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"


def test_a_long_title_is_made_to_fit_the_card():
    image = draw_card("企业典型创新案例" * 12, font_path=FONT, subtitle="完成单位", width=960, height=540)
    drawn = np.argwhere(np.asarray(image.convert("L")) < 200)
    assert image.size == (960, 540)
    assert drawn[:, 1].max() < 960 - 40
    assert drawn[:, 0].min() > 20
    assert drawn[:, 0].max() < 540 - 20


def test_lines_break_at_spaces_and_never_before_a_comma():
    font = ImageFont.truetype(str(FONT), 20)
    width = int(font.getlength("one two three") + 2)
    assert wrapped("one two three four", font, width) == ["one two three", "four"]
    assert all(not line.startswith("，") for line in wrapped("创新，" * 20, font, 100))
    assert wrapped("", font, 100) == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_typed_line_stays_a_line_however_its_end_is_written(end):
    """A text field of a browser sends CR LF; Pillow's layout engine raises on a carriage return."""
    font = Face(FONT, 20)
    assert wrapped(f"one, two{end}three", font, 400) == ["one, two", "three"]
    assert balanced(f"one, two{end}three", font, 400) == ["one, two", "three"]
    assert balanced("one\ttwo", font, 400) == ["one two"]
    image = draw_card("one", font_path=FONT, subtitle=f"two{end}three", width=640, height=360)
    assert (
        image.tobytes()
        == draw_card("one", font_path=FONT, subtitle="two\nthree", width=640, height=360).tobytes()
    )


def test_a_lower_third_leaves_the_picture_free():
    image = draw_lower_third("某某某", "总工程师", font_path=FONT)
    left, top, right, bottom = image.getbbox()
    assert top > 1080 * 0.7
    assert bottom <= 1080 * 0.92
    assert right < 1920 * 0.9
    assert left > 0


def test_a_font_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(Unsupported, match=r"none\.ttf"):
        draw_card("x", font_path=tmp_path / "none.ttf")


@pytest.mark.parametrize("kind", ["opening", "end"])
def test_a_card_rests_whole_at_the_outer_end_of_the_film_and_moves_at_the_inner_one(kind):
    style, size = Style(FONT), (320, 180)
    card = Card("case", "x", Fraction(1))
    pictures = dict(card_pictures(card, kind, style, size, Fraction(25), 25))
    whole = np.asarray(whole_card(card, style, size), np.int16)
    outer, inner = (0, 24) if kind == "opening" else (max(pictures), 0)
    assert np.abs(pictures[outer] - whole).mean() < 0.1
    assert np.abs(pictures[inner] - whole).mean() > 1
    # A picture stands until the next one, so that a card at rest is drawn once.
    assert sorted(pictures) == ([0, *range(19, 25)] if kind == "opening" else list(range(7)))


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (1080, 1080), (640, 360)])
def test_names_stand_over_subtitles_and_both_within_the_frame(size):
    """The longest subtitle has three lines."""
    width, height = size
    name = draw_name("Name", "Role", Style(FONT), width, height, above_subtitles=True).getbbox()
    text = draw_subtitle("word " * 30, Style(FONT), width, height).getbbox()
    assert name[3] <= text[1]
    assert width * 0.04 < text[0]
    assert text[2] < width * 0.96
    assert text[3] < height * (0.84 if height > width else 0.97)
    # A phone is held closer, but its picture is a few centimetres wide.
    assert draw_subtitle("x", Style(FONT), width, height).getbbox()[3] > height * 0.7


def test_a_character_that_the_font_lacks_comes_from_another_font():
    face = Face(FONT, 40, (Path(mpl.get_data_path()) / "fonts" / "ttf" / "STIXGeneral.ttf",))
    # DejaVu knows no ideograms and neither does STIX: the first font draws its box.
    assert [run for _, run in face.runs("ab国")] == ["ab国"]
    stretches = [(Path(font.path).name, run) for font, run in face.runs("a\u231ab")]
    assert stretches == [("DejaVuSans.ttf", "a"), ("STIXGeneral.ttf", "\u231a"), ("DejaVuSans.ttf", "b")]


def test_two_lines_part_where_one_pauses():
    font = ImageFont.truetype(str(FONT), 20)
    width = font.getlength("柔性产线：三百次试验换来")
    assert balanced("柔性产线：三百次试验换来的高效", font, width) == ["柔性产线：", "三百次试验换来的高效"]
    # Not for a mere rest.
    assert len(balanced("产线：三百次试验换来的高效换热器", font, width)[0]) > 5


def test_lines_are_about_equally_long():
    font = ImageFont.truetype(str(FONT), 20)
    lengths = [font.getlength(line) for line in balanced("字" * 21, font, font.getlength("字" * 20))]
    assert len(lengths) == 2
    assert min(lengths) > 0.75 * max(lengths)


@pytest.mark.slow
def test_the_demonstration_film_is_what_an_enterprise_sends_in(tmp_path):
    """Issue 2: 1080p25, H.264 and AAC, whole, with changing scenes."""
    told = []
    out = make_demo_film(
        tmp_path / "film.mp4",
        title="齿轮",
        scenes=["园区", "产线"],
        font_path=FONT,
        duration_s=9,
        on_progress=told.append,
    )
    info = probe(out)
    picture, sound = info.picture, info.sound
    assert (picture.codec, picture.width, picture.height, picture.rate) == ("h264", 1920, 1080, 25)
    assert (picture.frame_count, info.duration, info.problems) == (225, 9, ())
    assert (sound.codec, sound.layout) == ("aac", "stereo")
    assert told == sorted(told)
    assert told[-1] == 1.0
