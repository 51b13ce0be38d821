"""The papers of an event, the pages of its review and what boards say of it, through the pages (A7, A8)."""

import io
import re
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from campaign.approvals.models import Comment, Dossier
from campaign.lectures.papers import PAPERS
from tests.campaign.lectures.planned import full_event
from tests.conftest import share_fonts

HERE = "/p/guangdong-2024"


@pytest.fixture
def event(session, world, settings):
    share_fonts(settings.data_dir)
    return full_event(session, world, starts_at=datetime.now(UTC) + timedelta(days=5))


def follow(client, world, name):
    client.post("/logout")
    return world.login(client, name)


def test_every_paper_is_listed_with_what_it_lacks(client, world, event):
    page = world.login(client, "planner").get(f"{HERE}/lectures/{event.id}/papers").get_data(as_text=True)
    links = re.findall(rf"{HERE}/lectures/{event.id}/papers/(\w+)\"", page)
    assert links == list(PAPERS)
    # Signing in has not been prepared, so only the badges say that something is missing.
    assert page.count("签到码") == 1


@pytest.mark.parametrize("key", list(PAPERS))
def test_every_paper_can_be_taken_home(client, world, event, key):
    answer = world.login(client, "observer").get(f"{HERE}/lectures/{event.id}/papers/{key}")
    heads = {".pdf": b"%PDF", ".ics": b"BEGIN:VCALENDAR"}
    assert (answer.status_code, answer.data.startswith(heads.get(PAPERS[key].suffix, b"PK"))) == (200, True)


@pytest.mark.slow
def test_all_papers_come_as_one_archive(client, world, event):
    answer = world.login(client, "planner").get(f"{HERE}/lectures/{event.id}/papers.zip")
    names = zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    assert names == [f"省级宣讲活动+{paper.file_word}{paper.suffix}" for paper in PAPERS.values()]


def test_the_calendar_file_opens_at_the_hour_of_the_event(client, world, event):
    answer = world.login(client, "planner").get(f"{HERE}/lectures/{event.id}/papers/calendar")
    (one,) = Calendar.from_ical(answer.data).walk("VEVENT")
    assert one.decoded("dtstart").astimezone(UTC) == event.starts_at.replace(microsecond=0)


def test_an_unknown_paper_is_not_found(client, world, event):
    assert world.login(client, "planner").get(f"{HERE}/lectures/{event.id}/papers/menu").status_code == 404


def test_a_reviewer_reads_a_plan_and_comments_on_a_passage(client, session, world, event):
    """A8: from sending to the comment, through the pages."""
    sent = world.login(client, "planner").post(f"{HERE}/approvals/send/plan/{event.id}")
    assert sent.status_code == 303
    dossier = session.scalars(select(Dossier)).one()
    page = f"{HERE}/approvals/{dossier.id}"
    assert follow(client, world, "lead").post(f"{page}/decide", data={"act": "approve"}).status_code == 303
    read = follow(client, world, "reviewer").get(f"{page}?anchor=venue").get_data(as_text=True)
    assert re.findall(r'id="passage-(tier|time|venue|theme)"', read) == ["tier", "time", "venue"]
    assert '<option selected value="venue">' in read
    answer = client.post(
        f"{page}/comments", data={"anchor": "venue", "body": "请写明容纳人数", "version": "1"}
    )
    assert answer.status_code == 303
    assert [(c.anchor, c.body) for c in session.scalars(select(Comment))] == [("venue", "请写明容纳人数")]
    returned = client.post(f"{page}/decide", data={"act": "return", "reason": "请补充"})
    session.refresh(dossier)
    assert (returned.status_code, dossier.state) == (303, "returned")


def test_a_new_version_shows_what_changed_with_a_word(client, session, world, event):
    """A8: on re-submission the reviewer sees what changed."""
    client = world.login(client, "planner")
    client.post(f"{HERE}/approvals/send/plan/{event.id}")
    dossier = session.scalars(select(Dossier)).one()
    page = f"{HERE}/approvals/{dossier.id}"
    follow(client, world, "lead").post(f"{page}/decide", data={"act": "return", "reason": "改地点"})
    event.venue = "新会堂"
    session.commit()
    follow(client, world, "planner").post(f"{HERE}/approvals/send/plan/{event.id}")
    read = client.get(page).get_data(as_text=True)
    changes = read[read.index('id="changes"') :]
    assert re.findall(r"<del>(.*?)</del>|<ins>(.*?)</ins>", changes) == [("科技会堂", ""), ("", "新会堂")]
    assert "有变化</span>" in changes


def test_the_overview_reminds_the_planner_of_a_plan_that_is_late(client, world, event):
    """A8: five days before an event whose plan should have been approved a week before."""
    page = world.login(client, "planner").get(f"{HERE}/").get_data(as_text=True)
    assert "份宣讲方案已过审定期限" in page
    rows = client.get(f"{HERE}/lectures/?plan=late").get_data(as_text=True)
    assert "省级宣讲活动" in rows


def test_a_missed_review_is_named_on_the_board_and_leads_to_its_event(client, session, world, event):
    """A8."""
    event.starts_at, event.ends_at = (datetime.now(UTC) - timedelta(days=n) for n in (2, 1))
    session.commit()
    page = world.login(client, "lead").get(f"{HERE}/targets/").get_data(as_text=True)
    assert "有 1 场未经审定即已开始，不再计入" in page
    rows = client.get(f"{HERE}/lectures/?plan=missed").get_data(as_text=True)
    assert "省级宣讲活动" in rows
