"""Selects of the casebook; every one passes the scope filter."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from campaign.access import Actor, scoped
from campaign.casebook.models import BookEdition
from campaign.cases.models import Case, CasePhoto
from campaign.cases.queries import approved_story, cases_of, with_story
from campaign.programmes.models import Programme

# The parts of the book in its order; cases whose type nobody has entered come last.
KIND_ORDER = ("technological", "process", "organizational", "")


def stories_of(programme: Programme, actor: Actor, scope: str) -> Select[Any]:
    """The cases whose story may go in: all written, the chosen, or those the centre approved (A16)."""
    statement = with_story(cases_of(programme, actor))
    if scope == "selected":
        return statement.where(Case.state == "selected")
    if scope == "approved":
        return approved_story(statement)
    return statement


def in_order(statement: Select[Any]) -> Select[Any]:
    """Order the stories as the book tells them, with their photos."""
    place = case({kind: number for number, kind in enumerate(KIND_ORDER)}, value=Case.kind, else_=9)
    return statement.order_by(place, Case.number.is_(None), Case.number, Case.id).options(
        selectinload(Case.photos).joinedload(CasePhoto.preview)
    )


def count(session: Session, statement: Select[Any]) -> int:
    """How many rows a select has."""
    return session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0


def editions_of(programme: Programme, actor: Actor) -> Select[Any]:
    """The editions made so far, newest first."""
    statement = select(BookEdition).where(BookEdition.programme_id == programme.id)
    return (
        scoped(statement, BookEdition, actor)
        .options(joinedload(BookEdition.made_by), joinedload(BookEdition.asset))
        .order_by(BookEdition.number.desc())
    )
