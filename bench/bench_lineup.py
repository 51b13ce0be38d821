"""The line-up of 400 candidates from 31 cities against the limit of one second, beside a greedy choice (A6).

The greedy choice takes the best case that still fits, parks first; it is what people do by hand. Its total
stands beside the solver's. On small questions every combination is tried as well.
"""

import itertools
import random
import sys
import time
from collections import Counter
from decimal import Decimal
from fractions import Fraction

from campaign.lectures.lineup import Candidate, Limits, order, propose

LIMIT_S = 1.0
RUNS = 5
LIMITS = Limits(10, 2, Fraction(3, 10), 1)


def candidates(seed: int, count: int, cities: int, parks: float) -> list[Candidate]:
    """Invented candidates; big cities send more of them, and better ones."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    made = []
    for number in range(count):
        city = min(rng.randrange(cities), rng.randrange(cities))
        score = Decimal(rng.randrange(6000, 9500) + (cities - city) * 15) / 100
        made.append(
            Candidate(
                str(number), f"市{city}", f"企业{rng.randrange(count // 2 + 1)}", rng.random() < parks, score
            )
        )
    return made


def greedy(rows: list[Candidate], limits: Limits) -> tuple[Candidate, ...]:
    """The best case that still fits, first until the park share is kept, then until the seats are filled."""
    chosen: list[Candidate] = []

    def fits(one: Candidate) -> bool:
        cities = Counter(other.city for other in chosen)
        firms = Counter(other.enterprise for other in chosen)
        return (
            one not in chosen
            and cities[one.city] < (limits.per_city or 10**9)
            and firms[one.enterprise] < (limits.per_enterprise or 10**9)
        )

    for wanted, pool in (
        (limits.parks_needed, [one for one in rows if one.park]),
        (limits.seats, rows),
    ):
        for one in sorted(pool, key=order):
            if len(chosen) < wanted and fits(one):
                chosen.append(one)
    return tuple(chosen)


def exhaustive(rows: list[Candidate], limits: Limits) -> Decimal | None:
    """The best total of all combinations."""
    best: Decimal | None = None
    for chosen in itertools.combinations(rows, limits.seats):
        if sum(one.park for one in chosen) < limits.parks_needed:
            continue
        if max(Counter(one.city for one in chosen).values()) > (limits.per_city or 10**9):
            continue
        if max(Counter(one.enterprise for one in chosen).values()) > (limits.per_enterprise or 10**9):
            continue
        total = sum((one.score for one in chosen), Decimal(0))
        best = total if best is None or total > best else best
    return best


def clock(job) -> tuple[float, object]:  # noqa: ANN001 - any callable
    """Seconds of the quickest of some runs, and what it gave."""
    best, given = float("inf"), None
    for _ in range(RUNS):
        started = time.perf_counter()
        given = job()
        best = min(best, time.perf_counter() - started)
    return best, given


def main() -> int:
    """Print the table; status 1 when a limit is missed."""
    missed = False
    print(f"{'question':<34}{'solver':>10}{'greedy':>10}{'all':>10}{'total':>10}{'greedy':>10}{'share':>8}")
    for name, rows, limits in (
        ("400 candidates, 31 cities, 10 seats", candidates(1, 400, 31, 0.12), LIMITS),
        ("400, 31, 10, few parks", candidates(2, 400, 31, 0.02), LIMITS),
        ("400, 31, 10, impossible", candidates(3, 400, 31, 0.0), LIMITS),
        ("14 candidates, 11 cities, 6 seats", candidates(6, 14, 11, 0.5), Limits(6, 2, Fraction(3, 10), 1)),
        ("20 candidates, 5 cities, 6 seats", candidates(5, 20, 5, 0.3), Limits(6, 2, Fraction(3, 10), 1)),
    ):
        took, found = clock(lambda rows=rows, limits=limits: propose(rows, limits))
        by_hand, chosen = clock(lambda rows=rows, limits=limits: greedy(rows, limits))
        total = found.line_ups[0].total if found.line_ups else None
        hand = sum((one.score for one in chosen), Decimal(0)) if len(chosen) == limits.seats else None
        every = "–"
        if len(rows) <= 20:
            started = time.perf_counter()
            missed |= exhaustive(rows, limits) != total
            every = f"{time.perf_counter() - started:.3f} s"
        share = f"{hand / total:.3f}" if hand and total else "–"
        totals = f"{total or 'none':>10}{hand or '–':>10}{share:>8}"
        print(f"{name:<34}{took:>8.3f} s{by_hand:>8.4f} s{every:>10}{totals}")
        missed |= took > LIMIT_S
    print(f"limit {LIMIT_S:.0f} s each: {'OVER' if missed else 'ok'}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
