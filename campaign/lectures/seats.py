"""Who sits where at an event: the rule, and the verb that keeps the planner's own places (A8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from campaign.errors import Refused
from campaign.lectures import people
from campaign.lectures.models import LectureEvent, LectureSeat
from campaign.messages import N_, Message

MAX_ROWS, MAX_PER_ROW = 99, 60


@dataclass(frozen=True)
class Place:
    """A seat for somebody; rows and seats count from 1 at the stage, from the left."""

    name: str
    row: int
    number: int


def problem(places: Sequence[Place], rows: int, per_row: int) -> Message | None:
    """Why a seating cannot be kept: no such hall, a seat outside it, or two people on one seat."""
    if not (1 <= rows <= MAX_ROWS and 1 <= per_row <= MAX_PER_ROW):
        return Message(
            N_("Enter how many rows (1 to %(rows)s) of how many seats (1 to %(per_row)s) there are."),
            {"rows": MAX_ROWS, "per_row": MAX_PER_ROW},
        )
    taken: dict[tuple[int, int], str] = {}
    for place in places:
        if not (1 <= place.row <= rows and 1 <= place.number <= per_row):
            return Message(
                N_("%(name)s: row %(row)s, seat %(number)s is not in the hall (%(rows)s × %(per_row)s)."),
                {
                    "name": place.name,
                    "row": place.row,
                    "number": place.number,
                    "rows": rows,
                    "per_row": per_row,
                },
            )
        other = taken.setdefault((place.row, place.number), place.name)
        if other != place.name:
            return Message(
                N_("Row %(row)s, seat %(number)s is given to %(first)s and to %(second)s."),
                {"row": place.row, "number": place.number, "first": other, "second": place.name},
            )
    return None


def assign(
    session: Session, event: LectureEvent, places: Sequence[Place], *, rows: int, per_row: int
) -> None:
    """Keep this seating and the size of the hall; whoever is not named is seated by precedence. Commits."""
    wrong = problem(places, rows, per_row)
    if wrong is not None:
        raise Refused(wrong.msgid, **wrong.params)
    named, _speakers = people.guests_and_speakers(event)
    guests = {name: guest_id for guest_id, name in named.items()}
    event.seat_rows, event.seat_columns = rows, per_row
    event.hall = []
    # The old places leave before new ones come in, or the same seat would stand twice.
    session.flush()
    event.hall = [
        LectureSeat(
            seat_row=place.row, seat_number=place.number, name=place.name, guest_id=guests.get(place.name)
        )
        for place in places
    ]
    session.commit()


def propose(session: Session, event: LectureEvent) -> None:
    """Forget the planner's places, so that everybody is seated by precedence again; commits."""
    event.hall = []
    session.commit()
