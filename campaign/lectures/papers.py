"""The papers of an event: what there is, what each is for, what it still lacks, how it is written (A7, A8).

The words of the papers are Chinese by nature: they are the customary papers of the field.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from campaign import reporting
from campaign.lectures import people, queries, rules
from campaign.lectures.models import LectureCase, LectureEvent
from campaign.lectures.plan_text import GUEST_ROLES
from campaign.messages import N_
from campaign.reporting import (
    Badge,
    Cost,
    Duty,
    Guest,
    LecturePlan,
    Medium,
    PaperJob,
    Risk,
    Seat,
    ShowItem,
    Task,
    ToldCase,
)

ANSWERS = {"open": "未回复", "yes": "出席", "deputy": "派员", "no": "不出席"}
OUTLET_LEVELS = {
    "central": "中央", "industry": "全国性行业", "provincial": "省级", "municipal": "市级", "county": "县级",
    "enterprise": "企业", "self": "自媒体",
}  # fmt: skip
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF, ICS = "application/pdf", "text/calendar; charset=utf-8"


@dataclass(frozen=True)
class Paper:
    """One paper: its name for people (msgid) and in a file, what it is for, and what it is made from.

    `needs` are the lists of the event without which it says little; `icon` is one of the house.
    """

    key: str
    name: str
    file_word: str
    purpose: str
    needs: tuple[str, ...]
    suffix: str
    media_type: str
    icon: str


def _paper(key: str, name: str, word: str, purpose: str, needs: Sequence[str], suffix: str) -> Paper:
    kinds = {
        ".docx": (DOCX, "file-earmark-text"),
        ".xlsx": (XLSX, "table"),
        ".pdf": (PDF, "file-earmark-pdf"),
        ".ics": (ICS, "calendar-event"),
    }
    media_type, icon = kinds[suffix]
    return Paper(key, name, word, purpose, tuple(needs), suffix, media_type, icon)


ALL_LISTS = ("line_up", "guests", "media", "agenda")
PAPERS: dict[str, Paper] = {
    paper.key: paper
    for paper in (
        _paper(
            "plan", N_("Plan (Word)"), "工作方案", N_("To be sent to the centre, stamped and filed."),
            ALL_LISTS, ".docx",
        ),
        _paper(
            "plan_pdf", N_("Plan (PDF)"), "工作方案", N_("The same to be read and printed on any machine."),
            ALL_LISTS, ".pdf",
        ),
        _paper(
            "run_of_show", N_("Run-of-show sheet"), "流程单",
            N_("For the control desk: times, screen, sound, who is in charge."), ("agenda",), ".xlsx",
        ),
        _paper(
            "script", N_("Host's script"), "主持词",
            N_("A draft from the agenda; the host rewrites it in Word."), ("agenda", "guests"), ".docx",
        ),
        _paper(
            "seats", N_("Seat plan"), "座次图",
            N_("Who sits where, the highest guest in the middle of the first row."), ("guests",), ".pdf",
        ),
        _paper(
            "names", N_("Name cards"), "桌签", N_("One A4 page each, folded in the middle."),
            ("guests",), ".pdf",
        ),
        _paper(
            "badges", N_("Badges"), "胸牌",
            N_("90 × 130 mm, four to a page, with the QR code for signing in."),
            ("guests", "line_up"), ".pdf",
        ),
        _paper(
            "sign_in", N_("Sign-in sheet"), "签到表",
            N_("On paper, for those without a phone; expected people first."), ("guests",), ".docx",
        ),
        _paper(
            "calendar", N_("Calendar file"), "日程",
            N_("To be attached to an invitation; opens in the calendar of a phone or computer."), (), ".ics",
        ),
    )
}  # fmt: skip
LIST_NAMES = {
    "line_up": N_("line-up"),
    "guests": N_("guests"),
    "media": N_("media"),
    "agenda": N_("agenda"),
    "sign_in": N_("sign-in code"),
}


def lacks(event: LectureEvent, paper: Paper, sign_in: str) -> list[str]:
    """The lists (msgids) that are empty though this paper is made from them."""
    found = [LIST_NAMES[need] for need in paper.needs if not getattr(event, need)]
    return [*found, LIST_NAMES["sign_in"]] if paper.key == "badges" and not sign_in else found


def file_name(event: LectureEvent, paper: Paper) -> str:
    """How a paper is called when it is saved: 活动名称+流程单.xlsx."""
    return f"{event.title}+{paper.file_word}{paper.suffix}"


def write(
    event: LectureEvent, paper: Paper, *, sign_in: str, state_line: str, at: datetime, data: Path
) -> bytes:
    """Write one paper. Raises Refused where a character cannot be shown, naming its place."""
    plan = plan_of(event, state_line=state_line, at=at)
    badges = tuple(badges_of(plan, sign_in))
    uid = f"{event.programme.key}-event-{event.id}@qichuang"
    job = PaperJob(paper.key, plan, badges, uid, cancelled=event.state == "cancelled")
    return reporting.write_lecture_paper(job, data)


def plan_of(event: LectureEvent, *, state_line: str, at: datetime) -> LecturePlan:
    """An event as its papers see it; guests who said no are still in the plan, which names their answer."""
    named, speakers = people.guests_and_speakers(event)
    told = {row.id: _told(row, speakers[row.id]) for row in event.line_up}
    show = queries.run_of_show(event)
    return LecturePlan(
        title=event.title,
        project=event.programme.title,
        issuer=event.owner.name,
        state_line=state_line,
        made_at=at,
        **{
            name: getattr(event, name)
            for name in (
                "starts_at", "ends_at", "theme", "purpose", "organisers", "undertakers", "supporters",
                "venue", "park", "address", "rooms", "seats", "travel", "host", "phone", "note", "seat_rows",
                "seat_columns",
            )
        },
        stream=event.online_address,
        channels=event.online_channels,
        contact=event.contact_name,
        cases=tuple(told.values()),
        guests=tuple(
            Guest(named[one.id], one.title, one.organisation, GUEST_ROLES[one.role], ANSWERS[one.answer])
            for one in rules.in_precedence(event.guests, by_hand=event.guests_by_hand)
        ),
        media=tuple(
            Medium(
                one.name,
                OUTLET_LEVELS.get(one.outlet.standing, "") if one.outlet else "",
                one.reporter,
                one.planned or one.note,
                ANSWERS[one.answer],
            )
            for one in event.media
        ),
        agenda=tuple(
            ShowItem(
                begins, ends, item.minutes, item.kind, item.title, item.person, item.host or event.host,
                item.screen, item.cue, item.charge, item.materials, item.materials_ready,
                told.get(item.lecture_case_id or 0),
            )
            for item, (begins, ends) in zip(event.agenda, show.slots, strict=True)
        ),
        duties=tuple(Duty(one.team, one.person, one.members, one.work) for one in event.duties),
        costs=tuple(
            Cost(one.title, one.line.name if one.line else "", one.amount_fen, one.note)
            for one in event.costs
        ),
        risks=tuple(Risk(one.title, one.measure, one.person) for one in event.risks),
        tasks=tuple(Task(one.title, one.person, one.due_on, one.done_on, one.note) for one in event.tasks),
        hall=tuple(
            Seat(one.seat_row, one.seat_number, named.get(one.guest_id or 0, one.name))
            for one in event.hall
            if one.name
        ),
    )  # fmt: skip


def _told(row: LectureCase, speaker: str) -> ToldCase:
    there = (
        ("讲稿", bool(row.speech.strip() or row.speech_id)),
        ("课件", row.slides_id is not None),
        ("视频", row.clip_id is not None),
    )
    return ToldCase(
        row.case.title,
        row.case.enterprise.name,
        row.case.region,
        row.case.by_park_association,
        speaker,
        row.speaker_title,
        row.stand_in,
        "、".join(word for word, ready in there if ready),
    )


def badges_of(plan: LecturePlan, sign_in: str) -> list[Badge]:
    """Guests, speakers, reporters, and those who work there; each once."""
    there = [
        *(
            (g.name, f"{g.organisation} {g.title}".strip(), "嘉宾")
            for g in plan.guests
            if g.answer != "不出席"
        ),
        *((c.speaker, f"{c.enterprise} {c.speaker_title}".strip(), "主讲人") for c in plan.cases),
        *((m.reporter, m.name, "媒体") for m in plan.media),
        *((d.person, d.team, "工作人员") for d in plan.duties),
        (plan.host, plan.title, "主持人"),
    ]
    found: dict[str, Badge] = {}
    for name, line, role in there:
        if name.strip():
            found.setdefault(name.strip(), Badge(name.strip(), line, role, sign_in))
    return list(found.values())
