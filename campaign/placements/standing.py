"""Sums of coverage, kept for as long as nothing they are made from has changed (A11, B2).

Triggers of the database draw a new token whenever a row is written that coverage is counted from, by whom and
by whatever means. The token belongs to the transaction that wrote: others see it together with the rows, and
one that is rolled back is never seen again. So a sum that was worked out under the present tokens is the sum
of the present rows, and there is nothing to be invalidated and nothing to forget.

The tokens are read before the work is done: rows that come in between can make a sum newer than its tokens,
never older, and the next reader sees other tokens.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.access import Actor
from campaign.placements.models import coverage_change
from campaign.programmes.models import Programme

T = TypeVar("T")
MOST_KEPT = 512

_TOKENS = select(coverage_change.c.token).order_by(coverage_change.c.writer)
_kept: OrderedDict[Hashable, Any] = OrderedDict()
_lock = threading.Lock()


def kept(session: Session, name: str, programme: Programme, actor: Actor, work: Callable[[], T]) -> T:
    """What `work` gives for a programme as the actor sees it, done anew only when something has changed.

    `name` says what is worked out, with everything it depends on beside the rows of the database. What
    `work` gives is shared by requests: a value that nobody changes, no rows of a session.
    """
    if session.autoflush:
        session.flush()
    tokens = tuple(session.execute(_TOKENS).scalars())
    if not tokens:
        return work()
    seats = tuple(sorted({seat.path for seat in actor.seats}))
    key = (tokens, name, programme.id, programme.starts_on, programme.ends_on, seats)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            found: T = _kept[key]
            return found
    value = work()
    with _lock:
        _kept[key] = value
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return value
