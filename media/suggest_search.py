"""The best ranges of a film by one strategy, found by dynamic programming over its borders (pure).

What is inside a range has a value for every step; borders inside a phrase or a scene, and each range, have a
cost. A corridor for what has been taken by the end of each part of the film spreads the ranges over it. Sums
are of integers, so that the same film gives the same ranges everywhere.
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from media.errors import N_
from media.suggest_film import FAULTS, SHORTEST_S, Film, Taken, shared_out

Ints = NDArray[np.int64]

# Ranges closer than this to each other would be a stutter.
_LEAST_GAP_S = Fraction(1)
# A choice that is so much too long can still be made to fit, by ending its last range earlier.
_SPARE_S = Fraction(6)
# A second more or less than asked for, though still allowed, is worth this many seconds of plain film.
_OFF_LENGTH = 3
_POINTS_A_SECOND = 1000
_NEVER = -(1 << 60)


@dataclass(frozen=True)
class Strategy:
    """What a version looks for, in seconds of plain film.

    even, speech, lively and calm are the value of a second of any film, of speech, of much and of little
    movement. range_cost is the cost of each range, phrase that of a border inside a phrase, scene that of
    one inside a scene. No range is longer than longest_s. zones is how many equal parts of the film all
    take part (0: those of the content plan); slack is how far each may be from its share.
    """

    key: str
    title: str
    reason: str
    even: float
    speech: float
    lively: float
    calm: float
    range_cost: float
    phrase: float
    scene: float
    longest_s: int
    zones: int
    slack: Fraction


STRATEGIES = (
    Strategy(
        "plan", N_("Through the whole film"),
        N_("Spread over the film as evenly as its scenes and its faults allow."),
        even=1.0, speech=0.4, lively=0.3, calm=0.0, range_cost=1.5, phrase=6.0, scene=1.5,
        longest_s=30, zones=0, slack=Fraction(2, 5),
    ),
    Strategy(
        "speech", N_("The spoken thread"),
        N_("%(percent)s %% of it sounds like speech; it is taken in long ranges from pause to pause."),
        even=0.2, speech=1.6, lively=0.0, calm=0.0, range_cost=4.0, phrase=9.0, scene=0.5,
        longest_s=50, zones=3, slack=Fraction(4, 5),
    ),
    Strategy(
        "lively", N_("The liveliest pictures"),
        N_("Prefers movement and what is not seen twice: %(count)s ranges, %(scenes)s scenes."),
        even=0.2, speech=0.0, lively=2.2, calm=0.0, range_cost=0.6, phrase=3.0, scene=3.0,
        longest_s=12, zones=3, slack=Fraction(4, 5),
    ),
    Strategy(
        "calm", N_("A few long ranges"),
        N_("Prefers few and long ranges, which leave time to look: %(count)s, up to %(longest)s s long."),
        even=0.8, speech=0.3, lively=0.0, calm=0.6, range_cost=9.0, phrase=6.0, scene=1.5,
        longest_s=60, zones=2, slack=Fraction(4, 5),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Gate:
    """How many steps have to have been taken when the film has come to step `at`."""

    at: int
    low: int
    high: int

    def keep(self, sums: Ints) -> None:
        """Rule out all lengths that do not pass."""
        sums[: max(0, self.low)] = _NEVER
        sums[max(0, self.high) + 1 :] = _NEVER


def best(film: Film, strategy: Strategy, earlier: Sequence[Taken], overlap_cost: float) -> Taken | None:
    """Find the best ranges within the corridor, else within a wider one, else without, else of any length.

    What `earlier` versions took costs overlap_cost a second. None only for a film too short for the length.
    """
    values = _values(film, strategy, earlier, overlap_cost)
    off = _OFF_LENGTH + overlap_cost
    longest = film.steps_of(strategy.longest_s)
    for gates, most in _leniently(film, strategy, longest):
        taken = _Search(film, strategy, values, gates, most).run(off)
        if taken is not None:
            return taken
    return None


def _leniently(film: Film, strategy: Strategy, longest: int) -> Iterator[tuple[tuple[Gate, ...], int]]:
    yield corridor(film, strategy, strategy.slack), longest
    yield corridor(film, strategy, 2 * strategy.slack), longest
    yield (), longest
    yield (), film.steps


def _values(film: Film, strategy: Strategy, earlier: Sequence[Taken], overlap_cost: float) -> Ints:
    """Give the summed value of the film up to each step, in whole points."""
    lively = film.liveliness if film.liveliness is not None else np.full(film.steps, 0.5)
    value = strategy.even + strategy.lively * lively + strategy.calm * (1 - lively)
    if film.speech is not None:
        value = value + strategy.speech * film.speech
    for kind, mask in film.faults.items():
        # To be different is no reason to take what is faulty.
        value = value - (FAULTS[kind].cost + overlap_cost) * mask
    for taken in earlier:
        for start, end in taken:
            value[start:end] -= overlap_cost
    points = np.rint(value * float(film.step_s) * _POINTS_A_SECOND).astype(np.int64)
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(points)])


def corridor(film: Film, strategy: Strategy, slack: Fraction) -> tuple[Gate, ...]:
    """Say how much has to have been taken where the parts of the film meet.

    Parts share the length alike, as far as they are good and by the plan may be so long; the first and the
    last part of a plan keep to their most (P12).
    """
    parts = film.wish.parts if strategy.zones == 0 and film.zones else ()
    count = max(2, strategy.zones or 4)
    edges = film.zones if parts else tuple(film.steps * place // count for place in range(1, count))
    caps = [part.max_s for part in parts] if parts else [None] * count
    most = []
    for (start, end), cap in zip(itertools.pairwise((0, *edges, film.steps)), caps, strict=True):
        good = film.time(int((~film.hard[start:end]).sum())) * Fraction(9, 10)
        most.append(good if cap is None else min(good, cap))
    shares = shared_out(film.time(film.wanted), most)
    gates = []
    for place, (edge, taken) in enumerate(zip(edges, itertools.accumulate(shares), strict=False)):
        reach = min(shares[place], shares[place + 1]) * slack
        low, high = taken - reach, taken + reach
        if place == 0 and caps[0] is not None:
            high = min(high, caps[0])
        last_cap = caps[-1]
        if place == len(edges) - 1 and last_cap is not None:
            low = max(low, film.time(film.high) - last_cap)
        gates.append(Gate(edge, max(0, math.ceil(low / film.step_s)), math.floor(high / film.step_s)))
    return tuple(gates)


class _Search:
    """One walk through the borders in the film's order.

    `reach` holds, for every length that may have been taken so far, the best sum of finished ranges;
    `started` what it was at each border where a range may begin, `ended` the best sums of ranges that end at
    a border. With each sum goes the border that it came from, so that the choice can be traced back.
    """

    def __init__(
        self, film: Film, strategy: Strategy, values: Ints, gates: Sequence[Gate], longest: int
    ) -> None:
        self._film, self._values, self._gates = film, values, gates
        self._longest, self._shortest = longest, film.steps_of(SHORTEST_S)
        self._gap = film.steps_of(_LEAST_GAP_S)
        self._size = film.high + film.steps_of(_SPARE_S) + 1
        self._per_range = round(strategy.range_cost * _POINTS_A_SECOND)
        self._in_costs = _border_costs(film, strategy, begins=True)
        self._out_costs = _border_costs(film, strategy, begins=False)
        self._reach, self._reach_from = self._nothing()
        self._reach[0] = 0
        self._started: dict[int, tuple[Ints, Ints]] = {}
        self._ended: dict[int, tuple[Ints, Ints]] = {}
        self._waiting: list[int] = []
        self._recent: list[int] = []
        self._passed = 0

    def run(self, off_length: float) -> Taken | None:
        """Find the ranges; None where no choice passes the gates."""
        for at in sorted({*self._in_costs, *self._out_costs}):
            self._come_to(at)
            if at in self._out_costs:
                self._end_at(at)
            if at in self._in_costs:
                self._begin_at(at)
        self._come_to(self._film.steps + self._gap)
        return self._traced(off_length)

    def _nothing(self) -> tuple[Ints, Ints]:
        return np.full(self._size, _NEVER, np.int64), np.full(self._size, -1, np.int64)

    def _come_to(self, now: int) -> None:
        """Pass the gates up to here, and let ranges count that ended long enough ago."""
        while self._passed < len(self._gates) and self._gates[self._passed].at <= now:
            self._gates[self._passed].keep(self._reach)
            self._passed += 1
        while self._waiting and self._waiting[0] + self._gap <= now:
            out = self._waiting.pop(0)
            sums = self._ended[out][0].copy()
            for gate in self._gates:
                if out <= gate.at <= now:
                    gate.keep(sums)
            better = sums > self._reach
            self._reach[better] = sums[better]
            self._reach_from[better] = out

    def _begin_at(self, at: int) -> None:
        if bool((self._reach > _NEVER // 2).any()):
            self._started[at] = (self._reach.copy(), self._reach_from.copy())
            self._recent.append(at)

    def _end_at(self, at: int) -> None:
        sums, came_from = self._nothing()
        while self._recent and self._recent[0] < at - self._longest:
            self._recent.pop(0)
        for begin in self._recent:
            length = at - begin
            if length < self._shortest:
                break
            low, high = self._open_lengths(begin, at)
            if low >= high:
                continue
            worth = int(self._values[at] - self._values[begin])
            worth -= self._in_costs[begin] + self._out_costs[at] + self._per_range
            offered = self._started[begin][0][low:high] + worth
            place = sums[low + length : high + length]
            better = offered > place
            place[better] = offered[better]
            came_from[low + length : high + length][better] = begin
        self._ended[at] = (sums, came_from)
        self._waiting.append(at)

    def _open_lengths(self, begin: int, end: int) -> tuple[int, int]:
        """Give which lengths may have been taken before a range, so that it passes the gates inside it."""
        low, high = 0, self._size - (end - begin)
        for gate in self._gates:
            if begin < gate.at < end:
                inside = gate.at - begin
                low, high = max(low, gate.low - inside), min(high, gate.high - inside + 1)
        return low, high

    def _traced(self, off_length: float) -> Taken | None:
        """Follow the best sum of a fitting length back to its ranges; else one that can be made to fit."""
        film = self._film
        off = np.abs(np.arange(self._size) - film.wanted)
        sums = np.where(
            self._reach > _NEVER // 2,
            self._reach - off * round(off_length * float(film.step_s) * _POINTS_A_SECOND),
            _NEVER,
        )
        sums[: film.low] = _NEVER
        fitting = sums.copy()
        fitting[film.high + 1 :] = _NEVER
        if fitting.max() > _NEVER // 2:
            return self._back_from(int(np.argmax(fitting)))
        # The best ones first, and of equals the shorter one.
        for length in np.argsort(-sums, kind="stable").tolist():
            if sums[length] <= _NEVER // 2:
                break
            if (taken := self._shortened(self._back_from(length), length)) is not None:
                return taken
        return None

    def _back_from(self, length: int) -> list[tuple[int, int]]:
        taken: list[tuple[int, int]] = []
        out = int(self._reach_from[length])
        while out >= 0:
            begin = int(self._ended[out][1][length])
            taken.append((begin, out))
            length -= out - begin
            out = int(self._started[begin][1][length])
        return taken[::-1]

    def _shortened(self, taken: list[tuple[int, int]], length: int) -> Taken | None:
        """Take what is too much from the end of the last range, as long as a range is left."""
        begin, end = taken[-1]
        kept = max(begin + self._shortest, end - (length - self._film.wanted))
        if length - (end - kept) > self._film.high:
            return None
        return [*taken[:-1], (begin, kept)]


def _border_costs(film: Film, strategy: Strategy, *, begins: bool) -> dict[int, int]:
    """Give what it costs to begin (or end) a range at each border, in points."""
    borders = film.ins if begins else film.outs
    return {
        at: round(
            _POINTS_A_SECOND
            * (
                (0.0 if at in borders.on_cut else strategy.scene)
                + strategy.phrase * film.speaks(at, begins=begins)
            )
        )
        for at in borders.at
    }
