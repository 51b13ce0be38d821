"""Is the sound of the source still there at both ends of a range? Heard by PyAV, not by the filters."""

import contextlib
import math
from fractions import Fraction
from pathlib import Path

import av
import av.error
import numpy as np
from numpy.typing import NDArray

from media import hostile
from media.errors import N_, CutFailed
from media.info import AudioStream
from media.loudness import LoudnessReading, gain_db
from media.plan import RenderPlan, Segment
from media.probe import open_film, probe

_RATE_HZ = 16_000
_WINDOW_S = Fraction(1, 2)
_PARTS = 5
# A source is heard when each tenth of a second is louder than this; a result lost it when it is so much less.
_HEARD_DB = -45.0
_LOST_DB = 20.0
_RANGES_CHECKED = 4

Samples = NDArray[np.float32]


def check_sound_ends(part: Path, plan: RenderPlan, measured: LoudnessReading | None, name: str) -> None:
    """Refuse a result that is silent at an end of a range where its source is heard."""
    wanted = plan.delivery.loudness
    gain = gain_db(measured, wanted) if measured and wanted else 0.0
    ranges = plan.ranges
    chosen = ranges if len(ranges) <= _RANGES_CHECKED else (*ranges[:2], *ranges[-2:])
    made = probe(part, name=name).sound
    for segment in chosen:
        sound = segment.info.sound
        length = segment.frames / plan.delivery.rate
        if sound is None or made is None or length < 2 * _WINDOW_S or not _is_near(segment):
            continue
        at = segment.out_first / plan.delivery.rate
        for offset in (Fraction(0), length - _WINDOW_S):
            begin = segment.picture.start_s + segment.range.start + offset
            levels = _levels(_heard(segment.source.path, sound, begin))
            if len(levels) < _PARTS or min(levels) < _HEARD_DB:
                continue
            got = _levels(_heard(part, made, at + offset))
            if not got or max(got) < max(levels) + gain - _LOST_DB:
                raise CutFailed(
                    N_(
                        "The clip cut from %(name)s was not kept: it is silent at %(time)s s, where its "
                        "source is not. Try again; if it happens again, export the film anew."
                    ),
                    name=name, time=f"{float(at + offset):.1f}",
                )  # fmt: skip


def _is_near(segment: Segment) -> bool:
    """Say whether the range can be reached without reading a long film from its start."""
    return hostile.admit(segment.source.path).seeks_exactly or segment.range.start < 60


def _levels(samples: Samples) -> list[float]:
    """Give the level in dB of each part of a window; none where it is not whole."""
    size = round(_WINDOW_S * _RATE_HZ) // _PARTS
    if len(samples) < size * _PARTS:
        return []
    means = (samples[: size * _PARTS].reshape(_PARTS, size).astype(np.float64) ** 2).mean(axis=1)
    return [10 * math.log10(mean) if mean > 0 else -math.inf for mean in means]


def _heard(path: Path, sound: AudioStream, begin: Fraction) -> Samples:
    """Decode half a second of sound from a time on the film's own clock, as one channel; less if it ends."""
    admission = hostile.admit(path)
    resampler = av.AudioResampler(format="flt", layout="mono", rate=_RATE_HZ)
    blocks: list[Samples] = []
    skipped = 0
    with open_film(path, admission) as film:
        stream = next(stream for stream in film.streams.audio if stream.index == sound.index)
        base = Fraction(stream.time_base or Fraction(1, 90_000))
        if admission.seeks_exactly and begin > 1:
            film.seek(int((begin - _WINDOW_S) / base), stream=stream, backward=True)
        # A part that cannot be decoded is not heard; whether that matters the levels tell.
        with contextlib.suppress(av.error.FFmpegError):
            for frame in film.decode(stream):
                if (
                    frame.pts is None
                    or frame.pts * base + Fraction(frame.samples, frame.sample_rate) <= begin
                ):
                    continue
                if frame.pts * base >= begin + _WINDOW_S:
                    break
                if not blocks:
                    skipped = max(0, round((begin - frame.pts * base) * _RATE_HZ))
                blocks += _flat(resampler.resample(frame))
    if blocks:
        # Where the film ends with the window, the resampler still holds its last samples.
        blocks += _flat(resampler.resample(None))
    joined: Samples = np.concatenate(blocks) if blocks else np.zeros(0, np.float32)
    return joined[skipped : skipped + round(_WINDOW_S * _RATE_HZ)]


def _flat(pieces: list[av.AudioFrame]) -> list[Samples]:
    return [piece.to_ndarray().reshape(-1).astype(np.float32) for piece in pieces]
