"""Suggested versions of a film in the clip workplace (A12, P17)."""

from __future__ import annotations

from fractions import Fraction

import pytest

from media.timecode import frame_of


@pytest.fixture
def officer(app, client, world):
    world.login(client, "publicity")
    with client.session_transaction() as cookie:
        cookie["locale"] = "en"
    return client


@pytest.fixture
def long_film(ready_film, session):
    """The measures of a film of 200 seconds, as if the little one had been that long."""
    picture = ready_film.info["video"][0]
    ready_film.info = ready_film.info | {
        "duration": "200",
        "video": [picture | {"duration": "200", "frame_count": 5000}],
    }
    ready_film.measures = ready_film.measures | {
        "scene_cuts": [str(second) for second in range(7, 200, 7)],
        "black": [{"start": "60", "end": "64"}],
        "freeze": [],
    }
    session.commit()
    return ready_film


def test_a_film_has_versions_of_the_length_that_the_programme_asks_for(officer, world, long_film):
    told = officer.get(f"/p/{world.programme.key}/films/{long_film.id}/suggestions.json").json
    assert 2 <= len(told["versions"]) <= 3
    for version in told["versions"]:
        assert 105 <= version["duration_s"] <= 135
        for one in version["ranges"]:
            start, end = one["frames"]
            assert [start, end] == [frame_of(Fraction(one[side]), Fraction(25)) for side in ("start", "end")]
            assert end <= 60 * 25 or start >= 64 * 25
    assert told["versions"][0]["title"] == "Through the whole film"
    assert "leaves out 4.2 s of black" in str(told["versions"][0]["ranges"])


def test_the_reasons_are_in_the_readers_language(officer, world, long_film):
    with officer.session_transaction() as cookie:
        cookie["locale"] = "zh_CN"
    told = officer.get(f"/p/{world.programme.key}/films/{long_film.id}/suggestions.json").json
    assert told["versions"][0]["title"] == "兼顾全片"


def test_a_film_that_is_too_short_says_so(officer, world, ready_film):
    answer = officer.get(f"/p/{world.programme.key}/films/{ready_film.id}/suggestions.json")
    assert answer.status_code == 422
    assert "too short for a version of 0:02:00" in answer.json["message"]


def test_a_film_that_was_not_measured_yet_has_none(officer, world, ready_film, session):
    ready_film.measures = None
    session.commit()
    answer = officer.get(f"/p/{world.programme.key}/films/{ready_film.id}/suggestions.json")
    assert answer.status_code == 404
