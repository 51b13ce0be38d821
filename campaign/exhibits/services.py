"""Verbs on exhibits: nominating, deciding, their files, their way to the hall and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign import evidence as proofs
from campaign.cases.models import Case, Enterprise
from campaign.errors import Conflict, Refused
from campaign.evidence import Evidence
from campaign.exhibits import rules
from campaign.exhibits.models import CustodyStep, Exhibit, ExhibitFile
from campaign.messages import N_, Message
from campaign.programmes.models import Programme

# What is said of an exhibit besides its name and scores; nominations carry the same names.
DETAILS = (
    "level",
    "description",
    "significance",
    "interaction",
    "width_mm",
    "depth_mm",
    "height_mm",
    "weight_g",
    "voltage_v",
    "power_w",
    "network",
    "safety",
    "transport",
    "insurance_fen",
    "film_url",
    "contact_name",
    "phone",
)
MOST_FILES = 12


@dataclass(frozen=True)
class ExhibitValues:
    """What the form says of an exhibit; an empty year leaves the one the firm is known with.

    `details` has the names of DETAILS; `weights` are those of the programme in the order of the scores.
    """

    enterprise: Enterprise
    little_giant_year: int | None
    case: Case | None
    title: str
    details: Mapping[str, Any] = field(default_factory=dict)
    label_text: str = ""
    admitted_reason: str = ""
    innovation: int | None = None
    representativeness: int | None = None
    interactivity: int | None = None
    weights: tuple[int, int, int] = (1, 1, 1)


class NoLittleGiant(Refused):
    """The firm may not nominate (A14); the page puts this at the year."""


class OtherFirm(Refused):
    """The case belongs to another firm; the page puts this at the case."""


class LabelLength(Refused):
    """The label is too short or too long; the page puts this at the label."""


def nominate(
    session: Session,
    programme: Programme,
    values: ExhibitValues,
    photo: Evidence | None,
    *,
    owner_id: int,
    may_admit: bool = False,
) -> Exhibit:
    """Nominate an exhibit of a little giant, or of a firm that a lead admits (A14); commits."""
    exhibit = Exhibit(programme_id=programme.id, owner_id=owner_id)
    with session.no_autoflush:
        _apply(session, programme, exhibit, values, photo, may_admit=may_admit)
        session.add(exhibit)
        commit_named(session, values.title)
    return exhibit


def change_exhibit(
    session: Session,
    programme: Programme,
    exhibit: Exhibit,
    values: ExhibitValues,
    photo: Evidence | None,
    *,
    may_admit: bool = False,
) -> None:
    """Take over the form's values; without a new file the photo stays. Commits."""
    with session.no_autoflush:
        _apply(session, programme, exhibit, values, photo, may_admit=may_admit)
        _refuse(rules.why_not_state(exhibit.state, exhibit.points_centi, exhibit.decision_reason or "----"))
        commit_named(session, values.title)


def _apply(
    session: Session,
    programme: Programme,
    exhibit: Exhibit,
    values: ExhibitValues,
    photo: Evidence | None,
    *,
    may_admit: bool,
) -> None:
    year = values.little_giant_year or values.enterprise.little_giant_year
    reason = values.admitted_reason if may_admit else exhibit.admitted_reason or ""
    level = values.details.get("level", "national")
    problem = rules.why_not_admitted(year, programme.starts_on.year, level, reason)
    if problem is not None:
        raise NoLittleGiant(problem.msgid, **problem.params)
    if values.case is not None and values.case.enterprise_id != values.enterprise.id:
        raise OtherFirm(
            N_("This case belongs to another firm; choose one of %(firm)s."), firm=values.enterprise.name
        )
    if (problem := rules.why_not_label(values.label_text)) is not None:
        raise LabelLength(problem.msgid, **problem.params)
    if not reason and values.enterprise.little_giant_year != year:
        values.enterprise.little_giant_year = year
    exhibit.enterprise, exhibit.case, exhibit.admitted_reason = values.enterprise, values.case, reason
    exhibit.title, exhibit.label_text = values.title, values.label_text
    for name, value in values.details.items():
        setattr(exhibit, name, value)
    scores = [getattr(values, name) for name in rules.SCORES]
    # The points of a scoring round are finer than the whole numbers shown; an edit elsewhere keeps them.
    if scores != [getattr(exhibit, name) for name in rules.SCORES]:
        for name, score in zip(rules.SCORES, scores, strict=True):
            setattr(exhibit, name, score)
        exhibit.points_centi = rules.points_centi(scores, values.weights)
    if photo is not None:
        exhibit.photo = proofs.attach(session, photo)


def commit_named(session: Session, title: str) -> None:
    """Commit; an exhibit that the firm has nominated already is refused."""
    try:
        session.commit()
    except IntegrityError as error:
        session.rollback()
        raise Conflict(
            N_("This firm has already nominated “%(title)s”; open that exhibit instead."), title=title
        ) from error


def set_state(session: Session, exhibit: Exhibit, state: str, reason: str = "") -> None:
    """Shortlist, choose or decline an exhibit with a reason, or put it back to nominated (A14). Commits."""
    if state not in rules.STATES:
        raise Refused(N_("There is no such state."))
    _refuse(rules.why_not_state(state, exhibit.points_centi, reason))
    exhibit.state, exhibit.decision_reason = state, reason.strip()
    session.commit()


def _refuse(problem: Message | None) -> None:
    if problem is not None:
        raise Refused(problem.msgid, **problem.params)


# --- files ------------------------------------------------------------------------------------------------


def add_files(session: Session, exhibit: Exhibit, files: Sequence[Evidence]) -> int:
    """Keep photos and films of an exhibit, each once; gives how many are new. Commits."""
    if len(exhibit.files) + len(files) > MOST_FILES:
        raise Refused(N_("An exhibit keeps at most %(limit)s files; choose the best."), limit=MOST_FILES)
    known = {row.asset_id for row in exhibit.files}
    new = 0
    for file in files:
        asset = proofs.attach(session, file)
        if asset.id in known:
            continue
        known.add(asset.id)
        kind = "film" if file.media_type == proofs.MP4 else "photo"
        session.add(ExhibitFile(exhibit_id=exhibit.id, kind=kind, asset_id=asset.id, file_name=file.name))
        if kind == "photo" and exhibit.photo_id is None:
            exhibit.photo_id = asset.id
        new += 1
    session.commit()
    return new


def remove_file(session: Session, row: ExhibitFile) -> None:
    """Take a file off its exhibit; what the firm sent stays with the nomination. Commits."""
    exhibit = row.exhibit
    if exhibit is not None and exhibit.photo_id == row.asset_id:
        exhibit.photo_id = next(
            (one.asset_id for one in exhibit.files if one.kind == "photo" and one.id != row.id), None
        )
    if row.nomination_id is None:
        session.delete(row)
    else:
        row.exhibit_id = None
    session.commit()


# --- custody ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Handover:
    """What is said of a handing over; the moment is aware."""

    kind: str
    happened_at: datetime
    place: str
    giver: str
    taker: str
    condition: str


def hand_over(
    session: Session,
    exhibit: Exhibit,
    values: Handover,
    signature: Evidence | None,
    *,
    drawn: bool,
    user_id: int,
    now: datetime,
) -> CustodyStep:
    """Record a handing over with the taker's signature; two at once make one. Commits."""
    done = session.execute(
        select(CustodyStep.kind, CustodyStep.happened_at)
        .where(CustodyStep.exhibit_id == exhibit.id)
        .order_by(CustodyStep.position)
    ).all()
    _refuse(
        rules.why_not_step(
            values.kind,
            [(row[0], row[1]) for row in done],
            state=exhibit.state,
            happened_at=values.happened_at,
            now=now,
        )
    )
    if signature is None:
        raise Refused(N_("Sign in the box, or choose a photo of the signed slip."))
    step = CustodyStep(
        exhibit_id=exhibit.id,
        position=len(done) + 1,
        kind=values.kind,
        happened_at=values.happened_at,
        place=values.place,
        giver=values.giver,
        taker=values.taker,
        condition=values.condition,
        signed_by="drawing" if drawn else "slip",
        signature_id=proofs.attach(session, signature).id,
        recorded_by_id=user_id,
    )
    session.add(step)
    try:
        session.commit()
    except IntegrityError as error:
        session.rollback()
        raise Conflict(N_("Somebody else has recorded this handing over; look at the list.")) from error
    return step
