"""The clip workplace while somebody works in it (A12): the timeline, and the draft that keeps itself."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from campaign.films import clips
from campaign.films.models import Clip
from campaign.films.rules import Span
from tests.factories import make_case


def edit_list(film, start="1", end="2", **more):
    return {
        "title": "两分钟",
        "case_id": "",
        "ranges": [{"film": str(film.id), "in": start, "out": end}],
    } | more


def test_the_timeline_says_all_that_is_drawn_along_the_time_of_a_film(officer, base, ready_film, session):
    ready_film.measures = ready_film.measures | {
        "scene_cuts": ["1", "5/2"],
        "silence": [{"start": "0", "end": "1/2", "start_s": 0.0, "end_s": 0.5}],
    }
    span = {"start": "0", "end": "1", "start_s": 0.0, "end_s": 1.0}
    plain = {"measured": "", "limit": "", "advice": "", "params": {}}
    ready_film.findings = [
        {"rule": "black", "verdict": "fail", "ranges": [span]} | plain,
        {"rule": "freeze", "verdict": "pass", "ranges": [span]} | plain,
        {"rule": "loudness", "verdict": "warn", "ranges": []} | plain,
    ]
    session.commit()
    told = officer.get(f"{base}/{ready_film.id}/timeline.json").json
    assert (told["rate"], told["duration_s"]) == ([25, 1], 4.0)
    assert told["cuts"] == [1.0, 2.5]
    assert told["silences"] == [[0.0, 0.5]]
    assert [(one["verdict"], one["ranges"]) for one in told["faults"]] == [("fail", [[0.0, 1.0]])]
    assert officer.get(told["waveform"], buffered=True).status_code == 200
    assert officer.get(told["strip"]["url"], buffered=True).mimetype == "image/jpeg"


def test_what_is_marked_becomes_a_draft_and_keeps_itself(officer, base, ready_film, session, world):
    begun = officer.post(f"{base}/clips/draft.json", json=edit_list(ready_film)).json
    assert begun["revision"] == 1
    again = officer.post(begun["draft_url"], json=edit_list(ready_film, end="3", revision=1)).json
    assert (again["clip_id"], again["revision"]) == (begun["clip_id"], 2)
    session.expire_all()
    clip = session.get(Clip, begun["clip_id"])
    assert (clip.title, clip.state, clip.edited_by_id) == ("两分钟", "draft", world.users["publicity"].id)
    assert [(row.in_point, row.out_point) for row in clip.ranges] == [(1, 3)]
    unchanged = officer.post(begun["draft_url"], json=edit_list(ready_film, end="3", revision=2)).json
    assert unchanged["revision"] == 2


def test_of_two_officers_the_second_is_told_and_loses_nothing(officer, base, ready_film, session):
    begun = officer.post(f"{base}/clips/draft.json", json=edit_list(ready_film)).json
    officer.post(begun["draft_url"], json=edit_list(ready_film, end="3", revision=1))
    late = officer.post(begun["draft_url"], json=edit_list(ready_film, start="0", revision=1))
    assert late.status_code == 409
    theirs = officer.get(begun["draft_url"]).json
    assert (theirs["revision"], theirs["ranges"][0]["out"]) == (2, "00:00:03:00")
    kept = officer.post(
        begun["draft_url"], json=edit_list(ready_film, start="0", revision=theirs["revision"])
    )
    assert kept.json["revision"] == 3


def test_a_form_that_is_older_than_the_clip_is_sent_back_with_what_was_typed(officer, base, ready_film):
    begun = officer.post(f"{base}/clips/draft.json", json=edit_list(ready_film)).json
    officer.post(begun["draft_url"], json=edit_list(ready_film, end="3", revision=1))
    form = {
        "title": "我的", "case_id": "", "revision": "1", "act": "save",
        "range_film": str(ready_film.id), "range_in": "0", "range_out": "00:00:02:12",
    }  # fmt: skip
    refused = officer.post(begun["edit_url"], data=form)
    assert refused.status_code == 409
    text = refused.get_data(as_text=True)
    assert [words in text for words in ("00:00:02:12", "我的", 'name="revision" value="2"')] == [True] * 3
    assert officer.post(begun["edit_url"], data=form | {"revision": "2"}).status_code == 303


def test_a_finished_clip_is_not_undone_in_passing(officer, base, ready_film, session):
    begun = officer.post(f"{base}/clips/draft.json", json=edit_list(ready_film)).json
    clip = session.get(Clip, begun["clip_id"])
    clip.asset_id, clip.state = ready_film.asset_id, "ready"
    session.commit()
    answer = officer.post(begun["draft_url"], json=edit_list(ready_film, end="3", revision=1))
    assert answer.status_code == 409
    session.expire_all()
    assert session.get(Clip, begun["clip_id"]).state == "ready"


@pytest.mark.parametrize("sent", [[], {}, {"ranges": ["1-2"]}, {"ranges": 7}])
def test_what_is_no_edit_list_is_refused(officer, base, sent):
    assert officer.post(f"{base}/clips/draft.json", json=sent).status_code == 422


def test_every_fault_of_a_range_is_told_by_its_number(officer, base, ready_film):
    answer = officer.post(f"{base}/clips/draft.json", json=edit_list(ready_film, start="3", end="1"))
    assert (answer.status_code, list(answer.json["problems"])) == (422, ["1"])


def test_a_film_is_cut_when_its_check_is_done_and_not_before(officer, base, ready_film, session):
    ready_film.state = "ingesting"
    session.commit()
    answer = officer.get(f"{base}/clips/new?film={ready_film.id}")
    assert (answer.status_code, answer.location) == (302, f"{base}/{ready_film.id}")


def test_a_clip_keeps_its_film_while_that_is_checked_anew(officer, base, ready_film, session):
    begun = officer.post(f"{base}/clips/draft.json", json=edit_list(ready_film)).json
    ready_film.state = "ingesting"
    session.commit()
    page = officer.get(begun["edit_url"])
    assert page.status_code == 200
    assert f'<option value="{ready_film.id}" selected>' in page.get_data(as_text=True)


def test_a_second_clip_of_a_case_is_proposed_another_title(session, officer, base, ready_film, world):
    """Issue 4, point 6: a cut list knows a clip again by its title."""
    case = make_case(session, world, "高效换热器")
    ready_film.case_id, ready_film.match = case.id, "chosen"
    session.commit()
    seen = []
    for _ in range(3):
        page = officer.get(f"{base}/clips/new?film={ready_film.id}").text
        seen.append(re.search(r'name="title"[^>]* value="([^"]*)"', page).group(1))
        draft = clips.Draft(seen[-1], case, (Span(ready_film.id, Fraction(0), Fraction(len(seen))),))
        clips.save(session, None, draft, programme_id=world.programme.id, owner_id=world.province.id)
    assert seen == ["高效换热器", "高效换热器（2）", "高效换热器（3）"]
