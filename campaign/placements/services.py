"""Verbs on outlets and placements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign.cases.models import Case
from campaign.errors import Conflict, Refused
from campaign.evidence import Evidence
from campaign.formatting import date_zh
from campaign.messages import N_
from campaign.outlets.models import Outlet
from campaign.outlets.services import found_outlet
from campaign.placements import proofs
from campaign.placements.copies import plain_title
from campaign.placements.grouping import dissolve, regroup_around
from campaign.placements.models import Placement
from campaign.placements.rules import address_key
from campaign.programmes.models import Programme


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
    channel: str = "web"
    slot: str = ""
    author: str = ""
    other_address: str = ""
    removed_on: date | None = None
    excerpt: str = ""


class AlreadyLogged(Conflict):
    """The same piece is in the programme: by its address, or without one by outlet, place, day and title.

    `placement` is the row that stands there.
    """

    def __init__(self, placement: Placement) -> None:
        said = N_(
            "This address is already logged: “%(title)s”, %(outlet)s, %(day)s. Nothing was saved twice."
        )
        if not placement.address_key:
            said = N_(
                "This piece is already logged: “%(title)s”, %(outlet)s, %(day)s. Nothing was saved twice."
            )
        super().__init__(
            said,
            title=placement.title,
            outlet=placement.outlet.name,
            day=date_zh(placement.published_on),
        )
        self.placement = placement


class RowsRefused(Refused):
    """Nothing was saved; `faults` says by row, counted from 0, what stands in the way."""

    def __init__(self, faults: Mapping[int, Refused]) -> None:
        super().__init__(
            N_("Nothing has been saved yet: %(count)s rows need another look."), count=len(faults)
        )
        self.faults = faults


# --- pieces -----------------------------------------------------------------------------------------------


def log_placement(
    session: Session,
    programme: Programme,
    values: PlacementValues,
    proof: Evidence | None,
    *,
    owner_id: int,
    more: Sequence[Evidence] = (),
) -> Placement:
    """Log a published piece; an address that is there already is refused with its holder. Commits.

    `more` are further files of evidence beside `proof`.
    """
    piece = Placement(programme_id=programme.id, owner_id=owner_id)
    with session.no_autoflush:
        _apply(session, piece, values, proof, more)
        session.add(piece)
        _commit(session, programme, piece)
    return piece


def log_many(
    session: Session, programme: Programme, rows: Sequence[PlacementValues], *, owner_id: int
) -> list[Placement]:
    """Log several pieces in one go: all of them, or none and RowsRefused with every reason. Commits."""
    pieces: list[Placement] = []
    faults: dict[int, Refused] = {}
    taken: dict[str, int] = {}
    with session.no_autoflush:
        for number, values in enumerate(rows):
            piece = Placement(programme_id=programme.id, owner_id=owner_id)
            key = address_key(values.address)
            try:
                if key and taken.setdefault(key, number) != number:
                    raise Refused(  # noqa: TRY301 - one place gathers what the rows are refused for
                        N_("Row %(row)s has the same address; untick one of them."), row=taken[key] + 1
                    )
                _apply(session, piece, values, None)
            except Refused as refusal:
                faults[number] = refusal
            else:
                pieces.append(piece)
        if faults:
            session.rollback()
            raise RowsRefused(faults)
        session.add_all(pieces)
        try:
            session.flush()
            regroup_around(session, programme, [piece.id for piece in pieces])
            session.commit()
        except IntegrityError as error:
            session.rollback()
            raise Conflict(
                N_("Somebody logged one of these addresses in the same moment. Look at the rows once more.")
            ) from error
    return pieces


def change_placement(
    session: Session,
    programme: Programme,
    piece: Placement,
    values: PlacementValues,
    proof: Evidence | None,
    *,
    more: Sequence[Evidence] = (),
) -> None:
    """Take over the form's values; a new file stands where the first one stood, `more` beside it. Commits."""
    with session.no_autoflush:
        _apply(session, piece, values, proof, more)
        _commit(session, programme, piece)


def _apply(
    session: Session,
    piece: Placement,
    values: PlacementValues,
    proof: Evidence | None,
    more: Sequence[Evidence] = (),
) -> None:
    address, other = values.address.strip(), values.other_address.strip()
    key, other_key = address_key(address), address_key(other)
    if (address and not key) or (other and not other_key):
        raise Refused(N_("This is no web address. Paste all of it, such as https://www.people.com.cn/…"))
    if other_key == key:
        other = other_key = ""
    for one in (key, other_key):
        clash = _holder(session, piece.programme_id, one, other_than=piece.id)
        if clash is not None:
            raise AlreadyLogged(clash)
    outlet = found_outlet(session, values.outlet, values.level, address)
    twin = None if key or other_key else _twin(session, piece, outlet, values)
    if twin is not None:
        raise AlreadyLogged(twin)
    piece.outlet = outlet
    piece.title = values.title.strip()
    piece.address = _whole(address)
    piece.address_key = key
    piece.other_address = _whole(other)
    piece.other_address_key = other_key
    piece.published_on = values.published_on
    piece.kind = values.kind
    piece.note = values.note.strip()
    piece.cases = list(values.cases)
    piece.channel, piece.slot = values.channel, values.slot.strip()
    piece.author, piece.removed_on = values.author.strip(), values.removed_on
    piece.excerpt = values.excerpt or piece.excerpt or ""
    if proof is not None:
        proofs.replace_first(session, piece, proof)
    proofs.attach_new(session, piece, more)


def _whole(address: str) -> str:
    return address if not address or "://" in address else f"http://{address}"


def _holder(session: Session, programme_id: int, key: str, *, other_than: int | None) -> Placement | None:
    if not key:
        return None
    same = select(Placement).where(
        Placement.programme_id == programme_id,
        or_(Placement.address_key == key, Placement.other_address_key == key),
        Placement.id != (other_than or 0),
    )
    return session.scalars(same.order_by(Placement.id)).unique().first()


def _twin(session: Session, piece: Placement, outlet: Outlet, values: PlacementValues) -> Placement | None:
    """The same piece of print or broadcast, logged before: the import of a table takes it as known, too."""
    same = select(Placement).where(
        Placement.programme_id == piece.programme_id,
        Placement.outlet_id == outlet.id,
        Placement.channel == values.channel,
        Placement.published_on == values.published_on,
        Placement.address_key == "",
        Placement.slot == values.slot.strip(),
        Placement.id != (piece.id or 0),
    )
    title = plain_title(values.title)
    rows = session.scalars(same.order_by(Placement.id)).unique()
    return next((row for row in rows if plain_title(row.title) == title), None)


def _commit(session: Session, programme: Programme, piece: Placement) -> None:
    """Find the piece's copies and commit; a second log in the same moment is refused by the database."""
    programme_id, key = programme.id, piece.address_key
    try:
        session.flush()
        regroup_around(session, programme, [piece.id])
        session.commit()
    except IntegrityError as error:
        session.rollback()
        holder = _holder(session, programme_id, key, other_than=None)
        if holder is None:
            raise
        raise AlreadyLogged(holder) from error


def delete_placement(session: Session, piece: Placement) -> None:
    """Take a piece off the books; the audit keeps what it said, the file stays in storage. Commits."""
    programme, group_id = piece.programme, piece.group_id
    session.delete(piece)
    dissolve(session, programme, group_id)
    session.commit()


def cases_by_id(session: Session, programme: Programme, ids: Sequence[int]) -> tuple[Case, ...]:
    """The chosen cases of a programme; ids of others are left out."""
    statement = select(Case).where(Case.programme_id == programme.id, Case.id.in_(ids)).order_by(Case.title)
    return tuple(session.scalars(statement).unique())
