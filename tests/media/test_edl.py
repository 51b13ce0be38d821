"""EDL and FCPXML: read and written to the frame, as editing programs expect them (issue 4 point 6)."""

import re
import xml.etree.ElementTree as ET
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media import ffmpeg
from media.cutlist import Clip, read_list
from media.cutlist_write import write_edls, write_fcpxml, write_list
from media.deliveries import MASTER
from media.dress import Card, Dress, LowerThird
from media.edl import Named, reel_names, start_frame, write_edl
from media.errors import BadList
from media.plan import EditList, Entry, Source
from media.timecode import TimeRange

from .list_films import NTSC, RATES, film_info, material

FILMS = {"甲公司.mp4": film_info(), "PUMP3.mp4": film_info(NTSC, 9000), "B_CAM.mov": film_info()}


def read(tmp_path, text, films=FILMS, *, encoding="utf-8", name="list.edl", **changes):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return read_list(path, material(films, **changes))


def frames(clip, films):
    told = []
    for entry in clip.edit_list.entries:
        rate = films[entry.source.shown].picture.nominal_rate
        told.append((entry.source.shown, entry.range.start * rate, entry.range.end * rate))
    return told


def cut_of(films, *ranges):
    """Give an edit list of (film, first picture, picture behind the last)."""
    entries = []
    for name, first, end in ranges:
        rate = films[name].picture.nominal_rate
        entries.append(Entry(Source(Path(name), name), TimeRange(first / rate, end / rate)))
    return EditList(tuple(entries))


def facts(films):
    return {Path(name): info for name, info in films.items()}


SAMPLE = """TITLE: 年度 成片
FCM: NON-DROP FRAME

001  AX       V     C        00:00:10:00 00:00:12:12 01:00:00:00 01:00:02:12
* FROM CLIP NAME: 甲公司.mp4
001  AX       AA    C        00:00:10:00 00:00:12:12 01:00:00:00 01:00:02:12
002  B_CAM    AA/V  C        00:01:00:00 00:01:01:00 01:00:02:12 01:00:03:12
FCM: DROP FRAME
003  AX       V     C        00:01:00:02 00:01:01:02 01:00:03:12 01:00:04:12
* FROM CLIP NAME:  PUMP3
* SOURCE FILE: D:\\footage\\PUMP3.mp4
"""


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("name", ["list.edl", "list.txt"])
def test_events_become_the_ranges_of_one_clip(tmp_path, encoding, name):
    found = read(tmp_path, SAMPLE, encoding=encoding, name=name)
    assert found.faults == ()
    (clip,) = found.clips
    assert (clip.name, clip.rows) == ("年度 成片", (4, 7, 9))
    # In drop frame 00:01:00;02 is picture 1800, because ;00 and ;01 do not exist.
    assert frames(clip, FILMS) == [
        ("甲公司.mp4", 250, 312), ("B_CAM.mov", 1500, 1525), ("PUMP3.mp4", 1800, 1830),
    ]  # fmt: skip


def test_a_film_is_found_by_clip_name_then_by_file_then_by_reel(tmp_path):
    event = "001  {reel} V C 00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00\n{said}\n"
    by_file = event.format(reel="AX", said="* FROM CLIP NAME: Scene 4\n* SOURCE FILE: /Volumes/x/甲公司.mp4")
    by_reel = event.format(reel="B_CAM", said="")
    by_none = event.format(reel="XX", said="* FROM CLIP NAME: 没有")
    assert frames(read(tmp_path, by_file).clips[0], FILMS) == [("甲公司.mp4", 25, 50)]
    assert frames(read(tmp_path, by_reel).clips[0], FILMS) == [("B_CAM.mov", 25, 50)]
    (fault,) = read(tmp_path, by_none).faults
    assert (fault.row, fault.column, fault.rule) == (1, "FROM CLIP NAME", "film_unknown")


@pytest.mark.parametrize("start", ["01:00:00:00", "00:59:00:00"])
def test_source_timecode_counts_from_the_films_own_first_one(tmp_path, start):
    text = f"001 B_CAM V C {start} {start[:-2]}20 01:00:00:00 01:00:00:20\n"
    found = read(tmp_path, text, starts={"B_CAM.mov": 25 * 3600})
    if start == "01:00:00:00":
        assert frames(found.clips[0], FILMS) == [("B_CAM.mov", 0, 20)]
    else:
        # Before the film's first timecode there is nothing but the film counted from 0, which ends earlier.
        assert [fault.rule for fault in found.faults] == ["range"]


@pytest.mark.parametrize(
    ("line", "rule", "column"),
    [
        ("002 B_CAM V D 025 00:00:01:00 00:00:02:00 01:00:01:00 01:00:02:00", "transition", "transition"),
        ("002 B_CAM V W001 010 00:00:01:00 00:00:02:00 01:00:01:00 01:00:02:00", "transition", "transition"),
        ("002 BL V C 00:00:00:00 00:00:01:00 01:00:01:00 01:00:02:00", "black", "reel"),
        ("M2 B_CAM 050.0 00:00:01:00", "speed", "source in"),
        ("002 B_CAM V C 00:00:01:25 00:00:02:00 01:00:01:00 01:00:02:00", "time", "source in"),
        ("002 B_CAM V C 00:00:02:00 00:00:01:00 01:00:01:00 01:00:02:00", "range", "source out"),
        ("002 B_CAM V C 00:09:02:00 00:09:03:00 01:00:01:00 01:00:02:00", "range", "source in"),
        ("002 B_CAM V C 00:00:01;00 00:00:02;00 01:00:01:00 01:00:02:00", None, None),
        ("M2 B_CAM 025.0 00:00:01:00", None, None),
        ("002 B_CAM A2 C 00:00:02:00 00:00:01:00 01:00:01:00 01:00:02:00", None, None),
    ],
)
def test_what_is_no_plain_cut_is_named_with_its_line(tmp_path, line, rule, column):
    first = "001 B_CAM V C 00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00"
    found = read(tmp_path, f"TITLE: x\n{first}\n{line}\n")
    assert [(fault.row, fault.rule, fault.column) for fault in found.faults] == (
        [(2 if rule == "speed" else 3, rule, column)] if rule else []
    )


def test_a_text_without_events_is_no_edl(tmp_path):
    with pytest.raises(BadList, match="no event"):
        read(tmp_path, "TITLE: nothing\nFCM: NON-DROP FRAME\n")


def test_reels_have_eight_plain_letters_and_are_never_shared(tmp_path):
    names = [
        "甲公司.mp4",
        "乙公司.mp4",
        "b_cam.mov",
        "B_CAM.mp4",
        "BL.mp4",
        "a very long name.mp4",
        "R001.mp4",
    ]
    reels = reel_names([(Path(name), name) for name in names])
    assert reels[Path("b_cam.mov")] == "B_CAM"
    assert len(set(reels.values())) == len(names)
    assert all(re.fullmatch("[A-Z0-9_]{1,8}", reel) and reel not in {"BL", "AX"} for reel in reels.values())


@pytest.mark.parametrize("rate", RATES)
def test_an_edl_of_one_rate_is_a_whole_timeline_without_gaps(rate):
    films = {"甲.mp4": film_info(rate, 6000)}
    cut = cut_of(films, ("甲.mp4", 1799, 1801), ("甲.mp4", 5000, 5999))
    text = write_edl("成片", [Named("成片", cut)], facts(films))
    lines = [line.split() for line in text.splitlines() if re.match(r"\d{3} ", line)]
    mark = ";" if rate == NTSC else ":"
    assert text.splitlines()[1] == ("FCM: DROP FRAME" if rate == NTSC else "FCM: NON-DROP FRAME")
    assert [line[0] for line in lines] == ["001", "002"]
    assert lines[0][6] == f"01:00:00{mark}00"
    assert lines[0][7] == lines[1][6] == f"01:00:00{mark}02"
    if rate == NTSC:
        # Picture 1800 of drop frame is 00:01:00;02.
        assert lines[0][4:6] == ["00:00:59;29", "00:01:00;03"]


def test_several_clips_can_be_one_edl_each(tmp_path):
    clips = [
        Clip(name, cut_of(FILMS, ("甲公司.mp4", 0, 50)), Dress(), (MASTER,)) for name in ("甲/一", "甲?一")
    ]
    assert list(write_edls(clips, facts(FILMS))) == ["甲_一.edl", "甲_一 (2).edl"]
    write_list(tmp_path, clips, facts(FILMS))
    assert frames(read_list(tmp_path / "甲_一.edl", material(FILMS)).clips[0], FILMS) == [
        ("甲公司.mp4", 0, 50)
    ]


def test_the_start_timecode_of_a_camera_film_is_read(films, tmp_path):
    camera = tmp_path / "camera.mov"
    source = films(frames=50)
    ffmpeg.run(["-y", "-i", str(source), "-map", "0", "-c", "copy", "-timecode", "01:00:00:10", str(camera)])
    assert (start_frame(source), start_frame(camera)) == (0, 25 * 3600 + 10)


# FCPXML. The structure is that of Apple's document type definition of version 1.9, as far as it is used.

CHILDREN = {
    "fcpxml": "resources library ",
    "resources": "(format |asset )*",
    "format": "", "asset": "media-rep ", "media-rep": "", "library": "event ", "event": "(project )*",
    "project": "sequence ", "sequence": "(note )?spine ", "note": "", "spine": "(asset-clip )*",
    "asset-clip": "(conform-rate )?(marker )*", "conform-rate": "", "marker": "",
}  # fmt: skip
ATTRIBUTES = {
    "fcpxml": "version", "format": "id name frameDuration width height colorSpace",
    "asset": "id name start duration format hasVideo videoSources "
             "hasAudio audioSources audioChannels audioRate",
    "media-rep": "kind src", "event": "name", "project": "name",
    "sequence": "format duration tcStart tcFormat audioLayout audioRate",
    "asset-clip": "ref offset name start duration format tcFormat", "marker": "start duration value",
    "conform-rate": "scaleEnabled srcFrameRate",
}  # fmt: skip
NEEDED = {
    "fcpxml": "version", "format": "id", "asset": "id", "media-rep": "src", "sequence": "format",
    "asset-clip": "ref", "marker": "start value",
}  # fmt: skip


def structure_faults(root):
    faults = []
    for element in root.iter():
        children = "".join(f"{child.tag} " for child in element)
        faults += [] if re.fullmatch(CHILDREN[element.tag], children) else [(element.tag, children)]
        strange = set(element.keys()) - set(ATTRIBUTES.get(element.tag, "").split())
        missing = set(NEEDED.get(element.tag, "").split()) - set(element.keys())
        faults += [(element.tag, key) for key in (*strange, *missing)]
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    named = {element.get(key) for element in root.iter() for key in ("ref",) if element.get(key)}
    named |= {element.get("format") for element in root.iter() if element.get("format")}
    return (
        faults
        + [("id", one) for one in {*named} - {*ids}]
        + [("id", one) for one in ids if ids.count(one) > 1]
    )


def seconds(text):
    return Fraction(text.removesuffix("s"))


def parse(text):
    head, _, rest = text.partition("<fcpxml")
    assert head == '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n'
    return ET.fromstring(f"<fcpxml{rest}")  # noqa: S314 - written two lines before


def projects(root):
    """Read back every project: its clips as (film, first picture, picture behind the last), by film rate."""
    formats = {one.get("id"): seconds(one.get("frameDuration")) for one in root.iter("format")}
    assets = {one.get("id"): one for one in root.iter("asset")}
    told = {}
    for project in root.iter("project"):
        at, clips = Fraction(0), []
        step = formats[project.find("sequence").get("format")]
        for clip in project.iter("asset-clip"):
            asset = assets[clip.get("ref")]
            own = formats[asset.get("format")]
            start, long = seconds(clip.get("start")), seconds(clip.get("duration"))
            assert seconds(clip.get("offset")) == at
            assert (at / step).denominator == (long / step).denominator == (start / own).denominator == 1
            at += long
            first = (start - seconds(asset.get("start"))) / own
            clips.append((asset.get("name"), first, first + long / own))
        assert seconds(project.find("sequence").get("duration")) == at
        told[project.get("name")] = clips
    return told


@pytest.mark.parametrize("rate", RATES)
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_fcpxml_holds_exactly_the_asked_frames_of_every_rate(rate, data):
    films = {"甲 & 乙.mp4": film_info(rate, 6000), "B.mp4": film_info(rate, 6000)}
    ranges = []
    for _ in range(data.draw(st.integers(1, 4))):
        first = data.draw(st.integers(0, 5998))
        ranges.append(
            (data.draw(st.sampled_from(sorted(films))), first, data.draw(st.integers(first + 1, 5999)))
        )
    clip = Clip("成片", cut_of(films, *ranges), Dress(), (MASTER,))
    root = parse(write_fcpxml("活动", [clip], facts(films), starts={Path("B.mp4"): 90_000}))
    assert structure_faults(root) == []
    assert projects(root) == {"成片": ranges}


def test_fcpxml_names_formats_conforms_other_rates_and_carries_the_titles():
    dress = Dress(
        opening=Card("节水\x08<增效>", "某省"),
        lower_thirds=(LowerThird("张三", "总工", Fraction(3), Fraction(5)),),
    )
    clip = Clip("成片", cut_of(FILMS, ("甲公司.mp4", 0, 50), ("PUMP3.mp4", 0, 300)), dress, (MASTER,))
    text = write_fcpxml("活动", [clip, clip], facts(FILMS))
    root = parse(text)
    assert structure_faults(root) == []
    names = {one.get("name"): one.get("frameDuration") for one in root.iter("format")}
    assert names == {"FFVideoFormat1080p25": "1/25s", "FFVideoFormat1080p2997": "1001/30000s"}
    assert [one.get("srcFrameRate") for one in root.iter("conform-rate")] == ["29.97"] * 2
    assert [one.get("src") for one in root.iter("media-rep")] == [
        "./%E7%94%B2%E5%85%AC%E5%8F%B8.mp4", "./PUMP3.mp4",
    ]  # fmt: skip
    assert root.find(".//note").text == "片头：节水<增效> / 某省\n人名条：张三 总工 0:00:03.000–0:00:05.000"
    # The name appears one second into the second range, which begins at two seconds.
    marker = root.find(".//marker")
    assert (marker.get("value"), seconds(marker.get("start"))) == ("张三 总工", 30 * Fraction(1001, 30000))


def test_an_fcpxml_for_the_same_machine_says_where_the_films_lie(tmp_path):
    film = tmp_path / "甲公司.mp4"
    edit_list = EditList.of(film, [TimeRange(Fraction(0), Fraction(2))])
    out = tmp_path / "list.fcpxml"
    write_list(out, [Clip("成片", edit_list, Dress(), (MASTER,))], {film: film_info()})
    assert [one.get("src") for one in parse(out.read_text("utf-8")).iter("media-rep")] == [film.as_uri()]
