"""Who sits where: the highest guest in the middle of the first row, the next on that guest's left (左为上).

Guests face the stage, so that their left is the left of a plan that has the stage at its top. An aisle is not
counted as a seat. Whoever has been given a seat keeps it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from reports.lecture_data import Seat

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reports.lecture_data import LecturePlan

MOST_PER_ROW, LEAST_PER_ROW = 24, 8
NOT_COMING = "不出席"


def order_in_row(count: int) -> tuple[int, ...]:
    """Return the seats of a row, from 1 at the left, in their order of precedence: middle, left, right.

    Of an even number the two in the middle are first and second, the second on the first one's left.
    """
    middle = count // 2 + 1
    places = [middle]
    for step in range(1, count):
        places.append(middle - step)
        places.append(middle + step)
    return tuple(place for place in places if 1 <= place <= count)


def proposed(
    names: Sequence[str], per_row: int, taken: Iterable[Seat] = (), first_row: int = 1
) -> tuple[Seat, ...]:
    """Return seats for these names, row by row from `first_row`, by precedence; free seats only."""
    occupied = {(seat.row, seat.number) for seat in taken}
    seats: list[Seat] = []
    row = first_row
    waiting = list(names)
    while waiting:
        # A row that is not filled is filled from its middle.
        order = [number for number in order_in_row(per_row) if (row, number) not in occupied]
        here, waiting = waiting[: len(order)], waiting[len(order) :]
        seats += [Seat(row, number, name) for number, name in zip(order, here, strict=False)]
        row += 1
    return tuple(sorted(seats, key=lambda seat: (seat.row, seat.number)))


def seats_of(plan: LecturePlan) -> tuple[tuple[Seat, ...], int, int]:
    """Return all named seats, the seats of a row, and the rows of the hall.

    Seats that the planner gave stand; who has none is proposed one: guests in the first rows, speakers in the
    next, reporters behind them.
    """
    groups = (
        [guest.name for guest in plan.guests if guest.answer != NOT_COMING],
        [case.speaker for case in plan.cases if case.speaker],
        [one.reporter for one in plan.media if one.reporter],
    )
    known = {seat.name for seat in plan.hall}
    waiting: list[list[str]] = []
    for group in groups:
        waiting.append([name for name in dict.fromkeys(group) if name not in known])
        known.update(group)
    wanted = max(plan.seats or 0, len(plan.hall) + sum(map(len, waiting)), 1)
    usual = min(MOST_PER_ROW, max(LEAST_PER_ROW, math.ceil(math.sqrt(wanted * 1.6))))
    per_row = max([plan.seat_columns or usual, *(seat.number for seat in plan.hall)])
    seats: list[Seat] = list(plan.hall)
    row = 1
    for group in waiting:
        found = proposed(group, per_row, plan.hall, row)
        seats += found
        row = max([row - 1, *(seat.row for seat in found)]) + 1
    rows = max([plan.seat_rows or math.ceil(wanted / per_row), *(seat.row for seat in seats)])
    return tuple(sorted(seats, key=lambda seat: (seat.row, seat.number))), per_row, rows
