"""Verbs on the evidence of pieces: several files each, known by their content, with when and by whom (A17).

`Placement.evidence_id` is always the first of its files, so that counting needs no join; only these verbs and
`services` write it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from campaign import evidence as documents
from campaign import footage
from campaign.errors import Refused
from campaign.evidence import MP4, PDF, Evidence
from campaign.messages import N_
from campaign.placements.models import Placement, PlacementEvidence
from campaign.storage import Asset, Storage

MOST_FILES = 20
OFFLINE = frozenset({"print", "radio", "television", "live"})


def kind_of(media_type: str, channel: str) -> str:
    """What a file shows: a picture of a web page is a screenshot, one of print or a studio a photo."""
    if media_type == PDF:
        return "pdf"
    if media_type == MP4:
        return "video"
    return "photo" if channel in OFFLINE else "screenshot"


def add(session: Session, piece: Placement, proof: Evidence) -> PlacementEvidence:
    """Add a checked file to a piece; the same file twice is refused. Commits."""
    row = attach(session, piece, proof)
    session.commit()
    return row


def attach(session: Session, piece: Placement, proof: Evidence) -> PlacementEvidence:
    """The same without committing, for verbs that do more."""
    return attach_asset(session, piece, documents.attach(session, proof), proof)


def attach_asset(session: Session, piece: Placement, asset: Asset, proof: Evidence) -> PlacementEvidence:
    """The same with the file's row at hand, for verbs that add one file to many pieces."""
    if any(file.asset_id == asset.id for file in piece.files):
        raise Refused(N_("%(file)s is already among the evidence of this piece."), file=proof.name)
    if len(piece.files) >= MOST_FILES:
        raise Refused(
            N_("A piece holds at most %(limit)s files of evidence; remove one first."), limit=MOST_FILES
        )
    row = PlacementEvidence(
        asset=asset,
        asset_id=asset.id,
        name=proof.name,
        kind=kind_of(asset.media_type, piece.channel or "web"),
        added_by_id=session.info.get("actor_id"),
    )
    piece.files.append(row)
    _keep_first(piece)
    return row


def attach_new(session: Session, piece: Placement, files: Sequence[Evidence]) -> None:
    """Add what is not there yet; does not commit."""
    for proof in files:
        asset = documents.attach(session, proof)
        if all(file.asset is not asset for file in piece.files):
            attach_asset(session, piece, asset, proof)


def remove(session: Session, file: PlacementEvidence) -> None:
    """Take a file off a piece; the audit keeps its name and checksum, the file stays in storage. Commits."""
    piece = file.placement
    piece.files.remove(file)
    _keep_first(piece)
    session.commit()


def replace_first(session: Session, piece: Placement, proof: Evidence) -> None:
    """Let a file stand where the first one stood, as the form of a piece does; does not commit."""
    asset = documents.attach(session, proof)
    known = next((file for file in piece.files if file.asset_id == asset.id), None)
    if known is not None:
        known.name = proof.name
    elif piece.files:
        first = piece.files[0]
        first.asset, first.asset_id, first.name = asset, asset.id, proof.name
        first.kind = kind_of(asset.media_type, piece.channel or "web")
        first.added_by_id = session.info.get("actor_id")
    else:
        attach(session, piece, proof)
    _keep_first(piece)


def _keep_first(piece: Placement) -> None:
    first = piece.files[0] if piece.files else None
    piece.evidence_id = first.asset_id if first else None
    piece.evidence = first.asset if first else None
    piece.evidence_name = first.name if first else ""


def drawn(storage: Storage, asset: Asset) -> Path | None:
    """The picture that stands for a file: itself, or the first page of a PDF; made once and kept.

    A film has none here, and a PDF that cannot be drawn leaves an empty file, so that it is not tried again.
    """
    if documents.is_picture(asset):
        return storage.path(asset.sha256)
    if asset.media_type != PDF:
        return None
    original = storage.path(asset.sha256)
    page = storage.derived(asset.sha256, "page.jpg", lambda: footage.first_page(original) or b"")
    return page if page.stat().st_size else None
