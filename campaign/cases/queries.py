"""Selects of the case room; every one passes the scope filter."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from campaign.access import Actor, scoped
from campaign.cases.models import Case, Enterprise
from campaign.films.models import Clip, SourceVideo
from campaign.placements.models import Placement, placement_case
from campaign.programmes.models import Programme

ACTIVE = ("nominated", "selected")


def cases_of(programme: Programme, actor: Actor) -> Select[Case]:
    """The cases of a programme that the actor may see, with their enterprises."""
    statement = select(Case).join(Case.enterprise).where(Case.programme_id == programme.id)
    return scoped(statement, Case, actor)


def with_story(statement: Select[Case]) -> Select[Case]:
    """Those that count as a written story: not withdrawn, and the story is there (A13)."""
    return statement.where(Case.state.in_(ACTIVE), Case.story != "")


def with_photos(statement: Select[Case]) -> Select[Case]:
    """Load the photos along."""
    return statement.options(selectinload(Case.photos))


def film_counts(session: Session, case_ids: list[int]) -> dict[int, int]:
    """Source videos by case."""
    return _counts(session, SourceVideo.case_id, case_ids)


def clip_counts(session: Session, case_ids: list[int]) -> dict[int, int]:
    """Clips by case."""
    return _counts(session, Clip.case_id, case_ids)


def placement_counts(session: Session, case_ids: list[int]) -> dict[int, int]:
    """Published pieces by case."""
    return _counts(session, placement_case.c.case_id, case_ids)


def _counts(session: Session, column: Any, case_ids: list[int]) -> dict[int, int]:  # noqa: ANN401 - a mapped column
    rows = session.execute(select(column, func.count()).where(column.in_(case_ids)).group_by(column))
    return {key: number for key, number in rows}  # noqa: C416 - a Row is no pair to mypy


def placements_of(case: Case, actor: Actor) -> Select[Placement]:
    """What was published about a case, the newest first."""
    statement = select(Placement).join(placement_case).where(placement_case.c.case_id == case.id)
    return scoped(statement, Placement, actor).order_by(Placement.published_on.desc())


def films_of(case: Case, actor: Actor) -> Select[SourceVideo]:
    """The films of a case."""
    return scoped(select(SourceVideo).where(SourceVideo.case_id == case.id), SourceVideo, actor)


def clips_of(case: Case, actor: Actor) -> Select[Clip]:
    """The clips of a case."""
    return scoped(select(Clip).where(Clip.case_id == case.id), Clip, actor)


def enterprises_of(programme: Programme, actor: Actor) -> Select[Enterprise]:
    """The enterprises of a programme, by name."""
    statement = select(Enterprise).where(Enterprise.programme_id == programme.id).order_by(Enterprise.name)
    return scoped(statement, Enterprise, actor)
