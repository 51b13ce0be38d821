"""Exact to the frame, proved by the number in every picture (A12, issue 3)."""

import dataclasses
import hashlib
import math
import random
from fractions import Fraction

import av
import numpy as np
import pytest

from media import cut as cut_module
from media.cut import cut
from media.deliveries import MASTER
from media.errors import BadRange, Cancelled, CutFailed, EngineFailed, Unsupported
from media.plan import EditList
from media.probe import probe
from media.testfilms import SAMPLE_RATE_HZ, read_barcodes, read_sound, truncate
from media.timecode import TimeRange

from .memory import watched

RATES = (Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(50))
# Every container and every rate once; all pairs are for the long suite.
QUICK = {("mkv", RATES[1]), ("mp4", RATES[2])}
# Numbers are read from small pictures as well as from large ones, and small ones are quicker to encode.
SMALL = dataclasses.replace(MASTER, width=640, height=360, preset="ultrafast", level="3.1")


def click_times(path):
    level = np.abs(read_sound(path))
    loud = np.flatnonzero(level > 0.3 * level.max())
    return loud[np.insert(np.diff(loud) > SAMPLE_RATE_HZ // 2, 0, True)] / SAMPLE_RATE_HZ


def frames(first, end, rate):
    return TimeRange(first / rate, end / rate)


def expected(first, end, rate, out_rate=Fraction(25)):
    """Give the numbers that a range shows: what the source shows at each point of the delivery's grid."""
    length = (end - first) / rate * out_rate
    count = math.ceil(length) if out_rate >= rate else max(1, math.floor(length + Fraction(1, 2)))
    offset = Fraction(1, 10) / max(rate, out_rate)
    return [min(end - 1, first + math.floor((k / out_rate + offset) * rate)) for k in range(count)]


@pytest.mark.parametrize(
    ("ending", "rate"),
    [
        pytest.param(ending, rate, marks=[] if (ending, rate) in QUICK else pytest.mark.slow)
        for ending in ("mp4", "mkv", "ts")
        for rate in RATES
    ],
)
def test_a_cut_holds_exactly_the_asked_frames_with_their_sound(films, tmp_path, ending, rate):
    source = films(ending, frames=round(6 * rate), rate=rate)
    first, end = 37, round(6 * rate) - 11
    made = cut(EditList.of(source, [frames(first, end, rate)]), tmp_path / "clip.mp4", SMALL)
    numbers = read_barcodes(tmp_path / "clip.mp4")
    wanted = expected(first, end, rate)
    if ending == "mkv" and rate != 25:
        # Matroska's clock counts milliseconds: where a grid point falls between two pictures by less than
        # that, either of them is right, except at the ends.
        assert (len(numbers), numbers[0], numbers[-1]) == (len(wanted), first, wanted[-1])
        assert max(abs(found - asked) for found, asked in zip(numbers, wanted, strict=True)) <= 1
    else:
        assert numbers == wanted
    assert made.frames == len(numbers)
    assert made.duration == Fraction(len(numbers), 25)
    starts = click_times(tmp_path / "clip.mp4")
    asked = [float(k - first / rate) for k in range(1, 6) if first / rate <= k < end / rate]
    assert len(starts) == len(asked)
    # A click at each whole second stays within 10 ms of its picture.
    assert np.abs(starts - asked).max() < 0.010


def test_at_the_delivery_rate_every_frame_comes_once_and_out_is_excluded(films, tmp_path):
    source = films(frames=150)
    cut(EditList.of(source, [frames(30, 77, 25)]), tmp_path / "clip.mp4", SMALL)
    assert read_barcodes(tmp_path / "clip.mp4") == list(range(30, 77))


@pytest.mark.parametrize(
    "recipe",
    [
        {"open_gop": True, "keyframe_every": 30, "b_frames": 3},
        {"keyframe_every": 1000, "b_frames": 3},
        {"b_frames": 0, "keyframe_every": 12},
    ],
    ids=["open groups", "one group", "no B pictures"],
)
@pytest.mark.slow
def test_random_cuts_are_exact_for_every_kind_of_group(films, tmp_path, recipe):
    source = films(frames=150, **recipe)
    chance = random.Random(7)  # noqa: S311 - a repeatable choice of cuts, no secret
    for number in range(4):
        first = chance.randrange(0, 140)
        end = chance.randrange(first + 1, 151)
        out = tmp_path / f"{number}.mp4"
        cut(EditList.of(source, [frames(first, end, 25)]), out, SMALL)
        assert read_barcodes(out) == list(range(first, end))


@pytest.mark.parametrize(("first", "end"), [(0, 1), (0, 150), (149, 150), (74, 75)])
def test_edges_of_the_film_and_single_frames_are_exact(films, tmp_path, first, end):
    source = films(frames=150)
    cut(EditList.of(source, [frames(first, end, 25)]), tmp_path / "clip.mp4", SMALL)
    assert read_barcodes(tmp_path / "clip.mp4") == list(range(first, end))


def test_a_range_may_come_twice(films, tmp_path):
    span = frames(30, 40, 25)
    cut(EditList.of(films(frames=150), [span, span]), tmp_path / "clip.mp4", SMALL)
    assert read_barcodes(tmp_path / "clip.mp4") == [*range(30, 40)] * 2


def test_ranges_of_two_sources_are_joined_in_the_order_of_the_list(films, tmp_path):
    one, two = films(frames=150), films("mkv", frames=100, rate=Fraction(25), sound=None)
    ranges = [(one, 100, 120), (two, 10, 40), (one, 5, 9), (one, 100, 110)]
    entries = tuple(EditList.of(path, [frames(first, end, 25)]).entries[0] for path, first, end in ranges)
    made = cut(EditList(entries), tmp_path / "clip.mp4", SMALL)
    wanted = [number for _, first, end in ranges for number in range(first, end)]
    assert read_barcodes(tmp_path / "clip.mp4") == wanted
    assert made.frames == len(wanted)


def test_a_varying_rate_becomes_constant_and_shows_what_the_source_shows(films, tmp_path):
    source = films(frames=60, step_pattern=(1, 1, 3), sound=None)
    cut(EditList.of(source, [frames(20, 70, 25)]), tmp_path / "clip.mp4", SMALL)
    shown = [number for number in range(60) for _ in range((1, 1, 3)[number % 3])]
    assert read_barcodes(tmp_path / "clip.mp4") == shown[20:70]
    assert not probe(tmp_path / "clip.mp4").picture.is_vfr


def test_the_master_is_what_the_standard_asks(films, tmp_path):
    """Issue 2 point 5; GY/T 282-2014: -24 LKFS within 2 LU, true peak at most -2 dBTP."""
    source = films(frames=150, rate=Fraction(30000, 1001), sound="speech", channels=6, size=(640, 480))
    made = cut(
        EditList.of(source, [TimeRange(Fraction(1), Fraction(4))]), tmp_path / "clip.mp4", preset="ultrafast"
    )
    info = probe(tmp_path / "clip.mp4")
    picture, sound = info.picture, info.sound
    assert (picture.codec, picture.width, picture.height, picture.sar) == ("h264", 1920, 1080, 1)
    assert (picture.nominal_rate, picture.frame_count, picture.pix_fmt) == (25, 75, "yuv420p")
    assert (picture.color_space, picture.color_primaries, picture.color_transfer) == ("bt709",) * 3
    assert (sound.codec, sound.rate_hz, sound.layout) == ("aac", 48000, "stereo")
    assert info.duration == made.duration == 3
    assert abs(made.integrated_lufs + 24) <= 0.5
    assert made.true_peak_dbtp <= -2
    content = (tmp_path / "clip.mp4").read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")
    assert hashlib.sha256(content).hexdigest() == made.sha256
    assert len(content) == made.size_bytes


def test_a_result_carries_no_metadata_of_its_source(films, tmp_path):
    tagged = tmp_path / "tagged.mp4"
    with av.open(str(films(frames=50))) as source, av.open(str(tagged), "w") as copy:
        copy.metadata["title"] = "机密"
        copy.metadata["location"] = "+23.1291+113.2644/"
        stream = copy.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = stream
                copy.mux(packet)
    cut(EditList.of(tagged, [frames(0, 25, 25)]), tmp_path / "clip.mp4", SMALL)
    with av.open(str(tmp_path / "clip.mp4")) as made:
        assert not {"title", "location", "encoder"} & made.metadata.keys()
    assert "机密".encode() not in (tmp_path / "clip.mp4").read_bytes()


def test_missing_sound_is_made_silent(films, tmp_path):
    made = cut(EditList.of(films(frames=50, sound=None), [frames(0, 50, 25)]), tmp_path / "clip.mp4", SMALL)
    assert probe(tmp_path / "clip.mp4").sound.layout == "stereo"
    assert np.abs(read_sound(tmp_path / "clip.mp4")).max() < 1e-3
    assert made.integrated_lufs is None


@pytest.mark.parametrize(
    "recipe", [{"rotation": 90}, {"rotation": 180}, {"sar": Fraction(4, 3), "size": (480, 360)}]
)
def test_turned_and_squeezed_films_come_out_upright_and_in_shape(films, tmp_path, recipe):
    source = films(frames=50, sound=None, **recipe)
    cut(EditList.of(source, [frames(10, 30, 25)]), tmp_path / "clip.mp4", SMALL)
    info = probe(tmp_path / "clip.mp4").picture
    assert (info.rotation, info.sar, info.width, info.height) == (0, 1, 640, 360)
    if "sar" in recipe:
        assert read_barcodes(tmp_path / "clip.mp4") == list(range(10, 30))


def test_fields_are_made_into_whole_pictures(films, tmp_path):
    source = films(frames=50, interlaced=True, sound=None)
    cut(EditList.of(source, [frames(10, 30, 25)]), tmp_path / "clip.mp4", SMALL)
    assert probe(tmp_path / "clip.mp4").picture.field_order == "progressive"
    assert read_barcodes(tmp_path / "clip.mp4") == list(range(10, 30))


def test_progress_rises_to_one(films, tmp_path):
    told = []
    cut(
        EditList.of(films(frames=150), [frames(0, 150, 25)]),
        tmp_path / "clip.mp4",
        SMALL,
        on_progress=told.append,
    )
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_the_same_cut_gives_the_same_bytes(films, tmp_path):
    made = [
        cut(EditList.of(films(frames=50), [frames(3, 30, 25)]), tmp_path / f"{n}.mp4", SMALL)
        for n in range(2)
    ]
    assert made[0].sha256 == made[1].sha256


@pytest.mark.parametrize(("start", "end"), [(6, 7), (5, Fraction(61, 10)), (100, 200)])
def test_a_range_outside_the_film_is_refused_and_named(films, tmp_path, start, end):
    edit_list = EditList.of(films(frames=150), [TimeRange(Fraction(start), Fraction(end))], "源片.mp4")
    with pytest.raises(BadRange, match=r"源片\.mp4"):
        cut(edit_list, tmp_path / "clip.mp4", SMALL)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_edit_list_is_refused(tmp_path):
    with pytest.raises(BadRange):
        cut(EditList(()), tmp_path / "clip.mp4", SMALL)


def test_a_film_of_sound_alone_cannot_be_cut(films, tmp_path):
    info = dataclasses.replace(probe(films(frames=50)), video=())
    edit_list = EditList.of(films(frames=50), [frames(0, 25, 25)])
    with pytest.raises(Unsupported):
        cut(edit_list, tmp_path / "clip.mp4", SMALL, infos={films(frames=50): info})


def test_what_stood_there_before_stays_when_a_cut_is_stopped(films, tmp_path):
    out = tmp_path / "clip.mp4"
    out.write_bytes(b"the last good clip")
    with pytest.raises(Cancelled):
        cut(EditList.of(films(frames=150), [frames(0, 150, 25)]), out, should_stop=lambda: True)
    assert out.read_bytes() == b"the last good clip"
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mp4"]


def test_a_source_that_breaks_off_inside_the_range_gives_no_clip(films, tmp_path):
    """The index promises more than the file holds; the engine's own status would be 0."""
    broken = truncate(films("mkv", frames=150, rate=Fraction(25)), tmp_path / "broken.mkv", 0.5)
    whole = probe(films("mkv", frames=150, rate=Fraction(25)))
    with pytest.raises((CutFailed, EngineFailed)):
        cut(EditList.of(broken, [frames(20, 140, 25)]), tmp_path / "clip.mp4", SMALL, infos={broken: whole})
    assert not (tmp_path / "clip.mp4").exists()


@pytest.mark.parametrize("slip", [-1, 1])
def test_verification_refuses_a_cut_that_is_one_frame_off(films, tmp_path, monkeypatch, slip):
    """The proof is made by PyAV, on another way than the filters that made the cut."""
    source = films(frames=150)
    real = cut_module.on_grid

    def slipped(picture, start, end, *rest):
        return real(picture, start + Fraction(slip, 25), end + Fraction(slip, 25), *rest)

    monkeypatch.setattr(cut_module, "on_grid", slipped)
    with pytest.raises(CutFailed, match=r"neighbour|differs"):
        cut(EditList.of(source, [frames(30, 60, 25)]), tmp_path / "clip.mp4", SMALL)
    assert list(tmp_path.iterdir()) == []


def write_sounds(path, tracks, frames=50):
    """Write a film with some sound tracks, each {channel: tone in Hz}; six channels are L R C LFE Ls Rs."""
    with av.open(str(path), "w") as film:
        picture = film.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
        picture.width, picture.height, picture.pix_fmt = 320, 180, "yuv420p"
        layouts = ["5.1" if max(tones) > 1 else "stereo" for tones in tracks]
        streams = [film.add_stream("aac", rate=SAMPLE_RATE_HZ, layout=layout) for layout in layouts]
        for _ in range(frames):
            film.mux(picture.encode(av.VideoFrame(320, 180, "yuv420p")))
        film.mux(picture.encode(None))
        count = frames * SAMPLE_RATE_HZ // 25
        times = np.arange(count) / SAMPLE_RATE_HZ
        for stream, tones, layout in zip(streams, tracks, layouts, strict=True):
            samples = np.zeros((6 if layout == "5.1" else 2, count), np.float32)
            for channel, tone in tones.items():
                samples[channel] = 0.2 * np.sin(2 * np.pi * tone * times)
            for begin in range(0, count, 1024):
                block = np.ascontiguousarray(samples[:, begin : begin + 1024])
                frame = av.AudioFrame.from_ndarray(block, format="fltp", layout=layout)
                frame.sample_rate, frame.pts = SAMPLE_RATE_HZ, begin
                frame.time_base = Fraction(1, SAMPLE_RATE_HZ)
                film.mux(stream.encode(frame))
            film.mux(stream.encode(None))
    return path


def tone_levels(path, *tones):
    """Give the level of some tones in dB, for the left and the right channel."""
    with av.open(str(path)) as film:
        samples = np.concatenate([frame.to_ndarray() for frame in film.decode(audio=0)], axis=1)
    middle = samples[:, SAMPLE_RATE_HZ // 2 : SAMPLE_RATE_HZ * 3 // 2]
    turns = np.exp(-2j * np.pi * np.outer(tones, np.arange(SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ)
    return 20 * np.log10(np.abs(middle @ turns.T) / SAMPLE_RATE_HZ + 1e-9)


def test_of_six_channels_the_middle_is_heard_on_both_sides_3_db_below_the_sides(tmp_path):
    """ITU-R BS.775: left and right as they are, the centre and the surrounds at -3 dB; LFE is left out."""
    film = write_sounds(tmp_path / "film.mp4", [{0: 500, 1: 700, 2: 1000, 3: 60, 4: 1500, 5: 2100}])
    cut(EditList.of(film, [frames(0, 50, 25)]), tmp_path / "clip.mp4", SMALL)
    left, right = tone_levels(tmp_path / "clip.mp4", 500, 700, 1000, 60, 1500, 2100)
    assert (
        np.abs(left - left[0] - [0, left[1] - left[0], -3, left[3] - left[0], -3, left[5] - left[0]]).max()
        < 0.5
    )
    assert np.abs([right[1] - left[0], right[2] - left[2], right[5] - left[4]]).max() < 0.5
    # Nothing of the right in the left, of the left in the right, or of the low effects in either.
    assert max(left[1], left[5], right[0], right[4], left[3], right[3]) < left[0] - 40


def test_of_several_sound_tracks_the_first_is_taken(tmp_path):
    film = write_sounds(tmp_path / "film.mp4", [{0: 500, 1: 500}, {0: 1000, 1: 1000}])
    cut(EditList.of(film, [frames(0, 50, 25)]), tmp_path / "clip.mp4", SMALL)
    assert len(probe(tmp_path / "clip.mp4").audio) == 1
    (first, second), _ = tone_levels(tmp_path / "clip.mp4", 500, 1000)
    assert first > second + 40


def test_a_phone_leaves_no_place_device_chapter_or_other_track_in_a_clip(films, tmp_path):
    """Its boxes are searched for in the bytes, in which nothing hides."""
    phone = tmp_path / "phone.mov"
    options = {"movflags": "use_metadata_tags"}
    with av.open(str(films(frames=50))) as source, av.open(str(phone), "w", options=options) as copy:
        copy.metadata.update(
            {
                "location": "+23.1291+113.2644/",
                "com.apple.quicktime.make": "Telefon",
                "com.apple.quicktime.model": "X1",
            }
        )
        streams = [copy.add_stream_from_template(stream) for stream in source.streams]
        copy.set_chapters(
            [
                {
                    "id": 1,
                    "start": 0,
                    "end": 1000,
                    "time_base": Fraction(1, 1000),
                    "metadata": {"title": "Kapitel"},
                }
            ]
        )
        for packet in source.demux():
            if packet.size:
                packet.stream = streams[packet.stream.index]
                copy.mux(packet)
    traces = (b"+23.1291", b"com.apple", b"Telefon", b"Kapitel")
    assert all(trace in phone.read_bytes() for trace in traces)
    assert probe(phone).chapters == 1
    cut(EditList.of(phone, [frames(0, 40, 25)]), tmp_path / "clip.mp4", SMALL)
    made = (tmp_path / "clip.mp4").read_bytes()
    assert [trace for trace in (*traces, b"\xa9xyz", b"keys", b"chpl") if trace in made] == []
    # The writer leaves a box for such things, with nothing in it.
    assert made.count(b"ilst") == made.count(b"\0\0\0\x08ilst") == 1
    info = probe(tmp_path / "clip.mp4")
    assert (info.chapters, info.data_tracks, len(info.video), len(info.audio)) == (0, 0, 1, 1)


MATRIX = bytes.fromhex("00010000 00000000 00000000 00000000 00010000 00000000 00000000 00000000 40000000")


@pytest.mark.parametrize(
    "matrix",
    ["ffff0000 00000000 00000000 00000000 00010000", "00000000 00010000 00000000 00010000 00000000"],
    ids=["mirrored", "mirrored and turned"],
)
def test_a_mirrored_film_comes_out_as_players_show_it(tmp_path, matrix):
    """As front cameras of phones write it; verification sees the same picture by its own way."""
    from media.testfilms import make_test_film

    film = make_test_film(tmp_path / "plain.mp4", frames=30, sound=None, barcode=False)
    content = film.read_bytes()
    place = content.index(MATRIX, content.index(b"tkhd"))
    stored = bytes.fromhex(matrix)
    film.write_bytes(content[:place] + stored + content[place + len(stored) :])
    cut(EditList.of(film, [frames(5, 15, 25)]), tmp_path / "clip.mp4", dataclasses.replace(SMALL, crf=8))
    with av.open(str(film)) as source, av.open(str(tmp_path / "clip.mp4")) as clip:
        wanted = [frame.to_ndarray()[:360].astype(float) for frame in source.decode(video=0)][5]
        got = next(clip.decode(video=0)).to_ndarray()[:360].astype(float)
    if matrix.startswith("ffff"):
        assert np.abs(got - wanted[:, ::-1]).mean() < 2
    else:
        # 360 x 640, which stands in the middle of 640 x 360 at 202 x 360.
        rows, columns = (np.arange(20) + 0.5) / 20, (np.arange(20) + 0.5) / 20
        shown = got[np.ix_((rows * 360).astype(int), (219 + columns * 202).astype(int))]
        expected = wanted.T[np.ix_((rows * 640).astype(int), (columns * 360).astype(int))]
        assert np.abs(shown - expected).mean() < 6


@pytest.mark.slow
def test_a_picture_that_stands_for_a_minute_does_not_fill_the_memory(films, tmp_path):
    """Made ready after it was repeated, as it once was, each repetition was a picture of its own."""
    steps = (*[1] * 9, 25 * 60, *[1] * 10)
    film = films("mkv", frames=20, step_pattern=steps, sound=None)
    large = dataclasses.replace(MASTER, preset="ultrafast")
    edits = EditList.of(film, [TimeRange(Fraction(0), Fraction(303, 5))])
    made, peaks_mib = watched(cut, edits, tmp_path / "o.mp4", large)
    assert made.frames == 1515
    # How much waits in queues depends on what else the machine does; it was 4,600 once.
    assert max(peaks_mib) < 900
