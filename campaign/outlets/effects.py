"""What a change of the registry would do to the figures, worked out by making it and taking it back.

A change is a function that writes and does not commit. `preview` makes it inside the session, compares what
counts in every programme, and rolls back; so the answer cannot differ from what the change will really do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.access import Actor, Seat
from campaign.accounts.models import Role
from campaign.outlets.models import Outlet, OutletContact
from campaign.placements import queries
from campaign.placements.models import Placement
from campaign.programmes.models import Programme
from campaign.web import profile_of

Change = Callable[[], object]


@dataclass(frozen=True)
class Effect:
    """One target of one programme whose number or rows would change.

    `gained` and `lost` are ids of pieces (of outlets for `outlets.contacted`).
    """

    programme: Programme
    target: str
    before: int
    after: int
    gained: tuple[int, ...]
    lost: tuple[int, ...]


def preview(session: Session, outlet_ids: Collection[int], change: Change) -> tuple[Effect, ...]:
    """Say what a change of these outlets would do, and leave the database as it was."""
    programmes = _touched(session, outlet_ids)
    before = {row.id: _counting(session, row) for row in programmes}
    try:
        change()
        session.flush()
        after = {row.id: _counting(session, row) for row in programmes}
    finally:
        session.rollback()
    return tuple(
        Effect(
            programme=row,
            target=target,
            before=len(ids),
            after=len(after[row.id][target]),
            gained=tuple(sorted(after[row.id][target] - ids)),
            lost=tuple(sorted(ids - after[row.id][target])),
        )
        for row in programmes
        for target, ids in before[row.id].items()
        if ids != after[row.id][target]
    )


def fingerprint(effects: Collection[Effect]) -> str:
    """What a confirmation confirms: exactly these effects and no others."""
    said = ";".join(
        f"{one.programme.id}/{one.target}/{one.before}/{one.after}/{one.gained}/{one.lost}" for one in effects
    )
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _touched(session: Session, outlet_ids: Collection[int]) -> list[Programme]:
    """The programmes in which these outlets published something or were turned to."""
    with_pieces = select(Placement.programme_id).where(Placement.outlet_id.in_(outlet_ids))
    with_contacts = select(OutletContact.programme_id).where(OutletContact.outlet_id.in_(outlet_ids))
    statement = select(Programme).where(Programme.id.in_(with_pieces) | Programme.id.in_(with_contacts))
    return list(session.scalars(statement.order_by(Programme.title)).unique())


def _counting(session: Session, programme: Programme) -> Mapping[str, frozenset[int]]:
    """The ids of the rows that count, by target; what a target of the profile does not ask is left out."""
    profile = profile_of(programme)
    everything = Actor(0, (Seat(Role.LEAD, programme.organisation.path),))
    found: dict[str, frozenset[int]] = {}
    for target in queries.targets_of(profile):
        pieces = select(Placement.id).join(Placement.outlet).where(Placement.programme_id == programme.id)
        counting = queries.counting(pieces, target, programme, profile)
        found[target] = frozenset(session.scalars(counting))
    if any(target.counts == queries.CONTACTED for target in profile.targets):
        outlets = queries.contacted(select(Outlet.id), programme, everything)
        found[queries.CONTACTED] = frozenset(session.scalars(outlets))
    return found
