"""Uploads over a real connection, driven by the independent client tuspy."""

from __future__ import annotations

import hashlib
import http.client
import os

import pytest
import requests
from sqlalchemy import select
from tusclient.client import TusClient

from campaign.films.models import SourceVideo, Upload
from campaign.jobs import Job
from tests.campaign.films.serving import Server, log_in

CHUNK = 1024 * 1024


@pytest.fixture
def server(settings, world, session):
    session.commit()
    server = Server(settings)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def headers(server, world):
    return log_in(server, world.users["publicity"].username)


@pytest.fixture
def client(server, headers, world):
    return TusClient(f"{server.address}/p/{world.programme.key}/films/uploads", headers=headers)


@pytest.fixture
def big_file(tmp_path):
    """A file of several pieces whose bytes never repeat; what is in it does not matter to an upload."""
    path = tmp_path / "高效换热器攻关.mp4"
    path.write_bytes(os.urandom(5 * CHUNK + 12_345))
    return path


@pytest.fixture
def stream(big_file):
    """The open file; tuspy closes none that it opens itself."""
    with big_file.open("rb") as stream:
        yield stream


def uploader_of(client, stream, **options):
    return client.uploader(
        file_stream=stream, chunk_size=CHUNK, metadata={"filename": "高效换热器攻关.mp4"}, **options
    )


def the_film(session):
    session.rollback()
    return session.scalars(select(SourceVideo)).unique().one()


@pytest.mark.slow
def test_tuspy_brings_a_film_in_byte_for_byte(client, stream, big_file, session, storage):
    uploader_of(client, stream, upload_checksum=True).upload()
    film = the_film(session)
    assert film.file_name == "高效换热器攻关.mp4"
    assert film.asset.sha256 == hashlib.sha256(big_file.read_bytes()).hexdigest()
    assert storage.path(film.asset.sha256).read_bytes() == big_file.read_bytes()
    ordered = session.scalars(select(Job).order_by(Job.kind))
    assert [(job.kind, job.subject_id, job.state) for job in ordered] == [
        ("ingest", film.id, "queued"),
        ("look", film.id, "queued"),
    ]


def test_an_upload_goes_on_byte_for_byte_after_the_server_was_killed(
    client, server, stream, big_file, session, storage
):
    uploader = uploader_of(client, stream, upload_checksum=True)
    uploader.upload(stop_at=2 * CHUNK)
    # Half a piece more is on the line when the power goes.
    line = half_a_piece(server, uploader, big_file.read_bytes()[2 * CHUNK : 2 * CHUNK + CHUNK // 2])
    server.kill()
    line.close()
    with pytest.raises(requests.ConnectionError):
        requests.head(uploader.url, timeout=5)
    server.start()
    # A new process of the same person: only the address and the file are known.
    fresh = TusClient(client.url, headers=log_in(server, "publicity-user"))
    resumed = fresh.uploader(file_stream=stream, url=uploader.url, chunk_size=CHUNK, upload_checksum=True)
    assert resumed.offset == 2 * CHUNK
    resumed.upload()
    assert storage.path(the_film(session).asset.sha256).read_bytes() == big_file.read_bytes()


def half_a_piece(server, uploader, data):
    """Send the first half of a PATCH and leave the connection open."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    connection.putrequest("PATCH", uploader.url.removeprefix(server.address))
    for name, value in uploader.get_headers().items():
        connection.putheader(name, value)
    connection.putheader("Content-Type", "application/offset+octet-stream")
    connection.putheader("Upload-Offset", str(uploader.offset))
    connection.putheader("Content-Length", str(2 * len(data)))
    connection.endheaders()
    connection.send(data)
    return connection


@pytest.mark.slow
def test_what_arrived_before_the_line_broke_is_kept(client, server, stream, big_file, session, storage):
    uploader = uploader_of(client, stream)
    uploader.upload(stop_at=CHUNK)
    data = big_file.read_bytes()[CHUNK : CHUNK + 300_000]
    half_a_piece(server, uploader, data).close()
    # The next piece waits for nobody: it may come while the server still looks at the dead line.
    resumed = client.uploader(file_stream=stream, url=uploader.url, chunk_size=CHUNK)
    assert resumed.offset in (CHUNK, CHUNK + len(data))
    resumed.retries, resumed.retry_delay = 3, 0
    resumed.upload()
    assert storage.path(the_film(session).asset.sha256).read_bytes() == big_file.read_bytes()


@pytest.mark.slow
def test_the_token_against_forged_requests_is_asked_of_uploads_too(client, headers, session):
    answer = requests.post(
        client.url,
        headers={"Cookie": headers["Cookie"], "Tus-Resumable": "1.0.0", "Upload-Length": "5"},
        timeout=10,
    )
    assert answer.status_code == 400
    assert session.scalars(select(Upload)).all() == []
