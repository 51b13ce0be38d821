from __future__ import annotations

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from campaign import doctor
from campaign.app import create_app
from campaign.cli import cli
from campaign.config import DEFAULT_SECRET_KEY


@pytest.fixture
def checks(app):
    def look(**changes):
        settings = replace(app.config["SETTINGS"], **changes)
        return {check.key: check for check in doctor.examine(create_app(settings, serving=False))}

    return look


def test_the_film_engine_and_the_database_of_a_prepared_installation_are_well(checks):
    found = checks()
    assert (found["ffmpeg"].ok, found["database"].ok, found["secret"].ok) == (True, True, True)


def test_without_a_worker_the_doctor_says_which_command_starts_one(checks):
    found = checks()["worker"]
    assert (found.ok, found.found) == (False, "0")
    assert "qichuang worker" in str(found.advice)


def test_missing_fonts_are_named_with_the_command_that_makes_them(checks, settings):
    (settings.data_dir / "fonts").unlink()
    found = checks()["fonts"]
    assert (found.ok, "qichuang init" in str(found.advice)) == (False, True)


def test_a_default_secret_key_is_a_fault_in_production(checks):
    found = checks(mode="production", secret_key=DEFAULT_SECRET_KEY)["secret"]
    assert (found.ok, "forge a login" in str(found.advice)) == (False, True)


def test_a_database_that_was_never_prepared_is_a_fault_and_no_accident(checks, tmp_path):
    found = checks(database_url=f"sqlite:///{tmp_path / 'new.sqlite'}")
    assert found["database"].ok is False
    assert found["worker"].ok is False
    assert "OperationalError" in found["worker"].found


def test_a_low_disk_is_a_fault(checks, monkeypatch):
    monkeypatch.setattr("campaign.storage.Storage.free_bytes", lambda self: 1024**3)
    assert checks()["disk"].ok is False


def test_the_command_prints_what_a_program_reads_and_ends_with_1_at_a_fault(settings, app, monkeypatch):
    monkeypatch.setenv("QICHUANG_DATA", str(settings.data_dir))
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("QICHUANG_MODE", "testing")
    answer = CliRunner().invoke(cli, ["doctor", "--json"])
    said = json.loads(answer.stdout)
    assert (answer.exit_code, said["ok"]) == (1, False)
    assert [check["check"] for check in said["checks"]] == [
        "ffmpeg",
        "fonts",
        "database",
        "disk",
        "worker",
        "secret",
    ]
