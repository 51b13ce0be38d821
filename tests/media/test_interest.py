from fractions import Fraction

import numpy as np
import pytest

from media import interest
from media.sounds import RATE_HZ
from media.testfilms import babble, make_sound

SECONDS = 30


def samples(voice):
    """As the decode leaves them: 16 bit, two channels, lowered by 18 decibels."""
    lowered = np.clip(voice / 8 * 32768, -32768, 32767).astype(np.int16)
    return np.stack([lowered, lowered], axis=1)


def music(notes_a_second):
    """Struck strings that ring on."""
    random = np.random.default_rng(2)
    played = np.zeros(SECONDS * RATE_HZ, np.float32)
    for number in range(SECONDS * notes_a_second):
        at = number * RATE_HZ // notes_a_second
        times = np.arange(min(RATE_HZ, len(played) - at)) / RATE_HZ
        pitch = 220 * 2 ** (int(random.integers(0, 12)) / 12)
        played[at : at + len(times)] += 0.1 * np.exp(-3 * times) * np.sin(2 * np.pi * pitch * times)
    return played


def likeness(voice):
    return interest.speech_likeness(interest.levels_db(samples(voice)), 2)


def test_the_rhythm_of_speech_is_told():
    told = likeness(babble(SECONDS * RATE_HZ, 3))
    assert len(told) == SECONDS // 2
    assert np.mean(told) > 0.7


def test_speech_is_told_over_quiet_music():
    assert np.mean(likeness(babble(SECONDS * RATE_HZ, 3) + 0.3 * music(2))) > 0.6


@pytest.mark.parametrize(
    "voice",
    [
        music(2),
        music(4),
        make_sound("tone", Fraction(SECONDS)),
        make_sound("clicks", Fraction(SECONDS)),
        make_sound("silence", Fraction(SECONDS)),
        np.random.default_rng(1).normal(0, 0.1, SECONDS * RATE_HZ).astype(np.float32),
    ],
    ids=["music", "quick music", "tone", "clicks", "silence", "noise"],
)
def test_other_sound_is_not_taken_for_speech(voice):
    assert max(likeness(voice)) < 0.3


def test_the_level_is_that_of_the_sound():
    """A sine of 0.2 has 20 log10(0.2) - 3.01 decibels."""
    levels = interest.levels_db(samples(make_sound("tone", Fraction(2))))
    assert len(levels) == 100
    assert float(np.median(levels)) == pytest.approx(-16.99, abs=0.3)


def test_pauses_lie_where_nobody_speaks():
    voice = babble(12 * RATE_HZ, 5)
    voice[4 * RATE_HZ : 5 * RATE_HZ] = 0
    found = interest.pauses(interest.levels_db(samples(voice)), 2)
    held = [pause for pause in found if pause.start < Fraction(9, 2) < pause.end]
    assert [(pause.start <= 4.1, pause.end >= 4.9) for pause in held] == [(True, True)]
    assert all(pause.duration >= Fraction(24, 100) for pause in found)


def test_steady_sound_has_no_pause():
    assert interest.pauses(interest.levels_db(samples(make_sound("tone", Fraction(6)))), 2) == ()


def test_silence_is_one_pause():
    (pause,) = interest.pauses(interest.levels_db(samples(make_sound("silence", Fraction(6)))), 2)
    assert (pause.start, pause.end) == (0, 6)


def test_what_moves_differs_from_picture_to_picture_and_a_cut_does_not_count():
    still = np.random.default_rng(0).integers(16, 236, (90, 160)).astype(np.uint8)
    other = 255 - still
    moving = np.stack([np.roll(still, 3 * number, axis=1) for number in range(8)])
    cut = np.stack([still] * 4 + [other] * 4)
    assert interest.motion(cut) == 0
    assert interest.motion(moving) > 20
    assert interest.motion(still[None]) is None


def test_a_picture_that_was_seen_before_is_not_new():
    random = np.random.default_rng(0)
    scenes = [random.integers(16, 236, (5, 8)).astype(np.uint8).repeat(18, 0).repeat(20, 1) for _ in range(4)]
    looks = [interest.look(scenes[number]) for number in (0, 1, 2, 0, 3)]
    assert len(looks[0]) == 80
    new = interest.unlike(looks)
    assert new[3] == 0
    assert min(new[2], new[4]) > 20
