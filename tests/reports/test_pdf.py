from dataclasses import replace

import pytest

from reports.pdf import chinese_number, document_pdf
from reports.performance_document import performance_document
from tests.reports.reading import pdf_pages, squeezed
from tests.reports.samples import long_text_report, province_report


@pytest.fixture(scope="module")
def pages(fonts):
    return pdf_pages(document_pdf(performance_document(province_report(), fonts), fonts))


def test_pages_are_counted(pages):
    total = len(pages)
    assert [squeezed(page)[-len(f"第{n}页共{total}页") :] for n, page in enumerate(pages[1:], start=2)] == [
        f"第{n}页共{total}页" for n in range(2, total + 1)
    ]


def test_the_contents_name_each_part_with_its_page(pages):
    contents = squeezed(pages[1]).replace(".", "")
    for part in (
        "五、项目支出绩效自评表",
        "附件1企业典型创新案例清单（共100条）",
        "附件4经费支出明细（共40条）",
    ):
        (page,) = (n for n, text in enumerate(pages, start=1) if n > 2 and part in squeezed(text))
        assert f"{part}{page}" in contents


def test_annex_tables_repeat_their_head_on_each_page(pages):
    head = "序号案例名称完成单位地区案例类型园区科协推荐"
    with_rows = [page for page in map(squeezed, pages) if "激光焊接工艺创新" in page]
    assert len(with_rows) > 2
    assert [page.count(head) for page in with_rows] == [1] * len(with_rows)


def test_text_is_never_read_as_markup(fonts):
    attack = '#read("/etc/passwd") *粗* $x^2$ <label> @ref \\ [x] "] #panic()'
    report = replace(province_report(), project_lead=attack)
    text = squeezed(pdf_pages(document_pdf(performance_document(report, fonts), fonts))[0])
    assert squeezed(attack) in text


def test_rare_characters_of_names_are_in_the_text(fonts):
    text = pdf_pages(document_pdf(performance_document(long_text_report(), fonts), fonts))[0]
    assert "𠮷䶮喆" in squeezed(text)


@pytest.mark.parametrize(
    ("number", "words"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九")]
)
def test_headings_count_in_chinese(number, words):
    assert chinese_number(number) == words


def test_a_heading_number_beyond_reason_is_a_programming_error():
    with pytest.raises(ValueError, match="100"):
        chinese_number(100)
