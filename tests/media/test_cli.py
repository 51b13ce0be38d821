import json

import click
import pytest
from click.testing import CliRunner

from media.cli import commands
from media.probe import probe
from media.testfilms import read_barcodes


@pytest.fixture
def qichuang():
    group = click.Group("qichuang", commands={command.name: command for command in commands})

    def run(*args, obj=None):
        return CliRunner().invoke(group, [str(arg) for arg in args], obj=obj)

    return run


def test_probe_prints_json_that_a_program_can_read(qichuang, films):
    source = films(frames=50)
    answer = qichuang("probe", source, "--json")
    assert answer.exit_code == 0
    assert json.loads(answer.stdout) == probe(source).to_json()


def test_probe_in_words_names_picture_and_sound(qichuang, films):
    answer = qichuang("probe", films(frames=50))
    assert answer.exit_code == 0
    assert answer.stdout.splitlines()[0].startswith("mp4  0:00:02.000")
    assert len(answer.stdout.splitlines()) == 3


def test_cut_takes_seconds_and_timecodes_and_excludes_out(qichuang, films, tmp_path):
    """Issue 2 point 10."""
    out = tmp_path / "clip.mp4"
    answer = qichuang(
        "cut",
        films(frames=150),
        "--range",
        "1.0-1.48",
        "--range",
        "00:00:03:00-00:00:03:10",
        "-o",
        out,
        "--json",
    )
    assert answer.exit_code == 0, answer.stderr
    told = json.loads(answer.stdout)
    assert read_barcodes(out) == [*range(25, 37), *range(75, 85)]
    assert (told["frames"], told["duration_s"], told["file"]) == (22, 0.88, "clip.mp4")
    assert answer.stderr == ""


def test_a_refusal_has_status_1_and_its_reason_on_stderr(qichuang, tmp_path):
    path = tmp_path / "text.mp4"
    path.write_text("not a film", encoding="utf-8")
    answer = qichuang("probe", path)
    assert answer.exit_code == 1
    assert answer.stdout == ""
    assert "text.mp4 is a text, not a film" in answer.stderr


def test_a_refusal_with_json_is_json(qichuang, films, tmp_path):
    answer = qichuang("cut", films(frames=50), "--range", "1-9", "-o", tmp_path / "clip.mp4", "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["error"]["code"] == "bad_range"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("args", [[], ["--range", "1-2"], ["-o", "x.mp4"]])
def test_wrong_usage_has_status_2(qichuang, films, args):
    assert qichuang("cut", films(frames=50), *args).exit_code == 2


def test_a_missing_file_is_wrong_usage(qichuang, tmp_path):
    assert qichuang("probe", tmp_path / "none.mp4").exit_code == 2


def test_a_source_is_never_overwritten_by_its_clip(qichuang, films, tmp_path):
    copy = tmp_path / "film.mp4"
    copy.write_bytes(films(frames=50).read_bytes())
    answer = qichuang("cut", copy, "--range", "0-1", "-o", copy)
    assert answer.exit_code == 1
    assert copy.read_bytes() == films(frames=50).read_bytes()


def test_refusals_are_told_in_the_words_of_the_mounting_program(qichuang, tmp_path):
    path = tmp_path / "text.mp4"
    path.write_text("not a film", encoding="utf-8")
    answer = qichuang("probe", path, obj={"translate": lambda msgid, **params: "不是视频：" + params["name"]})
    assert answer.stderr.strip() == "不是视频：text.mp4"
