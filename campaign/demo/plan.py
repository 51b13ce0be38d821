"""Invented plans of lecture events: people, run of show, preparation, scores (A6 to A8)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.cases.models import Case
from campaign.formatting import local
from campaign.lectures.models import (
    AgendaItem,
    LectureCost,
    LectureDuty,
    LectureEvent,
    LectureGuest,
    LectureMedium,
    LectureRisk,
    LectureScore,
    LectureTask,
)
from campaign.outlets.services import outlet_by_name

GUESTS = (
    ("示例嘉宾甲", "示例省科协", "党组书记", "bureau_head", "province", "address", "yes"),
    ("示例嘉宾乙", "示例高新区管委会", "主任", "bureau_deputy", "city", "address", "open"),
    ("示例嘉宾丙", "示例大学", "教授、中国工程院院士", "academician", "other", "comments", "yes"),
    ("示例嘉宾丁", "示例省园区科协联合会", "秘书长", "division_head", "province", "attends", "deputy"),
)
MEDIA = (("南方日报", "综述性报道一篇"), ("羊城晚报", "现场消息与图集"), ("科技日报", ""))
CASES_TOLD = "典型创新案例宣讲"
AGENDA = (
    (30, "sign_in", "嘉宾、观众签到", "", "", "示例会务组", "签到背景板、桌牌", "暖场视频"),
    (5, "opening", "主持人开场", "示例主持人", "示例主持人", "示例会务组", "", "主题画面"),
    (10, "address", "主办单位领导致辞", "示例嘉宾甲", "示例主持人", "示例会务组", "致辞稿", "领导姓名职务"),
    (60, "other", CASES_TOLD, "宣讲团", "示例主持人", "示例技术组", "十份课件", "案例课件"),
    (10, "comment", "专家点评", "示例嘉宾丙", "示例主持人", "示例会务组", "", "点评专家姓名职务"),
    (5, "closing", "宣布结束、合影", "示例主持人", "示例主持人", "示例宣传组", "", "主题画面"),
)
TASKS = (
    ("方案报中心审核", "示例策划", -10, -2),
    ("发出嘉宾邀请函", "示例会务组", -8, -1),
    ("收齐宣讲稿和课件", "示例宣传组", -5, None),
    ("直播链路联调", "示例技术组", -1, None),
)
DUTIES = (
    ("综合协调组", "示例组长甲", "示例成员一、示例成员二", "统筹方案、对接主办单位和中心"),
    ("会务保障组", "示例组长乙", "示例成员三、示例成员四", "场地、签到、桌牌、合影、交通"),
    ("宣传直播组", "示例组长丙", "示例成员五", "直播、摄影摄像、媒体接待和稿件"),
)
COSTS = (("场地与搭建", 1_800_000), ("直播与摄制", 1_200_000), ("资料印制", 350_000))
RISKS = (
    ("直播网络中断", "切换备用线路，十分钟内恢复；仍中断时录播后上线", "示例组长丙"),
    ("宣讲人临时不能到场", "由替补宣讲人上场，顺序后移一位", "示例组长甲"),
)
PEOPLE_PER_HALL = 300


def write_plan(session: Session, event: LectureEvent, *, whole: bool) -> None:
    """Fill the plan of an event; `whole` adds what a finished plan has besides people and times."""
    day = local(event.starts_at).date()
    event.guests = [
        LectureGuest(
            position=at,
            name=name,
            organisation=house,
            title=post,
            rank=rank,
            level=level,
            role=role,
            answer=answer,
        )
        for at, (name, house, post, rank, level, role, answer) in enumerate(GUESTS)
    ]
    for guest in event.guests:
        guest.invited_on = day - timedelta(days=14)
    event.media = [
        LectureMedium(position=at, name=name, planned=planned, outlet=outlet_by_name(session, name))
        for at, (name, planned) in enumerate(MEDIA)
    ]
    event.agenda = [
        AgendaItem(
            position=at,
            minutes=minutes,
            kind=kind,
            title=title,
            person=person,
            host=host,
            charge=charge,
            materials=materials,
            materials_ready=bool(materials) and at == 0,
            screen=screen,
            fixed_minute=14 * 60 if kind == "sign_in" else None,
        )
        for at, (minutes, kind, title, person, host, charge, materials, screen) in enumerate(AGENDA)
    ]
    event.host, event.seats, event.seat_rows, event.seat_columns = "示例主持人", PEOPLE_PER_HALL, 15, 20
    event.organisers, event.undertakers = "示例省科学技术协会", "示例高新区科学技术协会\n示例省园区科协联合会"
    event.theme, event.park = "讲好企业创新故事", "示例高新技术产业园区"
    if not whole:
        return
    event.purpose = "宣讲典型创新案例，带动园区企业开展群众性技术创新。"
    event.rooms, event.travel = "一层报告厅、二层贵宾室、媒体间", "地铁示例线科学园站 B 口，步行 300 米"
    event.online_channels = "示例视频号\n示例新闻客户端"
    event.tasks = [
        LectureTask(
            position=at,
            title=title,
            person=person,
            due_on=day + timedelta(days=due),
            done_on=None if done is None else day - timedelta(days=15 + done),
        )
        for at, (title, person, due, done) in enumerate(TASKS)
    ]
    event.duties = [
        LectureDuty(position=at, team=team, person=person, members=members, work=work)
        for at, (team, person, members, work) in enumerate(DUTIES)
    ]
    event.costs = [
        LectureCost(position=at, title=title, amount_fen=fen) for at, (title, fen) in enumerate(COSTS)
    ]
    event.risks = [
        LectureRisk(position=at, title=title, measure=measure, person=person)
        for at, (title, measure, person) in enumerate(RISKS)
    ]
    for at, row in enumerate(event.line_up):
        row.speaker_title, row.stand_in = "示例公司技术负责人", f"示例替补{at + 1:02d}"
        row.speech = "各位来宾，下面由我讲述这个案例。" * 125 if at < 3 else ""
    _tell_each_case(session, event)


def _tell_each_case(session: Session, event: LectureEvent) -> None:
    """Put an item for each case in the place of the one item for all of them; both last as long."""
    titles = {row.case_id: session.get_one(Case, row.case_id).title for row in event.line_up}
    (all_of_them,) = (item for item in event.agenda if item.title == CASES_TOLD)
    at = event.agenda.index(all_of_them)
    event.agenda[at : at + 1] = [
        AgendaItem(
            minutes=all_of_them.minutes // len(event.line_up),
            kind="lecture",
            title=titles[row.case_id],
            person=row.speaker,
            host=all_of_them.host,
            charge=all_of_them.charge,
            screen="案例课件",
            told=row,
        )
        for row in event.line_up
    ]
    for position, item in enumerate(event.agenda):
        item.position = position


def score_candidates(session: Session, programme_id: int) -> None:
    """Give the candidates the scores of an invented jury."""
    statement = select(Case).where(Case.programme_id == programme_id, Case.lecture_candidate)
    for at, case in enumerate(session.scalars(statement.order_by(Case.id)).unique()):
        session.add(LectureScore(case_id=case.id, score_hundredths=9350 - at * 137 % 1900))
