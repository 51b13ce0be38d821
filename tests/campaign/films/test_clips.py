"""From an edit list to a verified clip."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sqlalchemy import func, select

from campaign.errors import Conflict, Refused
from campaign.films import clips, services
from campaign.films.clips import RENDER, Draft, SameClip
from campaign.films.models import Clip
from campaign.films.rules import RangeInput, Span
from campaign.storage import Asset
from media.testfilms import read_barcodes


def span(film, start, end):
    return Span(film.id, Fraction(start), Fraction(end))


@pytest.fixture
def make_clip(session, world, ready_film):
    def make(*spans, title="两分钟版", clip=None):
        # Ten frames: every one more is encoded, decoded and compared in all tests that only look at states.
        spans = spans or (span(ready_film, "0.4", "0.8"),)
        return clips.save(
            session,
            clip,
            Draft(title, None, spans),
            programme_id=world.programme.id,
            owner_id=world.province.id,
        )

    return make


def problems(found):
    return [(p.number, p.side, str(p.message)) for p in found]


def test_points_are_read_as_seconds_or_timecode_and_move_to_the_nearest_frame(session, ready_film):
    rows = [RangeInput(ready_film.id, "00:00:00:10", "1.21"), RangeInput(ready_film.id, "", "  ")]
    spans, wrong = clips.read_ranges(rows, {ready_film.id: ready_film})
    assert wrong == ()
    assert spans == (Span(ready_film.id, Fraction(10, 25), Fraction(30, 25)),)


def test_every_wrong_range_is_named_with_its_number_and_what_to_do(session, ready_film):
    rows = [
        RangeInput(ready_film.id, "2", "1"),
        RangeInput(ready_film.id, "1", "9"),
        RangeInput(ready_film.id, "1", ""),
        RangeInput(ready_film.id, "bald", "2"),
        RangeInput(None, "1", "2"),
    ]
    spans, wrong = clips.read_ranges(rows, {ready_film.id: ready_film})
    assert spans == ()
    assert problems(wrong)[:3] + problems(wrong)[4:] == [
        (1, "out", "Range 1: the out point must come after the in point. Move one of them."),
        (2, "out", "Range 2 goes beyond the end of the film, which is at 00:00:04:00."),
        (3, "out", "Range 3: the out point is missing."),
        (5, "source", "Range 5: choose a film that is ready."),
    ]
    assert (wrong[3].number, wrong[3].side) == (4, "in")


def test_a_clip_without_a_range_is_refused(session, ready_film):
    _, wrong = clips.read_ranges([RangeInput(ready_film.id, "", "")], {ready_film.id: ready_film})
    assert problems(wrong) == [
        (0, "range", "The clip has no range yet. Give at least one in point and one out point.")
    ]


def test_a_render_holds_exactly_the_asked_frames(session, make_clip, run_jobs, storage, ready_film):
    """A12."""
    clip = make_clip(span(ready_film, "0.4", "1.2"), span(ready_film, "2", "3"))
    clips.order_render(session, clip, user_id=None)
    assert clip.state == "rendering"
    job = run_jobs(RENDER, clip.id)
    session.refresh(clip)
    assert (job.state, job.error, clip.state) == ("done", None, "ready")
    assert (clip.frame_count, clip.duration) == (45, Fraction(45, 25))
    assert read_barcodes(storage.path(clip.asset.sha256)) == [*range(10, 30), *range(50, 75)]
    assert clip.poster.media_type == "image/jpeg"
    assert clip.result["sha256"] == clip.asset.sha256


def test_the_same_pictures_are_not_rendered_twice(session, make_clip, run_jobs):
    first = make_clip(title="第一版")
    clips.order_render(session, first, user_id=None)
    second = make_clip(title="第二版")
    with pytest.raises(SameClip) as same:
        clips.order_render(session, second, user_id=None)
    assert same.value.clip_id == first.id
    run_jobs(RENDER, first.id)
    with pytest.raises(SameClip):
        clips.order_render(session, second, user_id=None)
    session.refresh(first)
    with pytest.raises(Refused):
        clips.order_render(session, first, user_id=None)
    assert session.scalar(select(func.count()).select_from(Asset).where(Asset.media_type == "video/mp4")) == 2


def test_a_render_that_runs_again_from_the_start_gives_one_result(session, make_clip, run_jobs, monkeypatch):
    from campaign import jobs

    clip = make_clip()
    job = clips.order_render(session, clip, user_id=None)

    def die(*_args, **_values):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(clips, "take_result", die)
        with pytest.raises(KeyboardInterrupt):
            jobs.run_now(job.id, job.attempt, worker="test")
    session.rollback()
    jobs.run_now(job.id, job.attempt, worker="test")
    session.refresh(clip)
    assert (clip.state, clip.frame_count) == ("ready", 10)
    first = clip.asset.sha256
    jobs.run_now(job.id, job.attempt, worker="test")
    session.refresh(clip)
    assert clip.asset.sha256 == first


def test_other_ranges_make_a_finished_clip_a_draft_and_another_title_does_not(
    session, make_clip, run_jobs, ready_film
):
    clip = make_clip()
    clips.order_render(session, clip, user_id=None)
    with pytest.raises(Conflict):
        make_clip(title="未完", clip=clip)
    run_jobs(RENDER, clip.id)
    session.refresh(clip)
    make_clip(title="改名", clip=clip)
    assert (clip.title, clip.state) == ("改名", "ready")
    make_clip(span(ready_film, 1, 2), title="改名", clip=clip)
    assert (clip.state, clip.asset_id, clip.frame_count) == ("draft", None, None)
    assert clips.spans_of(clip) == (span(ready_film, 1, 2),)


def test_a_failed_render_says_why_and_can_be_tried_again(
    session, make_clip, run_jobs, storage, ready_film, tmp_path
):
    clip = make_clip()
    clips.order_render(session, clip, user_id=None)
    original = storage.path(ready_film.asset.sha256)
    aside = original.rename(tmp_path / "aside")
    original.write_text("not a film any more", "utf-8")
    job = run_jobs(RENDER, clip.id)
    session.refresh(clip)
    assert (clip.state, job.state, clip.asset_id) == ("failed", "failed", None)
    assert job.error["msgid"]
    aside.replace(original)
    clips.order_render(session, clip, user_id=None)
    run_jobs(RENDER, clip.id)
    session.refresh(clip)
    assert clip.state == "ready"


def test_a_film_that_clips_are_made_of_stays(session, make_clip, ready_film):
    make_clip(title="两分钟版")
    with pytest.raises(Refused) as refused:
        services.remove_film(session, ready_film)
    assert str(refused.value) == (
        "This film is used by 1 clips (两分钟版). Delete those clips first, or leave the film."
    )
    clip = session.scalars(select(Clip)).one()
    clips.delete(session, clip)
    services.remove_film(session, ready_film)
    assert session.scalar(select(func.count()).select_from(Clip)) == 0
