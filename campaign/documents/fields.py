"""The fields an officer's template may use, with their values and what they mean (A17).

Names are Chinese, since they are typed into Word by office staff. `values` gives what the fields say now,
`FIELDS` explains them on the page; a test proves that both know the same names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from campaign.documents.facts import Facts, Reached, risks
from campaign.formatting import date_zh, datetime_zh, local, money, share
from campaign.messages import N_

Values = dict[str, Any]
# More titles than this make no sentence; the annex has them all.
LISTED = 8


@dataclass(frozen=True)
class FieldGroup:
    """Fields under one name; a `repeats` group is a list whose fields stand inside `{% for … %}`."""

    name: str
    why: str
    members: tuple[tuple[str, str], ...] = ()
    repeats: str = ""


_TARGET = (
    ("名称", N_("title")),
    ("单位", N_("unit")),
    ("要求", N_("how many are required")),
    ("完成", N_("how many are there")),
    ("本月新增", N_("how many of them are of the month")),
    ("差额", N_("how many are lacking")),
    ("应达", N_("how many an even pace would have reached")),
    ("完成率", N_("share of what is required")),
    ("期限", N_("due day")),
)
_LECTURE = (
    ("名称", N_("title")),
    ("时间", N_("begin")),
    ("地点", N_("venue")),
    ("现场人数", N_("people on site")),
    ("线上人数", N_("people online")),
)
FIELDS: tuple[FieldGroup, ...] = (
    FieldGroup("项目", N_("title of the programme")),
    FieldGroup("年度", N_("year of the programme")),
    FieldGroup("省级科协", N_("the organisation that runs the programme")),
    FieldGroup("采购单位", N_("the centre that purchases it")),
    FieldGroup("项目负责人", N_("project lead")),
    FieldGroup("实施期限", N_("first and last day of the programme")),
    FieldGroup("截止日期", N_("the day the figures stand for")),
    FieldGroup("月份", N_("month of a monthly report")),
    FieldGroup("下月", N_("the month after it")),
    FieldGroup("目标数", N_("number of targets")),
    FieldGroup("达到数", N_("number of targets met")),
    FieldGroup(
        "案例",
        N_("cases"),
        (
            ("总数", N_("all cases that are not turned down")),
            ("选定", N_("chosen ones")),
            ("地区数", N_("regions they come from")),
            ("有文字材料", N_("ones with a written story")),
        ),
    ),
    FieldGroup(
        "报道", N_("published pieces"), (("累计", N_("all counted ones")), ("本月", N_("those of the month")))
    ),
    FieldGroup(
        "经费",
        N_("money of the programme"),
        (
            ("合同金额", N_("what the contract gives")),
            ("支出", N_("approved expenses")),
            ("本月支出", N_("those paid in the month")),
            ("待审批", N_("expenses that wait for approval")),
            ("有待审批", N_("whether there are any; for {% if … %}")),
            ("结余", N_("what is left of the contract")),
            ("执行率", N_("share of the contract that is spent")),
            ("笔数", N_("number of approved expenses")),
        ),
    ),
    FieldGroup("目标列表", N_("all targets"), _TARGET, "目标"),
    FieldGroup("已达到的目标", N_("targets that are met"), _TARGET, "目标"),
    FieldGroup("未达到的目标", N_("targets that are not met yet"), _TARGET, "目标"),
    FieldGroup("落后的目标", N_("targets behind their pace"), _TARGET, "目标"),
    FieldGroup("本月有进展的目标", N_("targets that gained something in the month"), _TARGET, "目标"),
    FieldGroup(
        "科目",
        N_("budget lines"),
        (
            ("名称", N_("title")),
            ("预算", N_("planned amount")),
            ("支出", N_("approved expenses")),
            ("待审批", N_("expenses that wait for approval")),
            ("结余", N_("what is left of it")),
        ),
        "科目",
    ),
    FieldGroup(
        "本月报道",
        N_("the first eight published pieces of the month"),
        (("标题", N_("title")), ("媒体", N_("outlet")), ("日期", N_("day"))),
        "报道",
    ),
    FieldGroup("宣讲活动", N_("lecture events held"), _LECTURE, "活动"),
    FieldGroup("本月宣讲", N_("lecture events of the month"), _LECTURE, "活动"),
    FieldGroup("待办宣讲", N_("lecture events to come"), _LECTURE, "活动"),
    FieldGroup("风险", N_("what endangers the contract, in sentences"), (), "事项"),
)


def values(facts: Facts) -> Values:
    """What every field says for these facts."""
    programme, profile = facts.programme, facts.profile
    targets = [_target(one) for one in facts.targets]
    state = dict(zip((t["名称"] for t in targets), facts.targets, strict=True))
    chosen = [case for case in facts.cases if case.state == "selected"]
    month_coverage = [row for row in facts.coverage if facts.in_month(row.published_on)]
    held = [event for event in facts.lectures if event.state == "held" and event.starts_at <= facts.as_of]
    return {
        "项目": programme.title,
        "年度": profile.year,
        "省级科协": programme.organisation.name,
        "采购单位": profile.organisations.centre,
        "项目负责人": programme.lead.name if programme.lead else "（待定）",
        "实施期限": f"{date_zh(programme.starts_on)}至{date_zh(programme.ends_on)}",
        "截止日期": date_zh(facts.day),
        "月份": month_zh(facts.month or facts.day.strftime("%Y-%m")),
        "下月": month_zh(_next_month(facts.month or facts.day.strftime("%Y-%m"))),
        "目标数": len(targets),
        "达到数": sum(one.met for one in facts.targets),
        "案例": {
            "总数": len(facts.cases),
            "选定": len(chosen),
            "地区数": len({case.region for case in facts.cases if case.region}),
            "有文字材料": sum(bool(case.story.strip()) for case in facts.cases),
        },
        "报道": {"累计": len(facts.coverage), "本月": len(month_coverage)},
        "经费": _money(facts),
        "目标列表": targets,
        "已达到的目标": [t for t in targets if state[t["名称"]].met],
        "未达到的目标": [t for t in targets if not state[t["名称"]].met],
        "落后的目标": [t for t in targets if state[t["名称"]].behind],
        "本月有进展的目标": [t for t in targets if state[t["名称"]].in_month],
        "科目": [
            {
                "名称": line.name,
                "预算": money(line.planned_fen),
                "支出": money(line.spent_fen),
                "待审批": money(line.pending_fen),
                "结余": money(line.planned_fen - line.spent_fen),
            }
            for line in facts.lines
        ],
        "本月报道": [
            {"标题": row.title, "媒体": row.outlet.name, "日期": date_zh(row.published_on)}
            for row in month_coverage[:LISTED]
        ],
        "宣讲活动": _events(held),
        "本月宣讲": _events([event for event in held if facts.in_month(local(event.starts_at).date())]),
        "待办宣讲": _events([event for event in facts.lectures if event.starts_at > facts.as_of]),
        "风险": list(risks(facts)),
    }


def month_zh(month: str) -> str:
    """2024-09 as 2024年9月."""
    year, number = month.split("-")
    return f"{year}年{int(number)}月"


def _next_month(month: str) -> str:
    year, number = (int(part) for part in month.split("-"))
    return f"{year + number // 12}-{number % 12 + 1:02d}"


def _target(one: Reached) -> Mapping[str, Any]:
    target = one.target
    return {
        "名称": target.title,
        "单位": target.unit,
        "要求": target.required,
        "完成": one.actual,
        "本月新增": len(one.in_month),
        "差额": max(target.required - one.actual, 0),
        "应达": one.pace.expected,
        "完成率": share(one.actual / target.required if target.required else 1),
        "期限": date_zh(target.due),
    }


def _money(facts: Facts) -> Mapping[str, Any]:
    total = facts.profile.budget.total_fen or 0
    approved = [row for line in facts.lines for row in line.approved]
    return {
        "合同金额": money(total),
        "支出": money(facts.spent_fen),
        "本月支出": money(sum(row.amount_fen for row in approved if facts.in_month(row.spent_on))),
        "待审批": money(facts.pending_fen),
        "有待审批": facts.pending_fen != 0,
        "结余": money(total - facts.spent_fen),
        "执行率": share(facts.spent_fen / total if total else None),
        "笔数": len(approved),
    }


def _events(rows: Sequence[Any]) -> list[Mapping[str, Any]]:
    return [
        {
            "名称": row.title,
            "时间": _moment(row.starts_at),
            "地点": row.venue,
            "现场人数": row.attendance_on_site,
            "线上人数": row.attendance_online,
        }
        for row in rows
    ]


def _moment(value: date | datetime) -> str:
    return datetime_zh(value) if isinstance(value, datetime) else date_zh(value)
