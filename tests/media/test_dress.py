"""What a clip wears: data that reads from and writes to JSON, and refuses what makes no sense."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from media.dress import Card, Cue, Dress, LowerThird, Music, Style, one_at_a_time
from media.errors import BadDress

WHOLE = Dress(
    opening=Card("标题", "完成单位", Fraction(5, 2)),
    end=Card("谢谢"),
    lower_thirds=(LowerThird("王工", "总工程师", Fraction(1), Fraction(7, 3)),),
    subtitles=(Cue(Fraction(0), Fraction(1), "一\n二"),),
    music=Music(Path("bed.mp3"), "配乐.mp3", -6.0, -18.0, Fraction(1), Fraction(3), Fraction(1)),
    style=Style(Path("a.ttf"), Path("b.ttf"), (Path("c.ttf"),), accent=(1, 2, 3)),
)


@pytest.mark.parametrize("dress", [WHOLE, Dress()])
def test_json_keeps_everything_exactly(dress):
    assert Dress.from_json(json.loads(json.dumps(dress.to_json()))) == dress


def test_people_may_write_seconds_and_clocks():
    told = {
        "subtitles": [{"start": 1.5, "end": "0:03.25", "text": "x"}],
        "opening": {"title": "a", "length": "5/2"},
    }
    dress = Dress.from_json(told)
    assert dress.subtitles == (Cue(Fraction(3, 2), Fraction(13, 4), "x"),)
    assert dress.opening == Card("a", length=Fraction(5, 2))


def test_files_are_looked_for_where_the_reader_says():
    told = {"music": {"path": "bed.mp3"}}
    assert Dress.from_json(told, place=lambda text: Path("/jobs") / text).music.path == Path("/jobs/bed.mp3")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ([], "dress"),
        ({"titel": {}}, "titel"),
        ({"opening": {"title": ""}}, "no title"),
        ({"opening": {"title": 5}}, "opening.title"),
        ({"opening": {"title": "x", "length": 0}}, "more than 0"),
        ({"opening": {"title": "x", "length": "1/0"}}, "opening.length"),
        ({"end": {"title": "x" * 201}}, "longer than 200"),
        ({"subtitles": {"text": "x"}}, "subtitles"),
        ({"subtitles": [{"text": "x", "start": 2, "end": 1}]}, "start before the end"),
        ({"subtitles": [{"text": "x", "start": -1, "end": 1}]}, "not below 0"),
        ({"subtitles": [{"text": "x", "end": 1}]}, r"subtitles\[0\]\.start"),
        ({"subtitles": [{"text": "x", "start": True, "end": 1}]}, r"subtitles\[0\]\.start"),
        ({"lower_thirds": [{"name": " ", "start": 0, "end": 1}]}, "no name"),
        ({"music": {}}, r"music\.path"),
        ({"music": {"path": "a.mp3", "level_lu": 3}}, "at most 0 LU"),
        ({"music": {"path": "a.mp3", "level_lu": -20, "ducked_lu": -10}}, "a.mp3"),
        ({"music": {"path": "a.mp3", "fade_in": -1}}, "negative"),
        ({"music": {"path": "a.mp3", "level_lu": "loud"}}, "music.level_lu"),
        ({"style": {"font_path": "a.ttf", "ink": [0, 0]}}, "style.ink"),
        ({"style": {"font_path": "a.ttf", "ink": [0, 0, 300]}}, "0 to 255"),
        ({"style": {}}, "font_path"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(told, words):
    with pytest.raises(BadDress, match=words):
        Dress.from_json(told)


def test_a_style_alone_is_nothing_and_music_alone_needs_none():
    assert Dress(style=WHOLE.style).is_plain
    music = Dress(music=WHOLE.music)
    assert (music.is_plain, music.needs_style) == (False, False)


def test_a_fingerprint_knows_music_by_its_content_and_fonts_by_their_name():
    moved = Dress(
        music=Music(Path("elsewhere/copy.mp3"), "another name"),
        opening=Card("x"), style=Style(Path("there/a.ttf")),
    )  # fmt: skip
    here = Dress(music=Music(Path("bed.mp3")), opening=Card("x"), style=Style(Path("here/a.ttf")))
    hashes = {Path("elsewhere/copy.mp3"): "f" * 64, Path("bed.mp3"): "f" * 64}
    assert moved.told(hashes) == here.told(hashes)
    assert moved.told({**hashes, Path("elsewhere/copy.mp3"): "0" * 64}) != here.told(hashes)
    assert Dress(music=here.music, style=WHOLE.style).told(hashes) == Dress(music=here.music).told(hashes)


def test_subtitles_that_overlap_stand_under_each_other_for_so_long():
    cues = (
        Cue(Fraction(2), Fraction(4), "b"),
        Cue(Fraction(0), Fraction(3), "a"),
        Cue(Fraction(6), Fraction(7), "c"),
    )
    assert one_at_a_time(cues) == (
        Cue(Fraction(0), Fraction(2), "a"),
        Cue(Fraction(2), Fraction(3), "a\nb"),
        Cue(Fraction(3), Fraction(4), "b"),
        Cue(Fraction(6), Fraction(7), "c"),
    )
