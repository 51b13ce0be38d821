"""What a report stands on, read once: targets with their rows, money, cases, events, as they stand (A17)."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.access import Actor, scoped
from campaign.budget import rules as money_rules
from campaign.budget.models import Expense
from campaign.budget.queries import in_order, line_rows
from campaign.cases.models import Case
from campaign.cases.queries import ACTIVE, cases_of
from campaign.documents.annexes import layout_of
from campaign.errors import Refused
from campaign.formatting import SHANGHAI, local
from campaign.i18n import CHINESE, Translator
from campaign.lectures.models import LectureEvent
from campaign.messages import N_
from campaign.placements.models import Placement
from campaign.programmes.models import Programme
from campaign.programmes.profiles import Profile, Target
from campaign.targets import rules as target_rules
from campaign.targets.queries import states

# Documents are Chinese by nature, whatever the language of the page they are asked from.
chinese = Translator(CHINESE)


@dataclass(frozen=True)
class Reached:
    """One target as the report counts it: its rows up to the day of the figures, and those of the month."""

    target: Target
    rows: tuple[Any, ...]
    in_month: tuple[Any, ...]
    pace: target_rules.Pace
    why: str
    collected: bool

    @property
    def actual(self) -> int:
        """How many rows count."""
        return len(self.rows)

    @property
    def met(self) -> bool:
        """Whether the required number is reached."""
        return self.actual >= self.target.required

    @property
    def behind(self) -> bool:
        """Whether it lags behind its pace or its day is over."""
        return self.pace.standing in (target_rules.Standing.BEHIND, target_rules.Standing.OVERDUE)


@dataclass(frozen=True)
class Line:
    """One budget line with its expenses that count or wait, up to the day of the figures; in fen."""

    name: str
    planned_fen: int
    approved: tuple[Expense, ...]
    pending: tuple[Expense, ...]

    @property
    def spent_fen(self) -> int:
        """What a second person has approved."""
        return sum(row.amount_fen for row in self.approved)

    @property
    def pending_fen(self) -> int:
        """What still waits."""
        return sum(row.amount_fen for row in self.pending)


@dataclass(frozen=True)
class Facts:
    """Everything a report may show; `as_of` is the moment its figures hold for, `month` as 2024-09 or ""."""

    programme: Programme
    profile: Profile
    targets: Sequence[Reached]
    lines: Sequence[Line]
    expenses: Sequence[Expense]
    cases: Sequence[Case]
    coverage: Sequence[Placement]
    lectures: Sequence[LectureEvent]
    clip_states: Sequence[str]
    as_of: datetime
    made_at: datetime
    month: str = ""

    @property
    def day(self) -> date:
        """The last day whose rows are in the report."""
        return local(self.as_of).date()

    @property
    def spent_fen(self) -> int:
        """Approved expenses of all lines."""
        return sum(line.spent_fen for line in self.lines)

    @property
    def pending_fen(self) -> int:
        """Expenses of all lines that wait."""
        return sum(line.pending_fen for line in self.lines)

    def in_month(self, day: date | None) -> bool:
        """Whether a day lies in the month of a monthly report."""
        return day is not None and bool(self.month) and day.strftime("%Y-%m") == self.month


def month_of(text: str, programme: Programme, today: date) -> str:
    """Read the month of a monthly report; refuses one that is none, lies outside the programme or ahead."""
    found = re.fullmatch(r"(\d{4})-(\d{1,2})", text.strip())
    if found is None or not 1 <= int(found[2]) <= 12:
        raise Refused(N_("“%(month)s” is no month; write it as 2024-09."), month=text.strip() or "—")
    month = f"{found[1]}-{int(found[2]):02d}"
    known = months_of(programme)
    if month not in known:
        raise Refused(
            N_("%(month)s lies outside the programme, which runs from %(first)s to %(last)s."),
            month=month,
            first=known[0],
            last=known[-1],
        )
    if month > today.strftime("%Y-%m"):
        raise Refused(N_("%(month)s has not begun yet."), month=month)
    return month


def months_of(programme: Programme) -> list[str]:
    """Every month the programme touches, as 2024-09."""
    start, end = programme.starts_on, programme.ends_on
    numbers = range(start.year * 12 + start.month - 1, end.year * 12 + end.month)
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in numbers]


def end_of(month: str) -> datetime:
    """The last second of a month where the office is."""
    year, number = (int(part) for part in month.split("-"))
    last = date(year, number, calendar.monthrange(year, number)[1])
    return datetime.combine(last, time(23, 59, 59), tzinfo=SHANGHAI).astimezone(UTC)


def gather(
    session: Session, programme: Programme, profile: Profile, actor: Actor, now: datetime, month: str = ""
) -> Facts:
    """Read everything a report counts, in the actor's scope; of a month, as far as its end."""
    as_of = min(now, end_of(month)) if month else now
    day = local(as_of).date()
    reached = [
        _reached(state, programme, day, month) for state in states(session, programme, profile, actor, day)
    ]
    coverage = {
        row.id: row for one in reached if one.target.counts.startswith("placements.") for row in one.rows
    }
    cases = session.scalars(
        cases_of(programme, actor).where(Case.state.in_(ACTIVE)).order_by(Case.number, Case.id)
    )
    lectures = scoped(select(LectureEvent), LectureEvent, actor).where(
        LectureEvent.programme_id == programme.id, LectureEvent.state != "cancelled"
    )
    expenses = [
        row
        for row in in_order(session, programme, actor)
        if row.state in ("approved", "pending") and row.spent_on <= day
    ]
    # The rows of one line stand together, so that a figure names them in few words.
    expenses.sort(key=lambda row: (row.line.position, row.line_id))
    return Facts(
        programme=programme,
        profile=profile,
        targets=reached,
        lines=_lines(session, programme, actor, expenses),
        expenses=expenses,
        cases=[row for row in cases.unique() if local(row.created_at).date() <= day or not month],
        coverage=sorted(coverage.values(), key=lambda row: (row.published_on, row.id)),
        lectures=session.scalars(lectures.order_by(LectureEvent.starts_at)).unique().all(),
        clip_states=_clip_states(session, programme, actor),
        as_of=as_of,
        made_at=now,
        month=month,
    )


def day_of(counts: str) -> Callable[[Any], date | None]:
    """The function that tells when a row of this kind came to count."""
    layout = layout_of(counts)
    return layout.day if layout else lambda _row: None


def _reached(state: Any, programme: Programme, day: date, month: str) -> Reached:  # noqa: ANN401 - a TargetState
    target, when = state.target, day_of(state.target.counts)
    dated = [(row, when(row)) for row in state.rows]
    rows = tuple(row for row, at in dated if not month or at is None or at <= day)
    in_month = tuple(row for row, at in dated if at is not None and month and at.strftime("%Y-%m") == month)
    return Reached(
        target=target,
        rows=rows,
        in_month=tuple(row for row in in_month if row in rows),
        pace=target_rules.pace(
            required=target.required,
            actual=len(rows),
            starts=programme.starts_on,
            due=target.due,
            today=day,
        ),
        why=chinese(state.counting.why) if state.counting else "",
        collected=state.counting is not None and layout_of(target.counts) is not None,
    )


def _lines(session: Session, programme: Programme, actor: Actor, rows: Sequence[Expense]) -> list[Line]:
    return [
        Line(
            line.line.name,
            line.line.amount_fen,
            tuple(row for row in rows if row.line_id == line.line.id and row.state == "approved"),
            tuple(row for row in rows if row.line_id == line.line.id and row.state == "pending"),
        )
        for line in line_rows(session, programme, actor)
    ]


def _clip_states(session: Session, programme: Programme, actor: Actor) -> list[str]:
    from campaign.films.models import Clip  # noqa: PLC0415 - films need reports for their letters

    statement = scoped(select(Clip.state), Clip, actor).where(Clip.programme_id == programme.id)
    return list(session.scalars(statement))


def risks(facts: Facts) -> tuple[str, ...]:
    """What endangers the contract, in sentences: lagging targets, overspending, days out of place (A1)."""
    found = [
        f"{one.target.title}按进度应达到{one.pace.expected}{one.target.unit}，实际{one.actual}{one.target.unit}，"
        f"落后{one.pace.gap}{one.target.unit}。"
        for one in facts.targets
        if one.behind
    ]
    lines = [
        money_rules.LineState(line.name, line.planned_fen, line.spent_fen, line.pending_fen)
        for line in facts.lines
    ]
    outside = [
        row
        for row in facts.expenses
        if not facts.programme.starts_on <= row.spent_on <= facts.programme.ends_on
    ]
    warnings = [
        *money_rules.line_warnings(lines, facts.profile.budget.total_fen or 0),
        money_rules.outside_warning(len(outside), sum(row.amount_fen for row in outside)),
    ]
    found += [chinese(warning.msgid, **warning.params) for warning in warnings if warning is not None]
    return tuple(found)
