"""The performance report of a programme: frozen, and counted again from the rows by another path (A17, C)."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text

from campaign import jobs, reporting
from campaign.access import Actor
from campaign.budget.models import BudgetLine, Expense
from campaign.db import utc_now
from campaign.documents.compose import Heading, compose
from campaign.documents.facts import gather
from campaign.documents.models import Report
from campaign.documents.services import Draft, make_report, request_report
from campaign.documents.words import Stated, Words
from campaign.errors import Refused
from campaign.placements.models import Placement
from campaign.programmes.profiles import load
from campaign.storage import Stored, asset_for
from tests.factories import make_case, make_outlet

PROFILE = load("guangdong-2024")
EXPLAINED = Words(
    stated={
        i.key: Stated(share=90, reason="素材尚在收集", remedy="下月补齐")
        for i in PROFILE.self_assessment.indicators
    }
)


@pytest.fixture
def lived_in(session, world):
    """Some months into the programme."""
    ours = {"programme_id": world.programme.id, "owner_id": world.province.id}
    proof = asset_for(session, Stored("c" * 64, 1), "image/png")
    for number in range(7):
        make_case(
            session,
            world,
            f"案例{number}",
            story="故事" if number < 5 else "",
            kind=("technological", "process")[number % 2],
            region=("广州市", "深圳市", "珠海市")[number % 3],
        )
    outlet = make_outlet(name="示例省报", listings=("示例名单",))
    session.add(outlet)
    session.flush()
    for month, kind in ((8, "report"), (9, "report"), (9, "comprehensive"), (10, "repost")):
        session.add(
            Placement(
                **ours,
                outlet_id=outlet.id,
                title=f"{month}月{kind}",
                published_on=date(2024, month, 5),
                kind=kind,
                evidence_id=proof.id,
            )
        )
    line = session.query(BudgetLine).filter_by(programme_id=world.programme.id).first()
    for amount in (1_234_550, 2_000_001):
        session.add(
            Expense(
                **ours,
                line_id=line.id,
                amount_fen=amount,
                spent_on=date(2024, 9, 9),
                payee="示例印务社",
                purpose="印制",
                voucher_id=proof.id,
                voucher_name="凭证.png",
                state="approved",
                entered_by_id=world.users["lead"].id,
                decided_by_id=world.users["administrator"].id,
                decided_at=utc_now(),
            )
        )
    session.commit()
    return world


@pytest.fixture
def report(session, lived_in, app):
    with app.test_request_context():
        actor = Actor.of(lived_in.users["lead"])
        facts = gather(session, lived_in.programme, PROFILE, actor, utc_now())
        return compose(facts, EXPLAINED, Heading("performance", "abc", 1, "示例负责人"), {})


@pytest.mark.both_databases
def test_the_targets_are_what_plain_sql_counts(session, lived_in, report):
    """An independent path: SQL over the tables, without the product's rules."""

    def count(sql):
        return session.execute(text(sql), {"p": lived_in.programme.id}).scalar_one()

    actual = {line.key: line.actual for line in report.targets}
    assert actual["stories"] == count("select count(*) from case_record where programme_id=:p and story<>''")
    assert actual["media_reports"] == count(
        "select count(*) from placement where programme_id=:p and kind='report' and evidence_id is not null"
    )
    assert actual["comprehensive_reports"] == 1
    assert (actual["clips"], actual["exhibits"], actual["lecture_events"]) == (0, 0, 0)


def test_each_target_names_the_annex_rows_behind_it(report):
    annexes = {annex.key: annex for annex in report.annexes}
    for line in report.targets:
        if line.annex_key:
            assert Decimal(len(line.annex_rows)) == line.actual
    titles = [row[0] for row in annexes["placements"].rows]
    reports = next(line for line in report.targets if line.key == "media_reports")
    assert sorted(titles[number - 1] for number in reports.annex_rows) == ["8月report", "9月report"]


def test_money_is_exact(report):
    assert report.funds.executed_fen == 1_234_550 + 2_000_001
    assert report.funds.budget_year_fen == 20_000_000
    assert (
        sum(int(row[5]) for row in next(a for a in report.annexes if a.key == "expenses").rows) == 3_234_551
    )


def test_scores_follow_the_customary_rule(report):
    """C: full when met, in proportion when not."""
    stories = next(i for i in report.indicators if i.name.startswith("案例") or "文字" in i.name)
    assert stories.score == Decimal("0.30")
    assert reporting.total_score(report) == sum((i.score for i in report.indicators), Decimal(0)) + Decimal(
        "1.62"
    )


def test_the_coverage_curve_ends_where_the_annex_does(report):
    reached = [point.actual for point in report.coverage if point.actual is not None]
    assert reached[-1] == len(next(a for a in report.annexes if a.key == "placements").rows)


def ask(session, world, words, settings):
    actor = Actor.of(world.users["lead"])
    facts = gather(session, world.programme, PROFILE, actor, utc_now())
    return request_report(
        session, facts, Draft("performance", words, {}, "示例负责人"), actor, settings=settings
    )


def test_a_missed_indicator_without_reason_is_refused_by_name(session, lived_in, app):
    actor = Actor.of(lived_in.users["lead"])
    draft = Draft("performance", Words(), {}, "示例负责人")
    with app.test_request_context():
        facts = gather(session, lived_in.programme, PROFILE, actor, utc_now())
        with pytest.raises(Refused, match="Give reason and remedy"):
            make_report(session, facts, draft, actor, settings=app.config["SETTINGS"])


def test_a_report_stays_as_it_was_when_the_rows_change(session, lived_in, app, with_fonts):
    with app.test_request_context():
        first, _job = ask(session, lived_in, EXPLAINED, with_fonts)
        frozen = json.dumps(first.snapshot, sort_keys=True)
        make_case(session, lived_in, "后来的案例", story="后来的故事")
        second, _job = ask(session, lived_in, EXPLAINED, with_fonts)
    session.refresh(first)
    assert json.dumps(first.snapshot, sort_keys=True) == frozen
    assert (first.number, second.number) == (1, 2)
    assert first.snapshot_sha256 != second.snapshot_sha256


def test_the_job_writes_three_forms_once(session, lived_in, app, context, with_fonts):
    with app.test_request_context():
        row, job = ask(session, lived_in, EXPLAINED, with_fonts)
    jobs.run_now(job.id, 1, worker="test")
    session.refresh(job)
    assert job.state == "done", job.error
    session.refresh(row)
    assert [file.form for file in row.files] == ["docx", "pdf", "xlsx"]
    storage = context.extensions["storage"]
    magic = [storage.path(file.asset.sha256).read_bytes()[:4] for file in row.files]
    assert magic == [b"PK\x03\x04", b"%PDF", b"PK\x03\x04"]


def test_the_page_demands_what_the_form_demands_and_keeps_what_was_typed(client, lived_in, session):
    lived_in.login(client, "lead")
    address = f"/p/{lived_in.programme.key}/reports/new"
    page = client.post(address, data={"part-summary": "我写的总体情况", "reason-clips": "拍摄推迟"})
    assert page.status_code == 422
    words = page.get_data(as_text=True)
    assert "请填写偏差原因和改进措施" in words
    assert "我写的总体情况" in words
    assert "拍摄推迟" in words
    assert session.query(Report).count() == 0
