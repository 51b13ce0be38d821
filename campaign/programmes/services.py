"""Opening a programme from its profile: the organisations of its tiers and its budget lines."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.accounts.models import Organisation
from campaign.accounts.services import found_organisation
from campaign.budget.models import BudgetLine
from campaign.errors import Conflict
from campaign.messages import N_
from campaign.programmes.models import Programme
from campaign.programmes.profiles import Profile


def open_programme(session: Session, profile: Profile, *, lead_id: int | None) -> Programme:
    """Make the programme of a profile with the organisations that nominate in it (A2, A3); commits."""
    if session.scalar(select(Programme.id).where(Programme.key == profile.key)) is not None:
        raise Conflict(N_("The programme %(title)s is already open."), title=profile.title)
    centre = found_organisation(session, kind="centre", name=profile.organisations.centre, parent=None)
    top = centre
    if profile.organisations.province:
        top = found_organisation(
            session,
            kind="province",
            name=profile.organisations.province,
            parent=centre,
            region=profile.province or "",
        )
        for seat in profile.quota.seats if profile.quota else ():
            kind = "society" if seat.kind == "society" else "city"
            found_organisation(
                session, kind=kind, name=nominator_name(seat.region, kind), parent=top, region=seat.region
            )
    programme = Programme(
        key=profile.key,
        profile_key=profile.key,
        title=profile.title,
        organisation_id=top.id,
        lead_id=lead_id,
        starts_on=profile.starts,
        ends_on=profile.ends,
    )
    session.add(programme)
    session.flush()
    _open_budget(session, profile, programme, top)
    session.commit()
    return programme


def nominator_name(region: str, kind: str) -> str:
    """The name of the association that nominates for a region: 广州市科协, or the societies as they stand."""
    return region if kind == "society" else f"{region}科协"


def _open_budget(session: Session, profile: Profile, programme: Programme, top: Organisation) -> None:
    for position, line in enumerate(profile.budget.lines):
        session.add(
            BudgetLine(
                programme_id=programme.id,
                owner_id=top.id,
                position=position,
                name=line.title,
                amount_fen=line.planned_fen or 0,
            )
        )
