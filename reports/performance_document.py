"""The performance report as a document: which parts it has, in which order, in which words (A17, C)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports import charts, figures
from reports.blocks import Block, Cell, Document, Heading, Paragraph, Picture, Table
from reports.glyphs import check_chart_labels
from reports.selfassessment import TITLE, deviation, self_assessment
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
    from reports.charts import Chart, FontFiles
    from reports.data import Annex, FundsLine, PerformanceReport, TargetLine

MET, MISSED = "已达到", "未达到"
ANNEX_NUMBER = "序号"
PAGE_CM = 17.0
NUMBER_CM = 1.1
# What the words of a cell need in the small type of tables.
LEAST_CM = {"date": 3.0, "datetime": 4.0, "money": 2.5, "share": 1.6}


def performance_document(report: PerformanceReport, fonts: FontFiles) -> Document:
    """Build the document of a checked report (`reports.figures.check`)."""
    blocks: list[Block] = []
    blocks += _overview(report)
    blocks += _targets(report, fonts)
    blocks += _funds(report)
    blocks += _analysis(report, fonts)
    blocks += _assessment(report)
    return Document(
        title=f"{report.programme}\n绩效报告",
        subtitle=f"（{report.year}年度）",
        issuer=report.province,
        facts=facts(report),
        made_at=report.as_of,
        footer=f"{report.province}　{report.year}年度绩效报告",
        blocks=tuple(blocks),
        annexes=tuple(
            block
            for position, annex in enumerate(report.annexes)
            for block in _annex(annex, first=position == 0)
        ),
    )


def facts(report: PerformanceReport) -> tuple[tuple[str, str], ...]:
    """Return who, for whom, over which time and from which snapshot."""
    return (
        ("项目名称", report.programme),
        ("采购单位", report.purchaser),
        ("实施单位", report.province),
        ("实施期限", f"{chinese_date(report.period_start)}至{chinese_date(report.period_end)}"),
        ("项目负责人", report.project_lead),
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


def _overview(report: PerformanceReport) -> list[Block]:
    return [
        Heading("项目概况与结论"),
        *(Paragraph(text) for text in report.summary if text.strip()),
        Paragraph(conclusion(report)),
    ]


def _targets(report: PerformanceReport, fonts: FontFiles) -> list[Block]:
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
            (0.9, 3.8, 1.5, 1.5, 1.6, 3.0, 1.4, 3.3),
            tuple(rows),
            head_rows=1,
            small=True,
        ),
        *notes,
        _targets_picture(report, fonts),
    ]


def _targets_picture(report: PerformanceReport, fonts: FontFiles) -> Picture:
    caption = "各项目标完成率"
    check_chart_labels(caption, (line.title + line.unit for line in report.targets), fonts)
    return _picture("targets", caption, charts.targets_chart(report.targets, fonts))


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
    annex = figures.annex_of(report, line.annex_key)
    if annex is None:
        return NO_VALUE
    numbers = sorted(figures.evidence(report, line))
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


def _funds(report: PerformanceReport) -> list[Block]:
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


def _analysis(report: PerformanceReport, fonts: FontFiles) -> list[Block]:
    blocks: list[Block] = []
    if report.coverage:
        caption = f"{report.coverage_title}与进度"
        check_chart_labels(caption, (report.coverage_title, *(p.label for p in report.coverage)), fonts)
        chart = charts.coverage_chart(report.coverage, report.coverage_title, fonts)
        blocks.append(_picture("coverage", caption, chart))
    for key, title, counts in (
        ("cases_by_type", "各类型案例数", report.cases_by_type),
        ("cases_by_city", "各地区案例数", report.cases_by_city),
    ):
        if counts:
            check_chart_labels(title, (count.label for count in counts), fonts)
            blocks.append(_picture(key, title, charts.counts_chart(counts, title, "个", fonts)))
    return [Heading("实施过程"), *blocks] if blocks else []


def _picture(key: str, caption: str, chart: Chart) -> Picture:
    return Picture(key=key, caption=caption, alt=chart.alt, png=chart.png, svg=chart.svg)


def _assessment(report: PerformanceReport) -> list[Block]:
    return [
        Heading(TITLE, new_page=True),
        self_assessment(report),
        Paragraph(figures.SCORING_RULE, note=True),
        Heading("偏差原因与改进措施"),
        *_deviations(report),
    ]


def _deviations(report: PerformanceReport) -> list[Block]:
    missed = [indicator for indicator in report.indicators if not indicator.met]
    if not missed:
        return [Paragraph("各项绩效指标均已达到年度指标值，无偏差。")]
    blocks: list[Block] = []
    for indicator in missed:
        words = deviation(indicator).replace("\n", " ")
        blocks.append(
            Paragraph(
                f"{indicator.name}：年度指标值{indicator.target_text}，实际完成{indicator.actual_text}，"
                f"得{points(indicator.score)}分（满分{points(indicator.weight)}分）。{words}"
            )
        )
    return blocks


def _annex(annex: Annex, *, first: bool) -> list[Block]:
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
