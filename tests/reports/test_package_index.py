"""The index of the acceptance archive: escaped, complete, with the same links in both forms (A17)."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import docx
import pytest
from docx.oxml.ns import qn

from reports.data import Annex, Column
from reports.package_index import (
    NO_GAPS,
    IndexAnnex,
    IndexLine,
    IndexRow,
    Link,
    PackageIndex,
    annex_workbook,
    index_docx,
    index_html,
)
from tests.reports.reading import xlsx_sheets

AS_OF = datetime(2024, 11, 20, 2, tzinfo=UTC)
SHOT = Link("截图#1 100%.png", "02-附件1 报道/0001 标题/截图#1 100%.png")


def index_of(*, lacks: tuple[str, ...] = ()) -> PackageIndex:
    """An index of one deliverable, one report and one annex with one row."""
    row = IndexRow(
        1, "<script>alert(1)</script>", "日期：2024年8月1日", "02-附件1 报道/0001 标题/", (SHOT,), lacks
    )
    rows = Link("清单.xlsx", "02-附件1 报道/清单.xlsx")
    annex = IndexAnnex("placements", "附件1 报道", "02-附件1 报道/", (rows,), (row,))
    line = IndexLine(
        "A11", "省级媒体报道", "5篇", "1篇", "short", places=(Link("02-附件1 报道", annex.folder),),
        annex_key="placements", lacking=len(lacks),
    )  # fmt: skip
    report = ("验收报告", (Link("验收报告.pdf", "01-报告/验收报告.pdf"),))
    return PackageIndex(
        "示例项目", "示例省科协", "中心", "验收报告第1号", "c" * 64, AS_OF, (line,), (report,), (annex,)
    )


def test_titles_are_escaped_and_addresses_are_encoded():
    page = index_html(index_of()).decode()
    assert ("<script" in page, "&lt;script&gt;alert(1)" in page) == (False, True)
    assert 'href="02-%E9%99%84%E4%BB%B61%20%E6%8A%A5%E9%81%93/0001%20' in page
    assert "%231%20100%25.png" in page


@pytest.mark.parametrize(
    ("lacks", "told"),
    [((), NO_GAPS), (("没有证据文件",), "附件1 报道第1条“<script>alert(1)</script>”：没有证据文件")],
)
def test_what_is_missing_stands_at_the_head_of_the_word_form(lacks, told):
    word = docx.Document(io.BytesIO(index_docx(index_of(lacks=lacks))))
    assert told in [paragraph.text for paragraph in word.paragraphs]


def test_what_is_missing_stands_at_the_head_of_the_page_with_a_link_to_its_row():
    page = index_html(index_of(lacks=("没有证据文件",))).decode()
    assert '<a href="#placements-1">附件1 报道第1条' in page
    assert page.index("缺少的证明材料") < page.index("一、交付成果")
    assert "其中1条缺少证明材料" in page


def test_every_link_of_the_word_form_leads_where_its_words_say():
    word = docx.Document(io.BytesIO(index_docx(index_of())))
    found = {
        "".join(text.text for text in link.iter(qn("w:t"))): word.part.rels[link.get(qn("r:id"))].target_ref
        for link in word.element.body.iter(qn("w:hyperlink"))
    }
    assert found["截图#1 100%.png"].endswith("%231%20100%25.png")
    assert found.keys() == {SHOT.words, "清单.xlsx", "打开文件夹", "02-附件1 报道", "验收报告.pdf"}


def test_the_same_index_has_the_same_bytes():
    assert (index_docx(index_of()), index_html(index_of())) == (
        index_docx(index_of()),
        index_html(index_of()),
    )


def test_the_rows_of_an_annex_are_a_workbook_with_their_numbers():
    annex = Annex(
        "expenses",
        "附件1",
        "支出",
        (Column("日期", "date"), Column("金额（元）", "money")),
        (("2024-09-01", "12345"),),
    )
    sheets = xlsx_sheets(annex_workbook(annex, AS_OF))
    assert list(sheets.values()) == [
        [["序号", "日期", "金额（元）"], [1, date(2024, 9, 1), 123.45]],
    ]
