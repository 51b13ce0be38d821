"""Verbs on reports: freeze a snapshot, write its files."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign import jobs, reporting
from campaign.access import Actor
from campaign.config import Settings
from campaign.db import db
from campaign.documents.compose import Heading, compose, lacking
from campaign.documents.facts import Facts
from campaign.documents.models import Report, ReportFile
from campaign.documents.words import Words
from campaign.errors import Refused
from campaign.jobs import Job, JobContext
from campaign.messages import N_
from campaign.storage import Storage, asset_for

MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Order:
    """Which report is asked for: its kind and, for a monthly one, the month as 2024-09."""

    kind: str
    month: str = ""


@dataclass(frozen=True)
class Draft:
    """What a person hands in to be frozen: `texts` stand where `words` have nothing for a part."""

    kind: str
    words: Words
    texts: Mapping[str, Sequence[str]]
    prepared_by: str


def make_report(
    session: Session, facts: Facts, draft: Draft, actor: Actor, *, settings: Settings, explained: bool = True
) -> Report:
    """Freeze facts and words as a new report; does not commit.

    With `explained` a missed indicator without reason and remedy is refused, as the form demands (C), and so
    is a deliverable that falls short and has no word about it. A report that contradicts itself, or has a
    character that no font can show, is refused with the place named.
    """
    programme = facts.programme
    last = session.scalar(
        select(func.max(Report.number)).where(Report.programme_id == programme.id, Report.kind == draft.kind)
    )
    heading = Heading(draft.kind, uuid.uuid4().hex[:12], (last or 0) + 1, draft.prepared_by)
    report = compose(facts, draft.words, heading, draft.texts)
    problem = lacking(report) if explained else None
    if problem is not None:
        raise problem
    reporting.prove(report, settings.data_dir)
    with reporting.refusals():
        text = reporting.to_json(report)
        digest = reporting.fingerprint(report)
    row = Report(
        programme_id=programme.id,
        owner_id=programme.organisation_id,
        kind=draft.kind,
        number=heading.number,
        month=facts.month or None,
        as_of=facts.as_of,
        made_by_id=actor.user_id or None,
        snapshot=json.loads(text),
        snapshot_sha256=digest,
    )
    session.add(row)
    session.flush()
    return row


def request_report(
    session: Session, facts: Facts, draft: Draft, actor: Actor, *, settings: Settings
) -> tuple[Report, Job]:
    """Freeze a report and have its files written in the background; commits."""
    report = make_report(session, facts, draft, actor, settings=settings)
    job = jobs.enqueue(
        session,
        "report",
        subject_id=report.id,
        label=f"{facts.programme.title} {report.number}",
        programme_id=facts.programme.id,
        owner_id=report.owner_id,
        requested_by_id=actor.user_id,
    )
    session.commit()
    return report, job


def opened(report: Report) -> reporting.PerformanceReport:
    """The snapshot of a report as it was frozen; refused when it is no longer what was frozen."""
    with reporting.refusals():
        found = reporting.from_json(json.dumps(report.snapshot, ensure_ascii=False))
        same = reporting.fingerprint(found) == report.snapshot_sha256
    if not same:
        raise Refused(N_("The stored data of this report no longer match their check sum."))
    return found


def write_files(session: Session, storage: Storage, report: Report, settings: Settings) -> None:
    """Write docx, PDF and xlsx of a frozen report and keep them; doing it again changes nothing. Commits."""
    scratch = settings.data_dir / "scratch" / f"report-{report.id}-{uuid.uuid4().hex[:8]}"
    scratch.mkdir(parents=True)
    try:
        snapshot = reporting.to_json(opened(report))
        written = reporting.write_report(snapshot, scratch, settings.data_dir)
        try:
            _keep(session, storage, report, written)
        except IntegrityError:
            # A package and the report's own job wrote it at once; the snapshot gives both the same bytes.
            session.rollback()
            if any(report.file(form) is None for form in MEDIA_TYPES):
                raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _keep(session: Session, storage: Storage, report: Report, written: reporting.Written) -> None:
    for form, path in (("docx", written.docx), ("pdf", written.pdf), ("xlsx", written.xlsx)):
        asset = asset_for(session, storage.adopt(path), MEDIA_TYPES[form])
        if report.file(form) is None:
            report.files.append(ReportFile(form=form, asset_id=asset.id))
    session.commit()


def _run(context: JobContext) -> None:
    context.progress(0.05, N_("Writing the documents"))
    report = db.session.get_one(Report, context.subject_id)
    storage: Storage = current_app.extensions["storage"]
    write_files(db.session, storage, report, current_app.config["SETTINGS"])
    context.progress(1.0, N_("Done"))


jobs.register("report", _run, title=N_("Writing a report"), queue="documents")
