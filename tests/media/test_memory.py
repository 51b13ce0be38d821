"""The measure of memory that other tests rely on."""

import re
from fractions import Fraction

import numpy as np
import pytest

from media import ffmpeg

from .memory import own_peak_mib, watched

FAT_MIB = 600


def decoded(film):
    outcome = ffmpeg.run(["-i", str(film), "-f", "null", "-"])
    return int(re.findall(r"frame= *(\d+)", "\n".join(outcome.log))[-1])


@pytest.mark.slow
def test_what_the_test_process_took_is_not_told_of_ffmpeg(films):
    """Ten tests once failed on a machine where the same process had typeset a book before."""
    film = films(frames=50, rate=Fraction(25))
    fat = np.ones((FAT_MIB, 1 << 20), np.uint8)
    assert own_peak_mib() > FAT_MIB
    del fat
    pictures, peaks_mib = watched(decoded, film)
    assert pictures == 50
    assert len(peaks_mib) == 1
    assert 10 < peaks_mib[0] < FAT_MIB / 2
