"""Whose turn it is in a queue, and when a job will be done; pure.

Programmes take turns as in fair queueing by start time: a job's turn is one more than the programme's own
last one, but never before the turn that is being served. So a province that orders a hundred renders gets
every second one while another one orders too, and a province that comes late with one job waits for those at
work only, not for the ninety-eight.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Before so much is done, the share of it says too little about the rest.
TELLING_SHARE = 0.08


def next_turn(served: int, own_last: int) -> int:
    """Give a new job its turn.

    `served` is the highest turn that has begun, `own_last` the programme's last one still waiting, or 0.
    """
    return max(served, own_last) + 1


@dataclass(frozen=True)
class Pace:
    """How long a kind of job took lately, for one unit of weight and for a whole job; None is unknown."""

    per_weight_s: float | None = None
    whole_s: float | None = None

    def expected_s(self, weight: float | None) -> float | None:
        """Give the seconds that a job of this weight should take."""
        if weight is not None and self.per_weight_s is not None:
            return weight * self.per_weight_s
        return self.whole_s


@dataclass(frozen=True)
class InLine:
    """A job at work or waiting; `ran_s` is None for one that waits."""

    id: str
    kind: str
    weight: float | None
    progress: float = 0.0
    ran_s: float | None = None


@dataclass(frozen=True)
class Outlook:
    """What a person wants to know: the place in the queue, 0 at work, and the seconds until it is done."""

    place: int
    left_s: float | None


def outlooks(line: Sequence[InLine], slots: int, paces: Mapping[str, Pace]) -> dict[str, Outlook]:
    """Tell when each job will be done; `line` has those at work first, then the waiting in their order.

    `slots` work at a time; without any nothing is ever done. A kind that was never run before makes its own
    end, and that of all behind it, unknown.
    """
    free = [0.0] * slots
    found: dict[str, Outlook] = {}
    slower = _slower(line, paces)
    place, blind = 0, not free
    for job in line:
        rest = _rest_s(job, paces.get(job.kind, Pace()), slower)
        blind = blind or rest is None
        end = None
        if rest is not None and not blind:
            end = free[0] + rest
            heapq.heapreplace(free, end)
        if job.ran_s is None:
            place += 1
            found[job.id] = Outlook(place, end)
        else:
            found[job.id] = Outlook(0, rest)
    return found


def _slower(line: Sequence[InLine], paces: Mapping[str, Pace]) -> float:
    """How many times longer the jobs at work take than jobs took lately; 1 unless each of them is slower.

    The machine does something else beside, or the films are heavier: then those that wait will be slower too.
    """
    times = []
    for job in line:
        expected = paces.get(job.kind, Pace()).expected_s(job.weight)
        if job.ran_s is not None and expected:
            rest = _rest_by_share_s(job, expected)
            times.append((job.ran_s + rest) / expected if rest is not None else 1.0)
    return max(1.0, min(times, default=1.0))


def _rest_by_share_s(job: InLine, expected_s: float | None) -> float | None:
    """Judge by what is done; None while it says too little and the time that jobs took lately is not over."""
    late = expected_s is not None and (job.ran_s or 0.0) > expected_s
    if job.ran_s is None or job.progress <= 0 or (job.progress < TELLING_SHARE and not late):
        return None
    return job.ran_s * (1 - job.progress) / job.progress


def _rest_s(job: InLine, pace: Pace, slower: float) -> float | None:
    expected = pace.expected_s(job.weight)
    rest = _rest_by_share_s(job, expected)
    if rest is not None or expected is None:
        return rest
    return max(expected * slower - (job.ran_s or 0.0), 0.0)
