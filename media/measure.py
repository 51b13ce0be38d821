"""What one decode measures: black, frozen and silent spans, loudness, scene cuts, brightness, shake, sound.

The filters look at a small picture five times a second, which finds what a viewer would notice for a
fraction of the cost of the full picture. Brightness and shake are read from tiny planes about twelve times a
second, clipping and noise from samples; both taps keep ten minutes at most, as windows spread over the film.
"""

import dataclasses
import itertools
import math
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from media import interest, pictures, sounds
from media.graph import Filter
from media.info import VideoStream
from media.keyframes import KeyLook
from media.loudness import read_loudness
from media.pictures import Mark, Region
from media.timecode import TimeRange

LOOK_RATE = Fraction(5)
BLACK_FROM_S, FREEZE_FROM_S, SILENCE_FROM_S = 0.4, 2.0, 0.5
WINDOW_S = 2
TINY_LONG, TINY_SHORT = 160, 90
_MOST_TAPPED_S = 600
_TINY_RATE = 12
_FREEZE_NOISE_DB, _SILENCE_DB, _SCENE_SCORE = -55, -50, 12

_BLACK = re.compile(r"black_start:(-?[\d.]+) black_end:(-?[\d.]+)")
_FREEZE = re.compile(r"lavfi\.freezedetect\.freeze_(start|end): (-?[\d.]+)")
_SILENCE = re.compile(r"silence_(start|end): (-?[\d.]+)")
_SCENE = re.compile(r"lavfi\.scd\.score: ([\d.]+), lavfi\.scd\.time: ([\d.]+)")


@dataclass(frozen=True)
class Curve:
    """One value for each step of the film, from its start on; None where the measure could not tell."""

    step_s: Fraction
    values: tuple[float | None, ...]

    @property
    def told(self) -> list[float]:
        """The values that are known."""
        return [value for value in self.values if value is not None]

    @property
    def median(self) -> float | None:
        """The middle value; None where nothing is known."""
        return statistics.median(self.told) if self.told else None

    def to_json(self) -> dict[str, Any]:
        """Give the curve with rounded values: they are measures, not times."""
        values = [None if value is None else round(value, 3) for value in self.values]
        return {"step_s": str(self.step_s), "values": values}

    @classmethod
    def from_json(cls, data: dict[str, Any] | None) -> "Curve | None":
        """Read what to_json wrote."""
        return None if data is None else cls(Fraction(data["step_s"]), tuple(data["values"]))


@dataclass(frozen=True)
class Measures:
    """Spans and figures of one film.

    loudness is None where there is no sound or only silence. looked_through says that every picture was
    looked at; a triage sees key frames only. blur holds the key frames that can tell (time and width of edges
    in pixels) of the keys that were looked at. luma_mean, luma_high, luma_peak and luma_low are the mean, the
    levels that a tenth and a hundredth of the picture reach, and that all but a hundredth reach, inside black
    bars; shake the jolt in per cent of the width, clipped the share of samples at the top: a value a window.
    content is the part inside the bars, marks what stays in the corners of `scenes` different scenes. What an
    older version did not measure is None.

    motion is how much neighbouring pictures differ, looks how each window looks, speech how much it sounds
    like speech; pauses are where the sound dips, None for a film that is heard only in part (media.interest).
    """

    black: tuple[TimeRange, ...] = ()
    freeze: tuple[TimeRange, ...] = ()
    silence: tuple[TimeRange, ...] = ()
    integrated_lufs: float | None = None
    true_peak_dbtp: float | None = None
    loudness_range_lu: float | None = None
    scene_cuts: tuple[Fraction, ...] = ()
    looked_through: bool = True
    keys: int | None = None
    blur: tuple[tuple[Fraction, float], ...] = ()
    luma_mean: Curve | None = None
    luma_high: Curve | None = None
    luma_peak: Curve | None = None
    luma_low: Curve | None = None
    shake: Curve | None = None
    content: Region | None = None
    scenes: int | None = None
    marks: tuple[Mark, ...] = ()
    clipped: Curve | None = None
    clipped_share: float | None = None
    level_range_db: float | None = None
    motion: Curve | None = None
    looks: tuple[str, ...] = ()
    speech: Curve | None = None
    pauses: tuple[TimeRange, ...] | None = None

    def to_json(self) -> dict[str, Any]:
        """Give everything as JSON; from_json reads it back, curves to three places."""
        return {
            "black": [span.to_json() for span in self.black],
            "freeze": [span.to_json() for span in self.freeze],
            "silence": [span.to_json() for span in self.silence],
            "integrated_lufs": self.integrated_lufs,
            "true_peak_dbtp": self.true_peak_dbtp,
            "loudness_range_lu": self.loudness_range_lu,
            "scene_cuts": [str(time) for time in self.scene_cuts],
            "looked_through": self.looked_through,
            "keys": self.keys,
            "blur": [[str(time), round(value, 3)] for time, value in self.blur],
            **{name: curve.to_json() if (curve := getattr(self, name)) else None for name in _CURVES},
            "content": dataclasses.asdict(self.content) if self.content else None,
            "scenes": self.scenes,
            "marks": [dataclasses.asdict(mark) for mark in self.marks],
            "clipped_share": self.clipped_share,
            "level_range_db": self.level_range_db,
            "looks": list(self.looks),
            "pauses": None if self.pauses is None else [span.to_json() for span in self.pauses],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Measures":
        """Read what to_json wrote, now or in a version that measured less."""
        content, pauses = data.get("content"), data.get("pauses")
        return cls(
            black=tuple(TimeRange.from_json(span) for span in data["black"]),
            freeze=tuple(TimeRange.from_json(span) for span in data["freeze"]),
            silence=tuple(TimeRange.from_json(span) for span in data["silence"]),
            integrated_lufs=data["integrated_lufs"],
            true_peak_dbtp=data["true_peak_dbtp"],
            loudness_range_lu=data["loudness_range_lu"],
            scene_cuts=tuple(Fraction(time) for time in data["scene_cuts"]),
            looked_through=data.get("looked_through", True),
            keys=data.get("keys"),
            blur=tuple((Fraction(time), value) for time, value in data.get("blur", ())),
            **{name: Curve.from_json(data.get(name)) for name in _CURVES},
            content=Region(**content) if content else None,
            scenes=data.get("scenes"),
            marks=tuple(
                Mark(mark["corner"], mark["strength"], Region(**mark["region"]), mark.get("caption", False))
                for mark in data.get("marks", ())
            ),
            clipped_share=data.get("clipped_share"),
            level_range_db=data.get("level_range_db"),
            looks=tuple(data.get("looks", ())),
            pauses=None if pauses is None else tuple(TimeRange.from_json(span) for span in pauses),
        )


_CURVES = ("luma_mean", "luma_high", "luma_peak", "luma_low", "shake", "clipped", "motion", "speech")


def picture_meters() -> list[Filter]:
    """Give the filters that read_measures reads the log of; for a small picture at LOOK_RATE."""
    return [
        Filter("blackdetect", {"d": str(BLACK_FROM_S), "pic_th": "0.98", "pix_th": "0.10"}),
        Filter("freezedetect", {"n": f"{_FREEZE_NOISE_DB}dB", "d": str(FREEZE_FROM_S)}),
        Filter("scdet", {"threshold": str(_SCENE_SCORE)}),
    ]


def sound_meters() -> list[Filter]:
    """Give the filters that measure silence; loudness is measured by loudness.meter()."""
    return [Filter("silencedetect", {"n": f"{_SILENCE_DB}dB", "d": str(SILENCE_FROM_S), "mono": "0"})]


@dataclass(frozen=True)
class PictureTap:
    """How brightness planes are drawn off the one decode: windows of WINDOW_S every period_s."""

    width: int
    height: int
    frame_step: int
    frames_per_window: int
    period_s: int
    rate: Fraction

    @classmethod
    def of(cls, picture: VideoStream, rate: Fraction) -> "PictureTap":
        """Plan for a film whose pictures come at `rate`."""
        step = max(1, round(rate / _TINY_RATE))
        upright = picture.dar < 1
        width, height = (TINY_SHORT, TINY_LONG) if upright else (TINY_LONG, TINY_SHORT)
        frames = math.ceil(WINDOW_S * rate / step)
        return cls(width, height, step, frames, _period_s(picture.duration), rate)

    def filters(self) -> list[Filter]:
        """Give the filters before the raw planes of one byte a pixel."""
        return [
            Filter(
                "select", {"expr": f"lt(mod(t,{self.period_s}),{WINDOW_S})*not(mod(n,{self.frame_step}))"}
            ),
            Filter("scale", {"w": str(self.width), "h": str(self.height), "flags": "area"}),
            Filter("format", {"pix_fmts": "yuv420p"}),
            Filter("extractplanes", {"planes": "y"}),
        ]

    def read(self, planes: Path) -> NDArray[np.uint8]:
        """Open what the filters left: pictures, rows, columns; none where nothing was decoded."""
        size = self.width * self.height
        count = planes.stat().st_size // size if planes.exists() else 0
        if not count:
            return np.empty((0, self.height, self.width), np.uint8)
        return np.memmap(planes, np.uint8, "r", shape=(count, self.height, self.width))

    def times(self, count: int) -> list[Fraction]:
        """Give the times of the first `count` planes on the film's clock, as the select filter chose them."""
        steps = (number / self.rate for number in itertools.count(0, self.frame_step))
        return list(itertools.islice((time for time in steps if time % self.period_s < WINDOW_S), count))


@dataclass(frozen=True)
class SoundTap:
    """How samples are drawn off: windows of WINDOW_S every period_s."""

    period_s: int

    @classmethod
    def of(cls, duration: Fraction) -> "SoundTap":
        """Plan for a film of a length."""
        return cls(_period_s(duration))

    def filters(self) -> list[Filter]:
        """Give the filters before the raw samples."""
        return [
            Filter("aselect", {"expr": f"lt(mod(t,{self.period_s}),{WINDOW_S})"}),
            Filter("volume", {"volume": f"-{sounds.HEADROOM_DB}dB"}),
        ]

    def count(self, length_s: Fraction) -> int:
        """Give how many samples of a channel are drawn off a length that begins with a window."""
        periods, rest = divmod(length_s, self.period_s)
        return round((periods * WINDOW_S + min(rest, Fraction(WINDOW_S))) * sounds.RATE_HZ)


def _period_s(duration: Fraction) -> int:
    return WINDOW_S * max(1, math.ceil(duration / _MOST_TAPPED_S))


def with_planes(measures: Measures, planes: Path, tap: PictureTap) -> Measures:
    """Add brightness, shake and bars from the planes that one decode left."""
    frames = tap.read(planes)
    count = len(frames)
    if not count:
        return measures
    content = pictures.content_box([np.asarray(frame) for frame in frames[:: max(1, count // 200)]])
    # Bars are black whatever the light was.
    levels = [pictures.brightness(frame, content) for frame in frames]
    period, window = Fraction(tap.period_s), tap.frames_per_window
    starts = range(0, count, window)
    mean, high, peak, low = (
        Curve(
            period,
            tuple(statistics.median(level[kind] for level in levels[at : at + window]) for at in starts),
        )
        for kind in range(4)
    )
    return dataclasses.replace(
        measures,
        luma_mean=mean,
        luma_high=high,
        luma_peak=peak,
        luma_low=low,
        shake=Curve(period, tuple(pictures.shake(frames[at : at + window]) for at in starts)),
        motion=Curve(period, tuple(interest.motion(frames[at : at + window]) for at in starts)),
        looks=tuple(interest.look(frames[min(at + window // 2, count - 1)]) for at in starts),
        content=content,
    )


def with_samples(measures: Measures, samples: Path, tap: SoundTap) -> Measures:
    """Add clipping and noise from the samples that the decode of the sound left."""
    heard = np.fromfile(samples, "<i2").reshape(-1, 2) if samples.exists() else np.empty((0, 2), np.int16)
    if not len(heard):
        return measures
    share, by_window = sounds.clipped(heard, sounds.RATE_HZ * WINDOW_S)
    level_range = sounds.level_range_db(heard)
    levels = interest.levels_db(heard)
    return dataclasses.replace(
        measures,
        clipped=Curve(Fraction(tap.period_s), tuple(by_window)) if by_window else None,
        clipped_share=None if share is None else round(share, 4),
        level_range_db=None if level_range is None else round(level_range, 1),
        speech=Curve(Fraction(tap.period_s), tuple(interest.speech_likeness(levels, WINDOW_S))),
        pauses=interest.pauses(levels, WINDOW_S) if tap.period_s == WINDOW_S else None,
    )


def with_keys(measures: Measures, looks: Sequence[KeyLook], duration: Fraction) -> Measures:
    """Add focus and marks from key frames; also brightness and bars where nothing better was measured."""
    lumas = [look.luma for look in looks]
    content = measures.content or pictures.content_box(lumas)
    scenes = pictures.distinct(lumas)
    added = dataclasses.replace(
        measures,
        keys=len(looks),
        blur=tuple((look.time_s, look.blur) for look in looks if look.blur is not None),
        scenes=len(scenes),
        marks=pictures.lasting_marks(scenes, content) if len(scenes) >= pictures.LEAST_SCENES else (),
    )
    if measures.luma_mean is not None or not looks:
        return added
    levels, step = [pictures.brightness(luma, content) for luma in lumas], duration / len(looks)
    return dataclasses.replace(
        added,
        luma_mean=Curve(step, tuple(level.mean for level in levels)),
        luma_high=Curve(step, tuple(level.high for level in levels)),
        luma_peak=Curve(step, tuple(level.peak for level in levels)),
        luma_low=Curve(step, tuple(level.low for level in levels)),
        content=content,
    )


def read_measures(log: Sequence[str], duration: Fraction, *, has_sound: bool) -> Measures:
    """Read spans and figures from the log of one run; spans are clipped to the film.

    A freeze or silence that lasts to the end of the film is logged without an end. What is black is
    frozen too and is told only as black.
    """
    text = "\n".join(log)
    black = _clip([(Fraction(start), Fraction(end)) for start, end in _BLACK.findall(text)], duration)
    frozen = _clip(_paired(_FREEZE.findall(text), duration), duration)
    freeze = tuple(
        span
        for span in itertools.chain.from_iterable(_without(span, black) for span in frozen)
        if span.duration >= Fraction(FREEZE_FROM_S)
    )
    silence = _clip(_paired(_SILENCE.findall(text), duration), duration) if has_sound else ()
    reading = read_loudness(log) if has_sound else None
    return Measures(
        black=black,
        freeze=freeze,
        silence=silence,
        integrated_lufs=reading.integrated_lufs if reading else None,
        true_peak_dbtp=reading.true_peak_dbtp if reading else None,
        loudness_range_lu=reading.range_lu if reading else None,
        scene_cuts=tuple(
            sorted({Fraction(time) for _, time in _SCENE.findall(text) if Fraction(time) < duration})
        ),
    )


def _paired(found: Sequence[tuple[str, str]], duration: Fraction) -> list[tuple[Fraction, Fraction]]:
    spans: list[tuple[Fraction, Fraction]] = []
    start: Fraction | None = None
    for kind, value in found:
        if kind == "start":
            start = Fraction(value)
        elif start is not None:
            spans.append((start, Fraction(value)))
            start = None
    if start is not None:
        spans.append((start, duration))
    return spans


def _clip(spans: Sequence[tuple[Fraction, Fraction]], duration: Fraction) -> tuple[TimeRange, ...]:
    clipped = [(max(start, Fraction(0)), min(end, duration)) for start, end in spans]
    return tuple(TimeRange(start, end) for start, end in clipped if end > start)


def _without(span: TimeRange, holes: Sequence[TimeRange]) -> list[TimeRange]:
    pieces = [span]
    for hole in holes:
        pieces = [
            TimeRange(start, end)
            for piece in pieces
            for start, end in (
                (piece.start, min(piece.end, hole.start)),
                (max(piece.start, hole.end), piece.end),
            )
            if end > start
        ]
    return pieces
