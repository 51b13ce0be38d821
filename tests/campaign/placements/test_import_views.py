"""A table is matched, looked at and taken in, all rows or none (issue 5, bulk import)."""

import io
import re

import pytest
from sqlalchemy import func, select

from campaign.placements.models import Placement
from tests.factories import make_outlet

HOME = "/p/guangdong-2024/placements/"
PDF = b"%PDF-1.4\n1 0 obj\n%%EOF\n"
TABLE = """媒体,标题,链接,发布日期,证据
示例日报,一块换热器的十年攻关,https://a.example.cn/1,2024-10-01,a.pdf
示例日报,=HYPERLINK(1),https://a.example.cn/2,2024年10月2日,
"""


@pytest.fixture
def lead(client, world, session):
    session.add(make_outlet("示例日报", "provincial"))
    session.commit()
    return world.login(client, "lead")


def choose(client, table=TABLE, name="报道.csv", proofs=()):
    data = {
        "file": (io.BytesIO(table.encode("gb18030")), name),
        "proofs": [(io.BytesIO(b), n) for n, b in proofs],
    }
    return client.post(HOME + "import", data=data, content_type="multipart/form-data")


def sent(answer):
    """What the page's two forms send back: the token, and the columns as they are chosen."""
    page = answer.get_data(as_text=True)
    values = {"token": re.search(r'name="token" value="([^"]+)"', page)[1]}
    for name, options in re.findall(r'<select[^>]*name="(map-[^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="(\d+)" selected', options)
        values[name] = chosen[1] if chosen else ""
    return values


def count(session):
    return session.scalar(select(func.count()).select_from(Placement))


def test_a_table_with_its_evidence_is_shown_first_and_then_taken_in(lead, session):
    answer = choose(lead, proofs=[("a.pdf", PDF)])
    assert (answer.status_code, count(session)) == (200, 0)
    page = answer.get_data(as_text=True)
    assert ("0 → 1" in page, "一块换热器的十年攻关" in page) == (True, True)
    assert lead.post(HOME + "import/confirm", data=sent(answer)).location == HOME
    pieces = session.scalars(select(Placement).order_by(Placement.address)).unique().all()
    assert [(p.title, [f.name for f in p.files]) for p in pieces] == [
        ("一块换热器的十年攻关", ["a.pdf"]),
        ("=HYPERLINK(1)", []),
    ]


def test_unknown_headings_are_matched_by_hand(lead, session):
    odd = TABLE.replace("媒体,标题,链接,发布日期,证据", "甲,乙,丙,丁,戊")
    answer = choose(lead, odd)
    values = sent(answer)
    assert (answer.status_code, values["map-title"]) == (200, "")
    values |= {"map-outlet": "0", "map-title": "1", "map-address": "2", "map-published_on": "3"}
    again = lead.post(HOME + "import", data=values)
    assert sent(again)["map-published_on"] == "3"
    lead.post(HOME + "import/confirm", data=sent(again))
    assert count(session) == 2


def test_one_wrong_row_keeps_the_whole_table_out(lead, session):
    answer = choose(lead, TABLE + "示例日报,没有日期,https://a.example.cn/3,某日,\n")
    assert (answer.status_code, 'action="' + HOME + "import/confirm" in answer.get_data(as_text=True)) == (
        200,
        False,
    )
    assert lead.post(HOME + "import/confirm", data=sent(answer)).status_code == 200
    assert count(session) == 0


def test_a_forged_or_foreign_token_imports_nothing(lead, session, world, app):
    foreign = world.login(app.test_client(), "foreign")
    answer = choose(lead)
    for client, home, token in (
        (lead, HOME, "x.y.z"),
        (foreign, "/p/hubei-2024/placements/", sent(answer)["token"]),
    ):
        assert client.post(home + "import/confirm", data={"token": token}).status_code == 302
    assert count(session) == 0


@pytest.mark.parametrize(("table", "name"), [("", "a.csv"), ("%PDF-1.4", "a.xlsx"), ("PK\x03\x04", "a.xlsx")])
def test_a_wrong_file_is_refused_by_name(lead, table, name):
    answer = choose(lead, table, name)
    assert (answer.status_code, name in answer.get_data(as_text=True)) == (422, True)


def test_the_empty_table_is_understood_again(lead):
    from campaign.placements.sheets import read_sheet
    from campaign.placements.table import FIELDS

    answer = lead.get(HOME + "import/blank.xlsx")
    sheet = read_sheet(answer.data, "登记表.xlsx")
    assert sheet.mapping == {name: at for at, name in enumerate(FIELDS)}
