from __future__ import annotations

import pytest
from sqlalchemy import select

from campaign import schema
from campaign.accounts.models import Membership, User
from campaign.admin.views import SUBJECTS
from campaign.audit import UNAUDITED_TABLES
from campaign.db import Base
from campaign.programmes.models import Programme
from tests.factories import PASSWORD

FORM = {"name": "示例新人", "username": "new.user", "password": PASSWORD, "role": "publicity", "active": "y"}


@pytest.fixture
def admin(client, world):
    return world.login(client, "administrator")


def test_an_account_is_made_and_can_log_in(admin, app, world, session):
    answer = admin.post("/admin/users/new", data={**FORM, "organisation": world.city.id})
    assert answer.status_code == 302
    session.rollback()
    user = session.scalars(select(User).where(User.username == "new.user")).one()
    assert [(m.organisation_id, m.role) for m in user.memberships] == [(world.city.id, "publicity")]
    login = app.test_client().post("/login", data={"username": "new.user", "password": PASSWORD})
    assert login.status_code == 302


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"username": "lead-user"}, "用户名 lead-user 已被占用，请换一个。"),
        ({"password": "kurz"}, "密码至少需要 10 个字符。"),
        ({"role": "reviewer"}, "只有全国中心设审核员，请将单位选为中心。"),
    ],
)
def test_a_refused_account_says_why_and_keeps_what_was_typed(admin, world, changes, says):
    page = admin.post("/admin/users/new", data={**FORM, "organisation": world.city.id, **changes})
    assert page.status_code == 422
    assert says in page.get_data(as_text=True)
    assert 'value="示例新人"' in page.get_data(as_text=True)


def test_the_last_administrator_cannot_be_shut_out(admin, world, session):
    me = world.users["administrator"]
    page = admin.post(
        f"/admin/users/{me.id}", data={"name": me.name, "organisation": world.centre.id, "role": "observer"}
    )
    assert page.status_code == 422
    assert "这是最后一位在用管理员" in page.get_data(as_text=True)
    session.rollback()
    roles = session.scalars(select(Membership.role).where(Membership.user_id == me.id)).all()
    assert roles == ["administrator"]


def test_a_programme_is_opened_from_its_profile(admin, session):
    """A new province is a new file; opening it brings its organisations along (A2, A3)."""
    assert admin.post("/admin/programmes", data={"profile": "shanxi-2024"}).status_code == 302
    session.rollback()
    programme = session.scalars(select(Programme).where(Programme.key == "shanxi-2024")).unique().one()
    assert programme.organisation.region == "山西省"


def test_the_audit_trail_names_author_and_change_and_leaves_as_a_workbook(admin, world):
    admin.post("/admin/users/new", data={**FORM, "organisation": world.city.id})
    page = admin.get("/admin/audit?subject=user_account").get_data(as_text=True)
    assert "示例新人" in page
    assert "argon2" not in page
    assert admin.get("/admin/audit?format=xlsx").data[:2] == b"PK"


def test_every_table_whose_changes_are_kept_has_a_name_for_people():
    mapped = {mapper.local_table.name for mapper in Base.registry.mappers}
    audited = (mapped & schema.OURS) - UNAUDITED_TABLES
    assert sorted(audited - SUBJECTS.keys()) == []
