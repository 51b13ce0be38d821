"""The clip workplace in a real browser, by keyboard and by mouse (A12; issue 4, item 3).

One film of ten seconds at 25 frames a second whose proxy really plays; scene cuts at 2 s, 4 s and 6 s.
"""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from campaign import footage
from campaign.db import db
from campaign.demo.invented import PASSWORD
from campaign.films.models import Clip, Derivative, SourceVideo
from campaign.storage import asset_for
from media.testfilms import make_test_film
from media.timecode import format_timecode, time_of
from tests.browser.places import furnished

DESK = (1280, 900)
FRAMES, SECONDS = 250, 10


@pytest.fixture(scope="module")
def stage(chromium, tmp_path_factory):
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    film = make_test_film(path, frames=FRAMES, rate=Fraction(25), size=(320, 180))
    with furnished(tmp_path_factory, chromium, "studio") as (live, visits, values):
        live.run(lambda: _give_a_proxy(live.app.extensions["storage"], film))
        yield Stage(live, visits, values)
        assert visits.take_faults() == []


def _give_a_proxy(storage, film):
    source = db.session.scalars(select(SourceVideo).where(SourceVideo.state == "ready")).one()
    stored = asset_for(db.session, storage.adopt(film), "video/mp4")
    db.session.add(Derivative(source_id=source.id, kind=footage.PROXY, asset_id=stored.id))
    source.duration, source.measures = Fraction(SECONDS), {"scene_cuts": ["2", "4", "6"]}
    db.session.commit()


class Stage:
    """Opens the workplace with a new clip, or with one that exists, as some user."""

    def __init__(self, live, visits, values) -> None:
        self.live = live
        self.visits = visits
        self.room = f"/p/{values['programme']}/films"
        self.film = values["source_id"]
        self.pages = {}

    def page(self, user):
        if user not in self.pages:
            page = self.pages[user] = self.visits.open(*DESK)
            page.goto("/login")
            page.get_by_label("用户名").fill(user)
            page.get_by_label("密码").fill(PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url("**/p/**")
        return self.pages[user]

    def open(self, address, user="lead"):
        page = self.page(user)
        page.goto(f"{self.room}/clips/{address}")
        page.wait_for_selector("html[data-ready]")
        expect(page.locator("[data-timeline]")).to_be_visible()
        # The policy of the site forbids what Playwright would poll with.
        page.locator("video").evaluate(
            "one => one.readyState >= 2 ||"
            " new Promise(done => one.addEventListener('loadeddata', done, {once: true}))"
        )
        return page

    def new(self):
        page = self.open(f"new?film={self.film}")
        page.locator("main h1").click()
        return page


@pytest.fixture
def page(stage):
    return stage.new()


def points(page):
    return page.locator("[data-range]").evaluate_all(
        "rows => rows.map(row => ['in', 'out'].map(side => row.querySelector(`[name=range_${side}]`).value))"
    )


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def time(page):
    return page.locator("[data-time]").inner_text()


def test_frames_are_stepped_and_points_set_by_keys_alone(page):
    press(page, *["ArrowRight"] * 3, "Shift+ArrowRight", "i")
    assert time(page) == "00:00:00:13"
    press(page, "Shift+ArrowRight", "ArrowLeft", "o")
    assert points(page) == [["00:00:00:13", "00:00:00:23"]]
    press(page, "End", "ArrowRight")
    assert time(page) == "00:00:09:24"


def test_at_a_scene_cut_the_out_point_leaves_the_next_scene_out(page):
    """The frame after a cut shows the next scene; a clip that ends with it would end with a flash."""
    press(page, "ArrowDown", "i", "ArrowDown", "o")
    assert points(page) == [["00:00:02:00", "00:00:04:00"]]
    press(page, "ArrowRight", "o")
    assert points(page) == [["00:00:02:00", "00:00:04:02"]]


def test_space_plays_and_j_and_l_shuttle(page):
    press(page, "l", "l", "l")
    assert page.locator("video").evaluate("one => [one.paused, one.playbackRate]") == [False, 4]
    press(page, "k")
    assert page.locator("video").evaluate("one => [one.paused, one.playbackRate]") == [True, 1]
    press(page, "End", "j")
    expect(page.locator("[data-time]")).to_have_text(re.compile(r"00:00:0[0-8]:\d\d"))
    press(page, " ")
    stopped = time(page)
    page.wait_for_timeout(300)
    assert time(page) == stopped


def test_undo_and_redo_go_through_every_step(page):
    press(page, "i", "ArrowDown", "o", "n")
    page.locator("main h1").click()
    press(page, "i")
    steps = [points(page)]
    for _ in range(3):
        press(page, "Control+z")
        steps.append(points(page))
    first, second = ["00:00:00:00", "00:00:02:00"], ["00:00:02:00", ""]
    assert steps == [[first, second], [first, ["", ""]], [first], [["00:00:00:00", ""]]]
    press(page, "Control+Shift+z", "Control+y", "Control+y")
    assert points(page) == [first, second]


def test_a_handle_is_dragged_to_a_scene_cut_and_moved_by_keys(page):
    press(page, "i", "Shift+ArrowRight", "o")
    handle = page.get_by_role("slider", name="第 1 段出点")
    stage = page.locator("[data-stage]").bounding_box()
    box = handle.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    # Three pixels beside the cut at 4 s: near enough to snap.
    page.mouse.move(stage["x"] + stage["width"] * 0.4 + 3, stage["y"] + 60, steps=6)
    page.mouse.up()
    assert points(page) == [["00:00:00:00", "00:00:04:00"]]
    handle.focus()
    press(page, "ArrowLeft", "Shift+ArrowLeft", "PageUp")
    assert points(page) == [["00:00:00:00", "00:00:04:14"]]
    assert handle.get_attribute("aria-valuetext") == "00:00:04:14"
    press(page, "Control+z")
    assert points(page) == [["00:00:00:00", "00:00:03:14"]]


def test_zoom_keeps_the_playhead_in_sight_and_scrubbing_follows_the_pointer(page):
    press(page, "ArrowDown", "ArrowDown", "+", "+")
    expect(page.get_by_role("slider", name="时间线显示的部分")).to_be_visible()
    head = page.locator("[data-head]").bounding_box()
    stage = page.locator("[data-stage]").bounding_box()
    assert stage["x"] <= head["x"] <= stage["x"] + stage["width"]
    press(page, "0")
    page.mouse.click(stage["x"] + stage["width"] * 0.75 + 1, stage["y"] + 10)
    assert time(page) == "00:00:07:12"


def test_a_draft_keeps_itself_and_is_found_again(page, stage):
    press(page, "i", "ArrowDown", "o")
    expect(page.locator("[data-saving-note]")).to_have_attribute("data-kind", "saved")
    assert page.url.endswith("/edit")
    again = stage.open(page.url.rsplit("/clips/", 1)[1])
    assert points(again) == [["00:00:00:00", "00:00:02:00"]]


def test_two_officers_see_each_other_and_the_second_decides(page, stage):
    press(page, "i", "ArrowDown", "o")
    expect(page.locator("[data-saving-note]")).to_have_attribute("data-kind", "saved")
    # The first page does not look in between, as if both had pressed at the same moment.
    page.route(
        "**/draft.json", lambda route: route.abort() if route.request.method == "GET" else route.continue_()
    )
    other = stage.open(page.url.rsplit("/clips/", 1)[1], user="publicity")
    other.locator("main h1").click()
    press(other, "ArrowDown", "ArrowDown", "o")
    expect(other.locator("[data-saving-note]")).to_have_attribute("data-kind", "saved")
    press(page, "ArrowLeft", "ArrowLeft", "o")
    page.unroute("**/draft.json")
    expect(page.locator("[data-said]")).to_contain_text("刚刚也修改了这个成片")
    page.get_by_role("button", name="用对方的").click()
    assert points(page) == [["00:00:00:00", "00:00:04:00"]]
    page.locator("main h1").click()
    press(page, "Control+z")
    assert points(page) == [["00:00:00:00", "00:00:01:24"]]
    expect(page.locator("[data-saving-note]")).to_have_attribute("data-kind", "saved")
    clip_id = int(page.url.rsplit("/", 2)[1])
    assert stage.live.run(lambda: db.session.get(Clip, clip_id).revision) == 3


@pytest.mark.parametrize("rate", ["24", "24000/1001", "25", "30000/1001", "50", "60000/1001", "60"])
def test_the_page_and_the_server_write_and_read_the_same_timecode(stage, page, rate):
    frames = [*range(0, 4000, 7), 17_981, 17_982, 17_983, 107_892, 215_784]
    rate = Fraction(rate)
    codes = [format_timecode(time_of(frame, rate), rate) for frame in frames]
    told = page.evaluate(
        """async ([frames, codes, rate]) => {
          const time = await import("/static/js/studio/time.js");
          return [frames.map(one => time.timecode(one, rate)), codes.map(one => time.typedFrame(one, rate))];
        }""",
        [frames, codes, float(rate)],
    )
    assert told == [codes, frames]


@pytest.mark.slow
def test_without_a_line_nothing_is_lost(page):
    page.route("**/draft.json", lambda route: route.abort())
    press(page, "i", "ArrowDown", "o")
    expect(page.locator("[data-said]")).to_contain_text("网络中断")
    page.unroute("**/draft.json")
    expect(page.locator("[data-saving-note]")).to_have_attribute("data-kind", "saved", timeout=12_000)


@pytest.mark.slow
def test_the_whole_preview_is_kept_and_a_drag_no_longer_asks_the_server(stage):
    """Issue 4, must hold: a frame within 150 ms while the playhead is dragged, also on a slow line."""
    page = stage.open("new?film=" + str(stage.film))
    with page.expect_response(lambda answer: "/proxy" in answer.url and answer.status == 200):
        pass  # the whole file comes by itself, after the first picture
    head = page.locator("[data-time]")
    page.wait_for_timeout(500)
    page.keyboard.press("End")
    expect(head).to_have_text("00:00:09:24")
    expect(page.locator("video")).to_have_attribute("src", re.compile("^blob:"))
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/proxy" in request.url else None)
    page.keyboard.press("Home")
    page.locator("video").evaluate(
        "one => one.seeking ? new Promise(done => one.addEventListener('seeked', done, {once: true})) : null"
    )
    expect(head).to_have_text("00:00:00:00")
    assert (page.locator("video").evaluate("one => one.currentTime < 0.04"), asked) == (True, [])
