"""Writes about the coverage of an event: which pieces belong to it (A7, A10)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign.attendance.models import EventPiece
from campaign.errors import Refused
from campaign.lectures.models import LectureEvent
from campaign.messages import N_
from campaign.placements.models import Placement


def decide_piece(session: Session, event: LectureEvent, piece: Placement, *, belongs: bool) -> None:
    """Put a piece to the coverage of an event, or set it aside; saying the same again changes nothing.

    Commits; of two who decide at the same moment the second holds.
    """
    try:
        _decide(session, event, piece, belongs=belongs)
    except IntegrityError:
        session.rollback()
        _decide(session, event, piece, belongs=belongs)


def _decide(session: Session, event: LectureEvent, piece: Placement, *, belongs: bool) -> None:
    if piece.programme_id != event.programme_id:
        raise Refused(N_("This piece belongs to another programme."))
    statement = select(EventPiece).where(EventPiece.event_id == event.id, EventPiece.placement_id == piece.id)
    row = session.scalars(statement).one_or_none()
    if row is None:
        session.add(EventPiece(event_id=event.id, placement_id=piece.id, belongs=belongs))
    else:
        row.belongs = belongs
    session.commit()
