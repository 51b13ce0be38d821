"""From an uploaded workbook to a previewed summary table, in two steps that agree.

The workbook is kept by content when it is previewed; confirming reads the same bytes again, so what was
seen is what is imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.orm import Session

from campaign.cases import services
from campaign.cases.forms import CASE_KINDS
from campaign.cases.summary_table import CaseRow, SummaryTable, read_summary_table
from campaign.errors import Refused
from campaign.messages import N_
from campaign.programmes.models import Programme
from campaign.programmes.profiles import Profile, available, load
from campaign.storage import Storage, Stored, TooLarge
from campaign.tables import TableError, read_workbook

MAX_WORKBOOK_BYTES = 20 * 1024 * 1024
TOKEN_AGE_S = 6 * 3600


@dataclass(frozen=True)
class PreviewRow:
    """One row as the page shows it: its cells as text and the indexes of those with a problem."""

    number: int
    cells: list[str]
    faults: set[int]


@dataclass(frozen=True)
class PreviewProblem:
    """One problem with its place: `where` is the cell, `row` the row number in the sheet."""

    where: str
    message: str
    row: int | None
    level: str


@dataclass(frozen=True)
class Preview:
    """What the page shows before anything is stored."""

    table: SummaryTable
    columns: list[str]
    rows: list[PreviewRow]
    problems: list[PreviewProblem]

    def count(self, state: str) -> int:
        """Rows that are new, changed, unchanged or in conflict."""
        return sum(row.state == state for row in self.table.rows)


def keep_workbook(storage: Storage, stream: BinaryIO, file_name: str) -> Stored:
    """Store an uploaded workbook by its content; one that is far too large is refused."""
    try:
        return storage.put_stream(stream, limit_bytes=MAX_WORKBOOK_BYTES)
    except TooLarge as error:
        raise Refused(
            N_("%(file)s is larger than %(limit)s MB, which no summary table is; choose the right file."),
            file=file_name,
            limit=error.limit_bytes // 1024**2,
        ) from error


def read_table(
    session: Session,
    storage: Storage,
    programme: Programme,
    profile: Profile,
    stored: Stored,
    file_name: str,
    *,
    region: str | None = None,
) -> SummaryTable:
    """Read a kept workbook against the programme's layout and what it already holds.

    `region` is that of the importing city, for tables that do not say where they come from.
    """
    try:
        grids = read_workbook(storage.path(stored.sha256), file_name)
    except TableError as error:
        raise Refused(error.message.msgid, **dict(error.message.params)) from error
    others = [load(key) for key in available() if key != profile.key]
    return read_summary_table(
        grids,
        profile,
        file_name=file_name,
        others=[p for p in others if p.summary is not None],
        existing=services.existing_cases(session, programme),
        default_region=region,
    )


def read(
    session: Session,
    storage: Storage,
    programme: Programme,
    profile: Profile,
    stored: Stored,
    file_name: str,
    *,
    region: str | None = None,
) -> Preview:
    """Read a kept workbook and lay out what the page shows."""
    return preview_of(read_table(session, storage, programme, profile, stored, file_name, region=region))


STATE_NAMES = {
    "new": N_("new"),
    "changed": N_("changed"),
    "unchanged": N_("already there"),
    "conflict": N_("conflict"),
}


def preview_of(table: SummaryTable) -> Preview:
    """The table as rows of text, in the user's language."""
    columns = [
        _("Case"),
        _("Enterprise"),
        _("Region"),
        _("Type"),
        _("Team"),
        _("Contact"),
        _("Phone"),
        _("State"),
    ]
    by_row: dict[int, set[int]] = {}
    places = {"case": 0, "enterprise": 1, "region": 2, "case_type": 3, "people": 4, "contact": 5, "phone": 6}
    for problem in table.problems:
        if problem.row_number is not None:
            by_row.setdefault(problem.row_number, set()).add(places.get(problem.field, 0))
    rows = [PreviewRow(r.row_number, _cells(r), by_row.get(r.row_number, set())) for r in table.rows]
    problems = [
        PreviewProblem(p.cell, _(p.message.msgid, **dict(p.message.params)), p.row_number, p.severity)
        for p in table.problems
    ]
    return Preview(table, columns, rows, problems)


def _cells(row: CaseRow) -> list[str]:
    kinds = dict(CASE_KINDS)
    return [
        row.case_name,
        row.enterprise,
        row.region or "",
        _(kinds[row.case_type]) if row.case_type else "",
        row.team,
        row.contact,
        "、".join(row.phones),
        _(STATE_NAMES[row.state]),
    ]


def _serializer(secret_key: str | bytes | None) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_key or "", salt="case-import")


def sign(secret_key: str | bytes | None, programme_id: int, stored: Stored, file_name: str) -> str:
    """A token for the second step, good for this programme and this workbook only."""
    token = _serializer(secret_key).dumps([programme_id, stored.sha256, stored.size_bytes, file_name])
    return token if isinstance(token, str) else token.decode("ascii")


def unsign(secret_key: str | bytes | None, programme_id: int, token: str) -> tuple[Stored, str]:
    """Give the workbook a token names; an old or foreign one is refused."""
    try:
        owner, sha256, size_bytes, file_name = _serializer(secret_key).loads(token, max_age=TOKEN_AGE_S)
    except BadSignature as error:
        raise Refused(N_("The preview is too old. Choose the workbook again.")) from error
    if owner != programme_id:
        raise Refused(N_("The preview belongs to another programme. Choose the workbook again."))
    return Stored(sha256, size_bytes), file_name
