"""Loudness: measured by ebur128, brought to target by one static gain and, only where needed, a limiter."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from media.deliveries import Loudness
from media.errors import N_
from media.graph import Filter
from media.reasons import Reason

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
    ceiling_db = wanted.peak_dbtp - _ENCODER_HEADROOM_DB
    chain = [Filter("volume", {"volume": f"{gain_db(reading, wanted):.3f}dB"})]
    if is_limited(reading, wanted):
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


def is_limited(reading: LoudnessReading, wanted: Loudness) -> bool:
    """Say whether peaks have to be held down to bring a sound to its loudness."""
    if reading.integrated_lufs is None:
        return False
    ceiling_db = wanted.peak_dbtp - _ENCODER_HEADROOM_DB
    return reading.true_peak_dbtp is None or reading.true_peak_dbtp + gain_db(reading, wanted) > ceiling_db


def gain_db(reading: LoudnessReading, wanted: Loudness) -> float:
    """Give by how much a sound is made louder; 0 for silence."""
    if reading.integrated_lufs is None:
        return 0.0
    return min(wanted.target_lufs - reading.integrated_lufs, _MOST_GAIN_DB)


def reachable(reading: LoudnessReading, wanted: Loudness) -> tuple[float, float] | None:
    """Give the least and the greatest loudness that a result may have; None where its sound has none.

    A very quiet source is made only so much louder, and where peaks have to be held down a result may stay
    below what was asked; it is never louder.
    """
    if reading.integrated_lufs is None:
        return None
    expected = min(wanted.target_lufs, reading.integrated_lufs + _MOST_GAIN_DB)
    least = -math.inf if is_limited(reading, wanted) else expected - wanted.tolerance_lu
    return least, expected + wanted.tolerance_lu


def notes(before: LoudnessReading, after: LoudnessReading, wanted: Loudness | None) -> tuple[Reason, ...]:
    """Say what of the asked loudness could not be reached, and why."""
    if wanted is None or before.integrated_lufs is None or after.integrated_lufs is None:
        return ()
    least, found = wanted.target_lufs - wanted.tolerance_lu, after.integrated_lufs
    if found >= least:
        return ()
    if wanted.target_lufs - before.integrated_lufs > _MOST_GAIN_DB:
        return (
            Reason.of(
                N_(
                    "The sound of the source is so quiet (%(source)s LUFS) that the clip has only %(found)s "
                    "LUFS instead of %(target)s. Record it again or take it from another microphone."
                ),
                source=f"{before.integrated_lufs:.1f}",
                found=f"{found:.1f}", target=f"{wanted.target_lufs:.0f}",
            ),
        )  # fmt: skip
    return (
        Reason.of(
            N_(
                "Single loud peaks leave the clip at %(found)s LUFS instead of %(target)s, because no peak "
                "may pass %(peak)s dBTP. Listen for knocks against the microphone."
            ),
            found=f"{found:.1f}", target=f"{wanted.target_lufs:.0f}", peak=f"{wanted.peak_dbtp:g}",
        ),
    )  # fmt: skip
