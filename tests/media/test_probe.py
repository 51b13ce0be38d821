import dataclasses
import json
import struct
from fractions import Fraction

import av
import numpy as np
import pytest

from media import ffmpeg
from media.errors import Damaged
from media.info import MediaInfo
from media.probe import probe
from media.testfilms import truncate
from tests.marks import mostly_slow

RATES = (Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(50))


def codes(info):
    return [problem.code for problem in info.problems]


@pytest.mark.parametrize("rate", mostly_slow(RATES, 1))
@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts"])
def test_rate_count_and_length_are_exact_in_every_container(films, ending, rate):
    """P13: the facts behind every other rule; Matroska rounds its clock to a millisecond."""
    info = probe(films(ending, frames=60, rate=rate))
    picture = info.picture
    assert (picture.rate, picture.nominal_rate, picture.frame_count) == (rate, rate, 60)
    assert info.duration == 60 / rate
    assert not picture.is_vfr
    assert (picture.codec, picture.width, picture.height) == ("h264", 640, 360)
    assert info.problems == ()


def test_a_varying_rate_is_seen_and_its_longest_picture_told(films):
    info = probe(films(frames=60, step_pattern=(1, 1, 3), sound=None))
    assert info.picture.is_vfr
    assert info.picture.max_gap_s == Fraction(3, 25)
    # The length of the last picture is nowhere in the file.
    assert info.duration == Fraction(98, 25)


@pytest.mark.parametrize(("rotation", "size"), [(90, (360, 640)), (180, (640, 360)), (270, (360, 640))])
def test_a_turned_phone_film_is_described_as_it_is_shown(films, rotation, size):
    picture = probe(films(frames=12, rotation=rotation, sound=None)).picture
    assert picture.rotation == rotation
    assert (picture.display_width, picture.display_height) == size


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        (("-display_hflip",), (0, True)),
        (("-display_vflip",), (180, True)),
        (("-display_rotation", "270"), (90, False)),
        (("-display_rotation", "90", "-display_hflip"), (270, True)),
    ],
)
def test_a_mirrored_phone_film_says_so(films, tmp_path, options, shown):
    """The front camera of a telephone; taken for turned by 180 degrees it would stand on its head."""
    out = tmp_path / "film.mp4"
    ffmpeg.run([*options, "-i", str(films(frames=12, sound=None)), "-c", "copy", str(out)])
    picture = probe(out).picture
    assert (picture.rotation, picture.is_mirrored) == shown


def test_pictures_that_an_avi_only_holds_are_not_missing(films, tmp_path):
    """Its clock ticks once for each picture; one that is held takes a tick and no bytes."""
    held = tmp_path / "held.avi"
    moved = r"setpts=(N+gte(N\,10))/25/TB"
    ffmpeg.run(
        ["-i", str(films(frames=40, sound=None)), "-vf", moved, "-c:v", "mpeg4", "-q:v", "2",
         "-fps_mode", "passthrough", str(held)]
    )  # fmt: skip
    info = probe(held)
    assert (info.picture.frame_count, info.picture.is_vfr, codes(info)) == (40, True, [])
    assert info.duration == Fraction(41, 25)


def test_wide_pixels_count_in_the_shape(films):
    picture = probe(films(frames=12, sar=Fraction(4, 3), size=(480, 360), sound=None)).picture
    assert picture.sar == Fraction(4, 3)
    assert picture.dar == Fraction(16, 9)
    assert (picture.display_width, picture.display_height) == (640, 360)


def test_fields_are_told_from_whole_pictures(films):
    assert probe(films(frames=12, interlaced=True, sound=None)).picture.field_order == "tff"
    assert probe(films(frames=12, sound=None)).picture.field_order == "progressive"


@pytest.mark.parametrize(("channels", "layout"), [(1, "mono"), (2, "stereo"), (6, "5.1")])
def test_sound_is_described(films, channels, layout):
    sound = probe(films(frames=25, channels=channels)).sound
    assert (sound.codec, sound.rate_hz, sound.channels, sound.layout) == ("aac", 48000, channels, layout)


def test_a_film_without_sound_has_none(films):
    assert probe(films(frames=12, sound=None)).sound is None


def test_a_film_of_sound_alone_has_no_picture(tmp_path):
    path = tmp_path / "sound.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=48000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 48000), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 48000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    info = probe(path)
    assert info.picture is None
    assert info.sound.codec == "aac"


def test_a_truncated_film_with_its_index_in_front_says_how_much_is_missing(films, tmp_path):
    """P13 and bad input of issue 2: ffmpeg itself ends with status 0 on such a file."""
    whole = films(frames=200, sound=None)
    fast = tmp_path / "fast.mp4"
    with av.open(str(whole)) as source, av.open(str(fast), "w", options={"movflags": "faststart"}) as copy:
        stream = copy.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = stream
                copy.mux(packet)
    info = probe(truncate(fast, tmp_path / "cut.mp4"))
    assert "truncated" in codes(info)
    told = next(problem for problem in info.problems if problem.code == "truncated")
    assert told.params["promised"] == "200"
    assert int(told.params["found"]) == info.picture.frame_count < 200


def test_a_truncated_film_with_its_index_at_the_end_is_damaged(films, tmp_path):
    with pytest.raises(Damaged, match="export it again") as refused:
        probe(truncate(films(frames=60), tmp_path / "cut.mp4"), name="案例视频.mp4")
    assert "案例视频.mp4" in str(refused.value)


@pytest.mark.parametrize("steps", [(1, 1, 25_000), (20_000,)], ids=["one picture", "all of it"])
def test_a_clock_that_jumps_by_hours_is_refused(films, steps):
    """A film of 28 KB claimed 652 hours, and its first verdict was made of as much silence."""
    film = films(frames=60, step_pattern=steps, sound=None)
    with pytest.raises(Damaged, match="jumps") as refused:
        probe(film)
    assert refused.value.code == "damaged"


def test_the_last_picture_counts_among_the_longest(films, tmp_path):
    """One flipped bit in the table of lengths, and a film of two seconds lasts for three hours."""
    broken = tmp_path / "broken.mp4"
    content = bytearray(films(frames=40, sound=None).read_bytes())
    # One entry says that all pictures are equally long; the new one makes the last of them longer.
    at = content.index(b"stts")
    count, length = struct.unpack_from(">II", content, at + 12)
    entries = struct.pack(">IIIII", 2, count - 1, length, 1, length * 100_000)
    box = struct.pack(">I4sI", 12 + len(entries), b"stts", 0) + entries
    content[at - 4 : at + 20] = box
    for parent in (b"stbl", b"minf", b"mdia", b"trak", b"moov"):
        place = content.rfind(parent, 0, at) - 4
        struct.pack_into(">I", content, place, struct.unpack_from(">I", content, place)[0] + 8)
    broken.write_bytes(content)
    with pytest.raises(Damaged, match="jumps"):
        probe(broken)


def renamed_track(source, out, old, new):
    """Give a film one of whose tracks is of a kind that nobody knows."""
    out.write_bytes(source.read_bytes().replace(old, new))
    return out


def test_a_track_of_an_unknown_kind_is_left_out_and_told(films, tmp_path):
    """As the spatial sound of a new telephone; a film with nothing else in it is refused."""
    film = films("mkv", frames=25)
    info = probe(renamed_track(film, tmp_path / "picture.mkv", b"A_AAC", b"A_ZZZ"))
    assert (info.picture.frame_count, info.audio, codes(info)) == (25, (), ["unknown_track"])
    info = probe(renamed_track(film, tmp_path / "sound.mkv", b"V_MPEG4/ISO/AVC", b"V_ZZZZZ/ISO/AVC"))
    assert (info.video, info.sound.codec, codes(info)) == ((), "aac", ["unknown_track"])
    with pytest.raises(Damaged):
        probe(renamed_track(tmp_path / "sound.mkv", tmp_path / "neither.mkv", b"A_AAC", b"A_ZZZ"))


def test_info_survives_json_without_loss(films):
    info = probe(films(frames=60, rate=Fraction(30000, 1001)))
    assert MediaInfo.from_json(json.loads(json.dumps(info.to_json()))) == info


def test_what_an_edit_list_leaves_out_is_told(films, tmp_path):
    """After a seek ffmpeg lands in the sound too late by as much, so cutting has to know it."""
    trimmed = tmp_path / "trimmed.mp4"
    ffmpeg.run(["-ss", "0.52", "-i", str(films(frames=60)), "-map", "0", "-c", "copy", str(trimmed)])
    picture = probe(trimmed).picture
    assert (picture.skipped_s, picture.start_s, picture.frame_count) == (Fraction(13, 25), 0, 47)
    assert probe(films(frames=60)).picture.skipped_s == 0


def test_info_written_before_a_field_was_added_can_be_read(films):
    told = probe(films(frames=12, sound=None)).to_json()
    for picture in told["video"]:
        del picture["skipped_s"]
    assert MediaInfo.from_json(told).picture.skipped_s == 0


def test_info_cannot_be_changed(films):
    with pytest.raises(dataclasses.FrozenInstanceError):
        probe(films(frames=12, sound=None)).container = "avi"
