import time
from datetime import timedelta

import pytest
from flask_babel import force_locale
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from campaign import job_line, jobs
from campaign.db import db, utc_now
from campaign.errors import Refused
from campaign.jobs import Job
from campaign.jobs_views import left_in_words
from campaign.turns import Outlook


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


def order(session, world, subject_id=1, programme=None, **values):
    programme = programme or world.programme
    job = jobs.enqueue(
        session,
        "trial",
        subject_id=subject_id,
        label="x",
        programme_id=programme.id,
        owner_id=programme.organisation_id,
        requested_by_id=world.users["lead"].id,
        **values,
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


def test_an_accident_tells_its_layer_and_keeps_its_details_in_the_log(session, world, handler, caplog):
    def stumble(_context):
        raise ZeroDivisionError("secret detail")

    handler["run"] = stumble
    job = run(session, order(session, world))
    assert (job.state, job.error["layer"]) == ("failed", "program")
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
        [(1, jobs.DIED)],
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


def until(session, reached, limit_s=20):
    deadline = time.monotonic() + limit_s
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.05)
        session.rollback()


@pytest.mark.both_databases
def test_a_province_with_one_job_does_not_wait_for_the_list_of_another(app, session, world, handler):
    """The engine itself serves by turn: one of the other province comes among the first."""
    served = []
    handler["run"] = lambda context: served.append(context.subject_id)
    for subject_id in range(12):
        order(session, world, subject_id)
    late = order(session, world, 99, programme=world.foreign)
    session.refresh(late)
    worker = jobs.WorkerProcess(app)
    worker.start()
    try:
        until(session, lambda: len(served) == 13)
    finally:
        worker.stop()
    assert served.index(99) <= 1
    assert [subject for subject in served if subject != 99] == list(range(12))


def test_a_job_that_is_tried_again_waits_at_the_end_of_its_programmes_line(session, world, handler):
    first, *others = (order(session, world, subject_id) for subject_id in range(3))
    jobs.cancel(session, first)
    jobs.retry(session, first)
    assert [job.turn for job in (*others, first)] == [2, 3, 4]


def test_pages_tell_place_and_time_left_by_how_long_the_kind_took(session, world, handler):
    """Issue 4, point 5: order, progress, time left; numbers of other provinces count, their names do not."""
    now = utc_now()
    done, running, *waiting = (order(session, world, subject_id, weight=60) for subject_id in range(4))
    done.state, done.started_at, done.ended_at = (
        "done",
        now - timedelta(seconds=400),
        now - timedelta(seconds=280),
    )
    running.state, running.started_at, running.progress = "running", now - timedelta(seconds=30), 0.25
    order(session, world, 50, programme=world.foreign, weight=30)
    session.add(jobs.Worker(executor_id="here:0", pid=1))
    session.commit()
    ahead = job_line.look_ahead(session, 2, now)
    assert ahead[running.id] == Outlook(0, 90)
    assert [ahead[job.id].place for job in waiting] == [1, 3]
    assert [ahead[job.id].left_s for job in waiting] == [210, 390]


def test_a_short_rest_is_not_about_less_than_a_minute(app):
    with app.test_request_context("/"), force_locale("zh_CN"):
        told = [left_in_words(Outlook(place, left_s)) for place, left_s in ((0, 20), (0, 300), (2, 20))]
    assert told == ["还需不到 1 分钟", "还需约 5 分钟", "排在第 2 位，不到 1 分钟后完成"]


def test_the_page_and_the_top_bar_tell_when_the_own_jobs_are_done(app, client, session, world, handler):
    now = utc_now()
    done, running, _waiting = (order(session, world, subject_id, weight=60) for subject_id in range(3))
    done.state, done.started_at, done.ended_at = (
        "done",
        now - timedelta(seconds=900),
        now - timedelta(seconds=300),
    )
    running.state, running.started_at = "running", now
    session.add(jobs.Worker(executor_id="here:0", pid=1))
    session.commit()
    with client.session_transaction() as cookie:
        cookie["locale"] = "en"
    world.login(client)
    told = client.get("/jobs/running.json").json
    assert (told["count"], told["all_left"]) == (2, "all done in about 20 minutes")
    assert [job["left"] for job in told["jobs"]] == [
        "about 10 minutes left",
        "number 1 in the queue, done in about 20 minutes",
    ]
    assert "all done in about 20 minutes" in client.get("/jobs/").get_data(as_text=True)
    foreign = world.login(app.test_client(), "foreign")
    assert foreign.get("/jobs/running.json").json == {"jobs": [], "count": 0, "all_left": ""}
