"""The most memory that each job takes, its ffmpeg processes included, at 1080p and at 4K.

Every job runs in a process of its own, whose whole tree is looked at fifty times a second: the figure is the
largest sum of resident memory. Pages that processes share count twice, so it errs on the safe side; what the
interpreter and the modules take is in it.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import matplotlib as mpl
import psutil

from bench.common import arguments, figure, film, film_4k, shape_of
from media.cut import cut
from media.deliveries import MASTER
from media.dress import Card, Cue, Dress, LowerThird, Style
from media.ffmpeg import run
from media.ingest import ingest
from media.plan import EditList
from media.probe import probe
from media.specs import VideoSpec
from media.timecode import TimeRange
from media.triage import triage

LIMIT_HD_MIB, LIMIT_4K_MIB = 700, 1500
_EVERY_S = 0.02
_CUT_S = 6
_LONG_TIMES = 4


def main() -> int:
    """Measure every job on both films; 1 when a limit is missed."""
    parser = arguments(__doc__, runs=1)
    parser.add_argument("--job", choices=sorted(JOBS), help="do this job on the film and measure nothing")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        if asked.job:
            JOBS[asked.job](asked.films[0], Path(name))
            return 0
        met = []
        for source, limit in ((film(), LIMIT_HD_MIB), (film_4k(), LIMIT_4K_MIB)):
            print(f"\n{shape_of(source)}; peak of the process tree")
            # At 4K the film is not what is delivered, so there is nothing to copy.
            jobs = [job for job in JOBS if job != "lane" or limit == LIMIT_HD_MIB]
            met += [figure(job, peak_mib(job, source), "MiB", limit) for job in jobs]
        longer = Path(name) / "long.mp4"
        run(["-stream_loop", str(_LONG_TIMES - 1), "-i", str(film()), "-c", "copy", str(longer)])
        print(f"\n{shape_of(longer)}; peak of the process tree")
        met.append(figure("triage of a long film", peak_mib("triage", longer), "MiB", LIMIT_HD_MIB))
    return 0 if all(met) else 1


def peak_mib(job: str, source: Path) -> float:
    """Do a job in a process of its own and give the most that it and its children held."""
    command = [sys.executable, "-m", "bench.bench_memory", "--job", job, str(source)]
    # Nothing but this module and the paths of the bench's own films.
    process = subprocess.Popen(command, cwd=Path(__file__).parents[1], env=os.environ | {"PYTHONPATH": "."})
    watched, peak = psutil.Process(process.pid), 0
    while process.poll() is None:
        peak = max(peak, _held(watched))
        time.sleep(_EVERY_S)
    if process.returncode:
        sys.exit(f"The job {job} failed on {source.name}.")
    return peak / (1 << 20)


def _held(process: psutil.Process) -> int:
    held = 0
    try:
        members = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    for member in members:
        try:
            held += member.memory_info().rss
        except psutil.NoSuchProcess:
            # It ended between the list and the look.
            continue
    return held


def _cut(source: Path, folder: Path, lane: str, dress: Dress | None = None) -> None:
    info = probe(source)
    spans = [TimeRange(Fraction(1) / 5, Fraction(1) / 5 + _CUT_S)]
    if lane == "encode":
        cut(
            EditList.of(source, spans),
            folder / "out.mp4",
            MASTER,
            infos={source: info},
            lane="encode",
            dress=dress or Dress(),
        )
        return
    long = EditList.of(source, [TimeRange(Fraction(111, 25), Fraction(111, 25) + 10 * _CUT_S)])
    made = cut(long, folder / "out.mp4", MASTER, infos={source: info})
    if made.lane == "encode":
        sys.exit("The film was to be copied and was encoded.")


def _dressed(source: Path, folder: Path) -> None:
    # Which letters a font has does not matter here, so one that is always installed will do.
    font = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    dress = Dress(
        opening=Card("Opening", "of the clip"), end=Card("End"),
        lower_thirds=(LowerThird("Name", "Role", Fraction(1), Fraction(4)),),
        subtitles=(Cue(Fraction(1), Fraction(3), "A subtitle"),), style=Style(font),
    )  # fmt: skip
    _cut(source, folder, "encode", dress)


JOBS: dict[str, Callable[[Path, Path], object]] = {
    "probe": lambda source, _: probe(source),
    "triage": lambda source, _: triage(source, VideoSpec()),
    "ingest": ingest,
    "encode": lambda source, folder: _cut(source, folder, "encode"),
    "lane": lambda source, folder: _cut(source, folder, "auto"),
    "dressed": _dressed,
}

if __name__ == "__main__":
    sys.exit(main())
