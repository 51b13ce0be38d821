"""The host's script and the sign-in sheet of a lecture event, filled in from its plan (A7, A8).

The script is a draft: the host rewrites it, so it comes as Word only. Every item of the run of show has its
hour, the words to say and what the control desk does meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.blocks import Cell, Document, Heading, Paragraph, Table
from reports.glyphs import check_glyphs
from reports.lecture_template import plan_template, with_run_fonts
from reports.lecture_words import PENDING, day_words, hour, lines_of, listed, period_words, place_of
from reports.word import document_docx

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.blocks import Block
    from reports.charts import FontFiles
    from reports.lecture_data import LecturePlan, ShowItem

EMPTY_ROWS = 20
# What is said at items that need nobody introduced.
FIXED = {
    "sign_in": "请各位来宾尽快入座，并将手机调至静音。活动即将开始。",
    "film": "请大家观看大屏幕。",
    "exchange": "下面是交流环节，请现场和线上的观众提问。",
    "ceremony": "下面进行{title}，有请{who}。",
    "break": "现在休息{minutes}分钟，请于{until}前回到会场。",
    "closing": "各位领导、各位来宾，{event}到此结束。感谢大家的参与！",
}


def script_docx(plan: LecturePlan, fonts: FontFiles) -> bytes:
    """Return the host's script as Word. Raises ReportError where a character cannot be shown."""
    return _written(plan, "主持词", tuple(_script(plan)), fonts)


def sign_in_docx(plan: LecturePlan, fonts: FontFiles) -> bytes:
    """Return the sign-in sheet as Word: who is expected, then empty rows. Raises ReportError as above."""
    lead = _when_and_where(plan)
    return _written(plan, "签到表", (*lead, _sign_in(plan)), fonts)


def _when_and_where(plan: LecturePlan) -> tuple[Paragraph, Paragraph]:
    return (
        Paragraph(f"时间：{period_words(plan.starts_at, plan.ends_at)}"),
        Paragraph(f"地点：{place_of(plan) or PENDING}"),
    )


def _written(plan: LecturePlan, name: str, blocks: tuple[Block, ...], fonts: FontFiles) -> bytes:
    document = Document(
        title=f"{plan.title}\n{name}",
        subtitle="",
        issuer=plan.issuer,
        facts=(),
        made_at=plan.made_at,
        footer=plan.state_line,
        blocks=blocks,
        cover=False,
    )
    check_glyphs(document, fonts)
    return with_run_fonts(document_docx(document, plan_template(signed=False)))


def _script(plan: LecturePlan) -> Iterator[Block]:
    yield from _when_and_where(plan)
    yield Paragraph(f"主持人：{plan.host or PENDING}")
    if not plan.agenda:
        yield Paragraph("议程编排后，本稿按环节自动生成。")
    several = len({day_words(item.starts_at) for item in plan.agenda}) > 1
    for item in plan.agenda:
        day = f"{day_words(item.starts_at)} " if several else ""
        yield Heading(f"{item.title}（{day}{hour(item.starts_at)}—{hour(item.ends_at)}）")
        for line in _words(item, plan):
            yield Paragraph(line)
        cues = [
            f"{label}：{text}"
            for label, text in (("大屏", item.screen), ("音响灯光", item.cue), ("物料", item.materials))
            if text
        ]
        if cues:
            yield Paragraph("【" + "；".join(cues) + "】")


def _words(item: ShowItem, plan: LecturePlan) -> Iterator[str]:
    """What the host says at an item; `□` stands where the host has to fill something in."""
    who = item.person or "□□□"
    if item.kind == "opening":
        yield from _opening(plan)
    elif item.kind == "lecture":
        yield from _lecture(item)
    elif item.kind in ("address", "comment"):
        act, thanks = ("致辞", "讲话") if item.kind == "address" else ("点评", "精彩点评")
        yield f"下面，请{_called(item, plan)}{act}。大家欢迎！"
        yield f"（{act}后）感谢{who}的{thanks}。"
    elif item.kind in FIXED:
        yield FIXED[item.kind].format(
            title=item.title, who=who, minutes=item.minutes, until=hour(item.ends_at), event=plan.title
        )
    else:
        yield f"下面进入{item.title}环节" + (f"，有请{who}。" if item.person else "。")


def _called(item: ShowItem, plan: LecturePlan) -> str:
    """Who is asked to speak, with organisation and post where the guest list knows them."""
    named = [guest.address for guest in plan.guests if guest.name and guest.name in item.person]
    return "、".join(named) or item.person or "□□□"


def _opening(plan: LecturePlan) -> Iterator[str]:
    yield "尊敬的各位领导、各位来宾，线上的观众朋友们："
    yield f"大家好！欢迎来到{plan.title}的现场。"
    if plan.theme:
        yield f"本次活动以“{plan.theme}”为主题。"
    hosts = [("主办", plan.organisers), ("承办", plan.undertakers), ("支持", plan.supporters)]
    said = "，".join(f"由{listed(names)}{word}" for word, names in hosts if lines_of(names))
    if said:
        yield f"本次活动{said}。"
    coming = [guest.address for guest in plan.guests if guest.answer != "不出席"]
    if coming:
        yield "请允许我介绍出席今天活动的领导和嘉宾，他们是："
        for address in coming:
            yield f"{address}；"
    if plan.media:
        yield f"出席活动的媒体有：{'、'.join(one.name for one in plan.media)}。"
    yield "让我们以热烈的掌声，欢迎各位的到来！"


def _lecture(item: ShowItem) -> Iterator[str]:
    case = item.case
    if case is None:
        yield f"下面，请{item.person or '□□□'}宣讲。"
        return
    speaker = f"{case.speaker_title}{case.speaker}" if case.speaker else "□□□"
    yield f"下面请听来自{case.enterprise}的创新故事《{case.title}》，主讲人：{speaker}。有请！"
    yield f"（宣讲后）感谢{case.speaker or '□□□'}的精彩讲述。"


def _sign_in(plan: LecturePlan) -> Table:
    people = [
        *((guest.name, f"{guest.organisation} {guest.title}".strip()) for guest in plan.guests),
        *((case.speaker, case.enterprise) for case in plan.cases if case.speaker),
        *((one.reporter, one.name) for one in plan.media if one.reporter),
        *[("", "")] * EMPTY_ROWS,
    ]
    heads = ("序号", "姓名", "单位及职务", "联系电话", "签名")
    rows = [tuple(Cell(head, align="center", head=True) for head in heads)]
    for number, (name, line) in enumerate(people, start=1):
        rows.append(
            (Cell(str(number), align="center"), Cell(name, align="center"), Cell(line), Cell(""), Cell(""))
        )
    return Table("签到表", (1, 2, 5, 2.6, 2.6), tuple(rows), tall=True)
