"""A film as the search for ranges sees it: steps of whole frames, borders, and what lies where (pure).

Borders lie on scene cuts, in pauses of the sound, at edges of faults and of the film; where there is none of
these for long, at plain places. A step is the least by which ranges differ.
"""

import dataclasses
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from media import interest
from media.errors import N_, Unsupported
from media.info import MediaInfo, VideoStream
from media.measure import LOOK_RATE, Curve, Measures
from media.measured import spans_over
from media.specs import VideoSpec
from media.timecode import TimeRange, format_clock

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Taken = Sequence[tuple[int, int]]

SHORTEST_S = Fraction(3)
_MOST_FAULTY_SHARE = Fraction(1, 4)
# Where neither cut nor pause is near, there is still something to choose from.
_PLAIN_STEP_S, _PLAIN_REACH_S = Fraction(2), Fraction(3)
# Borders are counted in steps of about this length, each a whole number of frames.
_STEPS_A_SECOND = Fraction(25, 2)
_MOST_BORDERS, _LEAST_SPACING_S = 3000, Fraction(2, 5)
# The sound of a word may begin before its level rises and ring on after it falls.
_BEFORE_SPEECH_S, _AFTER_SPEECH_S = Fraction(1, 5), Fraction(3, 10)
_LONG_SILENCE_S = Fraction(2)
LEAST_SPOKEN_SHARE = 0.15


@dataclass(frozen=True)
class Part:
    """One part of the content plan (P17): its title in the reader's words and its most (P12)."""

    key: str
    title: str
    max_s: Fraction | None = None


@dataclass(frozen=True)
class Wish:
    """What is asked for; lengths in seconds."""

    length_s: Fraction = Fraction(120)
    tolerance_s: Fraction = Fraction(2)
    versions: int = 3
    parts: tuple[Part, ...] = ()

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> "Wish":
        """Read what a programme says of its clips (A12, P17): lengths in seconds, parts in their order."""
        parts = tuple(
            Part(part["key"], part["title"], None if part["max_s"] is None else Fraction(part["max_s"]))
            for part in mapping["parts"]
        )
        return cls(Fraction(mapping["length_s"]), Fraction(mapping["tolerance_s"]), parts=parts)

    def of_number(self, versions: int) -> "Wish":
        """Ask for another number of versions."""
        return dataclasses.replace(self, versions=versions)

    def of_length(self, length_s: Fraction) -> "Wish":
        """Ask for another length; the tolerance stays the same share of it."""
        share = self.tolerance_s / self.length_s
        return dataclasses.replace(self, length_s=length_s, tolerance_s=share * length_s)


@dataclass(frozen=True)
class Fault:
    """What a second of a fault costs, and how it is told; what is hard is avoided at any other cost."""

    cost: float
    is_hard: bool
    left_out: str
    held: str


FAULTS = {
    "black": Fault(
        900, True, N_("leaves out %(seconds)s s of black"),
        N_("Holds %(seconds)s s of black, which this length cannot avoid."),
    ),
    "focus": Fault(
        6, False, N_("leaves out %(seconds)s s that may be out of focus"),
        N_("Holds %(seconds)s s that may be out of focus."),
    ),
    "shake": Fault(
        500, True, N_("leaves out %(seconds)s s of shaking"),
        N_("Holds %(seconds)s s of shaking, which this length cannot avoid."),
    ),
    "freeze": Fault(
        400, True, N_("leaves out %(seconds)s s of standing picture"),
        N_("Holds %(seconds)s s of standing picture, which this length cannot avoid."),
    ),
    "clipping": Fault(
        300, True, N_("leaves out %(seconds)s s of clipped sound"),
        N_("Holds %(seconds)s s of clipped sound, which this length cannot avoid."),
    ),
    "exposure": Fault(
        1, False, N_("leaves out %(seconds)s s that are too dark or too bright"),
        N_("Holds %(seconds)s s that are too dark or too bright."),
    ),
    "silence": Fault(
        4, False, N_("leaves out %(seconds)s s of silence"), N_("Holds %(seconds)s s of silence."),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Borders:
    """Where ranges may begin, or where they may end, in order; and what lies there."""

    at: tuple[int, ...]
    on_cut: frozenset[int]
    at_fault: frozenset[int]


@dataclass(frozen=True)
class Film:
    """A film as the search sees it: steps of whole frames, borders, a value for everything."""

    picture: VideoStream
    step_s: Fraction
    steps: int
    wish: Wish
    low: int
    high: int
    cuts: tuple[Fraction, ...]
    ins: Borders
    outs: Borders
    quiet: Flags
    speech: Floats | None
    liveliness: Floats | None
    faults: dict[str, Flags]
    hard: Flags
    zones: tuple[int, ...]

    @classmethod
    def of(cls, info: MediaInfo, measures: Measures, spec: VideoSpec, wish: Wish, name: str) -> "Film":
        """Bring what was measured onto one grid; refuses what nothing can be proposed for."""
        picture = _picture_fit_for(info, measures, wish, name)
        rate, frames = picture.nominal_rate, _frames(picture)
        coarse = max(1, math.floor(rate / _STEPS_A_SECOND + Fraction(1, 2)))
        per_step = coarse if wish.tolerance_s * rate >= 2 * coarse else 1
        step_s, steps = per_step / rate, frames // per_step
        low, high = (
            math.ceil((wish.length_s - wish.tolerance_s) / step_s),
            math.floor((wish.length_s + wish.tolerance_s) / step_s),
        )
        low = max(low, math.ceil(SHORTEST_S / step_s))
        if low > high:
            low = high = math.floor(wish.length_s / step_s + Fraction(1, 2))
        if steps < low:
            raise _too_short(name, picture.duration, wish)
        grid = Grid(step_s, steps)
        spans = _faulty_spans(info, measures, spec)
        quiet_spans = [*measures.silence, *(measures.pauses or ())]
        quiet = np.zeros(steps + 1, np.bool_)
        for span in quiet_spans:
            quiet[grid.up(span.start) : grid.down(span.end) + 1] = True
        faults = {kind: grid.mask(found) for kind, found in spans.items()}
        hard = [span for kind, found in spans.items() if FAULTS[kind].is_hard for span in found]
        ins, outs = _borders(grid, measures.scene_cuts, quiet_spans, hard)
        speech = _spread(grid, measures.speech, quiet) if info.sound is not None else None
        lively = _liveliness(grid, measures)
        zones = _zones(grid, wish.parts, ins)
        return cls(
            picture, step_s, steps, wish, low, high, measures.scene_cuts, ins, outs, quiet, speech, lively,
            faults, grid.mask(hard), zones,
        )  # fmt: skip

    @property
    def wanted(self) -> int:
        """The length that was asked for, in steps."""
        nearest = math.floor(self.wish.length_s / self.step_s + Fraction(1, 2))
        return min(max(nearest, self.low), self.high)

    @property
    def good(self) -> int:
        """How many steps have no fault at all."""
        return self.steps - int(np.any([self.hard, *self.faults.values()], axis=0).sum())

    @property
    def is_spoken(self) -> bool:
        """Whether enough sounds like speech for a version of it."""
        return self.speech is not None and float(self.speech.mean()) >= LEAST_SPOKEN_SHARE

    @property
    def is_told_apart(self) -> bool:
        """Whether some moments are livelier than others."""
        return self.liveliness is not None and float(np.ptp(self.liveliness)) > 0

    def time(self, step: int) -> Fraction:
        """Give the time at which a step begins."""
        return step * self.step_s

    def steps_of(self, seconds: Fraction | int) -> int:
        """Give how many steps are at least so long."""
        return math.ceil(Fraction(seconds) / self.step_s)

    def speaks(self, at: int, *, begins: bool) -> float:
        """Give how likely a border lies inside a phrase; not in a pause, nor at the ends of the film."""
        if self.speech is None or self.quiet[at] or at in {0, self.steps}:
            return 0.0
        return float(self.speech[at if begins else at - 1])

    def scenes(self, start: int, end: int) -> int:
        """Count the scenes of a range."""
        return 1 + sum(1 for cut in self.cuts if self.time(start) < cut < self.time(end))

    def part_at(self, step: int) -> Part | None:
        """Give the part of the content plan that may lie there."""
        return self.wish.parts[sum(1 for edge in self.zones if edge <= step)] if self.zones else None

    def parts_of(self, start: int, end: int) -> tuple[Part, ...]:
        """Give the parts of the plan of which a range may hold at least a second."""
        least = self.steps_of(1)
        edges = itertools.pairwise((0, *self.zones, self.steps)) if self.zones else ()
        return tuple(
            part
            for part, (first, last) in zip(self.wish.parts, edges, strict=False)
            if min(end, last) - max(start, first) >= least
        )

    def faulty_s(self, taken: Taken) -> dict[str, Fraction]:
        """Give how long each fault is within some ranges."""
        told = {
            kind: sum(int(mask[start:end].sum()) for start, end in taken) * self.step_s
            for kind, mask in self.faults.items()
        }
        return {kind: seconds for kind, seconds in told.items() if seconds > 0}

    def refuse_faulty(self, versions: Sequence[Taken], name: str) -> None:
        """Refuse a film of which nothing but a faulty version can be made."""
        best = min(
            (sum(int(self.hard[start:end].sum()) for start, end in taken) for taken in versions), default=0
        )
        if best > self.low * _MOST_FAULTY_SHARE:
            raise Unsupported(
                N_(
                    "Too much of %(name)s is faulty: only %(good)s of %(duration)s can be used, and "
                    "%(length)s are asked for. Ask for a better film or choose a shorter length."
                ),
                name=name,
                good=clock(self.time(int((~self.hard).sum()))),
                duration=clock(self.picture.duration),
                length=clock(self.wish.length_s),
            )


@dataclass(frozen=True)
class Grid:
    """The steps of a film, and how times, spans and curves lie on them."""

    step_s: Fraction
    steps: int

    def up(self, time_s: Fraction) -> int:
        """Give the first step that does not begin before a time."""
        return min(self.steps, max(0, math.ceil(time_s / self.step_s)))

    def down(self, time_s: Fraction) -> int:
        """Give the last step that does not begin after a time."""
        return min(self.steps, max(0, math.floor(time_s / self.step_s)))

    def mask(self, spans: Iterable[TimeRange]) -> Flags:
        """Mark every step that any of the spans touches."""
        found = np.zeros(self.steps, np.bool_)
        for span in spans:
            found[self.down(span.start) : self.up(span.end)] = True
        return found

    def windows(self, curve: Curve) -> NDArray[np.int64]:
        """Give for each step the window of a curve that it lies in."""
        per_step = self.step_s / curve.step_s
        places = np.arange(self.steps, dtype=np.int64) * per_step.numerator // per_step.denominator
        return np.minimum(places, len(curve.values) - 1)


def _picture_fit_for(info: MediaInfo, measures: Measures, wish: Wish, name: str) -> VideoStream:
    picture = info.picture
    if picture is None:
        raise Unsupported(
            N_("%(name)s has sound but no picture, so no clip can be cut from it. Choose a film."), name=name
        )
    if not measures.looked_through:
        raise Unsupported(
            N_("%(name)s has not been looked through yet. Wait for its full check, then ask again."),
            name=name,
        )
    if wish.length_s < SHORTEST_S:
        raise Unsupported(
            N_("A version of %(length)s is too short: one range alone lasts %(shortest)s. Ask for more."),
            length=clock(wish.length_s),
            shortest=clock(SHORTEST_S),
        )
    return picture


def _frames(picture: VideoStream) -> int:
    whole = math.floor(picture.duration * picture.nominal_rate)
    return whole if picture.is_vfr else min(whole, picture.frame_count)


def _too_short(name: str, duration: Fraction, wish: Wish) -> Unsupported:
    return Unsupported(
        N_(
            "%(name)s lasts %(duration)s, which is too short for a version of %(length)s. "
            "Choose a shorter length."
        ),
        name=name,
        duration=clock(duration),
        length=clock(wish.length_s),
    )


def _faulty_spans(info: MediaInfo, measures: Measures, spec: VideoSpec) -> dict[str, list[TimeRange]]:
    """Give where the film is faulty by the thresholds of the programme (P14)."""
    duration = info.duration
    spans: dict[str, list[TimeRange]] = {
        "black": [_earlier(span) for span in measures.black],
        "freeze": [_earlier(span) for span in measures.freeze if span.duration >= spec.freeze_from_s],
    }
    if measures.shake is not None:
        spans["shake"] = list(spans_over(measures.shake, spec.shake_fail_percent, duration))
    if measures.keys:
        reach = duration / measures.keys / 2
        spans["focus"] = [
            _within_scene(time, reach, measures.scene_cuts, duration)
            for time, width in measures.blur
            if width > spec.focus_fail_px and time < duration
        ]
    # A loud passage of a good recording is at its own top too: only a clipped film has clipped parts.
    if measures.clipped is not None and (measures.clipped_share or 0) >= spec.clipping_warn_share:
        spans["clipping"] = list(spans_over(measures.clipped, spec.clipping_fail_share, duration))
    mean, high = measures.luma_mean, measures.luma_high
    if mean is not None and high is not None and not (info.picture and info.picture.is_hdr):
        spans["exposure"] = [
            *spans_over(_unlit(high, measures.luma_peak, spec), spec.dark_fail_high, duration, below=True),
            *spans_over(mean, spec.bright_fail_mean, duration, also=(high, spec.bright_high)),
        ]
    if info.sound is not None:
        spans["silence"] = [span for span in measures.silence if span.duration >= _LONG_SILENCE_S]
    return {kind: found for kind, found in spans.items() if found}


def _unlit(high: Curve, peak: Curve | None, spec: VideoSpec) -> Curve:
    """Leave out what is dark around bright places, such as a screen or a stage: it may be meant."""
    if peak is None or len(peak.values) != len(high.values):
        return high
    return Curve(
        high.step_s,
        tuple(
            None if lamp is not None and lamp >= spec.dark_lit_peak else value
            for value, lamp in zip(high.values, peak.values, strict=True)
        ),
    )


def _within_scene(time: Fraction, reach: Fraction, cuts: Sequence[Fraction], duration: Fraction) -> TimeRange:
    """Give what one key frame stands for: what is near it, and no other scene."""
    before = max((cut for cut in cuts if cut <= time), default=Fraction(0))
    after = min((cut for cut in cuts if cut > time), default=duration)
    return TimeRange(max(time - reach, before), min(time + reach, after))


def _earlier(span: TimeRange) -> TimeRange:
    """Begin where it was last seen not to be so: pictures are looked at only LOOK_RATE times a second."""
    return TimeRange(max(span.start - 1 / LOOK_RATE, Fraction(0)), span.end)


def _borders(
    grid: Grid, cuts: Sequence[Fraction], quiet: Sequence[TimeRange], faults: Sequence[TimeRange]
) -> tuple[Borders, Borders]:
    """Find where ranges may begin and end.

    A cut was seen in the first picture looked at after it, so a range begins there, and ends with the picture
    looked at before it.
    """
    cut_ins = {grid.up(cut) for cut in cuts}
    cut_outs = {grid.down(cut - 1 / LOOK_RATE) for cut in cuts}
    fault_ins = {grid.up(span.end) for span in faults}
    fault_outs = {grid.down(span.start) for span in faults}
    quiet_ins, quiet_outs = set(), set()
    for span in quiet:
        middle = (span.start + span.end) / 2
        quiet_ins.add(grid.up(max(middle, span.end - _BEFORE_SPEECH_S)))
        quiet_outs.add(grid.down(min(middle, span.start + _AFTER_SPEECH_S)))
    ins = _thinned(grid, [{0}, cut_ins, fault_ins, quiet_ins])
    outs = _thinned(grid, [{grid.steps}, cut_outs, fault_outs, quiet_outs])
    return (
        Borders(ins, frozenset(cut_ins | {0}), frozenset(fault_ins)),
        Borders(outs, frozenset(cut_outs | {grid.steps}), frozenset(fault_outs)),
    )


def _thinned(grid: Grid, by_rank: Sequence[set[int]]) -> tuple[int, ...]:
    """Keep the better of borders that lie too close together, and fill long stretches that have none."""
    spacing = max(_LEAST_SPACING_S, grid.step_s * grid.steps / _MOST_BORDERS)
    width = max(1, math.floor(spacing / grid.step_s))
    kept: set[int] = set()
    taken: set[int] = set()
    for rank, borders in enumerate(by_rank):
        for border in sorted(borders):
            # Edges of the film and its cuts stay as they are; only what is less sure gives way.
            cell = border // width
            if rank < 2 or cell not in taken:
                kept.add(border)
                taken.add(cell)
    step, reach = math.ceil(_PLAIN_STEP_S / grid.step_s), math.ceil(_PLAIN_REACH_S / grid.step_s)
    for before, after in itertools.pairwise(sorted({0, *kept, grid.steps})):
        if after - before > reach:
            kept.update(range(before + step, after, step))
    return tuple(sorted(kept))


def _spread(grid: Grid, curve: Curve | None, quiet: Flags) -> Floats | None:
    """Bring the likeness of speech to the grid; one window alone is no speech, and one gap no end of it."""
    if curve is None or not curve.told:
        return None
    values = np.array([value or 0.0 for value in curve.values])
    padded = np.pad(values, 1, mode="edge")
    smooth = np.median(np.stack([padded[:-2], padded[1:-1], padded[2:]]), axis=0)
    spread: Floats = smooth[grid.windows(curve)]
    # Long pauses are none of it, short ones belong to the phrase.
    run = math.ceil(1 / grid.step_s)
    longer = np.convolve(quiet[:-1].astype(np.int64), np.ones(run, np.int64), "same") >= run
    return np.where(longer, 0.0, spread)


def _liveliness(grid: Grid, measures: Measures) -> Floats | None:
    """Give for each step from 0 to 1 how its movement, its newness and its cuts rank within the film."""
    ranks: list[Floats] = []
    motion = measures.motion
    if motion is not None and motion.told:
        ranks.append(_ranked([value or 0.0 for value in motion.values])[grid.windows(motion)])
        if len(measures.looks) == len(motion.values):
            ranks.append(_ranked(interest.unlike(measures.looks))[grid.windows(motion)])
    if measures.scene_cuts:
        reach = math.ceil(4 / grid.step_s)
        marks = np.zeros(grid.steps, np.int64)
        for cut in measures.scene_cuts:
            at = grid.up(cut)
            marks[max(0, at - reach) : at + reach] += 1
        ranks.append(_ranked(marks.tolist()))
    return np.mean(ranks, axis=0) if ranks else None


def _ranked(values: Sequence[float]) -> Floats:
    kinds, places = np.unique(np.round(np.array(values, np.float64), 1), return_inverse=True)
    ranked: Floats = places / max(1, len(kinds) - 1)
    return ranked


def _zones(grid: Grid, parts: Sequence[Part], ins: Borders) -> tuple[int, ...]:
    """Estimate where the parts of the plan meet: capped parts at their most, the others alike.

    The border moves to the nearest cut within a quarter of the shorter of both.
    """
    if len(parts) < 2:
        return ()
    whole = grid.steps * grid.step_s
    lengths = shared_out(whole, [part.max_s for part in parts])
    edges = []
    for place, end in enumerate(itertools.accumulate(lengths[:-1])):
        reach = min(lengths[place], lengths[place + 1]) / 4
        near = [at for at in ins.at if at in ins.on_cut and abs(at * grid.step_s - end) <= reach]
        edges.append(min(near, key=lambda at: abs(at * grid.step_s - end), default=grid.down(end)))
    return tuple(edges)


def shared_out(total: Fraction, most: Sequence[Fraction | None]) -> list[Fraction]:
    """Share a length out alike, no part getting more than its most; what is left over goes to all."""
    shares = [Fraction(0)] * len(most)
    open_parts = list(range(len(most)))
    rest = total
    while open_parts:
        each = rest / len(open_parts)
        full = [place for place in open_parts if (cap := most[place]) is not None and cap < each]
        if not full:
            for place in open_parts:
                shares[place] = each
            return shares
        for place in full:
            shares[place] = most[place] or Fraction(0)
            rest -= shares[place]
            open_parts.remove(place)
    return [share + rest / len(most) for share in shares]


def clock(time_s: Fraction) -> str:
    """Write a length for people."""
    return format_clock(time_s).removesuffix(".000")
