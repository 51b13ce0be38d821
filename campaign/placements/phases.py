"""Phases of the publicity plan with their days: those the lead has set, else the profile's (A10, B1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.access import Actor
from campaign.accounts.models import Role
from campaign.errors import Refused
from campaign.messages import N_
from campaign.placements.models import PublicityPhase
from campaign.programmes.models import Programme
from campaign.programmes.profiles import Profile


@dataclass(frozen=True)
class PhaseDays:
    """A phase of the plan with its first and last day, both included; no days where nobody has set them."""

    title: str
    starts: date | None
    ends: date | None


def may_set(actor: Actor, programme: Programme) -> bool:
    """Whether the actor leads the whole programme; the lead of a city works in it, but the plan is common."""
    top = programme.organisation.path
    return any(seat.role is Role.LEAD and top.startswith(seat.path) for seat in actor.seats)


def phases_of(session: Session, programme: Programme, profile: Profile) -> list[PhaseDays]:
    """The phases that were set, the first one first; where none were, those of the profile as they stand."""
    statement = select(PublicityPhase).where(PublicityPhase.programme_id == programme.id)
    rows = session.scalars(statement.order_by(PublicityPhase.starts_on, PublicityPhase.id)).all()
    if rows:
        return [PhaseDays(row.title, row.starts_on, row.ends_on) for row in rows]
    return [PhaseDays(phase.title, phase.starts, phase.ends) for phase in profile.publicity]


def set_phases(session: Session, programme: Programme, wanted: Sequence[PhaseDays]) -> None:
    """Let these be the phases of a programme; with none of them the profile's hold again. Commits.

    A phase that keeps its title keeps its row, so that the log says which days were moved.
    """
    titles = [one.title.strip() for one in wanted]
    for at, one in enumerate(wanted):
        if not titles[at] or one.starts is None or one.ends is None:
            raise Refused(N_("Each phase needs a name, a first and a last day."))
        if one.ends < one.starts:
            raise Refused(N_("“%(title)s”: the last day is before the first."), title=titles[at])
        if titles[at] in titles[:at]:
            raise Refused(
                N_("“%(title)s” stands there twice; give each phase its own name."), title=titles[at]
            )
    statement = select(PublicityPhase).where(PublicityPhase.programme_id == programme.id)
    known = {row.title: row for row in session.scalars(statement)}
    for title, row in known.items():
        if title not in titles:
            session.delete(row)
    for title, one in zip(titles, wanted, strict=True):
        row = known.get(title) or PublicityPhase(programme_id=programme.id, title=title)
        row.starts_on, row.ends_on = one.starts, one.ends  # type: ignore[assignment]  # asked for above
        session.add(row)
    session.commit()
