"""Many clips on two cores: a batch against the best of two bare ffmpeg processes at a time, by the clock.

The bare side runs the same clips with the same encoder settings, one thread each, two at a time; it measures
no loudness and writes no record. The batch's figure holds all of that, the start of its processes and the
reading of the sources included, and the proof of every clip.

Both make clips of --clip-s. Encoding 30 of them takes an hour a side (--full does it), so that --encoded of
them are encoded, and the bare figure is multiplied up for the comparison with the fast lane. Memory is what
every process of the batch holds, shared pages counted in each.
"""

import dataclasses
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import psutil

from bench.bench_lane import delivered, delivery_of
from bench.common import Side, alternate, arguments, figure, film, row, shape_of, whole
from media import ffmpeg, hostile
from media.batch import Task, run_batch
from media.batch_worker import LaneChoice
from media.cut import encoder_options
from media.deliveries import Delivery
from media.info import MediaInfo
from media.plan import EditList
from media.probe import probe
from media.timecode import TimeRange, frame_of, time_of

LIMIT_ENCODE, LIMIT_LANE, LIMIT_MB = 1.05, 0.25, 700
CLIPS, CLIP_S, ENCODED, JOBS = 30, 120, 6, 2
_EVERY_S = 0.5


def main() -> int:
    """Make the clips both ways; 1 when a limit is missed."""
    parser = arguments(__doc__, runs=1)
    parser.add_argument("--clips", type=int, default=CLIPS)
    parser.add_argument("--clip-s", type=int, default=CLIP_S, help="length of a clip")
    parser.add_argument("--encoded", type=int, default=ENCODED, help="how many clips are encoded")
    parser.add_argument("--full", action="store_true", help="encode all of them (hours)")
    parser.add_argument("--jobs", type=int, default=JOBS)
    asked = parser.parse_args()
    source = delivered(asked.films[0] if asked.films else film())
    encoded = asked.clips if asked.full else min(asked.encoded, asked.clips)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        bench = _Bench(source, probe(source), Path(name), asked.clip_s, asked.jobs)
        met = bench.compare(encoded, asked.clips, asked.runs)
    return 0 if all(met) else 1


@dataclass
class Memory:
    """The most that the processes of a batch took, in MB: all of them, and the largest clip."""

    whole_mb: float = 0.0
    clip_mb: float = 0.0
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Look several times a second while the block runs."""
        watcher = threading.Thread(target=self._watch, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            self._stop.set()
            watcher.join()

    def _watch(self) -> None:
        while not self._stop.wait(_EVERY_S):
            workers = [_tree_mb(child) for child in psutil.Process().children()]
            self.clip_mb = max(self.clip_mb, *workers, 0.0)
            self.whole_mb = max(self.whole_mb, sum(workers) + _mb(psutil.Process()))


def _tree_mb(process: psutil.Process) -> float:
    try:
        return _mb(process) + sum(_mb(child) for child in process.children(recursive=True))
    except psutil.NoSuchProcess:
        return 0.0


def _mb(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss) / 1e6
    except psutil.Error:
        return 0.0


@dataclass
class _Bench:
    """One film and the clips that are made of it."""

    film: Path
    info: MediaInfo
    folder: Path
    length_s: int
    jobs: int

    @property
    def delivery(self) -> Delivery:
        return delivery_of(self.info)

    def tasks(self, clips: int) -> list[Task]:
        """Spread clips over the film; no two begin at the same picture."""
        last = self.info.duration - self.length_s - Fraction(1)
        if last <= 0:
            sys.exit(f"{self.film.name} is too short for clips of {self.length_s} s.")
        tasks = []
        for number in range(clips):
            start = time_of(
                frame_of(last * (2 * number + 1) / (2 * clips), self.delivery.rate), self.delivery.rate
            )
            edit_list = EditList.of(self.film, [TimeRange(start, start + self.length_s)])
            tasks.append(Task(f"{number:02d}.mp4", f"clip {number}", edit_list, self.delivery))
        return tasks

    def batch(self, clips: int, lane: LaneChoice, memory: Memory) -> Callable[[], None]:
        """Make all clips into an empty folder."""

        def job() -> None:
            out = self.folder / lane
            shutil.rmtree(out, ignore_errors=True)
            with memory.watched():
                outcomes = run_batch(self.tasks(clips), out, jobs=self.jobs, lane=lane)
            if not all(outcome.state == "made" for outcome in outcomes):
                sys.exit(f"Not every clip was made: {[str(outcome.error) for outcome in outcomes]}")
            copied = sum(outcome.result["lane"] == "copy" for outcome in outcomes)
            self.copied = copied / len(outcomes)

        return job

    def bare(self, clips: int) -> Callable[[], None]:
        """Encode the same clips with ffmpeg alone."""
        out = self.folder / "bare"

        def one(task: Task) -> None:
            span = task.edit_list.entries[0].range
            args = ["-y", "-threads", "1", "-ss", f"{float(span.start):.6f}"]
            args += [
                *hostile.admit(self.film).arguments,
                "-i",
                str(self.film),
                "-t",
                f"{float(span.duration):.6f}",
            ]
            for key, value in encoder_options(task.delivery, task.delivery.preset).items():
                args += [f"-{'f' if key == 'format' else key}", str(value)]
            ffmpeg.run([*args, "-threads", "1", str(out / task.file)], fail_on_error_lines=False)

        def job() -> None:
            shutil.rmtree(out, ignore_errors=True)
            out.mkdir()
            with ThreadPoolExecutor(self.jobs) as pool:
                list(pool.map(one, self.tasks(clips)))

        return job

    def compare(self, encoded: int, clips: int, runs: int) -> list[bool]:
        """Print the table."""
        encoding, copying = Memory(), Memory()
        length = f"x {self.length_s} s"
        bare = Side(f"bare ffmpeg, {encoded} {length}", whole(self.bare(encoded)))
        made = Side(f"batch, encoding, {encoded} {length}", whole(self.batch(encoded, "encode", encoding)))
        lane = Side(f"batch, fast lane, {clips} {length}", whole(self.batch(clips, "auto", copying)))
        alternate([bare, made, lane], runs)
        more = dataclasses.replace(bare, label=f"{bare.label} x {clips / encoded:g}")
        more.wall_s = [seconds * clips / encoded for seconds in bare.wall_s]
        more.cpu_s = [seconds * clips / encoded for seconds in bare.cpu_s]
        print(f"\n{shape_of(self.film)}; {self.jobs} at a time; best of {runs}; seconds by the clock")
        met = [
            row(made, bare, LIMIT_ENCODE, by_wall=True),
            row(lane, more, LIMIT_LANE, by_wall=True),
        ]
        print("CPU seconds")
        row(made, bare, None)
        row(lane, more, None)
        for label, memory in (("encoding", encoding), ("fast lane", copying)):
            met.append(figure(f"memory of one clip, {label}", memory.clip_mb, "MB", LIMIT_MB))
            figure(f"memory of the whole batch, {label}", memory.whole_mb, "MB", None)
        figure("clips of the fast lane that were copied", 100 * self.copied, "%", None)
        return met


if __name__ == "__main__":
    sys.exit(main())
