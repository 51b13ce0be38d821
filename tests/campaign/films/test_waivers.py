"""Findings that are let pass, and the letter about the others (P12 to P16)."""

from __future__ import annotations

from io import BytesIO

import pytest
from docx import Document
from sqlalchemy import select

from campaign.films import services
from campaign.films.models import Waiver
from tests.factories import make_case


@pytest.fixture
def lead(app, client, world):
    app.config["WTF_CSRF_ENABLED"] = False  # the token is asked for in test_upload_server.py
    world.login(client, "lead")
    return client


@pytest.fixture
def film(session, world, ready_film):
    def finding(rule, verdict, advice=""):
        span = {"start": "0", "end": "1", "start_s": 0.0, "end_s": 1.0}
        return {
            "rule": rule, "verdict": verdict, "measured": "1.2 s", "limit": "≤ 1 s",
            "ranges": [span], "advice": advice, "params": {},
        }  # fmt: skip

    case = make_case(session, world, "高效换热器攻关", region="广州市")
    services.assign(session, ready_film, case)
    ready_film.findings = [finding("focus", "warn"), finding("black", "fail"), finding("freeze", "pass")]
    session.commit()
    return ready_film


def waived(session):
    return [(one.rule, one.reason) for one in session.scalars(select(Waiver))]


def test_a_lead_lets_a_finding_pass_with_a_reason_and_takes_it_back(lead, base, film, session):
    answer = lead.post(f"{base}/{film.id}/waive/black", data={"reason": "片头淡入，符合要求"})
    assert (answer.status_code, waived(session)) == (303, [("black", "片头淡入，符合要求")])
    page = lead.get(f"{base}/{film.id}").get_data(as_text=True)
    assert "片头淡入，符合要求" in page
    assert lead.post(f"{base}/{film.id}/lift/black").status_code == 303
    session.expire_all()
    assert waived(session) == []


@pytest.mark.parametrize(
    ("rule", "reason"), [("black", " 好 "), ("freeze", "已经没有问题"), ("nothing", "没有这条")]
)
def test_without_a_reason_or_without_a_fault_nothing_is_waived(lead, base, film, session, rule, reason):
    answer = lead.post(f"{base}/{film.id}/waive/{rule}", data={"reason": reason})
    assert (answer.status_code, waived(session)) == (422, [])


def test_a_refused_reason_is_still_there(lead, base, film):
    answer = lead.post(f"{base}/{film.id}/waive/black", data={"reason": "好"})
    assert '<textarea class="form-control" id="reason-black"' in answer.get_data(as_text=True)
    assert ">好</textarea>" in answer.get_data(as_text=True)


def test_a_finding_is_waived_once(lead, base, film, session):
    for status in (303, 422):
        answer = lead.post(f"{base}/{film.id}/waive/black", data={"reason": "片头淡入，符合要求"})
        assert answer.status_code == status
    session.expire_all()
    assert len(waived(session)) == 1


def test_the_letter_names_what_is_open_and_leaves_out_what_was_waived(lead, base, film):
    answer = lead.get(f"{base}/{film.id}/letter.docx?by=2024-09-20", buffered=True)
    lines = [paragraph.text for paragraph in Document(BytesIO(answer.data)).paragraphs]
    assert lines[0] == "关于补正企业典型创新案例视频的函"
    assert lines[2].endswith("有以下2处需要补正：")
    assert [line[:2] for line in lines[3:5]] == ["1.", "2."]
    assert lines[5].startswith("请于2024年9月20日前补正")
    lead.post(f"{base}/{film.id}/waive/black", data={"reason": "片头淡入，符合要求"})
    answer = lead.get(f"{base}/{film.id}/letter.docx", buffered=True)
    lines = [paragraph.text for paragraph in Document(BytesIO(answer.data)).paragraphs]
    assert lines[2].endswith("有以下1处需要补正：")


@pytest.mark.parametrize("page", ["letter", "letter.docx"])
def test_a_film_without_fault_needs_no_letter_and_no_day_is_guessed(lead, base, film, session, page):
    assert lead.get(f"{base}/{film.id}/{page}?by=tomorrow").status_code == 422
    film.findings = []
    session.commit()
    assert lead.get(f"{base}/{film.id}/{page}").status_code == 422


def test_a_film_that_was_not_checked_yet_is_not_called_faultless(lead, base, film, session):
    film.findings = None
    session.commit()
    answer = lead.get(f"{base}/{film.id}/letter")
    assert answer.status_code == 422
    assert "还没有检查完" in answer.get_data(as_text=True)
