"""Whether a film is here already, asked before it is sent; and the tray, as scripts and people use it."""

from __future__ import annotations

import hashlib

import pytest

from campaign.films import known
from campaign.films.models import Upload
from tests.campaign.films.test_uploads import DATA, create, films, patch, send_all
from tests.factories import make_case

OTHER = b"other" * 2000


@pytest.fixture
def endpoint(world):
    return f"/p/{world.programme.key}/films/uploads"


@pytest.fixture
def ask(officer, base):
    def asked(**question):
        return officer.post(f"{base}/upload/known.json", json=question)

    return asked


def pieces(data, piece_bytes=known.PIECE_BYTES):
    return [
        hashlib.sha256(data[at : at + piece_bytes]).hexdigest() for at in range(0, len(data), piece_bytes)
    ]


def test_only_the_lengths_of_films_that_are_here_are_known(ask, officer, endpoint):
    send_all(officer, endpoint)
    assert ask(sizes=[len(DATA), len(OTHER), 7]).json == {"sizes": [len(DATA)]}


def test_a_film_is_recognised_by_its_pieces_and_told_with_its_name_and_case(
    ask, officer, endpoint, session, world, monkeypatch
):
    monkeypatch.setattr(known, "PIECE_BYTES", 4000)
    make_case(session, world, "高效换热器攻关")
    send_all(officer, endpoint, filename="高效换热器攻关.mp4")
    (film,) = films(session)
    told = ask(size=len(DATA), pieces=pieces(DATA, 4000)).json["film"]
    assert (told["name"], told["url"]) == ("高效换热器攻关.mp4", f"/p/{world.programme.key}/films/{film.id}")
    assert told["said"].startswith("Already here as 高效换热器攻关.mp4, received on ")
    assert told["said"].endswith(" It belongs to the case 高效换热器攻关.")


@pytest.mark.parametrize("change", [0, 5000, len(DATA) - 1])
def test_another_film_of_the_same_length_is_not_taken_for_it(ask, officer, endpoint, monkeypatch, change):
    monkeypatch.setattr(known, "PIECE_BYTES", 4000)
    send_all(officer, endpoint)
    other = bytearray(DATA)
    other[change] ^= 1
    assert ask(size=len(DATA), pieces=pieces(bytes(other), 4000)).json == {"film": None}


@pytest.mark.parametrize("told", [[], ["x"], [pieces(DATA)[0]] * 2, [pieces(DATA)[0].upper()]])
def test_a_question_that_is_not_whole_finds_nothing(ask, officer, endpoint, told):
    send_all(officer, endpoint)
    assert ask(size=len(DATA), pieces=told).json == {"film": None}


@pytest.mark.parametrize("question", [{}, {"sizes": "all"}, {"size": "1", "pieces": []}, {"size": 1}])
def test_a_question_that_is_none_is_refused(ask, question):
    assert ask(**question).status_code == 422


def test_what_another_city_holds_is_not_spoken_of(app, officer, base, endpoint, session, world):
    """Of the films of the province a city learns neither by length nor by hash."""
    send_all(officer, endpoint, filename="省里的.mp4")
    city = world.login(app.test_client(), "city")
    asked = {"size": len(DATA), "pieces": pieces(DATA)}
    assert city.post(f"{base}/upload/known.json", json={"sizes": [len(DATA)]}).json == {"sizes": []}
    assert city.post(f"{base}/upload/known.json", json=asked).json == {"film": None}
    created = create(city, endpoint, sha256=hashlib.sha256(DATA).hexdigest())
    assert created.status_code == 201
    # Whoever sends the film itself learns that it is there, and no more.
    done = patch(city, created.headers["Location"], DATA, 0)
    assert "Qichuang-Film" not in done.headers
    page = city.get(f"{base}/upload").get_data(as_text=True)
    assert "省里的.mp4" not in page
    assert "其他单位已上传过" in page
    assert len(films(session)) == 1
    assert session.query(Upload).count() == 2


def test_another_province_is_shut_out(client, world, base):
    foreign = world.login(client, "foreign")
    assert foreign.post(f"{base}/upload/known.json", json={"sizes": [1]}).status_code == 404


def test_a_film_takes_the_name_of_the_newer_file_and_with_it_finds_its_case(
    officer, base, endpoint, session, world
):
    """P16."""
    case = make_case(session, world, "高效换热器攻关", owner_id=world.city.id)
    send_all(officer, endpoint, filename="IMG_0001.mp4")
    (film,) = films(session)
    told = officer.post(f"{base}/{film.id}/name.json", json={"name": "高效换热器攻关.mp4"})
    assert told.json["name"] == "高效换热器攻关.mp4"
    session.refresh(film)
    assert (film.file_name, film.case_id, film.match) == ("高效换热器攻关.mp4", case.id, "exact")
    assert film.owner_id == world.city.id
    assert officer.post(f"{base}/{film.id}/name.json", json={"name": " "}).status_code == 422


def test_many_films_are_given_to_a_case_at_once_and_taken_back(officer, base, endpoint, session, world):
    case = make_case(session, world, "高效换热器攻关")
    for number in (1, 2):
        send_all(officer, endpoint, DATA + bytes([number]), filename=f"IMG_{number}.mp4")
    ids = [film.id for film in films(session)]
    answer = officer.post(f"{base}/upload/assign.json", json={"films": ids, "case": str(case.id)})
    assert answer.json == {"message": "2 films now belong to the case 高效换热器攻关.", "films": ids}
    assert [(film.case_id, film.match) for film in films(session)] == [(case.id, "chosen")] * 2
    back = officer.post(f"{base}/upload/assign.json", json={"films": ids, "case": ""})
    assert back.json["message"] == "2 films wait for a case again."
    assert [(film.case_id, film.match) for film in films(session)] == [(None, "none")] * 2
    assert officer.post(f"{base}/upload/assign.json", json={"films": [], "case": "1"}).status_code == 422
    assert officer.post(f"{base}/upload/assign.json", json={"films": [999], "case": "1"}).status_code == 404


def test_the_tray_offers_cases_without_a_film_first(officer, base, endpoint, session, world):
    for title in ("甲案例", "乙案例"):
        make_case(session, world, title)
    send_all(officer, endpoint, filename="乙案例.mp4")
    send_all(officer, endpoint, OTHER, filename="IMG_0001.mp4")
    page = officer.get(f"{base}/upload/tray").get_data(as_text=True)
    shown = [part.split("</strong>")[0] for part in page.split("data-case=")[1:]]
    assert [text.partition("<strong>")[2] for text in shown] == ["甲案例", "乙案例"]


def test_a_film_given_to_a_case_is_judged_by_that_cases_name(officer, base, session, world, ready_film):
    """P16: the finding on the file name follows the case without a new check."""
    other = make_case(session, world, "另一个案例")

    def verdict():
        session.refresh(ready_film)
        return next(f["verdict"] for f in ready_film.findings if f["rule"] == "file_name")

    officer.post(f"{base}/upload/assign.json", json={"films": [ready_film.id], "case": str(other.id)})
    assert verdict() != "pass"
    officer.post(f"{base}/{ready_film.id}/name.json", json={"name": "另一个案例.mp4"})
    assert verdict() == "pass"
