"""The endpoint and its verbs, without a network."""

from __future__ import annotations

import base64
import errno
import hashlib
from datetime import timedelta
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from campaign.db import utc_now
from campaign.films import services, tus, uploads
from campaign.films.models import SourceVideo, Upload
from tests.factories import make_case

CHUNK_TYPE = "application/offset+octet-stream"
DATA = bytes(range(256)) * 40


@pytest.fixture
def endpoint(world):
    return f"/p/{world.programme.key}/films/uploads"


@pytest.fixture
def dock(app):
    from campaign.films import room

    with app.test_request_context():
        return room.dock()


def metadata(**values):
    return ",".join(
        f"{key} {base64.b64encode(str(value).encode()).decode()}" for key, value in values.items()
    )


def create(client, endpoint, data=DATA, version="1.0.0", **values):
    headers = {"Tus-Resumable": version, "Upload-Length": str(len(data))}
    headers["Upload-Metadata"] = metadata(**{"filename": "film.mp4", "filetype": "video/mp4", **values})
    return client.post(endpoint, headers=headers)


def patch(client, url, data, offset, **headers):
    return client.patch(
        url,
        data=data,
        headers={
            "Tus-Resumable": "1.0.0",
            "Upload-Offset": str(offset),
            "Content-Type": CHUNK_TYPE,
            **headers,
        },
    )


def head(client, url):
    return client.head(url, headers={"Tus-Resumable": "1.0.0"})


def send_all(client, endpoint, data=DATA, **values):
    created = create(client, endpoint, data, **values)
    assert created.status_code == 201, created.get_data(as_text=True)
    return patch(client, created.headers["Location"], data, 0)


def films(session):
    session.rollback()
    return list(session.scalars(select(SourceVideo).order_by(SourceVideo.id)).unique())


def test_the_endpoint_says_what_it_can(officer, endpoint):
    answer = officer.options(endpoint)
    assert answer.status_code == 204
    assert {name: value for name, value in answer.headers if name.startswith("Tus-")} == {
        "Tus-Resumable": "1.0.0",
        "Tus-Version": "1.0.0",
        "Tus-Extension": "creation,expiration,checksum,termination",
        "Tus-Max-Size": str(8 * 1024**3),
        "Tus-Checksum-Algorithm": "sha256,sha1",
    }


@pytest.mark.both_databases
def test_pieces_make_a_film(officer, endpoint, session, storage):
    url = create(officer, endpoint).headers["Location"]
    assert patch(officer, url, DATA[:4000], 0).headers["Upload-Offset"] == "4000"
    seen = head(officer, url)
    assert (seen.headers["Upload-Offset"], seen.headers["Upload-Length"]) == ("4000", str(len(DATA)))
    assert seen.headers["Cache-Control"] == "private, no-store"
    done = patch(officer, url, DATA[4000:], 4000)
    (film,) = films(session)
    assert done.status_code == 204
    assert done.headers["Qichuang-Film"] == f"/p/guangdong-2024/films/{film.id}"
    assert storage.path(film.asset.sha256).read_bytes() == DATA
    assert not list((storage.root.parent / "uploads").glob("*.part"))


def test_an_unknown_version_of_the_protocol_is_refused(officer, endpoint):
    answer = create(officer, endpoint, version="0.2.2")
    assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")


def test_a_piece_at_the_wrong_offset_is_a_conflict_that_says_the_right_one(officer, endpoint):
    url = create(officer, endpoint).headers["Location"]
    patch(officer, url, DATA[:4000], 0)
    answer = patch(officer, url, DATA[:4000], 0)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, "4000")


def test_a_piece_of_another_type_is_refused(officer, endpoint):
    url = create(officer, endpoint).headers["Location"]
    assert patch(officer, url, DATA, 0, **{"Content-Type": "text/plain"}).status_code == 415


def test_more_bytes_than_announced_are_refused_and_nothing_is_kept(officer, endpoint):
    url = create(officer, endpoint).headers["Location"]
    assert patch(officer, url, DATA + b"x", 0).status_code == 400
    assert head(officer, url).headers["Upload-Offset"] == "0"


def test_a_piece_over_the_agreed_size_is_refused(officer, endpoint):
    data = b"x" * (8 * 1024 * 1024 + tus.CHUNK_MARGIN_BYTES + 1)
    url = create(officer, endpoint, data).headers["Location"]
    assert patch(officer, url, data, 0).status_code == 413


def test_a_damaged_piece_is_asked_for_again(officer, endpoint):
    url = create(officer, endpoint).headers["Location"]
    wrong = base64.b64encode(hashlib.sha256(b"other").digest()).decode()
    answer = patch(officer, url, DATA, 0, **{"Upload-Checksum": f"sha256 {wrong}"})
    assert answer.status_code == 460
    assert head(officer, url).headers["Upload-Offset"] == "0"


def test_a_file_larger_than_the_server_takes_is_refused_in_plain_words(officer, endpoint):
    answer = officer.post(
        endpoint,
        headers={
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(9 * 1024**3),
            "Upload-Metadata": metadata(filename="大.mp4"),
        },
    )
    assert answer.status_code == 413
    assert answer.json == {
        "message": "大.mp4 is larger than 8.0 GB, the most this server takes. Send a smaller export."
    }


def test_an_empty_file_is_refused(officer, endpoint):
    assert create(officer, endpoint, b"").status_code == 422


def test_a_proxy_that_lets_only_post_through_is_served(officer, endpoint):
    url = create(officer, endpoint).headers["Location"]
    answer = officer.post(
        url,
        data=DATA[:10],
        headers={
            "Tus-Resumable": "1.0.0",
            "X-HTTP-Method-Override": "PATCH",
            "Upload-Offset": "0",
            "Content-Type": CHUNK_TYPE,
        },
    )
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, "10")


def test_nobody_else_may_continue_an_upload(app, officer, endpoint, world):
    url = create(officer, endpoint).headers["Location"]
    other = world.login(app.test_client(), "lead")
    assert head(other, url).status_code == 404
    assert patch(other, url, DATA, 0).status_code == 404


def test_an_upload_that_is_given_up_is_gone_with_its_bytes(officer, endpoint, dock):
    url = create(officer, endpoint).headers["Location"]
    patch(officer, url, DATA[:4000], 0)
    assert officer.delete(url, headers={"Tus-Resumable": "1.0.0"}).status_code == 204
    assert head(officer, url).status_code == 404
    assert list(dock.parts.folder.glob("*.part")) == []


def test_the_whole_file_is_compared_with_its_announced_checksum(officer, endpoint, session, dock):
    announced = hashlib.sha256(b"another film").hexdigest()
    answer = send_all(officer, endpoint, sha256=announced, filename="高效换热器.mp4")
    assert answer.status_code == 422
    assert answer.json["message"].startswith("高效换热器.mp4 arrived otherwise than it was sent")
    assert films(session) == []
    assert list(dock.parts.folder.glob("*.part")) == []
    assert session.scalars(select(Upload.state)).all() == ["refused"]


def test_the_right_checksum_of_the_whole_file_lets_it_in(officer, endpoint, session):
    assert send_all(officer, endpoint, sha256=hashlib.sha256(DATA).hexdigest()).status_code == 204
    assert [film.file_name for film in films(session)] == ["film.mp4"]


def test_the_same_film_twice_is_one_film_and_the_answer_says_so(officer, endpoint, session):
    send_all(officer, endpoint, filename="第一次.mp4")
    answer = send_all(officer, endpoint, filename="第二次.mp4")
    assert answer.status_code == 204
    assert unquote(answer.headers["Qichuang-Note"]) == (
        "This film is already there, as 第一次.mp4. It was not sent again."
    )
    assert [film.file_name for film in films(session)] == ["第一次.mp4"]


def test_a_known_film_is_recognised_before_it_is_sent(officer, endpoint):
    send_all(officer, endpoint, filename="第一次.mp4")
    answer = create(officer, endpoint, sha256=hashlib.sha256(DATA).hexdigest())
    assert answer.status_code == 409
    assert answer.json == {"message": "This film is already there, as 第一次.mp4. It was not sent again."}


def test_a_case_named_with_the_upload_is_taken(officer, endpoint, session, world):
    case = make_case(session, world)
    send_all(officer, endpoint, filename="IMG_0001.mp4", case_id=case.id)
    (film,) = films(session)
    assert (film.case_id, film.match) == (case.id, "chosen")


def test_a_case_of_another_programme_is_not_taken(officer, endpoint, session, world):
    assert create(officer, endpoint, case_id=999_999).status_code == 404


def test_a_full_disk_is_said_in_plain_words_and_the_upload_goes_on_later(officer, endpoint, monkeypatch):
    url = create(officer, endpoint).headers["Location"]
    patch(officer, url, DATA[:4000], 0)

    def fill_up(out, data):
        out.write(data[:100])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(tus, "_write_all", fill_up)
        answer = patch(officer, url, DATA[4000:], 4000)
    assert answer.status_code == 507
    assert answer.json["message"].startswith("The disk is full.")
    assert head(officer, url).headers["Upload-Offset"] == "4000"
    assert patch(officer, url, DATA[4000:], 4000).status_code == 204


def test_a_film_the_disk_has_no_room_for_is_refused_at_once(officer, endpoint, monkeypatch):
    monkeypatch.setattr("campaign.storage.Storage.free_bytes", lambda _self: 1024)
    assert create(officer, endpoint).status_code == 507


def test_an_expired_upload_is_gone_and_swept_away(officer, endpoint, session, dock):
    url = create(officer, endpoint).headers["Location"]
    patch(officer, url, DATA[:4000], 0)
    upload = session.scalars(select(Upload)).one()
    upload.expires_at = utc_now() - timedelta(seconds=1)
    session.commit()
    assert head(officer, url).status_code == 410
    assert uploads.sweep(session, dock, utc_now()) == 1
    assert session.scalars(select(Upload)).all() == []
    assert list(dock.parts.folder.glob("*.part")) == []


def test_a_film_whose_server_died_after_the_last_byte_is_finished_by_the_next_question(
    officer, endpoint, session, monkeypatch
):
    url = create(officer, endpoint).headers["Location"]

    def die(*_args, **_values):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(uploads, "file_sha256", die)
        with pytest.raises(KeyboardInterrupt):
            patch(officer, url, DATA, 0)
    assert films(session) == []
    assert head(officer, url).headers["Upload-Offset"] == str(len(DATA))
    assert [film.state for film in films(session)] == ["waiting"]


def test_a_film_whose_server_died_after_storing_it_is_finished_by_the_next_question(
    officer, endpoint, session, storage, monkeypatch
):
    url = create(officer, endpoint).headers["Location"]

    def die(*_args, **_values):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(services, "receive", die)
        with pytest.raises(KeyboardInterrupt):
            patch(officer, url, DATA, 0)
    session.rollback()
    assert head(officer, url).status_code == 200
    (film,) = films(session)
    assert storage.path(film.asset.sha256).read_bytes() == DATA


def test_the_upload_page_lists_what_has_not_ended_and_what_waits_for_a_case(
    officer, endpoint, session, world
):
    make_case(session, world, "高效换热器攻关")
    url = create(officer, endpoint, filename="未传完.mp4").headers["Location"]
    patch(officer, url, DATA[:4000], 0)
    send_all(officer, endpoint, filename="无名.mp4")
    page = officer.get(f"/p/{world.programme.key}/films/upload").get_data(as_text=True)
    assert "未传完.mp4" in page
    assert 'aria-label="Case of 无名.mp4"' in page
