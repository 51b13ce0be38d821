"""From a pasted message to proposed rows: what the registry knows, and what is logged already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from campaign.access import Actor, scoped
from campaign.outlets.models import Outlet, OutletAddress, OutletName
from campaign.placements import fetch, paste
from campaign.placements.copies import Sighting, first_copies
from campaign.placements.grouping import about
from campaign.placements.known import Known, known_from
from campaign.placements.models import Placement
from campaign.placements.page_facts import PageFacts, facts_of, window_parts
from campaign.placements.paste import Row
from campaign.placements.rules import address_key
from campaign.programmes.models import Programme


@dataclass(frozen=True)
class Proposal:
    """One row with what the office should know of it.

    Who holds its address, whose copy it would be, and whether its outlet is known; where that piece is not
    the user's to see, only who logged it.
    """

    row: Row
    holder: Placement | None
    hidden_holder: str
    outlet_known: bool
    copy: Placement | None = None
    hidden_copy: str = ""


def known_outlets(session: Session) -> Known:
    """All names and web domains of the registry, in two queries."""
    here = Outlet.merged_into_id.is_(None)
    names = session.execute(
        select(OutletName.name, Outlet.name, OutletName.channel).join(OutletName.outlet).where(here)
    )
    hosts = session.execute(
        select(OutletAddress.key, Outlet.name, OutletAddress.kind)
        .join(OutletAddress.outlet)
        .where(here, OutletAddress.kind.in_(("web", "client")), ~OutletAddress.key.contains("/"))
    )
    return known_from(((a, b, c) for a, b, c in names), ((a, b, c) for a, b, c in hosts))


def holders(session: Session, programme: Programme, addresses: Iterable[str]) -> dict[str, Placement]:
    """The pieces that hold these addresses already, by their canonical address, in one query."""
    keys = sorted({key for address in addresses if (key := address_key(address))})
    if not keys:
        return {}
    statement = select(Placement).where(
        Placement.programme_id == programme.id,
        or_(Placement.address_key.in_(keys), Placement.other_address_key.in_(keys)),
    )
    found: dict[str, Placement] = {}
    for piece in session.scalars(statement).unique():
        found[piece.address_key] = piece
        if piece.other_address_key:
            found[piece.other_address_key] = piece
    return found


def proposals(
    session: Session, programme: Programme, actor: Actor, rows: Sequence[Row], known: Known
) -> list[Proposal]:
    """Say of every row whether it is logged already; a row of another organisation is named, not shown."""
    taken = holders(session, programme, [row.address for row in rows])
    new = _sightings(rows)
    alike = first_copies(new, about(session, programme, [one.day for one in new]))
    ids = {*(piece.id for piece in taken.values()), *alike.values()}
    mine = set(session.scalars(scoped(select(Placement.id).where(Placement.id.in_(ids)), Placement, actor)))
    copied = select(Placement).where(Placement.id.in_(set(alike.values())))
    pieces = {piece.id: piece for piece in session.scalars(copied).unique()} if alike else {}
    found = []
    for number, row in enumerate(rows, start=1):
        holder = taken.get(address_key(row.address)) if row.address else None
        seen = holder is not None and holder.id in mine
        copy = pieces.get(alike.get(-number, 0)) if holder is None else None
        own = copy is not None and copy.id in mine
        found.append(
            Proposal(
                row=row,
                holder=holder if seen else None,
                hidden_holder=holder.owner.name if holder is not None and not seen else "",
                outlet_known=not row.outlet or bool(known.by_name(row.outlet)),
                copy=copy if own else None,
                hidden_copy=copy.owner.name if copy is not None and not own else "",
            )
        )
    return found


def _sightings(rows: Sequence[Row]) -> list[Sighting]:
    """Rows as what is compared of pieces, the first one under -1."""
    return [
        Sighting(-number, row.title, row.published_on, 0, address_key(row.address))
        for number, row in enumerate(rows, start=1)
        if row.title and row.published_on is not None
    ]


def read_message(
    session: Session, programme: Programme, message: str, today: date
) -> tuple[tuple[Row, ...], Known]:
    """Read a message with all that the registry knows."""
    known, span = known_outlets(session), (programme.starts_on, programme.ends_on)
    return paste.rows_of(message, today=today, known=known, span=span), known


def read_window(
    session: Session, programme: Programme, address: str, window: str, today: date
) -> tuple[tuple[Row, ...], Known]:
    """Read address and title of a browser's window: one row, or none.

    A site that the registry knows is the outlet and no part of the title.
    """
    known, span = known_outlets(session), (programme.starts_on, programme.ends_on)
    title, site = window_parts(window)
    outlet = known.by_name(site)
    message = f"标题：{title if outlet else window}\n{address}"
    rows = paste.rows_of(message, today=today, known=known, span=span)[:1]
    return tuple(replace(row, outlet=row.outlet or outlet) for row in rows), known


def look(address: str) -> PageFacts | None:
    """What the page behind an address says of itself; None where it cannot be reached."""
    try:
        page = fetch.fetch(address)
    except fetch.Unreachable:
        return None
    return facts_of(page.content, page.charset)
