"""The first look: there before the check has ended, replaced by it, and never in its way."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from sqlalchemy import select

from campaign import jobs
from campaign.films.look import LOOK
from campaign.jobs import Job


@pytest.fixture
def looked(bring_in, run_jobs, session, good_film):
    film = bring_in(good_film, "没有名字.mp4")
    assert run_jobs(LOOK, film.id).state == "done"
    session.refresh(film)
    return film


def test_poster_filmstrip_and_film_are_there_before_the_check(officer, base, looked, good_film):
    """Issue 4, what must hold: a first look before the full check ends."""
    assert (looked.state, looked.duration, looked.findings) == ("waiting", 4, None)
    poster, strip = (
        Image.open(io.BytesIO(officer.get(f"{base}/{looked.id}/{name}.jpg", buffered=True).data))
        for name in ("poster", "filmstrip")
    )
    assert (poster.size, strip.size) == ((640, 360), (1600, 180))
    part = officer.get(f"{base}/{looked.id}/look.mp4", headers={"Range": "bytes=10-19"}, buffered=True)
    assert (part.status_code, part.mimetype, part.data) == (206, "video/mp4", good_film.read_bytes()[10:20])
    page = officer.get(f"{base}/{looked.id}").get_data(as_text=True)
    assert f"/films/{looked.id}/look.mp4" in page
    assert "A first look at the film as it came in." in page


def test_the_original_is_not_shown_to_who_may_not_download_it(client, world, base, looked):
    observer = world.login(client, "observer")
    assert observer.get(f"{base}/{looked.id}/look.mp4").status_code == 403
    page = observer.get(f"{base}/{looked.id}").get_data(as_text=True)
    assert "look.mp4" not in page
    assert f"/films/{looked.id}/poster.jpg" in page


def test_the_check_puts_its_own_pictures_in_the_place_of_the_first_ones(
    officer, base, session, looked, run_jobs
):
    run_jobs("ingest", looked.id)
    session.refresh(looked)
    assert {row.kind for row in looked.derivatives} >= {"poster", "filmstrip", "proxy"}
    assert not {row.kind for row in looked.derivatives} & {"first_poster", "first_strip"}
    assert officer.get(f"{base}/{looked.id}/look.mp4").status_code == 404


def test_a_look_that_comes_after_the_check_changes_nothing(session, run_jobs, bring_in, good_film):
    film = bring_in(good_film)
    run_jobs("ingest", film.id)
    session.refresh(film)
    before = {row.kind for row in film.derivatives}
    assert run_jobs(LOOK, film.id).state == "done"
    session.refresh(film)
    assert {row.kind for row in film.derivatives} == before


def test_a_file_that_is_no_film_is_refused_at_the_first_look_and_again_by_its_check(
    session, run_jobs, bring_in, tmp_path
):
    """Issue 4, point 1: a hundred checks may wait before it; the officer learns of it in seconds."""
    path = tmp_path / "words.mp4"
    path.write_text("no film", "utf-8")
    film = bring_in(path)
    assert run_jobs(LOOK, film.id).state == "done"
    session.refresh(film)
    assert (film.state, film.refusal["params"]) == ("refused", {"name": "words.mp4"})
    assert run_jobs("ingest", film.id).state == "failed"
    session.refresh(film)
    assert film.state == "refused"


def test_the_look_waits_in_a_queue_of_its_own(session, bring_in, good_film):
    bring_in(good_film)
    kinds = {job.kind for job in session.scalars(select(Job))}
    assert kinds == {"ingest", "look"}
    assert jobs.kinds_of("looks") == ["look"]
