"""A first verdict within seconds: header, packets, a few key frames and the sound, without decoding the film.

What only every picture can tell (shake, black and frozen spans) stays undecidable until the full pass.
"""

import dataclasses
import math
import os
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg as graph_builder

from media import ffmpeg, hostile, loudness, measure
from media.checks import check_all
from media.ffmpeg import Progress, ShouldStop
from media.files import scratch
from media.findings import Finding, Verdict, worst
from media.graph import Filter, sound_span
from media.info import AudioStream, MediaInfo
from media.keyframes import look_at_keys
from media.measure import Measures, SoundTap
from media.probe import probe
from media.sounds import RATE_HZ
from media.specs import VideoSpec
from media.timecode import TimeRange

_KEYS = 16
# Silence is listened to for as long as the meters look back, and left out where that saves a minute.
_LOOK_BACK_S, _WORTH_S = 5, 60
_SAMPLE_BYTES = 4


@dataclass(frozen=True)
class Triage:
    """What is known of a film within seconds; one finding for every rule."""

    info: MediaInfo
    measures: Measures
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        """The gravest of the findings."""
        return worst(self.findings)


def triage(
    path: Path,
    spec: VideoSpec,
    *,
    name: str = "",
    case_title: str = "",
    info: MediaInfo | None = None,
    on_progress: Progress | None = None,
    should_stop: ShouldStop | None = None,
) -> Triage:
    """Say what can be said of a film without decoding its pictures (P12–P16).

    Works on films without picture and without sound too. Raises what probe raises, Cancelled, TookTooLong.
    """
    shown = name or path.name
    info = info or probe(path, name=shown)
    measures = _heard(path, info, shown, on_progress, should_stop)
    measures = measure.with_keys(measures, look_at_keys(path, info, count=_KEYS), info.duration)
    if on_progress:
        on_progress(1.0)
    findings = check_all(info, spec, name=shown, case_title=case_title, measures=measures)
    return Triage(info, measures, findings)


def _heard(
    path: Path,
    info: MediaInfo,
    name: str,
    on_progress: Progress | None,
    should_stop: ShouldStop | None,
) -> Measures:
    """Measure the sound alone; the packets of the picture are skipped.

    A small film can claim hours of picture after its sound has ended; that silence is added, not heard.
    """
    if info.sound is None:
        return Measures(looked_through=False)
    tap = SoundTap.of(info.duration)
    length = _heard_s(info, info.sound, tap)
    with scratch() as folder:
        samples = folder / "samples.raw"

        def listened(length: Fraction) -> Measures:
            outcome = ffmpeg.run(
                _sound_args(path, info, length, tap, samples, name),
                duration_s=float(length),
                on_progress=(lambda done: on_progress(0.8 * done)) if on_progress else None,
                should_stop=should_stop,
                timeout_s=120 + float(length),
                name=name,
                # Damaged sound is still worth hearing; what is lost is told by the full pass.
                fail_on_error_lines=False,
            )
            return measure.read_measures(outcome.log, info.duration, has_sound=True)

        found = listened(length)
        if length < info.duration and _ends_silent(found, length):
            last = TimeRange(found.silence[-1].start, info.duration)
            found = dataclasses.replace(found, silence=(*found.silence[:-1], last))
            _append_silence(samples, tap.count(info.duration - length))
        elif length < info.duration:
            # The packets told less than the decoder found, or nothing could be decoded.
            found = listened(info.duration)
        found = measure.with_samples(found, samples, tap)
    return dataclasses.replace(found, looked_through=False)


def _heard_s(info: MediaInfo, sound: AudioStream, tap: SoundTap) -> Fraction:
    """Say how much of the film is listened to: all, or whole periods of the tap to past the last sound."""
    zero = info.picture.start_s if info.picture else sound.start_s
    end = max(sound.start_s + sound.duration - zero, Fraction(0)) + _LOOK_BACK_S
    whole = Fraction(tap.period_s * math.ceil(end / tap.period_s))
    return whole if whole + _WORTH_S <= info.duration else info.duration


def _ends_silent(measures: Measures, heard_s: Fraction) -> bool:
    last = measures.silence[-1] if measures.silence else None
    return last is not None and last.start <= heard_s - _LOOK_BACK_S + 1 and last.end >= heard_s - 1


def _append_silence(samples: Path, count: int) -> None:
    """Lengthen raw samples of two channels by so many of zero."""
    os.truncate(samples, samples.stat().st_size + count * _SAMPLE_BYTES)


def _sound_args(
    path: Path, info: MediaInfo, length: Fraction, tap: SoundTap, samples: Path, name: str
) -> list[str]:
    sound = info.sound
    if sound is None:
        raise ValueError("asked only of films with sound")
    source = graph_builder.input(
        hostile.address(path),
        f=hostile.admit(path, name=name).demuxer,
        protocol_whitelist=hostile.PROTOCOLS,
        max_pixels=hostile.MAX_PIXELS,
        # The demuxer may leave the pictures out altogether.
        vn=None,
        sn=None,
        dn=None,
    )
    span = sound_span(info.picture, sound, Fraction(0), length, RATE_HZ)
    heard = _applied(source[str(sound.index)], span).filter_multi_output("asplit", 2)
    metered = _applied(heard[0], [*measure.sound_meters(), loudness.meter()])
    tapped = _applied(heard[1], tap.filters())
    args: list[str] = graph_builder.merge_outputs(
        metered.output("pipe:", format="null"),
        tapped.output(str(samples), format="s16le", **{"c:a": "pcm_s16le"}),
    ).get_args()
    return ["-y", "-copyts", *("-" if word == "pipe:" else word for word in args)]


def _applied(stream: Any, chain: list[Filter]) -> Any:  # noqa: ANN401 - ffmpeg-python has no types
    for step in chain:
        stream = stream.filter(step.name, **step.options)
    return stream
