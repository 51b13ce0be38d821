"""Who may nominate an exhibit, how exhibits rank, and what decides about them; pure (A14)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from campaign.messages import N_, Message

SCORES = ("innovation", "representativeness", "interactivity")
STATES = ("nominated", "shortlisted", "chosen", "declined")
FIRST_LIST_YEAR = 2019


def why_not_admitted(little_giant_year: int | None, programme_year: int) -> Message | None:
    """Why a firm may not nominate; None when it may. Only little giants may (A14)."""
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


def total(scores: Iterable[int | None]) -> int | None:
    """Sum of the three scores of 0 to 100 each, or None while one of them is missing."""
    known = list(scores)
    if any(score is None for score in known):
        return None
    return sum(score for score in known if score is not None)


def why_not_state(state: str, score: int | None) -> Message | None:
    """Why an exhibit cannot get a state; None when it can. A choice needs all three scores (A14)."""
    if state in ("shortlisted", "chosen") and score is None:
        return Message(N_("Enter all three scores first: the choice is made by them."))
    return None


def ranks(totals: Mapping[int, int | None]) -> dict[int, int | None]:
    """The rank of each exhibit by its total; equal totals share a rank, unscored ones have none."""
    known = [score for score in totals.values() if score is not None]
    return {
        row: None if score is None else 1 + sum(other > score for other in known)
        for row, score in totals.items()
    }


def why_not_counted(state: str, little_giant_year: int | None) -> Message | None:
    """Why an exhibit does not count as nominated (A14); None when it counts."""
    if little_giant_year is None:
        return Message(N_("The firm is not on the list of little giants."))
    if state == "declined":
        return Message(N_("It was declined."))
    return None
