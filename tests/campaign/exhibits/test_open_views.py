import io
import uuid
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import select

from campaign.audit import AuditEntry
from campaign.db import utc_now
from campaign.exhibits import nominations, scoring
from campaign.exhibits.models import Exhibit, Expert, Nomination
from campaign.exhibits.rules import SCORES
from tests.factories import make_enterprise


@pytest.fixture
def link(session, world):
    return nominations.make_link(
        session,
        world.programme,
        owner_id=world.province.id,
        note="佛山市企业",
        closes_at=utc_now() + timedelta(days=7),
        max_uses=2,
    )


GOOD = {
    "firm": "示例小巨人有限公司",
    "level": "national",
    "little_giant_year": "2022",
    "title": "拉坯转台",
    "description": "可以动手的转台",
    "significance": "传统工艺数字化",
    "interaction": "亲手拉坯",
    "contact_name": "联系人甲",
    "phone": "13812345678",
    "width_mm": "1200",
    "weight_kg": "85.5",
    "insurance_yuan": "12000.50",
}


def picture(name="展品.png"):
    out = io.BytesIO()
    Image.new("RGB", (64, 48)).save(out, "PNG")
    out.seek(0)
    return out, name


def send(client, link, **changes):
    began = client.get(f"/n/{link.token}").get_data(as_text=True).split('name="began"')[1].split('value="')[1]
    data = GOOD | {"client_id": str(uuid.uuid4()), "began": began.split('"')[0]} | changes
    return client.post(f"/n/{link.token}", data=data, content_type="multipart/form-data")


def test_a_firm_nominates_and_the_office_takes_it_in_as_an_exhibit(client, session, world, link):
    """A14."""
    assert send(client, link, photo_1=picture()).status_code == 303
    row = session.scalars(select(Nomination)).one()
    world.login(client, "planner")
    page = client.get(f"/p/guangdong-2024/exhibits/nominations/{row.id}").get_data(as_text=True)
    assert "联系人甲" in page
    client.post(f"/p/guangdong-2024/exhibits/nominations/{row.id}/decide", data={"act": "take"})
    exhibit = session.scalars(select(Exhibit)).unique().one()
    assert (exhibit.enterprise.name, exhibit.enterprise.little_giant_year) == ("示例小巨人有限公司", 2022)
    assert (exhibit.width_mm, exhibit.weight_g, exhibit.insurance_fen) == (1200, 85_500, 1_200_050)
    assert (exhibit.photo_id is not None, [file.file_name for file in exhibit.files]) == (True, ["展品.png"])


def test_a_firm_that_is_no_little_giant_is_refused_and_keeps_words_and_files(client, session, link):
    """A14."""
    answer = send(client, link, level="provincial", photo_1=picture())
    page = answer.get_data(as_text=True)
    assert (answer.status_code, 'id="level-error"' in page, "拉坯转台" in page, "展品.png" in page) == (
        422,
        True,
        True,
        True,
    )
    assert session.scalars(select(Nomination)).all() == []


def test_the_same_form_sent_twice_is_one_nomination_and_the_link_counts_it_once(client, session, link):
    number = str(uuid.uuid4())
    assert [send(client, link, client_id=number).status_code for _time in range(2)] == [303, 303]
    session.expire_all()
    assert (len(session.scalars(select(Nomination)).all()), link.uses) == (1, 1)


def test_a_link_takes_no_more_than_it_allows(client, session, link):
    send(client, link)
    send(client, link)
    page = client.get(f"/n/{link.token}").get_data(as_text=True)
    assert ("<form" in page, len(session.scalars(select(Nomination)).all())) == (False, 2)


def test_a_link_that_was_taken_back_takes_nothing(client, session, link):
    before = link.token
    nominations.revoke_link(session, link, now=utc_now())
    client.post(f"/n/{before}", data=GOOD)
    assert session.scalars(select(Nomination)).all() == []
    assert client.get("/n/nothing").status_code == 404


@pytest.mark.parametrize("changes", [{"website": "https://spam.example"}, {"began": ""}, {"began": "forged"}])
def test_a_program_that_fills_in_the_form_is_kept_out(client, session, link, changes):
    assert send(client, link, **changes).status_code == 422
    assert session.scalars(select(Nomination)).all() == []


def test_a_form_that_comes_back_at_once_was_not_typed_by_a_person(app, client, session, link):
    app.config["SPAM_GUARD"] = True
    assert send(client, link).status_code == 422


def test_a_nomination_is_refused_with_a_reason_only(client, session, world, link):
    send(client, link)
    row = session.scalars(select(Nomination)).one()
    world.login(client, "planner")
    here = f"/p/guangdong-2024/exhibits/nominations/{row.id}/decide"
    client.post(here, data={"act": "refuse", "reason": " "})
    session.expire_all()
    assert row.state == "received"
    client.post(here, data={"act": "refuse", "reason": "与征集范围不符"})
    client.post(here, data={"act": "take"})
    session.expire_all()
    assert (row.state, row.reason, row.exhibit_id) == ("refused", "与征集范围不符", None)


# --- scoring ----------------------------------------------------------------------------------------------


@pytest.fixture
def round_(session, world):
    firm = make_enterprise(session, world, little_giant_year=2021)
    exhibits = [
        Exhibit(
            programme_id=world.programme.id, owner_id=world.province.id, enterprise_id=firm.id, title=title
        )
        for title in ("甲", "乙")
    ]
    session.add_all(exhibits)
    session.commit()
    return scoring.open_round(
        session,
        world.programme,
        exhibits,
        [("王专家", "大学教授"), ("李专家", "")],
        weights=dict.fromkeys(SCORES, 1),
        closes_at=utc_now() + timedelta(days=3),
        owner_id=world.province.id,
        now=utc_now(),
    )


def points(round_, *values, **more):
    data = {}
    for entry, value in zip(round_.entries, values, strict=True):
        for name in SCORES:
            data[f"{name}-{entry.exhibit_id}"] = str(value)
    return data | more


def test_experts_score_alone_and_the_ranking_appears_when_the_round_is_closed(client, session, world, round_):
    """A14."""
    first, second = (expert.token for expert in round_.experts)
    client.post(f"/j/{first}", data=points(round_, 91, 60, act="hand-in"))
    page = client.get(f"/j/{second}").get_data(as_text=True)
    world.login(client, "lead")
    here = f"/p/guangdong-2024/exhibits/rounds/{round_.id}"
    before = client.get(here).get_data(as_text=True)
    assert ("91" in page.split("<form")[1], "91.00" in before) == (False, False)
    client.post(f"/j/{second}", data=points(round_, 80, 70, act="hand-in"))
    client.post(f"{here}/close")
    after = client.get(here).get_data(as_text=True)
    assert ("85.50" in after, "65.00" in after) == (True, True)
    session.expire_all()
    exhibits = session.scalars(select(Exhibit).order_by(Exhibit.id)).unique().all()
    assert [(one.points_centi, one.innovation) for one in exhibits] == [(8550, 86), (6500, 65)]
    assert client.post(f"/j/{second}", data=points(round_, 1, 1)).status_code == 200
    session.expire_all()
    assert exhibits[0].points_centi == 8550


def test_a_sheet_is_kept_half_done_and_handed_in_only_whole(client, session, round_):
    token = round_.experts[0].token
    half = points(round_, 80, "")
    assert client.post(f"/j/{token}", data=half | {"act": "save"}).status_code == 303
    refused = client.post(f"/j/{token}", data=half | {"act": "hand-in"})
    aside = half | {f"recused-{round_.entries[1].exhibit_id}": "1", "act": "hand-in"}
    assert (refused.status_code, client.post(f"/j/{token}", data=aside).status_code) == (422, 303)
    session.expire_all()
    assert session.scalars(select(Expert).where(Expert.token == token)).one().handed_in_at is not None
    assert client.post(f"/j/{token}", data=points(round_, 1, 1)).status_code == 200
    assert round_.experts[0].scores[0].innovation == 80


def test_a_score_over_a_hundred_is_refused_and_stays_to_be_seen(client, session, round_):
    answer = client.post(f"/j/{round_.experts[0].token}", data=points(round_, 101, 5))
    assert (answer.status_code, 'value="101"' in answer.get_data(as_text=True)) == (422, True)


def test_an_expert_whose_link_was_taken_back_does_not_count(client, session, world, round_):
    first, second = round_.experts
    for expert, value in ((first, 90), (second, 50)):
        client.post(f"/j/{expert.token}", data=points(round_, value, value, act="hand-in"))
    session.expire_all()
    scoring.revoke(session, second, now=utc_now())
    assert [one.points_centi for one in scoring.standings(round_)] == [9000, 9000]
    assert client.get(f"/j/{second.token}").status_code == 404


def test_one_round_is_open_at_a_time_and_only_a_lead_closes_it(client, session, world, round_):
    world.login(client, "planner")
    answer = client.post(
        "/p/guangdong-2024/exhibits/rounds/new",
        data={
            "exhibits": [entry.exhibit_id for entry in round_.entries],
            "experts": "赵专家 研究员",
            "closes_at": "2999-01-01T00:00",
        },
    )
    closed = client.post(f"/p/guangdong-2024/exhibits/rounds/{round_.id}/close")
    assert (answer.status_code, closed.status_code) == (422, 403)


def test_the_tokens_are_nowhere_in_the_audit_trail(session, link, round_):
    told = " ".join(str(entry.changes) for entry in session.scalars(select(AuditEntry)))
    secrets = [link.token, *(expert.token for expert in round_.experts)]
    assert [secret in told for secret in secrets] == [False] * 3
