import io
import re

import pytest
from PIL import Image
from sqlalchemy import select

from campaign.access import Actor
from campaign.exhibits import queries
from campaign.exhibits.models import Exhibit
from campaign.exhibits.rules import why_not_counted
from tests.factories import make_case, make_enterprise

HOME = "/p/guangdong-2024/exhibits/"


@pytest.fixture
def planner(client, world):
    return world.login(client, "planner")


@pytest.fixture
def firm(session, world):
    row = make_enterprise(session, world, little_giant_year=2021)
    session.commit()
    return row


def post(client, firm, **changes):
    base = {"title": "互动展台", "enterprise": firm.id, "little_giant_year": "", "case": "0"}
    base |= {"level": "national", "innovation": "90", "representativeness": "80", "interactivity": "70"}
    return client.post(HOME + "new", data=base | changes, content_type="multipart/form-data")


def test_a_nominated_exhibit_stands_in_the_ranking_with_its_total_and_photo(planner, firm, session):
    """A14."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40)).save(out, "PNG")
    out.seek(0)
    assert post(planner, firm, photo=(out, "展品.png")).status_code == 302
    post(planner, firm, title="更好的展台", innovation="100")
    exhibits = session.scalars(select(Exhibit).order_by(Exhibit.id)).all()
    assert [str(x.total) for x in exhibits] == ["80", "83.33"]
    page = planner.get(HOME).get_data(as_text=True)
    assert re.findall(r'class="row-title">([^<]+)', page) == ["更好的展台", "互动展台"]
    with planner.get(f"{HOME}{exhibits[0].id}/photo") as served:
        assert (served.status_code, served.mimetype) == (200, "image/webp")


def test_a_firm_that_is_no_little_giant_is_refused_with_the_reason_and_keeps_what_was_typed(
    planner, session, world
):
    """A14."""
    other = make_enterprise(session, world, name="普通企业")
    session.commit()
    answer = post(planner, other)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, 'id="little_giant_year-error"' in page, 'value="互动展台"' in page) == (
        422,
        True,
        True,
    )
    assert session.scalars(select(Exhibit)).all() == []
    assert post(planner, other, little_giant_year="2022").status_code == 302
    session.expire_all()
    assert other.little_giant_year == 2022


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("enterprise", "0"),
        ("innovation", "101"),
        ("interactivity", "-1"),
        ("representativeness", "好"),
    ],
)
def test_a_wrong_answer_is_refused_at_its_field(planner, firm, session, field, value):
    answer = post(planner, firm, **{field: value})
    assert (answer.status_code, f'id="{field}-error"' in answer.get_data(as_text=True)) == (422, True)
    assert session.scalars(select(Exhibit)).all() == []


def test_the_case_must_be_one_of_the_firm_and_a_name_stands_once(planner, firm, session, world):
    case = make_case(session, world)
    assert post(planner, firm, case=case.id).status_code == 422
    assert [post(planner, firm).status_code, post(planner, firm).status_code] == [302, 422]


def test_the_state_changes_only_with_scores_and_a_declined_one_no_longer_counts(
    planner, firm, session, world
):
    """A14."""
    post(planner, firm, innovation="")
    post(planner, firm, title="第二件")
    first, second = session.scalars(select(Exhibit).order_by(Exhibit.id)).all()
    for row, state in ((first, "chosen"), (second, "chosen"), (first, "declined"), (second, "sold")):
        planner.post(f"{HOME}{row.id}/state", data={"state": state, "reason": "专家一致推荐"})
    session.expire_all()
    assert (first.state, second.state) == ("declined", "chosen")
    rows = queries.counted(session, world.programme, Actor.of(world.users["planner"]))
    by_rule = [x for x in (first, second) if not why_not_counted(x.state, x.enterprise.little_giant_year)]
    assert (rows, by_rule) == ([second], [second])
    page = planner.get(f"{HOME}?counts=exhibits.nominated").get_data(as_text=True)
    assert len(re.findall(r'class="row-title"', page)) == 1


def test_an_edit_may_not_take_the_score_from_a_chosen_exhibit(planner, firm, session):
    post(planner, firm)
    exhibit = session.scalars(select(Exhibit)).one()
    planner.post(f"{HOME}{exhibit.id}/state", data={"state": "chosen", "reason": "专家一致推荐"})
    data = {"title": "互动展台", "enterprise": firm.id, "case": "0", "level": "national", "innovation": ""}
    assert planner.post(f"{HOME}{exhibit.id}/edit", data=data).status_code == 422
    session.expire_all()
    assert session.scalars(select(Exhibit)).one().total == 80
