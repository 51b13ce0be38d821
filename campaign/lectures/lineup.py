"""The best line-up under all limits, and what to say where there is none; pure, solved with scipy's `milp`.

Every limit is a row of one linear programme with a slack beside it. A proposal allows no slack; to find out
which limits contradict each other they are dropped one after the other (their slack is free), and the
smallest change that helps is the smallest slack that makes a line-up possible (A6, P4).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

# Scores are counted in whole units of their last decimal place, so that totals compare exactly; beyond this
# many units floating point has no room for it, and a difference in the last place may go unnoticed.
EXACT_UNITS = 10**9
SEATS, CITY, PARK, ENTERPRISE, PINNED, EXCLUDED, MORE = (
    "seats",
    "per_city",
    "park_share",
    "per_enterprise",
    "pinned",
    "excluded",
    "candidates",
)
# In this order limits are dropped to find a contradiction: what the planner has fixed first, so that the
# explanation rests on it only where it must.
DROPPED = (EXCLUDED, PINNED, ENTERPRISE, CITY, PARK, SEATS)
# In this order changes of the same size are told: what the planner can undo alone first.
TOLD = (EXCLUDED, PINNED, CITY, ENTERPRISE, PARK, SEATS, MORE)
INFEASIBLE = 2


@dataclass(frozen=True)
class Candidate:
    """A case that may be told; an unknown city or enterprise is "" and under no limit."""

    id: str
    city: str
    enterprise: str
    park: bool
    score: Decimal
    name: str = ""


@dataclass(frozen=True)
class Limits:
    """How many cases are to be chosen exactly, and under which limits; None means there is none."""

    seats: int
    per_city: int | None = None
    park_share: Fraction = Fraction(0)
    per_enterprise: int | None = None

    @property
    def parks_needed(self) -> int:
        """The smallest number of park cases that keeps the share."""
        return -(-self.park_share.numerator * self.seats // self.park_share.denominator)


@dataclass(frozen=True)
class LineUp:
    """Chosen candidates, the best score first; of equal scores in the order of their ids."""

    chosen: tuple[Candidate, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids in that order."""
        return tuple(one.id for one in self.chosen)

    @property
    def total(self) -> Decimal:
        """The sum of the scores, exact."""
        return sum((one.score for one in self.chosen), Decimal(0))


@dataclass(frozen=True)
class Limit:
    """One limit of a contradiction; `ids` are the fixed cases where it is about single ones."""

    kind: str
    ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """What would have to change: how much in all, and of what how much (city, enterprise or id)."""

    kind: str
    amount: int
    parts: Mapping[str, int] = field(default_factory=dict)
    parks: int = 0


@dataclass(frozen=True)
class Contradiction:
    """Limits of which none can be left out, and changes, the smallest first; each one helps.

    Where no change of one kind is enough, `together` holds the smallest mixed one.
    """

    limits: tuple[Limit, ...]
    changes: tuple[Change, ...]
    together: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """Line-ups, the best first; or why there is none."""

    line_ups: tuple[LineUp, ...]
    contradiction: Contradiction | None = None


def propose(
    candidates: Iterable[Candidate],
    limits: Limits,
    *,
    pinned: Collection[str] = (),
    excluded: Collection[str] = (),
    alternatives: int = 0,
) -> Proposal:
    """Find the best line-up by total score and the next best different ones; or explain why there is none.

    The answer does not depend on the order of the candidates. Of line-ups with the same total the one whose
    members stand nearer to the top of the list by score and id is taken.
    """
    programme = _Programme(candidates, limits, frozenset(pinned), frozenset(excluded))
    found: list[LineUp] = []
    while len(found) <= alternatives:
        chosen = programme.best()
        if chosen is None:
            break
        programme.forbid(chosen)
        found.append(LineUp(tuple(programme.rows[at] for at in chosen)))
    if found:
        return Proposal(tuple(found))
    return Proposal((), _contradiction(programme))


def order(candidate: Candidate) -> tuple[Decimal, int, str]:
    """The canonical order: by score, then by id, numbers as numbers (9 before 10)."""
    return (-candidate.score, len(candidate.id) if candidate.id.isdecimal() else 0, candidate.id)


class _Programme:
    """Limits as rows of a linear programme: columns are the candidates, then one slack per way out."""

    def __init__(
        self,
        candidates: Iterable[Candidate],
        limits: Limits,
        pinned: frozenset[str],
        excluded: frozenset[str],
    ) -> None:
        self.rows = sorted(candidates, key=order)
        self.limits = limits
        self.pinned = [at for at, one in enumerate(self.rows) if one.id in pinned]
        self.excluded = [at for at, one in enumerate(self.rows) if one.id in excluded]
        self.slacks: list[tuple[str, str]] = []
        self._entries: list[tuple[int, int, float]] = []
        self._low: list[float] = []
        self._high: list[float] = []
        self._build()
        self._units = _units(self.rows)

    # --- the model

    def _slack(self, kind: str, part: str = "") -> int:
        self.slacks.append((kind, part))
        return len(self.rows) + len(self.slacks) - 1

    def _row(self, terms: Iterable[tuple[int, float]], low: float, high: float) -> None:
        at = len(self._low)
        self._entries += [(at, column, value) for column, value in terms]
        self._low.append(low)
        self._high.append(high)

    def _build(self) -> None:
        limits, everybody = self.limits, range(len(self.rows))
        fewer, surplus = self._slack(SEATS, "fewer"), self._slack(SEATS, "more")
        anybody, from_park = self._slack(MORE, "any"), self._slack(MORE, "park")
        chosen = [(at, 1.0) for at in everybody]
        self._row(
            [*chosen, (anybody, 1), (from_park, 1), (fewer, 1), (surplus, -1)], limits.seats, limits.seats
        )
        self._groups(CITY, limits.per_city, [one.city for one in self.rows])
        self._groups(ENTERPRISE, limits.per_enterprise, [one.enterprise for one in self.rows])
        # The share as whole numbers: parks times the denominator against everybody times the numerator.
        top, bottom = limits.park_share.numerator, limits.park_share.denominator
        if top:
            short = self._slack(PARK)
            terms = [(at, float(bottom * self.rows[at].park - top)) for at in everybody]
            self._row([*terms, (from_park, bottom - top), (anybody, -top), (short, bottom)], 0, np.inf)
        for at in self.pinned:
            self._row([(at, 1), (self._slack(PINNED, self.rows[at].id), 1)], 1, np.inf)
        for at in self.excluded:
            self._row([(at, 1), (self._slack(EXCLUDED, self.rows[at].id), -1)], -np.inf, 0)

    def _groups(self, kind: str, limit: int | None, names: Sequence[str]) -> None:
        if limit is None:
            return
        members: dict[str, list[int]] = defaultdict(list)
        for at, name in enumerate(names):
            if name:
                members[name].append(at)
        for name in sorted(members):
            if len(members[name]) > limit:
                over = self._slack(kind, name)
                self._row([*((at, 1.0) for at in members[name]), (over, -1)], -np.inf, limit)

    def forbid(self, chosen: Sequence[int]) -> None:
        """Allow this choice no more: at least one of it must be missing."""
        self._row([(at, 1) for at in chosen], -np.inf, len(chosen) - 1)

    # --- solving

    def _solve(self, costs: Sequence[float], free: Mapping[int, float]) -> list[int] | None:
        """Solve with some slacks allowed up to a bound; gives the rounded columns, None when impossible."""
        width = len(self.rows) + len(self.slacks)
        high = np.zeros(width)
        high[: len(self.rows)] = 1
        for column, bound in free.items():
            high[column] = bound
        at, columns, values = zip(*self._entries, strict=True) if self._entries else ((), (), ())
        matrix = coo_array((values, (at, columns)), shape=(len(self._low), width)).tocsr()
        answer = milp(
            np.asarray(costs, dtype=float),
            integrality=np.ones(width),
            bounds=Bounds(np.zeros(width), high),
            constraints=LinearConstraint(matrix, np.asarray(self._low), np.asarray(self._high)),
            options={"mip_rel_gap": 0},
        )
        if answer.status == INFEASIBLE:
            return None
        if answer.x is None:
            raise ArithmeticError(f"The solver gave up: {answer.message}")
        return [round(value) for value in answer.x]

    def best(self) -> tuple[int, ...] | None:
        """The choice with the highest total; of equal ones the one whose ranks add up to the least."""
        nothing = [0.0] * len(self.slacks)
        found = self._solve([-unit for unit in self._units] + nothing, {})
        if found is None:
            return None
        if all(float(unit).is_integer() for unit in self._units):
            best = sum(unit * taken for unit, taken in zip(self._units, found, strict=False))
            kept = len(self._low), len(self._entries)
            self._row([(at, unit) for at, unit in enumerate(self._units) if unit], best, np.inf)
            found = self._solve([float(at) for at in range(len(self.rows))] + nothing, {}) or found
            del self._low[kept[0] :], self._high[kept[0] :], self._entries[kept[1] :]
        return tuple(at for at in range(len(self.rows)) if found[at])

    def possible_without(self, dropped: Collection[tuple[str, str]]) -> bool:
        """Whether there is a line-up when these limits, as (kind, part), do not hold; "" is every part."""
        free = {
            len(self.rows) + at: np.inf
            for at, (kind, part) in enumerate(self.slacks)
            if (kind, part) in dropped or (kind, "") in dropped
        }
        return self._solve([0.0] * (len(self.rows) + len(self.slacks)), free) is not None

    def smallest(self, kinds: Collection[str]) -> tuple[Change, ...] | None:
        """The smallest change of these kinds that helps; of equal ones the one with the best line-up."""
        free = {len(self.rows) + at: np.inf for at, (kind, _) in enumerate(self.slacks) if kind in kinds}
        # At least one case must be left to be told.
        free |= {len(self.rows): self.limits.seats - 1} if SEATS in kinds else {}
        # Within a sum of units the score decides, and a candidate from a park is wanted only where needed.
        tiny = 0.5 / (1 + sum(abs(unit) for unit in self._units) + 2 * self.limits.seats)
        slack_costs = [1 + tiny * ((kind, part) == (MORE, "park")) for kind, part in self.slacks]
        found = self._solve([-unit * tiny for unit in self._units] + slack_costs, free)
        if found is None:
            return None
        amounts = {key: n for key, n in zip(self.slacks, found[len(self.rows) :], strict=True) if n}
        return tuple(
            _change(kind, {part: n for (k, part), n in amounts.items() if k == kind})
            for kind in TOLD
            if any(k == kind for k, _ in amounts)
        )


def _change(kind: str, parts: dict[str, int]) -> Change:
    if kind == SEATS:
        return Change(kind, parts.get("more", 0) - parts.get("fewer", 0))
    amount = sum(parts.values())
    return Change(kind, amount, {} if kind == MORE else parts, parks=parts.get("park", 0))


def _units(rows: Sequence[Candidate]) -> list[float]:
    """Scores as whole numbers of their last decimal place, or as floats where those would be too large."""
    places = max((max(0, -int(one.score.normalize().as_tuple().exponent)) for one in rows), default=0)
    whole = [int(one.score.scaleb(places)) for one in rows]
    if sum(abs(unit) for unit in whole) <= EXACT_UNITS:
        return [float(unit) for unit in whole]
    most = max(abs(one.score) for one in rows)
    return [float(one.score / most) * EXACT_UNITS / len(rows) for one in rows]


# --- where there is no line-up ----------------------------------------------------------------------------


def _contradiction(programme: _Programme) -> Contradiction:
    limits = _minimal(programme)
    single: list[Change] = []
    for kind in TOLD:
        if not any(one == kind for one, _ in programme.slacks):
            continue
        found = programme.smallest({kind})
        if found:
            single += found
    single.sort(key=lambda change: (abs(change.amount), TOLD.index(change.kind)))
    if [one for one in single if one.kind != MORE]:
        return Contradiction(limits, tuple(single))
    every = {kind for kind, _ in programme.slacks} - {MORE}
    return Contradiction(limits, tuple(single), programme.smallest(every) or ())


def _minimal(programme: _Programme) -> tuple[Limit, ...]:
    """A set of limits that cannot all hold, while any of them could be left out to make the rest hold."""
    present = {key for key in programme.slacks if key[0] not in (MORE, SEATS)}
    # Cities and enterprises fall under one limit each, and so do the excluded; a fixed case is one by itself.
    members: list[tuple[str, str]] = [(SEATS, "")]
    for kind in (PARK, CITY, ENTERPRISE, EXCLUDED):
        members += [(kind, "")] if any(k == kind for k, _ in present) else []
    members += sorted(key for key in present if key[0] == PINNED)
    members.sort(key=lambda key: DROPPED.index(key[0]))
    dropped: set[tuple[str, str]] = set()
    kept: list[tuple[str, str]] = []
    for key in members:
        if programme.possible_without(dropped | {key}):
            kept.append(key)
        else:
            dropped.add(key)
    kinds = [kind for kind in (SEATS, PARK, CITY, ENTERPRISE) if (kind, "") in kept]
    fixed = tuple(part for kind, part in kept if kind == PINNED)
    out = tuple(programme.rows[at].id for at in programme.excluded) if (EXCLUDED, "") in kept else ()
    return (
        *(Limit(kind) for kind in kinds),
        *((Limit(PINNED, fixed),) if fixed else ()),
        *((Limit(EXCLUDED, out),) if out else ()),
    )
