"""Every byte of media goes through the access check, in ranges too, and no address can be guessed (A16)."""

from __future__ import annotations

import pytest

from campaign.approvals import services
from campaign.approvals.subjects import KINDS
from campaign.films.models import Clip
from tests.campaign.approvals.conftest import asset, make_clip, who

__all__ = ["asset", "make_clip", "who"]
ROLES = ("administrator", "lead", "observer", "planner", "publicity", "reviewer")


@pytest.fixture
def clip(make_clip) -> Clip:
    return make_clip()


@pytest.fixture
def content(clip, storage):
    return storage.path(clip.asset.sha256).read_bytes()


def get(client, url, **headers):
    return client.get(url, headers=headers, buffered=True)


def film_of(base, clip):
    return f"{base}/clips/{clip.id}/film.mp4"


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [("bytes=3-5", 3, 5), ("bytes=10-", 10, None), ("bytes=-7", -7, None), ("bytes=0-999999", 0, None)],
)
def test_a_part_is_sent_with_its_place(officer, base, clip, content, header, first, last):
    answer = get(officer, film_of(base, clip), Range=header)
    wanted = content[first:] if last is None else content[first : last + 1]
    assert (answer.status_code, answer.data) == (206, wanted)
    start = first % len(content)
    place = f"bytes {start}-{start + len(wanted) - 1}/{len(content)}"
    assert (answer.headers["Content-Range"], answer.headers["Accept-Ranges"]) == (place, "bytes")


@pytest.mark.parametrize("header", ["bytes=0-1,5-6", "items=0-1", "bytes=9-3", "nonsense"])
def test_what_is_no_single_range_gets_the_whole_film(officer, base, clip, content, header):
    """RFC 9110: several ranges may be answered by the whole; other units and wrong ones are ignored."""
    answer = get(officer, film_of(base, clip), Range=header)
    assert (answer.status_code, answer.data) == (200, content)


def test_a_suffix_longer_than_the_film_is_the_film(officer, base, clip, content):
    answer = get(officer, film_of(base, clip), Range="bytes=-99999999")
    assert (answer.status_code, answer.data) == (206, content)


def test_a_part_behind_the_end_is_refused_with_the_length(officer, base, clip, content):
    answer = get(officer, film_of(base, clip), Range=f"bytes={len(content)}-")
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{len(content)}")


def test_a_part_is_sent_only_of_the_version_that_the_browser_has(officer, base, clip, content):
    url = film_of(base, clip)
    tag = get(officer, url).headers["ETag"]
    sent = {
        condition: get(officer, url, Range="bytes=0-3", **{"If-Range": condition}).status_code
        for condition in (tag, '"another"', f"W/{tag}")
    }
    assert sent == {tag: 206, '"another"': 200, f"W/{tag}": 200}


def test_head_tells_the_length_and_sends_nothing(officer, base, clip, content):
    answer = officer.head(film_of(base, clip), headers={"Range": "bytes=0-3"}, buffered=True)
    assert (answer.status_code, answer.content_length, answer.data) == (200, len(content), b"")


def statuses(app, world, url, roles):
    found = {}
    for role in roles:
        client = world.login(app.test_client(), role)
        found[role] = get(client, url, Range="bytes=0-3").status_code
    return found


@pytest.mark.parametrize("file", ["film.mp4", "download"])
def test_before_the_centres_approval_only_who_works_on_a_clip_has_its_film(
    app, client, session, world, base, clip, who, file
):
    """A16: nothing leaves the house unapproved."""
    url = f"{base}/clips/{clip.id}/{file}"
    before = dict.fromkeys(ROLES, 206) | dict.fromkeys(("administrator", "observer", "planner"), 403)
    assert statuses(app, world, url, ROLES) == before
    review = services.submit(session, KINDS["clip"], clip, who("publicity"), text="导语。")
    services.approve(session, review, who("lead"))
    assert statuses(app, world, url, ("observer",)) == {"observer": 403}
    services.approve(session, review.dossier.open_review, who("reviewer"))
    assert statuses(app, world, url, ROLES) == dict.fromkeys(ROLES, 206)


def test_the_page_says_why_there_is_no_film_and_shows_the_cover(client, world, base, clip):
    observer = world.login(client, "observer")
    page = observer.get(f"{base}/clips/{clip.id}").get_data(as_text=True)
    assert "这条成片尚未经中心审核通过" in page
    assert f"/clips/{clip.id}/poster.jpg" in page
    assert "film.mp4" not in page
    assert f"/clips/{clip.id}/download" not in page


def test_without_a_login_or_from_another_province_there_is_no_byte(
    app, client, world, base, clip, ready_film
):
    names = (
        "proxy.mp4",
        "poster.jpg",
        "filmstrip.jpg",
        "waveform.json",
        "original",
        "look.mp4",
        "timeline.json",
    )
    urls = [f"{base}/{ready_film.id}/{name}" for name in names]
    urls += [f"{base}/clips/{clip.id}/{name}" for name in ("film.mp4", "poster.jpg", "download")]
    outside = {get(app.test_client(), url, Range="bytes=0-3").status_code for url in urls}
    assert outside <= {302, 401}
    foreign = world.login(client, "foreign")
    assert {get(foreign, url, Range="bytes=0-3").status_code for url in urls} == {404}


def test_no_file_is_reached_by_its_content_hash(officer, clip):
    """Assets have no address of their own: knowing a checksum opens nothing."""
    digest = clip.asset.sha256
    tried = (f"/assets/{digest[:2]}/{digest[2:4]}/{digest}", f"/static/{digest}", f"/{digest}")
    assert {get(officer, url).status_code for url in tried} == {404}


def test_the_version_under_review_is_held_back_like_the_clip(app, client, session, world, clip, who):
    review = services.submit(session, KINDS["clip"], clip, who("publicity"), text="导语。")
    url = f"/p/{world.programme.key}/approvals/{review.dossier_id}/v1/0"
    assert statuses(app, world, url, ("reviewer", "observer")) == {"reviewer": 206, "observer": 403}
