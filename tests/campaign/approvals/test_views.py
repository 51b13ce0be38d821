"""The pages of the reviews, as the people of the province and the centre use them."""

from __future__ import annotations

import io
import re
import zipfile
from urllib.parse import unquote

import pytest
from python_calamine import CalamineWorkbook

from campaign.approvals import queries, services
from campaign.films.models import Clip


@pytest.fixture
def at(world):
    def address(path=""):
        return f"/p/{world.programme.key}/approvals/{path}"

    return address


@pytest.fixture
def as_user(app, world, client):
    def login(name):
        return world.login(app.test_client(), name)

    return login


def text_of(response):
    return response.get_data(as_text=True)


def test_the_main_path_by_the_pages(as_user, session, clip, at):
    """Issue 4, item 7: from the draft to the package."""
    officer, lead, reviewer = as_user("publicity"), as_user("lead"), as_user("reviewer")
    sent = officer.post(at(f"send/clip/{clip.id}"), data={"text": "导语", "note": "请看"})
    assert sent.status_code == 303
    page = sent.location
    dossier_id = page.rsplit("/", 1)[1]
    assert lead.post(f"{page}/decide", data={"act": "approve"}).status_code == 303
    assert reviewer.post(f"{page}/comments", data={"at": "00:00:12:05", "body": "太暗"}).status_code == 303
    returned = reviewer.post(f"{page}/decide", data={"act": "return", "reason": "请调亮"})
    assert returned.status_code == 303
    shown = text_of(officer.get(page))
    assert re.findall(r'data-frame="(\d+)"', shown) == ["305", "305"]
    assert "请调亮" in shown
    clip.title = "高效换热器（调亮版）"
    session.commit()
    assert officer.post(at(f"send/clip/{clip.id}"), data={"text": "新导语"}).status_code == 303
    for who in (lead, reviewer):
        assert who.post(f"{page}/decide", data={"act": "approve"}).status_code == 303
    assert officer.post(f"{page}/publish").status_code == 303
    answer = officer.get(at(f"{dossier_id}/v2/package.zip"), buffered=True)
    name = answer.headers["Content-Disposition"].encode("latin-1").decode().partition("filename*=UTF-8''")[2]
    firm = "示例案例·高效换热器（两分钟版）有限公司"
    assert unquote(name) == f"广州市+{firm}+高效换热器（调亮版）.zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            "案例·高效换热器（两分钟版）+视频.mp4",
            "案例·高效换热器（两分钟版）+封面.jpg",
            "案例·高效换热器（两分钟版）+文稿.txt",
            "审定说明.txt",
        ]
        words = archive.read("案例·高效换热器（两分钟版）+文稿.txt").decode("utf-8-sig")
    assert words == "高效换热器（调亮版）\r\n\r\n新导语\r\n"
    assert officer.get(at(f"{dossier_id}/v1/package.zip")).status_code == 422


def test_a_refused_decision_keeps_what_was_typed(as_user, clip, to_centre):
    review = to_centre(clip)
    page = f"/p/guangdong-2024/approvals/{review.dossier_id}"
    reviewer = as_user("reviewer")
    answer = reviewer.post(f"{page}/decide", data={"act": "return", "reason": "  "})
    assert answer.status_code == 422
    assert "请写明理由" in text_of(answer)
    far = reviewer.post(f"{page}/comments", data={"at": "00:10:00:00", "body": "很长的意见"})
    assert far.status_code == 422
    assert "很长的意见</textarea>" in text_of(far)


def test_a_decision_on_a_round_that_is_over_decides_nothing(as_user, session, clip, to_centre, send, who):
    first = to_centre(clip)
    services.send_back(session, first, who("reviewer"), reason="改")
    second = send(clip)
    services.approve(session, second, who("lead"))
    page = f"/p/guangdong-2024/approvals/{first.dossier_id}"
    answer = as_user("reviewer").post(f"{page}/decide", data={"act": "approve", "review": first.id})
    assert (answer.status_code, first.dossier.state) == (422, "centre")


def test_the_maker_is_told_why_he_may_not_check(as_user, clip, send):
    review = send(clip)
    page = f"/p/guangdong-2024/approvals/{review.dossier_id}"
    officer = as_user("publicity")
    shown = text_of(officer.get(page))
    assert "不能审核自己制作或提交的版本" in shown
    assert f"{page}/decide" not in shown
    assert officer.post(f"{page}/decide", data={"act": "approve"}).status_code == 403


def test_the_film_of_a_version_is_sent_by_ranges_and_only_to_those_who_may_see_it(as_user, clip, send, at):
    version = send(clip).version
    url = at(f"{version.dossier_id}/v1/0")
    part = as_user("reviewer").get(url, headers={"Range": "bytes=8-15"}, buffered=True)
    assert (part.status_code, part.data, part.headers["Content-Range"][:11]) == (
        206,
        "高效换".encode()[:8],
        "bytes 8-15/",
    )
    assert as_user("foreign").get(url).status_code == 404
    assert as_user("city").get(url).status_code == 404
    assert as_user("lead").get(at(f"{version.dossier_id}/v1/9")).status_code == 404


def test_an_old_version_stays_readable(as_user, session, clip, to_centre, send, who):
    review = to_centre(clip, text="第一版导语。不变。")
    services.comment(session, review.version, who("reviewer"), body="开头太暗", frame=10)
    services.send_back(session, review, who("reviewer"), reason="改")
    send(clip, text="第二版导语。不变。")
    page = f"/p/guangdong-2024/approvals/{review.dossier_id}"
    reviewer = as_user("reviewer")
    newest, oldest = text_of(reviewer.get(page)), text_of(reviewer.get(f"{page}?version=1"))
    assert "<del>第一版导语。</del><ins>第二版导语。</ins>不变。" in newest
    assert ("开头太暗" in newest, "第一版导语" in oldest, "较早的版本" in oldest) == (True, True, True)
    assert reviewer.get(f"{page}?version=3").status_code == 404


def test_what_waits_is_the_first_page_of_the_reviewer(as_user, make_clip, to_centre, send):
    to_centre(make_clip("等中心的"))
    send(make_clip("等内审的"))
    reviewer = as_user("reviewer")
    assert reviewer.get("/").location == "/approvals/"
    waiting, everything = text_of(reviewer.get("/approvals/")), text_of(reviewer.get("/approvals/?view=all"))
    assert ("等中心的" in waiting, "等内审的" in waiting) == (True, False)
    assert ("等中心的" in everything, "等内审的" in everything) == (True, True)
    sheet = reviewer.get("/approvals/?view=all&format=xlsx&sort=title")
    assert sheet.headers["Content-Disposition"].isascii()
    table = CalamineWorkbook.from_filelike(io.BytesIO(sheet.data)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in table] == ["标题", "等中心的", "等内审的"]


def test_the_list_asks_as_often_for_three_rows_as_for_one(as_user, app, make_clip, to_centre):
    from sqlalchemy import event

    from campaign.db import db

    def queries_of(client):
        seen = []
        with app.app_context():
            engine = db.engine
        listen = lambda *_args: seen.append(1)  # noqa: E731 - removed again below
        event.listen(engine, "after_cursor_execute", listen)
        try:
            assert client.get("/approvals/").status_code == 200
        finally:
            event.remove(engine, "after_cursor_execute", listen)
        return len(seen)

    reviewer = as_user("reviewer")
    to_centre(make_clip("一"))
    reviewer.get("/approvals/")
    one = queries_of(reviewer)
    to_centre(make_clip("二"))
    to_centre(make_clip("三"))
    assert queries_of(reviewer) == one


def test_the_officer_sees_first_what_came_back(as_user, session, clip, to_centre, who):
    services.send_back(session, to_centre(clip), who("reviewer"), reason="改")
    shown = text_of(as_user("publicity").get("/p/guangdong-2024/"))
    first = re.search(r'<ul class="tasks list-plain"><li><a class="count" href="([^"]+)">', shown)
    assert first.group(1) == "/approvals/?programme=guangdong-2024&amp;state=returned"


def test_clips_are_counted_and_filtered_by_their_review(
    as_user, session, world, make_clip, approve, publish, send
):
    make_clip("草稿")
    send(make_clip("内审"))
    changed = make_clip("批准后又改")
    approve(changed)
    approve(make_clip("批准"))
    publish(make_clip("发布"))
    changed.title = "批准后又改了名"
    session.commit()
    lead = as_user("lead")
    found = {}
    for state in ("draft", "internal", "centre", "returned", "approved", "published"):
        sheet = lead.get(f"/p/guangdong-2024/films/clips/?review={state}&format=xlsx")
        rows = CalamineWorkbook.from_filelike(io.BytesIO(sheet.data)).get_sheet_by_index(0).to_python()
        found[state] = sorted(row[1] for row in rows[1:])
    assert found == {
        "draft": ["批准后又改了名", "草稿"],
        "internal": ["内审"],
        "centre": [],
        "returned": [],
        "approved": ["批准"],
        "published": ["发布"],
    }
    from campaign.access import Actor

    counts = queries.clip_state_counts(session, world.programme, Actor.of(world.users["lead"]))
    assert counts == {state: len(titles) for state, titles in found.items() if titles}


def test_a_target_may_count_what_is_approved_or_published(as_user, make_clip, approve, publish):
    make_clip("只渲染")
    approve(make_clip("批准"))
    publish(make_clip("发布"))
    lead = as_user("lead")
    found = {}
    for word in ("clips.finished", "clips.approved", "clips.published"):
        sheet = lead.get(f"/p/guangdong-2024/films/clips/?counts={word}&format=xlsx")
        rows = CalamineWorkbook.from_filelike(io.BytesIO(sheet.data)).get_sheet_by_index(0).to_python()
        found[word] = {row[1] for row in rows[1:]}
    assert found == {
        "clips.finished": {"只渲染", "批准", "发布"},
        "clips.approved": {"批准", "发布"},
        "clips.published": {"发布"},
    }


def test_several_clips_are_sent_at_once_and_what_is_refused_is_named(as_user, session, make_clip, send, at):
    ready = [make_clip(f"成片{number}") for number in (1, 2)]
    waiting = make_clip("已在内审")
    send(waiting)
    chosen = [clip.id for clip in (*ready, waiting)]
    officer = as_user("publicity")
    assert officer.post(at("many"), data={"clip": chosen, "act": "send"}).status_code == 303
    shown = text_of(officer.get("/p/guangdong-2024/films/clips/"))
    assert "2 个成片已送内审" in shown
    assert "已在内审：" in shown
    assert {session.get(Clip, clip.id).dossier.state for clip in ready} == {"internal"}


def test_several_clips_are_published_at_once(as_user, session, make_clip, approve, at):
    agreed, other = make_clip("批准"), make_clip("未批准")
    approve(agreed)
    officer = as_user("publicity")
    officer.post(at("many"), data={"clip": [agreed.id, other.id], "act": "publish"})
    session.refresh(agreed)
    assert agreed.dossier.state == "published"
    assert other.dossier is None


def test_a_package_of_a_version_that_nobody_approved_is_refused(as_user, clip, to_centre, at):
    review = to_centre(clip)
    answer = as_user("lead").get(at(f"{review.dossier_id}/v1/package.zip"))
    assert answer.status_code == 422


def test_pages_of_another_province_do_not_exist(as_user, clip, send):
    dossier_id = send(clip).dossier_id
    foreign = as_user("foreign")
    assert foreign.get(f"/p/guangdong-2024/approvals/{dossier_id}").status_code == 404
    assert foreign.get(f"/p/hubei-2024/approvals/{dossier_id}").status_code == 404
    assert foreign.post(f"/p/hubei-2024/approvals/{dossier_id}/withdraw").status_code == 404
