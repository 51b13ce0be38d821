import time

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from campaign import jobs
from campaign.db import db
from campaign.errors import Refused
from campaign.jobs import Job


@pytest.fixture
def handler(monkeypatch):
    """A kind of job whose doing each test decides."""
    doing = {}
    ended = []

    def run(context):
        doing["run"](context)

    def on_failure(session, subject_id, error):
        ended.append((subject_id, error["msgid"] if error else None))

    monkeypatch.setattr(jobs, "_handlers", dict(jobs._handlers))
    jobs.register("trial", run, title="A trial", queue="documents", on_failure=on_failure)
    doing["ended"] = ended
    return doing


def order(session, world, subject_id=1):
    job = jobs.enqueue(
        session,
        "trial",
        subject_id=subject_id,
        label="x",
        programme_id=world.programme.id,
        owner_id=world.province.id,
        requested_by_id=world.users["lead"].id,
    )
    session.commit()
    return job


def run(session, job):
    jobs.run_now(job.id, job.attempt, worker="test")
    session.refresh(job)
    return job


def test_a_job_that_ends_well_is_done(session, world, handler):
    handler["run"] = lambda context: context.progress(0.5, "Half of %(what)s", what="it")
    job = run(session, order(session, world))
    assert (job.state, job.progress, job.message) == (
        "done",
        1.0,
        {"msgid": "Half of %(what)s", "params": {"what": "it"}},
    )


def test_a_refusal_is_kept_in_the_users_words_and_the_job_can_be_retried(session, world, handler):
    def refuse(_context):
        raise Refused("%(file)s is not a film", file="a.mp4")

    handler["run"] = refuse
    job = run(session, order(session, world))
    assert (job.state, job.error, job.can_retry) == (
        "failed",
        {"msgid": "%(file)s is not a film", "params": {"file": "a.mp4"}},
        True,
    )
    assert handler["ended"] == [(1, "%(file)s is not a film")]
    handler["run"] = lambda context: None
    jobs.retry(session, job)
    assert (run(session, job).state, job.attempt, job.error) == ("done", 2, None)


def test_an_accident_is_logged_and_shown_by_its_reference_only(session, world, handler, caplog):
    def stumble(_context):
        raise ZeroDivisionError("secret detail")

    handler["run"] = stumble
    job = run(session, order(session, world))
    assert job.state == "failed"
    assert "secret detail" not in str(job.error)
    assert [record.reference for record in caplog.records if record.name == "campaign.jobs"] == [
        job.error["params"]["reference"]
    ]


def test_a_queued_job_is_cancelled_at_once(session, world, handler):
    job = order(session, world)
    jobs.cancel(session, job)
    assert (job.state, handler["ended"]) == ("cancelled", [(1, None)])
    handler["run"] = lambda context: pytest.fail("ran although cancelled")
    assert run(session, job).state == "cancelled"


@pytest.mark.both_databases
def test_a_running_job_hears_that_it_should_stop(session, world, handler):
    def work(context):
        with db.engine.begin() as connection:
            connection.execute(Job.__table__.update().values(cancel_requested=True))
        context._last_look = 0.0
        if context.should_stop():
            raise jobs.Stopped

    handler["run"] = work
    assert run(session, order(session, world)).state == "cancelled"


@pytest.mark.both_databases
def test_the_same_subject_has_one_job_of_a_kind_at_a_time(session, world, handler):
    order(session, world)
    with pytest.raises(IntegrityError):
        order(session, world)


@pytest.mark.both_databases
def test_what_is_not_committed_never_runs(session, world, handler):
    jobs.enqueue(
        session,
        "trial",
        subject_id=9,
        label="x",
        programme_id=world.programme.id,
        owner_id=world.province.id,
        requested_by_id=None,
    )
    session.rollback()
    assert session.scalars(select(Job)).all() == []
    table = "workflow_status" if session.get_bind().dialect.name == "sqlite" else "dbos.workflow_status"
    assert session.execute(text(f"select count(*) from {table}")).scalar_one() == 0  # noqa: S608 - named above


def test_a_job_at_which_workers_die_is_given_up(session, world, handler):
    handler["run"] = lambda context: pytest.fail("must not run")
    job = order(session, world)
    job.starts = jobs.MAX_STARTS
    session.commit()
    assert (run(session, job).state, handler["ended"]) == (
        "failed",
        [(1, "The worker died several times at this job.")],
    )


@pytest.mark.both_databases
def test_the_engine_runs_what_was_committed(app, session, world, handler):
    handler["run"] = lambda context: context.progress(1.0)
    job = order(session, world)
    worker = jobs.WorkerProcess(app)
    worker.start()
    try:
        deadline = time.monotonic() + 20
        while job.is_running and time.monotonic() < deadline:
            time.sleep(0.1)
            session.rollback()
            session.refresh(job)
        assert job.state == "done"
        assert [w.executor_id for w in jobs.live_workers(session)] == [job.worker]
    finally:
        worker.stop()
