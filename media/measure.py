"""What one decode measures: black, frozen and silent spans, loudness, scene cuts.

The filters look at a small picture five times a second, which finds what a viewer would notice for a
fraction of the cost of the full picture.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from media.graph import Filter
from media.loudness import read_loudness
from media.timecode import TimeRange

LOOK_RATE = Fraction(5)
LOOK_WIDTH = 480
BLACK_FROM_S, FREEZE_FROM_S, SILENCE_FROM_S = 0.4, 2.0, 0.5
_FREEZE_NOISE_DB, _SILENCE_DB, _SCENE_SCORE = -55, -50, 12

_BLACK = re.compile(r"black_start:(-?[\d.]+) black_end:(-?[\d.]+)")
_FREEZE = re.compile(r"lavfi\.freezedetect\.freeze_(start|end): (-?[\d.]+)")
_SILENCE = re.compile(r"silence_(start|end): (-?[\d.]+)")
_SCENE = re.compile(r"lavfi\.scd\.score: ([\d.]+), lavfi\.scd\.time: ([\d.]+)")


@dataclass(frozen=True)
class Measures:
    """Spans and figures of one film; loudness is None where there is no sound or only silence."""

    black: tuple[TimeRange, ...] = ()
    freeze: tuple[TimeRange, ...] = ()
    silence: tuple[TimeRange, ...] = ()
    integrated_lufs: float | None = None
    true_peak_dbtp: float | None = None
    loudness_range_lu: float | None = None
    scene_cuts: tuple[Fraction, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Give everything as JSON; from_json reads it back without loss."""
        return {
            "black": [span.to_json() for span in self.black],
            "freeze": [span.to_json() for span in self.freeze],
            "silence": [span.to_json() for span in self.silence],
            "integrated_lufs": self.integrated_lufs,
            "true_peak_dbtp": self.true_peak_dbtp,
            "loudness_range_lu": self.loudness_range_lu,
            "scene_cuts": [str(time) for time in self.scene_cuts],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Measures":
        """Read what to_json wrote."""
        return cls(
            black=tuple(TimeRange.from_json(span) for span in data["black"]),
            freeze=tuple(TimeRange.from_json(span) for span in data["freeze"]),
            silence=tuple(TimeRange.from_json(span) for span in data["silence"]),
            integrated_lufs=data["integrated_lufs"],
            true_peak_dbtp=data["true_peak_dbtp"],
            loudness_range_lu=data["loudness_range_lu"],
            scene_cuts=tuple(Fraction(time) for time in data["scene_cuts"]),
        )


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
