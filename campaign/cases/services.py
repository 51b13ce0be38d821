"""Verbs on cases: import, create, change, photos."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign import footage
from campaign.accounts.models import Organisation
from campaign.cases.models import Case, CasePhoto, Enterprise
from campaign.cases.rules import case_key, enterprise_key
from campaign.cases.summary_table import CaseRow, ExistingCase, SummaryTable
from campaign.errors import Conflict, Refused
from campaign.messages import N_
from campaign.programmes.models import Programme
from campaign.storage import Storage, TooLarge, asset_for

MAX_PHOTO_BYTES = 60 * 1024 * 1024
TEXT_FIELDS = (
    "title",
    "kind",
    "region",
    "team",
    "contact_name",
    "contact_post",
    "phone",
    "address",
    "honours",
    "story",
    "remark",
)
FLAG_FIELDS = (
    "has_park_association",
    "has_enterprise_association",
    "by_park_association",
    "lecture_candidate",
)


@dataclass(frozen=True)
class Imported:
    """What an import did, in rows."""

    created: int
    changed: int
    unchanged: int


def existing_cases(session: Session, programme: Programme) -> dict[tuple[str, str], ExistingCase]:
    """What the programme already holds, for the preview of an import."""
    rows = session.scalars(select(Case).join(Case.enterprise).where(Case.programme_id == programme.id))
    return {(c.title_key, c.enterprise.name_key): _as_existing(c) for c in rows}


def _as_existing(case: Case) -> ExistingCase:
    return ExistingCase(case_id=case.id, values=_imported_values(case))


def _imported_values(case: Case) -> dict[str, Any]:
    """The columns an import can set, as the summary table speaks of them (P19)."""
    return {
        "team": case.team,
        "contact": case.contact_name,
        "contact_post": case.contact_post,
        "phones": case.phone,
        "case_type": case.kind,
        "enterprise_type": case.enterprise.kind,
        "region": case.region,
        "park_association": case.has_park_association,
        "enterprise_association": case.has_enterprise_association,
        "lecture_candidate": case.lecture_candidate,
        "remark": case.remark,
    }


def import_table(session: Session, programme: Programme, table: SummaryTable, *, owner_id: int) -> Imported:
    """Take over a summary table that has no error: all rows, or none (P19). Commits.

    A row already there in the same words is left alone; changed words are taken over. A row belongs to the
    city association of its region where the importing organisation is the province.
    """
    if not table.importable:
        raise Refused(
            N_("The table has %(count)s problems that must be put right first; nothing was imported."),
            count=len(table.errors),
        )
    created = changed = unchanged = 0
    owners = _owners(session, owner_id)
    for row in table.rows:
        if row.state == "unchanged":
            unchanged += 1
            continue
        enterprise = found_enterprise(
            session, programme, row.enterprise, owner_id=owners.get(row.region or "", owner_id)
        )
        if row.enterprise_type:
            enterprise.kind = row.enterprise_type
        if row.region and not enterprise.region:
            enterprise.region = row.region
        case = session.scalars(
            select(Case).where(Case.enterprise_id == enterprise.id, Case.title_key == case_key(row.case_name))
        ).one_or_none()
        if case is None:
            case = Case(
                programme_id=programme.id,
                owner_id=owners.get(row.region or "", owner_id),
                enterprise=enterprise,
                title=row.case_name,
                title_key=case_key(row.case_name),
            )
            session.add(case)
            created += 1
        else:
            changed += 1
        _fill(case, row)
    session.flush()
    session.commit()
    return Imported(created, changed, unchanged)


def _owners(session: Session, owner_id: int) -> dict[str, int]:
    """The city associations below the importing organisation, by region."""
    rows = session.execute(
        select(Organisation.region, Organisation.id).where(Organisation.parent_id == owner_id)
    )
    return {region: organisation_id for region, organisation_id in rows if region}


def _fill(case: Case, row: CaseRow) -> None:
    case.number = row.number
    case.team = row.team or case.team
    case.contact_name = row.contact or case.contact_name
    case.contact_post = row.contact_post or case.contact_post
    case.phone = "、".join(row.phones) or case.phone
    case.kind = row.case_type or case.kind
    case.region = row.region or case.region
    case.remark = row.remark or case.remark
    if row.park_association is not None:
        case.has_park_association = row.park_association
    if row.enterprise_association is not None:
        case.has_enterprise_association = row.enterprise_association
    if row.lecture_candidate is not None:
        case.lecture_candidate = row.lecture_candidate


def found_enterprise(session: Session, programme: Programme, name: str, *, owner_id: int) -> Enterprise:
    """Find or make an enterprise of a programme by its name; does not commit."""
    key = enterprise_key(name)
    found = session.scalars(
        select(Enterprise).where(Enterprise.programme_id == programme.id, Enterprise.name_key == key)
    ).one_or_none()
    if found is None:
        found = Enterprise(programme_id=programme.id, owner_id=owner_id, name=name.strip(), name_key=key)
        session.add(found)
        session.flush()
    return found


def create_case(session: Session, programme: Programme, values: Mapping[str, Any], *, owner_id: int) -> Case:
    """Make a case from the form; the same title of the same enterprise is refused. Commits."""
    enterprise = found_enterprise(session, programme, values["enterprise"], owner_id=owner_id)
    case = Case(programme_id=programme.id, owner_id=owner_id, enterprise=enterprise, title="", title_key="")
    _apply(session, case, values)
    session.add(case)
    _commit(session, case.title)
    return case


def update_case(session: Session, programme: Programme, case: Case, values: Mapping[str, Any]) -> None:
    """Take over the form's values; commits."""
    with session.no_autoflush:
        case.enterprise = found_enterprise(session, programme, values["enterprise"], owner_id=case.owner_id)
    _apply(session, case, values)
    _commit(session, case.title)


def _apply(session: Session, case: Case, values: Mapping[str, Any]) -> None:
    with session.no_autoflush:
        for name in TEXT_FIELDS:
            setattr(case, name, (values[name] or "").strip())
        for name in FLAG_FIELDS:
            setattr(case, name, values[name])
        case.title_key = case_key(case.title)
        case.enterprise.kind = values["enterprise_kind"] or ""
        case.enterprise.little_giant_year = values["little_giant_year"]


def _commit(session: Session, title: str) -> None:
    try:
        session.commit()
    except IntegrityError as error:
        session.rollback()
        raise Conflict(
            N_("This enterprise already has a case with the name %(title)s; open that one instead."),
            title=title,
        ) from error


def select_case(session: Session, case: Case, *, chosen_max: int) -> None:
    """Take a case into the province's result, up to the programme's number (P1, A5). Commits."""
    chosen = session.scalar(
        select(func.count())
        .select_from(Case)
        .where(Case.programme_id == case.programme_id, Case.state == "selected", Case.id != case.id)
    )
    if chosen is not None and chosen >= chosen_max:
        raise Refused(
            N_("%(count)s cases are already chosen, which is the limit of this programme."), count=chosen
        )
    case.state = "selected"
    session.commit()


def set_state(session: Session, case: Case, state: str) -> None:
    """Put a case back to nominated, or withdraw it; commits."""
    case.state = state
    session.commit()


def add_photo(session: Session, storage: Storage, case: Case, stream: BinaryIO, file_name: str) -> CasePhoto:
    """Store a photo untouched, and a small copy of it without device data (P9). Commits."""
    try:
        stored = storage.put_stream(stream, limit_bytes=MAX_PHOTO_BYTES)
    except TooLarge as error:
        raise Refused(
            N_("%(file)s is larger than %(limit)s MB; send a smaller export of the photo."),
            file=file_name,
            limit=error.limit_bytes // 1024**2,
        ) from error
    path = storage.path(stored.sha256)
    facts = footage.look_at_photo(path, file_name)
    preview = footage.store_bytes(storage, footage.photo_preview(path, file_name))
    photo = CasePhoto(
        case_id=case.id,
        asset_id=asset_for(session, stored, f"image/{str(facts['kind']).lower()}").id,
        preview_id=asset_for(session, preview, "image/jpeg").id,
        position=max((other.position + 1 for other in case.photos), default=0),
        kind=footage.photo_group(file_name),
        file_name=file_name,
        facts=facts,
    )
    session.add(photo)
    try:
        session.commit()
    except IntegrityError as error:
        session.rollback()
        raise Conflict(N_("%(file)s is already among the photos of this case."), file=file_name) from error
    return photo


def set_photo_kind(session: Session, photo: CasePhoto, kind: str, *, known: Collection[str]) -> None:
    """Say what a photo shows, by a kind of the programme (P9); commits."""
    if kind not in known:
        raise Refused(N_("This programme asks for no such kind of photo; choose one of the list."))
    photo.kind = kind
    session.commit()


def remove_photo(session: Session, photo: CasePhoto) -> None:
    """Take a photo off a case; commits."""
    session.delete(photo)
    session.commit()
