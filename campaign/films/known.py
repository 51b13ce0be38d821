"""Whether a film is here already, asked before it is sent.

Two questions, the cheap one first: of a hundred new films hardly one has the length in bytes of another, so
the browser hashes only those that do. It sends the SHA-256 of every piece of 8 MB, which the browser's own
hash can tell without holding the film; the server reads the film that it has piece by piece, to the first
difference. Only films in the actor's sight are spoken of: what another province holds stays its own affair.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.access import Actor
from campaign.films import queries
from campaign.films.models import SourceVideo
from campaign.programmes.models import Programme
from campaign.storage import Asset, Storage

PIECE_BYTES = 8 * 1024 * 1024
MOST_SIZES = 1000
_DIGEST = re.compile(r"[0-9a-f]{64}")


def of_sizes(
    session: Session, programme: Programme, actor: Actor, sizes: Collection[int]
) -> list[SourceVideo]:
    """Films in sight that have one of these lengths in bytes."""
    statement = queries.films(programme, actor).where(
        SourceVideo.asset_id.in_(select(Asset.id).where(Asset.size_bytes.in_(sizes)))
    )
    return list(session.scalars(statement.order_by(SourceVideo.id)).unique())


def same_film(
    session: Session, storage: Storage, programme: Programme, actor: Actor, size: int, pieces: Sequence[str]
) -> SourceVideo | None:
    """The film in sight with exactly this content; None where there is none or the digests are not whole."""
    if len(pieces) != max(1, -(-size // PIECE_BYTES)) or not all(_DIGEST.fullmatch(one) for one in pieces):
        return None
    for film in of_sizes(session, programme, actor, [size]):
        path = storage.path(film.asset.sha256)
        if path.is_file() and _holds(path, pieces):
            return film
    return None


def _holds(path: Path, pieces: Sequence[str]) -> bool:
    with path.open("rb") as content:
        return all(hashlib.sha256(content.read(PIECE_BYTES)).hexdigest() == piece for piece in pieces)
