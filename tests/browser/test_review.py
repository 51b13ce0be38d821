"""A clip on its way to the public in a real browser: sent, checked, commented on a phone, published.

Issue 4, item 7. The steps are one journey; each needs the one before it.
"""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from campaign.db import db
from campaign.demo.invented import PASSWORD
from campaign.films.models import Clip
from campaign.storage import asset_for
from media.testfilms import make_test_film
from tests.browser.axe import violations
from tests.browser.places import furnished

pytestmark = pytest.mark.slow

DESK, PHONE = (1280, 800), (390, 844)
FRAMES, FRAME = 200, 61


@pytest.fixture(scope="module")
def stage(chromium, tmp_path_factory):
    """A furnished site with one finished clip whose film really plays, and pages by user."""
    path = tmp_path_factory.mktemp("film") / "clip.mp4"
    film = make_test_film(path, frames=FRAMES, rate=Fraction(25), size=(320, 180))
    with furnished(tmp_path_factory, chromium, "review") as (live, visits, _values):
        live.run(lambda: _finish_clip(live.app.extensions["storage"], film))
        yield Stage(visits)
        assert visits.take_faults() == []


def _finish_clip(storage, film):
    """The draft of the furnished site gets its render."""
    clip = db.session.scalars(select(Clip).where(Clip.state == "draft")).one()
    stored = asset_for(db.session, storage.adopt(film), "video/mp4")
    clip.state, clip.asset_id, clip.poster_id = "ready", stored.id, stored.id
    clip.duration, clip.frame_count = Fraction(FRAMES, 25), FRAMES
    clip.title = "两段成片"
    db.session.commit()


class Stage:
    """One page per user, who stays logged in."""

    def __init__(self, visits) -> None:
        self.visits = visits
        self.pages = {}
        self.reached: set[str] = set()

    def after(self, step):
        if step not in self.reached:
            pytest.fail(f"not reached, because the step before it failed: {step}")

    def page(self, user, size=DESK):
        if user not in self.pages:
            page = self.pages[user] = self.visits.open(*size)
            page.goto("/login")
            page.get_by_label("用户名").fill(user)
            page.get_by_label("密码").fill(PASSWORD)
            page.get_by_role("button", name="登录").click()
            expect(page.locator(".me")).to_be_visible()
        return self.pages[user]


def ready(page):
    page.wait_for_selector("html[data-ready]")


def state(page):
    return page.locator(".subtitle .state").first


def shown_frame(page):
    return page.evaluate("Math.floor(document.querySelector('.review-player video').currentTime * 25 + 1e-4)")


def test_ticked_clips_are_sent_and_the_lead_passes_them_on(stage):
    officer, lead = stage.page("publicity"), stage.page("lead")
    officer.goto("/p/guangdong-2024/films/clips/?state=ready&q=两段")
    ready(officer)
    officer.get_by_label("选择“两段成片”").check()
    officer.get_by_role("button", name="送审").click()
    expect(officer.get_by_text("1 个成片已送内审。")).to_be_visible()

    lead.goto("/approvals/")
    lead.get_by_role("link", name="两段成片").click()
    ready(lead)
    lead.get_by_role("button", name="通过并送中心").click()
    expect(state(lead)).to_have_text("中心审定中")

    stage.reached.add("with the centre")


def test_the_reviewer_comments_at_a_frame_on_a_phone_and_returns_it(stage):
    stage.after("with the centre")
    reviewer = stage.page("reviewer", PHONE)
    # The first page is what waits.
    expect(reviewer).to_have_url(re.compile("/approvals/$"))
    reviewer.get_by_role("link", name="两段成片").click()
    ready(reviewer)
    reviewer.wait_for_function("document.querySelector('.review-player video').readyState >= 2")
    reviewer.evaluate(f"document.querySelector('.review-player video').currentTime = ({FRAME} + .5) / 25")
    expect(reviewer.locator("[data-time]")).to_have_text("00:00:02:11")
    reviewer.keyboard.press("ArrowRight")
    expect(reviewer.locator("[data-time]")).to_have_text("00:00:02:12")
    reviewer.keyboard.press("c")
    expect(reviewer.get_by_label("时间码")).to_have_value("00:00:02:12")
    reviewer.keyboard.type("这里太暗")
    reviewer.get_by_role("button", name="添加意见").click()
    jump = reviewer.locator(".remark").filter(has_text="这里太暗").get_by_role("button", name="00:00:02:12")
    expect(jump).to_be_visible()
    ready(reviewer)
    jump.click()
    expect(reviewer.locator("[data-time]")).to_have_text("00:00:02:12")
    assert shown_frame(reviewer) == FRAME + 1
    assert reviewer.locator(".marks a").count() == 1
    assert reviewer.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    assert violations(reviewer) == []

    # To return it without a reason is refused, and nothing is lost.
    reviewer.get_by_role("button", name="退回").click()
    expect(reviewer.locator(".field-error").first).to_contain_text("请写明理由")
    reviewer.get_by_label("理由").first.fill("请调亮后再送")
    reviewer.get_by_role("button", name="退回").click()
    expect(state(reviewer)).to_have_text("退回")

    stage.reached.add("returned")


def test_what_came_back_stands_first_and_is_sent_again_with_an_answer(stage):
    stage.after("returned")
    officer, lead = stage.page("publicity"), stage.page("lead")
    officer.goto("/p/guangdong-2024/")
    first = officer.locator(".tasks li").first
    expect(first).to_contain_text("件送审被退回")
    first.get_by_role("link").click()
    officer.get_by_role("link", name="两段成片").click()
    ready(officer)
    remark = officer.locator(".remark").filter(has_text="这里太暗")
    remark.locator("summary").click()
    remark.get_by_label("回复").fill("已调亮")
    remark.get_by_role("button", name="发送回复").click()
    officer.get_by_role("link", name="再次送审").click()
    ready(officer)
    officer.get_by_label("随片发布的文案").fill("调亮后的第二版。")
    officer.get_by_role("button", name="送内审").click()
    expect(state(officer)).to_have_text("内审")

    lead.goto("/approvals/")
    lead.get_by_role("link", name="两段成片").click()
    lead.get_by_role("button", name="通过并送中心").click()
    expect(state(lead)).to_have_text("中心审定中")

    stage.reached.add("with the centre again")


def test_the_reviewer_sees_what_changed_and_the_approved_clip_is_published(stage):
    stage.after("with the centre again")
    officer, reviewer = stage.page("publicity"), stage.page("reviewer", PHONE)
    reviewer.goto("/approvals/")
    reviewer.get_by_role("link", name="两段成片").click()
    ready(reviewer)
    changes = reviewer.locator("#changes")
    expect(changes.locator("ins")).to_have_text("调亮后的第二版。")
    expect(changes.locator("li").filter(has_text="这里太暗")).to_contain_text("已回复")
    reviewer.get_by_role("button", name="审定通过").click()
    expect(state(reviewer)).to_have_text("通过")

    officer.reload()
    officer.get_by_role("button", name="发布").click()
    expect(state(officer)).to_have_text("已发布")
    with officer.expect_download() as fetched:
        officer.get_by_role("link", name="平台发布包").click()
    assert fetched.value.suggested_filename.endswith("两段成片.zip")
