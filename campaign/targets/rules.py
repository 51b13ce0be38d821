"""How a target stands: its state and pace against the deadline, pure.

The expected number grows evenly from the programme's first day to the due day (ux: the gauge shows pace).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Standing(StrEnum):
    """Where a target stands today."""

    MET = "met"
    AHEAD = "ahead"
    ON_PACE = "on_pace"
    BEHIND = "behind"
    OVERDUE = "overdue"
    NOT_STARTED = "not_started"


@dataclass(frozen=True)
class Pace:
    """How far a target is from its pace.

    `expected` is what an even pace would have reached today, `gap` what is missing against it (or, once
    overdue, against the target itself), never negative.
    """

    standing: Standing
    expected: int
    gap: int


def pace(*, required: int, actual: int, starts: date, due: date, today: date) -> Pace:
    """Judge one target on one day; a target of nothing is met."""
    span = max((due - starts).days, 1)
    elapsed = min(max((today - starts).days, 0), span)
    expected = math.floor(required * elapsed / span)
    if actual >= required:
        return Pace(Standing.MET, expected, 0)
    if today > due:
        return Pace(Standing.OVERDUE, required, required - actual)
    if today < starts:
        return Pace(Standing.NOT_STARTED, 0, 0)
    if actual < expected:
        return Pace(Standing.BEHIND, expected, expected - actual)
    return Pace(Standing.AHEAD if actual > expected else Standing.ON_PACE, expected, 0)
