"""The loan form of an exhibit: who lends what to whom, in which condition, with places for seals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.paper import CENTRED, HEITI, Paper

if TYPE_CHECKING:
    from datetime import datetime

RULES = (
    "出借方保证展品来源合法、权属清楚，并如实填写安全和运输要求。",
    "借用方按上述要求运输、布展、保管和操作展品，展品只用于本项目的公益展示。",
    "交接以书面记录为准，每次交接由双方当场查验并签字；发现损坏的，当场记录并立即告知对方。",
    "展示结束后，借用方按约定时间将展品完好归还出借方。",
)


@dataclass(frozen=True)
class LoanForm:
    """What stands in the form: label and text two by two, long texts apart, and the two parties.

    `long` may hold empty texts: the form is then filled in by hand. `made_at` is an aware moment.
    """

    title: str
    lender: str
    borrower: str
    project: str
    facts: tuple[tuple[str, str], ...]
    long: tuple[tuple[str, str], ...]
    made_at: datetime


def loan_docx(form: LoanForm) -> bytes:
    """Return the form as docx on one A4 page, a second one where texts are long."""
    paper = Paper(margin_cm=2)
    paper.line("科技展品借用协议书", size=20, font=HEITI, align=CENTRED, after=4)
    paper.line(form.project, size=11, align=CENTRED, after=6)
    paper.grid([["展品名称", form.title], ["出借方", form.lender], ["借用方", form.borrower]], (2.6, 14))
    pairs = [
        [text for fact in form.facts[start : start + 2] for text in fact]
        for start in range(0, len(form.facts), 2)
    ]
    paper.grid(pairs, (2.6, 5.7, 2.6, 5.7))
    paper.grid([[label, text or "\n"] for label, text in form.long], (2.6, 14))
    for number, rule in enumerate(RULES, start=1):
        paper.line(f"{number}. {rule}", size=10.5)
    paper.line("", size=6)
    paper.grid(
        [
            [
                "出借方（盖章）：\n\n经办人：\n\n日期：　　　年　　月　　日",
                "借用方（盖章）：\n\n经办人：\n\n日期：　　　年　　月　　日",
            ]
        ],
        (8.3, 8.3),
        labels=False,
    )
    return paper.bytes(title=f"{form.title} 借用协议书", author=form.borrower, made_at=form.made_at)
