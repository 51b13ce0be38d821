"""The registry: changing and merging outlets, with a look at what it does to the figures."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select

from campaign.audit import AuditEntry
from campaign.errors import Refused
from campaign.outlets import effects, merging, queries, services
from campaign.outlets.lookup import place_of
from campaign.outlets.models import Outlet, OutletAddress, OutletContact, OutletName
from campaign.outlets.rules import name_key
from campaign.outlets.services import ListingValues, OutletValues, outlet_by_name
from campaign.placements.models import Placement
from campaign.storage import Stored, asset_for
from tests.factories import make_outlet

HOME = "/p/guangdong-2024/placements/outlets"
LIST = "示例名单"


def values(**changes):
    base = {
        "name": "示例省报",
        "level": "provincial",
        "nature": "media",
        "province": "广东省",
        "region": "",
        "sponsor": "",
        "homepage": "",
        "note": "",
        "names": (),
        "addresses": (),
        "listings": (),
    }
    return OutletValues(**(base | changes))


def listing(since=date(2021, 10, 20), until=None):
    return ListingValues(LIST, "", since, until, "assumed", "")


@pytest.fixture
def two(session, world):
    """Two outlets that are one, each with a comprehensive report in the programme."""
    big, small = make_outlet("示例省报", listings=[LIST]), make_outlet("示例省报社", "self")
    big.addresses = [OutletAddress(kind="web", value="big.example", key="big.example")]
    small.addresses = [OutletAddress(kind="web", value="small.example", key="small.example")]
    session.add_all([big, small])
    session.flush()
    proof = asset_for(session, Stored("a" * 64, 1), "image/png")
    for outlet, title in ((big, "综述一：换热器攻关"), (small, "综述二：低温泵上市")):
        session.add(
            Placement(
                programme_id=world.programme.id,
                owner_id=world.province.id,
                outlet_id=outlet.id,
                title=title,
                published_on=date(2024, 9, 1),
                kind="comprehensive",
                evidence_id=proof.id,
            )
        )
    session.commit()
    return big, small


@pytest.mark.both_databases
def test_a_change_says_what_it_would_do_and_does_nothing_yet(session, world, two):
    """A11: whoever is taken off a list sees which pieces stop counting."""
    big, _ = two
    change = values(listings=())
    found = effects.preview(session, [big.id], lambda: services.apply(session, big, change))
    [effect] = found
    assert (effect.target, effect.before, effect.after) == ("placements.comprehensive", 1, 0)
    piece = session.scalars(select(Placement).where(Placement.outlet_id == big.id)).unique().one()
    assert (effect.lost, effect.gained) == ((piece.id,), ())
    assert len(session.get_one(Outlet, big.id).listings) == 1


def test_an_outlet_is_changed_with_names_domains_and_lists_and_found_by_all_of_them(session, two):
    big, _ = two
    services.save(
        session,
        big,
        values(
            names=(("示例省报客户端", "client"), ("省报", "")),
            addresses=(("web", "https://www.shengbao.example/"), ("account", "示例省报 微报")),
            listings=(listing(until=date(2024, 8, 31)), listing(since=date(2024, 9, 2))),
        ),
    )
    assert [row.name for row in big.names] == ["示例省报", "示例省报客户端", "省报"]
    assert outlet_by_name(session, "省 报").id == big.id
    assert place_of(session, "http://news.shengbao.example/a/1")[0].id == big.id
    assert place_of(session, "http://big.example/a") == (None, "web")
    assert len(big.listings) == 2


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"names": (("示例省报社", ""),)}, "is a name of 示例省报社 already"),
        ({"addresses": (("web", "small.example"),)}, "belongs to 示例省报社 already"),
        ({"addresses": (("web", "见报纸"),)}, "neither a domain"),
        ({"listings": (listing(), listing())}, "twice at the same time"),
        ({"names": (("《》", ""),)}, "no name of an outlet"),
    ],
)
def test_what_belongs_to_another_outlet_or_makes_no_sense_is_refused(session, two, change, says):
    with pytest.raises(Refused, match=says):
        services.save(session, two[0], values(**change))


@pytest.mark.both_databases
def test_merging_moves_everything_and_keeps_the_history(session, world, two):
    big, small = two
    ours = {"programme_id": world.programme.id, "owner_id": world.province.id}
    for outlet in two:
        session.add(OutletContact(**ours, outlet_id=outlet.id, contacted_on=date(2024, 8, 1), who="测试"))
    session.commit()
    found = effects.preview(
        session, [big.id, small.id], lambda: merging.absorb(session, big, small, "同一家报社")
    )
    assert [(one.target, one.before, one.after) for one in found] == [("placements.comprehensive", 1, 2)]
    merging.merge(session, session.get_one(Outlet, big.id), session.get_one(Outlet, small.id), "同一家报社")
    keep, gone = session.get_one(Outlet, big.id), session.get_one(Outlet, small.id)
    assert {row.name for row in keep.names} == {"示例省报", "示例省报社"}
    assert {row.key for row in keep.addresses} == {"big.example", "small.example"}
    assert (gone.names, gone.merged_into_id, gone.merge_reason) == ([], keep.id, "同一家报社")
    assert queries.pieces_of(session, [keep.id, gone.id]) == {keep.id: 2}
    assert len(session.scalars(select(OutletContact)).all()) == 1
    assert outlet_by_name(session, "示例省报社").id == keep.id
    moved = session.scalars(select(AuditEntry).where(AuditEntry.subject_type == "placement")).all()
    assert [one.changes["outlet_id"] for one in moved if one.action == "changed"] == [[small.id, big.id]]


def test_a_merge_needs_a_reason_and_two_outlets(session, two):
    with pytest.raises(Refused, match="Say why"):
        merging.merge(session, *two, " ")
    with pytest.raises(Refused, match="two different"):
        merging.merge(session, two[0], two[0], "同一家报社")


def test_likely_duplicates_are_proposed_but_never_two_of_the_list(session, two):
    session.add_all([make_outlet("名单日报", listings=[LIST]), make_outlet("名单日报社", listings=[LIST])])
    session.commit()
    assert [(pair.keep.name, pair.gone.name) for pair in queries.likely_duplicates(session)] == [
        ("示例省报", "示例省报社")
    ]


def test_the_page_shows_the_figures_first_and_saves_after_the_confirmation(client, world, session, two):
    keeper = world.login(client, "reviewer")
    big, _ = two
    sent = {"name": "示例省报", "level": "provincial", "nature": "media", "province": "广东省"}
    page = keeper.post(f"{HOME}/{big.id}/edit", data=sent)
    text = page.get_data(as_text=True)
    assert (page.status_code, "综述一：换热器攻关" in text) == (200, True)
    session.expire_all()
    assert len(session.get_one(Outlet, big.id).listings) == 1
    token = re.search(r'name="confirmed"[^>]*value="([0-9a-f]{32})"', text)[1]
    assert keeper.post(f"{HOME}/{big.id}/edit", data=sent | {"confirmed": token}).status_code == 302
    session.expire_all()
    assert session.get_one(Outlet, big.id).listings == []


def test_a_confirmation_of_other_figures_is_asked_again(client, world, session, two):
    keeper = world.login(client, "reviewer")
    sent = {
        "name": "示例省报",
        "level": "county",
        "nature": "media",
        "level_basis": "出版许可",
        "confirmed": "0" * 32,
    }
    assert keeper.post(f"{HOME}/{two[0].id}/edit", data=sent).status_code == 200
    session.expire_all()
    assert session.get_one(Outlet, two[0].id).level == "provincial"


def test_two_outlets_are_merged_on_their_page_and_old_links_lead_on(client, world, session, two):
    keeper = world.login(client, "reviewer")
    big, small = two
    path = f"{HOME}/{small.id}/merge?other={big.id}"
    first = keeper.post(path, data={"keep": big.id, "reason": "同一家报社"}).get_data(as_text=True)
    token = re.search(r'name="confirmed"[^>]*value="([^"]+)"', first)[1]
    assert (
        keeper.post(path, data={"keep": big.id, "reason": "同一家报社", "confirmed": token}).status_code
        == 302
    )
    assert keeper.get(f"{HOME}/{small.id}").headers["Location"].endswith(f"/{big.id}")


def test_a_publicity_officer_reads_the_registry_and_may_not_change_it(client, world, two):
    officer = world.login(client, "publicity")
    assert officer.get(f"{HOME}/{two[0].id}").status_code == 200
    assert officer.get(f"{HOME}/{two[0].id}/edit").status_code == 403


def sent_of(**changes):
    base = {"name": "示例县报", "level": "county", "nature": "media", "province": "广东省"}
    return base | {"level_basis": "县委宣传部函"} | changes


def test_a_province_keeps_its_own_outlets_that_stand_on_no_list(client, world, session, two):
    """A11: who is counted by a list does not write it."""
    lead = world.login(client, "lead")
    assert lead.post(f"{HOME}/new", data=sent_of()).status_code == 302
    mine = session.scalars(select(Outlet).where(Outlet.name == "示例县报")).one()
    assert lead.post(f"{HOME}/{mine.id}/edit", data=sent_of(level="municipal")).status_code == 302
    session.expire_all()
    assert session.get_one(Outlet, mine.id).level == "municipal"
    listed = {"listings-0-list_name": LIST, "listings-0-basis": "stated"}
    assert lead.post(f"{HOME}/{mine.id}/edit", data=sent_of(**listed)).status_code == 403
    for bad in ({"level": "central"}, {"province": "湖北省"}):
        assert lead.post(f"{HOME}/{mine.id}/edit", data=sent_of(**bad)).status_code == 422
    session.expire_all()
    kept = session.get_one(Outlet, mine.id)
    assert (kept.level, kept.province, kept.listings) == ("municipal", "广东省", [])


def test_what_stands_on_a_list_or_elsewhere_is_kept_by_the_centre(client, world, session, two):
    big, small = two
    small.province = "湖北省"
    session.commit()
    lead = world.login(client, "lead")
    for outlet in two:
        assert lead.get(f"{HOME}/{outlet.id}/edit").status_code == 403
        assert f"{HOME}/{outlet.id}/edit" not in lead.get(f"{HOME}/{outlet.id}").get_data(as_text=True)
    assert lead.get(f"{HOME}/{small.id}/merge?other={big.id}").status_code == 403
    merging.merge(session, big, small, "同一家报社")
    assert lead.post(f"{HOME}/{small.id}/part", data={"reason": "其实是两家"}).status_code == 403


def test_the_list_is_searched_by_other_names_and_costs_the_same_for_more_rows(client, world, session, two):
    two[0].names.append(OutletName(name="别名晚报", key=name_key("别名晚报")))
    session.commit()
    keeper = world.login(client, "reviewer")
    page = keeper.get(f"{HOME}?q=名晚").get_data(as_text=True)
    assert (page.count('class="row-title"'), "示例省报" in page) == (1, True)


@pytest.mark.both_databases
def test_parting_gives_back_what_went_over_and_leaves_what_came_since(session, world, two):
    big, small = two
    ours = {"programme_id": world.programme.id, "owner_id": world.province.id}
    for outlet in two:
        session.add(OutletContact(**ours, outlet_id=outlet.id, contacted_on=date(2024, 8, 1), who="测试"))
    session.commit()
    before = [state_of(session, row.id) for row in two]
    merging.merge(session, big, small, "同一家报社")
    session.add(
        Placement(
            **ours, outlet_id=big.id, title="合并以后的报道", published_on=date(2024, 9, 9), kind="report"
        )
    )
    session.commit()
    gone = session.get_one(Outlet, small.id)
    found = effects.preview(session, [big.id, small.id], lambda: merging.release(session, gone, "其实是两家"))
    assert [(one.target, one.before, one.after) for one in found] == [("placements.comprehensive", 2, 1)]
    merging.part(session, session.get_one(Outlet, small.id), "其实是两家")
    after = [state_of(session, row.id) for row in two]
    assert after[1] == before[1]
    assert after[0] == {**before[0], "pieces": [*before[0]["pieces"], "合并以后的报道"]}
    gone = session.get_one(Outlet, small.id)
    assert (gone.merged_into_id, gone.merged_rows, gone.merge_reason) == (None, None, "其实是两家")


def state_of(session, outlet_id):
    session.expire_all()
    row = session.get_one(Outlet, outlet_id)
    pieces = select(Placement.title).where(Placement.outlet_id == row.id).order_by(Placement.id)
    contacts = select(OutletContact.contacted_on).where(OutletContact.outlet_id == row.id)
    return {
        "names": [one.name for one in row.names],
        "addresses": [one.key for one in row.addresses],
        "lists": [(one.list_name, one.starts_on, one.ends_on, one.basis) for one in row.listings],
        "pieces": session.scalars(pieces).all(),
        "contacts": session.scalars(contacts).all(),
    }


def test_an_outlet_whose_keeper_was_merged_on_is_parted_only_after_that_one(session, two):
    big, small = two
    third = make_outlet("第三家报", "provincial")
    session.add(third)
    session.commit()
    merging.merge(session, big, small, "同一家报社")
    merging.merge(session, third, big, "都是第三家")
    with pytest.raises(Refused, match="part that one first"):
        merging.part(session, session.get_one(Outlet, small.id), "其实是两家")


def test_a_merged_outlet_is_parted_on_its_page_after_the_figures_are_shown(client, world, session, two):
    keeper = world.login(client, "reviewer")
    big, small = two
    merging.merge(session, big, small, "同一家报社")
    assert f"{HOME}/{small.id}/part" in keeper.get(f"{HOME}/{big.id}").get_data(as_text=True)
    first = keeper.post(f"{HOME}/{small.id}/part", data={"reason": "其实是两家"}).get_data(as_text=True)
    token = re.search(r'name="confirmed"[^>]*value="([^"]+)"', first)[1]
    sent = {"reason": "其实是两家", "confirmed": token}
    assert keeper.post(f"{HOME}/{small.id}/part", data=sent).status_code == 302
    assert keeper.get(f"{HOME}/{small.id}").status_code == 200
