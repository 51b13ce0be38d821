"""Taking a table of pieces in, all rows or none, and saying of each row what it counts for, or why not.

A preview does everything that the import does and takes it back, so that it cannot promise what the import
does not keep. One file, one transaction.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload
from werkzeug.datastructures import FileStorage

from campaign import evidence as documents
from campaign.access import Actor
from campaign.cases.models import Case
from campaign.cases.rules import case_key
from campaign.errors import CampaignError
from campaign.evidence import Evidence
from campaign.messages import N_, Message
from campaign.outlets.lookup import Found, Registry, channel_of
from campaign.outlets.rules import name_key
from campaign.outlets.services import clean_name, newcomer
from campaign.placements import proofs, queries
from campaign.placements.copies import plain_title
from campaign.placements.grouping import regroup
from campaign.placements.models import Placement
from campaign.placements.rules import address_key
from campaign.placements.table import Line, case_parts
from campaign.programmes.models import Programme
from campaign.programmes.profiles import Profile
from campaign.storage import Asset, Storage

Files = Callable[[str], Evidence | None]
KEYED_BY = ("address_key", "other_address_key", "outlet_id", "channel", "published_on", "title")


@dataclass(frozen=True)
class Result:
    """What became of one row.

    `state` is `new`, `known` (the same piece stands there already, in this file or in the programme) or
    `refused`. `notes` are said beside it; `placement_id` is the piece itself, None where nothing was stored.
    """

    line: Line
    state: str
    notes: tuple[Message, ...] = ()
    placement_id: int | None = None
    counts_for: tuple[str, ...] = ()
    why_not: Mapping[str, Message] | None = None


@dataclass(frozen=True)
class Outcome:
    """What an import did, or would do, row by row; `before` and `after` are the numbers of the targets."""

    results: tuple[Result, ...]
    stored: bool
    before: Mapping[str, int]
    after: Mapping[str, int]

    @property
    def refused(self) -> tuple[Result, ...]:
        """The rows that keep the table out."""
        return tuple(result for result in self.results if result.state == "refused")

    def number(self, state: str) -> int:
        """How many rows have this state."""
        return sum(result.state == state for result in self.results)


class Folder:
    """Evidence that lies in a folder, by the names a table gives; what leads out of it is not taken."""

    def __init__(self, storage: Storage, folder: Path) -> None:
        self._storage, self._folder = storage, folder.resolve()
        self._accepted: dict[Path, Evidence] = {}

    def __call__(self, name: str) -> Evidence | None:
        """Give the checked file of that name, None where there is none; a bad one is refused by name."""
        try:
            path = (self._folder / name.replace("\\", "/")).resolve()
            inside = path.is_relative_to(self._folder) and path.is_file()
        except (OSError, ValueError):
            # A name that no file can have, such as one with a NUL or far too long.
            return None
        if not inside:
            return None
        if path not in self._accepted:
            with path.open("rb") as stream:
                upload = FileStorage(stream, filename=path.name)
                self._accepted[path] = documents.accept(self._storage, upload)
        return self._accepted[path]


# --- writing ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Desk:
    """Where rows are taken in: the programme, in whose name, as whom, and where the files of evidence are."""

    programme: Programme
    profile: Profile
    actor: Actor
    owner_id: int
    files: Files


def import_lines(session: Session, desk: Desk, lines: Sequence[Line], *, dry_run: bool) -> Outcome:
    """Take all rows in, or none where one is refused; commits unless it is only tried out.

    A row that repeats a piece adds nothing but its evidence. An outlet that the registry does not know is
    taken in and waits to be confirmed; the level that the row says is a proposal (A11).
    """
    with _collector_at_rest():
        return _import_lines(session, desk, lines, dry_run=dry_run)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Thousands of rows are made and all of them kept: looking for garbage among them costs a seventh."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _import_lines(session: Session, desk: Desk, lines: Sequence[Line], *, dry_run: bool) -> Outcome:
    before = queries.numbers(session, desk.programme, desk.profile, desk.actor)
    intake = Intake(session, desk)
    with session.no_autoflush:
        results = [intake.take(line) for line in lines]
    if any(result.state == "refused" for result in results):
        session.rollback()
        stopped = tuple(replace(result, placement_id=None) for result in results)
        return Outcome(stopped, stored=False, before=before, after=before)
    results = intake.settle(results)
    after = queries.numbers(session, desk.programme, desk.profile, desk.actor)
    if dry_run:
        session.rollback()
        results = [replace(result, placement_id=None) for result in results]
    else:
        session.commit()
    return Outcome(tuple(results), stored=not dry_run, before=before, after=after)


@dataclass(frozen=True)
class _Holder:
    """The piece that has an address already: a row of this table, or one that was there before (its id)."""

    piece: Placement | int
    number: int | None = None


class Intake:
    """Takes rows in one after the other; what they are compared with is read once."""

    def __init__(self, session: Session, desk: Desk) -> None:
        self._session, self._desk = session, desk
        self._registry = Registry.load(session)
        self._taken_in: dict[str, Found] = {}
        self._holders: dict[object, _Holder] = {}
        self._pieces: dict[int, Placement | int] = {}
        self._assets: dict[str, Asset] = {}
        columns = (
            Placement.id,
            Placement.address_key,
            Placement.other_address_key,
            Placement.outlet_id,
            Placement.channel,
            Placement.published_on,
            Placement.title,
        )
        mine = select(*columns).where(Placement.programme_id == desk.programme.id)
        for row in session.execute(mine):
            for key in _keys(*row[1:]):
                self._holders.setdefault(key, _Holder(row.id))
        self._cases: dict[str, list[Case]] = {}
        cases = select(Case).where(Case.programme_id == desk.programme.id).options(lazyload(Case.enterprise))
        for case in session.scalars(cases):
            self._cases.setdefault(case_key(case.title), []).append(case)

    def take(self, line: Line) -> Result:
        """Take one row in; where it cannot be, say why, and go on looking at the others."""
        if line.problems or line.published_on is None:
            return Result(line, "refused", line.problems)
        notes: list[Message] = []
        found = self._outlet(line, notes)
        if found is None:
            return Result(line, "refused", tuple(notes))
        try:
            proof = self._proof(line, notes)
        except CampaignError as refusal:
            return Result(line, "refused", (Message(refusal.msgid, dict(refusal.params)),))
        piece = self._piece(line, found)
        keys = _keys(*(getattr(piece, name) for name in KEYED_BY))
        holder = next((self._holders[key] for key in keys if key in self._holders), None)
        if holder is None:
            piece.cases = self._cases_of(line, notes)
            self._session.add(piece)
            self._holders |= {key: _Holder(piece, line.number) for key in keys}
        self._pieces[line.number] = holder.piece if holder else piece
        self._prove(self._pieces[line.number], proof)
        if holder is None:
            return Result(line, "new", tuple(notes))
        return Result(line, "known", (_repeats(holder), *notes))

    def _piece(self, line: Line, found: Found) -> Placement:
        return Placement(
            programme_id=self._desk.programme.id,
            owner_id=self._desk.owner_id,
            outlet_id=found.outlet_id,
            channel=_channel(line, found),
            title=line.title,
            address=_whole(line.address),
            address_key=address_key(line.address),
            other_address=_whole(line.other_address),
            other_address_key=address_key(line.other_address),
            published_on=line.published_on,
            removed_on=line.removed_on,
            kind=line.kind,
            slot=line.slot,
            author=line.author,
            note=line.note,
        )

    def settle(self, results: Sequence[Result]) -> list[Result]:
        """Write the rows, find their copies, and say of each what it counts for."""
        self._session.flush()
        ids = {
            number: piece if isinstance(piece, int) else piece.id for number, piece in self._pieces.items()
        }
        new = [ids[result.line.number] for result in results if result.state == "new"]
        regroup(self._session, self._desk.programme)
        statement = select(Placement).where(Placement.id.in_(new))
        pieces = self._session.scalars(statement).unique().all()
        judged = queries.judged_all(self._session, pieces, self._desk.programme, self._desk.profile)
        settled = []
        for result in results:
            placement_id = ids[result.line.number]
            if result.state == "known":
                reason = dict.fromkeys(queries.targets_of(self._desk.profile), result.notes[0])
                settled.append(replace(result, placement_id=placement_id, why_not=reason))
            else:
                verdict = judged[placement_id]
                settled.append(
                    replace(
                        result,
                        placement_id=placement_id,
                        counts_for=verdict.counts_for,
                        why_not=verdict.why_not,
                    )
                )
        return settled

    def _outlet(self, line: Line, notes: list[Message]) -> Found | None:
        named = self._registry.named(line.outlet) or self._taken_in.get(name_key(line.outlet))
        if named is not None:
            return named
        there = self._registry.at(line.address) or self._registry.at(line.outlet)
        if there is not None:
            words = {"name": line.outlet}
            notes.append(
                Message(N_("“%(name)s” is not in the registry; its outlet was told by the link."), words)
            )
            return there
        key = name_key(line.outlet)
        if not key:
            notes.append(Message(N_("“%(outlet)s” is no name of an outlet."), {"outlet": line.outlet}))
            return None
        name = clean_name(line.outlet)
        outlet = newcomer(name, line.level)
        self._session.add(outlet)
        self._session.flush()
        self._taken_in[key] = Found(outlet.id, "")
        words = {"outlet": name}
        notes.append(Message(N_("%(outlet)s is new to the registry and waits to be confirmed."), words))
        return self._taken_in[key]

    def _proof(self, line: Line, notes: list[Message]) -> list[Evidence]:
        found = []
        for name in line.evidence:
            one = self._desk.files(name)
            if one is None:
                words = {"file": name[:80]}
                notes.append(
                    Message(N_("The evidence “%(file)s” is not there: the piece stands without it."), words)
                )
            else:
                found.append(one)
        return found

    def _prove(self, where: Placement | int, proof: Sequence[Evidence]) -> None:
        piece = self._session.get(Placement, where) if isinstance(where, int) and proof else where
        if not isinstance(piece, Placement):
            return
        for one in proof:
            known = {file.asset.sha256 for file in piece.files}
            if one.stored.sha256 not in known and len(known) < proofs.MOST_FILES:
                asset = self._assets.get(one.stored.sha256) or documents.attach(self._session, one)
                self._assets[one.stored.sha256] = asset
                proofs.attach_asset(self._session, piece, asset, one)

    def _cases_of(self, line: Line, notes: list[Message]) -> list[Case]:
        whole = self._cases.get(case_key(line.cases), []) if line.cases else []
        if whole:
            return whole[:1]
        found = []
        for part in case_parts(line.cases):
            cases = self._cases.get(case_key(part), [])
            if cases:
                found.append(cases[0])
            else:
                notes.append(
                    Message(N_("No case of the programme is called “%(title)s”."), {"title": part[:80]})
                )
        return list(dict.fromkeys(found))


def _keys(key: str, other_key: str, outlet_id: int, channel: str, day: date, title: str) -> list[object]:
    """By what a piece is the same as another: its addresses, or without any its outlet, day and title."""
    keys: list[object] = [one for one in (key, other_key) if one]
    return keys or [(outlet_id, channel, day, plain_title(title))]


def _channel(line: Line, found: Found) -> str:
    if line.channel:
        return line.channel
    if line.address:
        there = channel_of(line.address)
        return found.channel if found.channel and there == "web" else there
    if found.channel:
        return found.channel
    return "television" if line.kind == "broadcast" else "print"


def _whole(address: str) -> str:
    return address if not address or "://" in address else f"http://{address}"


def _repeats(holder: _Holder) -> Message:
    if holder.number is None:
        return Message(N_("The same piece is logged already; nothing was stored twice."))
    return Message(
        N_("The same piece stands in row %(row)s; nothing is stored twice."), {"row": holder.number}
    )
