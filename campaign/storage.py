"""Content-addressed files: an original is written once and never again (design: storage)."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import BigInteger, String, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from campaign.db import Base, Timestamped, utc_now
from campaign.errors import StorageFull
from campaign.messages import N_

BLOCK_BYTES = 1024 * 1024


class Asset(Timestamped, Base):
    """One immutable file, known by its content; many rows may point at it."""

    __tablename__ = "asset"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(120))


@dataclass(frozen=True)
class Stored:
    """A file that is in its place: lower-case hex sha-256 and size in bytes."""

    sha256: str
    size_bytes: int


@contextmanager
def room_or_refusal() -> Iterator[None]:
    """Turn a full disk into a refusal that says so; the caller's temporary file is its own to remove."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull(
                N_("The disk is full. Nothing was changed; make room on the server and try again.")
            ) from error
        raise


class Storage:
    """The folder of assets.

    A file is written under a temporary name in the same folder, synced and renamed, so that under its
    final name it is always whole; a second file with the same content costs nothing.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.incoming = root / "incoming"

    def prepare(self) -> None:
        """Make the folders; harmless when they are there."""
        self.incoming.mkdir(parents=True, exist_ok=True)

    def path(self, sha256: str) -> Path:
        """Where the content lies."""
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def put_stream(self, stream: BinaryIO, *, limit_bytes: int | None = None) -> Stored:
        """Store what a stream holds; over `limit_bytes` it is refused and nothing stays behind."""
        self.prepare()
        digest, size = hashlib.sha256(), 0
        with room_or_refusal():
            handle, name = tempfile.mkstemp(dir=self.incoming)
            temporary = Path(name)
            try:
                with os.fdopen(handle, "wb") as out:
                    while block := stream.read(BLOCK_BYTES):
                        size += len(block)
                        if limit_bytes is not None and size > limit_bytes:
                            raise TooLarge(limit_bytes)
                        digest.update(block)
                        out.write(block)
                    out.flush()
                    os.fsync(out.fileno())
                return self._settle(temporary, Stored(digest.hexdigest(), size))
            finally:
                temporary.unlink(missing_ok=True)

    def adopt(self, path: Path, *, sha256: str | None = None) -> Stored:
        """Take a finished file over by renaming it (copying across file systems); `path` is gone after."""
        self.prepare()
        digest = sha256 or file_sha256(path)
        stored = Stored(digest, path.stat().st_size)
        with room_or_refusal():
            if path.stat().st_dev != self.incoming.stat().st_dev:
                handle, name = tempfile.mkstemp(dir=self.incoming)
                os.close(handle)
                try:
                    shutil.copyfile(path, name)
                    self._settle(Path(name), stored)
                finally:
                    Path(name).unlink(missing_ok=True)
                path.unlink()
            else:
                self._settle(path, stored)
                path.unlink(missing_ok=True)
        return stored

    def derived(self, sha256: str, kind: str, make: Callable[[], bytes]) -> Path:
        """Give a file made from a stored one, making it on first use; kind is its name, such as 480.webp.

        It can be made again at any time, so nothing points at it and it may be deleted. Two who ask at once
        make it twice and end with one.
        """
        target = self.root / "derived" / sha256[:2] / f"{sha256}-{kind}"
        if not target.exists():
            made = make()
            self.prepare()
            with room_or_refusal():
                target.parent.mkdir(parents=True, exist_ok=True)
                handle, name = tempfile.mkstemp(dir=self.incoming)
                try:
                    with os.fdopen(handle, "wb") as out:
                        out.write(made)
                    Path(name).replace(target)
                finally:
                    Path(name).unlink(missing_ok=True)
        return target

    def _settle(self, temporary: Path, stored: Stored) -> Stored:
        target = self.path(stored.sha256)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary.chmod(0o444)
            temporary.replace(target)
        return stored

    def free_bytes(self) -> int:
        """Room left on the disk that holds the assets."""
        self.prepare()
        return shutil.disk_usage(self.root).free


class TooLarge(Exception):  # noqa: N818 - a fact about a file; services say what to do about it
    """More bytes than allowed; `limit_bytes` is the limit."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(limit_bytes)
        self.limit_bytes = limit_bytes


def file_sha256(path: Path) -> str:
    """Hex sha-256 of a file, read in blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while block := source.read(BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def asset_for(session: Session, stored: Stored, media_type: str) -> Asset:
    """Find or make the row of a stored file; two writers at once end with one row."""
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    now = utc_now()
    session.execute(
        insert(Asset)
        .values(
            sha256=stored.sha256,
            size_bytes=stored.size_bytes,
            media_type=media_type,
            created_at=now,
            updated_at=now,
        )
        .on_conflict_do_nothing(index_elements=["sha256"])
    )
    return session.execute(select(Asset).where(Asset.sha256 == stored.sha256)).scalar_one()
