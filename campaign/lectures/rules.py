"""Line-up limits, the run of show, and which events count; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from campaign.messages import N_, Message

TIERS = ("province", "city")
STATES = ("planned", "held", "cancelled")
# Ranks of office in the customary order of precedence; academicians sit with the deputies of ministries.
RANKS = (
    "ministry_head",
    "ministry_deputy",
    "academician",
    "bureau_head",
    "bureau_deputy",
    "division_head",
    "division_deputy",
    "section",
    "expert",
    "executive",
    "none",
)
# Among equals who comes from above stands before who is at home.
LEVELS = ("national", "province", "city", "county", "other")
GUEST_ROLES = ("attends", "address", "comments", "awards", "hosts")
ANSWERS = ("open", "yes", "deputy", "no")
ITEM_KINDS = (
    "sign_in",
    "opening",
    "address",
    "lecture",
    "film",
    "comment",
    "exchange",
    "ceremony",
    "break",
    "closing",
    "other",
)


# --- line-up (A6, P4) -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LineUpCase:
    """A case of a line-up as far as the limits are concerned; an unknown city is ""."""

    city: str
    by_park: bool


@dataclass(frozen=True)
class LineUpLimits:
    """What the programme asks of the lecture cases; None means that it says nothing about it."""

    least: int
    most: int | None = None
    per_city: int | None = None
    park_percent: int | None = None


@dataclass(frozen=True)
class Fact:
    """One limit as it stands: in words, and whether it is kept."""

    key: str
    kept: bool
    message: Message


def line_up_facts(cases: Sequence[LineUpCase], limits: LineUpLimits) -> tuple[Fact, ...]:
    """State each limit of the programme against a line-up (A6, P4)."""
    facts = [_number(len(cases), limits)]
    if limits.per_city is not None:
        facts.append(_cities(cases, limits.per_city))
    if limits.park_percent is not None:
        facts.append(_parks(cases, limits.park_percent))
    return tuple(facts)


def _number(count: int, limits: LineUpLimits) -> Fact:
    kept = count >= limits.least and (limits.most is None or count <= limits.most)
    if limits.most is None:
        text = N_("%(count)s cases; at least %(least)s are asked for.")
        return Fact("number", kept, Message(text, {"count": count, "least": limits.least}))
    if limits.most == limits.least:
        return Fact(
            "number",
            kept,
            Message(N_("%(count)s of %(least)s cases."), {"count": count, "least": limits.least}),
        )
    text = N_("%(count)s cases; %(least)s to %(most)s are asked for.")
    return Fact("number", kept, Message(text, {"count": count, "least": limits.least, "most": limits.most}))


def _cities(cases: Sequence[LineUpCase], limit: int) -> Fact:
    cities = Counter(case.city for case in cases if case.city)
    over = sorted(city for city, count in cities.items() if count > limit)
    if over:
        text = N_("More than %(limit)s cases from: %(cities)s.")
        return Fact(
            "per_city", kept=False, message=Message(text, {"limit": limit, "cities": "、".join(over)})
        )
    text = N_("No city has more than %(limit)s cases (%(cities)s cities).")
    return Fact("per_city", kept=True, message=Message(text, {"limit": limit, "cities": len(cities)}))


def _parks(cases: Sequence[LineUpCase], percent: int) -> Fact:
    parks = sum(case.by_park for case in cases)
    # Compared as whole numbers: 3 of 10 are exactly 30 %.
    kept = bool(cases) and parks * 100 >= percent * len(cases)
    text = N_("%(parks)s of %(count)s from park associations; at least %(percent)s %% are asked for.")
    return Fact("park", kept, Message(text, {"parks": parks, "count": len(cases), "percent": percent}))


# --- run of show (A8) -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Timetable:
    """Begin and end of each agenda item, and the minutes left (negative: overrun) against the event's end."""

    slots: tuple[tuple[datetime, datetime], ...]
    left_minutes: int


def timetable(starts_at: datetime, ends_at: datetime, minutes: Iterable[int]) -> Timetable:
    """Lay the items of an agenda one after the other from the beginning of the event."""
    slots: list[tuple[datetime, datetime]] = []
    at = starts_at
    for length in minutes:
        until = at + timedelta(minutes=length)
        slots.append((at, until))
        at = until
    return Timetable(tuple(slots), int((ends_at - at).total_seconds() // 60))


# --- state and counting (A7) ------------------------------------------------------------------------------


@dataclass(frozen=True)
class EventFacts:
    """An event as far as counting is concerned; `day` is its day where the office is."""

    tier: str
    state: str
    day: date
    attendance_on_site: int
    attendance_online: int


def why_not_counted(event: EventFacts, due: date) -> Message | None:
    """Why an event does not count as a provincial lecture event (A7); None when it counts."""
    if event.tier != "province":
        return Message(N_("It is an event of a city; the target counts events of the province."))
    if event.state == "cancelled":
        return Message(N_("It was cancelled."))
    if event.state != "held":
        return Message(N_("It has not been held yet."))
    if event.day > due:
        return Message(N_("It was held after the due day, %(due)s."), {"due": due})
    if event.attendance_on_site == 0 or event.attendance_online == 0:
        return Message(N_("The target asks for an audience on site and online; one of the two is missing."))
    return None


def why_not_held(
    state: str,
    starts_at: datetime,
    now: datetime,
    *,
    attendance_on_site: int,
    attendance_online: int,
    has_photo: bool,
) -> Message | None:
    """Why an event cannot be marked as held; None when it can. A held one may be recorded again."""
    if state == "cancelled":
        return Message(N_("This event was cancelled; put it back to planned first."))
    if now < starts_at:
        return Message(N_("This event has not begun yet; it can be marked as held afterwards."))
    if attendance_on_site + attendance_online < 1:
        return Message(N_("Enter how many people attended, on site or online."))
    if not has_photo:
        return Message(N_("Choose a photo of the event as evidence."))
    return None
