"""Monthly report, execution report and work summary as documents (A17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports import figures
from reports.blocks import Block, Cell, Document, Heading, Paragraph, Table
from reports.parts import (
    analysis_blocks,
    chart_blocks,
    cover,
    evidence_words,
    funds_blocks,
    money_blocks,
    rows_words,
    section_blocks,
    targets_blocks,
)
from reports.wording import NO_VALUE, percent, plain, shown

if TYPE_CHECKING:
    from reports.charts import FontFiles
    from reports.data import ProjectReport, TargetLine


def month_words(month: str) -> str:
    """Return `2024-09` as `2024年9月`."""
    year, _, number = month.partition("-")
    return f"{year}年{int(number)}月"


def monthly_document(
    report: ProjectReport,
    fonts: FontFiles,
    *,
    draw: bool,
) -> Document:
    """Build the monthly progress report: done, not done, next month, risks, money."""
    blocks: list[Block] = [
        *section_blocks(report, "overview"),
        Heading("本月进展与累计完成情况"),
        month_table(report),
        *chart_blocks(report, fonts, "targets", "coverage", draw=draw),
        *section_blocks(report, "done", "undone", "next", "risks"),
        *_hints(report),
        *section_blocks(report, "money"),
    ]
    if not any(section.key == "money" and section.paragraphs for section in report.sections):
        blocks.append(Heading("经费使用情况"))
    blocks += money_blocks(report)
    blocks += chart_blocks(report, fonts, "spending", draw=draw)
    return cover(report, blocks, f"（{month_words(report.month)}）", "月度进展报告")


def _hints(report: ProjectReport) -> list[Block]:
    """Say what the rows warn of and the written parts do not say already."""
    written = "".join(text for section in report.sections for text in section.paragraphs)
    unsaid = [risk.rstrip("。") for risk in report.risks if risk.rstrip("。") not in written]
    return [Paragraph(f"数据提示：{'；'.join(unsaid)}。", note=True)] if unsaid else []


def month_table(report: ProjectReport) -> Table:
    """Return what each target gained in the month, and what it stands at."""
    head = ("序号", "目标", "本月新增", "累计完成", "目标值", "完成率", "期限", "本月依据")
    rows = [tuple(Cell(text, align="center", head=True) for text in head)]
    rows += [_month_row(report, number, line) for number, line in enumerate(report.targets, start=1)]
    widths = (0.9, 3.5, 1.6, 1.6, 1.6, 1.9, 2.9, 3.0)
    return Table("本月进展与累计完成情况表", widths, tuple(rows), small=True)


def _month_row(report: ProjectReport, number: int, line: TargetLine) -> tuple[Cell, ...]:
    gained = next((month for month in report.months if month.target_key == line.key), None)
    share = figures.target_share(line)
    annex = figures.annex_of(report, line.annex_key)
    return (
        Cell(str(number), align="center", value=number, kind="integer"),
        Cell(line.title),
        Cell(f"{gained.count} {line.unit}" if gained else NO_VALUE, align="center"),
        Cell(f"{plain(line.actual)} {line.unit}", align="center", short=not line.met),
        Cell(f"{plain(line.required)} {line.unit}", align="center"),
        Cell(percent(share), align="center", value=share, kind="share"),
        Cell(shown("date", line.due), align="center", value=line.due, kind="date"),
        Cell(
            rows_words(annex, gained.annex_rows) if gained else evidence_words(report, line), align="center"
        ),
    )


def execution_document(report: ProjectReport, fonts: FontFiles, *, draw: bool) -> Document:
    """Build the execution report: how the project was carried out, month by month."""
    blocks: list[Block] = [
        *section_blocks(report, "overview", "organisation", "execution"),
        *targets_blocks(report, fonts, draw=draw),
        *months_blocks(report),
        *analysis_blocks(report, fonts, draw=draw),
        *section_blocks(report, "money"),
        *funds_blocks(report),
        *money_blocks(report),
        *chart_blocks(report, fonts, "spending", draw=draw),
        *section_blocks(report, "problems"),
    ]
    return cover(report, blocks, f"（{report.year}年度）", "项目执行报告")


def months_blocks(report: ProjectReport) -> list[Block]:
    """Return the table of targets by months; rows of no month of the programme stand apart, then the sum."""
    months = sorted({line.month for line in report.months})
    if not months:
        return []
    counts = {(line.target_key, line.month): line.count for line in report.months}
    head = ("目标", *(f"{int(month.partition('-')[2])}月" for month in months), "其他", "合计")
    rows = [tuple(Cell(text, align="center", head=True) for text in head)]
    for target in report.targets:
        gains = [counts.get((target.key, month), 0) for month in months]
        whole = int(target.actual)
        numbers = [*gains, whole - sum(gains), whole]
        rows.append(
            (
                Cell(f"{target.title}（{target.unit}）"),
                *(Cell(f"{n:,}", align="center", value=n, kind="integer") for n in numbers),
            )
        )
    room = max(1.0, 11.0 / (len(months) + 2))
    return [
        Heading("各月进展", level=2),
        Table("各月进展表", (6.0, *([room] * (len(months) + 2))), tuple(rows), small=True),
        Paragraph("按各条记录的日期归入月份，无日期或日期不在实施期限内的列入“其他”。", note=True),
    ]


def summary_document(report: ProjectReport, fonts: FontFiles, *, draw: bool) -> Document:
    """Build the work summary: what was done, what came of it, what was learnt."""
    blocks: list[Block] = [
        *section_blocks(report, "overview", "practice", "results"),
        *targets_blocks(report, fonts, draw=draw),
        *analysis_blocks(report, fonts, draw=draw),
        *funds_blocks(report),
        *chart_blocks(report, fonts, "spending", draw=draw),
        *section_blocks(report, "experience", "problems", "next"),
    ]
    return cover(report, blocks, f"（{report.year}年度）", "工作总结")
