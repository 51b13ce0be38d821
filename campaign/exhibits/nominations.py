"""Verbs on nominations that firms send through a link, without an account."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from campaign import evidence as proofs
from campaign.cases.models import Enterprise
from campaign.cases.rules import enterprise_key
from campaign.errors import Conflict, Refused
from campaign.evidence import Evidence
from campaign.exhibits import rules
from campaign.exhibits.models import Exhibit, ExhibitFile, Nomination, NominationLink
from campaign.exhibits.rules import LinkFacts
from campaign.exhibits.services import DETAILS, ExhibitValues, NoLittleGiant, nominate
from campaign.messages import N_
from campaign.programmes.models import Programme

TOKEN_BYTES = 16


def make_link(
    session: Session, programme: Programme, *, owner_id: int, note: str, closes_at: datetime, max_uses: int
) -> NominationLink:
    """Make a link for firms; commits."""
    row = NominationLink(
        programme_id=programme.id,
        owner_id=owner_id,
        token=secrets.token_urlsafe(TOKEN_BYTES),
        note=note,
        closes_at=closes_at,
        max_uses=max_uses,
    )
    session.add(row)
    session.commit()
    return row


def revoke_link(session: Session, link: NominationLink, *, now: datetime) -> None:
    """Take a link back; commits."""
    link.revoked_at = now
    session.commit()


def facts_of(link: NominationLink) -> LinkFacts:
    """A link as the rules see it."""
    return LinkFacts(link.closes_at, link.uses, link.max_uses, link.revoked_at is not None)


@dataclass(frozen=True)
class Sent:
    """What a firm sends: its name, list and year, the exhibit, and its files."""

    client_id: str
    firm: str
    title: str
    little_giant_year: int | None
    details: Mapping[str, Any]
    files: Sequence[Evidence]


def receive(session: Session, link: NominationLink, sent: Sent, *, now: datetime) -> Nomination:
    """Take in a nomination; a firm that is no little giant is refused with the reason (A14). Commits.

    Sent again with the same number it changes nothing. The link's uses are counted in one statement, so that
    many at once do not pass its limit.
    """
    known = session.scalars(select(Nomination).where(Nomination.client_id == sent.client_id)).one_or_none()
    if known is not None:
        return known
    problem = rules.why_not_admitted(
        sent.little_giant_year, link.programme.starts_on.year, sent.details.get("level", "none")
    )
    if problem is not None:
        raise NoLittleGiant(problem.msgid, **problem.params)
    if (shut := rules.why_shut(facts_of(link), now)) is not None:
        raise Refused(shut.msgid, **shut.params)
    taken = session.execute(
        update(NominationLink)
        .where(NominationLink.id == link.id, NominationLink.uses < NominationLink.max_uses)
        .values(uses=NominationLink.uses + 1)
        .returning(NominationLink.id)
    ).scalar_one_or_none()
    if taken is None:
        raise Refused(N_("As many nominations as this link allows have come in. Ask the organiser."))
    row = Nomination(
        programme_id=link.programme_id,
        owner_id=link.owner_id,
        link_id=link.id,
        client_id=sent.client_id,
        firm=sent.firm,
        title=sent.title,
        content={**sent.details, "little_giant_year": sent.little_giant_year},
    )
    session.add(row)
    session.flush()
    _keep_files(session, row, sent.files)
    session.commit()
    return row


def _keep_files(session: Session, row: Nomination, files: Sequence[Evidence]) -> None:
    seen: set[int] = set()
    for file in files:
        asset = proofs.attach(session, file)
        if asset.id in seen:
            continue
        seen.add(asset.id)
        kind = "film" if file.media_type == proofs.MP4 else "photo"
        session.add(ExhibitFile(nomination_id=row.id, kind=kind, asset_id=asset.id, file_name=file.name))


def take_in(session: Session, programme: Programme, row: Nomination) -> Exhibit:
    """Make an exhibit of a nomination; the firm is found by its name, or becomes known. Commits."""
    if row.state != "received":
        raise Conflict(N_("This nomination has been decided already."))
    key = enterprise_key(row.firm)
    firm = (
        session.scalars(
            select(Enterprise).where(Enterprise.programme_id == programme.id, Enterprise.name_key == key)
        )
        .unique()
        .one_or_none()
    )
    if firm is None:
        firm = Enterprise(programme_id=programme.id, owner_id=row.owner_id, name=row.firm, name_key=key)
        session.add(firm)
        session.flush()
    values = ExhibitValues(
        enterprise=firm,
        little_giant_year=row.content.get("little_giant_year"),
        case=None,
        title=row.title,
        details={name: row.content[name] for name in DETAILS if name in row.content},
    )
    exhibit = nominate(session, programme, values, None, owner_id=row.owner_id)
    row.state, row.exhibit_id = "taken", exhibit.id
    for file in row.files:
        file.exhibit_id = exhibit.id
        if file.kind == "photo" and exhibit.photo_id is None:
            exhibit.photo_id = file.asset_id
    session.commit()
    return exhibit


def refuse(session: Session, row: Nomination, reason: str) -> None:
    """Do not take a nomination in, and say why; commits."""
    if row.state != "received":
        raise Conflict(N_("This nomination has been decided already."))
    if len(reason.strip()) < rules.REASON_MIN:
        raise Refused(N_("Give the reason in at least %(least)s characters."), least=rules.REASON_MIN)
    row.state, row.reason = "refused", reason.strip()
    session.commit()
