import itertools
import json
import subprocess
import sys
from fractions import Fraction

import av
import click
import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from media.cli import commands
from media.errors import Unsupported
from media.info import AudioStream, MediaInfo, VideoStream
from media.ingest import look_through
from media.measure import Curve, Measures
from media.specs import VideoSpec
from media.suggest import MOST_OVERLAP, Part, Wish, suggest
from media.testfilms import SAMPLE_RATE_HZ, babble, mux_sound
from media.timecode import TimeRange

PLAN = (
    Part("enterprise", "企业场景", Fraction(30)),
    Part("production", "生产场景"),
    Part("innovation", "创新场景"),
    Part("patents", "专利奖励"),
    Part("leader", "负责人感言", Fraction(90)),
)
SPEC = VideoSpec()
RATES = (Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(50), Fraction(60))


def film_of(seconds, rate=Fraction(25), *, sound=True, vfr=False):
    """A film as probe describes it; only what a suggestion reads is true."""
    frames = int(seconds * rate)
    duration = Fraction(frames) / rate
    picture = VideoStream(
        index=0, codec="h264", profile="High", level=40, width=1920, height=1080, sar=Fraction(1), rotation=0,
        rate=rate, nominal_rate=rate, frame_count=frames, duration=duration, start_s=Fraction(0),
        max_gap_s=1 / rate, max_key_gap_s=Fraction(2), is_vfr=vfr, field_order="progressive",
        pix_fmt="yuv420p", bit_depth=8, color_primaries="bt709", color_transfer="bt709",
        color_space="bt709", color_range="tv", bit_rate=8_000_000,
    )  # fmt: skip
    heard = AudioStream(1, "aac", "LC", 48_000, 2, "stereo", duration, Fraction(0), 128_000)
    return MediaInfo(
        "mp4", "mov", duration, 1, (picture,), (heard,) if sound else (), 0, 0, 0, ()
    )  # fmt: skip


def span(start, end):
    return TimeRange(Fraction(start), Fraction(end))


def measured(seconds, *, scene=8, phrase=5, spoken=True, **more):
    """Measures of a film with a cut every `scene` seconds and half a second of pause after every phrase."""
    windows = -(-seconds // 2)
    pauses = tuple(span(at, Fraction(at) + Fraction(1, 2)) for at in range(phrase, seconds - 1, phrase))
    told = {
        "scene_cuts": tuple(Fraction(at) for at in range(scene, seconds, scene)),
        "speech": Curve(Fraction(2), (0.9 if spoken else 0.0,) * windows),
        "pauses": pauses,
        "motion": Curve(Fraction(2), tuple(float(at * 7 % 11) for at in range(windows))),
        "looks": tuple(f"{at * 37 % 256:02x}" * 40 for at in range(windows)),
    }
    return Measures(**(told | more))


def asked(length=120, tolerance=2, versions=3, parts=PLAN):
    return Wish(Fraction(length), Fraction(tolerance), versions, parts)


def shared_s(one, other):
    common = sum(
        (
            max(Fraction(0), min(a.end, b.end) - max(a.start, b.start))
            for a in one.ranges
            for b in other.ranges
        ),
        Fraction(0),
    )
    return common / min(one.duration, other.duration)


@st.composite
def films(draw):
    seconds = draw(st.integers(40, 200))
    times = st.lists(st.integers(1, seconds * 10 - 1), unique=True, max_size=40)
    spans = st.lists(st.tuples(st.integers(0, seconds * 10 - 60), st.integers(4, 50)), max_size=4)

    def read(pairs):
        return tuple(span(Fraction(at, 10), Fraction(at + length, 10)) for at, length in sorted(pairs))

    windows = -(-seconds // 2)
    levels = st.lists(st.sampled_from((0.0, 0.3, 0.9)), min_size=windows, max_size=windows)
    measures = Measures(
        black=read(draw(spans)),
        freeze=read(draw(spans)),
        silence=read(draw(spans)),
        scene_cuts=tuple(Fraction(at, 10) for at in sorted(draw(times))),
        speech=draw(st.none() | levels.map(lambda told: Curve(Fraction(2), tuple(told)))),
        pauses=draw(st.none() | spans.map(read)),
        motion=draw(st.none() | levels.map(lambda told: Curve(Fraction(2), tuple(told)))),
    )
    info = film_of(seconds, draw(st.sampled_from(RATES)), sound=draw(st.booleans()), vfr=draw(st.booleans()))
    length = draw(st.integers(10, max(10, seconds * 2 // 3)))
    return info, measures, asked(length, draw(st.sampled_from((0, 1, 2, 15))), 2)


@settings(max_examples=25, deadline=None)
@given(films())
def test_every_version_of_any_film_can_be_cut_as_it_is(film):
    """Length within the tolerance, ranges in order, on whole frames, inside the film, not too short."""
    info, measures, wish = film
    try:
        found = suggest(info, measures, SPEC, wish)
    except Unsupported as refusal:
        assert "faulty" in str(refusal)  # noqa: PT017 - the only refusal that such a film may get
        return
    rate = info.picture.nominal_rate
    assert 1 <= len(found.versions) <= 2
    for version in found.versions:
        assert abs(version.duration - wish.length_s) <= max(wish.tolerance_s, 1 / rate / 2)
        assert version.ranges[0].start >= 0
        assert version.ranges[-1].end <= info.picture.duration
        assert all(one.end < two.start for one, two in itertools.pairwise(version.ranges))
        assert all(one.duration >= 3 for one in version.ranges)
        assert all((time * rate).denominator == 1 for one in version.ranges for time in (one.start, one.end))
        assert all(piece.reasons for piece in version.pieces)
        json.dumps(version.to_json(rate))


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(0, 20), unique=True, max_size=8), st.sampled_from(("black", "freeze", "shake")))
def test_no_fault_is_taken_that_can_be_left_out(places, kind):
    """Twenty-one stretches of ten seconds, of which at least thirteen are good."""
    spans = tuple(span(10 * place + 3, 10 * place + 7) for place in sorted(places))
    if kind == "shake":
        bad = {window for one in spans for window in range(int(one.start) // 2, -(-int(one.end) // 2))}
        faults = {"shake": Curve(Fraction(2), tuple(2.0 if at in bad else 0.2 for at in range(105)))}
    else:
        faults = {kind: spans}
    found = suggest(film_of(210), measured(210, **faults), SPEC, asked(100))
    assert len(found.versions) == 3
    for version in found.versions:
        assert [
            (str(taken), str(bad)) for taken in version.ranges for bad in spans
            if taken.start < bad.end and bad.start < taken.end
        ] == []  # fmt: skip


def test_versions_differ_and_each_says_what_it_follows():
    found = suggest(film_of(300), measured(300), SPEC, asked())
    assert [version.strategy for version in found.versions] == ["plan", "speech", "lively"]
    assert all(abs(version.duration - 120) <= 1 for version in found.versions)
    for one, other in itertools.combinations(found.versions, 2):
        assert shared_s(one, other) <= MOST_OVERLAP
    for place, version in enumerate(found.versions):
        others = [other for number, other in enumerate(found.versions) if number != place]
        assert version.overlap == pytest.approx(float(max(shared_s(version, other) for other in others)))
    assert found.notes == ()


def test_up_to_six_versions_are_given_by_other_choices():
    found = suggest(film_of(300), measured(300), SPEC, asked(60, 2, 6))
    assert [version.strategy for version in found.versions] == [
        "plan", "speech", "lively", "calm", "plan", "speech",
    ]  # fmt: skip
    assert len({version.ranges for version in found.versions}) == 6


def test_a_version_by_the_plan_holds_every_part_and_keeps_to_their_lengths():
    """P12, P17: the enterprise at most 30 s, the leader's words at most 90 s."""
    found = suggest(film_of(290), measured(290), SPEC, asked(tolerance=15))
    version = found.versions[0]
    told = {part.key: Fraction(0) for part in PLAN}
    for piece in version.pieces:
        told[piece.part] += piece.range.duration
    assert all(seconds >= 3 for seconds in told.values())
    assert (told["enterprise"] <= 30, told["leader"] <= 90) == (True, True)
    assert "“企业场景” (by position only)" in str(version.pieces[0].reasons[0])
    assert str(version.reasons[0]).startswith("Spread over the content plan: 5 of its 5 parts are in it.")


def test_without_a_plan_it_is_spread_over_the_film_alone():
    version = suggest(film_of(280), measured(280), SPEC, asked(parts=())).versions[0]
    assert str(version.reasons[0]) == "Spread over the film as evenly as its scenes and its faults allow."
    assert {int(one.start // 70) for one in version.ranges} | {
        int(one.end // 70) for one in version.ranges
    } >= {0, 1, 2, 3}
    assert {piece.part for piece in version.pieces} == {""}


def test_borders_of_the_spoken_thread_lie_in_pauses():
    """Nobody is cut short where a pause is near."""
    found = suggest(film_of(300), measured(300, scene=7), SPEC, asked())
    speech = next(version for version in found.versions if version.strategy == "speech")
    for taken in speech.ranges:
        for time in (taken.start, taken.end):
            near = round(time / 5) * 5
            assert time in {0, 300} or near <= time <= near + Fraction(1, 2)


def test_a_range_that_begins_at_a_cut_shows_nothing_of_the_scene_before():
    """Cuts are seen five times a second: the range begins with the first picture of the new scene."""
    found = suggest(film_of(200), measured(200, spoken=False, pauses=()), SPEC, asked(60))
    for version in found.versions:
        for piece in version.pieces:
            if "begins at a scene cut" in [str(reason) for reason in piece.reasons]:
                assert 0 <= piece.range.start % 8 < Fraction(1, 10)
            if "ends at a scene cut" in [str(reason) for reason in piece.reasons]:
                assert 8 - Fraction(3, 10) < piece.range.end % 8 <= 8 - Fraction(1, 5)


def test_what_is_left_out_is_told_with_its_length():
    measures = measured(150, scene=200, black=(span(60, 64),), pauses=())
    version = suggest(film_of(150), measures, SPEC, asked(130, 15)).versions[0]
    told = [str(reason) for piece in version.pieces for reason in piece.reasons]
    # A fifth of a second before the first black picture that was looked at may be black already.
    assert [text for text in told if "black" in text] == ["leaves out 4.2 s of black"]


def test_dark_scenes_with_lamps_are_no_fault():
    dark = Curve(Fraction(2), (60.0,) * 75 + (160.0,) * 75)
    light = {"luma_mean": dark, "luma_high": dark}
    lit = measured(300, luma_peak=Curve(Fraction(2), (200.0,) * 150), **light)
    told = [
        str(suggest(film_of(300), one, SPEC, asked()).versions[0]) for one in (measured(300, **light), lit)
    ]
    assert ["too dark" in text for text in told] == [True, False]


def test_a_fault_that_cannot_be_avoided_is_named():
    version = suggest(film_of(125), measured(125, freeze=(span(50, 62),)), SPEC, asked()).versions[0]
    (told,) = [str(reason) for reason in version.reasons if "standing picture" in str(reason)]
    assert told.startswith("Holds ")
    assert told.endswith("s of standing picture, which this length cannot avoid.")


def test_a_film_that_is_faulty_throughout_is_refused():
    with pytest.raises(Unsupported, match=r"Too much of film\.mp4 is faulty: only 0:00:39.760 of 0:03:20"):
        suggest(
            film_of(200), measured(200, black=(span(40, 200),)), SPEC, asked(), name="film.mp4"
        )  # fmt: skip


@pytest.mark.parametrize(
    ("info", "measures", "wish", "words"),
    [
        (film_of(100), measured(100), asked(), "lasts 0:01:40, which is too short"),
        (film_of(100), measured(100), asked(2), "one range alone lasts 0:00:03"),
        (film_of(200), Measures(looked_through=False), asked(), "not been looked through"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(info, measures, wish, words):
    with pytest.raises(Unsupported, match=words):
        suggest(info, measures, SPEC, wish, name="film.mp4")


def test_a_film_of_just_the_length_is_one_version_and_says_so():
    found = suggest(film_of(121), measured(121), SPEC, asked(120, 2))
    assert len(found.versions) == 1
    assert 118 <= found.versions[0].duration <= 121
    assert "room for only 1 different versions" in str(found.notes[0])


def test_a_film_of_one_scene_without_sound_has_versions_without_words_about_speech():
    measures = Measures(motion=Curve(Fraction(2), tuple(float(at % 5) for at in range(120))))
    found = suggest(film_of(240, sound=False), measures, SPEC, asked())
    assert [version.strategy for version in found.versions] == ["plan", "lively", "calm"]
    assert "Whether anybody speaks is not known here" in str(found.notes[0])
    told = " ".join(
        str(reason) for version in found.versions for piece in version.pieces for reason in piece.reasons
    )
    assert "speech" not in told


def test_measures_of_an_older_version_do_as_well():
    measures = Measures(scene_cuts=tuple(Fraction(at) for at in range(6, 240, 6)))
    found = suggest(film_of(240), measures, SPEC, asked())
    assert len(found.versions) == 3
    assert "older version" in str(found.notes[0])


@pytest.mark.slow
def test_a_film_of_two_hours_is_answered_too():
    """Sound is heard only in part there, so pauses are not known."""
    windows = 300
    measures = Measures(
        scene_cuts=tuple(Fraction(at) for at in range(7, 7200, 7)),
        speech=Curve(Fraction(24), (0.8,) * windows),
        motion=Curve(Fraction(24), tuple(float(at * 13 % 17) for at in range(windows))),
        looks=tuple(f"{at % 256:02x}" * 40 for at in range(windows)),
        silence=tuple(span(at, at + 1) for at in range(50, 7200, 50)),
    )
    found = suggest(film_of(7200), measures, SPEC, asked())
    assert [abs(version.duration - 120) <= 1 for version in found.versions] == [True] * 3
    first = found.versions[0]
    assert (first.ranges[0].start < 1440, first.ranges[-1].end > 5760) == (True, True)


@pytest.mark.slow
def test_the_same_film_gives_the_same_versions_in_another_process():
    script = (
        "from tests.media.test_suggest import *\n"
        "print(digest(suggest(film_of(300), measured(300), SPEC, asked())))"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
        ).stdout.strip()
        for seed in ("1", "2")
    }  # fmt: skip
    assert answers == {digest(suggest(film_of(300), measured(300), SPEC, asked()))}


def digest(found):
    return json.dumps([version.to_json(Fraction(25)) for version in found.versions], sort_keys=True)


# --- from a real file to a clip ---------------------------------------------------------------------------

SCENE_S, SCENES = 5, 8
TALK = ((0, 14), (21, 40))


@pytest.fixture(scope="module")
def burst_film(tmp_path_factory):
    """Forty seconds: a cut every five, speech-like sound from 0 to 14 and from 21 to 40, silence between."""
    path = tmp_path_factory.mktemp("suggest") / "film.mp4"
    random = np.random.default_rng(4)
    with av.open(str(path), "w") as film:
        picture = film.add_stream(
            "libx264", rate=25, options={"preset": "ultrafast", "x264-params": "log=-1"}
        )
        picture.width, picture.height, picture.pix_fmt = 320, 180, "yuv420p"
        sound = film.add_stream("aac", rate=SAMPLE_RATE_HZ, layout="stereo")
        for scene in range(SCENES):
            still = np.kron(random.integers(30, 226, (9, 16)), np.ones((20, 20))).astype(np.uint8)
            for number in range(SCENE_S * 25):
                # Later scenes move faster.
                shown = np.roll(still, number * (scene + 2) // 10, axis=1)
                frame = av.VideoFrame.from_ndarray(shown, format="gray").reformat(format="yuv420p")
                film.mux(picture.encode(frame))
        film.mux(picture.encode(None))
        samples = np.zeros(SCENES * SCENE_S * SAMPLE_RATE_HZ, np.float32)
        for seed, (start, end) in enumerate(TALK):
            at = slice(start * SAMPLE_RATE_HZ, end * SAMPLE_RATE_HZ)
            samples[at] = babble((end - start) * SAMPLE_RATE_HZ, seed)
        mux_sound(film, sound, samples, 2)
    return path


@pytest.fixture(scope="module")
def burst_measures(burst_film):
    return look_through(burst_film)


def test_cuts_speech_and_silence_of_a_real_film_are_what_was_put_into_it(burst_measures):
    _, measures = burst_measures
    assert [round(float(cut)) for cut in measures.scene_cuts] == [5, 10, 15, 20, 25, 30, 35]
    by_second = [measures.speech.values[second // 2] for second in range(40)]
    assert np.mean(by_second[2:12]) > 0.6
    assert max(by_second[16:20]) == 0
    assert measures.motion.values[-1] > measures.motion.values[0]
    assert [pause for pause in measures.pauses if pause.start <= 15 and pause.end >= 20]


def test_the_spoken_thread_of_a_real_film_leaves_its_silence_out(burst_measures):
    info, measures = burst_measures
    found = suggest(info, measures, VideoSpec(max_silence_share=Fraction(1)), asked(24, 1, 3, ()))
    speech = next(version for version in found.versions if version.strategy == "speech")
    silent = span(Fraction(29, 2), Fraction(41, 2))
    assert [one for one in speech.ranges if min(one.end, silent.end) - max(one.start, silent.start) > 1] == []
    lively = next(version for version in found.versions if version.strategy == "lively")
    middle = {
        version: sum(one.start * one.duration for one in version.ranges) for version in (speech, lively)
    }
    assert middle[lively] > middle[speech]


SPECS = {
    "video_spec": {"guangdong": {"min_duration_s": 20}}.get,
    "clip_wish": {
        "guangdong": {
            "length_s": 24, "tolerance_s": 3,
            "parts": [
                {"key": "enterprise", "title": "企业场景", "max_s": 30},
                {"key": "leader", "title": "负责人感言", "max_s": None},
            ],
        }
    }.get,
}  # fmt: skip


@pytest.fixture
def qichuang():
    group = click.Group("qichuang", commands={command.name: command for command in commands})
    return lambda *args: CliRunner().invoke(group, [str(arg) for arg in args], obj=SPECS)


@pytest.mark.slow
def test_what_suggest_prints_is_what_cut_takes(qichuang, burst_film, tmp_path):
    answer = qichuang(
        "suggest", burst_film, "--spec", "guangdong", "--length", "8", "--versions", "2", "--json"
    )
    assert (answer.exit_code, answer.stderr) == (0, "")
    told = json.loads(answer.stdout)
    assert [version["strategy"] for version in told["versions"]] == ["plan", "speech"]
    version = told["versions"][0]
    assert 7 <= version["duration_s"] <= 9
    assert {one["part"] for one in version["ranges"]} <= {"enterprise", "leader"}
    ranges = [word for one in version["ranges"] for word in ("--range", one["range"])]
    clip = tmp_path / "clip.mp4"
    made = qichuang("cut", burst_film, *ranges, "-o", clip, "--delivery", "web", "--json")
    assert made.exit_code == 0, made.stdout
    assert json.loads(made.stdout)["frames"] == Fraction(version["duration"]) * 25


def test_suggest_in_words_has_a_line_for_each_range(qichuang, burst_film):
    answer = qichuang("suggest", burst_film, "--spec", "guangdong", "--length", "12", "--versions", "1")
    assert answer.exit_code == 0
    lines = answer.stdout.splitlines()
    assert lines[0].startswith("1  Through the whole film  0:00:1")
    assert lines[2].startswith("   00:00:")
    assert "by position only" in lines[2]


def test_suggest_refuses_a_film_that_is_too_short(qichuang, burst_film):
    answer = qichuang("suggest", burst_film, "--spec", "guangdong", "--length", "60", "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["error"]["code"] == "unsupported"
    assert qichuang("suggest", burst_film, "--spec", "nowhere").exit_code == 2
