"""Many clips rendered, stopped and tried again in one go (A12; issue 4, point 5)."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from sqlalchemy import func, select

from campaign.films import clips
from campaign.films.clips import RENDER, Draft
from campaign.films.models import Clip
from campaign.films.rules import Span
from campaign.jobs import Job


@pytest.fixture
def ready_film(film_unseen, good_film):
    return film_unseen(good_film, "高效换热器攻关.mp4")


@pytest.fixture
def make(session, world, ready_film):
    def make(title, start=1):
        span = Span(ready_film.id, Fraction(start), Fraction(start) + 1)
        return clips.save(
            session,
            None,
            Draft(title, None, (span,)),
            programme_id=world.programme.id,
            owner_id=world.province.id,
        )

    return make


def states(session):
    session.expire_all()
    return dict(session.execute(select(Clip.title, Clip.state).order_by(Clip.id)).all())


def test_the_ticked_clips_are_queued_in_their_order_and_those_that_cannot_be_are_named(
    officer, base, session, make
):
    """One click for one clip or a hundred; the same pictures are never rendered twice."""
    first, second, twin, empty = make("甲", 0), make("乙", 1), make("乙的副本", 1), make("空", 2)
    empty.ranges.clear()
    session.commit()
    chosen = [str(clip.id) for clip in (first, second, twin, empty)]
    page = officer.post(f"{base}/clips/render", data={"clip": chosen}, follow_redirects=True)
    text = page.get_data(as_text=True)
    assert states(session) == {"甲": "rendering", "乙": "rendering", "乙的副本": "draft", "空": "draft"}
    assert "2 clips are in the queue." in text
    assert "already holds exactly these pictures; nothing was rendered. 乙的副本" in text
    assert "The clip has no range yet. Give at least one in point and one out point. 空" in text
    jobs = session.scalars(select(Job).where(Job.kind == RENDER).order_by(Job.created_at)).all()
    assert [job.subject_id for job in jobs] == [first.id, second.id]


def test_all_that_the_filters_find_are_rendered_and_nothing_else(officer, base, session, make):
    make("换热器一", 0), make("换热器二", 1), make("别的", 2)
    officer.post(f"{base}/clips/render?q=换热器", data={"which": "all"})
    assert states(session) == {"换热器一": "rendering", "换热器二": "rendering", "别的": "draft"}


def test_the_same_click_twice_queues_nothing_twice(officer, base, session, make):
    make("甲")
    for _ in range(2):
        officer.post(f"{base}/clips/render", data={"which": "all"})
    assert session.scalar(select(func.count(Job.id)).where(Job.kind == RENDER)) == 1


def test_a_button_of_one_row_speaks_of_this_row_alone(officer, base, session, make):
    first, second = make("甲", 0), make("乙", 1)
    officer.post(f"{base}/clips/render", data={"clip": [str(first.id)], "only": str(second.id)})
    assert states(session) == {"甲": "draft", "乙": "rendering"}


def test_waiting_renders_tell_their_place_and_are_stopped_together(officer, base, session, make):
    rows = [make("甲", 0), make("乙", 1), make("丙", 2)]
    officer.post(f"{base}/clips/render", data={"clip": [str(row.id) for row in rows]})
    asked = "&".join(f"clip={row.id}" for row in rows)
    told = officer.get(f"{base}/clips/queue.json?{asked}").json["clips"]
    assert [(one["id"], one["state"], one["place"]) for one in told] == [
        (rows[0].id, "rendering", "next in the queue"),
        (rows[1].id, "rendering", "no. 2 in the queue"),
        (rows[2].id, "rendering", "no. 3 in the queue"),
    ]
    officer.post(f"{base}/clips/stop", data={"clip": [str(row.id) for row in rows[1:]]})
    assert states(session) == {"甲": "rendering", "乙": "draft", "丙": "draft"}
    # A row that ended takes its new badge, colour and sign with the word, without the page being made anew.
    ended = officer.get(f"{base}/clips/queue.json?clip={rows[1].id}").json["clips"][0]
    assert (ended["progress"], ended["poster"]) == (None, None)
    assert re.sub(r"<svg.*</svg>", "", ended["badge"]) == '<span class="state state-neutral">draft</span>'


def test_without_a_tick_the_officer_is_told_so(officer, base, session, make):
    make("甲")
    page = officer.post(f"{base}/clips/render", data={}, follow_redirects=True)
    assert "Choose at least one clip first." in page.get_data(as_text=True)
    assert states(session) == {"甲": "draft"}
