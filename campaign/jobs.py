"""Background jobs: the one file that knows the job engine (DBOS).

A `Job` row is what the pages show; DBOS makes sure that it runs, also after `kill -9`. Both are written in
one transaction, so there is never one without the other. A job is a handler registered by name; it takes the
id of its subject, calls one service, reports progress and asks whether it should stop. It must not keep a
write transaction open while it reports, since reporting writes through a connection of its own.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

from dbos import DBOS, DBOSClient, DBOSConfig
from filelock import FileLock, Timeout
from flask import Flask, current_app
from sqlalchemy import CheckConstraint, Engine, ForeignKey, Index, String, func, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from campaign import mishaps, turns
from campaign.audit import act_as
from campaign.config import Settings
from campaign.db import Base, Timestamped, db, utc_now
from campaign.errors import CampaignError, Refused
from campaign.messages import N_

log = logging.getLogger(__name__)

APPLICATION = "qichuang"
# Pinned: a job enqueued by an older release is still run by the newer one.
VERSION = "1"
WORKFLOW = "run_job"
# Each queue has workers of its own: a package of many gigabytes lets the small papers pass by.
QUEUES = {"media": 1, "documents": 1, "packages": 1, "looks": 1}
MAX_STARTS = 4
PROGRESS_EVERY_S = 0.5
HEARTBEAT_EVERY_S = 5.0
WORKER_GONE_AFTER = timedelta(seconds=60)
RUNNING = ("queued", "running")
DIED = N_(
    "the process that did this work was ended %(times)s times, mostly for want of memory or because the "
    "machine was switched off. Press “Try again” when fewer jobs run; if it fails again, tell the "
    "administrator."
)


class Job(Timestamped, Base):
    """A piece of long work as the pages show it."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("state in ('queued', 'running', 'done', 'failed', 'cancelled')", name="state"),
        CheckConstraint("progress >= 0 and progress <= 1", name="progress"),
        Index(
            "uq_job_kind_subject_active",
            "kind",
            "subject_id",
            unique=True,
            sqlite_where=text("state in ('queued', 'running')"),
            postgresql_where=text("state in ('queued', 'running')"),
        ),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[int]
    label: Mapped[str] = mapped_column(String(300))
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    state: Mapped[str] = mapped_column(String(20), default="queued", index=True)
    progress: Mapped[float] = mapped_column(default=0.0)
    message: Mapped[dict[str, Any] | None]
    error: Mapped[dict[str, Any] | None]
    attempt: Mapped[int] = mapped_column(default=1)
    starts: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str | None] = mapped_column(String(120))
    turn: Mapped[int] = mapped_column(default=1, server_default="1")
    weight: Mapped[float | None]
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    @property
    def is_running(self) -> bool:
        """Waiting or at work."""
        return self.state in RUNNING

    @property
    def can_cancel(self) -> bool:
        """Not ended, and not told to stop yet."""
        return self.is_running and not self.cancel_requested

    @property
    def can_retry(self) -> bool:
        """Ended other than well."""
        return self.state in ("failed", "cancelled")


class Worker(Base):
    """A process that runs jobs; silent for a minute, it counts as gone and its jobs go to another."""

    __tablename__ = "worker"

    executor_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    pid: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(default=utc_now)
    heartbeat_at: Mapped[datetime] = mapped_column(default=utc_now)


class Stopped(Exception):  # noqa: N818 - an outcome, not a fault
    """The user cancelled the job; raised by handlers that were told to stop."""


@dataclass(frozen=True)
class Handler:
    """How a kind of job is run, and what happens to its subject when it ends other than well."""

    kind: str
    title: str
    queue: str
    run: Callable[[JobContext], None]
    on_failure: Callable[[Session, int, dict[str, Any] | None], None] | None


_handlers: dict[str, Handler] = {}


def register(
    kind: str,
    run: Callable[[JobContext], None],
    *,
    title: str,
    queue: str,
    on_failure: Callable[[Session, int, dict[str, Any] | None], None] | None = None,
) -> None:
    """Name a handler; `title` is a msgid.

    `on_failure(session, subject_id, error)` may mend the state of the subject.

    `error` is None where the user cancelled.
    """
    _handlers[kind] = Handler(kind, title, queue, run, on_failure)


def title_of(kind: str) -> str:
    """The msgid that names a kind of job."""
    return _handlers[kind].title


class JobContext:
    """What a handler gets: its subject, a voice and an ear."""

    def __init__(self, engine: Engine, job_id: str, subject_id: int, scratch: Path) -> None:
        self.subject_id = subject_id
        self.scratch = scratch
        self._engine = engine
        self._job_id = job_id
        self._last_report = 0.0
        self._last_look = 0.0
        self._stop = False

    def progress(self, share: float, msgid: str | None = None, **params: Any) -> None:  # noqa: ANN401 - any text value
        """Report how far the job is, 0 to 1; written at most twice a second."""
        now = time.monotonic()
        if now - self._last_report < PROGRESS_EVERY_S and share < 1:
            return
        self._last_report = now
        values: dict[str, Any] = {"progress": min(max(share, 0.0), 1.0)}
        if msgid is not None:
            values["message"] = {"msgid": msgid, "params": params}
        with self._engine.begin() as connection:
            connection.execute(update(Job).where(Job.id == self._job_id).values(**values))

    def should_stop(self) -> bool:
        """Whether the user cancelled; looked up at most twice a second."""
        now = time.monotonic()
        if not self._stop and now - self._last_look >= PROGRESS_EVERY_S:
            self._last_look = now
            with self._engine.connect() as connection:
                wanted = connection.execute(select(Job.cancel_requested).where(Job.id == self._job_id))
                self._stop = bool(wanted.scalar_one())
        return self._stop


@cache
def _client_for(engine: Engine) -> DBOSClient:
    return DBOSClient(system_database_engine=engine, application_name=APPLICATION, lazy=True)


def _client() -> DBOSClient:
    return _client_for(db.engine)


def migrate(settings: Settings) -> None:
    """Make or update the tables of the job engine."""
    DBOS.migrate(settings.dbos_url)


def enqueue(
    session: Session,
    kind: str,
    *,
    subject_id: int,
    label: str,
    programme_id: int,
    owner_id: int,
    requested_by_id: int | None,
    weight: float | None = None,
) -> Job:
    """Add a job inside the caller's transaction; it runs if and only if that is committed.

    `weight` is how much work it is, in a unit of the kind's own, such as seconds of film; it makes the time
    left known. Programmes take turns in a queue, whoever ordered first (see turns.py).
    """
    job = Job(
        id=str(uuid.uuid4()),
        kind=kind,
        subject_id=subject_id,
        label=label,
        programme_id=programme_id,
        owner_id=owner_id,
        requested_by_id=requested_by_id,
        attempt=1,
        weight=weight,
        turn=_turn(session, kind, programme_id),
    )
    session.add(job)
    session.flush()
    _hand_over(session, job)
    return job


def kinds_of(queue: str) -> list[str]:
    """The kinds of job that share a queue."""
    return [handler.kind for handler in _handlers.values() if handler.queue == queue]


def _turn(session: Session, kind: str, programme_id: int) -> int:
    """When a new job is due; of two with the same turn, ordered in one moment, the older one goes first."""
    kinds = kinds_of(_handlers[kind].queue)
    highest = select(func.max(Job.turn)).where(Job.kind.in_(kinds))
    served = session.scalar(highest.where(Job.started_at.is_not(None)))
    waiting = highest.where(Job.state == "queued", Job.programme_id == programme_id)
    return turns.next_turn(served or 0, session.scalar(waiting) or 0)


def _hand_over(session: Session, job: Job) -> None:
    handler = _handlers[job.kind]
    _client().enqueue_in_transaction(
        session,
        {
            "workflow_name": WORKFLOW,
            "queue_name": handler.queue,
            "workflow_id": f"{job.id}:{job.attempt}",
            "app_version": VERSION,
            "priority": job.turn,
        },
        job.id,
        job.attempt,
    )


def retry(session: Session, job: Job) -> None:
    """Run a failed or cancelled job once more; commits."""
    if not job.can_retry:
        raise Refused(N_("This job is still running or already done, so it cannot be started again."))
    job.turn = _turn(session, job.kind, job.programme_id)
    job.attempt += 1
    job.starts = 0
    job.state, job.progress, job.error, job.message = "queued", 0.0, None, None
    job.cancel_requested = False
    job.started_at = job.ended_at = None
    session.flush()
    _hand_over(session, job)
    session.commit()


def cancel(session: Session, job: Job) -> None:
    """Ask a job to stop; one that has not begun ends at once, a running one within a second. Commits."""
    if not job.can_cancel:
        raise Refused(N_("This job has already ended."))
    job.cancel_requested = True
    if job.state == "queued":
        _end(session, job, "cancelled", None)
    session.commit()


def _end(session: Session, job: Job, state: str, error: dict[str, Any] | None) -> None:
    job.state, job.error, job.ended_at = state, error, utc_now()
    if state == "done":
        job.progress = 1.0
    else:
        handler = _handlers[job.kind]
        if handler.on_failure is not None:
            handler.on_failure(session, job.subject_id, error)


# --- the worker's side ------------------------------------------------------------------------------------


class _Runtime:
    """What the engine's threads need and cannot be handed: one app per worker process."""

    app: Flask | None = None
    executor_id: str = ""


@DBOS.workflow(name=WORKFLOW, max_recovery_attempts=100)
def _run_job(job_id: str, attempt: int) -> None:
    app = _Runtime.app
    if app is None:
        raise RuntimeError("The job engine was started without an app.")
    with app.app_context():
        run_now(job_id, attempt, worker=_Runtime.executor_id)


def run_now(job_id: str, attempt: int, *, worker: str) -> None:
    """Run one attempt of a job in this thread, inside an app context; the outcome is in the job's row."""
    session = db.session
    job = session.get(Job, job_id)
    if job is None or job.attempt != attempt or job.state not in RUNNING:
        return
    handler = _handlers[job.kind]
    act_as(session, job.requested_by_id)
    job.starts += 1
    if job.starts > MAX_STARTS:
        _end(session, job, "failed", {"layer": "worker", "msgid": DIED, "params": {"times": MAX_STARTS}})
        session.commit()
        return
    job.state, job.worker, job.started_at = "running", worker, utc_now()
    session.commit()
    scratch = current_app.config["SETTINGS"].data_dir / "scratch" / f"{job_id}-{attempt}-{job.starts}"
    context = JobContext(db.engine, job_id, job.subject_id, scratch)
    state, error = _attempt(handler, context)
    session.rollback()
    act_as(session, job.requested_by_id)
    _end(session, job, state, error)
    session.commit()


def _attempt(handler: Handler, context: JobContext) -> tuple[str, dict[str, Any] | None]:
    try:
        if context.should_stop():
            raise Stopped  # noqa: TRY301 - cancelled between two starts
        handler.run(context)
    except Stopped:
        return "cancelled", None
    except CampaignError as refusal:
        layer = {"layer": refusal.layer} if refusal.layer else {}
        return "failed", {"msgid": refusal.msgid, "params": _plain(refusal.params), **layer}
    except Exception as error:
        reference = uuid.uuid4().hex[:8]
        log.exception("job failed", extra={"kind": handler.kind, "reference": reference})
        return "failed", mishaps.told(error, reference)
    return "done", None


def _plain(params: dict[str, Any]) -> dict[str, Any]:
    return {k: v if isinstance(v, str | int | float) else str(v) for k, v in params.items()}


def _take_slot(folder: Path) -> tuple[FileLock, str]:
    """Find a free slot of this machine; the lock of a killed process is free again at once.

    The engine gives the jobs of a dead process to the next one with the same executor id, so that ids must be
    few, stable and never used by two live processes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    slot = 0
    while True:
        lock = FileLock(folder / f"slot-{slot}.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            slot += 1
        else:
            return lock, f"{socket.gethostname()}:{slot}"


def _dbos_config(settings: Settings, executor_id: str) -> DBOSConfig:
    return {
        "name": APPLICATION,
        "system_database_url": settings.dbos_url,
        "application_version": VERSION,
        "executor_id": executor_id,
        "run_migrations": True,
        "log_level": "WARNING",
        "use_listen_notify": not settings.is_sqlite,
    }


class WorkerProcess:
    """The engine running in this process; `start`, then `wait` or `stop`."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.settings: Settings = app.config["SETTINGS"]
        self._ended = threading.Event()
        self._lock: FileLock | None = None
        self._beat: threading.Thread | None = None

    def start(self) -> None:
        """Launch the engine; jobs that a dead process of this slot left behind go on."""
        self._lock, executor_id = _take_slot(self.settings.data_dir / "workers")
        _Runtime.app, _Runtime.executor_id = self.app, executor_id
        self._clear_scratch(executor_id)
        with self.app.app_context():
            self._heartbeat(executor_id, first=True)
        DBOS(config=_dbos_config(self.settings, executor_id))
        DBOS.launch()
        for name, width in QUEUES.items():
            concurrency = self.settings.job_slots if name == "media" else width
            DBOS.register_queue(
                name, worker_concurrency=concurrency, polling_interval_sec=0.3, on_conflict="always_update"
            )
        self._beat = threading.Thread(target=self._beat_forever, args=(executor_id,), daemon=True)
        self._beat.start()
        log.info("worker started", extra={"executor": executor_id})

    def wait(self) -> None:
        """Block until SIGTERM or SIGINT; then leave at once: the engine takes the jobs up again."""

        def leave(_signal: int, _frame: FrameType | None) -> None:
            self._ended.set()

        signal.signal(signal.SIGTERM, leave)
        signal.signal(signal.SIGINT, leave)
        self._ended.wait()
        # A running job would hold an orderly shutdown for minutes. It is safe to drop it: its files have
        # temporary names, its ffmpeg dies with this process, and the next worker of this slot repeats it.
        log.info("worker leaves")
        os._exit(0)

    def stop(self) -> None:
        """End the engine in a process that lives on, as tests do."""
        self._ended.set()
        DBOS.destroy()
        if self._beat is not None:
            self._beat.join()
        if self._lock is not None:
            self._lock.release()
        _Runtime.app = None

    def _clear_scratch(self, executor_id: str) -> None:
        """Remove what killed attempts of this slot left in the scratch folder."""
        import shutil  # noqa: PLC0415 - needed once in the life of a worker

        scratch = self.settings.data_dir / "scratch"
        with self.app.app_context():
            mine = db.session.scalars(
                select(Job.id).where(Job.state == "running", Job.worker != executor_id)
            ).all()
        for folder in scratch.glob("*") if scratch.is_dir() else ():
            if folder.name[:36] not in mine:
                shutil.rmtree(folder, ignore_errors=True)

    def _beat_forever(self, executor_id: str) -> None:
        while not self._ended.wait(HEARTBEAT_EVERY_S):
            try:
                with self.app.app_context():
                    self._heartbeat(executor_id)
                    self._take_over_from_the_gone()
            except Exception:
                log.exception("heartbeat failed")

    @staticmethod
    def _heartbeat(executor_id: str, *, first: bool = False) -> None:
        row = db.session.get(Worker, executor_id)
        if row is None:
            row = Worker(executor_id=executor_id, pid=os.getpid())
            db.session.add(row)
        if first:
            row.pid, row.started_at = os.getpid(), utc_now()
        row.heartbeat_at = utc_now()
        db.session.commit()

    @staticmethod
    def _take_over_from_the_gone() -> None:
        """Hand the jobs of machines that fell silent back to their queues."""
        limit = utc_now() - WORKER_GONE_AFTER
        gone = set(db.session.scalars(select(Worker.executor_id).where(Worker.heartbeat_at < limit)))
        if not gone:
            return
        stranded = db.session.scalars(select(Job).where(Job.state == "running", Job.worker.in_(gone))).all()
        for job in stranded:
            log.warning("taking over a job", extra={"job": job.id, "worker": job.worker})
            DBOS.resume_workflow(f"{job.id}:{job.attempt}", queue_name=_handlers[job.kind].queue)
            job.worker = None
        db.session.commit()


def live_workers(session: Session) -> list[Worker]:
    """Workers that gave a sign of life lately, for the doctor and the health page."""
    return list(session.scalars(select(Worker).where(Worker.heartbeat_at >= utc_now() - WORKER_GONE_AFTER)))
