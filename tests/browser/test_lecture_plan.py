"""Plans in a real browser: the agenda moved, the review decided, candidates found (A6, A8)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from campaign.access import Actor
from campaign.accounts.models import User
from campaign.approvals import services as reviews
from campaign.approvals.models import Comment, Dossier
from campaign.approvals.queries import person_at
from campaign.approvals.subjects import KINDS
from campaign.db import db
from campaign.demo.reviews import Submissions
from campaign.programmes.models import Programme
from tests.browser.places import furnished
from tests.browser.test_pages import Site

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(chromium, tmp_path_factory):
    with furnished(tmp_path_factory, chromium, "plan") as (live, visits, values):
        yield Site(live, visits, values)
        assert visits.take_faults() == []


def titles(page) -> list[str]:
    return page.locator("[name^=agenda-][name$=-title]").evaluate_all("all => all.map(one => one.value)")


def test_items_of_the_agenda_are_moved_by_keyboard_and_the_focus_goes_along(site):
    page = site.open("lectures.agenda", 1280)
    before = titles(page)
    page.locator("[name=agenda-1-title]").focus()
    page.keyboard.press("Alt+ArrowDown")
    moved = [before[0], before[2], before[1], *before[3:]]
    assert titles(page) == moved
    assert page.evaluate("document.activeElement.name") == "agenda-2-title"
    page.keyboard.press("Alt+ArrowUp")
    assert titles(page) == before


def middle(locator) -> tuple[float, float]:
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def times(page) -> list[str]:
    """When each item begins, as its row says."""
    return [text.partition("–")[0] for text in page.locator(".plan-rows [data-time]").all_inner_texts()]


def minutes(page) -> list[int]:
    field = page.locator("[name^=agenda-][name$=-minutes]")
    return field.evaluate_all("all => all.map(one => Number(one.value))")


def following(first: str, lengths: list[int]) -> list[str]:
    """The times at which items of these lengths begin one after the other."""
    hour, minute = map(int, first.split(":"))
    begins = [hour * 60 + minute + sum(lengths[:at]) for at in range(len(lengths))]
    return [f"{one // 60:02d}:{one % 60:02d}" for one in begins]


def test_an_item_is_dragged_by_mouse_over_several_others_and_the_times_follow(site):
    """Also out of the list, where a lost pointer would leave it; Escape puts it back."""
    page = site.open("lectures.agenda", 1280)
    before, first = titles(page), times(page)[0]
    page.wait_for_function("document.querySelectorAll('[data-live] [data-slot]').length > 0")
    grips, rows = page.locator("[data-rows] [data-grip]"), page.locator("[data-rows] > [data-row]")
    page.mouse.move(*middle(grips.nth(1)))
    page.mouse.down()
    for step in range(1, 5):
        x, y = middle(rows.nth(1 + step))
        page.mouse.move(x - 400 * (step % 2), y, steps=5)
    assert [row.bounding_box()["height"] for row in rows.all()] == [44] * len(before)
    page.mouse.up()
    moved = [before[0], *before[2:6], before[1], *before[6:]]
    assert titles(page) == moved
    lengths = minutes(page)
    wanted = following(first, lengths)
    page.wait_for_function(
        "wanted => wanted.every((time, at) => document.querySelectorAll('.plan-rows [data-time]')[at]"
        ".textContent.startsWith(time))",
        arg=wanted,
    )
    assert page.locator("#announcer").inner_text() == "已移到第 6 位"
    grips.nth(0).scroll_into_view_if_needed()
    page.mouse.move(*middle(grips.nth(0)))
    page.mouse.down()
    page.mouse.move(*middle(rows.nth(3)), steps=5)
    assert titles(page) != moved
    page.keyboard.press("Escape")
    page.mouse.up()
    assert titles(page) == moved
    page.get_by_role("button", name="保存", exact=True).last.click()
    page.wait_for_selector("text=方案已保存")
    page = site.open("lectures.agenda", 1280)
    assert (titles(page), minutes(page), times(page)) == (moved, lengths, wanted)


def test_an_item_is_dragged_by_finger_on_a_phone_without_the_page_scrolling_away(site):
    site.page("lead", 1280)
    page = site.visits.open(390, 844, has_touch=True, is_mobile=True)
    page.context.add_cookies(site.page("lead", 1280).context.cookies())
    page.goto(site.address("lectures.agenda"))
    page.wait_for_selector("html[data-ready]")
    before = titles(page)
    grips, rows = page.locator("[data-rows] [data-grip]"), page.locator("[data-rows] > [data-row]")
    grips.nth(0).scroll_into_view_if_needed()
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        fingers = [{"x": x, "y": y} for x, y in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})

    send("touchStart", middle(grips.nth(0)))
    for at in (1, 2, 3):
        send("touchMove", middle(rows.nth(at)))
    send("touchEnd")
    moved = [*before[1:4], before[0], *before[4:]]
    assert titles(page) == moved
    page.get_by_role("button", name="保存", exact=True).last.click()
    page.wait_for_selector("text=方案已保存")
    assert titles(site.open("lectures.agenda", 1280)) == moved


def sent_twice(live) -> int:
    """The plan of the next event came back once, has another hall now, and waits at the centre."""
    with live.app.test_request_context():
        programme = db.session.scalars(select(Programme)).unique().one()
        assert Submissions(db.session, programme).plans() == 1
        dossier = db.session.scalars(select(Dossier).where(Dossier.lecture_event_id.is_not(None))).one()
        kind, event = KINDS["plan"], dossier.lecture_event

        def who(name: str):
            user = db.session.scalars(select(User).where(User.username == name)).one()
            return person_at(Actor.of(user), programme.organisation.path, kind.senders)

        reviews.send_back(db.session, dossier.open_review, who("reviewer"), reason="示例意见：请换大会场。")
        event.venue = "示例科技会堂"
        db.session.commit()
        again = reviews.submit(db.session, kind, event, who("planner"), note="示例说明：已换会场。")
        reviews.approve(db.session, again, who("lead"))
        return dossier.id


def test_a_reviewer_sees_what_changed_comments_on_the_passage_and_approves(site):
    """A8: the centre reads the plan before the event."""
    dossier_id = site.live.run(lambda: sent_twice(site.live))
    site.values["dossier_id"] = dossier_id
    page = site.open("approvals.show", 1280)
    changes = page.locator("#changes")
    assert changes.locator("ins").all_inner_texts() != []
    assert "科技会堂" in "".join(changes.locator("ins").all_inner_texts())
    page.locator("#passage-venue .plan-comment a").click()
    page.wait_for_selector("html[data-ready]")
    page.locator("textarea[name=body]").last.fill("示例意见：请写明会堂的门牌号。")
    page.get_by_role("button", name="添加意见").click()
    page.wait_for_selector("html[data-ready]")
    said = select(Comment.anchor).where(Comment.body == "示例意见：请写明会堂的门牌号。")
    assert site.live.run(lambda: list(db.session.scalars(said))) == ["venue"]
    assert page.locator("#passage-venue .plan-said").count() >= 1
    page.locator("button[value=approve]").click()
    page.wait_for_selector("html[data-ready]")
    state = select(Dossier.state).where(Dossier.id == dossier_id)
    assert site.live.run(lambda: db.session.scalar(state)) == "approved"


@pytest.mark.parametrize("width", [1280, 390])
def test_a_candidate_is_found_and_what_was_typed_stays(site, width):
    page = site.open("lectures.line_up", width)
    names = page.locator(".candidates tbody tr:visible label")
    everybody = names.all_inner_texts()
    page.locator("input.score").first.fill("12.5")
    page.get_by_label("查找候选案例").fill(everybody[3])
    assert names.all_inner_texts() == [everybody[3]]
    page.get_by_label("查找候选案例").fill("")
    assert names.all_inner_texts() == everybody
    if width == 1280:
        page.locator("th .sorts", has_text="得分").click()
        assert names.all_inner_texts()[0] == everybody[0]
    assert page.locator("input.score").first.input_value() == "12.5"
