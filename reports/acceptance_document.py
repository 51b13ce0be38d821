"""The acceptance report as a document: each deliverable with proof and verdict (A17, A, B)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from reports import figures
from reports.blocks import Block, Cell, Document, Heading, Paragraph, Table
from reports.data import VERDICTS
from reports.parts import cover, evidence_words, funds_blocks, money_blocks, section_blocks
from reports.wording import NO_VALUE

if TYPE_CHECKING:
    from reports.charts import FontFiles
    from reports.data import Deliverable, ProjectReport


def acceptance_document(
    report: ProjectReport,
    fonts: FontFiles,  # noqa: ARG001 - all builders are called alike
    *,
    draw: bool,  # noqa: ARG001 - as fonts
) -> Document:
    """Build the acceptance report."""
    blocks: list[Block] = [
        *section_blocks(report, "basis"),
        Heading("交付成果与验收情况"),
        Paragraph(verdict_words(report)),
        deliverables_table(report),
        *_notes(report),
        *funds_blocks(report),
        *money_blocks(report),
        *section_blocks(report, "problems", "conclusion"),
        # The boxes for seal and signature stay together.
        Heading("签署", new_page=True),
        _signatures(report),
    ]
    return cover(report, blocks, f"（{report.year}年度）", "验收报告")


def verdict_words(report: ProjectReport) -> str:
    """Return how many deliverables stand at which verdict."""
    counts = Counter(line.verdict for line in report.deliverables)
    parts = "，".join(f"{word}{counts[key]}项" for key, word in VERDICTS.items())
    return f"本项目应交付成果及应履行要求共{len(report.deliverables)}项，其中{parts}。"


def deliverables_table(report: ProjectReport) -> Table:
    """Return required, delivered, proof and verdict of each line."""
    head = ("序号", "交付成果", "要求", "交付情况", "证明材料", "结论")
    rows = [tuple(Cell(text, align="center", head=True) for text in head)]
    rows += [_row(report, number, line) for number, line in enumerate(report.deliverables, start=1)]
    return Table("交付成果验收表", (0.9, 4.4, 3.0, 3.8, 3.3, 1.6), tuple(rows), small=True)


def _row(report: ProjectReport, number: int, line: Deliverable) -> tuple[Cell, ...]:
    return (
        Cell(str(number), align="center", value=number, kind="integer"),
        Cell(line.title),
        Cell(line.required or NO_VALUE, align="center"),
        Cell(line.delivered or NO_VALUE),
        Cell(proof_words(report, line)),
        Cell(VERDICTS[line.verdict], align="center", short=line.verdict == "short"),
    )


def proof_words(report: ProjectReport, line: Deliverable) -> str:
    """Return the annex rows of a counted deliverable and the proof a person named."""
    target = next((target for target in report.targets if target.key == line.target_key), None)
    rows = evidence_words(report, target) if target and figures.annex_of(report, target.annex_key) else ""
    return "；".join(part for part in (rows, line.proof) if part) or NO_VALUE


def _notes(report: ProjectReport) -> list[Block]:
    return [
        Paragraph(f"{line.title}：{line.note}", note=True)
        for line in report.deliverables
        if line.note.strip()
    ]


def _signatures(report: ProjectReport) -> Table:
    space = "\n\n\n\n"
    head = tuple(Cell(text, align="center", head=True) for text in ("实施单位意见", "采购单位意见"))
    line = "（盖章）\n\n负责人签字：　　　　　　　　\n\n　　　　年　　月　　日"
    return Table(
        "签署",
        (1.0, 1.0),
        (
            head,
            (Cell(report.province, align="center"), Cell(report.purchaser, align="center")),
            (Cell(space + line, align="center"), Cell(space + line, align="center")),
        ),
    )
