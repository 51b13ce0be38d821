"""Verbs on the registry of outlets."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign.errors import Refused
from campaign.messages import N_
from campaign.outlets.addresses import address_key
from campaign.outlets.lookup import place_of
from campaign.outlets.models import Outlet, OutletAddress, OutletListing, OutletName
from campaign.outlets.rules import LEVELS, UNSAID, lacks_basis, listings_problem, name_key


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


def newcomer(name: str, level: str) -> Outlet:
    """An outlet that is named with a piece: its level is a proposal, and it counts for nothing yet (A11, B2).

    It stands as self-published until somebody who keeps it confirms it, whoever named it and however.
    """
    proposed = level if level in LEVELS else UNSAID
    return Outlet(
        name=name, level="self", proposed_level=proposed, names=[OutletName(name=name, key=name_key(name))]
    )


def found_outlet(session: Session, name: str, level: str, address: str = "") -> Outlet:
    """Find an outlet by any of its names, or take it in to be confirmed; does not commit.

    Where no level is named, the address of the piece may tell the outlet, as in the import of tables.
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
        there = place_of(session, address)[0] if address else None
        if there is not None:
            return there
        raise Refused(
            N_(
                "%(outlet)s is not in the registry yet. Look for another spelling; if it is new, name its "
                "level: it is taken in with this piece and waits to be confirmed."
            ),
            outlet=wanted,
        )
    outlet = newcomer(wanted, level)
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


# --- changing an outlet -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class ListingValues:
    """One place on a list as the form says it."""

    list_name: str
    category: str
    starts_on: date | None
    ends_on: date | None
    basis: str
    note: str


@dataclass(frozen=True)
class OutletValues:
    """An outlet as the form says it; `names` are its other names with the channel each speaks of."""

    name: str
    level: str
    nature: str
    province: str
    region: str
    sponsor: str
    homepage: str
    note: str
    names: tuple[tuple[str, str], ...]
    addresses: tuple[tuple[str, str], ...]
    listings: tuple[ListingValues, ...]
    level_basis: str = ""


def apply(session: Session, outlet: Outlet, values: OutletValues) -> None:
    """Write an outlet's values; does not commit. What another one holds is refused by its name.

    Who writes them confirms an outlet that has waited for it, and says where its level was looked up.
    """
    before = "" if outlet.id is None or outlet.waits else outlet.level
    if lacks_basis(before, values.level, listed=bool(values.listings), basis=values.level_basis):
        raise Refused(N_("Say where the level of the outlet was looked up."))
    overlap = listings_problem([(one.list_name, one.starts_on, one.ends_on) for one in values.listings])
    if overlap:
        raise Refused(
            N_("The outlet stands on “%(list)s” twice at the same time; join the two."), list=overlap
        )
    name = clean_name(values.name)
    outlet.name, outlet.level, outlet.nature = name, values.level, values.nature
    outlet.proposed_level, outlet.level_basis = "", values.level_basis.strip()
    outlet.province, outlet.region = values.province, values.region.strip()
    outlet.sponsor, outlet.homepage = values.sponsor.strip(), values.homepage.strip()
    outlet.note = values.note.strip()
    with session.no_autoflush:
        _set_names(session, outlet, ((name, ""), *values.names))
        _set_addresses(session, outlet, values.addresses)
        _set_listings(outlet, values.listings)
    session.add(outlet)
    session.flush()


def save(session: Session, outlet: Outlet, values: OutletValues) -> None:
    """Write an outlet's values. Commits."""
    try:
        apply(session, outlet, values)
        session.commit()
    except IntegrityError as error:
        session.rollback()
        raise Refused(
            N_("Somebody gave this name or address to another outlet in the same moment; look and try again.")
        ) from error


def _set_names(session: Session, outlet: Outlet, names: Sequence[tuple[str, str]]) -> None:
    wanted: dict[str, tuple[str, str]] = {}
    for text, channel in names:
        name = clean_name(text)
        key = name_key(name)
        if not key:
            raise Refused(
                N_("“%(outlet)s” is no name of an outlet: it holds no letter and no digit."), outlet=text
            )
        wanted.setdefault(key, (name, channel))
    others = select(OutletName).where(OutletName.key.in_(wanted), OutletName.outlet_id != (outlet.id or 0))
    holder = session.scalars(others).first()
    if holder is not None:
        raise Refused(
            N_("“%(name)s” is a name of %(outlet)s already. Are they one outlet? Then merge them."),
            name=holder.name,
            outlet=holder.outlet.name,
        )
    for row in [row for row in outlet.names if row.key not in wanted]:
        outlet.names.remove(row)
    known = {row.key: row for row in outlet.names}
    for key, (name, channel) in wanted.items():
        if key in known:
            known[key].name, known[key].channel = name, channel
        else:
            outlet.names.append(OutletName(name=name, key=key, channel=channel))


def _set_addresses(session: Session, outlet: Outlet, addresses: Sequence[tuple[str, str]]) -> None:
    wanted: dict[tuple[str, str], str] = {}
    for kind, value in addresses:
        key = place_key(kind, value)
        if not key:
            raise Refused(N_("“%(value)s” is neither a domain nor the name of an account."), value=value)
        wanted.setdefault((kind, key), value.strip())
    keys = [key for _, key in wanted]
    others = select(OutletAddress).where(
        OutletAddress.key.in_(keys), OutletAddress.outlet_id != (outlet.id or 0)
    )
    holder = next((row for row in session.scalars(others) if (row.kind, row.key) in wanted), None)
    if holder is not None:
        raise Refused(
            N_("“%(value)s” belongs to %(outlet)s already. Are they one outlet? Then merge them."),
            value=holder.value,
            outlet=holder.outlet.name,
        )
    for row in [row for row in outlet.addresses if (row.kind, row.key) not in wanted]:
        outlet.addresses.remove(row)
    known = {(row.kind, row.key) for row in outlet.addresses}
    for (kind, key), value in wanted.items():
        if (kind, key) not in known:
            outlet.addresses.append(OutletAddress(kind=kind, value=value, key=key))


def _set_listings(outlet: Outlet, listings: Sequence[ListingValues]) -> None:
    """Rows keep their place: the first stays the first, so that the log tells what changed of it."""
    rows = list(outlet.listings)
    for row in rows[len(listings) :]:
        outlet.listings.remove(row)
    for at, values in enumerate(listings):
        row = rows[at] if at < len(rows) else OutletListing()
        row.list_name, row.category = values.list_name.strip(), values.category.strip()
        row.starts_on, row.ends_on = values.starts_on, values.ends_on
        row.basis, row.note = values.basis, values.note.strip()
        if at >= len(rows):
            outlet.listings.append(row)


def place_key(kind: str, value: str) -> str:
    """What an address is compared by: a domain (and folder) for pages, a folded name for accounts."""
    return address_key(value) if kind in ("web", "client") else name_key(value)
