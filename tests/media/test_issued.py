"""What the encoder issued is what stands in the file (issue 3 points 4 and 6)."""

import dataclasses
import hashlib
from fractions import Fraction

import av
import pytest

from media import cut as cut_module
from media import ffmpeg, issued
from media.cut import cut
from media.deliveries import MASTER
from media.errors import CutFailed
from media.plan import EditList
from media.probe import probe
from media.timecode import TimeRange

SMALL = dataclasses.replace(MASTER, width=640, height=360, preset="ultrafast", level="3.1")
FRAMES = 250
OTHER = "what stands in its file is not what was encoded"


@pytest.fixture(scope="module")
def made(films, tmp_path_factory):
    """Give a clip of ten seconds and the list of its packets, as the engine leaves them to the proof."""
    folder = tmp_path_factory.mktemp("it's [a] folder: \\ | 中文")
    kept, real = folder / "packets.framemd5", issued.prove

    def keep(part, info, packets, frames, *, name):
        kept.write_bytes(packets.read_bytes())
        real(part, info, packets, frames, name=name)

    source = films(frames=275, size=(320, 180), rate=Fraction(25))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(issued, "prove", keep)
        cut(
            EditList.of(source, [TimeRange(Fraction(1), Fraction(11))]),
            folder / "clip.mp4",
            SMALL,
            lane="encode",
        )
    return folder / "clip.mp4", kept


def prove(film, packets):
    issued.prove(film, probe(film), packets, FRAMES, name="film.mp4")


def refusal(film, packets):
    """Give what is told of a clip that is not kept."""
    with pytest.raises(CutFailed) as refused:
        prove(film, packets)
    return str(refused.value).split(": ")[1].split(". ")[0]


def packet_of(film, number):
    """Give where the bytes of a picture stand in a film, and how many they are."""
    with av.open(str(film)) as opened:
        packet = [packet for packet in opened.demux(video=0) if packet.size][number]
        return packet.pos, packet.size, bytes(packet)


def md5_of(film, number):
    return hashlib.new("md5", packet_of(film, number)[2], usedforsecurity=False).hexdigest()


def spoilt(film, out, number, at=0.5):
    """Copy a film with one bit of one picture turned over."""
    place, size, _ = packet_of(film, number)
    content = bytearray(film.read_bytes())
    content[place + int(size * at)] ^= 1
    out.write_bytes(content)
    return out


def test_a_clip_holds_what_its_encoder_issued(made):
    film, packets = made
    prove(film, packets)
    listed = issued.read_issued(packets)
    assert len(listed.packets[0]) == FRAMES
    assert listed.packets[0][0].md5 == md5_of(film, 0)
    assert {packet.pts for packet in listed.packets[0]} == {Fraction(n, 25) for n in range(FRAMES)}


@pytest.mark.parametrize("number", [0, 20, 137, FRAMES - 1])
def test_one_bit_of_one_picture_is_noticed(made, tmp_path, number):
    film, packets = made
    assert refusal(spoilt(film, tmp_path / "spoilt.mp4", number), packets) == OTHER


def test_one_bit_of_one_sound_is_noticed(made, tmp_path):
    film, packets = made
    with av.open(str(film)) as opened:
        sound = [packet for packet in opened.demux(audio=0) if packet.size][100]
        content = bytearray(film.read_bytes())
        content[sound.pos + sound.size // 2] ^= 1
    (tmp_path / "spoilt.mp4").write_bytes(content)
    assert refusal(tmp_path / "spoilt.mp4", packets) == OTHER


def lines_of(packets):
    lines = packets.read_text(encoding="ascii").splitlines()
    pictures = [place for place, line in enumerate(lines) if line.startswith("0,")]
    return lines, pictures


def without_one(lines, pictures):
    return lines[: pictures[70]] + lines[pictures[70] + 1 :]


def one_more(lines, pictures):
    return [*lines, lines[pictures[-1]]]


def two_changed_about(lines, pictures):
    first, second = pictures[70], pictures[71]
    changed = list(lines)
    changed[first], changed[second] = lines[second], lines[first]
    return changed


def one_later(lines, pictures):
    cells = lines[pictures[70]].split(",")
    cells[2] = f"{int(cells[2]) + 1:>11}"
    return [*lines[: pictures[70]], ",".join(cells), *lines[pictures[70] + 1 :]]


def other_parameter_sets(lines, _):
    return [line.replace("extradata 0", "extradata 7") for line in lines]


def cut_short(lines, pictures):
    return [*lines[: pictures[-1]], lines[pictures[-1]][:20]]


@pytest.mark.parametrize(
    "change", [without_one, one_more, two_changed_about, one_later, other_parameter_sets, cut_short]
)
def test_a_list_of_other_packets_proves_nothing(made, tmp_path, change):
    film, packets = made
    (tmp_path / "packets").write_text("\n".join(change(*lines_of(packets))) + "\n", encoding="ascii")
    assert refusal(film, tmp_path / "packets") == OTHER


def test_pictures_that_cannot_be_decoded_are_noticed_though_their_bytes_are_the_listed_ones(made, tmp_path):
    """An encoder that issues rubbish is told by decoding, not by comparing."""
    film, packets = made
    key = next(first for first, _ in issued.places([0, 50, 100, 150, 200], FRAMES) if first)
    broken = film
    for at in (0.2, 0.4, 0.6, 0.8):
        broken = spoilt(broken, tmp_path / f"broken{at}.mp4", key, at)
    listed = packets.read_text(encoding="ascii").replace(md5_of(film, key), md5_of(broken, key))
    (tmp_path / "packets").write_text(listed, encoding="ascii")
    assert refusal(broken, tmp_path / "packets") == "not all of its pictures can be decoded"


@pytest.mark.parametrize(
    ("keys", "frames", "decoded"),
    [
        ([0], 1, [(0, 1)]),
        ([0], 30, [(0, 30)]),
        ([0, 50], 100, [(0, 12), (50, 100)]),
        ([0, 50, 100], 120, [(0, 12), (50, 62), (100, 120)]),
        ([0, 5, 10], 12, [(0, 10), (5, 10), (10, 12)]),
        (
            list(range(0, 3000, 50)),
            3000,
            [(0, 12), (400, 412), (1100, 1112), (1850, 1862), (2550, 2562), (2950, 3000)],
        ),
    ],
)
def test_both_ends_and_places_between_are_decoded(keys, frames, decoded):
    assert issued.places(keys, frames) == decoded


def decodes_every_picture(args):
    return "wrapped_avframe" in args


@pytest.fixture
def asked(monkeypatch):
    """Collect what ffmpeg is asked."""
    commands, run = [], ffmpeg.run

    def watched(args, **options):
        commands.append(list(args))
        return run(args, **options)

    monkeypatch.setattr(cut_module.ffmpeg, "run", watched)
    return commands


def cut_three_seconds(films, out):
    edits = EditList.of(films(frames=300, rate=Fraction(25)), [TimeRange(Fraction(1), Fraction(4))])
    return cut(edits, out, SMALL, lane="encode")


def test_what_is_proved_is_not_decoded_once_more(films, tmp_path, asked):
    cut_three_seconds(films, tmp_path / "clip.mp4")
    assert [args for args in asked if decodes_every_picture(args)] == []


def test_an_older_ffmpeg_lists_nothing_and_every_picture_is_decoded(films, tmp_path, asked, monkeypatch):
    engine = dataclasses.replace(ffmpeg.find_ffmpeg(), version="6.1.1")
    monkeypatch.setattr(cut_module.ffmpeg, "find_ffmpeg", lambda: engine)
    assert cut_three_seconds(films, tmp_path / "clip.mp4").frames == 75
    assert len([args for args in asked if decodes_every_picture(args)]) == 1
    assert [args for args in asked if "annexb=0" in args] == []


def test_a_clip_spoilt_on_its_way_to_the_disk_is_not_kept(films, tmp_path, monkeypatch):
    """One bit of one picture; decoding them all once more did not notice it."""
    real = cut_module.verify

    def spoil(part, *args, **options):
        spoilt(part, part, 20, at=0.3)
        return real(part, *args, **options)

    monkeypatch.setattr(cut_module, "verify", spoil)
    with pytest.raises(CutFailed, match=OTHER):
        cut_three_seconds(films, tmp_path / "clip.mp4")
    assert list(tmp_path.iterdir()) == []
