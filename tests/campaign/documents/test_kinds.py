"""Reports of every kind from live rows, counted again by another path; templates; the pages (A17, C)."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from campaign import reporting
from campaign.access import Actor
from campaign.budget.models import BudgetLine, Expense
from campaign.documents import templates
from campaign.documents.compose import Heading, compose
from campaign.documents.facts import gather, month_of
from campaign.documents.fields import FIELDS, values
from campaign.documents.models import Report, ReportFile, ReportTemplate
from campaign.documents.parts import PARTS
from campaign.documents.queries import counted
from campaign.documents.services import Draft, make_report, opened
from campaign.documents.words import Judged, Words
from campaign.errors import Refused
from campaign.placements.models import Placement
from campaign.programmes.profiles import load
from campaign.storage import Stored, asset_for
from tests.factories import make_case, make_outlet

PROFILE = load("guangdong-2024")
NOW = datetime(2024, 11, 20, 3, 0, tzinfo=UTC)
HOME = "/p/guangdong-2024/reports/"


@pytest.fixture
def lived_in(session, world):
    """Pieces and payments from August to October; one payment waits, one was sent back."""
    ours = {"programme_id": world.programme.id, "owner_id": world.province.id}
    proof = asset_for(session, Stored("c" * 64, 1), "image/png")
    for number in range(4):
        make_case(session, world, f"案例{number}", story="故事" if number < 3 else "")
    outlet = make_outlet("示例省报")
    session.add(outlet)
    session.flush()
    for month, day in ((8, 31), (9, 1), (9, 30), (10, 1)):
        piece = Placement(
            **ours,
            outlet_id=outlet.id,
            title=f"{month}月{day}日的报道",
            published_on=date(2024, month, day),
            kind="report",
            evidence_id=proof.id,
        )
        session.add(piece)
    line = session.query(BudgetLine).filter_by(programme_id=world.programme.id).first()
    line.amount_fen = 500_000
    people = world.users["lead"].id, world.users["administrator"].id
    for day, amount, state in (
        (date(2024, 8, 31), 111_101, "approved"),
        (date(2024, 9, 1), 222_202, "approved"),
        (date(2024, 9, 30), -22_202, "approved"),
        (date(2024, 9, 15), 55_555, "pending"),
        (date(2024, 9, 16), 77_777, "refused"),
        (date(2024, 10, 1), 333_303, "approved"),
    ):
        decided = state != "pending"
        expense = Expense(
            **ours,
            line_id=line.id,
            amount_fen=amount,
            spent_on=day,
            payee="示例印务社",
            purpose="印制",
            voucher_id=proof.id,
            voucher_name="凭证.png",
            state=state,
            entered_by_id=people[0],
            decided_by_id=people[1] if decided else None,
            decided_at=NOW if decided else None,
            reason="抬头有误" if state == "refused" else "",
        )
        session.add(expense)
    session.commit()
    return world


def facts_of(session, world, month=""):
    actor = Actor.of(world.users["lead"])
    return gather(session, world.programme, PROFILE, actor, NOW, month)


def report_of(session, world, kind, month="", words=None):
    facts = facts_of(session, world, month)
    report = compose(facts, words or Words(), Heading(kind, "abc", 1, "示例负责人"), {})
    reporting.check_report(report)
    return report


def test_a_monthly_report_counts_the_month_and_all_before_it(session, lived_in, app):
    """A17: counted again with plain SQL over the tables."""
    with app.test_request_context():
        report = report_of(session, lived_in, "monthly", "2024-09")

    def count(sql):
        return session.execute(text(sql), {"p": lived_in.programme.id}).scalar_one()

    before = "select count(*) from placement where programme_id=:p and published_on <= '2024-09-30'"
    within = before + " and published_on >= '2024-09-01'"
    line = next(line for line in report.targets if line.key == "media_reports")
    month = next(line for line in report.months if line.target_key == "media_reports")
    assert (line.actual, month.count) == (count(before), count(within)) == (3, 2)
    annex = next(annex for annex in report.annexes if annex.key == "placements")
    assert [annex.rows[number - 1][0] for number in month.annex_rows] == ["9月1日的报道", "9月30日的报道"]
    money = "select sum(amount_fen) from expense where programme_id=:p and state='approved' and spent_on <= "
    assert report.funds.executed_fen == count(money + "'2024-09-30'") == 311_101
    first = report.money[0]
    assert (first.month_fen, first.pending_fen) == (200_000, 55_555)
    assert report.as_of == datetime(2024, 9, 30, 15, 59, 59, tzinfo=UTC)


def test_the_months_of_an_execution_report_are_those_of_the_rows(session, lived_in, app):
    with app.test_request_context():
        report = report_of(session, lived_in, "execution")
    by_month = {line.month: line.count for line in report.months if line.target_key == "media_reports"}
    assert by_month == {"2024-07": 0, "2024-08": 1, "2024-09": 2, "2024-10": 1, "2024-11": 0}
    assert report.funds.executed_fen == 111_101 + 222_202 - 22_202 + 333_303
    assert [point.executed_fen for point in report.spending] == [0, 111_101, 311_101, 644_404, 644_404]


def test_every_annex_row_is_the_row_of_the_programme_it_says(session, lived_in, app):
    """Every number can be followed: annex row, then the live row."""
    with app.test_request_context():
        report = report_of(session, lived_in, "acceptance")
    annexes = {annex.key: annex for annex in report.annexes}
    for key, table, column, cell in (
        ("placements", "placement", "title", 0),
        ("stories", "case_record", "title", 0),
        ("expenses", "expense", "amount_fen", 5),
    ):
        annex = annexes[key]
        assert annex.rows
        for row_id, row in zip(annex.row_ids, annex.rows, strict=True):
            name, _, number = row_id.partition(":")
            statement = text(f"select {column} from {table} where id=:i")  # noqa: S608 - names of this test
            live = session.execute(statement, {"i": int(number)}).scalar_one()
            assert (name, str(live)) == (table, row[cell])


def test_the_acceptance_report_judges_what_rows_prove_and_leaves_the_rest_to_a_person(session, lived_in, app):
    """A17: each deliverable with required, delivered, proof and verdict."""
    words = Words(judged={"work_rules": Judged("印发细则1份", "粤科协〔2024〕1号", "accepted")})
    with app.test_request_context():
        report = report_of(session, lived_in, "acceptance", words=words)
    lines = {line.key: line for line in report.deliverables}
    assert len(lines) == len(PROFILE.targets) + len(PROFILE.duties)
    assert (lines["clips"].verdict, lines["clips"].delivered) == ("short", "0条")
    assert (lines["work_rules"].verdict, lines["work_rules"].proof) == ("accepted", "粤科协〔2024〕1号")
    assert lines["hall_column"].verdict == "to_check"
    ledger = lines["own_ledger"]
    assert (ledger.verdict, "4笔共6,444.04元" in ledger.delivered) == ("to_check", True)


def test_the_rules_are_frozen_in_words_and_as_data(session, lived_in, app):
    with app.test_request_context():
        report = report_of(session, lived_in, "summary")
    rules = {rule.key: rule for rule in report.rules}
    assert json.loads(rules["media_reports"].data)["required"] == 5
    assert "省级" in rules["media_reports"].text
    assert json.loads(rules["clips"].data)["clip"]["duration_s"] == 120
    assert json.loads(rules["profile"].data)["budget"]["total_fen"] == 20_000_000


@pytest.mark.parametrize("month", ["2024-13", "九月", "", "2024-06", "2025-01", "2024-12"])
def test_a_wrong_month_is_refused(world, month):
    with pytest.raises(Refused):
        month_of(month, world.programme, date(2024, 11, 20))


def test_a_month_that_has_not_begun_is_refused(world):
    assert month_of("2024-9", world.programme, date(2024, 9, 1)) == "2024-09"
    with pytest.raises(Refused, match="not begun"):
        month_of("2024-11", world.programme, date(2024, 10, 31))


def test_a_month_reported_twice_counts_once(session, world):
    """A17: five months, five reports."""
    asset = asset_for(session, Stored("d" * 64, 1), "application/pdf")
    session.flush()
    for number, month in enumerate(("2024-08", "2024-09", "2024-09"), start=1):
        row = Report(
            programme_id=world.programme.id,
            owner_id=world.province.id,
            kind="monthly",
            month=month,
            number=number,
            as_of=NOW,
            snapshot={},
            snapshot_sha256="x" * 64,
        )
        row.files = [ReportFile(form="pdf", asset_id=asset.id)]
        session.add(row)
    session.commit()
    found = counted(session, world.programme, "reports.monthly", Actor.of(world.users["lead"]))
    assert [row.number for row in found] == [1, 3]


def test_every_field_of_the_page_is_a_field_of_the_templates(session, lived_in, app):
    with app.test_request_context():
        filled = values(facts_of(session, lived_in, "2024-09"))
    assert set(filled) == {group.name for group in FIELDS}
    for group in FIELDS:
        value = filled[group.name]
        rows = value if group.repeats else [value] if group.members else []
        for row in rows:
            if group.members:
                assert set(row) == {name for name, _why in group.members}


@pytest.mark.parametrize("kind", PARTS)
def test_the_words_of_the_house_fill_every_part_of_every_report(session, lived_in, app, kind):
    month = "2024-09" if kind == "monthly" else ""
    actor = Actor.of(lived_in.users["lead"])
    with app.test_request_context():
        facts = facts_of(session, lived_in, month)
        storage = app.extensions["storage"]
        texts, problem = templates.first_words(session, storage, lived_in.programme, kind, facts, actor)
    assert problem is None
    assert {key for key, lines in texts.items() if not lines} == set()
    assert not re.search(r"\{\{|\{%|None|True", "".join(line for lines in texts.values() for line in lines))


def word_file(*texts, kind="monthly"):
    parts = {part.key: texts for part in PARTS[kind][:1]}
    return reporting.template_docx(PARTS[kind], parts, ())


def send(client, content, kind="summary"):
    data = {"template": (io.BytesIO(content), "我们的模板.docx")}
    return client.post(f"{HOME}templates/{kind}", data=data, content_type="multipart/form-data")


def test_a_template_is_put_in_used_and_taken_back(client, lived_in, session):
    """A17: kept per programme, every version, and none lost."""
    lived_in.login(client, "lead")
    assert send(client, word_file("我们写的：{{ 案例.总数 }}个。", kind="summary")).status_code == 302
    assert "我们写的：4个。" in client.get(f"{HOME}new/summary").get_data(as_text=True)
    wrong = send(client, word_file("好", "{{ 案例.份数 }}", kind="summary"))
    page = wrong.get_data(as_text=True)
    assert (wrong.status_code, "第3段" in page, "份数" in page) == (422, True, True)
    assert "我们写的：4个。" in client.get(f"{HOME}new/summary").get_data(as_text=True)
    client.post(f"{HOME}templates/summary/back", data={"number": "0"})
    assert "我们写的" not in client.get(f"{HOME}new/summary").get_data(as_text=True)
    client.post(f"{HOME}templates/summary/back", data={"number": "1"})
    assert "我们写的：4个。" in client.get(f"{HOME}new/summary").get_data(as_text=True)
    rows = session.query(ReportTemplate).order_by(ReportTemplate.number).all()
    assert [(row.number, row.asset_id is not None, row.note) for row in rows] == [
        (1, True, ""),
        (2, False, "0"),
        (3, True, "1"),
    ]
    with client.get(f"{HOME}templates/summary/1.docx") as answer:
        assert answer.data[:2] == b"PK"
    assert client.get(f"{HOME}templates/summary/9.docx").status_code == 404
    assert client.get(f"{HOME}templates/weekly").status_code == 404


def freeze(session, world, settings, kind="summary"):
    facts = facts_of(session, world)
    draft = Draft(kind, Words(parts={"overview": "手写的一段。"}), {}, "示例负责人")
    row = make_report(session, facts, draft, Actor.of(world.users["lead"]), settings=settings)
    session.commit()
    return row


def test_two_reports_are_compared_on_a_page_and_as_a_workbook(client, lived_in, session, app, with_fonts):
    with app.test_request_context():
        first = freeze(session, lived_in, with_fonts)
        make_case(session, lived_in, "后来的案例", story="后来的故事")
        second = freeze(session, lived_in, with_fonts)
        ids = first.id, second.id
    lived_in.login(client, "observer")
    page = client.get(f"{HOME}{ids[1]}/changes").get_data(as_text=True)
    assert ("后来的案例" in page, "+1" in page) == (True, True)
    book = client.get(f"{HOME}{ids[1]}/changes?with={ids[0]}&format=xlsx")
    assert (book.status_code, book.data[:2]) == (200, b"PK")
    shown = client.get(f"{HOME}{ids[1]}").get_data(as_text=True)
    assert ("手写的一段。" in shown, 'href="#annex-stories"' in shown) == (True, True)


def test_a_part_that_still_has_to_be_written_is_named(session, lived_in, app, with_fonts):
    """A17: no report goes to the centre with a blank in it."""
    facts = facts_of(session, lived_in)
    draft = Draft("execution", Words(parts={"problems": "原因：（请填写）"}), {}, "示例负责人")
    with app.test_request_context(), pytest.raises(Refused, match="存在的问题与改进措施"):
        make_report(session, facts, draft, Actor.of(lived_in.users["lead"]), settings=with_fonts)


def test_a_snapshot_that_was_tampered_with_is_refused(session, lived_in, app, with_fonts):
    with app.test_request_context():
        row = freeze(session, lived_in, with_fonts)
        row.snapshot = {**row.snapshot, "report": {**row.snapshot["report"], "province": "别处"}}
        with pytest.raises(Refused, match="check sum"):
            opened(row)


def test_a_character_no_font_has_is_refused_with_its_place_before_anything_is_frozen(
    session, lived_in, app, with_fonts
):
    facts = facts_of(session, lived_in)
    draft = Draft("summary", Words(parts={"practice": "写上一个字：\U00013000"}), {}, "示例负责人")
    with app.test_request_context(), pytest.raises(Refused, match=r"主要做法.*U\+13000"):
        make_report(session, facts, draft, Actor.of(lived_in.users["lead"]), settings=with_fonts)
    assert session.query(Report).count() == 0


def test_the_form_keeps_weights_and_scores_that_make_no_hundred(client, lived_in, with_fonts, session):
    """C: weights editable to 100."""
    lived_in.login(client, "lead")
    stated = {}
    for indicator in PROFILE.self_assessment.indicators:
        stated |= {f"reason-{indicator.key}": "尚在执行期", f"remedy-{indicator.key}": "按月督办"}
    page = client.post(f"{HOME}new", data=stated | {"weight-clips": "7"})
    words = page.get_data(as_text=True)
    assert (page.status_code, "合计101分" in words, 'value="7"' in words) == (422, True, True)
    odd = client.post(f"{HOME}new", data=stated | {"weight-clips": "七"})
    assert (odd.status_code, "七" in odd.get_data(as_text=True)) == (422, True)
    good = client.post(f"{HOME}new", data=stated | {"weight-clips": "7", "weight-stories": "5"})
    assert good.status_code == 302
    report = opened(session.query(Report).one())
    assert {i.key: str(i.weight) for i in report.indicators if i.key in ("clips", "stories")} == {
        "clips": "7",
        "stories": "5",
    }
