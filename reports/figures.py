"""Totals, shares and scores of a report, and what it refuses (C). Pure; all arithmetic is exact Decimal."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from reports.data import FUNDS_WEIGHT, LEVEL_WEIGHTS
from reports.errors import N_, ReportError
from reports.wording import parsed, plain, rounded

if TYPE_CHECKING:
    from reports.data import Annex, FundsLine, Indicator, PerformanceReport, TargetLine

# Printed under the table, because a score without its rule proves nothing.
SCORING_RULE = (
    "评分方法：达到年度指标值的得满分；未达到的按实际完成值占年度指标值的比例计分；"
    "资金按预算执行率计分；各项得分四舍五入保留两位小数，总分为各项得分之和。"
)
GRADES = ((Decimal(90), "优"), (Decimal(80), "良"), (Decimal(60), "中"))


def target_share(line: TargetLine) -> Decimal:
    """Return what was reached as a share of what is required; 1 where nothing is required."""
    return line.actual / line.required if line.required else Decimal(1)


def execution_rate(funds: FundsLine) -> Decimal:
    """Return executed over whole-year budget as a share; 0 where there is no budget."""
    if funds.budget_year_fen == 0:
        return Decimal(0)
    return Decimal(funds.executed_fen) / Decimal(funds.budget_year_fen)


def funds_score(funds: FundsLine) -> Decimal:
    """Return the points for the funds: weight times execution rate, never above the weight."""
    return proposed_score(funds.weight, Decimal(funds.budget_year_fen), Decimal(funds.executed_fen))


def proposed_score(weight: Decimal, required: Decimal, actual: Decimal, *, at_most: bool = False) -> Decimal:
    """Return the points of an indicator by the customary rule, rounded half up to two decimals.

    Full when met, in proportion when not. With `at_most` the target is a ceiling (cost, days): full at or
    below it, in proportion required over actual above it. A target of nothing is always met.
    """
    if at_most:
        required, actual = actual, required
    if required <= 0 or actual >= required:
        return weight
    return rounded(weight * max(actual, Decimal(0)) / required, 2)


def level_weights(report: PerformanceReport) -> dict[str, Decimal]:
    """Return the points given to each first-level group."""
    weights = dict.fromkeys(LEVEL_WEIGHTS, Decimal(0))
    for indicator in report.indicators:
        weights[indicator.level1] = weights.get(indicator.level1, Decimal(0)) + indicator.weight
    return weights


def total_weight(report: PerformanceReport) -> Decimal:
    """Return all points that can be reached, 100 in a checked report."""
    return report.funds.weight + sum((i.weight for i in report.indicators), Decimal(0))


def total_score(report: PerformanceReport) -> Decimal:
    """Return the points of funds and indicators together."""
    return funds_score(report.funds) + sum((i.score for i in report.indicators), Decimal(0))


def grade(score: Decimal) -> str:
    """Return the customary grade: 优 from 90, 良 from 80, 中 from 60, 差 below."""
    return next((word for limit, word in GRADES if score >= limit), "差")


def met_targets(report: PerformanceReport) -> int:
    """Return how many targets are met."""
    return sum(line.met for line in report.targets)


def unexplained(report: PerformanceReport) -> tuple[Indicator, ...]:
    """Return the missed indicators that lack the reason or the remedy the form demands (C)."""
    return tuple(i for i in report.indicators if not i.met and not (i.reason.strip() and i.remedy.strip()))


def annex_of(report: PerformanceReport, key: str) -> Annex | None:
    """Return the annex with this key."""
    return next((annex for annex in report.annexes if annex.key == key), None)


def evidence(report: PerformanceReport, line: TargetLine) -> tuple[int, ...]:
    """Return the running numbers of the annex rows behind a target; empty without an annex."""
    annex = annex_of(report, line.annex_key)
    if annex is None:
        return ()
    return tuple(range(1, len(annex.rows) + 1)) if line.annex_rows is None else line.annex_rows


def check(report: PerformanceReport) -> None:
    """Refuse a report whose figures contradict each other; ReportError names the place.

    Weights: funds 10, groups 50, 30 and 10, together 100. Scores: between 0 and the weight, two
    decimals. Targets: each counted figure equals its annex rows. Money: never negative.
    """
    if report.as_of.tzinfo is None:
        raise ReportError(N_("The report's time has no time zone."))
    check_amounts(report)
    _check_funds_weight(report)
    _check_weights(report)
    for indicator in report.indicators:
        check_score(indicator)
    check_rows(report)


def check_rows(report: PerformanceReport) -> None:
    """Refuse annexes and targets that contradict each other; ReportError names the place."""
    for annex in report.annexes:
        check_annex(annex)
    keys = [annex.key for annex in report.annexes]
    for key in keys:
        if keys.count(key) > 1:
            raise ReportError(N_("Two annexes have the key %(key)s."), key=key)
    for line in report.targets:
        _check_target(report, line)


def check_amounts(report: PerformanceReport) -> None:
    """Refuse funds with a negative amount."""
    for funds in (report.funds, *report.funds_parts):
        if min(funds.budget_at_start_fen, funds.budget_year_fen, funds.executed_fen) < 0:
            raise ReportError(N_("The funds “%(title)s” hold a negative amount."), title=funds.title)


def _check_funds_weight(report: PerformanceReport) -> None:
    if report.funds.weight != FUNDS_WEIGHT:
        raise ReportError(
            N_("The funds must weigh %(required)s points, not %(actual)s."),
            required=plain(FUNDS_WEIGHT),
            actual=plain(report.funds.weight),
        )


def _check_weights(report: PerformanceReport) -> None:
    for level, weight in level_weights(report).items():
        if level not in LEVEL_WEIGHTS:
            raise ReportError(N_("“%(level)s” is not a first-level indicator."), level=level)
        if weight != LEVEL_WEIGHTS[level]:
            raise ReportError(
                N_("The indicators under “%(level)s” must weigh %(required)s points in all, not %(actual)s."),
                level=level,
                required=plain(LEVEL_WEIGHTS[level]),
                actual=plain(weight),
            )


def check_score(indicator: Indicator) -> None:
    """Refuse a score outside 0 and the weight, or with more than two decimals."""
    if not 0 <= indicator.score <= indicator.weight:
        raise ReportError(
            N_("The score of “%(name)s” must lie between 0 and %(weight)s, not at %(score)s."),
            name=indicator.name,
            weight=plain(indicator.weight),
            score=plain(indicator.score),
        )
    if indicator.score != rounded(indicator.score, 2):
        raise ReportError(
            N_("The score of “%(name)s” has more than two decimals: %(score)s."),
            name=indicator.name,
            score=plain(indicator.score),
        )


def check_annex(annex: Annex) -> None:
    """Refuse an annex whose cells do not fit their columns; ReportError names the cell."""
    for number, row in enumerate(annex.rows, start=1):
        if len(row) != len(annex.columns):
            raise ReportError(
                N_("%(annex)s row %(row)s has %(actual)s cells for %(required)s columns."),
                annex=annex.number,
                row=str(number),
                actual=str(len(row)),
                required=str(len(annex.columns)),
            )
        for column, text in zip(annex.columns, row, strict=True):
            parsed(column, text, f"{annex.number} 第{number}行“{column.title}”")


def _check_target(report: PerformanceReport, line: TargetLine) -> None:
    annex = annex_of(report, line.annex_key)
    if annex is None:
        if line.annex_key:
            raise ReportError(
                N_("The target “%(title)s” refers to an annex that is not there: %(key)s."),
                title=line.title,
                key=line.annex_key,
            )
        return
    rows = evidence(report, line)
    for row in rows:
        if not 1 <= row <= len(annex.rows) or rows.count(row) > 1:
            raise ReportError(
                N_("The target “%(title)s” refers to row %(row)s of %(annex)s, twice or out of range."),
                title=line.title,
                row=str(row),
                annex=annex.number,
            )
    if line.counts_rows and line.actual != len(rows):
        raise ReportError(
            N_("The target “%(title)s” says %(actual)s, but %(annex)s has %(rows)s rows for it."),
            title=line.title,
            actual=plain(line.actual),
            annex=annex.number,
            rows=str(len(rows)),
        )
