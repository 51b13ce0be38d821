"""Results appear whole or not at all: written beside their place under another name, then renamed."""

import contextlib
import errno
import functools
import hashlib
import os
import platform
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from media.errors import N_, DiskFull

_CHUNK_BYTES = 1 << 20
# Of another machine that shares the folder: no job takes so long.
_FOREIGN_DAYS = 7
_PART = re.compile(r"\.([0-9a-f]{8})-(\d+)-(\d+)\.[0-9a-f]{12}\.part")


@contextlib.contextmanager
def arriving(final: Path, *, name: str = "") -> Iterator[Path]:
    """Give a temporary path in the folder of `final` and rename it into place when the block ends well.

    On any exception the temporary file is removed and `final` stays as it was. A killed process leaves at
    most a hidden ".part" file, never a half file under the final name; the next arrival in the folder removes
    it. DiskFull when there is no room.
    """
    with room_watched(name or final.name):
        final.parent.mkdir(parents=True, exist_ok=True)
        sweep(final.parent)
        # ffmpeg takes a relative name with a colon in it for a protocol.
        part = final.absolute().with_name(
            f".{final.stem[:80]}.{_maker()}.{secrets.token_hex(6)}.part{final.suffix}"
        )
        try:
            yield part
            with part.open("rb+") as file:
                os.fsync(file.fileno())
            part.replace(final)
        finally:
            part.unlink(missing_ok=True)


def sweep(folder: Path) -> list[str]:
    """Remove what killed processes left behind in a folder and give its names; safe while others work there.

    A part names its machine, its process and when that began, so that a new process with an old number is
    no excuse. Of another machine nothing is known: its parts go when nobody has written to them for days.
    """
    removed = []
    for path in folder.glob(".*.part*"):
        found = _PART.search(path.name)
        if not found or not _is_left(path, *found.groups()):
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            # Two arrivals may sweep at the same time.
            path.unlink(missing_ok=True)
        removed.append(path.name)
    return removed


def _is_left(path: Path, machine: str, process: str, began: str) -> bool:
    if machine != _machine():
        with contextlib.suppress(OSError):
            return time.time() - path.stat().st_mtime > _FOREIGN_DAYS * 86_400
        return False
    return _began(int(process)) != began


def _maker() -> str:
    return f"{_machine()}-{os.getpid()}-{_began(os.getpid())}"


@functools.cache
def _machine() -> str:
    return hashlib.sha256(platform.node().encode()).hexdigest()[:8]


def _began(process: int) -> str:
    """Say when a process of this machine began; "0" where that cannot be known, "" if it is gone."""
    try:
        # The name in brackets may hold spaces; the start is the 20th field after it (proc(5)).
        return Path(f"/proc/{process}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[19]
    except FileNotFoundError:
        if Path("/proc/self/stat").exists():
            return ""
    except OSError:
        return "0"
    try:
        # Signal 0 only asks; Windows would end the process, so that there every one counts as alive.
        if os.name == "posix":
            os.kill(process, 0)
    except ProcessLookupError:
        return ""
    except PermissionError:
        return "0"
    return "0"


@contextlib.contextmanager
def scratch(beside: Path | None = None) -> Iterator[Path]:
    """Give a hidden folder for what nobody keeps, beside the results or else among the temporary files.

    What a killed process leaves of it is removed by the next job that needs one in the same place.
    """
    parent = beside or Path(tempfile.gettempdir())
    sweep(parent)
    prefix = f".qichuang.{_maker()}.{secrets.token_hex(6)}.part"
    with tempfile.TemporaryDirectory(prefix=prefix, dir=parent) as name:
        yield Path(name)


@contextlib.contextmanager
def room_watched(name: str) -> Iterator[None]:
    """Turn the system's "no space left" into DiskFull, which says what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(
                N_(
                    "There is no room left on the disk to write the result of %(name)s. "
                    "Free some space and try again."
                ),
                name=name,
            ) from error
        raise


def sha256_of(path: Path) -> str:
    """Give the sha-256 of a file as hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
