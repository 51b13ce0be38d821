"""Sums that are kept are always the sums of the present rows (A11, B2)."""

import random
from datetime import date, timedelta
from itertools import product

import pytest
from sqlalchemy import delete, select, text, update

from campaign.access import Actor
from campaign.db import db
from campaign.outlets.models import Outlet, OutletContact, OutletListing
from campaign.placements import queries
from campaign.placements.grouping import regroup
from campaign.placements.models import Placement, coverage_change
from campaign.placements.standing import kept
from campaign.programmes.models import Programme
from campaign.programmes.profiles import load
from campaign.storage import Stored, asset_for
from tests.factories import make_outlet as unsaved_outlet

DAY = date(2024, 9, 1)
PROFILE = load("guangdong-2024")


def make_outlet(session, name):
    outlet = unsaved_outlet(name)
    session.add(outlet)
    session.flush()
    return outlet


def tokens(session):
    return session.scalars(select(coverage_change.c.token).order_by(coverage_change.c.writer)).all()


def piece(world, outlet, **values):
    ours = {"programme_id": world.programme.id, "owner_id": world.province.id, "outlet_id": outlet.id}
    return Placement(**{**ours, "title": "一块换热器", "published_on": DAY, "kind": "report", **values})


@pytest.mark.both_databases
def test_whatever_coverage_is_counted_from_changes_the_token_however_it_is_written(session, world):
    outlet = make_outlet(session, "南方日报")
    session.add(piece(world, outlet))
    session.add(OutletListing(outlet_id=outlet.id, list_name="名单", basis="stated"))
    contact = {"outlet_id": outlet.id, "contacted_on": DAY, "who": "李"}
    session.add(OutletContact(programme_id=world.programme.id, owner_id=world.province.id, **contact))
    session.commit()
    seen = [tokens(session)]
    statements = [
        text("update placement set note = 'a'"),
        text("update outlet set level = 'central'"),
        text("update outlet_listing set ends_on = '2024-08-31'"),
        text("update outlet_contact set contacted_on = '2024-09-02'"),
        text("update organisation set name = name"),
        text("update programme set ends_on = '2024-12-01'"),
        text("delete from outlet_contact"),
        text("delete from outlet_listing"),
        text("delete from placement"),
    ]
    for statement in statements:
        session.execute(statement)
        seen.append(tokens(session))
        session.commit()
        assert tokens(session) == seen[-1]
    assert all(seen)
    assert len({tuple(one) for one in seen}) == len(statements) + 1


@pytest.mark.both_databases
def test_writers_at_the_same_time_neither_wait_for_each_other_nor_hide_a_change(session, world, database):
    outlet = make_outlet(session, "南方日报")
    session.add_all([piece(world, outlet, title=title) for title in ("甲", "乙")])
    session.commit()
    session.close()
    with db.engine.connect() as one, db.engine.connect() as other, db.engine.connect() as reader:
        before = tokens(reader)
        reader.rollback()
        one.execute(update(Placement).where(Placement.title == "甲").values(kind="repost"))
        if database == "postgresql":
            other.execute(update(Placement).where(Placement.title == "乙").values(kind="repost"))
        assert tokens(reader) == before
        reader.rollback()
        one.commit()
        after_one = tokens(reader)
        reader.rollback()
        if database != "postgresql":
            other.execute(update(Placement).where(Placement.title == "乙").values(kind="repost"))
        other.commit()
        after_both = tokens(reader)
    assert len({tuple(one) for one in (before, after_one, after_both)}) == 3


def test_what_is_worked_out_once_is_not_worked_out_again_until_something_changes(session, world):
    outlet = make_outlet(session, "南方日报")
    session.commit()
    actor, done = Actor.of(world.users["lead"]), []

    def look():
        return kept(session, "test", world.programme, actor, lambda: done.append(1) or len(done))

    assert [look(), look()] == [1, 1]
    session.add(piece(world, outlet))
    # Not even flushed by hand: what the session holds is part of the present.
    assert [look(), look()] == [2, 2]
    session.rollback()
    assert look() == 1
    assert kept(session, "test", world.programme, Actor.of(world.users["city"]), lambda: 9) == 9
    assert kept(session, "test", world.foreign, actor, lambda: 8) == 8


@pytest.mark.both_databases
def test_after_any_change_the_kept_sums_are_those_of_the_rows(session, world):
    dice = random.Random(3)  # noqa: S311 - the same changes each time
    proof = asset_for(session, Stored("a" * 64, 1), "image/png")
    outlets = [make_outlet(session, f"第{number}报") for number in range(4)]
    session.flush()
    everybody = [Actor.of(world.users[name]) for name in ("lead", "city", "reviewer")]
    owners = (world.province.id, world.city.id)
    for step in range(24):
        act = dice.choice(("log", "log", "log", "drop", "level", "list", "prove", "days", "part"))
        if act == "log":
            values = {
                "published_on": DAY + timedelta(days=dice.randrange(40)),
                "owner_id": dice.choice(owners),
            }
            title = dice.choice(("低温泵十年攻关记录", "特种陶瓷走出实验室"))
            session.add(piece(world, dice.choice(outlets), title=title, evidence_id=proof.id, **values))
            session.flush()
            regroup(session, world.programme)
        elif act == "drop":
            session.execute(delete(Placement).where(Placement.id % 3 == step % 3))
        elif act == "level":
            chosen = Outlet.id == dice.choice(outlets).id
            session.execute(update(Outlet).where(chosen).values(level=dice.choice(("county", "provincial"))))
        elif act == "list":
            listed = OutletListing(list_name=f"名单{step}", basis="stated", ends_on=DAY + timedelta(days=9))
            listed.outlet_id = dice.choice(outlets).id
            session.add(listed)
        elif act == "prove":
            proven = dice.choice((None, proof.id))
            session.execute(update(Placement).where(Placement.id % 2 == 0).values(evidence_id=proven))
        elif act == "days":
            ends = DAY + timedelta(days=dice.randrange(20, 60))
            session.execute(update(Programme).where(Programme.id == world.programme.id).values(ends_on=ends))
        else:
            session.execute(update(Placement).values(group_id=None))
        session.commit()
        for actor in everybody:
            assert kept_sums(session, world, actor) == sums(session, world, actor)
        session.rollback()


def kept_sums(session, world, actor):
    numbers = queries.numbers(session, world.programme, PROFILE, actor)
    days = queries.counted_days(session, world.programme, PROFILE, actor)
    contacted = queries.count(session, world.programme, PROFILE, queries.CONTACTED, actor)
    return dict(numbers), list(days), contacted


def sums(session, world, actor):
    """The same from the rows themselves, each judged by the rules."""
    pieces = session.scalars(queries.pieces_of(world.programme, actor)).unique().all()
    judged = queries.judged_all(session, pieces, world.programme, PROFILE)
    numbers = {
        kind: sum(kind in judged[row.id].counts_for for row in pieces) for kind in queries.targets_of(PROFILE)
    }
    numbers |= {"none": sum(not judged[row.id].counts_for for row in pieces), "all": len(pieces)}
    days = sorted(row.published_on for row in pieces if judged[row.id].counts_for)
    inside = (world.programme.starts_on, world.programme.ends_on)
    return numbers, days, len({row.outlet_id for row in pieces if inside[0] <= row.published_on <= inside[1]})


def test_days_that_are_shown_are_those_of_the_counted_rows(session, world):
    outlet = make_outlet(session, "南方日报")
    proof = asset_for(session, Stored("b" * 64, 1), "image/png")
    session.flush()
    for kind, day in product(("report", "comprehensive"), (DAY, DAY + timedelta(days=3))):
        row = piece(world, outlet, title=f"{kind}{day}", kind=kind, published_on=day, evidence_id=proof.id)
        session.add(row)
    session.commit()
    actor = Actor.of(world.users["lead"])
    rows = {
        row.id: row.published_on
        for target in queries.targets_of(PROFILE)
        for row in queries.counted(session, world.programme, PROFILE, target, actor)
    }
    assert sorted(rows.values()) == list(queries.counted_days(session, world.programme, PROFILE, actor))
