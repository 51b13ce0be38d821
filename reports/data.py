"""The frozen inputs of a report: an immutable snapshot of figures and of the rows behind them (A17, C).

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
