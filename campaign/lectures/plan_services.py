"""Verbs on the pages of a plan: lists, line-up, speakers and their materials (A6, A8)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.cases.models import Case
from campaign.errors import Conflict, Refused
from campaign.films.models import Clip
from campaign.lectures.models import (
    AgendaItem,
    LectureCandidate,
    LectureCase,
    LectureCost,
    LectureDuty,
    LectureEvent,
    LectureGuest,
    LectureMedium,
    LectureRisk,
    LectureScore,
    LectureTask,
)
from campaign.lectures.services import LOST, take_revision
from campaign.messages import N_
from campaign.outlets.services import outlet_by_name
from campaign.storage import Asset

MODELS: Mapping[str, type[Any]] = {
    "guests": LectureGuest,
    "media": LectureMedium,
    "agenda": AgendaItem,
    "tasks": LectureTask,
    "duties": LectureDuty,
    "costs": LectureCost,
    "risks": LectureRisk,
    "line_up": LectureCase,
}
Rows = Sequence[tuple[int | None, Mapping[str, Any]]]


def state_of(event: LectureEvent, lists: Collection[str]) -> str:
    """A fingerprint of some lists of a plan, which tells whether somebody changed them meanwhile."""
    said: list[Any] = [event.guests_by_hand if "guests" in lists else None]
    for name in sorted(lists):
        skipped = {"created_at", "updated_at"}
        for row in getattr(event, name):
            columns = [c.key for c in row.__mapper__.column_attrs if c.key not in skipped]
            said.append([name, *(str(getattr(row, key)) for key in columns)])
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def take(session: Session, event: LectureEvent, lists: Collection[str], seen: str) -> None:
    """Let one of two through who change the same lists; other pages of the plan may change beside it."""
    revision = event.revision
    if seen and seen != state_of(event, lists):
        raise Conflict(LOST)
    take_revision(session, event, revision)


def change_lists(
    session: Session,
    event: LectureEvent,
    lists: Mapping[str, Rows],
    *,
    seen: str,
    guests_by_hand: bool | None = None,
) -> None:
    """Take over lists of a plan; rows that stay keep their ids, for what points at them. Commits.

    A case of the run of show must stand in the line-up of the same event; a medium that the registry knows by
    name is tied to it.
    """
    take(session, event, lists, seen)
    for name, rows in lists.items():
        _sync(session, event, name, rows)
    if guests_by_hand is not None:
        event.guests_by_hand = guests_by_hand
    session.commit()


def _sync(session: Session, event: LectureEvent, name: str, rows: Rows) -> None:
    known = {row.id: row for row in getattr(event, name)}
    told = {row.id for row in event.line_up}
    kept = []
    for position, (row_id, values) in enumerate(rows):
        row = known.pop(row_id, None) if row_id is not None else None
        row = row or MODELS[name]()
        row.position = position
        for key, value in values.items():
            setattr(row, key, value)
        if name == "agenda" and row.lecture_case_id not in told:
            row.lecture_case_id = None
        if name == "media":
            row.outlet = outlet_by_name(session, row.name)
        kept.append(row)
    setattr(event, name, kept)


def choose_line_up(
    session: Session,
    event: LectureEvent,
    chosen: Sequence[Case],
    *,
    marks: Mapping[int, str],
    scores: Mapping[int, int | None],
    seen: str,
) -> None:
    """Choose the cases of an event, fix or leave out candidates, and note their scores (A6). Commits.

    Cases that stay keep their place and speaker, new ones come behind them. Cases that go take their
    speaker and materials with them; their items of the run of show stay without a case.
    """
    if len({case.id for case in chosen}) < len(chosen):
        raise Refused(N_("A case stands twice in the line-up."))
    take(session, event, ("line_up", "candidates"), seen)
    wanted = {case.id for case in chosen}
    kept = [row for row in event.line_up if row.case_id in wanted]
    there = {row.case_id for row in kept}
    kept += [LectureCase(case=case) for case in chosen if case.id not in there]
    for position, row in enumerate(kept):
        row.position = position
    event.line_up = kept
    marked = {row.case_id: row for row in event.candidates}
    event.candidates = [_marked(marked.get(one), one, mark) for one, mark in marks.items() if mark]
    _score(session, scores)
    session.commit()


def _marked(row: LectureCandidate | None, case_id: int, mark: str) -> LectureCandidate:
    row = row or LectureCandidate(case_id=case_id)
    row.mark = mark
    return row


def _score(session: Session, scores: Mapping[int, int | None]) -> None:
    statement = select(LectureScore).where(LectureScore.case_id.in_(scores))
    known = {row.case_id: row for row in session.scalars(statement)}
    for case_id, score in scores.items():
        row = known.get(case_id)
        if score is None:
            if row is not None:
                session.delete(row)
        elif row is None:
            session.add(LectureScore(case_id=case_id, score_hundredths=score))
        else:
            row.score_hundredths = score


def change_speakers(session: Session, event: LectureEvent, rows: Rows, *, seen: str) -> None:
    """Put the told cases in order and say who tells them; the cases themselves stay. Commits."""
    take(session, event, ("line_up",), seen)
    known = {row.id: row for row in event.line_up}
    if sorted(known) != sorted(row_id for row_id, _ in rows if row_id is not None):
        raise Conflict(LOST)
    for position, (row_id, values) in enumerate(rows):
        row = known[row_id] if row_id is not None else LectureCase()
        row.position = position
        for key, value in values.items():
            setattr(row, key, value)
    session.commit()


@dataclass(frozen=True)
class Materials:
    """What a case is told with; None leaves a file as it is, False takes it away."""

    speech: str
    clip: Clip | None
    speech_file: tuple[Asset, str] | bool | None = None
    slides: tuple[Asset, str] | bool | None = None


def change_materials(session: Session, row: LectureCase, materials: Materials, *, seen: str) -> None:
    """Note the speech, slides and film of a told case (P21). Commits."""
    take(session, row.event, ("line_up",), seen)
    row.speech, row.clip = materials.speech, materials.clip
    for name, sent in (("speech", materials.speech_file), ("slides", materials.slides)):
        if isinstance(sent, tuple):
            setattr(row, f"{name}_file", sent[0])
            setattr(row, f"{name}_name", sent[1])
        elif sent is False:
            setattr(row, f"{name}_file", None)
            setattr(row, f"{name}_name", "")
    session.commit()
