"""typst in a process that goes on living: a worker that sets one document after the other."""

import gc
from pathlib import Path

import pytest

from reports import typesetting
from tests.reports.test_casebook import MOMENT

WORDS = "#for number in range(9000) [第 #number 段：企业创新。 \n\n]"


def resident_mib():
    gc.collect()
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="resident memory is read from /proc")
def test_documents_that_were_set_do_not_stay_in_memory(fonts):
    def grown(count, first):
        before = resident_mib()
        for number in range(first, first + count):
            # Each is another document, as reports are.
            pdf = typesetting.compiled(f"文件 {number} {WORDS}".encode(), {}, fonts, MOMENT)
            assert len(pdf) > typesetting.FORGET_FROM_BYTES
        return resident_mib() - before

    grown(1, 0)
    assert grown(5, 1) < 60
