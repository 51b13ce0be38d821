"""Selects of the report room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from campaign.access import Actor, scoped
from campaign.documents.models import Report
from campaign.programmes.models import Programme

FINAL_KINDS = ("execution", "summary", "performance")


def reports_of(programme: Programme, actor: Actor) -> Select[Report]:
    """The reports of a programme."""
    return scoped(select(Report).where(Report.programme_id == programme.id), Report, actor)


def counting(statement: Select[Any], counts: str) -> Select[Any]:
    """Keep the newest report of each final kind, or the monthly ones (A17); unwritten ones do not count."""
    if counts == "reports.monthly":
        return statement.where(Report.kind == "monthly", Report.files.any())
    later = aliased(Report)
    superseded = select(later.id).where(
        later.kind == Report.kind, later.programme_id == Report.programme_id, later.number > Report.number
    )
    return statement.where(Report.kind.in_(FINAL_KINDS), Report.files.any(), ~superseded.exists())


def counted(session: Session, programme: Programme, counts: str, actor: Actor) -> Sequence[Report]:
    """The rows behind a target of A17: one per final kind, or the monthly reports."""
    statement = counting(reports_of(programme, actor), counts).order_by(Report.as_of, Report.id)
    return session.scalars(statement).unique().all()
