"""Loudness: measured by ebur128, brought to target by one static gain and, only where needed, a limiter."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from media.deliveries import Loudness
from media.graph import Filter

# Below this ebur128 has gated everything away: there is nothing to make louder.
_SILENT_LUFS = -69.0
# Room noise made 30 dB louder is no speech; the gain stops here and the verification says how loud it got.
_MOST_GAIN_DB = 24.0
# AAC moves peaks a little when it encodes.
_ENCODER_HEADROOM_DB = 1.0

_SUMMARY = {
    "integrated": re.compile(r"I:\s+(-?[\d.]+|-inf|nan) LUFS"),
    "range": re.compile(r"LRA:\s+(-?[\d.]+|nan) LU"),
    "peak": re.compile(r"Peak:\s+(-?[\d.]+|-inf|nan) dBFS"),
}


@dataclass(frozen=True)
class LoudnessReading:
    """What ebur128 told; None where there is only silence."""

    integrated_lufs: float | None
    true_peak_dbtp: float | None
    range_lu: float | None


def meter() -> Filter:
    """Give the filter whose summary read_loudness reads."""
    return Filter("ebur128", {"peak": "true", "framelog": "quiet"})


def read_loudness(log: Sequence[str]) -> LoudnessReading:
    """Read the summary that ebur128 prints at the end."""
    text = "\n".join(log)
    _, _, summary = text.rpartition("Summary:")

    def value(key: str) -> float | None:
        found = _SUMMARY[key].search(summary)
        number = float(found[1]) if found else math.nan
        return number if math.isfinite(number) else None

    integrated = value("integrated")
    if integrated is not None and integrated <= _SILENT_LUFS:
        integrated = None
    return LoudnessReading(integrated, value("peak"), value("range"))


def levelled(reading: LoudnessReading, wanted: Loudness, rate_hz: int) -> list[Filter]:
    """Give the filters that bring a sound to its loudness; none for silence.

    The limiter works at four times the rate, because a true peak lies between samples.
    """
    if reading.integrated_lufs is None:
        return []
    gain_db = min(wanted.target_lufs - reading.integrated_lufs, _MOST_GAIN_DB)
    ceiling_db = wanted.peak_dbtp - _ENCODER_HEADROOM_DB
    chain = [Filter("volume", {"volume": f"{gain_db:.3f}dB"})]
    if reading.true_peak_dbtp is None or reading.true_peak_dbtp + gain_db > ceiling_db:
        chain += [
            Filter("aresample", {"osr": str(rate_hz * 4)}),
            Filter(
                "alimiter",
                {
                    "limit": f"{10 ** (ceiling_db / 20):.6f}", "level": "0", "attack": "5", "release": "80",
                    "latency": "1",
                },
            ),
            Filter("aresample", {"osr": str(rate_hz)}),
        ]  # fmt: skip
    return chain
