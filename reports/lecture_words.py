"""Words that all papers of a lecture event share: days, hours, lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.wording import SHANGHAI, chinese_date

if TYPE_CHECKING:
    from datetime import date, datetime

    from reports.lecture_data import LecturePlan

WEEKDAYS = "一二三四五六日"
PENDING = "待定"


def day_words(moment: datetime) -> str:
    """Return `2024年10月25日（星期五）` of an aware moment, in Shanghai."""
    local = moment.astimezone(SHANGHAI)
    return f"{chinese_date(local.date())}（星期{WEEKDAYS[local.weekday()]}）"


def hour(moment: datetime) -> str:
    """Return `14:30` of an aware moment, in Shanghai."""
    return f"{moment.astimezone(SHANGHAI):%H:%M}"


def period_words(starts_at: datetime, ends_at: datetime) -> str:
    """Return the day once where an event begins and ends on the same."""
    if _local_day(starts_at) == _local_day(ends_at):
        return f"{day_words(starts_at)}{hour(starts_at)}—{hour(ends_at)}"
    return f"{day_words(starts_at)}{hour(starts_at)}—{day_words(ends_at)}{hour(ends_at)}"


def _local_day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()


def lines_of(text: str) -> list[str]:
    """Return the lines of a text in which something stands."""
    return [line.strip() for line in text.replace("\r", "\n").split("\n") if line.strip()]


def listed(text: str) -> str:
    """Return names that stand one a line as one line."""
    return "、".join(lines_of(text))


def place_of(plan: LecturePlan) -> str:
    """Return park, venue and rooms as one line, each named once."""
    parts: list[str] = []
    for part in (plan.park, plan.venue, plan.rooms):
        if part.strip() and not any(part in one for one in parts):
            parts.append(part.strip())
    return " ".join(parts)
