"""A cut list becomes clips in a real browser: dropped by mouse, chosen by keyboard (A12; issue 4, item 6)."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from campaign.db import db
from campaign.demo.invented import PASSWORD
from campaign.films.models import SourceVideo
from tests.browser.axe import violations
from tests.browser.places import furnished
from tests.media.test_suggest import film_of

pytestmark = pytest.mark.slow

# Dropping files is not what Playwright's mouse can do; the page hears the same events.
DROP = """(zone, files) => {
  const all = new DataTransfer();
  for (const [name, text] of files) all.items.add(new File([text], name));
  for (const kind of ["dragenter", "dragover", "drop"])
    zone.dispatchEvent(new DragEvent(kind, { dataTransfer: all, bubbles: true, cancelable: true }));
}"""


@pytest.fixture(scope="module")
def stage(chromium, tmp_path_factory):
    """A page on the form, and the name of the film that can be cut."""
    with furnished(tmp_path_factory, chromium, "batch") as (live, visits, _values):
        page = visits.open(1280, 800)
        page.goto("/login")
        page.get_by_label("用户名").fill("publicity")
        page.get_by_label("密码").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/p/**")
        yield page, live.run(_film)
        assert visits.take_faults() == []


def _film():
    film = db.session.scalars(select(SourceVideo).where(SourceVideo.state == "ready")).one()
    film.info = film_of(185).to_json()
    db.session.commit()
    return film.file_name


def cut_list(film, title, *ranges):
    ranges = ranges or ("00:00:02:00,00:01:02:00", "00:01:10:00,00:02:10:00")
    return "\n".join(["成片,视频,入点,出点", *(f"{title},{film},{one}" for one in ranges), ""])


def open_form(page):
    page.goto("/p/guangdong-2024/films/clips/batch")
    page.wait_for_selector("html[data-ready]")


def test_files_dropped_together_find_their_fields_and_the_clip_is_made(stage):
    page, film = stage
    open_form(page)
    zone = page.locator("label.drop").first
    zone.evaluate(
        DROP,
        [["字幕.srt", "1\n00:00:01,000 --> 00:00:03,000\n一\n"], ["清单.csv", cut_list(film, "拖入的成片")]],
    )
    expect(page.locator("#list-chosen")).to_have_text("清单.csv")
    expect(page.locator("#extras-chosen")).to_have_text("字幕.srt")
    assert violations(page) == []
    page.get_by_role("button", name="预览").click()
    expect(page.locator(".row-title")).to_have_text(["拖入的成片"], timeout=20_000)
    page.locator(".batch-go button").click()
    page.wait_for_url("**/films/clips/?*")
    expect(page.get_by_role("link", name="拖入的成片", exact=True).first).to_be_visible()


def test_a_list_is_chosen_and_made_by_keyboard_alone(stage, tmp_path):
    page, film = stage
    path = tmp_path / "清单.csv"
    # Other pictures than the clip of the test before, or the list would have nothing to make.
    path.write_text(cut_list(film, "键盘的成片", "00:00:05:00,00:02:05:00"), "utf-8")
    open_form(page)
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "list":
            break
    expect(page.locator("input[name=list]")).to_be_focused()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(path)
    expect(page.locator("#list-chosen")).to_have_text("清单.csv")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".row-title")).to_have_text(["键盘的成片"], timeout=20_000)
    page.locator(".batch-go button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/films/clips/?*")
    expect(page.get_by_role("link", name="键盘的成片", exact=True).first).to_be_visible()
