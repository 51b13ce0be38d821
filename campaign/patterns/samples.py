"""What the pattern page shows: invented cases, targets and reviews in the words of the field."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from sqlalchemy import StaticPool, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Optional

from campaign.listing import Badge, Column, Filter, Listing, contains

CITIES = ("广州", "深圳", "珠海", "汕头", "佛山", "东莞", "中山", "湛江", "肇庆", "江门")
TYPES = {"technological": "技术创新", "process": "工艺创新", "organizational": "组织创新"}
STATES = {
    "approved": Badge("success", "审核通过"),
    "review": Badge("info", "待中心审核", "hourglass-split"),
    "returned": Badge("warning", "退回修改", "arrow-return-left"),
    "missing": Badge("danger", "缺视频"),
    "draft": Badge("neutral", "草稿"),
}
STORIES = (
    ("深海浮式风电平台一体化安装技术", "南海重工装备有限公司"),
    ("让老窑焕新的低碳烧成工艺", "石湾陶瓷科技股份有限公司"),
    ("一滴油膜里的国产高端轴承", "粤港精密轴承制造有限公司"),
    ("园区科协牵线，三家企业共建中试平台", "松山湖材料创新有限公司"),
    ("无人机巡检让山区电网少跑八千里", "云岭智能电力科技有限公司"),
    ("把实验室搬进荔枝园", "岭南果业科技有限公司"),
    ("微米级点胶机的三百次失败", "创世纪自动化设备有限公司"),
    ("从代工到标准制定者", "中山照明科技集团有限公司"),
)


class SampleBase(DeclarativeBase):
    """Tables that live in memory and belong to the pattern page alone."""


class SampleCase(SampleBase):
    """A case as the list of the pattern page shows it."""

    __tablename__ = "sample_case"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    enterprise: Mapped[str]
    city: Mapped[str]
    case_type: Mapped[str]
    state: Mapped[str]
    coverage: Mapped[int]
    spent_fen: Mapped[int]
    received_on: Mapped[dt.date]


COLUMNS = (
    Column("title", "案例", sort=SampleCase.title, link=lambda row: f"?case={row.id}#list", primary=True),
    Column("enterprise", "完成单位", sort=SampleCase.enterprise),
    Column("city", "推荐地市", sort=SampleCase.city),
    Column("case_type", "类型", cell=lambda row: TYPES[row.case_type], hide="phone"),
    Column("state", "状态", kind="badge", sort=SampleCase.state, cell=lambda row: STATES[row.state]),
    Column("coverage", "报道", kind="number", sort=SampleCase.coverage),
    Column("spent_fen", "支出", kind="money", sort=SampleCase.spent_fen),
    Column("received_on", "收到日期", kind="date", sort=SampleCase.received_on),
)
FILTERS = (
    Filter(
        "city",
        "地市",
        choices=[(one, one) for one in CITIES],
        apply=lambda q, v: q.where(SampleCase.city == v),
    ),
    Filter(
        "type", "类型", choices=list(TYPES.items()), apply=lambda q, v: q.where(SampleCase.case_type == v)
    ),
    Filter(
        "state",
        "状态",
        choices=[(key, badge.text) for key, badge in STATES.items()],
        apply=lambda q, v: q.where(SampleCase.state == v),
    ),
    Filter("from", "收到日期不早于", kind="date", apply=lambda q, d: q.where(SampleCase.received_on >= d)),
)


@cache
def _engine() -> Any:  # noqa: ANN401 - an engine, cached for the life of the process
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    SampleBase.metadata.create_all(engine)
    states = list(STATES)
    kinds = list(TYPES)
    with Session(engine) as session:
        for n in range(47):
            title, enterprise = STORIES[n % len(STORIES)]
            session.add(
                SampleCase(
                    title=title if n < len(STORIES) else f"{title}（{n // len(STORIES) + 1}）",
                    enterprise=enterprise,
                    city=CITIES[n * 7 % len(CITIES)],
                    case_type=kinds[n % 3],
                    state=states[n * 3 % 5],
                    coverage=n * 5 % 13,
                    spent_fen=n * 123_450,
                    received_on=dt.date(2024, 9, 1) + dt.timedelta(days=n),
                )
            )
        session.commit()
    return engine


def sample_listing(args: Any) -> Listing:  # noqa: ANN401 - request.args
    """Build the living list of the page; it can be searched, filtered, sorted and paged like any other."""
    with Session(_engine(), expire_on_commit=False) as session:
        return Listing.build(
            session,
            select(SampleCase),
            COLUMNS,
            FILTERS,
            search=contains(SampleCase.title, SampleCase.enterprise),
            args=args,
            default_sort="-received_on",
            per_page=12,
        )


class SampleForm(FlaskForm):
    """One field of each kind, refused as a real form would be."""

    title = StringField("案例名称", [DataRequired("请填写案例名称"), Length(max=60)])
    case_type = RadioField(
        "案例类型",
        [DataRequired("请选择案例类型")],
        choices=[SelectChoice(key, text) for key, text in TYPES.items()],
    )
    city = SelectField("推荐单位", choices=[SelectChoice(one, f"{one}市科协") for one in CITIES])
    received_on = DateField("收到日期", [DataRequired("请按 2024-09-16 的格式填写日期")])
    seats = IntegerField("名额", [Optional()])
    story = TextAreaField("案例概要（创新故事）", [DataRequired("请填写案例概要")])
    cases = SelectMultipleField(
        "涉及案例",
        [DataRequired("请至少选择一个案例")],
        choices=[SelectChoice(str(n), f"{title} · {unit}") for n, (title, unit) in enumerate(STORIES)],
    )
    proof = FileField("佐证材料", [Optional()])
    lecture = BooleanField("推荐为宣讲案例")


@dataclass(frozen=True)
class SampleTarget:
    """What ``gauge`` needs to know of a target."""

    title: str
    actual: int
    target: int
    expected: int | None
    unit: str
    state: str
    gap: int = 0
    due_on: dt.date | None = dt.date(2024, 11, 30)
    url: str | None = "#gauges"
    requirement: str | None = None


TARGETS = (
    SampleTarget("案例短视频", 22, 30, 18, "条", "ahead", requirement="A12"),
    SampleTarget("省级媒体报道", 3, 5, 3, "篇", "on_pace", requirement="A11"),
    SampleTarget("创新故事文稿", 41, 100, 62, "篇", "behind", 21, requirement="A13"),
    SampleTarget("省级宣讲活动", 0, 1, 1, "场", "overdue", 1, dt.date(2024, 10, 31), requirement="A7"),
    SampleTarget("综述性报道", 2, 1, 1, "篇", "met", requirement="A11"),
    SampleTarget("科技展品推荐", 0, 10, 0, "件", "not_started", requirement="A14"),
)


@dataclass(frozen=True)
class SampleJob:
    """What ``job_progress`` needs to know of a job."""

    id: str
    title: str
    state: str
    progress: float
    message: str = ""
    error: str = ""
    can_retry: bool = False
    can_cancel: bool = False
    poll_url: str | None = None


JOBS = (
    SampleJob(
        "b",
        "生成绩效报告",
        "failed",
        0.4,
        error="磁盘空间不足：还差 1.2 GB。请联系管理员清理后重试。",
        can_retry=True,
    ),
    SampleJob("c", "导入汇总表 120 行", "done", 1.0, "写入 120 个案例"),
)


@dataclass(frozen=True)
class SampleEntry:
    """What ``review_thread`` needs to know of an entry."""

    kind: str
    author: str
    at: dt.datetime
    body: str = ""
    version: int | None = None
    timecode: str | None = None


THREAD = (
    SampleEntry(
        "submitted",
        "陈思远",
        dt.datetime(2024, 10, 21, 1, 30, tzinfo=dt.UTC),
        "宣讲方案与 10 个案例讲稿，请审核。",
        1,
    ),
    SampleEntry(
        "commented",
        "林岚",
        dt.datetime(2024, 10, 22, 3, 5, tzinfo=dt.UTC),
        "这里的厂区空镜里有行人入镜，请换一段。",
        timecode="00:01:07:12",
    ),
    SampleEntry(
        "returned",
        "林岚",
        dt.datetime(2024, 10, 22, 3, 20, tzinfo=dt.UTC),
        "同一地市有 3 个宣讲案例，超过 2 个的上限；请调整后重新送审。",
        1,
    ),
    SampleEntry(
        "submitted", "陈思远", dt.datetime(2024, 10, 23, 7, 45, tzinfo=dt.UTC), "已换下湛江的 1 个案例。", 2
    ),
    SampleEntry("approved", "林岚", dt.datetime(2024, 10, 24, 2, 0, tzinfo=dt.UTC), "", 2),
)


@dataclass(frozen=True)
class SampleRow:
    """What ``import_preview`` needs to know of a row."""

    number: int
    cells: tuple[str, ...]
    faults: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True)
class SampleProblem:
    """What ``import_preview`` needs to know of a problem."""

    where: str
    message: str
    row: int | None = None
    level: str = "error"


SHEET_COLUMNS = ("完成单位", "案例名称", "完成人员", "联系人及职务", "联系电话", "案例类型", "推荐为宣讲案例")
SHEET = (
    SampleRow(
        5,
        (
            "南海重工装备有限公司",
            "深海浮式风电平台一体化安装技术",
            "李明、周航",
            "李明 总工",
            "13800000001",
            "技术创新",
            "是",
        ),
    ),
    SampleRow(
        6,
        (
            "石湾陶瓷科技股份有限公司",
            "让老窑焕新的低碳烧成工艺",
            "梁焕荣",
            "黄敏 主任",
            "13800000002",
            "工艺创新",
            "否",
        ),
    ),
    SampleRow(
        7,
        ("云岭智能电力科技有限公司", "", "赵一川", "赵一川 经理", "13800000003", "技术创新", "否"),
        frozenset({1}),
    ),
    SampleRow(
        8,
        ("岭南果业科技有限公司", "把实验室搬进荔枝园", "何秀英", "何秀英", "1380000", "技术革新", "是"),
        frozenset({4, 5}),
    ),
)
PROBLEMS = (
    SampleProblem("第 7 行 案例名称", "案例名称为空，请补填后重新导入。", 7),
    SampleProblem("第 8 行 联系电话", "“1380000” 不是完整的电话号码。", 8),
    SampleProblem("第 8 行 案例类型", "“技术革新” 不在组织创新、技术创新、工艺创新之中。", 8),
    SampleProblem("第 3 行", "合并单元格已按第一格的内容填入每一行。", None, "warning"),
)


@dataclass(frozen=True)
class SampleUser:
    """Who the frame of the page says is logged in."""

    name: str = "陈思远"
    is_authenticated: bool = True


@dataclass(frozen=True)
class SampleProgramme:
    """A programme for the switch."""

    key: str
    title: str
    url: str = "#"


PROGRAMMES = (
    SampleProgramme("guangdong-2024", "广东省企业创新案例 2024"),
    SampleProgramme("hubei-2024", "湖北省企业创新案例 2024"),
)


@dataclass(frozen=True)
class SampleRoom:
    """A room whose address is this page."""

    key: str
    title: str
    icon: str
    group: int
    url: str = "/patterns/"
