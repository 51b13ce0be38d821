"""Figures whose numbers open exactly their rows, the plan, and the book (issue 5, see and share)."""

import csv
import io
import re
from datetime import date

import pytest
from PIL import Image
from pypdfium2 import PdfDocument
from sqlalchemy import event, select
from werkzeug.datastructures import FileStorage

from campaign.evidence import accept
from campaign.formatting import SHANGHAI
from campaign.jobs import Job, run_now
from campaign.outlets.models import Outlet, OutletContact
from campaign.placements import services
from campaign.placements.models import CoverageBook, Placement, PlannedPiece
from campaign.placements.services import PlacementValues
from tests.factories import make_case, make_outlet

HOME = "/p/guangdong-2024/placements/"


def picture(name="截图.png", colour="#336699"):
    content = io.BytesIO()
    Image.new("RGB", (320, 200), colour).save(content, "PNG")
    content.seek(0)
    return FileStorage(content, filename=name)


@pytest.fixture
def coverage(session, world, app):
    """Five pieces of two outlets in three months; two cases, one of them unwritten."""
    session.add_all([make_outlet("示例省报", "provincial"), make_outlet("示例市报", "municipal")])
    told = make_case(session, world, "高效换热器", region="广州市")
    make_case(session, world, "没人写过的案例", region="深圳市")
    rows = [
        ("示例省报", "2024-07-10", "report", True),
        ("示例省报", "2024-08-10", "report", True),
        ("示例省报", "2024-08-10", "report", False),
        ("示例市报", "2024-09-01", "report", True),
        ("示例市报", "2024-12-31", "report", True),
    ]
    for number, (outlet, day, kind, proven) in enumerate(rows):
        values = PlacementValues(
            outlet=outlet,
            level="",
            title=f"第{number}篇完全不同的报道题目{'甲乙丙丁戊'[number] * 6}",
            address=f"https://a{number}.example.cn/{number}",
            published_on=date.fromisoformat(day),
            kind=kind,
            note="",
            cases=(told,) if number < 2 else (),
        )
        proof = accept(app.extensions["storage"], picture(colour=f"#33669{number}")) if proven else None
        services.log_placement(session, world.programme, values, proof, owner_id=world.province.id)
    return told


@pytest.fixture
def lead(client, world, coverage):
    return world.login(client, "lead")


def listed(client, address):
    return len(
        re.findall(r'class="row-title"', client.get(address.replace("&amp;", "&")).get_data(as_text=True))
    )


def test_every_number_of_the_analysis_opens_exactly_its_rows(lead):
    page = lead.get(HOME + "analysis").get_data(as_text=True)
    doors = re.findall(r'<a class="count" href="([^"]+)"><span class="figure">(\d+)</span>', page)
    assert len(doors) >= 12
    assert [(door, listed(lead, door)) for door, _n in doors] == [(door, int(n)) for door, n in doors]


def test_days_of_the_calendar_open_their_rows(lead):
    page = lead.get(HOME + "analysis?month=2024-08").get_data(as_text=True)
    (door,) = re.findall(r'class="day-count" href="([^"]+)"', page)
    assert listed(lead, door) == 2


def test_cases_nobody_wrote_about_and_outlets_that_are_silent_are_named(lead, session, world):
    silent = make_outlet("示例沉默周刊", "provincial")
    session.add(silent)
    session.flush()
    session.add(
        OutletContact(
            programme_id=world.programme.id,
            owner_id=world.province.id,
            outlet_id=silent.id,
            contacted_on=date(2024, 8, 1),
            who="测试员",
            person="",
            answer="promised",
            note="",
        )
    )
    session.commit()
    page = lead.get(HOME + "analysis").get_data(as_text=True)
    assert ("没人写过的案例" in page, "示例沉默周刊" in page) == (True, True)


@pytest.mark.parametrize(("form", "start"), [("svg", b"<?xml"), ("png", b"\x89PNG")])
def test_charts_are_drawn_in_both_forms(lead, form, start):
    answer = lead.get(f"{HOME}analysis/level.{form}")
    assert (answer.status_code, answer.data.startswith(start)) == (200, True)
    assert lead.get(f"{HOME}analysis/nothing.{form}").status_code == 404


def test_the_pages_cost_the_same_number_of_queries_for_more_rows(lead, session, world):
    asked = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *args: asked.append(args[2]))

    def cost(path):
        asked.clear()
        assert lead.get(HOME + path).status_code == 200
        return len(asked)

    def add(numbers):
        for number in numbers:
            title, address = f"又一篇{number}独有的{number}题目", f"https://b.example.cn/{number}"
            values = PlacementValues("示例省报", "", title, address, date(2024, 9, 9), "report", "", ())
            services.log_placement(session, world.programme, values, None, owner_id=world.province.id)

    # A few first: groups of copies are read with queries of their own, once there are any.
    add(range(10, 16))
    before = [cost(path) for path in ("", "analysis", "plan", "?format=csv")]
    add(range(16, 36))
    assert [cost(path) for path in ("", "analysis", "plan", "?format=csv")] == before


class TestSheets:
    def test_a_csv_opens_in_excel_and_holds_no_formula(self, lead, session):
        piece = session.scalars(select(Placement)).unique().first()
        piece.title = "=cmd|'/C calc'!A0"
        session.commit()
        answer = lead.get(HOME + "?format=csv")
        assert answer.data.startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
        assert (len(rows), rows[0][0]) == (6, "标题")
        logged = session.scalars(select(Placement.created_at)).all()
        said = {row[rows[0].index("登记时间")] for row in rows[1:]}
        assert said == {f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" for at in logged}
        assert sum(row[0] == "'=cmd|'/C calc'!A0" for row in rows) == 1
        assert [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@")] == []

    def test_a_workbook_has_chinese_headings_links_and_checksums(self, lead):
        from campaign.tables import read_workbook

        grid = read_workbook(lead.get(HOME + "?format=xlsx").data, "a.xlsx")[0]
        assert grid.row(1)[:5] == ("标题", "媒体", "级别", "类型", "发布日期")
        assert grid.height == 6


class TestPlan:
    def plan(self, lead, **changes):
        base = {
            "outlet": "示例省报",
            "case": "0",
            "kind": "report",
            "title": "",
            "who": "0",
            "due_on": "2024-08-15",
        }
        return lead.post(HOME + "plan/new", data=base | {"note": ""} | changes)

    def test_a_logged_piece_is_proposed_and_fulfils_the_plan(self, lead, session, coverage):
        assert self.plan(lead, case=str(coverage.id)).status_code == 302
        row = session.scalars(select(PlannedPiece)).one()
        page = lead.get(HOME + "plan").get_data(as_text=True)
        proposed = int(re.search(r'name="placement_id" value="(\d+)"', page)[1])
        piece = session.get(Placement, proposed)
        assert (piece.outlet.name, piece.published_on) == ("示例省报", date(2024, 8, 10))
        lead.post(f"{HOME}plan/{row.id}/fulfil", data={"placement_id": proposed})
        session.expire_all()
        assert session.get(PlannedPiece, row.id).placement_id == proposed
        assert 'name="placement_id"' not in lead.get(HOME + "plan").get_data(as_text=True)

    def test_an_outlet_without_a_piece_has_no_proposal(self, lead):
        self.plan(lead, outlet="从未写过的报")
        assert 'name="placement_id"' not in lead.get(HOME + "plan").get_data(as_text=True)

    def test_a_plan_for_an_outlet_that_was_unknown_then_is_fulfilled_once_a_piece_names_it(
        self, lead, session, world
    ):
        """A10: the plan was there first."""
        self.plan(lead, outlet="后来的报")
        values = PlacementValues("后来的报", "county", "后来的报道", "", date(2024, 8, 12), "report", "", ())
        piece = services.log_placement(session, world.programme, values, None, owner_id=world.province.id)
        page = lead.get(HOME + "plan").get_data(as_text=True)
        assert f'name="placement_id" value="{piece.id}"' in page

    def test_a_refused_plan_keeps_what_was_typed(self, lead):
        answer = self.plan(lead, due_on="", title="工作题目")
        assert (answer.status_code, 'value="工作题目"' in answer.get_data(as_text=True)) == (422, True)

    def test_a_piece_of_another_province_fulfils_nothing(self, lead, session, world, app):
        self.plan(lead)
        row = session.scalars(select(PlannedPiece)).one()
        assert lead.post(f"{HOME}plan/{row.id}/fulfil", data={"placement_id": 9999}).status_code == 404
        foreign = world.login(app.test_client(), "foreign")
        assert foreign.post(f"/p/hubei-2024/placements/plan/{row.id}/drop").status_code == 404


class TestBook:
    def make(self, lead, session, kind="book", query=""):
        answer = lead.post(f"{HOME}books{query}", data={"title": "示例报道册", "kind": kind})
        assert answer.status_code == 302
        job = session.scalars(
            select(Job).where(Job.kind == "coverage_book").order_by(Job.created_at.desc())
        ).first()
        run_now(job.id, job.attempt, worker="test")
        session.expire_all()
        assert (session.get(Job, job.id).state, session.get(Job, job.id).error) == ("done", None)
        return session.scalars(select(CoverageBook).order_by(CoverageBook.id.desc())).first()

    @pytest.mark.parametrize("kind", ["book", "contact_sheet"])
    def test_a_book_is_made_in_the_background_and_opened(self, lead, session, kind):
        book = self.make(lead, session, kind)
        with lead.get(f"{HOME}books/{book.id}.pdf") as answer, PdfDocument(answer.data) as document:
            pages = [document[n].get_textpage().get_text_bounded() for n in range(len(document))]
        text = "".join("".join(page.split()) for page in pages)
        assert (book.pieces, book.pages) == (5, len(pages))
        assert [f"第{number}篇完全不同" in text for number in range(5)] == [True] * 5
        # In the words of the field, though no page of a user is behind it.
        assert "省级媒体报道" in text or kind == "contact_sheet"

    def test_an_entry_says_on_what_the_level_rests_and_of_how_many_placements_the_report_is(
        self, lead, session, world
    ):
        """A11, B2: whoever checks a figure finds in the book where its level was looked up."""
        outlet = session.scalars(select(Outlet).where(Outlet.name == "示例省报")).one()
        outlet.level_basis = "省新闻出版局名录第十二号"
        first = session.scalars(select(Placement).order_by(Placement.id)).unique().first()
        day = date(2024, 7, 12)
        values = PlacementValues("示例市报", "", first.title, "https://c.example/9", day, "repost", "", ())
        services.log_placement(session, world.programme, values, None, owner_id=world.province.id)
        book = self.make(lead, session)
        with lead.get(f"{HOME}books/{book.id}.pdf") as answer, PdfDocument(answer.data) as document:
            pages = [document[n].get_textpage().get_text_bounded() for n in range(len(document))]
        text = "".join("".join(page.split()) for page in pages)
        assert (text.count("省新闻出版局名录第十二号"), text.count("同一报道共2次刊发")) == (3, 2)
        rows = list(csv.DictReader(io.StringIO(lead.get(HOME + "?format=csv").data.decode("utf-8-sig"))))
        assert [row["级别依据"] for row in rows].count("省新闻出版局名录第十二号") == 3

    def test_the_filters_of_the_list_choose_the_pieces(self, lead, session):
        assert self.make(lead, session, query="?level=municipal").pieces == 2

    def test_an_empty_choice_is_refused(self, lead, session):
        answer = lead.post(f"{HOME}books?q=没有这样的题目", data={"title": "空", "kind": "book"})
        assert (answer.status_code, session.scalars(select(CoverageBook)).all()) == (422, [])
