"""Every number of every report, counted again by another path and followed to its rows (A17, C).

`recount.py` reads the tables with plain SQL. Here each table of each report is written anew from it and has
to be the report's, cell by cell; each paragraph with a digit has to be one that is known here. A figure that
is new in a report fails the test until it is counted here as well.
"""

import re
import tomllib
from datetime import date
from pathlib import Path

import jinja2
import pytest
from sqlalchemy import text

from campaign import reporting
from campaign.access import Actor
from campaign.budget.models import BudgetLine, Expense
from campaign.documents import fields, templates
from campaign.documents.compose import Heading, compose
from campaign.documents.facts import gather
from campaign.documents.parts import PARTS
from campaign.documents.words import Words
from campaign.films.models import Clip
from campaign.fonts import ensure_fonts
from campaign.placements.models import Placement, PlacementGroup
from campaign.programmes.profiles import load
from campaign.storage import Stored, asset_for
from reports.blocks import Heading as Title
from reports.blocks import Paragraph, Table
from reports.data import ProjectReport
from reports.documents import report_document
from tests.campaign.documents.recount import Recount, number, share, yuan
from tests.campaign.documents.retabled import ANNEX_OF, CELLS, TABLES, WORDS
from tests.campaign.documents.retold import NOW, STATED, grade, scores, spoken, total, values
from tests.campaign.targets.test_doors import filled  # noqa: F401 - a fixture
from tests.factories import make_case, make_enterprise, make_outlet

PROFILE = load("guangdong-2024")
TEXTS = tomllib.loads(Path("campaign/documents/texts.toml").read_text("utf-8"))
KINDS = {"monthly": "2024-09", "execution": "", "summary": "", "performance": "", "acceptance": ""}
COUNTS = {"cases_by_type", "cases_by_city", "cases_by_enterprise", "clips_by_state"}
CHARTS = COUNTS | {"coverage", "spending"}


pytestmark = pytest.mark.slow


@pytest.fixture
def furnished(session, filled, app):  # noqa: F811 - the fixture of the same name
    """Rows of every kind, in several months, beside rows of each kind that count for nothing."""
    world = filled
    ours = {"programme_id": world.programme.id, "owner_id": world.province.id}
    proof = asset_for(session, Stored("e" * 64, 1), "image/png")
    firms = [make_enterprise(session, world, f"示例{kind}公司", kind=kind) for kind in ("private", "central")]
    kinds = ("organizational", "technological", "process")
    for count in range(7):
        state = "withdrawn" if count == 6 else "selected" if count % 2 else "nominated"
        make_case(
            session,
            world,
            f"再一个案例{count}",
            enterprise=firms[count % 2],
            kind=kinds[count % 3],
            region=("广州市", "深圳市", "外省某市")[count % 3],
            state=state,
            story="故事" * count,
        )
    for place, state in enumerate(("draft", "draft", "failed", "rendering")):
        session.add(Clip(**ours, title=f"未成片{place}", state=state, fingerprint=f"{place}" * 64))
    group = PlacementGroup(**ours)
    paper, radio = make_outlet("示例日报", "provincial"), make_outlet("示例电台", "industry")
    session.add_all([group, paper, radio])
    session.flush()
    pieces = (
        (8, 31, paper, None),
        (9, 30, paper, proof),
        (10, 1, radio, proof),
        (6, 30, paper, proof),
        (9, 2, paper, proof),
        (9, 3, radio, proof),
    )
    for place, (month, day, outlet, evidence) in enumerate(pieces):
        session.add(
            Placement(
                **ours,
                outlet_id=outlet.id,
                title=f"第{place}篇",
                published_on=date(2024, month, day),
                kind="report",
                evidence_id=evidence.id if evidence else None,
                group_id=group.id if place >= 4 else None,
            )
        )
    lines = session.query(BudgetLine).filter_by(programme_id=world.programme.id).order_by(BudgetLine.id)
    first, second = lines[:2]
    first.amount_fen, second.amount_fen = 500_000, 200_000
    people = world.users["lead"].id, world.users["administrator"].id
    for place, (line, month, day, fen, state) in enumerate(
        (
            (first, 8, 31, 111_101, "approved"),
            (first, 9, 1, 222_202, "approved"),
            (second, 9, 30, -22_202, "approved"),
            (first, 9, 15, 55_555, "pending"),
            (second, 9, 16, 77_777, "refused"),
            (second, 10, 1, 333_303, "approved"),
            (first, 6, 30, 1_001, "approved"),
        )
    ):
        decided = people[1] if state != "pending" else None
        session.add(
            Expense(
                **ours,
                line_id=line.id,
                amount_fen=fen,
                spent_on=date(2024, month, day),
                payee="示例印务社",
                purpose="印制",
                voucher_id=proof.id,
                voucher_name="凭证.png",
                voucher_number=f"2024-{place}",
                state=state,
                entered_by_id=people[0],
                decided_by_id=decided,
                decided_at=NOW if decided else None,
                reason="抬头有误" if state == "refused" else "",
            )
        )
    session.commit()
    # Rows come in over the months, the first half before October.
    for table, month in (("case_record", 8), ("exhibit", 9), ("lecture_event", 10), ("asset", 9)):
        session.execute(
            text(
                f"update {table} set created_at = case when id % 2 = 0 then '2024-{month:02d}-12 04:00:00' "  # noqa: S608 - words of this test
                "else '2024-10-12 04:00:00' end"
            )
        )
    session.execute(text("update report set as_of = '2024-11-10 04:00:00'"))
    session.commit()
    session.expire_all()
    ensure_fonts(app.config["SETTINGS"].data_dir)
    return world


def made(session, world, app, kind):
    """A report of this kind in the words it begins with, its document, and the recount of its programme."""
    month = KINDS[kind]
    actor = Actor.of(world.users["lead"])
    with app.test_request_context():
        facts = gather(session, world.programme, PROFILE, actor, NOW, month)
        storage = app.extensions["storage"]
        texts, problem = templates.first_words(session, storage, world.programme, kind, facts, actor)
        assert problem is None
        report = compose(facts, Words(stated=STATED), Heading(kind, "abc", 1, "示例负责人"), texts)
    reporting.check_report(report)
    document = report_document(report, ensure_fonts(app.config["SETTINGS"].data_dir), draw=False)
    return report, document, Recount(session, world.programme, PROFILE, NOW.date(), month)


def tables_of(document):
    return {
        b.place: [[c.text for c in row] for row in b.rows] for b in document.blocks if isinstance(b, Table)
    }


# Tables without a figure that was counted, and the one whose rows are checked by themselves below.
OTHERS = {"performance": {"项目支出绩效自评表"}, "acceptance": {"签署"}}


def test_every_table_of_a_report_is_that_of_the_rows(session, furnished, app):
    for kind in KINDS:
        report, document, count = made(session, furnished, app, kind)
        tables = tables_of(document)
        assert set(tables) == set(TABLES[kind]) | OTHERS.get(kind, set())
        for place, again in TABLES[kind].items():
            assert (kind, place, tables[place][1:]) == (kind, place, again(report, count))


def test_every_figure_in_the_words_of_a_report_is_that_of_the_rows(session, furnished, app):
    for kind in KINDS:
        _report, document, count = made(session, furnished, app, kind)
        told = values(session, count)
        parts = {
            part: [jinja2.Template(line).render(told).strip() for line in lines]
            for part, lines in TEXTS[kind].items()
        }
        own = spoken(kind, count)
        said = [b.text for b in document.blocks if isinstance(b, Paragraph) and re.search(r"\d", b.text)]
        known = [line for lines in parts.values() for line in lines] + own
        assert [one for one in said if one not in known] == []
        # The achievement stands in the form of the self-assessment, which is looked at below.
        parts.pop("achievement", None)
        due = [line for lines in parts.values() for line in lines] + own
        assert [one for one in due if re.search(r"\d", one) and one not in said] == []
        assert [b.text for b in document.blocks if isinstance(b, Title) and re.search(r"\d", b.text)] == []


def test_the_self_assessment_is_scored_from_the_rows(session, furnished, app):
    """C: 100 points; full when met, in proportion when not."""
    _report, document, count = made(session, furnished, app, "performance")
    rows = tables_of(document)["项目支出绩效自评表"]
    funds, whole = total(count)
    contract = yuan(count.contract)
    assert [
        "年度资金总额",
        contract,
        contract,
        yuan(count.spent),
        "10",
        share(count.spent, count.contract),
        number(funds),
    ] in rows
    assert rows[-1] == ["总分", "100", number(whole), f"评价等级：{grade(whole)}"]
    told = [row[-6:-1] for row in rows]
    for one, words, weight, points, _met in scores(count):
        line = [one.title, f"{one.target}{one.unit or ''}", words, number(weight), number(points)]
        assert told.count(line) == 1, one.title
    known = {one.title for one, *_rest in scores(count)} | {"年度资金总额", "总分", "三级指标", "来源"}
    texts = jinja2.Template(TEXTS["performance"]["achievement"][0]).render(values(session, count))
    goal = next(row for row in rows if texts in row)
    required = [f"{target.title}{target.required}{target.unit}" for target in PROFILE.targets]
    assert all(words in goal[0] for words in required)
    figured = [row for row in rows if row != goal and any(re.search(r"\d", cell) for cell in row)]
    assert [row for row in figured if not known & set(row) and furnished.programme.title not in row] == []


def test_every_chart_shows_the_rows(session, furnished, app):
    for kind in KINDS:
        report, _document, count = made(session, furnished, app, kind)
        assert {key: [(one.label, one.count) for one in getattr(report, key)] for key in COUNTS} == {
            "cases_by_type": count.by_type(),
            "cases_by_city": count.by_city(),
            "cases_by_enterprise": count.by_enterprise(),
            "clips_by_state": count.by_state(),
        }
        assert [(p.label, p.actual, p.pace) for p in report.coverage] == count.coverage()
        assert [(p.label, p.executed_fen, p.planned_fen) for p in report.spending] == count.spending()


def test_every_annex_has_the_counted_rows_and_no_others(session, furnished, app):
    for kind in KINDS:
        report, document, count = made(session, furnished, app, kind)
        wanted = {}
        for key in count.keys:
            wanted.setdefault(ANNEX_OF[key], set()).update(count.ids(key))
        lines = [line for line, *_rest in count.lines()]
        wanted["expenses"] = {
            row for line in lines for state in ("approved", "pending") for row in count.expenses(state, line)
        }
        assert {a.key: {int(name.partition(":")[2]) for name in a.row_ids} for a in report.annexes} == wanted
        heads = [block.text for block in document.annexes if isinstance(block, Title)]
        for annex, head in zip(report.annexes, heads, strict=False):
            assert head.startswith(f"{annex.number}　")
            assert f"共{len(wanted[annex.key])}条" in head


def test_every_cell_of_every_annex_is_that_of_its_row(session, furnished, app):
    """Followed to the end: the row of the annex is the row of the table it names."""
    report, _document, count = made(session, furnished, app, "acceptance")
    assert {annex.key for annex in report.annexes} == set(CELLS)
    for annex in report.annexes:
        assert annex.rows, annex.key
        for name, cells in zip(annex.row_ids, annex.rows, strict=True):
            (row,) = count.all(CELLS[annex.key], i=int(name.partition(":")[2]))
            words = [WORDS.get(str(cell), str(cell).removesuffix("/1")) for cell in row]
            assert [annex.key, *cells] == [annex.key, *words]


def test_no_field_of_a_report_is_unknown_here():
    """Whoever adds figures to a report adds them to these tests."""
    figures = {
        "targets",
        "funds",
        "indicators",
        "annexes",
        "money",
        "months",
        "deliverables",
        "risks",
    } | CHARTS
    words = {
        "snapshot_id",
        "programme",
        "year",
        "purchaser",
        "province",
        "period_start",
        "period_end",
        "project_lead",
        "prepared_by",
        "as_of",
        "summary",
        "yearly_goal",
        "yearly_achievement",
        "coverage_title",
        "kind",
        "number",
        "month",
        "made_at",
        "sections",
        "rules",
        "funds_parts",
    }
    assert set(ProjectReport.__dataclass_fields__) == figures | words


def test_fields_of_templates_are_counted_again(session, furnished, app):
    for month in ("", "2024-09", "2024-10"):
        actor = Actor.of(furnished.users["lead"])
        with app.test_request_context():
            facts = gather(session, furnished.programme, PROFILE, actor, NOW, month)
            told = fields.values(facts)
        assert told == values(session, Recount(session, furnished.programme, PROFILE, NOW.date(), month))
    assert set(PARTS) == set(KINDS)
