"""A plan of a lecture event as something that is reviewed (A7, A8): what it holds, why it cannot go yet."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session, object_session

from campaign import reporting
from campaign.approvals import passages, rules
from campaign.approvals.models import Dossier, HeldPlan, Review, Version
from campaign.approvals.rules import Piece, Snapshot
from campaign.db import utc_now
from campaign.errors import Refused
from campaign.lectures import papers, plan_text
from campaign.lectures.models import LectureEvent
from campaign.messages import N_, Message
from campaign.storage import Asset, asset_for

# The first files of a version of a plan are the plan itself, as Word and PDF; materials follow.
WRITTEN = 2
# The lists that a plan must have before it goes to the centre, in the order of the notice (A8).
LACKS: tuple[tuple[str, str], ...] = (
    ("line_up", N_("The plan has no case yet. Choose the lecture cases first.")),
    ("guests", N_("The plan has no guest yet. Enter the guest list first.")),
    ("media", N_("The plan names no medium yet. Enter the media list first.")),
    ("agenda", N_("The plan has no agenda yet. Write the run of show first.")),
)


def refusal(event: LectureEvent) -> Message | None:
    """Why a plan cannot be sent yet: a list of the notice is empty, or a speech is missing (A8, P21)."""
    if event.state == "cancelled":
        return Message(N_("This event was cancelled; put it back to planned first."))
    for name, words in LACKS:
        if not getattr(event, name):
            return Message(words)
    for row in event.line_up:
        if not row.speaker.strip():
            return Message(
                N_("The case %(title)s has no speaker yet. Name one first."), {"title": row.case.title}
            )
        if not row.speech.strip() and row.speech_id is None:
            return Message(
                N_("The case %(title)s has no speech yet; speaking materials are reviewed with the plan."),
                {"title": row.case.title},
            )
    return None


def materials(event: LectureEvent) -> list[tuple[Piece, int]]:
    """The files that are told with: speeches, slides, films, each by the name it was uploaded under."""
    found: list[tuple[Piece, int]] = []
    for row in event.line_up:
        for asset, name in (
            (row.speech_file, row.speech_name or f"{row.case.title}+讲稿"),
            (row.slides_file, row.slides_name or f"{row.case.title}+课件"),
            (row.clip.asset if row.clip else None, f"{row.case.title}+视频"),
        ):
            if asset is not None:
                found.append((Piece("document", asset.sha256, name), asset.id))
    return found


def snapshot(event: LectureEvent) -> Snapshot:
    """The plan as it is now, without the papers that are written of it."""
    pieces = tuple(piece for piece, _asset_id in materials(event))
    return Snapshot("plan", event.title, "", pieces, _facts(event), plan_text.passages_of(event))


def _facts(event: LectureEvent) -> dict[str, Any]:
    return {"event": event.title, "starts_at": event.starts_at.isoformat(), "region": event.owner.name}


def prepare() -> None:
    """Have the fonts of the papers made, which takes a quarter of a minute the first time."""
    reporting.prepare_fonts(current_app.config["SETTINGS"].data_dir)


def copy(event: LectureEvent) -> tuple[Snapshot, tuple[int, ...]]:
    """An immutable copy of the plan: passages, materials, and the written plan as Word and PDF.

    The written files do not enter the fingerprint, because they carry the hour at which they were written.
    """
    session = object_session(event)
    if session is None:
        raise ValueError("an event outside a session has no version")
    now = utc_now()
    written = [_written(session, event, key, now) for key in ("plan", "plan_pdf")]
    told = materials(event)
    plain = snapshot(event)
    pieces = (*(piece for piece, _row in written), *plain.pieces)
    ids = (*(asset.id for _piece, asset in written), *(asset_id for _piece, asset_id in told))
    return Snapshot(plain.kind, plain.title, plain.text, pieces, plain.facts, plain.passages), ids


def _written(session: Session, event: LectureEvent, key: str, now: datetime) -> tuple[Piece, Asset]:
    paper = papers.PAPERS[key]
    content = papers.write(
        event,
        paper,
        sign_in="",
        state_line="送审稿",
        at=now,
        data=current_app.config["SETTINGS"].data_dir,
    )
    stored = current_app.extensions["storage"].put_stream(io.BytesIO(content))
    asset = asset_for(session, stored, paper.media_type)
    return Piece("document", asset.sha256, papers.file_name(event, paper), written=True), asset


def is_changed(event: LectureEvent, version: Version) -> bool:
    """Whether the plan is no longer what this version says: title, passages or materials differ."""
    told = [piece.sha256 for piece, _asset_id in materials(event)]
    kept = [f.asset.sha256 for f in version.files[WRITTEN:]]
    return (
        version.title != event.title
        or kept != told
        or passages.restored(version.passages) != plan_text.passages_of(event)
    )


# --- what the approval is needed for ------------------------------------------------------------------------


def standing(dossier: Dossier | None) -> Review | None:
    """The centre's approval of the newest version, where the plan is still that version."""
    if dossier is None or dossier.version is None or dossier.lecture_event is None:
        return None
    version = dossier.version
    review = next(
        (
            r
            for r in reversed(dossier.reviews)
            if r.version_id == version.id and r.stage == rules.Stage.CENTRE and r.state == "approved"
        ),
        None,
    )
    return None if review is None or is_changed(dossier.lecture_event, version) else review


def hold(session: Session, event: LectureEvent) -> None:
    """Tie an event to the approved plan it was held on, before it is marked as held (A8); does not commit.

    A city's own event ("N") may be held without the centre. Raises Refused where the approval is missing.
    """
    dossier: Dossier | None = event.dossier  # type: ignore[attr-defined]
    review = standing(dossier)
    if review is None:
        if event.tier == "city" or event.held_before_reviews or event.held_plan_id is not None:
            return
        raise Refused(
            N_("The centre has not approved the plan of this event as it is now. Send it for review first.")
        )
    if event.held_plan_id is None:
        session.add(
            HeldPlan(
                event_id=event.id,
                dossier_id=review.dossier_id,
                version_id=review.version_id,
                review_id=review.id,
            )
        )
        session.flush()
        event.held_plan_id = event.id


def may_stay_held(event: LectureEvent) -> bool:
    """Whether a held event may count as one of the province: on its approved plan, or from before (A8)."""
    return event.held_plan_id is not None or event.held_before_reviews


def let_go(session: Session, event: LectureEvent) -> None:
    """Untie an event that is put back to planned from its plan; does not commit."""
    event.held_before_reviews = False
    held = session.get(HeldPlan, event.id)
    if held is not None:
        event.held_plan_id = None
        session.flush()
        session.delete(held)
