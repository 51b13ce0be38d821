"""The rules about what is seen and heard in a film, held against what was measured (pure; P12–P15).

What nobody measured, and what the film does not let anybody tell, is undecidable with the reason as advice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from media.errors import N_
from media.findings import Finding, Verdict
from media.info import MediaInfo
from media.measure import WINDOW_S, Curve, Measures
from media.pictures import LEAST_SCENES, Region
from media.specs import VideoSpec
from media.timecode import TimeRange, format_clock

LEAST_KEYS = 4
# A steady tone spends its time at its own top without being clipped.
_STEADY_DB, _LEAST_HEARD_S = 3.0, 2
# Speech and its pauses are told apart only where there are some of both.
_LEAST_SPOKEN_S = 4
_LEAST_WINDOWS = 3
_FULL_PASS = N_("This is told by the full check, which looks at every picture.")
_MEASURE_AGAIN = N_("This was not measured when the film came in. Take it in again.")
_DARK = N_("Too few pictures are bright enough for this to be told.")
_HDR = N_("The picture is HDR, whose brightness says nothing here. Look at the film.")


@dataclass(frozen=True)
class Case:
    """One film under one specification; measures is None before anything was measured."""

    info: MediaInfo
    spec: VideoSpec
    name: str
    case_title: str
    measures: Measures | None


def focus(case: Case) -> Finding | None:
    """Compare the width of edges on key frames; the film as a whole, and the key frames that stand out."""
    measures, spec = case.measures, case.spec
    if measures is None:
        return None
    limit = f"≤ {spec.focus_warn_px:g} px"
    if measures.keys is None:
        return undecided("focus", limit, _MEASURE_AGAIN)
    if len(measures.blur) < LEAST_KEYS:
        return undecided(
            "focus", limit,
            N_("Too few key frames can tell the focus (%(count)s): too dark or too small. Look at the film."),
            count=str(len(measures.blur)),
        )  # fmt: skip
    widths = sorted(width for _, width in measures.blur)
    median = (widths[(len(widths) - 1) // 2] + widths[len(widths) // 2]) / 2
    step = case.info.duration / max(measures.keys, 1)
    spans = _around(
        [time for time, width in measures.blur if width > spec.focus_fail_px], step, case.info.duration
    )
    measured = f"{median:.1f} px"
    if median > spec.focus_warn_px:
        return verdict_of(
            "focus", "fail" if median > spec.focus_fail_px else "warn", measured, limit,
            N_("The picture is out of focus: edges are %(measured)s wide. Send footage that is in focus."),
            ranges=spans, measured=measured,
        )  # fmt: skip
    if _share(spans, case.info.duration) >= spec.partial_share and len(widths) >= 2 * LEAST_KEYS:
        return verdict_of(
            "focus", "warn", measured, limit,
            N_("Parts of the film are soft (first at %(first)s). Check whether this is meant."),
            ranges=spans, first=clock(spans[0].start),
        )  # fmt: skip
    return Finding("focus", "pass", measured, limit)


def shake(case: Case) -> Finding | None:
    """Compare how much the whole picture jolts; the film as a whole, and the windows that stand out."""
    measures, spec = case.measures, case.spec
    if measures is None:
        return None
    limit = f"≤ {spec.shake_warn_percent:g} %"
    if measures.shake is None:
        return undecided("shake", limit, _MEASURE_AGAIN if measures.looked_through else _FULL_PASS)
    told, duration = measures.shake.told, case.info.duration
    median = measures.shake.median
    if median is None or len(told) * 3 < len(measures.shake.values):
        return undecided(
            "shake", limit, N_("The picture has too little structure to tell whether it shakes.")
        )
    spans = spans_over(measures.shake, spec.shake_warn_percent, duration)
    measured = f"{median:.2f} %"
    if median > spec.shake_warn_percent:
        return verdict_of(
            "shake", "fail" if median > spec.shake_fail_percent else "warn", measured, limit,
            N_("The camera shakes (%(measured)s of the width each picture). Send footage from a tripod."),
            ranges=spans, measured=measured,
        )  # fmt: skip
    if _share(spans, duration) >= spec.partial_share:
        return verdict_of(
            "shake", "warn", measured, limit,
            N_("The camera shakes in places (first at %(first)s). Leave these out when cutting."),
            ranges=spans, first=clock(spans[0].start),
        )  # fmt: skip
    return Finding("shake", "pass", measured, limit)


def exposure(case: Case) -> Finding | None:
    """Compare how bright the film is as a whole (P14), and the parts that stand out.

    Black bars are left out when it is measured, and black spans here: both are other rules' concern. What is
    dark and yet holds bright places, such as a stage, a night or a dark screen, only warns.
    """
    measures, spec = case.measures, case.spec
    if measures is None:
        return None
    limit = f"{spec.dark_warn_high:g}–{spec.bright_high:g} / 255"
    mean, high = measures.luma_mean, measures.luma_high
    if case.info.picture is not None and case.info.picture.is_hdr:
        return undecided("exposure", limit, _HDR)
    if mean is None or high is None or mean.median is None or high.median is None:
        return undecided("exposure", limit, _MEASURE_AGAIN)
    if not measures.looked_through and len(high.told) < LEAST_KEYS:
        return undecided("exposure", limit, _FULL_PASS)
    lit = [_lit(curve, measures.black) for curve in (mean, high, measures.luma_peak, measures.luma_low)]
    if lit[1] is None or len(lit[1].told) < _LEAST_WINDOWS:
        return undecided(
            "exposure", limit, N_("Too little of the film is not black to tell whether it is well lit.")
        )
    return _exposed(case, lit[0] or mean, lit[1], limit, peak=lit[2], low=lit[3])


def _lit(curve: Curve | None, black: tuple[TimeRange, ...]) -> Curve | None:
    """Leave out the windows that are black for a third of their time or more."""
    if curve is None:
        return None
    window = min(curve.step_s, Fraction(WINDOW_S))
    values: list[float | None] = []
    for number, value in enumerate(curve.values):
        start = number * curve.step_s
        none = Fraction(0)
        dark = sum(
            (max(min(span.end, start + window) - max(span.start, start), none) for span in black), none
        )
        values.append(None if dark * 3 >= window else value)
    return Curve(curve.step_s, tuple(values))


def _exposed(
    case: Case, mean: Curve, high: Curve, limit: str, *, peak: Curve | None, low: Curve | None
) -> Finding:
    spec, middle, top = case.spec, mean.median or 0.0, high.median or 0.0
    measured = f"{top:.0f} (⌀ {middle:.0f}) / 255"
    dark = spans_over(high, spec.dark_fail_high, case.info.duration, below=True)
    bright = spans_over(mean, spec.bright_fail_mean, case.info.duration, also=(high, spec.bright_high))
    lamps = peak is not None and (peak.median or 0.0) >= spec.dark_lit_peak
    shadeless = low is not None and (low.median or 0.0) > spec.bright_low
    if top < spec.dark_warn_high:
        return verdict_of(
            "exposure", "fail" if top < spec.dark_fail_high and not lamps else "warn", measured, limit,
            N_("The picture is dark (%(measured)s) though parts are bright. Look whether this is meant.")
            if lamps
            else N_("The picture is too dark (%(measured)s). Film with more light."),
            ranges=dark, measured=measured,
        )  # fmt: skip
    if middle > spec.bright_warn_mean and (top > spec.bright_high or shadeless):
        burnt = middle > spec.bright_fail_mean and top > spec.bright_high
        return verdict_of(
            "exposure", "fail" if burnt else "warn", measured, limit,
            N_("The picture is burnt out (%(measured)s). Film with less light."),
            ranges=bright, measured=measured,
        )  # fmt: skip
    parts = tuple(sorted((*dark, *bright)))
    if _share(parts, case.info.duration) >= spec.partial_exposure_share:
        return verdict_of(
            "exposure", "warn", measured, limit,
            N_("Parts are too dark or too bright (first at %(first)s). Check whether this is meant."),
            ranges=parts, first=clock(parts[0].start),
        )  # fmt: skip
    return Finding("exposure", "pass", measured, limit)


def bars(case: Case) -> Finding | None:
    """Compare how much of the picture lies inside black bars (P12)."""
    measures, spec = case.measures, case.spec
    if measures is None:
        return None
    limit = f"≥ {spec.bars_warn_area * 100:g} %"
    box = measures.content
    if box is None:
        return undecided("bars", limit, _MEASURE_AGAIN if measures.luma_high is None else _DARK)
    area = (box.right - box.left) * (box.bottom - box.top)
    measured = f"{area * 100:.0f} %"
    verdict: Verdict = (
        "pass" if area >= spec.bars_warn_area else "warn" if area >= spec.bars_fail_area else "fail"
    )
    return verdict_of(
        "bars", verdict, measured, limit,
        N_("The film has black bars: only %(measured)s of the picture is used. Export it without bars."),
        regions=() if verdict == "pass" else (box,), measured=measured,
    )  # fmt: skip


def clipping(case: Case) -> Finding | None:
    """Compare how much of the sound sticks to its own top (P14)."""
    measures, spec = case.measures, case.spec
    if measures is None:
        return None
    limit = f"≤ {spec.clipping_warn_share * 100:g} %"
    share = measures.clipped_share
    if case.info.sound is None:
        return undecided("clipping", limit, N_("The film has no sound."))
    if share is None:
        return undecided("clipping", limit, _unheard(measures))
    if _heard_s(case) < _LEAST_HEARD_S or (measures.level_range_db or _STEADY_DB) < _STEADY_DB:
        return undecided(
            "clipping",
            limit,
            N_("There is too little sound, or only a steady tone, to tell whether it is clipped."),
        )
    measured = f"{share * 100:.1f} %"
    spans: tuple[TimeRange, ...] = ()
    if measures.clipped is not None:
        spans = spans_over(measures.clipped, spec.clipping_warn_share, case.info.duration)
    verdict: Verdict = (
        "pass" if share < spec.clipping_warn_share else "warn" if share < spec.clipping_fail_share else "fail"
    )
    return verdict_of(
        "clipping", verdict, measured, limit,
        N_("The sound is clipped: %(measured)s of it is cut off at the top. Record it at a lower level."),
        ranges=() if verdict == "pass" else spans, measured=measured,
    )  # fmt: skip


def noise(case: Case) -> Finding | None:
    """Compare how far speech stands above its pauses; a warning only, because music fills pauses too."""
    measures, spec = case.measures, case.spec
    if measures is None:
        return None
    limit = f"≥ {spec.noise_warn_db:g} dB"
    if case.info.sound is None:
        return undecided("noise", limit, N_("The film has no sound."))
    if measures.level_range_db is None:
        return undecided("noise", limit, _unheard(measures))
    if _heard_s(case) < _LEAST_SPOKEN_S or measures.level_range_db < _STEADY_DB:
        return undecided(
            "noise", limit, N_("There is too little sound, or only a steady tone, to tell speech from noise.")
        )
    measured = f"{measures.level_range_db:.0f} dB"
    return verdict_of(
        "noise", "pass" if measures.level_range_db >= spec.noise_warn_db else "warn", measured, limit,
        N_(
            "Speech stands only %(measured)s above what is heard in its pauses: noise, or music under all of "
            "it. Listen to it."
        ),
        measured=measured,
    )  # fmt: skip


def marks(case: Case) -> Finding | None:
    """Show what stays in a corner through all scenes (P15); never a reason to refuse by itself.

    Asked only where the programme forbids marks. A line of words low in the picture is no mark by its looks,
    but it may name a producer: a person reads it.
    """
    measures, spec = case.measures, case.spec
    if measures is None or spec.producer_marks_allowed:
        return None
    limit = f"< {spec.marks_from:g}"
    if measures.scenes is None:
        return undecided("marks", limit, _MEASURE_AGAIN)
    if measures.scenes < LEAST_SCENES:
        return undecided(
            "marks", limit,
            N_(
                "The film has too few different scenes (%(count)s) to tell a mark from the picture. Look at "
                "its corners."
            ),
            count=str(measures.scenes),
        )  # fmt: skip
    found = [mark for mark in measures.marks if mark.strength > spec.marks_from]
    corners = [mark for mark in found if not mark.caption]
    measured = f"{max((mark.strength for mark in measures.marks), default=0.0):.2f}"
    if corners:
        return verdict_of(
            "marks", "warn", measured, limit,
            N_(
                "Something stays in a corner through all scenes (%(count)s). Look whether it is a mark of a "
                "production company."
            ),
            regions=tuple(mark.region for mark in corners), count=str(len(corners)),
        )  # fmt: skip
    if found:
        return verdict_of(
            "marks", "undecidable", measured, limit,
            N_(
                "A line of words stays at the bottom through most scenes: a name strip, a title or "
                "subtitles. Read whether it names a production company."
            ),
            regions=tuple(mark.region for mark in found),
        )  # fmt: skip
    return Finding("marks", "pass", measured, limit)


def black(case: Case) -> Finding | None:
    """Compare black spans with the longest that is allowed (P14)."""
    if case.measures is None:
        return None
    limit = f"≤ {float(case.spec.black_from_s):g} s"
    if not case.measures.looked_through:
        return undecided("black", limit, _FULL_PASS)
    spans = tuple(span for span in case.measures.black if span.duration > case.spec.black_from_s)
    # A fade in or out belongs to a film, and so may a rest between two parts; longer black in its middle, or
    # for a tenth of it, does not.
    duration, rest = case.info.duration, case.spec.black_fail_s
    inner = [
        span
        for span in spans
        if (span.duration > rest and not _touches_edge(span, duration)) or span.duration * 10 > duration
    ]
    return spans_of(
        "black", "fail" if inner else "warn", spans, limit,
        N_("The picture is black for %(total)s s (first at %(first)s). Cut this out."),
    )  # fmt: skip


def freeze(case: Case) -> Finding | None:
    """Compare frozen spans with the longest that is allowed (P14)."""
    if case.measures is None:
        return None
    limit = f"< {float(case.spec.freeze_from_s):g} s"
    if not case.measures.looked_through:
        return undecided("freeze", limit, _FULL_PASS)
    spans = tuple(span for span in case.measures.freeze if span.duration >= case.spec.freeze_from_s)
    return spans_of(
        "freeze", "warn", spans, limit,
        N_("The picture stands still for %(total)s s (first at %(first)s). Check whether this is meant."),
    )  # fmt: skip


def silence(case: Case) -> Finding | None:
    """Compare the silent share of the film (P14)."""
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
    return verdict_of(
        "silence", "fail" if share > Fraction(9, 10) else "warn", measured, limit,
        N_("%(measured)s of the film is silent. Check the sound track."),
        ranges=case.measures.silence, measured=measured,
    )  # fmt: skip


def loudness(case: Case) -> Finding | None:
    """Compare programme loudness and true peak (P14); both can be mended, so they only warn."""
    if case.measures is None:
        return None
    lufs, peak = case.measures.integrated_lufs, case.measures.true_peak_dbtp
    limit = f"≥ {case.spec.min_loudness_lufs:g} LUFS, ≤ {case.spec.max_true_peak_dbtp:+g} dBTP"
    if lufs is None:
        silent = N_("The film has no sound, or only silence.")
        return undecided("loudness", limit, silent)
    measured = f"{lufs:.1f} LUFS" + ("" if peak is None else f", {peak:+.1f} dBTP")
    if lufs < case.spec.min_loudness_lufs:
        return verdict_of(
            "loudness", "warn", measured, limit,
            N_(
                "The sound is very quiet (%(measured)s). It is raised when "
                "cut; a better recording is preferable."
            ),
            measured=measured,
        )  # fmt: skip
    if peak is not None and peak > case.spec.max_true_peak_dbtp:
        return verdict_of(
            "loudness", "warn", measured, limit,
            N_("The sound is recorded too loud and distorted (%(measured)s). Send the original recording."),
            measured=measured,
        )  # fmt: skip
    return Finding("loudness", "pass", measured, limit)


def verdict_of(
    rule: str,
    verdict: Verdict,
    measured: str,
    limit: str,
    advice: str,
    /,
    *,
    ranges: tuple[TimeRange, ...] = (),
    regions: tuple[Region, ...] = (),
    **params: str,
) -> Finding:
    """Make a finding; what passes needs no advice."""
    if verdict == "pass":
        return Finding(rule, verdict, measured, limit, ranges)
    return Finding(rule, verdict, measured, limit, ranges, advice, params, regions)


def undecided(rule: str, limit: str, why: str, /, **params: str) -> Finding:
    """Make the finding of a rule that cannot be told, with the reason."""
    return Finding(rule, "undecidable", "–", limit, (), why, params)


def _heard_s(case: Case) -> Fraction:
    """Give how many seconds of the film are not silent."""
    silence = case.measures.silence if case.measures else ()
    return case.info.duration - sum((span.duration for span in silence), Fraction(0))


def _unheard(measures: Measures) -> str:
    # Whoever looked at key frames also listened.
    silent = measures.integrated_lufs is None or measures.keys is not None
    return N_("The film has no sound, or only silence.") if silent else _MEASURE_AGAIN


def spans_over(
    curve: Curve,
    limit: float,
    duration: Fraction,
    *,
    below: bool = False,
    also: tuple[Curve, float] | None = None,
) -> tuple[TimeRange, ...]:
    """Give the spans in which a curve is over a limit (or below it), and another one over its own."""
    seconds = also[0].values if also else curve.values
    hit = [
        value is not None
        and (value < limit if below else value > limit)
        and (also is None or (second is not None and second > also[1]))
        for value, second in zip(curve.values, seconds, strict=True)
    ]
    starts = [number * curve.step_s for number, is_hit in enumerate(hit) if is_hit]
    return _joined((start, min(start + curve.step_s, duration)) for start in starts)


def _around(times: Iterable[Fraction], reach: Fraction, duration: Fraction) -> tuple[TimeRange, ...]:
    return _joined((max(time - reach / 2, Fraction(0)), min(time + reach / 2, duration)) for time in times)


def _joined(pairs: Iterable[tuple[Fraction, Fraction]]) -> tuple[TimeRange, ...]:
    spans: list[TimeRange] = []
    for start, end in pairs:
        if end <= start:
            continue
        if spans and start <= spans[-1].end:
            spans[-1] = TimeRange(spans[-1].start, max(end, spans[-1].end))
        else:
            spans.append(TimeRange(start, end))
    return tuple(spans)


def _share(spans: Iterable[TimeRange], duration: Fraction) -> float:
    return float(sum((span.duration for span in spans), Fraction(0)) / duration) if duration else 0.0


def spans_of(rule: str, verdict: Verdict, spans: tuple[TimeRange, ...], limit: str, advice: str) -> Finding:
    """Make the finding of a rule about spans; none is a pass."""
    if not spans:
        return Finding(rule, "pass", "0 s", limit)
    total = f"{float(sum((span.duration for span in spans), Fraction(0))):.1f}"
    return verdict_of(
        rule, verdict, f"{total} s", limit, advice, ranges=spans, total=total, first=clock(spans[0].start)
    )


def _touches_edge(span: TimeRange, duration: Fraction) -> bool:
    return span.start < Fraction(1, 2) or span.end > duration - Fraction(1, 2)


def clock(time_s: Fraction | None) -> str:
    """Write a time for people, without empty milliseconds; "" for None."""
    return "" if time_s is None else format_clock(time_s).removesuffix(".000")
