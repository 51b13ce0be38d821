"""What samples tell of a recording: clipped peaks and noise under the speech (pure).

Samples are those of `measure.sample_tap`: 16 bit, two channels, lowered by HEADROOM_DB so that what goes over
full scale is still there.
"""

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]

RATE_HZ = 48_000
HEADROOM_DB = 18
_NEAR_TOP = 0.85
_TOP_PERCENTILE = 99.5
_LEVEL_S = 0.01
# Quieter than this is no sound, and its peaks are those of the conversion.
_LEAST_TOP = 40
_FLOOR_DB = -96.0


def clipped(samples: Samples, window: int) -> tuple[float | None, list[float]]:
    """Give the share of samples that stick to the top, of the worse channel: of all, and window by window.

    A sound that was cut off spends much of its time near its own top (0.85 of the 99.5th percentile); this
    survives a lossy encoding, which flat tops do not. None for silence.
    """
    worst: float | None = None
    by_window: list[float] = []
    for channel in range(samples.shape[1]):
        levels = np.abs(samples[:, channel].astype(np.int32))
        counts = np.bincount(levels)
        top = int(np.searchsorted(np.cumsum(counts), _TOP_PERCENTILE / 100 * len(levels)))
        if top < _LEAST_TOP:
            continue
        near = levels >= _NEAR_TOP * top
        share = float(near.mean())
        if worst is None or share > worst:
            worst = share
            by_window = [float(near[at : at + window].mean()) for at in range(0, len(near), window)]
    return worst, by_window


def level_range_db(samples: Samples) -> float | None:
    """Give how far speech stands above its pauses: p95 less p10 of the level of 10 ms; None for silence."""
    step = round(RATE_HZ * _LEVEL_S)
    count = len(samples) // step
    if not count:
        return None
    mono = samples[: count * step].astype(np.float32).mean(axis=1) / 32768
    power = np.square(mono).reshape(count, step).mean(axis=1)
    levels = np.maximum(10 * np.log10(power + 1e-12) + HEADROOM_DB, _FLOOR_DB)
    low, high = (float(value) for value in np.percentile(levels, (10, 95)))
    return None if high <= -70 else high - low
