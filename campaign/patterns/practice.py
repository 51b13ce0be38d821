"""A practice upload: speaks tus 1.0 with the page, checks every piece, keeps nothing but the count.

It lets the drop zone be tried and tested without a film; the real endpoint belongs to the films.
"""

from __future__ import annotations

import base64
import hashlib
import uuid
from dataclasses import dataclass

from flask import Blueprint, Response, abort, jsonify, request, url_for

from campaign.access import public

LARGEST_BYTES = 64 * 1024 * 1024


@dataclass
class Practice:
    """How much of a file has arrived, and its digest so far."""

    size_bytes: int
    offset_bytes: int
    digest: hashlib._Hash


UPLOADS: dict[str, Practice] = {}
blueprint = Blueprint("practice", __name__, url_prefix="/upload")


def _find(upload_id: str) -> Practice:
    if upload_id not in UPLOADS:
        abort(404)
    return UPLOADS[upload_id]


@blueprint.route("", methods=["POST"])
@public
def create() -> Response:
    """Begin an upload; more than 64 MB is refused as a full server would refuse it."""
    size_bytes = request.headers.get("Upload-Length", type=int)
    if size_bytes is None:
        abort(400)
    if size_bytes > LARGEST_BYTES:
        response = jsonify({"message": "练习上传最多 64 MB。"})
        response.status_code = 413
        return response
    upload_id = uuid.uuid4().hex
    UPLOADS[upload_id] = Practice(size_bytes, 0, hashlib.sha256())
    where = url_for("patterns.practice.offset", upload_id=upload_id)
    return Response(status=201, headers={"Location": where, "Tus-Resumable": "1.0.0"})


@blueprint.route("/<upload_id>", methods=["HEAD"])
@public
def offset(upload_id: str) -> Response:
    """Say how much has arrived."""
    one = _find(upload_id)
    headers = {
        "Upload-Offset": str(one.offset_bytes),
        "Upload-Length": str(one.size_bytes),
        "Tus-Resumable": "1.0.0",
        "Cache-Control": "no-store",
    }
    return Response(status=200, headers=headers)


@blueprint.route("/<upload_id>", methods=["PATCH"])
@public
def append(upload_id: str) -> Response:
    """Take one piece: 409 at the wrong place, 460 if its sum is wrong."""
    one = _find(upload_id)
    if request.headers.get("Upload-Offset", type=int) != one.offset_bytes:
        return Response(status=409, headers={"Tus-Resumable": "1.0.0"})
    piece = request.get_data()
    stated = request.headers.get("Upload-Checksum", "")
    if stated and stated.split() != ["sha256", base64.b64encode(hashlib.sha256(piece).digest()).decode()]:
        return Response(status=460, headers={"Tus-Resumable": "1.0.0"})
    one.digest.update(piece)
    one.offset_bytes += len(piece)
    headers = {
        "Upload-Offset": str(one.offset_bytes),
        "Tus-Resumable": "1.0.0",
        "X-Digest": one.digest.hexdigest(),
    }
    return Response(status=204, headers=headers)


@blueprint.route("/<upload_id>", methods=["DELETE"])
@public
def cancel(upload_id: str) -> Response:
    """Forget an upload."""
    _find(upload_id)
    del UPLOADS[upload_id]
    return Response(status=204, headers={"Tus-Resumable": "1.0.0"})
