import io
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from reports.data import Column
from reports.errors import ReportError
from reports.sheets import write_table

COLUMNS = (
    Column("案例"),
    Column("件数", kind="integer"),
    Column("金额", kind="money"),
    Column("比例", kind="share"),
    Column("日期", kind="date"),
    Column("时间", kind="datetime"),
    Column("入选"),
)
ROW = (
    "激光焊接",
    3,
    123_450,
    Decimal("0.31"),
    date(2024, 10, 31),
    datetime(2024, 10, 31, 6, 30, tzinfo=UTC),
    True,
)


def read(content, sheet=0):
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(sheet).to_python()


def part(content, name):
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read(name).decode()


def test_numbers_stay_numbers_and_dates_stay_dates():
    rows = read(write_table(COLUMNS, [ROW], "案例"))
    assert rows[0] == ["案例", "件数", "金额", "比例", "日期", "时间", "入选"]
    assert rows[1] == ["激光焊接", 3, 1234.5, 0.31, date(2024, 10, 31), datetime(2024, 10, 31, 14, 30), "是"]  # noqa: DTZ001 - a workbook knows no zones


@pytest.mark.parametrize(
    "text", ["=1+1", "=cmd|'/c calc'!A1", "+86", "@SUM(A1)", "http://example.cn", "{=1}", "007"]
)
def test_text_stays_text_whatever_it_looks_like(text):
    content = write_table((Column("标题"),), [(text,)], "表")
    assert read(content)[1] == [text]
    sheet = part(content, "xl/worksheets/sheet1.xml")
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet


def test_the_head_is_frozen_filterable_and_repeated_in_print():
    content = write_table(COLUMNS, [ROW], "案例")
    sheet = part(content, "xl/worksheets/sheet1.xml")
    assert 'topLeftCell="A2"' in sheet
    assert '<autoFilter ref="A1:G2"/>' in sheet
    assert "Print_Titles" in part(content, "xl/workbook.xml")


def test_the_same_rows_give_the_same_bytes():
    assert write_table(COLUMNS, [ROW], "案例") == write_table(COLUMNS, [ROW], "案例")


def test_an_empty_list_is_a_workbook_with_its_head():
    assert read(write_table(COLUMNS, [], "案例")) == [[column.title for column in COLUMNS]]


def test_a_title_that_excel_forbids_becomes_a_sheet_name():
    names = CalamineWorkbook.from_filelike(
        io.BytesIO(write_table((Column("一"),), [], "案例[2024]/湖北:*?" + "长" * 40))
    )
    assert names.sheet_names == [("案例2024湖北" + "长" * 40)[:31]]


def test_a_row_that_does_not_fit_and_a_kind_that_is_unknown_are_refused():
    with pytest.raises(ReportError) as refusal:
        write_table(COLUMNS, [ROW, ("一",)], "案例")
    assert refusal.value.params == {"annex": "案例", "row": "2", "actual": "1", "required": "7"}
    with pytest.raises(ReportError) as refusal:
        write_table((Column("一", kind="colour"),), [], "案例")
    assert refusal.value.params == {"place": "一", "kind": "colour"}


def test_a_text_longer_than_a_cell_is_refused():
    with pytest.raises(ReportError) as refusal:
        write_table((Column("一"),), [("长" * 32_768,)], "案例")
    assert refusal.value.params == {"actual": "32768", "limit": "32767"}


def sheet_of(columns, rows):
    """The XML of the one sheet of an exported list."""
    content = write_table([Column(title) for title in columns], rows, "报道")
    return zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()


def test_a_text_that_wraps_in_an_exported_list_is_seen_whole():
    """LibreOffice grows no row by itself: a checksum would be cut."""
    rows = re.findall(r"<row [^>]*>", sheet_of(["标题", "SHA-256"], [["短", "a" * 64], ["短", "b"]]))
    assert [' ht="' in row for row in rows] == [False, True, False]


@pytest.mark.parametrize(("columns", "paper", "landscape"), [(1, "9", False), (3, "9", True), (9, "8", True)])
def test_a_wide_list_is_printed_on_wide_paper(columns, paper, landscape):
    xml = sheet_of([f"第{at}列" for at in range(columns)], [["字" * 20] * columns])
    setup = re.search(r"<pageSetup [^>]*>", xml)[0]
    assert (f'paperSize="{paper}"' in setup, 'orientation="landscape"' in setup) == (True, landscape)
