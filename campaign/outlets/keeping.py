"""Who keeps which part of the registry: the centre all of it, a province its own outlets on no list (A11)."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign import web
from campaign.access import Actor
from campaign.accounts.models import Organisation, Role
from campaign.db import db
from campaign.errors import Forbidden
from campaign.messages import N_
from campaign.outlets.models import Outlet
from campaign.outlets.rules import Entry, why_not_kept
from campaign.outlets.services import OutletValues

# Who may come to these pages at all; what they may change there is asked of the `Keeper`.
WRITES_REGISTRY = frozenset({Role.ADMINISTRATOR, Role.LEAD, Role.REVIEWER})
IN_A_PROVINCE = frozenset({Role.ADMINISTRATOR, Role.LEAD})


@dataclass(frozen=True)
class Keeper:
    """What a user keeps: everything, or what is at home in these provinces and stands on no list."""

    everything: bool
    provinces: frozenset[str]

    @property
    def adds(self) -> bool:
        """Whether the user may take outlets in."""
        return self.everything or bool(self.provinces)

    def keeps(self, outlet: Outlet) -> bool:
        """Whether the user may change this outlet."""
        return why_not_kept(_entry(outlet), self.provinces, everything=self.everything) is None


def keeper_of(session: Session, actor: Actor) -> Keeper:
    """Read what an actor keeps from the organisations in which the seats are held."""
    roles: dict[str, set[Role]] = {}
    for seat in actor.seats:
        roles.setdefault(seat.path, set()).add(seat.role)
    rows = session.execute(
        select(Organisation.path, Organisation.parent_id, Organisation.kind, Organisation.region).where(
            Organisation.path.in_(roles)
        )
    ).all()
    return Keeper(
        any(row.parent_id is None and roles[row.path] & WRITES_REGISTRY for row in rows),
        frozenset(
            row.region
            for row in rows
            if row.kind == "province" and row.region and roles[row.path] & IN_A_PROVINCE
        ),
    )


def keeper() -> Keeper:
    """What the acting user keeps."""
    if "registry_keeper" not in g:
        g.registry_keeper = keeper_of(db.session, web.actor())
    found: Keeper = g.registry_keeper
    return found


def must_keep(outlet: Outlet) -> None:
    """Go on only where the acting user may change this outlet."""
    reason = why_not_kept(_entry(outlet), keeper().provinces, everything=keeper().everything)
    if reason is not None:
        raise Forbidden(reason.msgid, **reason.params)


def may_become(values: OutletValues) -> None:
    """Go on only where the acting user may make an outlet what these values say.

    A province confirms and corrects outlets of its own, so it says that they are its own.
    """
    if not keeper().everything and not values.province:
        raise Forbidden(N_("A province keeps outlets of its own: choose the province."))
    entry = Entry(values.level, values.province, listed=bool(values.listings))
    reason = why_not_kept(entry, keeper().provinces, everything=keeper().everything)
    if reason is not None:
        raise Forbidden(reason.msgid, **reason.params)


def _entry(outlet: Outlet) -> Entry:
    return Entry(outlet.level, outlet.province, listed=bool(outlet.listings))
