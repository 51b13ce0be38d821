from fractions import Fraction
from pathlib import Path

import pytest

from media.deliveries import MASTER, TELEVISION, WEB
from media.dress import Card, Dress, Music
from media.loudness import LoudnessReading, levelled, notes, reachable, read_loudness
from media.plan import EditList
from media.timecode import TimeRange

SOURCE = Path("film.mp4")


def edit_list(*pairs):
    return EditList.of(SOURCE, [TimeRange(Fraction(start), Fraction(end)) for start, end in pairs])


def test_a_fingerprint_names_contents_ranges_order_and_delivery():
    hashes = {SOURCE: "a" * 64}
    one = edit_list((1, 2), (3, 4)).fingerprint(hashes, MASTER)
    renamed = EditList.of(
        SOURCE, [entry.range for entry in edit_list((1, 2), (3, 4)).entries], "another name"
    )
    assert renamed.fingerprint(hashes, MASTER) == one
    others = {
        edit_list((3, 4), (1, 2)).fingerprint(hashes, MASTER),
        edit_list((1, 2), (3, 4)).fingerprint(hashes, WEB),
        edit_list((1, 2), (3, 4)).fingerprint({SOURCE: "b" * 64}, MASTER),
        edit_list((1, 2)).fingerprint(hashes, MASTER),
    }
    assert len(others) == 4
    assert one not in others


def test_the_length_of_an_edit_list_is_the_sum_of_its_ranges():
    assert edit_list((1, 2), (3, Fraction(9, 2))).duration == Fraction(5, 2)


def test_the_summary_of_the_meter_is_read():
    log = [
        "[info] Summary:",
        "[info]   I:         -23.4 LUFS",
        "[info]   LRA:         6.1 LU",
        "[info]   Peak:       -1.2 dBFS",
    ]
    assert read_loudness(log) == LoudnessReading(-23.4, -1.2, 6.1)
    silent = ["Summary:", "I: -70.0 LUFS", "LRA: 0.0 LU", "Peak: -inf dBFS"]
    assert read_loudness(silent) == LoudnessReading(None, None, 0.0)


def names(reading):
    return [step.name for step in levelled(reading, TELEVISION, 48000)]


def test_a_limiter_is_used_only_where_a_peak_asks_for_it():
    assert names(LoudnessReading(-24.0, -10.0, 5.0)) == ["volume"]
    assert "alimiter" in names(LoudnessReading(-40.0, -10.0, 5.0))
    assert names(LoudnessReading(None, None, None)) == []


def test_a_fingerprint_names_the_dress_and_a_plain_one_changes_nothing():
    hashes = {SOURCE: "a" * 64, Path("one.mp3"): "b" * 64, Path("other.mp3"): "c" * 64}

    def print_of(dress):
        return edit_list((1, 2)).fingerprint(hashes, MASTER, dress)

    assert print_of(Dress()) == print_of(None) == edit_list((1, 2)).fingerprint(hashes, MASTER)
    dresses = [
        Dress(),
        Dress(opening=Card("a")),
        Dress(end=Card("a")),
        Dress(opening=Card("b")),
        Dress(music=Music(Path("one.mp3"))),
        Dress(music=Music(Path("other.mp3"))),
        Dress(music=Music(Path("one.mp3"), level_lu=-12)),
    ]
    assert len({print_of(dress) for dress in dresses}) == len(dresses)


@pytest.mark.parametrize(
    ("before", "bounds", "after", "words"),
    [
        (LoudnessReading(-30.0, -10.0, 5.0), (-26.0, -22.0), -24.0, []),
        # Only so much louder, whatever is asked: room noise is no speech.
        (LoudnessReading(-60.0, -50.0, 5.0), (-38.0, -34.0), -36.0, ["so quiet (-60.0 LUFS)"]),
        # Peaks that are held down may leave it below, never above.
        (LoudnessReading(-40.0, -3.0, 5.0), (float("-inf"), -22.0), -28.5, ["Single loud peaks"]),
        (LoudnessReading(-40.0, -3.0, 5.0), (float("-inf"), -22.0), -25.0, []),
        (LoudnessReading(None, None, None), None, None, []),
    ],
)
def test_what_of_a_loudness_can_be_reached_is_known_and_what_was_not_is_said(before, bounds, after, words):
    assert reachable(before, TELEVISION) == bounds
    said = notes(before, LoudnessReading(after, -3.0, 5.0), TELEVISION)
    assert len(said) == len(words)
    assert all(word in str(note) for word, note in zip(words, said, strict=True))
    assert notes(before, LoudnessReading(after, -3.0, 5.0), None) == ()
