"""Workbooks for tests: summary tables as offices send them, tidy or in a mess."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import xlsxwriter

from campaign.cases.summary_form import write_summary_table
from campaign.programmes.profiles import Profile

CASE_WORDS = (
    "高效换热器",
    "智能焊接机器人",
    "低温甲醇洗",
    "超薄玻璃",
    "深海电缆",
    "稀土永磁",
    "精密轴承",
    "高强螺栓",
)


def book(fill: Callable[[Any, Any], None], *, sheet: str = "Sheet1") -> bytes:
    """One sheet, filled by the caller with (workbook, worksheet)."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as workbook:
        fill(workbook, workbook.add_worksheet(sheet))
    return out.getvalue()


def sheets(**contents: Sequence[Sequence[object]]) -> bytes:
    """Several sheets of plain rows, by name."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as workbook:
        for name, rows in contents.items():
            sheet = workbook.add_worksheet(name)
            write_rows(sheet, rows)
    return out.getvalue()


def table(*rows: Sequence[object], sheet: str = "Sheet1") -> bytes:
    """One sheet of plain rows; None leaves a cell out."""
    return book(lambda _book, page: write_rows(page, rows), sheet=sheet)


def write_rows(sheet: Any, rows: Sequence[Sequence[object]], first: int = 0) -> None:
    for row, cells in enumerate(rows, start=first):
        for column, value in enumerate(cells):
            if value is not None:
                sheet.write(row, column, value)


def case_rows(count: int, **common: object) -> list[dict[str, object]]:
    """Rows for `write_summary_table`, all different, all complete."""
    return [
        {
            "case": f"{CASE_WORDS[index % len(CASE_WORDS)]}攻关{index + 1}",
            "enterprise": f"示例制造{index + 1}有限公司",
            "people": "张三、李四",
            "contact": "王五",
            "contact_post": "主任",
            "phone": f"139{index:08d}",
            "case_type": ("organizational", "technological", "process")[index % 3],
            "enterprise_type": "private",
            "park_association": index % 2 == 0,
            "enterprise_association": True,
            "lecture_candidate": index == 0,
            **common,
        }
        for index in range(count)
    ]


def summary_workbook(profile: Profile, count: int = 3, *, sender: str = "", **common: object) -> bytes:
    """A tidy summary table of a province."""
    return write_summary_table(profile, case_rows(count, **common), sender=sender)
