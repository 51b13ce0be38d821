"""How far coverage is from its target and when, at the present speed, it will be there; pure.

The present speed is that of the last `WINDOW_DAYS` days (or of all days so far, where there are fewer), so
that a burst of spring does not promise an autumn.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from campaign.messages import N_, Message

WINDOW_DAYS = 30


@dataclass(frozen=True)
class Forecast:
    """What is missing, the day on which it will be there at the present speed (None: never), days late."""

    missing: int
    per_week: float
    there_on: date | None
    late_days: int


def forecast(counted: Sequence[date], *, required: int, starts: date, due: date, today: date) -> Forecast:
    """Look ahead from the days of the counted pieces; what is published later than today is not known yet."""
    done = sum(day <= today for day in counted)
    missing = max(required - len(counted), 0)
    since = max(starts, today - timedelta(days=WINDOW_DAYS - 1))
    span = (today - since).days + 1
    if not missing:
        return Forecast(0, 0.0, None, 0)
    lately = sum(since <= day <= today for day in counted)
    if span <= 0 or not lately or done == 0:
        return Forecast(missing, 0.0, None, 0)
    there = today + timedelta(days=math.ceil(missing * span / lately))
    return Forecast(missing, lately * 7 / span, there, max((there - due).days, 0))


def in_words(found: Forecast, *, due: date, today: date, unit: str) -> Message:
    """The shortfall in one sentence: 还差 23 篇，按现在的速度要到 12 月 8 日，晚 38 天."""
    words: dict[str, object] = {
        "missing": found.missing,
        "unit": unit,
        "due": due,
        "there": found.there_on,
        "late": found.late_days,
    }
    if not found.missing:
        return Message(N_("The target is reached."))
    if today > due:
        return Message(N_("%(missing)s %(unit)s are missing; the deadline was %(due)s."), words)
    if found.there_on is None:
        return Message(
            N_(
                "%(missing)s %(unit)s are missing; nothing was added in the last 30 days, "
                "so they will not be there by %(due)s."
            ),
            words,
        )
    if found.late_days:
        return Message(
            N_(
                "%(missing)s %(unit)s are missing; at the present speed it takes until %(there)s, "
                "%(late)s days late."
            ),
            words,
        )
    return Message(
        N_("%(missing)s %(unit)s are missing; at the present speed they are there by %(there)s."),
        words,
    )
