from __future__ import annotations

import io

import pytest
from PIL import Image
from sqlalchemy import select

from campaign.audit import AuditEntry
from campaign.cases.models import Case, CasePhoto
from tests.factories import make_case

FORM = {
    "title": "古法红糖的连续结晶",
    "enterprise": "示例食品有限公司",
    "enterprise_kind": "private",
    "kind": "process",
    "region": "广州市",
    "team": "张示例",
    "story": "很长的故事",
    "has_park_association": "yes",
    "has_enterprise_association": "",
}


@pytest.fixture
def base(world):
    return f"/p/{world.programme.key}/cases"


def picture(size=(900, 600)):
    out = io.BytesIO()
    Image.new("RGB", size, "#884422").save(out, "JPEG")
    out.seek(0)
    return out


@pytest.mark.both_databases
def test_a_case_is_entered_listed_found_and_read(client, world, session, base):
    world.login(client, "publicity")
    address = client.post(f"{base}/new", data=FORM).location
    assert "古法红糖的连续结晶" in client.get(address).get_data(as_text=True)
    assert "古法红糖" in client.get(f"{base}/?q=红糖").get_data(as_text=True)
    assert "古法红糖" not in client.get(f"{base}/?q=换热器").get_data(as_text=True)
    assert "古法红糖" in client.get(f"{base}/?kind=process&region=广州市").get_data(as_text=True)
    assert "古法红糖" not in client.get(f"{base}/?kind=technological").get_data(as_text=True)


def test_a_refused_form_keeps_what_was_typed(client, world, session, base):
    world.login(client, "publicity")
    page = client.post(f"{base}/new", data={**FORM, "title": ""})
    assert page.status_code == 422
    assert "请填写案例名称。" in page.get_data(as_text=True)
    assert 'value="示例食品有限公司"' in page.get_data(as_text=True)


def test_the_same_case_of_the_same_firm_is_refused_by_name(client, world, session, base):
    """P5: a case stands here once."""
    world.login(client, "publicity")
    client.post(f"{base}/new", data=FORM)
    page = client.post(f"{base}/new", data={**FORM, "title": "古法红糖的 连续结晶"})
    assert page.status_code == 422
    assert "该企业已有名为“古法红糖的 连续结晶”的案例" in page.get_data(as_text=True)


def test_contacts_are_shown_to_those_who_work_with_them_alone(client, world, session, base):
    case = make_case(session, world, phone="020-00000077")
    world.login(client, "publicity")
    assert "020-00000077" in client.get(f"{base}/{case.id}").get_data(as_text=True)
    world.login(client, "observer")
    assert "020-00000077" not in client.get(f"{base}/{case.id}").get_data(as_text=True)


def test_a_photo_is_kept_untouched_and_shown_without_device_data(client, world, session, base, app):
    """P9."""
    case = make_case(session, world)
    world.login(client, "publicity")
    content = picture().getvalue()
    client.post(f"{base}/{case.id}/photos", data={"files": [(io.BytesIO(content), "案例名称+企业外景.jpg")]})
    session.rollback()
    photo = session.scalars(select(CasePhoto)).one()
    assert (photo.kind, photo.file_name) == ("exterior", "案例名称+企业外景.jpg")
    with client.get(f"{base}/{case.id}/photos/{photo.id}.jpg") as shown:
        assert (shown.mimetype, dict(Image.open(io.BytesIO(shown.data)).getexif())) == ("image/jpeg", {})
    with client.get(f"{base}/{case.id}/photos/{photo.id}/original") as original:
        assert original.data == content


def test_what_is_no_photo_is_refused_and_the_case_stays_as_it_was(client, world, session, base):
    case = make_case(session, world)
    world.login(client, "publicity")
    answer = client.post(
        f"{base}/{case.id}/photos", data={"files": [(io.BytesIO(b"text"), "照片.jpg")]}, follow_redirects=True
    )
    assert "照片.jpg" in answer.get_data(as_text=True)
    assert session.scalars(select(CasePhoto)).all() == []


def test_only_the_lead_chooses_and_not_above_the_programmes_number(client, world, session, base, monkeypatch):
    """P1, A5."""
    first, second = make_case(session, world, "甲案例"), make_case(session, world, "乙案例")
    world.login(client, "publicity")
    assert client.post(f"{base}/{first.id}/state", data={"state": "selected"}).status_code == 403
    world.login(client, "lead")
    assert client.post(f"{base}/{first.id}/state", data={"state": "selected"}).status_code == 302
    from campaign.cases import services

    with pytest.raises(services.Refused, match="1 cases are already chosen"):
        services.select_case(session, session.get(Case, second.id), chosen_max=1)


def test_withdrawing_is_audited_with_its_author(client, world, session, base):
    case = make_case(session, world)
    world.login(client, "lead")
    client.post(f"{base}/{case.id}/state", data={"state": "withdrawn"})
    session.rollback()
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.actor_id, entry.subject_type, entry.changes) == (
        world.users["lead"].id,
        "case_record",
        {"state": ["nominated", "withdrawn"]},
    )


@pytest.mark.both_databases
def test_the_list_asks_as_often_for_many_rows_as_for_few(client, world, session, base, app):
    from sqlalchemy import event

    from campaign.db import db

    asked = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    world.login(client, "publicity")

    def count():
        asked.clear()
        client.get(f"{base}/")
        return len(asked)

    make_case(session, world, "甲")
    few = count()
    for number in range(12):
        make_case(session, world, f"案例{number}")
    assert count() == few


def test_the_list_leaves_as_a_workbook(client, world, session, base):
    make_case(session, world)
    world.login(client, "observer")
    sheet = client.get(f"{base}/?format=xlsx")
    assert sheet.data[:2] == b"PK"
