"""A lecture event as its papers see it, invented: every list filled, with what users paste."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from reports.lecture_data import Cost, Duty, Guest, LecturePlan, Medium, Risk, ShowItem, Task, ToldCase

STARTS = datetime(2024, 10, 25, 6, 30, tzinfo=UTC)

CASES = tuple(
    ToldCase(title, enterprise, region, by_park, speaker, post, stand_in, materials)
    for title, enterprise, region, by_park, speaker, post, stand_in, materials in (
        ("“拧”出来的千分之一毫米", "示例精密制造有限公司", "广州市", True, "林示例", "总工程师", "何示例",
         "讲稿、课件、视频"),
        ("海上风机叶片的回收之路", "虚构新能源股份有限公司", "汕尾市", False, "𠮷示例", "研发经理", "",
         "讲稿、课件"),
        ("=SUM(A1:A9)与<b>质检</b>“机器眼”", "演示视觉科技有限公司", "东莞市", True, "", "", "", ""),
    )
)  # fmt: skip

GUESTS = tuple(
    Guest(name, title, organisation, role, answer)
    for name, title, organisation, role, answer in (
        ("甲示例", "党组书记、主席", "某省科学技术协会", "致辞", "出席"),
        ("乙示例", "中国工程院院士", "示例大学", "点评", "出席"),
        ("丙示例", "副主席", "某省科学技术协会", "出席", "出席"),
        ("丁示例", "管委会主任", "示例高新技术产业园区", "致辞", "派员"),
        ("欧阳示例", "主席", "某市科学技术协会", "出席", "未回复"),
    )
)

MEDIA = (
    Medium("示例日报", "省级", "戊示例", "综述性报道1篇", "出席"),
    Medium("演示广播电视台", "省级", "", "新闻1条、专题片", "未回复"),
)


def _agenda():
    lines = (
        (30, "sign_in", "签到入场", "", "滚动播放宣传片", "背景音乐", "己示例", "签到码、胸牌", True, None),
        (5, "opening", "开场并介绍嘉宾", "", "主视觉", "", "庚示例", "", True, None),
        (8, "address", "领导致辞", "甲示例", "嘉宾姓名条", "话筒1", "庚示例", "", False, None),
        (12, "lecture", "案例宣讲一", "", "课件", "话筒2", "辛示例", "课件、视频", True, CASES[0]),
        (12, "lecture", "案例宣讲二", "", "课件", "话筒2", "辛示例", "课件", False, CASES[1]),
        (10, "comment", "专家点评", "乙示例", "主视觉", "", "庚示例", "", False, None),
        (3, "closing", "活动结束", "", "主视觉", "背景音乐", "庚示例", "", False, None),
    )
    at = STARTS
    for minutes, kind, title, person, screen, cue, charge, materials, ready, case in lines:
        until = at + timedelta(minutes=minutes)
        yield ShowItem(
            at, until, minutes, kind, title, person or (case.speaker if case else ""), "壬示例", screen, cue,
            charge, materials, ready, case,
        )  # fmt: skip
        at = until


PLAN = LecturePlan(
    title="2024年某省企业典型创新案例宣讲活动",
    project="2024年企业典型创新案例征集及宣讲活动",
    issuer="某省科学技术协会",
    state_line="第2版，待审核",
    made_at=datetime(2024, 10, 8, 1, 0, tzinfo=UTC),
    starts_at=STARTS,
    ends_at=STARTS + timedelta(minutes=90),
    theme="企业创新，湖北有我",
    purpose="宣传企业科技工作者攻坚克难的故事。\n弘扬科学家精神、工匠精神。",
    organisers="中国科协企业创新服务中心\n某省科学技术协会",
    undertakers="某市科学技术协会\n示例高新技术产业园区",
    supporters="",
    venue="科技会堂",
    park="示例高新技术产业园区",
    address="某市示例大道1号",
    rooms="一层报告厅；二层候会室",
    seats=200,
    travel="省科协门口12:30统一乘车。",
    stream="https://live.example.org/2024",
    channels="视频号“示例科协”\n园企科协办事大厅活动专栏",
    host="壬示例",
    contact="癸示例",
    phone="020-00000000",
    note="着正装。",
    cases=CASES,
    guests=GUESTS,
    media=MEDIA,
    agenda=tuple(_agenda()),
    duties=(
        Duty("会务组", "己示例", "子示例、丑示例", "会场布置、签到、引导、午餐。"),
        Duty("宣传组", "寅示例", "卯示例", "媒体邀请、直播、摄影摄像、通稿。"),
    ),
    costs=(Cost("场地租赁", "会议费", 1_200_000, "含音响"), Cost("直播服务", "宣传推广费", 880_050, "")),
    risks=(
        Risk("直播中断", "切换备用网络和备用机位，主持人暖场。", "辰示例"),
        Risk("主讲人缺席", "备选主讲人上台。", "辛示例"),
    ),
    tasks=(
        Task("方案及宣讲材料送中心审核", "癸示例", date(2024, 10, 11), date(2024, 10, 10), ""),
        Task("嘉宾邀请函发出", "己示例", date(2024, 10, 14), None, "电子版同时发"),
    ),
)  # fmt: skip


def empty(plan=PLAN):
    """Return the plan of an event of which nothing but title, time and place is known."""
    names = ("cases", "guests", "media", "agenda", "duties", "costs", "risks", "tasks", "hall")
    words = (
        "theme", "purpose", "organisers", "undertakers", "supporters", "park", "address", "rooms", "travel",
        "stream", "channels", "host", "contact", "phone", "note",
    )  # fmt: skip
    return replace(plan, seats=None, **dict.fromkeys(names, ()), **dict.fromkeys(words, ""))
