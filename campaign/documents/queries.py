"""Selects of the report room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, aliased

from campaign.access import Actor, scoped
from campaign.documents.models import Report, ReportTemplate
from campaign.programmes.models import Programme

FINAL_KINDS: tuple[str, ...] = ("execution", "summary", "performance")


def reports_of(programme: Programme, actor: Actor) -> Select[Report]:
    """The reports of a programme."""
    return scoped(select(Report).where(Report.programme_id == programme.id), Report, actor)


def counting(statement: Select[Any], counts: str) -> Select[Any]:
    """Keep the newest report of each final kind, or of each month (A17); unwritten ones do not count."""
    later = aliased(Report)
    same: tuple[ColumnElement[bool], ...] = (
        later.kind == Report.kind,
        later.programme_id == Report.programme_id,
    )
    if counts == "reports.monthly":
        same = (*same, later.month == Report.month)
        kinds: tuple[str, ...] = ("monthly",)
    else:
        kinds = FINAL_KINDS
    superseded = select(later.id).where(*same, later.number > Report.number, later.files.any())
    return statement.where(Report.kind.in_(kinds), Report.files.any(), ~superseded.exists())


def counted(session: Session, programme: Programme, counts: str, actor: Actor) -> Sequence[Report]:
    """The rows behind a target of A17: one per final kind, or the monthly reports."""
    statement = counting(reports_of(programme, actor), counts).order_by(Report.as_of, Report.id)
    return session.scalars(statement).unique().all()


def newest(session: Session, programme: Programme, actor: Actor) -> dict[str, Report]:
    """The newest report of each kind."""
    rows = session.scalars(reports_of(programme, actor).order_by(Report.number)).unique()
    return {row.kind: row for row in rows}


def reported_months(session: Session, programme: Programme, actor: Actor) -> frozenset[str]:
    """The months that have a report."""
    statement = scoped(select(Report.month).distinct(), Report, actor).where(
        Report.programme_id == programme.id, Report.month.is_not(None)
    )
    return frozenset(month for month in session.scalars(statement) if month)


def others(session: Session, report: Report, programme: Programme, actor: Actor) -> Sequence[Report]:
    """The reports that one may be compared with: those of the same kind first, the newest on top."""
    rows = session.scalars(reports_of(programme, actor).where(Report.id != report.id)).unique().all()
    return sorted(rows, key=lambda row: (row.kind != report.kind, -row.id))


def templates_of(session: Session, programme: Programme, kind: str, actor: Actor) -> Sequence[ReportTemplate]:
    """The versions of a kind's template, the newest first; the first one holds."""
    statement = scoped(select(ReportTemplate), ReportTemplate, actor).where(
        ReportTemplate.programme_id == programme.id, ReportTemplate.kind == kind
    )
    return session.scalars(statement.order_by(ReportTemplate.number.desc())).all()
