"""Line-up limits, the run of show, and which events count; pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol, TypeVar

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
# Kinds of items in which somebody speaks, and what counts as about 2,000 characters (P21).
SPOKEN = frozenset({"opening", "address", "lecture", "comment"})
SPEECH_CHARS = (1600, 2400)


# --- line-up (A6, P4) -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LineUpCase:
    """A case of a line-up as far as the limits are concerned; an unknown city is ""."""

    city: str
    by_park: bool
    enterprise: str = ""


@dataclass(frozen=True)
class LineUpLimits:
    """What the programme asks of the lecture cases; None means that it says nothing about it."""

    least: int
    most: int | None = None
    per_city: int | None = None
    park_percent: int | None = None
    per_enterprise: int | None = None


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
    if limits.per_enterprise is not None:
        facts.append(_enterprises(cases, limits.per_enterprise))
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


def _enterprises(cases: Sequence[LineUpCase], limit: int) -> Fact:
    firms = Counter(case.enterprise for case in cases if case.enterprise)
    over = sorted(firm for firm, count in firms.items() if count > limit)
    if over:
        text = N_("More than %(limit)s cases of: %(enterprises)s.")
        params = {"limit": limit, "enterprises": "、".join(over)}
        return Fact("per_enterprise", kept=False, message=Message(text, params))
    text = N_("No enterprise has more than %(limit)s cases.")
    return Fact("per_enterprise", kept=True, message=Message(text, {"limit": limit}))


def _parks(cases: Sequence[LineUpCase], percent: int) -> Fact:
    parks = sum(case.by_park for case in cases)
    # Compared as whole numbers: 3 of 10 are exactly 30 %.
    kept = bool(cases) and parks * 100 >= percent * len(cases)
    text = N_("%(parks)s of %(count)s from park associations; at least %(percent)s %% are asked for.")
    return Fact("park", kept, Message(text, {"parks": parks, "count": len(cases), "percent": percent}))


# --- run of show (A8) -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Item:
    """An agenda item as the times and the checks need it; names of several people are parted by 、 or commas.

    `fixed_minute` counts from midnight of the event's first day where the office is; `lacks` is what the
    told case still lacks.
    """

    minutes: int
    title: str = ""
    kind: str = "other"
    person: str = ""
    host: str = ""
    charge: str = ""
    screen: str = ""
    materials: str = ""
    materials_ready: bool = False
    fixed_minute: int | None = None
    case: int | None = None
    lacks: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a run of show; `item` is its place in the agenda, None the whole."""

    key: str
    item: int | None
    severe: bool
    message: Message


@dataclass(frozen=True)
class Show:
    """Begin and end of each item, the minutes left (negative: overrun) at the end, and what is wrong."""

    slots: tuple[tuple[datetime, datetime], ...]
    left_minutes: int
    findings: tuple[Finding, ...] = ()

    def of_item(self, place: int) -> tuple[Finding, ...]:
        """What is wrong with one item."""
        return tuple(one for one in self.findings if one.item == place)


def names_in(text: str) -> tuple[str, ...]:
    """The people a field names, without what stands in brackets behind a name."""
    parts = re.split(r"[、，,；;/\n]+", re.sub(r"[（(].*?[)）]", "", text))
    return tuple(name for part in parts if (name := " ".join(part.split())))


def run_of_show(
    starts_at: datetime,
    ends_at: datetime,
    midnight: datetime,
    items: Sequence[Item],
    told_cases: Mapping[int, str] | None = None,
) -> Show:
    """Lay the items one after the other, fixed ones at their time, and point out what does not fit (A8).

    `told_cases` names the cases of the line-up, which all should stand in the agenda; None asks nothing.
    """
    slots, findings = _slots(starts_at, midnight, items)
    last = max((end for _, end in slots), default=starts_at)
    left = int((ends_at - last).total_seconds() // 60)
    if items and left < 0:
        text = N_("The agenda ends %(minutes)s minutes after the event.")
        findings.append(Finding("overrun", None, severe=True, message=Message(text, {"minutes": -left})))
    for place, item in enumerate(items):
        findings += _missing(place, item)
    findings += _double_booked(slots, items)
    findings += _cases(items, told_cases or {})
    findings.sort(key=lambda one: (one.item is not None, one.item or 0))
    return Show(tuple(slots), left, tuple(findings))


def _slots(
    starts_at: datetime, midnight: datetime, items: Sequence[Item]
) -> tuple[list[tuple[datetime, datetime]], list[Finding]]:
    slots: list[tuple[datetime, datetime]] = []
    findings: list[Finding] = []
    at = starts_at
    for place, item in enumerate(items):
        begin = at if item.fixed_minute is None else midnight + timedelta(minutes=item.fixed_minute)
        apart = int((begin - at).total_seconds() // 60)
        if slots and apart < 0:
            text = N_("Begins %(minutes)s minutes before the item ahead of it ends.")
            findings.append(
                Finding("overlap", place, severe=True, message=Message(text, {"minutes": -apart}))
            )
        elif not slots and apart < 0 and item.kind != "sign_in":
            text = N_("Begins %(minutes)s minutes before the event.")
            findings.append(Finding("early", place, severe=True, message=Message(text, {"minutes": -apart})))
        elif apart > 0:
            text = N_("%(minutes)s minutes before this are empty.")
            findings.append(Finding("gap", place, severe=False, message=Message(text, {"minutes": apart})))
        end = begin + timedelta(minutes=item.minutes)
        slots.append((begin, end))
        at = max(at, end) if len(slots) > 1 else end
    return slots, findings


def _missing(place: int, item: Item) -> list[Finding]:
    lacking = []
    if item.kind in SPOKEN and not names_in(item.person):
        lacking.append(("person", Message(N_("Nobody is named who speaks."))))
    if item.kind == "lecture" and item.case is None:
        lacking.append(("case", Message(N_("No case of the line-up is chosen."))))
    if item.kind == "film" and not item.screen:
        lacking.append(("screen", Message(N_("It is not said what the screen shows."))))
    if item.materials and not item.materials_ready:
        text = N_("Not ready yet: %(materials)s.")
        lacking.append(("materials", Message(text, {"materials": item.materials})))
    lacking += [("materials", message) for message in item.lacks]
    return [Finding(key, place, severe=False, message=message) for key, message in lacking]


def _double_booked(slots: Sequence[tuple[datetime, datetime]], items: Sequence[Item]) -> list[Finding]:
    """People who stand in two items at the same time, or speak in one that they run behind the stage."""
    found = []
    busy = [{*names_in(i.person), *names_in(i.host), *names_in(i.charge)} for i in items]
    for place, item in enumerate(items):
        for name in names_in(item.charge):
            if name in names_in(item.person):
                text = N_("%(name)s speaks here and cannot be in charge behind the stage.")
                found.append(Finding("booked", place, severe=False, message=Message(text, {"name": name})))
        for earlier in range(place):
            if slots[earlier][0] < slots[place][1] and slots[place][0] < slots[earlier][1]:
                text = N_("%(name)s is needed in “%(other)s” at the same time.")
                found += [
                    Finding(
                        "booked",
                        place,
                        severe=True,
                        message=Message(text, {"name": name, "other": items[earlier].title}),
                    )
                    for name in sorted(busy[place] & busy[earlier])
                ]
    return found


def _cases(items: Sequence[Item], told_cases: Mapping[int, str]) -> list[Finding]:
    counted = Counter(item.case for item in items if item.case is not None)
    found = []
    for place, item in enumerate(items):
        if item.case is not None and counted[item.case] > 1 and item.kind == "lecture":
            earlier = [i for i in range(place) if items[i].case == item.case and items[i].kind == "lecture"]
            if earlier:
                text = N_("This case is told already, as item %(number)s.")
                message = Message(text, {"number": earlier[0] + 1})
                found.append(Finding("case", place, severe=False, message=message))
    if items:
        absent = [name for case, name in told_cases.items() if case not in counted]
        text = N_("Not in the agenda yet: %(cases)s.")
        if absent:
            message = Message(text, {"cases": "、".join(absent)})
            found.append(Finding("absent", None, severe=False, message=message))
    return found


# --- guests in precedence (A8) ----------------------------------------------------------------------------


class Ranked(Protocol):
    """A guest as far as precedence is concerned."""

    @property
    def rank(self) -> str:
        """One of RANKS."""

    @property
    def level(self) -> str:
        """One of LEVELS."""

    @property
    def position(self) -> int:
        """The place by hand."""


Guest = TypeVar("Guest", bound=Ranked)


def in_precedence(guests: Iterable[Guest], *, by_hand: bool) -> list[Guest]:
    """Guests in the customary order: by rank, among equals who comes from above first; or by hand (A8)."""
    if by_hand:
        return sorted(guests, key=lambda one: one.position)
    return sorted(guests, key=lambda g: (RANKS.index(g.rank), LEVELS.index(g.level), g.position))


# --- readiness of a told case (A6, P21) -------------------------------------------------------------------


@dataclass(frozen=True)
class Prepared:
    """What there is of a case that is to be told; a speech as a file without known text counts as ready."""

    speaker: str
    stand_in: str
    speech_chars: int
    has_speech_file: bool
    has_slides: bool
    has_film: bool


def speech_length(text: str) -> int:
    """The characters of a speech as Word counts them for Chinese: without blanks and line breaks."""
    return len("".join(text.split()))


def lacking(told: Prepared) -> tuple[Message, ...]:
    """What a told case still lacks before it can go to the centre (A8, P21)."""
    found = []
    if not told.speaker:
        found.append(Message(N_("no speaker")))
    if not told.stand_in:
        found.append(Message(N_("no stand-in")))
    if told.speech_chars == 0 and not told.has_speech_file:
        found.append(Message(N_("no speech")))
    elif told.speech_chars and not SPEECH_CHARS[0] <= told.speech_chars <= SPEECH_CHARS[1]:
        text = N_("the speech has %(count)s characters, about 2,000 are asked for")
        found.append(Message(text, {"count": told.speech_chars}))
    if not told.has_slides:
        found.append(Message(N_("no slides")))
    if not told.has_film:
        found.append(Message(N_("no film")))
    return tuple(found)


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
