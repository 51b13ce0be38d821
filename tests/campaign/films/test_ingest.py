"""From a stored file to a film with preview and findings."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from PIL import Image

from campaign import footage, jobs
from campaign.errors import Conflict
from campaign.films import services
from campaign.films.jobs import INGEST
from campaign.films.models import Derivative
from media.testfilms import make_test_film
from tests.factories import make_case


def test_a_good_film_becomes_ready_with_preview_and_findings(session, ready_film, storage):
    film = ready_film
    assert (film.state, film.duration, film.frame_rate) == ("ready", Fraction(4), Fraction(25))
    kinds = {d.kind: d.asset.media_type for d in film.derivatives}
    assert kinds == {
        "proxy": "video/mp4",
        "poster": "image/jpeg",
        "filmstrip": "image/jpeg",
        "waveform": "application/json",
    }
    wave = json.loads(storage.path(film.derivative("waveform").asset.sha256).read_bytes())
    assert wave["version"] == 1
    verdicts = {finding["rule"]: finding["verdict"] for finding in film.findings}
    assert {rule: verdicts[rule] for rule in ("container", "duration", "resolution", "orientation")} == {
        "container": "pass",
        "duration": "fail",
        "resolution": "fail",
        "orientation": "pass",
    }


def test_faults_that_can_be_seen_are_shown_in_pictures(session, bring_in, run_jobs, storage, tmp_path):
    """Issue 3 point 2: frames with the fault marked, for what failed and can be seen."""
    film = bring_in(make_test_film(tmp_path / "black.mp4", frames=150, black=((50, 120),), size=(640, 360)))
    run_jobs(INGEST, film.id)
    session.refresh(film)
    assert {f["rule"]: f["verdict"] for f in film.findings}["black"] == "fail"
    shown = film.derivative("black-1")
    assert (shown.asset.media_type, shown.details) == ("image/jpeg", {"rule": "black", "moment": "17/5"})
    with Image.open(storage.path(shown.asset.sha256)) as picture:
        assert picture.size == (640, 360)
        red, green, blue = picture.getpixel((0, 180))
    assert red > 150
    assert max(green, blue) < 110


def test_a_text_file_named_mp4_is_refused_in_plain_words_and_kept(
    session, bring_in, run_jobs, storage, tmp_path
):
    """Bad input."""
    path = tmp_path / "案例.mp4"
    path.write_text("这不是视频。" * 100, "utf-8")
    film = bring_in(path)
    job = run_jobs(INGEST, film.id)
    session.refresh(film)
    assert (film.state, job.state) == ("refused", "failed")
    assert film.refusal == job.error
    assert film.refusal["params"]["name"] == "案例.mp4"
    assert storage.path(film.asset.sha256).read_bytes() == path.read_bytes()


def test_a_film_that_ends_in_the_middle_is_never_called_ready_without_a_word(
    session, bring_in, run_jobs, truncated_film
):
    """Bad input: a truncated film is refused, or fails the rule of integrity."""
    film = bring_in(truncated_film)
    run_jobs(INGEST, film.id)
    session.refresh(film)
    if film.state == "ready":
        verdicts = {finding["rule"]: finding["verdict"] for finding in film.findings}
        assert verdicts["integrity"] == "fail"
    else:
        assert film.state == "refused"
        assert film.refusal["params"]["name"] == "truncated.mp4"


def test_an_ingest_that_runs_again_from_the_start_gives_one_result(
    session, bring_in, run_jobs, good_film, monkeypatch
):
    film = bring_in(good_film)
    job = services.jobs_of(session, INGEST, film.id)[0]

    def die(*_args, **_values):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(footage, "check", die)
        with pytest.raises(KeyboardInterrupt):
            jobs.run_now(job.id, job.attempt, worker="test")
    session.rollback()
    session.refresh(film)
    assert film.state == "ingesting"
    jobs.run_now(job.id, job.attempt, worker="test")
    jobs.run_now(job.id, job.attempt, worker="test")
    session.refresh(film)
    assert film.state == "ready"
    rows = session.query(Derivative).filter_by(source_id=film.id).all()
    assert sorted(row.kind for row in rows) == ["filmstrip", "poster", "proxy", "waveform"]


def test_an_accident_is_no_fault_of_the_film_and_can_be_tried_again(
    session, bring_in, run_jobs, good_film, monkeypatch
):
    film = bring_in(good_film)
    with monkeypatch.context() as patched:
        patched.setattr(footage, "ingest", lambda *_a, **_k: 1 / 0)
        run_jobs(INGEST, film.id)
    session.refresh(film)
    assert film.state == "failed"
    services.ingest_again(session, film, user_id=None)
    with pytest.raises(Conflict):
        services.ingest_again(session, film, user_id=None)
    run_jobs(INGEST, film.id)
    session.refresh(film)
    assert (film.state, film.refusal) == ("ready", None)


def test_a_cancelled_ingest_waits(session, bring_in, good_film):
    film = bring_in(good_film)
    job = services.jobs_of(session, INGEST, film.id)[0]
    jobs.cancel(session, job)
    session.refresh(film)
    assert (film.state, film.refusal) == ("waiting", None)


def test_a_film_is_matched_by_its_name_and_follows_the_case_to_its_city(
    session, world, bring_in, good_film, other_film
):
    """P16, P5."""
    case = make_case(session, world, "高效换热器攻关", owner_id=world.city.id)
    exact = bring_in(good_film, "高效换热器攻关+视频.mp4")
    unknown = bring_in(other_film, "IMG_0001.mp4")
    assert (exact.case_id, exact.match, exact.owner_id) == (case.id, "exact", world.city.id)
    assert (unknown.case_id, unknown.match, unknown.owner_id) == (None, "none", world.province.id)
    services.assign(session, unknown, case)
    assert (unknown.case_id, unknown.match, unknown.owner_id) == (case.id, "chosen", world.city.id)
    services.assign(session, unknown, None)
    assert (unknown.case_id, unknown.match) == (None, "none")


def test_a_city_finds_only_its_own_cases(session, world, bring_in, good_film):
    make_case(session, world, "高效换热器攻关", owner_id=world.other_city.id)
    film = bring_in(good_film, "高效换热器攻关.mp4", owner=world.city)
    assert (film.case_id, film.match) == (None, "none")
