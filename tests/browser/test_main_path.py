"""The main path in a real browser, from an empty installation to the downloaded report (issue 2, point 11).

The tests are steps of one journey on one server and one page, in the order of this file. A step whose
predecessor failed says so and does nothing else.
"""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from campaign.cli import prepare
from campaign.config import Settings
from campaign.programmes.profiles import load
from campaign.server import WorkerKeeper
from media.specimen import make_test_film
from tests.browser.conftest import Visits, elsewhere, serving
from tests.browser.places import fonts_folder
from tests.workbooks import summary_workbook

PASSWORD = "correct horse staple"
CASE = "高效换热器攻关1"
PIECE = "一台换热器背后的八年攻关路"
FILM_S = 10
INGEST_MS = 90_000
RENDER_MS = 90_000
REPORT_MS = 60_000


class Journey:
    """The page and what has been reached so far."""

    def __init__(self, live, visits, page, folder) -> None:
        self.live = live
        self.visits = visits
        self.page = page
        self.folder = folder
        self.reached: set[str] = set()

    def after(self, *steps: str):
        missing = [step for step in steps if step not in self.reached]
        if missing:
            pytest.fail(f"not reached, because these steps failed: {', '.join(missing)}")
        return self.page

    def room(self, name: str):
        """Go to a room by the navigation."""
        self.page.get_by_role("navigation", name="主导航").get_by_role("link", name=name, exact=True).click()
        self.ready()

    def ready(self) -> None:
        self.page.wait_for_selector("html[data-ready]")


@pytest.fixture(scope="module")
def journey(chromium, tmp_path_factory):
    folder = tmp_path_factory.mktemp("journey")
    empty = Settings(
        data_dir=folder / "data", database_url=f"sqlite:///{folder / 'journey.sqlite'}", log_json=False
    )
    # The fonts take longest of a first start; they are made once per machine, as for the tests of reports.
    empty.data_dir.mkdir()
    (empty.data_dir / "fonts").symlink_to(fonts_folder() / "fonts", target_is_directory=True)
    # As in production: `prepare` writes a secret key, since the default one would not be served.
    settings = elsewhere(lambda: prepare(empty))
    worker = WorkerKeeper(settings)
    worker.start()
    with serving(settings) as live:
        visits = Visits(chromium, live.url)
        yield Journey(live, visits, visits.open(1280, 900), folder)
        visits.close()
    worker.stop()


@pytest.fixture(autouse=True)
def _no_fault_on_the_way(journey):
    yield
    assert journey.visits.take_faults() == []


def test_an_empty_installation_leads_to_its_first_administrator_and_programme(journey):
    page = journey.page
    page.goto("/")
    expect(page).to_have_url(re.compile("/setup$"))
    page.get_by_label("您的姓名").fill("王示例")
    page.get_by_label("用户名").fill("wang")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_label("再次输入密码").fill(PASSWORD)
    page.get_by_label("项目").select_option("guangdong-2024")
    page.get_by_role("button", name="完成设置").click()
    expect(page).to_have_url(re.compile("/p/guangdong-2024/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(load("guangdong-2024").title)
    journey.reached.add("set-up")


def test_who_logs_out_comes_back_by_username_and_password(journey):
    page = journey.after("set-up")
    page.locator(".me summary").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page).to_have_url(re.compile("/login$"))
    page.get_by_label("用户名").fill("wang")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url(re.compile("/p/guangdong-2024/$"))
    journey.reached.add("login")


def test_a_summary_table_is_looked_at_and_then_imported(journey):
    """Requirement P19."""
    page = journey.after("login")
    table = journey.folder / "汇总表.xlsx"
    table.write_bytes(summary_workbook(load("guangdong-2024"), 3, sender="广州市科协"))
    journey.room("案例")
    page.get_by_role("link", name="导入汇总表").first.click()
    page.locator("input[type=file]").set_input_files(table)
    page.get_by_role("button", name="预览导入结果").click()
    expect(page.locator(".preview")).to_contain_text(CASE)
    expect(page.locator(".stat").first.locator(".stat-value")).to_have_text("3")
    page.get_by_role("button", name="导入这些记录").click()
    expect(page.locator(".flash-success")).to_contain_text("新增 3 个")
    expect(page.locator(".rows td.main")).to_have_count(3)
    expect(page.locator(".rows td.main").first).to_have_text(CASE)
    journey.reached.add("cases")


def test_a_film_is_uploaded_finds_its_case_and_is_checked_while_the_page_tells_how_far(journey):
    """Issue 2, point 5; requirement P16."""
    page = journey.after("cases")
    film = make_test_film(journey.folder / f"{CASE}.mp4", frames=FILM_S * 25, size=(320, 180), sound="speech")
    journey.room("视频")
    page.get_by_role("link", name="上传视频").first.click()
    journey.ready()
    page.locator(".upload input[type=file]").set_input_files(film)
    page.wait_for_selector(".upload-done")
    page.locator(".tray").get_by_role("link", name=f"{CASE}.mp4").click()
    # The page shows the running check and is drawn anew by itself when that has ended.
    ended(page, "剪成片", INGEST_MS)
    expect(page.locator(".page-head .state").first).to_have_text("已就绪")
    expect(page.locator(".panel").filter(has_text="更改所属案例").get_by_role("link")).to_have_text(CASE)
    # 320 × 180 and 10 s are not what the notice asks for (P12, P13); the check must say so.
    unmet = page.locator(".findings > .finding:has(.state-danger) .finding-title")
    assert {"分辨率", "长度"} <= set(unmet.all_text_contents())
    journey.reached.add("film")


def ended(page, link: str, timeout_ms: int) -> None:
    """Wait for what a job makes possible, or for the page's words of why it failed."""
    failure = page.locator("main .notice-danger, main .job-failed")
    done = page.get_by_role("link", name=link, exact=True)
    expect(done.or_(failure).first).to_be_visible(timeout=timeout_ms)
    assert failure.all_inner_texts() == []


def test_a_clip_of_two_ranges_is_defined_by_buttons_and_by_fields_and_rendered(journey):
    """Requirement A12."""
    page = journey.after("film")
    page.get_by_role("link", name="剪成片").click()
    journey.ready()
    show(page, 2.0)
    page.get_by_role("button", name="此处设为入点").click()
    show(page, 3.98)
    page.get_by_role("button", name="此处设为出点").click()
    first = page.get_by_role("group", name="片段 1")
    expect(first.get_by_label("入点")).to_have_value("00:00:02:00")
    expect(first.get_by_label("出点")).to_have_value("00:00:04:00")
    page.get_by_role("button", name="添加片段").click()
    second = page.locator("[data-range]").nth(1)
    second.get_by_label("入点").fill("7.5")
    second.get_by_label("出点").fill("00:00:09:12")
    expect(page.locator("[data-total]")).to_have_text("0:04.0")
    page.get_by_label("标题").fill("两段成片")
    page.get_by_role("button", name="保存并制作").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("两段成片")
    # Drawn anew by itself when the clip is finished.
    ended(page, "下载", RENDER_MS)
    expect(page.locator(".page-head .state").first).to_have_text("已完成")
    expect(page.locator(".rows-simple tbody tr")).to_have_count(2)
    journey.reached.add("clip")


def show(page, second: float) -> None:
    """Bring the player to a moment, as a person does who drags its slider."""
    # Promises, since the CSP forbids the evaluated strings by which Playwright waits for a function.
    page.evaluate(
        """at => new Promise(done => {
          const video = document.querySelector("video");
          const seek = () => {
            video.addEventListener("seeked", done, { once: true });
            video.currentTime = at;
          };
          if (video.readyState) seek();
          else video.addEventListener("loadedmetadata", seek, { once: true });
        })""",
        second,
    )


def test_the_clip_plays_in_full_hd_and_is_as_long_as_was_asked_for(journey):
    """Requirement A12: four seconds of two ranges, 1920 × 1080, without an error of the player."""
    page = journey.after("clip")
    seen = page.evaluate(
        """() => new Promise((done, failed) => {
          const video = document.querySelector("video");
          const tell = () => {
            const { videoWidth, videoHeight, duration, error, paused } = video;
            done({ size: [videoWidth, videoHeight], duration, error: error?.message ?? null, paused });
          };
          video.addEventListener("timeupdate", () => video.currentTime > 1 && tell());
          video.addEventListener("error", tell);
          setTimeout(() => failed(new Error(`stands at ${video.currentTime} s after 15 s`)), 15000);
          video.muted = true;
          video.play().catch(failed);
        })"""
    )
    assert (seen["size"], seen["error"], seen["paused"]) == ([1920, 1080], None, False)
    assert seen["duration"] == pytest.approx(4.0, abs=0.05)


def test_a_placement_is_logged_with_evidence_and_its_number_leads_to_its_row(journey):
    """Requirement A11; ux principle 4: numbers are doors."""
    page = journey.after("cases")
    journey.room("报道")
    page.get_by_role("link", name="登记报道").first.click()
    journey.ready()
    page.get_by_label("标题").fill(PIECE)
    page.get_by_role("textbox", name=re.compile("^链接")).fill("https://example.com/2024/10/15/1.html")
    page.get_by_label("发布日期").fill("2024-10-15")
    page.get_by_label("媒体", exact=True).fill("人民日报")
    page.locator("input[type=file]").set_input_files(
        {"name": "截图.png", "mimeType": "image/png", "buffer": screenshot()}
    )
    page.locator("#cases-search").fill("换热器")
    page.get_by_role("checkbox", name=re.compile(CASE)).check()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(PIECE)
    journey.room("目标")
    gauge = page.locator(".gauge").filter(has_text="省级媒体宣传报道")
    expect(gauge.locator(".gauge-actual")).to_have_text("1")
    row = page.locator(".rows tr").filter(has_text="省级媒体宣传报道")
    row.get_by_role("link", name="1").click()
    journey.ready()
    expect(page.locator(".rows tbody tr")).to_have_count(1)
    expect(page.locator(".rows td.main")).to_have_text(PIECE)
    journey.reached.add("placement")


def screenshot() -> bytes:
    """A picture of a page, as evidence."""
    image = Image.new("RGB", (800, 1000), "white")
    ImageDraw.Draw(image).rectangle((40, 40, 760, 120), fill="#b3261e")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def test_the_performance_report_is_written_and_downloaded_in_three_forms(journey):
    """Requirements A17 and C: what is missed is explained, then the figures are frozen."""
    page = journey.after("placement")
    journey.room("报告")
    page.get_by_role("link", name="撰写绩效报告").first.click()
    journey.ready()
    page.get_by_role("button", name="定格数据并生成报告").click()
    expect(page.locator(".notice-danger")).to_be_visible()
    reasons, remedies = page.locator("textarea[name^=reason-]"), page.locator("textarea[name^=remedy-]")
    assert reasons.count() == remedies.count() >= 1
    assert page.locator("[aria-invalid]").count() == 2 * reasons.count()
    for box in reasons.all():
        box.fill("项目刚启动，尚在组织实施。")
    for box in remedies.all():
        box.fill("按月督办，年底前完成。")
    page.get_by_role("button", name="定格数据并生成报告").click()
    # Drawn anew by itself when the three files have been written.
    ended(page, "下载 Word", REPORT_MS)
    word, sheet = (zipfile.ZipFile(io.BytesIO(download(page, name))) for name in ("下载 Word", "Excel"))
    assert "word/document.xml" in word.namelist()
    assert "xl/workbook.xml" in sheet.namelist()
    pdf = page.request.get(page.get_by_role("link", name="PDF").get_attribute("href"))
    assert (pdf.status, pdf.headers["content-type"], pdf.body()[:5]) == (200, "application/pdf", b"%PDF-")


def download(page, name: str) -> bytes:
    """What the browser keeps when the link is clicked."""
    with page.expect_download() as caught:
        page.get_by_role("link", name=name, exact=True).click()
    return caught.value.path().read_bytes()
