"""Selects of the reviews; every one passes the scope filter, but those of the public feeds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from campaign.access import WRITES_EVENTS, Actor, scoped
from campaign.accounts.models import Organisation, Role
from campaign.approvals import plans
from campaign.approvals.models import Comment, Dossier, Feed, Publication, Review, Version, VersionFile
from campaign.approvals.rules import Person, Stage, State, is_centre
from campaign.approvals.subjects import SENDS, clip_files
from campaign.cases.models import Case
from campaign.films.models import Clip
from campaign.programmes.models import Programme

APPROVED, PUBLISHED = "clips.approved", "clips.published"


def person_at(actor: Actor, path: str, senders: Collection[Role] = SENDS) -> Person:
    """The acting user beside a row whose organisation has this path; `senders` work on it."""
    roles = actor.roles_at(path)
    return Person(
        actor.user_id,
        works=not roles.isdisjoint(senders),
        leads=Role.LEAD in roles,
        decides=any(
            seat.role == Role.REVIEWER and is_centre(seat.path) and path.startswith(seat.path)
            for seat in actor.seats
        ),
    )


def _seats(actor: Actor, roles: Collection[Role], *, centre: bool = False) -> Actor:
    """The actor with only the seats of these roles, and where asked only those at the centre."""
    kept = (s for s in actor.seats if s.role in roles and (not centre or is_centre(s.path)))
    return Actor(actor.user_id, tuple(kept))


def _worked_on() -> tuple[tuple[Collection[Role], ColumnElement[bool]], ...]:
    """Who works on which dossiers; `Kind.senders` in SQL."""
    is_plan = Dossier.lecture_event_id.is_not(None)
    return (SENDS, ~is_plan), (WRITES_EVENTS, is_plan)


def decisions_open_to(actor: Actor) -> ColumnElement[bool]:
    """Dossiers with a pending review that this actor may decide; `rules.may_decide` in SQL."""
    mine = [
        and_(
            Review.stage == stage,
            Review.dossier_id.in_(scoped(select(Dossier.id), Dossier, seats).where(*kinds)),
        )
        for stage, seats, kinds in (
            (Stage.CENTRE, _seats(actor, {Role.REVIEWER}, centre=True), ()),
            *((Stage.INTERNAL, _seats(actor, roles), (kind,)) for roles, kind in _worked_on()),
        )
    ]
    return exists().where(
        Review.dossier_id == Dossier.id,
        Review.state == "pending",
        Review.maker_id != actor.user_id,
        Review.submitted_by_id != actor.user_id,
        or_(*mine),
    )


def waits_for(actor: Actor) -> ColumnElement[bool]:
    """What this actor has to do next: decide, or answer what came back."""
    answers = [
        and_(Dossier.id.in_(scoped(select(Dossier.id), Dossier, _seats(actor, roles))), kind)
        for roles, kind in _worked_on()
    ]
    return or_(decisions_open_to(actor), and_(Dossier.state == State.RETURNED.value, or_(*answers)))


def dossiers(actor: Actor) -> Select[Dossier]:
    """Dossiers of every programme the actor may see, with what a list shows of them."""
    return (
        scoped(select(Dossier), Dossier, actor)
        .join(Programme, Dossier.programme_id == Programme.id)
        .join(Organisation, Dossier.owner_id == Organisation.id)
        .options(
            joinedload(Dossier.programme),
            joinedload(Dossier.owner),
            selectinload(Dossier.reviews).joinedload(Review.submitted_by),
            # What `is_changed` looks at.
            selectinload(Dossier.versions),
            selectinload(Dossier.clip),
            selectinload(Dossier.case).selectinload(Case.photos),
            selectinload(Dossier.lecture_event),
        )
    )


def counts(session: Session, actor: Actor) -> dict[str, int]:
    """How many dossiers stand in each state, over all programmes of the actor."""
    statement = scoped(select(Dossier.state, func.count()), Dossier, actor).group_by(Dossier.state)
    return dict(session.execute(statement).all())


def count_waiting(session: Session, actor: Actor, programme: Programme | None = None) -> int:
    """How many dossiers wait for this actor."""
    statement = scoped(select(func.count()).select_from(Dossier), Dossier, actor).where(waits_for(actor))
    if programme is not None:
        statement = statement.where(Dossier.programme_id == programme.id)
    return session.scalar(statement) or 0


def waiting_programmes(session: Session, actor: Actor) -> list[Programme]:
    """The programmes that have a dossier the actor may see, for the filter."""
    used = scoped(select(Dossier.programme_id).distinct(), Dossier, actor)
    statement = select(Programme).where(Programme.id.in_(used)).order_by(Programme.title)
    return list(session.scalars(statement).unique())


# --- clips ------------------------------------------------------------------------------------------------


def clip_changed() -> ColumnElement[bool]:
    """Whether a clip is no longer what its newest version shows, in SQL; see `is_changed`."""
    same = (
        select(Version.id)
        .join(VersionFile, VersionFile.version_id == Version.id)
        .where(
            Version.dossier_id == Dossier.id,
            Version.number == Dossier.latest,
            Version.title == Clip.title,
            VersionFile.role == "film",
            VersionFile.asset_id == Clip.asset_id,
        )
    )
    return ~same.correlate(Dossier, Clip).exists()


def clip_state() -> ColumnElement[str]:
    """`rules.shown_state` of a clip in SQL; the select must join the dossier (`with_dossier`)."""
    return case(
        (Dossier.id.is_(None), State.DRAFT.value),
        (and_(Dossier.state == State.APPROVED.value, clip_changed()), State.DRAFT.value),
        else_=Dossier.state,
    )


def with_dossier(statement: Select[Any]) -> Select[Any]:
    """Join each clip's dossier and load it along."""
    dossier = selectinload(Clip.dossier)  # type: ignore[attr-defined]
    return statement.outerjoin(Dossier, Dossier.clip_id == Clip.id).options(
        dossier.selectinload(Dossier.versions)
    )


def clip_state_counts(session: Session, programme: Programme, actor: Actor) -> dict[str, int]:
    """How many clips stand in each state of review."""
    inner = (
        scoped(select(clip_state().label("state")).select_from(Clip), Clip, actor)
        .outerjoin(Dossier, Dossier.clip_id == Clip.id)
        .where(Clip.programme_id == programme.id)
        .subquery()
    )
    return dict(session.execute(select(inner.c.state, func.count()).group_by(inner.c.state)).all())


def counting_clips(word: str) -> ColumnElement[bool]:
    """The clips a target may count instead of the finished ones (A16).

    `clips.approved`: the centre stands behind the newest version and the clip is still that version, or it is
    published. `clips.published`: a version of it is public.
    """
    live = exists().where(
        Publication.dossier_id == Dossier.id,
        Dossier.clip_id == Clip.id,
        Publication.withdrawn_at.is_(None),
    )
    if word == PUBLISHED:
        return live
    agreed = exists().where(
        Dossier.clip_id == Clip.id, Dossier.state == State.APPROVED.value, ~clip_changed()
    )
    return or_(live, agreed)


def clips_with(session: Session, word: str, clip_ids: Collection[int]) -> set[int]:
    """Which of these clips a target with this word counts."""
    statement = select(Clip.id).where(Clip.id.in_(clip_ids), counting_clips(word))
    return set(session.scalars(statement))


def is_changed(dossier: Dossier) -> bool:
    """Whether the subject is no longer what its newest version shows."""
    version = dossier.version
    if version is None:
        return True
    if dossier.clip is not None:
        film = version.file("film")
        return version.title != dossier.clip.title or film is None or film.asset_id != dossier.clip.asset_id
    if dossier.lecture_event is not None:
        return plans.is_changed(dossier.lecture_event, version)
    subject = dossier.case
    if subject is None:
        return False
    photos = [f.asset_id for f in version.files if f.role == "photo"]
    return (
        version.title != subject.title
        or version.text != subject.story.replace("\r\n", "\n").strip()
        or photos != [p.preview_id for p in subject.photos]
    )


def has_news(dossier: Dossier) -> bool:
    """Whether sending would give something new: the subject was changed, or a clip got other versions.

    A version made after the centre's approval leaves the approval as it is, but goes out only with the next
    one (A16).
    """
    version, clip = dossier.version, dossier.clip
    if version is None or is_changed(dossier):
        return True
    if clip is None:
        return False
    return [f.asset_id for f in version.files] != [asset_id for _piece, asset_id in clip_files(clip)]


# --- one dossier ------------------------------------------------------------------------------------------


def remarks(session: Session, version: Version) -> list[tuple[Comment, list[Comment]]]:
    """The comments of a version with their answers: by place in the film, then by age."""
    rows: Sequence[Comment] = (
        session.scalars(
            select(Comment)
            .where(Comment.version_id == version.id)
            .options(joinedload(Comment.author), joinedload(Comment.resolved_by))
            .order_by(Comment.frame.nulls_last(), Comment.id)
        )
        .unique()
        .all()
    )
    answers: dict[int, list[Comment]] = {}
    for row in rows:
        if row.parent_id is not None:
            answers.setdefault(row.parent_id, []).append(row)
    return [(row, answers.get(row.id, [])) for row in rows if row.parent_id is None]


# --- the public -------------------------------------------------------------------------------------------


def published(programme_id: int, limit: int) -> Select[Publication]:
    """What a programme's feeds hold, the newest first; no scope, since the address is the key."""
    return (
        select(Publication)
        .join(Dossier, Publication.dossier_id == Dossier.id)
        .where(Dossier.programme_id == programme_id, Publication.withdrawn_at.is_(None))
        .options(
            joinedload(Publication.dossier),
            selectinload(Publication.version).selectinload(Version.files).joinedload(VersionFile.asset),
        )
        .order_by(Publication.published_at.desc(), Publication.id.desc())
        .limit(limit)
    )


def held_by_a_closed_feed(session: Session, programme_id: int, actor: Actor) -> int:
    """How many approved clips and stories reach nobody, because the feeds are closed (A9, B8)."""
    opened = select(Feed.id).where(Feed.programme_id == programme_id, Feed.enabled.is_(True)).exists()
    held = (
        select(func.count(Dossier.id))
        .where(Dossier.programme_id == programme_id, Dossier.lecture_event_id.is_(None))
        .where(Dossier.state.in_((State.APPROVED, State.PUBLISHED)), ~opened)
    )
    return session.scalar(scoped(held, Dossier, actor)) or 0


def first_published(session: Session, dossier_ids: Collection[int]) -> dict[int, datetime]:
    """When each dossier was published for the first time."""
    statement = (
        select(Publication.dossier_id, func.min(Publication.published_at))
        .where(Publication.dossier_id.in_(dossier_ids))
        .group_by(Publication.dossier_id)
    )
    return dict(session.execute(statement).all())
