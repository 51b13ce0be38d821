"""Subtitles: read whatever their form and encoding, looked over, moved to a clip, written."""

from fractions import Fraction

import pytest

from media.dress import Cue
from media.errors import BadDress
from media.subtitles import for_ranges, look_over, read_subtitles, within, write_srt
from media.timecode import TimeRange

SRT = (
    "1\n00:00:01,000 --> 00:00:02,500\n大家好，\n欢迎来到车间。\n\n"
    "2\n00:00:03,000 --> 00:00:04,040\n<i>谢谢</i>\n"
)
VTT = (
    "WEBVTT\n\nNOTE nothing\n\nfirst\n00:01.000 --> 00:02.500 align:start\n大家好，\n欢迎来到车间。\n\n"
    "00:03.000 --> 00:04.040\n<c.loud>谢谢</c>\n"
)
ASS = (
    "[Script Info]\nTitle: x\n\n[V4+ Styles]\nStyle: Default,Arial,20\n\n[Events]\n"
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    "Dialogue: 0,0:00:03.00,0:00:04.04,Default,,0,0,0,,{\\b1}谢谢\n"
    "Dialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,大家好，\\N欢迎来到车间。\n"
)
CUES = (
    Cue(Fraction(1), Fraction(5, 2), "大家好，\n欢迎来到车间。"),
    Cue(Fraction(3), Fraction(101, 25), "谢谢"),
)


def cue(start, end, text="字"):
    return Cue(Fraction(start), Fraction(end), text)


@pytest.mark.parametrize("text", [SRT, VTT, ASS], ids=["SRT", "WebVTT", "ASS"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_form_and_encoding_gives_the_same_cues(tmp_path, text, encoding):
    path = tmp_path / "a.txt"
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    assert read_subtitles(path) == CUES


def test_what_was_written_is_read_again(tmp_path):
    path = tmp_path / "a.srt"
    path.write_text(write_srt(CUES), "utf-8")
    assert read_subtitles(path) == CUES
    assert write_srt(CUES[1:]) == "1\n00:00:03,000 --> 00:00:04,040\n谢谢\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1\n00:00:02,000 --> 00:00:01,000\nx\n", r"Line 2 of a\.srt: the subtitle ends before"),
        ("1\n-00:00:02,000 --> 00:00:01,000\nx\n", r"Line 2 of a\.srt has no times"),
        ("1\n00:00:01,000 --> 00:00:02,000\nx\n\n2\n0:0:3 --> soon\ny\n", r"Line 6 of a\.srt has no times"),
        ("[Events]\nDialogue: 0,now,0:00:01.00,D,,0,0,0,,x\n", r"Line 2 of a\.srt has no times"),
        ("1\n00:00:01,000 --> 00:00:02,000\n" + "x" * 500 + "\n", r"Line 2 of a\.srt.*too long"),
        ("no subtitle at all", r"a\.srt holds no subtitle"),
        ("", r"a\.srt"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(tmp_path, text, words):
    path = tmp_path / "a.srt"
    path.write_text(text, "utf-8")
    with pytest.raises(BadDress, match=words):
        read_subtitles(path)


def test_subtitles_of_a_film_move_with_its_ranges_and_are_cut_at_their_borders():
    cues = [cue(1, 3, "a"), cue(4, 6, "b"), cue(8, 12, "c")]
    ranges = [TimeRange(Fraction(9), Fraction(11)), TimeRange(Fraction(2), Fraction(5))]
    assert for_ranges(cues, ranges) == (cue(0, 2, "c"), cue(2, 3, "a"), cue(4, 5, "b"))


def test_what_runs_over_the_end_is_cut_and_what_lies_behind_it_left_out():
    assert within([cue(1, 3), cue(5, 6)], Fraction(2)) == (cue(1, 2),)


def said(cues, length=60):
    return [str(note) for note in look_over(cues, Fraction(length))]


def test_good_subtitles_raise_no_remark():
    assert said([cue(0, 2, "这里每天下线三百台设备。"), cue(2, 4, "Three hundred a day.")]) == []


@pytest.mark.parametrize(
    ("cues", "words"),
    [
        ([cue(0, 1, "一二三四五六七八九十")], "10.0 characters a second, more than 9"),
        ([cue(0, 9, "字" * 31)], "a line of 31 characters, more than 30"),
        ([cue(59, 61)], "runs over the end"),
        ([cue(61, 62)], "lies behind the end"),
        ([cue(0, 3), cue(2, 4)], "begins before the one before ends"),
    ],
)
def test_what_is_hard_to_read_is_said_with_its_time(cues, words):
    (note,) = said(cues)
    assert words in note
    assert note.startswith("0:0")
