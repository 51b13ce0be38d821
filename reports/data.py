"""The frozen inputs of a report: an immutable snapshot of figures and of the rows behind them (A17, C).

`PerformanceReport` is the performance report of the first release and still reads what that one stored;
`ProjectReport` is what every kind of report is made from now. A field that is added later needs a default
which says what older snapshots knew: fields at their default are not stored (`reports.snapshots`).

Nothing here knows the database. Money is integer fen, other figures are Decimal, `as_of` is an aware UTC
time, and every counted row travels with the report, so that an old report renders the same for ever.
`to_json` and `from_json` in `reports.snapshots` store it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

OUTPUT = "产出指标"
BENEFIT = "效益指标"
SATISFACTION = "满意度指标"

# The points of the customary table, requirement C; the funds hold the remaining 10.
LEVEL_WEIGHTS: dict[str, Decimal] = {OUTPUT: Decimal(50), BENEFIT: Decimal(30), SATISFACTION: Decimal(10)}
FUNDS_WEIGHT = Decimal(10)

# The kinds of report (A17) with their customary titles.
TITLES: dict[str, str] = {
    "monthly": "月度进展报告",
    "execution": "项目执行报告",
    "summary": "工作总结",
    "performance": "绩效报告",
    "acceptance": "验收报告",
}
# Verdicts of the acceptance report; `to_check` awaits a person's judgement.
VERDICTS: dict[str, str] = {"accepted": "符合", "short": "不符合", "to_check": "待核验"}

# How a column's cells are read: see `reports.wording.shown`.
KINDS = ("text", "integer", "number", "money", "share", "date", "datetime")


@dataclass(frozen=True)
class TargetLine:
    """One contractual target with what was reached.

    `annex_rows` are the running numbers (from 1) of the annex rows behind `actual`, None means all of them.
    With `counts_rows` the figure must equal their number. An `annex_key` of "" means no annex stands behind
    the figure.
    """

    key: str
    requirement: str
    title: str
    unit: str
    required: Decimal
    actual: Decimal
    due: date | None
    met: bool
    annex_key: str = ""
    annex_rows: tuple[int, ...] | None = None
    counts_rows: bool = True
    note: str = ""


@dataclass(frozen=True)
class FundsLine:
    """Money of the project or of one source of it, in fen (A1). `weight` matters for the total only."""

    budget_at_start_fen: int
    budget_year_fen: int
    executed_fen: int
    title: str = "年度资金总额"
    weight: Decimal = FUNDS_WEIGHT


@dataclass(frozen=True)
class Indicator:
    """One third-level indicator of the self-assessment (C).

    `level1` is one of OUTPUT, BENEFIT, SATISFACTION; `score` lies between 0 and `weight` and is proposed by
    `reports.figures.proposed_score`.
    """

    level1: str
    level2: str
    name: str
    requirement: str
    target_text: str
    actual_text: str
    weight: Decimal
    score: Decimal
    met: bool
    reason: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class Column:
    """One column of an annex or export; `kind` is one of KINDS, `width` is relative to its neighbours."""

    title: str
    kind: str = "text"
    width: float = 1.0


@dataclass(frozen=True)
class Annex:
    """Every counted row of one kind; writers add the running number from 1.

    Cells are canonical text by the column's kind: integer "35", number "4.5", money in fen "123450", share
    "0.31", date "2024-10-31", datetime ISO with its offset. "" is an empty cell.
    """

    key: str
    number: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Count:
    """How many there are of one kind."""

    label: str
    count: int


@dataclass(frozen=True)
class PacePoint:
    """Cumulative count at the end of one period; `actual` is None where the period has not begun."""

    label: str
    actual: int | None
    pace: Decimal


@dataclass(frozen=True)
class PerformanceReport:
    """The performance report of one programme as it stood at `as_of` (A17, C)."""

    snapshot_id: str
    programme: str
    year: int
    purchaser: str
    province: str
    period_start: date
    period_end: date
    project_lead: str
    prepared_by: str
    as_of: datetime
    summary: tuple[str, ...]
    targets: tuple[TargetLine, ...]
    funds: FundsLine
    yearly_goal: str
    yearly_achievement: str
    indicators: tuple[Indicator, ...]
    annexes: tuple[Annex, ...] = ()
    cases_by_type: tuple[Count, ...] = ()
    cases_by_city: tuple[Count, ...] = ()
    coverage: tuple[PacePoint, ...] = ()
    coverage_title: str = "宣传报道累计篇次"
    funds_parts: tuple[FundsLine, ...] = ()


@dataclass(frozen=True)
class AssessedIndicator(Indicator):
    """An indicator whose score a person may have set otherwise than the customary rule proposes."""

    key: str = ""
    proposed: Decimal = Decimal(0)


@dataclass(frozen=True)
class CountedAnnex(Annex):
    """An annex that knows which rows of the programme its rows were, as "placement:12"; "" knows none."""

    row_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """A part of a report that a person wrote."""

    key: str
    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class RuleText:
    """A rule that figures were counted by: in words, and as the JSON of what the profile said then."""

    key: str
    requirement: str
    title: str
    text: str
    data: str = "{}"


@dataclass(frozen=True)
class MonthLine:
    """What one target gained in one month; `annex_rows` are the running numbers of those rows."""

    target_key: str
    month: str
    annex_rows: tuple[int, ...] = ()
    count: int = 0


@dataclass(frozen=True)
class MoneyLine:
    """One budget line in fen (A1): approved expenses are executed, pending ones stand beside.

    `annex_rows` are the approved rows in the annex "expenses", `month_rows` those paid in the month of a
    monthly report.
    """

    name: str
    planned_fen: int
    executed_fen: int
    pending_fen: int = 0
    month_fen: int = 0
    annex_rows: tuple[int, ...] = ()
    month_rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class SpendPoint:
    """Cumulative approved expenses at the end of a month; None where the month has not begun."""

    label: str
    executed_fen: int | None
    planned_fen: int


@dataclass(frozen=True)
class Deliverable:
    """One line of the acceptance report: what was due, what was delivered, by which proof, with what verdict.

    `verdict` is one of VERDICTS. A counted one names its target; a stated one has the words of a person.
    """

    key: str
    requirement: str
    title: str
    required: str
    delivered: str
    verdict: str
    proof: str = ""
    note: str = ""
    target_key: str = ""


@dataclass(frozen=True)
class ProjectReport(PerformanceReport):
    """A report of any kind as it stood at `as_of` (A17); unused parts of a kind are empty.

    `number` counts the reports of this kind in the programme, `month` is 2024-09 in a monthly report, whose
    figures stand as they were at its end; `made_at` is when the report was written, where that is later.
    """

    indicators: tuple[AssessedIndicator, ...] = ()
    annexes: tuple[CountedAnnex, ...] = ()
    kind: str = "performance"
    number: int = 1
    month: str = ""
    made_at: datetime | None = None
    sections: tuple[Section, ...] = ()
    rules: tuple[RuleText, ...] = ()
    money: tuple[MoneyLine, ...] = ()
    risks: tuple[str, ...] = ()
    months: tuple[MonthLine, ...] = ()
    deliverables: tuple[Deliverable, ...] = ()
    clips_by_state: tuple[Count, ...] = ()
    cases_by_enterprise: tuple[Count, ...] = ()
    spending: tuple[SpendPoint, ...] = ()
