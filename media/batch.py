"""Many clips in one go: worker processes of one thread each, resumed and repeated without doing work twice.

Beside the results lies the folder .qichuang-batch: what was made from what (with the sha-256 of each
result), what is known of the sources, the lock that keeps two runs apart, and the work that is unfinished. A
result is made in there and recorded before it is renamed into place, so that wherever a run is killed, the
next one finds either a result that fits its record or one that has to be made.
"""

import contextlib
import os
import shutil
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from fractions import Fraction
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock, Timeout

from media.batch_record import FOLDER, Results, SourceBook
from media.batch_worker import LaneChoice, Order, Worker, as_refusal
from media.cutlist import Clip
from media.deliveries import Delivery
from media.dress import Dress
from media.errors import N_, Busy, Cancelled, EngineFailed, MediaError, Unsupported
from media.ffmpeg import ShouldStop
from media.files import room_watched
from media.info import MediaInfo
from media.plan import EditList, plan
from media.shelf import safe_names

State = Literal["make", "made", "there", "copied", "failed", "stopped"]
# What one clip takes in memory: 700 MB at 1080p, 1500 MB at 4K.
_PER_CLIP_BYTES, _PER_LARGE_CLIP_BYTES = 700 << 20, 1500 << 20
_LARGE_PIXELS = 2560 * 1440
_TURN_S = 0.2
_GRACE_S = 10.0


@dataclass(frozen=True)
class Task:
    """One result to make: its file name, the clip it is, and how."""

    file: str
    clip: str
    edit_list: EditList
    delivery: Delivery
    dress: Dress = field(default_factory=Dress)
    rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What became of a task.

    made now, there already, copied from an equal result, failed, stopped; or, in a look ahead, to make.
    """

    task: Task
    state: State
    result: Mapping[str, object] = field(default_factory=dict)
    error: MediaError | None = None
    seconds: float = 0.0

    def to_json(self) -> dict[str, object]:
        """Give the outcome as a program reads it."""
        told: dict[str, object] = {
            "file": self.task.file,
            "clip": self.task.clip,
            "delivery": self.task.delivery.name,
            "rows": list(self.task.rows),
            "duration_s": round(float(self.task.edit_list.duration), 3),
            "state": self.state,
            "seconds": round(self.seconds, 2),
        }
        if self.result:
            told["result"] = dict(self.result)
        if self.error:
            told["error"] = self.error.to_json()
        return told


@dataclass(frozen=True)
class Advance:
    """How far a run is: the whole from 0 to 1, and each clip that is being made."""

    done: float
    running: Mapping[str, float]


def tasks_of(clips: Iterable[Clip]) -> tuple[Task, ...]:
    """Give every clip in each of its deliveries a file name that is safe on any system, and its own."""
    wanted = [(clip, delivery) for clip in clips for delivery in clip.deliveries]
    ends = ("" if delivery.name == "master" else f"-{delivery.name}" for _, delivery in wanted)
    names = safe_names((clip.name for clip, _ in wanted), ends)
    return tuple(
        Task(f"{name}.mp4", clip.name, clip.edit_list, delivery, clip.dress, clip.rows)
        for name, (clip, delivery) in zip(names, wanted, strict=True)
    )


@dataclass(frozen=True)
class _Wanted:
    """A task with its fingerprint, or with the reason why there is none."""

    task: Task
    fingerprint: str = ""
    error: MediaError | None = None


def _with_fingerprints(tasks: Sequence[Task], book: SourceBook, jobs: int) -> list[_Wanted]:
    """Read every source once, several at a time, and name each task by what decides its bytes."""
    files = {entry.source.path: entry.source.shown for task in tasks for entry in task.edit_list.entries}
    files |= {task.dress.music.path: task.dress.music.shown for task in tasks if task.dress.music}

    def read(path: Path) -> str | MediaError:
        try:
            return book.sha256(path)
        except OSError as error:
            return Unsupported(
                N_("%(name)s cannot be read (%(reason)s)."),
                name=files[path], reason=error.strerror or type(error).__name__,
            )  # fmt: skip

    with ThreadPoolExecutor(jobs) as readers:
        read_files = dict(zip(files, readers.map(read, files), strict=True))
    hashes = {path: found for path, found in read_files.items() if isinstance(found, str)}
    wanted: list[_Wanted] = []
    for task in tasks:
        needed = [entry.source.path for entry in task.edit_list.entries]
        needed += [task.dress.music.path] if task.dress.music else []
        refused = next((found for path in needed if isinstance(found := read_files[path], MediaError)), None)
        if refused:
            wanted.append(_Wanted(task, error=refused))
        else:
            wanted.append(_Wanted(task, task.edit_list.fingerprint(hashes, task.delivery, task.dress)))
    return wanted


def look_ahead(
    tasks: Sequence[Task], folder: Path, *, book: SourceBook | None = None, jobs: int | None = None
) -> tuple[Outcome, ...]:
    """Say what a run would do with each task, without writing anything."""
    count = jobs or cores()
    results = Results(folder)
    wanted = _with_fingerprints(tasks, book or SourceBook(folder), count)
    return tuple(_seen(one, results) for one in _checked(wanted, results, count))


def _checked(wanted: Sequence[_Wanted], results: Results, jobs: int) -> Sequence[_Wanted]:
    """Read the results that may be there already, several at a time."""
    with ThreadPoolExecutor(jobs) as readers:
        list(
            readers.map(
                lambda one: one.fingerprint and results.answers(one.task.file, one.fingerprint), wanted
            )
        )
    return wanted


def _seen(one: _Wanted, results: Results) -> Outcome:
    if one.error:
        return Outcome(one.task, "failed", error=one.error)
    if results.answers(one.task.file, one.fingerprint):
        return Outcome(one.task, "there", results.result(one.task.file))
    if twin := results.equal(one.fingerprint):
        return Outcome(one.task, "copied", results.result(twin))
    return Outcome(one.task, "make")


def cores() -> int:
    """Give the processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def workers_for(tasks: Sequence[Task], infos: Mapping[Path, MediaInfo]) -> int:
    """Give as many workers as there are processors, fewer where the memory does not do for so many clips."""
    pixels = [
        max(info.picture.width * info.picture.height, task.delivery.width * task.delivery.height)
        for task in tasks
        for entry in task.edit_list.entries
        if (info := infos.get(entry.source.path)) and info.picture
    ]
    each = _PER_LARGE_CLIP_BYTES if max(pixels, default=0) > _LARGE_PIXELS else _PER_CLIP_BYTES
    free = _free_memory()
    return max(1, min(cores(), len(tasks) or 1, free // each if free else cores()))


def _free_memory() -> int:
    """Give the memory that is left, by the kernel and by the group's own limit; 0 where nobody tells."""
    found: list[int] = []
    with contextlib.suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        found.append(int(next(line for line in lines if line.startswith("MemAvailable")).split()[1]) << 10)
    with contextlib.suppress(OSError, ValueError):
        group = Path("/sys/fs/cgroup")
        most = int((group / "memory.max").read_text(encoding="ascii"))
        used = int((group / "memory.current").read_text(encoding="ascii"))
        found.append(max(0, most - used))
    return min(found, default=0)


def run_batch(  # noqa: PLR0913 - all by name, all with a default
    tasks: Sequence[Task],
    folder: Path,
    *,
    book: SourceBook | None = None,
    jobs: int | None = None,
    lane: LaneChoice = "auto",
    preset: str | None = None,
    on_progress: Callable[[Advance], None] | None = None,
    on_outcome: Callable[[Outcome], None] | None = None,
    should_stop: ShouldStop | None = None,
) -> tuple[Outcome, ...]:
    """Make what is not there yet and give the outcome of every task, in the order of the tasks (A12).

    A task that fails does not stop the others. on_outcome is called for each as it ends. A true answer of
    should_stop ends the work within a second, ffmpeg included; what was made stays. Raises Busy when another
    run works in the same folder, Unsupported when a result would overwrite its own source.
    """
    _refuse_overwriting(tasks, folder)
    with room_watched(folder.name):
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / FOLDER / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise Busy(
            N_("Another run is making clips in “%(name)s”. Wait until it ends, or choose another folder."),
            name=folder.name,
        ) from error
    try:
        run = _Run(folder, book or SourceBook(folder), on_progress, on_outcome, should_stop)
        return run.go(tasks, jobs, lane, preset)
    finally:
        lock.release()


def _refuse_overwriting(tasks: Sequence[Task], folder: Path) -> None:
    sources = {entry.source.path.resolve() for task in tasks for entry in task.edit_list.entries}
    for task in tasks:
        if (folder / task.file).resolve() in sources:
            raise Unsupported(
                N_("%(name)s would be overwritten by its own clip. Choose another name."), name=task.file
            )


class _Run:
    """One run: what is there, what is made, who makes it."""

    def __init__(
        self,
        folder: Path,
        book: SourceBook,
        on_progress: Callable[[Advance], None] | None,
        on_outcome: Callable[[Outcome], None] | None,
        should_stop: ShouldStop | None,
    ) -> None:
        self._folder, self._book = folder, book
        self._on_progress, self._on_outcome = on_progress, on_outcome
        self._should_stop = should_stop or (lambda: False)
        self._results = Results(folder)
        # Whatever a killed run left unfinished; nobody else works here while the lock is held.
        self._work = folder / FOLDER / "work"
        shutil.rmtree(self._work, ignore_errors=True)
        self._work.mkdir()
        self._outcomes: dict[str, Outcome] = {}
        self._busy: dict[Worker, list[_Wanted]] = {}
        self._numbers: dict[str, int] = {}
        self._all_s = Fraction(0)
        self._done_s = Fraction(0)

    def go(
        self, tasks: Sequence[Task], jobs: int | None, lane: LaneChoice, preset: str | None
    ) -> tuple[Outcome, ...]:
        """Do everything; see run_batch."""
        self._numbers = {task.file: number for number, task in enumerate(tasks)}
        wanted = _with_fingerprints(tasks, self._book, jobs or cores())
        self._book.save()
        to_make: dict[str, list[_Wanted]] = {}
        for one in _checked(wanted, self._results, jobs or cores()):
            seen = _seen(one, self._results)
            if seen.state == "copied":
                self._copy(one, self._results.equal(one.fingerprint))
            elif seen.state != "make":
                self._end(seen)
            else:
                to_make.setdefault(one.fingerprint, []).append(one)
        if to_make:
            self._make(list(to_make.values()), jobs, lane, preset)
        self._book.save()
        shutil.rmtree(self._work, ignore_errors=True)
        return tuple(self._outcomes[task.file] for task in tasks)

    def _end(self, outcome: Outcome) -> None:
        self._outcomes[outcome.task.file] = outcome
        if self._on_outcome:
            self._on_outcome(outcome)

    def _copy(self, one: _Wanted, twin: str) -> None:
        """Give a second name to a result that was made from exactly the same."""
        part = self._work / "copy.mp4"
        try:
            with room_watched(one.task.file):
                shutil.copyfile(self._folder / twin, part)
                self._results.place(part, one.task.file, one.fingerprint, self._results.result(twin))
        except (MediaError, OSError) as error:
            self._fail([one], error)
            return
        self._end(Outcome(one.task, "copied", self._results.result(one.task.file)))

    def _make(
        self, groups: list[list[_Wanted]], jobs: int | None, lane: LaneChoice, preset: str | None
    ) -> None:
        """Make the first of each group of equal tasks; the longest first, so that none is left at the end."""
        infos: dict[Path, MediaInfo] = {}
        ready: list[list[_Wanted]] = []
        for group in sorted(groups, key=lambda group: group[0].task.edit_list.duration):
            try:
                infos |= self._infos(group[0].task)
                ready.append(group)
            except (MediaError, OSError) as error:
                self._fail(group, error)
        self._all_s = sum((group[0].task.edit_list.duration for group in ready), Fraction(0))
        count = min(jobs or workers_for([group[0].task for group in ready], infos), len(ready))
        # One thread each while there is a clip for every worker; a few clips share what is there.
        threads = max(1, (jobs or cores()) // max(1, count))
        workers = [Worker(lane, preset, threads) for _ in range(count)]
        try:
            self._drive(workers, ready, infos)
        finally:
            for worker in workers:
                worker.end()

    def _infos(self, task: Task) -> dict[Path, MediaInfo]:
        sources = [entry.source for entry in task.edit_list.entries]
        found = {source.path: self._book.info(source.path, source.shown) for source in sources}
        # A range that cannot be is said before a worker is bothered with it.
        plan(task.edit_list, found, task.delivery, task.dress)
        return found

    def _drive(
        self, workers: list[Worker], ready: list[list[_Wanted]], infos: Mapping[Path, MediaInfo]
    ) -> None:
        """Hand out the tasks and listen until all of them have ended or somebody says stop."""
        while ready or self._busy:
            if self._should_stop():
                self._stop(ready)
                return
            for worker in workers:
                if worker not in self._busy and ready:
                    self._busy[worker] = ready.pop()
                    worker.take(self._order(self._busy[worker][0].task, infos))
            for worker in _that_spoke(self._busy):
                if told := worker.hear():
                    self._take_in(worker, *told)
            self._tell()

    def _order(self, task: Task, infos: Mapping[Path, MediaInfo]) -> Order:
        needed = {entry.source.path: infos[entry.source.path] for entry in task.edit_list.entries}
        return Order(task.edit_list, self._part(task), task.delivery, task.dress, needed)

    def _part(self, task: Task) -> Path:
        """Give a task's place in the work folder, whose names are short and plain."""
        return self._work / f"{self._numbers[task.file]:05d}.mp4"

    def _tell(self) -> None:
        if not self._on_progress or not self._all_s:
            return
        running = {group[0].task.file: worker.done for worker, group in self._busy.items()}
        now = sum(
            (
                group[0].task.edit_list.duration * Fraction(worker.done)
                for worker, group in self._busy.items()
            ),
            self._done_s,
        )
        self._on_progress(Advance(min(1.0, float(now / self._all_s)), running))

    def _take_in(self, worker: Worker, kind: str, told: Any) -> None:  # noqa: ANN401 - what a worker says
        """Take in how a clip ended: with a result, a refusal, or with the worker's own end."""
        group = self._busy.pop(worker)
        task, seconds = group[0].task, time.monotonic() - worker.began
        if kind == "made":
            self._place(group, told, seconds)
        elif kind == "failed":
            self._fail(group, told, seconds)
        else:
            broken = EngineFailed(
                N_(
                    "The work on %(name)s broke off (exit status %(status)s). Run the list again; if it "
                    "happens again, the film is damaged: export it anew."
                ),
                name=task.clip,
                status=told,
            )
            self._fail(group, broken, seconds)
        self._done_s += task.edit_list.duration
        self._part(task).unlink(missing_ok=True)

    def _place(self, group: list[_Wanted], result: dict[str, object], seconds: float) -> None:
        """Put a result into its place, and copies of it where the same was asked under other names."""
        first = group[0]
        sources = [entry.source for entry in first.task.edit_list.entries]
        changed = next((source for source in sources if not self._book.is_unchanged(source.path)), None)
        try:
            if changed:
                raise Unsupported(
                    N_(
                        "%(name)s changed while the clip was made. "
                        "Run the list again when nobody writes to it."
                    ),
                    name=changed.shown,
                )
            self._results.place(self._part(first.task), first.task.file, first.fingerprint, result)
        except (MediaError, OSError) as error:
            self._fail(group, error, seconds)
            return
        self._end(Outcome(first.task, "made", self._results.result(first.task.file), seconds=seconds))
        for one in group[1:]:
            self._copy(one, first.task.file)

    def _fail(self, group: Iterable[_Wanted], error: Exception, seconds: float = 0.0) -> None:
        for one in group:
            state: State = "stopped" if isinstance(error, Cancelled) else "failed"
            self._end(Outcome(one.task, state, error=as_refusal(error, one.task.clip), seconds=seconds))

    def _stop(self, ready: Iterable[list[_Wanted]]) -> None:
        """End every worker's clip; whoever does not answer is killed, and its ffmpeg with it."""
        for worker in self._busy:
            worker.stop()
        deadline = time.monotonic() + _GRACE_S
        while self._busy and time.monotonic() < deadline:
            for worker in _that_spoke(self._busy):
                if told := worker.hear():
                    self._take_in(worker, *told)
        for worker, group in self._busy.items():
            worker.kill()
            self._leave(group)
        self._busy.clear()
        for group in ready:
            self._leave(group)

    def _leave(self, group: list[_Wanted]) -> None:
        self._fail(group, Cancelled(N_("The work on %(name)s was stopped."), name=group[0].task.clip))


def _that_spoke(busy: Iterable[Worker]) -> list[Worker]:
    """Wait a moment for the busy workers and give those that have something to say."""
    lines: dict[object, Worker] = {worker.line: worker for worker in busy}
    return [lines[line] for line in wait(list(lines), timeout=_TURN_S)]  # type: ignore[arg-type]  # the lines it wants
