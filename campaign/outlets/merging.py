"""Verbs that make two outlets one, and part them again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.db import utc_now
from campaign.errors import Refused
from campaign.messages import N_
from campaign.outlets.models import Outlet, OutletContact, OutletListing, OutletName
from campaign.outlets.rules import name_key
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
    if keep.waits and not gone.waits:
        raise Refused(
            N_("%(outlet)s waits to be confirmed. Keep the other one, or confirm this one first."),
            outlet=keep.name,
        )
    if len(said) < SHORTEST_REASON:
        raise Refused(N_("Say why, in a few words: the centre will ask."))
    moved: dict[str, list[Any]] = {"listings_dropped": []}
    for attribute in ("names", "addresses", "listings"):
        rows = list(getattr(gone, attribute))
        moved[attribute] = [row.id for row in rows]
        for row in rows:
            if attribute == "listings" and _stands_there(keep, row):
                moved["listings_dropped"].append(_told(row, LISTING_FACTS))
                gone.listings.remove(row)
            else:
                row.outlet = keep
    moved["pieces"] = []
    programmes: dict[int, list[int]] = {}
    for piece in session.scalars(select(Placement).where(Placement.outlet_id == gone.id)).unique():
        piece.outlet = keep
        moved["pieces"].append(piece.id)
        programmes.setdefault(piece.programme_id, []).append(piece.id)
    moved |= _move_contacts(session, keep, gone)
    moved["plans"] = []
    for plan in session.scalars(select(PlannedPiece).where(PlannedPiece.outlet_id == gone.id)).unique():
        plan.outlet = keep
        moved["plans"].append(plan.id)
    gone.merged_into_id, gone.merged_at = keep.id, utc_now()
    gone.merge_reason, gone.merged_rows = said[:300], moved
    _regroup(session, programmes)


def _regroup(session: Session, programmes: Mapping[int, Sequence[int]]) -> None:
    session.flush()
    for programme_id, ids in programmes.items():
        regroup_around(session, session.get_one(Programme, programme_id), ids)


def merge(session: Session, keep: Outlet, gone: Outlet, reason: str) -> None:
    """Let one outlet become part of another. Commits."""
    absorb(session, keep, gone, reason)
    session.commit()


def release(session: Session, gone: Outlet, reason: str) -> None:
    """Part an outlet from the one it was merged into; does not commit.

    What went over comes back as far as it is still there: names, domains, lists, pieces, contacts and plans.
    What was logged or entered at the other outlet since then stays there.
    """
    said = reason.strip()
    keep = session.get(Outlet, gone.merged_into_id) if gone.merged_into_id is not None else None
    if keep is None:
        raise Refused(N_("This outlet is not merged into another one."))
    if keep.merged_into_id is not None:
        raise Refused(
            N_("%(outlet)s was itself merged into another outlet since; part that one first."),
            outlet=keep.name,
        )
    if len(said) < SHORTEST_REASON:
        raise Refused(N_("Say why, in a few words: the centre will ask."))
    programmes = _give_back(session, keep, gone)
    gone.merged_into_id, gone.merged_at, gone.merged_rows = None, None, None
    # The log then holds both reasons, the one for the merge and this one.
    gone.merge_reason = said[:300]
    _regroup(session, programmes)


def _give_back(session: Session, keep: Outlet, gone: Outlet) -> dict[int, list[int]]:
    """Move the rows of an outlet back to it; gives the ids of its pieces by programme."""
    moved: Mapping[str, list[Any]] = gone.merged_rows or {}
    for attribute in ("names", "addresses", "listings"):
        for row in list(getattr(keep, attribute)):
            # Its own name leads every piece back to it, whatever was done to the rows since.
            own = attribute == "names" and row.key == name_key(gone.name)
            if own or row.id in moved.get(attribute, ()):
                row.outlet = gone
    for facts in moved.get("listings_dropped", ()):
        gone.listings.append(OutletListing(**_days(facts)))
    _own_name(session, gone)
    programmes: dict[int, list[int]] = {}
    for piece in _still_there(session, Placement, keep, moved.get("pieces", ())):
        piece.outlet = gone
        programmes.setdefault(piece.programme_id, []).append(piece.id)
    for model, key in ((OutletContact, "contacts"), (PlannedPiece, "plans")):
        for row in _still_there(session, model, keep, moved.get(key, ())):
            row.outlet = gone
    for facts in moved.get("contacts_dropped", ()):
        session.add(OutletContact(outlet=gone, outlet_id=gone.id, **_days(facts)))
    return programmes


def part(session: Session, gone: Outlet, reason: str) -> None:
    """Part an outlet from the one it was merged into. Commits."""
    release(session, gone, reason)
    session.commit()


LISTING_FACTS = ("list_name", "category", "starts_on", "ends_on", "basis", "note")
CONTACT_FACTS = ("programme_id", "owner_id", "contacted_on", "who", "person", "answer", "note")


def _told(row: object, names: Sequence[str]) -> dict[str, Any]:
    """The facts of a row that is deleted, as JSON keeps them."""
    values = ((name, getattr(row, name)) for name in names)
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values}


def _days(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The same facts with their days."""
    return {
        name: date.fromisoformat(value) if name.endswith("_on") and value else value
        for name, value in facts.items()
    }


def _own_name(session: Session, gone: Outlet) -> None:
    """An outlet is found by its own name; it may have been taken off, or given to another one, since."""
    key = name_key(gone.name)
    if any(row.key == key for row in gone.names):
        return
    holder = session.scalars(select(OutletName).where(OutletName.key == key)).one_or_none()
    if holder is not None:
        raise Refused(
            N_("“%(name)s” is a name of %(outlet)s now; take it off there first."),
            name=gone.name,
            outlet=holder.outlet.name,
        )
    gone.names.append(OutletName(name=gone.name, key=key))


def _still_there(session: Session, model: type[Any], keep: Outlet, ids: Sequence[int]) -> Sequence[Any]:
    """The rows that went over and have not been moved elsewhere since."""
    if not ids:
        return ()
    return session.scalars(select(model).where(model.id.in_(ids), model.outlet_id == keep.id)).unique().all()


def _stands_there(keep: Outlet, row: OutletListing) -> bool:
    facts = (row.list_name, row.category, row.starts_on, row.ends_on)
    return any((one.list_name, one.category, one.starts_on, one.ends_on) == facts for one in keep.listings)


def _move_contacts(session: Session, keep: Outlet, gone: Outlet) -> dict[str, list[Any]]:
    """Both may have been turned to on one day with the same person; then one note of it is enough."""
    moved: dict[str, list[Any]] = {"contacts": [], "contacts_dropped": []}
    rows = session.scalars(select(OutletContact).where(OutletContact.outlet_id.in_((keep.id, gone.id)))).all()
    known = {(row.programme_id, row.contacted_on, row.person) for row in rows if row.outlet_id == keep.id}
    for row in rows:
        if row.outlet_id != gone.id:
            continue
        if (row.programme_id, row.contacted_on, row.person) in known:
            moved["contacts_dropped"].append(_told(row, CONTACT_FACTS))
            session.delete(row)
        else:
            moved["contacts"].append(row.id)
            row.outlet = keep
    return moved
