import dataclasses
from fractions import Fraction

import pytest

from media.checks import RULES, check, check_all, worst
from media.errors import BadSpec
from media.info import AudioStream, MediaInfo, Problem, VideoStream
from media.measure import Curve, Measures
from media.pictures import Mark, Region
from media.specs import VideoSpec
from media.timecode import TimeRange

GUANGDONG = VideoSpec.from_mapping(
    {
        "min_duration_s": 180, "max_duration_s": 300, "container": ["mp4"], "video_codecs": ["h264"],
        "audio_codecs": ["aac"], "min_height": 1080, "aspect": "16:9", "orientation": "landscape",
        "file_name": "{case}视频", "producer_marks_allowed": False,
    }
)  # fmt: skip
PICTURE = VideoStream(
    index=0, codec="h264", profile="High", level=41, width=1920, height=1080, sar=Fraction(1), rotation=0,
    rate=Fraction(25), nominal_rate=Fraction(25), frame_count=5000, duration=Fraction(200),
    start_s=Fraction(0), max_gap_s=Fraction(1, 25), max_key_gap_s=Fraction(2), is_vfr=False,
    field_order="progressive",
    pix_fmt="yuv420p", bit_depth=8, color_primaries="bt709", color_transfer="bt709", color_space="bt709",
    color_range="tv", bit_rate=8_000_000,
)  # fmt: skip
SOUND = AudioStream(1, "aac", "LC", 48000, 2, "stereo", Fraction(200), Fraction(0), 192_000)
PCM = dataclasses.replace(SOUND, codec="pcm_s16le")
GOOD = MediaInfo("mp4", "mov", Fraction(200), 1, (PICTURE,), (SOUND,), 0, 0, 0, ())
STEP = Fraction(2)
MEASURED = Measures(
    integrated_lufs=-20.0, true_peak_dbtp=-1.0,
    keys=24, blur=tuple((Fraction(8 * number), 5.0) for number in range(24)),
    luma_mean=Curve(STEP, (110.0,) * 100), luma_high=Curve(STEP, (190.0,) * 100),
    luma_peak=Curve(STEP, (225.0,) * 100), luma_low=Curve(STEP, (20.0,) * 100),
    shake=Curve(STEP, (0.1,) * 100), content=Region(0, 0, 1, 1), scenes=20,
    clipped=Curve(STEP, (0.01,) * 100), clipped_share=0.01, level_range_db=40.0,
)  # fmt: skip


def verdicts(info=GOOD, measures=MEASURED, spec=GUANGDONG, name="齿轮磨削视频.mp4", title="齿轮磨削"):
    found = check(info, spec, name=name, case_title=title, measures=measures)
    return {finding.rule: finding.verdict for finding in found}


def with_picture(**changes):
    picture = dataclasses.replace(PICTURE, **changes)
    return dataclasses.replace(GOOD, video=(picture,), duration=picture.duration)


def test_a_good_film_passes_every_rule_in_order():
    """P12, P13, P16."""
    assert verdicts() == dict.fromkeys(RULES, "pass")


@pytest.mark.parametrize(
    ("rule", "verdict", "info"),
    [
        ("container", "fail", dataclasses.replace(GOOD, container="mov")),
        ("duration", "fail", with_picture(duration=Fraction(179))),
        ("duration", "fail", with_picture(duration=Fraction(301))),
        ("duration", "pass", with_picture(duration=Fraction(3001, 10))),
        ("duration", "pass", with_picture(duration=Fraction(180))),
        ("video_codec", "fail", with_picture(codec="hevc")),
        ("video_codec", "warn", with_picture(pix_fmt="yuv422p")),
        ("audio_codec", "fail", dataclasses.replace(GOOD, audio=())),
        ("audio_codec", "fail", dataclasses.replace(GOOD, audio=(PCM,))),
        ("resolution", "fail", with_picture(width=1280, height=720)),
        ("aspect", "fail", with_picture(width=1440)),
        ("aspect", "pass", with_picture(width=1440, sar=Fraction(4, 3))),
        ("aspect", "fail", with_picture(rotation=90)),
        ("orientation", "fail", with_picture(rotation=90)),
        ("resolution", "pass", with_picture(rotation=90)),
        ("frame_rate", "warn", with_picture(is_vfr=True)),
        ("frame_rate", "warn", with_picture(rate=Fraction(10))),
        ("frame_rate", "pass", with_picture(rate=Fraction(24000, 1001))),
        ("integrity", "fail", dataclasses.replace(GOOD, problems=(Problem("truncated", "x", {}),))),
        ("integrity", "warn", dataclasses.replace(GOOD, problems=(Problem("empty_track", "x", {}),))),
        ("silence", "fail", dataclasses.replace(GOOD, audio=())),
    ],
)  # fmt: skip
def test_each_fault_is_found_by_its_rule(rule, verdict, info):
    """P12, P13."""
    assert verdicts(info)[rule] == verdict


def spans(*pairs):
    return tuple(TimeRange(Fraction(start), Fraction(end)) for start, end in pairs)


@pytest.mark.parametrize(
    ("rule", "verdict", "measures"),
    [
        ("black", "fail", Measures(black=spans((50, 53)))),
        ("black", "warn", Measures(black=spans((0, 3)))),
        ("black", "warn", Measures(black=spans((50, 52)))),
        ("black", "fail", Measures(black=spans((0, 200)))),
        ("black", "pass", Measures(black=spans((50, 51)))),
        ("freeze", "warn", Measures(freeze=spans((50, 53)))),
        ("silence", "warn", Measures(silence=spans((0, 60)))),
        ("silence", "pass", Measures(silence=spans((0, 30)))),
        ("silence", "fail", Measures(silence=spans((0, 199)))),
        ("loudness", "warn", Measures(integrated_lufs=-44.0, true_peak_dbtp=-20.0)),
        ("loudness", "warn", Measures(integrated_lufs=-8.0, true_peak_dbtp=15.0)),
        ("loudness", "undecidable", Measures()),
    ],
)
def test_measured_faults_are_judged_by_the_thresholds(rule, verdict, measures):
    """P14."""
    assert verdicts(measures=measures)[rule] == verdict


def test_without_measures_their_rules_give_no_finding():
    """P14: they come with the full pass."""
    measured = set(RULES) - set(verdicts(measures=None))
    assert measured == {
        "focus", "shake", "exposure", "black", "freeze", "bars", "loudness", "silence", "clipping", "noise",
        "marks",
    }  # fmt: skip


def blurred(width, soft=24):
    times = [Fraction(8 * number) for number in range(24)]
    return {"blur": tuple((time, width if place < soft else 5.0) for place, time in enumerate(times))}


def curve(value, windows=100, rest=0.0):
    return Curve(STEP, (value,) * windows + (rest,) * (100 - windows))


LOGO = Mark("top right", 0.9, Region(0.8, 0.05, 0.95, 0.15))


@pytest.mark.parametrize(
    ("rule", "verdict", "changes"),
    [
        ("focus", "fail", blurred(17.0)),
        ("focus", "warn", blurred(10.0)),
        ("focus", "warn", blurred(17.0, soft=6)),
        ("focus", "pass", blurred(17.0, soft=2)),
        ("focus", "undecidable", {"blur": ((Fraction(1), 17.0),)}),
        ("focus", "undecidable", {"keys": None}),
        ("shake", "fail", {"shake": curve(1.5)}),
        ("shake", "warn", {"shake": curve(1.0)}),
        ("shake", "warn", {"shake": curve(2.0, windows=20)}),
        ("shake", "pass", {"shake": curve(2.0, windows=5)}),
        ("shake", "undecidable", {"shake": curve(2.0, windows=20, rest=None)}),
        ("shake", "undecidable", {"shake": None, "looked_through": False}),
        ("exposure", "fail", {"luma_high": curve(80.0), "luma_peak": curve(100.0)}),
        ("exposure", "fail", {"luma_high": curve(80.0), "luma_peak": None}),
        ("exposure", "warn", {"luma_high": curve(80.0)}),
        ("exposure", "warn", {"luma_high": curve(110.0)}),
        (
            "exposure",
            "warn",
            {"luma_mean": curve(215.0), "luma_high": curve(230.0), "luma_low": curve(190.0)},
        ),
        ("exposure", "pass", {"luma_mean": curve(215.0), "luma_high": curve(230.0)}),
        ("exposure", "warn", {"luma_high": curve(80.0, windows=45, rest=190.0)}),
        ("exposure", "fail", {"luma_mean": curve(210.0), "luma_high": curve(250.0)}),
        ("exposure", "warn", {"luma_mean": curve(190.0), "luma_high": curve(245.0)}),
        ("exposure", "pass", {"luma_mean": curve(190.0), "luma_high": curve(230.0)}),
        ("exposure", "undecidable", {"luma_mean": None, "luma_high": None}),
        ("bars", "fail", {"content": Region(0.125, 0, 0.875, 1)}),
        ("bars", "warn", {"content": Region(0, 0.05, 1, 0.95)}),
        ("bars", "undecidable", {"content": None}),
        ("clipping", "fail", {"clipped_share": 0.09}),
        ("clipping", "warn", {"clipped_share": 0.05}),
        ("clipping", "undecidable", {"clipped_share": None, "clipped": None}),
        ("noise", "warn", {"level_range_db": 22.0}),
        ("noise", "undecidable", {"level_range_db": None}),
        ("marks", "undecidable", {"marks": (dataclasses.replace(LOGO, caption=True),)}),
        ("marks", "warn", {"marks": (LOGO, dataclasses.replace(LOGO, caption=True))}),
        ("marks", "warn", {"marks": (LOGO,)}),
        ("marks", "undecidable", {"scenes": 1}),
        ("marks", "undecidable", {"scenes": None}),
        ("black", "undecidable", {"looked_through": False}),
        ("freeze", "undecidable", {"looked_through": False}),
    ],
)
def test_each_measured_fault_is_judged_and_what_cannot_be_told_says_so(rule, verdict, changes):
    """P12, P14, P15."""
    found = verdicts(measures=dataclasses.replace(MEASURED, **changes))
    assert found.pop(rule) == verdict
    if changes.get("looked_through", True):
        assert set(found.values()) == {"pass"}


def found_by(rule, **changes):
    found = check(GOOD, GUANGDONG, measures=dataclasses.replace(MEASURED, **changes))
    return next(finding for finding in found if finding.rule == rule)


def test_a_steady_tone_is_not_called_clipped():
    assert found_by("clipping", clipped_share=0.33, level_range_db=0.5).verdict == "undecidable"
    assert found_by("clipping", clipped_share=0.33, silence=spans((0, 199))).verdict == "undecidable"


def test_neither_a_steady_tone_nor_a_moment_of_sound_tells_speech_from_noise():
    assert found_by("noise", level_range_db=0.5).verdict == "undecidable"
    assert found_by("noise", level_range_db=12.0, silence=spans((0, 197))).verdict == "undecidable"
    assert found_by("noise", level_range_db=12.0, silence=spans((0, 100))).verdict == "warn"


def test_what_is_wrong_in_places_has_its_places_joined():
    values = (0.1,) * 10 + (2.0,) * 20 + (0.1,) * 70
    assert found_by("shake", shake=Curve(STEP, values)).ranges == spans((20, 60))


def test_a_mark_has_its_place_in_the_picture():
    """P15: a person looks at it; nothing is refused by it."""
    finding = found_by("marks", marks=(LOGO,))
    assert (finding.verdict, finding.regions) == ("warn", (LOGO.region,))
    assert finding.to_json()["regions"] == [{"left": 0.8, "top": 0.05, "right": 0.95, "bottom": 0.15}]


def test_a_programme_that_allows_marks_is_not_told_of_any():
    """P15: Hubei welcomes effects; Guangdong forbids the marks of producers."""
    allowed = dataclasses.replace(GUANGDONG, producer_marks_allowed=True)
    measures = dataclasses.replace(MEASURED, marks=(LOGO,))
    assert "marks" not in verdicts(measures=measures, spec=allowed)
    assert verdicts(measures=measures)["marks"] == "warn"
    all_told = {finding.rule: finding for finding in check_all(GOOD, allowed, measures=measures)}
    assert (all_told["marks"].verdict, all_told["marks"].limit) == ("pass", "")


def test_black_spans_do_not_make_a_film_dark():
    """P14: they are the concern of their own rule."""
    dark = {
        "luma_peak": curve(16.0, windows=60, rest=225.0),
        "luma_high": curve(16.0, windows=60, rest=190.0),
        "luma_mean": curve(16.0, windows=60, rest=110.0),
    }
    assert found_by("exposure", **dark).verdict == "fail"
    assert found_by("exposure", **dark, black=spans((0, 120))).verdict == "pass"
    assert found_by("exposure", **dark, black=spans((0, 197))).verdict == "undecidable"


def test_numbers_have_their_units():
    found = check_all(GOOD, GUANGDONG, name="齿轮磨削视频.mp4", case_title="齿轮磨削", measures=MEASURED)
    assert {finding.rule: (finding.measured, finding.limit) for finding in found} == {
        "container": ("MP4", "MP4"), "integrity": ("", ""), "duration": ("0:03:20", "0:03:00–0:05:00"),
        "video_codec": ("H264 High", "H264"), "audio_codec": ("AAC", "AAC"),
        "resolution": ("1920 × 1080 px", "≥ 1080 px"), "aspect": ("16:9", "16:9"),
        "orientation": ("landscape", "landscape"), "frame_rate": ("25 fps", "≥ 24 fps"),
        "focus": ("5.0 px", "≤ 9 px"), "shake": ("0.10 %", "≤ 0.8 %"),
        "exposure": ("190 (⌀ 110) / 255", "120–240 / 255"), "black": ("0 s", "≤ 1 s"),
        "freeze": ("0 s", "< 2 s"), "bars": ("100 %", "≥ 96 %"),
        "loudness": ("-20.0 LUFS, -1.0 dBTP", "≥ -30 LUFS, ≤ +3 dBTP"), "silence": ("0.0 %", "≤ 20 %"),
        "clipping": ("1.0 %", "≤ 4 %"), "noise": ("40 dB", "≥ 24 dB"), "marks": ("0.00", "< 0.2"),
        "file_name": ("齿轮磨削视频", "齿轮磨削视频"),
    }  # fmt: skip


def test_limits_are_data():
    """P14: another programme may be stricter."""
    strict = VideoSpec.from_mapping({"focus_warn_px": 4, "focus_fail_px": 4.5})
    found = check(GOOD, strict, measures=MEASURED)
    assert next(finding.verdict for finding in found if finding.rule == "focus") == "fail"


def test_brightness_of_hdr_is_not_judged():
    info = with_picture(color_transfer="smpte2084")
    assert verdicts(info, dataclasses.replace(MEASURED, luma_high=curve(80.0)))["exposure"] == "undecidable"


def test_every_rule_has_exactly_one_finding_when_all_are_wanted():
    """Issue 3 point 2."""
    found = check_all(GOOD, VideoSpec(), name="齿轮.mp4", measures=MEASURED)
    assert [finding.rule for finding in found] == list(RULES)
    assert {finding.verdict for finding in found} == {"pass"}
    unmeasured = check_all(GOOD, VideoSpec())
    assert [finding.rule for finding in unmeasured] == list(RULES)
    assert next(finding for finding in unmeasured if finding.rule == "focus").verdict == "undecidable"


def test_a_file_without_picture_still_answers_every_rule():
    sound_only = dataclasses.replace(GOOD, video=())
    found = {finding.rule: finding.verdict for finding in check_all(sound_only, VideoSpec())}
    assert list(found) == list(RULES)
    assert found["resolution"] == found["orientation"] == found["frame_rate"] == "undecidable"


@pytest.mark.parametrize(
    ("name", "title", "verdict"),
    [
        ("齿轮磨削视频.mp4", "齿轮磨削", "pass"),
        ("齿轮磨削+视频.MP4", "齿轮磨削", "pass"),
        ("IMG_0001.mp4", "齿轮磨削", "warn"),
        ("IMG_0001.mp4", "", "undecidable"),
    ],
)
def test_the_file_name_is_held_against_the_case(name, title, verdict):
    """P16."""
    assert verdicts(name=name, title=title)["file_name"] == verdict


def test_what_a_programme_does_not_ask_gives_no_finding():
    rules = verdicts(spec=VideoSpec(), measures=None)
    assert set(rules) == {"integrity", "frame_rate"}


def test_advice_names_what_was_measured_and_what_is_asked():
    finding = next(f for f in check(with_picture(duration=Fraction(100)), GUANGDONG) if f.rule == "duration")
    assert finding.to_json() == {
        "rule": "duration", "verdict": "fail", "measured": "0:01:40", "limit": "0:03:00–0:05:00",
        "ranges": [],
        "advice": "The film lasts 0:01:40 and has to last at least 0:03:00. Send a longer version.",
    }  # fmt: skip


def test_advice_is_translated_by_whoever_shows_it():
    finding = next(f for f in check(with_picture(duration=Fraction(100)), GUANGDONG) if f.rule == "duration")
    assert finding.to_json(lambda msgid, **params: params["low"])["advice"] == "0:03:00"


def test_the_worst_verdict_counts():
    assert worst(check(with_picture(is_vfr=True), GUANGDONG, measures=MEASURED)) == "warn"
    assert worst(check(with_picture(codec="hevc", is_vfr=True), GUANGDONG)) == "fail"
    assert worst(()) == "pass"


@pytest.mark.parametrize(
    ("mapping", "word"),
    [
        ({"min_lenght_s": 180}, "min_lenght_s"),
        ({"aspect": "wide"}, "aspect"),
        ({"min_height": "tall"}, "min_height"),
        ({"orientation": "sideways"}, "orientation"),
        ({"min_duration_s": 300, "max_duration_s": 180}, "max_duration_s"),
    ],
)
def test_a_specification_that_nobody_understands_is_refused_by_key(mapping, word):
    with pytest.raises(BadSpec, match=word):
        VideoSpec.from_mapping(mapping)
