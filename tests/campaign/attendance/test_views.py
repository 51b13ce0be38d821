import io

import pytest
from PIL import Image
from sqlalchemy import select

from campaign import evidence
from campaign.access import Actor
from campaign.attendance import measured, queries
from campaign.attendance.models import AudienceCount, EventPhoto, SignIn, SurveyAnswer, SurveyQuestion
from campaign.attendance.rules import Satisfaction
from campaign.db import utc_now
from campaign.evidence import Evidence
from campaign.lectures.models import LectureEvent, LectureGuest
from campaign.programmes.profiles import load
from campaign.storage import Stored


@pytest.fixture
def planner(client, world):
    return world.login(client, "planner")


@pytest.fixture
def here(event):
    return f"/p/guangdong-2024/lectures/{event.id}/day"


def picture(name="现场.jpg", colour="red", *, place=False):
    out = io.BytesIO()
    exif = Image.Exif()
    if place:
        exif.get_ifd(0x8825)[1] = "N"
        exif.get_ifd(0x8825)[2] = (23.0, 7.0, 0.0)
    Image.new("RGB", (800, 600), colour).save(out, "JPEG", exif=exif)
    out.seek(0)
    return out, name


def test_the_desk_writes_people_down_and_strikes_a_wrong_entry(planner, session, here):
    data = {"name": "张三", "organisation": "示例公司", "phone": "13812345678"}
    assert planner.post(f"{here}/list", data=data).status_code == 303
    row = session.scalars(select(SignIn)).one()
    page = planner.get(f"{here}/list").get_data(as_text=True)
    assert ("138****5678" in page, "13812345678" in page) == (True, False)
    assert planner.post(f"{here}/list", data=data).status_code == 422
    planner.post(f"{here}/list/{row.id}/strike")
    assert session.scalars(select(SignIn)).all() == []


def test_a_guest_is_ticked_off_by_hand_or_by_signing_in(planner, session, event, here, gate):
    event.guests = [
        LectureGuest(position=i, name=name, title="院士") for i, name in enumerate(("王院士", "李院士"))
    ]
    session.commit()
    ids = [guest.id for guest in event.guests]
    planner.post(f"{here}/guests/{ids[0]}")
    planner.post(
        f"/q/{gate.token}",
        json={
            "name": "李院士",
            "organisation": "示例大学",
            "client_id": "0a3b8a0e-55f5-4c55-8d59-5d4e5b3f0001",
        },
    )
    page = planner.get(f"{here}/list").get_data(as_text=True)
    assert [f"/guests/{guest_id}" in page for guest_id in ids] == [False, False]


def test_a_row_of_another_event_is_not_there(planner, session, event, here, gate, world):
    other = LectureEvent(
        programme_id=world.programme.id,
        owner_id=world.province.id,
        title="另一场",
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        venue="别处",
    )
    session.add(other)
    session.commit()
    planner.post(f"{here}/list", data={"name": "张三", "organisation": "示例"})
    row = session.scalars(select(SignIn)).one()
    assert planner.post(f"/p/guangdong-2024/lectures/{other.id}/day/list/{row.id}/strike").status_code == 404


def test_a_number_needs_proof_and_becomes_the_audience_of_the_event(planner, session, event, here):
    """A7."""
    data = {"place": "online", "platform": "视频号", "people": "5820"}
    assert planner.post(f"{here}/audience", data=data).status_code == 422
    planner.post(
        f"{here}/audience", data=data | {"evidence": picture("后台.jpg")}, content_type="multipart/form-data"
    )
    planner.post(f"{here}/audience", data=data | {"people": "6000"})
    assert [row.people for row in session.scalars(select(AudienceCount))] == [6000]
    planner.post(f"{here}/list", data={"name": "张三", "organisation": "示例"})
    planner.post(f"{here}/take-over")
    session.expire_all()
    assert (event.attendance_on_site, event.attendance_online) == (1, 6000)


def test_questions_are_fixed_as_soon_as_somebody_answered(planner, session, event, here, survey):
    data = {"text_1": "满意吗？", "kind_1": "scale", "text_2": "怎么知道的？", "kind_2": "choice"}
    for number in range(1, 6):
        data = {f"kind_{number}": "scale", f"text_{number}": "", f"options_{number}": ""} | data
    assert planner.post(f"{here}/survey/questions", data=data).status_code == 422
    data["options_2"] = "报纸\n网站"
    assert planner.post(f"{here}/survey/questions", data=data).status_code == 303
    texts = select(SurveyQuestion.text).order_by(SurveyQuestion.position)
    assert list(session.scalars(texts)) == ["满意吗？", "怎么知道的？"]
    session.add(
        SurveyAnswer(
            event_id=event.id, device_key="x", answers={"1": 5, "2": 1}, answered_on=utc_now().date()
        )
    )
    session.commit()
    assert planner.post(f"{here}/survey/questions", data=data | {"text_1": "别的？"}).status_code == 422
    assert "怎么知道的？" in planner.get(f"{here}/survey/results").get_data(as_text=True)


def test_only_held_events_speak_for_the_satisfaction_of_the_programme(client, session, world, event, survey):
    """C."""
    actor = Actor.of(world.users["lead"])
    for number, points in enumerate((5, 4, 2)):
        session.add(
            SurveyAnswer(
                event_id=event.id,
                device_key=str(number),
                answers={"1": points},
                answered_on=utc_now().date(),
            )
        )
    session.commit()
    assert queries.satisfaction(session, world.programme, actor) is None
    event.evidence = evidence.attach(session, Evidence(Stored("0" * 64, 1), "image/png", "x.png"))
    event.tier, event.state = "city", "held"
    session.commit()
    assert queries.satisfaction(session, world.programme, actor) == Satisfaction(2, 3)
    found = measured.proposed(session, world.programme, load("guangdong-2024"), actor)
    assert {key: stated.share for key, stated in found.items()} == {"satisfaction": 66 * 100 // 90}
    world.login(client, "lead")
    assert "有效问卷3份" in client.get("/p/guangdong-2024/reports/new").get_data(as_text=True)


def test_photos_lose_their_place_and_four_stand_in_the_summary(planner, session, here):
    colours = ("red", "green", "blue", "white", "black")
    files = [picture(f"{colour}.jpg", colour, place=True) for colour in colours]
    answer = planner.post(f"{here}/photos", data={"photos": files}, content_type="multipart/form-data")
    rows = session.scalars(select(EventPhoto).order_by(EventPhoto.id)).all()
    assert (answer.status_code, [row.chosen for row in rows]) == (303, [True] * 4 + [False])
    with planner.get(f"{here}/photos/{rows[0].id}/picture") as served:
        shown = Image.open(io.BytesIO(served.data))
    assert dict(shown.getexif().get_ifd(0x8825)) == {}
    planner.post(f"{here}/photos/{rows[4].id}", data={"chosen": "1", "caption": "全景"})
    session.expire_all()
    assert [row.chosen for row in rows] == [True] * 4 + [False]


def test_a_city_reports_an_event_of_its_own_in_a_light_form(planner, session, world):
    """A7."""
    data = {
        "title": "示例市小型宣讲",
        "starts_at": "2024-09-01T09:00",
        "ends_at": "2024-09-01T11:00",
        "venue": "科学馆",
        "on_site": "60",
        "online": "0",
    }
    url = "/p/guangdong-2024/lectures/cities/new"
    assert planner.post(url, data=data).status_code == 422
    sent = planner.post(url, data=data | {"photo": picture()}, content_type="multipart/form-data")
    event = session.scalars(select(LectureEvent)).one()
    assert (sent.status_code, event.tier, event.state, event.attendance_on_site) == (303, "city", "held", 60)
    assert "示例市小型宣讲" in planner.get("/p/guangdong-2024/lectures/cities").get_data(as_text=True)
    future = planner.post(
        url, data=data | {"starts_at": "2999-01-01T09:00", "ends_at": "2999-01-01T10:00", "photo": picture()}
    )
    assert future.status_code == 422


@pytest.mark.parametrize(
    "page", ["", "/list", "/audience", "/survey/questions", "/survey/results", "/photos", "/summary"]
)
def test_every_page_of_the_day_answers_before_anything_has_happened(planner, here, page):
    assert planner.get(here + page).status_code == 200


def test_the_code_fills_the_screen_and_can_be_taken_as_a_picture(planner, here, gate):
    page = planner.get(f"{here}/sign_in/screen").get_data(as_text=True)
    assert ('class="segno"' in page, "style=" in page) == (True, False)
    with planner.get(f"{here}/sign_in/code.png") as served:
        assert Image.open(io.BytesIO(served.data)).width > 300


def test_the_summary_is_written_in_both_forms(planner, session, here):
    planner.post(f"{here}/summary", data={"summary": "活动圆满。"})
    with planner.get(f"{here}/summary.docx") as served:
        assert (served.status_code, served.data[:2]) == (200, b"PK")
    assert planner.get(f"{here}/summary.exe").status_code == 404
