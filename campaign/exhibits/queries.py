"""Selects of the exhibit room; every one passes the scope filter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from campaign.access import Actor, scoped
from campaign.cases.models import Enterprise
from campaign.exhibits import rules
from campaign.exhibits.models import Exhibit
from campaign.programmes.models import Programme

NOMINATED = "exhibits.nominated"
# Null while one of the three scores is missing, as `Exhibit.total`.
TOTAL = Exhibit.points_centi


def exhibits_of(programme: Programme, actor: Actor) -> Select[Exhibit]:
    """The exhibits of a programme that the actor may see, with their firms."""
    statement = select(Exhibit).join(Exhibit.enterprise).where(Exhibit.programme_id == programme.id)
    return scoped(statement, Exhibit, actor)


def counting(statement: Select[Any]) -> Select[Any]:
    """Keep the exhibits that count as nominated: `rules.why_not_counted` in the database (A14)."""
    return statement.where(Enterprise.little_giant_year.is_not(None), Exhibit.state != "declined")


def counted(session: Session, programme: Programme, actor: Actor) -> Sequence[Exhibit]:
    """The exhibits behind the target of A14, best first."""
    statement = counting(exhibits_of(programme, actor)).order_by(TOTAL.desc().nulls_last(), Exhibit.id)
    return session.scalars(statement).unique().all()


def ranks(session: Session, programme: Programme, actor: Actor) -> dict[int, int | None]:
    """The rank of every exhibit of the programme by its total."""
    statement = scoped(select(Exhibit.id, TOTAL), Exhibit, actor).where(Exhibit.programme_id == programme.id)
    return rules.ranks({row[0]: row[1] for row in session.execute(statement)})
