"""How much memory a job takes, told apart from what the process that started it had taken.

Linux hands the high-water mark of a process on to what it starts (`ru_maxrss` outlives fork and exec), so a
figure that ffmpeg tells of itself is at least that of the process it was forked from. A test process that has
typeset a book before would make every film look large.
"""

import multiprocessing
import re
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from media import ffmpeg


def own_peak_mib():
    """Give the most resident memory that this process ever held, in MiB, since its own program began."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024


def watched(step, *args, **options):
    """Do a step in a small process of its own; give its result and the MiB that each ffmpeg held at most.

    The step and all it takes and gives must be such as can be pickled.
    """
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as alone:
        return alone.submit(_watch, step, args, options).result()


def _watch(step, args, options):
    peaks, run = [], ffmpeg.run

    def told(*given, **more):
        outcome = run(*given, **more)
        peaks.extend(int(kib) / 1024 for kib in re.findall(r"maxrss=(\d+)", "\n".join(outcome.log)))
        return outcome

    ffmpeg.run = told
    return step(*args, **options), peaks
