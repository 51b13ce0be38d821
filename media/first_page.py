"""The first page of a PDF as a picture, drawn in a process of its own.

A PDF comes from a stranger and pdfium is a large machine: it gets seconds, a bound of memory and nothing to
write to but its answer, and if it falls, it falls alone.
"""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

SECONDS = 20
MEMORY_BYTES = 1536 * 1024 * 1024
SIDE = 1400


def first_page(path: Path) -> bytes | None:
    """Give the page as JPEG, at most `SIDE` pixels on its longer side; None where it cannot be drawn.

    Damaged, empty and password-protected files cannot, nor what takes more than its share.
    """
    command = [sys.executable, "-m", "media.first_page", str(path)]
    try:
        done = subprocess.run(  # noqa: S603 - our own program on a file of our own naming
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS + 5, check=False
        )
    except subprocess.TimeoutExpired:
        return None
    return done.stdout if done.returncode == 0 and done.stdout.startswith(b"\xff\xd8") else None


def _bound() -> None:
    """Take away what a hostile file could use up; Windows knows no such bounds."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not there on Windows

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _draw(path: Path) -> bytes:
    import pypdfium2  # noqa: PLC0415 - the caller of `first_page` never loads it

    document = pypdfium2.PdfDocument(path)
    page = document[0]
    longer = max(page.get_width(), page.get_height(), 1.0)
    picture = page.render(scale=min(SIDE / longer, 4.0), may_draw_forms=False).to_pil()
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=82)
    return out.getvalue()


if __name__ == "__main__":
    _bound()
    sys.stdout.buffer.write(_draw(Path(sys.argv[1])))
