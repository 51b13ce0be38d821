"""Proof that an encoded film holds exactly what its encoders issued.

While ffmpeg writes a film it lists every packet as it leaves its encoder (the framehash muxer, MD5, as a
second branch of the tee muxer). The film is read back and compared with the list: parameter sets, bytes,
order and times of every picture and every sound. That the pictures can be decoded is proved strictly at both
ends and at places between, from key frame on; that they are the asked ones is compared with the source by
media.verify. Decoding all of them once more costs a fifth of the encoding and tells less: most pictures with
a bit turned over decode without an error.
"""

import contextlib
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av.error

from media import hostile
from media.errors import N_, CutFailed
from media.h264 import NotUnderstood
from media.info import MediaInfo
from media.lane import Grid, NoLane, stream_of
from media.lane_proof import Film
from media.probe import open_film

# Pictures decoded at the beginning and at each place of the middle; the last group is decoded whole.
_NEAR = 12
_MOST_PLACES = 4
_PICTURE, _SOUND = 0, 1
_SPECIAL = re.compile(r"([\\'|\s])")
_TIME_BASE = re.compile(r"#tb (\d+): (\d+)/(\d+)")
_EXTRADATA = re.compile(r"#extradata (\d+),\s*\d+, ([0-9a-f]{32})")


@dataclass(frozen=True)
class Packet:
    """One packet: when it is decoded and shown, in seconds, and the MD5 of its bytes."""

    dts: Fraction
    pts: Fraction
    md5: str


@dataclass(frozen=True)
class Issued:
    """What the encoders issued, by stream (picture 0, sound 1), in order; extradata as its MD5."""

    extradata: Mapping[int, str]
    packets: Mapping[int, tuple[Packet, ...]]


def target(film: Path, packets: Path, options: Mapping[str, object]) -> str:
    """Give the target of the tee muxer that writes the film, with its muxer's options, and the list beside.

    The encoders must be asked for global headers and, for H.264, for NAL units with their lengths (annexb=0),
    so that what they issue is what stands in the file.
    """
    told = ":".join(f"{name}={value}" for name, value in options.items())
    return f"[{told}]{_SPECIAL.sub(_escaped, str(film))}|[f=framemd5]{_SPECIAL.sub(_escaped, str(packets))}"


def _escaped(found: re.Match[str]) -> str:
    return "\\" + found[1]


def read_issued(path: Path) -> Issued:
    """Read the list that ffmpeg wrote; ValueError, KeyError or OSError where it is none."""
    bases: dict[int, Fraction] = {}
    extradata: dict[int, str] = {}
    packets: dict[int, list[Packet]] = {}
    with path.open(encoding="ascii") as lines:
        for line in lines:
            if found := _TIME_BASE.match(line):
                bases[int(found[1])] = Fraction(int(found[2]), int(found[3]))
            elif found := _EXTRADATA.match(line):
                extradata[int(found[1])] = found[2]
            elif not line.startswith("#"):
                stream, dts, pts, _, _, md5, *_ = (cell.strip() for cell in line.split(","))
                base = bases[int(stream)]
                packets.setdefault(int(stream), []).append(Packet(int(dts) * base, int(pts) * base, md5))
    return Issued(extradata, {stream: tuple(found) for stream, found in packets.items()})


def prove(part: Path, info: MediaInfo, packets: Path, frames: int, *, name: str) -> None:
    """Prove that a film holds exactly the listed packets, one picture each, and decodes where it is tried.

    info is what the film says of itself, frames how many pictures were asked. Raises CutFailed.
    """
    try:
        keys = _read_back(part, info, read_issued(packets), frames)
    except (NotUnderstood, av.error.FFmpegError, ValueError, LookupError):
        keys = None
    if keys is None:
        raise CutFailed(
            N_(
                "The clip cut from %(name)s was not kept: what stands in its file is not what was encoded. "
                "Try again; if it happens again, have the disk checked."
            ),
            name=name,
        )
    try:
        _decode(part, info, keys, frames)
    except (NoLane, NotUnderstood, av.error.FFmpegError) as error:
        raise CutFailed(
            N_(
                "The clip cut from %(name)s was not kept: not all of its pictures can be decoded. Try again; "
                "if it happens again, export the film anew."
            ),
            name=name,
        ) from error


def _read_back(part: Path, info: MediaInfo, issued: Issued, frames: int) -> list[int] | None:
    """Give the numbers of the key pictures if every packet is the listed one, else None."""
    picture, sound = info.picture, info.sound
    if picture is None or sound is None:
        return None
    left = {
        picture.index: iter(issued.packets[_PICTURE]),
        sound.index: iter(issued.packets[_SOUND]),
    }
    keys, seen = [], set()
    with open_film(part, hostile.admit(part)) as film:
        stream = stream_of(film, picture)
        if _md5(stream.codec_context.extradata) != issued.extradata[_PICTURE]:
            return None
        grid = Grid.of(picture, stream)
        for packet in film.demux():
            if not packet.size:
                continue
            wanted = next(left[packet.stream.index], None)
            if wanted is None or _md5(bytes(packet)) != wanted.md5:
                return None
            if packet.stream.index != picture.index:
                continue
            if (_seconds(packet.dts, stream), _seconds(packet.pts, stream)) != (wanted.dts, wanted.pts):
                return None
            number = grid.index(packet.pts)
            seen.add(number)
            if packet.is_keyframe:
                keys.append(number)
    is_whole = all(next(rest, None) is None for rest in left.values()) and seen == set(range(frames))
    return keys if is_whole and len(issued.packets[_PICTURE]) == frames and 0 in keys else None


def _md5(content: bytes | None) -> str:
    return hashlib.md5(content or b"", usedforsecurity=False).hexdigest()


def _seconds(ticks: int | None, stream: av.VideoStream) -> Fraction | None:
    return None if ticks is None or stream.time_base is None else ticks * Fraction(stream.time_base)


def places(keys: list[int], frames: int) -> list[tuple[int, int]]:
    """Choose what is decoded, first up to before end: the beginning, some of the middle, the last group."""
    last = keys[-1]
    middle = [key for key in keys[:-1] if key > 0]
    count = min(len(middle), _MOST_PLACES)
    chosen = [0, *(middle[len(middle) * (2 * place + 1) // (2 * count)] for place in range(count))]
    spans = [(key, min(key + _NEAR, last)) for key in chosen if key < last]
    return [*spans, (last, frames)]


def _decode(part: Path, info: MediaInfo, keys: list[int], frames: int) -> None:
    """Decode strictly at both ends and in the middle; raises NoLane where a picture does not come."""
    if info.picture is None:
        raise LookupError("no picture")
    with contextlib.closing(Film(part, info.picture, strict=True)) as film:
        for first, end in places(keys, frames):
            for _ in film.pictures(first, end, at_key=True):
                pass
