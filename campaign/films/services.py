"""Verbs on source videos: take in, assign to a case, ingest again, remove."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign import footage, jobs
from campaign.accounts.models import Organisation
from campaign.cases.models import Case, Enterprise
from campaign.cases.rules import FilmCandidate, FilmMatch, match_film
from campaign.errors import CampaignError, Conflict, Refused
from campaign.films import rules
from campaign.films.models import Clip, ClipRange, SourceVideo, Upload
from campaign.messages import N_
from campaign.storage import Asset, Stored, asset_for

FILM_TYPE = "application/octet-stream"
INGEST, LOOK = "ingest", "look"


def receive(
    session: Session,
    stored: Stored,
    *,
    file_name: str,
    programme_id: int,
    owner_id: int,
    user_id: int | None,
    case: Case | None = None,
    upload: Upload | None = None,
) -> tuple[SourceVideo, bool]:
    """Take a stored file in as a film and order its ingest; gives the film and whether it is new.

    The same content twice in a programme is one film. Without a case given, the file name finds it (P16).
    The film, its upload and its job are committed together, so that there is never one without the others.
    """
    known = film_of_content(session, programme_id, stored.sha256)
    if known is None:
        try:
            film = _new_film(session, stored, file_name, programme_id, owner_id, user_id, case)
            if upload is not None:
                upload.source_id = film.id
            session.commit()
        except IntegrityError:
            # Somebody's same file was faster by a moment; theirs is the film.
            session.rollback()
            known = film_of_content(session, programme_id, stored.sha256)
            if known is None:
                raise
        else:
            return film, True
    if upload is not None:
        upload.source_id = known.id
    session.commit()
    return known, False


def _new_film(
    session: Session,
    stored: Stored,
    file_name: str,
    programme_id: int,
    owner_id: int,
    user_id: int | None,
    case: Case | None,
) -> SourceVideo:
    match = "chosen" if case is not None else "none"
    if case is None:
        found = find_case(session, programme_id, owner_id, file_name)
        if found.case_id is not None:
            case, match = session.get_one(Case, found.case_id), found.kind
    film = SourceVideo(
        programme_id=programme_id,
        owner_id=case.owner_id if case else owner_id,
        case_id=case.id if case else None,
        asset_id=asset_for(session, stored, FILM_TYPE).id,
        uploaded_by_id=user_id,
        file_name=file_name,
        match=match,
        state="waiting",
    )
    session.add(film)
    session.flush()
    order_look(session, film, user_id)
    order_ingest(session, film, user_id)
    return film


def film_of_content(session: Session, programme_id: int, sha256: str) -> SourceVideo | None:
    """The film of a programme with this content, whoever owns it."""
    statement = (
        select(SourceVideo)
        .join(SourceVideo.asset)
        .where(SourceVideo.programme_id == programme_id, Asset.sha256 == sha256)
    )
    return session.scalars(statement).one_or_none()


def find_case(session: Session, programme_id: int, owner_id: int, file_name: str) -> FilmMatch:
    """Ask the rules which case a file name speaks of, among those the organisation may know (P16)."""
    path = session.get_one(Organisation, owner_id).path
    statement = (
        select(Case.id, Case.title, Enterprise.name)
        .join(Case.enterprise)
        .join(Organisation, Organisation.id == Case.owner_id)
        .where(
            Case.programme_id == programme_id,
            Case.state != "withdrawn",
            Organisation.path.startswith(path, autoescape=True),
        )
        .order_by(Case.id)
    )
    return match_film(
        file_name, [FilmCandidate(i, title, firm) for i, title, firm in session.execute(statement)]
    )


def order_ingest(session: Session, film: SourceVideo, user_id: int | None) -> jobs.Job:
    """Put the ingest of a film into the queue; does not commit."""
    return jobs.enqueue(
        session,
        INGEST,
        subject_id=film.id,
        label=film.file_name,
        programme_id=film.programme_id,
        owner_id=film.owner_id,
        requested_by_id=user_id,
        weight=film.asset.size_bytes / 1e6,
    )


def order_look(session: Session, film: SourceVideo, user_id: int | None) -> jobs.Job:
    """Put the first look at a film into a queue where it waits for no long work; does not commit."""
    return jobs.enqueue(
        session,
        LOOK,
        subject_id=film.id,
        label=film.file_name,
        programme_id=film.programme_id,
        owner_id=film.owner_id,
        requested_by_id=user_id,
    )


def ingest_again(session: Session, film: SourceVideo, *, user_id: int | None) -> None:
    """Check a film once more, after a refusal, an accident or a cancelled job. Commits."""
    film.state, film.refusal = "waiting", None
    try:
        order_ingest(session, film, user_id)
        session.commit()
    except IntegrityError:
        session.rollback()
        raise Conflict(N_("This film is being checked already.")) from None


def assign(
    session: Session, film: SourceVideo, case: Case | None, spec: Mapping[str, Any] | None = None
) -> None:
    """Say which case a film belongs to, or that it belongs to none; commits.

    The film follows the case to the organisation that nominated it, so that they see it too (P5). `spec` are
    the programme's rules for films, by which the name is judged anew (P16).
    """
    if case is not None and case.programme_id != film.programme_id:
        raise Refused(N_("This case belongs to another programme."))
    with session.no_autoflush:  # both or neither is written
        film.case, film.match = case, "chosen" if case else "none"
    if case is not None:
        film.owner_id = case.owner_id
    judge_name(film, spec)
    session.commit()


def rename_film(
    session: Session, film: SourceVideo, name: str, spec: Mapping[str, Any] | None = None
) -> None:
    """Give a film the name under which it was sent again; one without a case may find it now (P16).

    Commits. A case that a person chose stays.
    """
    film.file_name = rules.clean_file_name(name)
    if film.match == "none":
        found = find_case(session, film.programme_id, film.owner_id, film.file_name)
        if found.case_id is not None:
            case = session.get_one(Case, found.case_id)
            with session.no_autoflush:  # both or neither is written
                film.case, film.match = case, found.kind
            film.owner_id = case.owner_id
    judge_name(film, spec)
    session.commit()


def judge_name(film: SourceVideo, spec: Mapping[str, Any] | None) -> None:
    """Say anew what the rules make of a checked film, since its name or its case has changed (P16)."""
    if film.state != "ready" or film.info is None or spec is None:
        return
    film.findings = footage.check(
        footage.info_from(film.info),
        spec,
        name=film.file_name,
        case_title=film.case.title if film.case else "",
        measures=footage.measures_from(film.measures),
    )


def remove_film(session: Session, film: SourceVideo) -> None:
    """Take a film out of the programme, unless clips are made of it; the audit keeps its name. Commits.

    The content stays in storage: other programmes may hold the same film.
    """
    titles = session.scalars(
        select(Clip.title)
        .join(Clip.ranges)
        .where(ClipRange.source_id == film.id)
        .distinct()
        .order_by(Clip.title)
    ).all()
    problem = rules.may_delete_film(titles)
    if problem is not None:
        raise Refused(problem.msgid, **problem.params)
    for job in jobs_of(session, INGEST, film.id):
        if job.is_running:
            raise Refused(N_("This film is being checked. Cancel the job first, then delete the film."))
    session.execute(update(Upload).where(Upload.source_id == film.id).values(source_id=None, state="removed"))
    session.delete(film)
    session.commit()


def jobs_of(session: Session, kind: str, subject_id: int) -> list[jobs.Job]:
    """Jobs of one subject, the newest first."""
    statement = (
        select(jobs.Job)
        .where(jobs.Job.kind == kind, jobs.Job.subject_id == subject_id)
        .order_by(jobs.Job.created_at.desc())
    )
    return list(session.scalars(statement))


def refuse_film(session: Session, film_id: int, refusal: CampaignError) -> None:
    """Write down why a film cannot be used; the original is kept. Commits."""
    film = session.get(SourceVideo, film_id, populate_existing=True)
    if film is None:
        return
    film.state = "refused"
    film.refusal = {"msgid": refusal.msgid, "params": refusal.params, "layer": refusal.layer}
    session.commit()
