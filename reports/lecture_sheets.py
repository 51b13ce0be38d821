"""The run-of-show sheet for the control desk: landscape, printed on as few pages as it needs (A8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.blocks import Cell
from reports.lecture_words import day_words, hour, period_words, place_of
from reports.sheets import Book, height_of

if TYPE_CHECKING:
    from reports.lecture_data import LecturePlan, ShowItem

# Head and width in characters.
COLUMNS = (
    ("序号", 5.0),
    ("开始", 8.0),
    ("结束", 8.0),
    ("时长\n（分）", 8.0),
    ("环节", 24.0),
    ("人员", 16.0),
    ("主持人", 10.0),
    ("大屏内容", 22.0),
    ("音响灯光", 18.0),
    ("责任人", 10.0),
    ("物料", 18.0),
    ("到位", 7.0),
)
# Read at a desk in a dark hall.
SIZE_PT = 12
CENTRED = frozenset({0, 1, 2, 3, 6, 9, 11})


def run_of_show_xlsx(plan: LecturePlan) -> bytes:
    """Return the sheet as xlsx; text stays text, lengths are numbers, the head repeats on each page."""
    title = f"{plan.title}流程单"
    book = Book(plan.made_at, title, SIZE_PT)
    sheet = book.sheet("流程单")
    sheet.set_landscape()
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    last = len(COLUMNS) - 1
    for x, (_, width) in enumerate(COLUMNS):
        sheet.set_column(x, x, width)
    sheet.merge_range(0, 0, 0, last, title, book.style(bold=True, font_size=18, align="center"))
    sheet.set_row(0, 32)
    under = f"时间：{period_words(plan.starts_at, plan.ends_at)}　地点：{place_of(plan)}　{plan.state_line}"
    sheet.merge_range(1, 0, 1, last, under, book.style(font_size=11, align="center", text_wrap=True))
    sheet.set_row(1, 22)
    for x, (head, _) in enumerate(COLUMNS):
        book.put(sheet, 2, x, Cell(head, align="center", head=True))
    sheet.set_row(2, 30)
    days = {day_words(item.starts_at) for item in plan.agenda}
    for y, item in enumerate(plan.agenda, start=3):
        cells = _cells(y - 2, item, with_day=len(days) > 1)
        for x, cell in enumerate(cells):
            book.put(sheet, y, x, cell)
        # `height_of` reckons with type of ten points.
        tallest = max(
            height_of(cell.text, width * 10 / SIZE_PT)
            for cell, (_, width) in zip(cells, COLUMNS, strict=True)
        )
        sheet.set_row(y, max(tallest * SIZE_PT / 10, 28))
    sheet.freeze_panes(3, 0)
    sheet.repeat_rows(2)
    return book.close()


def _cells(number: int, item: ShowItem, *, with_day: bool) -> list[Cell]:
    day = f"{day_words(item.starts_at)}\n" if with_day else ""
    told = f"\n《{item.case.title}》" if item.case else ""
    texts: list[tuple[str, int | None]] = [
        (str(number), number),
        (day + hour(item.starts_at), None),
        (hour(item.ends_at), None),
        (str(item.minutes), item.minutes),
        (item.title + told, None),
        (item.person, None),
        (item.host, None),
        (item.screen, None),
        (item.cue, None),
        (item.charge, None),
        (item.materials, None),
        (("到位" if item.ready else "待备") if item.materials else "", None),
    ]
    return [
        Cell(
            text, align="center" if x in CENTRED else "left", value=value, kind="integer" if value else "text"
        )
        for x, (text, value) in enumerate(texts)
    ]
