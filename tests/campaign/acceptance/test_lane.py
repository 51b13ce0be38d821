"""A package of many gigabytes lets the small papers pass by (issue 7, point 6)."""

import threading
import time

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign import jobs
from campaign.acceptance import queries
from campaign.documents import services
from campaign.documents.models import Report, ReportFile
from campaign.fonts import ensure_fonts
from campaign.storage import Storage

FORMS = ("docx", "pdf", "xlsx")


@pytest.mark.slow
def test_a_report_is_written_while_a_package_is_made(app, session, world, monkeypatch):
    begun, ended, written = threading.Event(), threading.Event(), threading.Event()

    def pack(_context):
        begun.set()
        ended.wait(30)

    monkeypatch.setitem(jobs._handlers, queries.KIND, jobs.Handler(queries.KIND, "", "packages", pack, None))
    write = jobs.Handler("report", "", jobs._handlers["report"].queue, lambda _context: written.set(), None)
    monkeypatch.setitem(jobs._handlers, "report", write)
    assert jobs.kinds_of("packages") == [queries.KIND]
    told = {"label": "", "programme_id": world.programme.id, "owner_id": world.province.id}
    jobs.enqueue(session, queries.KIND, subject_id=1, requested_by_id=None, **told)
    session.commit()
    worker = jobs.WorkerProcess(app)
    worker.start()
    try:
        assert begun.wait(20)
        report = jobs.enqueue(session, "report", subject_id=2, requested_by_id=None, **told)
        session.commit()
        assert written.wait(20)
        deadline = time.monotonic() + 10
        while session.get(jobs.Job, report.id, populate_existing=True).is_running:
            assert time.monotonic() < deadline
            time.sleep(0.05)
            session.rollback()
        packing = session.scalars(select(jobs.Job).where(jobs.Job.kind == queries.KIND)).one()
        assert (packing.state, session.get(jobs.Job, report.id).state) == ("running", "done")
    finally:
        ended.set()
        worker.stop()


@pytest.mark.slow
def test_a_report_that_two_write_at_once_has_its_files_once(done, session, monkeypatch):
    """The package and the report's own job write the same bytes; whoever comes second is content."""
    ensure_fonts(done.settings.data_dir)
    report = done.report
    proof = done.keep(b"already there").id
    for file in list(report.files):
        session.delete(file)
    session.commit()
    assert report.files == []
    adopt, here = Storage.adopt, []

    def adopted(storage, path):
        kept = adopt(storage, path)
        if not here:
            here.append(path)
            with Session(session.get_bind()) as other:
                other.add_all(ReportFile(report_id=report.id, form=f, asset_id=proof) for f in FORMS)
                other.commit()
        return kept

    monkeypatch.setattr(Storage, "adopt", adopted)
    services.write_files(session, done.storage, report, done.settings)
    session.expire_all()
    assert sorted(file.form for file in session.get(Report, report.id).files) == sorted(FORMS)
