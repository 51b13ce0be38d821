"""Selects of the placement room; every one passes the scope filter."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import lru_cache
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select, true, union_all
from sqlalchemy.orm import Session, aliased, defer, lazyload, load_only, object_session, selectinload

from campaign.access import Actor, scoped
from campaign.accounts.models import Organisation
from campaign.cases.models import Case
from campaign.outlets.models import Outlet, OutletContact, OutletListing
from campaign.placements.models import Placement
from campaign.placements.rules import (
    CRITERIA,
    ONLINE,
    TARGET_KINDS,
    Listed,
    Member,
    OutletFacts,
    Period,
    Piece,
    Verdict,
    verdicts,
)
from campaign.placements.standing import kept
from campaign.programmes.models import Programme
from campaign.programmes.profiles import Profile

CONTACTED = "outlets.contacted"


def pieces_of(programme: Programme, actor: Actor) -> Select[Placement]:
    """The pieces of a programme that the actor may see."""
    return scoped(select(Placement).where(Placement.programme_id == programme.id), Placement, actor)


def placements_of(programme: Programme, actor: Actor) -> Select[Placement]:
    """The pieces of a programme that the actor may see, with their outlets to filter and sort by."""
    return pieces_of(programme, actor).join(Placement.outlet)


def for_list(statement: Select[Placement]) -> Select[Placement]:
    """Load what a line of the list shows: how many cases, but none of their stories, and no text of pages."""
    cases = selectinload(Placement.cases).options(load_only(Case.id), lazyload(Case.enterprise))
    return statement.options(cases, defer(Placement.excerpt), defer(Placement.note))


def evidence_demanded(profile: Profile) -> bool:
    """Whether a piece counts only with evidence: so far in every programme, as the centre checks it (A17)."""
    return bool(getattr(profile, "evidence_demanded", True))


def targets_of(profile: Profile) -> tuple[str, ...]:
    """The kinds of coverage that this programme has targets for, in the profile's order."""
    wanted = [target.counts for target in profile.targets]
    return tuple(dict.fromkeys(kind for kind in wanted if kind in TARGET_KINDS))


def period_of(programme: Programme) -> Period:
    """First and last day of a programme."""
    return Period(programme.starts_on, programme.ends_on)


def judged_all(
    session: Session, pieces: Sequence[Placement], programme: Programme, profile: Profile
) -> dict[int, Verdict]:
    """Judge many pieces with two queries at most, however many there are; by their ids.

    Whose copy a piece is, is asked of the whole programme, whatever part of it the user may see: two cities
    cannot both count the same report.
    """
    facts = attrgetter(*(column.key for column in _FACTS))
    rows = [facts(piece) for piece in pieces if piece.group_id is None]
    groups = {piece.group_id for piece in pieces if piece.group_id is not None}
    if groups:
        copies = select(*_FACTS).where(Placement.programme_id == programme.id, Placement.group_id.in_(groups))
        rows += session.execute(copies).all()
    known = _outlet_facts(session, {row[2] for row in rows})
    reports: dict[tuple[str, int], list[Member]] = {}
    for key, group, outlet_id, kind, day, evidence, channel, removed in rows:
        piece = Piece(kind, day, evidence is not None, channel, removed)
        name, outlet = known[outlet_id]
        report = ("alone", key) if group is None else ("group", group)
        reports.setdefault(report, []).append(Member(key, piece, outlet, outlet_id, name))
    found: dict[int, Verdict] = {}
    period, demanded, targets = period_of(programme), evidence_demanded(profile), targets_of(profile)
    for members in reports.values():
        found |= verdicts(members, period, evidence_demanded=demanded, targets=targets)
    return found


_FACTS = (
    *(Placement.id, Placement.group_id, Placement.outlet_id, Placement.kind, Placement.published_on),
    *(Placement.evidence_id, Placement.channel, Placement.removed_on),
)


def _outlet_facts(session: Session, ids: Collection[int]) -> dict[int, tuple[str, OutletFacts]]:
    """Name of each outlet, and the outlet as the rules see it, with the lists it stands on."""
    outlets = select(Outlet.id, Outlet.name, Outlet.level, Outlet.nature, Outlet.proposed_level).where(
        Outlet.id.in_(ids)
    )
    rows = session.execute(
        outlets.outerjoin(OutletListing, OutletListing.outlet_id == Outlet.id)
        .add_columns(OutletListing.id, OutletListing.starts_on, OutletListing.ends_on)
        .order_by(Outlet.id, OutletListing.id)
    )
    listings: dict[int, list[Listed]] = {}
    seen = {}
    for key, name, level, nature, proposed, listing_id, starts, ends in rows:
        listed = listings.setdefault(key, [])
        if listing_id is not None:
            listed.append(Listed(starts, ends))
        seen[key] = (name, level, nature, proposed != "")
    return {
        key: (name, OutletFacts(level, tuple(listings[key]), nature, waits))
        for key, (name, level, nature, waits) in seen.items()
    }


def judged(piece: Placement, programme: Programme, profile: Profile) -> Verdict:
    """For which targets of the programme one piece counts, and why not for the others."""
    session = object_session(piece)
    assert session is not None  # noqa: S101 - a piece that is judged was read from a session
    return judged_all(session, [piece], programme, profile)[piece.id]


def copies_of(session: Session, piece: Placement, actor: Actor) -> Sequence[Placement]:
    """The other placements of the same report that the actor may see, the earliest first."""
    if piece.group_id is None:
        return ()
    statement = scoped(select(Placement), Placement, actor).where(
        Placement.group_id == piece.group_id, Placement.id != piece.id
    )
    return session.scalars(statement.order_by(Placement.published_on, Placement.id)).unique().all()


def group_sizes(session: Session, pieces: Sequence[Placement]) -> dict[int, int]:
    """How many placements the reports of these pieces have, by group."""
    groups = {piece.group_id for piece in pieces if piece.group_id is not None}
    if not groups:
        return {}
    statement = select(Placement.group_id, func.count()).where(Placement.group_id.in_(groups))
    rows = session.execute(statement.group_by(Placement.group_id))
    return {int(row[0]): row[1] for row in rows if row[0] is not None}


# --- counting ---------------------------------------------------------------------------------------------


def _in_period(period: Period, piece: type[Placement] = Placement) -> ColumnElement[bool]:
    return piece.published_on.between(period.starts, period.ends)


def _could_count(
    target: str, period: Period, *, evidence_demanded: bool, piece: type[Placement] = Placement
) -> ColumnElement[bool]:
    """Everything `rules.verdicts` asks of a piece but for its copies; needs no other table joined.

    An outlet that waits to be confirmed is self-published and on no list, so that it needs no condition here.
    """
    criterion = CRITERIA[target]
    asked = [
        _in_period(period, piece),
        or_(piece.removed_on.is_(None), piece.removed_on > period.ends, piece.channel.not_in(sorted(ONLINE))),
    ]
    if evidence_demanded:
        asked.append(piece.evidence_id.is_not(None))
    if criterion.kinds is not None:
        asked.append(piece.kind.in_(sorted(criterion.kinds)))
    medium = aliased(Outlet)
    fitting: list[ColumnElement[bool]] = []
    if criterion.levels is not None:
        fitting.append(medium.level.in_(sorted(criterion.levels)))
    if criterion.media_only:
        fitting.append(medium.nature == "media")
    if criterion.authoritative:
        # Who stood on a list all along is known from one short list of ids; only the others are looked at
        # day by day.
        listed = select(OutletListing.outlet_id)
        if fitting:
            listed = listed.join(medium, medium.id == OutletListing.outlet_id).where(*fitting)
        throughout = listed.where(
            or_(OutletListing.starts_on.is_(None), OutletListing.starts_on <= period.starts),
            or_(OutletListing.ends_on.is_(None), OutletListing.ends_on >= period.ends),
        )
        on_the_day = listed.where(
            OutletListing.outlet_id == piece.outlet_id,
            or_(OutletListing.starts_on.is_(None), OutletListing.starts_on <= piece.published_on),
            or_(OutletListing.ends_on.is_(None), OutletListing.ends_on >= piece.published_on),
        )
        asked.append(or_(piece.outlet_id.in_(throughout), on_the_day.correlate(piece).exists()))
    elif fitting:
        asked.append(piece.outlet_id.in_(select(medium.id).where(*fitting)))
    return and_(*asked)


def counts_for(target: str, programme: Programme, *, evidence_demanded: bool) -> ColumnElement[bool]:
    """`rules.verdicts` as a condition in the database, from the same table."""
    return _counts(target, programme.id, period_of(programme), evidence_demanded=evidence_demanded)


@lru_cache(maxsize=256)
def _counts(
    target: str, programme_id: int, period: Period, *, evidence_demanded: bool
) -> ColumnElement[bool]:
    copy = aliased(Placement)
    place = func.row_number().over(partition_by=_unit(target, copy), order_by=[copy.published_on, copy.id])
    ranked = (
        select(copy.id.label("id"), place.label("place"))
        .where(
            copy.programme_id == programme_id,
            copy.group_id.is_not(None),
            _could_count(target, period, evidence_demanded=evidence_demanded, piece=copy),
        )
        .subquery()
    )
    first = select(ranked.c.id).where(ranked.c.place == 1)
    return and_(
        _could_count(target, period, evidence_demanded=evidence_demanded),
        or_(Placement.group_id.is_(None), Placement.id.in_(first)),
    )


def _unit(target: str, piece: Any) -> list[Any]:  # noqa: ANN401 - an alias, or the columns of a subquery
    """What is counted once among copies: the report, or the channel of an outlet."""
    if CRITERIA[target].once_per == "report":
        return [piece.group_id]
    return [piece.group_id, piece.outlet_id, piece.channel]


def counting(statement: Select[Any], target: str, programme: Programme, profile: Profile) -> Select[Any]:
    """Keep the pieces that count for a target; `none` keeps those that count for none of the programme."""
    demanded = evidence_demanded(profile)
    if target == "none":
        for kind in targets_of(profile):
            statement = statement.where(~counts_for(kind, programme, evidence_demanded=demanded))
        return statement
    return statement.where(counts_for(target, programme, evidence_demanded=demanded))


def counted(
    session: Session, programme: Programme, profile: Profile, target: str, actor: Actor
) -> Sequence[Placement] | Sequence[Outlet]:
    """The rows behind a target: pieces (A11, B2, B5), or for `outlets.contacted` outlets (B2)."""
    if target == CONTACTED:
        statement = contacted(select(Outlet), programme, actor).order_by(Outlet.name)
        return session.scalars(with_lists_of_outlets(statement)).all()
    pieces = counting(placements_of(programme, actor), target, programme, profile)
    pieces = pieces.order_by(Placement.published_on, Placement.id)
    return session.scalars(pieces.options(selectinload(Placement.evidence))).unique().all()


def count(session: Session, programme: Programme, profile: Profile, target: str, actor: Actor) -> int:
    """How many rows `counted` would give, without reading them."""
    if target == CONTACTED:
        outlets = contacted(select(Outlet.id), programme, actor)
        number = select(func.count()).select_from(outlets.subquery())
        return kept(session, CONTACTED, programme, actor, lambda: session.scalar(number) or 0)
    return numbers(session, programme, profile, actor)[target]


def numbers(session: Session, programme: Programme, profile: Profile, actor: Actor) -> Mapping[str, int]:
    """How many pieces count for each target of the programme, in one query; `none` and `all` beside them."""
    kinds, demanded = targets_of(profile), evidence_demanded(profile)

    def work() -> Mapping[str, int]:
        statement = _sums(programme.id, period_of(programme), kinds, actor, evidence_demanded=demanded)
        row = session.execute(statement).one()
        return MappingProxyType(dict(zip((*kinds, "none", "all"), map(int, row), strict=True)))

    return kept(session, f"numbers {kinds} {demanded}", programme, actor, work)


def counted_days(session: Session, programme: Programme, profile: Profile, actor: Actor) -> Sequence[date]:
    """The days of all pieces that count for any target of the programme, a day as often as it has pieces."""
    kinds, demanded = targets_of(profile), evidence_demanded(profile)

    def work() -> Sequence[date]:
        conditions = [counts_for(kind, programme, evidence_demanded=demanded) for kind in kinds]
        statement = select(Placement.published_on).where(
            Placement.programme_id == programme.id, or_(false(), *conditions)
        )
        return tuple(session.scalars(scoped(statement, Placement, actor).order_by(Placement.published_on)))

    return kept(session, f"days {kinds} {demanded}", programme, actor, work)


@lru_cache(maxsize=256)
def _sums(
    programme_id: int, period: Period, kinds: tuple[str, ...], actor: Actor, *, evidence_demanded: bool
) -> Select[Any]:
    """The numbers of all targets in one reading of the pieces; built once, as it is long.

    What a piece alone could count for is worked out first, of copies then which one is the earliest. Copies
    of other organisations take part in that, so the scope filter stands only in the last step. The offsets
    keep both databases from working each condition out anew wherever it is used.
    """
    mine = Placement.owner_id.in_(scoped(select(Organisation.id), Organisation, actor))
    could = [
        case((_could_count(kind, period, evidence_demanded=evidence_demanded), 1), else_=0).label(
            f"could{at}"
        )
        for at, kind in enumerate(kinds)
    ]
    pieces = select(
        *(Placement.id, Placement.published_on, Placement.group_id, Placement.outlet_id, Placement.channel),
        case((mine, 1), else_=0).label("mine"),
        *could,
    ).where(Placement.programme_id == programme_id)
    copies = pieces.where(Placement.group_id.is_not(None)).offset(0).subquery("copies")
    places = [
        func.row_number()
        .over(
            partition_by=[*_unit(kind, copies.c), copies.c[f"could{at}"]],
            order_by=[copies.c.published_on, copies.c.id],
        )
        .label(f"place{at}")
        for at, kind in enumerate(kinds)
    ]
    ranked = select(copies, *places).subquery("ranked")
    first = [
        case((and_(ranked.c[f"could{at}"] == 1, ranked.c[f"place{at}"] == 1), 1), else_=0).label(f"m{at}")
        for at in range(len(kinds))
    ]
    alone = pieces.with_only_columns(
        Placement.id, *(one.label(f"m{at}") for at, one in enumerate(could))
    ).where(Placement.group_id.is_(None), mine)
    seen = union_all(alone, select(ranked.c.id, *first).where(ranked.c.mine == 1)).subquery("seen")
    marks = [seen.c[f"m{at}"] for at in range(len(kinds))]
    nothing = and_(true(), *(mark == 0 for mark in marks))
    sums = [func.coalesce(func.sum(mark), 0) for mark in marks]
    return select(*sums, func.count().filter(nothing), func.count(seen.c.id))


# --- outlets ----------------------------------------------------------------------------------------------


def with_lists_of_outlets(statement: Select[Outlet]) -> Select[Outlet]:
    """Load the lists along."""
    return statement.options(selectinload(Outlet.listings))


def contacted(statement: Select[Any], programme: Programme, actor: Actor) -> Select[Any]:
    """Keep the confirmed outlets that were turned to, or published a piece, within the programme (B2)."""
    period = period_of(programme)
    # Lists of ids, not questions for each outlet: a registry has thousands, a programme tens of thousands.
    pieces = scoped(select(Placement.outlet_id), Placement, actor).where(
        Placement.programme_id == programme.id, _in_period(period)
    )
    contacts = scoped(select(OutletContact.outlet_id), OutletContact, actor).where(
        OutletContact.programme_id == programme.id,
        OutletContact.contacted_on.between(period.starts, period.ends),
    )
    return statement.where(Outlet.proposed_level == "", or_(Outlet.id.in_(pieces), Outlet.id.in_(contacts)))


def at_waiting_outlets(session: Session, programme: Programme, actor: Actor) -> int:
    """How many pieces count for nothing because their outlet waits to be confirmed."""
    waiting = select(Outlet.id).where(Outlet.proposed_level != "")
    pieces = select(func.count(Placement.id)).where(
        Placement.programme_id == programme.id, Placement.outlet_id.in_(waiting)
    )
    statement = scoped(pieces, Placement, actor)
    return kept(session, "at waiting outlets", programme, actor, lambda: session.scalar(statement) or 0)


def piece_counts(
    session: Session, programme: Programme, actor: Actor, outlet_ids: Sequence[int]
) -> dict[int, int]:
    """Pieces of the programme by outlet."""
    statement = select(Placement.outlet_id, func.count()).where(
        Placement.programme_id == programme.id, Placement.outlet_id.in_(outlet_ids)
    )
    rows = session.execute(scoped(statement, Placement, actor).group_by(Placement.outlet_id))
    return {row[0]: row[1] for row in rows}


def months(session: Session, programme: Programme, actor: Actor) -> list[str]:
    """The months from the first piece to the last one, newest first, as 2024-10."""
    days = scoped(select(Placement.published_on), Placement, actor).where(
        Placement.programme_id == programme.id
    )
    # Two looks at the ends of an index instead of a reading of all pieces.
    ends = (days.order_by(Placement.published_on), days.order_by(Placement.published_on.desc()))
    first, last = (session.scalar(one.limit(1)) for one in ends)
    if first is None or last is None:
        return []
    numbers = range(last.year * 12 + last.month - 1, first.year * 12 + first.month - 2, -1)
    return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in numbers]


def outlet_names(session: Session) -> Sequence[str]:
    """The names of the registry, for the form's list of proposals."""
    return session.scalars(select(Outlet.name).order_by(Outlet.name)).all()
