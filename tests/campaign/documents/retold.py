"""The words and scores of the reports worked out anew from the recount (C)."""

from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal

from campaign.documents.words import Stated
from campaign.programmes.profiles import load
from tests.campaign.documents.recount import number, share, yuan, zh
from tests.campaign.documents.retabled import approved_count

PROFILE = load("guangdong-2024")
NOW = datetime(2024, 11, 20, 3, 0, tzinfo=UTC)
STATED = {
    "reach": Stated(share=90, actual="覆盖21个地市", reason="部分数据未回收", remedy="年底前补齐"),
    "satisfaction": Stated(share=95, actual=""),
}


def scores(count):
    """(indicator, actual in words, weight, score, met), by the customary rule (C)."""
    found = []
    for one in PROFILE.self_assessment.indicators:
        weight, stated = Decimal(one.weight), STATED.get(one.key)
        if one.target_key:
            got, wanted = count.actual(one.target_key), count.target(one.target_key).required
            words = f"{got}{count.target(one.target_key).unit}"
        elif one.level2 == "cost":
            # A ceiling: kept here, so all points.
            assert 0 <= count.spent <= count.contract
            got, wanted, words = 1, 1, f"实际支出{yuan(count.spent)}元"
        else:
            got, wanted = (stated.share, 100) if stated else (0, 100)
            words = (stated.actual or f"达到指标值的{stated.share} %") if stated else "尚未填报"
        score = min(weight, (weight * got / wanted).quantize(Decimal("0.01"), ROUND_HALF_UP))
        found.append((one, words, weight, score, got >= wanted))
    return found


def total(count):
    funds = (Decimal(10) * count.spent / count.contract).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return funds, funds + sum((row[3] for row in scores(count)), Decimal(0))


def grade(score):
    return next((word for limit, word in ((90, "优"), (80, "良"), (60, "中")) if score >= limit), "差")


def values(session, count):
    """What the templates' fields say, worked out anew."""
    profile, programme = PROFILE, count.programme

    def one(key):
        target = count.target(key)
        got = count.actual(key)
        return {
            "名称": target.title,
            "单位": target.unit,
            "要求": target.required,
            "完成": got,
            "本月新增": len(count.in_month(key, count.month)) if count.month else 0,
            "差额": max(target.required - got, 0),
            "应达": count.expected(key),
            "完成率": share(got, target.required),
            "期限": zh(target.due),
        }

    def events(where):
        rows = count.all(
            "select title, strftime('%Y-%m-%d %H:%M', starts_at, '+8 hours'), venue, attendance_on_site, "  # noqa: S608 - words of this file
            "attendance_online from lecture_event "
            f"where programme_id = :p and {where} order by starts_at, id",
            now=NOW.strftime("%Y-%m-%d %H:%M:%S") if not count.month else f"{count.day} 15:59:59",
        )
        return [
            {
                "名称": title,
                "时间": f"{zh(date.fromisoformat(at[:10]))} {at[11:]}",
                "地点": venue,
                "现场人数": here,
                "线上人数": online,
            }
            for title, at, venue, here, online in rows
        ]

    all_targets = {key: one(key) for key in count.keys}
    cases, pieces = count.cases(), count.pieces()
    of_month = [day for day in pieces if count.month and day[:7] == count.month]
    month = count.month or count.day.isoformat()[:7]
    spent, pending = count.spent, count.fen("pending")
    return {
        "项目": programme.title,
        "年度": profile.year,
        "省级科协": programme.organisation.name,
        "采购单位": "中国科协企业创新服务中心",
        "项目负责人": programme.lead.name if programme.lead else "（待定）",
        "实施期限": f"{zh(programme.starts_on)}至{zh(programme.ends_on)}",
        "截止日期": zh(count.day),
        "月份": f"2024年{int(month[5:])}月",
        "下月": f"2024年{int(month[5:]) + 1}月",
        "目标数": len(count.keys),
        "达到数": sum(map(count.met, count.keys)),
        "案例": {
            "总数": len(cases),
            "选定": sum(row[2] == "selected" for row in cases),
            "地区数": len({row[1] for row in cases if row[1]}),
            "有文字材料": sum(bool(row[3]) for row in cases),
        },
        "报道": {"累计": len(pieces), "本月": len(of_month)},
        "经费": {
            "合同金额": f"{yuan(count.contract)}元",
            "支出": f"{yuan(spent)}元",
            "本月支出": f"{yuan(count.fen('approved', month=count.month) if count.month else 0)}元",
            "待审批": f"{yuan(pending)}元",
            "有待审批": pending != 0,
            "结余": f"{yuan(count.contract - spent)}元",
            "执行率": share(spent, count.contract),
            "笔数": approved_count(count),
        },
        "目标列表": list(all_targets.values()),
        "已达到的目标": [all_targets[key] for key in count.keys if count.met(key)],
        "未达到的目标": [all_targets[key] for key in count.keys if not count.met(key)],
        "落后的目标": [all_targets[key] for key in count.keys if count.lags(key)],
        "本月有进展的目标": [
            all_targets[key] for key in count.keys if count.month and count.in_month(key, count.month)
        ],
        "科目": [
            {
                "名称": name,
                "预算": f"{yuan(planned)}元",
                "支出": f"{yuan(count.fen('approved', line=line))}元",
                "待审批": f"{yuan(count.fen('pending', line=line))}元",
                "结余": f"{yuan(planned - count.fen('approved', line=line))}元",
            }
            for line, name, planned in count.lines()
        ],
        "本月报道": [
            {"标题": title, "媒体": outlet, "日期": zh(date.fromisoformat(day))}
            for title, outlet, day in count.all(
                "select title, outlet.name, published_on from placement join outlet on outlet.id = outlet_id "  # noqa: S608 - numbers of this test
                f"where placement.id in ({', '.join(map(str, _pieces_of(count)) or '0')}) "
                "order by published_on, placement.id"
            )
        ][:8],
        "宣讲活动": events("state = 'held' and starts_at <= :now"),
        "本月宣讲": events(
            "state = 'held' and starts_at <= :now and strftime('%Y-%m', starts_at, '+8 hours') = :month"
        ),
        "待办宣讲": events("state <> 'cancelled' and starts_at > :now"),
        "风险": risks(count),
    }


def _pieces_of(count):
    keys = ("media_reports", "comprehensive_reports")
    return sorted({row for key in keys for row in count.in_month(key, count.month)}) if count.month else []


def risks(count):
    found = []
    for key in count.keys:
        if count.lags(key):
            target, overdue = count.target(key), count.day > count.target(key).due
            wanted = target.required if overdue else count.expected(key)
            found.append(
                f"{target.title}按进度应达到{wanted}{target.unit}，实际{count.actual(key)}{target.unit}，"
                f"落后{wanted - count.actual(key)}{target.unit}。"
            )
    for line, name, planned in count.lines():
        left = planned - count.fen("approved", line=line)
        if left < 0:
            found.append(f"“{name}”超支{yuan(-left)}元。")
    for line, name, planned in count.lines():
        left, pending = planned - count.fen("approved", line=line), count.fen("pending", line=line)
        if 0 <= left < pending:
            found.append(f"“{name}”待审批的支出全部通过后将超支{yuan(pending - left)}元。")
    planned = sum(line[2] for line in count.lines())
    if planned != count.contract:
        found.append(f"各科目预算合计{yuan(planned)}元，合同金额为{yuan(count.contract)}元。")
    outside = count.all(
        "select count(*), coalesce(sum(amount_fen), 0) from expense where programme_id = :p and state in "
        "('approved', 'pending') and spent_on <= :day and (spent_on < :first or spent_on > :last)",
        first=count.programme.starts_on.isoformat(),
        last=count.programme.ends_on.isoformat(),
    )[0]
    if outside[0]:
        found.append(f"有{outside[0]}笔支出（共{yuan(outside[1])}元）的日期不在项目实施期限内。")
    return found


def spoken(kind, count):
    """The sentences with figures that no template holds."""
    if kind == "acceptance":
        lines = len(PROFILE.targets) + len(PROFILE.duties)
        met = sum(map(count.met, count.keys))
        return [
            (
                f"本项目应交付成果及应履行要求共{lines}项，其中符合{met}项，不符合{len(count.keys) - met}项，"
                f"待核验{len(PROFILE.duties)}项。"
            )
        ]
    if kind != "performance":
        return []
    _funds, score = total(count)
    found = [
        (
            f"截至{zh(count.day)}，设定目标{len(count.keys)}项，已达到{sum(map(count.met, count.keys))}项；"
            f"全年预算{yuan(count.contract)}元，执行{yuan(count.spent)}元，"
            f"执行率{share(count.spent, count.contract)}；"
            f"绩效自评{number(score)}分，评价等级为“{grade(score)}”。"
        )
    ]
    for one, words, weight, points, met in scores(count):
        if not met:
            stated = STATED.get(one.key)
            told = stated and stated.reason
            why = f"{stated.reason} {stated.remedy}" if told else "（待填写偏差原因及改进措施）"
            found.append(
                f"{one.title}：年度指标值{one.target}{one.unit or ''}，实际完成{words}，"
                f"得{number(points)}分（满分{number(weight)}分）。{why}"
            )
    return found
