"""From wanted ranges to segments to make (pure).

Every segment names its lane and why: "encode" makes every picture anew, "copy" takes whole groups of pictures
as they are (see media.lane). A plan begins as "encode", with what keeps its sources from being copied.
"""

import dataclasses
import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from media.deliveries import Delivery
from media.errors import N_, BadRange, Unsupported
from media.info import MediaInfo, VideoStream
from media.timecode import TimeRange, format_clock, frame_of, time_of

Lane = Literal["encode", "copy"]
MOST_RANGES = 60
EVERY_FRAME = "Every frame is encoded."
# Containers whose clock and key frames can be relied on.
COPIED_FROM = frozenset({"mov", "matroska"})


@dataclass(frozen=True)
class Source:
    """A film to cut from: where it lies and what its owner calls it."""

    path: Path
    name: str = ""

    @property
    def shown(self) -> str:
        """The name for messages."""
        return self.name or self.path.name


@dataclass(frozen=True)
class Entry:
    """One range of one source."""

    source: Source
    range: TimeRange


@dataclass(frozen=True)
class EditList:
    """The ranges of a clip in the order in which they are shown; a range may come twice."""

    entries: tuple[Entry, ...]

    @classmethod
    def of(cls, path: Path, ranges: Iterable[TimeRange], name: str = "") -> "EditList":
        """Make the list of some ranges of one source."""
        source = Source(path, name)
        return cls(tuple(Entry(source, span) for span in ranges))

    @property
    def duration(self) -> Fraction:
        """Length of all ranges as asked, before they are moved to whole frames."""
        return sum((entry.range.duration for entry in self.entries), Fraction(0))

    def fingerprint(self, hashes: Mapping[Path, str], delivery: Delivery) -> str:
        """Give one hash for the same pictures in the same form: source contents, ranges, delivery."""
        told = {
            "entries": [
                [hashes[entry.source.path], str(entry.range.start), str(entry.range.end)]
                for entry in self.entries
            ],
            "delivery": repr(delivery),
        }
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Segment:
    """One piece of the result: what it shows, how many pictures it makes and by which lane."""

    source: Source
    info: MediaInfo
    range: TimeRange
    frames: int
    lane: Lane
    reason: str

    @property
    def picture(self) -> VideoStream:
        """The picture it shows; plan() refuses sources without one."""
        picture = self.info.picture
        if picture is None:
            raise Unsupported(N_("%(name)s has no picture."), name=self.source.shown)
        return picture


@dataclass(frozen=True)
class RenderPlan:
    """Everything that has to be made, in order."""

    segments: tuple[Segment, ...]
    delivery: Delivery

    @property
    def frames(self) -> int:
        """Pictures of the whole result."""
        return sum(segment.frames for segment in self.segments)

    @property
    def duration(self) -> Fraction:
        """Length of the whole result."""
        return self.frames / self.delivery.rate

    @property
    def lane(self) -> str:
        """The lane; one that copies anything is "copy"."""
        return "copy" if any(segment.lane == "copy" for segment in self.segments) else "encode"

    @property
    def reason(self) -> str:
        """Why this lane, in short sentences."""
        return " ".join(dict.fromkeys(segment.reason for segment in self.segments))

    def by_lane(self, lane: Lane, reason: str) -> "RenderPlan":
        """Give the same plan by another lane."""
        segments = tuple(dataclasses.replace(segment, lane=lane, reason=reason) for segment in self.segments)
        return dataclasses.replace(self, segments=segments)


def plan(edit_list: EditList, infos: Mapping[Path, MediaInfo], delivery: Delivery) -> RenderPlan:
    """Turn ranges into segments.

    Each end moves to the nearest frame of its source. At the same or a higher rate a segment makes as
    many pictures as start before its end, so that no asked frame is lost; at a lower rate, as many as come
    nearest. BadRange for a range outside the film (one frame of tolerance at the end) or shorter than a
    frame; Unsupported for a source without a picture.
    """
    if not edit_list.entries:
        raise BadRange(N_("The clip holds no range. Mark at least one IN and OUT."))
    if len(edit_list.entries) > MOST_RANGES:
        raise BadRange(
            N_("The clip has %(count)s ranges; at most %(most)s can be cut at once. Join neighbours."),
            count=len(edit_list.entries),
            most=MOST_RANGES,
        )
    return RenderPlan(
        tuple(_segment(entry, infos[entry.source.path], delivery) for entry in edit_list.entries), delivery
    )


def _segment(entry: Entry, info: MediaInfo, delivery: Delivery) -> Segment:
    picture = info.picture
    if picture is None:
        raise Unsupported(
            N_("%(name)s has sound but no picture, so no clip can be cut from it. Choose a film."),
            name=entry.source.shown,
        )
    if any(problem.code == "undecodable" for problem in info.problems):
        raise Unsupported(
            N_("The picture of %(name)s cannot be decoded. Export the film again and upload it anew."),
            name=entry.source.shown,
        )
    span = _within(entry, picture)
    grid = span.duration * delivery.rate
    keeps_all = delivery.rate >= picture.nominal_rate or picture.is_vfr
    frames = math.ceil(grid) if keeps_all else max(1, math.floor(grid + Fraction(1, 2)))
    return Segment(entry.source, info, span, frames, "encode", why_not_copied(info, delivery) or EVERY_FRAME)


def _within(entry: Entry, picture: VideoStream) -> TimeRange:
    rate, asked = picture.nominal_rate, entry.range
    if asked.start >= picture.duration or asked.end > picture.duration + 1 / rate:
        raise BadRange(
            N_("The range %(start)s–%(end)s lies outside %(name)s, which lasts %(duration)s. Move the end."),
            name=entry.source.shown,
            start=format_clock(asked.start),
            end=format_clock(asked.end),
            duration=format_clock(picture.duration),
        )
    if picture.is_vfr:
        return TimeRange(asked.start, min(asked.end, picture.duration))
    first, last = frame_of(asked.start, rate), min(frame_of(asked.end, rate), picture.frame_count)
    if last <= first:
        raise BadRange(
            N_("The range %(start)s–%(end)s of %(name)s is shorter than one frame. Move OUT further."),
            name=entry.source.shown,
            start=format_clock(asked.start),
            end=format_clock(asked.end),
        )
    return TimeRange(time_of(first, rate), time_of(last, rate))


def why_not_copied(info: MediaInfo, delivery: Delivery) -> str:
    """Say what keeps a source from being the delivery already; "" if nothing that its headers tell."""
    picture = info.picture
    if picture is None:
        return "The source has no picture."
    profile, level = delivery.profile.casefold(), round(float(delivery.level) * 10)
    obstacles = (
        (info.problems != (), "The source is not whole."),
        (info.demuxer not in COPIED_FROM, f"The source is a {info.container} file."),
        (
            (picture.codec, picture.pix_fmt) != ("h264", "yuv420p"),
            f"The source is {picture.codec} {picture.pix_fmt}.",
        ),
        (
            (picture.width, picture.height) != (delivery.width, delivery.height),
            f"The source is {picture.width}x{picture.height}.",
        ),
        (picture.rotation != 0, f"The source is turned by {picture.rotation} degrees."),
        (picture.sar != 1, f"The source has pixels of {picture.sar}."),
        (picture.is_vfr, "The source has a varying frame rate."),
        (
            picture.nominal_rate != delivery.rate,
            f"The source has {float(picture.nominal_rate):.3f} frames a second.",
        ),
        (picture.is_interlaced, "The source is interlaced."),
        (picture.profile.casefold() != profile, f"The source has the profile {picture.profile}."),
        (not 0 < picture.level <= level, f"The source has the level {picture.level / 10}."),
        (picture.color_range == "pc", "The source has full-range colours."),
        (
            {picture.color_space, picture.color_primaries, picture.color_transfer} != {"bt709"},
            "The source does not say that its colours are BT.709.",
        ),
    )
    return next((sentence for stands, sentence in obstacles if stands), "")
