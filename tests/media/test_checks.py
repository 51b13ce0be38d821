import dataclasses
from fractions import Fraction

import pytest

from media.checks import RULES, check, worst
from media.errors import BadSpec
from media.info import AudioStream, MediaInfo, Problem, VideoStream
from media.measure import Measures
from media.specs import VideoSpec
from media.timecode import TimeRange

GUANGDONG = VideoSpec.from_mapping(
    {
        "min_duration_s": 180, "max_duration_s": 300, "container": ["mp4"], "video_codecs": ["h264"],
        "audio_codecs": ["aac"], "min_height": 1080, "aspect": "16:9", "orientation": "landscape",
        "file_name": "{case}视频",
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
MEASURED = Measures(integrated_lufs=-20.0, true_peak_dbtp=-1.0)


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
    assert not {"black", "freeze", "silence", "loudness"} & verdicts(measures=None).keys()


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
