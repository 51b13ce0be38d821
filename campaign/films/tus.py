"""The tus 1.0.0 protocol, as far as it knows neither web nor database: headers, and the bytes on the disk.

Extensions: creation, expiration, checksum, termination. The database says how many bytes have come; the file
may hold more after a crash, and is cut back to that before anything is added. See https://tus.io/protocols.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from filelock import FileLock, Timeout

from campaign.errors import CampaignError
from campaign.messages import N_
from campaign.storage import room_or_refusal

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,checksum,termination"
CHUNK_TYPE = "application/offset+octet-stream"
# The protocol asks every server for sha1, and tuspy sends nothing else; our own page sends sha256.
ALGORITHMS: dict[str, Callable[..., hashlib._Hash]] = {"sha256": hashlib.sha256, "sha1": hashlib.sha1}
# A piece may be a little larger than agreed; a much larger one would fill the memory of the server.
CHUNK_MARGIN_BYTES = 64 * 1024
READ_BYTES = 256 * 1024
LOCK_TIMEOUT_S = 15.0

_NUMBER = re.compile(r"\d{1,15}")
_KEY = re.compile(r"[!-+\--~]+")


class ProtocolError(CampaignError):
    """A request that the protocol answers with a status of its own; `headers` go with the answer."""

    def __init__(
        self, status: int, msgid: str, headers: dict[str, str] | None = None, **params: object
    ) -> None:
        super().__init__(msgid, **params)
        self.status = status
        self.headers = headers or {}


def check_version(header: str | None) -> None:
    """Refuse a client of another protocol version (412), as the protocol wants it."""
    if header != VERSION:
        raise ProtocolError(
            412,
            N_("This server speaks version %(version)s of the upload protocol; please load the page again."),
            {"Tus-Version": VERSION},
            version=VERSION,
        )


def parse_number(header: str | None, name: str) -> int:
    """Read a header that must be a whole number not below 0."""
    if header is None or not _NUMBER.fullmatch(header):
        raise ProtocolError(400, N_("The header %(name)s is missing or is no number."), name=name)
    return int(header)


def parse_metadata(header: str | None) -> dict[str, str]:
    """Read `Upload-Metadata`: pairs of a key and a base64 value, parted by commas; a value may be missing."""
    found: dict[str, str] = {}
    for pair in (header or "").split(","):
        key, _, value = pair.strip().partition(" ")
        if not key:
            continue
        try:
            text = base64.b64decode(value.strip(), validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError, ValueError):
            raise _bad_metadata() from None
        if not _KEY.fullmatch(key) or key in found:
            raise _bad_metadata()
        found[key] = text
    return found


def _bad_metadata() -> ProtocolError:
    return ProtocolError(400, N_("The header %(name)s cannot be read."), name="Upload-Metadata")


def check_sum(header: str | None, data: bytes) -> None:
    """Compare a piece with `Upload-Checksum`, if there is one; 460 tells the client to send it again."""
    if header is None:
        return
    algorithm, _, encoded = header.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        raise ProtocolError(
            400, N_("The checksum %(algorithm)s is not known here."), algorithm=algorithm[:20] or "–"
        )
    try:
        wanted = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise ProtocolError(400, N_("The header %(name)s cannot be read."), name="Upload-Checksum") from None
    if ALGORITHMS[algorithm](data).digest() != wanted:
        raise ProtocolError(460, N_("A piece of the file was damaged on the way. It is sent once more."))


def read_chunk(stream: IO[bytes], limit_bytes: int, gone: type[Exception]) -> tuple[bytes, bool]:
    """Read the body of a PATCH into memory; gives the bytes and whether the client broke off.

    Reading comes before locking, so that a dead line never blocks its own successor. `gone` is what the
    stream raises when the client disappears. Larger than `limit_bytes` is refused (413).
    """
    data = bytearray()
    try:
        while block := stream.read(READ_BYTES):
            data += block
            if len(data) > limit_bytes:
                raise ProtocolError(
                    413, N_("This piece is too large; pieces may have %(limit)s bytes."), limit=limit_bytes
                )
    except gone:
        return bytes(data), True
    return bytes(data), False


class Parts:
    """The folder of files that are still coming in; names are made by the server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, upload_id: str) -> Path:
        """Where the bytes of an upload lie."""
        return self.folder / f"{upload_id}.part"

    def lock(self, upload_id: str) -> FileLock:
        """The lock of one upload, over threads and processes; a killed holder lets go at once."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self.folder / f"{upload_id}.lock", timeout=LOCK_TIMEOUT_S)

    def append(self, upload_id: str, offset_bytes: int, data: bytes) -> None:
        """Write a piece at its place and have it on the disk before this returns.

        Whatever lies behind the offset came in without being counted and is cut off first. On a full disk
        the file is cut back to the offset, StorageFull is raised, and the upload can go on later.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.path(upload_id)
        path.touch(mode=0o600)
        with room_or_refusal(), path.open("r+b", buffering=0) as out:
            if os.fstat(out.fileno()).st_size < offset_bytes:
                raise ProtocolError(
                    410, N_("The bytes sent so far are no longer there. Please start this file again.")
                )
            out.truncate(offset_bytes)
            out.seek(offset_bytes)
            try:
                _write_all(out, data)
                os.fsync(out.fileno())
            except OSError:
                out.truncate(offset_bytes)
                raise

    def remove(self, upload_id: str) -> None:
        """Forget the bytes of an upload; harmless when they are gone already."""
        self.path(upload_id).unlink(missing_ok=True)
        # A waiting process may hold the lock file open (Windows): the next sweep finds it again.
        with suppress(PermissionError):
            (self.folder / f"{upload_id}.lock").unlink(missing_ok=True)


def _write_all(out: IO[bytes], data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[out.write(view) :]


def busy() -> ProtocolError:
    """What to say when another request holds the upload for long."""
    return ProtocolError(423, N_("Another window is sending this file just now. Close it, or wait a moment."))


LockTimeout = Timeout
