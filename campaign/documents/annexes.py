"""What stands in the annexes of a report: every counted row, as canonical text (A17, C).

The text of the documents is Chinese by nature: they are the customary papers of the field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import object_session

from campaign.approvals import plan_counts
from campaign.budget.models import Expense
from campaign.cases.models import Case
from campaign.documents.models import Report
from campaign.exhibits.models import Exhibit
from campaign.films.models import Clip
from campaign.formatting import local
from campaign.lectures.models import LectureEvent
from campaign.placements.models import Outlet, Placement
from campaign.reporting import Column, CountedAnnex

CASE_KINDS = {"organizational": "组织创新", "technological": "技术创新", "process": "工艺创新", "": ""}
PLACEMENT_KINDS = {"report": "报道", "comprehensive": "综述性报道", "broadcast": "直播", "repost": "转载"}
REPORT_KINDS = {
    "monthly": "月度进展报告",
    "execution": "项目执行报告",
    "summary": "工作总结",
    "performance": "绩效报告",
    "acceptance": "验收报告",
}
EXPENSE_STATES = {"approved": "已审批", "pending": "待审批", "refused": "已退回", "withdrawn": "已撤回"}
EXHIBIT_STATES = {"nominated": "已推荐", "shortlisted": "入围", "chosen": "入选", "declined": "未入选"}


@dataclass(frozen=True)
class Layout:
    """How the rows of one kind stand in their annex; `day` is when a row came to count, None when unknown."""

    title: str
    columns: tuple[Column, ...]
    cells: Callable[[Any], tuple[str, ...]]
    day: Callable[[Any], date | None] = lambda row: local(row.created_at).date()


def _case(row: Case) -> tuple[str, ...]:
    return (row.title, row.enterprise.name, row.region, CASE_KINDS[row.kind], str(len(row.story)))


def _clip(row: Clip) -> tuple[str, ...]:
    seconds = "" if row.duration is None else f"{float(row.duration):.2f}".rstrip("0").rstrip(".")
    case = row.case.title if row.case else ""
    return (row.title, case, seconds, str(row.frame_count or ""), row.asset.sha256[:16] if row.asset else "")


def _placement(row: Placement) -> tuple[str, ...]:
    return (
        row.title,
        row.outlet.name,
        PLACEMENT_KINDS[row.kind],
        row.published_on.isoformat(),
        row.address,
        row.evidence.sha256[:12] if row.evidence else "",
    )


def _outlet(row: Outlet) -> tuple[str, ...]:
    return (row.name, row.place, "；".join(listing.list_name for listing in row.listings))


def _lecture(row: LectureEvent) -> tuple[str, ...]:
    return (
        row.title,
        row.starts_at.isoformat(),
        row.venue,
        str(row.attendance_on_site),
        str(row.attendance_online),
    )


def _plan(row: LectureEvent) -> tuple[str, ...]:
    session = object_session(row)
    review = plan_counts.approval_of(session, row) if session else None
    decided = review.decided_at.isoformat() if review and review.decided_at else ""
    decider = review.decided_by.name if review and review.decided_by else ""
    return (
        row.title,
        row.starts_at.isoformat(),
        str(review.version.number) if review else "",
        decided,
        decider,
    )


def _exhibit(row: Exhibit) -> tuple[str, ...]:
    total = "" if row.total is None else str(row.total)
    year = row.enterprise.little_giant_year
    return (row.title, row.enterprise.name, str(year or ""), total, EXHIBIT_STATES[row.state])


def _report(row: Report) -> tuple[str, ...]:
    return (REPORT_KINDS[row.kind], str(row.number), row.as_of.isoformat(), row.snapshot_sha256[:16])


def _expense(row: Expense) -> tuple[str, ...]:
    return (
        row.spent_on.isoformat(),
        row.voucher_number,
        row.line.name,
        row.payee,
        row.purpose,
        str(row.amount_fen),
        EXPENSE_STATES[row.state],
        row.voucher_name,
    )


STORIES = Layout(
    "创新案例文字材料清单",
    (
        Column("案例名称", width=3),
        Column("企业", width=3),
        Column("地区", width=1.2),
        Column("类型", width=1.2),
        Column("字数", "integer", 0.9),
    ),
    _case,
)
CLIPS = Layout(
    "专题视频清单",
    (
        Column("片名", width=3),
        Column("案例", width=3),
        Column("时长（秒）", "number", 1.2),
        Column("帧数", "integer", 1),
        Column("校验码", width=2.2),
    ),
    _clip,
    lambda row: local(row.asset.created_at if row.asset else row.updated_at).date(),
)
PLACEMENTS = Layout(
    "宣传报道清单",
    (
        Column("标题", width=3),
        Column("媒体", width=1.6),
        Column("类型", width=1.2),
        Column("日期", "date", 1.6),
        Column("链接", width=2.6),
        Column("证据校验码", width=2),
    ),
    _placement,
    lambda row: row.published_on,
)
OUTLETS = Layout(
    "联络媒体清单",
    (Column("媒体", width=2), Column("地区"), Column("所依名单", width=3)),
    _outlet,
    lambda _row: None,
)
PLANS = Layout(
    "区域宣讲活动方案审核清单",
    (
        Column("活动名称", width=3.4),
        Column("开始时间", "datetime", 2.4),
        Column("审定版本", "integer", 1),
        Column("审定时间", "datetime", 2.4),
        Column("审定人", width=1.4),
    ),
    _plan,
)
LECTURES = Layout(
    "宣讲活动清单",
    (
        Column("活动", width=3),
        Column("时间", "datetime", 2),
        Column("地点", width=2),
        Column("现场人数", "integer", 1),
        Column("线上人数", "integer", 1),
    ),
    _lecture,
    lambda row: local(row.starts_at).date(),
)
EXHIBITS = Layout(
    "科技展品清单",
    (
        Column("展品", width=2.4),
        Column("企业", width=3),
        Column("认定年份", width=1),
        Column("评分", "number", 0.9),
        Column("状态", width=1),
    ),
    _exhibit,
)
REPORTS = Layout(
    "报告清单",
    (
        Column("报告", width=2),
        Column("编号", "integer", 0.8),
        Column("数据截至", "datetime", 2),
        Column("数据校验码", width=2),
    ),
    _report,
    lambda row: local(row.as_of).date(),
)
EXPENSES = Layout(
    "经费支出明细",
    (
        Column("日期", "date", 1.6),
        Column("凭证号", width=1.5),
        Column("预算科目", width=1.4),
        Column("收款方", width=1.9),
        Column("用途", width=2.2),
        Column("金额（元）", "money", 1.4),
        Column("状态", width=1.0),
        Column("凭证", width=1.6),
    ),
    _expense,
    lambda row: row.spent_on,
)

# Targets of one family share one annex, so that a row that counts twice stands once.
FAMILIES: tuple[tuple[str, Layout, frozenset[str]], ...] = (
    ("stories", STORIES, frozenset({"cases.story"})),
    ("clips", CLIPS, frozenset({"clips.finished", "clips.approved", "clips.published"})),
    (
        "placements",
        PLACEMENTS,
        frozenset({"placements.report", "placements.comprehensive", "placements.authoritative"}),
    ),
    ("outlets", OUTLETS, frozenset({"outlets.contacted"})),
    ("lectures", LECTURES, frozenset({"lectures.province"})),
    ("plans", PLANS, frozenset({"lectures.plans"})),
    ("exhibits", EXHIBITS, frozenset({"exhibits.nominated"})),
    ("reports", REPORTS, frozenset({"reports.monthly", "reports.final"})),
)


@dataclass(frozen=True)
class Evidence:
    """The annex behind a target and the running numbers (from 1) of its rows there.

    `by_row` finds the number of a row by its id.
    """

    key: str
    numbers: tuple[int, ...]
    by_row: Mapping[int, int] = field(default_factory=dict)

    def of(self, rows: Sequence[Any]) -> tuple[int, ...]:
        """The running numbers of these rows, in their order."""
        return tuple(self.by_row[row.id] for row in rows)


def lay_out(
    counted: Sequence[tuple[str, Sequence[Any]]],
) -> tuple[tuple[CountedAnnex, ...], list[Evidence | None]]:
    """Put counted rows into annexes: one entry of `counted` is (what it counts, its rows), in target order.

    The second result says for each entry where its rows stand; None where nothing is collected.
    """
    annexes: list[CountedAnnex] = []
    places: list[Evidence | None] = [None] * len(counted)
    for key, layout, words in FAMILIES:
        mine = [(index, rows) for index, (what, rows) in enumerate(counted) if what in words]
        if not mine:
            continue
        numbers: dict[int, int] = {}
        ordered: list[Any] = []
        for _index, rows in mine:
            for row in rows:
                if row.id not in numbers:
                    ordered.append(row)
                    numbers[row.id] = len(ordered)
        for index, rows in mine:
            places[index] = Evidence(key, tuple(sorted(numbers[row.id] for row in rows)), numbers)
        annexes.append(_annex(key, len(annexes) + 1, layout, ordered))
    return tuple(annexes), places


def expenses_annex(rows: Sequence[Expense], number: int) -> CountedAnnex:
    """The ledger behind the funds (A1)."""
    return _annex("expenses", number, EXPENSES, rows)


def _annex(key: str, number: int, layout: Layout, rows: Sequence[Any]) -> CountedAnnex:
    return CountedAnnex(
        key,
        f"附件{number}",
        layout.title,
        layout.columns,
        tuple(layout.cells(row) for row in rows),
        row_ids=tuple(f"{row.__tablename__}:{row.id}" for row in rows),
    )


def layout_of(what: str) -> Layout | None:
    """How the rows of a target's kind stand in their annex; None where nothing is collected."""
    return next((layout for _key, layout, words in FAMILIES if what in words), None)
