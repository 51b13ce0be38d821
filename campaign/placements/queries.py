"""Selects of the placement room; every one passes the scope filter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session, selectinload

from campaign.access import Actor, scoped
from campaign.outlets.models import Outlet, OutletListing
from campaign.placements.models import Placement
from campaign.placements.rules import (
    CRITERIA,
    TARGET_KINDS,
    Listed,
    OutletFacts,
    Period,
    Piece,
    Verdict,
    verdict,
)
from campaign.programmes.models import Programme
from campaign.programmes.profiles import Profile

CONTACTED = "outlets.contacted"


def placements_of(programme: Programme, actor: Actor) -> Select[Placement]:
    """The pieces of a programme that the actor may see, with their outlets."""
    statement = select(Placement).join(Placement.outlet).where(Placement.programme_id == programme.id)
    return scoped(statement, Placement, actor)


def with_cases(statement: Select[Placement]) -> Select[Placement]:
    """Load the cases along."""
    return statement.options(selectinload(Placement.cases))


def evidence_demanded(profile: Profile) -> bool:
    """Whether a piece counts only with evidence: so far in every programme, as the centre checks it (A17)."""
    return bool(getattr(profile, "evidence_demanded", True))


def targets_of(profile: Profile) -> tuple[str, ...]:
    """The kinds of coverage that this programme has targets for, in the profile's order."""
    wanted = [target.counts for target in profile.targets]
    return tuple(dict.fromkeys(kind for kind in wanted if kind in TARGET_KINDS))


def period_of(programme: Programme) -> Period:
    """First and last day of a programme."""
    return Period(programme.starts_on, programme.ends_on)


def facts_of(outlet: Outlet) -> OutletFacts:
    """An outlet as the rules see it."""
    return OutletFacts(
        outlet.level,
        tuple(Listed(listing.starts_on, listing.ends_on) for listing in outlet.listings),
        outlet.nature,
    )


def judged(piece: Placement, programme: Programme, profile: Profile) -> Verdict:
    """For which targets of the programme a piece counts, and why not for the others."""
    return verdict(
        Piece(piece.kind, piece.published_on, piece.evidence_id is not None),
        facts_of(piece.outlet),
        period_of(programme),
        evidence_demanded=evidence_demanded(profile),
        targets=targets_of(profile),
    )


# --- counting ---------------------------------------------------------------------------------------------


def _in_period(period: Period) -> ColumnElement[bool]:
    return Placement.published_on.between(period.starts, period.ends)


def counts_for(target: str, period: Period, *, evidence_demanded: bool) -> ColumnElement[bool]:
    """`rules.verdict` as a condition in the database, from the same table; needs the outlet joined."""
    criterion = CRITERIA[target]
    asked = [_in_period(period)]
    if evidence_demanded:
        asked.append(Placement.evidence_id.is_not(None))
    if criterion.kinds is not None:
        asked.append(Placement.kind.in_(sorted(criterion.kinds)))
    if criterion.levels is not None:
        asked.append(Outlet.level.in_(sorted(criterion.levels)))
    if criterion.authoritative:
        asked.append(
            exists().where(
                OutletListing.outlet_id == Placement.outlet_id,
                or_(OutletListing.starts_on.is_(None), OutletListing.starts_on <= Placement.published_on),
                or_(OutletListing.ends_on.is_(None), OutletListing.ends_on >= Placement.published_on),
            )
        )
    return and_(*asked)


def counting(statement: Select[Any], target: str, programme: Programme, profile: Profile) -> Select[Any]:
    """Keep the pieces that count for a target; `none` keeps those that count for none of the programme."""
    period, demanded = period_of(programme), evidence_demanded(profile)
    if target == "none":
        for kind in targets_of(profile):
            statement = statement.where(~counts_for(kind, period, evidence_demanded=demanded))
        return statement
    return statement.where(counts_for(target, period, evidence_demanded=demanded))


def counted(
    session: Session, programme: Programme, profile: Profile, target: str, actor: Actor
) -> Sequence[Placement] | Sequence[Outlet]:
    """The rows behind a target: pieces (A11, B2, B5), or for `outlets.contacted` outlets (B2)."""
    if target == CONTACTED:
        statement = with_piece_in_period(select(Outlet), programme, actor).order_by(Outlet.name)
        return session.scalars(statement).all()
    pieces = counting(placements_of(programme, actor), target, programme, profile)
    pieces = pieces.order_by(Placement.published_on, Placement.id)
    return session.scalars(pieces.options(selectinload(Placement.evidence))).unique().all()


def numbers(session: Session, programme: Programme, profile: Profile, actor: Actor) -> Mapping[str, int]:
    """How many pieces count for each target of the programme, in one query; `none` and `all` beside them."""
    period, demanded = period_of(programme), evidence_demanded(profile)
    kinds = targets_of(profile)
    conditions = [counts_for(kind, period, evidence_demanded=demanded) for kind in kinds]
    columns: list[ColumnElement[int]] = [func.count().filter(condition) for condition in conditions]
    columns.append(func.count().filter(and_(true(), *(~condition for condition in conditions))))
    columns.append(func.count())
    base = select(*columns).select_from(Placement).join(Placement.outlet)
    row = session.execute(scoped(base.where(Placement.programme_id == programme.id), Placement, actor)).one()
    return dict(zip((*kinds, "none", "all"), row, strict=True))


# --- outlets ----------------------------------------------------------------------------------------------


def with_piece_in_period(statement: Select[Any], programme: Programme, actor: Actor) -> Select[Any]:
    """Keep the outlets that published at least one piece within the programme (B2)."""
    pieces = scoped(select(Placement.id), Placement, actor).where(
        Placement.programme_id == programme.id,
        Placement.outlet_id == Outlet.id,
        _in_period(period_of(programme)),
    )
    return statement.where(pieces.exists())


def piece_counts(
    session: Session, programme: Programme, actor: Actor, outlet_ids: Sequence[int]
) -> dict[int, int]:
    """Pieces of the programme by outlet."""
    statement = select(Placement.outlet_id, func.count()).where(
        Placement.programme_id == programme.id, Placement.outlet_id.in_(outlet_ids)
    )
    rows = session.execute(scoped(statement, Placement, actor).group_by(Placement.outlet_id))
    return {row[0]: row[1] for row in rows}


def months(session: Session, programme: Programme, actor: Actor) -> list[str]:
    """The months in which something was published, newest first, as 2024-10."""
    days = scoped(select(Placement.published_on).distinct(), Placement, actor).where(
        Placement.programme_id == programme.id
    )
    return sorted({day.strftime("%Y-%m") for day in session.scalars(days)}, reverse=True)


def outlet_names(session: Session) -> Sequence[str]:
    """The names of the registry, for the form's list of proposals."""
    return session.scalars(select(Outlet.name).order_by(Outlet.name)).all()
