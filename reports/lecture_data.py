"""What the papers of a lecture event are made of: frozen, plain, no ORM (A7, A8).

Moments are aware. Guests stand in their order of precedence, the first being the highest. Words are those of
the planner; an empty string is something that has not been written yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class ToldCase:
    """A case of the line-up, who tells it, and which of its speaking materials are there (A6, P21)."""

    title: str
    enterprise: str
    region: str
    by_park: bool
    speaker: str
    speaker_title: str
    stand_in: str
    materials: str


@dataclass(frozen=True)
class Guest:
    """A guest with post and organisation; `role` is what the guest does there, `answer` what was answered."""

    name: str
    title: str
    organisation: str
    role: str
    answer: str

    @property
    def address(self) -> str:
        """Organisation, post and name as a host says them."""
        return f"{self.organisation}{self.title}{self.name}"


@dataclass(frozen=True)
class Medium:
    """An invited medium, who comes for it, and what it means to publish."""

    name: str
    level: str
    reporter: str
    planned: str
    answer: str


@dataclass(frozen=True)
class ShowItem:
    """One line of the run of show with its moments; `kind` is a key, such as `lecture` or `address`."""

    starts_at: datetime
    ends_at: datetime
    minutes: int
    kind: str
    title: str
    person: str
    host: str
    screen: str
    cue: str
    charge: str
    materials: str
    ready: bool
    case: ToldCase | None = None


@dataclass(frozen=True)
class Duty:
    """A team of the division of work."""

    team: str
    person: str
    members: str
    work: str


@dataclass(frozen=True)
class Cost:
    """One line of the budget."""

    title: str
    line: str
    amount_fen: int
    note: str


@dataclass(frozen=True)
class Risk:
    """What may happen, what is done then, by whom."""

    title: str
    measure: str
    person: str


@dataclass(frozen=True)
class Task:
    """One thing to do before the event."""

    title: str
    person: str
    due: date | None
    done: date | None
    note: str


@dataclass(frozen=True)
class Seat:
    """A seat that is given to somebody; rows and seats count from 1 at the stage, from the left."""

    row: int
    number: int
    name: str


@dataclass(frozen=True)
class LecturePlan:
    """The whole plan of one event.

    `project` is the programme's title, `issuer` who plans, `state_line` how far the centre's review is.
    `host` leads through the event. `seats` is the number of seats, `seat_rows`
    and `seat_columns` the grid of the hall, None where nobody knows it.
    """

    title: str
    project: str
    issuer: str
    state_line: str
    made_at: datetime
    starts_at: datetime
    ends_at: datetime
    theme: str
    purpose: str
    organisers: str
    undertakers: str
    supporters: str
    venue: str
    park: str
    address: str
    rooms: str
    seats: int | None
    travel: str
    stream: str
    channels: str
    host: str
    contact: str
    phone: str
    note: str
    cases: tuple[ToldCase, ...]
    guests: tuple[Guest, ...]
    media: tuple[Medium, ...]
    agenda: tuple[ShowItem, ...]
    duties: tuple[Duty, ...]
    costs: tuple[Cost, ...]
    risks: tuple[Risk, ...]
    tasks: tuple[Task, ...]
    hall: tuple[Seat, ...] = ()
    seat_rows: int | None = None
    seat_columns: int | None = None


@dataclass(frozen=True)
class Badge:
    """One badge: `code` is the address that its QR code opens, empty for a badge without one."""

    name: str
    line: str
    role: str
    code: str = ""
