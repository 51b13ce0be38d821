"""Keeping the groups of copies in step with the pieces: what `copies.py` says, written down.

The machine's own work leaves no trace in the log, for it follows from the pieces; what a person decides is
logged with its reason and stays until a person takes it back.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, Select, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from campaign.db import utc_now
from campaign.errors import Refused
from campaign.messages import N_
from campaign.placements.copies import (
    ALONE,
    WINDOW_DAYS,
    Sighting,
    reports,
    same_report,
)
from campaign.placements.models import Placement, PlacementGroup, placement_case
from campaign.programmes.models import Programme

CHUNK = 500
SHORTEST_REASON = 4


def regroup(session: Session, programme: Programme) -> None:
    """Work out all groups of a programme anew; does not commit."""
    session.flush()
    _write(session, programme, _sightings(session, _facts(programme.id)))


def regroup_around(session: Session, programme: Programme, ids: Collection[int]) -> None:
    """Work out the groups that these pieces are, were or could be in; does not commit.

    The result is the same as that of `regroup`: a group changes only when a piece comes, goes or changes, and
    then only with the pieces near it.
    """
    session.flush()
    facts = _facts(programme.id)
    changed = _sightings(session, facts.where(Placement.id.in_(ids)))
    near = [
        Placement.published_on.between(
            one.day - timedelta(days=WINDOW_DAYS), one.day + timedelta(days=WINDOW_DAYS)
        )
        for _, one in changed.values()
    ]
    if not near:
        return
    about = _sightings(session, facts.where(or_(*near)))
    touched = {
        key
        for key, (_, sighting) in about.items()
        if key in changed or any(same_report(sighting, one) for _, one in changed.values())
    }
    groups = {about[key][0] for key in touched} - {None}
    together = facts.where(or_(Placement.id.in_(touched), Placement.group_id.in_(groups)))
    _write(session, programme, _sightings(session, together))


def about(session: Session, programme: Programme, days: Collection[date]) -> list[Sighting]:
    """What stands in the programme about some days, near enough to be compared with a piece of one of them.

    Whose copy a piece is, is asked of the whole programme, as in counting.
    """
    if not days:
        return []
    span = timedelta(days=WINDOW_DAYS)
    near = Placement.published_on.between(min(days) - span, max(days) + span)
    return [sighting for _, sighting in _sightings(session, _facts(programme.id, near)).values()]


def sighting_of(piece: Placement) -> Sighting:
    """A piece as what is compared of it by its title."""
    return Sighting(piece.id, piece.title, piece.published_on, piece.outlet_id, piece.address_key)


def dissolve(session: Session, programme: Programme, group_id: int | None) -> None:
    """Look at a group anew after a piece has left it; does not commit.

    Whoever is left alone in it is no copy of anything any more, though a person once joined it: the machine
    decides of it again.
    """
    session.flush()
    if group_id is None:
        return
    _write(session, programme, _sightings(session, _facts(programme.id, Placement.group_id == group_id)))
    left = session.scalars(select(Placement).where(Placement.group_id == group_id)).unique().all()
    if len(left) == 1:
        left[0].group_id, left[0].group_reason = None, ""
        session.flush()
        session.execute(delete(PlacementGroup).where(PlacementGroup.id == group_id))
        regroup_around(session, programme, [left[0].id])


def split_off(session: Session, piece: Placement, reason: str) -> None:
    """A person says that a piece is a report of its own; the reason is logged. Commits."""
    old = piece.group_id
    piece.group_reason = _checked(reason)
    piece.group_id = None
    session.flush()
    dissolve(session, piece.programme, old)
    session.commit()


def join(session: Session, piece: Placement, other: Placement, reason: str) -> None:
    """A person says that two pieces are the same report; the reason is logged. Commits."""
    if piece.id == other.id or piece.programme_id != other.programme_id:
        raise Refused(N_("Choose another piece of the same programme."))
    if piece.group_id is not None and piece.group_id == other.group_id:
        raise Refused(N_("These two are shown as one report already."))
    said, programme = _checked(reason), piece.programme
    old = piece.group_id
    group = session.get(PlacementGroup, other.group_id) if other.group_id is not None else None
    if group is None:
        group = PlacementGroup(programme_id=other.programme_id, owner_id=other.owner_id)
        session.add(group)
        session.flush()
    for one in (piece, other):
        one.group_id, one.group_reason = group.id, said
    session.flush()
    dissolve(session, programme, old)
    session.commit()


def release(session: Session, piece: Placement) -> None:
    """Take a person's decision back, so that the machine decides again. Commits."""
    old, programme = piece.group_id, piece.programme
    piece.group_reason, piece.group_id = "", None
    session.flush()
    dissolve(session, programme, old)
    regroup_around(session, programme, [piece.id])
    session.commit()


def _checked(reason: str) -> str:
    said = reason.strip()
    if len(said) < SHORTEST_REASON:
        raise Refused(N_("Say why, in a few words: the centre will ask."))
    return said[:300]


# --- reading and writing ----------------------------------------------------------------------------------

Known = dict[int, tuple[int | None, Sighting]]


def _facts(programme_id: int, *conditions: Any) -> Select[Any]:  # noqa: ANN401 - SQL conditions
    columns: tuple[Any, ...] = (
        Placement.id,
        Placement.title,
        Placement.published_on,
        Placement.outlet_id,
        Placement.address_key,
        Placement.excerpt,
        Placement.group_id,
        Placement.group_reason,
    )
    return select(*columns).where(Placement.programme_id == programme_id, *conditions)


def _sightings(session: Session, facts: Select[Any]) -> Known:
    """Pieces by id, with the group each is in."""
    rows = session.execute(facts).all()
    chosen = facts.with_only_columns(Placement.id).scalar_subquery()
    cases: dict[int, set[int]] = {}
    about = select(placement_case.c.placement_id, placement_case.c.case_id)
    for placement_id, case_id in session.execute(about.where(placement_case.c.placement_id.in_(chosen))):
        cases.setdefault(placement_id, set()).add(case_id)
    return {
        row.id: (
            row.group_id,
            Sighting(
                key=row.id,
                title=row.title,
                day=row.published_on,
                outlet_id=row.outlet_id,
                address_key=row.address_key,
                text=row.excerpt,
                cases=frozenset(cases.get(row.id, ())),
                fixed=_word(row),
            ),
        )
        for row in rows
    }


def _word(row: Row[Any]) -> str:
    if not row.group_reason:
        return ""
    return ALONE if row.group_id is None else str(row.group_id)


def _write(session: Session, programme: Programme, known: Known) -> None:
    """Write what has changed: a report of several pieces keeps one of its groups, or gets a new one.

    The groups of these pieces have no other members: who calls gives whole groups.
    """
    before = {key: group for key, (group, _) in known.items()}
    after: dict[int, int | None] = {}
    taken: set[int] = set()
    for keys in reports(sighting for _, sighting in known.values()):
        if len(keys) == 1 and not known[keys[0]][1].fixed:
            after[keys[0]] = None
            continue
        group = _kept(keys, known, taken)
        if group is None and len(keys) > 1:
            group = _new_group(session, programme)
        if group is not None:
            taken.add(group)
        after |= dict.fromkeys(keys, group)
    _update(session, {key: group for key, group in after.items() if group != before[key]})
    empty = {group for group in before.values() if group is not None} - taken
    for at in range(0, len(empty), CHUNK):
        session.execute(delete(PlacementGroup).where(PlacementGroup.id.in_(sorted(empty)[at : at + CHUNK])))
    session.expire_all()


def _kept(keys: Sequence[int], known: Known, taken: set[int]) -> int | None:
    """The group a report keeps: one that a person made, or else the first one of its pieces still free."""
    by_hand = [known[key][0] for key in keys if known[key][1].fixed not in ("", ALONE)]
    for group in (*by_hand, *(known[key][0] for key in keys)):
        if group is not None and group not in taken:
            return group
    return None


def _new_group(session: Session, programme: Programme) -> int:
    now = utc_now()
    values = {"programme_id": programme.id, "owner_id": programme.organisation_id}
    made = insert(PlacementGroup).values(**values, created_at=now, updated_at=now)
    return session.scalars(made.returning(PlacementGroup.id)).one()


def _update(session: Session, changed: dict[int, int | None]) -> None:
    by_group: dict[int | None, list[int]] = {}
    for key, group in changed.items():
        by_group.setdefault(group, []).append(key)
    for group, keys in by_group.items():
        for at in range(0, len(keys), CHUNK):
            part = Placement.id.in_(keys[at : at + CHUNK])
            session.execute(
                update(Placement)
                .where(part)
                .values(group_id=group, updated_at=Placement.updated_at)
                .execution_options(synchronize_session=False)
            )
