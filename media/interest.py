"""What makes a moment worth choosing: movement and look of the picture, the rhythm of speech (pure).

Nothing here knows what is shown or said. Speech is told by the rhythm of syllables alone, so singing may pass
for it and speech under loud music may be missed.
"""

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from media.sounds import HEADROOM_DB, RATE_HZ, Samples
from media.timecode import TimeRange

Floats = NDArray[np.float32]

PAUSE_FROM_S = 0.24
_LOOK_ROWS, _LOOK_COLUMNS = 5, 8
# Sound is looked at in steps of 20 ms at 16 kHz, where 50 Hz lie between two frequencies.
_THIN, _STEP_S = 3, Fraction(1, 50)
_STEP = round(RATE_HZ / _THIN * _STEP_S)
_VOICE = slice(5, 69)  # 250 Hz to 3.4 kHz
_FLOOR_DB, _LEAST_DB, _DEEPEST_DB = -80.0, -52.0, 30.0
# A pause lies this far below what is heard around it; music under speech is seldom louder than that.
_PAUSE_DB = 13.0
# Syllables come three to eight times a second. The shares are from babble, music, tones, noise and clicks.
_SYLLABLES_HZ = (2.5, 9.0)
_LEAST_SHARE, _SURE_SHARE = 0.40, 0.55
_LEAST_DEPTH_DB, _SURE_DEPTH_DB = 4.0, 7.0
_BATCH = 32


def motion(frames: NDArray[np.uint8]) -> float | None:
    """Give how much neighbouring pictures of one window differ, in levels; cuts do not count."""
    if len(frames) < 2:
        return None
    steps = [
        float(np.abs(later.astype(np.int16) - earlier).mean())
        for earlier, later in itertools.pairwise(frames)
    ]
    return float(np.median(steps))


def look(frame: NDArray[np.uint8]) -> str:
    """Give a picture as forty levels, two signs each, row by row: enough to tell whether two are alike."""
    height, width = frame.shape
    rows, columns = height // _LOOK_ROWS, width // _LOOK_COLUMNS
    cut = frame[: rows * _LOOK_ROWS, : columns * _LOOK_COLUMNS]
    small: NDArray[np.float64] = cut.reshape(_LOOK_ROWS, rows, _LOOK_COLUMNS, columns).mean(axis=(1, 3))
    told: str = small.astype(np.uint8).tobytes().hex()
    return told


def unlike(looks: Sequence[str]) -> list[float]:
    """Give for each look how far it is from the nearest earlier one that is not its neighbour, in levels.

    What was seen before is low, what is new is high; the first ones are compared with what follows.
    """
    if len(looks) < 3:
        return [0.0] * len(looks)
    seen = np.stack([np.frombuffer(bytes.fromhex(text), np.uint8) for text in looks]).astype(np.float32)
    told = []
    for place, one in enumerate(seen):
        others = seen[: place - 1] if place >= 2 else seen[place + 2 :]
        told.append(float(np.abs(others - one).mean(axis=1).min()) if len(others) else 0.0)
    return told


def levels_db(samples: Samples) -> Floats:
    """Give the level of the band of the voice for every 20 ms, in decibels."""
    count = len(samples) // (_STEP * _THIN)
    whole = samples[: count * _STEP * _THIN]
    found = np.empty(count, np.float32)
    block = 50 * _BATCH
    shape = np.hanning(_STEP).astype(np.float32)
    for at in range(0, count, block):
        piece = whole[at * _STEP * _THIN : (at + block) * _STEP * _THIN]
        # Column by column, because a sum over so short an axis costs ten times as much.
        columns = piece.reshape(-1, 2 * _THIN)
        mono = columns[:, 0].astype(np.float32)
        for column in range(1, 2 * _THIN):
            mono += columns[:, column]
        mono /= 2 * _THIN * 32768
        spectra = np.fft.rfft(mono.reshape(-1, _STEP) * shape)[:, _VOICE]
        # By Parseval and for the energy that the window takes away.
        power = np.square(np.abs(spectra)).sum(axis=1) * (2 / _STEP**2 / 0.375)
        found[at : at + len(power)] = 10 * np.log10(power + 1e-12) + HEADROOM_DB
    return np.maximum(found, _FLOOR_DB)


def speech_likeness(levels: Floats, window_s: int) -> list[float]:
    """Give for each window how much its sound has the rhythm of speech, from 0 to 1."""
    return [_likeness(window) for window in _windows(levels, window_s)]


def _windows(levels: Floats, window_s: int) -> Iterator[Floats]:
    length = round(window_s / _STEP_S)
    return (levels[at : at + length] for at in range(0, len(levels), length))


def _likeness(window: Floats) -> float:
    top = float(np.percentile(window, 95)) if len(window) else _FLOOR_DB
    if len(window) < 25 or top < _LEAST_DB:
        return 0.0
    shown = np.maximum(window, top - _DEEPEST_DB)
    moved = (shown - shown.mean()) * np.hanning(len(shown))
    energy = np.square(np.abs(np.fft.rfft(moved)))
    rates = np.fft.rfftfreq(len(shown), float(_STEP_S))
    # What changes slower than once a second is the phrase, not the syllable.
    heard = float(energy[rates >= 1].sum())
    if heard <= 0:
        return 0.0
    share = float(energy[(rates >= _SYLLABLES_HZ[0]) & (rates <= _SYLLABLES_HZ[1])].sum()) / heard
    depth = float(shown.std())
    return round(_rise(share, _LEAST_SHARE, _SURE_SHARE) * _rise(depth, _LEAST_DEPTH_DB, _SURE_DEPTH_DB), 3)


def _rise(value: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, (value - low) / (high - low)))


def pauses(levels: Floats, window_s: int) -> tuple[TimeRange, ...]:
    """Give the spans of at least PAUSE_FROM_S in which the sound falls far below what is around it."""
    if not len(levels):
        return ()
    tops = np.array([np.percentile(window, 90) for window in _windows(levels, window_s)])
    padded = np.pad(tops, 1, mode="edge")
    around = np.maximum(np.maximum(padded[:-2], padded[1:-1]), padded[2:])
    limit = np.repeat(around, round(window_s / _STEP_S))[: len(levels)] - _PAUSE_DB
    quiet = np.concatenate([[False], (levels < limit) | (levels < _LEAST_DB), [False]])
    edges = np.flatnonzero(quiet[1:] != quiet[:-1])
    return tuple(
        TimeRange(int(start) * _STEP_S, int(end) * _STEP_S)
        for start, end in zip(edges[::2], edges[1::2], strict=True)
        if (end - start) * _STEP_S >= Fraction(str(PAUSE_FROM_S))
    )
