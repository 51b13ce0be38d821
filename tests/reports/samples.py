"""Reports as a province would have them: a full one, one of the first day, one of very long texts."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from reports.data import (
    BENEFIT,
    OUTPUT,
    SATISFACTION,
    Annex,
    Column,
    Count,
    FundsLine,
    Indicator,
    PacePoint,
    PerformanceReport,
    TargetLine,
)
from reports.figures import proposed_score

CITIES = ("武汉市", "宜昌市", "襄阳市", "黄石市", "十堰市", "荆州市", "孝感市", "恩施州", "神农架林区")
TYPES = ("组织创新", "技术创新", "工艺创新")
OUTLETS = ("湖北日报", "极目新闻", "长江云", "科技日报", "人民网湖北频道")
PURCHASER, PROVINCE = "中国科协企业创新服务中心", "湖北省科学技术协会"
PROGRAMME = "2024年湖北省企业典型创新案例宣传推广"


def _cases(count):
    return tuple(
        (
            f"一种面向第{n}代产线的激光焊接工艺创新",
            f"湖北某某{n}号光电技术股份有限公司",
            CITIES[n % len(CITIES)],
            TYPES[n % 3],
            "是" if n % 3 == 0 else "否",
        )
        for n in range(1, count + 1)
    )


def _placements(count):
    start = date(2024, 8, 1)
    return tuple(
        (
            f"敢为人先：记第{n}家企业的创新之路",
            OUTLETS[n % len(OUTLETS)],
            (start + timedelta(days=n)).isoformat(),
            "综述性报道" if n % 20 == 0 else "报道",
            f"https://news.example.cn/2024/{n:04d}.html",
        )
        for n in range(1, count + 1)
    )


def _clips(count):
    return tuple(
        (
            f"第{n}集：看得见的创新",
            f"湖北某某{n}号光电技术股份有限公司",
            str(118 + n % 5),
            "2024-09-30T06:00:00+00:00",
        )
        for n in range(1, count + 1)
    )


def _expenses(count):
    return tuple(
        (f"2024-09-{n % 28 + 1:02d}", f"V2024-{n:03d}", "短视频制作费", str(123_450 + n * 100))
        for n in range(1, count + 1)
    )


CASE_COLUMNS = (
    Column("案例名称", width=4.2),
    Column("完成单位", width=4),
    Column("地区", width=1.6),
    Column("案例类型", width=1.6),
    Column("园区科协推荐", width=1.5),
)
PLACEMENT_COLUMNS = (
    Column("标题", width=4.4),
    Column("媒体", width=2),
    Column("日期", kind="date", width=2),
    Column("类别", width=1.7),
    Column("网址", width=4),
)
CLIP_COLUMNS = (
    Column("片名", width=4),
    Column("完成单位", width=4),
    Column("时长（秒）", kind="integer", width=1.5),
    Column("完成时间", kind="datetime", width=3),
)
EXPENSE_COLUMNS = (
    Column("日期", kind="date", width=2),
    Column("凭证号", width=2),
    Column("用途", width=4),
    Column("金额", kind="money", width=2),
)


def indicator(  # noqa: PLR0917 - one line of the form per call, read as a row
    level1, level2, name, requirement, required, actual, unit, weight, reason="", remedy=""
):
    required, actual, weight = Decimal(required), Decimal(actual), Decimal(weight)
    return Indicator(
        level1=level1,
        level2=level2,
        name=name,
        requirement=requirement,
        target_text=f"≥{required}{unit}",
        actual_text=f"{actual}{unit}",
        weight=weight,
        score=proposed_score(weight, required, actual),
        met=actual >= required,
        reason=reason,
        remedy=remedy,
    )


def target(key, requirement, title, unit, required, actual, **more):
    required, actual = Decimal(required), Decimal(actual)
    return TargetLine(
        key=key,
        requirement=requirement,
        title=title,
        unit=unit,
        required=required,
        actual=actual,
        due=date(2024, 11, 30),
        met=actual >= required,
        **more,
    )


def province_report(cases=100, placements=60, clips=25, expenses=40):
    """A province in November: everything reached but the clips."""
    comprehensive = tuple(n for n in range(1, placements + 1) if n % 20 == 0)
    reports = tuple(n for n in range(1, placements + 1) if n % 20)
    spent = sum(int(row[3]) for row in _expenses(expenses))
    annexes = (
        Annex("cases", "附件1", "企业典型创新案例清单", CASE_COLUMNS, _cases(cases)),
        Annex("placements", "附件2", "宣传报道清单", PLACEMENT_COLUMNS, _placements(placements)),
        Annex("clips", "附件3", "短视频清单", CLIP_COLUMNS, _clips(clips)),
        Annex("expenses", "附件4", "经费支出明细", EXPENSE_COLUMNS, _expenses(expenses)),
    )
    return PerformanceReport(
        snapshot_id="R-2024-0007",
        programme=PROGRAMME,
        year=2024,
        purchaser=PURCHASER,
        province=PROVINCE,
        period_start=date(2024, 7, 1),
        period_end=date(2024, 11, 30),
        project_lead="李喆镕",
        prepared_by="王犇",
        as_of=datetime(2024, 11, 20, 8, 30, tzinfo=UTC),
        summary=(
            (
                "项目由湖北省科学技术协会组织实施，面向全省园区科协、企业科协征集企业典型创新案例，经县、市、省三级"
                "遴选，形成一批真实、新颖、可借鉴的创新故事，并通过报道、短视频、宣讲活动和科技展品向社会传播。"
            ),
            (
                "各市（州）科协按名额差额推荐，省科协组织专家评审和网络投票，全过程接受监督，成果版权归采购单位所有，"
                "未经审核同意不对外发布。"
            ),
        ),
        targets=(
            target("cases", "A13", "撰写企业典型创新案例故事", "篇", 100, cases, annex_key="cases"),
            target(
                "reports",
                "A11",
                "省级媒体宣传报道",
                "篇次",
                5,
                len(reports),
                annex_key="placements",
                annex_rows=reports,
            ),
            target(
                "comprehensive",
                "A11",
                "权威主流媒体综述性报道",
                "篇",
                1,
                len(comprehensive),
                annex_key="placements",
                annex_rows=comprehensive,
            ),
            target(
                "clips",
                "A12",
                "短视频（每条约两分钟）",
                "条",
                30,
                clips,
                annex_key="clips",
                note="另有5条待采购单位审核。",
            ),
        ),
        funds=FundsLine(20_000_000, 20_000_000, spent),
        yearly_goal="征集并宣传100个企业典型创新案例，制作30条短视频，举办1场省级宣讲活动，营造鼓励企业创新的社会氛围。",
        yearly_achievement=f"完成案例{cases}个、报道{placements}篇次、短视频{clips}条，省级宣讲活动如期举办。",
        indicators=(
            indicator(OUTPUT, "数量指标", "案例故事数量", "A13", 100, cases, "篇", 10),
            indicator(OUTPUT, "数量指标", "省级媒体报道数量", "A11", 5, len(reports), "篇次", 8),
            indicator(
                OUTPUT,
                "数量指标",
                "短视频数量",
                "A12",
                30,
                clips,
                "条",
                10,
                "部分企业素材为竖屏手机拍摄，不符合标准，需补拍。",
                "12月10日前完成补拍和剪辑，送采购单位审核。",
            ),
            indicator(OUTPUT, "质量指标", "园区科协推荐案例占比", "A5", 30, 33, "%", 8),
            indicator(OUTPUT, "时效指标", "省级宣讲活动按期举办率", "A7", 100, 100, "%", 8),
            indicator(OUTPUT, "成本指标", "项目总成本控制率", "A1", 100, 100, "%", 6),
            indicator(BENEFIT, "社会效益指标", "报道总阅读量", "A11", 50, 126, "万次", 15),
            indicator(BENEFIT, "可持续影响指标", "案例入选全国故事集数量", "B6", 5, 8, "个", 15),
            indicator(SATISFACTION, "服务对象满意度指标", "参与企业满意度", "C", 90, "96.5", "%", 10),
        ),
        annexes=annexes,
        cases_by_type=tuple(Count(t, sum(row[3] == t for row in _cases(cases))) for t in TYPES),
        cases_by_city=tuple(Count(c, sum(row[2] == c for row in _cases(cases))) for c in CITIES),
        coverage=(
            PacePoint("7月", 0, Decimal(0)),
            PacePoint("8月", placements // 4, Decimal(15)),
            PacePoint("9月", placements // 2, Decimal(30)),
            PacePoint("10月", placements * 3 // 4, Decimal(45)),
            PacePoint("11月", placements, Decimal(60)),
            PacePoint("12月", None, Decimal(75)),
        ),
    )


def first_day_report():
    """The day a programme is set up: nothing has happened yet."""
    full = province_report(cases=0, placements=0, clips=0, expenses=0)
    return replace(
        full,
        summary=(),
        yearly_achievement="",
        coverage=(),
        cases_by_type=(),
        cases_by_city=(),
        indicators=tuple(replace(i, reason="", remedy="") for i in full.indicators),
    )


def long_text_report():
    """Long names, long reasons, no place to break a line, and rare characters of names."""
    full = province_report(cases=12, placements=20, clips=3, expenses=5)
    long = "因素材拍摄周期、企业生产保密审查与台风天气多重影响，" * 12
    address = "https://news.example.cn/" + "a-very-long-path-" + "withoutanybreak0123456789" * 5
    cases = replace(
        full.annexes[0],
        rows=(
            ("一种" + "超大口径多级联动智能柔性" * 8 + "装备", *full.annexes[0].rows[0][1:]),
            *full.annexes[0].rows[1:],
        ),
    )
    placements = replace(
        full.annexes[1], rows=((*full.annexes[1].rows[0][:4], address), *full.annexes[1].rows[1:])
    )
    return replace(
        full,
        programme=PROGRAMME + "暨“建功支点，企业创新，湖北有我”系列主题宣讲与科技展品推荐活动项目",
        project_lead="𠮷䶮喆",
        annexes=(cases, placements, *full.annexes[2:]),
        yearly_goal=full.yearly_goal * 6,
        yearly_achievement=full.yearly_achievement * 6,
        indicators=tuple(
            i if i.met else replace(i, reason=i.reason + long, remedy=i.remedy + long)
            for i in full.indicators
        ),
        targets=tuple(
            replace(t, title=t.title + "（含各市州及省级学会推荐并经审核通过的部分）") for t in full.targets
        ),
    )
