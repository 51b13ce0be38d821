"""The demonstration's day of an event, and the way of its exhibits; made by the product's own verbs."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from campaign.attendance import services as attendance
from campaign.attendance.models import AudienceCount, EventPhoto, SignIn, SurveyAnswer
from campaign.attendance.piece_services import decide_piece
from campaign.attendance.rules import Person, identity_key
from campaign.db import utc_now
from campaign.evidence import Evidence
from campaign.exhibits import nominations, scoring
from campaign.exhibits.models import CustodyStep, Exhibit
from campaign.exhibits.nominations import Sent
from campaign.exhibits.rules import SCORES, points_centi
from campaign.formatting import local
from campaign.placements.models import Placement
from campaign.storage import Asset, Stored

if TYPE_CHECKING:
    from campaign.accounts.models import User
    from campaign.demo.rows import Rows
    from campaign.lectures.models import LectureEvent

PEOPLE = 36
# The first scale of every answer: how many gave 5, 4, 3 and 2 points.
POINTS = (5,) * 17 + (4,) * 9 + (3,) * 2 + (2,)
WORDS = ("希望多安排互动提问。", "案例讲得很实在。", "建议提供资料下载。")
SIZES = ((1200, 800, 1500, 85_000, 220, 800, 1_200_000), (900, 900, 1800, 62_000, 220, 450, 860_000))
LABEL = (
    "这件演示展品把企业攻关中的关键一步做成了可以动手的模型：转动手轮，屏幕同步显示压力和温度的变化，"
    "观众可以自己找到最省能的工作点，体会工程师反复试验的过程。"
)


def day_of(rows: Rows, event: LectureEvent) -> None:
    """Sign-ins, counted numbers, answers and photos of an event that has been held."""
    session = rows.session
    for kind in ("sign_in", "survey"):
        attendance.open_gate(session, event, kind)
    for number in range(1, PEOPLE + 1):
        person = Person(f"示例观众{number:02d}", f"示例单位{number % 9 + 1}", f"1380000{number:04d}")
        session.add(
            SignIn(
                event_id=event.id,
                client_id=str(uuid.UUID(int=number)),
                identity_key=identity_key(person),
                name=person.name,
                organisation=person.organisation,
                phone=person.phone,
                way="offline" if number % 12 == 0 else "desk" if number % 9 == 0 else "phone",
                signed_at=event.starts_at - timedelta(minutes=40 - number),
            )
        )
    for place, platform, people in (
        ("on_site", "按座位清点", 236),
        ("online", "视频号", 3520),
        ("online", "抖音", 2300),
    ):
        proof = rows.picture(f"{platform}人数", f"{people}")
        session.add(
            AudienceCount(
                event_id=event.id,
                place=place,
                platform=platform,
                people=people,
                evidence_id=proof.id,
                evidence_name=f"{platform}.png",
            )
        )
    for number, points in enumerate(POINTS):
        said: dict[str, int | str] = {"1": points, "2": min(5, points + number % 2), "3": max(3, points)}
        if number < len(WORDS):
            said |= {"4": WORDS[number]}
        session.add(
            SurveyAnswer(
                event_id=event.id,
                device_key=f"demo-{number}",
                answers=said,
                answered_on=local(event.ends_at).date(),
            )
        )
    for number, caption in enumerate(("开场致辞", "案例宣讲", "观众提问", "展板参观"), start=1):
        shot = rows.picture(caption, event.title, f"第{number}张")
        session.add(
            EventPhoto(
                event_id=event.id,
                asset_id=shot.id,
                preview_id=shot.id,
                file_name=f"{caption}.png",
                caption=caption,
                chosen=True,
            )
        )
    session.commit()
    pieces = select(Placement).where(Placement.programme_id == event.programme_id)
    for piece in session.scalars(
        pieces.order_by(Placement.published_on.desc(), Placement.id).limit(2)
    ).unique():
        decide_piece(session, event, piece, belongs=True)
    attendance.write_record(session, event, "", replay_address="https://live.example/replay")


def way_of_exhibits(rows: Rows, planner: User | None) -> None:
    """A chosen exhibit on its way, a nomination of a firm that waits, and a round being scored."""
    session = rows.session
    found = select(Exhibit).where(Exhibit.programme_id == rows.programme.id).order_by(Exhibit.id)
    exhibits = session.scalars(found).unique().all()
    names = ("width_mm", "depth_mm", "height_mm", "weight_g", "voltage_v", "power_w", "insurance_fen")
    for number, exhibit in enumerate(exhibits):
        exhibit.points_centi = points_centi([getattr(exhibit, name) for name in SCORES], (1, 1, 1))
        exhibit.significance = "展示示例企业在关键环节上的突破，适合青少年动手体验。"
        exhibit.safety, exhibit.network = "操作区设护栏，无高温高压部件。", "无需联网"
        exhibit.transport, exhibit.label_text = "木箱包装，叉车装卸，两人半天可布展。", LABEL
        exhibit.contact_name, exhibit.phone = "示例联系人", "13800000000"
        for name, value in zip(names, SIZES[number % len(SIZES)], strict=True):
            setattr(exhibit, name, value)
    for exhibit in exhibits[:2]:
        exhibit.state, exhibit.decision_reason = "chosen", "专家评分靠前，互动效果好。"
    session.commit()
    if planner is not None:
        _collected(rows, exhibits[0], planner)
    _nomination(rows)
    _round(rows, list(exhibits))


def _collected(rows: Rows, exhibit: Exhibit, planner: User) -> None:
    slip = rows.picture("展品交接单", exhibit.title, "接收人：示例接收人", size=(900, 640))
    rows.session.add(
        CustodyStep(
            exhibit_id=exhibit.id,
            position=1,
            kind="collected",
            happened_at=utc_now() - timedelta(days=2),
            place="示例企业成品库",
            giver="示例移交人",
            taker="示例接收人",
            condition="外观完好，配件齐全，通电正常。",
            signed_by="slip",
            signature_id=slip.id,
            recorded_by_id=planner.id,
        )
    )
    rows.session.commit()


def _nomination(rows: Rows) -> None:
    now = utc_now()
    link = nominations.make_link(
        rows.session,
        rows.programme,
        owner_id=rows.programme.organisation_id,
        note="示例市“小巨人”企业",
        closes_at=now + timedelta(days=14),
        max_uses=20,
    )
    sent = Sent(
        client_id=str(uuid.UUID(int=1)),
        firm="示例光学仪器有限公司",
        title="看得见的微米：激光干涉体验台",
        little_giant_year=2022,
        details={
            "level": "national",
            "description": "用激光干涉条纹把微米级的位移放大给观众看。",
            "significance": "核心部件由企业自主研制，替代进口。",
            "interaction": "观众轻按台面，屏幕上的条纹随之移动。",
            "width_mm": 1000,
            "depth_mm": 600,
            "height_mm": 1400,
            "weight_g": 48_000,
            "contact_name": "示例联系人",
            "phone": "13800000001",
        },
        files=[_evidence(rows.picture("激光干涉体验台", "企业提供的照片"))],
    )
    nominations.receive(rows.session, link, sent, now=now)


def _evidence(asset: Asset) -> Evidence:
    return Evidence(Stored(asset.sha256, asset.size_bytes), asset.media_type, "体验台.png")


def _round(rows: Rows, exhibits: list[Exhibit]) -> None:
    now = utc_now()
    opened = scoring.open_round(
        rows.session,
        rows.programme,
        exhibits,
        [
            ("示例专家甲", "示例大学教授"),
            ("示例专家乙", "示例科技馆研究员"),
            ("示例专家丙", "高级工程师"),
        ],
        weights=dict.fromkeys(SCORES, 1),
        closes_at=now + timedelta(days=7),
        owner_id=rows.programme.organisation_id,
        now=now,
    )
    sheet = {
        one.id: ((80 + number % 15, 78 + number % 12, 75 + number % 20), False)
        for number, one in enumerate(exhibits)
    }
    scoring.write_sheet(rows.session, opened.experts[0], sheet, {}, hand_in=True, now=now)
