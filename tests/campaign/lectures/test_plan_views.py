"""The pages of a plan: line-up, speakers and materials, run of show, guests and media, preparation."""

import io
import re
import zipfile
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from campaign.lectures import queries
from campaign.lectures.models import LectureCandidate, LectureCase, LectureEvent, LectureScore
from campaign.placements.models import Outlet
from tests.factories import make_case

HOME = "/p/guangdong-2024/lectures/"


@pytest.fixture
def planner(client, world):
    return world.login(client, "planner")


@pytest.fixture
def event(world, session):
    row = LectureEvent(
        programme_id=world.programme.id,
        owner_id=world.programme.organisation_id,
        title="省级宣讲活动",
        starts_at=datetime(2024, 10, 25, 6, 0, tzinfo=UTC),
        ends_at=datetime(2024, 10, 25, 8, 0, tzinfo=UTC),
        venue="报告厅",
    )
    session.add(row)
    session.commit()
    return row


@pytest.fixture
def cases(world, session):
    """Six candidates: three of 广州, one of each of three more cities; two of them from parks."""
    places = ("广州市", "广州市", "广州市", "深圳市", "佛山市", "东莞市")
    return [
        make_case(
            session,
            world,
            f"案例{n}",
            region=place,
            lecture_candidate=True,
            by_park_association=n in (2, 5),
        )
        for n, place in enumerate(places)
    ]


def page_of(client, event, name):
    answer = client.get(f"{HOME}{event.id}/{name}".rstrip("/"))
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def seen_on(page):
    return re.search(r'name="seen"[^>]*value="(\w+)"', page)[1]


def send(client, event, name, **data):
    return client.post(f"{HOME}{event.id}/{name}", data=data)


def refreshed(session, event):
    session.expire_all()
    return session.get_one(LectureEvent, event.id)


def limits(cases, scores=(90, 89, 60, 80, 70, 50), **changes):
    scored = {f"score-{case.id}": str(score) for case, score in zip(cases, scores, strict=True)}
    return {"seats": "4", "per_city": "2", "park_percent": "30", "per_enterprise": "1"} | scored | changes


# --- line-up ----------------------------------------------------------------------------------------------


def test_a_proposal_keeps_all_limits_and_stores_nothing(planner, event, cases, session):
    """A6: two of Guangzhou at most, and two park cases of four, since one would be less than 30 %."""
    page = send(planner, event, "line-up", act="propose", **limits(cases)).get_data(as_text=True)
    best = re.search(r'value="take:([\d,]+)"', page)[1]
    assert best == ",".join(str(cases[n].id) for n in (0, 3, 2, 5))
    assert refreshed(session, event).line_up == []
    taken = send(planner, event, "line-up", act=f"take:{best}", **limits(cases)).get_data(as_text=True)
    assert len(re.findall(r'name="chosen"[^>]* checked', taken)) == 4


def test_what_the_planner_has_fixed_stays(planner, event, cases):
    fixed = {f"mark-{cases[4].id}": "pinned", f"mark-{cases[0].id}": "excluded"}
    page = send(planner, event, "line-up", act="propose", **limits(cases, **fixed)).get_data(as_text=True)
    best = re.search(r'value="take:([\d,]+)"', page)[1].split(",")
    assert (str(cases[4].id) in best, str(cases[0].id) in best) == (True, False)


def test_an_impossible_line_up_is_explained_on_the_page(planner, event, cases):
    page = send(planner, event, "line-up", act="propose", **limits(cases, park_percent="60"))
    text = page.get_data(as_text=True)
    assert (page.status_code, "take:" in text, text.count("<li>") > 3) == (200, False, True)


def test_saving_keeps_scores_marks_order_and_speakers(planner, event, cases, session):
    ids = [str(cases[n].id) for n in (3, 5)]
    page = page_of(planner, event, "line-up")
    answer = send(
        planner,
        event,
        "line-up",
        act="save",
        seen=seen_on(page),
        chosen=ids,
        **limits(cases, **{f"mark-{cases[3].id}": "pinned"}),
    )
    assert answer.status_code == 302
    row = refreshed(session, event).line_up[0]
    row.speaker = "王五"
    session.commit()
    kept = row.id
    again = [str(cases[n].id) for n in (0, 5, 3)]
    seen = seen_on(page_of(planner, event, "line-up"))
    send(planner, event, "line-up", act="save", seen=seen, chosen=again, **limits(cases))
    told = refreshed(session, event).line_up
    assert [(r.case.title, r.speaker) for r in told] == [("案例3", "王五"), ("案例5", ""), ("案例0", "")]
    assert told[0].id == kept
    assert session.scalars(select(LectureCandidate)).all() == []
    scores = {s.case_id: s.score_hundredths for s in session.scalars(select(LectureScore))}
    assert scores[cases[0].id] == 9000


@pytest.mark.parametrize(
    ("field", "value", "at"),
    [("seats", "", "seats"), ("per_city", "0", "per_city"), ("seats", "十", "seats")],
)
def test_a_limit_that_is_no_number_is_refused_at_its_field(planner, event, cases, field, value, at):
    answer = send(planner, event, "line-up", act="save", **limits(cases, **{field: value}))
    assert (answer.status_code, f'id="{at}-error"' in answer.get_data(as_text=True)) == (422, True)


def test_a_score_that_is_none_is_refused_beside_it(planner, event, cases, session):
    name = f"score-{cases[1].id}"
    answer = send(planner, event, "line-up", act="save", **limits(cases, **{name: "九十"}))
    page = answer.get_data(as_text=True)
    assert (answer.status_code, f'id="{name}-error"' in page, 'value="九十"' in page) == (422, True, True)
    assert session.scalars(select(LectureScore)).all() == []


def test_the_limits_follow_what_is_ticked(planner, event, cases):
    """A6: live, while the planner picks."""
    ids = [str(case.id) for case in cases[:3]]
    page = send(planner, event, "line-up/live", chosen=ids, **limits(cases)).get_data(as_text=True)
    assert re.findall(r"state state-(\w+)", page) == ["warning", "warning", "success", "success"]
    assert "239" in page


def test_a_case_of_another_province_is_no_candidate(planner, world, session, event):
    from campaign.cases.models import Case, Enterprise

    owner = {"programme_id": world.foreign.id, "owner_id": world.foreign.organisation_id}
    firm = Enterprise(name="外省企业", name_key="外省企业", **owner)
    case = Case(enterprise=firm, title="外省案例", title_key="外省案例", lecture_candidate=True, **owner)
    session.add_all([firm, case])
    session.commit()
    assert "外省案例" not in page_of(planner, event, "line-up")
    send(planner, event, "line-up", act="save", chosen=[str(case.id)], seats="1")
    assert refreshed(session, event).line_up == []


# --- speakers and materials -------------------------------------------------------------------------------


@pytest.fixture
def told(planner, event, cases, session):
    send(planner, event, "line-up", act="save", chosen=[str(c.id) for c in cases[:2]], **limits(cases))
    return refreshed(session, event).line_up


def test_speakers_are_put_in_order_with_their_stand_ins(planner, event, told, session):
    data = {
        "line_up-0-id": told[1].id,
        "line_up-0-speaker": "王五",
        "line_up-0-stand_in": "赵六",
        "line_up-0-rehearsed_on": "2024-10-20",
        "line_up-1-id": told[0].id,
    }
    ids = [told[1].id, told[0].id]
    assert send(planner, event, "speakers", seen="", **data).status_code == 302
    rows = refreshed(session, event).line_up
    assert [row.id for row in rows] == ids
    assert (rows[0].speaker, rows[0].stand_in, rows[0].rehearsed_on) == ("王五", "赵六", date(2024, 10, 20))


def word_file(text):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in text)
        archive.writestr("word/document.xml", f"<w:document>{body}</w:document>")
    out.seek(0)
    return out


def test_the_words_of_a_word_file_are_counted_and_the_file_comes_back(planner, event, told, session):
    """P21."""
    path = f"{HOME}{event.id}/speakers/{told[0].id}"
    sent = word_file(["各位领导&amp;来宾", "大家好"])
    content = sent.getvalue()
    answer = planner.post(path, data={"speech": "", "clip": "", "speech_file": (sent, "宣讲稿.docx")})
    assert answer.status_code == 302
    row = refreshed(session, event).line_up[0]
    assert (row.speech, row.speech_name) == ("各位领导&来宾\n大家好", "宣讲稿.docx")
    with planner.get(f"{path}/speech") as served:
        assert (served.status_code, served.data == content) == (200, True)
        assert served.headers["Content-Disposition"].startswith("attachment")
    assert planner.get(f"{path}/slides").status_code == 404


@pytest.mark.parametrize("content", [b"MZ\x90", b"PK\x03\x04broken", b"%PDF"])
def test_slides_that_are_no_slides_are_refused_by_name(planner, event, told, session, content):
    path = f"{HOME}{event.id}/speakers/{told[0].id}"
    answer = planner.post(path, data={"speech": "你好", "slides": (io.BytesIO(content), "课件.pptx")})
    page = answer.get_data(as_text=True)
    assert (answer.status_code, "课件.pptx" in page, "你好" in page) == (422, True, True)
    assert refreshed(session, event).line_up[0].slides_id is None


# --- run of show ------------------------------------------------------------------------------------------

AGENDA = {
    "agenda-0-minutes": "10",
    "agenda-0-kind": "address",
    "agenda-0-title": "致辞",
    "agenda-0-person": "张三",
    "agenda-1-minutes": "20",
    "agenda-1-kind": "other",
    "agenda-1-title": "合影",
    "agenda-1-fixed": "14:05",
    "agenda-1-charge": "张三",
    "agenda-2-minutes": "",
    "agenda-2-kind": "other",
}


def test_the_run_of_show_is_kept_in_order_and_its_rows_stay_the_same(planner, event, session):
    """A8."""
    assert send(planner, event, "agenda", **AGENDA).status_code == 302
    rows = refreshed(session, event).agenda
    assert [(r.minutes, r.title, r.person, r.fixed_minute) for r in rows] == [
        (10, "致辞", "张三", None),
        (20, "合影", "", 845),
    ]
    ids = [row.id for row in rows]
    turned = {
        "agenda-0-id": ids[1],
        "agenda-0-minutes": "20",
        "agenda-0-title": "合影",
        "agenda-1-id": ids[0],
        "agenda-1-minutes": "15",
        "agenda-1-title": "致辞",
    }
    send(planner, event, "agenda", **turned)
    assert [(r.id, r.minutes) for r in refreshed(session, event).agenda] == [(ids[1], 20), (ids[0], 15)]
    page = page_of(planner, event, "")
    assert ("14:00–14:20" in page, "14:20–14:35" in page) == (True, True)


def test_overlaps_and_people_needed_twice_are_said_while_typing_and_afterwards(planner, event, session):
    """A8."""
    live = send(planner, event, "agenda/live", **AGENDA).get_data(as_text=True)
    assert re.findall(r'data-slot="([^"]+)"', live) == ["14:00–14:10", "14:05–14:25", "14:25–14:25"]
    assert live.count("state-danger") == 2
    send(planner, event, "agenda", **AGENDA)
    keys = [one.key for one in queries.run_of_show(refreshed(session, event)).findings]
    assert keys == ["overlap", "booked"]


def test_adding_moving_and_removing_items_works_without_a_script(planner, event, session):
    answer = send(planner, event, "agenda", act="add:agenda", **AGENDA)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, 'name="agenda-3-title"' in page) == (200, True)
    page = send(planner, event, "agenda", act="up:agenda:1", **AGENDA).get_data(as_text=True)
    assert page.index('value="合影"') < page.index('value="致辞"')
    assert refreshed(session, event).agenda == []


@pytest.mark.parametrize(
    ("field", "value", "at"),
    [
        ("agenda-0-minutes", "半小时", "agenda-0-minutes"),
        ("agenda-2-person", "赵六", "agenda-2-title"),
        ("agenda-1-fixed", "25:00", "agenda-1-fixed"),
    ],
)
def test_a_wrong_item_is_refused_at_its_field(planner, event, session, field, value, at):
    answer = send(planner, event, "agenda", **AGENDA | {field: value})
    page = answer.get_data(as_text=True)
    assert (answer.status_code, f'id="{at}-error"' in page, f'value="{value}"' in page) == (422, True, True)
    assert refreshed(session, event).agenda == []


def test_of_two_who_change_the_run_of_show_the_second_is_told(planner, event, session):
    seen = seen_on(page_of(planner, event, "agenda"))
    assert send(planner, event, "agenda", seen=seen, **AGENDA).status_code == 302
    # The guests are another page: nobody is in the way there.
    assert send(planner, event, "guests", **{"guests-0-name": "李四"}).status_code == 302
    answer = send(planner, event, "agenda", seen=seen, **AGENDA | {"agenda-0-title": "开场"})
    page = answer.get_data(as_text=True)
    assert (answer.status_code, 'value="开场"' in page) == (422, True)
    assert [row.title for row in refreshed(session, event).agenda] == ["致辞", "合影"]
    again = send(planner, event, "agenda", seen=seen_on(page), **AGENDA | {"agenda-0-title": "开场"})
    assert (again.status_code, refreshed(session, event).agenda[0].title) == (302, "开场")


def test_a_case_that_leaves_the_line_up_leaves_its_item_behind(planner, event, told, cases, session):
    data = AGENDA | {"agenda-0-kind": "lecture", "agenda-0-told": str(told[0].id)}
    send(planner, event, "agenda", **data)
    assert refreshed(session, event).agenda[0].told.case.title == "案例0"
    send(planner, event, "line-up", act="save", chosen=[str(cases[1].id)], **limits(cases))
    item = refreshed(session, event).agenda[0]
    assert (item.title, item.lecture_case_id) == ("致辞", None)


# --- guests and media -------------------------------------------------------------------------------------

GUESTS = {
    "guests-0-name": "钱局长",
    "guests-0-rank": "bureau_deputy",
    "guests-0-level": "city",
    "guests-0-answer": "yes",
    "guests-1-name": "孙院士",
    "guests-1-rank": "academician",
    "guests-1-level": "other",
    "guests-1-answer": "open",
    "guests-1-invited_on": "2024-10-01",
}


def names_on(page):
    return re.findall(r"<td>(钱局长|孙院士)</td>", page)


def test_guests_stand_in_precedence_unless_ordered_by_hand(planner, event):
    """A8."""
    send(planner, event, "guests", **GUESTS)
    assert names_on(page_of(planner, event, "")) == ["孙院士", "钱局长"]
    send(planner, event, "guests", guests_by_hand="y", **GUESTS)
    assert names_on(page_of(planner, event, "")) == ["钱局长", "孙院士"]


def test_the_count_of_answers_opens_exactly_its_guests(planner, event):
    send(planner, event, "guests", **GUESTS)
    page = page_of(planner, event, "")
    door = re.search(rf'href="({HOME}{event.id}\?answer=yes)#guests"><span class="figure">1<', page)[1]
    assert names_on(planner.get(door).get_data(as_text=True)) == ["钱局长"]


def test_an_outlet_of_the_registry_is_tied_to_the_invitation(planner, event, session):
    """A11."""
    data = {"media-0-name": "《南方日报》", "media-0-planned": "综述", "media-1-name": "本地小报"}
    send(planner, event, "guests", **data)
    rows = refreshed(session, event).media
    known = session.scalars(select(Outlet).where(Outlet.name == "南方日报")).one_or_none()
    assert [(r.planned, r.outlet_id) for r in rows] == [("综述", known.id if known else None), ("", None)]


# --- preparation ------------------------------------------------------------------------------------------


def test_tasks_teams_costs_and_contingencies_are_kept(planner, event, session):
    data = {
        "tasks-0-title": "发邀请函",
        "tasks-0-due_on": "2024-10-10",
        "duties-0-team": "会务组",
        "costs-0-title": "场租",
        "costs-0-amount": "12,750.50",
        "risks-0-title": "直播中断",
        "risks-0-measure": "切换备用线路",
    }
    assert send(planner, event, "preparation", **data).status_code == 302
    row = refreshed(session, event)
    assert (row.tasks[0].due_on, row.duties[0].team) == (date(2024, 10, 10), "会务组")
    assert (row.costs[0].amount_fen, row.risks[0].measure) == (1275050, "切换备用线路")
    page = page_of(planner, event, "preparation")
    assert ('value="12750.5"' in page, page_of(planner, event, "").count("12,750.50") >= 1) == (True, True)


def test_an_amount_that_is_none_is_refused_at_its_field(planner, event, session):
    data = {"costs-0-title": "场租", "costs-0-amount": "很多"}
    answer = send(planner, event, "preparation", **data)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, 'id="costs-0-amount-error"' in page) == (422, True)
    assert refreshed(session, event).costs == []


def test_a_reviewer_reads_the_plan_and_changes_nothing(client, world, event):
    """A8."""
    reader = world.login(client, "reviewer")
    names = ("line-up", "speakers", "agenda", "guests", "preparation")
    assert [reader.get(f"{HOME}{event.id}/{name}").status_code for name in names] == [403] * 5
    assert reader.get(f"{HOME}{event.id}").status_code == 200


def test_cases_of_the_line_up_become_items_of_the_run_of_show(planner, session, event, cases):
    """A8, P21: in their order, each with its speaker, between opening and end; saved only by saving."""
    event.line_up = [
        LectureCase(position=at, case_id=case.id, speaker=f"讲述人{at}") for at, case in enumerate(cases[:3])
    ]
    session.commit()
    ids = [row.id for row in event.line_up]
    items = [
        ("10", "opening", "开场", ""),
        ("20", "lecture", "案例1", str(ids[1])),
        ("5", "closing", "结束", ""),
    ]
    typed = {
        f"agenda-{at}-{name}": value
        for at, item in enumerate(items)
        for name, value in zip(("minutes", "kind", "title", "told"), item, strict=True)
    }
    page = planner.post(f"{HOME}{event.id}/agenda", data=typed | {"act": "cases:agenda"}).get_data(
        as_text=True
    )
    titles = re.findall(r'name="agenda-\d+-title"[^>]* value="([^"]*)"', page)
    people = re.findall(r'name="agenda-\d+-person"[^>]* value="([^"]*)"', page)
    assert (titles[:5], people[:5]) == (
        ["开场", "案例1", "案例0", "案例2", "结束"],
        ["", "", "讲述人0", "讲述人2", ""],
    )
    session.expire_all()
    assert (event.agenda, 'value="cases:agenda"' in page) == ([], False)
