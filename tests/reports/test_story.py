"""The story in Word by the notice's layout (P23), and stories read from Word files (P7, P8)."""

import io
import zipfile
from datetime import UTC, datetime

import pytest
from docx import Document
from docx.oxml.ns import qn
from PIL import Image

from reports.casebook import Passage
from reports.errors import ReportError
from reports.story import SIZES_PT, Story, StoryPicture, StoryType, story_docx
from reports.story_read import ReadPicture, read_story

MOMENT = datetime(2024, 10, 31, 4, tzinfo=UTC)
SHANXI = StoryType(subtitle_font="楷体")


def jpeg(width=60, height=40):
    stream = io.BytesIO()
    Image.new("RGB", (width, height), (120, 90, 40)).save(stream, "JPEG")
    return stream.getvalue()


def story(**changes):
    facts = {
        "title": "𠮷字号产线的故事", "subtitle": "虚构甲公司",
        "passages": (Passage("一、创新背景", is_heading=True), Passage("第一段。"), Passage("第二段。")),
        "pictures": (StoryPicture(jpeg(), "企业外景", 60, 40),),
        "type": StoryType(), "author": "示例省科协", "made_at": MOMENT,
    }  # fmt: skip
    return Story(**facts | changes)


def opened(content):
    return Document(io.BytesIO(content))


def east_asian(element):
    return element.find(qn("w:rPr")).find(qn("w:rFonts")).get(qn("w:eastAsia"))


def test_the_story_is_laid_out_as_the_notice_asks():
    """P23: title 三号黑体, subtitle 三号仿宋, body 四号宋体, indent 2, fixed 22 pt."""
    word = opened(story_docx(story()))
    told = {
        name: (east_asian(word.styles[name].element), word.styles[name].font.size.pt)
        for name in ("Heading 1", "Normal")
    }
    assert told == {"Heading 1": ("黑体", SIZES_PT["三号"]), "Normal": ("宋体", SIZES_PT["四号"])}
    shape = word.styles["Normal"].paragraph_format
    assert (shape.line_spacing.pt, shape.first_line_indent.pt) == (22, 28)
    subtitle = word.paragraphs[1]
    assert (subtitle.text, east_asian(subtitle.runs[0]._r), subtitle.runs[0].font.size.pt) == (
        "——虚构甲公司", "仿宋", 16,
    )  # fmt: skip


def test_another_province_has_its_own_type():
    """P23, Shanxi: subtitle 三号楷体."""
    subtitle = opened(story_docx(story(type=SHANXI))).paragraphs[1]
    assert east_asian(subtitle.runs[0]._r) == "楷体"


def test_pictures_stand_between_the_words_and_say_what_they_show():
    """P23: 上下型环绕; WCAG 1.1.1."""
    word = opened(story_docx(story()))
    anchors = list(word.element.body.iter(qn("wp:anchor")))
    assert [anchor.find(qn("wp:wrapTopAndBottom")) is not None for anchor in anchors] == [True]
    assert [anchor.find(qn("wp:docPr")).get("descr") for anchor in anchors] == ["企业外景"]
    assert [p.text for p in word.paragraphs] == [
        "𠮷字号产线的故事", "——虚构甲公司", "一、创新背景", "第一段。", "企业外景", "第二段。",
    ]  # fmt: skip


def test_the_same_story_gives_the_same_bytes():
    assert story_docx(story()) == story_docx(story())


def test_a_printed_story_is_read_back():
    read = read_story(story_docx(story(subtitle="")), "故事.docx")
    assert read.title == "𠮷字号产线的故事"
    assert read.paragraphs == (
        ("一、创新背景", True), ("第一段。", False), ("企业外景", False), ("第二段。", False),
    )  # fmt: skip
    assert read.pictures == (ReadPicture("1.jpg", jpeg()),)


def zipped(members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def broken_part():
    with zipfile.ZipFile(io.BytesIO(story_docx(story()))) as whole:
        members = {name: whole.read(name) for name in whole.namelist()}
    return zipped({**members, "word/document.xml": b"<w:document"})


@pytest.mark.parametrize(
    "content",
    [b"", b"not a zip", zipped({"a.txt": b"x"}), broken_part()],
    ids=["empty", "text", "zip", "broken part"],
)
def test_what_is_no_word_file_is_refused_by_name(content):
    with pytest.raises(ReportError) as refusal:
        read_story(content, "故事.docx")
    assert refusal.value.params == {"name": "故事.docx"}


def test_a_file_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr("reports.story_read.MOST_UNPACKED", 1_000_000)
    with pytest.raises(ReportError, match="too large when unpacked"):
        read_story(zipped({"word/document.xml": b"0" * 2_000_000}), "大.docx")


def test_a_document_without_words_is_refused():
    stream = io.BytesIO()
    Document().save(stream)
    with pytest.raises(ReportError, match="holds no words"):
        read_story(stream.getvalue(), "空.docx")
