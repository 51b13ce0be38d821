"""Proof that a clip of the fast lane is what was asked, before anybody gets it.

Every copied picture is read back from the clip and compared byte for byte with the source, read anew; what a
decoder makes of equal bytes behind an IDR and equal parameter sets is equal. That decoders agree is proved on
decoded pictures: all of both seams of every range and groups spread over the middle must be identical where
they were copied and nearly so where they were encoded. ffmpeg decodes the same stretches without complaint.
"""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import av.error
import numpy as np
from numpy.typing import NDArray

from media import h264, hostile
from media.errors import N_
from media.h264 import NotUnderstood
from media.info import MediaInfo, VideoStream
from media.lane import Grid, LanePlan, NoLane, Piece, stream_of
from media.lane_write import copied_samples
from media.probe import open_film

# The last resort against a wrong picture; an edge encoded as the delivery asks has 38 dB and more.
_LEAST_PSNR_DB = 30.0
# How much of the copied middle is decoded beside the seams.
_SPREAD_S = 4
_MOST_SPREAD = 8
_PREROLL_S = Fraction(1, 2)
_PEAK = 255.0

Grey = NDArray[np.uint8]


@dataclass(frozen=True)
class Window:
    """A stretch that is decoded in source and result; number is the range's."""

    number: int
    first: int
    end: int
    out_first: int

    @property
    def out_end(self) -> int:
        """The picture of the result that follows it."""
        return self.out_first + self.end - self.first


def windows_of(lane: LanePlan) -> list[Window]:
    """Choose what is decoded: every encoded piece, the copied groups beside it, and some of the middle."""
    chosen: list[Window] = []
    for number, pieces in itertools.groupby(lane.pieces, key=lambda piece: piece.number):
        mine = list(pieces)
        shift = mine[0].out_first - mine[0].first
        spans: list[tuple[int, int]] = []
        for piece in mine:
            if piece.groups:
                spans += [(group.first, group.end) for group in (piece.groups[0], piece.groups[-1])]
            else:
                spans.append((piece.first, piece.end))
        spans += _spread(lane, [piece for piece in mine if piece.groups])
        chosen += [Window(number, first, end, first + shift) for first, end in _merged(spans)]
    return chosen


def _spread(lane: LanePlan, copied: list[Piece]) -> list[tuple[int, int]]:
    """Choose groups evenly over the middle, as many as a few seconds hold, this range's share of them."""
    middle = [group for piece in copied for group in piece.groups[1:-1]]
    all_frames = sum(piece.frames for piece in lane.copied)
    if not middle:
        return []
    mine = sum(piece.frames for piece in copied)
    budget = _SPREAD_S * lane.plan.delivery.rate * mine / all_frames
    mean = Fraction(sum(group.end - group.first for group in middle), len(middle))
    count = min(len(middle), _MOST_SPREAD, math.ceil(budget / mean))
    picked = [middle[len(middle) * (2 * place + 1) // (2 * count)] for place in range(count)]
    return [(group.first, group.end) for group in picked]


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, end in sorted(spans):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((first, end))
    return merged


def decoding_arguments(lane: LanePlan) -> list[str]:
    """Give the ffmpeg options before -i that let only the windows be decoded, and strictly."""
    kept = "+".join(f"between(n,{window.out_first},{window.out_end - 1})" for window in windows_of(lane))
    return ["-threads", "1", "-err_detect", "explode", "-bsf:v", f"noise=amount=0:drop='not({kept})'"]


def decoded_frames(lane: LanePlan) -> int:
    """Give how many pictures ffmpeg has to make of the windows."""
    return sum(window.end - window.first for window in windows_of(lane))


def prove(part: Path, made: MediaInfo, lane: LanePlan) -> None:
    """Compare a finished clip with its sources; NoLane says what is in doubt."""
    try:
        _prove_bytes(part, made, lane)
        for window in windows_of(lane):
            _prove_pictures(part, made, lane, window)
    except NotUnderstood as error:
        raise NoLane(N_("The copied clip cannot be read back.")) from error
    except av.error.FFmpegError as error:
        raise NoLane(N_("The copied clip cannot be decoded without an error.")) from error


def _prove_bytes(part: Path, made: MediaInfo, lane: LanePlan) -> None:
    """Read every picture back: bytes as in the source, key frames, numbers and times without a gap."""
    picture = _picture(made)
    pieces = iter(lane.pieces)
    expected: Iterator[tuple[int, bytes, bool]] = iter(())
    seen: set[int] = set()
    last_dts: int | None = None
    with open_film(part, hostile.admit(part)) as film:
        stream = stream_of(film, picture)
        config = h264.read_box(bytes(stream.codec_context.extradata or b""))
        if not lane.config.known <= config.known:
            raise NoLane(N_("The clip lost parameter sets of the source."))
        grid = Grid.of(picture, stream)
        ticks = round(1 / (Fraction(stream.time_base or 1) * lane.plan.delivery.rate))
        left, copied = 0, False
        for packet in film.demux(stream):
            if not packet.size:
                continue
            if packet.dts is None or packet.pts is None or packet.dts > packet.pts:
                raise NoLane(N_("A picture of the clip is decoded later than it is shown."))
            if last_dts is not None and packet.dts - last_dts != ticks:
                raise NoLane(N_("The clip's decode times are not even."))
            last_dts = packet.dts
            if not left:
                piece = next(pieces, None)
                if piece is None:
                    break
                left, copied = piece.frames, bool(piece.groups)
                expected = _expected(piece, lane) if copied else iter(())
            left -= 1
            shown, data = grid.index(packet.pts), bytes(packet)
            seen.add(shown)
            if copied and (shown, data, packet.is_keyframe) != next(expected, None):
                raise NoLane(N_("Frame %(number)s of the clip is not the source's."), number=shown)
        more = any(packet.size for packet in film.demux(stream))
    if more or left or next(pieces, None) or seen != set(range(lane.plan.frames)):
        raise NoLane(N_("The clip does not hold every frame once."))


def _expected(piece: Piece, lane: LanePlan) -> Iterator[tuple[int, bytes, bool]]:
    for sample in copied_samples(piece, lane.plan.ranges[piece.number]):
        yield sample.shown, sample.data, sample.is_key


def _prove_pictures(part: Path, made: MediaInfo, lane: LanePlan, window: Window) -> None:
    """Decode one stretch of the source and of the clip and compare picture by picture."""
    segment = lane.plan.ranges[window.number]
    copied = {
        number
        for piece in lane.copied
        for number in range(max(piece.out_first, window.out_first), min(piece.out_end, window.out_end))
    }
    keyed = {group.first for piece in lane.copied for group in piece.groups}
    theirs = pictures(
        segment.source.path, segment.picture, window.first, window.end, at_key=window.first in keyed
    )
    # A stretch of the result begins with an IDR picture, copied or encoded.
    mine = pictures(part, _picture(made), window.out_first, window.out_end, at_key=True)
    before: tuple[Grey, Grey] | None = None
    for number, wanted, got in zip(range(window.out_first, window.out_end), theirs, mine, strict=True):
        if number not in copied:
            _prove_likeness(number, wanted[0], got[0])
        elif not all(np.array_equal(one, other) for one, other in zip(wanted, got, strict=True)):
            raise NoLane(N_("Frame %(number)s of the clip does not look as in the source."), number=number)
        if before and not {number, number - 1} <= copied:
            _prove_order(number, before, (wanted[0], got[0]))
        before = wanted[0], got[0]


def _prove_likeness(number: int, wanted: Grey, got: Grey) -> None:
    if 10 * math.log10(_PEAK**2 / max(_mean_square(wanted, got), 1e-9)) < _LEAST_PSNR_DB:
        raise NoLane(N_("Frame %(number)s of the clip differs from the source."), number=number)


def _prove_order(number: int, before: tuple[Grey, Grey], now: tuple[Grey, Grey]) -> None:
    """Refuse two pictures of which one looks like its neighbour in the source rather than like itself."""
    likenesses = ((before[0], before[1], now[0]), (now[0], now[1], before[0]))
    for wanted, got, neighbour in likenesses:
        if _mean_square(neighbour, got) * 1.5 + 1 < _mean_square(wanted, got):
            raise NoLane(
                N_("Frame %(number)s of the clip or the one before shows its neighbour."), number=number
            )


def _mean_square(one: Grey, other: Grey) -> float:
    # Every second line and column tells as much for a quarter of the work.
    difference = one[::2, ::2].astype(np.float32) - other[::2, ::2]
    return float(np.mean(difference * difference))


def pictures(
    path: Path, picture: VideoStream, first: int, end: int, *, at_key: bool = False
) -> Iterator[list[Grey]]:
    """Decode the pictures from `first` to before `end`, as planes; NoLane where one is missing or damaged.

    at_key says that `first` is an IDR picture, so that nothing before it has to be decoded.
    """
    wanted = first
    with open_film(path, hostile.admit(path)) as film:
        stream = stream_of(film, picture)
        stream.codec_context.options = {"max_pixels": str(hostile.MAX_PIXELS)}
        stream.codec_context.thread_count = 1
        grid = Grid.of(picture, stream)
        early = picture.start_s + first / picture.nominal_rate - (0 if at_key else _PREROLL_S)
        if early > picture.start_s:
            base = Fraction(stream.time_base or 1)
            film.seek(round(early / base), stream=stream, backward=True)
        for frame in film.decode(stream):
            number = grid.index(frame.pts)
            if number < first:
                continue
            if number != wanted or frame.is_corrupt:
                raise NoLane(N_("Frame %(number)s cannot be decoded."), number=wanted)
            wanted += 1
            yield [_plane(plane) for plane in frame.planes]
            if wanted == end:
                return
    raise NoLane(N_("Frame %(number)s cannot be decoded."), number=wanted)


def _plane(plane: av.video.plane.VideoPlane) -> Grey:
    stored: Grey = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
    return stored[:, : plane.width]


def _picture(info: MediaInfo) -> VideoStream:
    if info.picture is None:
        raise NoLane(N_("The clip has no picture."))
    return info.picture
