"""Verbs of the reviews: send, decide, withdraw, comment, publish, and the feeds' addresses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from campaign.approvals import rules
from campaign.approvals.models import (
    Comment,
    Dossier,
    Feed,
    HeldPlan,
    Publication,
    Review,
    Version,
    VersionFile,
)
from campaign.approvals.passages import plain
from campaign.approvals.rules import Person, Stage, State
from campaign.approvals.subjects import KINDS, Copy, Kind
from campaign.db import utc_now
from campaign.errors import Conflict, Forbidden, Refused
from campaign.messages import N_, Message
from campaign.programmes.models import Programme


@contextmanager
def _one_at_a_time(session: Session) -> Iterator[None]:
    """What the database refuses, or finds changed meanwhile, is somebody else's being faster."""
    try:
        yield
    except (IntegrityError, StaleDataError) as error:
        session.rollback()
        raise Conflict(
            N_("Somebody else has just decided or sent this. Load the page again to see where it stands.")
        ) from error


def _refuse(problem: Message | None) -> None:
    if problem is not None:
        raise Refused(problem.msgid, **problem.params)


def _forbid(problem: Message | None) -> None:
    if problem is not None:
        raise Forbidden(problem.msgid, **problem.params)


def _locked(session: Session, dossier: Dossier) -> Dossier:
    """The dossier as it stands now; whoever comes second waits here for the first."""
    session.refresh(dossier, with_for_update=True)
    session.expire(dossier, ["versions", "reviews", "publications"])
    return dossier


def _move(dossier: Dossier, state: State) -> None:
    dossier.state, dossier.since = state, utc_now()


def _works(person: Person) -> Message | None:
    if person.works:
        return None
    return Message(N_("Only the project lead, or the officer who works on this, may do this."))


# --- sending ----------------------------------------------------------------------------------------------


def dossier_of(session: Session, kind: Kind, row: Any) -> Dossier | None:  # noqa: ANN401 - a row of any kind
    """The dossier of a subject, if it was ever sent."""
    column = getattr(Dossier, kind.column)
    return session.scalars(select(Dossier).where(column == row.id)).one_or_none()


def submit(
    session: Session,
    kind: Kind,
    row: Any,  # noqa: ANN401 - a row of any kind
    person: Person,
    *,
    text: str = "",
    note: str = "",
) -> Review:
    """Send a subject, as it is now, into the internal check (A16, A18); commits.

    What was edited since the last version becomes a new version; otherwise the last one is asked about anew.
    Of several who send at once one gets through, the others meet a Conflict.
    """
    _forbid(_works(person))
    _refuse(kind.refusal(row))
    if len(text) > rules.MAX_TEXT_CHARS:
        raise Refused(N_("The text may have %(limit)s characters at most."), limit=rules.MAX_TEXT_CHARS)
    kind.prepare()
    with _one_at_a_time(session):
        dossier = dossier_of(session, kind, row)
        if dossier is None:
            dossier = Dossier(programme_id=row.programme_id, owner_id=row.owner_id, **{kind.column: row.id})
            session.add(dossier)
            session.flush()
        _locked(session, dossier)
        # Asked before the copy too: whoever comes second need not write a plan first.
        _refuse(rules.may_send(dossier.state, changed=True))
        copy = kind.copy(row, text.replace("\r\n", "\n").strip())
        version = dossier.version
        changed = version is None or version.fingerprint != copy.snapshot.fingerprint
        _refuse(rules.may_send(dossier.state, changed=changed))
        if version is None or changed:
            version = _new_version(session, dossier, copy, kind.maker(row) or person.user_id)
        review = Review(
            dossier_id=dossier.id,
            version_id=version.id,
            stage=Stage.INTERNAL,
            maker_id=version.made_by_id,
            submitted_by_id=person.user_id,
            note=note.strip(),
        )
        session.add(review)
        dossier.title, dossier.owner_id = version.title, row.owner_id
        _move(dossier, State.INTERNAL)
        session.commit()
    return review


def _new_version(session: Session, dossier: Dossier, copy: Copy, maker_id: int) -> Version:
    version = Version(
        dossier_id=dossier.id,
        number=dossier.latest + 1,
        fingerprint=copy.snapshot.fingerprint,
        title=copy.snapshot.title,
        text=copy.snapshot.text,
        facts=dict(copy.snapshot.facts),
        frame_rate=copy.frame_rate,
        frame_count=copy.frame_count,
        passages=plain(copy.snapshot.passages) if copy.snapshot.passages else None,
        made_by_id=maker_id,
    )
    version.files = [
        VersionFile(position=i, role=piece.role, name=piece.name, asset_id=asset_id)
        for i, (piece, asset_id) in enumerate(zip(copy.snapshot.pieces, copy.asset_ids, strict=True))
    ]
    session.add(version)
    dossier.latest = version.number
    session.flush()
    return version


# --- deciding ---------------------------------------------------------------------------------------------


def _decide(session: Session, review: Review, person: Person, state: str, reason: str) -> None:
    """Write a decision; does not commit."""
    session.refresh(review)
    if review.state != "pending":
        raise Conflict(N_("This has been decided already. Load the page again to see how."))
    _forbid(
        rules.may_decide(review.stage, person, maker_id=review.maker_id, submitter_id=review.submitted_by_id)
    )
    review.state, review.reason = state, reason.strip()
    review.decided_by_id, review.decided_at = person.user_id, utc_now()
    # The pending row leaves before another may come in.
    session.flush()


def approve(session: Session, review: Review, person: Person, *, note: str = "") -> None:
    """Let a version through: from the internal check to the centre, or by the centre (A16); commits."""
    with _one_at_a_time(session):
        dossier = _locked(session, review.dossier)
        _decide(session, review, person, "approved", note)
        if review.stage == Stage.INTERNAL:
            session.add(
                Review(
                    dossier_id=dossier.id,
                    version_id=review.version_id,
                    stage=Stage.CENTRE,
                    internal_id=review.id,
                    maker_id=review.maker_id,
                    submitted_by_id=person.user_id,
                    note=review.note,
                )
            )
            _move(dossier, State.CENTRE)
        else:
            _move(dossier, State.APPROVED)
        session.commit()


def send_back(session: Session, review: Review, person: Person, *, reason: str) -> None:
    """Return a version with the reason; commits."""
    _refuse(rules.reason_missing(reason))
    with _one_at_a_time(session):
        dossier = _locked(session, review.dossier)
        _decide(session, review, person, "returned", reason)
        _move(dossier, State.RETURNED)
        session.commit()


def withdraw(session: Session, review: Review, person: Person, *, reason: str) -> None:
    """Take a submission back before it is decided; commits."""
    _forbid(
        rules.may_withdraw(
            review.state, person, maker_id=review.maker_id, submitter_id=review.submitted_by_id
        )
    )
    _refuse(rules.reason_missing(reason))
    with _one_at_a_time(session):
        dossier = _locked(session, review.dossier)
        session.refresh(review)
        if review.state != "pending":
            raise Conflict(N_("This has been decided already. Load the page again to see how."))
        review.state, review.reason = "withdrawn", reason.strip()
        review.decided_by_id, review.decided_at = person.user_id, utc_now()
        _move(dossier, State.DRAFT)
        session.commit()


def revoke(session: Session, review: Review, person: Person, *, reason: str) -> None:
    """Take the centre's approval back; what it allowed leaves the public at once (A16). Commits."""
    if not person.decides:
        raise Forbidden(N_("Only a reviewer of the centre decides this."))
    _refuse(rules.reason_missing(reason))
    if review.stage != Stage.CENTRE or review.state != "approved":
        raise Conflict(N_("There is no approval of the centre to take back here."))
    with _one_at_a_time(session):
        dossier = _locked(session, review.dossier)
        if session.scalar(select(HeldPlan.event_id).where(HeldPlan.review_id == review.id)) is not None:
            raise Refused(
                N_("The event was held on this plan. Put it back to planned before taking it back.")
            )
        live = dossier.live
        if live is not None and live.review_id == review.id:
            _take_down(live, person, reason)
            session.flush()
        review.state, review.reason = "revoked", reason.strip()
        review.revoked_by_id, review.revoked_at = person.user_id, utc_now()
        version = dossier.version
        if version is not None and version.id == review.version_id and dossier.open_review is None:
            _move(dossier, State.RETURNED)
        session.commit()


# --- comments ---------------------------------------------------------------------------------------------


def comment(
    session: Session,
    version: Version,
    person: Person,
    *,
    body: str,
    frame: int | None = None,
    passage: str = "",
    anchor: str = "",
) -> Comment:
    """Remark on the newest version, at a frame, a passage of its words or a place of a plan; commits."""
    _may_speak(person)
    if version.number != version.dossier.latest:
        raise Conflict(N_("There is a newer version. Comment on that one; this one stays as it was."))
    body = body.replace("\r\n", "\n").strip()
    passage = passage.replace("\r\n", "\n").strip()[: rules.MAX_PASSAGE_CHARS]
    _refuse(rules.comment_problem(body, frame, version.frame_count, passage, version.text))
    _refuse(rules.anchor_problem(anchor, [one["anchor"] for one in version.passages or ()]))
    row = Comment(
        dossier_id=version.dossier_id,
        version_id=version.id,
        author_id=person.user_id,
        body=body,
        frame=frame,
        passage=passage,
        anchor=anchor,
    )
    session.add(row)
    session.commit()
    return row


def _may_speak(person: Person) -> None:
    if not (person.works or person.decides):
        raise Forbidden(N_("Only those who work on this, or decide it, may comment."))


def answer(session: Session, remark: Comment, person: Person, *, body: str) -> Comment:
    """Answer a remark; an answer to an answer stands under the same remark. Commits."""
    _may_speak(person)
    body = body.replace("\r\n", "\n").strip()
    _refuse(rules.comment_problem(body, None, None, "", ""))
    row = Comment(
        dossier_id=remark.dossier_id,
        version_id=remark.version_id,
        parent_id=remark.parent_id or remark.id,
        author_id=person.user_id,
        body=body,
    )
    session.add(row)
    session.commit()
    return row


def settle(session: Session, remark: Comment, person: Person, *, settled: bool) -> None:
    """Mark a remark as settled, or open it again; commits."""
    _may_speak(person)
    if remark.parent_id is not None:
        raise Refused(N_("Only a comment itself is settled, not an answer to it."))
    if settled != (remark.resolved_at is not None):
        remark.resolved_at = utc_now() if settled else None
        remark.resolved_by_id = person.user_id if settled else None
    session.commit()


# --- publishing -------------------------------------------------------------------------------------------


def approval_of(dossier: Dossier) -> Review | None:
    """The centre's standing approval of the newest version, without which nothing is published (A16)."""
    version = dossier.version
    if version is None:
        return None
    return next(
        (
            r
            for r in reversed(dossier.reviews)
            if r.version_id == version.id and r.stage == Stage.CENTRE and r.state == "approved"
        ),
        None,
    )


def publish(session: Session, dossier: Dossier, person: Person) -> Publication:
    """Give the approved version to the feeds; an older one in its place is taken down. Commits."""
    _forbid(_works(person))
    if not KINDS[dossier.kind].for_public:
        raise Refused(N_("A plan is not published; it is approved so that the event can be held."))
    with _one_at_a_time(session):
        _locked(session, dossier)
        review = approval_of(dossier)
        if review is None or dossier.state not in (State.APPROVED, State.PUBLISHED):
            raise Refused(
                N_("“%(title)s” cannot be published: the centre has not approved this version."),
                title=dossier.title,
            )
        live = dossier.live
        if live is not None and live.version_id == review.version_id:
            raise Conflict(N_("“%(title)s” is published already."), title=dossier.title)
        if live is not None:
            _take_down(live, person, f"已由第{dossier.latest}版替代")
            session.flush()
        row = Publication(
            dossier_id=dossier.id,
            version_id=review.version_id,
            review_id=review.id,
            published_by_id=person.user_id,
        )
        session.add(row)
        _move(dossier, State.PUBLISHED)
        session.commit()
    return row


def _take_down(row: Publication, person: Person, reason: str) -> None:
    row.withdrawn_at, row.withdrawn_by_id, row.reason = utc_now(), person.user_id, reason.strip()


def unpublish(session: Session, row: Publication, person: Person, *, reason: str) -> None:
    """Take a publication down; its approval stays, so that it can be published again. Commits."""
    if not (person.leads or person.decides):
        raise Forbidden(N_("Only the project lead or the centre takes a publication down."))
    _refuse(rules.reason_missing(reason))
    with _one_at_a_time(session):
        dossier = _locked(session, row.dossier)
        session.refresh(row)
        if row.withdrawn_at is not None:
            raise Conflict(N_("This has been taken down already."))
        _take_down(row, person, reason)
        if dossier.state == State.PUBLISHED:
            _move(dossier, State.APPROVED)
        session.commit()


# --- feeds ------------------------------------------------------------------------------------------------


def feed_of(session: Session, programme: Programme) -> Feed | None:
    """The programme's feeds, if they were ever opened."""
    return session.scalars(select(Feed).where(Feed.programme_id == programme.id)).one_or_none()


def open_feed(session: Session, programme: Programme) -> Feed:
    """Open the feeds under their address; the first time makes one. Commits."""
    with _one_at_a_time(session):
        feed = feed_of(session, programme)
        if feed is None:
            feed = Feed(programme_id=programme.id, owner_id=programme.organisation_id)
            session.add(feed)
        feed.enabled = True
        session.commit()
    return feed


def close_feed(session: Session, feed: Feed) -> None:
    """Answer nobody any more; the address comes back with `open_feed`. Commits."""
    feed.enabled = False
    session.commit()


def renew_feed(session: Session, feed: Feed) -> None:
    """Give the feeds another address; who has the old one gets nothing any more. Commits."""
    feed.serial += 1
    session.commit()
