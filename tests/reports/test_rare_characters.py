"""No glyph is lost, in any paper: rare characters of names come back from the file as they went in (issue 7).

A character that no font of the house has makes the paper fail with its place named. Word and HTML files take
the fonts of the reader's machine, so that nothing is refused there; their text is the source's.
"""

import io
from dataclasses import replace
from datetime import UTC, datetime

import docx
import pytest

from reports.casebook import BookPart, casebook_pdf
from reports.coverage_book import contact_sheet_pdf, coverage_pdf
from reports.errors import ReportError
from reports.event_summary import EventSummary, summary_pdf
from reports.exhibit_catalogue import Catalogue, CatalogueEntry, catalogue_pdf
from reports.lecture_cards import badges_pdf, name_cards_pdf, seat_plan_pdf
from reports.lecture_data import Badge, Seat
from reports.lecture_plan import plan_pdf
from reports.package_index import index_docx, index_html
from reports.story import story_docx
from reports.writing import report_files
from tests.reports.lectures import PLAN
from tests.reports.project_samples import KINDS, project_report
from tests.reports.reading import docx_tables, pdf_pages, squeezed
from tests.reports.test_casebook import book as casebook
from tests.reports.test_casebook import told
from tests.reports.test_coverage_book import book as coverage
from tests.reports.test_coverage_book import entry
from tests.reports.test_package_index import index_of
from tests.reports.test_story import story

RARE = "𠮷䶮喆镕犇"
# A hieroglyph: no font of the house has it, and no name.
LOST = "\U00013000"
AT = datetime(2024, 10, 10, tzinfo=UTC)


def report(kind):
    def write(name, fonts, _folder):
        old = project_report(kind)
        first, *others = old.sections
        sections = (replace(first, paragraphs=(f"{name}写的。",)), *others)
        return report_files(replace(old, sections=sections), fonts)["pdf"]

    return write


def book_of_coverage(name, fonts, folder):
    return coverage_pdf(coverage(entry(1, title=f"访{name}", proofs=())), (), folder, fonts).pdf


def contact_sheet(name, fonts, folder):
    return contact_sheet_pdf(coverage(entry(1, outlet=f"{name}报", proofs=())), folder, fonts).pdf


def book_of_cases(name, fonts, _folder):
    return casebook_pdf(casebook(BookPart("一", (told("甲", "乙公司", text=f"{name}攻关。"),))), {}, fonts)


def catalogue(name, fonts, _folder):
    facts = (("联系人", name),)
    entries = (CatalogueEntry("示例展品", "示例公司", "说明。", "请动手。", facts),)
    return catalogue_pdf(Catalogue("示例图册", "示例省科协", entries, AT), fonts)


def summary(name, fonts, _folder):
    return summary_pdf(
        EventSummary("示例宣讲", "示例省科协", (("主持人", name),), (), ("举办。",), (), (), AT), fonts
    )


def plan(name, fonts, _folder):
    return plan_pdf(replace(PLAN, host=name), fonts)


def seats(name, fonts, _folder):
    hall = (Seat(1, 1, name),)
    return seat_plan_pdf(replace(PLAN, hall=hall, seat_rows=2, seat_columns=4), fonts)


def cards(name, fonts, _folder):
    return name_cards_pdf(replace(PLAN, host=name), fonts)


def badges(name, fonts, _folder):
    return badges_pdf(PLAN, (Badge(name, "示例公司", "嘉宾"),), fonts)


PDFS = {
    **{kind: (report(kind), "“部分0”") for kind in KINDS},
    "coverage book": (book_of_coverage, f"第1篇“访{LOST}”"),
    "contact sheet": (contact_sheet, "第1篇“第1个示例题目”"),
    "casebook": (book_of_cases, "案例“甲”"),
    "catalogue": (catalogue, "展品“示例展品”"),
    "event summary": (summary, "“示例宣讲”"),
    "lecture plan": (plan, None),
    "seat plan": (seats, f"“{PLAN.title}”"),
    "name cards": (cards, f"“{PLAN.title}”"),
    "badges": (badges, f"“{PLAN.title}”"),
}


@pytest.mark.parametrize("kind", PDFS)
def test_rare_characters_come_back_from_every_pdf(kind, fonts, tmp_path):
    write, _place = PDFS[kind]
    assert RARE in squeezed("".join(pdf_pages(write(RARE, fonts, tmp_path))))


@pytest.mark.parametrize("kind", PDFS)
def test_a_character_that_no_font_has_is_refused_with_its_place(kind, fonts, tmp_path):
    write, place = PDFS[kind]
    with pytest.raises(ReportError, match="no font of the report can show") as refusal:
        write(LOST, fonts, tmp_path)
    assert refusal.value.params["code"] == "U+13000"
    assert refusal.value.params["place"] == place or (place is None and refusal.value.params["place"])


def test_the_story_and_the_index_of_a_package_say_rare_characters():
    word = docx.Document(io.BytesIO(story_docx(story(title=f"{RARE}的故事"))))
    assert word.paragraphs[0].text == f"{RARE}的故事"
    index = replace(index_of(), programme=f"{RARE}项目")
    assert f"{RARE}项目" in index_html(index).decode()
    told_in = docx.Document(io.BytesIO(index_docx(index)))
    words = [p.text for p in told_in.paragraphs] + [
        cell for table in docx_tables(index_docx(index)) for row in table for cell in row
    ]
    assert any(f"{RARE}项目" in text for text in words)
