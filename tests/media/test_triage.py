import dataclasses
from fractions import Fraction

import pytest

from media import ffmpeg
from media import triage as triage_module
from media.probe import probe
from media.specs import VideoSpec
from media.triage import triage


@pytest.fixture
def heard_s(monkeypatch):
    """Collect how many seconds of sound ffmpeg was given to listen to."""
    lengths, run = [], ffmpeg.run

    def watched(args, **options):
        lengths.append(options.get("duration_s"))
        return run(args, **options)

    monkeypatch.setattr(ffmpeg, "run", watched)
    return lengths


def with_short_sound(films, folder, length_s, sound, sound_frames=50):
    """Make a film of one picture every ten seconds, whose sound ends after a few (25 frames a second)."""
    picture = films(frames=length_s // 10, step_pattern=(250,), size=(160, 96), sound=None)
    voice, film = films(frames=sound_frames, size=(160, 96), sound=sound), folder / "film.mp4"
    ffmpeg.run(["-i", str(picture), "-i", str(voice), "-map", "0:v", "-map", "1:a", "-c", "copy", str(film)])
    return film


@pytest.mark.parametrize(
    ("sound", "frames", "heard"),
    [("speech", 9, 8), ("silence", 9, 8), pytest.param("speech", 70, 8, marks=pytest.mark.slow)],
    ids=["speech", "silence", "longer than is drawn off in one piece"],
)
def test_silence_after_the_last_sound_is_told_without_listening_to_it(
    films, tmp_path, monkeypatch, heard_s, sound, frames, heard
):
    """A film of a few kilobytes that claimed an hour and a half of picture once took half a minute."""
    film = with_short_sound(films, tmp_path, 10 * frames, sound)
    heard_s.clear()
    quick = triage(film, VideoSpec())
    monkeypatch.setattr(triage_module, "_WORTH_S", 12 * 3600)
    slow = triage(film, VideoSpec())
    assert heard_s == [heard, 10 * frames]
    assert quick.measures.silence[-1].end == 10 * frames
    assert quick == slow


def test_a_short_silence_at_the_end_is_listened_to(films, tmp_path, heard_s):
    film = with_short_sound(films, tmp_path, 60, "speech")
    heard_s.clear()
    assert triage(film, VideoSpec()).measures.silence[-1].end == 60
    assert heard_s == [60]


def test_sound_that_lasts_longer_than_its_packets_told_is_heard(films, tmp_path, heard_s):
    film = with_short_sound(films, tmp_path, 90, "tone", 250)
    heard = triage(film, VideoSpec()).measures
    heard_s.clear()
    info = probe(film)
    short = dataclasses.replace(info.sound, duration=Fraction(1))
    told = triage(film, VideoSpec(), info=dataclasses.replace(info, audio=(short,)))
    assert heard_s == [6, 90]
    assert told.measures == heard
