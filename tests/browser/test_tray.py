"""Bringing films in, in a real browser: a hundred at once, a lost line, a closed tab, doubles, and the tray.

Issue 4, point 1; requirement P16. The files are no films: what they are is found out after they have come.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from campaign import jobs, schema
from campaign.config import Settings
from campaign.db import db
from campaign.films.models import SourceVideo
from media.testfilms import make_test_film
from tests.browser.conftest import Visits, serving
from tests.factories import PASSWORD, build_world, make_case

MB = 1024 * 1024
CASES = [f"示例案例{number:02d}" for number in range(12)]


class Desk:
    """A site of its own, and pages on which the publicity officer is logged in."""

    def __init__(self, live, visits) -> None:
        self.live = live
        self.visits = visits

    def open(self, width=1280, height=800):
        page = self.visits.open(width, height)
        page.goto("/login")
        page.get_by_label("用户名").fill("publicity-user")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url("**/p/**")
        return self.at_the_tray(page)

    def at_the_tray(self, page):
        page.goto("/p/guangdong-2024/films/upload")
        page.wait_for_selector("html[data-ready]")
        return page

    def films(self) -> dict[str, str | None]:
        """The films that are there, and their cases."""

        def read():
            rows = db.session.query(SourceVideo).all()
            return {film.file_name: film.case.title if film.case else None for film in rows}

        return self.live.run(read)


@pytest.fixture(scope="module")
def desk(chromium, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tray")
    settings = Settings(
        data_dir=folder / "data",
        database_url=f"sqlite:///{folder / 'tray.sqlite'}",
        mode="testing",
        log_json=False,
    )

    def furnish():
        schema.upgrade(db.engine)
        jobs.migrate(settings)
        world = build_world(db.session)
        for title in CASES:
            make_case(db.session, world, title, region="广州市")

    with serving(settings) as live:
        live.run(furnish)
        visits = Visits(chromium, live.url)
        yield Desk(live, visits)
        visits.close()


@pytest.fixture(autouse=True)
def _no_fault_on_the_way(desk):
    yield
    assert desk.visits.take_faults() == []


@pytest.fixture
def make_file(tmp_path):
    def make(name, size=2000, seed=1):
        path = tmp_path / name
        path.write_bytes((f"{name} {seed} ".encode() * (size // 8 + 1))[:size])
        return path

    return make


def drop(page, *paths):
    page.locator(".upload input[type=file]").set_input_files(list(paths))


def note(page, name):
    row = page.locator(".upload-list > li").filter(has=page.get_by_text(name, exact=True))
    return row.locator(".upload-note")


def drag(page, film, case):
    page.locator(".tray-film").filter(has_text=film).drag_to(
        page.locator(".tray-target").filter(has_text=case)
    )


def test_our_own_hash_is_the_one_of_the_browser(desk):
    """FIPS 180-4; ours serves addresses without HTTPS, where the browser keeps its own back."""
    page = desk.open()
    differing = page.evaluate(
        """async () => {
          const { Sha256 } = await import("/static/js/sha256.js");
          const wrong = [];
          for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 100003]) {
            const data = Uint8Array.from({ length }, (_, at) => (at * 7 + length) & 255);
            const sum = new Sha256();
            for (let at = 0, step = 1; at < length; at += step, step = (step * 3) % 101 + 1)
              sum.update(data.subarray(at, Math.min(length, at + step)));
            const theirs = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
            if (String(sum.bytesOut()) !== String(theirs)) wrong.push(length);
          }
          return wrong;
        }"""
    )
    assert differing == []


@pytest.mark.slow
def test_a_hundred_films_come_in_at_once_and_find_their_cases(desk, make_file):
    page = desk.open()
    named = [make_file(f"{title}.mp4", 3000 + at) for at, title in enumerate(CASES[:10])]
    drop(page, *named, *(make_file(f"IMG_{number:03d}.mp4", 4000 + number) for number in range(90)))
    expect(page.locator("[data-sum]")).to_contain_text("已上传 100 / 100 个", timeout=40_000)
    assert page.locator(".upload-list > li.upload-done").count() == 100
    films = desk.films()
    assert {name: films[name] for name in (path.name for path in named)} == {
        f"{title}.mp4": title for title in CASES[:10]
    }
    page.get_by_role("button", name="清除已完成的").click()
    expect(page.locator(".upload-list")).to_be_hidden()
    expect(page.locator(".tray-film")).to_have_count(90)


@pytest.mark.slow
def test_a_film_that_is_here_already_is_recognised_before_it_is_sent(desk, make_file):
    page = desk.open()
    sent = []
    page.on("request", lambda request: sent.append(request.method) if "/uploads" in request.url else None)
    first = make_file("第一次.mp4", 9 * MB)
    drop(page, first)
    expect(page.locator(".upload-done")).to_have_count(1, timeout=20_000)
    sent.clear()
    again = first.rename(first.with_name("第二次.mp4"))
    drop(page, again)
    expect(note(page, "第二次.mp4")).to_contain_text("系统中已有这个视频：第一次.mp4")
    expect(note(page, "第二次.mp4").get_by_role("link", name="打开该视频")).to_have_attribute(
        "href", re.compile(r"/films/\d+$")
    )
    assert sent == []
    page.get_by_role("button", name="改用文件名 第二次.mp4").click()
    expect(note(page, "第二次.mp4")).to_contain_text("系统中已有这个视频：第二次.mp4")
    assert "第二次.mp4" in desk.films()
    assert "第一次.mp4" not in desk.films()


def test_the_same_film_twice_in_one_heap_is_sent_once(desk, make_file):
    page = desk.open()
    first, second = make_file("甲.mp4", 5000), make_file("乙.mp4", 5000)
    second.write_bytes(first.read_bytes())
    drop(page, first, second)
    expect(note(page, "乙.mp4")).to_have_text("与列表中的 甲.mp4 是同一个视频，只上传一次。")
    expect(page.locator(".upload-done")).to_have_count(1)
    assert "乙.mp4" not in desk.films()


@pytest.mark.slow
def test_a_lost_line_is_told_apart_from_the_server_and_the_upload_goes_on_by_itself(desk, make_file):
    page = desk.open()
    answers = iter([None, 503])

    def trouble(route):
        if route.request.headers.get("upload-offset") != str(8 * MB):
            return route.fallback()
        kind = next(answers, "fine")
        if kind == "fine":
            return route.fallback()
        return route.abort() if kind is None else route.fulfill(status=kind)

    page.route("**/films/uploads/*", trouble)
    offsets = []
    page.on(
        "request",
        lambda request: (
            offsets.append(request.headers["upload-offset"]) if request.method == "PATCH" else None
        ),
    )
    drop(page, make_file("断线.mp4", 10 * MB))
    drop(page, make_file("另一个.mp4", 900))
    expect(note(page, "断线.mp4")).to_contain_text("网络：连不上服务器", timeout=15_000)
    expect(page.locator("[data-sum]")).to_have_text("已上传 1 / 2 个，8.0 MB / 10.0 MB")
    expect(note(page, "断线.mp4")).to_contain_text("服务器：正忙或正在重启（503）", timeout=15_000)
    expect(page.locator(".upload-done")).to_have_count(2, timeout=20_000)
    assert [offset for offset in offsets if offset != "0"] == [str(8 * MB)] * 3


@pytest.mark.slow
def test_an_upload_goes_on_after_the_tab_was_closed_and_the_server_restarted(desk, make_file):
    page = desk.open()
    path = make_file("隔天.mp4", 10 * MB)
    page.route(
        "**/films/uploads/*",
        lambda route: (
            route.abort() if route.request.headers.get("upload-offset") == str(8 * MB) else route.fallback()
        ),
    )
    drop(page, path)
    expect(note(page, "隔天.mp4")).to_contain_text("网络", timeout=15_000)
    context = page.context
    page.close()
    again = context.new_page()
    desk.at_the_tray(again)
    expect(again.locator(".tray")).to_contain_text(["隔天.mp4"])
    expect(again.get_by_role("button", name="放弃上传")).to_be_visible()
    offsets = []
    again.on(
        "request",
        lambda request: (
            offsets.append(request.headers["upload-offset"]) if request.method == "PATCH" else None
        ),
    )
    drop(again, path)
    expect(again.locator(".upload-done")).to_have_count(1, timeout=20_000)
    assert offsets == [str(8 * MB)]


def test_a_file_that_can_no_longer_be_read_says_so_and_is_not_taken_for_a_lost_line(desk, make_file):
    page = desk.open()
    page.evaluate(
        """() => { const read = Blob.prototype.arrayBuffer;
          Blob.prototype.arrayBuffer = function () {
            if (this.size === 77777) return Promise.reject(new DOMException("", "NotReadableError"));
            return read.call(this);
          }; }"""
    )
    drop(page, make_file("拔掉的.mp4", 77777))
    expect(note(page, "拔掉的.mp4")).to_contain_text("读取文件：本机读不到这个文件了")
    expect(page.get_by_role("button", name="重试: 拔掉的.mp4")).to_be_visible()


def test_a_full_disk_is_named_and_all_failed_ones_are_tried_again_at_once(desk, make_file):
    page = desk.open()
    full = [True]
    page.route(
        "**/films/uploads",
        lambda route: (
            route.fulfill(status=507, content_type="application/json", body='{"message": "满"}')
            if full[0]
            else route.fallback()
        ),
    )
    drop(page, make_file("满一.mp4", 6100), make_file("满二.mp4", 6200))
    expect(page.locator(".upload-failed .upload-note").first).to_contain_text("存储：服务器磁盘已满")
    expect(page.locator("[data-sum]")).to_contain_text("2 个未成功")
    full[0] = False
    page.get_by_role("button", name="重试未成功的").click()
    expect(page.locator(".upload-done")).to_have_count(2)


def test_what_failed_stands_first_and_what_came_in_sinks_below_the_rest(desk, make_file):
    """Issue 4, point 1: among a hundred rows the fault and the work are in sight."""
    page = desk.open()
    page.route(
        "**/films/uploads/*",
        lambda route: (
            route.fallback() if route.request.headers.get("upload-offset") == "0" else route.abort()
        ),
    )
    drop(page, make_file("先到.mp4", 6401), make_file("在路上.mp4", 9 * MB), make_file("空.mp4", 0))
    expect(page.locator(".upload-done")).to_have_count(1)
    assert page.locator(".upload-name").all_inner_texts() == ["空.mp4", "在路上.mp4", "先到.mp4"]
    page.get_by_role("button", name="取消: 在路上.mp4").click()


@pytest.mark.slow
def test_what_has_been_sent_does_not_stay_in_the_memory_of_the_browser(desk, make_file):
    """Issue 4, point 1: a hundred films at once; each row once held its last piece of up to 8 MB."""
    page = desk.open()
    names = [f"大{number}.mp4" for number in range(10)]
    drop(page, *(make_file(name, 7 * MB + at) for at, name in enumerate(names)))
    expect(page.locator(".upload-done")).to_have_count(10, timeout=40_000)
    browser = page.context.new_cdp_session(page)
    browser.send("HeapProfiler.collectGarbage")
    assert browser.send("Runtime.getHeapUsage")["backingStorageSize"] < 15 * MB


@pytest.mark.slow
def test_a_page_that_was_open_for_too_long_gets_a_new_token_by_itself(desk, make_file):
    page = desk.open()
    page.evaluate("() => { document.querySelector('meta[name=csrf-token]').content = 'of yesterday'; }")
    drop(page, make_file("昨天的页面.mp4", 6300))
    expect(page.locator(".upload-done")).to_have_count(1, timeout=15_000)


@pytest.mark.slow
def test_a_film_plays_and_shows_its_pictures_before_it_is_checked(desk, tmp_path):
    """Issue 4, must hold: poster, filmstrip and playable before the full check ends."""
    page = desk.open()
    film = make_test_film(tmp_path / "初览.mp4", frames=100, size=(640, 360), sound="tone")
    drop(page, film)
    expect(page.locator(".upload-done")).to_have_count(1, timeout=15_000)

    def look():
        job = db.session.query(jobs.Job).filter_by(kind="look", label="初览.mp4").one()
        jobs.run_now(job.id, job.attempt, worker="test")
        return job.state

    assert desk.live.run(look) == "done"
    # The tray asks again by itself.
    shown = page.locator(".tray-film").filter(has_text="初览.mp4")
    expect(shown.locator("img.film-thumb")).to_be_visible(timeout=15_000)
    shown.get_by_role("link", name="初览.mp4").click()
    page.wait_for_selector("html[data-ready]")
    expect(page.locator("main")).to_contain_text("这是收到的原片初览")
    expect(page.locator("img.film-strip")).to_be_visible()
    reached = page.evaluate(
        """() => new Promise((done, failed) => {
          const video = document.querySelector("video");
          video.muted = true;
          video.addEventListener("timeupdate", () => video.currentTime > 0.5 && done(video.currentTime));
          video.addEventListener("error", () => failed(new Error(video.error.message)));
          setTimeout(() => failed(new Error(`stands at ${video.currentTime}`)), 10000);
          video.play().catch(failed);
        })"""
    )
    assert reached > 0.5


@pytest.mark.slow
def test_a_file_that_is_no_film_says_so_in_the_tray_within_seconds(desk, make_file):
    page = desk.open()
    drop(page, make_file("会议纪要.mp4", 7150))
    expect(page.locator(".upload-done")).to_have_count(1, timeout=15_000)

    def look():
        job = db.session.query(jobs.Job).filter_by(kind="look", label="会议纪要.mp4").one()
        jobs.run_now(job.id, job.attempt, worker="test")

    desk.live.run(look)
    first = page.locator(".tray-film").first
    expect(first.locator(".field-error")).to_contain_text("会议纪要.mp4", timeout=15_000)


def test_a_film_is_dragged_onto_its_case_and_taken_back(desk, make_file):
    page = desk.open()
    drop(page, make_file("拖我.mp4", 7100))
    expect(page.locator(".tray-film").filter(has_text="拖我.mp4")).to_be_visible()
    drag(page, "拖我.mp4", CASES[11])
    said = page.locator("[data-said]")
    expect(said).to_contain_text(f"拖我.mp4 已归入案例 {CASES[11]}")
    expect(page.locator(".tray-film").filter(has_text="拖我.mp4")).to_have_count(0)
    assert desk.films()["拖我.mp4"] == CASES[11]
    said.get_by_role("button", name="撤销").click()
    expect(page.locator(".tray-film").filter(has_text="拖我.mp4")).to_be_visible()
    assert desk.films()["拖我.mp4"] is None


def test_a_film_picked_up_while_the_tray_is_asked_anew_stays_picked_up(desk, make_file):
    page = desk.open()
    drop(page, make_file("在途.mp4", 7400))
    pick = page.get_by_role("button", name="选中 在途.mp4")
    expect(pick).to_be_visible()
    page.evaluate(
        """() => {
            const real = Response.prototype.text;
            const asked = new Promise((on) => {
                Response.prototype.text = async function () {
                    on();
                    await new Promise((go) => { window.letCome = go; });
                    return real.call(this);
                };
            });
            document.dispatchEvent(new CustomEvent("upload:done"));
            return asked;
        }"""
    )
    pick.press("Enter")
    page.evaluate("async () => { window.letCome(); await new Promise((on) => setTimeout(on, 100)); }")
    assert pick.get_attribute("aria-pressed") == "true"


def test_films_are_given_to_a_case_by_keyboard_alone_on_a_phone_too(desk, make_file):
    page = desk.open(390, 844)
    drop(page, make_file("键盘一.mp4", 7200), make_file("键盘二.mp4", 7300))
    for name in ("键盘一.mp4", "键盘二.mp4"):
        page.get_by_role("button", name=f"选中 {name}").press("Enter")
    expect(page.locator("[data-said]")).to_contain_text("已选中 2 个视频")
    page.get_by_label("拖到这里的案例上").fill("案例10")
    expect(page.locator(".tray-target:visible")).to_have_count(1)
    page.get_by_role("button", name=re.compile(CASES[10])).press("Enter")
    expect(page.locator("[data-said]")).to_contain_text(f"2 个视频已归入案例“{CASES[10]}”")
    films = desk.films()
    assert [films["键盘一.mp4"], films["键盘二.mp4"]] == [CASES[10]] * 2
