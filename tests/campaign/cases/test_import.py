"""Import of a summary table through the pages: preview by cell, all rows or none (P19)."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import select

from campaign.audit import AuditEntry
from campaign.cases.models import Case, Enterprise
from campaign.cases.summary_form import write_summary_table
from campaign.programmes.profiles import load

ROWS = [
    {
        "case": "高效换热器的三百次试验",
        "enterprise": "示例换热器有限公司",
        "people": "张示例、李示例",
        "contact": "王示例",
        "phone": "020-00000001",
        "lecture_candidate": True,
    },
    {
        "case": "柔性产线",
        "enterprise": "示例产线有限公司",
        "people": "赵示例",
        "contact": "钱示例",
        "phone": "020-00000002",
        "lecture_candidate": False,
    },
]


def workbook(rows=ROWS, profile="guangdong-2024", sender="广州市科协"):
    return write_summary_table(load(profile), rows, sender=sender)


@pytest.fixture
def base(world):
    return f"/p/{world.programme.key}/cases"


def send(client, base, content, name="汇总表.xlsx"):
    return client.post(f"{base}/import", data={"file": (io.BytesIO(content), name)})


def token_of(page):
    return re.search(r'name="token"[^>]*value="([^"]+)"', page.get_data(as_text=True)).group(1)


def titles(session):
    session.rollback()
    return sorted(session.scalars(select(Case.title)))


def test_nothing_is_stored_before_it_is_confirmed(client, world, session, base):
    world.login(client, "publicity")
    page = send(client, base, workbook())
    assert (page.status_code, titles(session)) == (200, [])


@pytest.mark.both_databases
def test_what_was_previewed_is_what_is_imported(client, world, session, base):
    world.login(client, "publicity")
    token = token_of(send(client, base, workbook()))
    assert client.post(f"{base}/import/confirm", data={"token": token}).status_code == 302
    assert titles(session) == ["柔性产线", "高效换热器的三百次试验"]
    case = session.scalars(select(Case).where(Case.number == 1)).unique().one()
    assert (case.enterprise.name, case.region, case.phone, case.lecture_candidate, case.owner_id) == (
        "示例换热器有限公司",
        "广州市",
        "020-00000001",
        True,
        world.city.id,
    )


@pytest.mark.both_databases
def test_one_bad_row_keeps_every_row_out_and_is_named_by_its_cell(client, world, session, base):
    world.login(client, "publicity")
    page = send(client, base, workbook([*ROWS, {**ROWS[1], "case": ""}])).get_data(as_text=True)
    assert "C6" in page
    assert "第 6 行：案例名称为空，请补填后重新导入。" in page
    assert 'name="token"' not in page
    assert titles(session) == []


def test_a_refused_table_cannot_be_confirmed_by_hand(client, world, session, base):
    """The second step reads the workbook again and asks the rules again."""
    world.login(client, "publicity")
    token = token_of(send(client, base, workbook()))
    client.post(f"{base}/import/confirm", data={"token": token})
    foreign = client.post(f"/p/{world.programme.key}/cases/import/confirm", data={"token": token + "x"})
    assert foreign.status_code == 422
    assert len(titles(session)) == 2


def test_the_same_table_twice_changes_nothing(client, world, session, base):
    world.login(client, "publicity")
    for _ in range(2):
        token = token_of(send(client, base, workbook()))
        client.post(f"{base}/import/confirm", data={"token": token})
    assert len(titles(session)) == 2
    changed = select(AuditEntry).where(
        AuditEntry.action == "changed", AuditEntry.subject_type == "case_record"
    )
    assert session.scalars(changed).all() == []


def test_changed_words_are_taken_over_and_the_story_stays(client, world, session, base):
    world.login(client, "publicity")
    client.post(f"{base}/import/confirm", data={"token": token_of(send(client, base, workbook()))})
    session.scalars(select(Case).where(Case.number == 1)).unique().one().story = "写好的故事"
    session.commit()
    rows = [{**ROWS[0], "contact": "孙示例"}, ROWS[1]]
    client.post(f"{base}/import/confirm", data={"token": token_of(send(client, base, workbook(rows)))})
    session.rollback()
    case = session.scalars(select(Case).where(Case.number == 1)).unique().one()
    assert (case.contact_name, case.story) == ("孙示例", "写好的故事")


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"hello", "名单.xlsx", "名单.xlsx不是Excel工作簿，请将表格另存为.xlsx后上传。"),
        (b"", "空.xlsx", "空.xlsx"),
    ],
)
def test_what_is_no_workbook_is_refused_by_name(client, world, session, base, content, name, says):
    world.login(client, "publicity")
    page = send(client, base, content, name)
    assert page.status_code == 422
    assert says in page.get_data(as_text=True)


def test_a_table_of_another_province_is_recognised(client, world, session, base):
    world.login(client, "publicity")
    rows = [{**ROWS[0], "enterprise_type": "private", "case_type": "technological"}]
    page = send(client, base, workbook(rows, "hubei-2024", "武汉市科协"))
    assert "湖北省的汇总表" in page.get_data(as_text=True)


def test_an_empty_table_is_refused_in_plain_words(client, world, session, base):
    world.login(client, "publicity")
    page = send(client, base, workbook([]))
    assert "只有表头，没有已填写的行" in page.get_data(as_text=True)


def test_a_city_imports_for_itself(client, world, session, base):
    """A row imported by a city belongs to that city, and its region is the city's."""
    world.login(client, "city")
    token = token_of(send(client, base, workbook(sender="")))
    client.post(f"{base}/import/confirm", data={"token": token})
    session.rollback()
    rows = session.scalars(select(Case)).unique().all()
    assert {(row.owner_id, row.region) for row in rows} == {(world.city.id, "广州市")}


def test_a_firm_stands_once_however_its_name_is_written(client, world, session, base):
    world.login(client, "publicity")
    rows = [ROWS[0], {**ROWS[1], "enterprise": "示例换热器有限公司 "}]
    client.post(f"{base}/import/confirm", data={"token": token_of(send(client, base, workbook(rows)))})
    session.rollback()
    assert [firm.name for firm in session.scalars(select(Enterprise))] == ["示例换热器有限公司"]
