"""What every bench shares: sides that run in turn, tables with limits, and the films.

A figure is CPU seconds of this process and of every child it waited for; a ratio divides the quickest run of
one side by the quickest run of the other. The sides run in turn, so that a busy machine troubles them alike.
"""

import argparse
import hashlib
import inspect
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from media import ffmpeg
from media.files import arriving
from media.scenes import KINDS, PALETTES
from media.testfilms import SAMPLE_RATE_HZ, babble, mux_sound

SAMPLE = (
    Path(__file__).resolve().parents[2] / "shared" / "samples" / "video" / "bbb_1080p24_aac_3min_joined.mp4"
)
FILM_S = 180
# Scenes of 5 s; the minute of them is encoded once and its packets are written three times.
_LOOP_S, _SCENE_S, _RATE = 60, 5, 25
_NOISE, _BIT_RATE = 14, 14_000_000


@dataclass
class Side:
    """One way of doing a job, and the best of its runs; the job gives its CPU seconds."""

    label: str
    job: Callable[[], float]
    cpu_s: list[float] = field(default_factory=list)
    wall_s: list[float] = field(default_factory=list)

    @property
    def best_s(self) -> float:
        """CPU seconds of the quickest run."""
        return min(self.cpu_s)

    @property
    def best_wall_s(self) -> float:
        """Seconds on the clock of the quickest run."""
        return min(self.wall_s)


def cpu_of_all() -> float:
    """CPU seconds of this process and of the children it waited for."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, kinds))


def peak_mib() -> float:
    """Give the most resident memory, in MiB, that this process held since its own program began.

    `ru_maxrss` would not do: it is handed on over fork and exec, so it tells of a fat parent as well.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def whole(job: Callable[[], object]) -> Callable[[], float]:
    """Measure everything that a job costs, this process included."""

    def run() -> float:
        before = cpu_of_all()
        job()
        return cpu_of_all() - before

    return run


def alternate(sides: Sequence[Side], runs: int) -> None:
    """Run every side in turn, several times."""
    for _ in range(runs):
        for side in sides:
            started = time.monotonic()
            side.cpu_s.append(side.job())
            side.wall_s.append(time.monotonic() - started)


def row(mine: Side, theirs: Side, limit: float | None, *, by_wall: bool = False) -> bool:
    """Print one line of a table of ratios; false says that the limit is missed."""
    left, right = (side.best_wall_s if by_wall else side.best_s for side in (mine, theirs))
    ratio = left / right
    figures = f"{mine.label:<44}{left:>8.2f}  {theirs.label:<34}{right:>8.2f}"
    return _told(f"{figures}{ratio:>8.3f}", limit, met=limit is None or ratio <= limit, sign="≤")


def figure(label: str, value: float, unit: str, limit: float | None, *, at_least: bool = False) -> bool:
    """Print one line of a table of figures; false says that the limit is missed."""
    met = limit is None or (value >= limit if at_least else value <= limit)
    return _told(f"{label:<72}{value:>10.2f} {unit:<8}", limit, met=met, sign="≥" if at_least else "≤")


def _told(line: str, limit: float | None, *, met: bool, sign: str) -> bool:
    verdict = "" if limit is None else f"{'ok  ' if met else 'OVER'} ({sign} {limit:g})"
    print(f"{line}  {verdict}".rstrip(), flush=True)
    return met


def arguments(doc: str | None, *, runs: int) -> argparse.ArgumentParser:
    """Give the parser that every bench begins with: films to measure on, and how often."""
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("films", nargs="*", type=Path, help="instead of the bench film and the sample")
    parser.add_argument("--runs", type=int, default=runs)
    return parser


def films(asked: Sequence[Path] = ()) -> list[Path]:
    """Give the films to measure on: those asked for, or the bench film and the sample where it is there."""
    return list(asked) or [film(), *([SAMPLE] if SAMPLE.exists() else [])]


def film() -> Path:
    """Give the bench film, like camera footage: 180 s of 1080p25 H.264 High at 14 Mb/s, closed GOPs of 4 s.

    Twelve scenes: pans over textures with the spectrum of a photograph, every other one with a drawn factory
    in it, before which textured things move, with the noise of a sensor in every picture; sound with the
    rhythm of speech. It is partly synthetic, and its minute of pictures comes three times. Making it costs a
    minute or two; it is kept in the system's temporary folder under the hash of its recipe.
    """
    return _kept("camera", lambda out: _make(out, (1920, 1080), FILM_S, _BIT_RATE))


def film_4k() -> Path:
    """Give the same in 3840 x 2160 at 56 Mb/s, 10 s long, for what depends on the size of a picture."""
    return _kept("camera-4k", lambda out: _make(out, (3840, 2160), 10, 4 * _BIT_RATE))


def _kept(name: str, make: Callable[[Path], None]) -> Path:
    recipe = (
        inspect.getsource(_make)
        + inspect.getsource(_pan)
        + inspect.getsource(_texture)
        + f"{_LOOP_S} {_SCENE_S} {_NOISE} {_BIT_RATE}"
    )
    digest = hashlib.sha256(recipe.encode()).hexdigest()[:12]
    kept = Path(tempfile.gettempdir()) / "qichuang-bench" / f"{name}-{digest}.mp4"
    if not kept.exists():
        print(f"Making {kept.name} ...", flush=True)
        with arriving(kept) as part:
            make(part)
    return kept


def _make(out: Path, size: tuple[int, int], length_s: int, bit_rate: int) -> None:
    width, height = size
    scenes = min(_LOOP_S, length_s) // _SCENE_S
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folder = Path(scratch)
        args = ["-y"]
        chains = []
        for number in range(scenes):
            ground, thing = _pan(number, size)
            ground.save(folder / f"ground{number}.bmp")
            thing.save(folder / f"thing{number}.png")
            args += ["-i", str(folder / f"ground{number}.bmp"), "-i", str(folder / f"thing{number}.png")]
            still = f"loop=loop={_SCENE_S * _RATE - 1}:size=1,settb=1/{_RATE},setpts=N,fps={_RATE}"
            away = width // 10
            chains.append(
                f"[{2 * number}]scale,format=yuv420p,{still},"
                f"crop={width}:{height}:x='{away}+{away}*sin(0.4*t+{number})':"
                f"y='{away // 4}+{away // 4}*sin(0.3*t+{2 * number})'[g{number}];"
                f"[{2 * number + 1}]format=yuva420p,{still}[t{number}];"
                f"[g{number}][t{number}]overlay=x='W*(0.1+0.13*t)':y='H*(0.3+0.1*sin(2*t))'[s{number}]"
            )
        joined = "".join(f"[s{number}]" for number in range(scenes))
        chains.append(
            f"{joined}concat=n={scenes},noise=c0s={_NOISE}:c0f=t+u:c1s=4:c1f=t:c2s=4:c2f=t,"
            "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709[v]"
        )
        once = folder / "once.mp4"
        coding = ["-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-pix_fmt", "yuv420p"]
        coding += ["-g", str(4 * _RATE), "-b:v", str(bit_rate), "-maxrate", str(bit_rate * 5 // 4)]
        args += ["-filter_complex", ";".join(chains), "-map", "[v]"]
        ffmpeg.run([*args, *coding, "-bufsize", str(bit_rate * 2), str(once)])
        heard = folder / "sound.m4a"
        with av.open(str(heard), "w", format="mp4") as container:
            sound = container.add_stream("aac", rate=SAMPLE_RATE_HZ, layout="stereo")
            sound.bit_rate = 192_000
            mux_sound(container, sound, babble(length_s * SAMPLE_RATE_HZ, 1), 2)
        again = max(1, length_s // _LOOP_S) - 1
        ffmpeg.run([
            "-y", "-stream_loop", str(again), "-i", str(once), "-i", str(heard), "-map", "0:v", "-map", "1:a",
            "-c", "copy", "-movflags", "+faststart", str(out),
        ])  # fmt: skip


def _pan(number: int, size: tuple[int, int]) -> tuple[Image.Image, Image.Image]:
    """Draw what a camera pans over, every other one with a drawn scene in it, and a thing that moves."""
    width, height = size
    random = np.random.default_rng(number)
    away = width // 10
    ground = _texture(random, (width + 2 * away + 2, height + away), 95 + 12 * (number % 4))
    if number % 2:
        drawn = KINDS[number % len(KINDS)]((width, height), PALETTES[number % len(PALETTES)], random)(0.3)
        ground.paste(
            Image.blend(ground.crop((away, 0, away + width, height)), drawn.convert("RGB"), 0.7),
            (away, away // 2),
        )
    thing = _texture(random, (width // 4, width // 4), 130).convert("RGBA")
    ys, xs = np.mgrid[-1 : 1 : thing.height * 1j, -1 : 1 : thing.width * 1j]
    thing.putalpha(Image.fromarray(((xs**2 + ys**2) < 1).astype(np.uint8) * 255))
    return ground, thing


def _texture(random: np.random.Generator, size: tuple[int, int], level: float) -> Image.Image:
    """Give a picture with the spectrum of a photograph: the finer, the fainter."""
    wide, tall = size
    frequency = np.hypot(np.fft.fftfreq(tall)[:, None], np.fft.rfftfreq(wide)[None, :])
    spectrum = np.fft.rfft2(random.normal(size=(tall, wide))) / np.maximum(frequency, 0.002) ** 1.3
    grey: NDArray[np.float64] = np.fft.irfft2(spectrum, s=(tall, wide))
    grey = level + 42 * (grey - grey.mean()) / grey.std()
    tints = random.uniform(0.85, 1.15, 3)
    return Image.fromarray(np.clip(grey[..., None] * tints, 0, 255).astype(np.uint8), "RGB")


def shape_of(path: Path) -> str:
    """Say what a film is, for the head of a table."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        rate, seconds = float(stream.average_rate or 0), (container.duration or 0) / av.time_base
        mbit = path.stat().st_size * 8 / 1e6 / max(seconds, 0.001)
        return f"{path.name}: {stream.width}x{stream.height} {rate:.2f}/s, {seconds:.1f} s, {mbit:.1f} Mb/s"
