"""Small films with known faults and with the frame number in every picture, for tests and the bench.

A number is drawn as a row of black and white blocks over a row of their opposites, so that it survives
scaling and encoding, and a picture that was mixed from two others is recognised as such.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, cast

import av
import numpy as np
from numpy.typing import NDArray

Sound = Literal["clicks", "tone", "speech", "silence"]

BITS = 16
UNREADABLE = -1
SAMPLE_RATE_HZ = 48_000
CLICK_EVERY_S = Fraction(1)
_TOP, _HEIGHT = 0.10, 0.20
_LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}

Picture = NDArray[np.uint8]
Samples = NDArray[np.float32]


@dataclass(frozen=True)
class FilmRecipe:
    """What a test film is made of. step_pattern gives the length of each picture in ticks of 1/rate (VFR)."""

    frames: int = 100
    rate: Fraction = Fraction(25)
    size: tuple[int, int] = (640, 360)
    barcode: bool = True
    sound: Sound | None = "clicks"
    channels: int = 2
    rotation: int = 0
    sar: Fraction = Fraction(1)
    step_pattern: tuple[int, ...] = (1,)
    keyframe_every: int = 25
    open_gop: bool = False
    b_frames: int = 2
    interlaced: bool = False
    video_codec: str = "libx264"
    audio_codec: str = "aac"
    pix_fmt: str = "yuv420p"
    black: tuple[tuple[int, int], ...] = ()
    frozen: tuple[tuple[int, int], ...] = ()
    sound_delay_s: Fraction = Fraction(0)


def make_test_film(out: Path, recipe: FilmRecipe | None = None, **changes: Any) -> Path:  # noqa: ANN401 - a recipe
    """Write a film after a recipe, or the usual one with fields changed; the ending names the container."""
    wanted = recipe or FilmRecipe(**changes)
    with av.open(str(out), "w") as container:
        picture = cast(
            "av.VideoStream",
            container.add_stream(wanted.video_codec, rate=wanted.rate, options=_options(wanted)),
        )
        picture.width, picture.height = wanted.size
        picture.pix_fmt = wanted.pix_fmt
        picture.codec_context.time_base = 1 / wanted.rate
        picture.codec_context.sample_aspect_ratio = wanted.sar
        if wanted.rotation:
            picture.set_display_rotation(-wanted.rotation)
        sound: av.AudioStream | None = None
        if wanted.sound is not None:
            sound = cast(
                "av.AudioStream",
                container.add_stream(
                    wanted.audio_codec, rate=SAMPLE_RATE_HZ, layout=_LAYOUTS[wanted.channels]
                ),
            )
        pts = 0
        for number in range(wanted.frames):
            frame = av.VideoFrame.from_ndarray(draw_numbered(number, wanted), format="gray")
            frame = frame.reformat(format=wanted.pix_fmt, src_color_range="JPEG", dst_color_range="MPEG")
            frame.pts, frame.time_base = pts, 1 / wanted.rate
            pts += wanted.step_pattern[number % len(wanted.step_pattern)]
            container.mux(picture.encode(frame))
        container.mux(picture.encode(None))
        if sound is not None and wanted.sound is not None:
            samples = make_sound(wanted.sound, Fraction(pts) / wanted.rate)
            mux_sound(container, sound, samples, wanted.channels, start_s=wanted.sound_delay_s)
    return out


def _options(recipe: FilmRecipe) -> dict[str, str]:
    if recipe.video_codec != "libx264":
        return {}
    tuning = [f"keyint={recipe.keyframe_every}", f"bframes={recipe.b_frames}", "scenecut=0", "log=-1"]
    tuning.append(f"open-gop={int(recipe.open_gop)}")
    if recipe.interlaced:
        tuning.append("tff=1")
    return {"preset": "ultrafast", "crf": "16", "x264-params": ":".join(tuning)}


def draw_numbered(number: int, recipe: FilmRecipe) -> Picture:
    """Draw picture `number`: a moving pattern with the number in blocks, or what the recipe wants there."""
    width, height = recipe.size
    if any(start <= number < end for start, end in recipe.black):
        return np.zeros((height, width), np.uint8)
    shown = next((start for start, end in recipe.frozen if start <= number < end), number)
    ys, xs = np.mgrid[0:height, 0:width]
    moving = 110 + 50 * np.sin((xs + 13 * shown) / 40) + 30 * np.sin((ys - 7 * shown) / 25)
    drawn: Picture = moving.astype(np.uint8)
    if recipe.barcode:
        top, rows = round(_TOP * height), round(_HEIGHT * height / 2)
        for bit in range(BITS):
            left, right = round(width * (bit + 2) / (BITS + 4)), round(width * (bit + 3) / (BITS + 4))
            lit = shown >> bit & 1
            drawn[top : top + rows, left:right] = 235 if lit else 16
            drawn[top + rows : top + 2 * rows, left:right] = 16 if lit else 235
    return drawn


def read_number(grey: Picture) -> int:
    """Read the number from a picture of any size; UNREADABLE where it is missing or blurred from two."""
    height, width = grey.shape
    top, rows = _TOP * height, _HEIGHT * height / 2
    number = 0
    for bit in range(BITS):
        middle = (bit + 2.5) / (BITS + 4) * width
        reach = width / (BITS + 4) / 5
        columns = slice(round(middle - reach), round(middle + reach) + 1)
        upper = float(grey[round(top + rows * 0.3) : round(top + rows * 0.7) + 1, columns].mean())
        lower = float(grey[round(top + rows * 1.3) : round(top + rows * 1.7) + 1, columns].mean())
        if abs(upper - lower) < 120:
            return UNREADABLE
        number |= int(upper > lower) << bit
    return number


def read_barcodes(path: Path) -> list[int]:
    """Decode a film and read the number of every picture, in the order in which they are shown."""
    with av.open(str(path)) as container:
        return [read_number(_grey(frame)) for frame in container.decode(video=0)]


def _grey(frame: av.VideoFrame) -> Picture:
    return frame.reformat(format="gray").to_ndarray().astype(np.uint8)


def read_sound(path: Path) -> Samples:
    """Decode the sound of a film to one channel at 48 kHz, placed at its time from the film's start."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE_HZ)
    blocks: list[tuple[int, Samples]] = []
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            if frame.pts is None:
                continue
            at = round(frame.pts * Fraction(frame.time_base or Fraction(1, SAMPLE_RATE_HZ)) * SAMPLE_RATE_HZ)
            pieces = resampler.resample(frame)
            blocks += [(at, piece.to_ndarray().reshape(-1).astype(np.float32)) for piece in pieces]
    end = max((at + len(block) for at, block in blocks), default=0)
    joined: Samples = np.zeros(max(end, 0), np.float32)
    for at, block in blocks:
        kept = block[max(0, -at) :]
        joined[max(at, 0) : max(at, 0) + len(kept)] = kept
    return joined


def make_sound(kind: Sound, duration: Fraction, seed: int = 0) -> Samples:
    """Give one channel of sound: a click at each whole second, a tone, speech-like babble, or silence."""
    count = math.ceil(duration * SAMPLE_RATE_HZ)
    times = np.arange(count, dtype=np.float32) / SAMPLE_RATE_HZ
    if kind == "silence":
        return np.zeros(count, np.float32)
    if kind == "tone":
        return (0.2 * np.sin(2 * np.pi * 440 * times)).astype(np.float32)
    if kind == "clicks":
        since = np.arange(count) % int(CLICK_EVERY_S * SAMPLE_RATE_HZ)
        burst = np.sin(2 * np.pi * 2000 * since / SAMPLE_RATE_HZ) * (since < SAMPLE_RATE_HZ // 100)
        return (0.6 * burst).astype(np.float32)
    return babble(count, seed)


def babble(count: int, seed: int = 0) -> Samples:
    """Give sound with the rhythm of speech: voiced syllables with formants, hisses, and pauses for breath."""
    random = np.random.default_rng(seed)
    syllables = [_syllable(random) for _ in range(24)]
    voice = np.zeros(count, np.float32)
    at, left = SAMPLE_RATE_HZ // 4, int(random.integers(6, 13))
    while at < count:
        syllable = syllables[int(random.integers(len(syllables)))]
        piece = syllable[: count - at]
        voice[at : at + len(piece)] += piece * float(random.uniform(0.7, 1.0))
        at += len(syllable) + int(random.integers(200, 2400))
        left -= 1
        if left == 0:
            at += int(random.uniform(0.3, 0.8) * SAMPLE_RATE_HZ)
            left = int(random.integers(6, 13))
    return voice


def _syllable(random: np.random.Generator) -> Samples:
    length = int(random.uniform(0.12, 0.26) * SAMPLE_RATE_HZ)
    times = np.arange(length) / SAMPLE_RATE_HZ
    pitch = random.uniform(105, 170) * (1 + 0.08 * np.sin(2 * np.pi * 3 * times + random.uniform(0, 6)))
    phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE_HZ
    first, second = random.uniform(300, 800), random.uniform(900, 2300)
    tone = np.zeros(length)
    for harmonic in range(1, 24):
        frequency = harmonic * 135
        weight = np.exp(-(((frequency - first) / 180) ** 2)) + 0.5 * np.exp(
            -(((frequency - second) / 260) ** 2)
        )
        tone += (weight + 0.03 / harmonic) * np.sin(harmonic * phase)
    envelope = np.minimum(1, np.minimum(times / 0.02, (times[-1] - times) / 0.05))
    hiss_length = int(random.uniform(0.02, 0.06) * SAMPLE_RATE_HZ)
    hiss = np.diff(random.normal(0, 0.05, hiss_length + 1))
    return np.concatenate([hiss, 0.16 * tone * envelope]).astype(np.float32)


def mux_sound(
    container: av.container.OutputContainer,
    stream: av.AudioStream,
    samples: Samples,
    channels: int,
    *,
    start_s: Fraction = Fraction(0),
    told: Callable[[], None] | None = None,
) -> None:
    """Encode one channel of samples into every channel of a stream."""
    step, at = 1024, round(start_s * SAMPLE_RATE_HZ)
    planar = stream.codec_context.format.name if stream.codec_context.format else "fltp"
    for begin in range(0, len(samples), step):
        block = samples[begin : begin + step]
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(np.repeat(block[None, :], channels, axis=0)),
            format="fltp",
            layout=_LAYOUTS[channels],
        )
        frame.sample_rate, frame.pts, frame.time_base = (
            SAMPLE_RATE_HZ,
            at + begin,
            Fraction(1, SAMPLE_RATE_HZ),
        )
        frames: Sequence[av.AudioFrame] = [frame]
        if planar != "fltp":
            frames = av.AudioResampler(
                format=planar, layout=_LAYOUTS[channels], rate=SAMPLE_RATE_HZ
            ).resample(frame)
        for ready in frames:
            container.mux(stream.encode(ready))
        if told:
            told()
    container.mux(stream.encode(None))


def truncate(source: Path, out: Path, keep: float = 0.6) -> Path:
    """Copy the first part of a file, as a broken upload or a pulled memory card leaves it."""
    content = source.read_bytes()
    out.write_bytes(content[: int(len(content) * keep)])
    return out
