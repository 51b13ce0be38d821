"""Logging one piece after the other in a real browser: the next form is empty and knows the one before."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from campaign import jobs, schema
from campaign.config import Settings
from campaign.db import db
from tests.browser.conftest import Visits, serving
from tests.factories import PASSWORD, build_world, make_outlet

HOME = "/p/guangdong-2024/placements"
TITLE = "一块换热器背后的十年攻关路"


@pytest.fixture(scope="module")
def officer(chromium, tmp_path_factory):
    folder = tmp_path_factory.mktemp("logging")
    settings = Settings(
        data_dir=folder / "data",
        database_url=f"sqlite:///{folder / 'logging.sqlite'}",
        mode="testing",
        log_json=False,
    )

    def furnish():
        schema.upgrade(db.engine)
        jobs.migrate(settings)
        build_world(db.session)
        db.session.add_all([make_outlet("示例省报"), make_outlet("示例新闻网")])
        db.session.commit()

    with serving(settings) as live:
        live.run(furnish)
        visits = Visits(chromium, live.url)
        page = visits.open(1280, 800)
        page.goto("/login")
        page.get_by_label("用户名").fill("publicity-user")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url("**/p/**")
        yield page
        visits.close()


def begin(page, title, address, day):
    page.goto(f"{HOME}/new")
    page.wait_for_selector("html[data-ready]")
    for name, value in (("title", title), ("address", address), ("published_on", day)):
        page.fill(f"[name={name}]", value)
        page.locator(f"[name={name}]").blur()


@pytest.mark.slow
def test_a_saved_piece_leaves_no_draft_and_the_next_form_knows_it_by_link_and_title(officer):
    begin(officer, TITLE, "https://www.example.cn/1.html", "2024-10-01")
    officer.fill("[name=outlet]", "示例省报")
    officer.locator("main form button[type=submit]").click()
    expect(officer.get_by_role("heading", level=1)).to_have_text(TITLE)
    officer.wait_for_selector("html[data-ready]")
    officer.goto(f"{HOME}/new")
    officer.wait_for_selector("html[data-ready]")
    expect(officer.locator(".draft-note")).to_have_count(0)
    expect(officer.locator("[name=title]")).to_have_value("")
    begin(officer, f"【转载】{TITLE}", "https://news.example/2.html", "2024-10-02")
    expect(officer.locator(".piece-seen")).to_contain_text("同一篇报道")
    officer.fill("[name=address]", "http://m.example.cn/1.html?utm_source=weixin")
    officer.locator("[name=address]").blur()
    expect(officer.locator(".piece-seen")).to_contain_text("已经登记过")
    expect(officer.locator(".piece-seen a")).to_contain_text(TITLE)
