"""The fast lane: which groups of pictures can be copied, where a source already is the delivery.

Copied is only from one IDR picture to the next: nothing behind an IDR needs anything before it, so that the
pictures between come out of any decoder exactly as they come out of the source. What lies before the first
whole group of a range and behind the last one is encoded with the source's own settings. Anything unexpected
raises NoLane, and the clip is encoded as if this file did not exist.
"""

import dataclasses
import itertools
import math
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import av.error

from media import h264, hostile
from media.errors import N_
from media.h264 import Config, NotUnderstood
from media.info import MediaInfo, VideoStream
from media.plan import CardSegment, Overlay, RenderPlan, Segment, overlaid
from media.probe import open_film
from media.reasons import Reason, why_not_copied
from media.timecode import TimeRange, frame_of, time_of

# How far, in pictures, a time stamp may lie beside the grid.
_OFF_GRID = 0.1
# H.264 A.3.1: High profile at level 4.1. More than that is a camera's own recording and no delivery.
_MOST_BITS_S = 62_500_000
# Of each encoded piece a decoder is open, with some pictures in its hands: 16 at 1080p took 710 MB.
_MOST_INPUTS = 8
# A walk over an hour of film holds a few megabytes.
_MOST_WALKS = 16
# Each run costs a decoder more for the pictures behind it and the proof of its seams: 0.5 s of CPU at 1080p
# with groups of 2 s, as much as encoding and checking 15 to 20 pictures costs.
LEAST_RUN_S = Fraction(1)
# Edges cost half as much again as the same pictures of an encode, because source and result are decoded for
# the proof. CPU of the lane over that of the encode: 1.05 with 19 % of 340 frames copied (groups of 2 s);
# 0.82 with 62 % of 200 (groups of 4 s at 14 Mb/s); 0.10 with 99 % of 3000.
LEAST_SHARE = Fraction(1, 4)


class NoLane(Exception):  # noqa: N818 - named as the finding it is
    """The clip has to be encoded; reason is a short sentence that says why."""

    def __init__(self, msgid: str, **params: object) -> None:
        super().__init__(msgid, params)
        self.reason = Reason.of(msgid, **params)

    @classmethod
    def because(cls, reason: Reason) -> "NoLane":
        """Give the finding with a reason that stands already."""
        return cls(reason.msgid, **dict(reason.params))

    def __str__(self) -> str:
        return str(self.reason)


@dataclass(frozen=True)
class Group:
    """Pictures from one IDR to the next, all of them whole; first and end count the source's pictures.

    order holds the same numbers in the order in which the pictures are stored.
    """

    first: int
    end: int
    key_pts: int
    size_bytes: int
    order: tuple[int, ...]


@dataclass(frozen=True)
class Piece:
    """A stretch of the result: groups that are copied, or, without groups, pictures that are encoded.

    first and end count the pictures of the source (of a card its own), out_first those of the result; number
    is the segment's.
    """

    number: int
    first: int
    end: int
    out_first: int
    groups: tuple[Group, ...] = ()

    @property
    def frames(self) -> int:
        """How many pictures it holds."""
        return self.end - self.first

    @property
    def shift(self) -> int:
        """What has to be added to a number of the source to get that of the result."""
        return self.out_first - self.first

    @property
    def order(self) -> list[int]:
        """The result's numbers of its copied pictures in the order in which they are stored."""
        return [shown + self.shift for group in self.groups for shown in group.order]

    @property
    def out_end(self) -> int:
        """The picture of the result that follows it."""
        return self.out_first + self.frames


@dataclass(frozen=True)
class Edges:
    """Encoded pieces as a small plan of their own, in which they stand behind each other.

    Their overlays have moved with them. A piece begins at the picture that starts says, and has to begin with
    an IDR picture.
    """

    plan: RenderPlan
    pieces: tuple[Piece, ...]
    starts: tuple[int, ...]


@dataclass(frozen=True)
class Settings:
    """How the edges have to be encoded to fit the copied groups."""

    profile: str
    level: str
    reference_frames: int
    reorder_frames: int
    set_id: int

    def x264_params(self) -> str:
        """Write them for x264."""
        # The profile follows from the tools that are used, so that they are named. Fast presets leave out the
        # first three.
        tools = ["cabac=1", f"8x8dct={int(self.profile == 'high')}", "deblock=0,0", "open-gop=0"]
        if self.reorder_frames == 0:
            tools.append("bframes=0")
        else:
            tools += ["bframes=3", f"b-pyramid={'none' if self.reorder_frames == 1 else 'normal'}"]
        # One picture is searched; the decoder keeps as many as for the source, so that no seam changes that.
        held = ["ref=1", f"dpb-size={self.reference_frames}"]
        return ":".join([f"sps-id={self.set_id}", *held, *tools])


@dataclass(frozen=True)
class LanePlan:
    """What is copied and what is encoded, in the order of the result."""

    plan: RenderPlan
    pieces: tuple[Piece, ...]
    config: Config
    settings: Settings

    @property
    def copied(self) -> tuple[Piece, ...]:
        """The pieces that are taken as they are."""
        return tuple(piece for piece in self.pieces if piece.groups)

    @property
    def encoded(self) -> tuple[Piece, ...]:
        """The pieces that are made anew."""
        return tuple(piece for piece in self.pieces if not piece.groups)

    def segment(self, piece: Piece) -> Segment | CardSegment:
        """The segment of a piece, narrowed to the piece."""
        segment, rate = self.plan.segments[piece.number], self.plan.delivery.rate
        if isinstance(segment, CardSegment):
            return segment
        span = TimeRange(time_of(piece.first, rate), time_of(piece.end, rate))
        return dataclasses.replace(segment, range=span, frames=piece.frames, out_first=piece.out_first)

    def film(self, piece: Piece) -> Segment:
        """The same of a piece that shows a film."""
        segment = self.segment(piece)
        if isinstance(segment, CardSegment):
            raise TypeError("a card shows no film")
        return segment

    def edges(self) -> list[Edges]:
        """Everything that is encoded, divided so that no part reads too many films at once.

        Pieces that stand side by side in the result stay together, because titles lie over both.
        """
        stretches: list[list[Piece]] = []
        for piece in self.encoded:
            if stretches and stretches[-1][-1].out_end == piece.out_first:
                stretches[-1].append(piece)
            else:
                stretches.append([piece])
        parts: list[list[list[Piece]]] = []
        for stretch in stretches:
            if parts and sum(map(len, parts[-1])) + len(stretch) <= _MOST_INPUTS:
                parts[-1].append(stretch)
            else:
                parts.append([stretch])
        return [self._edges(part) for part in parts]

    def _edges(self, stretches: list[list[Piece]]) -> Edges:
        segments: list[Segment | CardSegment] = []
        overlays: list[Overlay] = []
        at = 0
        for stretch in stretches:
            first, end, shift = stretch[0].out_first, stretch[-1].out_end, at - stretch[0].out_first
            overlays += [
                dataclasses.replace(overlay, first=overlay.first + shift, end=overlay.end + shift)
                for overlay in self.plan.overlays
                if first <= overlay.first and overlay.end <= end
            ]
            segments += [
                dataclasses.replace(self.segment(piece), out_first=piece.out_first + shift)
                for piece in stretch
            ]
            at += end - first
        small = dataclasses.replace(self.plan, segments=tuple(segments), overlays=tuple(overlays))
        pieces = tuple(piece for stretch in stretches for piece in stretch)
        return Edges(small, pieces, tuple(segment.out_first for segment in segments))


@dataclass(frozen=True)
class Survey:
    """The whole groups of a source, its parameter sets, and by how much its pictures are reordered."""

    config: Config
    groups: tuple[Group, ...]
    delay: int


def plan_lane(plan: RenderPlan, *, least_share: Fraction = LEAST_SHARE) -> LanePlan:
    """Divide every range into what is copied and what is encoded; cards and titled pictures are encoded.

    NoLane when a source is not the delivery already, changes its parameter sets, shares them with no other
    source of the clip, when no whole group lies in any range free of titles, or when less than least_share of
    the pictures could be copied.
    """
    for segment in plan.ranges:
        if reason := why_not_copied(segment.info, plan.delivery):
            raise NoLane.because(reason)
    surveys = _surveys(plan)
    first, *others = surveys.values()
    if any(other.config.known != first.config.known for other in others):
        raise NoLane(N_("The sources were not encoded alike."))
    pieces = _pieces(plan, surveys)
    groups = [group for piece in pieces for group in piece.groups]
    copied = sum(group.end - group.first for group in groups)
    if not groups and plan.overlays:
        raise NoLane(N_("No closed groups of pictures of a second or more are free of titles."))
    if not groups:
        raise NoLane(N_("No closed groups of pictures of a second or more lie in the range."))
    if copied < least_share * plan.frames:
        raise NoLane(
            N_("Only %(copied)s of %(frames)s frames could be copied, too few to be of use."),
            copied=copied,
            frames=plan.frames,
        )
    if sum(group.size_bytes for group in groups) * 8 * plan.delivery.rate > _MOST_BITS_S * copied:
        raise NoLane(N_("The source has more bits a second than the delivery may have."))
    return LanePlan(
        plan.by_lane(
            "copy",
            Reason.of(
                N_("%(copied)s of %(frames)s frames are copied, the others encoded."),
                copied=copied, frames=plan.frames,
            ),
        ),
        tuple(pieces),
        first.config,
        _settings(first.config, plan, max(one.delay for one in surveys.values())),
    )  # fmt: skip


def _surveys(plan: RenderPlan) -> dict[Path, Survey]:
    """Survey every source once, as far as any range goes."""
    ends: dict[Path, int] = {}
    infos: dict[Path, MediaInfo] = {}
    for segment in plan.ranges:
        path, (_, end) = segment.source.path, _frames_of(segment, plan)
        ends[path], infos[path] = max(end, ends.get(path, 0)), segment.info
    return {path: survey(path, infos[path], until) for path, until in ends.items()}


def _pieces(plan: RenderPlan, surveys: Mapping[Path, Survey]) -> list[Piece]:
    titled = overlaid(plan)
    pieces: list[Piece] = []
    for number, segment in enumerate(plan.segments):
        if isinstance(segment, CardSegment):
            pieces.append(Piece(number, 0, segment.frames, segment.out_first))
            continue
        first, end = _frames_of(segment, plan)
        shift = segment.out_first - first
        free = [
            group
            for group in surveys[segment.source.path].groups
            if first <= group.first
            and group.end <= end
            and not any(group.first + shift < stop and begin < group.end + shift for begin, stop in titled)
        ]
        least = math.ceil(LEAST_RUN_S * plan.delivery.rate)
        pieces += _divided(Piece(number, first, end, segment.out_first), free, least)
    return pieces


def _divided(whole: Piece, groups: list[Group], least: int) -> list[Piece]:
    """Divide one range into runs of groups that may be copied and what lies before, between and behind.

    Runs of fewer pictures than `least` are encoded.
    """
    runs: list[list[Group]] = []
    for group in groups:
        if runs and runs[-1][-1].end == group.first:
            runs[-1].append(group)
        else:
            runs.append([group])
    pieces, reached = [], whole.first
    for run in runs:
        begin, stop = run[0].first, run[-1].end
        if stop - begin < least:
            continue
        pieces.append(Piece(whole.number, reached, begin, reached + whole.shift))
        pieces.append(Piece(whole.number, begin, stop, begin + whole.shift, tuple(run)))
        reached = stop
    pieces.append(Piece(whole.number, reached, whole.end, reached + whole.shift))
    return [piece for piece in pieces if piece.frames]


def _frames_of(segment: Segment, plan: RenderPlan) -> tuple[int, int]:
    first = frame_of(segment.range.start, plan.delivery.rate)
    return first, first + segment.frames


def _settings(config: Config, plan: RenderPlan, delay: int) -> Settings:
    told = config.sequence
    if not told.is_progressive or not told.is_420_8bit:
        raise NoLane(N_("The source is interlaced or has other colours than 4:2:0."))
    if (told.width, told.height) != (plan.delivery.width, plan.delivery.height):
        raise NoLane(N_("The source shows only a part of its pictures."))
    return Settings(
        profile=plan.delivery.profile,
        level=f"{told.level / 10:.1f}",
        reference_frames=max(1, told.reference_frames),
        reorder_frames=delay if told.reorder_frames is None else told.reorder_frames,
        set_id=config.free_id(),
    )


@dataclass
class _OpenGroup:
    """A group whose end has not been met."""

    key_pts: int
    first: int
    shown: list[int]
    size_bytes: int = 0
    is_whole: bool = True

    def closed(self) -> Group | None:
        """Give the group if its pictures are exactly those from its IDR on, without a gap."""
        end = self.first + len(self.shown)
        if not self.is_whole or sorted(self.shown) != list(range(self.first, end)):
            return None
        return Group(self.first, end, self.key_pts, self.size_bytes, tuple(self.shown))


def survey(path: Path, info: MediaInfo, until: int) -> Survey:
    """Give the groups of a film up to the picture `until` that can be copied.

    Reads from the start of the film, because parameter sets that change there hold to its end. What was read
    of a film is remembered while the process lives, so that many clips of one film read it once.
    """
    picture = info.picture
    if picture is None:
        raise NoLane(N_("The source has no picture."))
    try:
        stat = path.stat()
    except OSError as error:
        raise NoLane(N_("The source cannot be read to the end of the range.")) from error
    key = (path.absolute(), stat.st_size, stat.st_mtime_ns, picture)
    with _LOCK:
        walk = _WALKS.pop(key, None) or _Walk()
        if not walk.is_done(until):
            # A walk that ends in an error is forgotten.
            _go_on(walk, path, picture, until)
        _WALKS[key] = walk
        while len(_WALKS) > _MOST_WALKS:
            del _WALKS[next(iter(_WALKS))]
        return walk.survey(until)


def _go_on(walk: "_Walk", path: Path, picture: VideoStream, until: int) -> None:
    """Walk over the packets of a film up to the group that begins at or after a picture."""
    try:
        with open_film(path, hostile.admit(path)) as container:
            stream = stream_of(container, picture)
            config = h264.read_box(bytes(stream.codec_context.extradata or b""))
            if len(config.sequence_sets) != 1:
                raise NoLane(N_("The source has several sequence parameter sets."))
            walk.config, known, grid = config, config.known, Grid.of(picture, stream)
            packets: Iterator[av.Packet[av.VideoStream]] = (
                packet for packet in container.demux(stream) if packet.size
            )
            if walk.next_pts is not None:
                container.seek(walk.next_pts, stream=stream, backward=True)
                packets = itertools.dropwhile(
                    lambda packet: not (packet.pts == walk.next_pts and packet.is_keyframe), packets
                )
            for packet in packets:
                units = h264.units_of(bytes(packet), config.length_bytes)
                h264.picture_units(units, known)
                starts = packet.is_keyframe and h264.starts_group(units)
                if not walk.take(packet, grid.index(packet.pts), until, starts=starts):
                    return
    except NotUnderstood as error:
        raise NoLane.because(error.reason) from error
    except av.error.FFmpegError as error:
        raise NoLane(N_("The source cannot be read to the end of the range.")) from error
    walk.end()


@dataclass
class _Walk:
    """Gathers the groups of a film packet by packet; next_pts is where it has to go on."""

    config: Config | None = None
    groups: list[Group] = dataclasses.field(default_factory=list)
    current: _OpenGroup | None = None
    delay: int = 0
    reached: int = 0
    next_pts: int | None = None
    is_at_end: bool = False

    def is_done(self, until: int) -> bool:
        """Say whether nothing more has to be read for the pictures before `until`."""
        return self.is_at_end or (self.next_pts is not None and until <= self.reached)

    def take(self, packet: "av.Packet[av.VideoStream]", shown: int, until: int, *, starts: bool) -> bool:
        """Take the next packet; a false answer says that nothing more is needed."""
        if starts:
            self._close()
            if shown >= until:
                self.reached, self.next_pts = shown, packet.pts
                return False
            self.current = _OpenGroup(packet.pts or 0, shown, [])
        if self.current:
            self.current.shown.append(shown)
            self.current.size_bytes += packet.size
            self.current.is_whole &= not (packet.is_discard or packet.is_corrupt)
            self.delay = max(self.delay, len(self.current.shown) - 1 - (shown - self.current.first))
        return True

    def end(self) -> None:
        """Take it that the film has no more packets."""
        self._close()
        self.is_at_end = True

    def _close(self) -> None:
        if self.current and (group := self.current.closed()):
            self.groups.append(group)
        self.current = None

    def survey(self, until: int) -> Survey:
        """Give what was found of the pictures before `until`."""
        if self.config is None:
            raise NoLane(N_("The source has no picture."))
        return Survey(self.config, tuple(group for group in self.groups if group.first < until), self.delay)


_Key = tuple[Path, int, int, VideoStream]
_LOCK = threading.Lock()
_WALKS: dict[_Key, _Walk] = {}


@dataclass(frozen=True)
class Grid:
    """The constant grid on which the pictures of a film stand, in ticks of its clock."""

    start: float
    step: float

    @classmethod
    def of(cls, picture: VideoStream, stream: av.VideoStream) -> "Grid":
        """Make the grid of a film that was probed."""
        base = Fraction(stream.time_base or Fraction(1, 90_000))
        return cls(float(picture.start_s / base), float(1 / (picture.nominal_rate * base)))

    def index(self, pts: int | None) -> int:
        """Give the number of a picture; NotUnderstood where it does not stand on the grid."""
        if pts is None:
            raise NotUnderstood(N_("The source has a picture without a time."))
        exact = (pts - self.start) / self.step
        if abs(exact - round(exact)) > _OFF_GRID:
            raise NotUnderstood(N_("The source has a picture beside its even rate."))
        return round(exact)


def stream_of(container: av.container.InputContainer, picture: VideoStream) -> av.VideoStream:
    """Give the stream that was probed."""
    return next(stream for stream in container.streams.video if stream.index == picture.index)
