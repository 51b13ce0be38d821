"""The customary 项目支出绩效自评表 as a table of cells, drawn alike by all three writers (C)."""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from reports import figures
from reports.blocks import Cell, Table
from reports.data import LEVEL_WEIGHTS
from reports.wording import NO_VALUE, amount, percent, points

if TYPE_CHECKING:
    from reports.data import FundsLine, Indicator, PerformanceReport

TITLE = "项目支出绩效自评表"
# 绩效指标 | 一级 | 二级 | 三级 | 指标值 | 实际值 | 分值 | 得分 | 偏差原因及改进措施
WIDTHS = (0.7, 1.9, 1.7, 2.6, 2.3, 2.3, 1.0, 1.35, 3.7)
TO_BE_EXPLAINED = "（待填写偏差原因及改进措施）"


def self_assessment(report: PerformanceReport) -> Table:
    """Return the form: project, funds, goal and achievement, indicators, total.

    A missed indicator without reason or remedy shows that both are still to be written; nothing is invented.
    """
    return Table(
        place=TITLE,
        widths=WIDTHS,
        rows=(*_project(report), *_funds(report), *_goals(report), *_indicators(report), _total(report)),
        head_rows=0,
        small=True,
    )


def _head(text: str, *, colspan: int = 1, rowspan: int = 1) -> Cell:
    return Cell(text, colspan=colspan, rowspan=rowspan, align="center", head=True)


def _number(text: str, value: Decimal | int, kind: str, *, short: bool = False) -> Cell:
    return Cell(text, align="center", value=value, kind=kind, short=short)


def _project(report: PerformanceReport) -> tuple[tuple[Cell, ...], ...]:
    return (
        (_head("项目名称", colspan=2), Cell(report.programme, colspan=7, align="center")),
        (
            _head("主管部门", colspan=2),
            Cell(report.purchaser, colspan=3, align="center"),
            _head("实施单位"),
            Cell(report.province, colspan=3, align="center"),
        ),
        (
            _head("项目负责人", colspan=2),
            Cell(report.project_lead or NO_VALUE, colspan=3, align="center"),
            _head("填报人"),
            Cell(report.prepared_by, colspan=3, align="center"),
        ),
    )


def _funds(report: PerformanceReport) -> tuple[tuple[Cell, ...], ...]:
    lines = (report.funds, *report.funds_parts)
    head = (
        _head("项目资金\n（元）", colspan=2, rowspan=len(lines) + 1),
        _head("来源"),
        _head("年初预算数"),
        _head("全年预算数"),
        _head("全年执行数"),
        _head("分值"),
        _head("执行率"),
        _head("得分"),
    )
    return (head, *(_funds_row(line, is_total=line is report.funds) for line in lines))


def _funds_row(line: FundsLine, *, is_total: bool) -> tuple[Cell, ...]:
    score, rate = figures.funds_score(line), figures.execution_rate(line)
    dash = Cell(NO_VALUE, align="center")
    return (
        _head(line.title),
        _number(amount(line.budget_at_start_fen), line.budget_at_start_fen, "money"),
        _number(amount(line.budget_year_fen), line.budget_year_fen, "money"),
        _number(amount(line.executed_fen), line.executed_fen, "money"),
        # Only the total is scored; the sources say where the money came from.
        _number(points(line.weight), line.weight, "number") if is_total else dash,
        _number(percent(rate), rate, "share"),
        _number(points(score), score, "number", short=score < line.weight) if is_total else dash,
    )


def _goals(report: PerformanceReport) -> tuple[tuple[Cell, ...], ...]:
    return (
        (
            _head("年度总体\n目标", colspan=2, rowspan=2),
            _head("预期目标", colspan=3),
            _head("实际完成情况", colspan=4),
        ),
        (
            Cell(report.yearly_goal or NO_VALUE, colspan=3),
            Cell(report.yearly_achievement or NO_VALUE, colspan=4),
        ),
    )


def _indicators(report: PerformanceReport) -> list[tuple[Cell, ...]]:
    # The form's order of the first level, then the order in which the second level first appears.
    first_order = list(LEVEL_WEIGHTS)
    second_order = list(dict.fromkeys(indicator.level2 for indicator in report.indicators))
    indicators = sorted(
        report.indicators, key=lambda i: (first_order.index(i.level1), second_order.index(i.level2))
    )
    rows: list[tuple[Cell, ...]] = [
        (
            _head("绩\n效\n指\n标", rowspan=len(indicators) + 1),
            _head("一级指标"),
            _head("二级指标"),
            _head("三级指标"),
            _head("年度指标值"),
            _head("实际完成值"),
            _head("分值"),
            _head("得分"),
            _head("偏差原因分析\n及改进措施"),
        )
    ]
    weights = figures.level_weights(report)
    for level1, group in groupby(indicators, key=lambda indicator: indicator.level1):
        members = list(group)
        first = Cell(
            f"{level1}\n{points(weights[level1])}分", rowspan=len(members), align="center", head=True
        )
        for level2, subgroup in groupby(members, key=lambda indicator: indicator.level2):
            lines = list(subgroup)
            second = Cell(level2, rowspan=len(lines), align="center", head=True)
            for position, indicator in enumerate(lines):
                leading = ([first] if indicator is members[0] else []) + ([second] if position == 0 else [])
                rows.append((*leading, *_indicator(indicator)))
    return rows


def _indicator(indicator: Indicator) -> tuple[Cell, ...]:
    return (
        Cell(indicator.name),
        Cell(indicator.target_text, align="center"),
        Cell(indicator.actual_text, align="center", short=not indicator.met),
        _number(points(indicator.weight), indicator.weight, "number"),
        _number(points(indicator.score), indicator.score, "number", short=indicator.score < indicator.weight),
        Cell(deviation(indicator)),
    )


def deviation(indicator: Indicator) -> str:
    """Return reason and remedy as one cell; a met indicator without either reads as the dash."""
    parts = [indicator.reason.strip(), indicator.remedy.strip()]
    if not indicator.met and not all(parts):
        parts.append(TO_BE_EXPLAINED)
    return "\n".join(part for part in parts if part) or NO_VALUE


def _total(report: PerformanceReport) -> tuple[Cell, ...]:
    weight, score = figures.total_weight(report), figures.total_score(report)
    return (
        _head("总分", colspan=6),
        _number(points(weight), weight, "number"),
        _number(points(score), score, "number"),
        Cell(f"评价等级：{figures.grade(score)}", align="center"),
    )
