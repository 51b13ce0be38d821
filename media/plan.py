"""From wanted ranges to segments to make (pure).

Every segment names its lane and why: "encode" makes every picture anew, "copy" takes whole groups of pictures
as they are (see media.lane). A plan begins as "encode", with what keeps its sources from being copied.

The result is the plan's segments in order: an opening card, the ranges, an end card. All of them say which
pictures of the result they are (out_first up to before out_end). Over the ranges lie overlays (lower thirds
and subtitles), already in pictures of the result; overlaid() tells which pictures carry any, so that all
others may be copied. Cards carry none.
"""

import dataclasses
import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from media.deliveries import Delivery
from media.dress import Card, Cue, Dress, LowerThird, one_at_a_time
from media.errors import N_, BadDress, BadRange, Unsupported
from media.info import MediaInfo, VideoStream
from media.reasons import EVERY_FRAME, Reason, in_english, why_not_copied
from media.timecode import TimeRange, format_clock, frame_of, time_of

Lane = Literal["encode", "copy"]
MOST_RANGES = 60


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

    def fingerprint(self, hashes: Mapping[Path, str], delivery: Delivery, dress: Dress | None = None) -> str:
        """Give one hash for the same result: source contents, ranges, delivery, dress.

        hashes names the contents of all sources and of the music.
        """
        content: dict[str, object] = {
            "entries": [
                [hashes[entry.source.path], str(entry.range.start), str(entry.range.end)]
                for entry in self.entries
            ],
            "delivery": repr(delivery),
        }
        if dress and not dress.is_plain:
            content["dress"] = dress.told(hashes)
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Segment:
    """One piece of the result: what it shows, how many pictures it makes and by which lane."""

    source: Source
    info: MediaInfo
    range: TimeRange
    frames: int
    lane: Lane
    reason: Reason
    out_first: int = 0

    @property
    def out_end(self) -> int:
        """The picture of the result that follows it."""
        return self.out_first + self.frames

    @property
    def picture(self) -> VideoStream:
        """The picture it shows; plan() refuses sources without one."""
        picture = self.info.picture
        if picture is None:
            raise Unsupported(N_("%(name)s has no picture."), name=self.source.shown)
        return picture


@dataclass(frozen=True)
class CardSegment:
    """One card of the result, which is always encoded."""

    card: Card
    kind: Literal["opening", "end"]
    frames: int
    out_first: int
    lane: Lane = "encode"
    reason: Reason = EVERY_FRAME

    @property
    def out_end(self) -> int:
        """The picture of the result that follows it."""
        return self.out_first + self.frames


@dataclass(frozen=True)
class Overlay:
    """A lower third or a subtitle on the pictures of the result from first up to before end."""

    item: LowerThird | Cue
    first: int
    end: int


@dataclass(frozen=True)
class RenderPlan:
    """Everything that has to be made, in order."""

    segments: tuple[Segment | CardSegment, ...]
    delivery: Delivery
    dress: Dress = dataclasses.field(default_factory=Dress)
    overlays: tuple[Overlay, ...] = ()

    @property
    def ranges(self) -> tuple[Segment, ...]:
        """The segments that show a film."""
        return tuple(segment for segment in self.segments if isinstance(segment, Segment))

    @property
    def cards(self) -> tuple[CardSegment, ...]:
        """The segments that are drawn."""
        return tuple(segment for segment in self.segments if isinstance(segment, CardSegment))

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
    def reasons(self) -> tuple[Reason, ...]:
        """Why this lane, each reason once."""
        return tuple(dict.fromkeys(segment.reason for segment in self.ranges))

    @property
    def reason(self) -> str:
        """Why this lane, in short English sentences."""
        return in_english(self.reasons)

    def by_lane(self, lane: Lane, reason: Reason) -> "RenderPlan":
        """Give the same plan with its ranges by another lane; cards are always encoded."""
        segments = tuple(
            dataclasses.replace(segment, lane=lane, reason=reason)
            if isinstance(segment, Segment)
            else segment
            for segment in self.segments
        )
        return dataclasses.replace(self, segments=segments)


def overlaid(plan: RenderPlan) -> tuple[tuple[int, int], ...]:
    """Give the spans of the result, first up to before end, that carry any overlay; merged, in order."""
    spans: list[tuple[int, int]] = []
    for first, end in sorted((overlay.first, overlay.end) for overlay in plan.overlays):
        if spans and first <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((first, end))
    return tuple(spans)


def plan(
    edit_list: EditList, infos: Mapping[Path, MediaInfo], delivery: Delivery, dress: Dress | None = None
) -> RenderPlan:
    """Turn ranges and what is put around and over them into segments and overlays.

    Each end moves to the nearest frame of its source. At the same or a higher rate a segment makes as
    many pictures as start before its end, so that no asked frame is lost; at a lower rate, as many as come
    nearest. Overlays move to the nearest pictures of the result and end with the last range. BadRange for a
    range outside the film (one frame of tolerance at the end) or shorter than a frame; Unsupported for a
    source without a picture; BadDress for an overlay behind the end and for texts without a style.
    """
    if not edit_list.entries:
        raise BadRange(N_("The clip holds no range. Mark at least one IN and OUT."))
    if len(edit_list.entries) > MOST_RANGES:
        raise BadRange(
            N_("The clip has %(count)s ranges; at most %(most)s can be cut at once. Join neighbours."),
            count=len(edit_list.entries),
            most=MOST_RANGES,
        )
    dress = dress or Dress()
    if dress.needs_style and dress.style is None:
        raise BadDress(N_("Cards, lower thirds and subtitles need a style that names a font."))
    made = [_segment(entry, infos[entry.source.path], delivery) for entry in edit_list.entries]
    segments: list[Segment | CardSegment] = [*made]
    if dress.opening:
        segments.insert(0, _card_segment(dress.opening, "opening", delivery))
    if dress.end:
        segments.append(_card_segment(dress.end, "end", delivery))
    start = segments[0].frames if dress.opening else 0
    overlays = _overlays((*dress.lower_thirds, *one_at_a_time(dress.subtitles)), start, made, delivery.rate)
    return RenderPlan(_in_order(segments), delivery, dress, overlays)


def _card_segment(card: Card, kind: Literal["opening", "end"], delivery: Delivery) -> CardSegment:
    return CardSegment(card, kind, max(1, frame_of(card.length, delivery.rate)), 0)


def _in_order(segments: Sequence[Segment | CardSegment]) -> tuple[Segment | CardSegment, ...]:
    placed: list[Segment | CardSegment] = []
    for segment in segments:
        at = placed[-1].out_end if placed else 0
        placed.append(dataclasses.replace(segment, out_first=at))
    return tuple(placed)


def _overlays(
    items: Iterable[LowerThird | Cue], start: int, ranges: Sequence[Segment], rate: Fraction
) -> tuple[Overlay, ...]:
    """Move overlays to pictures of the result; what runs over the end is cut, what lies behind it refused."""
    length = sum(segment.frames for segment in ranges)
    placed = []
    for item in items:
        first, end = frame_of(item.start, rate), min(length, frame_of(item.end, rate))
        if first >= length:
            raise BadDress(
                N_("“%(text)s” is shown from %(start)s on, but the clip lasts only %(length)s. Move it."),
                text=(item.text if isinstance(item, Cue) else item.name)[:20],
                start=format_clock(item.start),
                length=format_clock(length / rate),
            )
        placed.append(Overlay(item, start + first, start + max(first + 1, end)))
    return tuple(placed)


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
