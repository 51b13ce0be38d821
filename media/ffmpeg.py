"""The only file that starts ffmpeg.

ffmpeg is taken from PATH if it is new enough and has what the work needs, else from the imageio-ffmpeg wheel.
It always gets an argument list, never a shell; it dies with the process that started it, works within limits
of time, memory and file size, and its error lines count as failure, because its exit status 0 proves nothing.
"""

import contextlib
import functools
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import imageio_ffmpeg

from media.errors import N_, Cancelled, DiskFull, EngineFailed, EngineMissing, TookTooLong

Progress = Callable[[float], None]
ShouldStop = Callable[[], bool]

OLDEST_MAJOR = 6
# The first version with which it was tried.
_AVCC_MAJOR = 8
FILTERS = (
    "alimiter", "amix", "anullsrc", "apad", "aresample", "asetpts", "atrim", "blackdetect", "bwdif", "concat",
    "drawtext", "ebur128", "fps", "freezedetect", "gblur", "highpass", "lowpass", "lutyuv", "metadata",
    "overlay", "pad", "scale", "scdet", "setparams", "setpts", "setsar", "settb", "silencedetect", "split",
    "tile", "tonemap", "tpad", "trim", "zscale",
)  # fmt: skip
ENCODERS = ("libx264", "aac", "mjpeg")
GIB = 1 << 30

# Lines that complain about the source and cost no picture: the demuxer tells what it leaves out.
_HARMLESS = re.compile(
    r"All samples in data stream|deprecated pixel format|Application provided duration|"
    r"Could not find codec parameters for stream|stream set to be discarded"
)
_LEVEL = re.compile(r"\[(error|fatal|panic)\]")
_NO_SPACE = re.compile(r"No space left on device|Disk quota exceeded", re.IGNORECASE)
_VERSION = re.compile(r"ffmpeg version (\S+)")
_BENCH = re.compile(r"bench: utime=([\d.]+)s stime=([\d.]+)s")
_MAJOR = re.compile(r"[nN]?-?(\d+)\.")


@dataclass(frozen=True)
class Engine:
    """An ffmpeg that can be started."""

    path: str
    version: str
    source: str
    missing_filters: tuple[str, ...] = ()
    missing_encoders: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Say whether nothing that the work needs is missing."""
        return not self.missing_filters and not self.missing_encoders

    @property
    def writes_lengths(self) -> bool:
        """Say whether libx264 can issue its pictures as they stand in MP4 (annexb=0 with an avcC)."""
        major = _MAJOR.match(self.version)
        return major is None or int(major[1]) >= _AVCC_MAJOR


@dataclass(frozen=True)
class EngineReport:
    """What `qichuang doctor` says about ffmpeg; advice holds message ids with their parameters."""

    ok: bool
    path: str
    version: str
    source: str
    missing_filters: tuple[str, ...]
    missing_encoders: tuple[str, ...]
    advice: tuple[tuple[str, dict[str, object]], ...]

    def to_json(self) -> dict[str, object]:
        """Give the report as a program reads it."""
        return {
            "ok": self.ok,
            "path": self.path,
            "version": self.version,
            "source": self.source,
            "missing_filters": list(self.missing_filters),
            "missing_encoders": list(self.missing_encoders),
            "advice": [msgid % params for msgid, params in self.advice],
        }


@dataclass(frozen=True)
class Limits:
    """What one run may use: address space, CPU seconds, size of any file it writes. None: no limit."""

    memory_bytes: int | None = 6 * GIB
    cpu_s: int | None = 4 * 3600
    file_bytes: int | None = 16 * GIB


@dataclass(frozen=True)
class Outcome:
    """What a finished run left behind; log lines carry their level, frames counts the pictures written."""

    log: tuple[str, ...]
    cpu_s: float
    wall_s: float
    frames: int


@functools.cache
def find_ffmpeg() -> Engine:
    """Give the ffmpeg to use; raises EngineMissing with what to do if there is none."""
    candidates = [(path, "PATH") for path in [shutil.which("ffmpeg")] if path]
    # The wheel of a platform without a binary raises RuntimeError; PATH may still do.
    with contextlib.suppress(RuntimeError):
        candidates.append((imageio_ffmpeg.get_ffmpeg_exe(), "imageio-ffmpeg"))
    engines = [engine for path, source in candidates if (engine := _examine(path, source))]
    whole = [engine for engine in engines if engine.is_whole]
    if not engines:
        raise EngineMissing(
            N_("There is no ffmpeg of version %(oldest)s or newer. Install the imageio-ffmpeg package."),
            oldest=OLDEST_MAJOR,
        )
    return (whole or engines)[0]


def engine_report() -> EngineReport:
    """Say which ffmpeg is used, what it lacks, and what to do about it. Never raises for a missing engine."""
    try:
        engine = find_ffmpeg()
    except EngineMissing as error:
        return EngineReport(
            ok=False, path="", version="", source="",
            missing_filters=FILTERS, missing_encoders=ENCODERS, advice=((error.msgid, error.params),),
        )  # fmt: skip
    advice: list[tuple[str, dict[str, object]]] = []
    if not engine.is_whole:
        missing = ", ".join(engine.missing_filters + engine.missing_encoders)
        advice.append(
            (
                N_("This ffmpeg lacks %(missing)s. Install the imageio-ffmpeg package or a full build."),
                {"missing": missing},
            )
        )
    return EngineReport(
        ok=engine.is_whole, path=engine.path, version=engine.version, source=engine.source,
        missing_filters=engine.missing_filters, missing_encoders=engine.missing_encoders,
        advice=tuple(advice),
    )  # fmt: skip


def _examine(path: str, source: str) -> Engine | None:
    head = _ask(path, "-version")
    found = _VERSION.search(head)
    if not found:
        return None
    version = found[1]
    major = _MAJOR.match(version)
    # A build without a number comes from the development branch (N-12345-gabcdef) and is newer than any.
    if major and int(major[1]) < OLDEST_MAJOR:
        return None
    filters = {line.split()[1] for line in _ask(path, "-filters").splitlines() if len(line.split()) > 2}
    encoders = {line.split()[1] for line in _ask(path, "-encoders").splitlines() if len(line.split()) > 2}
    return Engine(
        path,
        version,
        source,
        tuple(name for name in FILTERS if name not in filters),
        tuple(name for name in ENCODERS if name not in encoders),
    )


def _ask(path: str, question: str) -> str:
    try:
        # The path comes from PATH or from the wheel, the question from this file.
        asked = subprocess.run(  # noqa: S603 - see above
            [path, "-hide_banner", question], capture_output=True, timeout=30, check=False, text=True
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return asked.stdout


def run(  # noqa: PLR0913 - how one run is watched, all by name
    args: Sequence[str],
    *,
    duration_s: float | None = None,
    frames_per_s: float | None = None,
    on_progress: Progress | None = None,
    should_stop: ShouldStop | None = None,
    timeout_s: float | None = None,
    limits: Limits | None = None,
    name: str = "",
    fail_on_error_lines: bool = True,
) -> Outcome:
    """Run ffmpeg with an argument list (without the program) and wait for it.

    duration_s is the length of the output, from which progress is told as 0 to 1. Where one of several
    outputs comes only at the end, ffmpeg tells no time; then the pictures of the first output are counted,
    of which frames_per_s are expected. should_stop is asked about five times a second; a true answer, a
    passed timeout_s or an exception of on_progress kills the process
    group. Any line of level error counts as failure, except where the caller expects them. name is the file
    as its owner knows it. Raises Cancelled, TookTooLong, DiskFull, EngineFailed or EngineMissing.
    """
    engine = find_ffmpeg()
    command = [
        engine.path, "-hide_banner", "-nostdin", "-nostats",
        "-loglevel", "repeat+level+info", "-progress", "pipe:1", "-stats_period", "0.2", "-benchmark",
        *args,
    ]  # fmt: skip
    started = time.monotonic()
    # The arguments are built here and in the neighbours from numbers and server-made names; no shell reads
    # them.
    process = subprocess.Popen(  # noqa: S603 - see above
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=_tie_down(limits or Limits()) if sys.platform != "win32" else None,  # noqa: PLW1509 - only C calls
    )
    watch = _Watch(process, started, duration_s, on_progress, should_stop, timeout_s)
    watch.frames_wanted = (duration_s or 0) * (frames_per_s or 0)
    try:
        reason = watch.follow()
    finally:
        _end(process)
    log = watch.log_lines()
    outcome = Outcome(log, _cpu_s(log), time.monotonic() - started, watch.frames)
    _judge(outcome, reason, process.returncode, name, strict=fail_on_error_lines)
    return outcome


class _Watch:
    """Reads both pipes of a running ffmpeg, tells progress and decides when it has to end."""

    def __init__(
        self,
        process: "subprocess.Popen[bytes]",
        started: float,
        duration_s: float | None,
        on_progress: Progress | None,
        should_stop: ShouldStop | None,
        timeout_s: float | None,
    ) -> None:
        self._process = process
        self._deadline = started + timeout_s if timeout_s else None
        self._duration_s = duration_s
        self._on_progress = on_progress
        self._should_stop = should_stop
        self._done = 0.0
        self.frames = 0
        self.frames_wanted = 0.0
        # A broken film can complain about every block; the first and last lines tell enough.
        self._first: list[str] = []
        self._last: deque[str] = deque(maxlen=4000)
        self._readers = [
            threading.Thread(target=self._read_log, daemon=True),
            threading.Thread(target=self._read_progress, daemon=True),
        ]

    def follow(self) -> str:
        """Wait for the end; give "", "stopped" or "late"."""
        for reader in self._readers:
            reader.start()
        told = -1.0
        while True:
            ended = self._wait(0.2)
            if self._on_progress and self._done > told:
                told = self._done
                self._on_progress(told)
            if ended:
                return ""
            if self._should_stop and self._should_stop():
                return "stopped"
            if self._deadline and time.monotonic() > self._deadline:
                return "late"

    def _wait(self, seconds: float) -> bool:
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def log_lines(self) -> tuple[str, ...]:
        """Give the log once the process has ended."""
        for reader in self._readers:
            reader.join()
        return (*self._first, *self._last)

    def _read_log(self) -> None:
        assert self._process.stderr is not None  # noqa: S101 - opened by run()
        for raw in self._process.stderr:
            line = raw.decode("utf-8", errors="replace").rstrip()
            (self._first if len(self._first) < 4000 else self._last).append(line)
        self._process.stderr.close()

    def _read_progress(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - opened by run()
        for raw in self._process.stdout:
            key, _, value = raw.decode("ascii", errors="replace").strip().partition("=")
            if key == "frame" and value.strip().isdigit():
                self.frames = int(value)
                if self.frames_wanted:
                    self._done = max(self._done, min(1.0, self.frames / self.frames_wanted))
            if key == "out_time_us" and self._duration_s and value.lstrip("-").isdigit():
                self._done = max(self._done, min(1.0, int(value) / 1e6 / self._duration_s))
        self._process.stdout.close()


def _cpu_s(log: Sequence[str]) -> float:
    """Read what ffmpeg itself counted: the times of children would mix runs of several threads."""
    for line in reversed(log):
        if found := _BENCH.search(line):
            return float(found[1]) + float(found[2])
    return 0.0


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        # The process leads its own session, so nothing that it started survives it.
        with contextlib.suppress(ProcessLookupError):
            if sys.platform == "win32":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def error_lines(log: Sequence[str]) -> list[str]:
    """Give the lines of level error or worse that mean a lost picture or sound."""
    return [line for line in log if _LEVEL.search(line) and not _HARMLESS.search(line)]


def _judge(outcome: Outcome, reason: str, status: int, name: str, *, strict: bool) -> None:
    if reason == "stopped":
        raise Cancelled(N_("The work on %(name)s was stopped."), name=name)
    if reason == "late":
        raise TookTooLong(
            N_(
                "The work on %(name)s took longer than %(seconds)s seconds and was ended. Try a shorter film."
            ),
            name=name,
            seconds=round(outcome.wall_s),
        )
    errors = error_lines(outcome.log)
    if any(_NO_SPACE.search(line) for line in errors):
        raise DiskFull(
            N_(
                "There is no room left on the disk to write the result of %(name)s. Free some space and "
                "try again."
            ),
            name=name,
        )
    if status != 0 or (strict and errors):
        first = errors[0] if errors else (outcome.log[-1] if outcome.log else "")
        raise EngineFailed(
            N_(
                "The engine could not work on %(name)s (%(detail)s). "
                "The film is probably damaged: export it again and upload it anew."
            ),
            name=name,
            detail=_without_paths(first) or f"exit status {status}",
        )


def _without_paths(line: str) -> str:
    line = re.sub(r"\[[^\]]*@ 0x[0-9a-f]+\] ?|\[(?:error|fatal|panic)\] ?", "", line)
    return re.sub(r"(?:/[^/\s:']+){2,}", "…", line)[:200].strip()


def _step_back_as_a_session() -> None:
    """Give the new session the niceness that the process inherited.

    Linux shares the processor among sessions first (autogroups), where the niceness of a process in another
    session counts for nothing.
    """
    niceness = os.getpriority(os.PRIO_PROCESS, 0)
    if niceness <= 0:
        return
    with contextlib.suppress(OSError):
        told = os.open("/proc/self/autogroup", os.O_WRONLY)
        try:
            os.write(told, str(niceness).encode())
        finally:
            os.close(told)


def _tie_down(limits: Limits) -> Callable[[], None]:
    """Give what the child does before it becomes ffmpeg: die with its parent, keep within its limits."""
    import ctypes  # noqa: PLC0415 - POSIX only
    import resource  # noqa: PLC0415 - POSIX only

    prctl = ctypes.CDLL(None, use_errno=True).prctl if sys.platform == "linux" else None
    parent = os.getpid()
    wanted = [
        (kind, value)
        for kind, value in (
            (resource.RLIMIT_AS, limits.memory_bytes),
            (resource.RLIMIT_CPU, limits.cpu_s),
            (resource.RLIMIT_FSIZE, limits.file_bytes),
            (resource.RLIMIT_CORE, 0),
        )
        if value is not None
    ]

    def tie_down() -> None:
        if prctl is not None:
            prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG: a killed worker leaves no ffmpeg behind.
            if os.getppid() != parent:
                os._exit(1)
            _step_back_as_a_session()
        for kind, value in wanted:
            _, hard = resource.getrlimit(kind)
            ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(kind, (ceiling, ceiling))

    return tie_down
