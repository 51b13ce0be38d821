"""What is said while a piece is typed: its link is logged already, or the same report is (issue 5)."""

from datetime import date

import pytest

from campaign.access import Actor
from campaign.placements import pasting, services
from campaign.placements.models import Placement
from campaign.placements.services import PlacementValues
from tests.factories import make_outlet

HOME = "/p/guangdong-2024/placements/"
TITLE = "一块换热器背后的十年攻关路"
LINK = "https://www.example.cn/202410/01/1.html"


def log(session, world, owner_id=None, **changes):
    base = {
        "outlet": "示例省报",
        "level": "",
        "title": TITLE,
        "address": LINK,
        "published_on": date(2024, 10, 1),
        "kind": "report",
        "note": "",
        "cases": (),
    }
    values = PlacementValues(**(base | changes))
    return services.log_placement(
        session, world.programme, values, None, owner_id=owner_id or world.province.id
    )


@pytest.fixture
def piece(session, world):
    session.add_all([make_outlet("示例省报"), make_outlet("示例新闻网")])
    session.commit()
    return log(session, world)


def said(client, **typed):
    base = {"address": "", "title": "", "outlet": "示例新闻网", "published_on": "2024-10-03", "piece": ""}
    return client.post(HOME + "seen", json=base | typed).get_json()["said"]


@pytest.mark.parametrize(
    "address",
    [
        "http://example.cn/202410/01/1.html?utm_source=weixin&from=timeline#top",
        "https://m.example.cn/202410/01/1.html",
        "ｈｔｔｐｓ://www.example.cn/202410/01/1.html",
    ],
)
def test_the_same_link_is_known_however_it_is_written(client, world, piece, address):
    [one] = said(world.login(client, "publicity"), address=address)
    assert (one["tone"], one["url"]) == ("warning", f"{HOME}{piece.id}")


@pytest.mark.parametrize("title", [TITLE, f"【转载】{TITLE}_示例新闻网", f"{TITLE}——纪实"])
def test_a_reprint_is_told_and_does_become_one_report_with_the_first(client, world, session, piece, title):
    """B2: a report counts once, however many copies it has."""
    [one] = said(world.login(client, "publicity"), title=title)
    assert (one["tone"], one["url"]) == ("info", f"{HOME}{piece.id}")
    copy = log(session, world, title=title, address="https://news.example/2", outlet="示例新闻网")
    assert (copy.group_id is not None, copy.group_id) == (True, session.get_one(Placement, piece.id).group_id)


def test_a_similar_title_is_shown_for_a_person_to_decide_and_both_can_be_joined_and_parted(
    client, world, session, piece
):
    """B2: the machine joins only what is nearly the same; a person joins the rest, with a reason."""
    officer = world.login(client, "publicity")
    title = "换热器背后的十年攻关之路"
    [one] = said(officer, title=title)
    assert (one["url"], "标题相近" in one["words"]) == (f"{HOME}{piece.id}", True)
    other = log(session, world, title=title, address="https://news.example/2", outlet="示例新闻网")
    page = f"{HOME}{other.id}/copies"
    assert (other.group_id, f'value="{piece.id}"' in officer.get(page).get_data(as_text=True)) == (None, True)
    officer.post(f"{page}/join", data={"other": piece.id, "reason": "同一篇通讯"})
    session.expire_all()
    assert other.group_id == piece.group_id is not None
    officer.post(f"{page}/split", data={"reason": "两篇不同的通讯"})
    session.expire_all()
    assert (other.group_id, piece.group_id) == (None, None)


@pytest.mark.parametrize(
    "typed",
    [
        {"title": "小巨人之路：一家企业的十年"},
        {"title": TITLE, "published_on": "2024-10-31"},
        {"title": TITLE, "published_on": ""},
        {"address": "https://www.example.cn/202410/01/2.html"},
    ],
)
def test_nothing_is_said_of_another_piece(client, world, piece, typed):
    assert said(world.login(client, "publicity"), **typed) == []


def test_a_piece_is_no_copy_of_itself_while_it_is_changed(client, world, piece):
    assert said(world.login(client, "lead"), address=LINK, title=TITLE, piece=str(piece.id)) == []


def test_what_is_not_json_gets_no_answer(client, world, piece):
    assert world.login(client, "lead").post(HOME + "seen", data="x").get_json() == {"said": []}


def test_a_pasted_row_says_whose_copy_it_would_be(session, world, piece):
    actor = Actor.of(world.users["lead"])
    message = f"《{TITLE}》 2024年10月3日\nhttps://news.example/2\n\n《小巨人之路》 2024年10月3日\nhttps://news.example/3"
    rows, known = pasting.read_message(session, world.programme, message, date(2024, 11, 1))
    found = pasting.proposals(session, world.programme, actor, rows, known)
    assert [one.copy and one.copy.id for one in found] == [piece.id, None]
