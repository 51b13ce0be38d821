"""The words a report begins with: the house's, or an officer's Word file; every version is kept (A17)."""

from __future__ import annotations

import io
from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign import reporting
from campaign.access import Actor
from campaign.documents import queries
from campaign.documents.facts import Facts
from campaign.documents.fields import values
from campaign.documents.models import ReportTemplate
from campaign.documents.parts import PARTS, TEXTS
from campaign.documents.services import MEDIA_TYPES
from campaign.errors import Conflict, NotFound, Refused
from campaign.messages import N_
from campaign.programmes.models import Programme
from campaign.storage import Storage, asset_for

Texts = Mapping[str, tuple[str, ...]]


def house_template(kind: str) -> bytes:
    """The house's own words as a Word file to be edited."""
    notes = (
        "本文件是报告文字部分的模板：保留各标题（“标题 1”样式），修改标题下的文字即可。",
        "双花括号内为字段，生成报告时自动填入数据；可用字段见系统“报告文字模板”页面。",
    )
    return reporting.template_docx(PARTS[kind], TEXTS[kind], notes)


def first_words(
    session: Session, storage: Storage, programme: Programme, kind: str, facts: Facts, actor: Actor
) -> tuple[Texts, Refused | None]:
    """What each part begins with; a template that fails gives the house's words and says why it failed."""
    current = next(iter(queries.templates_of(session, programme, kind, actor)), None)
    filled = values(facts)
    problem = None
    if current is not None and current.asset is not None:
        try:
            with reporting.refusals():
                content = storage.path(current.asset.sha256).read_bytes()
                return reporting.written_parts(content, PARTS[kind], filled), None
        except Refused as refusal:
            problem = refusal
    return reporting.written_parts(house_template(kind), PARTS[kind], filled), problem


def put_in(
    session: Session,
    storage: Storage,
    programme: Programme,
    kind: str,
    facts: Facts,
    actor: Actor,
    *,
    content: bytes,
    file_name: str,
) -> ReportTemplate:
    """Take an officer's template as the newest version; one that cannot be filled in is refused. Commits."""
    if not content:
        raise Refused(N_("Choose the Word file of the template."))
    with reporting.refusals():
        reporting.check_template(content, PARTS[kind], values(facts))
    asset = asset_for(session, storage.put_stream(io.BytesIO(content)), MEDIA_TYPES["docx"])
    session.flush()
    return _append(session, programme, kind, actor, asset_id=asset.id, file_name=file_name[:255], note="")


def go_back(
    session: Session, programme: Programme, kind: str, actor: Actor, *, number: int
) -> ReportTemplate:
    """Let an older version hold again, or with 0 the words of the house; makes a new version. Commits."""
    if number == 0:
        return _append(session, programme, kind, actor, asset_id=None, file_name="", note="0")
    older = next(
        (row for row in queries.templates_of(session, programme, kind, actor) if row.number == number), None
    )
    if older is None:
        raise NotFound(N_("There is no version %(number)s of this template."), number=number)
    return _append(
        session,
        programme,
        kind,
        actor,
        asset_id=older.asset_id,
        file_name=older.file_name,
        note=str(number),
    )


def _append(
    session: Session,
    programme: Programme,
    kind: str,
    actor: Actor,
    *,
    asset_id: int | None,
    file_name: str,
    note: str,
) -> ReportTemplate:
    last = session.scalar(
        select(func.max(ReportTemplate.number)).where(
            ReportTemplate.programme_id == programme.id, ReportTemplate.kind == kind
        )
    )
    row = ReportTemplate(
        programme_id=programme.id,
        owner_id=programme.organisation_id,
        kind=kind,
        number=(last or 0) + 1,
        asset_id=asset_id,
        file_name=file_name,
        note=note,
        made_by_id=actor.user_id or None,
    )
    session.add(row)
    try:
        session.commit()
    except IntegrityError as error:
        session.rollback()
        raise Conflict(N_("Somebody else changed this template at the same moment; look again.")) from error
    return row
