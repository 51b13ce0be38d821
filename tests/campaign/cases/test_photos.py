"""Photos of a case on its page: what the rules say, names by rule, the archive (P9, P10)."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import select

from campaign.access import Actor
from campaign.cases import photos, services
from campaign.cases.models import CasePhoto
from campaign.programmes.profiles import load
from tests.factories import make_case


@pytest.fixture
def base(world):
    return f"/p/{world.programme.key}/cases"


def jpeg(seed, size=(1620, 1080), quality=90):
    """A picture of coloured squares, the same for the same seed."""
    squares = np.random.default_rng(seed).integers(0, 255, (9, 12, 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(squares, "RGB").resize(size, Image.Resampling.BICUBIC).save(out, "JPEG", quality=quality)
    return out.getvalue()


def add(client, base, case, **named):
    files = [(io.BytesIO(content), name) for name, content in named["files"].items()]
    return client.post(f"{base}/{case.id}/photos", data={"files": files}, follow_redirects=True)


def test_the_page_says_what_is_wrong_with_each_photo_and_names_the_same_ones(client, world, session, base):
    """P9."""
    case, other = make_case(session, world, "齿轮磨削"), make_case(session, world, "红糖结晶")
    world.login(client, "publicity")
    add(client, base, other, files={"别处.jpg": jpeg(2)})
    page = add(
        client, base, case,
        files={"外景.jpg": jpeg(1), "外景小.jpg": jpeg(1, (600, 400), 40), "设备.jpg": jpeg(2, (900, 600))},
    ).get_data(as_text=True)  # fmt: skip
    assert "与 外景小.jpg 内容相同" in page
    assert "与 外景.jpg 内容相同" in page
    assert "另一案例有同一张照片（红糖结晶: 别处.jpg）" in page
    assert "≥ 2 MB" in page
    told = photos.verdicts(session, case, load("guangdong-2024"), Actor.of(world.users["publicity"]))
    assert [finding["verdict"] for finding in told.together] == ["fail"]


def test_who_may_not_see_another_case_is_not_told_of_its_photos(client, world, session, base):
    case, other = make_case(session, world, "齿轮磨削"), make_case(session, world, "红糖结晶")
    world.login(client, "publicity")
    add(client, base, other, files={"别处.jpg": jpeg(2)})
    add(client, base, case, files={"设备.jpg": jpeg(2)})
    assert photos._elsewhere(session, case, Actor(0, ())) == []
    assert [found.name for found in photos._elsewhere(session, case, Actor.of(world.users["lead"]))] == [
        "别处.jpg"
    ]


def test_what_a_photo_shows_is_said_by_hand_where_its_name_does_not_tell(client, world, session, base):
    """P9."""
    case = make_case(session, world)
    world.login(client, "publicity")
    add(client, base, case, files={"IMG_1.jpg": jpeg(1)})
    photo = session.scalars(select(CasePhoto)).one()
    assert photo.kind == "result"
    client.post(f"{base}/{case.id}/photos/{photo.id}/kind", data={"kind": "exterior"})
    session.refresh(photo)
    assert photo.kind == "exterior"
    with pytest.raises(services.Refused, match="no such kind"):
        services.set_photo_kind(session, photo, "selfie", known=["exterior", "result"])


def test_the_list_shows_a_small_webp(client, world, session, base):
    case = make_case(session, world)
    world.login(client, "publicity")
    add(client, base, case, files={"外景.jpg": jpeg(1)})
    photo = session.scalars(select(CasePhoto)).one()
    for _time in range(2):
        with client.get(f"{base}/{case.id}/photos/{photo.id}.webp") as small:
            assert small.mimetype == "image/webp"
            assert Image.open(io.BytesIO(small.data)).size == (480, 320)


def test_the_archive_holds_the_originals_under_their_names_by_rule(client, world, session, base, app):
    """P10: Shanxi names them; Guangdong does not, and they keep their own."""
    case = make_case(session, world, "齿轮/磨削")
    world.login(client, "publicity")
    given = {"外景.jpg": jpeg(1), "IMG_2.jpg": jpeg(2), "IMG_3.jpg": jpeg(3)}
    add(client, base, case, files=given)
    session.refresh(case)
    packed = io.BytesIO()
    photos.write_archive(case, load("shanxi-2024"), app.extensions["storage"], packed)
    with zipfile.ZipFile(packed) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "齿轮／磨削企业外景.jpg": given["外景.jpg"],
            "齿轮／磨削实物／场景图1.jpg": given["IMG_2.jpg"],
            "齿轮／磨削实物／场景图2.jpg": given["IMG_3.jpg"],
        }
    assert photos.archive_name(case, load("shanxi-2024")) == "示例齿轮／磨削有限公司照片.zip"
    with client.get(f"{base}/{case.id}/photos.zip", buffered=True) as answer:
        assert answer.mimetype == "application/zip"
        with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
            assert archive.namelist() == list(given)


def test_a_case_without_photos_has_no_archive(client, world, session, base):
    case = make_case(session, world)
    world.login(client, "publicity")
    assert client.get(f"{base}/{case.id}/photos.zip").status_code == 404
