"""Films whose pictures carry their number and whose sound clicks with every tenth picture.

They are what cameras, phones and editors leave: groups of every kind, pictures that come late or unevenly,
sound that begins earlier, cut-off beginnings (edit lists), in every container an office meets.
"""

import dataclasses
import itertools
import math
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from media import ffmpeg
from media.deliveries import MASTER
from media.testfilms import (
    SAMPLE_RATE_HZ,
    FilmRecipe,
    draw_numbered,
    mux_sound,
    read_barcodes,
    read_sound,
)

SIZE = (320, 180)
SMALL = dataclasses.replace(MASTER, width=SIZE[0], height=SIZE[1], preset="ultrafast", level="3.1")
RATES = {
    "24": Fraction(24),
    "25": Fraction(25),
    "29.97": Fraction(30000, 1001),
    "50": Fraction(50),
    "60": Fraction(60),
}
CLICK_EVERY = 10
# What a clock may be wrong by: it counts milliseconds in Matroska, 1/90000 s in a transport stream, and the
# engine's own options are written to the microsecond.
CLOCK = {
    "mkv": Fraction(1, 1000),
    "ts": Fraction(1, 45_000),
    "mp4": Fraction(1, 500_000),
    "mov": Fraction(1, 500_000),
}

CLOSED = "keyint=30:min-keyint=30:bframes=0:ref=1"
PYRAMID = "keyint=28:min-keyint=28:bframes=3:b-adapt=0:b-pyramid=normal:ref=4"
OPEN = "keyint=24:min-keyint=24:bframes=3:b-adapt=0:b-pyramid=normal:open-gop=1:ref=4"
SINGLE = "keyint=infinite:bframes=2:b-adapt=0:ref=2"
_TAGS = "colorprim=bt709:transfer=bt709:colormatrix=bt709:range=tv"


@dataclasses.dataclass(frozen=True)
class Kind:
    """What a film is like; steps are lengths of pictures in ticks of 1/rate, picture_at when they begin."""

    ending: str = "mp4"
    groups: str = PYRAMID
    steps: tuple[int, ...] = (1,)
    picture_at: Fraction = Fraction(0)
    sound_at: Fraction = Fraction(0)
    skipped: int = 0


KINDS = {
    "closed groups": Kind(groups=CLOSED),
    "B pyramids": Kind(),
    "open groups": Kind(groups=OPEN),
    "one group": Kind(groups=SINGLE),
    "edit list": Kind(skipped=17),
    "edit list over open groups": Kind("mov", OPEN, skipped=10),
    "leading sound": Kind(groups=CLOSED, picture_at=Fraction(2, 5)),
    "late sound": Kind(groups=CLOSED, sound_at=Fraction(1, 3)),
    "varying rate": Kind(steps=(1, 1, 3, 1, 2)),
    "varying rate mkv": Kind("mkv", OPEN, steps=(2, 1, 1)),
    "mkv": Kind("mkv", CLOSED),
    "leading sound mkv": Kind("mkv", OPEN, picture_at=Fraction(1, 4)),
    "transport stream": Kind("ts", PYRAMID),
    "open transport stream, leading sound": Kind("ts", OPEN, picture_at=Fraction(3, 10)),
    "mov": Kind("mov", PYRAMID, sound_at=Fraction(1, 10)),
}


@dataclasses.dataclass(frozen=True)
class Film:
    """A film and the truth about it: the number of each picture and when it is shown, from the first on."""

    path: Path
    kind: Kind
    rate: Fraction
    numbers: tuple[int, ...]
    times: tuple[Fraction, ...]
    end: Fraction
    first_at: Fraction

    @property
    def is_vfr(self) -> bool:
        return len(set(self.kind.steps)) > 1

    def at(self, number):
        """Give when a picture was shown in the film as it was taken, from its picture 0 on."""
        return self.first_at + self.times[number - self.numbers[0]]

    def shown_at(self, time: Fraction) -> int:
        """Give the number that is seen at a time."""
        return self.numbers[max(0, sum(start <= time for start in self.times) - 1)]


def make_film(folder, kind_name, rate_name, seconds=5):
    """Make a film of a kind, at a rate."""
    kind, rate = KINDS[kind_name], RATES[rate_name]
    path = folder / f"{kind_name}-{rate_name}.{kind.ending}"
    ticks = itertools.accumulate(itertools.chain((0,), itertools.cycle(kind.steps)))
    times = [tick / rate for tick in itertools.takewhile(lambda tick: tick < seconds * rate, ticks)]
    end = times[-1] + kind.steps[(len(times) - 1) % len(kind.steps)] / rate
    whole = path.with_suffix(f".whole.{kind.ending}") if kind.skipped else path
    write(whole, kind, rate, times, end)
    if kind.skipped:
        # As an editor trims without encoding: the pictures from the last key frame on stay in the file and
        # the edit list says that they are not shown.
        # A trifle early: where an edit begins inside a picture, ffmpeg leaves that one out and moves the
        # others to the edit's beginning, away from their sound by up to a picture; no stream tells of it.
        begin = f"{math.floor(times[kind.skipped] * 1_000_000 - 1) / 1_000_000:.6f}"
        ffmpeg.run(["-y", "-ss", begin, "-i", str(whole), "-map", "0", "-c", "copy", str(path)])
    numbers = read_barcodes(path) if kind.skipped else range(len(times))
    first = numbers[0]
    assert numbers == [*range(first, len(times))] or not kind.skipped
    shown = tuple(time - times[first] for time in times[first:])
    return Film(path, kind, rate, tuple(numbers), shown, end - times[first], times[first])


def write(path, kind, rate, times, end):
    """Write the film of a kind whose pictures are shown at some times."""
    recipe = FilmRecipe(size=SIZE)
    options = {"preset": "ultrafast", "crf": "20", "profile": "high"}
    options["x264-params"] = f"{kind.groups}:scenecut=0:cabac=1:8x8dct=1:{_TAGS}:log=-1"
    with av.open(str(path), "w") as container:
        picture = container.add_stream("libx264", rate=rate, options=options)
        picture.width, picture.height, picture.pix_fmt = *SIZE, "yuv420p"
        picture.codec_context.time_base = 1 / rate / 100
        sound = container.add_stream("aac", rate=SAMPLE_RATE_HZ, layout="stereo")
        for number, time in enumerate(times):
            frame = av.VideoFrame.from_ndarray(draw_numbered(number, recipe), format="gray")
            frame = frame.reformat(format="yuv420p", src_color_range="JPEG", dst_color_range="MPEG")
            frame.pts, frame.time_base = round((kind.picture_at + time) * rate * 100), 1 / rate / 100
            container.mux(picture.encode(frame))
        container.mux(picture.encode(None))
        starts = [kind.picture_at + time for time in times[::CLICK_EVERY]]
        length = end + kind.picture_at - kind.sound_at
        samples = clicks([start - kind.sound_at for start in starts], length)
        mux_sound(container, sound, samples, 2, start_s=kind.sound_at)


def clicks(starts, length):
    """Give sound with a short burst at each of some times, over a murmur that is far below it."""
    count = math.ceil(length * SAMPLE_RATE_HZ)
    sound = (0.002 * np.sin(np.arange(count, dtype=np.float32) / 20)).astype(np.float32)
    burst = 0.6 * np.sin(2 * np.pi * 3000 * np.arange(SAMPLE_RATE_HZ // 100) / SAMPLE_RATE_HZ)
    for start in starts:
        at = round(start * SAMPLE_RATE_HZ)
        if 0 <= at < count:
            piece = burst[: count - at]
            sound[at : at + len(piece)] += piece.astype(np.float32)
    return sound


def heard_clicks(path):
    """Give when clicks begin in a film, in seconds on the film's own clock."""
    level = np.abs(read_sound(path))
    loud = np.flatnonzero(level > 0.3 * level.max())
    return loud[np.insert(np.diff(loud) > SAMPLE_RATE_HZ // 300, 0, True)] / SAMPLE_RATE_HZ


__all__ = ["CLOCK", "KINDS", "RATES", "SMALL", "Film", "heard_clicks", "make_film", "read_barcodes"]
