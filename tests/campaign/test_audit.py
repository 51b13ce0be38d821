import pytest
from sqlalchemy import select

from campaign.audit import HIDDEN, AuditEntry, act_as
from tests.factories import make_case


def entries(session, subject):
    rows = session.scalars(
        select(AuditEntry).where(AuditEntry.subject_type == subject).order_by(AuditEntry.id)
    )
    return [(e.actor_id, e.action, e.changes) for e in rows]


@pytest.mark.both_databases
def test_a_change_names_who_what_before_and_after(session, world):
    case = make_case(session, world)
    lead = world.users["lead"]
    act_as(session, lead.id)
    case.title = "高效换热器的三百次试验"
    session.commit()
    assert entries(session, "case_record")[-1] == (
        lead.id,
        "changed",
        {"title": ["高效换热器攻关", "高效换热器的三百次试验"]},
    )


def test_private_columns_are_named_without_their_values(session, world):
    case = make_case(session, world, phone="020-00000001")
    case.phone = "020-00000002"
    session.commit()
    assert entries(session, "case_record")[-1][2] == {"phone": [HIDDEN, HIDDEN]}


def test_a_password_leaves_no_trace(session, world):
    made = entries(session, "user_account")
    assert made
    assert all("password_hash" not in changes for _actor, _action, changes in made)


def test_a_deletion_keeps_what_was_there(session, world):
    case = make_case(session, world)
    session.delete(case)
    session.commit()
    actor, action, changes = entries(session, "case_record")[-1]
    assert (actor, action, changes["title"]) == (None, "deleted", ["高效换热器攻关", None])


def test_what_is_rolled_back_leaves_no_entry(session, world):
    case = make_case(session, world)
    before = len(entries(session, "case_record"))
    case.title = "x"
    session.flush()
    session.rollback()
    assert len(entries(session, "case_record")) == before
