"""Every path of the engine against the same films of every kind, each cell with its exact answer."""

import dataclasses
import re
from fractions import Fraction

import matplotlib as mpl
import pytest
from PIL import Image

from media import cut as cut_module
from media import ffmpeg, hostile
from media.checks import RULES, check_all
from media.cut import cut
from media.dress import Card, Dress, Style
from media.errors import MediaError
from media.ingest import ingest, look_through
from media.plan import EditList
from media.probe import probe
from media.specs import VideoSpec
from media.testfilms import make_test_film, read_barcodes, truncate
from media.timecode import TimeRange
from media.triage import triage

from .numbered import SIZE, SMALL

FRAMES = 60
HLG = "setparams=range=tv:color_primaries=bt2020:color_trc=arib-std-b67:colorspace=bt2020nc"
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "14", "-pix_fmt", "yuv420p", "-c:a", "copy")
COPY = ("-map", "0", "-c", "copy")
SPEC = VideoSpec(video_codecs=("h264",), audio_codecs=("aac",), max_duration_s=Fraction(120), min_height=1080)


@dataclasses.dataclass(frozen=True)
class Film:
    """How a film is made of the usual one (before and after its input), and what is true of it."""

    ending: str = "mp4"
    after: tuple[str, ...] = COPY
    before: tuple[str, ...] = ()
    recipe: tuple[tuple[str, object], ...] = ()
    turned: tuple[str, ...] = ()
    container: str = ""
    numbers: range = range(FRAMES)
    size: tuple[int, int] = SIZE
    rate: Fraction = Fraction(25)
    codec: str = "h264"
    rotation: int = 0
    mirrored: bool = False
    fields: str = "progressive"
    vfr: bool = False
    tracks: int = 1
    layout: str = "stereo"
    data: int = 0
    attached: int = 0
    chapters: int = 0
    hdr: bool = False
    depth: int = 8
    problems: tuple[str, ...] = ()


def turned(*filters, **facts):
    """Pictures that are stored turned, and a note for the player to turn them back."""
    return Film(turned=("-vf", ",".join(filters)), **facts)


FILMS = {
    "mp4": Film(),
    "mov": Film("mov"),
    "mkv": Film("mkv"),
    "ts": Film("ts"),
    "mts": Film("mts", (*X264, "-c:a", "ac3", "-f", "mpegts", "-mpegts_m2ts_mode", "1"), container="ts"),
    "mpg": Film("mpg", ("-c:v", "mpeg2video", "-q:v", "2", "-c:a", "mp2"), codec="mpeg2video"),
    "avi": Film("avi", ("-c:v", "mpeg4", "-q:v", "2", "-an"), codec="mpeg4", tracks=0),
    "hevc": Film("mp4", ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=0:crf=16"),
                 codec="hevc"),
    "vp9": Film("webm", ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"),
                codec="vp9"),
    "prores 4:2:2 10 bit": Film("mov", ("-c:v", "prores_ks", "-profile:v", "2", "-c:a", "pcm_s16le"),
                                codec="prores", depth=10),
    "4:2:2": Film("mp4", (*X264, "-pix_fmt", "yuv422p")),
    "10 bit": Film("mp4", (*X264, "-pix_fmt", "yuv420p10le"), depth=10),
    "HDR": Film("mp4", (*X264, "-pix_fmt", "yuv420p10le", "-vf", HLG), depth=10, hdr=True),
    "full range": Film("mp4", (*X264, "-vf", "scale=in_range=tv:out_range=pc,format=yuvj420p", "-pix_fmt",
                               "yuvj420p")),
    "turned by 90": turned("transpose=2", before=("-display_rotation", "270"), rotation=90),
    "turned by 180": turned("hflip", "vflip", before=("-display_rotation", "180"), rotation=180),
    "turned by 270": turned("transpose=1", before=("-display_rotation", "90"), rotation=270),
    "mirrored": turned("hflip", before=("-display_hflip",), mirrored=True),
    "mirrored and turned": turned(
        "hflip", "transpose=2", before=("-display_rotation", "270", "-display_hflip"), rotation=90,
        mirrored=True,
    ),
    "sound first": Film("mp4", ("-map", "0:a", "-map", "0:v", "-c", "copy")),
    "attached picture": Film("mp4", ("-i", "{cover}", "-map", "0", "-map", "1", "-c", "copy",
                                     "-disposition:v:1", "attached_pic"), attached=1),
    "timecode track": Film("mov", (*COPY, "-timecode", "01:00:00:00"), data=1),
    "subtitle track": Film("mp4", ("-i", "{srt}", "-map", "0", "-map", "1", "-c", "copy", "-c:s", "mov_text"),
                           data=1),
    "chapters": Film("mp4", ("-i", "{chapters}", "-map", "0", "-map_chapters", "1", "-c", "copy"), data=1,
                     chapters=2),
    "wide pixels": Film("mp4", (*X264, "-vf", "scale=240:180,setsar=4/3")),
    "odd size": Film("mp4", (*X264, "-vf", "scale=321:181,setsar=1", "-pix_fmt", "yuv444p"), size=(321, 181)),
    "edit list": Film("mp4", COPY, before=("-ss", "0.2"), numbers=range(5, FRAMES)),
    "varying rate": Film(recipe=(("step_pattern", (1, 2)),), vfr=True),
    "interlaced tff": Film(recipe=(("interlaced", True),), fields="tff"),
    "interlaced bff": Film("mp4", (*X264, "-vf", "setfield=bff", "-flags", "+ildct+ilme", "-x264-params",
                                   "bff=1"), fields="bff"),
    "interlaced mpeg2": Film("ts", ("-c:v", "mpeg2video", "-q:v", "2", "-vf", "setfield=tff", "-flags",
                                    "+ildct+ilme", "-c:a", "mp2"), codec="mpeg2video", fields="tff"),
    "three sound tracks": Film("mp4", ("-map", "0", "-map", "0:a", "-map", "0:a", "-c", "copy"), tracks=3),
    "5.1": Film(recipe=(("channels", 6),), layout="5.1"),
    "mono": Film(recipe=(("channels", 1),), layout="mono"),
    "no sound": Film(recipe=(("sound", None),), tracks=0),
    "fragmented": Film("mp4", (*COPY, "-movflags", "frag_keyframe+empty_moov")),
    "24": Film(recipe=(("rate", Fraction(24)),), rate=Fraction(24)),
    "29.97": Film(recipe=(("rate", Fraction(30000, 1001)),), rate=Fraction(30000, 1001)),
    "50": Film(recipe=(("rate", Fraction(50)),), rate=Fraction(50)),
    "60": Film(recipe=(("rate", Fraction(60)),), rate=Fraction(60)),
    "open groups": Film(recipe=(("open_gop", True), ("b_frames", 3))),
}  # fmt: skip
QUICK = ("mkv", "mirrored and turned", "turned by 90", "sound first", "attached picture", "timecode track")


@pytest.fixture(scope="module")
def film_of(tmp_path_factory):
    """Give a maker of the films above that makes each of them once."""
    folder = tmp_path_factory.mktemp("contract")
    extras = {"cover": folder / "cover.jpg", "srt": folder / "text.srt", "chapters": folder / "chapters.txt"}
    Image.new("RGB", (64, 64), (200, 30, 30)).save(extras["cover"])
    extras["srt"].write_text("1\n00:00:00,100 --> 00:00:01,000\nText\n", encoding="utf-8")
    extras["chapters"].write_text(
        ";FFMETADATA1\n" + "".join(
            f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={at}\nEND={at + 1000}\ntitle=C\n" for at in (0, 1000)
        ),
        encoding="utf-8",
    )  # fmt: skip
    made = {}

    def film(name):
        if name not in made:
            kind = FILMS[name]
            base = make_test_film(
                folder / f"{len(made)}-base.mp4", frames=FRAMES, size=SIZE, **dict(kind.recipe)
            )
            if kind.turned:
                stored = folder / f"{len(made)}-stored.mp4"
                ffmpeg.run(["-y", "-i", str(base), *X264, *kind.turned, str(stored)])
                base = stored
            out = folder / f"{len(made)}.{kind.ending}"
            after = [word.format(**extras) for word in kind.after]
            ffmpeg.run(["-y", *kind.before, "-i", str(base), *after, str(out)])
            made[name] = out
        return made[name]

    return film


def told(path):
    """Say what a probe finds, as far as the table says what is true."""
    info = probe(path)
    picture = info.picture
    return Film(
        container=info.container, size=(picture.display_width, picture.display_height),
        rate=picture.nominal_rate if not picture.is_vfr else Fraction(25), codec=picture.codec,
        rotation=picture.rotation, mirrored=picture.is_mirrored, fields=picture.field_order,
        vfr=picture.is_vfr, tracks=len(info.audio), layout=info.sound.layout if info.sound else "stereo",
        data=info.data_tracks, attached=info.attached_pictures, chapters=info.chapters, hdr=picture.is_hdr,
        depth=picture.bit_depth, problems=tuple(problem.code for problem in info.problems),
        numbers=range(FRAMES - picture.frame_count, FRAMES),
    )  # fmt: skip


def truth(name):
    kind = FILMS[name]
    return dataclasses.replace(
        kind,
        container=kind.container or kind.ending,
        ending="mp4",
        after=COPY,
        before=(),
        recipe=(),
        turned=(),
    )


@pytest.mark.parametrize("name", QUICK)
def test_a_probe_tells_the_truth(film_of, name):
    assert told(film_of(name)) == truth(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in FILMS if name not in QUICK])
def test_a_probe_tells_the_truth_of_every_film(film_of, name):
    assert told(film_of(name)) == truth(name)


SPAN = (10, 40)


def cut_of(path, out, **options):
    """Cut pictures 10 to 40 in the film's own size and rate."""
    info = probe(path)
    picture = info.picture
    rate = Fraction(25) if picture.is_vfr else picture.nominal_rate
    width, height = (2 * ((side + 1) // 2) for side in (picture.display_width, picture.display_height))
    delivery = dataclasses.replace(SMALL, width=width, height=height, rate=rate)
    span = TimeRange(SPAN[0] / rate, SPAN[1] / rate)
    return cut(EditList.of(path, [span]), out, delivery, infos={path: info}, **options)


def asked(name):
    if FILMS[name].vfr:
        shown = [number for number in range(FRAMES) for _ in range((1, 2)[number % 2])]
        return shown[slice(*SPAN)]
    return list(FILMS[name].numbers[slice(*SPAN)])


@pytest.mark.parametrize("name", QUICK)
def test_a_cut_shows_the_asked_pictures_upright(film_of, tmp_path, name):
    cut_of(film_of(name), tmp_path / "clip.mp4")
    assert read_barcodes(tmp_path / "clip.mp4") == asked(name)


WAYS = ("auto", "encode", "without seeking", "dressed")


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", FILMS)
def test_every_way_of_cutting_gives_the_same_pictures(film_of, tmp_path, monkeypatch, name, way):
    options, before = {}, []
    if way == "encode":
        options["lane"] = "encode"
    if way == "without seeking":
        monkeypatch.setattr(hostile.Admission, "seeks_exactly", False)
        options["lane"] = "encode"
    if way == "dressed":
        font = mpl.get_data_path() + "/fonts/ttf/DejaVuSans.ttf"
        options["dress"] = Dress(
            opening=Card("Opening", length=Fraction(1, 5)), style=Style(cut_module.Path(font))
        )
        rate = FILMS[name].rate
        before = [-1] * round(rate / 5)
    made = cut_of(film_of(name), tmp_path / "clip.mp4", **options)
    found = read_barcodes(tmp_path / "clip.mp4")
    assert found[len(before) :] == asked(name)
    assert len(found) == made.frames == len(before) + SPAN[1] - SPAN[0]
    sound = probe(tmp_path / "clip.mp4").sound
    assert (sound.codec, sound.layout, sound.rate_hz) == ("aac", "stereo", 48000)


@pytest.mark.slow
@pytest.mark.parametrize("name", FILMS)
def test_ingest_shows_every_picture_and_all_checks_answer(film_of, tmp_path, name):
    path, kind = film_of(name), FILMS[name]
    result = ingest(path, tmp_path / "ingest")
    shown = read_barcodes(result.proxy)
    numbers = [n for n in range(FRAMES) for _ in range((1, 2)[n % 2])] if kind.vfr else list(kind.numbers)
    # How long the last picture of a varying rate stands is nowhere in the file.
    assert shown[: len(numbers) - 1] == numbers[:-1]
    assert abs(len(shown) - len(numbers)) <= kind.vfr
    assert {path.name for path in result.proxy.parent.iterdir()} == {
        "proxy.mp4", "filmstrip.jpg", "poster.jpg", "waveform.json"
    }  # fmt: skip
    info, measures = look_through(path)
    full = {finding.rule: finding.verdict for finding in check_all(info, SPEC, measures=measures)}
    quick = {finding.rule: finding.verdict for finding in triage(path, SPEC).findings}
    assert list(full) == list(quick) == list(RULES)
    for verdicts in (full, quick):
        assert verdicts["integrity"] == "pass"
        assert verdicts["resolution"] == "fail"
        assert verdicts["video_codec"] == (
            "fail"
            if kind.codec != "h264"
            else "warn"
            if name in {"4:2:2", "10 bit", "HDR", "odd size"}
            else "pass"
        )
        assert verdicts["frame_rate"] == ("warn" if kind.vfr else "pass")


def refused(work, *args, **options):
    with pytest.raises(MediaError) as refusal:
        work(*args, **options)
    assert not re.search(r"/(tmp|home|root|var)/", str(refusal.value))
    return refusal.value.code


def bad_film(film_of, tmp_path, name):
    """Give a film that is none, or not whole."""
    path = tmp_path / f"{name}.mp4"
    if name == "empty":
        path.write_bytes(b"")
    elif name == "zeros":
        path.write_bytes(bytes(5000))
    elif name == "text":
        path.write_text("这是一段文字，不是视频。" * 50, encoding="utf-8")
    elif name == "head":
        path.write_bytes(film_of("mp4").read_bytes()[:200])
    elif name == "index lost":
        truncate(film_of("mp4"), path)
    else:
        path.write_bytes(Image.new("RGB", (8, 8)).tobytes())
    return path


BAD = {"empty": "not_a_film", "zeros": "not_a_film", "text": "not_a_film", "head": "damaged",
       "index lost": "damaged", "raw pixels": "not_a_film"}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_film_is_refused_by_every_path(film_of, tmp_path, name):
    path, kept = bad_film(film_of, tmp_path, name), set(tmp_path.iterdir())
    span = EditList.of(path, [TimeRange(Fraction(0), Fraction(1))])
    found = [
        refused(probe, path), refused(triage, path, SPEC), refused(look_through, path),
        refused(ingest, path, tmp_path / "made"), refused(cut, span, tmp_path / "clip.mp4", SMALL),
    ]  # fmt: skip
    assert found == [BAD[name]] * 5
    assert set(tmp_path.iterdir()) == kept


def test_sound_alone_is_probed_and_judged_but_neither_ingested_nor_cut(film_of, tmp_path):
    path = tmp_path / "sound.mp4"
    ffmpeg.run(["-i", str(film_of("mp4")), "-map", "0:a", "-c", "copy", str(path)])
    assert (probe(path).picture, probe(path).sound.codec) == (None, "aac")
    verdicts = {finding.rule: finding.verdict for finding in triage(path, SPEC).findings}
    assert (verdicts["video_codec"], verdicts["resolution"], verdicts["audio_codec"]) == (
        "fail",
        "fail",
        "pass",
    )
    span = EditList.of(path, [TimeRange(Fraction(0), Fraction(1))])
    assert refused(ingest, path, tmp_path / "made") == "unsupported"
    assert refused(look_through, path) == "unsupported"
    assert refused(cut, span, tmp_path / "clip.mp4", SMALL) == "unsupported"
    assert [item.name for item in tmp_path.iterdir()] == ["sound.mp4"]


def test_a_film_that_breaks_off_gives_what_is_there_and_says_so(film_of, tmp_path):
    front = tmp_path / "front.mp4"
    ffmpeg.run(["-i", str(film_of("mp4")), *COPY, "-movflags", "+faststart", str(front)])
    path = truncate(front, tmp_path / "broken.mp4", 0.7)
    info = probe(path)
    assert "truncated" in [problem.code for problem in info.problems]
    there = info.picture.frame_count
    assert 20 < there < FRAMES
    early = EditList.of(path, [TimeRange(Fraction(5, 25), Fraction(20, 25))])
    cut(early, tmp_path / "clip.mp4", SMALL)
    assert read_barcodes(tmp_path / "clip.mp4") == list(range(5, 20))
    beyond = EditList.of(path, [TimeRange(Fraction(0), Fraction(there + 5, 25))])
    assert refused(cut, beyond, tmp_path / "beyond.mp4", SMALL) == "bad_range"
    findings = {finding.rule: finding.verdict for finding in triage(path, SPEC).findings}
    assert findings["integrity"] == "fail"
    assert ingest(path, tmp_path / "made").info.picture.frame_count == there


@pytest.mark.parametrize("name", ["100%d 's [第一] ;&$(x).mp4", "concat:a|b.mp4", "pipe:0.mp4", "-i.mp4"])
def test_names_are_only_names(film_of, tmp_path, monkeypatch, name):
    """Neither a shell nor ffmpeg reads anything into the name of a file, also not of a relative one."""
    folder = tmp_path / "50%03d, 'a':b=[c]"
    folder.mkdir()
    monkeypatch.chdir(folder)
    path = cut_module.Path(name)
    path.write_bytes(film_of("mp4").read_bytes())
    assert probe(path).picture.frame_count == FRAMES
    assert ingest(path, cut_module.Path("made:%d")).proxy.exists()
    cut_of(path, cut_module.Path(f"out-{name}"))
    assert read_barcodes(folder / f"out-{name}") == list(range(*SPAN))
