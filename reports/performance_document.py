"""The performance report as a document: which parts it has, in which order, in which words (A17, C)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports import figures
from reports.blocks import Block, Document, Heading, Paragraph
from reports.parts import (
    analysis_blocks,
    annex_blocks,
    chart_blocks,
    conclusion,
    cover,
    facts,
    funds_blocks,
    money_blocks,
    section_blocks,
    targets_blocks,
)
from reports.selfassessment import TITLE, deviation, self_assessment
from reports.wording import points

if TYPE_CHECKING:
    from reports.charts import FontFiles
    from reports.data import PerformanceReport, ProjectReport


def performance_document(report: PerformanceReport, fonts: FontFiles) -> Document:
    """Build the document of a checked report of the first release (`reports.figures.check`)."""
    blocks: list[Block] = []
    blocks += _overview(report)
    blocks += targets_blocks(report, fonts)
    blocks += funds_blocks(report)
    blocks += analysis_blocks(report, fonts)
    blocks += assessment_blocks(report)
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
            for block in annex_blocks(annex, first=position == 0)
        ),
    )


def _overview(report: PerformanceReport) -> list[Block]:
    return [
        Heading("项目概况与结论"),
        *(Paragraph(text) for text in report.summary if text.strip()),
        Paragraph(conclusion(report)),
    ]


def assessment_blocks(report: PerformanceReport) -> list[Block]:
    """Return the self-assessment form and what is said of every missed indicator (C)."""
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


def assessed_document(report: ProjectReport, fonts: FontFiles, *, draw: bool) -> Document:
    """Build the performance report of a programme from a checked snapshot (C)."""
    blocks: list[Block] = [*section_blocks(report, "summary"), Paragraph(conclusion(report))]
    if not isinstance(blocks[0], Heading):
        blocks.insert(0, Heading("项目概况与结论"))
    blocks += targets_blocks(report, fonts, draw=draw)
    blocks += funds_blocks(report)
    blocks += money_blocks(report)
    blocks += chart_blocks(report, fonts, "spending", draw=draw)
    blocks += section_blocks(report, "analysis")
    blocks += analysis_blocks(report, fonts, draw=draw)
    blocks += assessment_blocks(report)
    if set_by_hand := scores_set_by_hand(report):
        place = next(
            i for i, block in enumerate(blocks) if block == Paragraph(figures.SCORING_RULE, note=True)
        )
        blocks.insert(place + 1, Paragraph(set_by_hand, note=True))
    blocks += section_blocks(report, "problems", "experience")
    return cover(report, blocks, f"（{report.year}年度）", "绩效报告")


def scores_set_by_hand(report: ProjectReport) -> str:
    """Say which scores a person set otherwise than the customary rule gives; "" where none."""
    changed = [i for i in report.indicators if i.score != i.proposed]
    if not changed:
        return ""
    words = "；".join(
        f"“{i.name}”按上述方法为{points(i.proposed)}分，自评{points(i.score)}分" for i in changed
    )
    return f"自评调整：{words}。"
