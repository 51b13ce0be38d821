"""The tus 1.0.0 endpoint behind the upload workplace."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from flask import Response, flash, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import ClientDisconnected
from werkzeug.http import http_date
from werkzeug.wrappers import Response as WerkzeugResponse

from campaign import web
from campaign.access import WRITES_FILMS, allow
from campaign.cases.models import Case
from campaign.config import MAX_CHUNK_BYTES
from campaign.db import db, utc_now
from campaign.error_pages import text_of
from campaign.films import tus, uploads
from campaign.films.models import Upload
from campaign.films.room import blueprint, dock, own_organisation
from campaign.messages import N_

TUS_ENDPOINTS = ("films.uploads_options", "films.create_upload", "films.upload_piece")


@blueprint.errorhandler(tus.ProtocolError)
def protocol_error(error: tus.ProtocolError) -> Response:
    """The answer the protocol wants, with the reason in plain words."""
    db.session.rollback()
    response = jsonify({"message": text_of(error)})
    response.status_code = error.status
    if error.status == 460:
        response.status = "460 Checksum Mismatch"
    response.headers.update(error.headers)
    return response


@blueprint.after_request
def speak_tus(response: Response) -> Response:
    """Every answer of the endpoint names the protocol's version."""
    if request.endpoint in TUS_ENDPOINTS:
        response.headers["Tus-Resumable"] = tus.VERSION
    return response


@blueprint.route("/uploads", methods=["OPTIONS"], provide_automatic_options=False)
@allow(WRITES_FILMS)
def uploads_options() -> Response:
    return Response(
        status=204,
        headers={
            "Tus-Version": tus.VERSION,
            "Tus-Extension": tus.EXTENSIONS,
            "Tus-Max-Size": str(dock().max_bytes),
            "Tus-Checksum-Algorithm": ",".join(tus.ALGORITHMS),
        },
    )


@blueprint.route("/uploads", methods=["POST"], provide_automatic_options=False)
@allow(WRITES_FILMS)
def create_upload() -> Response:
    tus.check_version(request.headers.get("Tus-Resumable"))
    length_bytes = tus.parse_number(request.headers.get("Upload-Length"), "Upload-Length")
    metadata = tus.parse_metadata(request.headers.get("Upload-Metadata"))
    case_text = metadata.get("case_id", "")
    uploads.sweep(db.session, dock(), utc_now())
    row = uploads.begin(
        db.session,
        dock(),
        uploads.announced(metadata, length_bytes),
        programme_id=web.programme().id,
        owner_id=own_organisation(),
        user_id=web.actor().user_id,
        case=web.get(Case, int(case_text)) if case_text.isdecimal() else None,
    )
    return Response(
        status=201,
        headers={
            "Location": url_for("films.upload_piece", upload_id=row.id),
            "Upload-Offset": "0",
            "Upload-Expires": _expires(row.expires_at),
        },
    )


@blueprint.route(
    "/uploads/<upload_id>", methods=["HEAD", "PATCH", "DELETE", "POST"], provide_automatic_options=False
)
@allow(WRITES_FILMS)
def upload_piece(upload_id: str) -> Response:
    """One upload: how far it is, its next piece, its end. Some proxies let only POST through."""
    tus.check_version(request.headers.get("Tus-Resumable"))
    method = request.headers.get("X-HTTP-Method-Override", request.method).upper()
    row = uploads.find(
        db.session, upload_id, programme_id=web.programme().id, user_id=web.actor().user_id, now=utc_now()
    )
    if method == "HEAD":
        return _how_far(row)
    if method == "PATCH":
        return _take_piece(row)
    if method == "DELETE":
        uploads.give_up(db.session, dock(), row)
        return Response(status=204)
    raise tus.ProtocolError(405, N_("This address does not take that kind of request."))


@blueprint.route("/upload/<upload_id>/give-up", methods=["POST"])
@allow(WRITES_FILMS)
def forget_upload(upload_id: str) -> WerkzeugResponse:
    """Give an upload up from the page, also one that was refused or has expired."""
    row = uploads.own(db.session, upload_id, programme_id=web.programme().id, user_id=web.actor().user_id)
    name = row.file_name
    uploads.give_up(db.session, dock(), row)
    flash(_("The upload of %(name)s has been removed.", name=name), "success")
    return redirect(url_for("films.upload"), 303)


def _how_far(row: Upload) -> Response:
    if row.is_whole and row.source_id is None:
        row = uploads.finish(db.session, dock(), row)
    return Response(status=200, headers={**_state(row), "Upload-Length": str(row.length_bytes)})


def _take_piece(row: Upload) -> Response:
    if request.mimetype != tus.CHUNK_TYPE:
        raise tus.ProtocolError(415, N_("A piece of a file must be sent as %(type)s."), type=tus.CHUNK_TYPE)
    offset_bytes = tus.parse_number(request.headers.get("Upload-Offset"), "Upload-Offset")
    data, broke_off = tus.read_chunk(
        request.stream, MAX_CHUNK_BYTES + tus.CHUNK_MARGIN_BYTES, ClientDisconnected
    )
    checksum = request.headers.get("Upload-Checksum")
    if broke_off and checksum is not None:
        # Half a piece cannot be checked against the checksum of the whole one; the client sends it again.
        raise tus.ProtocolError(460, N_("A piece of the file was damaged on the way. It is sent once more."))
    tus.check_sum(checksum, data)
    row = uploads.add_piece(db.session, dock(), row, offset_bytes, data)
    return Response(status=204, headers=_state(row))


def _state(row: Upload) -> dict[str, str]:
    headers = {"Upload-Offset": str(row.offset_bytes)}
    if row.source is None:
        headers["Upload-Expires"] = _expires(row.expires_at)
        return headers
    film = row.source
    seen = uploads.in_sight(db.session, film, row.owner_id)
    if seen:
        headers["Qichuang-Film"] = url_for("films.show", source_id=film.id)
    if film.uploaded_by_id != row.user_id or film.created_at < row.created_at:
        note = uploads.already_there(film) if seen else uploads.held_by_others()
        # A header holds no Chinese; the page decodes it.
        headers["Qichuang-Note"] = quote(text_of(note))
    return headers


def _expires(moment: datetime) -> str:
    return http_date(moment)
