"""The book shows what it was given and nothing else, and reads no other file of the disk (issue 5, B2)."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PIL import Image
from pypdfium2 import PdfDocument

from reports.coverage_book import CoverageBook, Entry, Figures, Goal, Proof, contact_sheet_pdf, coverage_pdf
from reports.coverage_charts import MOST_ROWS, Bar, bars_chart, months_chart

HOSTILE = '#read("/etc/passwd") *粗* $x^2$ <script>alert(1)</script>'


def entry(number, **changes):
    sha256 = hashlib.sha256(str(number).encode()).hexdigest()
    base = Entry(
        number=number,
        title=f"第{number}个示例题目",
        outlet="示例日报",
        level="省级",
        day="2024年10月31日",
        place="A03版",
        kind="报道",
        counts=("省级媒体报道",),
        why_not="",
        cases=("高效换热器",),
        address="https://news.example.cn/1.html",
        proofs=(Proof(f"截图{number}.png", sha256, "2024年11月1日 示例员", "a.jpg", 0.5),),
    )
    return replace(base, **changes)


@pytest.fixture
def folder(tmp_path):
    Image.new("RGB", (400, 200), "#336699").save(tmp_path / "a.jpg")
    return tmp_path


def book(*entries):
    return CoverageBook(
        title="示例省报道册",
        subtitle="媒体宣传报道汇编",
        issuer="示例省科协",
        period="2024年7月1日至2024年11月30日",
        chosen="全部报道",
        made_at=datetime(2024, 11, 21, 8, tzinfo=UTC),
        goals=(Goal("省级媒体报道", 2, 5, "还差 3 篇"),),
        tables=(Figures("按媒体级别", (("省级", 2, 1),)),),
        entries=entries,
    )


def text_of(pdf):
    with PdfDocument(pdf) as document:
        pages = [document[index].get_textpage().get_text_bounded() for index in range(len(document))]
    return "".join("".join(page.split()) for page in pages), len(pages)


def test_every_piece_stands_in_the_book_with_its_checksum(folder, fonts):
    chart = bars_chart((Bar("省级", 2, 1),), "各级", fonts)
    bare = entry(3, proofs=(), counts=(), why_not="没有证据。")
    written = coverage_pdf(book(entry(1), entry(2), bare), (("各级", chart),), folder, fonts)
    text, pages = text_of(written.pdf)
    assert pages == written.pages
    for number in (1, 2):
        assert (f"第{number}个示例题目" in text, entry(number).proofs[0].sha256 in text) == (True, True)
    assert ("不计入：没有证据。" in text, "暂无证据" in text, "还差3篇" in text) == (True, True, True)


def test_words_of_strangers_stay_words(folder, fonts):
    written = coverage_pdf(book(entry(1, title=HOSTILE, outlet=HOSTILE)), (), folder, fonts)
    text, _pages = text_of(written.pdf)
    assert ("".join(HOSTILE.split()) in text, "root:" in text) == (True, False)


def test_a_picture_from_outside_the_folder_is_refused(folder, fonts):
    from reports.errors import ReportError

    (folder.parent / "secret.jpg").write_bytes((folder / "a.jpg").read_bytes())
    outside = replace(entry(1).proofs[0], picture="../secret.jpg")
    with pytest.raises(ReportError):
        coverage_pdf(book(entry(1, proofs=(outside,))), (), folder, fonts)


def test_the_contact_sheet_has_nine_frames_to_a_page_and_names_what_has_none(folder, fonts):
    entries = [entry(n) for n in range(1, 20)] + [entry(20, proofs=())]
    written = contact_sheet_pdf(book(*entries), folder, fonts)
    text, pages = text_of(written.pdf)
    # A cover and 19 frames; the last page holds one frame and the piece without evidence.
    assert (pages, text.count("第20个示例题目"), "暂无证据的报道" in text) == (4, 1, True)


def test_a_file_without_picture_is_shown_by_name_and_checksum(folder, fonts):
    film = Proof("新闻联播.mp4", "ab" * 32, "2024年11月1日 示例员")
    text, _pages = text_of(contact_sheet_pdf(book(entry(1, proofs=(film,))), folder, fonts).pdf)
    assert ("新闻联播.mp4" in text, "ab" * 32 in text) == (True, True)


def test_charts_say_in_words_what_they_show(fonts):
    bars = (Bar("7月", 3, 2), Bar("8月", 4, 4))
    assert months_chart(bars, "各月", fonts).alt == (
        "各月：7月 3 篇（计入指标 2 篇），8月 4 篇（计入指标 4 篇）。"
    )
    many = tuple(Bar(f"媒体{n}", 1, 0) for n in range(MOST_ROWS + 5))
    assert bars_chart(many, "各媒体", fonts).alt.endswith("其余 6 项 6 篇（计入指标 0 篇）。")
    assert bars_chart((), "各媒体", fonts).alt == "各媒体：尚无数据。"
