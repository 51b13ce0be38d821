"""Verbs that make two outlets one."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.db import utc_now
from campaign.errors import Refused
from campaign.messages import N_
from campaign.outlets.models import Outlet, OutletContact, OutletListing
from campaign.placements.grouping import SHORTEST_REASON, regroup_around
from campaign.placements.models import Placement, PlannedPiece
from campaign.programmes.models import Programme


def absorb(session: Session, keep: Outlet, gone: Outlet, reason: str) -> None:
    """Let one outlet become part of another; does not commit.

    Names, addresses, lists, pieces, contacts and plans go over; the row that is gone stays, points to the one
    that is kept, and remembers what went over.
    """
    said = reason.strip()
    if keep.id == gone.id or keep.merged_into_id is not None or gone.merged_into_id is not None:
        raise Refused(N_("Choose two different outlets that are both in the registry."))
    if len(said) < SHORTEST_REASON:
        raise Refused(N_("Say why, in a few words: the centre will ask."))
    moved: dict[str, list[int]] = {}
    for attribute in ("names", "addresses", "listings"):
        rows = list(getattr(gone, attribute))
        moved[attribute] = [row.id for row in rows]
        for row in rows:
            if attribute == "listings" and _stands_there(keep, row):
                gone.listings.remove(row)
            else:
                row.outlet = keep
    moved["pieces"] = []
    programmes: dict[int, list[int]] = {}
    for piece in session.scalars(select(Placement).where(Placement.outlet_id == gone.id)).unique():
        piece.outlet = keep
        moved["pieces"].append(piece.id)
        programmes.setdefault(piece.programme_id, []).append(piece.id)
    _move_contacts(session, keep, gone)
    for plan in session.scalars(select(PlannedPiece).where(PlannedPiece.outlet_id == gone.id)).unique():
        plan.outlet = keep
    gone.merged_into_id, gone.merged_at = keep.id, utc_now()
    gone.merge_reason, gone.merged_rows = said[:300], moved
    session.flush()
    for programme_id, ids in programmes.items():
        programme = session.get_one(Programme, programme_id)
        regroup_around(session, programme, ids)


def merge(session: Session, keep: Outlet, gone: Outlet, reason: str) -> None:
    """Let one outlet become part of another. Commits."""
    absorb(session, keep, gone, reason)
    session.commit()


def _stands_there(keep: Outlet, row: OutletListing) -> bool:
    facts = (row.list_name, row.category, row.starts_on, row.ends_on)
    return any((one.list_name, one.category, one.starts_on, one.ends_on) == facts for one in keep.listings)


def _move_contacts(session: Session, keep: Outlet, gone: Outlet) -> None:
    """Both may have been turned to on one day with the same person; then one note of it is enough."""
    rows = session.scalars(select(OutletContact).where(OutletContact.outlet_id.in_((keep.id, gone.id)))).all()
    known = {(row.programme_id, row.contacted_on, row.person) for row in rows if row.outlet_id == keep.id}
    for row in rows:
        if row.outlet_id != gone.id:
            continue
        if (row.programme_id, row.contacted_on, row.person) in known:
            session.delete(row)
        else:
            row.outlet = keep
