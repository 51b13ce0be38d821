from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from campaign.tables import Limits, TableError, cell_text, normalise, phones, read_workbook
from tests.workbooks import book, sheets, table


def refused(data, name="表.xlsx", limits=None):
    with pytest.raises(TableError) as caught:
        read_workbook(data, name, limits)
    return str(caught.value)


def with_sheet(data, change):
    """The same workbook with the XML of its first sheet changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(
                entry.filename, change(content) if entry.filename.endswith("sheet1.xml") else content
            )
    return out.getvalue()


def test_cells_stand_where_the_spreadsheet_shows_them():
    def fill(_book, page):
        page.write("B3", "案例")
        page.write("C3", 13912345678)
        page.write("B4", True)
        page.write("C4", 1.5)

    (grid,) = read_workbook(book(fill, sheet="表一"), "表.xlsx")
    assert (grid.sheet, grid.height, grid.width) == ("表一", 4, 3)
    assert [grid.row(row) for row in range(1, 5)] == [
        ("", "", ""),
        ("", "", ""),
        ("", "案例", "13912345678"),
        ("", "是", "1.5"),
    ]
    assert (grid.value(9, 9), grid.text(9, 9), grid.address(7, 3), grid.address(1, 28)) == (
        None,
        "",
        "C7",
        "AB1",
    )


def test_every_cell_of_a_merged_range_has_its_value():
    def fill(_book, page):
        page.merge_range("A1:B2", "企业")
        page.write("C2", "案例")

    (grid,) = read_workbook(book(fill), "表.xlsx")
    assert [grid.row(1), grid.row(2)] == [("企业", "企业", ""), ("企业", "企业", "案例")]
    merge = grid.merge_at(2, 2)
    assert (merge.top, merge.left, merge.bottom, merge.right) == (1, 1, 2, 2)
    assert grid.merge_at(2, 3) is None


def test_sheets_come_in_order_and_blank_or_hidden_ones_do_not():
    def fill(workbook, page):
        page.write("A1", "一")
        workbook.add_worksheet("空")
        hidden = workbook.add_worksheet("藏")
        hidden.write("A1", "三")
        hidden.hide()
        workbook.add_worksheet("后").write("A1", "四")

    assert [grid.sheet for grid in read_workbook(book(fill, sheet="前"), "表.xlsx")] == ["前", "后"]


def test_dates_are_read_as_dates():
    def fill(workbook, page):
        day = datetime(2024, 9, 3)  # noqa: DTZ001 - a spreadsheet knows no time zones
        page.write_datetime("A1", day, workbook.add_format({"num_format": "yyyy-mm-dd"}))

    (grid,) = read_workbook(book(fill), "表.xlsx")
    assert (grid.value(1, 1), grid.text(1, 1)) == (date(2024, 9, 3), "2024-09-03")


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.39e10, "13900000000"), (0.31, "0.31"), (7, "7"), (None, ""), (False, "否"),
     (datetime(2024, 9, 3, 14, 30), "2024-09-03 14:30")],  # noqa: DTZ001 - as above
)  # fmt: skip
def test_values_are_written_as_people_would(value, text):
    assert cell_text(value) == text


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"", "空.xlsx", "空.xlsx is empty (0 bytes). Choose the right file."),
        (b"no, name", "表.xlsx", "表.xlsx is not an Excel workbook. Save the table as .xlsx and send that."),
        (b"%PDF-1.7 ...", "表.xlsx", "表.xlsx is a PDF. Send the table as an Excel workbook (.xlsx)."),
        (
            b"\n<html><table>",
            "表.xls",
            "表.xls is a web page, not a workbook. Open it, save it as .xlsx and send that.",
        ),
        (
            b"PK\x03\x04 half a zip",
            "表.xlsx",
            "表.xlsx is damaged and cannot be opened. Save it anew in WPS or Excel and send it again.",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            "表.xlsx",
            "表.xlsx is protected by a password. Take the password off and send it again.",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le"),
            "表.xls",
            "表.xls is a Word document. Copy its table into an Excel workbook (.xlsx) and send that.",
        ),
    ],
)
def test_what_is_no_workbook_is_refused_and_named(data, name, message):
    assert refused(data, name) == message


def test_a_word_document_by_the_name_of_a_workbook_is_refused():
    out = io.BytesIO()
    Document().save(out)
    assert refused(out.getvalue()) == (
        "表.xlsx is a Word document. Copy its table into an Excel workbook (.xlsx) and send that."
    )


@pytest.mark.parametrize("kept", [200, 2000, 4000])
def test_a_truncated_workbook_is_refused_as_damaged(kept):
    whole = table(["案例"])
    assert refused(whole[:kept]).startswith("表.xlsx is damaged")


def test_a_workbook_with_a_document_type_is_refused():
    data = with_sheet(table(["案例"]), lambda xml: xml.replace(b"<worksheet", b"<!DOCTYPE x><worksheet", 1))
    assert refused(data).startswith("表.xlsx is damaged")


@pytest.mark.parametrize("far", ["XFD1048576", "A1048576"])
def test_one_cell_far_out_does_not_blow_the_table_up(far):
    limits = Limits(cells=100_000)
    data = book(lambda _book, page: (page.write("A1", "案例"), page.write(far, "远")))
    assert refused(data, limits=limits).startswith("表.xlsx covers far more cells")


def test_empty_formatted_cells_far_out_are_harmless():
    data = book(
        lambda workbook, page: (
            page.write("A1", "案"),
            page.write_blank("A90000", None, workbook.add_format()),
        )
    )
    (grid,) = read_workbook(data, "表.xlsx", Limits(cells=100))
    assert (grid.height, grid.width) == (1, 1)


def test_merged_ranges_cannot_multiply_cells():
    many = b"<mergeCells>" + b'<mergeCell ref="A1:J10"/>' * 200 + b"</mergeCells>"
    data = table(*[["x"] * 10] * 10)
    data = with_sheet(data, lambda xml: xml.replace(b"</sheetData>", b"</sheetData>" + many))
    assert refused(data, limits=Limits(cells=1000)).startswith("表.xlsx covers far more cells")


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    out = io.BytesIO(table(["案例"]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings9.xml", b"<x>" + b" " * 3_000_000)
    limits = Limits(unpacked_xml_bytes=1_000_000)
    assert refused(out.getvalue(), limits=limits).startswith("表.xlsx covers far more cells")


def test_a_file_above_the_limit_is_refused_with_its_size():
    assert refused(bytes(2 * 1024**2 + 1), limits=Limits(file_bytes=1024**2)) == (
        "表.xlsx is 3 MB; a summary table has at most 1 MB. Take out the pictures."
    )


def test_a_file_on_disk_is_read_as_its_bytes_are(tmp_path):
    data = sheets(甲=[["一", 2]])
    path = tmp_path / "stored"
    path.write_bytes(data)
    assert read_workbook(path, "表.xlsx") == read_workbook(data, "表.xlsx")


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        ("Ｎ９５　口罩", "N95 口罩"),
        ("案例（一）：“稳”，ＯＫ！", "案例（一）：“稳”，OK！"),
        ("  甲\t乙 \r\n\n 丙\u200b ", "甲 乙\n丙"),
        ("CO₂ 与 10 m²", "CO₂ 与 10 m²"),
    ],
)
def test_typing_is_tidied_and_chinese_punctuation_stays(typed, read_as):
    assert normalise(typed) == read_as


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_tidying_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("13912345678", ("13912345678",)),
        ("１３９ 1234 5678", ("13912345678",)),
        ("139-1234-5678、13887654321", ("13912345678", "13887654321")),
        ("+86 13912345678", ("13912345678",)),
        ("020-83551234-801/400-820-8820", ("020-83551234-801", "400-820-8820")),
        ("王五 13912345678 王五 13912345678", ("13912345678",)),
        ("见附件", ()),
        ("1.39E+10", ()),
        ("139123456789", ()),
    ],
)
def test_phone_numbers_are_taken_out_of_a_cell(text, found):
    assert phones(text) == found


@given(
    st.lists(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), unique=True, max_size=4),
    st.sampled_from("、/，; \n"),
)
def test_every_mobile_in_a_cell_is_found(numbers, between):
    assert phones(between.join(numbers)) == tuple(numbers)
