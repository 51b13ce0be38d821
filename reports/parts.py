"""The parts that reports are put together from: facts, targets, money, pictures, annexes (A17, C)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from reports import figures
from reports.blocks import Block, Cell, Document, Heading, Paragraph, Picture, Table
from reports.glyphs import check_chart_labels
from reports.project_charts import series_of
from reports.snapshots import fingerprint
from reports.wording import (
    NO_VALUE,
    SHANGHAI,
    amount,
    chinese_date,
    chinese_time,
    parsed,
    percent,
    plain,
    points,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reports.charts import FontFiles
    from reports.data import (
        Annex,
        FundsLine,
        MoneyLine,
        PerformanceReport,
        ProjectReport,
        TargetLine,
    )

MET, MISSED = "已达到", "未达到"
NOT_NAMED = "（待定）"
ANNEX_NUMBER = "序号"
PAGE_CM = 17.0
NUMBER_CM = 1.1
# What the words of a cell need in the small type of tables.
LEAST_CM = {"date": 3.0, "datetime": 4.0, "money": 2.5, "share": 1.6}


def facts(report: PerformanceReport) -> tuple[tuple[str, str], ...]:
    """Return who, for whom, over which time and from which snapshot."""
    return (
        ("项目名称", report.programme),
        ("采购单位", report.purchaser),
        ("实施单位", report.province),
        ("实施期限", f"{chinese_date(report.period_start)}至{chinese_date(report.period_end)}"),
        ("项目负责人", report.project_lead or NOT_NAMED),
        ("编制人", report.prepared_by),
        ("数据截至", chinese_time(report.as_of)),
        ("数据快照", f"{report.snapshot_id}（校验码 {fingerprint(report)[:16]}）"),
    )


def conclusion(report: PerformanceReport) -> str:
    """Return the whole report in one sentence of figures."""
    score = figures.total_score(report)
    return (
        f"截至{chinese_date(report.as_of.astimezone(SHANGHAI).date())}，"
        f"设定目标{len(report.targets)}项，已达到{figures.met_targets(report)}项；"
        f"全年预算{shown('money', report.funds.budget_year_fen)}，"
        f"执行{shown('money', report.funds.executed_fen)}，"
        f"执行率{percent(figures.execution_rate(report.funds))}；"
        f"绩效自评{points(score)}分，评价等级为“{figures.grade(score)}”。"
    )


def targets_blocks(report: PerformanceReport, fonts: FontFiles, *, draw: bool = True) -> list[Block]:
    """Return every target with what was reached and the annex rows behind it."""
    head = ("序号", "目标", "要求", "实际", "完成率", "期限", "结果", "依据")
    rows = [tuple(Cell(text, align="center", head=True) for text in head)]
    rows += [_target_row(report, number, line) for number, line in enumerate(report.targets, start=1)]
    blocks: list[Block] = [Heading("目标完成情况")]
    if not report.targets:
        return [*blocks, Paragraph("本项目尚未设定目标。")]
    notes = [Paragraph(f"{line.title}：{line.note}", note=True) for line in report.targets if line.note]
    return [
        *blocks,
        Table(
            "目标完成情况表",
            (0.9, 3.7, 1.5, 1.5, 1.9, 3.0, 1.4, 3.1),
            tuple(rows),
            head_rows=1,
            small=True,
        ),
        *notes,
        *chart_blocks(report, fonts, "targets", draw=draw),
    ]


def _target_row(report: PerformanceReport, number: int, line: TargetLine) -> tuple[Cell, ...]:
    share = figures.target_share(line)
    due = Cell(shown("date", line.due), align="center", value=line.due, kind="date")
    return (
        Cell(str(number), align="center", value=number, kind="integer"),
        Cell(line.title),
        Cell(f"{plain(line.required)} {line.unit}", align="center"),
        Cell(f"{plain(line.actual)} {line.unit}", align="center", short=not line.met),
        Cell(percent(share), align="center", value=share, kind="share"),
        due,
        Cell(MET if line.met else MISSED, align="center", short=not line.met),
        Cell(evidence_words(report, line), align="center"),
    )


def evidence_words(report: PerformanceReport, line: TargetLine) -> str:
    """Return where the rows behind a figure stand: `附件2 第1–3、5条`."""
    return rows_words(figures.annex_of(report, line.annex_key), figures.evidence(report, line))


def rows_words(annex: Annex | None, rows: Iterable[int]) -> str:
    """Return running numbers of an annex in words, neighbours drawn together."""
    if annex is None:
        return NO_VALUE
    numbers = sorted(rows)
    if not numbers:
        return f"{annex.number}（无）"
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    words = "、".join(str(first) if first == last else f"{first}–{last}" for first, last in runs)
    return f"{annex.number} 第{words}条"


def funds_blocks(report: PerformanceReport) -> list[Block]:
    """Return budget and execution of the project and of its sources, in yuan."""
    head = ("资金来源", "年初预算数（元）", "全年预算数（元）", "全年执行数（元）", "执行率")
    rows = [tuple(Cell(text, align="center", head=True) for text in head)]
    rows += [_funds_row(line) for line in (report.funds, *report.funds_parts)]
    return [Heading("资金使用情况"), Table("资金使用情况表", (3.4, 3.2, 3.2, 3.2, 2.2), tuple(rows))]


def _funds_row(line: FundsLine) -> tuple[Cell, ...]:
    rate = figures.execution_rate(line)
    amounts = (line.budget_at_start_fen, line.budget_year_fen, line.executed_fen)
    return (
        Cell(line.title),
        *(Cell(amount(fen), align="right", value=fen, kind="money") for fen in amounts),
        Cell(percent(rate), align="right", value=rate, kind="share"),
    )


def analysis_blocks(report: PerformanceReport, fonts: FontFiles, *, draw: bool = True) -> list[Block]:
    """Return the charts of the course of the project; without `draw` only their labels are checked."""
    blocks = chart_blocks(
        report,
        fonts,
        "coverage",
        "cases_by_type",
        "cases_by_enterprise",
        "cases_by_city",
        "clips_by_state",
        draw=draw,
    )
    return [Heading("实施过程"), *blocks] if blocks else []


def chart_blocks(report: PerformanceReport, fonts: FontFiles, *keys: str, draw: bool) -> list[Block]:
    """Return these charts of a report, those with nothing to show left out."""
    blocks: list[Block] = []
    for key in keys:
        series = series_of(report, key)
        if series is None:
            continue
        check_chart_labels(series.caption, series.labels, fonts)
        if draw:
            chart = series.drawn(fonts)
            blocks.append(Picture(key, series.caption, chart.alt, png=chart.png, svg=chart.svg))
    return blocks


def annex_blocks(annex: Annex, *, first: bool) -> list[Block]:
    """Return an annex with its heading; the first one begins a page even when empty."""
    heading = Heading(
        f"{annex.number}　{annex.title}（共{len(annex.rows)}条）", new_page=first or bool(annex.rows)
    )
    note = [Paragraph(annex.note, note=True)] if annex.note else []
    if not annex.rows:
        return [heading, Paragraph("截至本报告日，暂无记录。"), *note]
    return [heading, annex_table(annex), *note]


def annex_table(annex: Annex) -> Table:
    """Return every row of an annex with its running number."""
    titles = (ANNEX_NUMBER, *(column.title for column in annex.columns))
    head = tuple(Cell(title, align="center", head=True) for title in titles)
    rows = [head]
    for number, row in enumerate(annex.rows, start=1):
        cells = [Cell(str(number), align="center", value=number, kind="integer")]
        for column, text in zip(annex.columns, row, strict=True):
            value = parsed(column, text, f"{annex.number} 第{number}行“{column.title}”")
            align = {"text": "left", "date": "center", "datetime": "center"}.get(column.kind, "right")
            cells.append(Cell(shown(column.kind, value), align=align, value=value, kind=column.kind))
        rows.append(tuple(cells))
    widths = (NUMBER_CM, *_widths_cm(annex))
    return Table(f"{annex.number} {annex.title}", widths, tuple(rows), head_rows=1, small=True)


def _widths_cm(annex: Annex) -> list[float]:
    """Share the page among the columns so that dates and amounts stay on one line."""
    room = PAGE_CM - NUMBER_CM
    total = sum(column.width for column in annex.columns)
    wanted = [column.width / total * room for column in annex.columns]
    least = [LEAST_CM.get(column.kind, 0.0) for column in annex.columns]
    fixed = [need if need > width else 0.0 for need, width in zip(least, wanted, strict=True)]
    free = sum(width for width, need in zip(wanted, fixed, strict=True) if not need)
    # Should fixed columns alone fill the page, the writers scale all of them down alike.
    scale = max((room - sum(fixed)) / free, 0.1) if free else 1.0
    return [need or width * scale for width, need in zip(wanted, fixed, strict=True)]


def section_blocks(report: ProjectReport, *keys: str) -> list[Block]:
    """Return the written parts with these keys in this order; an empty part is left out."""
    blocks: list[Block] = []
    for key in keys:
        section = next((section for section in report.sections if section.key == key), None)
        if section is not None and any(text.strip() for text in section.paragraphs):
            blocks.append(Heading(section.title))
            blocks += [Paragraph(text) for text in section.paragraphs if text.strip()]
    return blocks


def money_blocks(report: ProjectReport, title: str = "分科目经费使用情况") -> list[Block]:
    """Return planned, executed, pending and left of each budget line, in yuan (A1)."""
    if not report.money:
        return []
    monthly = bool(report.month)
    annex = figures.annex_of(report, "expenses")
    titles = ["预算科目", "预算数（元）", *(["本月支出数（元）"] if monthly else []), "累计支出数（元）"]
    titles += ["执行率", "结余数（元）", "待审批数（元）", "依据"]
    rows = [tuple(Cell(text, align="center", head=True) for text in titles)]
    rows += [_money_row(line, monthly=monthly, proof=_proof(annex, line)) for line in report.money]
    whole = _whole(report.money)
    rows.append(_money_row(whole, monthly=monthly, proof=annex.number if annex else NO_VALUE))
    widths = (2.6, 2.2, *([2.0] if monthly else []), 2.2, 1.4, 2.2, 2.0, 2.8)
    note = "支出数只计入经第二人审批的支出；待审批的支出另列，不计入执行率。冲销以负数列示。"
    return [
        Heading(title, level=2),
        Table("分科目经费使用情况表", widths, tuple(rows), small=True),
        Paragraph(note, note=True),
    ]


def _proof(annex: Annex | None, line: MoneyLine) -> str:
    return rows_words(annex, line.annex_rows)


def _whole(lines: Sequence[MoneyLine]) -> MoneyLine:
    return replace(
        lines[0],
        name="合计",
        planned_fen=sum(line.planned_fen for line in lines),
        executed_fen=sum(line.executed_fen for line in lines),
        pending_fen=sum(line.pending_fen for line in lines),
        month_fen=sum(line.month_fen for line in lines),
    )


def _money_row(line: MoneyLine, *, monthly: bool, proof: str) -> tuple[Cell, ...]:
    def fen(value: int, *, short: bool = False) -> Cell:
        return Cell(amount(value), align="right", value=value, kind="money", short=short)

    left = line.planned_fen - line.executed_fen
    rate = Decimal(line.executed_fen) / Decimal(line.planned_fen) if line.planned_fen else None
    return (
        Cell(line.name),
        fen(line.planned_fen),
        *([fen(line.month_fen)] if monthly else []),
        fen(line.executed_fen),
        Cell(NO_VALUE if rate is None else percent(rate), align="right", value=rate, kind="share"),
        fen(left, short=left < 0),
        fen(line.pending_fen),
        Cell(proof, align="center"),
    )


def rules_blocks(report: ProjectReport) -> list[Block]:
    """Return the rules that the figures were counted by, as they stood when the report was made."""
    if not report.rules:
        return []
    rows = [tuple(Cell(text, align="center", head=True) for text in ("序号", "事项", "统计口径"))]
    rows += [
        (Cell(str(n), align="center", value=n, kind="integer"), Cell(rule.title), Cell(rule.text))
        for n, rule in enumerate(report.rules, start=1)
    ]
    return [
        Heading("附：统计口径", new_page=False),
        Table("统计口径表", (1.0, 4.5, 11.5), tuple(rows), small=True),
    ]


def end_blocks(report: ProjectReport) -> tuple[Block, ...]:
    """Return every annex and the rules behind them."""
    annexes = [
        block
        for position, annex in enumerate(report.annexes)
        for block in annex_blocks(annex, first=position == 0)
    ]
    return (*annexes, *rules_blocks(report))


def cover(report: ProjectReport, blocks: Sequence[Block], subtitle: str, title: str) -> Document:
    """Return the document around the blocks of a report."""
    number = (("报告编号", f"第{report.number}号"),)
    return Document(
        title=f"{report.programme}\n{title}",
        subtitle=subtitle,
        issuer=report.province,
        facts=(*number, *facts(report)),
        made_at=report.made_at or report.as_of,
        footer=f"{report.province}　{title}（第{report.number}号）",
        blocks=tuple(blocks),
        annexes=end_blocks(report),
    )
