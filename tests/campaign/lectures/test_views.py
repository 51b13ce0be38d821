import io
import re
from datetime import UTC, datetime

import pytest
from PIL import Image
from sqlalchemy import select

from campaign.access import Actor
from campaign.lectures import queries
from campaign.lectures.models import LectureEvent
from campaign.lectures.rules import why_not_counted
from campaign.programmes.profiles import load
from tests.factories import make_case

HOME = "/p/guangdong-2024/lectures/"


def photo():
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "#ccd").save(out, "JPEG")
    out.seek(0)
    return out, "现场.jpg"


def sent(**changes):
    base = {
        "title": "省级宣讲活动",
        "tier": "province",
        "starts_at": "2024-10-25T14:00",
        "ends_at": "2024-10-25T17:00",
        "venue": "科学城报告厅",
        "agenda-0-minutes": "30",
        "agenda-0-title": "致辞",
        "agenda-0-person": "张三",
        "agenda-1-minutes": "",
        "guests-0-name": "李四",
        "guests-0-title": "副主席",
        "media-0-name": "南方日报",
    }
    return base | changes


def held(client, event, on_site="200", online="9000"):
    data = {"attendance_on_site": on_site, "attendance_online": online, "evidence": photo()}
    return client.post(f"{HOME}{event.id}/held", data=data, content_type="multipart/form-data")


@pytest.fixture
def planner(client, world):
    return world.login(client, "planner")


def the_event(session) -> LectureEvent:
    session.expire_all()
    return session.scalars(select(LectureEvent).order_by(LectureEvent.id)).first()


def test_a_planned_event_keeps_shanghai_time_as_utc_and_its_lists_in_order(planner, world, session):
    """A8."""
    cases = [make_case(session, world, title) for title in ("甲案例", "乙案例")]
    line_up = {"line_up-0-case": cases[1].id, "line_up-0-speaker": "王五", "line_up-1-case": cases[0].id}
    assert planner.post(HOME + "new", data=sent(**line_up)).status_code == 302
    event = the_event(session)
    assert event.starts_at == datetime(2024, 10, 25, 6, 0, tzinfo=UTC)
    assert [(r.case.title, r.speaker) for r in event.line_up] == [("乙案例", "王五"), ("甲案例", "")]
    assert [(i.minutes, i.title, i.person) for i in event.agenda] == [(30, "致辞", "张三")]
    assert [(g.name, g.title) for g in event.guests] == [("李四", "副主席")]
    # The same cases in another order are the same rows, and the edit page is full of what is there.
    page = planner.get(f"{HOME}{event.id}/edit").get_data(as_text=True)
    assert ('value="王五"' in page, 'value="2024-10-25T14:00"' in page) == (True, True)
    turned = {"line_up-0-case": cases[0].id, "line_up-1-case": cases[1].id, "line_up-1-speaker": "王五"}
    assert planner.post(f"{HOME}{event.id}/edit", data=sent(**turned)).status_code == 302
    assert [r.case.title for r in the_event(session).line_up] == ["甲案例", "乙案例"]
    page = planner.get(f"{HOME}{event.id}").get_data(as_text=True)
    assert ("14:00–14:30" in page, "2024年10月25日 14:00" in page) == (True, True)


def test_adding_a_row_stores_nothing_and_loses_nothing(planner, session):
    answer = planner.post(HOME + "new", data=sent(act="add:agenda", **{"agenda-1-minutes": "约半小时"}))
    page = answer.get_data(as_text=True)
    assert (answer.status_code, 'value="约半小时"' in page, 'name="agenda-2-title"' in page) == (
        200,
        True,
        True,
    )
    assert session.scalars(select(LectureEvent)).all() == []


@pytest.mark.parametrize(
    ("field", "value", "at"),
    [
        ("ends_at", "2024-10-25T14:00", "ends_at"),
        ("agenda-0-minutes", "半小时", "agenda-0-minutes"),
        ("agenda-1-person", "赵六", "agenda-1-title"),
        ("guests-1-title", "院士", "guests-1-name"),
        ("line_up-0-speaker", "王五", "line_up-0-case"),
        ("online_address", "javascript:alert(1)", "online_address"),
    ],
)
def test_a_wrong_answer_is_refused_at_its_field(planner, session, field, value, at):
    answer = planner.post(HOME + "new", data=sent(**{field: value}))
    assert (answer.status_code, f'id="{at}-error"' in answer.get_data(as_text=True)) == (422, True)
    assert session.scalars(select(LectureEvent)).all() == []


def test_a_case_of_another_province_cannot_be_told(planner, world, session):
    from campaign.cases.models import Case, Enterprise

    owner = {"programme_id": world.foreign.id, "owner_id": world.foreign.organisation_id}
    firm = Enterprise(name="外省企业", name_key="外省企业", **owner)
    case = Case(enterprise=firm, title="外省案例", title_key="外省案例", **owner)
    session.add_all([firm, case])
    session.commit()
    assert planner.post(HOME + "new", data=sent(**{"line_up-0-case": case.id})).status_code == 422


def test_the_limits_are_told_while_the_plan_is_typed(planner, world, session):
    """A6, P4."""
    case = make_case(session, world, region="广州市", by_park_association=True)
    answer = planner.post(HOME + "live", data=sent(**{"line_up-0-case": case.id, "agenda-0-minutes": "200"}))
    states = re.findall(r"state state-(\w+)", answer.get_data(as_text=True))
    assert (answer.status_code, states[0], states[-1]) == (200, "warning", "danger")


def test_a_held_event_counts_and_the_door_opens_exactly_its_rows(planner, world, session):
    """A7."""
    for changes in (
        {},
        {"tier": "city"},
        {"starts_at": "2024-11-01T00:00", "ends_at": "2024-11-01T02:00"},
        {},
    ):
        planner.post(HOME + "new", data=sent(**changes))
    events = session.scalars(select(LectureEvent).order_by(LectureEvent.id)).all()
    for event in events[:3]:
        assert held(planner, event).status_code == 302
    assert held(planner, events[3], online="0").status_code == 302
    actor, due = Actor.of(world.users["planner"]), queries.due_of(load("guangdong-2024"))
    rows = queries.counted(session, world.programme, due, actor)
    assert [row.id for row in rows] == [events[0].id]
    session.expire_all()
    by_rule = [e.id for e in events if why_not_counted(queries.facts_of(e), due) is None]
    assert by_rule == [events[0].id]
    page = planner.get(f"{HOME}?counts=lectures.province").get_data(as_text=True)
    assert len(re.findall(r'class="row-title"', page)) == 1


def test_an_event_without_photo_or_before_its_beginning_is_not_held(planner, session):
    """A7."""
    planner.post(HOME + "new", data=sent())
    event = the_event(session)
    data = {"attendance_on_site": "10", "attendance_online": "10"}
    assert planner.post(f"{HOME}{event.id}/held", data=data).status_code == 422
    planner.post(
        f"{HOME}{event.id}/edit", data=sent(starts_at="2999-01-01T10:00", ends_at="2999-01-01T12:00")
    )
    assert held(planner, event).status_code == 422
    assert the_event(session).state == "planned"


def test_cancel_reopen_and_the_photo_of_a_held_event(planner, session):
    planner.post(HOME + "new", data=sent())
    event = the_event(session)
    assert planner.post(f"{HOME}{event.id}/cancel").status_code == 302
    assert the_event(session).state == "cancelled"
    assert planner.post(f"{HOME}{event.id}/cancel").status_code == 409
    planner.post(f"{HOME}{event.id}/reopen")
    held(planner, event)
    with planner.get(f"{HOME}{event.id}/evidence") as served:
        assert (served.status_code, served.mimetype) == (200, "image/jpeg")
        assert served.data[:3] == b"\xff\xd8\xff"


def test_an_observer_reads_and_a_publicity_officer_does_not_plan(app, world, planner, session):
    planner.post(HOME + "new", data=sent())
    observer = world.login(app.test_client(), "observer")
    assert [observer.get(HOME).status_code, observer.get(HOME + "new").status_code] == [200, 403]
    publicity = world.login(app.test_client(), "publicity")
    assert publicity.post(HOME + "new", data=sent()).status_code == 403
