"""The fast lane against encoding and against moviepy: CPU seconds of a clip of two minutes, side by side.

The lane's figure holds everything: measuring, the edges, the sound, the copies and the proof; so does the
encode lane's. moviepy does the bare job (no loudness, no proof) on a part, because it takes minutes, and its
figure is multiplied up to the clip's length: the table says so. A film that is no delivery yet is made one
first, by the encode lane, and kept in the system's temporary folder. --break-even measures instead how much
of a clip has to be copied for the lane to pay.
"""

import contextlib
import dataclasses
import functools
import sys
import tempfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import matplotlib as mpl
from moviepy import VideoFileClip

from bench.common import Side, alternate, arguments, films, row, shape_of, whole
from media.cut import CutResult, cut
from media.deliveries import MASTER, Delivery
from media.dress import Cue, Dress, Style
from media.files import sha256_of
from media.info import MediaInfo
from media.plan import EditList
from media.probe import probe
from media.reasons import why_not_copied
from media.timecode import TimeRange

LIMIT_ENCODE, LIMIT_MOVIEPY = 0.15, 0.10
CLIP_S, MOVIEPY_S = 120, 20
# The ends lie inside groups of pictures, as the ends that people choose do.
START = Fraction(111, 25)
_SHARES = (90, 80, 70, 50)
_SHORT_S = 24


def main() -> int:
    """Cut every film three ways; 1 when a limit is missed."""
    parser = arguments(__doc__, runs=2)
    parser.add_argument("--clip-s", type=int, default=CLIP_S)
    parser.add_argument("--moviepy-s", type=int, default=MOVIEPY_S)
    parser.add_argument("--break-even", action="store_true")
    asked = parser.parse_args()
    met = []
    for film in map(delivered, films(asked.films)):
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            if asked.break_even:
                break_even(film, Path(name), asked.runs)
            else:
                met += compare(film, Path(name), asked.runs, asked.clip_s, asked.moviepy_s)
    return 0 if all(met) else 1


def delivery_of(info: MediaInfo) -> Delivery:
    """Give the master delivery at the rate of a film."""
    return dataclasses.replace(MASTER, rate=info.picture.nominal_rate if info.picture else MASTER.rate)


def delivered(film: Path) -> Path:
    """Give a film that is the delivery: the film itself, or what the encode lane makes of it."""
    info = probe(film)
    if why_not_copied(info, delivery_of(info)) is None:
        return film
    kept = Path(tempfile.gettempdir()) / "qichuang-bench" / f"delivered-{sha256_of(film)[:12]}.mp4"
    if not kept.exists():
        print(f"Making {kept.name} of {film.name} ...", flush=True)
        edit_list = EditList.of(film, [TimeRange(Fraction(0), info.duration)])
        cut(edit_list, kept, delivery_of(info), infos={film: info}, lane="encode")
    return kept


def compare(film: Path, folder: Path, runs: int, clip_s: int, moviepy_s: int) -> list[bool]:
    """Measure the two lanes and moviepy on one film."""
    info = probe(film)
    span = TimeRange(START, START + clip_s)
    results: dict[str, CutResult] = {}

    def by(lane: str) -> Callable[[], None]:
        def job() -> None:
            results[lane] = lane_cut(film, info, span, folder / f"{lane}.mp4", lane)

        return job

    copying = Side(f"fast lane, proof included, {clip_s} s", whole(by("auto")))
    encoding = Side(f"encode lane, {clip_s} s", whole(by("encode")))
    short = whole(lambda: with_moviepy(film, float(START), moviepy_s, folder / "moviepy.mp4"))
    moviepy = Side(f"moviepy, {moviepy_s} s x {clip_s / moviepy_s:g}", lambda: short() * clip_s / moviepy_s)
    print(f"\n{shape_of(film)}; best of {runs}; CPU seconds", flush=True)
    alternate([copying, encoding, moviepy], runs)
    print(f"lane: {results['auto'].lane}. {results['auto'].reason}")
    return [
        row(copying, encoding, LIMIT_ENCODE), row(copying, moviepy, LIMIT_MOVIEPY),
        row(encoding, moviepy, None),
    ]  # fmt: skip


def lane_cut(
    film: Path, info: MediaInfo, span: TimeRange, out: Path, lane: str, dress: Dress | None = None
) -> CutResult:
    """Cut one range by a lane."""
    return cut(
        EditList.of(film, [span]), out, delivery_of(info), infos={film: info}, dress=dress,
        lane="auto" if lane == "auto" else "encode",
    )  # fmt: skip


def break_even(film: Path, folder: Path, runs: int) -> None:
    """Cut a short clip with a subtitle over more and more of its end, and print what the lane costs."""
    info = probe(film)
    font = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    span = TimeRange(START, START + _SHORT_S)
    print(f"\n{shape_of(film)}; {_SHORT_S} s; best of {runs}; CPU seconds", flush=True)
    for share in _SHARES:
        cue = Cue(Fraction(0), Fraction(_SHORT_S * share, 100), "Title")
        dress = Dress(subtitles=(cue,), style=Style(font))
        told: list[CutResult] = []

        def job(lane: str, dress: Dress = dress, told: list[CutResult] = told) -> None:
            told.append(lane_cut(film, info, span, folder / f"{lane}.mp4", lane, dress))

        sides = [
            Side(f"{lane}, {share} % titled", whole(functools.partial(job, lane)))
            for lane in ("auto", "encode")
        ]
        alternate(sides, runs)
        row(*sides, None)
        print(f"  {told[0].lane}. {told[0].reason}", flush=True)


def with_moviepy(film: Path, start_s: float, length_s: float, out: Path) -> None:
    """Let moviepy cut the same film with the same encoder settings."""
    with (
        VideoFileClip(str(film)) as whole_film,
        contextlib.closing(whole_film.subclipped(start_s, start_s + length_s)) as clip,
    ):
        clip.write_videofile(
            str(out), codec="libx264", preset=MASTER.preset, audio_codec="aac",
            audio_bitrate=f"{MASTER.audio_bit_rate // 1000}k", audio_fps=MASTER.audio_rate_hz, logger=None,
            ffmpeg_params=["-crf", str(MASTER.crf), "-profile:v", MASTER.profile, "-level:v", MASTER.level,
                           "-pix_fmt", "yuv420p", "-movflags", "+faststart"],
        )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
