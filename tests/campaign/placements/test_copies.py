"""Copies of one report: told by address, title and text, corrected by hand (B2)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from campaign.errors import Refused
from campaign.placements import grouping, queries, services
from campaign.placements.copies import ALONE, Sighting, plain_title, reports, same_report
from campaign.placements.models import Placement, PlacementGroup
from campaign.placements.services import PlacementValues

DAY = date(2024, 9, 1)
TITLE = "示例企业三年攻克高速主轴温升难题"
TEXT = "本报讯　示例企业的技术团队经过三年攻关，解决了高速主轴温升的难题，产品已用于多条产线。" * 2
OTHER_TEXT = (
    "昨天上午，一场别开生面的宣讲活动在开发区举行，几十名一线工人走上讲台，讲述他们改良夹具、修复设备的故事。"
    * 2
)


def seen(key, title=TITLE, **facts):
    base = {"day": DAY, "outlet_id": key}
    return Sighting(key, title, **(base | facts))


@pytest.mark.parametrize(
    "title",
    [
        TITLE,
        f"【企业创新】{TITLE}",
        f"转载：{TITLE}",
        f"{TITLE}_南方网",
        f"{TITLE} - 示例新闻网",
        f"《{TITLE}》",
        TITLE.replace("三年", "３年").replace("3", "三").replace("３", "三"),
    ],
)
def test_marks_and_the_name_of_the_site_are_no_part_of_a_title(title):
    assert plain_title(title) == TITLE


@pytest.mark.parametrize(
    ("facts", "same"),
    [
        ({}, True),
        ({"title": f"{TITLE}了"}, True),
        ({"title": "示例企业把废水变成洁净蒸汽"}, False),
        ({"day": date(2024, 9, 15)}, True),
        ({"day": date(2024, 9, 16)}, False),
        ({"text": OTHER_TEXT}, True),
        ({"cases": frozenset({2})}, True),
    ],
)
def test_without_texts_the_title_and_the_days_between_decide(facts, same):
    assert same_report(seen(1), seen(2, **facts)) is same


def test_known_texts_decide_against_the_title_and_for_it():
    """The same title at two outlets as independent pieces; the same piece under another title."""
    assert not same_report(seen(1, text=TEXT), seen(2, text=OTHER_TEXT))
    assert same_report(seen(1, text=TEXT), seen(2, "废水变成洁净蒸汽的故事", text="（通讯员 示例）" + TEXT))


def test_pieces_about_different_cases_are_no_copies():
    assert not same_report(seen(1, cases=frozenset({1})), seen(2, cases=frozenset({2})))
    assert same_report(seen(1, cases=frozenset({1, 3})), seen(2, cases=frozenset({2, 3})))


def test_a_short_heading_makes_no_copy():
    assert not same_report(seen(1, "企业风采"), seen(2, "企业风采"))


def test_one_article_number_at_one_outlet_is_one_report_under_any_title():
    a = {"address_key": "x.cn/a/t20240901_123456789.html", "outlet_id": 5}
    b = {"address_key": "app.x.cn/detail/123456789", "outlet_id": 5}
    assert same_report(seen(1, "旧题目旧题目旧题目旧题目", **a), seen(2, **b))
    assert not same_report(seen(1, "旧题目旧题目旧题目旧题目", **a), seen(2, **(b | {"outlet_id": 6})))


def test_a_day_in_an_address_is_no_article_number():
    a = {"address_key": "x.cn/20240901.html", "outlet_id": 5}
    assert not same_report(seen(1, "旧题目旧题目旧题目旧题目", **a), seen(2, **a))


def test_what_a_person_decided_stands_and_is_not_bridged_by_a_third_piece():
    apart = [seen(1, fixed="7"), seen(2, fixed="8"), seen(3), seen(4, fixed=ALONE)]
    assert reports(apart) == [(1, 3), (2,), (4,)]
    together = [seen(1, fixed="7"), seen(2, "废水变成洁净蒸汽的故事", fixed="7")]
    assert reports(together) == [(1, 2)]


def test_the_order_in_which_pieces_come_does_not_matter():
    pieces = [seen(n, TITLE if n % 3 else f"另一篇报道的题目第{n}号说新能源") for n in range(1, 12)]
    assert reports(pieces) == reports(reversed(pieces))


# --- in the database --------------------------------------------------------------------------------------


@pytest.fixture
def log(session, world):
    def write(title, day=DAY, **changes):
        values = {"outlet": f"示例省报{len(title)}", "level": "provincial", "address": "", "kind": "report"}
        piece = PlacementValues(
            **(values | {"title": title, "published_on": day, "note": "", "cases": ()} | changes)
        )
        return services.log_placement(session, world.programme, piece, None, owner_id=world.province.id)

    return write


def groups(session):
    rows = session.execute(select(Placement.id, Placement.group_id).order_by(Placement.id))
    return [group for _, group in rows]


@pytest.mark.both_databases
def test_groups_follow_the_pieces_as_they_come_change_and_go(session, world, log):
    first, second, third = log(TITLE), log(f"转载：{TITLE}"), log("废水变成洁净蒸汽的故事")
    assert first.group_id == second.group_id is not None
    assert third.group_id is None
    assert [one.id for one in queries.copies_of(session, first, actor_of(world))] == [second.id]
    services.delete_placement(session, second)
    assert groups(session) == [None, None]
    assert session.scalar(select(func.count()).select_from(PlacementGroup)) == 0


def actor_of(world):
    from campaign.access import Actor

    return Actor.of(world.users["lead"])


@pytest.mark.both_databases
def test_a_person_parts_joins_and_lets_go_with_a_reason(session, world, log):
    first, second, third = log(TITLE), log(f"转载：{TITLE}"), log("废水变成洁净蒸汽的故事")
    with pytest.raises(Refused, match="Say why"):
        grouping.split_off(session, second, " ")
    grouping.split_off(session, second, "两位记者各自采写")
    assert groups(session) == [None, None, None]
    grouping.regroup(session, world.programme)
    assert groups(session) == [None, None, None]
    grouping.join(session, first, third, "同一通稿改了题目")
    grouping.regroup(session, world.programme)
    assert (first.group_id == third.group_id is not None, second.group_id) == (True, None)
    grouping.release(session, second)
    assert first.group_id == second.group_id == third.group_id


@pytest.mark.both_databases
def test_grouping_around_one_piece_gives_the_same_as_grouping_all(session, world, log):
    for number in range(6):
        log(TITLE if number % 2 else f"第{number}篇报道讲的是储能电站故事", day=date(2024, 9, 1 + number * 4))
    step_by_step = groups(session)
    grouping.regroup(session, world.programme)
    assert groups(session) == step_by_step


def test_the_page_of_copies_parts_and_joins(client, world, session, log):
    first, second = log(TITLE), log(f"转载：{TITLE}")
    lead = world.login(client, "lead")
    home = f"/p/guangdong-2024/placements/{second.id}/copies"
    assert lead.get(home).get_data(as_text=True).count(TITLE) >= 2
    refused = lead.post(f"{home}/split", data={"reason": ""})
    assert refused.status_code == 422
    assert lead.post(f"{home}/split", data={"reason": "两位记者各自采写"}).status_code == 302
    session.expire_all()
    assert session.get_one(Placement, second.id).group_id is None
    joined = lead.post(f"{home}/join", data={"other": first.id, "reason": "同一通稿"})
    assert joined.status_code == 302
    session.expire_all()
    assert session.get_one(Placement, second.id).group_id is not None
