"""The line of jobs as the pages tell it: who is at work, who waits for how many others, and for how long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign import jobs
from campaign.db import utc_now
from campaign.jobs import Job
from campaign.turns import InLine, Outlook, Pace, outlooks

LOOKED_BACK = 20


def in_line(session: Session, queue: str) -> Sequence[Job]:
    """Jobs of a queue that have not ended, in the order in which they end: at work, then by turn."""
    statement = (
        select(Job)
        .where(Job.kind.in_(jobs.kinds_of(queue)), Job.state.in_(jobs.RUNNING))
        .order_by(Job.state.desc(), Job.turn, Job.created_at)
    )
    return session.scalars(statement).all()


def pace_of(session: Session, kind: str) -> Pace:
    """How long this kind took lately; half of the last ones were quicker."""
    statement = (
        select(Job.started_at, Job.ended_at, Job.weight)
        .where(Job.kind == kind, Job.state == "done", Job.started_at.is_not(None))
        .order_by(Job.ended_at.desc())
        .limit(LOOKED_BACK)
    )
    took = [
        (_seconds(begun, ended), weight)
        for begun, ended, weight in session.execute(statement)
        if begun is not None and ended is not None
    ]
    if not took:
        return Pace()
    weighed = [seconds / weight for seconds, weight in took if weight]
    return Pace(median(weighed) if weighed else None, median(seconds for seconds, _ in took))


def _seconds(begun: datetime, ended: datetime) -> float:
    return (ended - begun).total_seconds()


def slots_of(session: Session, queue: str, job_slots: int) -> int:
    """How many jobs of a queue are worked on at a time, over all workers that live."""
    width = job_slots if queue == "media" else jobs.QUEUES[queue]
    return len(jobs.live_workers(session)) * width


def look_ahead(session: Session, job_slots: int, now: datetime | None = None) -> dict[str, Outlook]:
    """Place and time left of every job that has not ended, whoever ordered it: numbers only, no names."""
    now = now or utc_now()
    found: dict[str, Outlook] = {}
    for queue in jobs.QUEUES:
        line = in_line(session, queue)
        if not line:
            continue
        paces = {kind: pace_of(session, kind) for kind in {job.kind for job in line}}
        entries = [
            InLine(
                job.id,
                job.kind,
                job.weight,
                job.progress,
                _seconds(job.started_at, now) if job.state == "running" and job.started_at else None,
            )
            for job in line
        ]
        found |= outlooks(entries, slots_of(session, queue, job_slots), paces)
    return found
