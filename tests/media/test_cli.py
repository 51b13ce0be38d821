import json

import click
import pytest
from click.testing import CliRunner
from PIL import Image

from media.checks import RULES
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


SPECS = {"video_spec": {"guangdong": {"min_duration_s": 1, "max_duration_s": 4, "container": ["mp4"]}}.get}


def test_check_answers_every_rule_once_with_its_ranges_in_seconds(qichuang, films):
    """Issue 3 point 2."""
    source = films(frames=250, black=((50, 100),), frozen=((125, 200),))
    answer = qichuang("check", source, "--spec", "guangdong", "--json", obj=SPECS)
    told = json.loads(answer.stdout)
    assert (answer.exit_code, answer.stderr, told["verdict"]) == (1, "", "fail")
    assert (told["file"], told["spec"]) == (source.name, "guangdong")
    findings = {finding["rule"]: finding for finding in told["findings"]}
    assert list(findings) == list(RULES)
    assert len(told["findings"]) == len(RULES)
    assert findings["duration"] == {
        "rule": "duration", "verdict": "fail", "measured": "0:00:10", "limit": "0:00:01–0:00:04",
        "ranges": [], "advice": "The film lasts 0:00:10 and may last at most 0:00:04. Shorten it.",
    }  # fmt: skip
    ((start, end),) = findings["black"]["ranges"]
    assert (abs(start - 2), abs(end - 4)) <= (0.25, 0.25)
    assert findings["resolution"]["verdict"] == "pass"


def test_a_film_that_fails_nothing_has_status_0(qichuang, films, tmp_path):
    answer = qichuang("check", films(frames=75, sound="speech"), "--spec", "guangdong", "--quick", obj=SPECS)
    assert answer.exit_code == 0, answer.stdout
    assert len([line for line in answer.stdout.splitlines() if not line.startswith(" ")]) == len(RULES)
    assert answer.stderr == ""


def test_check_refuses_what_is_no_film(qichuang, tmp_path):
    path = tmp_path / "text.mp4"
    path.write_text("not a film", encoding="utf-8")
    answer = qichuang("check", path, "--spec", "guangdong", "--json", obj=SPECS)
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["error"]["code"] == "not_a_film"


def test_check_writes_evidence_of_what_is_wrong(qichuang, films, tmp_path):
    source = films(frames=250, black=((50, 100),), frozen=((125, 200),))
    qichuang("check", source, "--spec", "guangdong", "--evidence", tmp_path / "seen", obj=SPECS)
    assert {"black-1.jpg", "freeze-1.jpg"} <= {path.name for path in (tmp_path / "seen").iterdir()}


@pytest.mark.parametrize("obj", [None, SPECS])
def test_a_programme_that_is_not_known_is_wrong_usage(qichuang, films, obj):
    assert qichuang("check", films(frames=50), "--spec", "nowhere", obj=obj).exit_code == 2


def a_photo(path, colour):
    Image.new("RGB", (1800, 1200), colour).save(path)
    return path


def test_photos_are_checked_together_and_what_is_none_is_named(qichuang, tmp_path):
    """P9, P10."""
    text = tmp_path / "说明.jpg"
    text.write_text("no photo", encoding="utf-8")
    carried = {"photo_spec": {"a": {"kinds": ["jpg"], "min_size_bytes": 10}}.get}
    files = [a_photo(tmp_path / "外景.jpg", "red"), a_photo(tmp_path / "设备.png", "blue"), text]
    answer = qichuang("photos", *files, "--spec", "a", "--case", "齿轮", "--json", obj=carried)
    told = json.loads(answer.stdout)
    assert (answer.exit_code, told["verdict"], told["case"]) == (1, "fail", "齿轮")
    assert [photo["file"] for photo in told["photos"]] == ["外景.jpg", "设备.png"]
    kinds = [
        finding
        for photo in told["photos"]
        for finding in photo["findings"]
        if finding["rule"] == "photo_kind"
    ]
    assert [(kind["verdict"], kind["measured"], kind["limit"]) for kind in kinds] == [
        ("pass", "JPEG", "JPEG"), ("fail", "PNG", "JPEG"),
    ]  # fmt: skip
    assert [refused["file"] for refused in told["refused"]] == ["说明.jpg"]


def test_good_photos_have_status_0(qichuang, tmp_path):
    carried = {"photo_spec": {"a": {"kinds": ["jpg"]}}.get}
    answer = qichuang("photos", a_photo(tmp_path / "外景.jpg", "red"), "--spec", "a", obj=carried)
    assert (answer.exit_code, answer.stdout.splitlines()[0]) == (0, "外景.jpg")


def test_a_programme_that_asks_for_no_photos_is_wrong_use(qichuang, tmp_path):
    answer = qichuang("photos", a_photo(tmp_path / "a.jpg", "red"), "--spec", "b", obj={"photo_spec": {}.get})
    assert answer.exit_code == 2
    assert "asks for no photos" in answer.stderr
