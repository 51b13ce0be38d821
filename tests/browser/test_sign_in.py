"""Signing in on a phone in a real browser: also without network, and nothing counted twice."""

from __future__ import annotations

import contextlib
import socket
import threading
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from campaign.attendance.models import SignIn
from campaign.attendance.services import open_gate
from campaign.db import db, utc_now
from campaign.lectures.models import LectureEvent
from campaign.programmes.models import Programme
from campaign.programmes.profiles import load
from campaign.programmes.services import open_programme
from tests.browser.axe import violations

KEY = "hubei-2024"


@pytest.fixture
def code(live_server):
    """The address of an event that is going on."""

    def make():
        programme = db.session.scalars(select(Programme).where(Programme.key == KEY)).unique().one_or_none()
        programme = programme or open_programme(db.session, load(KEY), lead_id=None)
        now = utc_now()
        event = LectureEvent(
            programme_id=programme.id,
            owner_id=programme.organisation_id,
            title="示例宣讲活动",
            starts_at=now - timedelta(minutes=10),
            ends_at=now + timedelta(hours=2),
            venue="示例报告厅",
        )
        db.session.add(event)
        db.session.commit()
        return event.id, f"/q/{open_gate(db.session, event, 'sign_in').token}"

    return live_server.run(make)


class Line:
    """The network between phone and server, which can be unplugged.

    The browser's own offline mode leaves a page with a service worker connected.
    """

    def __init__(self, url: str) -> None:
        self.target = urlsplit(url).port
        self.plugged = True
        self.server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.server.getsockname()[1]}"
        threading.Thread(target=self._take_calls, daemon=True).start()

    def _take_calls(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                caller, _place = self.server.accept()
                if not self.plugged:
                    caller.close()
                    continue
                threading.Thread(target=self._call, args=(caller,), daemon=True).start()

    def _call(self, caller: socket.socket) -> None:
        with caller, socket.create_connection(("127.0.0.1", self.target)) as there:
            back = threading.Thread(target=self._carry, args=(there, caller), daemon=True)
            back.start()
            self._carry(caller, there)
            back.join()

    @staticmethod
    def _carry(one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while content := one.recv(65536):
                other.sendall(content)
        with contextlib.suppress(OSError):
            other.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self.server.close()


@pytest.fixture
def line(live_server):
    line = Line(live_server.url)
    yield line
    line.close()


def rows(live_server, event_id):
    statement = select(func.count()).where(SignIn.event_id == event_id)
    offline = statement.where(SignIn.way == "offline")
    return live_server.run(lambda: (db.session.scalar(statement), db.session.scalar(offline)))


def fill_in(page, name="张三", organisation="示例公司"):
    page.get_by_label("姓名").fill(name)
    page.get_by_label("单位").fill(organisation)
    page.get_by_role("button", name="签到", exact=True).click()


@pytest.mark.slow
def test_a_phone_without_network_keeps_the_sign_in_and_sends_it_once_later(
    open_page, live_server, line, code
):
    event_id, address = code
    page = open_page(320, 640)
    page.goto(line.url + address)
    page.wait_for_selector("html[data-ready][data-kept]")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    line.plugged = False
    fill_in(page)
    expect(page.locator("[data-said]")).to_have_text("张三，签到信息已存在本机。")
    # Opened again without network, the page is there, and so is what was signed.
    page.goto(line.url + address)
    expect(page.locator("[data-said]")).to_have_text("张三，签到信息已存在本机。")
    assert rows(live_server, event_id) == (0, 0)
    line.plugged = True
    expect(page.locator("[data-said]")).to_have_text("张三，签到成功。", timeout=20_000)
    page.reload()
    expect(page.get_by_role("button", name="签到", exact=True)).to_be_visible()
    assert rows(live_server, event_id) == (1, 1)


def test_a_second_phone_of_the_same_person_is_told_and_another_person_can_say_so(
    open_page, live_server, code
):
    event_id, address = code
    first, second = open_page(390, 844), open_page(390, 844)
    first.goto(address)
    first.wait_for_selector("html[data-ready]")
    fill_in(first)
    expect(first.locator("[data-said]")).to_have_text("张三，签到成功。")
    second.goto(address)
    second.wait_for_selector("html[data-ready]")
    fill_in(second, "张 三")
    expect(second.locator("[data-said]")).to_contain_text("已经签到过了")
    second.get_by_role("button", name="我是同名的另一位").click()
    second.get_by_role("button", name="签到", exact=True).click()
    expect(second.locator("[data-refusal]")).to_have_text("请填写电话，以便与同名的人区分。")
    second.get_by_label("电话").fill("13800000002")
    second.get_by_role("button", name="签到", exact=True).click()
    expect(second.locator("[data-said]")).to_contain_text("签到成功")
    assert rows(live_server, event_id) == (2, 0)
