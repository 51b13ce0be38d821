"""Hold a film against what its programme asks for (pure; P12–P16).

Each rule that the programme asks for gives one finding; a rule it does not ask for gives none, unless all are
wanted. The rules about what is seen and heard are in `measured`.

What is shown and who speaks is no rule here: how long the introduction and the leader's words last (P12) and
which scenes a film has (P17) can be told by a person alone, by the programme's content plan.
"""

import re
import unicodedata
from collections.abc import Callable
from fractions import Fraction
from pathlib import PurePath

from media import measured
from media.errors import N_
from media.findings import Finding, Verdict, worst
from media.info import MediaInfo
from media.measure import Measures
from media.measured import Case, clock, undecided, verdict_of
from media.specs import VideoSpec

__all__ = ["RULES", "Finding", "check", "check_all", "worst"]

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
    "focus": N_("Focus"),
    "shake": N_("Shake"),
    "exposure": N_("Exposure"),
    "black": N_("Black picture"),
    "freeze": N_("Frozen picture"),
    "bars": N_("Black bars"),
    "loudness": N_("Loudness"),
    "silence": N_("Silence"),
    "clipping": N_("Clipped sound"),
    "noise": N_("Background noise"),
    "marks": N_("Marks in the picture"),
    "file_name": N_("File name"),
}
NO_PICTURE = N_("The file has no picture. Upload the film itself.")


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
    case = Case(info, spec, name, case_title, measures)
    return tuple(finding for rule in _CHECKS.values() for finding in [rule(case)] if finding is not None)


def check_all(
    info: MediaInfo,
    spec: VideoSpec,
    *,
    name: str = "",
    case_title: str = "",
    measures: Measures | None = None,
) -> tuple[Finding, ...]:
    """Give one finding for every rule: as `check`, and a rule that is not asked for passes without a limit.

    What nobody measured is undecidable.
    """
    case = Case(info, spec, name, case_title, measures)
    return tuple(rule(case) or _not_asked(name, case) for name, rule in _CHECKS.items())


def _not_asked(rule: str, case: Case) -> Finding:
    if rule in _MEASURED and case.measures is None:
        return undecided(rule, "", N_("This has not been measured."))
    if rule == "marks" and case.info.picture is not None:
        return Finding(rule, "pass", "–")
    picture, sound = case.info.picture, case.info.sound
    facts = {
        "container": case.info.container.upper(),
        "duration": clock(case.info.duration),
        "audio_codec": sound.codec.upper() if sound else "–",
        "file_name": PurePath(case.name).stem or "–",
    }
    if picture is not None:
        facts |= {
            "video_codec": picture.codec.upper(),
            "resolution": f"{picture.display_width} × {picture.display_height} px",
            "aspect": _ratio(picture.dar),
            "orientation": "landscape" if picture.dar > 1 else "portrait" if picture.dar < 1 else "square",
        }
    if rule not in facts:
        return undecided(rule, "", NO_PICTURE)
    return Finding(rule, "pass", facts[rule])


def _container(case: Case) -> Finding | None:
    if not case.spec.container:
        return None
    fits, limit = case.info.container in case.spec.container, ", ".join(case.spec.container).upper()
    return verdict_of(
        "container", "pass" if fits else "fail", case.info.container.upper(), limit,
        N_("Export the film as %(wanted)s."), wanted=limit,
    )  # fmt: skip


def _integrity(case: Case) -> Finding:
    problems = case.info.problems
    grave = [problem for problem in problems if problem.code not in {"empty_track", "unknown_track"}]
    if not problems:
        return Finding("integrity", "pass", "")
    first = (grave or list(problems))[0]
    return Finding(
        "integrity", "fail" if grave else "warn", ", ".join(problem.code for problem in problems), "",
        advice=first.msgid, params=first.params,
    )  # fmt: skip


def _duration(case: Case) -> Finding | None:
    low, high, tolerance = case.spec.min_duration_s, case.spec.max_duration_s, case.spec.duration_tolerance_s
    if low is None and high is None:
        return None
    duration = case.info.duration
    limit = f"{clock(low)}–{clock(high)}"
    if low is not None and duration < low:
        verdict: Verdict = "warn" if duration >= low - tolerance else "fail"
        return verdict_of(
            "duration", verdict, clock(duration), limit,
            N_("The film lasts %(measured)s and has to last at least %(low)s. Send a longer version."),
            measured=clock(duration), low=clock(low),
        )  # fmt: skip
    # Half a second over is how an editor rounds; the rule is made for viewers.
    if high is not None and duration > high + Fraction(1, 2):
        verdict = "warn" if duration <= high + tolerance else "fail"
        return verdict_of(
            "duration", verdict, clock(duration), limit,
            N_("The film lasts %(measured)s and may last at most %(high)s. Shorten it."),
            measured=clock(duration), high=clock(high),
        )  # fmt: skip
    return Finding("duration", "pass", clock(duration), limit)


def _video_codec(case: Case) -> Finding | None:
    picture, wanted = case.info.picture, case.spec.video_codecs
    if not wanted:
        return None
    if picture is None:
        return Finding("video_codec", "fail", "–", ", ".join(wanted), advice=NO_PICTURE)
    limit = ", ".join(wanted).upper()
    if picture.codec not in wanted:
        return verdict_of(
            "video_codec", "fail", picture.codec.upper(), limit,
            N_("The picture is %(measured)s. Export the film with %(wanted)s."),
            measured=picture.codec.upper(), wanted=limit,
        )  # fmt: skip
    if picture.bit_depth > 8 or picture.pix_fmt not in {"yuv420p", "yuvj420p"}:
        return verdict_of(
            "video_codec", "warn", f"{picture.codec.upper()} {picture.pix_fmt}", limit,
            N_("The picture is %(measured)s, which many players cannot show. Export it as 8 bit 4:2:0."),
            measured=picture.pix_fmt,
        )  # fmt: skip
    return Finding("video_codec", "pass", f"{picture.codec.upper()} {picture.profile}".strip(), limit)


def _audio_codec(case: Case) -> Finding | None:
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
    return verdict_of(
        "audio_codec", "pass" if sound.codec in wanted else "fail", sound.codec.upper(), limit,
        N_("The sound is %(measured)s. Export the film with %(wanted)s sound."),
        measured=sound.codec.upper(), wanted=limit,
    )  # fmt: skip


def _resolution(case: Case) -> Finding | None:
    picture, least = case.info.picture, case.spec.min_height
    if least is None:
        return None
    limit = f"≥ {least} px"
    if picture is None:
        return Finding("resolution", "fail", "–", limit, advice=NO_PICTURE)
    # "1080p" means the shorter side: an upright film of 1080 x 1920 fails for its orientation, not for this.
    shorter = min(picture.display_width, picture.display_height)
    size = f"{picture.display_width} × {picture.display_height} px"
    return verdict_of(
        "resolution", "pass" if shorter >= least else "fail", size, limit,
        N_(
            "The picture is %(measured)s; at least %(least)s lines are asked. "
            "Export it from the original, not from a copy."
        ),
        measured=size, least=str(least),
    )  # fmt: skip


def _aspect(case: Case) -> Finding | None:
    picture, wanted = case.info.picture, case.spec.aspect
    if wanted is None or picture is None:
        return None
    fits = abs(picture.dar / wanted - 1) <= case.spec.aspect_tolerance
    return verdict_of(
        "aspect", "pass" if fits else "fail", _ratio(picture.dar), _ratio(wanted),
        N_("The picture is %(measured)s; %(wanted)s is asked. Export it in that shape, without bars."),
        measured=_ratio(picture.dar), wanted=_ratio(wanted),
    )  # fmt: skip


def _orientation(case: Case) -> Finding | None:
    picture, wanted = case.info.picture, case.spec.orientation
    if not wanted or picture is None:
        return None
    found = "landscape" if picture.dar > 1 else "portrait" if picture.dar < 1 else "square"
    return verdict_of(
        "orientation", "pass" if found == wanted else "fail", found, wanted,
        N_("The film is held upright like a phone. Send footage shot in landscape.")
        if wanted == "landscape"
        else N_("The film lies in landscape. Send footage shot upright."),
    )  # fmt: skip


def _frame_rate(case: Case) -> Finding | None:
    picture = case.info.picture
    if picture is None:
        return None
    limit = f"≥ {float(case.spec.min_frame_rate):g} fps"
    measured = f"{float(picture.rate):.3f}".rstrip("0").rstrip(".") + " fps"
    if picture.rate < case.spec.min_frame_rate - Fraction(1, 10):
        return verdict_of(
            "frame_rate", "warn", measured, limit,
            N_(
                "The film has only %(rate)s frames a second and will "
                "look jerky. Export it at 25 or more."
            ),
            rate=measured.removesuffix(" fps"),
        )  # fmt: skip
    if picture.is_vfr:
        return verdict_of(
            "frame_rate", "warn", f"{measured} (VFR)", limit,
            N_(
                "The frame rate varies (%(measured)s on average), as "
                "phones do it. It is evened out when cut."
            ),
            measured=measured,
        )  # fmt: skip
    return Finding("frame_rate", "pass", measured, limit)


def _file_name(case: Case) -> Finding | None:
    pattern = case.spec.file_name
    if not pattern or not case.name:
        return None
    stem = PurePath(case.name.replace("\\", "/")).stem
    if not case.case_title:
        return Finding("file_name", "undecidable", stem, pattern)
    wanted = pattern.replace("{case}", case.case_title)
    return verdict_of(
        "file_name", "pass" if _same_name(stem, wanted) else "warn", stem, wanted,
        N_("The file is named “%(measured)s”; the rule asks “%(wanted)s”. It is matched by hand or renamed."),
        measured=stem, wanted=wanted,
    )  # fmt: skip


_MEASURED: dict[str, Callable[[Case], Finding | None]] = {
    "focus": measured.focus, "shake": measured.shake, "exposure": measured.exposure, "black": measured.black,
    "freeze": measured.freeze, "bars": measured.bars, "loudness": measured.loudness,
    "silence": measured.silence, "clipping": measured.clipping, "noise": measured.noise,
    "marks": measured.marks,
}  # fmt: skip
_CHECKS: dict[str, Callable[[Case], Finding | None]] = {
    "container": _container, "integrity": _integrity, "duration": _duration, "video_codec": _video_codec,
    "audio_codec": _audio_codec, "resolution": _resolution, "aspect": _aspect, "orientation": _orientation,
    "frame_rate": _frame_rate, **_MEASURED, "file_name": _file_name,
}  # fmt: skip


def _same_name(found: str, wanted: str) -> bool:
    """Compare names as people see them: width, case, spaces and joining marks do not count."""
    found, wanted = (
        re.sub(r"[\s+_\-—·]+", "", unicodedata.normalize("NFKC", text)).casefold() for text in (found, wanted)
    )
    return found == wanted


def _ratio(ratio: Fraction) -> str:
    for width, height in ((16, 9), (4, 3), (9, 16), (3, 4), (1, 1), (3, 2)):
        if abs(ratio / Fraction(width, height) - 1) < Fraction(1, 200):
            return f"{width}:{height}"
    return f"{float(ratio):.2f}:1"
