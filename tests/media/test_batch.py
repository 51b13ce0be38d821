"""Many clips in one go: nothing made twice, nothing lost, nothing left running (A12, issue 3 point 8)."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import click
import psutil
import pytest
from click.testing import CliRunner
from filelock import FileLock

from media import batch as batch_module
from media.batch import look_ahead, run_batch, tasks_of, workers_for
from media.batch_record import FOLDER, SourceBook
from media.cli_batch import batch_command
from media.cutlist import Clip
from media.deliveries import MASTER, PROXY, WEB
from media.dress import Dress
from media.errors import Busy, Unsupported
from media.files import sha256_of
from media.plan import EditList
from media.shelf import safe_name, safe_names
from media.testfilms import make_test_film, read_barcodes
from media.timecode import TimeRange

from .list_films import film_info

SMALL = dataclasses.replace(MASTER, width=320, height=180, preset="ultrafast", level="3.1", crf=28)
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """Give a folder with two films and one that is none."""
    folder = tmp_path_factory.mktemp("shelf")
    for name in ("甲公司", "乙公司"):
        make_test_film(folder / f"{name}.mp4", frames=100, size=(320, 180))
    (folder / "坏.mp4").write_bytes((folder / "甲公司.mp4").read_bytes()[:6000])
    return folder


def task(folder, name, first, end, film="甲公司", delivery=SMALL):
    span = TimeRange(Fraction(first, 25), Fraction(end, 25))
    edit_list = EditList.of(folder / f"{film}.mp4", [span], f"{film}.mp4")
    (made,) = tasks_of([Clip(name, edit_list, Dress(), (delivery,))])
    return made


def states(outcomes):
    return {outcome.task.file: outcome.state for outcome in outcomes}


def stamps(folder):
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("*.mp4")}


@pytest.mark.slow
def test_a_list_is_made_once_and_what_changed_or_was_spoilt_is_made_anew(shelf, tmp_path):
    tasks = [task(shelf, "一", 10, 30), task(shelf, "二", 0, 15, "乙公司"), task(shelf, "三", 50, 60)]
    told = []
    first = run_batch(tasks, tmp_path, jobs=2, on_progress=told.append)
    assert states(first) == {"一.mp4": "made", "二.mp4": "made", "三.mp4": "made"}
    assert read_barcodes(tmp_path / "一.mp4") == list(range(10, 30))
    assert [now.done for now in told] == sorted(now.done for now in told)
    assert told[-1].done == 1.0
    before = stamps(tmp_path)

    # The same list again makes nothing.
    assert set(states(run_batch(tasks, tmp_path)).values()) == {"there"}
    assert stamps(tmp_path) == before

    # One row changes, one result is altered without changing its size or time, one is deleted.
    spoilt = tmp_path / "二.mp4"
    content, told_ns = bytearray(spoilt.read_bytes()), spoilt.stat().st_mtime_ns
    content[-1] ^= 1
    spoilt.write_bytes(content)
    os.utime(spoilt, ns=(told_ns, told_ns))
    tasks[2] = task(shelf, "三", 50, 61)
    ahead = look_ahead(tasks, tmp_path)
    assert states(ahead) == {"一.mp4": "there", "二.mp4": "make", "三.mp4": "make"}
    again = run_batch(tasks, tmp_path, jobs=2)
    assert states(again) == {"一.mp4": "there", "二.mp4": "made", "三.mp4": "made"}
    assert sha256_of(spoilt) == first[1].result["sha256"]
    assert len(read_barcodes(tmp_path / "三.mp4")) == 11
    assert stamps(tmp_path)["一.mp4"] == before["一.mp4"]


def test_one_failing_clip_does_not_stop_the_others_and_equal_ones_are_made_once(shelf, tmp_path):
    told = []
    tasks = [
        task(shelf, "好", 0, 12), task(shelf, "坏", 0, 12, "坏"), task(shelf, "外", 90, 190),
        task(shelf, "同", 0, 12), task(shelf, "缺", 0, 12, "没有"),
    ]  # fmt: skip
    outcomes = run_batch(tasks, tmp_path, jobs=2, on_outcome=told.append)
    assert states(outcomes) == {
        "好.mp4": "made", "坏.mp4": "failed", "外.mp4": "failed", "同.mp4": "copied", "缺.mp4": "failed",
    }  # fmt: skip
    assert sorted(outcome.task.file for outcome in told) == sorted(one.file for one in tasks)
    assert sha256_of(tmp_path / "好.mp4") == sha256_of(tmp_path / "同.mp4")
    assert "甲公司.mp4" in str(outcomes[2].error)
    assert all(outcome.error for outcome in outcomes if outcome.state == "failed")
    assert sorted(path.name for path in tmp_path.iterdir()) == [FOLDER, "同.mp4", "好.mp4"]

    # A clip that gets another name is not made again.
    renamed = run_batch([task(shelf, "新名", 0, 12)], tmp_path)
    assert states(renamed) == {"新名.mp4": "copied"}


def test_a_worker_that_dies_takes_one_clip_with_it_and_is_replaced(shelf, tmp_path, monkeypatch):
    real = batch_module.Worker.take
    taken = []

    def take(self, order):
        real(self, order)
        taken.append(order)
        if len(taken) == 1:
            self._process.kill()

    monkeypatch.setattr(batch_module.Worker, "take", take)
    outcomes = run_batch([task(shelf, "一", 0, 30), task(shelf, "二", 0, 10)], tmp_path, jobs=1)
    assert states(outcomes) == {"一.mp4": "failed", "二.mp4": "made"}
    assert "exit status -9" in str(outcomes[0].error)


def test_two_runs_in_one_folder_do_not_meet(shelf, tmp_path):
    (tmp_path / FOLDER).mkdir()
    with FileLock(tmp_path / FOLDER / "lock"), pytest.raises(Busy, match="Another run"):
        run_batch([task(shelf, "一", 0, 12)], tmp_path)


def test_a_clip_never_overwrites_a_film(shelf):
    with pytest.raises(Unsupported, match="overwritten by its own clip"):
        run_batch([task(shelf, "甲公司", 0, 12)], shelf)


def test_stopping_ends_the_work_within_a_moment_and_keeps_what_was_made(shelf, tmp_path):
    slow = dataclasses.replace(MASTER, preset="veryslow", width=1280, height=720)
    tasks = [task(shelf, "快", 0, 10), task(shelf, "慢", 0, 100, delivery=slow), task(shelf, "未", 5, 10)]
    # The long one comes first; as soon as it is under way somebody stops the run.
    seen = []
    began = []

    def should_stop():
        running = [name for now in seen for name in now.running if now.running[name] > 0]
        if running and not began:
            began.append(time.monotonic())
        return bool(running)

    outcomes = run_batch(tasks, tmp_path, jobs=1, on_progress=seen.append, should_stop=should_stop)
    assert states(outcomes) == {"慢.mp4": "stopped", "快.mp4": "stopped", "未.mp4": "stopped"}
    assert time.monotonic() - began[0] < 5
    assert not children_with("ffmpeg")
    assert [path.name for path in tmp_path.iterdir()] == [FOLDER]
    assert not (tmp_path / FOLDER / "work").exists()


def children_with(word):
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            if word in Path(process.exe()).name:
                found.append(process)
        except psutil.Error:
            continue
    return found


RUN = """
import sys
from pathlib import Path
from tests.media.test_batch import SMALL, task, run_batch
import dataclasses
if __name__ == "__main__":
    shelf, out = Path(sys.argv[1]), Path(sys.argv[2])
    wanted = dataclasses.replace(SMALL, width=1280, height=720, preset="slow")
    tasks = [task(shelf, f"片{n}", n, n + 60, delivery=wanted) for n in range(6)]
    print(sum(outcome.state == "made" for outcome in run_batch(tasks, out, jobs=2)), flush=True)
"""


def ffmpegs_of(folder):
    """Count the engines that work in a folder, whoever started them."""
    count = 0
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        count += (
            bool(words) and "ffmpeg" in Path(words[0]).name and any(str(folder) in word for word in words)
        )
    return count


def wait_until(met, seconds=60):
    deadline = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_killed_in_the_middle_a_second_run_finishes_the_rest(shelf, tmp_path):
    out = tmp_path / "out"
    script = tmp_path / "run.py"
    script.write_text(RUN, encoding="utf-8")
    command = [sys.executable, str(script), str(shelf), str(out)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    run = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
    wait_until(lambda: len(list(out.glob("*.mp4"))) >= 2)
    wait_until(lambda: ffmpegs_of(out) > 0)
    run.send_signal(signal.SIGKILL)
    run.communicate()
    wait_until(lambda: ffmpegs_of(out) == 0, 10)
    before = stamps(out)
    for name in before:
        assert len(read_barcodes(out / name)) == 60
    second = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    # Whatever stood there stays, and only the rest is made.
    assert int(second.stdout) == 6 - len(before)
    after = stamps(out)
    assert len(after) == 6
    assert {name: after[name] for name in before} == before
    assert sorted(path.name for path in (out / FOLDER).iterdir()) == ["lock", "results.json", "sources.json"]


def test_sources_are_read_once_until_they_change(shelf, tmp_path):
    film = tmp_path / "film.mp4"
    film.write_bytes((shelf / "甲公司.mp4").read_bytes())
    book = SourceBook(tmp_path / "out")
    info, digest = book.info(film, "film"), book.sha256(film)
    book.save()
    known = json.loads((tmp_path / "out" / FOLDER / "sources.json").read_text("utf-8"))
    ((_, entry),) = known["known"].items()
    entry["sha256"] = "from the book"
    (tmp_path / "out" / FOLDER / "sources.json").write_text(json.dumps(known), encoding="utf-8")
    second = SourceBook(tmp_path / "out")
    assert (second.info(film, "film"), second.sha256(film)) == (info, "from the book")
    assert entry["info"]["demuxer"] == "mov"
    # What another release found is not believed.
    entry["found_by"], entry["info"]["demuxer"] = "another", "avi"
    (tmp_path / "out" / FOLDER / "sources.json").write_text(json.dumps(known), encoding="utf-8")
    assert SourceBook(tmp_path / "out").info(film, "film") == info
    film.write_bytes((shelf / "乙公司.mp4").read_bytes() + b"x")
    assert second.sha256(film) == sha256_of(film) != digest


@pytest.mark.parametrize("content", ["", "{", '{"version": 1, "known": []}', '{"version": 9, "known": {}}'])
def test_a_broken_record_is_as_good_as_none(shelf, tmp_path, content):
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "results.json").write_text(content, encoding="utf-8")
    (tmp_path / FOLDER / "sources.json").write_text(content, encoding="utf-8")
    assert states(look_ahead([task(shelf, "一", 0, 12)], tmp_path)) == {"一.mp4": "make"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("节水：增效", "节水：增效"), ('a<b>:"/\\|?*c', "a_b________c"), ("CON", "_CON"), ("nul.x", "_nul.x"),
        ("COM¹", "_COM¹"), ("名 \t 字. .", "名 字"), ("../..", "_"), ("", "_"), ("a\x00\u200bb", "ab"),
        ("字" * 80, "字" * 50),
    ],
)  # fmt: skip
def test_names_of_results_are_safe_on_every_system(text, name):
    assert safe_name(text) == name


def test_names_of_results_differ_even_without_capitals_and_by_delivery():
    assert safe_names(["Clip", "CLIP", "ｃｌｉｐ"]) == ["Clip", "CLIP (2)", "ｃｌｉｐ (3)"]
    edit_list = EditList.of(Path("x.mp4"), [TimeRange(Fraction(0), Fraction(1))])
    tasks = tasks_of(
        [Clip("甲", edit_list, Dress(), (MASTER, WEB)), Clip("甲-web", edit_list, Dress(), (MASTER,))]
    )
    assert [one.file for one in tasks] == ["甲.mp4", "甲-web.mp4", "甲-web (2).mp4"]


def test_memory_bounds_the_workers(shelf, monkeypatch):
    tasks = [task(shelf, str(number), 0, 12) for number in range(8)]
    path = tasks[0].edit_list.entries[0].source.path
    large = dataclasses.replace(film_info(), video=(
        dataclasses.replace(film_info().picture, width=3840, height=2160),
    ))  # fmt: skip
    monkeypatch.setattr(batch_module, "cores", lambda: 6)
    for free, normal, huge in ((8 << 30, 6, 5), (1500 << 20, 2, 1), (100 << 20, 1, 1), (0, 6, 6)):
        monkeypatch.setattr(batch_module, "_free_memory", lambda free=free: free)
        assert workers_for(tasks, {path: film_info()}) == normal
        assert workers_for(tasks, {path: large}) == huge


# The command


@pytest.fixture
def qichuang(shelf, tmp_path):
    group = click.Group("qichuang", commands={"batch": batch_command})

    def run(text, *args):
        path = tmp_path / "粗剪单.csv"
        path.write_text(text, encoding="utf-8")
        words = ["batch", path, "--films", shelf, "-o", tmp_path / "out", "--delivery", "proxy", *args]
        return CliRunner().invoke(group, [str(word) for word in words])

    return run


LIST = "成片,视频,入点,出点\n一,甲公司,0,0.4\n二,乙公司,00:00:01:00,00:00:01:12\n"


def test_a_dry_run_says_what_would_be_made_and_writes_nothing(qichuang, tmp_path):
    answer = qichuang(LIST + "三,丙公司,0,1\n", "--dry-run", "--json")
    told = json.loads(answer.stdout)
    assert answer.exit_code == 1
    assert [(one["file"], one["state"], one["delivery"]) for one in told["results"]] == [
        ("一-proxy.mp4", "make", "proxy"), ("二-proxy.mp4", "make", "proxy"),
    ]  # fmt: skip
    assert [(one["row"], one["column"], one["rule"]) for one in told["faults"]] == [
        (4, "视频", "film_unknown")
    ]
    assert not (tmp_path / "out").exists()
    assert qichuang(LIST, "--dry-run").exit_code == 0


def test_a_faulty_list_makes_nothing_unless_the_good_ones_are_asked_for(qichuang, tmp_path):
    text = LIST + "三,甲公司,3,2\n"
    answer = qichuang(text)
    assert (answer.exit_code, "Nothing was made" in answer.stdout) == (1, True)
    assert "Row 4, 出点" in answer.stderr
    assert not (tmp_path / "out").exists()
    answer = qichuang(text, "--skip-faulty", "--json")
    told = json.loads(answer.stdout)
    assert (answer.exit_code, told["complete"], told["totals"]["made"]) == (1, False, 2)
    assert len(read_barcodes(tmp_path / "out" / "二-proxy.mp4")) == 12

    # What the good rows asked for is there now, so that the whole list is complete without work.
    answer = qichuang(LIST)
    assert answer.exit_code == 0
    assert answer.stdout.splitlines()[-1] == "there already: 2"


def test_a_list_is_exported_without_making_a_clip(qichuang, tmp_path):
    answer = qichuang(LIST, "--export", tmp_path / "list.edl")
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert "00:00:01:00 00:00:01:12" in (tmp_path / "list.edl").read_text("utf-8")
    assert not (tmp_path / "out").exists()
    answer = qichuang(LIST, "--export", tmp_path / "list.doc")
    assert (answer.exit_code, "list.doc" in answer.stderr) == (1, True)


def test_the_proxy_of_a_list_is_the_delivery_that_was_asked(qichuang, tmp_path):
    answer = qichuang("视频,入点,出点,交付\n甲公司,0,0.4,小样\n", "--json")
    (made,) = json.loads(answer.stdout)["results"]
    assert (made["result"]["width"], made["result"]["height"]) == (PROXY.width, PROXY.height)
