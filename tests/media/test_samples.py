"""Real films of every kind: nothing crashes, hangs or lies. Their folder stands beside the checkout."""

import json
import os
import re
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import pytest

from media import ffmpeg, hostile
from media.errors import Damaged
from media.probe import probe

SAMPLES = Path(os.environ.get("QICHUANG_SAMPLES", Path(__file__).parents[3] / "shared" / "samples" / "video"))
FILMS = sorted(path.name for path in SAMPLES.iterdir()) if SAMPLES.is_dir() else []
# What a decoder loses of these is named by the probe or the check; all others are whole.
NOT_WHOLE = {"derived_truncated_ae_example.mp4", "am_audio_only.mp4"}
# ffmpeg itself opens it as little as the probe does.
REFUSED = {"am_malformed_free_box.mp4"}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(
        not FILMS, reason=f"{SAMPLES} is not there; set QICHUANG_SAMPLES to a folder of films"
    ),
]


def program(*args):
    """Run the program as an office does; give its status, its answer and how long it took."""
    began = time.monotonic()
    asked = subprocess.run(
        [Path(sys.executable).with_name("qichuang"), *map(str, args), "--json"],
        capture_output=True, text=True, check=False, timeout=900, env=os.environ | {"QICHUANG_LOCALE": "en"},
    )  # fmt: skip
    assert "Traceback" not in asked.stderr, asked.stderr[-2000:]
    return asked.returncode, json.loads(asked.stdout), time.monotonic() - began


def decoded(path, info):
    """Count what ffmpeg decodes of the picture, every stored picture once."""
    outcome = ffmpeg.run(
        [*hostile.admit(path).arguments, "-i", str(path), "-map", f"0:{info.picture.index}",
         "-c:v", "wrapped_avframe", "-fps_mode", "passthrough", "-f", "null", "-"],
        fail_on_error_lines=False,
    )  # fmt: skip
    return outcome.frames


@pytest.mark.parametrize("name", FILMS)
def test_the_probe_promises_no_more_pictures_than_can_be_decoded(name):
    if name in REFUSED:
        with pytest.raises(Damaged):
            probe(SAMPLES / name)
        return
    info = probe(SAMPLES / name)
    if info.picture is None:
        assert name == "am_audio_only.mp4"
        return
    found = decoded(SAMPLES / name, info)
    if name in NOT_WHOLE:
        assert info.problems
        assert found <= info.picture.frame_count
    else:
        assert found == info.picture.frame_count
        assert abs(info.duration - info.picture.frame_count / info.picture.rate) < Fraction(1, 10)


@pytest.mark.parametrize("name", FILMS)
def test_a_check_answers_for_every_rule(record_property, name):
    status, answer, _ = program("check", SAMPLES / name, "--spec", "guangdong-2024")
    if name in REFUSED:
        assert (status, answer["error"]["code"]) == (1, "damaged")
        return
    assert "error" not in answer
    assert len({finding["rule"] for finding in answer["findings"]}) == 21
    of = {
        verdict: [finding["rule"] for finding in answer["findings"] if finding["verdict"] == verdict]
        for verdict in ("fail", "warn", "undecidable")
    }
    record_property(
        "table",
        f"{name}: " + "; ".join(f"{verdict} {', '.join(rules) or '-'}" for verdict, rules in of.items()),
    )
    assert status == int(bool(of["fail"]))


@pytest.mark.parametrize("name", FILMS)
def test_a_cut_of_two_seconds_has_its_pictures_or_is_refused_in_words(tmp_path, name):
    out = tmp_path / "clip.mp4"
    end = 2 if name in REFUSED else min(float(probe(SAMPLES / name).duration), 2)
    status, answer, _ = program("cut", SAMPLES / name, "--range", f"0-{end:.3f}", "-o", out)
    if status:
        assert name in NOT_WHOLE | REFUSED
        assert re.search(r"export|choose|upload", answer["error"]["message"], re.IGNORECASE)
        assert not out.exists()
        return
    made = probe(out).picture
    assert made.frame_count == answer["frames"] == pytest.approx(end * 25, abs=1)
    assert decoded(out, probe(out)) == made.frame_count
