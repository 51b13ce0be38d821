"""The ledger as accountants want it: in order of days with a running balance, by line with subtotals (A1).

Amounts are integer fen throughout; only a workbook's cells hold yuan.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from reports.blocks import Block, Cell, Document, Heading, Paragraph, Table
from reports.sheets import document_workbook
from reports.wording import amount, chinese_date, percent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

STATES: dict[str, str] = {
    "approved": "已审批",
    "pending": "待审批",
    "refused": "已退回",
    "withdrawn": "已撤回",
}
HEAD = (
    "序号", "日期", "凭证号", "摘要", "预算科目", "收款方", "金额（元）", "累计支出（元）", "结余（元）",
    "状态", "经办人", "审批人", "凭证文件",
)  # fmt: skip
# What a spreadsheet would take for a formula when it opens a csv file.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Entry:
    """One expense or reversal; `state` is one of STATES, only approved ones move the balance."""

    paid_on: date
    voucher_number: str
    purpose: str
    line: str
    payee: str
    amount_fen: int
    state: str
    entered_by: str
    decided_by: str
    voucher_name: str


@dataclass(frozen=True)
class Ledger:
    """The whole ledger of a programme; `lines` are (name, planned fen) in their order.

    `entries` stand in the order of days. `contract_fen` is what the contract gives, from which the balance
    runs down.
    """

    programme: str
    organisation: str
    contract_fen: int
    lines: tuple[tuple[str, int], ...]
    entries: tuple[Entry, ...]
    made_by: str
    made_at: datetime


def running(ledger: Ledger) -> list[tuple[Entry, int, int]]:
    """Return each entry with what has been spent and what is left after it, in fen."""
    spent = 0
    found = []
    for entry in ledger.entries:
        spent += entry.amount_fen if entry.state == "approved" else 0
        found.append((entry, spent, ledger.contract_fen - spent))
    return found


def ledger_workbook(ledger: Ledger) -> bytes:
    """Return the ledger as xlsx: by day, by line with subtotals, and the sums of the lines."""
    title = f"{ledger.programme}经费支出专账"
    blocks: list[Block] = [
        Heading("编制说明"),
        Paragraph("累计支出、结余和小计只计入已审批的支出；待审批、已退回、已撤回的记录列示而不计入。"),
        Paragraph("冲销以负数列示；任何记录均不删除、不改写。"),
        _journal(ledger),
        _by_line(ledger),
        _sums(ledger),
    ]
    document = Document(
        title=title,
        subtitle="",
        issuer=ledger.organisation,
        facts=(
            ("项目名称", ledger.programme),
            ("核算单位", ledger.organisation),
            ("合同金额", f"{amount(ledger.contract_fen)}元"),
            ("导出人", ledger.made_by),
        ),
        made_at=ledger.made_at,
        footer="",
        blocks=tuple(blocks),
    )
    return document_workbook(document, "说明", {})


def _money(fen: int, *, head: bool = False, short: bool = False) -> Cell:
    return Cell(amount(fen), align="right", value=fen, kind="money", head=head, short=short)


def _text(text: str, align: str = "left") -> Cell:
    return Cell(text, align=align)


def _entry(number: int, entry: Entry, spent: Cell, left: Cell) -> tuple[Cell, ...]:
    return (
        Cell(str(number), align="center", value=number, kind="integer"),
        Cell(chinese_date(entry.paid_on), align="center", value=entry.paid_on, kind="date"),
        _text(entry.voucher_number, "center"),
        _text(entry.purpose),
        _text(entry.line),
        _text(entry.payee),
        _money(entry.amount_fen, short=entry.amount_fen < 0),
        spent,
        left,
        _text(STATES[entry.state], "center"),
        _text(entry.entered_by, "center"),
        _text(entry.decided_by, "center"),
        _text(entry.voucher_name),
    )


WIDTHS = (0.8, 1.8, 1.7, 3.4, 1.8, 2.6, 1.7, 1.9, 1.9, 1.2, 1.3, 1.3, 2.4)


def _heads(titles: Sequence[str]) -> tuple[Cell, ...]:
    return tuple(Cell(title, align="center", head=True) for title in titles)


def _journal(ledger: Ledger) -> Table:
    rows = [_heads(HEAD)]
    for number, (entry, spent, left) in enumerate(running(ledger), start=1):
        rows.append(_entry(number, entry, _money(spent), _money(left, short=left < 0)))
    return Table("序时账", WIDTHS, tuple(rows), small=True)


def _by_line(ledger: Ledger) -> Table:
    """Return the entries under each line, with the line's subtotal and its own balance."""
    rows = [_heads(HEAD)]
    total = 0
    for name, planned in ledger.lines:
        spent = 0
        mine = [entry for entry in ledger.entries if entry.line == name]
        for number, entry in enumerate(mine, start=1):
            spent += entry.amount_fen if entry.state == "approved" else 0
            rows.append(_entry(number, entry, _money(spent), _money(planned - spent, short=planned < spent)))
        total += spent
        rows.append(_subtotal(f"{name} 小计（预算{amount(planned)}元）", spent, planned - spent))
    planned = sum(fen for _, fen in ledger.lines)
    rows.append(_subtotal(f"合计（预算{amount(planned)}元）", total, planned - total))
    return Table("分科目明细账", WIDTHS, tuple(rows), small=True)


def _subtotal(words: str, spent: int, left: int) -> tuple[Cell, ...]:
    return (
        Cell(words, colspan=6, align="right", head=True),
        _money(spent, head=True),
        _money(spent, head=True),
        _money(left, head=True, short=left < 0),
        Cell("", colspan=4, head=True),
    )


def _sums(ledger: Ledger) -> Table:
    titles = ("预算科目", "预算数（元）", "已审批支出（元）", "待审批（元）", "结余（元）", "执行率", "笔数")
    rows = [_heads(titles)]
    lines = [(name, planned, [e for e in ledger.entries if e.line == name]) for name, planned in ledger.lines]
    for name, planned, mine in lines:
        rows.append(_sum_row(name, planned, mine, head=False))
    rows.append(
        _sum_row(
            "合计", sum(planned for _, planned, _ in lines), [e for *_, m in lines for e in m], head=True
        )
    )
    return Table("科目汇总", (2.6, 2.0, 2.0, 2.0, 2.0, 1.3, 1.0), tuple(rows))


def _sum_row(name: str, planned: int, entries: Sequence[Entry], *, head: bool) -> tuple[Cell, ...]:
    spent = sum(e.amount_fen for e in entries if e.state == "approved")
    pending = sum(e.amount_fen for e in entries if e.state == "pending")
    counted = sum(e.state == "approved" for e in entries)
    rate = Decimal(spent) / Decimal(planned) if planned else None
    return (
        Cell(name, head=head),
        _money(planned, head=head),
        _money(spent, head=head),
        _money(pending, head=head),
        _money(planned - spent, head=head, short=planned < spent),
        Cell("—" if rate is None else percent(rate), align="right", head=head, value=rate, kind="share"),
        Cell(str(counted), align="right", head=head, value=counted, kind="integer"),
    )


def ledger_csv(ledger: Ledger) -> bytes:
    """Return the journal as csv, UTF-8 with a mark that Excel knows it by; amounts as 1234.50.

    Text that a spreadsheet would take for a formula gets an apostrophe in front; negative amounts stay
    numbers.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(HEAD)
    for number, (entry, spent, left) in enumerate(running(ledger), start=1):
        row = [
            str(number),
            entry.paid_on.isoformat(),
            entry.voucher_number,
            entry.purpose,
            entry.line,
            entry.payee,
            _plain_yuan(entry.amount_fen),
            _plain_yuan(spent),
            _plain_yuan(left),
            STATES[entry.state],
            entry.entered_by,
            entry.decided_by,
            entry.voucher_name,
        ]
        figures = (6, 7, 8)
        writer.writerow([cell if x in figures else _no_formula(cell) for x, cell in enumerate(row)])
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


def _plain_yuan(fen: int) -> str:
    return amount(fen).replace(",", "")


def _no_formula(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
