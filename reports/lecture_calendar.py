"""The calendar file of a lecture event (RFC 5545), which opens at the right hour in every client.

The time zone travels inside the file: clients that know no name `Asia/Shanghai` read the hour from it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneStandard

from reports.glyphs import without_invisible
from reports.lecture_words import lines_of, listed, place_of

if TYPE_CHECKING:
    from reports.lecture_data import LecturePlan

ZONE = "Asia/Shanghai"
PRODUCT = "-//Qichuang//Lecture event//ZH"
SEQUENCE_EPOCH = datetime(2024, 1, 1, tzinfo=UTC)


def calendar_ics(plan: LecturePlan, uid: str, *, cancelled: bool = False) -> bytes:
    """Return the event as a calendar file; `uid` names it for ever, so that a newer one replaces it.

    `made_at` becomes stamp and sequence: clients take over the file with the higher sequence.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add_component(_zone())
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", plan.made_at.astimezone(UTC))
    event.add("sequence", max(0, int((plan.made_at - SEQUENCE_EPOCH).total_seconds()) // 60))
    zone = ZoneInfo(ZONE)
    event.add("dtstart", plan.starts_at.astimezone(zone))
    event.add("dtend", plan.ends_at.astimezone(zone))
    event.add("summary", without_invisible(plan.title))
    place = " ".join(part for part in (place_of(plan), plan.address) if part)
    event.add("location", without_invisible(place))
    event.add("description", without_invisible("\n".join(_description(plan))))
    if plan.stream:
        event.add("url", plan.stream)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def _zone() -> Timezone:
    """China has had one offset and no summer time since 1991."""
    zone = Timezone()
    zone.add("tzid", ZONE)
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1992, 1, 1))  # noqa: DTZ001 - a zone counts in its own local time
    standard.add("tzoffsetfrom", timedelta(hours=8))
    standard.add("tzoffsetto", timedelta(hours=8))
    standard.add("tzname", "CST")
    zone.add_component(standard)
    return zone


def _description(plan: LecturePlan) -> list[str]:
    lines = [f"主题：{plan.theme}"] if plan.theme else []
    if lines_of(plan.organisers):
        lines.append(f"主办：{listed(plan.organisers)}")
    if plan.stream:
        lines.append(f"直播：{plan.stream}")
    lines += [f"交通：{line}" for line in lines_of(plan.travel)]
    contact = f"{plan.contact} {plan.phone}".strip()
    return [*lines, *([f"联系人：{contact}"] if contact else [])]
