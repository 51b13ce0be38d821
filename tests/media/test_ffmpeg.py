import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from media import ffmpeg
from media.errors import Cancelled, DiskFull, EngineFailed, EngineMissing, TookTooLong

ENDLESS = ["-f", "lavfi", "-i", "testsrc2=s=1280x720:r=50", "-f", "null", "-"]


def living(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def engines(pid, word):
    """Give the children of a process that already have become the engine with this word in its arguments."""
    found = []
    for child in children(pid):
        try:
            if word in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(child)
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def children(pid):
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == pid:
            found.append(int(stat.parent.name))
    return found


def wait_for(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := condition():
            return answer
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


def test_the_engine_has_everything_the_work_needs():
    report = ffmpeg.engine_report()
    assert report.ok
    assert report.missing_filters == report.missing_encoders == ()
    assert report.advice == ()
    assert report.source in {"PATH", "imageio-ffmpeg"}


def test_an_engine_without_a_filter_is_reported_with_advice(monkeypatch):
    lame = ffmpeg.Engine("/x", "6.0", "PATH", ("bwdif",), ())
    monkeypatch.setattr(ffmpeg, "find_ffmpeg", lambda: lame)
    report = ffmpeg.engine_report()
    assert not report.ok
    assert [params for _, params in report.advice] == [{"missing": "bwdif"}]


def test_a_machine_without_an_engine_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(ffmpeg, "_examine", lambda path, source: None)
    ffmpeg.find_ffmpeg.cache_clear()
    try:
        with pytest.raises(EngineMissing, match="imageio-ffmpeg"):
            ffmpeg.find_ffmpeg()
        assert not ffmpeg.engine_report().ok
    finally:
        ffmpeg.find_ffmpeg.cache_clear()


@pytest.mark.parametrize(
    ("head", "found"),
    [("ffmpeg version 5.1.6-0+deb12u1", False), ("ffmpeg version 6.0", True),
     ("ffmpeg version n9.0.2-17-g1", True), ("ffmpeg version N-119999-gabc", True),
     ("something else", False)],
)  # fmt: skip
def test_old_engines_are_passed_over(monkeypatch, head, found):
    monkeypatch.setattr(ffmpeg, "_ask", lambda path, question: head if question == "-version" else "")
    assert (ffmpeg._examine("/x", "PATH") is not None) == found


def test_a_run_tells_progress_and_counts_pictures():
    told = []
    outcome = ffmpeg.run(
        ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=4", "-f", "null", "-"],
        duration_s=4,
        on_progress=told.append,
    )
    assert outcome.frames == 100
    assert told == sorted(told)
    assert outcome.cpu_s > 0


def test_a_stopped_run_leaves_no_process():
    before = set(children(os.getpid()))
    with pytest.raises(Cancelled):
        ffmpeg.run(ENDLESS, should_stop=lambda: True, name="x")
    assert set(children(os.getpid())) <= before


def test_a_run_over_its_time_is_ended():
    with pytest.raises(TookTooLong):
        ffmpeg.run(ENDLESS, timeout_s=0.5, name="x")


def test_an_exception_of_the_listener_ends_the_run():
    class StoppedListeningError(Exception):
        pass

    def tell(done):
        raise StoppedListeningError

    before = set(children(os.getpid()))
    with pytest.raises(StoppedListeningError):
        ffmpeg.run(ENDLESS, duration_s=1, on_progress=tell)
    assert set(children(os.getpid())) <= before


def test_error_lines_are_a_failure_though_the_status_is_zero(films, tmp_path):
    broken = tmp_path / "broken.ts"
    content = bytearray(films("ts", frames=150).read_bytes())
    for place in range(20000, len(content) - 20000, 7001):
        content[place : place + 40] = os.urandom(40)
    broken.write_bytes(content)
    with pytest.raises(EngineFailed) as refused:
        ffmpeg.run(["-f", "mpegts", "-i", str(broken), "-f", "null", "-"], name="片.ts")
    assert "片.ts" in str(refused.value)
    assert str(tmp_path) not in str(refused.value)


def test_a_full_disk_is_named():
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(DiskFull, match="Free some space"):
        ffmpeg.run(
            [
                "-f",
                "lavfi",
                "-i",
                "testsrc2=s=640x360:r=25:d=2",
                "-c:v",
                "rawvideo",
                "-f",
                "rawvideo",
                "-y",
                "/dev/full",
            ],
            name="x",
        )


def test_memory_is_limited():
    with pytest.raises(EngineFailed):
        ffmpeg.run(ENDLESS, limits=ffmpeg.Limits(memory_bytes=60 << 20), name="x", timeout_s=20)


def test_a_network_address_cannot_be_opened_behind_a_film(tmp_path):
    """Only file and pipe are allowed, and the demuxer is forced: a playlist is not followed."""
    path = tmp_path / "film.mp4"
    path.write_text("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n", encoding="ascii")
    with pytest.raises(EngineFailed):
        ffmpeg.run(
            ["-protocol_whitelist", "file,pipe", "-f", "mov", "-i", str(path), "-f", "null", "-"], name="x"
        )


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux")
def test_the_engine_dies_with_a_killed_worker(tmp_path):
    """Killing a worker in the middle leaves no ffmpeg running."""
    program = f"from media import ffmpeg\nffmpeg.run({ENDLESS!r})\n"
    worker = subprocess.Popen([sys.executable, "-c", program], cwd=Path(__file__).parents[2])
    try:
        (engine,) = wait_for(lambda: engines(worker.pid, b"testsrc2"))
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    wait_for(lambda: not living(engine))


@pytest.mark.skipif(sys.platform != "linux", reason="as above")
def test_a_cut_killed_in_the_middle_leaves_nothing_under_the_final_name(films, tmp_path):
    source = films(frames=150)
    out = tmp_path / "clip.mp4"
    program = (
        "import sys\nfrom pathlib import Path\nfrom fractions import Fraction\n"
        "from media.cut import cut\nfrom media.plan import EditList\nfrom media.timecode import TimeRange\n"
        "whole = TimeRange(Fraction(0), Fraction(6))\n"
        "cut(EditList.of(Path(sys.argv[1]), [whole] * 20), Path(sys.argv[2]), preset='slow')\n"
    )
    worker = subprocess.Popen(
        [sys.executable, "-c", program, str(source), str(out)], cwd=Path(__file__).parents[2]
    )
    try:
        started = wait_for(lambda: engines(worker.pid, b"libx264"), 60)
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    wait_for(lambda: not any(living(engine) for engine in started))
    assert len(started) == 1
    assert not out.exists()


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="sessions share the processor on Linux")
def test_ffmpeg_steps_back_as_far_as_its_worker():
    """In a session of its own only the session's niceness counts, so it takes that of the process."""
    script = (
        "import os, threading, time; from pathlib import Path; import psutil; from media import ffmpeg\n"
        "os.nice(7 - os.nice(0))\n"
        "def look():\n"
        "    child = psutil.Process().children()[0]\n"
        "    print(child.nice(), Path(f'/proc/{child.pid}/autogroup').read_text().split()[-1])\n"
        "threading.Timer(0.7, look).start()\n"
        "ffmpeg.run(['-re', '-f', 'lavfi', '-i', 'testsrc=d=2:s=160x90', '-f', 'null', '-'])\n"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["7", "7"]


def test_progress_is_told_although_one_output_comes_only_at_the_end(tmp_path):
    """A filmstrip is one picture after the last second; until then ffmpeg 7 and newer tell no time."""
    told = []
    ffmpeg.run(
        ["-re", "-f", "lavfi", "-i", "testsrc=d=2:s=160x90:r=25", "-filter_complex",
         "[0:v]split[a][b];[b]fps=1,tile=2x1[t]", "-map", "[a]", "-f", "null", "-", "-map", "[t]",
         "-frames:v", "1", "-update", "1", str(tmp_path / "strip.jpg")],
        duration_s=2, frames_per_s=25, on_progress=told.append,
    )  # fmt: skip
    assert [share for share in told if 0.2 < share < 0.9]
