"""Verbs on clips: save an edit list, order a render, take the result in, delete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign import footage, jobs
from campaign.cases.models import Case
from campaign.errors import Conflict, Refused
from campaign.films import rules, style
from campaign.films.models import Clip, ClipRange, SourceVideo
from campaign.films.rules import RangeInput, RangeProblem, Span
from campaign.messages import N_, Message
from campaign.storage import Storage, asset_for

RENDER, RENDITION = "render", "rendition"
MASTER = "master"


@dataclass(frozen=True)
class Draft:
    """What a person decides about a clip."""

    title: str
    case: Case | None
    spans: tuple[Span, ...]
    delivery: str = MASTER


class SameClip(Conflict):
    """The same pictures exist as another clip already; `clip_id` names it."""

    def __init__(self, clip_id: int, title: str) -> None:
        super().__init__(
            N_("The clip “%(title)s” already holds exactly these pictures; nothing was rendered."),
            title=title,
        )
        self.clip_id = clip_id


def read_ranges(
    rows: Sequence[RangeInput], films: Mapping[int, SourceVideo]
) -> tuple[tuple[Span, ...], tuple[RangeProblem, ...]]:
    """Read an edit list as typed; blank rows are dropped, and every problem names its row.

    `films` are the ready films the actor may cut from. Points move to the nearest frame of their film; an out
    point less than a frame behind the end counts as the end.
    """
    spans: list[Span] = []
    problems: list[RangeProblem] = []
    for number, row in enumerate(rows, start=1):
        if row.is_blank:
            continue
        film = films.get(row.source_id or 0)
        if film is None or film.duration is None or film.frame_rate is None:
            text = N_("Range %(number)s: choose a film that is ready.")
            problems.append(RangeProblem(number, "source", Message(text, {"number": number})))
            continue
        points = [_point(row.in_text, film, number, "in"), _point(row.out_text, film, number, "out")]
        wrong = [point for point in points if isinstance(point, RangeProblem)]
        if wrong:
            problems.extend(wrong)
            continue
        span = Span(film.id, *(point for point in points if isinstance(point, Fraction)))
        problem = rules.span_problem(
            number, span, film.duration, footage.timecode(film.duration, film.frame_rate)
        )
        if problem:
            problems.append(problem)
        else:
            spans.append(span)
    problem = None if problems else rules.count_problem(len(spans))
    return tuple(spans), tuple(problems) if problem is None else (problem,)


def _point(text: str, film: SourceVideo, number: int, side: rules.Side) -> Fraction | RangeProblem:
    rate, end = film.frame_rate, film.duration
    if rate is None or end is None:
        raise ValueError("only ready films are cut")
    if not text.strip():
        words = N_("Range %(number)s: the in point is missing.")
        if side == "out":
            words = N_("Range %(number)s: the out point is missing.")
        return RangeProblem(number, side, Message(words, {"number": number}))
    try:
        point = footage.parse_time(text, rate)
    except footage.FilmRefused as refusal:
        return RangeProblem(number, side, Message(refusal.msgid, refusal.params))
    point = footage.on_frame(point, rate)
    return end if side == "out" and end < point < end + 1 / rate else point


class OtherRevision(Conflict):
    """Somebody else changed the clip since it was opened; `revision` is what it is now."""

    def __init__(self, clip: Clip) -> None:
        who = clip.edited_by.name if clip.edited_by else "–"
        super().__init__(N_("%(who)s has changed this clip since you opened it."), who=who)
        self.revision = clip.revision


def save(
    session: Session,
    clip: Clip | None,
    draft: Draft,
    *,
    programme_id: int,
    owner_id: int,
    editor_id: int | None = None,
    expected: int | None = None,
) -> Clip:
    """Write a clip as a draft; a finished one whose pictures change becomes a draft again. Commits."""
    clip = write(
        session, clip, draft, programme_id=programme_id, owner_id=owner_id, editor_id=editor_id,
        expected=expected,
    )  # fmt: skip
    session.commit()
    return clip


def write(
    session: Session,
    clip: Clip | None,
    draft: Draft,
    *,
    programme_id: int,
    owner_id: int,
    editor_id: int | None = None,
    expected: int | None = None,
) -> Clip:
    """Do what `save` does within the caller's transaction.

    The clip belongs to the organisation of its case, like the film (P5). `expected` is the revision that the
    editor saw: OtherRevision, and nothing written, if another stands there meanwhile.
    """
    if not draft.title.strip():
        raise Refused(N_("The clip needs a title."))
    if clip is None:
        clip = Clip(
            programme_id=programme_id, owner_id=owner_id, title="", state="draft", delivery=draft.delivery,
            edited_by_id=editor_id,
        )  # fmt: skip
        session.add(clip)
    else:
        # Whoever comes second waits here for the first, and then sees what has been written.
        session.refresh(clip, with_for_update=True)
        if expected is not None and expected != clip.revision:
            raise OtherRevision(clip)
    problem = rules.may_edit(clip.state)
    if problem is not None:
        raise Conflict(problem.msgid, **problem.params)
    before = _told(clip)
    clip.title = draft.title.strip()
    clip.case_id = draft.case.id if draft.case else None
    if draft.case is not None:
        clip.owner_id = draft.case.owner_id
    if spans_of(clip) != draft.spans or clip.delivery != draft.delivery:
        clip.delivery = draft.delivery
        forget_result(clip)
        clip.ranges.clear()
        # The old rows leave before the new ones come, since both have the positions 0, 1, 2…
        session.flush()
        clip.ranges.extend(
            ClipRange(position=i, source_id=s.source_id, in_point=s.in_point, out_point=s.out_point)
            for i, s in enumerate(draft.spans)
        )
        session.flush()
        session.refresh(clip, ["ranges"])
        clip.fingerprint = fingerprint_of(clip)
    if clip.id is not None and before[0] and _told(clip) != before:
        clip.revision += 1
        clip.edited_by_id = editor_id
    session.flush()
    return clip


def _told(clip: Clip) -> tuple[str, int | None, str, tuple[Span, ...]]:
    """What a person decided about a clip so far."""
    return clip.title, clip.case_id, clip.delivery, spans_of(clip)


def forget_result(clip: Clip) -> None:
    """The render of other pictures and what was made beside it; the files stay in storage.

    The versions for platforms are wanted again, so that they come with the next render.
    """
    clip.state = "draft"
    clip.asset_id = clip.poster_id = None
    clip.duration = clip.frame_count = clip.result = None
    for rendition in clip.renditions:
        rendition.state, rendition.asset_id = "wanted", None
        rendition.fingerprint, rendition.result, rendition.error = "", None, None


def spans_of(clip: Clip) -> tuple[Span, ...]:
    """The edit list as values."""
    return tuple(Span(row.source_id, row.in_point, row.out_point) for row in clip.ranges)


def cuts_of(clip: Clip, storage: Storage) -> tuple[footage.Cut, ...]:
    """The edit list with the files to cut from."""
    return tuple(
        footage.Cut(
            footage.FilmFile(
                storage.path(row.source.asset.sha256), row.source.asset.sha256, row.source.file_name
            ),
            row.in_point,
            row.out_point,
        )
        for row in clip.ranges
    )


def fingerprint_of(clip: Clip, *, delivery: str | None = None, shape: Mapping[str, Any] | None = None) -> str:
    """One hash of all that decides how this clip, or a version of it in another shape, looks and sounds."""
    return footage.fingerprint(
        [(row.source.asset.sha256, row.in_point, row.out_point) for row in clip.ranges],
        delivery or clip.delivery,
        clip.dress,
        clip.music.sha256 if clip.music else "",
        shape,
        style.look_of(clip.programme),
    )


def order_render(session: Session, clip: Clip, *, user_id: int | None) -> jobs.Job:
    """Put a clip into the queue, unless the same pictures are finished or on their way already. Commits."""
    try:
        job = queue_render(session, clip, user_id=user_id)
        session.commit()
    except IntegrityError:
        session.rollback()
        raise Conflict(N_("The clip is being rendered already.")) from None
    return job


def queue_render(session: Session, clip: Clip, *, user_id: int | None) -> jobs.Job:
    """Do what `order_render` does within the caller's transaction."""
    problem = rules.may_render(clip.state) or rules_of_list(clip)
    if problem is not None:
        raise Refused(problem.msgid, **problem.params)
    clip.fingerprint = fingerprint_of(clip)
    same = same_clip(session, clip, ("ready", "rendering"))
    if same is not None:
        raise SameClip(same.id, same.title)
    clip.state = "rendering"
    return enqueue(session, RENDER, clip, clip.id, user_id)


def enqueue(session: Session, kind: str, clip: Clip, subject_id: int, user_id: int | None) -> jobs.Job:
    """Add a job on a clip, or on one of its versions, within the caller's transaction."""
    return jobs.enqueue(
        session,
        kind,
        subject_id=subject_id,
        label=clip.title,
        programme_id=clip.programme_id,
        owner_id=clip.owner_id,
        requested_by_id=user_id,
        weight=float(rules.total(spans_of(clip))),
    )


@dataclass(frozen=True)
class Ordered:
    """What became of many clips that were to be rendered: those in the queue, and why the others are not."""

    queued: tuple[Clip, ...]
    left_out: tuple[tuple[Clip, Message], ...]


def order_many(session: Session, chosen: Sequence[Clip], *, user_id: int | None) -> Ordered:
    """Put many clips into the queue in their order; each that cannot be is left out and named. Commits once.

    Clips that are finished, or whose pictures another clip holds already, are never rendered twice (A12).
    """
    queued: list[Clip] = []
    left_out: list[tuple[Clip, Message]] = []
    for clip in chosen:
        try:
            with session.begin_nested():
                queue_render(session, clip, user_id=user_id)
        except IntegrityError:
            left_out.append((clip, Message(N_("The clip is being rendered already."))))
        except Refused as refusal:
            left_out.append((clip, Message(refusal.msgid, refusal.params)))
        else:
            queued.append(clip)
    session.commit()
    return Ordered(tuple(queued), tuple(left_out))


def stop_many(session: Session, chosen: Sequence[Clip]) -> int:
    """Stop the renders of these clips, waiting and running ones; gives how many were told. Commits."""
    ids = [clip.id for clip in chosen]
    statement = (
        select(jobs.Job)
        .where(jobs.Job.kind == RENDER, jobs.Job.subject_id.in_(ids), jobs.Job.state.in_(jobs.RUNNING))
        .order_by(jobs.Job.created_at)
    )
    told = [job for job in session.scalars(statement).all() if job.can_cancel]
    for job in told:
        jobs.cancel(session, job)
    return len(told)


def rules_of_list(clip: Clip) -> Message | None:
    """Whether an edit list can be rendered: it has ranges, and their films are still ready."""
    problem = rules.count_problem(len(clip.ranges))
    if problem is not None:
        return problem.message
    for row in clip.ranges:
        if row.source.state != "ready":
            return Message(N_("The film %(name)s is not ready to be cut."), {"name": row.source.file_name})
    return None


def same_clip(session: Session, clip: Clip, states: Sequence[str]) -> Clip | None:
    """Another clip of the programme with the same pictures in one of these states."""
    statement = (
        select(Clip)
        .where(
            Clip.programme_id == clip.programme_id,
            Clip.fingerprint == clip.fingerprint,
            Clip.state.in_(states),
            Clip.id != clip.id,
        )
        .order_by(Clip.id)
        .limit(1)
    )
    return session.scalars(statement).one_or_none()


@dataclass(frozen=True)
class Rendered:
    """What a render made: two files in scratch, and what the engine says of the first."""

    film: Path
    poster: Path
    duration: Fraction
    frame_count: int
    result: dict[str, Any]


def take_result(session: Session, storage: Storage, clip_id: int, fingerprint: str, made: Rendered) -> None:
    """Adopt a verified render; commits.

    The list may not have changed meanwhile, and the same pictures may have been finished by another clip.
    """
    film = storage.adopt(made.film)
    poster = storage.adopt(made.poster)
    clip = session.get(Clip, clip_id, populate_existing=True)
    if clip is None or clip.fingerprint != fingerprint or clip.state != "rendering":
        session.rollback()
        raise Refused(N_("The clip was changed while it was being rendered. Please render it again."))
    same = same_clip(session, clip, ("ready",))
    if same is not None:
        raise SameClip(same.id, same.title)
    film_id, poster_id = (
        asset_for(session, film, "video/mp4").id,
        asset_for(session, poster, "image/jpeg").id,
    )
    clip.asset_id, clip.poster_id, clip.state = film_id, poster_id, "ready"
    clip.duration, clip.frame_count, clip.result = made.duration, made.frame_count, made.result
    for rendition in clip.renditions:
        # What was asked for while the clip was unfinished, or went with an earlier state of it.
        if rendition.state == "wanted":
            rendition.state = "making"
            if not _is_under_way(session, RENDITION, rendition.id):
                enqueue(session, RENDITION, clip, rendition.id, session.info.get("actor_id"))
    session.commit()


def _is_under_way(session: Session, kind: str, subject_id: int) -> bool:
    statement = select(jobs.Job.id).where(
        jobs.Job.kind == kind, jobs.Job.subject_id == subject_id, jobs.Job.state.in_(jobs.RUNNING)
    )
    return session.scalars(statement).first() is not None


def delete(session: Session, clip: Clip) -> None:
    """Remove a clip; the audit keeps its title, storage its file. Commits."""
    problem = rules.may_edit(clip.state)
    if problem is not None:
        raise Conflict(problem.msgid, **problem.params)
    session.delete(clip)
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
        raise Refused(
            N_(
                "The clip %(title)s has been sent for review. What others have seen stays readable, so it"
                " cannot be deleted."
            ),
            title=clip.title,
        ) from None
