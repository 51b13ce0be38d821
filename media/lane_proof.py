"""Proof that a clip of the fast lane is what was asked, before anybody gets it.

Every picture is read back from the clip and compared byte for byte: copied ones with the source, encoded ones
with what the encoder made, both read anew. What a decoder makes of equal bytes behind an IDR and equal
parameter sets is equal. That decoders agree is proved on decoded pictures: the clip is decoded strictly
through every seam, in every encoded piece and at places of the middle; what was copied has to be identical
with the source there, and what was encoded nearly so, but for titles that lie over it. Cards have no source;
they are decoded and counted.
"""

import contextlib
import dataclasses
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import av.error
import numpy as np
from numpy.typing import NDArray

from media import h264, hostile
from media.dressing import drawn_overlays
from media.errors import N_
from media.h264 import NotUnderstood
from media.info import MediaInfo, VideoStream
from media.lane import Edges, Grid, LanePlan, NoLane, Piece, stream_of
from media.lane_write import Sample, copied_samples, encoded_samples
from media.plan import RenderPlan, Segment
from media.probe import open_film

# The last resort against a wrong picture; an edge encoded as the delivery asks has 38 dB and more.
_LEAST_PSNR_DB = 30.0
# How many pictures on each side of a seam are compared; what lies between is decoded, but not compared.
_NEAR = 12
# At how many places of the copied middle the first pictures of a group are decoded beside the seams.
_MOST_PLACES = 2
# Around a title's box, because encoding lets it bleed.
_BLEED_PX = 8
_LEAST_ROWS = 32
_PREROLL_S = Fraction(1, 2)
_PEAK = 255.0

Grey = NDArray[np.uint8]


@dataclass(frozen=True)
class Stretch:
    """Pictures of the result from first to before end that one segment shows; number is the segment's.

    shift leads from the numbers of its source to those of the result.
    """

    number: int
    first: int
    end: int
    shift: int


def windows_of(lane: LanePlan) -> list[tuple[int, int]]:
    """Choose what of the result is decoded, first up to before end; each begins with an IDR picture.

    Of a copied piece the last group is decoded whole, so that decoding runs through the seam behind it, as a
    player's does.
    """
    spans = [(stretch.first, stretch.end) for stretch in _places(lane)]
    for piece in lane.pieces:
        spans += [(piece.out_first, _within(piece.out_first + _NEAR, piece)), (_last(piece), piece.out_end)]
    return _merged(spans)


def compared_of(lane: LanePlan) -> list[Stretch]:
    """Choose which of the decoded pictures are compared with their sources.

    Those are the ones behind a seam, both ends of encoded pieces, and some of the middle. What stands
    before a seam needs no comparison: its bytes were compared, and its decoding depends on nothing behind it.
    """
    chosen = _places(lane)
    for piece in lane.pieces:
        if isinstance(lane.plan.segments[piece.number], Segment):
            near = [(piece.out_first, _within(piece.out_first + _NEAR, piece))]
            if not piece.groups:
                near.append((max(piece.out_first, piece.out_end - _NEAR), piece.out_end))
            chosen += [Stretch(piece.number, *span, piece.shift) for span in _merged(near)]
    chosen.sort(key=lambda stretch: stretch.first)
    joined = chosen[:1]
    for stretch in chosen[1:]:
        before = joined[-1]
        # One decoder goes on from an encoded piece into the copied one behind it; places of the middle may
        # touch or overlap both, where groups are short.
        if (before.number, before.shift) == (stretch.number, stretch.shift) and stretch.first <= before.end:
            joined[-1] = dataclasses.replace(before, end=max(before.end, stretch.end))
        else:
            joined.append(stretch)
    return joined


def _within(number: int, piece: Piece) -> int:
    return min(number, piece.out_end)


def _last(piece: Piece) -> int:
    """Give the picture of the result at which the last group of a piece begins."""
    return piece.groups[-1].first + piece.shift if piece.groups else piece.out_first


def _places(lane: LanePlan) -> list[Stretch]:
    """Choose the beginnings of some groups, evenly over the copied middle."""
    middle = [(piece, group) for piece in lane.copied for group in piece.groups[1:-1]]
    count = min(len(middle), _MOST_PLACES)
    picked = [middle[len(middle) * (2 * place + 1) // (2 * count)] for place in range(count)]
    return [
        Stretch(
            piece.number, group.first + piece.shift, min(group.end, group.first + _NEAR) + piece.shift,
            piece.shift,
        )
        for piece, group in picked
    ]  # fmt: skip


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, end in sorted(spans):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((first, end))
    return merged


def prove(part: Path, made: MediaInfo, lane: LanePlan, edges: Sequence[tuple[Edges, Path]]) -> None:
    """Compare a finished clip with its sources and its encoded edges; NoLane says what is in doubt."""
    try:
        _prove_bytes(part, made, lane, edges)
        _prove_pictures(part, made, lane)
    except NotUnderstood as error:
        raise NoLane(N_("The copied clip cannot be read back.")) from error
    except av.error.FFmpegError as error:
        raise NoLane(N_("The copied clip cannot be decoded without an error.")) from error


def _prove_bytes(part: Path, made: MediaInfo, lane: LanePlan, edges: Sequence[tuple[Edges, Path]]) -> None:
    """Read every picture back: bytes as they were made, key frames, numbers and times without a gap."""
    encoded = _encoded(edges)
    picture = _picture(made)
    pieces = iter(lane.pieces)
    expected: Iterator[Sample] = iter(())
    seen: set[int] = set()
    last_dts: int | None = None
    with open_film(part, hostile.admit(part)) as film:
        stream = stream_of(film, picture)
        config = h264.read_box(bytes(stream.codec_context.extradata or b""))
        if not lane.config.known <= config.known:
            raise NoLane(N_("The clip lost parameter sets of the source."))
        grid = Grid.of(picture, stream)
        ticks = round(1 / (Fraction(stream.time_base or 1) * lane.plan.delivery.rate))
        left = 0
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
                left = piece.frames
                expected = iter(copied_samples(piece, lane.film(piece)) if piece.groups else encoded[piece])
            left -= 1
            shown = grid.index(packet.pts)
            seen.add(shown)
            if Sample(shown, bytes(packet), packet.is_keyframe) != next(expected, None):
                raise NoLane(
                    N_("Frame %(number)s of the clip is not the one that was made for it."), number=shown
                )
        more = any(packet.size for packet in film.demux(stream))
    if more or left or next(pieces, None) or seen != set(range(lane.plan.frames)):
        raise NoLane(N_("The clip does not hold every frame once."))


def _encoded(edges: Sequence[tuple[Edges, Path]]) -> dict[Piece, list[Sample]]:
    found: dict[Piece, list[Sample]] = {}
    for one, path in edges:
        found |= encoded_samples(one, path)[1]
    return found


def _prove_pictures(part: Path, made: MediaInfo, lane: LanePlan) -> None:
    """Decode the windows of the clip, and beside them the same pictures of the sources, and compare."""
    compared = compared_of(lane)
    titles = _Titles(lane.plan, compared)
    copied = [(piece.out_first, piece.out_end) for piece in lane.copied]
    before: _Pair | None = None
    with contextlib.ExitStack() as opened:
        film = opened.enter_context(contextlib.closing(Film(part, _picture(made), strict=True)))
        wanted = _wanted(lane, compared, opened)
        following = next(wanted, None)
        for first, end in windows_of(lane):
            mine = film.pictures(first, end, at_key=True)
            for number, got in zip(range(first, end), mine, strict=True):
                if following is None or following[0] != number:
                    continue
                is_copied = any(begin <= number < stop for begin, stop in copied)
                now = _Pair(number, following[1], got, titles.free_rows(number), is_copied=is_copied)
                now.prove()
                if before and before.number == number - 1 and not (before.is_copied and is_copied):
                    _prove_order(before, now)
                before, following = now, next(wanted, None)
    if following is not None:
        raise NoLane(N_("Frame %(number)s cannot be decoded."), number=following[0])


def _wanted(
    lane: LanePlan, compared: list[Stretch], opened: contextlib.ExitStack
) -> Iterator[tuple[int, list[Grey]]]:
    """Decode the pictures of the sources that the clip has to show."""
    # A group ends where the next IDR picture stands.
    keyed = {at + piece.shift for piece in lane.copied for one in piece.groups for at in (one.first, one.end)}
    films: dict[Path, Film] = {}
    for stretch in compared:
        segment = lane.plan.segments[stretch.number]
        if not isinstance(segment, Segment):
            raise TypeError("a card has no source")
        path = segment.source.path
        if path not in films:
            films[path] = opened.enter_context(contextlib.closing(Film(path, segment.picture)))
        theirs = films[path].pictures(
            stretch.first - stretch.shift, stretch.end - stretch.shift, at_key=stretch.first in keyed
        )
        yield from zip(range(stretch.first, stretch.end), theirs, strict=True)


class _Titles:
    """Says which rows of a picture no lower third and no subtitle touches."""

    def __init__(self, plan: RenderPlan, compared: list[Stretch]) -> None:
        near = [
            overlay
            for overlay in plan.overlays
            if any(stretch.first < overlay.end and overlay.first < stretch.end for stretch in compared)
        ]
        self._drawn = drawn_overlays(plan, near) if near else []
        self._height = plan.delivery.height

    def free_rows(self, number: int) -> slice:
        """Give the larger of the strips above and below all titles of a picture."""
        over = [one.box for one in self._drawn if one.overlay.first <= number < one.overlay.end]
        top = min((box[1] - _BLEED_PX for box in over), default=self._height)
        bottom = max((box[3] + _BLEED_PX for box in over), default=self._height)
        return slice(0, max(0, top)) if top >= self._height - bottom else slice(bottom, self._height)


@dataclass(frozen=True)
class _Pair:
    """A picture of the clip, the one that it has to be, and the rows in which they can be compared."""

    number: int
    wanted: list[Grey]
    got: list[Grey]
    rows: slice
    is_copied: bool

    def prove(self) -> None:
        """Compare the two: identical where copied, nearly so where encoded."""
        if not self.is_copied:
            _prove_likeness(self)
        elif not all(_is_equal(one, other) for one, other in zip(self.wanted, self.got, strict=True)):
            raise NoLane(
                N_("Frame %(number)s of the clip does not look as in the source."), number=self.number
            )


def _is_equal(one: Grey, other: Grey) -> bool:
    """Compare two planes; eight pixels at a time where their rows allow it."""
    if one.shape == other.shape and one.shape[1] % 8 == 0 and one.strides[0] % 8 == other.strides[0] % 8 == 0:
        return bool(np.array_equal(one.view(np.uint64), other.view(np.uint64)))
    return bool(np.array_equal(one, other))


def _prove_likeness(pair: _Pair) -> None:
    wanted, got = pair.wanted[0][pair.rows], pair.got[0][pair.rows]
    if len(wanted) < _LEAST_ROWS:
        return
    if 10 * math.log10(_PEAK**2 / max(_mean_square(wanted, got), 1e-9)) < _LEAST_PSNR_DB:
        raise NoLane(N_("Frame %(number)s of the clip differs from the source."), number=pair.number)


def _prove_order(before: _Pair, now: _Pair) -> None:
    """Refuse two pictures of which one looks like its neighbour in the source rather than like itself."""
    rows = before.rows if before.rows.stop - before.rows.start < now.rows.stop - now.rows.start else now.rows
    first, second = before.wanted[0][rows], now.wanted[0][rows]
    if len(first) < _LEAST_ROWS:
        return
    likenesses = ((first, before.got[0][rows], second), (second, now.got[0][rows], first))
    for wanted, got, neighbour in likenesses:
        if _mean_square(neighbour, got) * 1.5 + 1 < _mean_square(wanted, got):
            raise NoLane(
                N_("Frame %(number)s of the clip or the one before shows its neighbour."), number=now.number
            )


def _mean_square(one: Grey, other: Grey) -> float:
    # Every second line and fourth column tells as much for an eighth of the work.
    difference = one[::2, ::4].astype(np.int32) - other[::2, ::4]
    return float(np.vdot(difference, difference)) / difference.size


class Film:
    """A film that is open for decoding some of its pictures; close() it.

    strict lets the decoder end with an error where it would else conceal one.
    """

    def __init__(self, path: Path, picture: VideoStream, *, strict: bool = False) -> None:
        self._picture = picture
        self._film = open_film(path, hostile.admit(path))
        self._stream = stream_of(self._film, picture)
        options = {"max_pixels": str(hostile.MAX_PIXELS)}
        self._stream.codec_context.options = options | ({"err_detect": "explode"} if strict else {})
        self._stream.codec_context.thread_count = 1
        self._is_strict = strict
        self._grid = Grid.of(picture, self._stream)
        self._keys = [entry.timestamp for entry in self._stream.index_entries if entry.is_keyframe]
        self._decoded: Iterator[tuple[int, av.VideoFrame]] = iter(())
        self._needed = self._reached = 0
        self._read_to: int | None = None

    def close(self) -> None:
        """Let go of the file."""
        self._film.close()

    def pictures(self, first: int, end: int, *, at_key: bool = False) -> Iterator[list[Grey]]:
        """Decode the pictures from `first` to before `end`, as planes; NoLane where one is missing or broken.

        at_key says that `first` is an IDR picture, so that nothing before it has to be decoded.
        """
        wanted = self._needed = first
        if not self._goes_on(first):
            self._begin(first, at_key=at_key)
        for number, frame in self._decoded:
            self._reached = number + 1
            if number < first:
                continue
            if number != wanted or frame.is_corrupt:
                raise NoLane(N_("Frame %(number)s cannot be decoded."), number=wanted)
            wanted += 1
            yield [_plane(plane) for plane in frame.planes]
            if wanted == end:
                return
        raise NoLane(N_("Frame %(number)s cannot be decoded."), number=wanted)

    def _goes_on(self, first: int) -> bool:
        """Say whether a picture lies ahead with no key frame between, so that a seek would only go back."""
        if self._read_to is None or first < self._reached:
            return False
        target = self._ticks(first)
        return not any(self._read_to < key <= target for key in self._keys)

    def _begin(self, first: int, *, at_key: bool) -> None:
        early = self._ticks(first, Fraction(0) if at_key else _PREROLL_S)
        self._film.seek(early, stream=self._stream, backward=True)
        self._decoded = self._frames()

    def _ticks(self, number: int, before_s: Fraction = Fraction(0)) -> int:
        time_s = self._picture.start_s + number / self._picture.nominal_rate - before_s
        return round(max(time_s, self._picture.start_s) / Fraction(self._stream.time_base or 1))

    def _frames(self) -> Iterator[tuple[int, av.VideoFrame]]:
        """Decode from here on; of what nobody asked for only the pictures that others are predicted from."""
        decoder = self._stream.codec_context
        for packet in self._film.demux(self._stream):
            if packet.dts is not None:
                self._read_to = packet.dts
            if not self._is_strict:
                early = packet.pts is not None and self._grid.index(packet.pts) < self._needed
                decoder.skip_frame = "NONREF" if early else "DEFAULT"
            for frame in packet.decode():
                yield self._grid.index(frame.pts), frame


def pictures(path: Path, picture: VideoStream, first: int, end: int) -> Iterator[list[Grey]]:
    """Decode the pictures from `first` to before `end` of a film, as planes."""
    with contextlib.closing(Film(path, picture)) as film:
        yield from film.pictures(first, end)


def _plane(plane: av.video.plane.VideoPlane) -> Grey:
    stored: Grey = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
    return stored[:, : plane.width]


def _picture(info: MediaInfo) -> VideoStream:
    if info.picture is None:
        raise NoLane(N_("The clip has no picture."))
    return info.picture
