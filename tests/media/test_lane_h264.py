"""What is read of H.264 for copying: parameter sets, units, and what is left out (issue 3, item 5)."""

import av
import pytest

from media import h264
from media.h264 import NotUnderstood

from .lane_films import PYRAMID, delivered, numbered

SLICE, IDR = b"\x41\x9a", b"\x65\x88"
PLACE = bytes((h264.SEI, 5, 20)) + b"\x11" * 16 + b"GPS!" + b"\x80"
TIMING = bytes((h264.SEI, 1, 1, 0x40, 0x80))
BOTH = bytes((h264.SEI, 1, 1, 0x40, 5, 1, 7, 0x80))


@pytest.fixture(scope="module")
def box(tmp_path_factory):
    folder = tmp_path_factory.mktemp("h264")
    film = delivered(numbered(folder, 30), folder / "film.mp4", PYRAMID)
    with av.open(str(film)) as container:
        return bytes(container.streams.video[0].codec_context.extradata)


def test_a_box_is_written_as_it_was_read(box):
    assert h264.read_box(box).to_box() == box


def test_a_sequence_set_tells_size_and_reordering(box):
    told = h264.read_box(box).sequence
    assert (told.width, told.height, told.profile, told.level) == (320, 180, 100, 12)
    assert (told.is_progressive, told.is_420_8bit, told.reorder_frames) == (True, True, 2)


def test_sets_of_two_encodings_stand_in_one_box_once_each(box):
    config = h264.read_box(box)
    assert config.joined(config).to_box() == box
    assert (config.sequence.set_id, config.free_id()) == (0, 7)


@pytest.mark.parametrize(
    "broken", [b"", b"\0\0\0\1g", b"\1\x64\0\x28\xff\xe1\0\x20g", b"\1\x64\0\x28\xff\xe0\0"]
)
def test_a_broken_box_is_refused(broken):
    with pytest.raises(NotUnderstood):
        h264.read_box(broken)


def test_every_shortened_box_is_refused_and_none_breaks_anything(box):
    for size in range(len(box) - 4):
        with pytest.raises(NotUnderstood):
            h264.read_box(box[:size])


def test_units_have_to_fill_their_packet():
    assert h264.units_of(h264.packed([TIMING, IDR]), 4) == [TIMING, IDR]
    for broken in (h264.packed([IDR])[:-1], h264.packed([IDR]) + b"\0\0\0\0", b"\0\0\1"):
        with pytest.raises(NotUnderstood):
            h264.units_of(broken, 4)


def test_place_and_device_in_the_stream_are_not_copied():
    assert h264.picture_units([PLACE, TIMING, BOTH, IDR], frozenset()) == [TIMING, IDR]


def test_known_sets_are_left_out_and_others_refused(box):
    config = h264.read_box(box)
    first, second = config.sequence_sets[0], config.picture_sets[0]
    assert h264.picture_units([b"\x09\xf0", first, second + b"\0", IDR], config.known) == [IDR]
    with pytest.raises(NotUnderstood, match="parameter sets of the source change inside"):
        h264.picture_units([second + b"\1", IDR], config.known)
    with pytest.raises(NotUnderstood, match="without a picture"):
        h264.picture_units([first], config.known)
    with pytest.raises(NotUnderstood, match="NAL unit 2"):
        h264.picture_units([b"\x42", SLICE], config.known)


def test_only_pictures_of_idr_slices_start_a_group():
    assert h264.starts_group([TIMING, IDR])
    assert not h264.starts_group([SLICE])
    assert not h264.starts_group([IDR, SLICE])
