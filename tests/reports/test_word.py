import io
import zipfile
from datetime import UTC, datetime

import docx
import pytest
from docx.oxml.ns import qn

from reports.blocks import Cell, Document, Heading, Paragraph, Table
from reports.errors import ReportError
from reports.figures import check
from reports.performance_document import performance_document
from reports.word import document_docx
from tests.reports.samples import province_report

SMALL = Document(
    title="标题<b>&",
    subtitle="（2024年度）",
    issuer="湖北省科学技术协会",
    facts=(("项目名称", "甲 & 乙 {{ 7 * 7 }}"),),
    made_at=datetime(2024, 11, 20, 8, 30, tzinfo=UTC),
    footer="页脚",
    blocks=(
        Heading("概况"),
        Paragraph("第一行\n第二行 {% raw %}<w:p/>"),
        Table("表", (1, 1, 1), ((Cell("甲", colspan=2, rowspan=2), Cell("乙")), (Cell("丙"),)), head_rows=0),
    ),
)


def opened(content):
    return docx.Document(io.BytesIO(content))


def template(*paragraphs):
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


@pytest.fixture(scope="module")
def full(fonts):
    report = province_report()
    check(report)
    return opened(document_docx(performance_document(report, fonts)))


def refused(*paragraphs):
    with pytest.raises(ReportError) as refusal:
        document_docx(SMALL, template(*paragraphs))
    return refusal.value


def test_text_is_never_markup_nor_template():
    texts = [paragraph.text for paragraph in opened(document_docx(SMALL)).paragraphs]
    assert "标题<b>&" in texts
    assert "项目名称\t甲 & 乙 {{ 7 * 7 }}" in texts
    assert "第一行\n第二行 {% raw %}<w:p/>" in texts


@pytest.mark.parametrize(
    "attack",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ title.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    ],
)
def test_a_template_that_reaches_into_python_is_refused(attack):
    assert "unsafe" in refused(attack, "{{ body }}", "{{ annexes }}").params["reason"]


def test_a_broken_template_is_refused_with_what_is_wrong():
    refusal = refused("{{ title", "{{ body }}", "{{ annexes }}")
    assert refusal.params.keys() == {"line", "reason"}
    assert (
        refused("{{ nosuch.field }}", "{{ body }}", "{{ annexes }}").params["reason"]
        == "'nosuch' is undefined"
    )


def test_a_template_without_its_body_is_refused():
    assert refused("{{ title }}", "{{ annexes }}").params == {"field": "{{ body }}"}


def test_a_file_that_is_no_word_document_is_refused():
    for content in (b"not a zip", b""):
        with pytest.raises(ReportError):
            document_docx(SMALL, content)


def test_an_officers_template_keeps_its_own_words():
    """A template without our styles gets those that it lacks."""
    made = opened(document_docx(SMALL, template("{{ issuer }}（内部）", "{{ body }}", "{{ annexes }}", "完")))
    assert [p.text for p in made.paragraphs] == [
        "湖北省科学技术协会（内部）",
        "一、概况",
        "第一行\n第二行 {% raw %}<w:p/>",
        "完",
    ]
    assert made.paragraphs[2].style.name == "报告正文"


def test_every_style_and_every_run_of_tables_names_its_chinese_font(full):
    for style in full.styles:
        if style.type in (1, 2):
            fonts = style.element.rPr.find(qn("w:rFonts"))
            assert fonts.get(qn("w:eastAsia")) in {"仿宋", "黑体", "楷体", "宋体"}, style.name
            assert fonts.get(qn("w:eastAsiaTheme")) is None
    for run in full.element.body.iter(qn("w:r")):
        if any(ancestor.tag == qn("w:tbl") for ancestor in run.iterancestors()):
            assert run.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia")) in {"黑体", "宋体"}


def test_headings_are_numbered_as_official_documents_are(full):
    headings = [p.text for p in full.paragraphs if p.style.name == "Heading 1"]
    assert headings == [
        "一、项目概况与结论",
        "二、目标完成情况",
        "三、资金使用情况",
        "四、实施过程",
        "五、项目支出绩效自评表",
        "六、偏差原因与改进措施",
        "附件1　企业典型创新案例清单（共100条）",
        "附件2　宣传报道清单（共60条）",
        "附件3　短视频清单（共25条）",
        "附件4　经费支出明细（共40条）",
    ]


def test_each_picture_has_words_that_stand_for_it(full):
    words = [node.get("descr") for node in full.element.body.iter(qn("wp:docPr"))]
    assert len(words) == 4
    assert all(len(text) > 20 for text in words)


def test_list_tables_repeat_their_head_row(full):
    heads = [len(table._tbl.findall(f".//{qn('w:tblHeader')}")) for table in full.tables]
    assert heads == [1, 1, 0, 1, 1, 1, 1]


def test_spans_become_merged_cells():
    (table,) = opened(document_docx(SMALL)).tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["甲", "甲", "乙"],
        ["甲", "甲", "丙"],
    ]


def test_pages_are_counted_in_the_footer(full):
    codes = [node.text.strip() for node in full.sections[0].footer._element.iter(qn("w:instrText"))]
    assert codes == ["PAGE", "NUMPAGES"]


def test_the_same_document_gives_the_same_bytes():
    first = document_docx(SMALL)
    assert first == document_docx(SMALL)
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
