"""Selects of the acceptance room: packages, the reports they can be made on, what goes in beside the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from campaign.acceptance.models import AcceptancePackage
from campaign.access import Actor, scoped
from campaign.casebook.models import BookEdition
from campaign.documents.models import Report, ReportFile
from campaign.documents.services import opened
from campaign.errors import Refused
from campaign.jobs import Job
from campaign.messages import N_
from campaign.placements.models import CoverageBook
from campaign.programmes.models import Programme
from campaign.reporting import ProjectReport
from campaign.storage import Asset

KIND = "acceptance_package"
CASEBOOK, COVERAGE = "案例集", "报道册"
# The order of the folder of reports.
KIND_ORDER = ("acceptance", "execution", "summary", "performance", "monthly")


@dataclass(frozen=True)
class Included:
    """The report a package is made on, the reports that go in with it, and the newest books."""

    report: Report
    snapshot: ProjectReport
    reports: tuple[Report, ...]
    books: tuple[tuple[str, Asset], ...]


def acceptance_reports(session: Session, programme: Programme, actor: Actor) -> Sequence[Report]:
    """The frozen acceptance reports, newest first."""
    statement = select(Report).where(Report.programme_id == programme.id, Report.kind == "acceptance")
    return session.scalars(scoped(statement, Report, actor).order_by(Report.number.desc())).unique().all()


def packages_of(session: Session, programme: Programme, actor: Actor) -> Sequence[AcceptancePackage]:
    """The packages made so far, newest first."""
    statement = select(AcceptancePackage).where(AcceptancePackage.programme_id == programme.id)
    statement = scoped(statement, AcceptancePackage, actor).options(
        joinedload(AcceptancePackage.report),
        joinedload(AcceptancePackage.made_by),
        joinedload(AcceptancePackage.asset),
    )
    return session.scalars(statement.order_by(AcceptancePackage.number.desc())).unique().all()


def work_of(session: Session, packages: Sequence[AcceptancePackage]) -> dict[int, Job]:
    """The newest job of each package."""
    ids = [package.id for package in packages]
    statement = select(Job).where(Job.kind == KIND, Job.subject_id.in_(ids)).order_by(Job.created_at)
    return {job.subject_id: job for job in session.scalars(statement)}


def included(session: Session, programme: Programme, report: Report, actor: Actor) -> Included:
    """What a package on this report holds beside its rows: reports made not after it, and books."""
    snapshot = opened(report)
    if not isinstance(snapshot, ProjectReport):
        raise Refused(N_("This report is of an old form and cannot carry a package; write a new one."))
    return Included(
        report,
        snapshot,
        tuple(_reports(session, programme, report, snapshot, actor)),
        tuple(_books(session, programme, actor)),
    )


def _reports(
    session: Session, programme: Programme, report: Report, snapshot: ProjectReport, actor: Actor
) -> list[Report]:
    """The acceptance report, the newest of each final kind, all monthly ones, and those its annex counts."""
    statement = select(Report).where(
        Report.programme_id == programme.id, Report.created_at <= report.created_at
    )
    statement = scoped(statement, Report, actor).options(
        selectinload(Report.files).joinedload(ReportFile.asset)
    )
    rows = session.scalars(statement.order_by(Report.number)).unique().all()
    counted = {row_id for annex in snapshot.annexes if annex.key == "reports" for row_id in annex.row_ids}
    newest = {row.kind: row.id for row in rows}
    newest["acceptance"] = report.id
    chosen = [
        row
        for row in rows
        if row.kind == "monthly" or newest[row.kind] == row.id or f"report:{row.id}" in counted
    ]
    return sorted(chosen, key=lambda row: (KIND_ORDER.index(row.kind), row.month or "", row.number))


def _books(session: Session, programme: Programme, actor: Actor) -> list[tuple[str, Asset]]:
    found = []
    edition = session.scalars(
        scoped(select(BookEdition), BookEdition, actor)
        .where(BookEdition.programme_id == programme.id, BookEdition.asset_id.is_not(None))
        .order_by(BookEdition.number.desc())
        .limit(1)
    ).first()
    if edition is not None and edition.asset is not None:
        found.append((CASEBOOK, edition.asset))
    book = session.scalars(
        scoped(select(CoverageBook), CoverageBook, actor)
        .where(
            CoverageBook.programme_id == programme.id,
            CoverageBook.kind == "book",
            CoverageBook.asset_id.is_not(None),
        )
        .order_by(CoverageBook.id.desc())
        .limit(1)
    ).first()
    if book is not None and book.asset is not None:
        found.append((COVERAGE, book.asset))
    return found
