"""Verbs on uploads: begin, add a piece, finish, give up, sweep. The bytes lie in `tus.Parts`."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.accounts.models import Organisation
from campaign.cases.models import Case
from campaign.db import utc_now
from campaign.errors import Conflict, NotFound, Refused, StorageFull
from campaign.films import rules, services, tus
from campaign.films.models import SourceVideo, Upload
from campaign.messages import N_
from campaign.storage import Storage, Stored, file_sha256

KEPT_FOR = timedelta(days=7)
# Left free beside the films, so that a full disk never keeps the database from writing.
RESERVE_BYTES = 256 * 1024 * 1024
SWEEP_AT_ONCE = 20
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Announced:
    """What a client says about a file before it sends it."""

    file_name: str
    length_bytes: int
    sha256: str | None = None


@dataclass(frozen=True)
class Dock:
    """Where uploads arrive: the folder of parts, and the storage that takes the whole ones."""

    parts: tus.Parts
    storage: Storage
    max_bytes: int


def announced(metadata: dict[str, str], length_bytes: int) -> Announced:
    """Read what `Upload-Metadata` says; a checksum that is none is refused rather than ignored."""
    sha256 = metadata.get("sha256", "").strip().lower() or None
    if sha256 is not None and not _SHA256.fullmatch(sha256):
        raise tus.ProtocolError(400, N_("The header %(name)s cannot be read."), name="Upload-Metadata sha256")
    return Announced(rules.clean_file_name(metadata.get("filename", "")), length_bytes, sha256)


def begin(
    session: Session,
    dock: Dock,
    what: Announced,
    *,
    programme_id: int,
    owner_id: int,
    user_id: int,
    case: Case | None,
) -> Upload:
    """Open an upload, unless it cannot end well: empty, too large, no room, or already here. Commits."""
    if what.length_bytes == 0:
        raise Refused(N_("%(name)s is empty. Look at the file on your computer."), name=what.file_name)
    if what.length_bytes > dock.max_bytes:
        raise tus.ProtocolError(
            413,
            N_("%(name)s is larger than %(limit)s GB, the most this server takes. Send a smaller export."),
            name=what.file_name,
            limit=f"{dock.max_bytes / 1024**3:.1f}",
        )
    if what.sha256 is not None:
        known = services.film_of_content(session, programme_id, what.sha256)
        # Who only knows a checksum learns nothing of the films of others; who sends the film itself does.
        if known is not None and in_sight(session, known, owner_id):
            raise already_there(known)
    if dock.storage.free_bytes() < what.length_bytes + RESERVE_BYTES:
        raise StorageFull(
            N_("There is no room for %(name)s on the server. Tell the administrator; nothing was changed."),
            name=what.file_name,
        )
    upload = Upload(
        id=str(uuid.uuid4()),
        programme_id=programme_id,
        owner_id=owner_id,
        user_id=user_id,
        file_name=what.file_name,
        length_bytes=what.length_bytes,
        offset_bytes=0,
        sha256=what.sha256,
        case_id=case.id if case else None,
        expires_at=utc_now() + KEPT_FOR,
    )
    session.add(upload)
    session.commit()
    return upload


def in_sight(session: Session, film: SourceVideo, owner_id: int) -> bool:
    """Whether a film belongs to an organisation, or to one below it."""
    whose = session.get_one(Organisation, film.owner_id).path
    return whose.startswith(session.get_one(Organisation, owner_id).path)


def already_there(film: SourceVideo) -> Conflict:
    """Say that a film is here, to those who may see it."""
    return Conflict(
        N_("This film is already there, as %(name)s. It was not sent again."), name=film.file_name
    )


def held_by_others() -> Conflict:
    """Say that a film is in the programme without a word of who brought it in."""
    return Conflict(
        N_(
            "This film is already in the programme, brought in by another organisation, and was not stored"
            " twice. If it belongs to your case, ask the project lead to assign it."
        )
    )


def own(session: Session, upload_id: str, *, programme_id: int, user_id: int) -> Upload:
    """One's own upload in this programme; nobody else's, whatever the role."""
    upload = session.scalars(
        select(Upload).where(
            Upload.id == upload_id, Upload.programme_id == programme_id, Upload.user_id == user_id
        )
    ).one_or_none()
    if upload is None:
        raise NotFound(N_("There is no such upload. Please choose the file again."))
    return upload


def find(session: Session, upload_id: str, *, programme_id: int, user_id: int, now: datetime) -> Upload:
    """One's own upload that can still go on; 410 for one that has ended."""
    upload = own(session, upload_id, programme_id=programme_id, user_id=user_id)
    if upload.state in ("refused", "removed") or (upload.state == "receiving" and upload.expires_at <= now):
        raise tus.ProtocolError(410, N_("This upload has ended. Please choose the file again."))
    return upload


@contextmanager
def alone(dock: Dock, upload_id: str) -> Iterator[None]:
    """Keep every other request away from an upload, whichever process serves it."""
    try:
        with dock.parts.lock(upload_id):
            yield
    except tus.LockTimeout:
        raise tus.busy() from None


def add_piece(session: Session, dock: Dock, upload: Upload, offset_bytes: int, data: bytes) -> Upload:
    """Write a piece that begins where the last one ended; the last one makes the film. Commits.

    The bytes are on the disk before the offset is: after a crash the offset may be behind, never ahead.
    """
    with alone(dock, upload.id):
        # Another request may have moved the offset, or removed the row, while this one waited.
        session.rollback()
        fresh = session.get(Upload, upload.id, populate_existing=True)
        if fresh is None:
            raise tus.ProtocolError(410, N_("This upload has ended. Please choose the file again."))
        upload = fresh
        if offset_bytes != upload.offset_bytes:
            raise tus.ProtocolError(
                409,
                N_("The server has %(have)s bytes of this file, not %(said)s."),
                {"Upload-Offset": str(upload.offset_bytes)},
                have=upload.offset_bytes,
                said=offset_bytes,
            )
        if offset_bytes + len(data) > upload.length_bytes:
            raise tus.ProtocolError(400, N_("More bytes came than the file was said to have."))
        if data:
            dock.parts.append(upload.id, offset_bytes, data)
            upload.offset_bytes = offset_bytes + len(data)
            upload.expires_at = utc_now() + KEPT_FOR
            session.commit()
        if upload.is_whole:
            _finish(session, dock, upload)
    return upload


def finish(session: Session, dock: Dock, upload: Upload) -> Upload:
    """Make the film of an upload that is whole but was interrupted before it became one; harmless twice."""
    with alone(dock, upload.id):
        session.refresh(upload)
        if upload.is_whole and upload.source_id is None and upload.state in ("receiving", "received"):
            _finish(session, dock, upload)
    return upload


def _finish(session: Session, dock: Dock, upload: Upload) -> None:
    """Hash, compare, store, take in: each step is committed, so that a crash repeats at most one of them."""
    part = dock.parts.path(upload.id)
    if upload.state == "receiving":
        digest = file_sha256(part)
        if upload.sha256 is not None and upload.sha256 != digest:
            _refuse(session, dock, upload)
        upload.sha256, upload.state = digest, "received"
        session.commit()
    if upload.source_id is not None:
        return
    stored_sha256 = str(upload.sha256)
    if part.exists() or not dock.storage.path(stored_sha256).exists():
        stored = dock.storage.adopt(part, sha256=stored_sha256)
    else:
        # The crash came after the file was stored and before its row was.
        stored = Stored(stored_sha256, upload.length_bytes)
    services.receive(
        session,
        stored,
        file_name=upload.file_name,
        programme_id=upload.programme_id,
        owner_id=upload.owner_id,
        user_id=upload.user_id,
        case=session.get(Case, upload.case_id) if upload.case_id else None,
        upload=upload,
    )
    dock.parts.remove(upload.id)


def _refuse(session: Session, dock: Dock, upload: Upload) -> None:
    refusal = Refused(
        N_(
            "%(name)s arrived otherwise than it was sent: its checksum does not fit. "
            "The copy on the server was removed; please send the file again."
        ),
        name=upload.file_name,
    )
    upload.state = "refused"
    upload.refusal = {"msgid": refusal.msgid, "params": refusal.params}
    session.commit()
    dock.parts.remove(upload.id)
    raise refusal


def give_up(session: Session, dock: Dock, upload: Upload) -> None:
    """Remove an upload and its bytes at the sender's wish; a film it became stays. Commits."""
    with alone(dock, upload.id):
        session.rollback()
        fresh = session.get(Upload, upload.id)
        if fresh is not None:
            session.delete(fresh)
            session.commit()
        dock.parts.remove(upload.id)


def sweep(session: Session, dock: Dock, now: datetime) -> int:
    """Remove uploads that nobody went on with for a week, with their bytes; gives how many. Commits.

    One that is whole but never became a film, since the server died at that moment, becomes one now.
    """
    expired = session.scalars(select(Upload).where(Upload.expires_at <= now).limit(SWEEP_AT_ONCE)).all()
    for upload in expired:
        if upload.is_whole and upload.source_id is None and upload.state in ("receiving", "received"):
            finish(session, dock, upload)
        give_up(session, dock, upload)
    return len(expired)
