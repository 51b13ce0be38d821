"""The coverage of an event: proposed by its cases and day, chosen or set aside by the planner (A7, A10)."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from docx import Document

from campaign.access import Actor
from campaign.attendance import queries
from campaign.attendance.piece_services import decide_piece
from campaign.errors import Refused
from campaign.formatting import local
from campaign.lectures.models import LectureCase
from campaign.placements.models import Placement
from tests.factories import make_case, make_outlet


@pytest.fixture
def planner(client, world):
    return world.login(client, "planner")


@pytest.fixture
def here(event):
    return f"/p/guangdong-2024/lectures/{event.id}/day"


@pytest.fixture
def pieces(session, world, event):
    """One about a case of the line-up, one that names no case, one about a case but too late."""
    case = make_case(session, world, "示例案例")
    outlet = make_outlet()
    event.line_up = [LectureCase(position=0, case_id=case.id)]
    day = local(event.starts_at).date()
    rows = [
        Placement(
            programme_id=world.programme.id,
            owner_id=world.province.id,
            outlet=outlet,
            title=title,
            published_on=day + timedelta(days=days),
            kind="report",
            channel="web",
            cases=cases,
        )
        for title, days, cases in (("甲篇", 2, [case]), ("乙篇", 1, []), ("丙篇", 40, [case]))
    ]
    session.add_all([outlet, *rows])
    session.commit()
    return rows


def titles(session, event, world) -> list[str]:
    actor = Actor.of(world.users["planner"])
    return [piece.title for piece in queries.coverage_of(session, event, actor)]


def test_a_piece_about_a_told_case_is_proposed_and_any_other_can_be_chosen(session, event, world, pieces):
    assert titles(session, event, world) == ["甲篇"]
    decide_piece(session, event, pieces[1], belongs=True)
    decide_piece(session, event, pieces[2], belongs=True)
    assert titles(session, event, world) == ["乙篇", "甲篇", "丙篇"]
    decide_piece(session, event, pieces[0], belongs=False)
    decide_piece(session, event, pieces[2], belongs=False)
    assert titles(session, event, world) == ["乙篇"]
    assert queries.decisions_of(session, event) == {piece.id: piece.title == "乙篇" for piece in pieces}


def test_a_piece_of_another_programme_cannot_be_chosen(session, event, pieces):
    pieces[0].programme_id += 1
    with pytest.raises(Refused), session.no_autoflush:
        decide_piece(session, event, pieces[0], belongs=True)


def test_the_planner_chooses_on_the_page_and_returns_to_the_same_list(planner, session, event, here, pieces):
    page = planner.get(f"{here}/coverage?q=乙").get_data(as_text=True)
    assert ("乙篇" in page, "甲篇" in page) == (True, False)
    answer = planner.post(f"{here}/coverage/{pieces[1].id}?q=乙", data={"act": "add"})
    assert (answer.status_code, answer.location) == (303, f"{here}/coverage?q=%E4%B9%99")
    planner.post(f"{here}/coverage/{pieces[0].id}", data={"act": "aside"})
    assert queries.decisions_of(session, event) == {pieces[1].id: True, pieces[0].id: False}
    for standing, wanted in {
        "of_event": [False, True, False],
        "chosen": [False, True, False],
        "proposed": [False, False, False],
        "aside": [True, False, False],
    }.items():
        page = planner.get(f"{here}/coverage?standing={standing}").get_data(as_text=True)
        assert [f">{piece.title}</a>" in page for piece in pieces] == wanted
    day = planner.get(here).get_data(as_text=True)
    assert [f">{piece.title}</a>" in day for piece in pieces] == [False, True, False]
    page = planner.get(f"/p/guangdong-2024/placements/{pieces[1].id}").get_data(as_text=True)
    assert f"{here}#coverage" in page


def test_the_summary_names_the_chosen_pieces_and_the_recording(planner, session, event, here, pieces):
    event.online_address = "https://live.example/1"
    session.commit()
    planner.post(f"{here}/coverage/{pieces[1].id}", data={"act": "add"})
    typed = {"summary": "活动圆满。", "replay_address": "live.example/2"}
    assert planner.post(f"{here}/summary", data=typed).status_code == 422
    typed["replay_address"] = "https://live.example/2"
    assert planner.post(f"{here}/summary", data=typed).status_code == 303
    with planner.get(f"{here}/summary.docx") as served:
        document = Document(io.BytesIO(served.data))
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert rows[2:] == [["直播地址", "https://live.example/1"], ["回放地址", "https://live.example/2"]]
    figures = [cell.text for row in document.tables[1].rows for cell in row.cells]
    assert figures[figures.index("宣传报道") + 1] == "2篇"
    told = next(text for text in (p.text for p in document.paragraphs) if text.startswith("宣传报道："))
    assert [name in told for name in ("甲篇", "乙篇", "丙篇")] == [True, True, False]
    assert "https://live.example/2" in planner.get(here).get_data(as_text=True)
