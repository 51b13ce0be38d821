"""The demonstration's submissions: stories and clips in every state, brought there by the verbs (A16)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.access import Actor
from campaign.accounts.models import Role, User
from campaign.approvals import plans, services
from campaign.approvals.models import Dossier
from campaign.approvals.queries import person_at
from campaign.approvals.rules import Person, State
from campaign.approvals.subjects import KINDS, SENDS, Kind
from campaign.cases.models import Case
from campaign.films.models import Clip
from campaign.lectures.models import LectureEvent
from campaign.programmes.models import Programme

STORY_STATES = (State.PUBLISHED, State.APPROVED, State.RETURNED, State.CENTRE, State.INTERNAL)
CLIP_STATES = (State.PUBLISHED, State.RETURNED, State.CENTRE)
# Where a comment stands in a clip of two minutes, in frames of 25 a second, and what it says.
COMMENTS = ((75, "示例意见：片头停留可再短一秒。"), (1460, "示例意见：此处人名条请核对职务。"))
REASON = "示例意见：请按时间码逐条修改后再送。"
PLAN_NOTE = "示例说明：方案和宣讲稿一并送审，请重点看议程和嘉宾名单。"
# How many days before the event that was held each stage approved its plan.
PLAN_DAYS = (12, 10)
PLAN_COMMENT = "示例意见：请写明报告厅可容纳的人数和停车安排。"
SPEECH = "示例讲稿：《{title}》。各位领导、各位来宾，下面由我讲述这个案例：问题从哪里来，怎样攻关，结果怎样。"
NOTE = "示例说明：首次送审，请重点看片头和人名条。"


class Submissions:
    """Sends what there is, each piece as far as its state says; a second run finds them there."""

    def __init__(self, session: Session, programme: Programme) -> None:
        self.session = session
        self.programme = programme

    def stories(self) -> int:
        """The first written stories, one in each state but the draft; opens the feeds."""
        services.open_feed(self.session, self.programme)
        written = select(Case).where(Case.programme_id == self.programme.id, Case.story != "")
        rows = self.session.scalars(written.order_by(Case.number).limit(len(STORY_STATES))).unique().all()
        return self._send(KINDS["story"], rows, STORY_STATES)

    def clips(self) -> int:
        """The finished clips: one public, one returned with comments at timecodes, one with the centre."""
        finished = select(Clip).where(Clip.programme_id == self.programme.id, Clip.state == "ready")
        rows = self.session.scalars(finished.order_by(Clip.id).limit(len(CLIP_STATES))).unique().all()
        return self._send(KINDS["clip"], rows, CLIP_STATES)

    def plans(self) -> int:
        """The plan of the next provincial event, with the centre and with a comment on a passage (A8)."""
        kind = KINDS["plan"]
        event = self.session.scalars(
            select(LectureEvent)
            .where(
                LectureEvent.programme_id == self.programme.id,
                LectureEvent.tier == "province",
                LectureEvent.state == "planned",
            )
            .order_by(LectureEvent.starts_at)
        ).first()
        if event is None or services.dossier_of(self.session, kind, event) is not None:
            return 0
        for row in event.line_up:
            row.speech = row.speech or SPEECH.format(title=row.case.title)
        self.session.commit()
        if kind.refusal(event) is not None:
            return 0
        planner, lead, reviewer = (self._who(name, kind.senders) for name in ("planner", "lead", "reviewer"))
        review = services.submit(self.session, kind, event, planner, note=PLAN_NOTE)
        services.approve(self.session, review, lead)
        version = review.dossier.version
        if version is not None:
            services.comment(self.session, version, reviewer, body=PLAN_COMMENT, anchor="venue")
        return 1

    def held_plan(self) -> int:
        """The plan that the event already held was held on: approved by the centre before it (A8)."""
        kind = KINDS["plan"]
        event = self.session.scalars(
            select(LectureEvent).where(
                LectureEvent.programme_id == self.programme.id,
                LectureEvent.tier == "province",
                LectureEvent.held_before_reviews,
            )
        ).first()
        if event is None or services.dossier_of(self.session, kind, event) is not None:
            return 0
        for row in event.line_up:
            row.speech = row.speech or SPEECH.format(title=row.case.title)
        self.session.commit()
        if kind.refusal(event) is not None:
            return 0
        planner, lead, reviewer = (self._who(name, kind.senders) for name in ("planner", "lead", "reviewer"))
        review = services.submit(self.session, kind, event, planner, note=PLAN_NOTE)
        dossier = review.dossier
        services.approve(self.session, review, lead)
        if dossier.open_review is not None:
            services.approve(self.session, dossier.open_review, reviewer)
        for days, one in zip(PLAN_DAYS, dossier.reviews, strict=True):
            one.decided_at = event.starts_at - timedelta(days=days)
            one.submitted_at = one.decided_at - timedelta(days=1)
        plans.hold(self.session, event)
        event.held_before_reviews = False
        self.session.commit()
        return 1

    def _send(self, kind: Kind, rows: Sequence[Any], states: Sequence[State]) -> int:
        column = getattr(Dossier, kind.column)
        known = select(Dossier.id).where(Dossier.programme_id == self.programme.id, column.is_not(None))
        if self.session.scalar(known.limit(1)) is not None:
            return 0
        for row, state in zip(rows, states, strict=False):
            self._bring(kind, row, state)
        return min(len(rows), len(states))

    def _who(self, username: str, senders: frozenset[Role] = SENDS) -> Person:
        user = self.session.scalars(select(User).where(User.username == username)).one()
        return person_at(Actor.of(user), self.programme.organisation.path, senders)

    def _bring(self, kind: Kind, row: Any, state: State) -> None:  # noqa: ANN401 - a row of any kind
        officer, lead, reviewer = (self._who(name) for name in ("publicity", "lead", "reviewer"))
        text = kind.proposed_text(row)
        review = services.submit(self.session, kind, row, officer, text=text, note=NOTE)
        if state == State.INTERNAL:
            return
        dossier = review.dossier
        services.approve(self.session, review, lead)
        at_centre = dossier.open_review
        if at_centre is None or state == State.CENTRE:
            return
        if state == State.RETURNED:
            self._return(dossier, reviewer)
            return
        services.approve(self.session, at_centre, reviewer)
        if state == State.PUBLISHED:
            services.publish(self.session, dossier, officer)

    def _return(self, dossier: Dossier, reviewer: Person) -> None:
        version, review = dossier.version, dossier.open_review
        if version is None or review is None:
            return
        for frame, body in COMMENTS:
            if version.frame_count is None:
                services.comment(self.session, version, reviewer, body=body)
            elif frame < version.frame_count:
                services.comment(self.session, version, reviewer, body=body, frame=frame)
        services.send_back(self.session, review, reviewer, reason=REASON)
