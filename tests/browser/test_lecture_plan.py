"""Plans in a real browser: the agenda moved by keyboard, the review decided, candidates found (A6, A8)."""

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
