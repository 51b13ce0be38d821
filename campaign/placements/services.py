"""Verbs on outlets and placements."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign import evidence as proofs
from campaign.cases.models import Case
from campaign.errors import Conflict, Refused
from campaign.evidence import Evidence
from campaign.formatting import date_zh
from campaign.messages import N_
from campaign.placements.models import Outlet, Placement
from campaign.placements.rules import LEVELS, address_key
from campaign.programmes.models import Programme

OUTLET_FILES = ("outlets_central.csv", "outlets_provincial.csv")


@dataclass(frozen=True)
class PlacementValues:
    """What the form says of a piece; `level` is needed only where the outlet is not in the registry yet."""

    outlet: str
    level: str
    title: str
    address: str
    published_on: date
    kind: str
    note: str
    cases: tuple[Case, ...]


class AlreadyLogged(Conflict):
    """The same address is in the programme; `placement` is the row that holds it."""

    def __init__(self, placement: Placement) -> None:
        super().__init__(
            N_("This address is already logged: “%(title)s”, %(outlet)s, %(day)s. Nothing was saved twice."),
            title=placement.title,
            outlet=placement.outlet.name,
            day=date_zh(placement.published_on),
        )
        self.placement = placement


# --- the registry of outlets ------------------------------------------------------------------------------


def outlet_name(text: str) -> str:
    """The name of an outlet without wide characters, stray blanks and title marks (《南方日报》)."""
    plain = unicodedata.normalize("NFKC", text).strip().strip("《》").strip()
    return plain.replace("(", "（").replace(")", "）")


def seed_outlets(session: Session) -> int:
    """Put the outlets that come with the product into the registry and give the number of new ones. Commits.

    Outlets already there are left as they are: what an officer changed stays changed. An empty first day
    means that the list does not say since when an outlet has stood on it; it counts as an open beginning,
    since the pieces of a campaign are older than the edition of the list that we have.
    """
    known = set(session.scalars(select(Outlet.name)))
    fresh = [row for row in _shipped_outlets() if row["name"] not in known]
    if fresh:
        session.execute(insert(Outlet), fresh)
    session.commit()
    return len(fresh)


def _shipped_outlets() -> Iterator[dict[str, Any]]:
    folder = resources.files("campaign") / "data"
    for name in OUTLET_FILES:
        for row in csv.DictReader((folder / name).read_text("utf-8").splitlines()):
            yield {
                **row,
                "name": outlet_name(row["name"]),
                "authoritative_from": _day(row["authoritative_from"]),
                "authoritative_until": _day(row["authoritative_until"]),
            }


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def found_outlet(session: Session, name: str, level: str) -> Outlet:
    """Find an outlet by its name, or take it into the registry with its level; does not commit.

    One taken in by hand is not authoritative: that follows from a list alone (A11).
    """
    wanted = outlet_name(name)
    found = session.scalars(select(Outlet).where(Outlet.name == wanted)).one_or_none()
    if found is not None:
        return found
    if level not in LEVELS:
        raise Refused(
            N_(
                "%(outlet)s is not in the registry yet: choose its level, and it is taken in with this piece."
            ),
            outlet=wanted,
        )
    outlet = Outlet(name=wanted, level=level)
    try:
        with session.begin_nested():
            session.add(outlet)
    except IntegrityError:
        # Somebody took the same outlet in between our look and our write; theirs stands.
        return session.scalars(select(Outlet).where(Outlet.name == wanted)).one()
    return outlet


# --- pieces -----------------------------------------------------------------------------------------------


def log_placement(
    session: Session, programme: Programme, values: PlacementValues, proof: Evidence | None, *, owner_id: int
) -> Placement:
    """Log a published piece; an address that is there already is refused with its holder. Commits."""
    piece = Placement(programme_id=programme.id, owner_id=owner_id)
    with session.no_autoflush:
        _apply(session, piece, values, proof)
        session.add(piece)
        _commit(session, programme, piece.address_key)
    return piece


def change_placement(
    session: Session, programme: Programme, piece: Placement, values: PlacementValues, proof: Evidence | None
) -> None:
    """Take over the form's values; without a new file the evidence stays as it is. Commits."""
    with session.no_autoflush:
        _apply(session, piece, values, proof)
        _commit(session, programme, piece.address_key)


def _apply(session: Session, piece: Placement, values: PlacementValues, proof: Evidence | None) -> None:
    address = values.address.strip()
    key = address_key(address)
    if address and not key:
        raise Refused(N_("This is no web address. Paste all of it, such as https://www.people.com.cn/…"))
    clash = _holder(session, piece.programme_id, key, other_than=piece.id)
    if clash is not None:
        raise AlreadyLogged(clash)
    piece.outlet = found_outlet(session, values.outlet, values.level)
    piece.title = values.title.strip()
    piece.address = address if not address or "://" in address else f"http://{address}"
    piece.address_key = key
    piece.published_on = values.published_on
    piece.kind = values.kind
    piece.note = values.note.strip()
    piece.cases = list(values.cases)
    if proof is not None:
        piece.evidence = proofs.attach(session, proof)
        piece.evidence_name = proof.name


def _holder(session: Session, programme_id: int, key: str, *, other_than: int | None) -> Placement | None:
    if not key:
        return None
    same = select(Placement).where(Placement.programme_id == programme_id, Placement.address_key == key)
    found = session.scalars(same).unique().one_or_none()
    return None if found is None or found.id == other_than else found


def _commit(session: Session, programme: Programme, key: str) -> None:
    """Commit; where somebody logged the same address in the same moment, the database says so."""
    programme_id = programme.id
    try:
        session.commit()
    except IntegrityError as error:
        session.rollback()
        holder = _holder(session, programme_id, key, other_than=None)
        if holder is None:
            raise
        raise AlreadyLogged(holder) from error


def delete_placement(session: Session, piece: Placement) -> None:
    """Take a piece off the books; the audit keeps what it said, the file stays in storage. Commits."""
    session.delete(piece)
    session.commit()


def cases_by_id(session: Session, programme: Programme, ids: Sequence[int]) -> tuple[Case, ...]:
    """The chosen cases of a programme; ids of others are left out."""
    statement = select(Case).where(Case.programme_id == programme.id, Case.id.in_(ids)).order_by(Case.title)
    return tuple(session.scalars(statement).unique())
