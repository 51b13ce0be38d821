"""What samples tell of a recording: clipped peaks and noise under the speech (pure).

Samples are those of `measure.sample_tap`: 16 bit, two channels, lowered by HEADROOM_DB so that what goes over
full scale is still there.
"""

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]

RATE_HZ = 48_000
HEADROOM_DB = 18
# Levels are statistics, so every other sample tells as much at half the cost.
_THIN = 2
# Shares of the top, with the weight of what is at least that loud: a lossy encoding rounds off hard tops, and
# the wider band finds them again.
_BANDS = ((0.85, 1.0), (0.7, 0.5))
_TOP_PERCENTILE = 99.5
_LEVEL_S = 0.01
# Quieter than this is no sound, and its peaks are those of the conversion.
_LEAST_TOP = 40
_FLOOR_DB = -96.0


def clipped(samples: Samples, window: int) -> tuple[float | None, list[float]]:
    """Give the share of samples that stick to the top, of the worse channel: of all, and window by window.

    A sound that was cut off spends much of its time near its own top (0.85 of the 99.5th percentile, or half
    of what is over 0.7 of it); this survives a lossy encoding, which flat tops do not. None for silence.
    """
    worst: float | None = None
    by_window: list[float] = []
    window //= _THIN
    for channel in range(samples.shape[1]):
        # As unsigned, the one negative number that has no positive counterpart is right too.
        levels = np.abs(samples[::_THIN, channel]).view(np.uint16)
        counts = np.bincount(levels)
        top = int(np.searchsorted(np.cumsum(counts), _TOP_PERCENTILE / 100 * len(levels)))
        if top < _LEAST_TOP:
            continue
        for band, weight in _BANDS:
            near = levels >= band * top
            share = weight * float(near.mean())
            if worst is None or share > worst:
                worst = share
                by_window = [
                    weight * float(near[at : at + window].mean()) for at in range(0, len(near), window)
                ]
    return worst, by_window


def level_range_db(samples: Samples) -> float | None:
    """Give how far speech stands above its pauses: p95 less p10 of the level of 10 ms; None for silence."""
    samples = samples[::_THIN]
    step = round(RATE_HZ // _THIN * _LEVEL_S)
    count = len(samples) // step
    if not count:
        return None
    mono = (samples[: count * step, 0].astype(np.float32) + samples[: count * step, 1]) / 65536
    power = np.square(mono).reshape(count, step).mean(axis=1)
    levels = np.maximum(10 * np.log10(power + 1e-12) + HEADROOM_DB, _FLOOR_DB)
    low, high = (float(value) for value in np.percentile(levels, (10, 95)))
    return None if high <= -70 else high - low
