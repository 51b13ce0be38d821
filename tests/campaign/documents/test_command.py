"""`qichuang report KIND`: three forms in a folder, plain errors (A17)."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from campaign.cli import cli


@pytest.fixture
def run(with_fonts, world, monkeypatch):
    """Run the command on the test's own site."""
    monkeypatch.setattr("campaign.config.Settings.from_environment", lambda: with_fonts)
    monkeypatch.setenv("QICHUANG_LOCALE", "zh_CN")

    def run(*words):
        return CliRunner().invoke(cli, ["report", *words])

    return run


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [("monthly", "--month", "2024-09"), ("execution",), ("summary",), ("performance",), ("acceptance",)],
)
def test_each_kind_is_written_in_three_forms(run, tmp_path, words):
    done = run(*words, "--programme", "guangdong-2024", "--out", str(tmp_path / "out"), "--json")
    assert done.exit_code == 0, done.output
    said = json.loads(done.output.splitlines()[-1])
    assert (said["kind"], said["number"], set(said["files"])) == (words[0], 1, {"docx", "pdf", "xlsx"})
    names = sorted(path.suffix for path in (tmp_path / "out").iterdir())
    assert names == [".docx", ".pdf", ".xlsx"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("monthly",), "月度报告须指明月份"),
        (("monthly", "--month", "2024-13"), "不是月份"),
        (("monthly", "--month", "2023-09"), "不在项目实施期限内"),
        (("summary", "--month", "2024-09"), "只有月度报告需要月份"),
    ],
)
def test_a_wrong_month_is_refused_in_one_line_with_status_1(run, tmp_path, words, said):
    done = run(*words, "--programme", "guangdong-2024", "--out", str(tmp_path / "out"))
    assert (done.exit_code, said in done.output, (tmp_path / "out").exists()) == (1, True, False)


def test_an_unknown_kind_is_wrong_use(run, tmp_path):
    assert run("weekly", "--programme", "guangdong-2024", "--out", str(tmp_path / "out")).exit_code == 2


def test_a_programme_whose_profile_is_not_there_is_named_in_one_line(run, session, world, tmp_path):
    world.programme.profile_key = "lost-profile"
    session.commit()
    done = run("summary", "--programme", "guangdong-2024", "--out", str(tmp_path / "out"))
    assert (done.exit_code, len(done.output.splitlines())) == (1, 1)
    assert "lost-profile.toml" in done.output
