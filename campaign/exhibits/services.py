"""Verbs on exhibits."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign import evidence as proofs
from campaign.cases.models import Case, Enterprise
from campaign.errors import Conflict, Refused
from campaign.evidence import Evidence
from campaign.exhibits import rules
from campaign.exhibits.models import Exhibit
from campaign.messages import N_, Message
from campaign.programmes.models import Programme


@dataclass(frozen=True)
class ExhibitValues:
    """What the form says of an exhibit; an empty year leaves the one the firm is known with."""

    enterprise: Enterprise
    little_giant_year: int | None
    case: Case | None
    title: str
    description: str
    interaction: str
    innovation: int | None
    representativeness: int | None
    interactivity: int | None


class NoLittleGiant(Refused):
    """The firm may not nominate (A14); the page puts this at the year."""


class OtherFirm(Refused):
    """The case belongs to another firm; the page puts this at the case."""


def nominate(
    session: Session, programme: Programme, values: ExhibitValues, photo: Evidence | None, *, owner_id: int
) -> Exhibit:
    """Nominate an exhibit of a little giant (A14); commits."""
    exhibit = Exhibit(programme_id=programme.id, owner_id=owner_id)
    with session.no_autoflush:
        _apply(session, programme, exhibit, values, photo)
        session.add(exhibit)
        _commit(session, values.title)
    return exhibit


def change_exhibit(
    session: Session, programme: Programme, exhibit: Exhibit, values: ExhibitValues, photo: Evidence | None
) -> None:
    """Take over the form's values; without a new file the photo stays. Commits."""
    with session.no_autoflush:
        _apply(session, programme, exhibit, values, photo)
        _refuse(rules.why_not_state(exhibit.state, exhibit.total))
        _commit(session, values.title)


def _apply(
    session: Session, programme: Programme, exhibit: Exhibit, values: ExhibitValues, photo: Evidence | None
) -> None:
    year = values.little_giant_year or values.enterprise.little_giant_year
    problem = rules.why_not_admitted(year, programme.starts_on.year)
    if problem is not None:
        raise NoLittleGiant(problem.msgid, **problem.params)
    if values.case is not None and values.case.enterprise_id != values.enterprise.id:
        raise OtherFirm(
            N_("This case belongs to another firm; choose one of %(firm)s."), firm=values.enterprise.name
        )
    if values.enterprise.little_giant_year != year:
        values.enterprise.little_giant_year = year
    exhibit.enterprise, exhibit.case = values.enterprise, values.case
    for name in ("title", "description", "interaction", *rules.SCORES):
        setattr(exhibit, name, getattr(values, name))
    if photo is not None:
        exhibit.photo = proofs.attach(session, photo)


def _commit(session: Session, title: str) -> None:
    try:
        session.commit()
    except IntegrityError as error:
        session.rollback()
        raise Conflict(
            N_("This firm has already nominated “%(title)s”; open that exhibit instead."), title=title
        ) from error


def set_state(session: Session, exhibit: Exhibit, state: str) -> None:
    """Shortlist, choose or decline an exhibit, or put it back to nominated (A14). Commits."""
    if state not in rules.STATES:
        raise Refused(N_("There is no such state."))
    _refuse(rules.why_not_state(state, exhibit.total))
    exhibit.state = state
    session.commit()


def _refuse(problem: Message | None) -> None:
    if problem is not None:
        raise Refused(problem.msgid, **problem.params)
