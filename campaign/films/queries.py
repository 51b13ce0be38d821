"""What the pages of films and clips, and other rooms, ask of the database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, defer, joinedload, lazyload, selectinload

from campaign.access import Actor, scoped
from campaign.cases.models import Case
from campaign.films import rules
from campaign.films.models import Clip, ClipRange, Derivative, SourceVideo, Upload
from campaign.jobs import RUNNING, Job
from campaign.programmes.models import Programme
from campaign.programmes.profiles import Profile

RECENT_UPLOADS = 20
# The kinds of job that share the machine's slots for films.
MEDIA_KINDS = ("ingest", "render", "rendition")


def films(programme: Programme, actor: Actor) -> Select[SourceVideo]:
    """Films of a programme that the actor may see, with what a list shows of them."""
    return (
        scoped(select(SourceVideo), SourceVideo, actor)
        .where(SourceVideo.programme_id == programme.id)
        .outerjoin(SourceVideo.case)
        .options(
            # What was measured of a film is long, and no list shows it.
            defer(SourceVideo.measures),
            joinedload(SourceVideo.asset),
            selectinload(SourceVideo.case),
            selectinload(SourceVideo.derivatives).joinedload(Derivative.asset),
        )
    )


def preparing() -> ColumnElement[bool]:
    """Which films wait to be checked or are being checked."""
    return SourceVideo.state.in_(("waiting", "ingesting"))


def films_without_case(session: Session, programme: Programme, actor: Actor) -> list[SourceVideo]:
    """The tray: films that wait for a case, the oldest first (P16)."""
    statement = films(programme, actor).where(SourceVideo.case_id.is_(None)).order_by(SourceVideo.created_at)
    return list(session.scalars(statement).unique())


def in_sight(session: Session, actor: Actor, film_ids: Collection[int | None]) -> set[int]:
    """Which of these films the actor may know of."""
    statement = scoped(select(SourceVideo.id), SourceVideo, actor).where(SourceVideo.id.in_(film_ids))
    return set(session.scalars(statement))


def film_counts(session: Session, programme: Programme) -> dict[int, int]:
    """How many films each case has, by the case's id; asked only about cases in sight."""
    statement = (
        select(SourceVideo.case_id, func.count())
        .where(SourceVideo.programme_id == programme.id, SourceVideo.case_id.is_not(None))
        .group_by(SourceVideo.case_id)
    )
    return {case_id: count for case_id, count in session.execute(statement) if case_id is not None}


def ready_films(session: Session, programme: Programme, actor: Actor) -> list[SourceVideo]:
    """Films a clip can be cut from, by case."""
    statement = (
        films(programme, actor)
        .where(SourceVideo.state == "ready")
        .order_by(Case.title.nulls_last(), SourceVideo.file_name)
    )
    return list(session.scalars(statement).unique())


def clips(programme: Programme, actor: Actor) -> Select[Clip]:
    """Clips of a programme that the actor may see, with what a list shows of them."""
    return (
        scoped(select(Clip), Clip, actor)
        .where(Clip.programme_id == programme.id)
        .outerjoin(Clip.case)
        .options(selectinload(Clip.case), joinedload(Clip.asset), joinedload(Clip.poster))
    )


def clips_of_film(session: Session, film: SourceVideo, actor: Actor) -> list[Clip]:
    """Clips that take something from a film."""
    statement = (
        scoped(select(Clip), Clip, actor)
        .where(Clip.ranges.any(ClipRange.source_id == film.id))
        .order_by(Clip.created_at.desc())
    )
    return list(session.scalars(statement).unique())


def free_title(session: Session, programme: Programme, title: str) -> str:
    """The title, numbered where a clip of the programme has it: cut lists know clips by their titles."""
    alike = Clip.title.startswith(title, autoescape=True)
    taken = set(session.scalars(select(Clip.title).where(Clip.programme_id == programme.id, alike)))
    names = (title if number == 1 else f"{title}（{number}）" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def clip_counts(session: Session, programme: Programme, actor: Actor) -> dict[str, int]:
    """How many clips stand in each state."""
    statement = (
        scoped(select(Clip.state, func.count()), Clip, actor)
        .where(Clip.programme_id == programme.id)
        .group_by(Clip.state)
    )
    return dict(session.execute(statement).all())


def finished_clips(programme: Programme) -> Select[Clip]:
    """Rendered and verified clips of a programme, as the targets count them (A12)."""
    return select(Clip).where(Clip.programme_id == programme.id, Clip.state == "ready")


# What the board calls the clips it counts; also the value of the list's filter.
FINISHED = "clips.finished"


def counted_clips(session: Session, programme: Programme, profile: Profile, actor: Actor) -> Sequence[Clip]:
    """The finished clips that have the programme's common length, as the target counts them (A12)."""
    finished = session.scalars(
        scoped(finished_clips(programme), Clip, actor)
        .order_by(Clip.updated_at, Clip.id)
        .options(lazyload(Clip.ranges), lazyload(Clip.renditions))
    ).all()
    standard = profile.clip
    if standard is None:
        return finished
    return [
        clip
        for clip in finished
        if clip.duration is not None
        and rules.length_verdict(
            clip.duration, standard_s=standard.duration_s, tolerance_s=standard.tolerance_s
        )
        == "fits"
    ]


def unfinished_uploads(session: Session, programme: Programme, actor: Actor) -> list[Upload]:
    """The actor's own uploads that have not ended."""
    statement = (
        select(Upload)
        .where(
            Upload.programme_id == programme.id, Upload.user_id == actor.user_id, Upload.source_id.is_(None)
        )
        .where(Upload.state.in_(("receiving", "received", "refused")))
        .order_by(Upload.created_at)
    )
    return list(session.scalars(statement))


def recent_uploads(session: Session, programme: Programme, actor: Actor) -> list[Upload]:
    """The actor's own uploads that became films, or turned out to be known ones; the newest first."""
    statement = (
        select(Upload)
        .where(Upload.programme_id == programme.id, Upload.user_id == actor.user_id)
        .where(Upload.source_id.is_not(None))
        .options(joinedload(Upload.source).selectinload(SourceVideo.case))
        .order_by(Upload.updated_at.desc())
        .limit(RECENT_UPLOADS)
    )
    return list(session.scalars(statement).unique())


def running_jobs(session: Session, kind: str, subjects: Iterable[Any]) -> dict[int, Job]:
    """The active job of each of these rows, by the row's id; one query whatever their number."""
    ids: Collection[int] = [row.id for row in subjects]
    if not ids:
        return {}
    statement = select(Job).where(Job.kind == kind, Job.subject_id.in_(ids), Job.state.in_(RUNNING))
    return {job.subject_id: job for job in session.scalars(statement)}


def places_in_queue(session: Session, waiting: Iterable[Job]) -> dict[int, int]:
    """How many jobs begin before each of these that wait, by the clip's id: 0 is the next one.

    Jobs of every programme count, since all share the machine.
    """
    mine = {job.id: job.subject_id for job in waiting if job.state == "queued"}
    if not mine:
        return {}
    order = (
        select(Job.id)
        .where(Job.state == "queued", Job.kind.in_(MEDIA_KINDS))
        .order_by(Job.turn, Job.created_at, Job.id)
    )
    return {mine[job_id]: place for place, job_id in enumerate(session.scalars(order)) if job_id in mine}


def last_job(session: Session, kind: str, subject_id: int) -> Job | None:
    """The newest job of a row."""
    statement = (
        select(Job)
        .where(Job.kind == kind, Job.subject_id == subject_id)
        .order_by(Job.created_at.desc())
        .limit(1)
    )
    return session.scalars(statement).one_or_none()


def failures(session: Session, kind: str, subject_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """What the newest job of each of these rows failed with; one query, and none where nothing is asked."""
    if not subject_ids:
        return {}
    statement = (
        select(Job.subject_id, Job.error)
        .where(Job.kind == kind, Job.subject_id.in_(subject_ids), Job.state == "failed")
        .order_by(Job.created_at)
    )
    return {subject_id: error for subject_id, error in session.execute(statement) if error}
