"""How the seats of the regions are filled (A2, A3, P2), by whom (A5), and who sent too many (P3)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy.orm import Session

from campaign.access import Actor
from campaign.cases import queries
from campaign.cases.models import Case, Enterprise
from campaign.cases.rules import SeatUse, Share, TooMany, cases_per_enterprise, park_share, quota_use
from campaign.programmes.models import Programme
from campaign.programmes.profiles import Profile

# What cases are counted under that stand in no region of the table, here and in the list's filter.
ELSEWHERE = "-"


@dataclass(frozen=True, slots=True)
class RegionSeats:
    """One region: its seats and nominations, how many of them were chosen and came from park associations."""

    use: SeatUse
    chosen: int
    by_park: int


@dataclass(frozen=True, slots=True)
class Seats:
    """The whole table, in the order of the notice; cases that stand in no region of it come last."""

    regions: tuple[RegionSeats, ...]
    nominated: int
    chosen: int
    park_of_nominated: Share
    park_of_chosen: Share
    too_many: tuple[TooMany, ...]

    @property
    def seats(self) -> int:
        """All seats."""
        return sum(row.use.seats for row in self.regions)

    @property
    def missing(self) -> int:
        """Nominations that the regions still lack for their surplus (A3)."""
        return sum(row.use.missing for row in self.regions)


def standing(session: Session, programme: Programme, profile: Profile, actor: Actor) -> Seats:
    """Count the cases that were not withdrawn, as far as the actor may see them."""
    found = session.execute(
        queries.nominated(queries.cases_of(programme, actor)).with_only_columns(
            Case.title, Enterprise.name, Case.region, Case.state, Case.by_park_association
        )
    ).all()
    seats = {seat.region: seat.cases for seat in profile.quota.seats} if profile.quota else {}
    regions = [region if region in seats else ELSEWHERE for _, _, region, _, _ in found]
    nominated = Counter(regions)
    chosen = Counter(region for region, row in zip(regions, found, strict=True) if row.state == "selected")
    by_park = Counter(region for region, row in zip(regions, found, strict=True) if row.by_park_association)
    use = quota_use(seats, nominated, profile.selection.surplus_percent)
    return Seats(
        tuple(RegionSeats(one, chosen[one.region], by_park[one.region]) for one in use),
        len(found),
        sum(chosen.values()),
        park_share(row.by_park_association for row in found),
        park_share(row.by_park_association for row in found if row.state == "selected"),
        cases_per_enterprise(
            ((row.title, row.name) for row in found), profile.selection.cases_per_enterprise_max
        ),
    )
