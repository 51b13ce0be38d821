"""Versions of a clip for platforms: made, verified, taken away by a change, approved with it (A9, A16)."""

from __future__ import annotations

import errno
import io
import zipfile
from dataclasses import replace
from fractions import Fraction

import pytest
from PIL import Image

from campaign import mishaps
from campaign.approvals import services as reviews
from campaign.approvals.queries import has_news
from campaign.approvals.rules import Person
from campaign.approvals.subjects import KINDS as SUBJECTS
from campaign.errors import Refused
from campaign.films import clips, renditions
from campaign.films.clips import RENDITION, Draft, Rendered, take_result
from campaign.films.models import Clip
from campaign.films.rules import Span
from media.deliveries import DELIVERIES
from media.graph import fitted, kept
from media.probe import probe

pytestmark = pytest.mark.usefixtures("fonts")


@pytest.fixture
def ready_film(film_unseen, good_film):
    return film_unseen(good_film, "高效换热器攻关.mp4")


@pytest.fixture
def draft(session, world, ready_film):
    return clips.save(
        session, None, Draft("高效换热器", None, (Span(ready_film.id, Fraction(1), Fraction(3, 2)),)),
        programme_id=world.programme.id, owner_id=world.province.id, editor_id=world.users["publicity"].id,
    )  # fmt: skip


@pytest.fixture
def rendered(session, draft, storage, good_film, tmp_path):
    """Finish a clip without the engine: the test film of a hundred frames stands for its master."""

    def finish(clip):
        film, poster = tmp_path / "film.mp4", tmp_path / "poster.jpg"
        # An empty box makes it another file than the source, as every render is.
        film.write_bytes(good_film.read_bytes() + b"\x00\x00\x00\x08free")
        poster.write_bytes(b"poster")
        made = Rendered(film, poster, Fraction(4), 100, {})
        take_result(session, storage, clip.id, clip.fingerprint, made)
        session.refresh(clip)
        return clip

    return finish


@pytest.fixture
def clip(session, draft, rendered):
    draft.state = "rendering"
    session.commit()
    return rendered(draft)


def state(session, clip, kind):
    session.expire_all()
    found = session.get(Clip, clip.id).rendition(kind)
    return found and found.state


@pytest.mark.slow
def test_an_upright_version_is_made_from_the_edit_list_and_has_its_size_and_every_frame(
    officer, base, session, clip, run_jobs, storage
):
    officer.post(f"{base}/clips/{clip.id}/versions/vertical", data={"fit": "crop", "x": "25"})
    session.expire_all()
    row = clip.rendition("vertical")
    assert (row.state, row.options) == ("making", {"fit": "crop", "focus_x": 0.25})
    assert run_jobs(RENDITION, row.id).error is None
    session.refresh(row)
    picture = probe(storage.path(row.asset.sha256)).picture
    found = (row.state, picture.width, picture.height, row.result["frames"])
    assert found == ("ready", 1080, 1920, 13)
    answer = officer.get(f"{base}/clips/{clip.id}/versions/vertical/file?save=1")
    answer.close()
    assert answer.mimetype == "video/mp4"
    assert "%E7%AB%96%E7%89%88.mp4" in answer.headers["Content-Disposition"]


def test_covers_of_three_shapes_are_made_at_once_from_the_chosen_frame(officer, base, session, clip, storage):
    answer = officer.post(
        f"{base}/clips/{clip.id}/covers",
        data={"frame": "5", "with_title": "on", "title": "换热器攻关记", "x": "50"},
    )
    assert answer.status_code == 303
    session.expire_all()
    sizes = {}
    for kind in renditions.COVERS:
        row = session.get(Clip, clip.id).rendition(kind)
        with Image.open(storage.path(row.asset.sha256)) as picture:
            sizes[kind] = (row.state, picture.format, picture.size, dict(picture.getexif()))
    assert sizes == {
        "cover_wide": ("ready", "JPEG", (1280, 720), {}),
        "cover_tall": ("ready", "JPEG", (1080, 1440), {}),
        "cover_square": ("ready", "JPEG", (1080, 1080), {}),
    }
    assert row.options == {"at": "1/5", "title": "换热器攻关记", "focus_x": 0.5}


def test_a_frame_that_the_clip_does_not_have_is_refused_and_the_title_stays(officer, base, session, clip):
    answer = officer.post(
        f"{base}/clips/{clip.id}/covers", data={"frame": "999", "with_title": "on", "title": "我的标题"}
    )
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f"The clip has the frames 0 to {clip.frame_count - 1}." in text
    assert 'value="我的标题"' in text
    assert state(session, clip, "cover_wide") is None


def test_the_preview_of_a_cover_shows_its_shape_small(officer, base, clip):
    answer = officer.get(f"{base}/clips/{clip.id}/versions/cover_tall/look.jpg?frame=3&title=标题&x=50")
    with Image.open(io.BytesIO(answer.data)) as picture:
        assert (answer.mimetype, picture.size) == ("image/jpeg", (480, 640))


def test_a_change_of_the_clip_takes_its_versions_away_and_its_next_render_brings_them_back(
    officer, base, session, world, clip, rendered, run_jobs, ready_film
):
    officer.post(f"{base}/clips/{clip.id}/covers", data={"frame": "5", "x": "50"})
    assert state(session, clip, "cover_tall") == "ready"
    spans = (Span(ready_film.id, Fraction(2), Fraction(5, 2)),)
    clips.save(
        session,
        clip,
        Draft(clip.title, None, spans),
        programme_id=world.programme.id,
        owner_id=world.province.id,
    )
    assert state(session, clip, "cover_tall") == "wanted"
    clips.order_render(session, clip, user_id=None)
    rendered(clip)
    for kind in renditions.COVERS:
        assert run_jobs(RENDITION, clip.rendition(kind).id).error is None
    assert [state(session, clip, kind) for kind in renditions.COVERS] == ["ready"] * 3


def test_a_version_asked_for_before_the_render_waits_for_it(officer, base, session, draft, rendered):
    officer.post(f"{base}/clips/{draft.id}/versions/square", data={"fit": "blur"})
    assert state(session, draft, "square") == "wanted"
    clips.order_render(session, draft, user_id=None)
    rendered(draft)
    assert state(session, draft, "square") == "making"


def test_a_version_made_while_the_clip_was_changed_is_not_taken_in(
    session, world, clip, ready_film, storage, tmp_path
):
    row = renditions.order(session, clip, "web", None, user_id=None)
    before = renditions.fingerprint_of(row)
    clips.save(
        session, clip, Draft(clip.title, None, (Span(ready_film.id, Fraction(0), Fraction(1)),)),
        programme_id=world.programme.id, owner_id=world.province.id,
    )  # fmt: skip
    path = tmp_path / "late.mp4"
    path.write_bytes(b"late")
    with pytest.raises(Refused, match="It comes with the next render"):
        renditions.take(session, storage, row.id, before, renditions.Made(path, "video/mp4", {}))
    assert state(session, clip, "web") == "wanted"


def test_what_was_made_is_reviewed_with_the_clip_and_only_that_is_packed(officer, base, session, world, clip):
    """A16: a version made after the approval goes out only with the next approval."""
    kind, works = SUBJECTS["clip"], Person(world.users["publicity"].id, works=True)
    review = reviews.submit(session, kind, clip, works, text="导语")
    dossier = review.dossier
    assert [(f.role, f.name) for f in dossier.version.files] == [("film", ""), ("cover", "")]
    reviews.withdraw(session, review, works, reason="补封面")
    assert not has_news(dossier)
    officer.post(f"{base}/clips/{clip.id}/covers", data={"frame": "5", "x": "50"})
    session.expire_all()
    assert has_news(dossier)
    second = reviews.submit(session, kind, clip, works, text="导语")
    version = second.dossier.version
    assert [(f.role, f.name) for f in version.files] == [
        ("film", ""), ("cover", ""), ("cover", "cover_tall"), ("cover", "cover_square"),
    ]  # fmt: skip
    assert version.file("cover").asset_id == clip.rendition("cover_wide").asset_id


def test_the_package_for_the_platforms_names_each_version_and_what_it_is_for(
    officer, base, session, world, clip
):
    """A9, B8: only what was approved, by names that platforms and people understand."""
    officer.post(f"{base}/clips/{clip.id}/covers", data={"frame": "5", "x": "50"})
    session.expire_all()
    users = world.users
    review = reviews.submit(
        session, SUBJECTS["clip"], clip, Person(users["publicity"].id, works=True), text="导语"
    )
    dossier = review.dossier
    reviews.approve(session, review, Person(users["lead"].id, works=True, leads=True))
    reviews.approve(session, dossier.open_review, Person(users["reviewer"].id, decides=True))
    answer = officer.get(f"/p/{world.programme.key}/approvals/{dossier.id}/v1/package.zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        names = archive.namelist()
        slip = archive.read("审定说明.txt").decode("utf-8-sig")
    assert names == [
        "高效换热器+视频.mp4", "高效换热器+封面.jpg", "高效换热器+竖封面.jpg", "高效换热器+方封面.jpg",
        "高效换热器+文稿.txt", "审定说明.txt",
    ]  # fmt: skip
    assert "高效换热器+竖封面.jpg（抖音、快手、小红书）" in slip


def test_a_clip_is_not_sent_while_a_version_of_it_is_being_made(session, world, clip):
    renditions.order(session, clip, "web", None, user_id=None)
    works = Person(world.users["publicity"].id, works=True)
    with pytest.raises(Refused, match="A version of the clip 高效换热器 is being made"):
        reviews.submit(session, SUBJECTS["clip"], clip, works)


@pytest.mark.parametrize("kind", ["vertical", "square"])
def test_the_window_on_the_page_is_the_part_that_a_crop_keeps(kind, good_film):
    """Issue 4, point 5: what somebody drags to its place is what the version shows."""
    picture = probe(good_film).picture
    for focus in (0, 0.25, 1):
        delivery = replace(DELIVERIES[kind], fit="crop", focus_x=focus)
        whole, _tall = fitted(picture, delivery.width, delivery.height, "crop")
        left, _top, wide, _high = kept(picture, delivery)
        share = renditions.KINDS[kind].crop_share
        assert (wide / whole, left / whole) == pytest.approx((share, focus * (1 - share)), abs=0.002)


def test_the_page_of_a_clip_says_why_it_cannot_be_sent_yet(officer, base, session, clip):
    clip.renditions.append(renditions.Rendition(kind="web", state="making", fingerprint=""))
    clip.result = None
    session.commit()
    page = officer.get(f"{base}/clips/{clip.id}").text
    assert "is being made. Wait until it is done" in page
    assert f"/approvals/send/clip/{clip.id}" not in page


def test_a_version_that_failed_names_the_layer(officer, base, session, clip):
    """House rule 6: what failed, where, and what to do."""
    error = mishaps.told(OSError(errno.ENOSPC, "full"), "ab12")
    clip.renditions.append(renditions.Rendition(kind="web", state="failed", fingerprint="", error=error))
    session.commit()
    page = officer.get(f"{base}/clips/{clip.id}/versions").text
    assert "Disk of the server: there is no room left to write." in page
