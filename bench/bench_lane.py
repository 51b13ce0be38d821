"""The fast lane against encoding and against moviepy: CPU seconds of a clip of two minutes, side by side.

The film is 180 s of 1080p25 H.264. The lane's figure holds everything: measuring, the edges, the sound, the
copies and the proof; so does the encode lane's. moviepy does the bare job (no loudness, no proof) on a part,
because it takes minutes, and its figure is multiplied up to the clip's length: the table says so.
"""

import argparse
import contextlib
import sys
import tempfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from moviepy import VideoFileClip

from bench.bench_media import Side, alternate, row, whole
from media.cut import CutResult, cut
from media.deliveries import MASTER
from media.info import MediaInfo
from media.plan import EditList
from media.probe import probe
from media.specimen import make_demo_film
from media.timecode import TimeRange

LIMIT_ENCODE, LIMIT_MOVIEPY = 0.15, 0.10
FILM_S, CLIP_S, MOVIEPY_S = 180, 120, 20
# The ends lie inside groups of pictures, as the ends that people choose do.
START = Fraction(111, 25)


def main() -> int:
    """Make or take a film, cut it three ways, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("film", nargs="?", type=Path)
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--clip-s", type=int, default=CLIP_S)
    parser.add_argument("--moviepy-s", type=int, default=MOVIEPY_S)
    asked, _ = parser.parse_known_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        film = asked.film or make_film(folder)
        compare(film, folder, asked.runs, asked.clip_s, asked.moviepy_s)
    return 0


def make_film(folder: Path) -> Path:
    """Make a demonstration film, which is the delivery already."""
    import matplotlib as mpl  # noqa: PLC0415 - only its font is wanted, and only here

    font = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    return make_demo_film(
        folder / "film.mp4", title="Bench", scenes=["scene"] * 8, font_path=font, duration_s=FILM_S
    )


def compare(film: Path, folder: Path, runs: int, clip_s: int, moviepy_s: int) -> None:
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
    alternate([copying, encoding, moviepy], runs)
    print(f"\n{film.name}: {float(info.duration):.1f} s; best of {runs}; CPU seconds")
    row(copying, encoding, LIMIT_ENCODE)
    row(copying, moviepy, LIMIT_MOVIEPY)
    row(encoding, moviepy, None)
    print(f"lane: {results['auto'].lane}. {results['auto'].reason}")


def lane_cut(film: Path, info: MediaInfo, span: TimeRange, out: Path, lane: str) -> CutResult:
    """Cut one range by a lane."""
    if lane == "auto":
        return cut(EditList.of(film, [span]), out, MASTER, infos={film: info})
    return cut(EditList.of(film, [span]), out, MASTER, infos={film: info}, lane="encode")


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
