"""A first verdict within seconds: header, packets, a few key frames and the sound, without decoding the film.

What only every picture can tell (shake, black and frozen spans) stays undecidable until the full pass.
"""

import dataclasses
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
from media.info import MediaInfo
from media.keyframes import look_at_keys
from media.measure import Measures, SoundTap
from media.probe import probe
from media.sounds import RATE_HZ
from media.specs import VideoSpec

_KEYS = 16


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
    """Measure the sound alone; the packets of the picture are skipped."""
    if info.sound is None:
        return Measures(looked_through=False)
    tap = SoundTap.of(info.duration)
    with scratch() as folder:
        samples = folder / "samples.raw"
        outcome = ffmpeg.run(
            _sound_args(path, info, tap, samples, name),
            duration_s=float(info.duration),
            on_progress=(lambda done: on_progress(0.8 * done)) if on_progress else None,
            should_stop=should_stop,
            timeout_s=120 + float(info.duration),
            name=name,
            # Damaged sound is still worth hearing; what is lost is told by the full pass.
            fail_on_error_lines=False,
        )
        found = measure.read_measures(outcome.log, info.duration, has_sound=True)
        found = measure.with_samples(found, samples, tap)
    return dataclasses.replace(found, looked_through=False)


def _sound_args(path: Path, info: MediaInfo, tap: SoundTap, samples: Path, name: str) -> list[str]:
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
    span = sound_span(info.picture, sound, Fraction(0), info.duration, RATE_HZ)
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
