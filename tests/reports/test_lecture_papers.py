"""The papers of a lecture event (A7, A8): what stands in them, and that text of users stays text."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import docx
import pytest
from docx.oxml.ns import qn
from icalendar import Calendar

from reports.errors import ReportError
from reports.lecture_calendar import calendar_ics
from reports.lecture_cards import badges_pdf, name_cards_pdf, qr_svg, seat_plan_pdf
from reports.lecture_data import Badge, Seat
from reports.lecture_plan import plan_docx, plan_pdf
from reports.lecture_script import script_docx, sign_in_docx
from reports.lecture_seats import order_in_row, proposed, seats_of
from reports.lecture_sheets import run_of_show_xlsx
from tests.reports.goldens import golden
from tests.reports.lectures import PLAN, empty
from tests.reports.reading import docx_paragraphs, docx_tables, pdf_pages, squeezed, xlsx_sheets

ADDRESS = "https://example.org/q/0123456789abcdefABCDEF"


@pytest.fixture(scope="module")
def plan_file(fonts):
    return plan_docx(PLAN, fonts)


# --- goldens ----------------------------------------------------------------------------------------------


def test_the_plan_is_the_golden_one(plan_file):
    """A8."""
    said, written = golden("lecture_plan", plan_file, "word/document.xml", "word/footer1.xml")
    assert written == said


def test_the_script_is_the_golden_one(fonts):
    said, written = golden("lecture_script", script_docx(PLAN, fonts), "word/document.xml")
    assert written == said


def test_the_sign_in_sheet_is_the_golden_one(fonts):
    said, written = golden("lecture_sign_in", sign_in_docx(PLAN, fonts), "word/document.xml")
    assert written == said


def test_the_run_of_show_is_the_golden_one():
    parts = ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml")
    said, written = golden("lecture_run_of_show", run_of_show_xlsx(PLAN), *parts)
    assert written == said


def test_issuer_and_day_never_stand_alone_on_the_last_page(fonts):
    """The rows before them go along; a cue of the script keeps the words before it."""
    plan = plan_docx(replace(PLAN, note=""), fonts)
    body = list(docx.Document(io.BytesIO(plan)).iter_inner_content())
    at = next(place for place, block in enumerate(body) if getattr(block, "text", "") == PLAN.issuer)
    table = next(block for block in reversed(body[:at]) if hasattr(block, "rows"))
    kept = [
        all(p.paragraph_format.keep_with_next for cell in row.cells for p in cell.paragraphs)
        for row in table.rows
    ]
    assert kept[-2:] == [True, True]
    assert body[at].paragraph_format.keep_with_next
    script = docx.Document(io.BytesIO(script_docx(PLAN, fonts))).paragraphs
    cues = [place for place, paragraph in enumerate(script) if paragraph.text.startswith("【")]
    assert len(cues) > 0
    assert [script[place - 1].paragraph_format.keep_with_next for place in cues] == [True] * len(cues)


# --- the plan ---------------------------------------------------------------------------------------------


def test_a_plan_has_the_parts_that_the_notice_asks_for(plan_file):
    """A8: date and time, venue, case list, guest list, media list, agenda."""
    texts = docx_paragraphs(plan_file)
    heads = [text for text in texts if text[:1] in "一二三四五六七八九十" and "、" in text[:3]]
    assert heads == [
        "一、活动目的", "二、活动主题", "三、组织单位", "四、时间地点", "五、案例宣讲名单", "六、与会嘉宾",
        "七、媒体邀请", "八、活动议程", "九、工作分工", "十、筹备进度", "十一、经费预算", "十二、应急预案",
        "十三、其他事项",
    ]  # fmt: skip
    assert "2024年10月25日（星期五）14:30—16:00。" in texts
    assert [table[1][1] for table in docx_tables(plan_file)] == [
        PLAN.cases[0].title, "甲示例", "示例日报", "14:30—15:00", "会务组",
        "方案及宣讲材料送中心审核", "场地租赁", "直播中断",
    ]  # fmt: skip


def test_the_budget_is_summed_to_the_fen(plan_file):
    assert docx_tables(plan_file)[6][-1] == ["合计", "20,800.50", ""]


def test_every_run_and_style_of_a_plan_names_its_chinese_font(plan_file):
    word = docx.Document(io.BytesIO(plan_file))
    title = word.paragraphs[0].runs[0]._r.rPr.rFonts.get(qn("w:eastAsia"))
    without = [
        style.name
        for style in word.styles
        if style.type in (1, 2) and style.element.rPr.rFonts.get(qn("w:eastAsia")) is None
    ]
    bare = [
        run.text
        for part in (word.element.body, word.sections[0].footer._element)
        for run in part.iter(qn("w:r"))
        if run.rPr is None or run.rPr.rFonts is None or run.rPr.rFonts.get(qn("w:eastAsia")) is None
    ]
    assert (title, without, bare) == ("方正小标宋简体", [], [])


def test_a_machine_without_the_official_font_is_told_what_to_show_instead(plan_file):
    with zipfile.ZipFile(io.BytesIO(plan_file)) as package:
        fonts = package.read("word/fontTable.xml").decode()
    assert '<w:font w:name="方正小标宋简体"><w:altName w:val="黑体,SimHei' in fonts


def test_the_pdf_says_what_the_word_file_says(plan_file, fonts):
    read = "".join(squeezed(page) for page in pdf_pages(plan_pdf(PLAN, fonts)))
    said = [squeezed(text) for text in docx_paragraphs(plan_file) if text.strip()]
    said += [squeezed(cell) for table in docx_tables(plan_file) for row in table for cell in row]
    assert [text for text in said if text not in read] == []


def test_an_empty_plan_says_what_is_still_to_come(fonts):
    texts = docx_paragraphs(plan_docx(empty(), fonts))
    assert [text for text in texts if "待" in text] == [
        "线上直播渠道待定。", "宣讲案例待遴选后补充。", "嘉宾名单待邀请后补充。", "媒体名单待邀请后补充。",
        "议程待编排后补充。", "分工待确定后补充。", "筹备事项待排定后补充。", "经费预算待核定后补充。",
        "应急措施待制定后补充。",
    ]  # fmt: skip


def test_text_of_users_is_neither_template_nor_markup(fonts):
    typed = '{{ 7*7 }} <w:p/> #read("/etc/passwd") *粗* $x$'
    plan = replace(PLAN, theme=typed)
    assert typed in docx_paragraphs(plan_docx(plan, fonts))
    assert squeezed(typed) in "".join(squeezed(page) for page in pdf_pages(plan_pdf(plan, fonts)))


@pytest.mark.parametrize(
    "write",
    [plan_docx, plan_pdf, script_docx, sign_in_docx, name_cards_pdf, seat_plan_pdf],
)
def test_a_character_that_no_font_has_is_refused_by_name(write, fonts):
    guests = (replace(PLAN.guests[0], name="甲\U0001f980"),)
    with pytest.raises(ReportError) as refusal:
        write(replace(PLAN, guests=guests, hall=()), fonts)
    assert refusal.value.params["code"] == "U+1F980"


def test_the_same_plan_has_the_same_bytes(plan_file, fonts):
    assert plan_docx(PLAN, fonts) == plan_file
    assert plan_pdf(PLAN, fonts) == plan_pdf(PLAN, fonts)


# --- run of show and script -------------------------------------------------------------------------------


def test_the_desk_reads_times_lengths_and_what_is_not_there_yet():
    rows = xlsx_sheets(run_of_show_xlsx(PLAN))["流程单"]
    assert rows[3][:6] == [1, "14:30", "15:00", 30, "签到入场", "壬示例"]
    assert [row[-1] for row in rows[3:]] == ["到位", "庚示例", "庚示例", "到位", "待备", "庚示例", "庚示例"]


def test_a_formula_in_a_title_stays_text():
    plan = replace(PLAN, agenda=(replace(PLAN.agenda[0], title="=1+1"),))
    with zipfile.ZipFile(io.BytesIO(run_of_show_xlsx(plan))) as package:
        assert "<f>" not in package.read("xl/worksheets/sheet1.xml").decode()
    assert xlsx_sheets(run_of_show_xlsx(plan))["流程单"][3][4] == "=1+1"


def test_the_host_introduces_the_guests_in_their_order_with_post_and_house(fonts):
    texts = docx_paragraphs(script_docx(PLAN, fonts))
    at = texts.index("请允许我介绍出席今天活动的领导和嘉宾，他们是：")
    assert texts[at + 1 : at + 3] == [
        "某省科学技术协会党组书记、主席甲示例；",
        "示例大学中国工程院院士乙示例；",
    ]
    assert "下面，请某省科学技术协会党组书记、主席甲示例致辞。大家欢迎！" in texts


# --- seats, cards, badges ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "order"), [(1, (1,)), (2, (2, 1)), (4, (3, 2, 4, 1)), (5, (3, 2, 4, 1, 5))]
)
def test_the_highest_sits_in_the_middle_and_the_next_on_the_left(count, order):
    assert order_in_row(count) == order


def test_two_of_an_even_row_share_the_middle_the_second_on_the_first_ones_left():
    assert [seat.name for seat in proposed("一二三四", 4)] == ["四", "二", "一", "三"]


def test_a_seat_that_was_given_is_kept_and_nobody_sits_on_it():
    plan = replace(PLAN, hall=(Seat(1, 9, "丙示例"),), seat_columns=16, seat_rows=12)
    seats, per_row, rows = seats_of(plan)
    assert (per_row, rows) == (16, 12)
    assert [(seat.row, seat.number) for seat in seats if seat.name == "丙示例"] == [(1, 9)]
    assert len({(seat.row, seat.number) for seat in seats}) == len(seats)
    # The first guest moves to the nearest free seat of the middle.
    assert next(seat for seat in seats if seat.name == "甲示例") == Seat(1, 8, "甲示例")


def test_speakers_sit_behind_the_guests_and_reporters_behind_the_speakers():
    rows = {seat.name: seat.row for seat in seats_of(PLAN)[0]}
    assert [rows[name] for name in ("甲示例", "欧阳示例", "林示例", "𠮷示例", "戊示例")] == [1, 1, 2, 2, 3]


def test_the_seat_plan_names_everybody_who_comes(fonts):
    (page,) = pdf_pages(seat_plan_pdf(PLAN, fonts))
    names = ["甲示例", "乙示例", "丙示例", "丁示例", "欧阳示例", "林示例", "𠮷示例", "戊示例"]
    assert [name for name in names if name not in squeezed(page)] == []


def test_a_name_card_reads_from_both_sides_and_short_names_are_spaced(fonts):
    plan = replace(empty(), guests=(replace(PLAN.guests[0], name="张三"),))
    assert [squeezed(page) for page in pdf_pages(name_cards_pdf(plan, fonts))] == ["张三张三"]


def test_badges_stand_four_to_a_page(fonts):
    badges = [Badge(f"示例{n}", "某单位 工程师", "嘉宾", ADDRESS) for n in range(5)]
    pages = [squeezed(page) for page in pdf_pages(badges_pdf(PLAN, badges, fonts))]
    assert [page.count("嘉宾") for page in pages] == [4, 1]


def test_an_address_too_long_for_a_badge_is_refused():
    with pytest.raises(ReportError):
        qr_svg("https://example.org/" + "a" * 300)


# --- calendar ---------------------------------------------------------------------------------------------


def test_the_calendar_opens_at_the_right_hour_of_shanghai_and_of_the_world():
    (event,) = Calendar.from_ical(calendar_ics(PLAN, "x@qichuang")).walk("VEVENT")
    begins = event.decoded("dtstart")
    assert begins.astimezone(UTC) == PLAN.starts_at
    assert begins.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%H:%M") == "14:30"


def test_a_client_without_our_zone_finds_its_offset_in_the_file():
    """RFC 5545, 3.6.5."""
    text = calendar_ics(PLAN, "x@qichuang").decode()
    assert "DTSTART;TZID=Asia/Shanghai:20241025T143000\r\n" in text
    assert "BEGIN:VTIMEZONE\r\nTZID:Asia/Shanghai\r\n" in text
    assert "TZOFFSETTO:+0800\r\n" in text


def test_lines_are_folded_and_signs_escaped():
    """RFC 5545, 3.1 and 3.3.11."""
    plan = replace(PLAN, title="甲,乙;丙\\丁\n戊" + "长" * 60)
    content = calendar_ics(plan, "x@qichuang")
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert str(event["summary"]) == plan.title
    assert b"SUMMARY:\xe7\x94\xb2\\,\xe4\xb9\x99\\;" in content


def test_a_later_file_replaces_an_earlier_one():
    first, second = (
        Calendar.from_ical(calendar_ics(replace(PLAN, made_at=at), "x@qichuang")).walk("VEVENT")[0][
            "sequence"
        ]
        for at in (
            datetime(2024, 10, 8, 1, tzinfo=UTC),
            datetime(2024, 10, 8, 1, tzinfo=UTC) + timedelta(hours=1),
        )
    )
    assert second - first == 60


def test_the_file_keeps_what_the_standard_demands_of_every_calendar():
    """RFC 5545: 3.1 lines and folds, 3.4, 3.6.1 and 3.8.7 properties that must stand once."""
    content = calendar_ics(replace(PLAN, title="长标题" * 40), "x@qichuang")
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert content.count(b"\n") == content.count(b"\r") == content.count(b"\r\n")
    # No fold parts a character: each line is text by itself.
    folded = [line.decode() for line in content.split(b"\r\n")]
    unfolded = "\n".join(folded).replace("\n ", "").splitlines()
    names = [line.partition(":")[0].partition(";")[0] for line in unfolded]
    for name in ("VERSION", "PRODID", "METHOD", "UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "SUMMARY"):
        assert names.count(name) == (2 if name == "DTSTART" else 1), name
    begins = [line for line in unfolded if line.startswith("BEGIN:")]
    assert begins == ["BEGIN:VCALENDAR", "BEGIN:VTIMEZONE", "BEGIN:STANDARD", "BEGIN:VEVENT"]
    (stamp,) = (line for line in unfolded if line.startswith("DTSTAMP"))
    assert stamp == f"DTSTAMP:{PLAN.made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    assert "UID:x@qichuang" in unfolded


def test_a_changed_plan_keeps_the_number_of_its_event():
    """A client changes the entry instead of making a second one."""
    changed = replace(PLAN, title="改名", starts_at=PLAN.starts_at + timedelta(days=1))
    uids = [
        Calendar.from_ical(calendar_ics(one, "x@qichuang")).walk("VEVENT")[0]["uid"]
        for one in (PLAN, changed)
    ]
    assert uids == ["x@qichuang"] * 2


def test_a_cancelled_event_leaves_the_hour_free():
    """RFC 5545, 3.8.1.11 and 3.8.2.7."""
    shown = {
        cancelled: Calendar.from_ical(calendar_ics(PLAN, "x@qichuang", cancelled=cancelled)).walk("VEVENT")[0]
        for cancelled in (False, True)
    }
    assert [(str(one["status"]), str(one["transp"])) for one in shown.values()] == [
        ("CONFIRMED", "OPAQUE"),
        ("CANCELLED", "TRANSPARENT"),
    ]
