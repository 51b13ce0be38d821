"""Results appear whole or not at all, and what killed processes leave is swept (issue 3)."""

import os
import subprocess
import sys
import time

import pytest

from media.files import arriving, sweep

KILLED = """
import os, signal, sys
from pathlib import Path
from media.files import arriving
with arriving(Path(sys.argv[1])) as part:
    part.write_bytes(b"half")
    (part.parent / (part.stem + "x")).mkdir()
    (part.parent / (part.stem + "x") / "track.nut").write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_result_is_there_when_the_block_ends_well(tmp_path):
    with arriving(tmp_path / "clip.mp4") as part:
        part.write_bytes(b"whole")
        assert not (tmp_path / "clip.mp4").exists()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"clip.mp4": b"whole"}


def test_what_a_killed_process_left_goes_with_the_next_arrival(tmp_path):
    ended = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "one.mp4")], check=False)
    assert ended.returncode < 0
    assert len(list(tmp_path.iterdir())) == 2
    with arriving(tmp_path / "two.mp4") as part:
        part.write_bytes(b"whole")
    assert [path.name for path in tmp_path.iterdir()] == ["two.mp4"]


def test_parts_of_living_processes_and_hidden_files_of_others_stay(tmp_path):
    mine = tmp_path / ".part-of-somebody.part.mp4"
    mine.write_bytes(b"not made here")
    with arriving(tmp_path / "one.mp4") as part:
        part.write_bytes(b"at work")
        assert sweep(tmp_path) == []
        assert part.read_bytes() == b"at work"
    assert mine.exists()


def test_a_part_of_a_process_whose_number_was_given_anew_goes(tmp_path):
    with arriving(tmp_path / "one.mp4") as part:
        name, (machine, process, began) = part.name, part.name.split(".")[2].split("-")
        part.write_bytes(b"whole")
    left = tmp_path / name.replace(f"{machine}-{process}-{began}", f"{machine}-{os.getpid()}-1")
    left.write_bytes(b"of an older process of this number")
    assert sweep(tmp_path) == [left.name]


@pytest.mark.parametrize(("days", "stays"), [(1, True), (30, False)])
def test_a_part_of_another_machine_goes_when_nobody_writes_to_it_for_days(tmp_path, days, stays):
    left = tmp_path / f".clip.00000000-{os.getpid()}-5.0123456789ab.part.mp4"
    left.write_bytes(b"half")
    then = time.time() - days * 86_400
    os.utime(left, (then, then))
    sweep(tmp_path)
    assert left.exists() == stays
