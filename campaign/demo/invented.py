"""Invented names, firms and figures of the demonstration; every name says that it is an example."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

PASSWORD = "demo-qichuang"  # noqa: S105 - printed on the terminal, for a demonstration without real data

LOGINS = (
    ("admin", "示例管理员", "administrator", "centre"),
    ("lead", "示例负责人", "lead", "province"),
    ("publicity", "示例宣传员", "publicity", "province"),
    ("planner", "示例策划员", "planner", "province"),
    ("reviewer", "示例审核员", "reviewer", "centre"),
    ("observer", "示例观察员", "observer", "province"),
)

TOPICS = (
    ("高效换热器的三百次试验", "technological", "换热器"),
    ("柔性产线一天换十种产品", "organizational", "产线"),
    ("百年陶艺里的微米级釉面", "process", "陶艺"),
    ("听得懂方言的养老机器人", "technological", "机器人"),
    ("海上风机叶片的无损体检", "technological", "风电"),
    ("把车间交给班组长的改革", "organizational", "车间"),
    ("竹纤维替代塑料的配方", "process", "竹材"),
    ("高精度轴承的静音之路", "technological", "轴承"),
    ("一张图管理千台设备", "organizational", "设备"),
    ("古法红糖的连续结晶工艺", "process", "食品"),
    ("深海密封圈的自主配方", "technological", "密封"),
    ("园区共享中试线", "organizational", "中试"),
)
FIRST_FILMS = 2

REGIONS = ("广州市", "深圳市", "东莞市", "中山市", "汕头市", "佛山市", "珠海市", "韶关市")
ENTERPRISE_TYPES = ("private", "provincial", "central", "local_state")

SCENES = (
    "示例园区外景",
    "生产线上",
    "核心部件",
    "电路设计",
    "创新团队",
    "数字模型",
    "成效数据",
    "负责人感言",
)


@dataclass(frozen=True)
class DemoCase:
    """One row of the demonstration's summary table."""

    number: int
    title: str
    enterprise: str
    people: str
    contact: str
    phone: str
    kind: str
    region: str
    enterprise_type: str
    by_park: bool
    lecture: bool

    @property
    def story(self) -> str:
        """A story to the outline of P8; plainly an example."""
        return STORY.format(title=self.title, enterprise=self.enterprise, region=self.region)


STORY = (
    "创新背景：{enterprise}（示例企业，位于{region}）多年为同一道难题所困，进口设备价格高、交货慢，"
    "一线工程师决定自己动手。\n"
    "攻坚历程：团队从一次偶然的现场观察得到启发，先用简易装置验证原理，再用正交试验缩小参数范围。"
    "前后三百余次试验，失败记录装满两个文件柜，最终形成可以量产的方案，这就是“{title}”的由来。\n"
    "创新感悟：把问题拆小、把记录做细、让一线的人说话，是这个案例最值得推广的经验。"
    "（本文为演示数据，人物、企业与事件均为虚构。）"
)


def cases(count: int = 36) -> list[DemoCase]:
    """The demonstration's cases, the same every time."""
    found = []
    for index in range(count):
        topic, kind, short = TOPICS[index % len(TOPICS)]
        series = index // len(TOPICS)
        title = topic if series == 0 else f"{topic}（第{series + 1}期）"
        found.append(
            DemoCase(
                number=index + 1,
                title=title,
                enterprise=f"示例{short}科技有限公司{'' if series == 0 else '甲乙丙丁'[series]}",
                people=f"张示例{index + 1:02d}、李示例{index + 1:02d}",
                contact=f"王示例{index + 1:02d}",
                phone=f"020-0000{index + 1:04d}",
                kind=kind,
                region=REGIONS[index % len(REGIONS)],
                enterprise_type=ENTERPRISE_TYPES[index % len(ENTERPRISE_TYPES)],
                by_park=index % 3 == 0,
                lecture=index < 12,
            )
        )
    return found


@dataclass(frozen=True)
class DemoPiece:
    """One published piece: outlet by name, days before today, cases by number."""

    outlet: str
    title: str
    kind: str
    days_ago: int
    cases: tuple[int, ...]
    evidence: bool = True


PIECES = (
    DemoPiece("南方日报", "示例：车间里走出的创新故事", "report", 62, (1, 2)),
    DemoPiece("羊城晚报", "示例：三百次试验换来一台换热器", "report", 50, (1,)),
    DemoPiece("广东广播电视台", "示例：走进园区看创新", "report", 41, (4, 12)),
    DemoPiece("深圳特区报", "示例：机器人学会听方言", "report", 33, (4,)),
    DemoPiece("科技日报", "示例：一省企业典型创新案例综述", "comprehensive", 21, (1, 2, 3, 4, 5)),
    DemoPiece("中国科学报", "示例：微创新里的大文章", "report", 15, (3,)),
    DemoPiece("南方日报", "示例：风机叶片的体检师", "report", 9, (5,), evidence=False),
    DemoPiece("经济日报", "示例：园区共享中试线的启示", "report", 4, (12,)),
)

AGENDA = (
    (10, "签到入场", "示例会务组"),
    (5, "主持人开场", "示例主持人"),
    (10, "主办单位致辞", "示例领导"),
    (60, "典型创新案例宣讲", "宣讲团"),
    (20, "互动交流", "示例主持人"),
    (15, "展品参观", "示例会务组"),
)
EXHIBITS = (
    ("可拆解的换热器模型", 1, 2021, (92, 88, 95)),
    ("会听方言的陪伴机器人", 4, 2022, (95, 90, 98)),
    ("叶片无损检测互动台", 5, 2020, (90, 86, 91)),
)
# Planned amounts in fen, by budget line; together the contract's 200,000 yuan.
PLAN_FEN = {
    "会议费": 3_000_000,
    "视频制作费": 6_000_000,
    "宣传推广费": 4_000_000,
    "印刷出版费": 2_500_000,
    "专家咨询费": 1_500_000,
    "劳务费": 1_000_000,
    "差旅费": 1_000_000,
    "其他费用": 1_000_000,
}
# Budget line, fen, days before today, payee, purpose.
EXPENSES = (
    ("印刷出版费", 1_860_000, 58, "示例印务社", "案例材料印制"),
    ("视频制作费", 3_250_000, 40, "示例影视工作室", "视频素材采集"),
    ("会议费", 2_480_000, 26, "示例会展公司", "宣讲活动场地与直播"),
    ("视频制作费", 1_275_050, 11, "示例剪辑工作室", "短视频剪辑"),
    # The last one waits for approval.
    ("差旅费", 238_600, 3, "示例旅行社", "宣讲团差旅"),
)


def shifted(today: date) -> tuple[date, date]:
    """The demonstration programme's period: begun a hundred days ago, with fifty days to go."""
    return today - timedelta(days=100), today + timedelta(days=50)
