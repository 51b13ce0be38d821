"""Cutting and looking against bare ffmpeg, as ratios of CPU seconds measured side by side in one run.

Decoding once is `ffmpeg -i FILM -f null -`: picture and sound, the same demuxer, limits and number of threads
as the ingest has, on the same file in the same run. The ingest's figure holds everything that it starts and
does itself: the pass, the key frames, the poster, the numbers, the files.
"""

import sys
import tempfile
from fractions import Fraction
from pathlib import Path

from bench.common import Side, alternate, arguments, films, row, shape_of, whole
from media import ffmpeg, hostile
from media.cut import cut, encoder_options
from media.deliveries import MASTER
from media.info import MediaInfo
from media.ingest import ingest, look_through
from media.plan import EditList
from media.probe import probe
from media.specs import VideoSpec
from media.timecode import TimeRange
from media.triage import triage

LIMIT_ENCODE, LIMIT_INGEST, LIMIT_TRIAGE = 1.03, 1.7, 0.15


def main() -> int:
    """Measure on every film; 1 when a limit is missed."""
    parser = arguments(__doc__, runs=3)
    parser.add_argument("--cut-s", type=int, default=20)
    asked = parser.parse_args()
    met = []
    for film in films(asked.films):
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            print(f"\n{shape_of(film)}; cut {asked.cut_s} s; best of {asked.runs}; CPU seconds")
            info = probe(film)
            met += cutting(film, info, Path(name), asked.runs, asked.cut_s)
            met += looking(film, info, Path(name), asked.runs)
    return 0 if all(met) else 1


def cutting(film: Path, info: MediaInfo, folder: Path, runs: int, cut_s: int) -> list[bool]:
    """Measure the encode lane against bare ffmpeg with the same settings."""
    start = min(Fraction(7), info.duration / 4)
    span = TimeRange(start, min(start + cut_s, info.duration))
    edit_list, out = EditList.of(film, [span]), folder / "clip.mp4"
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
            cut(edit_list, out, infos={film: info}, lane="encode")
        finally:
            ffmpeg.run = original
        return sum(encode_cpu)

    def bare() -> float:
        return ffmpeg.run(bare_args(film, info, span, folder / "bare.mp4"), fail_on_error_lines=False).cpu_s

    rendering, bare_side = Side("cut: encode alone", render), Side("bare ffmpeg, same settings", bare)
    everything = Side(
        "cut: with measuring and verification", whole(lambda: cut(edit_list, out, lane="encode"))
    )
    alternate([rendering, bare_side, everything], runs)
    return [row(rendering, bare_side, LIMIT_ENCODE), row(everything, bare_side, None)]


def bare_args(film: Path, info: MediaInfo, span: TimeRange, out: Path) -> list[str]:
    """Give the arguments of the plain ffmpeg that makes the same clip."""
    picture = info.picture
    if picture is None:
        sys.exit(f"{film.name} has no picture.")
    args = ["-y", "-ss", str(float(span.start)), *hostile.admit(film).arguments, "-i", str(film)]
    args += ["-t", str(float(span.duration))]
    for key, value in encoder_options(MASTER, MASTER.preset).items():
        args += [f"-{'f' if key == 'format' else key}", str(value)]
    if (picture.width, picture.height) != (MASTER.width, MASTER.height):
        args += ["-vf", f"scale={MASTER.width}:{MASTER.height}"]
    return [*args, str(out)]


def looking(film: Path, info: MediaInfo, folder: Path, runs: int) -> list[bool]:
    """Measure ingest, check, triage and probe against decoding once."""

    def decode() -> float:
        args = [*hostile.admit(film).arguments, "-i", str(film), "-f", "null", "-"]
        return ffmpeg.run(args, fail_on_error_lines=False).cpu_s

    decoding = Side("decode once", decode)
    taking = Side("ingest, all measures", whole(lambda: ingest(film, folder / "ingest", info=info)))
    checking = Side("check without files, all measures", whole(lambda: look_through(film, info=info)))
    sorting = Side("triage (header, packets, keys, sound)", whole(lambda: triage(film, VideoSpec())))
    probing = Side("probe (every packet)", whole(lambda: probe(film)))
    alternate([taking, decoding, sorting, checking, probing], runs)
    return [
        row(taking, decoding, LIMIT_INGEST),
        row(checking, decoding, None),
        row(sorting, decoding, LIMIT_TRIAGE),
        row(probing, decoding, None),
    ]


if __name__ == "__main__":
    sys.exit(main())
