import base64
import io

import pytest
from docx import Document
from PIL import Image
from sqlalchemy import select

from campaign.exhibits.models import CustodyStep, Exhibit
from tests.factories import make_enterprise

HOME = "/p/guangdong-2024/exhibits/"


@pytest.fixture
def planner(client, world):
    return world.login(client, "planner")


@pytest.fixture
def exhibit(session, world):
    firm = make_enterprise(session, world, little_giant_year=2021)
    row = Exhibit(
        programme_id=world.programme.id,
        owner_id=world.province.id,
        enterprise_id=firm.id,
        title="互动展台",
        state="chosen",
        points_centi=9000,
        decision_reason="专家一致推荐",
    )
    session.add(row)
    session.commit()
    return row


def png():
    out = io.BytesIO()
    Image.new("RGB", (96, 36), "white").save(out, "PNG")
    return out.getvalue()


def hand_over(client, exhibit, kind, day, **changes):
    data = {
        "kind": kind,
        "happened_at": f"2024-10-{day:02d}T10:00",
        "place": "企业车间",
        "giver": "甲",
        "taker": "乙",
    }
    data |= {"condition": "完好", "drawing": "data:image/png;base64," + base64.b64encode(png()).decode()}
    return client.post(f"{HOME}{exhibit.id}/custody", data=data | changes, content_type="multipart/form-data")


def kinds(session):
    return list(session.scalars(select(CustodyStep.kind).order_by(CustodyStep.position)))


def test_an_exhibit_goes_to_the_hall_and_back_with_a_signature_each_time(planner, session, exhibit):
    """A14."""
    for day, kind in enumerate(("collected", "delivered", "taken_down", "returned"), start=1):
        assert hand_over(planner, exhibit, kind, day).status_code == 303
    assert kinds(session) == ["collected", "delivered", "taken_down", "returned"]
    step = session.scalars(select(CustodyStep)).first()
    with planner.get(f"{HOME}{exhibit.id}/custody/{step.id}/signature") as served:
        assert (served.status_code, served.mimetype) == (200, "image/webp")


def test_a_photo_of_the_signed_slip_does_instead_of_drawing(planner, session, exhibit):
    slip = (io.BytesIO(png()), "签收单.png")
    assert hand_over(planner, exhibit, "collected", 1, drawing="", slip=slip).status_code == 303
    assert session.scalars(select(CustodyStep)).one().signed_by == "slip"


@pytest.mark.parametrize(
    "changes",
    [
        {"drawing": ""},
        {"drawing": "data:image/png;base64,AAAA"},
        {"drawing": "data:image/png;base64,***"},
        {"drawing": "data:text/html;base64,AAAA"},
        {"kind": "returned"},
        {"happened_at": "2999-01-01T00:00"},
        {"taker": ""},
    ],
)
def test_a_handing_over_without_signature_or_out_of_order_is_refused(planner, session, exhibit, changes):
    assert hand_over(planner, exhibit, changes.pop("kind", "collected"), 1, **changes).status_code == 422
    assert kinds(session) == []


def test_a_lead_admits_a_firm_that_is_no_little_giant_and_a_planner_cannot(client, session, world):
    """A14."""
    firm = make_enterprise(session, world, name="普通企业")
    session.commit()
    data = {"title": "特别展品", "enterprise": firm.id, "case": "0", "level": "none"}
    data["admitted_reason"] = "填补省内空白，经集体研究同意"
    world.login(client, "planner")
    assert client.post(HOME + "new", data=data).status_code == 422
    world.login(client, "lead")
    assert client.post(HOME + "new", data=data).status_code == 302
    exhibit = session.scalars(select(Exhibit)).unique().one()
    assert (exhibit.admitted_reason, exhibit.enterprise.little_giant_year) == (data["admitted_reason"], None)


def test_the_points_of_a_round_outlive_an_edit_of_words(planner, session, exhibit):
    exhibit.innovation = exhibit.representativeness = exhibit.interactivity = 67
    exhibit.points_centi = 6667
    session.commit()
    data = {"title": "新名称", "enterprise": exhibit.enterprise_id, "case": "0", "level": "national"}
    data |= {"innovation": "67", "representativeness": "67", "interactivity": "67"}
    assert planner.post(f"{HOME}{exhibit.id}/edit", data=data).status_code == 302
    session.expire_all()
    assert (exhibit.title, exhibit.points_centi) == ("新名称", 6667)


def test_the_sheet_of_handing_over_carries_what_was_signed(planner, exhibit):
    """A14: with blank rows for what is still to come."""
    hand_over(planner, exhibit, "collected", 1)
    with planner.get(f"{HOME}{exhibit.id}/custody.docx") as served:
        rows = Document(io.BytesIO(served.data)).tables[-1].rows
    assert [row.cells[2].text for row in rows] == ["移交人", "甲", "", "", ""]
    assert len(rows[1].cells[5]._tc.xpath(".//w:drawing")) == 1


def test_labels_are_written_for_chosen_exhibits_only(planner, session, exhibit):
    exhibit.label_text = "请转动手轮，看水温怎样变化。"
    session.commit()
    with planner.get(f"{HOME}labels.docx") as served:
        cell = Document(io.BytesIO(served.data)).tables[0].rows[0].cells[0]
    assert cell.text.splitlines() == ["互动展台", exhibit.enterprise.name, "请转动手轮，看水温怎样变化。"]
    exhibit.state = "shortlisted"
    session.commit()
    assert planner.get(f"{HOME}labels.docx").status_code == 404


def test_the_loan_form_is_a_word_file(planner, exhibit):
    with planner.get(f"{HOME}{exhibit.id}/loan.docx") as served:
        assert (served.status_code, served.data[:2]) == (200, b"PK")


def test_files_are_kept_once_and_taken_off_again(planner, session, exhibit):
    here = f"{HOME}{exhibit.id}/files"
    for _time in range(2):
        planner.post(
            here, data={"files": [(io.BytesIO(png()), "近景.png")]}, content_type="multipart/form-data"
        )
    session.expire_all()
    assert [file.file_name for file in exhibit.files] == ["近景.png"]
    planner.post(f"{here}/{exhibit.files[0].id}/remove")
    session.expire_all()
    assert (exhibit.files, exhibit.photo_id) == ([], None)


def test_pages_show_photos_without_their_place_and_only_planners_get_the_original(client, world, exhibit):
    """A photo of a firm says where it was taken; the copies do not."""
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (23.0, 7.0, 0.0)
    out = io.BytesIO()
    Image.new("RGB", (2000, 1000), "teal").save(out, "JPEG", exif=exif)
    world.login(client, "planner")
    there = f"{HOME}{exhibit.id}"
    photo = {"files": [(io.BytesIO(out.getvalue()), "现场.jpg")]}
    client.post(f"{there}/files", data=photo, content_type="multipart/form-data")
    found = {}
    for path in ("photo", "photo?size=small", "photo/original", "files/1", "files/1/original"):
        with client.get(f"{there}/{path}") as served:
            picture = Image.open(io.BytesIO(served.data))
            found[path] = (picture.size, bool(picture.getexif().get_ifd(0x8825)))
    assert found == {
        "photo": ((1600, 800), False),
        "photo?size=small": ((480, 240), False),
        "photo/original": ((2000, 1000), True),
        "files/1": ((1600, 800), False),
        "files/1/original": ((2000, 1000), True),
    }
    world.login(client, "observer")
    page = client.get(there).get_data(as_text=True)
    assert "original" not in page
    assert client.get(f"{there}/photo/original").status_code == 403
