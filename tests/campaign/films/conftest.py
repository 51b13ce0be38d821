"""Films small enough to be made for every run, and the shortest way into the programme."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from campaign import footage, jobs
from campaign.films import services
from campaign.films.jobs import INGEST
from campaign.films.models import SourceVideo
from campaign.storage import asset_for
from media.probe import probe
from media.testfilms import make_test_film, truncate
from tests.conftest import share_fonts


@pytest.fixture(scope="session")
def film_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("films")


@pytest.fixture(scope="session")
def good_film(film_folder):
    """Four seconds at 25 frames a second, with the frame number in every picture."""
    return make_test_film(
        film_folder / "good.mp4", frames=100, rate=Fraction(25), size=(640, 360), sound="tone"
    )


@pytest.fixture(scope="session")
def other_film(film_folder):
    return make_test_film(
        film_folder / "other.mp4", frames=60, rate=Fraction(25), size=(640, 360), sound="tone"
    )


@pytest.fixture(scope="session")
def truncated_film(film_folder, good_film):
    return truncate(good_film, film_folder / "truncated.mp4")


@pytest.fixture
def officer(app, client, world):
    """A publicity officer who reads English, in whose name forms need no token."""
    app.config["WTF_CSRF_ENABLED"] = False  # the token is asked for in test_upload_server.py
    world.login(client, "publicity")
    with client.session_transaction() as cookie:
        cookie["locale"] = "en"
    return client


@pytest.fixture
def base(world):
    return f"/p/{world.programme.key}/films"


@pytest.fixture
def fonts(app):
    """The fonts that cards and names are drawn with."""
    share_fonts(app.config["SETTINGS"].data_dir)


@pytest.fixture
def storage(context):
    return context.extensions["storage"]


@pytest.fixture
def bring_in(session, world, storage, tmp_path):
    """Take a file in as a film of the programme, as the end of an upload does."""

    def bring(path, name=None, *, owner=None, case=None):
        copy = tmp_path / f"copy-{path.name}"
        copy.write_bytes(path.read_bytes())
        film, _ = services.receive(
            session,
            storage.adopt(copy),
            file_name=name or path.name,
            programme_id=world.programme.id,
            owner_id=(owner or world.province).id,
            user_id=world.users["publicity"].id,
            case=case,
        )
        return film

    return bring


@pytest.fixture
def run_jobs(session):
    """Run what waits for one row, in this thread; gives the job as it ended."""

    def run(kind, subject_id):
        job = next(j for j in services.jobs_of(session, kind, subject_id) if j.is_running)
        jobs.run_now(job.id, job.attempt, worker="test")
        session.refresh(job)
        return job

    return run


@pytest.fixture(scope="session")
def ingested(film_folder, good_film):
    """What the engine makes of the good film, once for all tests; test_ingest.py sees how it is made."""
    folder = film_folder / "ingested"
    folder.mkdir()
    return footage.ingest(good_film, folder, good_film.name)


@pytest.fixture
def ready_film(bring_in, run_jobs, session, good_film, ingested, monkeypatch):
    """The good film, taken in and checked by the real job; only the engine's files are copies."""

    def copied(_path, out_dir, _name, **_told):
        kinds = ("proxy", "poster", "filmstrip", "waveform")
        return replace(
            ingested, **{kind: Path(shutil.copy(getattr(ingested, kind), out_dir)) for kind in kinds}
        )

    film = bring_in(good_film, "高效换热器攻关.mp4")
    with monkeypatch.context() as patched:
        patched.setattr(footage, "ingest", copied)
        job = run_jobs(INGEST, film.id)
    assert (job.state, job.error) == ("done", None)
    session.refresh(film)
    return film


@pytest.fixture
def film_unseen(session, world, storage, tmp_path):
    """A ready film without what ingest makes for the pages: enough to be cut, and ten times as fast."""

    def make(path, name):
        copy = tmp_path / f"unseen-{path.name}"
        copy.write_bytes(path.read_bytes())
        info = probe(copy)
        film = SourceVideo(
            programme_id=world.programme.id, owner_id=world.province.id, file_name=name, state="ready",
            asset_id=asset_for(session, storage.adopt(copy), "video/mp4").id,
            duration=info.duration, frame_rate=info.picture.nominal_rate, info=info.to_json(),
        )  # fmt: skip
        session.add(film)
        session.commit()
        return film

    return make


def token_of(client, url):
    """The token a page gives to the forms and scripts on it."""
    page = client.get(url).get_data(as_text=True)
    return re.search(r'name="csrf-token" content="([^"]+)"', page).group(1)
