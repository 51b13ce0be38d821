"""Results appear whole or not at all: written beside their place under another name, then renamed."""

import contextlib
import errno
import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from media.errors import N_, DiskFull

_CHUNK_BYTES = 1 << 20


@contextlib.contextmanager
def arriving(final: Path, *, name: str = "") -> Iterator[Path]:
    """Give a temporary path in the folder of `final` and rename it into place when the block ends well.

    On any exception the temporary file is removed and `final` stays as it was. A killed process leaves at
    most a hidden ".part" file, never a half file under the final name. DiskFull when there is no room.
    """
    with room_watched(name or final.name):
        final.parent.mkdir(parents=True, exist_ok=True)
        part = final.with_name(f".{final.stem[:80]}.{secrets.token_hex(6)}.part{final.suffix}")
        try:
            yield part
            with part.open("rb+") as file:
                os.fsync(file.fileno())
            part.replace(final)
        finally:
            part.unlink(missing_ok=True)


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
