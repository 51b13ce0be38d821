"""From live data to the frozen snapshot of the performance report (A17, C).

Everything the report will ever show is taken here, once; the writers see nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.access import Actor
from campaign.budget.models import Expense
from campaign.budget.queries import Totals, totals
from campaign.cases.models import Case
from campaign.cases.queries import ACTIVE, cases_of
from campaign.documents import annexes
from campaign.documents.annexes import CASE_KINDS, Evidence
from campaign.formatting import local
from campaign.placements.models import Placement
from campaign.programmes.models import Programme
from campaign.programmes.profiles import Indicator as ProfileIndicator
from campaign.programmes.profiles import Profile
from campaign.reporting import (
    Count,
    FundsLine,
    Indicator,
    PacePoint,
    PerformanceReport,
    TargetLine,
    proposed_score,
)
from campaign.targets.queries import TargetState, states

LEVELS = {"output": "产出指标", "benefit": "效益指标", "satisfaction": "满意度指标"}
SUBLEVELS = {
    "quantity": "数量指标",
    "quality": "质量指标",
    "timeliness": "时效指标",
    "cost": "成本指标",
    "economic": "经济效益指标",
    "social": "社会效益指标",
    "ecological": "生态效益指标",
    "lasting": "可持续影响指标",
    "satisfaction": "服务对象满意度指标",
}
NOT_STATED = "尚未填报"


@dataclass(frozen=True)
class Stated:
    """What the lead writes about one indicator.

    `share` is how far an indicator without live data was reached, in percent (None: nothing known yet);
    `reason` and `remedy` are demanded where the target is missed.
    """

    actual: str = ""
    share: int | None = None
    reason: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class Words:
    """What a person adds to the figures of a report."""

    achievement: str = ""
    summary: str = ""
    stated: Mapping[str, Stated] = field(default_factory=dict)


@dataclass(frozen=True)
class Facts:
    """What the report stands on, gathered once."""

    programme: Programme
    profile: Profile
    targets: Sequence[TargetState]
    money: Totals
    cases: Sequence[Case]
    coverage: Sequence[Placement]
    expenses: Sequence[Expense]
    as_of: datetime


def gather(session: Session, programme: Programme, profile: Profile, actor: Actor, as_of: datetime) -> Facts:
    """Read everything a report counts, in the actor's scope."""
    found = states(session, programme, profile, actor, local(as_of).date())
    cases = session.scalars(
        cases_of(programme, actor).where(Case.state.in_(ACTIVE)).order_by(Case.number, Case.id)
    )
    spent = select(Expense).where(Expense.programme_id == programme.id).order_by(Expense.spent_on, Expense.id)
    coverage = {
        row.id: row for state in found if state.target.counts.startswith("placements.") for row in state.rows
    }
    return Facts(
        programme=programme,
        profile=profile,
        targets=found,
        money=totals(session, programme),
        cases=cases.unique().all(),
        coverage=sorted(coverage.values(), key=lambda row: (row.published_on, row.id)),
        expenses=session.scalars(spent).unique().all(),
        as_of=as_of,
    )


def compose(facts: Facts, words: Words, *, snapshot_id: str, prepared_by: str) -> PerformanceReport:
    """Freeze the facts into a report."""
    pages, places = annexes.lay_out([(s.target.counts, s.rows) for s in facts.targets])
    pages = (*pages, annexes.expenses_annex(facts.expenses, len(pages) + 1))
    profile, programme = facts.profile, facts.programme
    return PerformanceReport(
        snapshot_id=snapshot_id,
        programme=programme.title,
        year=profile.year,
        purchaser=profile.organisations.centre,
        province=programme.organisation.name,
        period_start=programme.starts_on,
        period_end=programme.ends_on,
        project_lead=programme.lead.name if programme.lead else "",
        prepared_by=prepared_by,
        as_of=facts.as_of,
        summary=tuple(
            part for part in (words.summary or proposed_summary(facts)).splitlines() if part.strip()
        ),
        targets=tuple(_target_line(state, place) for state, place in zip(facts.targets, places, strict=True)),
        funds=_funds(facts),
        yearly_goal=yearly_goal(profile),
        yearly_achievement=words.achievement or proposed_achievement(facts),
        indicators=tuple(
            _indicator(facts, indicator, words.stated.get(indicator.key, Stated()))
            for indicator in profile.self_assessment.indicators
        ),
        annexes=pages,
        cases_by_type=_counts(facts.cases, lambda case: CASE_KINDS[case.kind] or "未注明"),
        cases_by_city=_counts(facts.cases, lambda case: case.region or "未注明"),
        coverage=_coverage(facts),
    )


def _target_line(state: TargetState, place: Evidence | None) -> TargetLine:
    target = state.target
    return TargetLine(
        key=target.key,
        requirement=target.requirement,
        title=target.title,
        unit=target.unit,
        required=Decimal(target.required),
        actual=Decimal(state.actual),
        due=target.due,
        met=state.met,
        annex_key=place.key if place else "",
        annex_rows=place.numbers if place else None,
        counts_rows=place is not None,
        note="" if place else "本系统暂未采集此项",
    )


def _funds(facts: Facts) -> FundsLine:
    total = facts.profile.budget.total_fen
    return FundsLine(budget_at_start_fen=total, budget_year_fen=total, executed_fen=facts.money.spent_fen)


def yearly_goal(profile: Profile) -> str:
    """The yearly goal as the contract's targets add up to it."""
    parts = [f"{target.title}{target.required}{target.unit}" for target in profile.targets]
    return f"完成{profile.title}各项任务：" + "；".join(parts) + "。"


def proposed_achievement(facts: Facts) -> str:
    """What was reached, in one sentence per target; the lead may write it anew."""
    parts = [
        f"{state.target.title}完成{state.actual}{state.target.unit}（目标{state.target.required}{state.target.unit}）"
        for state in facts.targets
    ]
    return "；".join(parts) + "。"


def proposed_summary(facts: Facts) -> str:
    """Opening paragraphs from the figures; the lead may write them anew."""
    met = sum(state.met for state in facts.targets)
    chosen = sum(case.state == "selected" for case in facts.cases)
    regions = len({case.region for case in facts.cases if case.region})
    first = (
        f"截至{_chinese(local(facts.as_of).date())}，共征集企业典型创新案例{len(facts.cases)}个，覆盖{regions}个地区，"
        f"其中已选定{chosen}个；登记计入指标的宣传报道{len(facts.coverage)}篇次。"
    )
    missing = [state.target.title for state in facts.targets if not state.met]
    second = f"合同约定的{len(facts.targets)}项目标已完成{met}项。"
    if missing:
        second += "尚未完成的有：" + "、".join(missing) + "。"
    return f"{first}\n{second}"


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


@dataclass(frozen=True)
class Measured:
    """How far an indicator was reached: in words, and as the pair the customary score rule takes."""

    text: str
    required: Decimal
    actual: Decimal
    at_most: bool = False

    @property
    def met(self) -> bool:
        """Whether the target is reached, or a ceiling kept."""
        return self.actual <= self.required if self.at_most else self.actual >= self.required


def measure(facts: Facts, indicator: ProfileIndicator, stated: Stated) -> Measured:
    """Read one indicator from live data, or from what the lead states where there is none."""
    if indicator.target_key:
        state = next(s for s in facts.targets if s.target.key == indicator.target_key)
        text = f"{state.actual}{state.target.unit}"
        return Measured(text, Decimal(state.target.required), Decimal(state.actual))
    if indicator.level2 == "cost":
        spent = Decimal(facts.money.spent_fen)
        text = f"实际支出{facts.money.spent_fen // 100:,}.{facts.money.spent_fen % 100:02d}元"
        return Measured(text, Decimal(facts.profile.budget.total_fen), spent, at_most=True)
    if stated.share is None:
        return Measured(stated.actual or NOT_STATED, Decimal(100), Decimal(0))
    return Measured(stated.actual or f"{stated.share} %", Decimal(100), Decimal(stated.share))


def is_live(indicator: ProfileIndicator) -> bool:
    """Whether an indicator is read from rows rather than stated by the lead."""
    return bool(indicator.target_key) or indicator.level2 == "cost"


def _indicator(facts: Facts, indicator: ProfileIndicator, stated: Stated) -> Indicator:
    measured = measure(facts, indicator, stated)
    weight = Decimal(indicator.weight)
    return Indicator(
        level1=LEVELS[indicator.level1],
        level2=SUBLEVELS[indicator.level2],
        name=indicator.title,
        requirement=_requirement(facts.profile, indicator),
        target_text=f"{indicator.target}{indicator.unit or ''}",
        actual_text=measured.text,
        weight=weight,
        score=proposed_score(weight, measured.required, measured.actual, at_most=measured.at_most),
        met=measured.met,
        reason="" if measured.met else stated.reason,
        remedy="" if measured.met else stated.remedy,
    )


def _requirement(profile: Profile, indicator: ProfileIndicator) -> str:
    if indicator.target_key:
        return profile.target(indicator.target_key).requirement
    return "A1" if indicator.level2 == "cost" else "C"


def _counts(rows: Sequence[Case], label: Callable[[Case], str]) -> tuple[Count, ...]:
    counted: Counter[str] = Counter(label(row) for row in rows)
    return tuple(Count(name, number) for name, number in sorted(counted.items(), key=lambda i: (-i[1], i[0])))


def _months(start: date, end: date) -> list[tuple[int, int]]:
    first, last = start.year * 12 + start.month - 1, end.year * 12 + end.month - 1
    return [(number // 12, number % 12 + 1) for number in range(first, last + 1)]


def _coverage(facts: Facts) -> tuple[PacePoint, ...]:
    """Cumulative counted coverage at the end of each month, against an even pace to the required number."""
    required = sum(s.target.required for s in facts.targets if s.target.counts.startswith("placements."))
    months = _months(facts.programme.starts_on, facts.programme.ends_on)
    present = local(facts.as_of).date()
    points = []
    for index, (year, month) in enumerate(months, start=1):
        begun = (year, month) <= (present.year, present.month)
        reached = sum(
            (row.published_on.year, row.published_on.month) <= (year, month) for row in facts.coverage
        )
        even = Decimal(required) * index / len(months)
        points.append(PacePoint(f"{month}月", reached if begun else None, even.quantize(Decimal("0.01"))))
    return tuple(points)


def words_from_form(values: Mapping[str, Any], indicators: Sequence[ProfileIndicator]) -> Words:
    """Read the report form.

    Its fields are `achievement`, `summary`, and for each indicator `actual-`, `share-`, `reason-` and
    `remedy-` before the indicator's key.
    """
    stated = {}
    for indicator in indicators:
        share = str(values.get(f"share-{indicator.key}", "")).strip()
        stated[indicator.key] = Stated(
            actual=str(values.get(f"actual-{indicator.key}", "")).strip(),
            share=int(share) if share.isdecimal() and int(share) <= 100 else None,
            reason=str(values.get(f"reason-{indicator.key}", "")).strip(),
            remedy=str(values.get(f"remedy-{indicator.key}", "")).strip(),
        )
    return Words(
        achievement=str(values.get("achievement", "")).strip(),
        summary=str(values.get("summary", "")).strip(),
        stated=stated,
    )
