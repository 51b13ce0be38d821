"""Editions of the casebook, and stories as Word and from Word, on their pages (A13, P7, P8, P23)."""

from __future__ import annotations

import io
import re
from html import unescape

import pypdfium2
import pytest
from docx import Document
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from campaign.audit import AuditEntry
from campaign.casebook import services
from campaign.casebook.models import BookEdition
from campaign.cases import services as cases
from campaign.jobs import Job
from tests.campaign.cases.test_photos import jpeg
from tests.factories import make_case

STORY = "一、创新背景\n𠮷字号产线能耗高。\n二、攻坚历程\n二十七轮试验。\n三、创新感悟\n要动手。"


@pytest.fixture
def base(world):
    return f"/p/{world.programme.key}/casebook"


@pytest.fixture
def storage(app):
    return app.extensions["storage"]


def asked(**changes):
    return {"title": "示例案例集", "issuer": "示例省科协", "scope": "written"} | changes


def set_book(app, session, report=lambda _share: None):
    edition = session.scalars(select(BookEdition).order_by(BookEdition.id.desc())).first()
    services.write_edition(session, app.extensions["storage"], app.config["SETTINGS"], edition, report)
    return edition


def words_of(app, edition):
    document = pypdfium2.PdfDocument(app.extensions["storage"].path(edition.asset.sha256))
    try:
        return "".join("".join(page.get_textpage().get_text_range() for page in document).split())
    finally:
        document.close()


def word_file(*paragraphs, picture=None, title=""):
    word = Document()
    if title:
        word.add_paragraph(title, style="Title")
    for text in paragraphs:
        word.add_paragraph(text)
    if picture:
        word.add_picture(io.BytesIO(picture))
    stream = io.BytesIO()
    word.save(stream)
    return stream.getvalue()


def test_an_edition_holds_the_stories_by_type_with_their_pictures(client, world, session, app, base, storage):
    """A13, B6."""
    process = make_case(session, world, "甲工艺", kind="process", story=STORY)
    make_case(session, world, "乙技术", kind="technological", story=STORY)
    make_case(session, world, "没有故事", kind="process")
    cases.add_photo(session, storage, process, io.BytesIO(jpeg(1)), "企业外景.jpg")
    world.login(client, "lead")
    assert client.post(f"{base}/", data=asked()).status_code == 302
    assert session.scalars(select(Job.kind)).all() == ["casebook"]
    edition = set_book(app, session)
    text = words_of(app, edition)
    assert (edition.number, edition.stories, edition.told["coarse"]) == (1, 2, [])
    assert text.index("技术创新篇") < text.index("乙技术") < text.index("工艺创新篇")
    assert ("𠮷字号产线能耗高。" in text, "企业外景" in text, "没有故事" in text) == (True, True, False)
    with client.get(f"{base}/{edition.id}.pdf") as page:
        assert (page.status_code, page.mimetype) == (200, "application/pdf")


def test_an_edition_of_approved_stories_leaves_the_others_out(client, world, session, base):
    """A16: what the centre has not approved stays out when that is asked."""
    make_case(session, world, "甲", kind="process", story=STORY)
    world.login(client, "lead")
    refused = client.post(f"{base}/", data=asked(scope="approved", subtitle="不丢的副标题"))
    assert (refused.status_code, "还没有可收录的故事" in refused.get_data(as_text=True)) == (422, True)
    assert "不丢的副标题" in refused.get_data(as_text=True)
    assert session.scalars(select(BookEdition)).all() == []


def test_an_officer_of_another_role_reads_but_does_not_make(client, world, session, base):
    make_case(session, world, "甲", kind="process", story=STORY)
    world.login(client, "observer")
    page = client.post(f"{base}/", data=asked())
    assert (page.status_code, "生成案例集" in page.get_data(as_text=True)) == (200, False)
    assert session.scalars(select(BookEdition)).all() == []


def test_the_second_edition_has_the_next_number_and_the_first_stays(client, world, session, app, base):
    case = make_case(session, world, "甲", kind="process", story=STORY)
    world.login(client, "lead")
    client.post(f"{base}/", data=asked())
    first = set_book(app, session)
    digest = first.asset.sha256
    case.story = STORY.replace("二十七", "二十八")
    session.commit()
    client.post(f"{base}/", data=asked())
    second = set_book(app, session)
    session.refresh(first)
    assert (second.number, first.asset.sha256) == (2, digest)
    assert "二十八轮试验。" in words_of(app, second)


def test_a_story_comes_out_as_word_in_the_type_of_the_province(client, world, session, base):
    """P23."""
    case = make_case(session, world, "甲", kind="process", story=STORY)
    world.login(client, "observer")
    answer = client.get(f"{base}/story/{case.id}.docx")
    word = Document(io.BytesIO(answer.data))
    assert [p.style.name for p in word.paragraphs][:4] == ["Heading 1", "Normal", "Heading 2", "Normal"]
    assert word.paragraphs[2].text == "一、创新背景"


def test_a_word_file_is_shown_first_and_taken_over_then(client, world, session, base):
    """P7, P8: nothing is stored in the case before the officer has seen it."""
    case = make_case(session, world, "甲", kind="process", story="旧稿。")
    world.login(client, "publicity")
    content = word_file("一、创新背景", "新稿第一段。", picture=jpeg(3), title="文件里的标题")
    page = client.post(
        f"{base}/story/{case.id}/import", data={"file": (io.BytesIO(content), "故事.docx")}
    ).get_data(as_text=True)
    session.refresh(case)
    assert (case.story, case.photos) == ("旧稿。", [])
    for words in ("新稿第一段。", "文件里的标题", "文件里有 1 张图片", "攻坚历程、创新感悟"):
        assert words in page
    token = page.split('name="token"')[1].split('value="')[1].split('"')[0]
    client.post(f"{base}/story/{case.id}/take", data={"token": token, "with_pictures": "y"})
    session.refresh(case)
    assert case.story == "一、创新背景\n新稿第一段。"
    assert [photo.file_name for photo in case.photos] == ["甲-1.jpg"]
    entry = session.scalars(select(AuditEntry).where(AuditEntry.subject_type == "case_record")).all()[-1]
    assert entry.changes["story"] == ["旧稿。", "一、创新背景\n新稿第一段。"]


def test_the_words_are_kept_when_a_picture_cannot_be_taken(client, world, session, base, monkeypatch):
    case = make_case(session, world, "甲", kind="process")
    world.login(client, "publicity")
    monkeypatch.setattr(cases, "MAX_PHOTO_BYTES", 10)
    content = word_file("第一段。", picture=jpeg(3))
    page = client.post(
        f"{base}/story/{case.id}/import", data={"file": (io.BytesIO(content), "故事.docx")}
    ).get_data(as_text=True)
    token = page.split('name="token"')[1].split('value="')[1].split('"')[0]
    answer = client.post(
        f"{base}/story/{case.id}/take", data={"token": token, "with_pictures": "y"}, follow_redirects=True
    )
    session.refresh(case)
    assert (case.story, case.photos) == ("第一段。", [])
    assert "以下图片未能导入：1.jpg。" in answer.get_data(as_text=True)


def test_what_is_no_word_file_is_refused_by_its_name(client, world, session, base):
    case = make_case(session, world, "甲", kind="process", story="旧稿。")
    world.login(client, "publicity")
    answer = client.post(f"{base}/story/{case.id}/import", data={"file": (io.BytesIO(b"plain"), "故事.doc")})
    assert (answer.status_code, "故事.doc 不能作为 Word 文件读取" in answer.get_data(as_text=True)) == (
        422,
        True,
    )


def test_a_preview_of_one_case_is_not_taken_for_another(client, world, session, base):
    case, other = make_case(session, world, "甲", story="旧。"), make_case(session, world, "乙", story="旧。")
    world.login(client, "publicity")
    page = client.post(
        f"{base}/story/{case.id}/import", data={"file": (io.BytesIO(word_file("新。")), "故事.docx")}
    ).get_data(as_text=True)
    token = page.split('name="token"')[1].split('value="')[1].split('"')[0]
    client.post(f"{base}/story/{other.id}/take", data={"token": token})
    session.refresh(other)
    assert other.story == "旧。"


@pytest.mark.slow
def test_each_number_of_the_stories_opens_exactly_its_rows(client, session, world):
    """ux: numbers are doors."""
    make_case(session, world, "短的", story="太短。")
    make_case(session, world, "合适的", story="字" * 2000, state="selected")
    make_case(session, world, "没有的")
    world.login(client, "lead")
    page = client.get(f"/p/{world.programme.key}/casebook/").get_data(as_text=True)
    told = re.findall(r'href="([^"]+)"><span class="figure">(\d+)<', page)
    assert [int(number) for _url, number in told] == [2, 1, 1, 2]
    for url, number in told:
        sheet = client.get(f"{unescape(url)}&format=xlsx")
        rows = CalamineWorkbook.from_filelike(io.BytesIO(sheet.data)).get_sheet_by_index(0).to_python()[1:]
        assert (url, sum(1 for row in rows if any(cell != "" for cell in row))) == (url, int(number))
