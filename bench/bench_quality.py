"""How well the master keeps its source: VMAF of a clip against the same pictures of the source.

libvmaf of the wheel's ffmpeg with its default model (1080p, from 0 to 100). The source is laid on the
delivery's grid by the same rule by which it was cut; that the clip holds the right pictures is proved
elsewhere. The mean has a limit; the harmonic mean and the worst picture are told beside it.
"""

import json
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

from bench.common import arguments, figure, films, shape_of
from media import ffmpeg, hostile
from media.cut import cut
from media.deliveries import DELIVERIES, Delivery
from media.graph import Filter, fitted, on_grid
from media.plan import EditList, Segment, plan
from media.probe import probe
from media.timecode import TimeRange

LIMIT_VMAF = 95.0
# The ends lie inside groups of pictures and the span holds two changes of scene.
_START = Fraction(111, 25)


def main() -> int:
    """Encode a clip of every film and compare; 1 when a limit is missed."""
    parser = arguments(__doc__, runs=1)
    parser.add_argument("--clip-s", type=int, default=10)
    parser.add_argument("--delivery", choices=sorted(DELIVERIES), default="master")
    parser.add_argument("--every", type=int, default=2, help="compare every so many pictures")
    asked = parser.parse_args()
    met = []
    for film in films(asked.films):
        info, delivery = probe(film), DELIVERIES[asked.delivery]
        span = TimeRange(_START, _START + asked.clip_s)
        print(f"\n{shape_of(film)}; {delivery.name}: {delivery.preset}, crf {delivery.crf}; {asked.clip_s} s")
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            clip = Path(name) / "clip.mp4"
            wanted = EditList.of(film, [span])
            cut(wanted, clip, delivery, infos={film: info}, lane="encode")
            # The ends that were asked for move to pictures of the source.
            segment = plan(wanted, {film: info}, delivery).ranges[0]
            vmaf = compared(segment, clip, delivery, Path(name) / "vmaf.json", asked.every)
            rate = clip.stat().st_size * 8 / 1e6 / asked.clip_s
        met.append(figure("VMAF, mean", vmaf["mean"], "", LIMIT_VMAF, at_least=True))
        figure("VMAF, harmonic mean", vmaf["harmonic_mean"], "", None)
        figure("VMAF, worst picture", vmaf["min"], "", None)
        figure("rate of the clip", rate, "Mb/s", None)
    return 0 if all(met) else 1


def compared(segment: Segment, clip: Path, delivery: Delivery, log: Path, every: int) -> dict[str, float]:
    """Give mean, harmonic mean and minimum of VMAF over the pictures of a clip of one range."""
    film, picture, span = segment.source.path, segment.picture, segment.range
    width, height = fitted(picture, delivery.width, delivery.height)
    chain = [
        *on_grid(picture, span.start, span.end, delivery.rate, segment.frames),
        Filter("scale", {"w": str(width), "h": str(height), "flags": "bicubic"}),
        Filter("format", {"pix_fmts": "yuv420p"}),
    ]
    source = ",".join(_written(step) for step in chain)
    graph = (
        f"[0:{picture.index}]{source},settb=1/1000,setpts=N*40[wanted];[1:v]settb=1/1000,setpts=N*40[made];"
        f"[made][wanted]libvmaf=n_threads=2:n_subsample={every}:log_fmt=json:log_path={log}[told]"
    )
    opened = [*hostile.admit(film).arguments, "-i", str(film), "-i", str(clip)]
    args = ["-copyts", *opened, "-filter_complex", graph, "-map", "[told]", "-f", "null", "-"]
    ffmpeg.run(args, fail_on_error_lines=False)
    pooled: dict[str, float] = json.loads(log.read_text(encoding="utf-8"))["pooled_metrics"]["vmaf"]
    return pooled


def _written(step: Filter) -> str:
    # A comma inside an expression is none between filters.
    options = ":".join(f"{key}={value}".replace(",", r"\,") for key, value in step.options.items())
    return f"{step.name}={options}" if options else step.name


if __name__ == "__main__":
    sys.exit(main())
