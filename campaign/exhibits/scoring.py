"""Verbs of a scoring round: experts score by links of their own and do not see each other (A14)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign.errors import Conflict, NotFound, Refused
from campaign.exhibits import rules
from campaign.exhibits.models import Exhibit, Expert, RoundEntry, Score, ScoringRound
from campaign.exhibits.rules import Standing, Triple
from campaign.messages import N_
from campaign.programmes.models import Programme

TOKEN_BYTES = 16


def open_round(
    session: Session,
    programme: Programme,
    exhibits: Sequence[Exhibit],
    experts: Sequence[tuple[str, str]],
    *,
    weights: Mapping[str, int],
    closes_at: datetime,
    owner_id: int,
    now: datetime,
) -> ScoringRound:
    """Open a round for these exhibits and experts, with a link for each expert; one at a time. Commits."""
    if not exhibits:
        raise Refused(N_("There is no exhibit to be scored."))
    if not experts:
        raise Refused(N_("Name at least one expert."))
    if len({name for name, _title in experts}) < len(experts):
        raise Refused(N_("An expert stands twice in the list."))
    if closes_at <= now:
        raise Refused(N_("The last day must lie in the future."))
    last = session.scalar(
        select(func.max(ScoringRound.number)).where(ScoringRound.programme_id == programme.id)
    )
    row = ScoringRound(
        programme_id=programme.id,
        owner_id=owner_id,
        number=(last or 0) + 1,
        closes_at=closes_at,
        weights=dict(weights),
        entries=[RoundEntry(exhibit_id=one.id) for one in exhibits],
        experts=[
            Expert(name=name, title=title, token=secrets.token_urlsafe(TOKEN_BYTES))
            for name, title in experts
        ],
    )
    session.add(row)
    try:
        session.commit()
    except IntegrityError as error:
        session.rollback()
        raise Conflict(N_("Another round is open; close it first.")) from error
    return row


def expert_with(session: Session, token: str) -> Expert:
    """The expert with this token, while the link is valid."""
    found = session.scalars(select(Expert).where(Expert.token == token)).one_or_none()
    if found is None or found.revoked_at is not None:
        raise NotFound(N_("This link is no longer valid. Ask the organiser for the present one."))
    return found


def why_read_only(expert: Expert, now: datetime) -> str | None:
    """Why an expert can only read the sheet, as a message id; None while it can be filled in."""
    if expert.round.closed_at is not None or now > expert.round.closes_at:
        return N_("This round is closed.")
    if expert.handed_in_at is not None:
        return N_("Your sheet has been handed in. Ask the organiser if something must be changed.")
    return None


def write_sheet(
    session: Session,
    expert: Expert,
    sheet: Mapping[int, tuple[Triple, bool]],
    remarks: Mapping[int, str],
    *,
    hand_in: bool,
    now: datetime,
) -> list[int]:
    """Keep what an expert scored; handing in needs every exhibit. Gives those that are missing. Commits.

    Where the same sheet comes twice at the same moment, the rows of the first are changed by the second.
    """
    try:
        return _write_sheet(session, expert, sheet, remarks, hand_in=hand_in, now=now)
    except IntegrityError:
        session.rollback()
        return _write_sheet(session, expert, sheet, remarks, hand_in=hand_in, now=now)


def _write_sheet(
    session: Session,
    expert: Expert,
    sheet: Mapping[int, tuple[Triple, bool]],
    remarks: Mapping[int, str],
    *,
    hand_in: bool,
    now: datetime,
) -> list[int]:
    problem = why_read_only(expert, now)
    if problem is not None:
        raise Refused(problem)
    known = {row.exhibit_id: row for row in expert.scores}
    for exhibit_id, (scores, recused) in sheet.items():
        row = known.get(exhibit_id)
        if row is None:
            row = Score(expert_id=expert.id, exhibit_id=exhibit_id)
            session.add(row)
        row.innovation, row.representativeness, row.interactivity = scores
        row.recused, row.remark = recused, remarks.get(exhibit_id, "")
    missing = rules.unfinished(sheet)
    if hand_in and not missing:
        expert.handed_in_at = now
    session.commit()
    return missing if hand_in else []


def give_back(session: Session, expert: Expert) -> None:
    """Let an expert change a sheet that was handed in; commits."""
    if expert.round.closed_at is not None:
        raise Refused(N_("This round is closed."))
    expert.handed_in_at = None
    session.commit()


def revoke(session: Session, expert: Expert, *, now: datetime) -> None:
    """Take an expert's link back; their scores do not count. Commits."""
    if expert.round.closed_at is not None:
        raise Refused(N_("This round is closed."))
    expert.revoked_at = now
    session.commit()


def standings(round_: ScoringRound) -> tuple[Standing, ...]:
    """The ranking by the sheets that were handed in."""
    scores: dict[int, list[tuple[int, int, int]]] = {entry.exhibit_id: [] for entry in round_.entries}
    for expert in round_.experts:
        if expert.handed_in_at is None or expert.revoked_at is not None:
            continue
        for row in expert.scores:
            given = (row.innovation, row.representativeness, row.interactivity)
            if not row.recused and row.exhibit_id in scores and None not in given:
                scores[row.exhibit_id].append(given)  # type: ignore[arg-type]
    return rules.standings(scores, [round_.weights[name] for name in rules.SCORES])


def close_round(session: Session, round_: ScoringRound, *, now: datetime) -> None:
    """End a round: everybody may see the scores, and they become those of the exhibits (A14). Commits."""
    if round_.closed_at is not None:
        raise Conflict(N_("This round is closed."))
    if not any(expert.handed_in_at and not expert.revoked_at for expert in round_.experts):
        raise Refused(N_("No expert has handed in a sheet yet."))
    entries = {entry.exhibit_id: entry.exhibit for entry in round_.entries}
    for standing in standings(round_):
        if standing.means is None:
            continue
        exhibit = entries[standing.exhibit_id]
        for name, mean in zip(rules.SCORES, standing.means, strict=True):
            setattr(exhibit, name, int(mean + Fraction(1, 2)))
        exhibit.points_centi = standing.points_centi
    round_.closed_at = now
    session.commit()
