"""Who may nominate an exhibit, how experts' scores rank them, who holds them; pure (A14)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from campaign.messages import N_, Message

SCORES = ("innovation", "representativeness", "interactivity")
STATES = ("nominated", "shortlisted", "chosen", "declined")
# Only the national list and its key firms are little giants.
LEVELS = ("national", "key", "provincial", "none")
GIANTS = frozenset({"national", "key"})
FIRST_LIST_YEAR = 2019
REASON_MIN = 4
LABEL_MIN, LABEL_MAX = 40, 150


# --- nominating -------------------------------------------------------------------------------------------


def why_not_admitted(
    little_giant_year: int | None, programme_year: int, level: str = "national", admitted_reason: str = ""
) -> Message | None:
    """Why a firm may not nominate; None when it may. Only little giants may, or whom a lead admits (A14)."""
    if admitted_reason:
        if len(admitted_reason) < REASON_MIN:
            return Message(N_("Give the reason in at least %(least)s characters."), {"least": REASON_MIN})
        return None
    if level not in GIANTS:
        return Message(
            N_(
                "Only a little giant of the national list may nominate an exhibit. A firm on the list of a "
                "province, or on none, can be admitted by the project lead alone, who gives the reason."
            )
        )
    if little_giant_year is None:
        return Message(
            N_(
                "Only a little giant may nominate an exhibit: enter the year in which the firm came onto the "
                "national list. If it is on none, the exhibit cannot be taken in."
            )
        )
    if not FIRST_LIST_YEAR <= little_giant_year <= programme_year:
        return Message(
            N_("The year of the national list lies between %(first)s and %(last)s."),
            {"first": FIRST_LIST_YEAR, "last": programme_year},
        )
    return None


@dataclass(frozen=True)
class LinkFacts:
    """A nomination link as the rules see it."""

    closes_at: datetime
    uses: int
    max_uses: int
    revoked: bool = False


def why_shut(link: LinkFacts, now: datetime) -> Message | None:
    """Why a link takes no nomination now; None when it does."""
    if link.revoked:
        return Message(N_("This link is no longer valid. Ask the organiser for the present one."))
    if now > link.closes_at:
        return Message(N_("The time for nominations is over. Ask the organiser if you need more."))
    if link.uses >= link.max_uses:
        return Message(N_("As many nominations as this link allows have come in. Ask the organiser."))
    return None


def why_not_label(text: str) -> Message | None:
    """Why a text does not fit on a label; None when it does. An empty one is not written yet."""
    if text and not LABEL_MIN <= len(text) <= LABEL_MAX:
        return Message(
            N_("A label has %(least)s to %(most)s characters; this one has %(count)s."),
            {"least": LABEL_MIN, "most": LABEL_MAX, "count": len(text)},
        )
    return None


# --- scoring ----------------------------------------------------------------------------------------------

Triple = tuple[int | None, int | None, int | None]


def points_centi(scores: Sequence[Fraction | int | None], weights: Sequence[int]) -> int | None:
    """The weighted mean of three scores in hundredths of a point, half up; None while one is missing."""
    known = [score for score in scores if score is not None]
    if len(known) < len(scores):
        return None
    mean = sum((Fraction(s) * w for s, w in zip(known, weights, strict=True)), Fraction()) / sum(weights)
    return int(mean * 100 + Fraction(1, 2))


@dataclass(frozen=True)
class Standing:
    """Where an exhibit stands: mean per criterion, weighted points, rank, and whether it shares the rank."""

    exhibit_id: int
    means: tuple[Fraction, Fraction, Fraction] | None
    points_centi: int | None
    rank: int | None
    tied: bool
    experts: int


def standings(
    scores: Mapping[int, Iterable[tuple[int, int, int]]], weights: Sequence[int]
) -> tuple[Standing, ...]:
    """Rank exhibits by the experts' scores, best first; equal points share a rank, and ties are told.

    An expert who stands aside is simply not among the scores. Exhibits nobody scored come last, unranked.
    """
    means: dict[int, tuple[tuple[Fraction, Fraction, Fraction] | None, int]] = {}
    for exhibit_id, rows in scores.items():
        sheets = list(rows)
        found = (
            (
                Fraction(sum(row[0] for row in sheets), len(sheets)),
                Fraction(sum(row[1] for row in sheets), len(sheets)),
                Fraction(sum(row[2] for row in sheets), len(sheets)),
            )
            if sheets
            else None
        )
        means[exhibit_id] = found, len(sheets)
    points = {key: points_centi(mean, weights) if mean else None for key, (mean, _n) in means.items()}
    ranked = ranks(points)
    told = [
        Standing(
            key,
            mean,
            points[key],
            ranked[key],
            ranked[key] is not None and list(ranked.values()).count(ranked[key]) > 1,
            number,
        )
        for key, (mean, number) in means.items()
    ]
    return tuple(sorted(told, key=lambda one: (one.rank is None, one.rank or 0, one.exhibit_id)))


def ranks(totals: Mapping[int, int | None]) -> dict[int, int | None]:
    """The rank of each exhibit by its points; equal points share a rank, unscored ones have none."""
    known = [score for score in totals.values() if score is not None]
    return {
        row: None if score is None else 1 + sum(other > score for other in known)
        for row, score in totals.items()
    }


def read_sheet(
    exhibits: Sequence[int], typed: Mapping[str, str]
) -> tuple[dict[int, tuple[Triple, bool]], dict[int, str]]:
    """What an expert typed: scores and standing aside per exhibit; and where something is no score.

    Fields are `innovation-7` and so on, and `recused-7`. Standing aside leaves the scores empty.
    """
    found: dict[int, tuple[Triple, bool]] = {}
    wrong: dict[int, str] = {}
    for exhibit_id in exhibits:
        if typed.get(f"recused-{exhibit_id}") == "1":
            found[exhibit_id] = (None, None, None), True
            continue
        numbers: list[int | None] = []
        for name in SCORES:
            text = typed.get(f"{name}-{exhibit_id}", "").strip()
            if not text:
                numbers.append(None)
            elif text.isdecimal() and int(text) <= 100:
                numbers.append(int(text))
            else:
                wrong.setdefault(exhibit_id, name)
                numbers.append(None)
        found[exhibit_id] = (numbers[0], numbers[1], numbers[2]), False
    return found, wrong


def unfinished(sheet: Mapping[int, tuple[Triple, bool]]) -> list[int]:
    """The exhibits that still want a score, or standing aside."""
    return [key for key, (scores, recused) in sheet.items() if not recused and None in scores]


# --- deciding ---------------------------------------------------------------------------------------------


def why_not_state(state: str, score: int | None, reason: str = "") -> Message | None:
    """Why an exhibit cannot get a state; None when it can. A choice needs scores and a reason (A14)."""
    if state in ("shortlisted", "chosen") and score is None:
        return Message(N_("Enter all three scores first: the choice is made by them."))
    if state in ("chosen", "declined") and len(reason.strip()) < REASON_MIN:
        return Message(N_("Give the reason in at least %(least)s characters."), {"least": REASON_MIN})
    return None


def why_not_counted(state: str, little_giant_year: int | None) -> Message | None:
    """Why an exhibit does not count as nominated (A14); None when it counts."""
    if little_giant_year is None:
        return Message(N_("The firm is not on the list of little giants."))
    if state == "declined":
        return Message(N_("It was declined."))
    return None


# --- custody ----------------------------------------------------------------------------------------------

# From the firm to the hall and back.
STEPS = ("collected", "delivered", "taken_down", "returned")


def next_step(done: Sequence[str]) -> str | None:
    """Which handing over comes next; None when the exhibit is back at its firm. A new loan begins anew."""
    return STEPS[len(done)] if len(done) < len(STEPS) else None


def why_not_step(
    kind: str,
    done: Sequence[tuple[str, datetime]],
    *,
    state: str,
    happened_at: datetime,
    now: datetime,
) -> Message | None:
    """Why a handing over cannot be recorded; None when it can: the chain has no gap and goes forward."""
    expected = next_step([step for step, _at in done])
    if state != "chosen":
        return Message(N_("Only a chosen exhibit goes on its way."))
    if expected is None:
        return Message(N_("This exhibit is back at its firm."))
    if kind != expected:
        return Message(N_("Somebody else has recorded this handing over; look at the list."))
    if happened_at > now:
        return Message(N_("This lies in the future; record it when it has happened."))
    if done and happened_at < done[-1][1]:
        return Message(N_("This is before the last handing over."))
    return None
