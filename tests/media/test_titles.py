from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from PIL import ImageFont

from media.errors import Unsupported
from media.probe import probe
from media.specimen import make_demo_film
from media.titles import draw_card, draw_lower_third, make_card_clip, wrapped

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


def test_a_card_becomes_a_clip(tmp_path):
    out = make_card_clip(
        tmp_path / "card.mp4", "案例", font_path=FONT, subtitle="x", duration_s=0.4, size=(320, 180)
    )
    info = probe(out)
    assert (info.picture.width, info.picture.frame_count, info.picture.rate) == (320, 10, 25)
    assert [path.name for path in tmp_path.iterdir()] == ["card.mp4"]


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
