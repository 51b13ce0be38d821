"""The fast lane: copied where the source is the delivery, proved, given up by itself (issue 3, 5 and 6)."""

import contextlib
import dataclasses
import hashlib
import itertools
import random
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import matplotlib as mpl
import numpy as np
import pytest

from media import cut as cut_module
from media import ffmpeg, h264, lane_proof, lane_write
from media import lane as lane_module
from media.cut import cut, picture_options
from media.deliveries import MASTER
from media.dress import Card, Cue, Dress, LowerThird, Music, Style
from media.errors import Cancelled
from media.lane import NoLane, plan_lane, survey
from media.plan import EditList, Entry, Source, plan
from media.probe import probe
from media.reasons import allowed_level, why_not_copied
from media.specimen import make_demo_film
from media.testfilms import read_barcodes, read_sound
from media.timecode import TimeRange
from tests.marks import mostly_slow

from .lane_films import (
    CLOSED,
    COPIED,
    ENCODED,
    FRAMES,
    OPEN,
    PYRAMID,
    SINGLE,
    SMALL,
    TAGS,
    all_pictures,
    delivered,
    numbered,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("lane")


def film_of(folder, groups, *extra, ending="mp4", frames=FRAMES, **recipe):
    name = f"{frames}-{groups}{''.join(extra)}{recipe}".replace(":", "_").replace("/", "_")
    return delivered(numbered(folder, frames, **recipe), folder / f"{name}.{ending}", groups, *extra)


def span(first, end):
    return TimeRange(Fraction(first, 25), Fraction(end, 25))


def cut_of(film, out, *ranges, lane="auto", **options):
    return cut(EditList.of(film, [span(*pair) for pair in ranges]), out, SMALL, lane=lane, **options)


def lane_of(film, *ranges, delivery=SMALL):
    edit_list = EditList.of(film, [span(*pair) for pair in ranges])
    return plan_lane(plan(edit_list, {film: probe(film)}, delivery))


def job_of(plan, folder):
    admissions = {one.source.path: cut_module.hostile.admit(one.source.path) for one in plan.ranges}
    return cut_module._Job(plan, admissions, folder, None, None, 60)


def stored(path):
    """Give pts, dts and bytes of every stored picture."""
    with av.open(str(path)) as container:
        return [(packet.pts, packet.dts, bytes(packet)) for packet in container.demux(video=0) if packet.size]


@pytest.fixture(scope="module", params=COPIED)
def copied(request, folder):
    """Give a film of each kind, a clip of it with edges at both ends, and what the engine said of it."""
    film, out = film_of(folder, COPIED[request.param]), folder / f"copied-{request.param}.mp4"
    return film, out, cut_of(film, out, (13, 227))


def test_whole_groups_are_copied_and_every_frame_is_the_asked_one(copied):
    _, clip, made = copied
    assert (made.lane, made.frames) == ("copy", 214)
    assert made.reason.endswith("of 214 frames are copied, the others encoded.")
    assert read_barcodes(clip) == list(range(13, 227))


def slices(packets):
    """Give the bytes of the slices of some packets, without what else stands between them."""
    kinds = {h264.SLICE, h264.IDR}
    return [
        [unit for unit in h264.units_of(data, 4) if h264.kind_of(unit) in kinds] for _, _, data in packets
    ]


def hashes(pictures):
    return [hashlib.sha256(b"".join(plane.tobytes() for plane in planes)).hexdigest() for planes in pictures]


def test_the_copied_middle_is_bit_identical(copied):
    """The same slices byte for byte, and the same pictures out of the decoder."""
    film, clip, _ = copied
    (middle,) = lane_of(film, (13, 227)).copied
    assert middle.frames >= 100
    at = sum(piece.frames for piece in lane_of(film, (13, 227)).pieces if piece.end <= middle.first)
    theirs = [packet for packet in stored(film) if middle.first <= packet[0] * 25 // tick(film) < middle.end]
    assert slices(stored(clip)[at : at + middle.frames]) == slices(theirs)
    source = hashes(all_pictures(film, middle.first, middle.end))
    assert hashes(all_pictures(clip, middle.out_first, middle.out_end)) == source


def tick(path):
    with av.open(str(path)) as container:
        return 1 / container.streams.video[0].time_base


def test_parameter_sets_stand_only_in_the_box_and_times_are_even(copied):
    _, path, _ = copied
    with av.open(str(path)) as clip:
        config = h264.read_box(clip.streams.video[0].codec_context.extradata)
    assert [h264.read_sequence_set(unit).set_id for unit in config.sequence_sets] == [0, 7]
    packets = stored(path)
    kinds = {h264.kind_of(unit) for _, _, data in packets for unit in h264.units_of(data, 4)}
    assert kinds <= {h264.SLICE, h264.IDR, h264.SEI}
    assert {later[1] - earlier[1] for earlier, later in itertools.pairwise(packets)} == {512}
    assert sorted(pts for pts, _, _ in packets) == [512 * number for number in range(214)]
    # The smallest delay: decoding nowhere later than showing, and somewhere at the same time.
    assert min(pts - dts for pts, dts, _ in packets) == 0


def test_the_sound_is_made_exactly_as_by_encoding(folder, tmp_path):
    film = film_of(folder, PYRAMID)
    copied = cut_of(film, tmp_path / "copied.mp4", (13, 227))
    encoded = cut_of(film, tmp_path / "encoded.mp4", (13, 227), lane="encode")
    assert (copied.lane, encoded.lane) == ("copy", "encode")
    sounds = []
    for name in ("copied.mp4", "encoded.mp4"):
        with av.open(str(tmp_path / name)) as clip:
            sounds.append([(packet.pts, bytes(packet)) for packet in clip.demux(audio=0) if packet.size])
    assert sounds[0] == sounds[1]
    assert (copied.integrated_lufs, copied.true_peak_dbtp) == (
        encoded.integrated_lufs,
        encoded.true_peak_dbtp,
    )


@pytest.mark.parametrize(
    ("ranges", "copied"),
    [
        ([(50, 200)], 150),
        ([(0, FRAMES)], FRAMES),
        pytest.param([(200, FRAMES)], 60, marks=pytest.mark.slow),
        ([(49, 101)], 50),
        ([(50, 101)], 50),
        pytest.param([(10, 120), (130, 210), (60, 140)], 50 + 50 + 0, marks=pytest.mark.slow),
        pytest.param([(50, 100), (50, 100), (0, 50)], 150, marks=pytest.mark.slow),
    ],
)
def test_every_range_has_its_own_edges(folder, tmp_path, ranges, copied):
    film = film_of(folder, CLOSED)
    made = cut_of(film, tmp_path / "clip.mp4", *ranges)
    assert read_barcodes(tmp_path / "clip.mp4") == [number for pair in ranges for number in range(*pair)]
    assert (made.lane, made.reason.split()[0]) == ("copy", str(copied))


def test_sources_that_share_their_parameter_sets_are_joined(folder, tmp_path):
    one, two = film_of(folder, CLOSED), film_of(folder, CLOSED, frames=150)
    entries = (Entry(Source(one), span(20, 170)), Entry(Source(two), span(5, 120)))
    made = cut(EditList(entries), tmp_path / "clip.mp4", SMALL)
    assert made.lane == "copy"
    assert read_barcodes(tmp_path / "clip.mp4") == [*range(20, 170), *range(5, 120)]


def test_sources_that_were_encoded_differently_are_encoded_anew(folder, tmp_path):
    one, two = film_of(folder, CLOSED), film_of(folder, PYRAMID)
    entries = (Entry(Source(one), span(20, 170)), Entry(Source(two), span(5, 120)))
    made = cut(EditList(entries), tmp_path / "clip.mp4", SMALL)
    assert (made.lane, made.reason) == ("encode", "The sources were not encoded alike.")
    assert read_barcodes(tmp_path / "clip.mp4") == [*range(20, 170), *range(5, 120)]


@pytest.mark.parametrize(
    ("groups", "pair"),
    [
        (OPEN, (30, 200)),
        pytest.param(SINGLE, (1, FRAMES - 1), marks=pytest.mark.slow),
        (CLOSED, (51, 149)),
        (CLOSED, (60, 61)),
    ],
    ids=["open", "single", "short", "one frame"],
)
def test_without_a_whole_closed_group_every_frame_is_encoded(folder, tmp_path, groups, pair):
    made = cut_of(film_of(folder, groups), tmp_path / "clip.mp4", pair)
    assert (made.lane, made.reason) == (
        "encode",
        "No closed groups of pictures of a second or more lie in the range.",
    )
    assert read_barcodes(tmp_path / "clip.mp4") == list(range(*pair))


def test_whoever_asks_for_encoding_gets_it(folder, tmp_path):
    made = cut_of(film_of(folder, CLOSED), tmp_path / "clip.mp4", (0, 100), lane="encode")
    assert (made.lane, made.reason) == ("encode", "Every frame is encoded.")


@pytest.mark.slow
def test_a_clip_of_the_lane_can_be_cut_again(folder, tmp_path):
    """Its two parameter sets are more than the lane takes, so it is encoded."""
    cut_of(film_of(folder, CLOSED), tmp_path / "first.mp4", (13, 227))
    made = cut_of(tmp_path / "first.mp4", tmp_path / "second.mp4", (5, 150))
    assert (made.lane, made.reason) == ("encode", "The source has several sequence parameter sets.")
    assert read_barcodes(tmp_path / "second.mp4") == list(range(18, 163))


def test_an_edit_list_in_the_source_is_kept_to(folder, tmp_path):
    """The film is a copy that begins between key frames, as editors and phones leave it."""
    whole = film_of(folder, PYRAMID)
    trimmed = tmp_path / "trimmed.mp4"
    ffmpeg.run(["-ss", "0.52", "-i", str(whole), "-map", "0", "-c", "copy", str(trimmed)])
    shown = read_barcodes(trimmed)
    made = cut_of(trimmed, tmp_path / "clip.mp4", (5, 200))
    assert made.lane == "copy"
    assert read_barcodes(tmp_path / "clip.mp4") == shown[5:200]


def test_parameter_sets_that_change_inside_are_never_copied(folder, tmp_path):
    """Two encodings behind each other in one track, the second with its sets between the pictures."""
    joined = tmp_path / "joined.mp4"
    parts = [film_of(folder, groups, frames=150) for groups in (CLOSED, "keyint=50:bframes=0:ref=3")]
    with av.open(str(parts[0])) as first, av.open(str(parts[1])) as second, av.open(str(joined), "w") as out:
        track = out.add_stream_from_template(first.streams.video[0], opaque=True)
        sets = h264.read_box(second.streams.video[0].codec_context.extradata)
        between = h264.packed([*sets.sequence_sets, *sets.picture_sets])
        for number, packet in enumerate(p for part in (first, second) for p in part.demux(video=0) if p.size):
            data = (between if number == 150 else b"") + bytes(packet)
            copy = av.Packet(data)
            copy.stream, copy.time_base, copy.duration = track, Fraction(1, 25), 1
            copy.pts = copy.dts = number
            copy.is_keyframe = packet.is_keyframe
            out.mux(copy)
    with pytest.raises(NoLane, match="parameter sets of the source change inside"):
        lane_of(joined, (10, 280))


def names(films):
    return [name for name, _ in films]


OTHERS = [
    ("The source is h264 yuv422p.", ["-pix_fmt", "yuv422p", "-profile:v", "high422"]),
    ("The source has 160 × 90 pixels.", ["-s", "160x90"]),
    ("The source has 24.000 frames a second.", ["-r", "24"]),
    ("The source has the profile Main.", ["-x264-params", "cabac=1:8x8dct=0"]),
    ("The source has the level 5.1.", ["-level", "5.1"]),
    ("The source does not say that its colours are BT.709.", ["-vf", "setparams=colorspace=smpte170m"]),
    ("The source has pixels of shape 4/3.", ["-vf", TAGS + ",setsar=4/3"]),
]


@pytest.mark.parametrize(("reason", "changes"), OTHERS, ids=names(OTHERS))
def test_a_source_that_is_not_the_delivery_says_why(folder, reason, changes):
    film = film_of(folder, CLOSED, *changes, frames=60)
    assert str(why_not_copied(probe(film), SMALL)) == reason
    with pytest.raises(NoLane) as caught:
        lane_of(film, (0, 50))
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"rotation": 180}, "The source is turned by 180 degrees."),
        ({"is_vfr": True}, "The source has a varying frame rate."),
        ({"field_order": "tff"}, "The source is interlaced."),
        ({"color_range": "pc"}, "The source has full-range colours."),
        ({}, ""),
    ],
)
def test_what_the_headers_tell_is_asked_first(folder, changes, reason):
    info = probe(film_of(folder, CLOSED))
    changed = dataclasses.replace(info, video=(dataclasses.replace(info.video[0], **changes),))
    assert str(why_not_copied(changed, SMALL) or "") == reason


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        (
            ["-c:v", "libx265", "-profile:v", "main", "-x265-params", "log-level=none"],
            "The source is hevc yuv420p.",
        ),
        (["-flags", "+ilme+ildct"], "The source is interlaced."),
    ],
    ids=["hevc", "interlaced"],
)
def test_other_codecs_and_interlaced_films_are_encoded(folder, tmp_path, extra, reason):
    name, tags = extra[-1].strip("+"), f"{TAGS}:field_mode=tff" if "interlaced" in reason else TAGS
    film = delivered(numbered(folder, 60), folder / f"{name}.mp4", CLOSED, *extra, tags=tags)
    made = cut_of(film, tmp_path / "clip.mp4", (0, 50))
    assert (made.lane, made.reason, made.frames) == ("encode", reason, 50)


RATES = [Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(50), Fraction(60)]


@pytest.mark.parametrize(
    "rate",
    [pytest.param(rate, marks=[] if rate == RATES[2] else pytest.mark.slow) for rate in RATES],
    ids=str,
)
def test_a_delivery_of_any_rate_is_copied_from_sources_of_that_rate(folder, tmp_path, rate):
    film = film_of(folder, PYRAMID, frames=150, rate=rate)
    delivery = dataclasses.replace(SMALL, rate=rate)
    edit_list = EditList.of(film, [TimeRange(13 / rate, 131 / rate)])
    made = cut(edit_list, tmp_path / "clip.mp4", delivery)
    assert (made.lane, made.frames, made.duration) == ("copy", 118, 118 / rate)
    assert made.reason.startswith("80 of 118")
    assert read_barcodes(tmp_path / "clip.mp4") == list(range(13, 131))
    clip = probe(tmp_path / "clip.mp4")
    assert (clip.picture.nominal_rate, clip.picture.is_vfr, clip.duration) == (rate, False, 118 / rate)


def test_a_faster_delivery_may_have_the_level_that_its_rate_needs():
    """H.264 table A-1: 1080p at 50 pictures a second is level 4.2."""
    faster = [dataclasses.replace(MASTER, rate=rate) for rate in RATES]
    assert [allowed_level(delivery) for delivery in faster] == [41, 41, 41, 42, 42]
    told = [picture_options(delivery, "veryfast")["level:v"] for delivery in faster]
    assert told == ["4.1", "4.1", "4.1", "4.2", "4.2"]


def test_a_film_is_walked_over_once_for_all_its_clips(folder, tmp_path, monkeypatch):
    film = tmp_path / "film.mp4"
    film.write_bytes(film_of(folder, CLOSED).read_bytes())
    taken = []
    real = lane_module._Walk.take
    monkeypatch.setattr(
        lane_module._Walk, "take", lambda self, *args, **kw: taken.append(1) or real(self, *args, **kw)
    )
    info = probe(film)
    first = survey(film, info, 90)
    assert ([(group.first, group.end) for group in first.groups], len(taken)) == ([(0, 50), (50, 100)], 101)
    # It goes on where it stopped, and what was read already is not read again.
    whole = survey(film, info, FRAMES)
    assert (len(whole.groups), len(taken)) == (6, 101 + FRAMES - 100)
    assert [survey(film, info, until) for until in (90, FRAMES)] == [first, whole]
    assert len(taken) == 101 + FRAMES - 100
    # Another content under the same name is another film.
    film.write_bytes(film_of(folder, CLOSED, frames=150).read_bytes())
    assert len(survey(film, probe(film), 150).groups) == 3


def test_a_group_that_cannot_be_copied_is_encoded_between_two_that_are(folder, tmp_path, monkeypatch):
    film = film_of(folder, CLOSED)
    real = lane_module.survey

    def holed(*args):
        found = real(*args)
        return dataclasses.replace(found, groups=tuple(g for g in found.groups if g.first != 100))

    monkeypatch.setattr(lane_module, "survey", holed)
    made = cut_of(film, tmp_path / "clip.mp4", (13, 227))
    assert (made.lane, made.reason.split()[0]) == ("copy", "100")
    assert read_barcodes(tmp_path / "clip.mp4") == list(range(13, 227))


def test_a_run_of_less_than_a_second_is_encoded(folder):
    film = film_of(folder, "keyint=24:min-keyint=24:bframes=0", frames=60)
    with pytest.raises(NoLane, match="of a second or more"):
        lane_of(film, (20, 50))
    assert [piece.frames for piece in lane_of(film, (0, 50)).copied] == [48]


def test_too_few_copies_are_not_worth_their_proof(folder):
    film = film_of(folder, CLOSED)
    with pytest.raises(NoLane, match="Only 50 of 139 frames could be copied"):
        plan_lane(lane_of(film, (60, 199)).plan, least_share=Fraction(1, 2))


FONT = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"


def dressed(**changes):
    return Dress(style=Style(FONT), **changes)


def seconds_of(first, end):
    return Fraction(first, 25), Fraction(end, 25)


def test_cards_and_titled_pictures_are_encoded_and_all_others_copied(folder, tmp_path):
    film = film_of(folder, PYRAMID)
    dress = dressed(
        opening=Card("Opening", length=Fraction(1)),
        end=Card("End", length=Fraction(2)),
        lower_thirds=(LowerThird("Li", "Engineer", *seconds_of(50, 70)),),
        subtitles=(Cue(*seconds_of(165, 175), "Speech"),),
    )
    made = cut(EditList.of(film, [span(0, FRAMES)]), tmp_path / "clip.mp4", SMALL, dress=dress)
    assert (made.lane, made.frames) == ("copy", 25 + FRAMES + 50)
    assert made.reason == "180 of 335 frames are copied, the others encoded."
    assert read_barcodes(tmp_path / "clip.mp4") == [*[-1] * 25, *range(FRAMES), *[-1] * 50]
    lane = plan_lane(plan(EditList.of(film, [span(0, FRAMES)]), {film: probe(film)}, SMALL, dress))
    assert [(piece.out_first, piece.out_end) for piece in lane.copied] == [(25, 65), (105, 185), (225, 285)]
    for piece in lane.copied:
        source = all_pictures(film, piece.first, piece.end)
        clip = all_pictures(tmp_path / "clip.mp4", piece.out_first, piece.out_end)
        for wanted, got in zip(source, clip, strict=True):
            assert all(np.array_equal(one, other) for one, other in zip(wanted, got, strict=True))


def test_titles_that_lie_over_two_ranges_and_music_go_through_the_lane(folder, tmp_path):
    film = film_of(folder, CLOSED)
    dress = dressed(
        subtitles=(Cue(*seconds_of(80, 120), "Speech"),), music=Music(numbered(folder, 60), "Music")
    )
    ranges = [span(0, 100), span(100, 250)]
    copied = cut(EditList.of(film, ranges), tmp_path / "copied.mp4", SMALL, dress=dress)
    encoded = cut(EditList.of(film, ranges), tmp_path / "encoded.mp4", SMALL, dress=dress, lane="encode")
    assert (copied.lane, encoded.lane) == ("copy", "encode")
    assert copied.reason.startswith("150 of 250")
    assert read_barcodes(tmp_path / "copied.mp4") == list(range(250))
    titled = [all_pictures(tmp_path / f"{name}.mp4", 80, 120) for name in ("copied", "encoded")]
    for one, other in zip(*titled, strict=True):
        assert np.abs(one[0].astype(int) - other[0]).mean() < 2
    sounds = [read_sound(tmp_path / f"{name}.mp4") for name in ("copied", "encoded")]
    assert np.array_equal(*sounds)


def test_many_pieces_are_encoded_in_several_parts(folder):
    """Each part reads a bounded number of films; every piece and every title is in exactly one."""
    film = film_of(folder, CLOSED)
    ranges = [span(first, first + 60) for first in range(10, 190, 10)]
    dress = dressed(subtitles=(Cue(*seconds_of(50, 80), "Speech"),))
    lane = plan_lane(plan(EditList.of(film, ranges), {film: probe(film)}, SMALL, dress))
    parts = lane.edges()
    assert [piece for edges in parts for piece in edges.pieces] == list(lane.encoded)
    assert len(parts) > 1
    assert all(len(edges.plan.segments) <= lane_module._MOST_INPUTS for edges in parts)
    (over,) = (overlay for edges in parts for overlay in edges.plan.overlays)
    assert over.end - over.first == 30


def test_a_title_over_everything_leaves_nothing_to_copy(folder, tmp_path):
    dress = dressed(subtitles=(Cue(Fraction(0), Fraction(8), "Speech"),))
    edit_list = EditList.of(film_of(folder, CLOSED), [span(0, 100)])
    made = cut(edit_list, tmp_path / "clip.mp4", SMALL, dress=dress)
    assert (made.lane, made.reason) == (
        "encode",
        "No closed groups of pictures of a second or more are free of titles.",
    )


def spoil_bytes(real):
    def spoiled(piece, segment):
        for sample in real(piece, segment):
            data = bytearray(sample.data)
            if sample.shown == piece.out_first + 60:
                data[len(data) // 2] ^= 0x40
            yield dataclasses.replace(sample, data=bytes(data))

    return spoiled


def swap_edges(real):
    def swapped(edges, path):
        config, made = real(edges, path)
        for piece, samples in made.items():
            numbers = [sample.shown for sample in samples]
            moved = numbers[1:] + numbers[:1]
            made[piece] = [
                dataclasses.replace(sample, shown=number)
                for sample, number in zip(samples, moved, strict=True)
            ]
        return config, made

    return swapped


def lose_one(real):
    def lost(piece, segment):
        yield from list(real(piece, segment))[:-1]

    return lost


def add_one(real):
    def added(piece, segment):
        samples = list(real(piece, segment))
        yield from [*samples, samples[-1]]

    return added


def spoil_edge(real):
    def spoilt(edges, path):
        config, made = real(edges, path)
        samples = next(iter(made.values()))
        data = bytearray(samples[3].data)
        data[len(data) // 2] ^= 1
        samples[3] = dataclasses.replace(samples[3], data=bytes(data))
        return config, made

    return spoilt


def confuse(real):
    def confused(piece, segment):
        raise h264.NotUnderstood("A test.")

    return confused


@pytest.mark.parametrize(
    ("name", "spoil"),
    mostly_slow(
        [
            ("copied_samples", spoil_bytes),
            ("encoded_samples", swap_edges),
            ("encoded_samples", spoil_edge),
            ("copied_samples", lose_one),
            ("copied_samples", add_one),
            ("copied_samples", confuse),
        ],
        0,
        1,
    ),
    ids=[
        "a flipped bit",
        "edge frames out of order",
        "a flipped bit of an edge",
        "a lost frame",
        "a frame too many",
        "unreadable",
    ],
)
def test_a_copy_in_doubt_is_thrown_away_and_encoded(folder, tmp_path, monkeypatch, name, spoil):
    """The proof reads source and clip anew, so what went wrong while writing is found."""
    monkeypatch.setattr(lane_write, name, spoil(getattr(lane_write, name)))
    made = cut_of(film_of(folder, CLOSED), tmp_path / "clip.mp4", (13, 227))
    assert made.lane == "encode"
    assert made.reason
    assert read_barcodes(tmp_path / "clip.mp4") == list(range(13, 227))
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mp4"]


def test_edges_that_show_the_wrong_frames_are_found(folder, tmp_path, monkeypatch):
    real = cut_module.on_grid

    def slipped(picture, start, end, *rest):
        return real(picture, start + Fraction(1, 25), end + Fraction(1, 25), *rest)

    film = film_of(folder, CLOSED)
    lane = lane_of(film, (13, 227))
    monkeypatch.setattr(cut_module, "on_grid", slipped)
    job = job_of(lane.plan, tmp_path)
    assert job.copy(tmp_path / "clip.mp4", job.measure(), "ultrafast") is None
    assert job.plan.lane == "encode"


def test_damage_in_the_source_is_not_copied(folder, tmp_path):
    """A group that cannot be decoded without an error gives no clip by the lane."""
    film = film_of(folder, CLOSED, frames=150)
    content = bytearray(film.read_bytes())
    with av.open(str(film)) as container:
        packet = next(itertools.islice((p for p in container.demux(video=0) if p.size), 60, None))
        at = packet.pos + packet.size // 3
    content[at : at + 40] = bytes(40 * [0x5A])
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(content)
    lane = lane_of(broken, (10, 140))
    job = job_of(lane.plan, tmp_path)
    assert job.copy(tmp_path / "clip.mp4", job.measure(), "ultrafast") is None


def test_stopping_leaves_nothing_behind(folder, tmp_path):
    asked = itertools.count()
    with pytest.raises(Cancelled):
        cut_of(film_of(folder, CLOSED), tmp_path / "clip.mp4", (13, 227), should_stop=lambda: next(asked) > 3)
    assert list(tmp_path.iterdir()) == []


def test_groups_shorter_than_what_is_compared_are_proved_once(folder, tmp_path):
    """Cuts of the scene make groups of a few pictures, so that what is compared around them overlaps."""
    film = film_of(folder, "keyint=6:min-keyint=1:bframes=2", frames=90)
    made = cut_of(film, tmp_path / "clip.mp4", (4, 80))
    assert (made.lane, made.reason.split()[0]) == ("copy", "72")
    compared = lane_proof.compared_of(lane_of(film, (4, 80)))
    assert all(one.end < other.first for one, other in itertools.pairwise(compared))


def test_every_seam_is_decoded_and_some_of_the_middle(folder):
    """Edges at 0 and 187, groups of 50 between them: decoded through both seams, compared beside them."""
    lane = lane_of(film_of(folder, CLOSED), (13, 227))
    assert lane_proof.windows_of(lane) == [(0, 49), (87, 99), (137, 214)]
    compared = [(stretch.first, stretch.end) for stretch in lane_proof.compared_of(lane)]
    assert compared == [(0, 12), (25, 49), (87, 99), (187, 199), (202, 214)]


@pytest.mark.parametrize("groups", [CLOSED, PYRAMID, OPEN], ids=["closed", "pyramid", "open"])
@pytest.mark.parametrize(
    "spans",
    [
        [(3, 9), (20, 26)],
        [(20, 26), (3, 9)],
        [(13, 25), (25, 31), (120, 124)],
        [(46, 52), (49, 52), (99, 103)],
    ],
    ids=["ahead in one group", "behind", "side by side, then far ahead", "over a key frame, then back"],
)
def test_pictures_are_the_same_whether_the_decoder_goes_on_or_begins_anew(folder, spans, groups):
    """What nobody asked for is left undecoded where nothing is predicted from it."""
    film = film_of(folder, groups)
    picture = probe(film).picture
    with contextlib.closing(lane_proof.Film(film, picture)) as opened:
        got = [[plane.tobytes() for plane in one] for span in spans for one in opened.pictures(*span)]
    with av.open(str(film)) as container:
        every = [[plane_of(plane) for plane in frame.planes] for frame in container.decode(video=0)]
    assert got == [every[number] for first, end in spans for number in range(first, end)]


def plane_of(plane):
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
    return rows[:, : plane.width].tobytes()


KILLED = """
import os, signal, sys
from pathlib import Path
from media.cut import cut
from media.plan import EditList
from media.timecode import TimeRange
sys.path.insert(0, sys.argv[4])
from lane_films import SMALL

def kill(done):
    if done >= float(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)

span = TimeRange.from_json({"start": "1/2", "end": "9"})
cut(EditList.of(Path(sys.argv[1]), [span]), Path(sys.argv[2]), SMALL, on_progress=kill)
"""


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("when", [0.01, 0.2, 0.4, 0.92])
def test_a_killed_process_leaves_nothing_under_the_final_name(folder, tmp_path, when):
    film, here = film_of(folder, CLOSED), Path(__file__).parent
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(film), str(tmp_path / "clip.mp4"), str(when), str(here)],
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert not (tmp_path / "clip.mp4").exists()
    assert all(path.name.startswith(".") for path in tmp_path.iterdir())


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_demonstration_film_goes_through_the_lane_as_a_master(tmp_path):
    """A real 1080p25 film with its scenes, by the delivery that the campaign asks for (P12, P13)."""
    font = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    film = make_demo_film(
        tmp_path / "film.mp4", title="Demo", scenes=["Scene"], font_path=font, duration_s=16
    )
    made = cut(EditList.of(film, [span(13, 387)]), tmp_path / "clip.mp4")
    assert (made.lane, made.width, made.height, made.frames) == ("copy", 1920, 1080, 374)
    assert int(made.reason.split()[0]) > 200
    first, last = (all_pictures(film, number, number + 1)[0][0] for number in (13, 386))
    shown = all_pictures(tmp_path / "clip.mp4", 0, 374)
    for wanted, got in ((first, shown[0][0]), (last, shown[-1][0])):
        assert np.abs(wanted.astype(int) - got).mean() < 2


def random_cuts(groups, count, seed):
    chance = random.Random(f"{groups}{seed}")  # noqa: S311 - a repeatable choice of cuts, no secret
    for _ in range(count):
        first = chance.randrange(0, FRAMES - 1)
        yield first, chance.randrange(first + 1, FRAMES + 1)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("ending", ["mp4", "mkv"])
@pytest.mark.parametrize("kind", [*COPIED, *ENCODED, "edit list"])
def test_random_cuts_hold_exactly_the_asked_frames(folder, tmp_path, kind, ending):
    film = film_of(folder, (COPIED | ENCODED).get(kind, PYRAMID), ending=ending)
    if kind == "edit list":
        trimmed = folder / f"trimmed.{ending}"
        ffmpeg.run(["-y", "-ss", "0.28", "-i", str(film), "-map", "0", "-c", "copy", str(trimmed)])
        film = trimmed
    shown = read_barcodes(film)
    lanes = []
    for number, (first, end) in enumerate(random_cuts(kind + ending, 10, 3)):
        pairs = [(first, min(end, len(shown)))] if first < len(shown) - 1 else [(0, len(shown))]
        if number % 3 == 2:
            pairs.append((number, number + 120))
        out = tmp_path / f"{number}.mp4"
        lanes.append(cut_of(film, out, *pairs).lane)
        assert read_barcodes(out) == [name for pair in pairs for name in shown[slice(*pair)]]
    assert lanes.count("copy") >= (4 if kind in COPIED else 0)
