"""Papers of exhibits and the summary of an event against their goldens (A14)."""

import io
from datetime import UTC, datetime

import docx
import pytest
from docx.oxml.ns import qn
from PIL import Image

from reports.event_summary import EventSummary, summary_docx
from reports.exhibit_catalogue import Catalogue, CatalogueEntry, catalogue_pdf
from reports.exhibit_loan import LoanForm, loan_docx
from reports.exhibit_slips import ExhibitLabel, HandingOver, custody_docx, labels_docx
from tests.reports.goldens import golden
from tests.reports.reading import pdf_pages, squeezed

AT = datetime(2024, 10, 8, 1, 30, tzinfo=UTC)
FACTS = (("尺寸", "1200 × 800 × 1500 毫米（宽×深×高）"), ("重量", "85 千克"), ("用电", "220 伏，800 瓦"))
LABELS = (
    ExhibitLabel(
        "可拆解的换热器模型",
        "示例换热器科技有限公司",
        "转动手轮，屏幕同步显示温度。\n第二段。",
        "请转动手轮。",
    ),
    ExhibitLabel("会听方言的机器人", "示例机器人科技有限公司", "能听懂三种方言。"),
)


def picture(colour):
    out = io.BytesIO()
    Image.new("RGB", (300, 100), colour).save(out, "PNG")
    return out.getvalue()


STEPS = (
    HandingOver("从企业提取", "2024年10月8日 9:30", "示例车间", "甲", "乙", "完好", "", picture("white")),
    HandingOver("运抵展馆", "2024年10月9日 9:30", "示例展馆", "乙", "丙", "外箱有划痕", "见所附签字单"),
    HandingOver("撤展提取"),
    HandingOver("归还企业"),
)


def custody():
    return custody_docx(
        "可拆解的换热器模型", FACTS, STEPS, issuer="示例省科协", project="示例项目", made_at=AT
    )


def labels():
    return labels_docx(LABELS, title="展品说明牌", issuer="示例省科协", made_at=AT)


def loan():
    long = (("展品说明", "演示模型。"), ("随件清单", ""))
    return loan_docx(LoanForm("可拆解的换热器模型", "示例公司", "示例省科协", "示例项目", FACTS, long, AT))


def summary():
    return summary_docx(
        EventSummary(
            title="示例宣讲活动",
            issuer="示例省科协",
            facts=(("时间", "2024年10月8日 14:30—16:30"), ("回放地址", "https://live.example/2")),
            figures=(("现场参加", "236人"), ("线上观看", "5,820人次"), ("宣传报道", "2篇")),
            paragraphs=("活动圆满举办。",),
            cases=("示例案例一", "示例案例二"),
            coverage=("示例省报《一则报道》（2024年10月9日）",),
            made_at=AT,
            photos=((picture("red"), "开场致辞"),),
        )
    )


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("exhibit_loan", loan),
        ("exhibit_labels", labels),
        ("exhibit_custody", custody),
        ("event_summary", summary),
    ],
)
def test_a_paper_is_the_golden_one_and_the_same_for_the_same_content(name, write):
    said, written = golden(name, write(), "word/document.xml")
    assert written == said
    assert write() == write()


def test_a_label_is_never_parted_by_a_page():
    rows = [table.rows[0]._tr for table in docx.Document(io.BytesIO(labels())).tables]
    assert [row.trPr.find(qn("w:cantSplit")) is not None for row in rows] == [True] * len(LABELS)


def test_the_sheet_shows_drawn_signatures_and_leaves_room_for_those_to_come():
    table = docx.Document(io.BytesIO(custody())).tables[-1]
    cells = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    assert [row[0] for row in cells] == ["1. 从企业提取", "2. 运抵展馆", "3. 撤展提取", "4. 归还企业"]
    assert [row[-1] for row in cells] == ["", "见所附签字单", "", ""]
    drawn = [len(row.cells[-1]._tc.findall(".//" + qn("w:drawing"))) for row in table.rows[1:]]
    assert drawn == [1, 0, 0, 0]


@pytest.mark.parametrize(
    "title", ["短名", "2024年示例省企业典型创新案例征集及宣讲活动", "很长的项目名称" * 6]
)
def test_a_title_of_any_length_stands_whole_on_the_cover(title, fonts):
    entry = CatalogueEntry("示例展品", "示例公司", "说明。", "请动手。", FACTS)
    cover = pdf_pages(catalogue_pdf(Catalogue(title, "示例省科协", (entry,), AT), fonts))[0]
    assert squeezed(title) in squeezed(cover)
