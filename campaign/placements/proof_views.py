"""Pages and files of evidence: add, remove, look, and the small pictures of lists."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Response, flash, redirect, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as WerkzeugResponse
from wtforms import HiddenField
from wtforms.validators import DataRequired

from campaign import evidence, footage, web
from campaign.access import EVERY_ROLE, WRITES_COVERAGE, allow
from campaign.db import db
from campaign.error_pages import text_of
from campaign.errors import CampaignError, NotFound
from campaign.evidence import Evidence
from campaign.messages import N_
from campaign.placements import proofs
from campaign.placements.models import Placement, PlacementEvidence
from campaign.placements.room import blueprint


class ProofForm(FlaskForm):
    """Further files of evidence for a piece."""

    files = MultipleFileField(_l("Evidence"), [DataRequired(_l("Choose at least one file."))])


@dataclass
class _Slot:
    """One file of a field for several, as `evidence.receive` takes it: its data and its refusals."""

    data: Any
    errors: list[str] = field(default_factory=list)


def receive_all(files: MultipleFileField, kept: HiddenField) -> list[Evidence]:
    """Take every file of a form that was sent, and those kept from the time it was refused before.

    A wrong file puts its refusal on the field; `kept` then carries all the others, parted by blanks, so that
    they need not be chosen again.
    """
    uploads = [one for one in files.data or () if isinstance(one, FileStorage) and one.filename]
    slots = [_Slot(None) for _one in (kept.data or "").split()] + [_Slot(one) for one in uploads]
    tokens = [_Slot(token) for token in (kept.data or "").split()] + [_Slot("") for _one in uploads]
    found: dict[str, Evidence] = {}
    for slot, token in zip(slots, tokens, strict=True):
        proof = evidence.receive(slot, token)
        if proof is not None:
            found[proof.stored.sha256] = proof
    files.errors = [*files.errors, *(fault for slot in slots for fault in slot.errors)]
    kept.data = " ".join(token.data for token in tokens if token.data)
    return list(found.values())


def kept_names(kept: HiddenField) -> list[str]:
    """The names of the files a refused form still holds."""
    names = (evidence.kept_name(_Slot(token)) for token in (kept.data or "").split())
    return [name for name in names if name]


@blueprint.route("/<int:placement_id>/proofs", methods=["POST"])
@allow(WRITES_COVERAGE)
def add_proofs(placement_id: int) -> WerkzeugResponse:
    """Take in every file that can be taken; each refused one is named with its reason."""
    piece: Placement = web.get(Placement, placement_id)
    form, added = ProofForm(), 0
    if not form.validate_on_submit():
        flash(_("Choose at least one file."), "danger")
    for upload in form.files.data or ():
        if not getattr(upload, "filename", ""):
            continue
        try:
            proof = evidence.accept(web.storage(), upload)
            proofs.add(db.session, piece, proof)
        except CampaignError as refusal:
            db.session.rollback()
            flash(text_of(refusal), "danger")
        else:
            added += 1
    if added:
        flash(_("%(count)s files of evidence have been added.", count=added), "success")
    target = request.form.get("back", "")
    if target == "missing":
        return redirect(url_for("placements.index", evidence="missing"))
    return redirect(url_for("placements.show", placement_id=piece.id, _anchor="evidence"))


def _file(placement_id: int, proof_id: int) -> PlacementEvidence:
    piece: Placement = web.get(Placement, placement_id)
    found = next((file for file in piece.files if file.id == proof_id), None)
    if found is None:
        raise NotFound(N_("This file has been removed from the piece."))
    return found


@blueprint.route("/<int:placement_id>/proofs/<int:proof_id>/remove", methods=["POST"])
@allow(WRITES_COVERAGE)
def remove_proof(placement_id: int, proof_id: int) -> WerkzeugResponse:
    proofs.remove(db.session, _file(placement_id, proof_id))
    flash(_("The file no longer proves this piece; the log keeps its name and checksum."), "success")
    return redirect(url_for("placements.show", placement_id=placement_id, _anchor="evidence"))


@blueprint.route("/<int:placement_id>/proofs/<int:proof_id>")
@allow(EVERY_ROLE)
def proof_file(placement_id: int, proof_id: int) -> Response:
    file = _file(placement_id, proof_id)
    return evidence.send(file.asset, file.name)


@blueprint.route("/<int:placement_id>/proofs/<int:proof_id>/small")
@allow(EVERY_ROLE)
def proof_small(placement_id: int, proof_id: int) -> Response:
    """A small picture of the file; for a PDF that of its first page."""
    file = _file(placement_id, proof_id)
    drawn = proofs.drawn(web.storage(), file.asset)
    if drawn is None:
        raise NotFound(N_("This file has no picture."))
    small = web.storage().derived(file.asset.sha256, "proof-480.webp", lambda: footage.thumbnail(drawn))
    response = send_file(
        small, mimetype="image/webp", conditional=True, etag=f"{file.asset.sha256}-480", max_age=3600
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


@blueprint.route("/<int:placement_id>/evidence")
@allow(EVERY_ROLE)
def evidence_file(placement_id: int) -> Response:
    """The first file of a piece, under the address that older reports and letters name."""
    piece: Placement = web.get(Placement, placement_id)
    if piece.evidence is None:
        raise NotFound(N_("This piece has no evidence yet."))
    return evidence.send(piece.evidence, piece.evidence_name)
