"""Cut lists: what is asked is read to the frame, every fault of every row is named (A12, issue 3 point 8)."""

import io
import tempfile
import unicodedata
import zipfile
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from media.cutlist import Clip, read_list
from media.cutlist_write import write_csv, write_edl, write_list, write_xlsx
from media.deliveries import DELIVERIES, MASTER, WEB
from media.dress import Card, Cue, Dress, LowerThird, Style
from media.errors import BadDress, BadList
from media.grid import Limits
from media.plan import EditList, Entry, Source
from media.subtitles import read_subtitles
from media.timecode import TimeRange

from .list_films import NTSC, RATES, film_info, material

STYLE = Style(Path("font.ttf"))
FILMS = {"甲公司.mp4": film_info(), "乙公司.mov": film_info(NTSC, 9000), "Pump 3.mp4": film_info(50, 15000)}


def read(tmp_path, text, films=FILMS, *, encoding="utf-8", name="list.csv", **changes):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
    return read_list(path, material(films, style=lambda: STYLE, **changes))


def ranges(clip):
    return [(entry.source.shown, entry.range.start, entry.range.end) for entry in clip.edit_list.entries]


def faults(found):
    return [(fault.row, fault.column, fault.rule) for fault in found.faults]


def workbook(rows, *, merge=None, formats=()):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        kinds = {kind: book.add_format({"num_format": kind}) for kind in ("h:mm:ss", "h:mm", "[h]:mm:ss.000")}
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, tuple):
                    sheet.write_datetime(number, column, cell[0], kinds[cell[1]])
                else:
                    sheet.write(number, column, cell)
        if merge:
            sheet.merge_range(*merge)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("mark", [",", "\t"])
def test_a_table_is_read_in_any_encoding_an_office_saves(tmp_path, encoding, mark):
    text = "成片,视频,入点,出点\r\n精准灌溉,甲公司,00:00:07:12,19.5\r\n".replace(",", mark)
    (clip,) = read(tmp_path, text, encoding=encoding).clips
    assert clip.name == "精准灌溉"
    assert ranges(clip) == [("甲公司.mp4", Fraction(187, 25), Fraction(39, 2))]
    assert clip.deliveries == (MASTER,)


def test_english_headings_and_rows_of_one_clip_give_its_ranges_in_order(tmp_path):
    found = read(
        tmp_path,
        "Clip name,Source file,In (timecode),Out,Title,Delivery\n"
        "Pumps,pump 3,1:00,1:10,Quiet pumps,web\n"
        "Pumps,PUMP 3.MP4,0:30,0:35,,\nOther,甲公司,0,5秒,,master+web\n",
    )
    first, second = found.clips
    assert ranges(first) == [("Pump 3.mp4", 60, 70), ("Pump 3.mp4", 30, 35)]
    assert (first.dress.opening, first.deliveries, first.rows) == (Card("Quiet pumps"), (WEB,), (2, 3))
    assert ranges(second) == [("甲公司.mp4", 0, 5)]
    assert second.deliveries == (MASTER, WEB)


def test_times_of_a_spreadsheet_and_merged_cells_are_read(tmp_path):
    rows = [
        ["粗剪单", "", "", ""],
        ["成片", "视频", "入点", "出点"],
        ["甲", "甲公司", (timedelta(seconds=7, milliseconds=480), "h:mm:ss"), "00:00:10:00"],
        ["", "甲公司", (timedelta(minutes=1), "[h]:mm:ss.000"), 61.52],
    ]
    (clip,) = read(tmp_path, workbook(rows, merge=(2, 0, 3, 0, "甲")), name="list.xlsx").clips
    assert ranges(clip) == [
        ("甲公司.mp4", Fraction(187, 25), 10),
        ("甲公司.mp4", 60, Fraction(6152, 100)),
    ]


def test_minutes_that_a_spreadsheet_took_for_hours_are_named_instead_of_guessed(tmp_path):
    rows = [["视频", "入点", "出点"], ["甲公司", "0", (timedelta(hours=1, minutes=30), "h:mm")]]
    found = read(tmp_path, workbook(rows), name="list.xlsx")
    assert faults(found) == [(2, "出点", "time_of_hours")]
    assert "1:30:00" in str(found.faults[0])
    assert "0:01:30" in str(found.faults[0])


def test_every_fault_of_every_row_is_collected_and_good_clips_are_still_given(tmp_path):
    found = read(
        tmp_path,
        "成片,视频,入点,出点,交付,人名条\n"
        "好,甲公司,0,5,,\n"
        "一,甲公斯,0,5,,\n"
        "二,甲公司,abc,00:00:00:30,,\n"
        "三,甲公司,9,7,,\n"
        "四,甲公司,299,301,大版,\n"
        ",,,,web,\n"
        "五,甲公司,0,5,,张三\n"
        "六,甲公司,0,5,,张三|总工|1-9\n"
        "七,甲公司,400,401,,\n"
        "好,甲公司,6,7,,\n",
    )
    assert faults(found) == [
        (3, "视频", "film_unknown"),
        (4, "入点", "time"), (4, "出点", "time"),
        (5, "出点", "range"),
        (6, "出点", "range"), (6, "交付", "delivery"),
        (7, "成片", "clip_missing"), (7, "视频", "film_missing"), (7, "入点", "time_missing"),
        (7, "出点", "time_missing"),
        (8, "人名条", "lower_third"),
        (9, "人名条", "lower_third"),
        (10, "入点", "range"),
        (11, "成片", "clip_split"),
    ]  # fmt: skip
    # “好” stands twice with others between, so that even it is in doubt.
    assert found.clips == ()
    assert "甲公司.mp4" in str(found.faults[0])
    assert all(len(str(fault)) > 20 for fault in found.faults)


def test_a_clip_is_faulty_as_a_whole_and_the_others_are_not(tmp_path):
    found = read(tmp_path, "成片,视频,入点,出点\n甲,甲公司,0,5\n甲,甲公司,9,8\n乙,乙公司,0,5\n")
    assert [clip.name for clip in found.clips] == ["乙"]
    assert faults(found) == [(3, "出点", "range")]


@pytest.mark.parametrize(
    "written", [unicodedata.normalize("NFD", "Café 3.mp4"), "ＣＡＦÉ　３", "café  3", "省/Café 3.mp4"]
)
def test_names_are_compared_composed_narrow_and_small(tmp_path, written):
    films = {"省/Café 3.mp4": film_info(), "Cafe 3.mp4": film_info()}
    (clip,) = read(tmp_path, f"视频,入点,出点\n{written},0,5\n", films).clips
    assert ranges(clip) == [("Café 3.mp4", 0, 5)]


def test_a_film_that_could_be_two_is_named_with_both(tmp_path):
    films = {"甲.mp4": film_info(), "甲.mov": film_info(), "省/乙.mp4": film_info(), "市/乙.mp4": film_info()}
    found = read(tmp_path, "视频,入点,出点\n甲,0,5\n甲.mov,0,5\n乙.mp4,0,5\n市/乙,0,5\n", films)
    assert faults(found) == [(2, "视频", "film_ambiguous"), (4, "视频", "film_ambiguous")]
    assert "甲.mov, 甲.mp4" in str(found.faults[0])
    assert [ranges(clip)[0][0] for clip in found.clips] == ["甲.mov", "市/乙.mp4"]


def test_nothing_outside_the_shelf_can_be_named(tmp_path):
    found = read(tmp_path, "视频,入点,出点\n../../etc/passwd,0,5\n/etc/passwd,0,5\n..\\甲公司.mp4,0,5\n")
    assert [rule for _, _, rule in faults(found)] == ["film_unknown"] * 3


def test_titles_lower_thirds_music_and_subtitles_dress_the_clip(tmp_path):
    cue = Cue(Fraction(1), Fraction(2), "字幕")
    found = read(
        tmp_path,
        "成片,视频,入点,出点,片头标题,副标题,人名条,字幕,片尾,配乐\n"
        '甲,甲公司,10,40,节水,某省,"张三 | 总工程师、教授 | 00:00:05:00-00:00:09:00\n'
        '李四，厂长，0:10至0:12",词.srt,谢谢,曲\n',
        extras=("词.srt", "曲.mp3"),
        cues=(cue,),
    )
    (clip,) = found.clips
    dress = clip.dress
    assert (dress.opening, dress.end) == (Card("节水", "某省"), Card("谢谢"))
    assert dress.lower_thirds == (
        LowerThird("张三", "总工程师、教授", Fraction(5), Fraction(9)),
        LowerThird("李四", "厂长", Fraction(10), Fraction(12)),
    )
    assert dress.subtitles == (cue,)
    assert (dress.music.path, dress.music.name, clip.subtitle_file) == (Path("曲.mp3"), "曲.mp3", "词.srt")


def test_titles_that_differ_within_a_clip_and_files_that_are_not_there_are_faults(tmp_path):
    found = read(
        tmp_path, "成片,视频,入点,出点,片头,字幕,配乐\n甲,甲公司,0,5,一,无.srt,无.mp3\n甲,甲公司,6,7,二,,\n"
    )
    assert sorted(faults(found)) == [
        (2, "字幕", "subtitles"), (2, "配乐", "music"), (3, "片头", "title_differs"),
    ]  # fmt: skip


def test_rows_without_a_column_of_clip_names_are_clips_named_after_their_films(tmp_path):
    found = read(tmp_path, "视频,入点,出点\n甲公司,0,5\n乙公司,0,5\n甲公司,6,9\n")
    assert [clip.name for clip in found.clips] == ["甲公司", "乙公司", "甲公司-2"]


def test_an_unknown_column_is_told_and_one_for_people_is_not(tmp_path):
    found = read(tmp_path, "序号,视频,入点,出点,备注,片头字\n1,甲公司,0,5,好,x\n")
    assert [(note.row, note.column, note.params["heading"]) for note in found.notes] == [(1, "F", "片头字")]


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "leer.csv", "is empty"),
        (b"a,b\n1,2\n", "list.csv", "no row of headings"),
        ("视频,入点,出点\n".encode(), "list.csv", "asks for no clip"),
        (b"%PDF-1.7", "list.xlsx", "is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "list.xls", "old .xls"),
        (b"PK\x03\x04broken", "list.xlsx", "damaged"),
        ("视频,入点,出点\n".encode() + "甲公司,0,5\n".encode() * 5001, "list.csv", "more than 5000 rows"),
        ('视频,入点,出点\n"甲公司,0,5\n'.encode(), "list.csv", "quotation marks"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused_and_named(tmp_path, content, name, words):
    with pytest.raises(BadList, match=words) as refusal:
        read(tmp_path, content, name=name)
    assert name in str(refusal.value)


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_unread(tmp_path):
    packed = io.BytesIO(workbook([["视频", "入点", "出点"], ["甲公司", "0", "5"]]))
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", b"<worksheet>" + b" " * (3 << 20))
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(packed.getvalue())
    with pytest.raises(BadList, match="covers more than"):
        read_list(path, material(FILMS), limits=Limits(unpacked_bytes=2 << 20))
    assert len(read_list(path, material(FILMS), limits=Limits(unpacked_bytes=4 << 20)).clips) == 1


def test_one_cell_far_out_is_refused_unread(tmp_path):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "视频")
        sheet.write(1_048_575, 16_383, "weit")
    with pytest.raises(BadList, match="covers more than"):
        read(tmp_path, out.getvalue(), name="far.xlsx")


def test_a_list_larger_than_its_limit_is_not_read(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("视频,入点,出点\n" * 100, encoding="utf-8")
    with pytest.raises(BadList, match="has 1 MB"):
        read_list(path, material(FILMS), limits=Limits(file_bytes=1000))


# Written and read back

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=20
).map(
    lambda text: (
        " ".join(text.split()).replace("|", "/").replace("｜", "/").strip(" ;；'\u200e\u200f\u200b") or "甲"
    )
)


@st.composite
def lists(draw, *, titles=True):
    """Give films of several rates and clips that are cut from them to the frame."""
    films = {f"film {n}.mp4": film_info(rate, 6000) for n, rate in enumerate(RATES)}
    clips = []
    for number in range(draw(st.integers(1, 3))):
        entries = []
        for _ in range(draw(st.integers(1, 3))):
            name = draw(st.sampled_from(sorted(films)))
            rate = films[name].picture.nominal_rate
            first = draw(st.integers(0, 5998))
            end = draw(st.integers(first + 1, 5999))
            entries.append(Entry(Source(Path(name), name), TimeRange(first / rate, end / rate)))
        edit_list = EditList(tuple(entries))
        thirds = ()
        if titles and edit_list.duration > 2:
            thirds = (LowerThird(draw(WORDS), draw(WORDS), Fraction(1, 25), Fraction(3, 2)),)
        opening = Card(draw(WORDS), draw(WORDS)) if titles and draw(st.booleans()) else None
        dress = Dress(opening=opening, lower_thirds=thirds, style=STYLE if opening or thirds else None)
        clips.append(Clip(f"clip {number}", edit_list, dress, (MASTER, WEB)[: draw(st.integers(1, 2))]))
    return films, tuple(clips)


@pytest.mark.parametrize("write", [write_xlsx, write_csv])
@settings(max_examples=12, deadline=None)
@given(made=lists(), language=st.sampled_from(["zh", "en"]))
def test_a_list_reads_back_to_the_same_frames_and_titles(write, made, language):
    films, clips = made
    infos = {Path(name): info for name, info in films.items()}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list"
        path.write_bytes(write(clips, infos, language=language))
        found = read_list(path, material(films, style=lambda: STYLE))
    assert found.faults == ()
    assert [(c.name, c.edit_list, c.dress, c.deliveries) for c in found.clips] == [
        (c.name, c.edit_list, c.dress, c.deliveries) for c in clips
    ]


@settings(max_examples=20, deadline=None)
@given(made=lists(titles=False))
def test_an_edl_reads_back_to_the_same_frames(made):
    films, clips = made
    infos = {Path(name): info for name, info in films.items()}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.edl"
        path.write_text(write_edl("Zeitleiste", clips, infos), encoding="utf-8")
        found = read_list(path, material(films))
    assert found.faults == ()
    assert [(c.name, c.edit_list) for c in found.clips] == [(c.name, c.edit_list) for c in clips]


def test_times_of_a_film_of_varying_rate_are_written_as_seconds(tmp_path):
    films = {"手机.mp4": film_info(NTSC, 3000, vfr=True)}
    start, end = Fraction("7.123456789"), Fraction("9.5")
    clip = Clip("甲", EditList.of(Path("手机.mp4"), [TimeRange(start, end)]), Dress(), (MASTER,))
    (found,) = read(tmp_path, write_csv([clip], {Path("手机.mp4"): films["手机.mp4"]}), films).clips
    assert found.edit_list.entries[0].range == TimeRange(start, end)


def test_a_title_that_a_spreadsheet_would_run_is_written_as_text(tmp_path):
    infos = {Path(name): info for name, info in FILMS.items()}
    dress = Dress(opening=Card('=HYPERLINK("x")', "@sum"), style=STYLE)
    clip = Clip(
        "-甲", EditList.of(Path("甲公司.mp4"), [TimeRange(Fraction(0), Fraction(5))]), dress, (MASTER,)
    )
    written = write_csv([clip], infos)
    assert all(not cell.startswith(("=", "@", "-")) for cell in written.decode("utf-8-sig").split(","))
    (found,) = read(tmp_path, written).clips
    assert (found.name, found.dress.opening) == ("-甲", dress.opening)


def test_an_empty_form_can_be_filled_in(tmp_path):
    path = tmp_path / "form.xlsx"
    path.write_bytes(write_xlsx([], {}, films=["甲公司.mp4"], deliveries=list(DELIVERIES)))
    with pytest.raises(BadList, match="asks for no clip"):
        read_list(path, material(FILMS))


@pytest.mark.parametrize("name", ["out.doc", "out"])
def test_an_ending_that_nobody_writes_is_refused(tmp_path, name):
    with pytest.raises(BadList, match=r"\.xlsx, \.csv, \.edl, \.fcpxml"):
        write_list(tmp_path / name, [], {})


# Subtitles

SRT = """1
00:00:01,000 --> 00:00:02,500
<i>一</i>行
二行

2
00:00:03,000 --> 00:00:04,000
{\\an8}&lt;三&gt;
"""
VTT = """WEBVTT

NOTE nothing

00:01.000 --> 00:02.500 align:start
<c.red>一</c>行
二行

id
00:00:03.000 --> 00:00:04.000
&lt;三&gt;
"""
ASS = """[Script Info]
[Events]
Format: Layer, Start, End, Style, Name, Text
Dialogue: 0,0:00:03.00,0:00:04.00,D,,<三>
Dialogue: 0,0:00:01.00,0:00:02.50,D,,{\\b1}一{\\b0}行\\N二行
"""


@pytest.mark.parametrize(("text", "name"), [(SRT, "a.srt"), (VTT, "a.vtt"), (ASS, "a.ass")])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_subtitles_of_every_kind_give_the_same_cues(tmp_path, text, name, encoding):
    path = tmp_path / name
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    assert read_subtitles(path) == (
        Cue(Fraction(1), Fraction(5, 2), "一行\n二行"), Cue(Fraction(3), Fraction(4), "<三>"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Nichts", "holds no subtitle"),
        ("00:00:02,000 --> 00:00:01,000\n一", "Line 1 of a.srt"),
        ("", "a.srt"),
    ],
)
def test_a_file_without_subtitles_or_with_a_backward_one_is_refused(tmp_path, text, words):
    path = tmp_path / "a.srt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadDress, match=words):
        read_subtitles(path)
