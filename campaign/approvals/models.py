"""Dossiers, their immutable versions, the reviews of these, comments, publications and feeds (A8, A16).

A dossier is the way of one subject through the reviews. Subjects are clips, written stories and plans of
lecture events; another kind is one more column with its foreign key and one more entry in `subjects.py`.
"""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    CheckConstraint,
    Connection,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.orm import Mapped, Mapper, backref, mapped_column, object_session, relationship

from campaign.accounts.models import User
from campaign.cases.models import Case
from campaign.db import Base, Timestamped, utc_now
from campaign.films.models import Clip
from campaign.lectures.models import LectureEvent
from campaign.programmes.models import Owned
from campaign.storage import Asset


def unguessable() -> str:
    """A name that nobody can guess and that stays the same for ever: 32 hex digits."""
    return uuid4().hex


class Dossier(Timestamped, Owned, Base):
    """One subject that was sent for review at least once; `latest` is the number of its newest version.

    `state` is where that version stands. The row keeps its subject from being deleted, so that what the
    centre has seen stays readable.
    """

    __tablename__ = "dossier"
    __table_args__ = (
        CheckConstraint(
            "case when clip_id is null then 0 else 1 end + case when case_id is null then 0 else 1 end"
            " + case when lecture_event_id is null then 0 else 1 end = 1",
            name="one_subject",
        ),
        UniqueConstraint("id", "lecture_event_id"),
        CheckConstraint(
            "state in ('draft', 'internal', 'centre', 'returned', 'approved', 'published')", name="state"
        ),
        CheckConstraint("latest >= 0", name="latest"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(
        String(32), unique=True, default=unguessable, info={"unaudited": True}
    )
    clip_id: Mapped[int | None] = mapped_column(ForeignKey("clip.id"), unique=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_record.id"), unique=True)
    lecture_event_id: Mapped[int | None] = mapped_column(ForeignKey("lecture_event.id"), unique=True)
    title: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[str] = mapped_column(String(20), default="draft", index=True)
    latest: Mapped[int] = mapped_column(default=0, info={"unaudited": True})
    since: Mapped[datetime] = mapped_column(default=utc_now, info={"unaudited": True})

    clip: Mapped[Clip | None] = relationship(
        backref=backref("dossier", uselist=False, passive_deletes="all", lazy="select")
    )
    case: Mapped[Case | None] = relationship(
        backref=backref("dossier", uselist=False, passive_deletes="all", lazy="select")
    )
    lecture_event: Mapped[LectureEvent | None] = relationship(
        backref=backref("dossier", uselist=False, passive_deletes="all", lazy="select")
    )
    versions: Mapped[list[Version]] = relationship(
        back_populates="dossier", order_by="Version.number", passive_deletes="all"
    )
    reviews: Mapped[list[Review]] = relationship(
        back_populates="dossier",
        order_by="Review.id",
        passive_deletes="all",
        foreign_keys="Review.dossier_id",
    )
    publications: Mapped[list[Publication]] = relationship(
        back_populates="dossier",
        order_by="Publication.id",
        passive_deletes="all",
        foreign_keys="Publication.dossier_id",
    )

    @property
    def kind(self) -> str:
        """The key of the subject's kind in `subjects.KINDS`."""
        if self.lecture_event_id is not None:
            return "plan"
        return "clip" if self.clip_id is not None else "story"

    @property
    def subject(self) -> Clip | Case | LectureEvent | None:
        """The row that is being reviewed."""
        return self.clip or self.case or self.lecture_event

    @property
    def version(self) -> Version | None:
        """The newest version."""
        return next((v for v in reversed(self.versions) if v.number == self.latest), None)

    @property
    def open_review(self) -> Review | None:
        """The one review that waits for a decision."""
        return next((r for r in self.reviews if r.state == "pending"), None)

    @property
    def live(self) -> Publication | None:
        """The publication that stands."""
        return next((p for p in self.publications if p.withdrawn_at is None), None)


class Version(Base):
    """What is reviewed: a copy of title, words and file hashes that never changes after it was made.

    `facts` is what a reader needs beside it (case, enterprise, ranges of the cut); `frame_rate` and
    `frame_count` are those of the film, so that a comment can name a frame. `passages` are the parts of a
    plan, each with the anchor that comments hang on (see `approvals.passages`).
    """

    __tablename__ = "dossier_version"
    __table_args__ = (
        UniqueConstraint("dossier_id", "number"),
        UniqueConstraint("id", "dossier_id"),
        CheckConstraint("number >= 1", name="number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    number: Mapped[int]
    fingerprint: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text, default="")
    facts: Mapped[dict[str, Any]] = mapped_column(info={"unaudited": True})
    frame_rate: Mapped[Fraction | None]
    frame_count: Mapped[int | None]
    passages: Mapped[list[Any] | None] = mapped_column(info={"unaudited": True})
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)

    dossier: Mapped[Dossier] = relationship(back_populates="versions")
    made_by: Mapped[User] = relationship()
    files: Mapped[list[VersionFile]] = relationship(
        back_populates="version", order_by="VersionFile.position", lazy="selectin"
    )
    comments: Mapped[list[Comment]] = relationship(
        back_populates="version",
        order_by="Comment.id",
        foreign_keys="Comment.version_id",
    )

    def file(self, role: str) -> VersionFile | None:
        """The first file in this role."""
        return next((f for f in self.files if f.role == role), None)


class VersionFile(Base):
    """One file of a version: the film, its cover, a photo, a document."""

    __tablename__ = "dossier_file"
    __table_args__ = (
        UniqueConstraint("version_id", "position"),
        CheckConstraint("role in ('film', 'cover', 'photo', 'document')", name="role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("dossier_version.id"))
    position: Mapped[int]
    role: Mapped[str] = mapped_column(String(20))
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    name: Mapped[str] = mapped_column(String(255), default="")

    version: Mapped[Version] = relationship(back_populates="files")
    asset: Mapped[Asset] = relationship(lazy="joined")


class Review(Base):
    """One round with one decision, on one version: the house's own check, or the centre's (A16, A18).

    `maker_id` repeats who made the version, so that the database itself can see that nobody decides on his
    own work. A review of the centre names the check that let it through. `revision` lets of two decisions at
    the same moment only one through.
    """

    __tablename__ = "review"
    __table_args__ = (
        ForeignKeyConstraint(
            ["version_id", "dossier_id"],
            ["dossier_version.id", "dossier_version.dossier_id"],
            name="fk_review_version",
        ),
        ForeignKeyConstraint(
            ["internal_id", "dossier_id", "version_id"],
            ["review.id", "review.dossier_id", "review.version_id"],
            name="fk_review_internal",
        ),
        UniqueConstraint("id", "dossier_id", "version_id"),
        UniqueConstraint(
            "id", "dossier_id", "version_id", "stage", "state", name="uq_review_for_publication"
        ),
        CheckConstraint("stage in ('internal', 'centre')", name="stage"),
        CheckConstraint("state in ('pending', 'approved', 'returned', 'withdrawn', 'revoked')", name="state"),
        CheckConstraint("(state = 'pending') = (decided_at is null)", name="decided_at"),
        CheckConstraint("(state = 'pending') = (decided_by_id is null)", name="decided_by"),
        CheckConstraint(
            "decided_by_id is null or state = 'withdrawn'"
            " or (decided_by_id <> submitted_by_id and decided_by_id <> maker_id)",
            name="four_eyes",
        ),
        CheckConstraint(
            "state not in ('returned', 'withdrawn', 'revoked') or reason <> ''", name="has_reason"
        ),
        CheckConstraint("(state = 'revoked') = (revoked_at is not null)", name="revoked_at"),
        CheckConstraint("state <> 'revoked' or stage = 'centre'", name="revoked_by_centre"),
        CheckConstraint("(stage = 'centre') = (internal_id is not null)", name="checked_first"),
        Index(
            "uq_review_dossier_id_pending",
            "dossier_id",
            unique=True,
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    version_id: Mapped[int]
    stage: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default="pending", index=True)
    internal_id: Mapped[int | None]
    maker_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), info={"unaudited": True})
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    submitted_at: Mapped[datetime] = mapped_column(default=utc_now)
    note: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    revoked_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(info={"unaudited": True})

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - read by SQLAlchemy once

    dossier: Mapped[Dossier] = relationship(back_populates="reviews", foreign_keys=[dossier_id])
    version: Mapped[Version] = relationship(
        primaryjoin="Review.version_id == Version.id", foreign_keys="Review.version_id", viewonly=True
    )
    submitted_by: Mapped[User] = relationship(foreign_keys=[submitted_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
    revoked_by: Mapped[User | None] = relationship(foreign_keys=[revoked_by_id])


class Comment(Timestamped, Base):
    """A remark on a version: on the whole, on one frame of its film, or on a passage of its words.

    An answer has a parent and no place of its own. Who settled a remark, and when, stays with it.
    """

    __tablename__ = "review_comment"
    __table_args__ = (
        ForeignKeyConstraint(
            ["version_id", "dossier_id"],
            ["dossier_version.id", "dossier_version.dossier_id"],
            name="fk_review_comment_version",
        ),
        ForeignKeyConstraint(
            ["parent_id", "version_id"],
            ["review_comment.id", "review_comment.version_id"],
            name="fk_review_comment_parent",
        ),
        UniqueConstraint("id", "version_id"),
        CheckConstraint("body <> ''", name="body"),
        CheckConstraint("frame is null or frame >= 0", name="frame"),
        CheckConstraint(
            "parent_id is null or (frame is null and passage = '' and resolved_at is null)", name="answer"
        ),
        CheckConstraint("parent_id is null or anchor = ''", name="anchor"),
        CheckConstraint("(resolved_at is null) = (resolved_by_id is null)", name="resolved_by"),
        Index("ix_review_comment_version_id", "version_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    version_id: Mapped[int]
    parent_id: Mapped[int | None] = mapped_column(info={"unaudited": True})
    author_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    body: Mapped[str] = mapped_column(Text)
    frame: Mapped[int | None]
    passage: Mapped[str] = mapped_column(String(300), default="")
    anchor: Mapped[str] = mapped_column(String(80), default="")
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    version: Mapped[Version] = relationship(
        back_populates="comments",
        primaryjoin="Comment.version_id == Version.id",
        foreign_keys="Comment.version_id",
    )
    author: Mapped[User] = relationship(foreign_keys=[author_id], lazy="joined")
    resolved_by: Mapped[User | None] = relationship(foreign_keys=[resolved_by_id])


class Publication(Base):
    """One version given to the world; the database lets none in without the centre's approval of it (A16).

    The foreign key reaches the review together with its stage and state, and follows the state: an approval
    cannot be taken back while what it allowed still stands.
    """

    __tablename__ = "publication"
    __table_args__ = (
        ForeignKeyConstraint(
            ["review_id", "dossier_id", "version_id", "review_stage", "review_state"],
            ["review.id", "review.dossier_id", "review.version_id", "review.stage", "review.state"],
            name="fk_publication_review",
            onupdate="CASCADE",
        ),
        CheckConstraint("review_stage = 'centre'", name="by_centre"),
        CheckConstraint("withdrawn_at is not null or review_state = 'approved'", name="approved"),
        CheckConstraint("(withdrawn_at is null) = (withdrawn_by_id is null)", name="withdrawn_by"),
        CheckConstraint("withdrawn_at is null or reason <> ''", name="has_reason"),
        Index(
            "uq_publication_dossier_id_live",
            "dossier_id",
            unique=True,
            sqlite_where=text("withdrawn_at is null"),
            postgresql_where=text("withdrawn_at is null"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    version_id: Mapped[int]
    review_id: Mapped[int]
    review_stage: Mapped[str] = mapped_column(String(20), default="centre", info={"unaudited": True})
    review_state: Mapped[str] = mapped_column(String(20), default="approved", info={"unaudited": True})
    published_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    published_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(Text, default="")

    dossier: Mapped[Dossier] = relationship(back_populates="publications", foreign_keys=[dossier_id])
    version: Mapped[Version] = relationship(
        primaryjoin="Publication.version_id == Version.id",
        foreign_keys="Publication.version_id",
        viewonly=True,
    )
    published_by: Mapped[User] = relationship(foreign_keys=[published_by_id])
    withdrawn_by: Mapped[User | None] = relationship(foreign_keys=[withdrawn_by_id])


class HeldPlan(Base):
    """The approved plan on which a lecture event was held; only an approval of its own plan fits (A8).

    The foreign keys repeat stage and state of the review, so that an event cannot be held on a plan that the
    centre has not approved, and the approval cannot be taken back while the event counts as held.
    """

    __tablename__ = "lecture_held_plan"
    __table_args__ = (
        ForeignKeyConstraint(
            ["dossier_id", "event_id"],
            ["dossier.id", "dossier.lecture_event_id"],
            name="fk_lecture_held_plan_dossier",
        ),
        ForeignKeyConstraint(
            ["review_id", "dossier_id", "version_id", "review_stage", "review_state"],
            ["review.id", "review.dossier_id", "review.version_id", "review.stage", "review.state"],
            name="fk_lecture_held_plan_review",
        ),
        CheckConstraint("review_stage = 'centre' and review_state = 'approved'", name="approved"),
    )

    event_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    dossier_id: Mapped[int]
    version_id: Mapped[int]
    review_id: Mapped[int]
    review_stage: Mapped[str] = mapped_column(String(20), default="centre", info={"unaudited": True})
    review_state: Mapped[str] = mapped_column(String(20), default="approved", info={"unaudited": True})


class Feed(Timestamped, Owned, Base):
    """Whether a programme's feeds are open; `serial` is part of their signed address and changes with it.

    The address itself is never stored: it is signed with the installation's key.
    """

    __tablename__ = "programme_feed"
    __table_args__ = (UniqueConstraint("programme_id"), CheckConstraint("serial >= 1", name="serial"))

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(
        String(32), unique=True, default=unguessable, info={"unaudited": True}
    )
    enabled: Mapped[bool] = mapped_column(default=False)
    serial: Mapped[int] = mapped_column(default=1)


class ChangedForever(Exception):  # noqa: N818 - a slip of the pen in the code, never said to users
    """Somebody tried to change what must never change."""


@event.listens_for(Version, "before_update")
@event.listens_for(VersionFile, "before_update")
def _never_changes(_mapper: Mapper[Any], _connection: Connection, row: Version | VersionFile) -> None:
    session = object_session(row)
    if session is not None and session.is_modified(row, include_collections=False):
        raise ChangedForever(f"{type(row).__name__} {row.id} is immutable; make a new version.")
