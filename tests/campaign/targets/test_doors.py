"""Numbers are doors: a target's number and the list behind it come from the same rows (ux, A7–A17)."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from campaign.access import Actor
from campaign.approvals.models import Dossier, HeldPlan, Review, Version
from campaign.db import utc_now
from campaign.documents.models import Report, ReportFile
from campaign.exhibits.models import Exhibit
from campaign.films.models import Clip
from campaign.lectures.models import LectureEvent
from campaign.placements.models import Placement
from campaign.programmes.profiles import load
from campaign.storage import Stored, asset_for
from campaign.targets.queries import COUNTED, door, states
from tests.factories import make_case, make_enterprise, make_outlet


def _held_on_its_plan(session, world):
    """The event of the province is held on a plan that the centre approved nine days before (A8)."""
    session.flush()
    event = session.scalars(select(LectureEvent).where(LectureEvent.tier == "province")).one()
    people = {name: world.users[name].id for name in ("planner", "lead", "reviewer")}
    ours = {"programme_id": event.programme_id, "owner_id": event.owner_id}
    dossier = Dossier(**ours, lecture_event_id=event.id, title=event.title, state="approved", latest=1)
    session.add(dossier)
    session.flush()
    version = Version(
        dossier_id=dossier.id, number=1, fingerprint="f" * 64, title=event.title, facts={},
        made_by_id=people["planner"],
    )  # fmt: skip
    session.add(version)
    session.flush()
    asked = {
        "dossier_id": dossier.id, "version_id": version.id, "state": "approved",
        "maker_id": people["planner"], "decided_at": datetime(2024, 10, 1, tzinfo=UTC),
    }  # fmt: skip
    check = Review(**asked, stage="internal", submitted_by_id=people["planner"], decided_by_id=people["lead"])
    session.add(check)
    session.flush()
    review = Review(
        **asked, stage="centre", submitted_by_id=people["lead"], decided_by_id=people["reviewer"],
        internal_id=check.id,
    )  # fmt: skip
    session.add(review)
    session.flush()
    session.add(
        HeldPlan(event_id=event.id, dossier_id=dossier.id, version_id=version.id, review_id=review.id)
    )
    session.flush()
    event.state, event.held_plan_id = "held", event.id


@pytest.fixture
def filled(session, world):
    """For every target one row that counts and one that does not."""
    ours = {"programme_id": world.programme.id, "owner_id": world.province.id}
    proof = asset_for(session, Stored("a" * 64, 1), "image/png")
    make_case(session, world, "有故事的案例", story="很长的故事")
    make_case(session, world, "没有故事的案例")
    for number, seconds in ((1, 120), (2, 400)):
        session.add(
            Clip(
                **ours,
                title=f"成片{number}",
                state="ready",
                fingerprint=str(number) * 64,
                duration=Fraction(seconds),
                frame_count=seconds * 25,
                asset_id=proof.id,
            )
        )
    outlet = make_outlet(name="示例省报", listings=("示例名单",))
    small = make_outlet("示例县报", "county")
    session.add_all([outlet, small])
    session.flush()
    for kind in ("report", "comprehensive"):
        for medium in (outlet, small):
            session.add(
                Placement(
                    **ours,
                    outlet_id=medium.id,
                    title=f"{kind}{medium.name}",
                    published_on=date(2024, 9, 1),
                    kind=kind,
                    evidence_id=proof.id,
                )
            )
    for tier in ("province", "city"):
        session.add(
            LectureEvent(
                **ours,
                title=tier,
                tier=tier,
                venue="示例礼堂",
                starts_at=datetime(2024, 10, 10, 6, tzinfo=UTC),
                ends_at=datetime(2024, 10, 10, 8, tzinfo=UTC),
                state="held" if tier == "city" else "planned",
                evidence_id=proof.id,
                attendance_on_site=10,
                attendance_online=10,
                online_address="https://live.example/",
            )
        )
    _held_on_its_plan(session, world)
    giant = make_enterprise(session, world, "示例巨人公司", little_giant_year=2021)
    session.add(Exhibit(**ours, enterprise_id=giant.id, title="展品"))
    session.add(Exhibit(**ours, enterprise_id=giant.id, title="未入选展品", state="declined"))
    for number in (1, 2):
        report = Report(
            **ours, kind="performance", number=number, as_of=utc_now(), snapshot={}, snapshot_sha256="b" * 64
        )
        report.files = [ReportFile(form="pdf", asset_id=proof.id)]
        session.add(report)
    session.commit()
    return world


def target_states(session, world, app):
    profile = load("guangdong-2024")
    actor = Actor.of(world.users["lead"])
    with app.test_request_context():
        found = states(session, world.programme, profile, actor, date(2024, 11, 1))
        return [(state, door(state, world.programme)) for state in found]


@pytest.mark.both_databases
def test_each_number_is_the_number_of_rows_behind_its_door(app, client, session, filled):
    filled.login(client, "lead")
    numbers, rows = {}, {}
    for state, address in target_states(session, filled, app):
        if address is None:
            continue
        numbers[state.target.key] = state.actual
        sheet = client.get(f"{address}&format=xlsx")
        assert sheet.status_code == 200, (state.target.key, sheet.status_code)
        book = CalamineWorkbook.from_filelike(io.BytesIO(sheet.data))
        table = book.get_sheet_by_index(0).to_python()
        rows[state.target.key] = sum(1 for line in table[1:] if any(cell != "" for cell in line))
    assert rows == numbers


def test_the_world_has_rows_that_count_and_rows_that_do_not(app, session, filled):
    assert {state.target.key: state.actual for state, _door in target_states(session, filled, app)} == {
        "lecture_events": 1,
        "lecture_plans": 1,
        "media_reports": 1,
        "comprehensive_reports": 1,
        "clips": 1,
        "stories": 1,
        "exhibits": 1,
        "monthly_reports": 0,
        "final_documents": 1,
    }


def test_a_target_that_is_not_collected_yet_says_so_and_opens_no_list(app, session, world, monkeypatch):
    monkeypatch.delitem(COUNTED, "lectures.plans")
    found = {state.target.counts: (state.counting, url) for state, url in target_states(session, world, app)}
    assert found["lectures.plans"] == (None, None)


def test_every_door_leads_to_a_list_that_knows_the_word(app):
    """A filter that a list does not know is ignored, so the door would show every row."""
    assert {counting.endpoint for counting in COUNTED.values()} <= set(app.view_functions)
