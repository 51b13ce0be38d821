"""Hold a film against what its programme asks for (pure; P12–P16).

Each rule that the programme asks for gives one finding; a rule it does not ask for gives none. What a rule
needs and nobody measured yet is undecidable, not passed.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import PurePath

from media.errors import N_
from media.findings import Finding, Verdict, worst
from media.info import MediaInfo
from media.measure import Measures
from media.specs import VideoSpec
from media.timecode import TimeRange, format_clock

__all__ = ["RULES", "Finding", "check", "worst"]

RULES: dict[str, str] = {
    "container": N_("Container"),
    "integrity": N_("Whole file"),
    "duration": N_("Length"),
    "video_codec": N_("Picture format"),
    "audio_codec": N_("Sound format"),
    "resolution": N_("Resolution"),
    "aspect": N_("Aspect ratio"),
    "orientation": N_("Orientation"),
    "frame_rate": N_("Frame rate"),
    "file_name": N_("File name"),
    "black": N_("Black picture"),
    "freeze": N_("Frozen picture"),
    "silence": N_("Silence"),
    "loudness": N_("Loudness"),
}
_NO_PICTURE = N_("The file has no picture. Upload the film itself.")


@dataclass(frozen=True)
class _Case:
    info: MediaInfo
    spec: VideoSpec
    name: str
    case_title: str
    measures: Measures | None


def check(
    info: MediaInfo,
    spec: VideoSpec,
    *,
    name: str = "",
    case_title: str = "",
    measures: Measures | None = None,
) -> tuple[Finding, ...]:
    """Hold a film against a specification, in the order of RULES.

    name is the original file name (P16; with a case title its pattern is compared), measures what ingest
    found. Without measures the rules that need them are left out: they come with the full pass.
    """
    case = _Case(info, spec, name, case_title, measures)
    return tuple(finding for rule in _CHECKS for finding in [rule(case)] if finding is not None)


def _container(case: _Case) -> Finding | None:
    if not case.spec.container:
        return None
    fits, limit = case.info.container in case.spec.container, ", ".join(case.spec.container).upper()
    return _verdict(
        "container", "pass" if fits else "fail", case.info.container.upper(), limit,
        N_("Export the film as %(wanted)s."), wanted=limit,
    )  # fmt: skip


def _integrity(case: _Case) -> Finding:
    problems = case.info.problems
    grave = [problem for problem in problems if problem.code != "empty_track"]
    if not problems:
        return Finding("integrity", "pass", "")
    first = (grave or list(problems))[0]
    return Finding(
        "integrity", "fail" if grave else "warn", ", ".join(problem.code for problem in problems), "",
        advice=first.msgid, params=first.params,
    )  # fmt: skip


def _duration(case: _Case) -> Finding | None:
    low, high, tolerance = case.spec.min_duration_s, case.spec.max_duration_s, case.spec.duration_tolerance_s
    if low is None and high is None:
        return None
    duration = case.info.duration
    limit = f"{_clock(low)}–{_clock(high)}"
    if low is not None and duration < low:
        verdict: Verdict = "warn" if duration >= low - tolerance else "fail"
        return _verdict(
            "duration", verdict, _clock(duration), limit,
            N_("The film lasts %(measured)s and has to last at least %(low)s. Send a longer version."),
            measured=_clock(duration), low=_clock(low),
        )  # fmt: skip
    # Half a second over is how an editor rounds; the rule is made for viewers.
    if high is not None and duration > high + Fraction(1, 2):
        verdict = "warn" if duration <= high + tolerance else "fail"
        return _verdict(
            "duration", verdict, _clock(duration), limit,
            N_("The film lasts %(measured)s and may last at most %(high)s. Shorten it."),
            measured=_clock(duration), high=_clock(high),
        )  # fmt: skip
    return Finding("duration", "pass", _clock(duration), limit)


def _video_codec(case: _Case) -> Finding | None:
    picture, wanted = case.info.picture, case.spec.video_codecs
    if not wanted:
        return None
    if picture is None:
        return Finding("video_codec", "fail", "–", ", ".join(wanted), advice=_NO_PICTURE)
    limit = ", ".join(wanted).upper()
    if picture.codec not in wanted:
        return _verdict(
            "video_codec", "fail", picture.codec.upper(), limit,
            N_("The picture is %(measured)s. Export the film with %(wanted)s."),
            measured=picture.codec.upper(), wanted=limit,
        )  # fmt: skip
    if picture.bit_depth > 8 or picture.pix_fmt not in {"yuv420p", "yuvj420p"}:
        return _verdict(
            "video_codec", "warn", f"{picture.codec.upper()} {picture.pix_fmt}", limit,
            N_("The picture is %(measured)s, which many players cannot show. Export it as 8 bit 4:2:0."),
            measured=picture.pix_fmt,
        )  # fmt: skip
    return Finding("video_codec", "pass", f"{picture.codec.upper()} {picture.profile}".strip(), limit)


def _audio_codec(case: _Case) -> Finding | None:
    sound, wanted = case.info.sound, case.spec.audio_codecs
    if not wanted:
        return None
    limit = ", ".join(wanted).upper()
    if sound is None:
        return Finding(
            "audio_codec",
            "fail",
            "–",
            limit,
            advice=N_("The film has no sound. Send it with its sound track."),
        )
    return _verdict(
        "audio_codec", "pass" if sound.codec in wanted else "fail", sound.codec.upper(), limit,
        N_("The sound is %(measured)s. Export the film with %(wanted)s sound."),
        measured=sound.codec.upper(), wanted=limit,
    )  # fmt: skip


def _resolution(case: _Case) -> Finding | None:
    picture, least = case.info.picture, case.spec.min_height
    if least is None:
        return None
    limit = f"≥ {least}"
    if picture is None:
        return Finding("resolution", "fail", "–", limit, advice=_NO_PICTURE)
    # "1080p" means the shorter side: an upright film of 1080 x 1920 fails for its orientation, not for this.
    shorter = min(picture.display_width, picture.display_height)
    size = f"{picture.display_width} × {picture.display_height}"
    return _verdict(
        "resolution", "pass" if shorter >= least else "fail", size, limit,
        N_(
            "The picture is %(measured)s; at least %(least)s lines are asked. "
            "Export it from the original, not from a copy."
        ),
        measured=size, least=str(least),
    )  # fmt: skip


def _aspect(case: _Case) -> Finding | None:
    picture, wanted = case.info.picture, case.spec.aspect
    if wanted is None or picture is None:
        return None
    fits = abs(picture.dar / wanted - 1) <= case.spec.aspect_tolerance
    return _verdict(
        "aspect", "pass" if fits else "fail", _ratio(picture.dar), _ratio(wanted),
        N_("The picture is %(measured)s; %(wanted)s is asked. Export it in that shape, without bars."),
        measured=_ratio(picture.dar), wanted=_ratio(wanted),
    )  # fmt: skip


def _orientation(case: _Case) -> Finding | None:
    picture, wanted = case.info.picture, case.spec.orientation
    if not wanted or picture is None:
        return None
    found = "landscape" if picture.dar > 1 else "portrait" if picture.dar < 1 else "square"
    return _verdict(
        "orientation", "pass" if found == wanted else "fail", found, wanted,
        N_("The film is held upright like a phone. Send footage shot in landscape.")
        if wanted == "landscape"
        else N_("The film lies in landscape. Send footage shot upright."),
    )  # fmt: skip


def _frame_rate(case: _Case) -> Finding | None:
    picture = case.info.picture
    if picture is None:
        return None
    limit = f"≥ {float(case.spec.min_frame_rate):g}"
    measured = f"{float(picture.rate):.3f}".rstrip("0").rstrip(".")
    if picture.rate < case.spec.min_frame_rate - Fraction(1, 10):
        return _verdict(
            "frame_rate", "warn", measured, limit,
            N_(
                "The film has only %(measured)s frames a second and will "
                "look jerky. Export it at 25 or more."
            ),
            measured=measured,
        )  # fmt: skip
    if picture.is_vfr:
        return _verdict(
            "frame_rate", "warn", f"{measured} (VFR)", limit,
            N_(
                "The frame rate varies (%(measured)s on average), as "
                "phones do it. It is evened out when cut."
            ),
            measured=measured,
        )  # fmt: skip
    return Finding("frame_rate", "pass", measured, limit)


def _file_name(case: _Case) -> Finding | None:
    pattern = case.spec.file_name
    if not pattern or not case.name:
        return None
    stem = PurePath(case.name.replace("\\", "/")).stem
    if not case.case_title:
        return Finding("file_name", "undecidable", stem, pattern)
    wanted = pattern.replace("{case}", case.case_title)
    return _verdict(
        "file_name", "pass" if _same_name(stem, wanted) else "warn", stem, wanted,
        N_("The file is named “%(measured)s”; the rule asks “%(wanted)s”. It is matched by hand or renamed."),
        measured=stem, wanted=wanted,
    )  # fmt: skip


def _black(case: _Case) -> Finding | None:
    if case.measures is None:
        return None
    spans = tuple(span for span in case.measures.black if span.duration > case.spec.black_from_s)
    # A fade in or out belongs to a film; black in its middle does not.
    inner = [span for span in spans if not _touches_edge(span, case.info.duration)]
    return _spans(
        "black", "fail" if inner else "warn", spans, f"≤ {float(case.spec.black_from_s):g} s",
        N_("The picture is black for %(total)s s (first at %(first)s). Cut this out."),
    )  # fmt: skip


def _freeze(case: _Case) -> Finding | None:
    if case.measures is None:
        return None
    spans = tuple(span for span in case.measures.freeze if span.duration >= case.spec.freeze_from_s)
    return _spans(
        "freeze", "warn", spans, f"< {float(case.spec.freeze_from_s):g} s",
        N_("The picture stands still for %(total)s s (first at %(first)s). Check whether this is meant."),
    )  # fmt: skip


def _silence(case: _Case) -> Finding | None:
    if case.measures is None:
        return None
    limit = f"≤ {float(case.spec.max_silence_share) * 100:g} %"
    if case.info.sound is None:
        return Finding(
            "silence",
            "fail",
            "100 %",
            limit,
            advice=N_("The film has no sound. Send it with its sound track."),
        )
    total = sum((span.duration for span in case.measures.silence), Fraction(0))
    share = total / case.info.duration if case.info.duration else Fraction(0)
    measured = f"{float(share) * 100:.1f} %"
    if share <= case.spec.max_silence_share:
        return Finding("silence", "pass", measured, limit, case.measures.silence)
    return _verdict(
        "silence", "fail" if share > Fraction(9, 10) else "warn", measured, limit,
        N_("%(measured)s of the film is silent. Check the sound track."),
        ranges=case.measures.silence, measured=measured,
    )  # fmt: skip


def _loudness(case: _Case) -> Finding | None:
    if case.measures is None:
        return None
    lufs, peak = case.measures.integrated_lufs, case.measures.true_peak_dbtp
    limit = f"≥ {case.spec.min_loudness_lufs:g} LUFS, ≤ {case.spec.max_true_peak_dbtp:+g} dBTP"
    if lufs is None:
        return Finding("loudness", "undecidable", "–", limit)
    measured = f"{lufs:.1f} LUFS" + ("" if peak is None else f", {peak:+.1f} dBTP")
    if lufs < case.spec.min_loudness_lufs:
        return _verdict(
            "loudness", "warn", measured, limit,
            N_(
                "The sound is very quiet (%(measured)s). It is raised when "
                "cut; a better recording is preferable."
            ),
            measured=measured,
        )  # fmt: skip
    if peak is not None and peak > case.spec.max_true_peak_dbtp:
        return _verdict(
            "loudness", "warn", measured, limit,
            N_("The sound is recorded too loud and distorted (%(measured)s). Send the original recording."),
            measured=measured,
        )  # fmt: skip
    return Finding("loudness", "pass", measured, limit)


_CHECKS: tuple[Callable[[_Case], Finding | None], ...] = (
    _container, _integrity, _duration, _video_codec, _audio_codec, _resolution, _aspect, _orientation,
    _frame_rate, _file_name, _black, _freeze, _silence, _loudness,
)  # fmt: skip


def _verdict(
    rule: str,
    verdict: Verdict,
    measured: str,
    limit: str,
    advice: str,
    /,
    *,
    ranges: tuple[TimeRange, ...] = (),
    **params: str,
) -> Finding:
    """Make a finding; what passes needs no advice."""
    if verdict == "pass":
        return Finding(rule, verdict, measured, limit, ranges)
    return Finding(rule, verdict, measured, limit, ranges, advice, params)


def _spans(rule: str, verdict: Verdict, spans: tuple[TimeRange, ...], limit: str, advice: str) -> Finding:
    if not spans:
        return Finding(rule, "pass", "0 s", limit)
    total = f"{float(sum((span.duration for span in spans), Fraction(0))):.1f}"
    return _verdict(
        rule, verdict, f"{total} s", limit, advice, ranges=spans, total=total, first=_clock(spans[0].start)
    )


def _touches_edge(span: TimeRange, duration: Fraction) -> bool:
    return span.start < Fraction(1, 2) or span.end > duration - Fraction(1, 2)


def _same_name(found: str, wanted: str) -> bool:
    """Compare names as people see them: width, case, spaces and joining marks do not count."""
    found, wanted = (
        re.sub(r"[\s+_\-—·]+", "", unicodedata.normalize("NFKC", text)).casefold() for text in (found, wanted)
    )
    return found == wanted


def _clock(time_s: Fraction | None) -> str:
    return "" if time_s is None else format_clock(time_s).removesuffix(".000")


def _ratio(ratio: Fraction) -> str:
    for width, height in ((16, 9), (4, 3), (9, 16), (3, 4), (1, 1), (3, 2)):
        if abs(ratio / Fraction(width, height) - 1) < Fraction(1, 200):
            return f"{width}:{height}"
    return f"{float(ratio):.2f}:1"
