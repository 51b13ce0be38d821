"""Reports of every kind with names that hold rare characters, made from the province of `samples`."""

from dataclasses import fields, replace
from decimal import Decimal

from reports.data import (
    AssessedIndicator,
    Column,
    CountedAnnex,
    Deliverable,
    MoneyLine,
    MonthLine,
    ProjectReport,
    RuleText,
    Section,
)
from tests.reports.samples import province_report

RARE = "𠮷䶮喆镕犇"
KINDS = ("monthly", "execution", "summary", "performance", "acceptance")
PARTS = {
    "monthly": ("overview", "done", "undone", "next", "risks", "money"),
    "execution": ("overview", "organisation", "execution", "money", "problems"),
    "summary": ("overview", "practice", "results", "experience", "problems", "next"),
    "performance": ("summary", "achievement", "analysis", "problems", "experience"),
    "acceptance": ("basis", "problems", "conclusion"),
}
EXPENSES = (
    ("2024-09-03", "印刷出版费", "1234567", "已审批"),
    ("2024-10-08", "印刷出版费", "-200001", "已审批"),
    ("2024-10-09", "印刷出版费", "99999", "待审批"),
    ("2024-10-10", "会议费", "300003", "已审批"),
)
EXPENSE_COLUMNS = (
    Column("日期", "date"),
    Column("预算科目"),
    Column("金额（元）", "money"),
    Column("状态"),
)


def project_report(kind, **changes):
    """A province in November; `changes` replace whole fields."""
    base = province_report(cases=6, placements=25, clips=3, expenses=0)
    old = {field.name: getattr(base, field.name) for field in fields(base)}
    annexes = tuple(
        CountedAnnex(
            annex.key,
            annex.number,
            annex.title,
            annex.columns,
            annex.rows,
            row_ids=tuple(f"{annex.key}:{number}" for number in range(1, len(annex.rows) + 1)),
        )
        for annex in base.annexes[:3]
    )
    ledger = CountedAnnex(
        "expenses",
        "附件4",
        "经费支出明细",
        EXPENSE_COLUMNS,
        EXPENSES,
        row_ids=tuple("expense:" + n for n in "1234"),
    )
    indicators = tuple(
        AssessedIndicator(**{f.name: getattr(i, f.name) for f in fields(i)}, proposed=i.score, key=i.name)
        for i in base.indicators
    )
    month = "2024-10" if kind == "monthly" else ""
    report = ProjectReport(
        **(old | {"annexes": (*annexes, ledger), "indicators": indicators, "project_lead": RARE}),
        kind=kind,
        number=3,
        month=month,
        sections=tuple(
            Section(key, f"部分{n}", (f"{RARE}写的{key}。",)) for n, key in enumerate(PARTS[kind])
        ),
        rules=(RuleText("clips", "A12", "短视频", "片长120秒，允许相差15秒。", '{"required": 30}'),),
        money=(
            MoneyLine(
                "印刷出版费",
                2_000_000,
                1_034_566,
                99_999,
                -200_001 if month else 0,
                (1, 2),
                (2,) if month else (),
            ),
            MoneyLine("会议费", 200_000, 300_003, 0, 300_003 if month else 0, (4,), (4,) if month else ()),
        ),
        risks=("“会议费”已超支1,000.03元。",),
        months=(
            MonthLine("clips", "2024-10", (2, 3), 2),
            *(() if month else (MonthLine("clips", "2024-09", (1,), 1),)),
        ),
        deliverables=(
            Deliverable(
                "clips", "A12", "短视频", "30条", "3条", "short", note="12月补齐。", target_key="clips"
            ),
            Deliverable(
                "work_rules", "A2", "工作细则1份", "按要求履行", RARE, "accepted", proof="粤科协〔2024〕1号"
            ),
            Deliverable("hall_column", "A9", "办事大厅专栏", "按要求履行", "", "to_check"),
        )
        if kind == "acceptance"
        else (),
    )
    executed = sum(int(row[2]) for row in EXPENSES if row[3] == "已审批")
    report = replace(report, funds=replace(report.funds, executed_fen=executed))
    if kind != "performance":
        report = replace(report, indicators=())
    return replace(report, summary=(), **changes)


def weighed(report, *weights):
    """The same report with these weights on its first indicators."""
    changed = tuple(replace(i, weight=Decimal(w)) for i, w in zip(report.indicators, weights, strict=False))
    return replace(report, indicators=(*changed, *report.indicators[len(changed) :]))
