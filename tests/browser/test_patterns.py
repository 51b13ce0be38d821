"""The pattern page in a real browser: accessible at both widths and in both schemes, usable by keyboard."""

from __future__ import annotations

import hashlib
import re

import pytest
from playwright.sync_api import expect

from campaign.patterns.practice import UPLOADS
from tests.browser.axe import violations

SIZES = {"1280": (1280, 800), "390": (390, 844)}


def ready(page, path="/patterns/"):
    page.goto(path)
    page.wait_for_selector("html[data-ready]")
    return page


def focused(page):
    return page.evaluate("document.activeElement.outerHTML.slice(0, 200)")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pattern_page(open_page, size, scheme):
    page = ready(open_page(*SIZES[size], scheme))
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_axe_finds_nothing_on_a_refused_form(open_page, scheme):
    page = ready(open_page(1280, 800, scheme))
    page.locator(".form button[type=submit]").click()
    page.wait_for_selector("html[data-ready] .error-summary")
    assert violations(page) == []


def test_axe_finds_nothing_in_an_open_dialog_and_an_open_phone_menu(page_1280, page_390):
    ready(page_1280).locator("#confirm button").first.click()
    assert violations(page_1280) == []
    ready(page_390).locator(".nav-button").click()
    expect(page_390.locator("#rooms")).to_be_visible()
    assert violations(page_390) == []


@pytest.mark.parametrize("width", [390, 768, 1024, 1366])
def test_no_page_scrolls_sideways(open_page, width):
    page = ready(open_page(width, 800))
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_first_tab_skips_to_the_content(page_1280):
    page = ready(page_1280)
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_a_slash_focuses_the_search_and_escape_gives_the_focus_back(page_1280):
    page = ready(page_1280)
    page.locator("#confirm button").first.focus()
    page.keyboard.press("/")
    search = page.locator(".topsearch input")
    expect(search).to_be_focused()
    expect(search).to_have_value("")
    page.keyboard.press("Escape")
    expect(page.locator("#confirm button").first).to_be_focused()


def test_a_slash_typed_in_a_field_stays_a_slash(page_1280):
    page = ready(page_1280)
    page.locator("#title").press_sequentially("入点/出点")
    expect(page.locator("#title")).to_have_value("入点/出点")


def test_the_confirm_dialog_is_worked_by_keyboard(page_1280):
    page = ready(page_1280)
    button = page.locator("#confirm button").first
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("#confirm dialog")
    expect(dialog).to_be_visible()
    expect(dialog.locator(".btn-secondary")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Tab")
    expect(dialog.locator(".btn-danger")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_selector("body[data-saved]")
    assert page.locator(".flashes").first.locator(".flash-success").count() == 1


def test_without_scripts_the_question_unfolds_and_filters_have_a_button(open_page):
    page = open_page(1280, 800, java_script_enabled=False)
    page.goto("/patterns/")
    expect(page.locator("#confirm .btn-danger")).to_be_hidden()
    page.locator("#confirm summary").click()
    expect(page.locator("#confirm .btn-danger")).to_be_visible()
    page.locator(".listing select[name=city]").select_option("广州")
    page.locator("[data-apply]").click()
    assert "city=%E5%B9%BF%E5%B7%9E" in page.url
    expect(page.locator(".rows td[data-label=推荐地市]").first).to_have_text("广州")


def test_a_chosen_filter_stands_in_a_clean_address_and_can_be_taken_away(page_1280):
    page = ready(page_1280)
    page.locator("select[name=state]").select_option("approved")
    page.wait_for_url("**/patterns/?state=approved")
    page.wait_for_selector("html[data-ready]")
    chip = page.locator(".chosen a").first
    expect(chip).to_contain_text("审核通过")
    chip.click()
    page.wait_for_url(re.compile(r"/patterns/\?$"))


def test_a_head_sorts_and_says_so(page_1280):
    page = ready(page_1280)
    head = page.locator(".listing th").filter(has_text="报道")
    head.locator("a").click()
    expect(page.locator(".listing th").filter(has_text="报道")).to_have_attribute("aria-sort", "ascending")
    expect(page.locator(".rows td[data-label=报道]").first).to_have_text("0")


def test_a_refused_form_focuses_its_summary_which_leads_to_the_fields(page_1280):
    page = ready(page_1280)
    page.locator("#story").fill("三百次失败之后")
    page.locator(".form button[type=submit]").click()
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(page.locator("#story")).to_have_value("三百次失败之后")
    summary.get_by_text("请填写案例名称").click()
    expect(page.locator("#title")).to_be_focused()
    expect(page.locator("#title")).to_have_attribute("aria-invalid", "true")
    summary.get_by_text("请至少选择一个案例").click()
    expect(page.locator("#cases-search")).to_be_focused()


def test_what_was_typed_outlives_a_closed_tab_and_is_forgotten_once_saved(page_1280):
    page = ready(page_1280)
    page.locator("#title").fill("一滴油膜里的国产高端轴承")
    page.goto("about:blank")
    ready(page)
    expect(page.locator(".draft-note")).to_be_visible()
    expect(page.locator("#title")).to_have_value("一滴油膜里的国产高端轴承")
    page.locator("#case_type-0").check()
    page.locator("#received_on").fill("2024-09-16")
    page.locator("#story").fill("三百次失败之后")
    page.locator("#cases-search").fill("油膜")
    page.locator("#cases-search").press("Enter")
    page.locator(".form button[type=submit]").click()
    page.wait_for_selector("html[data-ready] body[data-saved]")
    expect(page.locator("#title")).to_have_value("")
    assert page.evaluate("Object.keys(localStorage)") == []


def test_cases_are_found_and_ticked_by_keyboard(page_1280):
    page = ready(page_1280)
    search = page.locator("#cases-search")
    search.fill("荔枝")
    search.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator(".picker-chosen li")).to_have_count(1)
    assert page.locator("#cases").evaluate("s => [...s.selectedOptions].map(o => o.value)") == ["5"]


def test_a_failure_stays_until_it_is_closed(page_1280):
    page = ready(page_1280)
    page.get_by_role("button", name="试一试失败消息").click()
    page.wait_for_selector("html[data-ready]")
    box = page.locator(".flash-danger").first
    expect(box).to_contain_text("第 7 行")
    before = page.locator(".flash-danger").count()
    box.locator("[data-dismiss]").click()
    expect(page.locator(".flash-danger")).to_have_count(before - 1)


def test_a_job_moves_by_itself_and_the_top_bar_names_what_runs(page_1280):
    page = ready(page_1280)
    expect(page.locator(".running-jobs")).to_be_visible()
    first = page.locator("#jobs [data-percent]").first.text_content()
    expect(page.locator("#jobs [data-percent]").first).not_to_have_text(first)


def test_a_picture_opens_large_and_the_focus_returns(page_1280):
    page = ready(page_1280)
    link = page.locator(".evidence a").first
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".lightbox")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".lightbox")).to_be_hidden()
    expect(link).to_be_focused()


@pytest.fixture(autouse=True)
def _nothing_sent_yet():
    UPLOADS.clear()


def choose(page, path):
    page.locator(".upload input[type=file]").set_input_files(path)


def test_a_large_file_is_sent_in_pieces_and_arrives_byte_for_byte(page_1280, tmp_path):
    """Issue 2, point 5: pieces of 8 MB, each with its sum."""
    film = tmp_path / "案例+视频.bin"
    content = bytes(range(256)) * 4096 * 20
    film.write_bytes(content)
    pieces = []
    page = ready(page_1280)
    page.on("request", lambda r: pieces.append(r.headers) if r.method == "PATCH" else None)
    choose(page, film)
    page.wait_for_selector(".upload-done")
    assert [p["upload-offset"] for p in pieces] == ["0", "8388608", "16777216"]
    assert all(p["upload-checksum"].startswith("sha256 ") for p in pieces)
    assert [one.digest.hexdigest() for one in UPLOADS.values()] == [hashlib.sha256(content).hexdigest()]


@pytest.mark.slow
def test_an_upload_goes_on_after_the_tab_was_closed(page_1280, tmp_path):
    """Issue 2, point 5: chosen again, the same file continues where the server stands."""
    film = tmp_path / "film.bin"
    film.write_bytes(b"q" * (20 * 1024 * 1024))
    page = ready(page_1280)
    page.route(
        "**/patterns/upload/*",
        lambda r: r.abort() if r.request.headers.get("upload-offset") == "8388608" else r.fallback(),
    )
    choose(page, film)
    page.wait_for_selector(".upload-note:has-text('1 s'), .upload-note:has-text('1 秒')")
    page.unroute("**/patterns/upload/*")
    page.close(run_before_unload=False)
    again = ready(page_1280.context.new_page())
    offsets = []
    again.on("request", lambda r: offsets.append(r.headers["upload-offset"]) if r.method == "PATCH" else None)
    choose(again, film)
    again.wait_for_selector(".upload-done")
    assert offsets == ["8388608", "16777216"]
    assert [one.offset_bytes for one in UPLOADS.values()] == [20 * 1024 * 1024]


def test_a_refused_upload_says_why_in_the_words_of_the_server(page_1280, tmp_path):
    film = tmp_path / "huge.bin"
    with film.open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    page = ready(page_1280)
    choose(page, film)
    expect(page.locator(".upload-failed .upload-note")).to_have_text("练习上传最多 64 MB。")


def test_a_file_of_another_kind_is_refused_before_it_is_sent(page_1280, tmp_path):
    sheet = tmp_path / "汇总表.xlsx"
    sheet.write_bytes(b"PK")
    page = ready(page_1280)
    choose(page, sheet)
    expect(page.locator(".upload-failed .upload-note")).to_contain_text("MP4")
    assert UPLOADS == {}
