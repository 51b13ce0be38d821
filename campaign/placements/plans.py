"""The plan of intended pieces: who, which outlet, which case, by when; a logged piece fulfils it (A10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from campaign.access import Actor, scoped
from campaign.cases.models import Case
from campaign.errors import Refused
from campaign.messages import N_
from campaign.outlets.models import OutletName
from campaign.outlets.rules import name_key
from campaign.outlets.services import clean_name, outlet_by_name
from campaign.placements.models import Placement, PlannedPiece
from campaign.programmes.models import Programme


@dataclass(frozen=True)
class PlanValues:
    """What the form says; an outlet that the registry does not know yet stands by its name alone."""

    outlet: str
    case: Case | None
    kind: str
    title: str
    who_id: int | None
    due_on: date
    note: str


@dataclass(frozen=True)
class Proposal:
    """A logged piece that seems to fulfil an intended one, and whether it also names the intended case."""

    piece: Placement
    names_case: bool


def state_of(plan: PlannedPiece, today: date) -> str:
    """Where an intended piece stands: fulfilled, dropped, late or open."""
    if plan.placement_id is not None:
        return "fulfilled"
    if plan.dropped:
        return "dropped"
    return "late" if plan.due_on < today else "open"


def plans_of(session: Session, programme: Programme, actor: Actor) -> Sequence[PlannedPiece]:
    """The plan of a programme, the next due first."""
    statement = scoped(
        select(PlannedPiece).where(PlannedPiece.programme_id == programme.id), PlannedPiece, actor
    ).options(joinedload(PlannedPiece.case), joinedload(PlannedPiece.who), joinedload(PlannedPiece.placement))
    return session.scalars(statement.order_by(PlannedPiece.due_on, PlannedPiece.id)).unique().all()


def proposals(
    session: Session, programme: Programme, actor: Actor, plans: Sequence[PlannedPiece]
) -> dict[int, Proposal]:
    """For each open plan the logged piece that seems to fulfil it, by the plan's id, in three queries.

    It is of the same outlet, fits the kind, and names the case where one is intended; of several the one that
    names the case and lies nearest to the due day. A piece that fulfils another plan is not proposed again.
    """
    waiting = [plan for plan in plans if plan.placement_id is None and not plan.dropped]
    if not waiting:
        return {}
    taken = {plan.placement_id for plan in plans}
    places = _outlets_of(session, waiting)
    wanted = set(places.values())
    statement = select(Placement).where(
        Placement.programme_id == programme.id, Placement.outlet_id.in_(wanted)
    )
    statement = scoped(statement, Placement, actor).options(selectinload(Placement.cases))
    pieces = [piece for piece in session.scalars(statement).unique() if piece.id not in taken]
    found: dict[int, Proposal] = {}
    for plan in waiting:
        fitting = [piece for piece in pieces if _fits(piece, plan, places.get(plan.id))]
        if fitting:
            best = min(fitting, key=lambda piece: _distance(piece, plan))
            found[plan.id] = Proposal(best, _names_case(best, plan))
            pieces.remove(best)
    return found


def _outlets_of(session: Session, plans: Sequence[PlannedPiece]) -> dict[int, int]:
    """The outlet of each plan, by the plan's id; one that was unknown then may have been named since."""
    names = {plan.id: name_key(plan.outlet_name) for plan in plans if plan.outlet_id is None}
    known = select(OutletName.key, OutletName.outlet_id).where(OutletName.key.in_(set(names.values())))
    since = {row.key: row.outlet_id for row in session.execute(known)}
    found = {plan.id: plan.outlet_id for plan in plans if plan.outlet_id is not None}
    return found | {plan_id: since[key] for plan_id, key in names.items() if key in since}


def _fits(piece: Placement, plan: PlannedPiece, outlet_id: int | None) -> bool:
    if piece.outlet_id != outlet_id or (plan.case_id is not None and not _names_case(piece, plan)):
        return False
    return plan.kind in (piece.kind, "report")


def _names_case(piece: Placement, plan: PlannedPiece) -> bool:
    return any(case.id == plan.case_id for case in piece.cases)


def _distance(piece: Placement, plan: PlannedPiece) -> tuple[bool, int, int]:
    return (not _names_case(piece, plan), abs((piece.published_on - plan.due_on).days), piece.id)


# --- verbs ------------------------------------------------------------------------------------------------


def add_plan(session: Session, programme: Programme, values: PlanValues, *, owner_id: int) -> PlannedPiece:
    """Intend a piece. Commits."""
    plan = PlannedPiece(programme_id=programme.id, owner_id=owner_id, dropped=False)
    _apply(session, plan, values)
    session.add(plan)
    session.commit()
    return plan


def change_plan(session: Session, plan: PlannedPiece, values: PlanValues) -> None:
    """Take over the form's values. Commits."""
    _apply(session, plan, values)
    session.commit()


def _apply(session: Session, plan: PlannedPiece, values: PlanValues) -> None:
    known = outlet_by_name(session, values.outlet)
    plan.outlet = known
    plan.outlet_id = known.id if known else None
    plan.outlet_name = known.name if known else clean_name(values.outlet)
    plan.case, plan.case_id = values.case, values.case.id if values.case else None
    plan.kind, plan.title, plan.note = values.kind, values.title.strip(), values.note.strip()
    plan.who_id, plan.due_on = values.who_id, values.due_on


def fulfil(session: Session, plan: PlannedPiece, piece: Placement) -> None:
    """Say that a logged piece is the intended one; one of another programme is refused. Commits."""
    if piece.programme_id != plan.programme_id:
        raise Refused(N_("This piece belongs to another programme."))
    plan.placement, plan.placement_id, plan.dropped = piece, piece.id, False
    if plan.outlet_id is None:
        plan.outlet_id = piece.outlet_id
    session.commit()


def reopen(session: Session, plan: PlannedPiece) -> None:
    """Take the piece off the plan again, or take a dropped plan up again. Commits."""
    plan.placement, plan.placement_id, plan.dropped = None, None, False
    session.commit()


def drop(session: Session, plan: PlannedPiece) -> None:
    """Give an intended piece up; it stays on the list of what was given up. Commits."""
    if plan.placement_id is not None:
        raise Refused(N_("A piece that is fulfilled cannot be given up."))
    plan.dropped = True
    session.commit()
