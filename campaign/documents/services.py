"""Verbs on reports: freeze a snapshot, write its files."""

from __future__ import annotations

import json
import shutil
import uuid
from datetime import datetime

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign import jobs, reporting
from campaign.access import Actor
from campaign.config import Settings
from campaign.db import db
from campaign.documents.compose import Words, compose, gather
from campaign.documents.models import Report, ReportFile
from campaign.errors import Refused
from campaign.jobs import Job, JobContext
from campaign.messages import N_
from campaign.programmes.models import Programme
from campaign.programmes.profiles import Profile
from campaign.storage import Storage, asset_for

MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def make_performance_report(
    session: Session,
    programme: Programme,
    profile: Profile,
    actor: Actor,
    words: Words,
    *,
    prepared_by: str,
    as_of: datetime,
    explained: bool = True,
) -> Report:
    """Freeze the present state as a new report; does not commit.

    With `explained` a missed indicator without reason and remedy is refused, as the form demands (C).
    """
    facts = gather(session, programme, profile, actor, as_of)
    report = compose(facts, words, snapshot_id=uuid.uuid4().hex[:12], prepared_by=prepared_by)
    lacking = [i.name for i in report.indicators if not i.met and not (i.reason and i.remedy)]
    if explained and lacking:
        raise Refused(
            N_("Give reason and remedy for the missed indicators: %(names)s."), names="、".join(lacking)
        )
    with reporting.refusals():
        text = reporting.to_json(report)
        digest = reporting.fingerprint(report)
    last = session.scalar(
        select(func.max(Report.number)).where(
            Report.programme_id == programme.id, Report.kind == "performance"
        )
    )
    row = Report(
        programme_id=programme.id,
        owner_id=programme.organisation_id,
        kind="performance",
        number=(last or 0) + 1,
        as_of=as_of,
        made_by_id=actor.user_id,
        snapshot=json.loads(text),
        snapshot_sha256=digest,
    )
    session.add(row)
    session.flush()
    return row


def request_report(
    session: Session,
    programme: Programme,
    profile: Profile,
    actor: Actor,
    words: Words,
    *,
    by: str,
    as_of: datetime,
) -> tuple[Report, Job]:
    """Freeze a report and have its files written in the background; commits."""
    report = make_performance_report(session, programme, profile, actor, words, prepared_by=by, as_of=as_of)
    job = jobs.enqueue(
        session,
        "report",
        subject_id=report.id,
        label=f"{programme.title} {report.number}",
        programme_id=programme.id,
        owner_id=report.owner_id,
        requested_by_id=actor.user_id,
    )
    session.commit()
    return report, job


def write_files(session: Session, storage: Storage, report: Report, settings: Settings) -> None:
    """Write docx, PDF and xlsx of a frozen report and keep them; doing it again changes nothing. Commits."""
    scratch = settings.data_dir / "scratch" / f"report-{report.id}-{uuid.uuid4().hex[:8]}"
    scratch.mkdir(parents=True)
    try:
        snapshot = json.dumps(report.snapshot, ensure_ascii=False)
        written = reporting.write_report(snapshot, scratch, settings.data_dir)
        for form, path in (("docx", written.docx), ("pdf", written.pdf), ("xlsx", written.xlsx)):
            asset = asset_for(session, storage.adopt(path), MEDIA_TYPES[form])
            if report.file(form) is None:
                report.files.append(ReportFile(form=form, asset_id=asset.id))
        session.commit()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _run(context: JobContext) -> None:
    context.progress(0.05, N_("Writing the documents"))
    report = db.session.get_one(Report, context.subject_id)
    storage: Storage = current_app.extensions["storage"]
    write_files(db.session, storage, report, current_app.config["SETTINGS"])
    context.progress(1.0, N_("Done"))


jobs.register("report", _run, title=N_("Writing a report"), queue="documents")
