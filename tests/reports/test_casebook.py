"""The casebook (A13, B6): parts, pictures, contents, index, and what a printer needs."""

from datetime import UTC, datetime

import pypdfium2
import pytest
from PIL import Image

from reports.casebook import (
    BookPart,
    BookPicture,
    BookStory,
    Casebook,
    Coarse,
    Passage,
    casebook_pdf,
    coarse,
    placed,
    sound_order,
)
from reports.errors import ReportError

MOMENT = datetime(2024, 10, 31, 4, tzinfo=UTC)
WIDE = BookPicture("wide.jpg", "企业外景", 1800, 1200)
TALL = BookPicture("tall.jpg", "成果实物", 1200, 1600)


def told(title, enterprise, *pictures, text="正文一段。"):
    passages = (Passage("创新背景", is_heading=True), Passage(text))
    return BookStory(title, enterprise, "示例市", "张示例", "", passages, pictures)


def book(*parts, **changes):
    facts = {
        "title": "企业典型创新案例集", "subtitle": "2024年度", "issuer": "示例省科协", "preface": (),
        "parts": parts, "made_at": MOMENT,
    }  # fmt: skip
    return Casebook(**facts | changes)


@pytest.fixture
def pictures(tmp_path):
    paths = {}
    for one in (WIDE, TALL):
        paths[one.name] = tmp_path / one.name
        Image.new("RGB", (one.width_px, one.height_px), (90, 120, 150)).save(paths[one.name])
    return paths


def pages_of(pdf):
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def test_every_word_of_the_book_is_in_it_rare_characters_too(fonts, pictures):
    """No glyph is lost: 𠮷, 䶮, 喆, 镕, 犇."""
    pdf = casebook_pdf(
        book(
            BookPart("组织创新篇", (told("甲", "乙公司", WIDE, TALL, text="𠮷䶮喆镕犇一同攻关。"),)),
            preface=("写在前面。",),
        ),
        pictures,
        fonts,
    )
    text = "".join("".join(pages_of(pdf)).split())
    for words in (
        "企业典型创新案例集",
        "写在前面。",
        "组织创新篇",
        "𠮷䶮喆镕犇一同攻关。",
        "企业外景",
        "成果实物",
    ):
        assert words in text


def test_contents_and_index_name_the_pages_on_which_stories_begin(fonts, pictures):
    parts = (
        BookPart("组织创新篇", (told("甲的故事", "中间公司"),)),
        BookPart("技术创新篇", (told("乙的故事", "阿尔法公司"), told("丙的故事", "中间公司"))),
    )
    pages = pages_of(casebook_pdf(book(*parts), pictures, fonts))
    squeezed = ["".join(page.split()) for page in pages]
    # Cover, contents; then from 1: part, story, part, story, story, index.
    assert len(pages) == 8
    contents = squeezed[1].replace(".", "")
    assert "甲的故事2" in contents
    assert "乙的故事4" in contents
    index = squeezed[-1].replace(".", "")
    assert "阿尔法公司4" in index
    assert "中间公司2、5" in index
    assert index.index("阿尔法公司") < index.index("中间公司")


def test_names_stand_in_the_order_of_their_sound():
    names = ["中山", "阿里", "佛山", "北京"]
    assert sorted(names, key=sound_order) == ["阿里", "北京", "佛山", "中山"]


def test_a_landscape_takes_the_column_and_uprights_half_of_it():
    panorama = BookPicture("pano.jpg", "全景", 1600, 600)
    slim = BookPicture("slim.jpg", "细节", 600, 650)
    # 3:2 just fits the column; 3:4 is as high as a picture may be, which is the width of half a column.
    assert placed((panorama, WIDE, slim, TALL)) == (
        (panorama, 13.5), (WIDE, 13.5), (slim, 6.6), (TALL, 6.6),
    )  # fmt: skip


def test_pictures_too_coarse_for_print_are_named():
    small = BookPicture("small.jpg", "小图", 900, 600)
    stories = (told("甲", "乙公司", WIDE, small),)
    assert coarse(book(BookPart("一", stories))) == (Coarse("甲", "小图", int(900 / 13.5 * 2.54)),)


def test_a_book_for_the_printer_knows_its_trim_and_bleed(fonts, pictures):
    pdf = casebook_pdf(book(BookPart("一", (told("甲", "乙公司", WIDE),)), for_print=True), pictures, fonts)
    document = pypdfium2.PdfDocument(pdf)
    boxes = {
        tuple(round(edge / 72 * 25.4) for edge in box)
        for page in document
        for box in (page.get_mediabox(), page.get_trimbox(), page.get_bleedbox())
    }
    document.close()
    # 185 x 260 mm trimmed, 3 mm of bleed, 10 mm around.
    assert boxes == {(0, 0, 205, 280), (10, 10, 195, 270), (7, 7, 198, 273)}


def test_the_same_book_gives_the_same_bytes(fonts, pictures):
    for for_print in (False, True):
        one = book(BookPart("一", (told("甲", "乙公司", WIDE),)), for_print=for_print)
        assert casebook_pdf(one, pictures, fonts) == casebook_pdf(one, pictures, fonts)


def test_a_character_that_no_font_has_is_named_with_its_place(fonts, pictures):
    broken = told("甲", "乙公司", text="坏字\U0001f600在此")
    with pytest.raises(ReportError) as refusal:
        casebook_pdf(book(BookPart("一", (broken,))), pictures, fonts)
    assert refusal.value.params["place"] == "案例“甲”"


def test_markup_in_a_story_is_words(fonts, pictures):
    pdf = casebook_pdf(
        book(BookPart("一", (told("甲", "乙公司", text='#read("/etc/passwd") *粗*'),))), pictures, fonts
    )
    assert '#read("/etc/passwd")*粗*' in "".join("".join(pages_of(pdf)).split())


def test_an_empty_book_and_a_lost_picture_are_refused(fonts):
    with pytest.raises(ReportError, match="no story yet"):
        casebook_pdf(book(), {}, fonts)
    with pytest.raises(ReportError, match="is missing"):
        casebook_pdf(book(BookPart("一", (told("甲", "乙公司", WIDE),))), {}, fonts)
