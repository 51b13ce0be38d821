"""The three forms agree figure for figure with each other and with a recomputation from the rows (C, A17)."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

import pytest

from reports.writing import report_files
from tests.reports.reading import docx_paragraphs, docx_tables, pdf_pages, squeezed, xlsx_sheets
from tests.reports.samples import first_day_report, long_text_report, province_report

REPORTS = {"province": province_report, "first day": first_day_report, "long texts": long_text_report}


@pytest.fixture(scope="module", params=REPORTS)
def made(request, fonts):
    report = REPORTS[request.param]()
    return report, report_files(report, fonts)


def words(value, title):
    """Write a workbook's value as the documents do, independently of the product's own wording."""
    if isinstance(value, datetime):
        return f"{value.year}年{value.month}月{value.day}日 {value:%H:%M}"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    return figure(value, title) if isinstance(value, float) else str(value)


def figure(value, title):
    exact = Decimal(repr(value))
    if "率" in title:
        return f"{(exact * 100).quantize(Decimal('0.1'), ROUND_HALF_UP)} %"
    if "数（元）" in title or "金额" in title:
        return f"{value:,.2f}{'元' if '金额' in title else ''}"
    return f"{exact.quantize(Decimal('0.01'), ROUND_HALF_UP).normalize():f}"


def in_words(rows):
    head = [str(value) for value in rows[0]]
    return [
        head,
        *([words(value, title) for value, title in zip(row, head, strict=True)] for row in rows[1:]),
    ]


def test_list_tables_agree_between_word_and_workbook(made):
    report, files = made
    sheets = xlsx_sheets(files["xlsx"])
    tables = docx_tables(files["docx"])
    assert in_words(sheets["指标"]) == tables[0]
    assert in_words(sheets["资金"]) == tables[1]
    filled = [annex for annex in report.annexes if annex.rows]
    for annex, table in zip(filled, tables[3:], strict=True):
        assert in_words(sheets[f"{annex.number} {annex.title}"]) == table


def test_the_self_assessment_agrees_between_word_and_workbook(made):
    _, files = made
    form = [[str(text) for text in row] for row in docx_tables(files["docx"])[2]]
    sheet = xlsx_sheets(files["xlsx"])["绩效自评表"][1:]
    assert len(form) == len(sheet)
    for wanted, row in zip(form, sheet, strict=True):
        assert len(wanted) == len(row)
        for text, value in zip(wanted, row, strict=True):
            titles = (
                ("执行率",)
                if text.endswith("%")
                else ("数（元）",)
                if "," in text or text == "0.00"
                else ("",)
            )
            assert words(value, titles[0]) == text


def test_the_pdf_says_every_cell_of_every_table_in_order(made):
    _, files = made
    # The form may break over pages inside a cell, and then its text is not contiguous; lists do not.
    text = squeezed("".join(pdf_pages(files["pdf"])))
    tables = docx_tables(files["docx"])
    for table in (tables[0], tables[1], *tables[3:]):
        for row in table:
            assert squeezed("".join(row)) in text
    for row in tables[2]:
        for cell in row:
            if len(cell) < 60:
                assert squeezed(cell) in text


def test_the_pdf_says_every_paragraph_of_the_word_form(made):
    report, files = made
    text = squeezed("".join(pdf_pages(files["pdf"])))
    for paragraph in docx_paragraphs(files["docx"]):
        if len(paragraph) < 400:
            assert squeezed(paragraph) in text
    assert squeezed(report.project_lead) in text


def test_every_number_equals_an_independent_recomputation(made):
    """From the rows of the snapshot alone, without the product's arithmetic."""
    report, files = made
    sheets = xlsx_sheets(files["xlsx"])
    rows = {annex.key: annex.rows for annex in report.annexes}
    comprehensive = sum(row[3] == "综述性报道" for row in rows["placements"])
    counts = [len(rows["cases"]), len(rows["placements"]) - comprehensive, comprehensive, len(rows["clips"])]
    required = [100, 5, 1, 30]
    units = ["篇", "篇次", "篇", "条"]
    board = sheets["指标"][1:]
    assert [row[3] for row in board] == [f"{count} {unit}" for count, unit in zip(counts, units, strict=True)]
    assert [row[4] for row in board] == [
        count / wanted for count, wanted in zip(counts, required, strict=True)
    ]
    assert [row[6] == "已达到" for row in board] == [c >= w for c, w in zip(counts, required, strict=True)]

    spent_fen = sum(int(row[3]) for row in rows["expenses"])
    assert sheets["资金"][1][3:] == [spent_fen / 100, spent_fen / 20_000_000]
    funds = (Decimal(spent_fen) / 2_000_000).quantize(Decimal("0.01"), ROUND_HALF_UP)
    shares = {"案例故事数量": (10, 0, 100), "省级媒体报道数量": (8, 1, 5), "短视频数量": (10, 3, 30)}
    total = funds + 62
    for weight, which, wanted in shares.values():
        share = min(Decimal(1), Decimal(counts[which]) / wanted)
        total += (weight * share).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert sheets["绩效自评表"][-1][:3] == ["总分", 100, float(total)]
    assert f"绩效自评{total.normalize():f}分" in squeezed("".join(docx_paragraphs(files["docx"])))


def test_the_rows_named_as_evidence_are_the_rows_counted(made):
    """Every figure is followed to its running numbers, and those rows are of the kind it counts."""
    report, files = made
    sheets = xlsx_sheets(files["xlsx"])
    named = sheets["指标"][3][7]
    listed = [row for row in sheets.get("附件2 宣传报道清单", [["序号"]])[1:] if row[4] == "综述性报道"]
    wanted = "、".join(str(int(row[0])) for row in listed)
    assert named == (f"附件2 第{wanted}条" if listed else "附件2（无）")
    assert len(listed) == report.targets[2].actual


def test_the_same_snapshot_gives_the_same_bytes(made, fonts):
    report, files = made
    assert report_files(report, fonts) == files
