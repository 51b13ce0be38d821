"""What leaves a list of parts is logged like what is deleted by itself."""

import pytest
from sqlalchemy import select

from campaign import search
from campaign.audit import AuditEntry
from campaign.outlets import queries
from campaign.outlets.models import Outlet, OutletName
from campaign.outlets.rules import name_key
from campaign.placements import finding  # noqa: F401 - lets outlets be searched
from tests.factories import make_outlet


@pytest.mark.both_databases
def test_a_part_that_is_taken_out_of_its_row_leaves_an_entry(session, world):
    outlet = make_outlet("示例省报", listings=["示例名单"])
    session.add(outlet)
    session.commit()
    listing_id = outlet.listings[0].id
    outlet.listings = []
    session.commit()
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.subject_type == "outlet_listing", AuditEntry.action == "deleted")
    ).one()
    assert (entry.subject_id, entry.changes["list_name"]) == (str(listing_id), ["示例名单", None])
    assert entry.id in {one.id for one in queries.history(session, outlet)}
    assert queries.history(session, make_other(session)) == []


def make_other(session):
    other = make_outlet("别的报")
    session.add(other)
    session.flush()
    session.execute(AuditEntry.__table__.delete().where(AuditEntry.subject_id == str(other.id)))
    session.execute(AuditEntry.__table__.delete().where(AuditEntry.subject_type == "outlet_name"))
    return other


@pytest.mark.both_databases
def test_a_name_that_is_taken_out_is_no_longer_found(session, world):
    outlet = make_outlet("示例省报")
    outlet.names.append(OutletName(name="旧名晚报", key=name_key("旧名晚报")))
    session.add(outlet)
    session.commit()
    assert list(session.scalars(select(Outlet.id).where(search.matching(Outlet, "旧名")))) == [outlet.id]
    outlet.names = [name for name in outlet.names if name.name != "旧名晚报"]
    session.commit()
    assert list(session.scalars(select(Outlet.id).where(search.matching(Outlet, "旧名")))) == []
