"""What a line-up and its contradictions say, as sentences for pages and the terminal; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

from campaign.lectures.lineup import (
    CITY,
    ENTERPRISE,
    EXCLUDED,
    MORE,
    PARK,
    PINNED,
    SEATS,
    Candidate,
    Change,
    Contradiction,
    Limit,
    Limits,
)
from campaign.messages import N_, Message

JOINT = "、"


def percent(share: Fraction) -> str:
    """A share as people write it: 3/10 is 30, 1/3 is 33.3."""
    tenths = round(share * 1000)
    return str(tenths // 10) if tenths % 10 == 0 else f"{tenths / 10:.1f}"


class Words:
    """Sentences about one question that was asked of the solver; cases are called by their names."""

    def __init__(self, candidates: Iterable[Candidate], limits: Limits) -> None:
        self.limits = limits
        self.candidates = list(candidates)
        self.names = {one.id: one.name or one.id for one in self.candidates}

    def limit(self, limit: Limit) -> Message:
        """One limit of a contradiction."""
        return LIMITS[limit.kind](self, limit)

    def change(self, change: Change) -> Message:
        """One change that helps."""
        return CHANGES[change.kind](self, change)

    def why(self, contradiction: Contradiction) -> Message:
        """The head of an explanation."""
        limits = contradiction.limits
        if [one.kind for one in limits] == [SEATS]:
            return Message(
                N_("There are only %(count)s candidates for %(seats)s seats."),
                {"count": len(self.candidates), "seats": self.limits.seats},
            )
        if len(limits) == 1 and len(limits[0].ids) == 1:
            return Message(N_("This cannot be kept:"))
        return Message(N_("These cannot be kept all together:"))

    def _names(self, ids: Iterable[str]) -> str:
        return JOINT.join(self.names[one] for one in ids)

    def _seats(self, _limit: Limit) -> Message:
        return Message(
            N_("%(seats)s cases are to be chosen from %(count)s candidates."),
            {"seats": self.limits.seats, "count": len(self.candidates)},
        )

    def _city(self, _limit: Limit) -> Message:
        cities = len({one.city for one in self.candidates if one.city})
        return Message(
            N_("At most %(limit)s from any city; the candidates come from %(cities)s cities."),
            {"limit": self.limits.per_city, "cities": cities},
        )

    def _enterprise(self, _limit: Limit) -> Message:
        firms = len({one.enterprise for one in self.candidates if one.enterprise})
        return Message(
            N_("At most %(limit)s of any enterprise; the candidates come from %(enterprises)s enterprises."),
            {"limit": self.limits.per_enterprise, "enterprises": firms},
        )

    def _park(self, _limit: Limit) -> Message:
        return Message(
            N_(
                "At least %(percent)s %% from park associations, that is %(needed)s of %(seats)s; "
                "%(count)s candidates are."
            ),
            {
                "percent": percent(self.limits.park_share),
                "needed": self.limits.parks_needed,
                "seats": self.limits.seats,
                "count": sum(one.park for one in self.candidates),
            },
        )

    def _pinned(self, limit: Limit) -> Message:
        return Message(N_("Fixed by you: %(cases)s."), {"cases": self._names(limit.ids)})

    def _excluded(self, limit: Limit) -> Message:
        return Message(
            N_("Left out by you: %(cases)s."), {"cases": self._names(sorted(limit.ids, key=self._rank))}
        )

    def _rank(self, one: str) -> str:
        return self.names[one]

    # --- changes

    def _other_seats(self, change: Change) -> Message:
        return Message(
            N_("Choose %(seats)s cases instead of %(asked)s."),
            {"seats": self.limits.seats + change.amount, "asked": self.limits.seats},
        )

    def _more_of(self, msgid: str, limit: int | None, parts: Mapping[str, int]) -> Message:
        many = [f"{name} {(limit or 0) + extra}" for name, extra in sorted(parts.items())]
        return Message(msgid, {"parts": JOINT.join(many), "limit": limit})

    def _more_city(self, change: Change) -> Message:
        return self._more_of(
            N_("Allow more than %(limit)s from a city here: %(parts)s."), self.limits.per_city, change.parts
        )

    def _more_enterprise(self, change: Change) -> Message:
        return self._more_of(
            N_("Allow more than %(limit)s of an enterprise here: %(parts)s."),
            self.limits.per_enterprise,
            change.parts,
        )

    def _fewer_parks(self, change: Change) -> Message:
        count = self.limits.parks_needed - change.amount
        share = Fraction(count, self.limits.seats)
        return Message(
            N_(
                "Be content with %(count)s cases from park associations instead of %(needed)s: "
                "%(percent)s %% instead of %(asked)s %%."
            ),
            {
                "count": count,
                "needed": self.limits.parks_needed,
                "percent": percent(share),
                "asked": percent(self.limits.park_share),
            },
        )

    def _let_go(self, change: Change) -> Message:
        return Message(N_("No longer fix: %(cases)s."), {"cases": self._names(sorted(change.parts))})

    def _admit(self, change: Change) -> Message:
        return Message(N_("Admit again: %(cases)s."), {"cases": self._names(sorted(change.parts))})

    def _more(self, change: Change) -> Message:
        if change.parks:
            return Message(
                N_(
                    "Find %(count)s more candidates from other cities and enterprises, "
                    "%(parks)s of them from park associations."
                ),
                {"count": change.amount, "parks": change.parks},
            )
        return Message(
            N_("Find %(count)s more candidates from other cities and enterprises."), {"count": change.amount}
        )


LIMITS: Mapping[str, Callable[[Words, Limit], Message]] = {
    SEATS: Words._seats,  # noqa: SLF001 - the table of this class's own sentences
    CITY: Words._city,  # noqa: SLF001 - as above
    ENTERPRISE: Words._enterprise,  # noqa: SLF001 - as above
    PARK: Words._park,  # noqa: SLF001 - as above
    PINNED: Words._pinned,  # noqa: SLF001 - as above
    EXCLUDED: Words._excluded,  # noqa: SLF001 - as above
}
CHANGES: Mapping[str, Callable[[Words, Change], Message]] = {
    SEATS: Words._other_seats,  # noqa: SLF001 - as above
    CITY: Words._more_city,  # noqa: SLF001 - as above
    ENTERPRISE: Words._more_enterprise,  # noqa: SLF001 - as above
    PARK: Words._fewer_parks,  # noqa: SLF001 - as above
    PINNED: Words._let_go,  # noqa: SLF001 - as above
    EXCLUDED: Words._admit,  # noqa: SLF001 - as above
    MORE: Words._more,  # noqa: SLF001 - as above
}


def sentences(
    contradiction: Contradiction, candidates: Sequence[Candidate], limits: Limits
) -> tuple[Message, tuple[Message, ...], tuple[Message, ...], tuple[Message, ...]]:
    """The head, the limits that contradict each other, changes that help alone, and changes in common."""
    words = Words(candidates, limits)
    told = contradiction.limits
    head = words.why(contradiction)
    alone = [one.kind for one in told] == [SEATS]
    return (
        head,
        () if alone else tuple(words.limit(one) for one in told),
        tuple(words.change(one) for one in contradiction.changes),
        tuple(words.change(one) for one in contradiction.together),
    )
