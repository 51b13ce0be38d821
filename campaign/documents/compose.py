"""From live data to the frozen snapshot of a report (A17, C).

Everything the report will ever show is taken here, once; the writers see nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from campaign.documents import annexes, series
from campaign.documents.acceptance import deliverables
from campaign.documents.annexes import Evidence
from campaign.documents.assessment import assessed, points
from campaign.documents.facts import Facts, Line, Reached, months_of, risks
from campaign.documents.parts import PARTS
from campaign.documents.rules_text import rules_of
from campaign.documents.words import Words
from campaign.errors import Refused
from campaign.messages import N_
from campaign.programmes.profiles import Profile
from campaign.reporting import (
    FundsLine,
    MoneyLine,
    MonthLine,
    PacePoint,
    ProjectReport,
    Section,
    SpendPoint,
    TargetLine,
)

# Stands in the words a report begins with where no figure can speak.
TO_WRITE = "（请填写）"


@dataclass(frozen=True)
class Heading:
    """What stands on the cover besides the facts: which report this is, and who wrote it."""

    kind: str
    snapshot_id: str
    number: int
    prepared_by: str


def compose(
    facts: Facts, words: Words, heading: Heading, texts: Mapping[str, Sequence[str]]
) -> ProjectReport:
    """Freeze the facts into a report; `texts` are the template's words for parts that nobody wrote."""
    counted = [(one.target.counts, one.rows) for one in facts.targets]
    pages, places = annexes.lay_out(counted)
    pages = (*pages, annexes.expenses_annex(facts.expenses, len(pages) + 1))
    profile, programme = facts.profile, facts.programme
    written = {part.key: _paragraphs(words, part.key, texts) for part in PARTS[heading.kind]}
    performance = heading.kind == "performance"
    return ProjectReport(
        snapshot_id=heading.snapshot_id,
        programme=programme.title,
        year=profile.year,
        purchaser=profile.organisations.centre,
        province=programme.organisation.name,
        period_start=programme.starts_on,
        period_end=programme.ends_on,
        project_lead=programme.lead.name if programme.lead else "",
        prepared_by=heading.prepared_by,
        as_of=facts.as_of,
        summary=(),
        targets=tuple(_target_line(one, place) for one, place in zip(facts.targets, places, strict=True)),
        funds=_funds(facts, words),
        yearly_goal=yearly_goal(profile) if performance else "",
        yearly_achievement="\n".join(written["achievement"]) if performance else "",
        indicators=assessed(facts, words) if performance else (),
        annexes=pages,
        cases_by_type=series.by_type(facts.cases),
        cases_by_city=series.by_city(facts.cases, profile),
        coverage=_coverage(facts),
        kind=heading.kind,
        number=heading.number,
        month=facts.month,
        made_at=facts.made_at if facts.made_at != facts.as_of else None,
        sections=tuple(Section(part.key, part.title, written[part.key]) for part in PARTS[heading.kind]),
        rules=rules_of(facts),
        money=_money(facts),
        risks=risks(facts),
        months=_months(facts, places),
        deliverables=deliverables(facts, words) if heading.kind == "acceptance" else (),
        clips_by_state=series.by_state(facts.clip_states),
        cases_by_enterprise=series.by_enterprise(facts.cases, profile),
        spending=_spending(facts),
    )


def _paragraphs(words: Words, key: str, texts: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The part as a person wrote it, else as the template begins it."""
    if key in words.parts:
        return tuple(line.strip() for line in words.parts[key].splitlines() if line.strip())
    return tuple(texts.get(key, ()))


def lacking(report: ProjectReport) -> Refused | None:
    """What still has to be explained before the report may be handed in; None when nothing (C)."""
    names = [i.name for i in report.indicators if not i.met and not (i.reason and i.remedy)]
    if names:
        return Refused(
            N_("Give reason and remedy for the missed indicators: %(names)s."), names="、".join(names)
        )
    names = [part.title for part in report.sections if any(TO_WRITE in text for text in part.paragraphs)]
    if names:
        return Refused(
            N_("These parts still say “%(mark)s”; write them, or empty them: %(names)s."),
            mark=TO_WRITE,
            names="、".join(names),
        )
    # A verdict does not make a missed number right: both need a word.
    missed = {line.key for line in report.targets if not line.met}
    names = [
        line.title
        for line in report.deliverables
        if (line.verdict == "short" or line.target_key in missed) and not line.note
    ]
    if names:
        return Refused(
            N_("Say how the deliverables that fall short are put right: %(names)s."), names="、".join(names)
        )
    return None


def _target_line(one: Reached, place: Evidence | None) -> TargetLine:
    target = one.target
    return TargetLine(
        key=target.key,
        requirement=target.requirement,
        title=target.title,
        unit=target.unit,
        required=Decimal(target.required),
        actual=Decimal(one.actual),
        due=target.due,
        met=one.met,
        annex_key=place.key if place else "",
        annex_rows=place.numbers if place else None,
        counts_rows=place is not None,
        note="" if place else "本系统暂未采集此项",
    )


def _funds(facts: Facts, words: Words) -> FundsLine:
    total = facts.profile.budget.total_fen
    weight = Decimal(facts.profile.self_assessment.funds_weight)
    return FundsLine(
        budget_at_start_fen=total,
        budget_year_fen=total,
        executed_fen=facts.spent_fen,
        weight=points(words.funds_weight, "年度资金总额", weight),
    )


def _money(facts: Facts) -> tuple[MoneyLine, ...]:
    numbers = {row.id: number for number, row in enumerate(facts.expenses, start=1)}
    return tuple(_money_line(facts, line, numbers) for line in facts.lines)


def _money_line(facts: Facts, line: Line, numbers: Mapping[int, int]) -> MoneyLine:
    in_month = [row for row in line.approved if facts.in_month(row.spent_on)]
    return MoneyLine(
        name=line.name,
        planned_fen=line.planned_fen,
        executed_fen=line.spent_fen,
        pending_fen=line.pending_fen,
        month_fen=sum(row.amount_fen for row in in_month),
        annex_rows=tuple(numbers[row.id] for row in line.approved),
        month_rows=tuple(numbers[row.id] for row in in_month),
    )


def _months(facts: Facts, places: Sequence[Evidence | None]) -> tuple[MonthLine, ...]:
    """What each target gained in the month of the report, or in every month that has begun."""
    last = facts.day.strftime("%Y-%m")
    months = [facts.month] if facts.month else [m for m in months_of(facts.programme) if m <= last]
    found = []
    for one, place in zip(facts.targets, places, strict=True):
        layout = annexes.layout_of(one.target.counts)
        if place is None or layout is None:
            continue
        numbers = place.of(one.rows)
        for month in months:
            rows = tuple(
                number
                for row, number in zip(one.rows, numbers, strict=True)
                if (day := layout.day(row)) is not None and day.strftime("%Y-%m") == month
            )
            found.append(MonthLine(one.target.key, month, tuple(sorted(rows)), len(rows)))
    return tuple(found)


def yearly_goal(profile: Profile) -> str:
    """The yearly goal as the contract's targets add up to it."""
    parts = [f"{target.title}{target.required}{target.unit}" for target in profile.targets]
    return f"完成{profile.title}各项任务：" + "；".join(parts) + "。"


def _coverage(facts: Facts) -> tuple[PacePoint, ...]:
    required = sum(
        one.target.required for one in facts.targets if one.target.counts.startswith("placements.")
    )
    days = [row.published_on for row in facts.coverage]
    present = series.month_of(facts.day)
    return series.coverage_points(months_of(facts.programme), days, required, present)


def _spending(facts: Facts) -> tuple[SpendPoint, ...]:
    planned = sum(line.planned_fen for line in facts.lines)
    paid = [(row.spent_on, row.amount_fen) for line in facts.lines for row in line.approved]
    return series.spend_points(months_of(facts.programme), paid, planned, series.month_of(facts.day))
