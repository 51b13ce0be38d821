"""A plan as the passages that the centre reviews (A8); Chinese, as all documents are.

What happens to a plan after it was approved without changing what was agreed is no part of it: answers of
guests, tasks that were done, telephone numbers, materials that lie ready.
"""

from __future__ import annotations

from campaign.approvals.passages import Passage, Writer
from campaign.formatting import datetime_zh, money, time_zh
from campaign.lectures import queries, rules
from campaign.lectures.models import LectureCase, LectureEvent

GUEST_ROLES = {"attends": "出席", "address": "致辞", "comments": "点评", "awards": "颁奖", "hosts": "主持"}
TIERS = {"province": "省级宣讲活动", "city": "市级宣讲活动"}


def passages_of(event: LectureEvent) -> tuple[Passage, ...]:
    """All that a reviewer agrees to, passage by passage, in the order of the written plan."""
    writer = Writer()
    _frame(writer, event)
    for row in event.line_up:
        writer.add("case", "案例宣讲名单", row.case.title, _told(row), about=str(row.case_id))
    for guest in rules.in_precedence(event.guests, by_hand=event.guests_by_hand):
        words = _joined(guest.organisation, guest.title, GUEST_ROLES[guest.role])
        writer.add("guest", "与会嘉宾", guest.name, words or guest.name, about=guest.name)
    for medium in event.media:
        words = _joined(medium.reporter, medium.planned, medium.note)
        writer.add("medium", "媒体邀请", medium.name, words or "受邀媒体", about=medium.name)
    show = queries.run_of_show(event)
    for item, (begins, ends) in zip(event.agenda, show.slots, strict=True):
        words = _joined(f"{time_zh(begins)}—{time_zh(ends)}", item.person, item.host, item.screen)
        writer.add("item", "活动议程", item.title, words, about=item.title)
    _preparation(writer, event)
    for row in event.line_up:
        writer.add("speech", "宣讲稿", row.case.title, row.speech, about=str(row.case_id))
    return tuple(writer.passages)


def _joined(*parts: str) -> str:
    return "，".join(part.strip() for part in parts if part.strip())


def _frame(writer: Writer, event: LectureEvent) -> None:
    section = "活动概况"
    period = f"{datetime_zh(event.starts_at)}—{datetime_zh(event.ends_at)}"
    place = _joined(event.park, event.venue, event.rooms, event.address)
    for key, label, text in (
        ("tier", "活动类型", TIERS[event.tier]),
        ("time", "活动时间", period),
        ("venue", "活动地点", place),
        ("seats", "座位数", str(event.seats or "")),
        ("theme", "活动主题", event.theme),
        ("purpose", "活动目的", event.purpose),
        ("organisers", "主办单位", event.organisers),
        ("undertakers", "承办单位", event.undertakers),
        ("supporters", "支持单位", event.supporters),
        ("stream", "直播地址", event.online_address),
        ("channels", "线上渠道", event.online_channels),
        ("host", "主持人", event.host),
        ("travel", "交通安排", event.travel),
        ("note", "其他事项", event.note),
    ):
        writer.add(key, section, label, text.replace("\r\n", "\n"))


def _told(row: LectureCase) -> str:
    speaker = f"主讲人：{row.speaker}" + (f"（{row.speaker_title}）" if row.speaker_title else "")
    stand_in = f"备选：{row.stand_in}" if row.stand_in else ""
    park = "园区科协推荐" if row.case.by_park_association else ""
    return _joined(row.case.enterprise.name, row.case.region, park, speaker if row.speaker else "", stand_in)


def _preparation(writer: Writer, event: LectureEvent) -> None:
    for duty in event.duties:
        words = _joined(duty.person, duty.members, duty.work)
        writer.add("duty", "工作分工", duty.team, words or duty.team, about=duty.team)
    for task in event.tasks:
        due = f"{task.due_on:%Y-%m-%d}前" if task.due_on else ""
        writer.add("task", "筹备进度", task.title, _joined(task.person, due) or task.title, about=task.title)
    for cost in event.costs:
        line = cost.line.name if cost.line else ""
        words = _joined(money(cost.amount_fen), line, cost.note)
        writer.add("cost", "经费预算", cost.title, words, about=cost.title)
    for risk in event.risks:
        words = _joined(risk.measure, risk.person)
        writer.add("risk", "应急预案", risk.title, words or risk.title, about=risk.title)
