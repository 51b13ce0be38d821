"""What the world gets by a feed's address, and what it does not get (A16, B8)."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from campaign.approvals import services
from campaign.films.models import Clip

NS = {"a": "http://www.w3.org/2005/Atom"}
PAGE = "/p/guangdong-2024/approvals/feeds"


@pytest.fixture
def stranger(app, world):
    """A feed reader: no login, and no form's token either."""
    return app.test_client()


@pytest.fixture
def lead(client, world):
    return world.login(client, "lead")


@pytest.fixture
def addresses(lead):
    """Open the feeds; gives their addresses as the page shows them."""

    def read():
        shown = lead.get(PAGE).get_data(as_text=True)
        return [part.split('"', 1)[0] for part in shown.split('href="http://localhost')[1:]]

    lead.post(PAGE, data={"act": "open"})
    return read


def items(stranger, url):
    answer = stranger.get(url)
    assert answer.status_code == 200, answer.status
    return list(ET.fromstring(answer.data).iter("item"))  # noqa: S314 - written by ourselves a moment ago


def test_only_what_is_published_is_in_the_feed(
    stranger, addresses, make_clip, publish, approve, to_centre, send
):
    make_clip("草稿")
    send(make_clip("内审"))
    to_centre(make_clip("在中心"))
    approve(make_clip("批准"))
    publish(make_clip("发布"), text="导语")
    rss, atom = addresses()
    assert [item.findtext("title") for item in items(stranger, rss)] == ["发布"]
    root = ET.fromstring(stranger.get(atom).data)  # noqa: S314 - as above
    assert [e.findtext("a:title", namespaces=NS) for e in root.findall("a:entry", NS)] == ["发布"]


def test_an_enclosure_is_fetched_by_ranges_with_the_same_address(stranger, addresses, session, clip, publish):
    row = publish(clip)
    film = row.version.file("film").asset
    (item,) = items(stranger, addresses()[0])
    enclosure = item.find("enclosure").attrib
    url = enclosure["url"].removeprefix("http://localhost")
    assert (enclosure["type"], int(enclosure["length"])) == ("video/mp4", film.size_bytes)
    whole, part = (stranger.get(url, headers=asked, buffered=True) for asked in ({}, {"Range": "bytes=0-3"}))
    assert (whole.status_code, len(whole.data), whole.mimetype) == (200, film.size_bytes, "video/mp4")
    assert (part.status_code, part.data) == (206, b"film")
    # The clip page of the same film stays closed to strangers.
    assert stranger.get(f"/p/guangdong-2024/films/clips/{clip.id}/film.mp4").status_code == 302


def test_what_is_taken_down_is_gone_at_once(stranger, addresses, session, clip, publish, who):
    row = publish(clip)
    rss = addresses()[0]
    url = items(stranger, rss)[0].find("enclosure").get("url").removeprefix("http://localhost")
    services.unpublish(session, row, who("lead"), reason="企业更名")
    assert (items(stranger, rss), stranger.get(url).status_code) == ([], 404)


def test_a_new_version_keeps_its_id_and_has_another_file(
    stranger, addresses, session, clip, publish, new_render, who
):
    publish(clip)
    rss = addresses()[0]
    before = items(stranger, rss)[0]
    new_render(clip)
    publish(session.get(Clip, clip.id))
    after = items(stranger, rss)[0]
    assert before.findtext("guid") == after.findtext("guid")
    old, new = (one.find("enclosure").get("url").removeprefix("http://localhost") for one in (before, after))
    statuses = [stranger.get(url, buffered=True).status_code for url in (old, new)]
    assert (old == new, statuses) == (False, [404, 200])


def test_a_renewed_or_closed_feed_answers_nobody(stranger, addresses, lead, clip, publish):
    publish(clip)
    old = addresses()[0]
    url = items(stranger, old)[0].find("enclosure").get("url").removeprefix("http://localhost")
    lead.post(PAGE, data={"act": "renew"})
    new = addresses()[0]
    assert [stranger.get(one).status_code for one in (old, url, new)] == [404, 404, 200]
    lead.post(PAGE, data={"act": "close"})
    assert (stranger.get(new).status_code, addresses()) == (404, [])
    lead.post(PAGE, data={"act": "open"})
    assert (addresses()[0], stranger.get(new).status_code) == (new, 200)


def test_an_address_cannot_be_guessed_or_forged(stranger, addresses, clip, publish):
    row = publish(clip)
    rss = addresses()[0]
    token = rss.split("/")[2]
    forged = [token[:-1] + ("A" if token[-1] != "A" else "B"), token.split(".")[0], "1", "WzEsMV0.x"]
    assert [stranger.get(f"/feed/{one}/rss.xml").status_code for one in forged] == [404] * 4
    public_id = row.dossier.public_id
    wrong = [f"{public_id}-2-0.mp4", f"{public_id}-1-0.jpg", f"{public_id}-1-7.mp4", f"{'0' * 32}-1-0.mp4"]
    assert [stranger.get(f"/feed/{token}/{one}").status_code for one in wrong] == [404] * 4


def test_a_feed_of_one_programme_holds_nothing_of_another(stranger, app, world, addresses, clip, publish):
    row = publish(clip)
    url = f"/feed/TOKEN/{row.dossier.public_id}-1-0.mp4"
    other = world.login(app.test_client(), "foreign")
    page = "/p/hubei-2024/approvals/feeds"
    other.post(page, data={"act": "open"})
    shown = other.get(page).get_data(as_text=True)
    token = shown.split("/feed/")[1].split("/")[0]
    assert items(stranger, f"/feed/{token}/rss.xml") == []
    assert stranger.get(url.replace("TOKEN", token)).status_code == 404


def test_readers_that_ask_again_get_nothing_new(stranger, addresses, clip, publish):
    publish(clip)
    rss = addresses()[0]
    first = stranger.get(rss)
    again = stranger.get(rss, headers={"If-None-Match": first.headers["ETag"]})
    assert (first.mimetype, again.status_code, again.data) == ("application/rss+xml", 304, b"")


def test_only_the_lead_opens_and_renews(client, world):
    world.login(client, "publicity")
    assert (client.get(PAGE).status_code, client.post(PAGE, data={"act": "open"}).status_code) == (403, 403)


def test_a_closed_feed_is_told_where_approved_clips_wait_and_opened_there(client, world, clip, publish):
    """Requirements A9, B8: what is approved reaches nobody as long as nobody has opened the feeds."""
    publish(clip)
    pages = (
        "/p/guangdong-2024/",
        "/p/guangdong-2024/films/clips/",
        f"/p/guangdong-2024/films/clips/{clip.id}",
    )
    for username, opens in (("publicity", False), ("lead", True)):
        world.login(client, username)
        shown = [client.get(page).text for page in pages]
        assert [("订阅源尚未开放" in page, f'action="{PAGE}"' in page) for page in shown] == [
            (True, opens)
        ] * 3
    client.post(PAGE, data={"act": "open"})
    assert ["订阅源尚未开放" in client.get(page).text for page in pages] == [False] * 3
