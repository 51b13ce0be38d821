"""Ratios of CPU seconds, measured side by side in one run: trust the ratios, not the seconds.

Best of alternating runs, so that a busy machine troubles both sides alike. Give a film of three minutes for
figures to quote; without one, a film of 60 seconds is made, whose pictures are cheap to decode.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import matplotlib as mpl

from media import ffmpeg, hostile
from media.cut import cut, encoder_options
from media.deliveries import MASTER
from media.ingest import ingest, look_through
from media.plan import EditList
from media.probe import probe
from media.specimen import make_demo_film
from media.specs import VideoSpec
from media.timecode import TimeRange
from media.triage import triage

LIMIT_ENCODE, LIMIT_INGEST, LIMIT_TRIAGE = 1.03, 1.7, 0.15


@dataclass
class Side:
    """One way of doing a job, and the best of its runs."""

    label: str
    job: Callable[[], float]
    cpu_s: list[float] = field(default_factory=list)
    wall_s: list[float] = field(default_factory=list)

    @property
    def best_s(self) -> float:
        """CPU seconds of the quickest run."""
        return min(self.cpu_s)


def cpu_of_all() -> float:
    """CPU seconds of this process and of the children it waited for."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, kinds))


def whole(job: Callable[[], object]) -> Callable[[], float]:
    """Measure everything that a job costs, this process included."""

    def run() -> float:
        before = cpu_of_all()
        job()
        return cpu_of_all() - before

    return run


def alternate(sides: list[Side], runs: int) -> None:
    """Run every side in turn, several times."""
    for _ in range(runs):
        for side in sides:
            started = time.monotonic()
            side.cpu_s.append(side.job())
            side.wall_s.append(time.monotonic() - started)


def row(mine: Side, theirs: Side, limit: float | None) -> None:
    """Print one line of the table."""
    ratio = mine.best_s / theirs.best_s
    verdict = "" if limit is None else f"{'ok' if ratio <= limit else 'OVER'} (limit {limit})"
    left, right = f"{mine.label:<40}{mine.best_s:>8.2f}", f"{theirs.label:<30}{theirs.best_s:>8.2f}"
    print(f"{left}  {right}{ratio:>8.3f}  {verdict}")


def main() -> int:
    """Make or take a film, measure, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("film", nargs="?", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--cut-s", type=int, default=20)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        film = asked.film or make_film(folder)
        compare(film, folder, asked.runs, asked.cut_s)
    return 0


def make_film(folder: Path) -> Path:
    """Make a demonstration film with any font: the letters do not matter here."""
    font = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    return make_demo_film(
        folder / "film.mp4", title="Bench", scenes=["scene"] * 8, font_path=font, duration_s=60
    )


def compare(film: Path, folder: Path, runs: int, cut_s: int) -> None:
    """Measure cutting, ingest and probing against bare ffmpeg."""
    info = probe(film)
    picture = info.picture
    if picture is None:
        sys.exit("The film has no picture.")
    start = min(Fraction(7), info.duration / 4)
    span = TimeRange(start, min(start + cut_s, info.duration))
    opened = [*hostile.admit(film).arguments]
    out = folder / "clip.mp4"
    encode_cpu: list[float] = []
    original = ffmpeg.run

    def watched(args: list[str], **options: object) -> ffmpeg.Outcome:
        outcome = original(args, **options)  # type: ignore[arg-type]  # hands on what it got
        if "libx264" in args:
            encode_cpu.append(outcome.cpu_s)
        return outcome

    def render() -> float:
        encode_cpu.clear()
        ffmpeg.run = watched  # type: ignore[assignment]  # listens to the engine for the length of one cut
        try:
            cut(EditList.of(film, [span]), out, infos={film: info})
        finally:
            ffmpeg.run = original
        return sum(encode_cpu)

    def bare() -> float:
        options = encoder_options(MASTER, MASTER.preset)
        args = [
            "-y",
            "-ss",
            str(float(span.start)),
            *opened,
            "-i",
            str(film),
            "-t",
            str(float(span.duration)),
        ]
        for key, value in options.items():
            args += [f"-{'f' if key == 'format' else key}", str(value)]
        if (picture.width, picture.height) != (MASTER.width, MASTER.height):
            args += ["-vf", f"scale={MASTER.width}:{MASTER.height}"]
        return ffmpeg.run([*args, str(folder / "bare.mp4")], fail_on_error_lines=False).cpu_s

    def decode() -> float:
        args = [*opened, "-i", str(film), "-f", "null", "-"]
        return ffmpeg.run(args, fail_on_error_lines=False).cpu_s

    rendering = Side("cut: encode alone", render)
    everything = Side(
        "cut: with measuring and verification", whole(lambda: cut(EditList.of(film, [span]), out))
    )
    bare_side = Side("bare ffmpeg, same settings", bare)
    decoding = Side("decode once", decode)
    looking = Side("ingest, all measures", whole(lambda: ingest(film, folder / "ingest", info=info)))
    probing = Side("probe (every packet)", whole(lambda: probe(film)))
    alternate([rendering, bare_side, everything], runs)
    sorting = Side("triage (header, packets, keys, sound)", whole(lambda: triage(film, VideoSpec())))
    checking = Side("check without files, all measures", whole(lambda: look_through(film, info=info)))
    alternate([looking, decoding, probing, sorting, checking], runs)
    shape = f"{picture.width}x{picture.height} {float(picture.rate):.3f}/s, {float(info.duration):.1f} s"
    print(f"\n{film.name}: {shape}; cut {float(span.duration):.1f} s; best of {runs}; CPU seconds")
    row(rendering, bare_side, LIMIT_ENCODE)
    row(everything, bare_side, None)
    row(looking, decoding, LIMIT_INGEST)
    row(checking, decoding, None)
    row(sorting, decoding, LIMIT_TRIAGE)
    row(probing, decoding, None)


if __name__ == "__main__":
    sys.exit(main())
