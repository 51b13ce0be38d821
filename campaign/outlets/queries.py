"""Questions to the registry of outlets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, selectinload

from campaign.audit import AuditEntry
from campaign.outlets.models import Outlet, OutletAddress, OutletListing, OutletName
from campaign.outlets.rules import likely_same, stem
from campaign.placements.models import Placement

HISTORY = 30
PROPOSALS = 200
WAITS = (Outlet.merged_into_id.is_(None), Outlet.proposed_level != "")


def outlets() -> Select[Outlet]:
    """The outlets of the registry without those merged away, with their lists."""
    return select(Outlet).where(Outlet.merged_into_id.is_(None)).options(selectinload(Outlet.listings))


def waiting(session: Session) -> int:
    """How many outlets were named with a piece and wait to be confirmed."""
    return session.scalar(select(func.count(Outlet.id)).where(*WAITS)) or 0


def lists(session: Session) -> Sequence[str]:
    """The names of the lists that outlets stand on."""
    return session.scalars(select(OutletListing.list_name).distinct().order_by(OutletListing.list_name)).all()


def merged_into(session: Session, outlet: Outlet) -> Sequence[Outlet]:
    """The outlets that were merged into this one, the latest first."""
    statement = select(Outlet).where(Outlet.merged_into_id == outlet.id)
    return session.scalars(statement.order_by(Outlet.merged_at.desc())).all()


def history(session: Session, outlet: Outlet) -> Sequence[AuditEntry]:
    """What was changed of an outlet and of its names, addresses and lists, the latest first."""
    parts: list[tuple[type[Any], list[int]]] = [(Outlet, [outlet.id])]
    parts += [
        (model, [row.id for row in rows])
        for model, rows in (
            (OutletName, outlet.names),
            (OutletAddress, outlet.addresses),
            (OutletListing, outlet.listings),
        )
    ]
    conditions = [
        (AuditEntry.subject_type == model.__tablename__) & AuditEntry.subject_id.in_([str(i) for i in ids])
        for model, ids in parts
    ]
    # A name or list that was taken out says itself whose it was.
    conditions.append(
        (AuditEntry.action == "deleted")
        & AuditEntry.subject_type.in_([model.__tablename__ for model, _rows in parts[1:]])
        & (AuditEntry.changes[("outlet_id", 0)].as_integer() == outlet.id)
    )
    statement = select(AuditEntry).where(or_(*conditions))
    return session.scalars(statement.order_by(AuditEntry.at.desc()).limit(HISTORY)).all()


@dataclass(frozen=True)
class Pair:
    """Two outlets that look like one, and how many pieces each has in all programmes."""

    keep: Outlet
    gone: Outlet
    keep_pieces: int
    gone_pieces: int


def likely_duplicates(session: Session) -> list[Pair]:
    """Outlets on no list that look like another one, which is proposed to be kept.

    Two outlets of the official list are never proposed: the list itself keeps them apart.
    """
    listed = select(OutletListing.outlet_id)
    loose = session.execute(
        select(Outlet.id, OutletName.name)
        .join(Outlet.names)
        .where(Outlet.merged_into_id.is_(None), Outlet.id.not_in(listed))
    ).all()
    if not loose:
        return []
    everybody = session.execute(
        select(OutletName.outlet_id, OutletName.name, OutletName.outlet_id.in_(listed))
    ).all()
    stems = [(outlet_id, stem(name), is_listed) for outlet_id, name, is_listed in everybody]
    found: dict[int, int] = {}
    for outlet_id, name in loose:
        mine = stem(name)
        for other_id, other, is_listed in stems:
            later = other_id < outlet_id or is_listed
            if outlet_id not in found and other_id != outlet_id and later and likely_same(mine, other):
                found[outlet_id] = other_id
    ids = {*found, *found.values()}
    rows = {row.id: row for row in session.scalars(outlets().where(Outlet.id.in_(ids)))}
    counts = pieces_of(session, sorted(ids))
    pairs = [
        Pair(rows[keep], rows[gone], counts.get(keep, 0), counts.get(gone, 0))
        for gone, keep in found.items()
        if keep in rows and gone in rows
    ]
    return sorted(pairs, key=lambda pair: (-pair.gone_pieces, pair.gone.name))[:PROPOSALS]


def pieces_of(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """How many pieces outlets have in all programmes."""
    statement = select(Placement.outlet_id, func.count()).where(Placement.outlet_id.in_(ids))
    return {row[0]: row[1] for row in session.execute(statement.group_by(Placement.outlet_id))}
