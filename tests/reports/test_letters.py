from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from docx import Document

from reports.letters import Letter, letter_docx


@pytest.fixture
def letter():
    return Letter(
        title="关于补正视频的函",
        to="某某公司",
        opening="有以下2处需要补正：",
        points=(("黑场：实测 1.2 s。", "请剪去黑场。"), ("焦点（建议改进）。", "")),
        closing="请尽快补正后重新报送。",
        sender="某省科协",
        signed_on=date(2024, 9, 3),
        made_at=datetime(2024, 9, 3, 2, 30, tzinfo=UTC),
    )


def test_a_letter_reads_the_same_as_text_and_in_word(letter):
    lines = (
        "关于补正视频的函", "某某公司：", "有以下2处需要补正：", "1. 黑场：实测 1.2 s。", "请剪去黑场。",
        "2. 焦点（建议改进）。", "请尽快补正后重新报送。", "某省科协", "2024年9月3日",
    )  # fmt: skip
    assert letter.lines() == lines
    word = Document(BytesIO(letter_docx(letter)))
    assert tuple(paragraph.text for paragraph in word.paragraphs) == lines


def test_every_run_names_a_chinese_font(letter):
    word = Document(BytesIO(letter_docx(letter)))
    fonts = [
        run._r.rPr.rFonts.get("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}eastAsia")
        for paragraph in word.paragraphs
        for run in paragraph.runs
    ]
    assert fonts == ["黑体", *["仿宋"] * 8]


def test_the_same_letter_has_the_same_bytes(letter):
    assert letter_docx(letter) == letter_docx(letter)
