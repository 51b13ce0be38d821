import io
import re

import pytest
from sqlalchemy import func, select

from campaign.access import Actor
from campaign.db import db
from campaign.placements import queries
from campaign.placements.models import Placement
from campaign.programmes.profiles import load
from tests.factories import make_case, make_outlet

HOME = "/p/guangdong-2024/placements/"
PDF = b"%PDF-1.4\n1 0 obj\n%%EOF\n"


def sent(**changes):
    base = {
        "title": "企业创新报道",
        "address": "https://www.example.cn/1",
        "outlet": "南方日报",
        "level": "provincial",
        "published_on": "2024-10-01",
        "kind": "report",
        "channel": "web",
        "note": "",
    }
    return base | changes


def post(client, path="new", **changes):
    return client.post(HOME + path, data=sent(**changes), content_type="multipart/form-data")


def pdf(name="页面.pdf"):
    return (io.BytesIO(PDF), name)


@pytest.fixture
def lead(client, world, session):
    session.add(make_outlet("南方日报"))
    session.commit()
    return world.login(client, "lead")


def listed(page: str) -> int:
    return len(re.findall(r'class="row-title"', page))


def test_a_logged_piece_shows_its_cases_its_proof_and_what_it_counts_for(lead, world, session):
    case = make_case(session, world)
    page = lead.post(
        HOME + "new",
        data=sent(evidence=pdf(), cases=[case.id]),
        content_type="multipart/form-data",
        follow_redirects=True,
    )
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert ("企业创新报道" in text, case.title in text, "页面.pdf" in text) == (True, True, True)
    piece = session.scalars(select(Placement)).one()
    assert (piece.owner_id, [c.id for c in piece.cases]) == (world.province.id, [case.id])


def test_the_number_on_a_door_is_the_number_of_rows_behind_it(lead, world, session):
    """A11: ux, numbers are doors."""
    post(lead, evidence=pdf())
    post(lead, address="https://www.example.cn/2")
    post(lead, address="https://www.example.cn/3", evidence=pdf(), level="municipal", outlet="示例日报")
    post(lead, address="https://www.example.cn/4", evidence=pdf(), title="第二篇")
    actor, profile = Actor.of(world.users["lead"]), load("guangdong-2024")
    numbers = queries.numbers(session, world.programme, profile, actor)
    assert numbers == {"placements.report": 2, "placements.comprehensive": 0, "none": 2, "all": 4}
    for kind in ("placements.report", "placements.comprehensive"):
        rows = queries.counted(session, world.programme, profile, kind, actor)
        page = lead.get(f"{HOME}?counts={kind}").get_data(as_text=True)
        assert (len(rows), listed(page)) == (numbers[kind], numbers[kind])
    assert listed(lead.get(f"{HOME}?counts=none").get_data(as_text=True)) == 2


def test_a_row_that_does_not_count_says_why(lead):
    post(lead)
    page = lead.get(HOME, headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert len(re.findall("dash-circle|state-neutral", page)) >= 1


def test_contacted_outlets_open_as_outlets(lead):
    """B2: the rows behind that number are outlets."""
    post(lead)
    page = lead.get(f"{HOME}?counts=outlets.contacted", follow_redirects=True)
    assert page.request.path == "/p/guangdong-2024/placements/outlets"
    assert listed(page.get_data(as_text=True)) == 1


def test_a_second_log_of_the_address_is_refused_with_a_link_and_keeps_what_was_typed(lead, session):
    post(lead)
    answer = post(lead, address="http://m.example.cn/1/", title="同一篇的转载", note="第二次")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    piece = session.scalars(select(Placement)).one()
    assert f'href="/p/guangdong-2024/placements/{piece.id}"' in text
    assert ('value="同一篇的转载"' in text, "第二次" in text) == (True, True)


def test_a_refused_form_keeps_the_chosen_file(lead, session):
    answer = post(lead, title="", evidence=pdf("长截图.pdf"))
    text = answer.get_data(as_text=True)
    assert (answer.status_code, "长截图.pdf" in text) == (422, True)
    token = re.search(r'name="evidence_kept"[^>]*value="([^"]+)"', text)[1]
    assert post(lead, evidence_kept=token).status_code == 302
    assert session.scalars(select(Placement)).one().evidence_name == "长截图.pdf"


def test_a_forged_token_is_no_evidence(lead, session):
    assert post(lead, evidence_kept="WyJhYiIsMSwiYXBwbGljYXRpb24vcGRmIiwieCJd.x.y").status_code == 302
    assert session.scalars(select(Placement)).one().evidence_id is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("published_on", "2024-13-01"),
        ("published_on", "2999-01-01"),
        ("address", "见A3版"),
        ("outlet", ""),
        ("kind", "gossip"),
    ],
)
def test_a_wrong_answer_is_refused_at_its_field_and_stores_nothing(lead, session, field, value):
    answer = post(lead, **{field: value})
    assert (answer.status_code, f'id="{field}-error"' in answer.get_data(as_text=True)) == (422, True)
    assert session.scalar(select(func.count()).select_from(Placement)) == 0


def test_the_evidence_is_served_sandboxed(lead, session):
    post(lead, evidence=pdf())
    piece = session.scalars(select(Placement)).one()
    with lead.get(f"{HOME}{piece.id}/evidence") as served:
        answer = served
        body = served.data
    assert (answer.status_code, body) == (200, PDF)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_script_in_a_title_is_text(lead):
    post(lead, title="<script>alert(1)</script>")
    assert "<script>alert(1)" not in lead.get(HOME).get_data(as_text=True)


def test_another_province_finds_nothing(lead, world, app, session):
    post(lead)
    piece = session.scalars(select(Placement)).one()
    foreign = world.login(app.test_client(), "foreign")
    assert foreign.get(f"{HOME}{piece.id}").status_code == 404
    assert foreign.get(f"/p/hubei-2024/placements/{piece.id}").status_code == 404


def test_a_city_does_not_learn_the_title_of_a_row_it_may_not_see(lead, world, app):
    post(lead, title="省里的稿件")
    city = world.login(app.test_client(), "city")
    answer = post(city, address="https://www.example.cn/1", title="市里的稿件")
    text = answer.get_data(as_text=True)
    assert (answer.status_code, "省里的稿件" in text, world.province.name in text) == (422, False, True)


def test_an_observer_reads_and_may_not_write(client, world):
    observer = world.login(client, "observer")
    assert observer.get(HOME).status_code == 200
    assert post(observer).status_code == 403


def test_filters_search_and_deletion(lead, session):
    post(lead, title="换热器")
    post(lead, address="https://www.example.cn/2", title="机器人", published_on="2024-09-01", kind="repost")
    assert listed(lead.get(f"{HOME}?q=换热").get_data(as_text=True)) == 1
    assert listed(lead.get(f"{HOME}?month=2024-09").get_data(as_text=True)) == 1
    assert listed(lead.get(f"{HOME}?kind=repost&level=provincial").get_data(as_text=True)) == 1
    piece = session.scalars(select(Placement).where(Placement.title == "机器人")).one()
    assert lead.post(f"{HOME}{piece.id}/delete").status_code == 302
    assert db.session.scalar(select(func.count()).select_from(Placement)) == 1


def test_several_files_are_taken_at_once_and_kept_while_the_form_is_refused(lead, session):
    files = [(io.BytesIO(PDF + mark), f"{mark.decode()}.pdf") for mark in (b"a", b"b")]
    refused = post(lead, evidence=files, published_on="")
    page = refused.get_data(as_text=True)
    assert (refused.status_code, "a.pdf" in page, "b.pdf" in page) == (422, True, True)
    kept = re.search(r'name="evidence_kept"[^>]*value="([^"]+)"', page).group(1)
    assert post(lead, evidence_kept=kept).status_code == 302
    piece = session.scalars(select(Placement)).unique().one()
    assert ([file.name for file in piece.files], piece.evidence_name) == (["a.pdf", "b.pdf"], "a.pdf")


def test_of_several_files_the_wrong_one_is_named_and_the_others_are_kept(lead):
    files = [pdf("好的.pdf"), (io.BytesIO(b"MZ"), "程序.exe")]
    refused = post(lead, evidence=files)
    page = refused.get_data(as_text=True)
    assert (refused.status_code, "程序.exe" in page, "好的.pdf" in page) == (422, True, True)
