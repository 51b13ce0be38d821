"""Verbs on the registry of outlets."""

from __future__ import annotations

import unicodedata

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign.errors import Refused
from campaign.messages import N_
from campaign.outlets.models import Outlet, OutletName
from campaign.outlets.rules import LEVELS, name_key


def clean_name(text: str) -> str:
    """The name of an outlet without wide characters, stray blanks and title marks (《南方日报》)."""
    plain = unicodedata.normalize("NFKC", text).strip().strip("《》").strip()
    return plain.replace("(", "（").replace(")", "）")


def outlet_by_name(session: Session, name: str) -> Outlet | None:
    """The outlet that has this name or alias, however it is written."""
    key = name_key(name)
    if not key:
        return None
    return session.scalars(select(Outlet).join(Outlet.names).where(OutletName.key == key)).one_or_none()


def found_outlet(session: Session, name: str, level: str) -> Outlet:
    """Find an outlet by any of its names, or take it into the registry with its level; does not commit.

    One taken in by hand is not authoritative: that follows from a list alone (A11).
    """
    wanted = clean_name(name)
    found = outlet_by_name(session, wanted)
    if found is not None:
        return found
    if not name_key(wanted):
        raise Refused(
            N_("“%(outlet)s” is no name of an outlet: it has neither letter nor digit."), outlet=name
        )
    if level not in LEVELS:
        raise Refused(
            N_(
                "%(outlet)s is not in the registry yet: choose its level, and it is taken in with this piece."
            ),
            outlet=wanted,
        )
    outlet = Outlet(name=wanted, level=level, names=[OutletName(name=wanted, key=name_key(wanted))])
    try:
        with session.begin_nested():
            session.add(outlet)
    except IntegrityError:
        # Somebody took the same outlet in between our look and our write; theirs stands.
        again = outlet_by_name(session, wanted)
        if again is None:
            raise
        return again
    return outlet
