"""A thousand rows of coverage whose right count is known by how they were made (A11, B2, B5).

Each block below makes rows of one kind and says itself, by plain words, what each row counts for; nothing of
the product is asked. `python -m tests.campaign.placements.thousand` prints the counting table.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

REPORT, COMPREHENSIVE, AUTHORITATIVE = "报道", "综述", "权威投放"
HEADINGS = ("媒体", "标题", "链接", "发布日期", "类型", "案例", "证据", "渠道", "版面", "下线日期")
STARTS, ENDS = date(2024, 7, 1), date(2024, 11, 30)
LISTED_LATE = date(2024, 9, 15)
PROOF = "证据/页面.pdf"

# name, level, first day on the list (None: on no list), aliases, domain
OUTLETS = (
    *((f"示例中央报{n}", "central", date(2021, 1, 1), (), f"zhongyang{n}.example") for n in range(6)),
    *((f"示例省报{n}", "provincial", None, (), f"shengbao{n}.example") for n in range(8)),
    *((f"示例名单省报{n}", "provincial", date(2021, 1, 1), (), f"mingdan{n}.example") for n in range(8)),
    *((f"示例市报{n}", "municipal", None, (), f"shibao{n}.example") for n in range(5)),
    ("示例卫视", "provincial", date(2021, 1, 1), (), "weishi.example"),
    ("示例新晋省报", "provincial", LISTED_LATE, (), "xinjin.example"),
    ("示例三名网", "provincial", None, ("示例三名网客户端", "三名新闻"), "sanming.example"),
)
CASES = ("示例案例甲", "示例案例乙")
FIRMS = (
    "珠江精密轴承厂",
    "韩江特种陶瓷社",
    "东江智能装备所",
    "北江低温泵业行",
    "西江激光焊接站",
    "鉴江海洋防腐坊",
    "漠阳江新材料铺",
    "练江水处理公司",
    "榕江数控刀具厂",
    "流溪河生物药企",
    "增江光学玻璃局",
    "绥江环保滤芯部",
    "贺江无人船舶队",
    "新丰江储能电站",
    "武江稀土永磁院",
    "浈江航空紧固件",
    "翁江超硬磨料店",
    "滃江食品机械组",
    "罗定江纺织印染",
    "潭江卫浴五金帮",
    "螺河风电叶片库",
    "黄冈河冷链物流",
    "九洲江糖业工坊",
    "南渡河水产育苗",
    "石马河模具中心",
)
DEEDS = (
    "攻克高速主轴温升难题",
    "把废水变成洁净蒸汽",
    "三年磨出国产替代件",
    "用算法排好每道工序",
    "让老车间亮起数字灯",
    "从图纸走到远洋甲板",
    "跨界组队破解卡点",
    "一线工人改良夹具",
    "专家驻厂解开裂纹谜",
    "首台套通过冬季试验",
    "园区共享中试平台",
    "青年团队夺下订单",
    "材料配方减碳四成",
    "边角余料再造新品",
    "绿色电力点亮窑炉",
    "海上平台实现自检",
    "机器视觉盯住瑕疵",
    "柔性产线日换五款",
    "专利组合走向海外",
    "师徒传承显微手艺",
    "联合实验室结硕果",
    "小零件撑起大工程",
    "寒夜抢修保住供暖",
    "标准写进国际文本",
    "农机穿行梯田之间",
    "高原试车一次成功",
    "雨林监测装上慧眼",
    "桥梁体检不再封路",
    "新工艺省下整条线",
    "老专利唤醒新市场",
)


@dataclass
class Row:
    """One row, what it is, and what it counts for."""

    what: str
    cells: dict[str, str]
    state: str = "new"
    counts_for: frozenset[str] = frozenset()


@dataclass
class Thousand:
    """The rows, and the counts added up while they were made."""

    rows: list[Row] = field(default_factory=list)
    totals: Counter[str] = field(default_factory=Counter)
    used: set[str] = field(default_factory=set)
    _serial: int = 0

    def title(self) -> str:
        at = self._serial
        self._serial += 1
        return f"{FIRMS[at % len(FIRMS)]}{DEEDS[at // len(FIRMS)]}"

    def add(self, what, outlet, title, day, kind="报道", counts=(), state="new", address=None, **cells):
        """Take a row down; `counts` is what it counts for."""
        number = len(self.rows)
        domain = next(o[4] for o in OUTLETS if outlet == o[0] or outlet in o[3])
        if address is None:
            address = f"https://www.{domain}/news/{day:%Y-%m}/c{number}.html"
        row = {
            "媒体": outlet,
            "标题": title,
            "链接": address,
            "发布日期": day.isoformat(),
            "类型": kind,
            "证据": PROOF,
            **cells,
        }
        self.rows.append(Row(what, row, state, frozenset(counts)))
        self.totals.update(counts)
        self.used.add(next(o[0] for o in OUTLETS if outlet == o[0] or outlet in o[3]))
        return row

    def as_csv(self) -> bytes:
        out = io.StringIO()
        writer = csv.DictWriter(out, HEADINGS, restval="")
        writer.writeheader()
        writer.writerows(row.cells for row in self.rows)
        return out.getvalue().encode("utf-8-sig")


def day_of(number: int, latest: int = 120) -> date:
    """A day inside the programme, with room for copies after it."""
    return STARTS + timedelta(days=number % latest)


def make() -> Thousand:
    """All thousand rows, always the same."""
    out = Thousand()
    plain = [
        out.add("省级媒体报道", f"示例省报{n % 8}", out.title(), day_of(n), counts=[REPORT])
        for n in range(250)
    ]
    for n in range(120):
        counts = [COMPREHENSIVE, AUTHORITATIVE]
        out.add("中央媒体综述", f"示例中央报{n % 6}", out.title(), day_of(n), "综述性报道", counts)
    listed = [
        out.add(
            "名单内省级报道",
            f"示例名单省报{n % 8}",
            out.title(),
            day_of(n),
            counts=[REPORT, AUTHORITATIVE],
        )
        for n in range(100)
    ]
    for n in range(30):
        where = {"address": "", "版面": "19:00 新闻联播", "渠道": "电视"}
        out.add("电视播出，无链接", "示例卫视", out.title(), day_of(n), "播出", [AUTHORITATIVE], **where)
    for n in range(100):
        out.add("市级媒体，级别不够", f"示例市报{n % 5}", out.title(), day_of(n))
    for n in range(40):
        out.add("没有证据", f"示例名单省报{n % 8}", out.title(), day_of(n), 证据="")
    for n in range(30):
        day = STARTS - timedelta(days=1 + n) if n % 2 else ENDS + timedelta(days=1 + n)
        out.add("项目期外", f"示例名单省报{n % 8}", out.title(), day)
    for n in range(30):
        # Until 14 September the outlet was not on the list; on the 15th it was.
        if n < 15:
            day = LISTED_LATE - timedelta(days=1 + n)
            out.add("入选名单之前", "示例新晋省报", out.title(), day, counts=[REPORT])
        else:
            day = LISTED_LATE + timedelta(days=n - 15)
            out.add("入选名单之后", "示例新晋省报", out.title(), day, counts=[REPORT, AUTHORITATIVE])
    _duplicates(out, plain)
    _copies(out, listed)
    _traps(out)
    return out


def _duplicates(out: Thousand, plain: list[dict[str, str]]) -> None:
    """The same address again, written in another way: nothing new."""
    ways = {
        "http 与 https": lambda a: a.replace("https://", "http://"),
        "手机域名": lambda a: a.replace("www.", "m."),
        "跟踪参数": lambda a: a + "?utm_source=wx&from=timeline&isappinstalled=0",
        "全角字符": lambda a: a.translate({ord(c): ord(c) + 0xFEE0 for c in "abcdefghijklmnopqrstuvwxyz:/."}),
        "锚点": lambda a: a + "#comments",
        "大写域名": lambda a: a.replace("www.", "WWW."),
    }
    for at, (what, way) in enumerate(ways.items()):
        for source in plain[at * 10 : at * 10 + 10]:
            day = date.fromisoformat(source["发布日期"])
            out.add(
                f"重复：{what}",
                source["媒体"],
                source["标题"],
                day,
                state="known",
                address=way(source["链接"]),
            )
    for n in range(10):
        title, day = out.title(), day_of(n)
        first = out.add("一家媒体三个名字", "示例三名网", title, day, counts=[REPORT])
        for alias in ("示例三名网客户端", "三名新闻"):
            out.add("重复：别名", alias, title, day, state="known", address=first["链接"])


def _copies(out: Thousand, listed: list[dict[str, str]]) -> None:
    """Syndication: one report, several placements; each authoritative outlet and channel is one use."""
    for n in range(100):
        source = listed[n % 50]
        day = date.fromisoformat(source["发布日期"]) + timedelta(days=1 + n % 3)
        mark = ("", "转载：", "【企业创新】")[n % 3]
        outlet = f"示例中央报{(n + n // 50) % 6}"
        out.add("转载到名单内媒体", outlet, mark + source["标题"], day, "转载", [AUTHORITATIVE])
    for n in range(30):
        source = listed[50 + n]
        day = date.fromisoformat(source["发布日期"]) + timedelta(days=2)
        title = source["标题"] + ("" if n % 2 else "_示例省报网")
        out.add("照登为自采报道", f"示例省报{n % 8}", title, day)
    for n in range(20):
        source = listed[80 + n]
        day = date.fromisoformat(source["发布日期"]) + timedelta(days=1)
        where = {"渠道": "客户端", "address": f"https://app.example/{n}/detail"}
        out.add("同一媒体的客户端", source["媒体"], source["标题"], day, "转载", [AUTHORITATIVE], **where)
    for n in range(20):
        source = listed[80 + n]
        day = date.fromisoformat(source["发布日期"]) + timedelta(days=3)
        out.add("同一媒体同一渠道另一地址", source["媒体"], source["标题"], day)


def _traps(out: Thousand) -> None:
    for n in range(10):
        title, day = out.title(), day_of(n)
        out.add("同题不同案例", f"示例省报{n % 8}", title, day, counts=[REPORT], 案例=CASES[0])
        out.add("同题不同案例", f"示例省报{(n + 3) % 8}", title, day, counts=[REPORT], 案例=CASES[1])
    for n in range(15):
        gone = {"下线日期": (ENDS - timedelta(days=n)).isoformat()}
        out.add("项目期内已下线", f"示例名单省报{n % 8}", out.title(), day_of(n), **gone)
    for n in range(5):
        gone = {"下线日期": (ENDS + timedelta(days=1 + n)).isoformat()}
        counts = [REPORT, AUTHORITATIVE]
        out.add("项目结束后才下线", f"示例名单省报{n}", out.title(), day_of(n), counts=counts, **gone)


def counting_table(made: Thousand) -> str:
    """What the rows are, how many, and what they count for, as text."""
    lines = [f"{'行':>5} {REPORT:>4} {COMPREHENSIVE:>4} {AUTHORITATIVE:>6}  类别"]
    kinds = list(dict.fromkeys(row.what for row in made.rows))
    for kind in [*kinds, "合计"]:
        rows = [row for row in made.rows if kind in (row.what, "合计")]
        sums = Counter(target for row in rows for target in row.counts_for)
        lines.append(
            f"{len(rows):>6} {sums[REPORT]:>6} {sums[COMPREHENSIVE]:>6} {sums[AUTHORITATIVE]:>8}  {kind}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    print(counting_table(make()))  # noqa: T201 - what the command is for
