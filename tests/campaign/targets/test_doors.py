"""Numbers are doors: a target's number and the list behind it come from the same rows (ux, A7–A17)."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from python_calamine import CalamineWorkbook

from campaign.access import Actor
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
                state="held",
                held_before_reviews=True,
                evidence_id=proof.id,
                attendance_on_site=10,
                attendance_online=10,
                online_address="https://live.example/",
            )
        )
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
        "lecture_plans": 0,
        "media_reports": 1,
        "comprehensive_reports": 1,
        "clips": 1,
        "stories": 1,
        "exhibits": 1,
        "monthly_reports": 0,
        "final_documents": 1,
    }


def test_a_target_that_is_not_collected_yet_says_so_and_opens_no_list(app, session, world):
    found = {state.target.counts: (state.counting, url) for state, url in target_states(session, world, app)}
    assert found["lectures.plans"] == (None, None)


def test_every_door_leads_to_a_list_that_knows_the_word(app):
    """A filter that a list does not know is ignored, so the door would show every row."""
    assert {counting.endpoint for counting in COUNTED.values()} <= set(app.view_functions)
