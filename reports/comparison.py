"""What changed from one report to another: targets, money, and rows that came or went (A17)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from reports import figures
from reports.blocks import Block, Cell, Document, Heading, Paragraph, Table
from reports.data import TITLES, Annex, CountedAnnex, PerformanceReport, ProjectReport
from reports.parts import annex_table
from reports.sheets import document_workbook
from reports.wording import amount, chinese_time, plain

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Change:
    """A figure in both reports; None where one of them does not know it. Money is fen."""

    title: str
    unit: str
    before: Decimal | None
    after: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """What was gained or lost."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True)
class RowChange:
    """A row that was there in both under the same identity, but says something else now."""

    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class AnnexChange:
    """The rows of one annex that came, went, or changed; `counts` says how many there were and are.

    Annexes with other columns than before are not `comparable` row by row.
    """

    annex: Annex
    counts: tuple[int, int]
    added: tuple[tuple[str, ...], ...]
    removed: tuple[tuple[str, ...], ...]
    changed: tuple[RowChange, ...]
    comparable: bool = True

    @property
    def any(self) -> bool:
        """Whether anything is different."""
        return bool(self.added or self.removed or self.changed)


@dataclass(frozen=True)
class Comparison:
    """The whole difference between an earlier and a later report."""

    before: PerformanceReport
    after: PerformanceReport
    targets: tuple[Change, ...]
    money: tuple[Change, ...]
    annexes: tuple[AnnexChange, ...]


def compare(before: PerformanceReport, after: PerformanceReport) -> Comparison:
    """Compare two reports of one programme, of any kinds and formats."""
    return Comparison(before, after, _targets(before, after), _money(before, after), _annexes(before, after))


def _targets(before: PerformanceReport, after: PerformanceReport) -> tuple[Change, ...]:
    was = {line.key: line for line in before.targets}
    now = {line.key: line for line in after.targets}
    found = []
    for key in dict.fromkeys((*now, *was)):
        line = now.get(key) or was[key]
        earlier, later = was.get(key), now.get(key)
        found.append(
            Change(
                line.title, line.unit, earlier.actual if earlier else None, later.actual if later else None
            )
        )
    return tuple(found)


def _money(before: PerformanceReport, after: PerformanceReport) -> tuple[Change, ...]:
    was, now = _ledger(before), _ledger(after)
    return tuple(Change(title, "元", was.get(title), now.get(title)) for title in dict.fromkeys((*now, *was)))


def _ledger(report: PerformanceReport) -> dict[str, Decimal]:
    found = {
        "全年预算数": Decimal(report.funds.budget_year_fen),
        "全年执行数": Decimal(report.funds.executed_fen),
    }
    if isinstance(report, ProjectReport):
        found |= {f"支出：{line.name}": Decimal(line.executed_fen) for line in report.money}
        found["待审批数"] = Decimal(sum(line.pending_fen for line in report.money))
    return found


def _annexes(before: PerformanceReport, after: PerformanceReport) -> tuple[AnnexChange, ...]:
    found = []
    for key in dict.fromkeys(annex.key for annex in (*after.annexes, *before.annexes)):
        earlier, later = figures.annex_of(before, key), figures.annex_of(after, key)
        annex = later or earlier
        if annex is not None:
            found.append(_annex(annex, earlier, later))
    return tuple(found)


def _annex(annex: Annex, earlier: Annex | None, later: Annex | None) -> AnnexChange:
    was, now = earlier.rows if earlier else (), later.rows if later else ()
    counts = (len(was), len(now))
    if earlier and later and earlier.columns != later.columns:
        return AnnexChange(annex, counts, (), (), (), comparable=False)
    old, new = _by_identity(earlier), _by_identity(later)
    if old is None or new is None:
        return AnnexChange(annex, counts, _beyond(now, was), _beyond(was, now), ())
    return AnnexChange(
        annex,
        counts,
        tuple(row for key, row in new.items() if key not in old),
        tuple(row for key, row in old.items() if key not in new),
        tuple(RowChange(old[key], row) for key, row in new.items() if key in old and old[key] != row),
    )


def _by_identity(annex: Annex | None) -> dict[str, tuple[str, ...]] | None:
    """Return the rows by what they were in the programme; None where the annex does not know."""
    if annex is None:
        return {}
    if not isinstance(annex, CountedAnnex) or len(set(annex.row_ids)) != len(annex.rows):
        return None
    return dict(zip(annex.row_ids, annex.rows, strict=True))


def _beyond(
    rows: Sequence[tuple[str, ...]], others: Sequence[tuple[str, ...]]
) -> tuple[tuple[str, ...], ...]:
    """Return the rows that the others do not have, as often as they lack them; for rows without identity."""
    spare = Counter(others)
    found = []
    for row in rows:
        if spare[row]:
            spare[row] -= 1
        else:
            found.append(row)
    return tuple(found)


def name_of(report: PerformanceReport) -> str:
    """Return how a report is called beside another one."""
    if not isinstance(report, ProjectReport):
        return f"{TITLES['performance']} {chinese_time(report.as_of)}"
    return f"{TITLES[report.kind]}（第{report.number}号）{chinese_time(report.as_of)}"


def comparison_workbook(comparison: Comparison) -> bytes:
    """Return the comparison as a workbook: figures, money, and a sheet per annex with changes."""
    before, after = comparison.before, comparison.after
    blocks: list[Block] = [
        Heading("比较"),
        Paragraph(f"较早：{name_of(before)}"),
        Paragraph(f"较晚：{name_of(after)}"),
        _figures("指标变化", comparison.targets, money=False),
        _figures("经费变化", comparison.money, money=True),
    ]
    blocks += [_rows_table(change) for change in comparison.annexes if change.any]
    document = Document(
        title=f"{after.programme}\n报告比较",
        subtitle="",
        issuer=after.province,
        facts=(("项目名称", after.programme),),
        made_at=after.as_of,
        footer="",
        blocks=tuple(blocks),
    )
    return document_workbook(document, "说明", {})


def _figures(place: str, changes: Sequence[Change], *, money: bool) -> Table:
    unit = "元" if money else ""
    titles = (
        "事项",
        *([] if money else ["单位"]),
        *(f"{t}（{unit}）" if unit else t for t in ("较早", "较晚", "变化")),
    )
    rows = [tuple(Cell(text, align="center", head=True) for text in titles)]
    for change in changes:
        values = (change.before, change.after, change.difference)
        rows.append(
            (
                Cell(change.title),
                *([] if money else [Cell(change.unit, align="center")]),
                *(_value(value, money=money) for value in values),
            )
        )
    return Table(place, (4.0, *([] if money else [1.0]), 2.0, 2.0, 2.0), tuple(rows))


def _value(value: Decimal | None, *, money: bool) -> Cell:
    if value is None:
        return Cell("—", align="right")
    if money:
        return Cell(amount(int(value)), align="right", value=int(value), kind="money")
    return Cell(plain(value), align="right", value=value, kind="number")


def _rows_table(change: AnnexChange) -> Table:
    """Return the rows that came, went or changed, each with what happened to it in front."""
    tagged = [("新增", row) for row in change.added] + [("减少", row) for row in change.removed]
    for pair in change.changed:
        tagged += [("变更前", pair.before), ("变更后", pair.after)]
    annex = change.annex
    rows_alone = tuple(row for _, row in tagged)
    table = annex_table(Annex(annex.key, annex.number, annex.title, annex.columns, rows_alone))
    head, *body = table.rows
    rows = (
        (Cell("变化", align="center", head=True), *head[1:]),
        *((Cell(tag, align="center"), *row[1:]) for (tag, _), row in zip(tagged, body, strict=True)),
    )
    return Table(annex.title, table.widths, rows, head_rows=1, small=True)
