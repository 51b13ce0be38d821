"""Killed at any moment: no half result under a final name, no ffmpeg, and the next job clears up."""

import os
import random
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from media import ffmpeg
from media.probe import probe
from media.testfilms import make_test_film

from .lane_films import TAGS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

KILLS = 6
FRAMES = 400
JOB = """
import dataclasses, sys
from fractions import Fraction
from pathlib import Path
import matplotlib
from media.batch import Task, run_batch
from media.cut import cut
from media.deliveries import MASTER
from media.dress import Card, Dress, LowerThird, Style
from media.ingest import ingest
from media.plan import EditList
from media.probe import probe
from media.specs import VideoSpec
from media.timecode import TimeRange
from media.triage import triage

kind, film, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
small = dataclasses.replace(MASTER, width=320, height=180, preset="ultrafast", level="3.1")

def ranges(first=20, end=380):
    return EditList.of(film, [TimeRange(Fraction(first, 25), Fraction(end, 25))])

if kind == "ingest":
    triage(film, VideoSpec(), info=probe(film))
    ingest(film, out)
elif kind == "render":
    font = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    third = LowerThird("Name", "Role", Fraction(1), Fraction(4))
    dress = Dress(opening=Card("Opening"), end=Card("End"), lower_thirds=(third,), style=Style(font))
    cut(ranges(), out / "clip.mp4", small, dress=dress)
elif kind == "batch":
    tasks = [Task(f"clip{n}.mp4", f"clip{n}", ranges(20 * n, 20 * n + 150), small) for n in range(4)]
    assert all(outcome.error is None for outcome in run_batch(tasks, out, jobs=2))
else:
    cut(ranges(), out / "clip.mp4", small, lane=kind)
"""
RESULTS = {
    "auto": {"clip.mp4"}, "encode": {"clip.mp4"}, "render": {"clip.mp4"},
    "ingest": {"proxy.mp4", "filmstrip.jpg", "poster.jpg", "waveform.json"},
    "batch": {f"clip{number}.mp4" for number in range(4)},
}  # fmt: skip
LENGTHS = {"auto": 360, "encode": 360, "render": 360 + 150, "ingest": FRAMES, "batch": 150}


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """Give a film that is the delivery already, in groups of two seconds."""
    folder = tmp_path_factory.mktemp("killed")
    make_test_film(folder / "base.mp4", frames=FRAMES, size=(320, 180), sound="speech")
    ffmpeg.run(
        ["-i", str(folder / "base.mp4"), "-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "high",
         "-x264-params", "keyint=50:min-keyint=50:scenecut=0:bframes=2:cabac=1:8x8dct=1", "-vf", TAGS,
         "-c:a", "copy", str(folder / "film.mp4")]
    )  # fmt: skip
    return folder / "film.mp4"


def start(kind, film, out, mark):
    """Start a job whose whole family carries a mark in its environment."""
    scratch = out.parent / "scratch"
    scratch.mkdir(exist_ok=True)
    env = os.environ | {"PYTHONPATH": str(Path.cwd()), "QICHUANG_MARK": mark, "TMPDIR": str(scratch)}
    return subprocess.Popen([sys.executable, "-c", JOB, kind, str(film), str(out)], env=env)


def family(mark):
    """Give the processes that carry a mark."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode()[:200])
        except OSError:
            continue
    return found


def gone(mark):
    """Wait until nobody carries the mark; the system takes a moment to end a process."""
    for _ in range(50):
        if not family(mark):
            return True
        time.sleep(0.1)
    return False


def check_finals(kind, out):
    """Everything under a final name is whole."""
    for path in out.iterdir():
        if path.name.startswith("."):
            continue
        assert path.name in RESULTS[kind]
        if path.suffix == ".mp4":
            info = probe(path)
            assert (info.problems, info.picture.frame_count) == ((), LENGTHS[kind])


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are told apart by /proc")
@pytest.mark.parametrize("kind", RESULTS)
def test_a_killed_job_leaves_nothing_half_and_the_next_one_clears_up(film, tmp_path, kind):
    out = tmp_path / "out"
    out.mkdir()
    mark = secrets.token_hex(8)
    began = time.monotonic()
    with start(kind, film, out, mark) as whole:
        assert whole.wait(300) == 0
    takes = time.monotonic() - began
    assert RESULTS[kind] <= {path.name for path in out.iterdir()}
    chance = random.Random(kind)  # noqa: S311 - repeatable moments
    killed = 0
    for number in range(KILLS):
        for path in out.iterdir():
            # What killed jobs left stays for the next one to sweep; finished clips are made anew.
            if path.is_file() and not path.name.startswith("."):
                path.unlink()
        mark = secrets.token_hex(8)
        with start(kind, film, out, mark) as job:
            time.sleep(takes * (0.2 + 0.75 * (number + chance.random()) / KILLS))
            job.send_signal(signal.SIGKILL)
            killed += job.wait() == -signal.SIGKILL
        assert gone(mark), family(mark)
        check_finals(kind, out)
    assert killed >= KILLS // 2
    with start(kind, film, out, secrets.token_hex(8)) as again:
        assert again.wait(300) == 0
    left = {path.name for path in out.iterdir()} - RESULTS[kind]
    assert {name for name in left if ".part" in name} == set()
    assert {path.name for path in (tmp_path / "scratch").iterdir()} == set()
    check_finals(kind, out)
