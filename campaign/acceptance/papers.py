"""The documents that a package writes itself: stories, notes, lists, the ledger, the catalogue.

Each is made from the rows of the snapshot and carries its moment, never the present one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from campaign import reporting
from campaign.acceptance import rules
from campaign.acceptance.proofs import AnnexProof, Sight
from campaign.acceptance.rules import Held, RowProof
from campaign.attendance.models import SignIn
from campaign.budget import queries as budget
from campaign.budget.export import ledger_of
from campaign.casebook.services import story_paper
from campaign.cases.models import Case
from campaign.config import Settings
from campaign.exhibits.documents import catalogue_of
from campaign.exhibits.models import Exhibit
from campaign.lectures.models import LectureEvent
from campaign.reporting import Column, ProjectReport

Value = str | int | Decimal | date | datetime | None
Made = tuple[str, Callable[[], bytes]]
SIGN_IN_WAYS = {"phone": "手机签到", "offline": "手机签到（离线）", "desk": "签到台"}


def of_annex(sight: Sight, settings: Settings, snapshot: ProjectReport, annex: AnnexProof) -> Iterator[Made]:
    """What belongs to an annex as a whole."""
    key = annex.annex.key
    if key == "expenses":
        yield rules.LEDGER_NAME, lambda: _ledger(sight, snapshot, annex)
    if key == "exhibits":
        chosen = [row.live for row in annex.rows if isinstance(row.live, Exhibit)]
        if chosen:
            yield (
                rules.CATALOGUE_NAME,
                lambda: reporting.write_catalogue(
                    catalogue_of(chosen, sight.programme, snapshot.as_of), settings.data_dir
                ),
            )


def of_row(sight: Sight, snapshot: ProjectReport, annex: AnnexProof, row: RowProof) -> Iterator[Made]:
    """What is written for one row."""
    live = row.live
    if isinstance(live, Case) and row.can_write:
        yield (
            f"{live.title}.docx",
            lambda: story_paper(sight.storage, live, sight.profile, sight.programme.organisation.name),
        )
    if row.table == "placement" and live is not None:
        yield rules.COVERAGE_NOTE, lambda: _coverage_note(snapshot, annex, row)
    if isinstance(live, LectureEvent) and annex.annex.key == "lectures":
        signed = select(SignIn).where(SignIn.event_id == live.id).order_by(SignIn.signed_at, SignIn.id)
        people = sight.session.scalars(signed).all()
        if people:
            yield rules.ATTENDANCE_NAME, lambda: _attendance(people, snapshot.as_of)


def _coverage_note(snapshot: ProjectReport, annex: AnnexProof, row: RowProof) -> bytes:
    counts = [
        target.title
        for target in snapshot.targets
        if target.annex_key == annex.annex.key
        and (target.annex_rows is None or row.number in target.annex_rows)
    ]
    titles = [column.title for column in annex.annex.columns]
    shown = reporting.shown_cells(annex.annex, row.cells)
    return rules.coverage_note([*zip(titles, shown, strict=True), ("计入", "；".join(counts))])


def _attendance(people: Sequence[SignIn], as_of: datetime) -> bytes:
    """Who signed in, without their telephone numbers."""
    rows: list[list[Value]] = [
        [number, one.name, one.organisation, SIGN_IN_WAYS[one.way], one.signed_at]
        for number, one in enumerate(people, start=1)
    ]
    heads = [
        Column("序号", "integer"), Column("姓名"), Column("单位"), Column("签到方式"),
        Column("签到时间", "datetime"),
    ]  # fmt: skip
    return reporting.write_sheet(heads, rows, "参加人员", as_of)


def _ledger(sight: Sight, snapshot: ProjectReport, annex: AnnexProof) -> bytes:
    """The ledger of exactly the payments that the report lists."""
    wanted = {rules.row_key(row.row_id)[1] for row in annex.rows}
    rows = budget.in_order(sight.session, sight.programme, sight.actor)
    whole = ledger_of(
        sight.session,
        sight.programme,
        sight.profile,
        sight.actor,
        by=snapshot.prepared_by,
        at=snapshot.as_of,
    )
    entries = tuple(entry for entry, row in zip(whole.entries, rows, strict=True) if row.id in wanted)
    return reporting.ledger_workbook(replace(whole, entries=entries))


def checksums(annex: AnnexProof, path_of: Callable[[RowProof, Held], str], as_of: datetime) -> bytes:
    """Every film and cover with its size and check sum, also those that are left out of the package."""
    heads = [
        Column("序号", "integer"), Column("片名"), Column("文件"), Column("大小（字节）", "integer"),
        Column("SHA-256 校验码"),
    ]  # fmt: skip
    rows: list[list[Value]] = [
        [
            row.number,
            row.cells[0],
            path_of(row, held) or f"{held.name}（未收入本包）",
            held.size_bytes,
            held.sha256,
        ]
        for row in annex.rows
        for held in row.files
    ]
    return reporting.write_sheet(heads, rows, "视频校验清单", as_of)
