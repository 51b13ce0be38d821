"""The plan of a lecture event as Chinese organisers write it: 一、（一） and tables for every list (A8).

It is built once as blocks; Word and PDF only draw it. The title stands over the first page, without a cover.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.blocks import Cell, Document, Heading, Paragraph, Table
from reports.glyphs import check_glyphs
from reports.lecture_template import plan_template, with_run_fonts
from reports.lecture_words import PENDING, day_words, hour, lines_of, listed, period_words, place_of
from reports.pdf import document_pdf
from reports.word import document_docx
from reports.wording import amount, chinese_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.blocks import Block
    from reports.charts import FontFiles
    from reports.lecture_data import LecturePlan


def plan_document(plan: LecturePlan) -> Document:
    """Return the plan as blocks, numbered by the writers."""
    return Document(
        title=f"{plan.title}\n工作方案",
        subtitle="",
        issuer=plan.issuer,
        facts=(),
        made_at=plan.made_at,
        footer=plan.state_line,
        blocks=tuple(_blocks(plan)),
        cover=False,
    )


def plan_docx(plan: LecturePlan, fonts: FontFiles, template: bytes | None = None) -> bytes:
    """Return the plan as Word. Raises ReportError where a glyph is missing or a template wrong."""
    document = plan_document(plan)
    check_glyphs(document, fonts)
    if template is not None:
        return document_docx(document, template)
    return with_run_fonts(document_docx(document, plan_template()))


def plan_pdf(plan: LecturePlan, fonts: FontFiles) -> bytes:
    """Return the plan as PDF. Raises ReportError where a character cannot be shown."""
    document = plan_document(plan)
    check_glyphs(document, fonts)
    return document_pdf(document, fonts)


def _blocks(plan: LecturePlan) -> Iterator[Block]:
    opening = f"为做好{plan.project}的宣讲工作，现就“{plan.title}”制定如下方案。"
    yield Paragraph(opening)
    yield from _what(plan)
    yield from _where(plan)
    yield Heading("案例宣讲名单")
    yield _or_pending(_cases(plan), "宣讲案例待遴选后补充。")
    yield Heading("与会嘉宾")
    yield _or_pending(_guests(plan), "嘉宾名单待邀请后补充。")
    yield Heading("媒体邀请")
    yield _or_pending(_media(plan), "媒体名单待邀请后补充。")
    yield Heading("活动议程")
    if plan.host:
        yield Paragraph(f"活动由{plan.host}主持。")
    yield _or_pending(_agenda(plan), "议程待编排后补充。")
    yield Heading("工作分工")
    yield _or_pending(_duties(plan), "分工待确定后补充。")
    yield Heading("筹备进度")
    yield _or_pending(_tasks(plan), "筹备事项待排定后补充。")
    yield Heading("经费预算")
    yield _or_pending(_costs(plan), "经费预算待核定后补充。")
    yield Heading("应急预案")
    yield _or_pending(_risks(plan), "应急措施待制定后补充。")
    if plan.note.strip():
        yield Heading("其他事项")
        for line in lines_of(plan.note):
            yield Paragraph(line)


def _what(plan: LecturePlan) -> Iterator[Block]:
    if plan.purpose.strip():
        yield Heading("活动目的")
        for line in lines_of(plan.purpose):
            yield Paragraph(line)
    if plan.theme.strip():
        yield Heading("活动主题")
        yield Paragraph(plan.theme)
    yield Heading("组织单位")
    yield Heading("主办单位", level=2)
    yield Paragraph(listed(plan.organisers) or plan.issuer)
    for title, names in (("承办单位", plan.undertakers), ("支持单位", plan.supporters)):
        if names.strip():
            yield Heading(title, level=2)
            yield Paragraph(listed(names))


def _where(plan: LecturePlan) -> Iterator[Block]:
    yield Heading("时间地点")
    yield Heading("活动时间", level=2)
    yield Paragraph(f"{period_words(plan.starts_at, plan.ends_at)}。")
    yield Heading("活动地点", level=2)
    seats = f"，可容纳{plan.seats}人" if plan.seats else ""
    yield Paragraph(f"{place_of(plan) or PENDING}{seats}。")
    if plan.address:
        yield Paragraph(f"详细地址：{plan.address}。")
    for line in lines_of(plan.travel):
        yield Paragraph(f"交通安排：{line}")
    yield Heading("线上渠道", level=2)
    channels = [*([f"直播：{plan.stream}"] if plan.stream else []), *lines_of(plan.channels)]
    if not channels:
        yield Paragraph("线上直播渠道待定。")
    for number, line in enumerate(channels, start=1):
        yield Paragraph(f"{number}. {line}")
    if plan.contact or plan.phone:
        yield Heading("联系人", level=2)
        yield Paragraph(f"{plan.contact}　{plan.phone}".strip())


def _or_pending(table: Table, pending: str) -> Block:
    return table if len(table.rows) > table.head_rows else Paragraph(pending)


def _table(place: str, heads: Sequence[str], widths: Sequence[float], rows: Sequence[Sequence[str]]) -> Table:
    """Return a table with one head row; the columns named in MIDDLE stand centred."""
    head = tuple(Cell(text, align="center", head=True) for text in heads)
    body = tuple(
        tuple(
            Cell(text, align="center" if title in MIDDLE else "left")
            for title, text in zip(heads, row, strict=True)
        )
        for row in rows
    )
    return Table(place, tuple(widths), (head, *body))


MIDDLE = frozenset(
    {"序号", "时间", "时长", "姓名", "地区", "主讲人", "备选", "回复", "完成时限", "进展", "园区科协"}
)


def _cases(plan: LecturePlan) -> Table:
    rows = [
        (
            str(number),
            case.title,
            case.enterprise,
            case.region or "—",
            "是" if case.by_park else "否",
            _two(case.speaker or PENDING, case.speaker_title),
            case.stand_in or "—",
            case.materials or "—",
        )
        for number, case in enumerate(plan.cases, start=1)
    ]
    heads = ("序号", "案例名称", "完成单位", "地区", "园区科协", "主讲人", "备选", "宣讲材料")
    return _table("宣讲案例表", heads, (1, 2.9, 2.9, 1.5, 1.2, 2.8, 1.7, 2.1), rows)


def _two(first: str, second: str) -> str:
    return f"{first}\n{second}" if second else first


def _guests(plan: LecturePlan) -> Table:
    rows = [
        (str(number), guest.name, guest.organisation or "—", guest.title or "—", guest.role, guest.answer)
        for number, guest in enumerate(plan.guests, start=1)
    ]
    heads = ("序号", "姓名", "单位", "职务职称", "参会事项", "回复")
    return _table("嘉宾表", heads, (1, 2.2, 4.2, 4, 1.8, 1.6), rows)


def _media(plan: LecturePlan) -> Table:
    rows = [
        (str(number), one.name, one.level or "—", one.reporter or "—", one.planned or "—", one.answer)
        for number, one in enumerate(plan.media, start=1)
    ]
    heads = ("序号", "媒体名称", "级别", "记者", "拟报道内容", "回复")
    return _table("媒体表", heads, (1, 3, 2, 1.8, 5, 1.8), rows)


def _agenda(plan: LecturePlan) -> Table:
    days = {day_words(item.starts_at) for item in plan.agenda}
    rows = [
        (
            str(number),
            (f"{day_words(item.starts_at)}\n" if len(days) > 1 else "")
            + f"{hour(item.starts_at)}—{hour(item.ends_at)}",
            f"{item.minutes}分钟",
            item.title,
            item.person or "—",
            item.charge or "—",
        )
        for number, item in enumerate(plan.agenda, start=1)
    ]
    heads = ("序号", "时间", "时长", "环节", "人员", "责任人")
    return _table("议程表", heads, (1, 2.6, 1.6, 4.5, 3, 2.5), rows)


def _duties(plan: LecturePlan) -> Table:
    rows = [
        (str(number), one.team, one.person or "—", one.members or "—", one.work or "—")
        for number, one in enumerate(plan.duties, start=1)
    ]
    return _table("分工表", ("序号", "工作组", "负责人", "成员", "职责"), (1, 2.2, 1.8, 3.4, 6), rows)


def _tasks(plan: LecturePlan) -> Table:
    rows = [
        (
            str(number),
            one.title,
            one.person or "—",
            chinese_date(one.due) if one.due else "—",
            "已完成" if one.done else "未完成",
            one.note or "—",
        )
        for number, one in enumerate(plan.tasks, start=1)
    ]
    heads = ("序号", "事项", "责任人", "完成时限", "进展", "备注")
    return _table("筹备进度表", heads, (1, 4.5, 2, 3.3, 1.7, 2.5), rows)


def _costs(plan: LecturePlan) -> Table:
    rows = [
        (str(number), one.title, one.line or "—", amount(one.amount_fen), one.note or "—")
        for number, one in enumerate(plan.costs, start=1)
    ]
    table = _table("经费预算表", ("序号", "事项", "支出科目", "金额（元）", "备注"), (1, 5, 3, 2.6, 3), rows)
    if not rows:
        return table
    total = amount(sum(one.amount_fen for one in plan.costs))
    money = tuple(
        tuple(Cell(cell.text, align="right") if x == 3 else cell for x, cell in enumerate(row))
        for row in table.rows[1:]
    )
    last = (
        Cell("合计", colspan=3, align="center", head=True),
        Cell(total, align="right", head=True),
        Cell("", head=True),
    )
    return Table(table.place, table.widths, (table.rows[0], *money, last))


def _risks(plan: LecturePlan) -> Table:
    rows = [
        (str(number), one.title, one.measure or "—", one.person or "—")
        for number, one in enumerate(plan.risks, start=1)
    ]
    return _table("应急预案表", ("序号", "情形", "应对措施", "责任人"), (1, 3.6, 7.6, 2), rows)
