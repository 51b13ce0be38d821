"""Evidence: files that prove a piece, an event, an exhibit or an expense (A1, A11, A17).

What a file is, is read from its bytes, never from its name; pictures are decoded once before they are
kept. A stored file can be handed on inside a signed token, so that a refused form does not ask for it again.
"""

from __future__ import annotations

import struct
import warnings
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from flask import Response, current_app, send_file
from flask_wtf.file import FileField
from itsdangerous import BadSignature, URLSafeTimedSerializer
from PIL import Image, UnidentifiedImageError
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from wtforms import HiddenField

from campaign import footage
from campaign.error_pages import text_of
from campaign.errors import CampaignError, Refused
from campaign.messages import N_
from campaign.storage import Asset, Storage, Stored, TooLarge, asset_for

MB = 1024 * 1024
MAX_EVIDENCE_BYTES = 60 * MB
MAX_PICTURE_BYTES = 20 * MB
MAX_PIXELS = 100_000_000
TOKEN_AGE_S = 6 * 3600
# Enough for a whole screen; derived copies of pictures are no larger.
SCREEN_SIDE = 1600

PICTURES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}
PDF, MP4 = "application/pdf", "video/mp4"
DOCUMENTS = frozenset({*PICTURES, PDF})
EVERYTHING = frozenset({*DOCUMENTS, MP4})
ACCEPT = {
    frozenset(PICTURES): ".png,.jpg,.jpeg,.webp",
    DOCUMENTS: ".pdf,.png,.jpg,.jpeg,.webp",
    EVERYTHING: ".pdf,.png,.jpg,.jpeg,.webp,.mp4",
}
KIND_NAMES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WebP", PDF: "PDF", MP4: "MP4"}
# What no browser may do with a file of a stranger that it shows in place.
INLINE_POLICY = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox"


@dataclass(frozen=True)
class Evidence:
    """A checked file in its place: content, media type by its bytes, and the name its owner gave it."""

    stored: Stored
    media_type: str
    name: str


def sniff(head: bytes) -> str | None:
    """The media type that the first bytes of a file say it is; None for anything we do not take."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if b"%PDF-" in head[:1024]:
        return PDF
    if head[4:8] == b"ftyp":
        return MP4
    return None


def accept(storage: Storage, upload: FileStorage, kinds: Collection[str] = EVERYTHING) -> Evidence:
    """Check an uploaded file and store it; a wrong, broken or oversized one is refused by name."""
    name = clean_name(upload.filename or "")
    head = upload.stream.read(1024)
    upload.stream.seek(0)
    if not head:
        raise Refused(N_("%(file)s is empty; choose the file again."), file=name)
    media_type = sniff(head)
    if media_type is None or media_type not in kinds:
        names = [KIND_NAMES[kind] for kind in (*PICTURES, PDF, MP4) if kind in kinds]
        raise Refused(
            N_("%(file)s is not a file of the kind %(kinds)s. Save it as one of these and choose it again."),
            file=name,
            kinds="、".join(names),
        )
    limit = MAX_PICTURE_BYTES if media_type in PICTURES else MAX_EVIDENCE_BYTES
    try:
        stored = storage.put_stream(cast("BinaryIO", upload.stream), limit_bytes=limit)
    except TooLarge as error:
        raise Refused(
            N_("%(file)s is larger than %(limit)s MB; send a smaller export of it."),
            file=name,
            limit=limit // MB,
        ) from error
    _check_whole(storage.path(stored.sha256), media_type, name)
    return Evidence(stored, media_type, name)


def clean_name(name: str) -> str:
    """A file name without folders and control characters, at most 200 characters long, ending kept."""
    flat = name.replace("\\", "/").rsplit("/", 1)[-1]
    flat = "".join(letter for letter in flat if letter.isprintable()).strip() or "file"
    stem, dot, ending = flat.rpartition(".")
    return flat if len(flat) <= 200 else (stem or ending)[: 199 - len(ending)] + dot + ending[:20]


def _check_whole(path: Path, media_type: str, name: str) -> None:
    """Refuse a file that begins like its kind and cannot be read to the end."""
    if media_type in PICTURES:
        _check_picture(path, PICTURES[media_type], name)
        return
    with path.open("rb") as source:
        whole = _is_whole_pdf(source) if media_type == PDF else _is_whole_mp4(source, path.stat().st_size)
    if not whole:
        raise Refused(
            N_("%(file)s is damaged or was not copied completely; export it again and choose it once more."),
            file=name,
        )


def _check_picture(path: Path, kind: str, name: str) -> None:
    try:
        with warnings.catch_warnings():
            # Our own limit below is the stricter one and speaks to the user.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=[kind]) as picture:
                if picture.width * picture.height > MAX_PIXELS:
                    raise Refused(
                        N_("%(file)s has more than %(limit)s million pixels; send a smaller export of it."),
                        file=name,
                        limit=MAX_PIXELS // 1_000_000,
                    )
                picture.load()
    except Image.DecompressionBombError as error:
        raise Refused(
            N_("%(file)s has more than %(limit)s million pixels; send a smaller export of it."),
            file=name,
            limit=MAX_PIXELS // 1_000_000,
        ) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Refused(
            N_("%(file)s is damaged or was not copied completely; export it again and choose it once more."),
            file=name,
        ) from error


def _is_whole_pdf(source: BinaryIO) -> bool:
    source.seek(0, 2)
    source.seek(max(0, source.tell() - 4096))
    return b"%%EOF" in source.read()


def _is_whole_mp4(source: BinaryIO, size: int) -> bool:
    """Walk the outermost boxes: each must lie inside the file, and one of them is the index (moov)."""
    at, found = 0, set()
    while at + 8 <= size:
        source.seek(at)
        length, kind = struct.unpack(">I4s", source.read(8))
        if length == 1:
            length = struct.unpack(">Q", source.read(8).rjust(8, b"\0"))[0]
        elif length == 0:
            length = size - at
        if length < 8 or at + length > size:
            return False
        found.add(kind)
        at += length
    return b"moov" in found


def attach(session: Session, evidence: Evidence) -> Asset:
    """The row of a checked file; does not commit."""
    return asset_for(session, evidence.stored, evidence.media_type)


# --- forms ------------------------------------------------------------------------------------------------


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="evidence")


def _remember(evidence: Evidence) -> str:
    return str(
        _signer().dumps(
            [evidence.stored.sha256, evidence.stored.size_bytes, evidence.media_type, evidence.name]
        )
    )


def _recall(token: str, kinds: Collection[str]) -> Evidence | None:
    try:
        sha256, size, media_type, name = _signer().loads(token, max_age=TOKEN_AGE_S)
    except BadSignature:
        return None
    return Evidence(Stored(sha256, size), media_type, name) if media_type in kinds else None


def receive(field: FileField, kept: HiddenField, kinds: Collection[str] = EVERYTHING) -> Evidence | None:
    """Take the file of a form that was sent, or the one kept from the time it was refused before.

    A wrong file puts its refusal on the field and gives None. The hidden field then carries the kept file,
    so that whatever else is refused, the file need not be chosen again. Call it after the form's own checks.
    """
    upload = field.data
    if not isinstance(upload, FileStorage) or not upload.filename:
        found = _recall(kept.data or "", kinds)
        kept.data = _remember(found) if found else ""
        return found
    storage: Storage = current_app.extensions["storage"]
    try:
        found = accept(storage, upload, kinds)
    except CampaignError as refusal:
        field.errors = [*field.errors, text_of(refusal)]
        kept.data = ""
        return None
    kept.data = _remember(found)
    return found


def kept_name(kept: HiddenField, kinds: Collection[str] = EVERYTHING) -> str:
    """The name of the file a refused form still holds, or nothing."""
    found = _recall(kept.data or "", kinds)
    return found.name if found else ""


# --- pages ------------------------------------------------------------------------------------------------


def is_picture(asset: Asset | None) -> bool:
    """Whether a page may show it in an `<img>`."""
    return asset is not None and asset.media_type in PICTURES


def send(asset: Asset, name: str) -> Response:
    """Answer with a stored file: pictures and PDF in place under a sandbox, all else as a download."""
    storage: Storage = current_app.extensions["storage"]
    inline = asset.media_type in DOCUMENTS
    response = send_file(
        storage.path(asset.sha256),
        mimetype=asset.media_type if asset.media_type in EVERYTHING else "application/octet-stream",
        as_attachment=not inline,
        download_name=name or asset.sha256[:16],
        conditional=True,
        etag=asset.sha256,
        max_age=3600,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = INLINE_POLICY
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def send_shown(asset: Asset, name: str, size: str = "") -> Response:
    """Answer with what a page shows: a picture as a bare copy, `small` or as wide as a screen."""
    if is_picture(asset):
        return send_small(asset) if size == "small" else send_small(asset, SCREEN_SIDE)
    return send(asset, name)


def send_original(asset: Asset, name: str) -> Response:
    """Answer with the file as it came in, as a download; a photo may carry its place and device."""
    storage: Storage = current_app.extensions["storage"]
    return send_file(
        storage.path(asset.sha256),
        mimetype=asset.media_type if asset.media_type in EVERYTHING else "application/octet-stream",
        as_attachment=True,
        download_name=name or asset.sha256[:16],
    )


def send_small(asset: Asset, side: int = 480) -> Response:
    """Answer with a WebP of a stored picture at most `side` pixels long, upright and without device data.

    Made on first use: lists need no originals, and no page shows where a photo was taken.
    """
    storage: Storage = current_app.extensions["storage"]
    original = storage.path(asset.sha256)
    small = storage.derived(asset.sha256, f"{side}.webp", lambda: footage.thumbnail(original, max_side=side))
    response = send_file(
        small, mimetype="image/webp", conditional=True, etag=f"{asset.sha256}-{side}", max_age=3600
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response
