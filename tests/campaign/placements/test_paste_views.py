"""A message is pasted, looked through and saved in one go (issue 5, logging in seconds)."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import event, func, select

from campaign.audit import AuditEntry
from campaign.placements import pasting
from campaign.placements.fetch import Unreachable
from campaign.placements.models import Placement
from campaign.placements.page_facts import PageFacts
from tests.factories import make_outlet

HOME = "/p/guangdong-2024/placements/"
MESSAGE = """【示例日报】一块换热器的十年攻关 2024年10月31日
https://news.example.cn/202410/31/1.html

《小巨人之路》 2024年10月30日
https://www.other.example.cn/2.html?utm_source=wx"""


@pytest.fixture
def lead(client, world, session):
    session.add(make_outlet("示例日报", "provincial"))
    session.commit()
    return world.login(client, "lead")


def values_of(page):
    """What the rows' form would send: inputs, chosen options and ticks."""
    sent = {}
    for tag in re.findall(r"<(?:input|textarea)[^>]*>", page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            sent[name[1]] = value[1] if value else ""
    for name, body in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', body)
        sent[name] = chosen[1] if chosen else re.search(r'value="([^"]*)"', body)[1]
    return sent


def pasted(client, message=MESSAGE):
    return client.post(HOME + "paste", data={"message": message})


def pieces(session):
    return session.scalars(select(Placement).order_by(Placement.id)).unique().all()


def test_a_message_becomes_rows_and_the_rows_pieces(lead, session, world):
    sent = values_of(pasted(lead).get_data(as_text=True))
    assert (sent["row-0-title"], sent["row-0-outlet"], sent["row-0-published_on"], sent["row-0-take"]) == (
        "一块换热器的十年攻关",
        "示例日报",
        "2024-10-31",
        "y",
    )
    sent |= {"row-1-outlet": "另一家示例报", "row-1-level": "municipal"}
    answer = lead.post(HOME + "paste/save", data=sent)
    assert (answer.status_code, answer.location) == (302, HOME + "?evidence=missing")
    assert [
        (p.title, p.outlet.name, p.outlet.level, p.outlet.proposed_level, p.owner_id) for p in pieces(session)
    ] == [
        ("一块换热器的十年攻关", "示例日报", "provincial", "", world.province.id),
        ("小巨人之路", "另一家示例报", "self", "municipal", world.province.id),
    ]
    logged = (
        select(func.count())
        .select_from(AuditEntry)
        .where(AuditEntry.subject_type == "placement", AuditEntry.action == "created")
    )
    assert session.scalar(logged) == 2


def test_one_refused_row_saves_none_and_keeps_what_was_typed(lead, session):
    sent = values_of(pasted(lead).get_data(as_text=True)) | {"row-1-note": ""}
    answer = lead.post(HOME + "paste/save", data=sent)
    text = answer.get_data(as_text=True)
    # The second outlet is not said, so the row is refused.
    assert (answer.status_code, 'href="#row-1-outlet"' in text, len(pieces(session))) == (422, True, 0)
    sent |= {"row-1-outlet": "谁也不认识的报", "row-1-title": "改过的题目"}
    answer = lead.post(HOME + "paste/save", data=sent)
    text = answer.get_data(as_text=True)
    assert (answer.status_code, 'href="#row-1-level"' in text, "改过的题目" in text) == (422, True, True)
    assert len(pieces(session)) == 0


def test_an_unticked_row_is_neither_checked_nor_saved(lead, session):
    sent = values_of(pasted(lead).get_data(as_text=True))
    del sent["row-1-take"]
    assert lead.post(HOME + "paste/save", data=sent).status_code == 302
    assert [p.title for p in pieces(session)] == ["一块换热器的十年攻关"]


def test_what_is_logged_already_is_shown_and_not_ticked(lead, session):
    sent = values_of(pasted(lead).get_data(as_text=True))
    del sent["row-1-take"]
    lead.post(HOME + "paste/save", data=sent)
    page = pasted(lead, MESSAGE.replace("https://news", "http://m.news")).get_data(as_text=True)
    again = values_of(page)
    assert ("row-0-take" in again, "row-1-take" in again) == (False, True)
    assert f'href="{HOME}{pieces(session)[0].id}"' in page
    again |= {"row-0-take": "y"}
    del again["row-1-take"]
    assert (lead.post(HOME + "paste/save", data=again).status_code, len(pieces(session))) == (422, 1)


def test_the_same_address_in_two_rows_is_refused(lead, session):
    sent = values_of(pasted(lead).get_data(as_text=True))
    sent |= {"row-1-outlet": "示例日报", "row-1-address": "http://news.example.cn/202410/31/1.html#top"}
    assert (lead.post(HOME + "paste/save", data=sent).status_code, len(pieces(session))) == (422, 0)


def test_a_city_does_not_learn_the_title_of_a_row_it_may_not_see(lead, world, app, session):
    sent = values_of(pasted(lead).get_data(as_text=True)) | {"row-0-title": "省里的稿件"}
    del sent["row-1-take"]
    lead.post(HOME + "paste/save", data=sent)
    city = world.login(app.test_client(), "city")
    page = pasted(city).get_data(as_text=True)
    assert ("省里的稿件" in page, world.province.name in page) == (False, True)
    assert "row-0-take" not in values_of(page)


def test_a_message_without_a_piece_says_so_and_keeps_the_message(lead):
    answer = pasted(lead, "收到，谢谢！")
    assert (answer.status_code, "收到，谢谢！" in answer.get_data(as_text=True)) == (422, True)


def test_the_bookmarklet_leads_to_one_row(lead):
    page = lead.get(
        HOME + "from-page",
        query_string={"address": "https://news.example.cn/1.html", "title": "<b>小巨人</b>之路"},
    ).get_data(as_text=True)
    sent = values_of(page)
    assert (sent["rows"], sent["row-0-address"]) == ("1", "https://news.example.cn/1.html")
    assert ("<b>小巨人" in page, sent["row-0-title"]) == (False, "&lt;b&gt;小巨人&lt;/b&gt;之路")


@pytest.mark.parametrize(
    ("window", "title", "outlet"),
    [
        ("老车间亮起灯_示例日报", "老车间亮起灯", "示例日报"),
        ("老车间亮起灯_经济_示例日报", "老车间亮起灯", "示例日报"),
        ("老车间亮起灯 - 从无到有", "老车间亮起灯 - 从无到有", ""),
        ("老车间亮起灯", "老车间亮起灯", ""),
    ],
    ids=["site", "column and site", "no site behind the dash", "title alone"],
)
def test_the_bookmarklet_leaves_the_site_out_of_the_title(lead, window, title, outlet):
    """A window is called after its page and its site; only the first is the title of the piece."""
    page = lead.get(
        HOME + "from-page", query_string={"address": "https://a.example.cn/2.html", "title": window}
    )
    sent = values_of(page.get_data(as_text=True))
    assert (sent["row-0-title"], sent["row-0-outlet"]) == (title, outlet)


def test_many_rows_cost_no_more_queries_than_few(lead, session):
    asked = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *args: asked.append(args[2]))

    def cost(rows):
        message = "\n\n".join(f"《示例题目{n}》 2024年10月1日\nhttps://a.example.cn/{n}" for n in range(rows))
        asked.clear()
        assert pasted(lead, message).status_code == 200
        return len(asked)

    assert cost(60) == cost(2)


class TestLook:
    """The script of the page asks the server what a page says of itself."""

    @pytest.fixture
    def looking(self, app, lead):
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], fetch_pages=True)
        return lambda address: lead.post(HOME + "look", json={"address": address}).get_json()

    def test_a_page_fills_title_outlet_and_day(self, looking, monkeypatch):
        from datetime import date

        facts = PageFacts("小巨人之路", "示例日报", date(2024, 10, 30), "正文")
        monkeypatch.setattr(pasting, "look", lambda _address: facts)
        assert looking("https://news.example.cn/1.html") == {
            "reached": True,
            "title": "小巨人之路",
            "outlet": "示例日报",
            "published_on": "2024-10-30",
            "excerpt": "正文",
        }

    @pytest.mark.parametrize(
        "address", ["http://127.0.0.1/", "http://2130706433/", "file:///etc/passwd", "", None, 5]
    )
    def test_an_internal_address_is_answered_like_one_without_network(self, looking, address):
        assert looking(address) == {"reached": False}

    def test_no_network_is_quiet(self, looking, monkeypatch):
        def unplugged(_address):
            raise Unreachable("name")

        monkeypatch.setattr(pasting.fetch, "fetch", unplugged)
        assert looking("https://news.example.cn/1.html") == {"reached": False}

    def test_where_it_is_turned_off_no_page_is_asked(self, lead, monkeypatch):
        monkeypatch.setattr(pasting, "look", lambda _address: pytest.fail("asked"))
        answer = lead.post(HOME + "look", json={"address": "https://news.example.cn/1.html"})
        assert answer.get_json() == {"reached": False}
