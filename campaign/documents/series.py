"""From rows to the series that charts draw; pages and frozen reports ask the same functions (A1, A3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal

from campaign.cases.models import Case
from campaign.documents.annexes import CASE_KINDS
from campaign.programmes.profiles import Profile
from campaign.reporting import AFTER, Count, PacePoint, SpendPoint

UNKNOWN = "未注明"
CLIP_STATES = {
    "draft": "草稿",
    "rendering": "渲染中",
    "ready": "已完成",
    "failed": "渲染失败",
}


def by_type(cases: Iterable[Case]) -> tuple[Count, ...]:
    """Cases by their type."""
    return _counts(cases, lambda case: CASE_KINDS[case.kind] or UNKNOWN)


def by_enterprise(cases: Iterable[Case], profile: Profile) -> tuple[Count, ...]:
    """Cases by the type of their enterprise, in the profile's words."""

    def name(case: Case) -> str:
        choice = profile.enterprise_type(case.enterprise.kind)
        return choice.title if choice else UNKNOWN

    return _counts(cases, name)


def by_city(cases: Iterable[Case], profile: Profile) -> tuple[Count, ...]:
    """Cases by region: every region of the quota in its order, empty ones too, then any other (A3)."""
    found = _counts(cases, lambda case: case.region or UNKNOWN)
    number = {count.label: count.count for count in found}
    seats = [seat.region for seat in profile.quota.seats] if profile.quota else []
    return (
        *(Count(region, number.get(region, 0)) for region in seats),
        *(count for count in found if count.label not in seats),
    )


def by_state(clip_states: Iterable[str]) -> tuple[Count, ...]:
    """Clips by state, in the order of their making."""
    counted = Counter(clip_states)
    return tuple(
        Count(CLIP_STATES.get(state, state), counted[state])
        for state in dict.fromkeys((*CLIP_STATES, *counted))
        if counted[state]
    )


def coverage_points(
    months: Sequence[str], days: Sequence[date], required: int, present: str
) -> tuple[PacePoint, ...]:
    """Cumulative counted pieces at the end of each month, against an even pace to the required number."""
    by_month: Counter[str] = Counter()
    for day, number in Counter(days).items():
        by_month[month_of(day)] += number
    return tuple(
        PacePoint(
            label(month),
            sum(number for one, number in by_month.items() if one <= month) if month <= present else None,
            (Decimal(required) * index / len(months)).quantize(Decimal("0.01")),
        )
        for index, month in enumerate(months, start=1)
    )


def spend_points(
    months: Sequence[str], paid: Sequence[tuple[date, int]], planned_fen: int, present: str
) -> tuple[SpendPoint, ...]:
    """Cumulative approved expenses at the end of each month, beside what the lines plan; in fen.

    What was paid before the first month stands in it; what was paid after the last has a point of its own.
    """
    points = [
        SpendPoint(
            label(month),
            sum(fen for day, fen in paid if month_of(day) <= month) if month <= present else None,
            planned_fen,
        )
        for month in months
    ]
    if any(month_of(day) > months[-1] for day, _fen in paid):
        points.append(SpendPoint(AFTER, sum(fen for _day, fen in paid), planned_fen))
    return tuple(points)


def month_of(day: date) -> str:
    """The month of a day as 2024-09."""
    return day.strftime("%Y-%m")


def label(month: str) -> str:
    """2024-09 as 9月."""
    return f"{int(month.partition('-')[2])}月"


def _counts(rows: Iterable[Case], name: Callable[[Case], str]) -> tuple[Count, ...]:
    counted: Counter[str] = Counter(name(row) for row in rows)
    return tuple(Count(word, number) for word, number in sorted(counted.items(), key=lambda i: (-i[1], i[0])))
