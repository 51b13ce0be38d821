"""Cards, names, subtitles and music, in one encode and verified (issue 3 point 4)."""

import dataclasses
import json
import math
import re
import wave
from fractions import Fraction
from pathlib import Path

import av
import click
import matplotlib as mpl
import numpy as np
import pytest
from click.testing import CliRunner

from media import cut as cut_module
from media.cli import commands
from media.cut import cut
from media.deliveries import DELIVERIES, MASTER, SQUARE, VERTICAL
from media.dress import Card, Cue, Dress, LowerThird, Music, Style
from media.dressing import drawn_overlays
from media.errors import BadDress, CutFailed
from media.music import ducking, looped, read_music, speaking
from media.plan import EditList, overlaid, plan
from media.probe import probe
from media.testfilms import SAMPLE_RATE_HZ, read_barcodes, read_sound
from media.timecode import TimeRange
from media.verify_dress import in_colours

from .memory import watched

FONT = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
STYLE = Style(FONT)
SMALL = dataclasses.replace(MASTER, width=640, height=360, preset="ultrafast", level="3.1")
RANGES = [(30, 60), (100, 130)]
OPENING, END = 20, 15
DRESS = Dress(
    opening=Card("A title", "and a line", Fraction(OPENING, 25)),
    end=Card("The end", length=Fraction(END, 25)),
    lower_thirds=(LowerThird("Name", "Role", Fraction(4, 25), Fraction(1)),),
    subtitles=(
        Cue(Fraction(0), Fraction(8, 25), "first words"),
        # Over the border of the ranges, and over the end.
        Cue(Fraction(1), Fraction(36, 25), "across"),
        Cue(Fraction(2), Fraction(9), "to the end and no further"),
    ),
    style=STYLE,
)


def ranged(film, *pairs):
    return EditList.of(film, [TimeRange(Fraction(first, 25), Fraction(end, 25)) for first, end in pairs])


def pictures(path):
    with av.open(str(path)) as film:
        return [in_colours(frame) for frame in film.decode(video=0)]


@pytest.fixture(scope="module")
def dressed(films, tmp_path_factory):
    out = tmp_path_factory.mktemp("dressed") / "clip.mp4"
    source = films(frames=150)
    made = cut(ranged(source, *RANGES), out, SMALL, dress=DRESS, lane="encode")
    return made, plan(ranged(source, *RANGES), {source: probe(source)}, SMALL, DRESS), out


def test_cards_stand_before_and_behind_every_asked_frame(dressed):
    made, planned, out = dressed
    numbers = read_barcodes(out)
    assert numbers[OPENING:-END] == [number for first, end in RANGES for number in range(first, end)]
    assert (len(numbers), made.frames, planned.frames) == (95, 95, 95)
    assert [(segment.out_first, segment.out_end) for segment in planned.segments] == [
        (0, 20), (20, 50), (50, 80), (80, 95),
    ]  # fmt: skip
    info = probe(out)
    assert (info.duration, info.problems) == (Fraction(95, 25), ())
    assert (info.picture.color_space, info.picture.color_range) == ("bt709", "tv")


def test_a_card_has_exactly_the_colours_of_the_house(dressed):
    """Through RGB and BT.709 and back; the wrong matrix is 5 and more off."""
    _, _, out = dressed
    shown = pictures(out)
    accent = Style(FONT).accent
    ys, _ = np.nonzero(np.abs(shown[0].astype(int) - accent).sum(axis=2) < 40)
    # The mark over the title is the only thing in that colour.
    assert 5 < len(ys) < 640 * 360 / 100
    ground = shown[0][-20:, -20:].reshape(-1, 3).mean(axis=0)
    assert np.abs(ground - STYLE.background).max() < 1.5
    assert np.abs(shown[-1][-20:, -20:].reshape(-1, 3).mean(axis=0) - STYLE.background).max() < 1.5


def test_every_overlay_is_on_exactly_its_pictures(dressed):
    _, planned, out = dressed
    shown = pictures(out)
    for drawn in drawn_overlays(planned):
        left, top, right, bottom = drawn.box
        ink = np.asarray(drawn.image)
        # White ink is nowhere else in the test film.
        lit = (ink[..., 3] == 255) & (ink[..., :3].min(axis=2) > 250)
        seen = [
            number
            for number, picture in enumerate(shown)
            if OPENING <= number < 80 and picture[top:bottom, left:right][lit].mean() > 215
        ]
        first, end = drawn.overlay.first, drawn.overlay.end
        if isinstance(drawn.overlay.item, Cue):
            assert seen == list(range(first, end)), drawn.overlay
        else:
            # It fades in and out within its time.
            assert first < seen[0] <= first + 6
            assert end - 7 <= seen[-1] < end - 1
            assert len(seen) == seen[-1] - seen[0] + 1


def test_the_plan_tells_which_pictures_carry_anything(dressed):
    _, planned, _ = dressed
    assert overlaid(planned) == ((20, 56), (70, 80))


def test_cards_shift_sound_with_their_pictures(dressed):
    level = np.abs(read_sound(dressed[2]))
    loud = np.flatnonzero(level > 0.3 * level.max())
    starts = loud[np.insert(np.diff(loud) > SAMPLE_RATE_HZ // 5, 0, True)] / SAMPLE_RATE_HZ
    # Clicks at whole seconds: frames 50, 100 and 125 of the source.
    asked = [(OPENING + place) / 25 for place in (50 - 30, 30 + 0, 30 + 25)]
    assert np.abs(starts - asked).max() < 0.010
    assert level[: round(0.79 * SAMPLE_RATE_HZ)].max() < 1e-3
    assert level[round(81 / 25 * SAMPLE_RATE_HZ) :].max() < 1e-3


@pytest.mark.slow
def test_the_same_clip_undressed_has_no_filter_more(films, tmp_path, monkeypatch):
    """Rendering plain clips stays within 1.03 of bare ffmpeg."""
    asked = []
    real = cut_module.ffmpeg.run
    monkeypatch.setattr(
        cut_module.ffmpeg, "run", lambda args, **rest: asked.append(args) or real(args, **rest)
    )
    film = films(frames=150)
    cut(ranged(film, (0, 10)), tmp_path / "a.mp4", SMALL, lane="encode")
    cut(ranged(film, (0, 10)), tmp_path / "b.mp4", SMALL, lane="encode", dress=Dress(style=STYLE))
    half = len(asked) // 2
    # Results and the lists of packets beside them have names of their own.
    named = [[re.sub(r"\S*\.part\S*", "", arg) for arg in args if not arg.endswith(".mp4")] for args in asked]
    assert named[:half] == named[half:]
    assert not any(word in str(named) for word in ("overlay", "amix", ".nut"))


@pytest.mark.slow
def test_a_long_card_before_a_subtitle_is_not_held_in_memory(films, tmp_path):
    """300 pictures of the card at rest would take 900 MB."""
    large = dataclasses.replace(MASTER, preset="ultrafast")
    dress = Dress(
        opening=Card("A title", length=Fraction(12)),
        subtitles=(Cue(Fraction(0), Fraction(1), "words"),),
        style=STYLE,
    )
    edits = ranged(films(frames=150), (0, 30))
    _, peaks_mib = watched(cut, edits, tmp_path / "clip.mp4", large, dress=dress, lane="encode")
    assert len(peaks_mib) > 0
    assert [peak for peak in peaks_mib if peak > 500] == []


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("write_overlays", lambda *_, **__: None),
        pytest.param(
            "write_card",
            lambda real: (
                lambda segment, made, *rest: real(
                    dataclasses.replace(segment, card=Card("quite another title with many words")),
                    made,
                    *rest,
                )
            ),
            marks=pytest.mark.slow,
        ),
    ],
    ids=["no overlay", "another card"],
)
def test_verification_refuses_a_clip_that_is_not_dressed_as_asked(
    films, tmp_path, monkeypatch, name, instead
):
    real = getattr(cut_module, name)
    monkeypatch.setattr(cut_module, name, instead(real) if name == "write_card" else instead)
    with pytest.raises(CutFailed, match="card, name or subtitle"):
        cut(ranged(films(frames=150), *RANGES), tmp_path / "clip.mp4", SMALL, dress=DRESS, lane="encode")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_verification_refuses_a_clip_that_lost_its_sound(films, tmp_path, monkeypatch):
    real = cut_module.sound_span

    def mute(*args):
        return [*real(*args), cut_module.Filter("volume", {"volume": "0"})]

    monkeypatch.setattr(cut_module, "sound_span", mute)
    with pytest.raises(CutFailed, match="silent"):
        cut(ranged(films(frames=100, sound="tone"), (0, 50)), tmp_path / "clip.mp4", SMALL, lane="encode")


def test_verification_refuses_a_clip_that_is_too_quiet_though_it_need_not_be(films, tmp_path, monkeypatch):
    real = cut_module.loudness.levelled

    def half(*args):
        return [*real(*args), cut_module.Filter("volume", {"volume": "-5dB"})]

    monkeypatch.setattr(cut_module.loudness, "levelled", half)
    with pytest.raises(CutFailed, match="loudness"):
        cut(ranged(films(frames=100, sound="tone"), (0, 50)), tmp_path / "clip.mp4", SMALL, lane="encode")


@pytest.mark.slow
def test_texts_are_never_taken_for_filters_or_paths(films, tmp_path):
    """User texts go into pictures as pictures."""
    wild = "a':b=[c];{\\b1}%{n},\\N../../etc/passwd $(x) <i>&\t|"
    dress = Dress(
        opening=Card(wild, wild, Fraction(2, 25)), end=Card(wild, length=Fraction(2, 25)), style=STYLE,
        lower_thirds=(LowerThird(wild, wild, Fraction(0), Fraction(1, 5)),),
        subtitles=(Cue(Fraction(0), Fraction(1, 5), wild),),
    )  # fmt: skip
    folder = tmp_path / "it's a [folder]; a=b, c:d"
    made = cut(ranged(films(frames=150), (0, 10)), folder / "clip.mp4", SMALL, dress=dress)
    assert made.frames == 14
    assert [path.name for path in folder.iterdir()] == ["clip.mp4"]


@pytest.mark.parametrize(
    "dress",
    [
        Dress(opening=Card("x")),
        Dress(subtitles=(Cue(Fraction(5), Fraction(6), "late"),), style=STYLE),
        Dress(music=Music(Path("none.mp3"))),
    ],
    ids=["no font", "behind the end", "no music"],
)
def test_what_cannot_be_worn_is_refused_and_leaves_nothing(films, tmp_path, dress):
    with pytest.raises(BadDress):
        cut(ranged(films(frames=150), (0, 25)), tmp_path / "clip.mp4", SMALL, dress=dress)
    assert list(tmp_path.iterdir()) == []


# --- other shapes -----------------------------------------------------------------------------------------


def small(delivery, **changes):
    size = {"vertical": (216, 384), "square": (240, 240)}[delivery.name]
    return dataclasses.replace(
        delivery, width=size[0], height=size[1], preset="ultrafast", level="3.1", **changes
    )


@pytest.mark.parametrize(
    "delivery", [VERTICAL, pytest.param(SQUARE, marks=pytest.mark.slow)], ids=["vertical", "square"]
)
def test_the_whole_picture_stands_before_a_blurred_copy_that_fills_the_frame(films, tmp_path, delivery):
    form = small(delivery)
    cut(ranged(films(frames=150), (40, 50)), tmp_path / "clip.mp4", form)
    with av.open(str(tmp_path / "clip.mp4")) as film:
        grey = next(film.decode(video=0)).to_ndarray()[: form.height].astype(float)
    tall = round(form.width * 9 / 16)
    top = (form.height - tall) // 2
    assert read_barcodes_of(grey[top : top + tall]) == 40
    edge = grey[: top - 4]
    # No bar: darker than the picture, never black, and soft from one pixel to the next.
    assert edge.min() > 25
    assert edge.mean() < grey[top : top + tall].mean()
    assert np.abs(np.diff(edge, axis=1)).max() < 12


def read_barcodes_of(grey):
    from media.testfilms import read_number

    return read_number(np.ascontiguousarray(grey.astype(np.uint8)))


@pytest.mark.parametrize(
    ("focus", "stripe"),
    [pytest.param(0.0, 0, marks=pytest.mark.slow), pytest.param(0.5, 2, marks=pytest.mark.slow), (1.0, 4)],
)
def test_a_crop_shows_the_chosen_part(tmp_path, focus, stripe):
    from tests.media.patches import patch_film, patches_of

    # Five stripes of 640 x 360: a square shows 360 of its 640 columns.
    levels = [40, 80, 120, 160, 200]
    film = patch_film(tmp_path / "film.mkv", [(level, 128, 128) for level in levels], "bt709", frames=12)
    form = small(VERTICAL, fit="crop", focus_x=focus)
    cut(ranged(film, (0, 10)), tmp_path / "clip.mp4", form)
    (middle,) = [values[0] for values in patches_of(tmp_path / "clip.mp4", 3)[1:2]]
    assert abs(middle - levels[stripe]) <= 2


def test_every_delivery_is_data_and_its_size_even():
    assert list(DELIVERIES) == ["master", "web", "vertical", "square", "proxy"]
    for delivery in DELIVERIES.values():
        assert delivery.width % 2 == delivery.height % 2 == 0
        assert 0 <= delivery.focus_x <= 1


# --- music ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tune(tmp_path_factory):
    """Two seconds of a chord, with silence at both ends."""
    path = tmp_path_factory.mktemp("music") / "tune.wav"
    times = np.arange(2 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    chord = sum(0.1 * np.sin(2 * math.pi * tone * times) for tone in (330, 415, 6000))
    samples = np.concatenate([np.zeros(SAMPLE_RATE_HZ), chord, np.zeros(SAMPLE_RATE_HZ)])
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path


@pytest.mark.slow
def test_music_lies_under_the_whole_clip_and_goes_down_where_somebody_speaks(films, tmp_path, tune):
    film = films(frames=100, sound="speech")
    dress = Dress(
        opening=Card("x", length=Fraction(2)),
        end=Card("y", length=Fraction(3)),
        music=Music(tune),
        style=STYLE,
    )
    made = cut(ranged(film, (0, 100)), tmp_path / "clip.mp4", SMALL, dress=dress)
    assert abs(made.integrated_lufs + 24) <= 1
    assert made.true_peak_dbtp <= -2
    sound = read_sound(tmp_path / "clip.mp4")

    def tone_db(start_s, end_s):
        """Give the level of the chord's highest tone, which speech has not."""
        piece = sound[round(start_s * SAMPLE_RATE_HZ) : round(end_s * SAMPLE_RATE_HZ)]
        # Loops turn the phase, so that each twentieth of a second is looked at alone.
        parts = piece[: len(piece) // 2400 * 2400].reshape(-1, 2400)
        turns = np.exp(-2j * math.pi * 6000 * np.arange(2400) / SAMPLE_RATE_HZ)
        return 10 * math.log10(np.mean(np.abs((parts * turns).mean(axis=1)) ** 2) + 1e-12)

    alone = tone_db(0.8, 1.4)
    assert alone > -50
    # Eleven units lower under speech, as the data say.
    assert abs(alone - tone_db(3, 5) - 11) < 3
    assert abs(tone_db(7.2, 7.9) - alone) < 3
    # Faded out at the very end.
    assert tone_db(8.8, 9) < alone - 12


@pytest.mark.slow
def test_music_alone_is_the_programme(films, tmp_path, tune):
    made = cut(
        ranged(films(frames=100, sound=None), (0, 75)),
        tmp_path / "clip.mp4",
        SMALL,
        dress=Dress(music=Music(tune)),
    )
    assert abs(made.integrated_lufs + 24) <= 1


def test_short_music_is_looped_without_a_gap_or_a_bump(tune):
    sound = read_music(Music(tune), 48_000, Fraction(60))
    # The silence at its ends is gone.
    assert abs(sound.shape[1] - 96_000) < 200
    bed = looped(sound, 480_000, 24_000)
    assert bed.shape == (2, 480_000)
    level = np.sqrt((bed.reshape(2, -1, 4800) ** 2).mean(axis=(0, 2)))
    assert level.min() > 0.6 * np.median(level)
    assert level.max() < 1.5 * np.median(level)
    assert np.array_equal(looped(sound, 50_000, 24_000), sound[:, :50_000])


def test_the_bed_goes_down_before_a_word_and_up_after_the_last_one():
    envelope = np.zeros(8000 * 6, np.float32)
    envelope[8000 * 2 : 8000 * 3] = 0.1
    said = speaking(envelope, -20.0)
    assert (np.flatnonzero(said)[0], np.flatnonzero(said)[-1]) == (100, 149)
    level = ducking(said, Music(Path("x"), level_lu=-9, ducked_lu=-20))
    assert len(level) == 300
    assert (level[0], level[-1]) == (-9, -9)
    assert np.abs(level[100:175] + 20).max() < 0.01
    # Half a second for the way, never a jump.
    assert np.abs(np.diff(level)).max() < 0.5


@pytest.mark.parametrize("content", [b"", b"not music at all, only words", b"ID3" + bytes(500)])
def test_what_is_no_music_is_refused_by_its_name(tmp_path, content):
    path = tmp_path / "配乐.mp3"
    path.write_bytes(content)
    with pytest.raises(BadDress, match=r"配乐\.mp3"):
        read_music(Music(path), 48_000, Fraction(10))


# --- the command ------------------------------------------------------------------------------------------


@pytest.fixture
def qichuang():
    group = click.Group("qichuang", commands={command.name: command for command in commands})

    def run(*args, obj=None):
        return CliRunner().invoke(
            group, [str(arg) for arg in args], obj={"house_style": lambda: STYLE} | (obj or {})
        )

    return run


def test_options_alone_dress_a_clip(qichuang, films, tmp_path, tune):
    out = tmp_path / "clip.mp4"
    (tmp_path / "a.srt").write_text("1\n00:00:02,200 --> 00:00:02,800\nwords\n", "utf-8")
    answer = qichuang(
        "render", films(frames=150), "--range", "2.0-3.0", "-o", out, "--delivery", "proxy", "--encode",
        "--title", "Title", "--subtitle", "Line", "--end-card", "End|of it", "--card-length", "0.4",
        "--lower-third", "Name||0-0.5", "--subtitles", tmp_path / "a.srt", "--subtitles-of-film",
        "--music", tune, "--json",
    )  # fmt: skip
    assert answer.exit_code == 0, answer.stderr
    told = json.loads(answer.stdout)
    assert (told["frames"], told["duration_s"], told["width"], told["ranges"]) == (45, 1.8, 640, [["2", "3"]])
    assert read_barcodes(out)[10:35] == list(range(50, 75))


def test_a_job_names_films_ranges_delivery_and_dress(qichuang, films, tmp_path):
    film = films(frames=150)
    job = {
        "ranges": [
            {"source": str(film), "in": "00:00:01:00", "out": 1.4},
            {"source": str(film), "in": "5.8"},
        ],
        "delivery": {"name": "proxy", "fit": "crop", "focus_x": 0.25},
        "subtitles": {"path": "a.srt", "clock": "source"},
        "dress": {"opening": {"title": "x", "length": "0.2"}},
    }
    (tmp_path / "job.json").write_text(json.dumps(job), "utf-8")
    (tmp_path / "a.srt").write_text("1\n00:00:01,200 --> 00:00:05,900\nwords\n", "utf-8")
    answer = qichuang("render", tmp_path / "job.json", "-o", tmp_path / "clip.mp4", "--json")
    assert answer.exit_code == 0, answer.stderr
    assert read_barcodes(tmp_path / "clip.mp4")[5:] == [*range(25, 35), *range(145, 150)]


@pytest.mark.parametrize(
    ("job", "words"),
    [
        ("{", "job.json is no JSON that can be read (line and column 1:2)"),
        ("[]", "“job” has to be a JSON object"),
        ("{}", "names no range"),
        ('{"ranges": [{"source": "none.mp4"}]}', "There is no file none.mp4"),
        ('{"ranges": [{"in": 0}]}', "“ranges[0].source” names no file"),
        ('{"ranges": [{"source": "job.json"}], "delivery": "huge"}', "master, web, vertical, square, proxy"),
        (
            '{"ranges": [{"source": "job.json"}], "delivery": {"name": "web", "focus_x": 2}}',
            "between 0 and 1",
        ),
        ('{"ranges": [{"source": "job.json"}], "subtitles": "none.srt"}', "There is no file none.srt"),
        ('{"ranges": [{"source": "job.json"}]}', "job.json is a text, not a film"),
    ],
)
def test_a_bad_job_is_refused_with_file_and_rule(qichuang, tmp_path, job, words):
    (tmp_path / "job.json").write_text(job, "utf-8")
    answer = qichuang("render", tmp_path / "job.json", "-o", tmp_path / "clip.mp4")
    assert (answer.exit_code, words in answer.stderr) == (1, True), answer.stderr
    assert not (tmp_path / "clip.mp4").exists()


@pytest.mark.slow
def test_music_is_never_overwritten_by_the_clip(qichuang, films, tune, tmp_path):
    before = tune.read_bytes()
    answer = qichuang("render", films(frames=50), "-o", tune, "--music", tune)
    assert (answer.exit_code, tune.read_bytes() == before) == (1, True)
