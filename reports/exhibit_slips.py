"""Slips that go with exhibits: labels to stand beside them, and the sheet of handing over (A14)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reports.paper import CENTRED, FANGSONG, HEITI, KAITI, Paper

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

BLANK_CONDITION = "□完好　□有损（注明）：\n\n"
DAY_AND_PLACE = "　　年　月　日\n　　时　分\n地点：\n"


@dataclass(frozen=True)
class ExhibitLabel:
    """What stands beside an exhibit; `text` may be of several lines."""

    title: str
    firm: str
    text: str
    interaction: str = ""


@dataclass(frozen=True)
class HandingOver:
    """One step of the way; what has not happened yet is filled in by hand.

    `signature` is a PNG or JPEG, empty where nothing was drawn; `signed` says where the signature is then.
    """

    step: str
    when: str = ""
    place: str = ""
    giver: str = ""
    taker: str = ""
    condition: str = ""
    signed: str = ""
    signature: bytes = field(default=b"", repr=False)


def labels_docx(labels: Sequence[ExhibitLabel], *, title: str, issuer: str, made_at: datetime) -> bytes:
    """Return the labels as docx, to be cut out: a box for each, never parted by a page."""
    paper = Paper(margin_cm=2)
    for label in labels:
        lines = [(label.title, 24.0, HEITI), (label.firm, 14.0, KAITI)]
        lines += [(line.strip(), 14.0, FANGSONG) for line in label.text.splitlines() if line.strip()]
        if label.interaction.strip():
            lines.append((f"互动方式：{label.interaction.strip()}", 14.0, FANGSONG))
        paper.card(lines)
    return paper.bytes(title=title, author=issuer, made_at=made_at)


def custody_docx(
    exhibit: str,
    facts: Sequence[tuple[str, str]],
    steps: Sequence[HandingOver],
    *,
    issuer: str,
    project: str,
    made_at: datetime,
) -> bytes:
    """Return the sheet of handing over as docx: what has been recorded, and room to sign for what comes."""
    paper = Paper(margin_cm=2)
    paper.line("科技展品交接单", size=20, font=HEITI, align=CENTRED, after=4)
    paper.line(project, size=11, align=CENTRED, after=6)
    paper.grid([["展品名称", exhibit]], (2.6, 14))
    pairs = [
        [text for fact in facts[start : start + 2] for text in fact] for start in range(0, len(facts), 2)
    ]
    paper.grid(pairs, (2.6, 5.7, 2.6, 5.7))
    rows = [_row(number, step) for number, step in enumerate(steps, start=1)]
    paper.ledger(
        ("环节", "时间、地点", "移交人", "接收人", "展品状况", "接收人签字"), rows, (2, 3.4, 2, 2, 4, 3.2)
    )
    paper.line("每次交接由双方当场查验并签字；发现损坏的，当场写明并告知对方。", size=10.5)
    paper.line(issuer, size=10.5, after=2)
    return paper.bytes(title=f"{exhibit} 交接单", author=issuer, made_at=made_at)


def _row(number: int, step: HandingOver) -> tuple[str | bytes, ...]:
    name = f"{number}. {step.step}"
    if not step.when:
        return (name, DAY_AND_PLACE, "", "", BLANK_CONDITION, "")
    signed: str | bytes = step.signature or step.signed
    return (name, f"{step.when}\n{step.place}", step.giver, step.taker, step.condition, signed)
