import re

import pytest

from media import ffmpeg
from media.testfilms import make_test_film


@pytest.fixture(scope="session")
def films(tmp_path_factory):
    """Give a maker of films that makes each recipe only once."""
    folder = tmp_path_factory.mktemp("films")
    made = {}

    def film(ending="mp4", **recipe):
        key = (ending, tuple(sorted(recipe.items())))
        if key not in made:
            made[key] = make_test_film(folder / f"film{len(made)}.{ending}", **recipe)
        return made[key]

    return film


@pytest.fixture
def peaks_mib(monkeypatch):
    """Collect the most memory that each ffmpeg held, as it tells itself at its end."""
    peaks, run = [], ffmpeg.run

    def watched(args, **options):
        outcome = run(args, **options)
        peaks.extend(int(kib) / 1024 for kib in re.findall(r"maxrss=(\d+)", "\n".join(outcome.log)))
        return outcome

    monkeypatch.setattr(ffmpeg, "run", watched)
    return peaks
