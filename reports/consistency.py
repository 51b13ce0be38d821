"""Whether a report agrees with itself: figures with rows, money with the ledger, weights with 100 (C)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from reports import figures
from reports.data import LEVEL_WEIGHTS, TITLES, VERDICTS, PerformanceReport, ProjectReport
from reports.errors import N_, ReportError
from reports.wording import plain

ALL_POINTS = Decimal(100)
APPROVED = "已审批"
AMOUNT, STATE = "金额（元）", "状态"


def check_report(report: PerformanceReport) -> None:
    """Refuse a report whose figures contradict each other; ReportError names the place."""
    if not isinstance(report, ProjectReport):
        figures.check(report)
        return
    if report.as_of.tzinfo is None:
        raise ReportError(N_("The report's time has no time zone."))
    if report.kind not in TITLES:
        raise ReportError(N_("There is no report of the kind %(kind)s."), kind=report.kind)
    figures.check_amounts(report)
    figures.check_rows(report)
    if report.kind == "performance":
        _check_assessment(report)
    _check_money(report)
    _check_months(report)
    for line in report.deliverables:
        if line.verdict not in VERDICTS:
            raise ReportError(
                N_("“%(title)s” has the unknown verdict %(verdict)s."), title=line.title, verdict=line.verdict
            )


def _check_assessment(report: ProjectReport) -> None:
    for indicator in report.indicators:
        if indicator.level1 not in LEVEL_WEIGHTS:
            raise ReportError(N_("“%(level)s” is not a first-level indicator."), level=indicator.level1)
        if indicator.weight < 0:
            raise ReportError(N_("The weight of “%(name)s” is negative."), name=indicator.name)
        figures.check_score(indicator)
    total = figures.total_weight(report)
    if total != ALL_POINTS:
        raise ReportError(
            N_("The weights add up to %(actual)s points; the form demands 100."), actual=plain(total)
        )


def _check_money(report: ProjectReport) -> None:
    """Recompute the ledger from its annex: per line and in all (A1)."""
    annex = figures.annex_of(report, "expenses")
    if annex is None:
        return
    titles = [column.title for column in annex.columns]
    amounts = [int(row[titles.index(AMOUNT)]) for row in annex.rows]
    approved = [row[titles.index(STATE)] == APPROVED for row in annex.rows]
    executed = sum(fen for fen, counts in zip(amounts, approved, strict=True) if counts)
    if executed != report.funds.executed_fen:
        raise _apart(report.funds.title, report.funds.executed_fen, executed)
    for line in report.money:
        if any(not approved[number - 1] for number in (*line.annex_rows, *line.month_rows)):
            raise _apart(line.name, line.executed_fen, 0)
        for fen, rows in ((line.executed_fen, line.annex_rows), (line.month_fen, line.month_rows)):
            found = sum(amounts[number - 1] for number in rows)
            if fen != found:
                raise _apart(line.name, fen, found)
    if report.money and sum(line.executed_fen for line in report.money) != executed:
        raise _apart(report.funds.title, executed, sum(line.executed_fen for line in report.money))


def _apart(title: str, said: int, found: int) -> ReportError:
    return ReportError(
        N_("“%(title)s” says %(said)s fen, but the rows of the ledger give %(found)s."),
        title=title,
        said=str(said),
        found=str(found),
    )


def _check_months(report: ProjectReport) -> None:
    lines = {line.key: line for line in report.targets}
    gained: dict[str, list[int]] = {}
    for month in report.months:
        target = lines.get(month.target_key)
        rows: Sequence[int] = figures.evidence(report, target) if target else ()
        seen = gained.setdefault(month.target_key, [])
        if month.count != len(month.annex_rows) or not set(month.annex_rows) <= set(rows):
            raise _astray(month.target_key, month.month)
        if set(seen) & set(month.annex_rows):
            raise _astray(month.target_key, month.month)
        seen.extend(month.annex_rows)


def _astray(key: str, month: str) -> ReportError:
    return ReportError(
        N_("The rows of the month %(month)s under “%(target)s” are not those the target counts."),
        month=month,
        target=key,
    )
