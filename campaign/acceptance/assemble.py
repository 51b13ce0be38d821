"""From proofs to the members of the archive and its index; what has to be written is written into a folder.

The words inside are Chinese by nature: they are read by the centre. Nothing says when the package was made,
so that the same data twice give the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flask_babel import force_locale
from flask_babel import gettext as _

from campaign import reporting
from campaign.acceptance import papers, rules
from campaign.acceptance.proofs import AnnexProof, Sight, gather
from campaign.acceptance.queries import Included
from campaign.acceptance.rules import Held, RowProof
from campaign.config import Settings
from campaign.documents.annexes import REPORT_KINDS
from campaign.documents.models import Report
from campaign.messages import Message
from campaign.reporting import IndexAnnex, IndexLine, IndexRow, Link, Member, PackageIndex, ProjectReport

Tick = Callable[[float], None]


@dataclass
class Entry:
    """A file of the package before its path is settled: where it goes, and a stored file or its content."""

    parts: tuple[str, ...]
    held: Held | None = None
    write: Callable[[], bytes] | None = None
    path: str = ""


@dataclass
class Plan:
    """Everything that goes in, in the order of the archive, and which entries belong to what."""

    snapshot: ProjectReport
    annexes: Sequence[AnnexProof]
    entries: list[Entry] = field(default_factory=list)
    of_row: dict[tuple[str, int], list[Entry]] = field(default_factory=dict)
    of_annex: dict[str, list[Entry]] = field(default_factory=dict)
    reports: list[tuple[Report, list[Entry]]] = field(default_factory=list)
    books: list[tuple[str, Entry]] = field(default_factory=list)

    def add(self, entry: Entry) -> Entry:
        """Put an entry at the end."""
        self.entries.append(entry)
        return entry


@dataclass(frozen=True)
class Assembled:
    """What is packed, and how many rows lack a proof."""

    members: tuple[Member, ...]
    lacking: int


def assemble(
    sight: Sight,
    settings: Settings,
    included: Included,
    folder: Path,
    tick: Tick,
    *,
    with_clips: bool,
) -> Assembled:
    """Settle all paths, write what has to be written into `folder`, and give the members in their order."""
    # Words of the package are Chinese, whoever asks for it, in whatever language.
    with force_locale("zh_CN"):
        plan = lay_out(sight, settings, included, with_clips=with_clips)
        paths = reporting.safe_paths([entry.parts for entry in plan.entries])
        for entry, path in zip(plan.entries, paths, strict=True):
            entry.path = path
        index = index_of(sight, plan, included, with_clips=with_clips)
        writers = {rules.INDEX_DOCX: reporting.index_docx, rules.INDEX_HTML: reporting.index_html}
        members = []
        for number, entry in enumerate(plan.entries):
            if entry.held is not None:
                stored = sight.storage.path(entry.held.sha256)
                members.append(Member(entry.path, stored, entry.held.sha256))
            else:
                content = entry.write() if entry.write else writers[entry.path](index)
                members.append(_kept(folder / f"{number:05d}", entry.path, content))
            tick((number + 1) / len(plan.entries))
    return Assembled(tuple(members), sum(bool(row.lacks) for annex in plan.annexes for row in annex.rows))


def _kept(file: Path, path: str, content: bytes) -> Member:
    """Written documents wait on disk: a hundred stories do not fit beside each other in memory."""
    file.write_bytes(content)
    return Member(path, file, hashlib.sha256(content).hexdigest())


# --- what goes where --------------------------------------------------------------------------------------


def lay_out(sight: Sight, settings: Settings, included: Included, *, with_clips: bool) -> Plan:
    """Every file of the package, index first, then reports, annexes and books."""
    plan = Plan(included.snapshot, gather(sight, included.snapshot))
    for name in (rules.INDEX_DOCX, rules.INDEX_HTML):
        plan.add(Entry((name,)))
    for report in included.reports:
        name = _report_name(sight, report)
        files = [
            plan.add(
                Entry(
                    (rules.REPORTS_FOLDER, f"{name}.{file.form}"),
                    Held(f"{name}.{file.form}", file.asset.sha256, file.asset.size_bytes),
                )
            )
            for file in report.files
        ]
        plan.reports.append((report, files))
    for annex in plan.annexes:
        _add_annex(plan, sight, settings, annex, with_clips=with_clips)
    position = rules.FIRST_ANNEX + len(plan.annexes)
    for title, asset in included.books:
        held = Held(f"{title}.pdf", asset.sha256, asset.size_bytes)
        entry = plan.add(Entry((f"{position:02d}-{title}.pdf",), held))
        plan.books.append((title, entry))
        position += 1
    return plan


def _report_name(sight: Sight, report: Report) -> str:
    month = f"（{report.month}）" if report.month else ""
    return f"{sight.programme.title}{REPORT_KINDS[report.kind]}{month}（第{report.number}号）"


def _add_annex(plan: Plan, sight: Sight, settings: Settings, annex: AnnexProof, *, with_clips: bool) -> None:
    whole = plan.of_annex.setdefault(annex.annex.key, [])
    whole.append(
        plan.add(
            Entry(
                (annex.folder, rules.ROWS_NAME),
                write=lambda: reporting.annex_workbook(annex.annex, plan.snapshot.as_of),
            )
        )
    )
    for name, write in papers.of_annex(sight, settings, plan.snapshot, annex):
        whole.append(plan.add(Entry((annex.folder, name), write=write)))
    if annex.annex.key == "clips":
        entry = Entry((annex.folder, rules.CHECKSUMS_NAME))
        entry.write = lambda: papers.checksums(
            annex, lambda row, held: _path_of(plan, row, held), plan.snapshot.as_of
        )
        whole.append(plan.add(entry))
    for row in annex.rows:
        plan.of_row[annex.annex.key, row.number] = list(
            _add_row(plan, sight, annex, row, with_clips=with_clips)
        )


def _path_of(plan: Plan, row: RowProof, held: Held) -> str:
    entries = plan.of_row.get(("clips", row.number), [])
    return next((entry.path for entry in entries if entry.held is held), "")


def _add_row(
    plan: Plan, sight: Sight, annex: AnnexProof, row: RowProof, *, with_clips: bool
) -> Iterator[Entry]:
    title = rules.title_of(annex.annex.key, row.cells)
    place = (annex.folder, rules.row_folder(row.number, title))
    for name, write in papers.of_row(sight, plan.snapshot, annex, row):
        yield plan.add(Entry((*place, name), write=write))
    for held in row.files:
        if held.film and not with_clips:
            if rules.FILMS_LEFT_OUT not in [note.msgid for note in row.notes]:
                row.notes.append(Message(rules.FILMS_LEFT_OUT))
            continue
        inside = (held.folder,) if held.folder else ()
        yield plan.add(Entry((*place, *inside, held.name), held))


# --- the index --------------------------------------------------------------------------------------------


def index_of(sight: Sight, plan: Plan, included: Included, *, with_clips: bool) -> PackageIndex:
    """The index of a plan whose paths are settled."""
    snapshot = plan.snapshot
    annexes = {annex.annex.key: annex for annex in plan.annexes}
    remarks = [] if with_clips else ["本资料包不含视频文件；视频的校验码见视频附件中的视频校验清单。"]
    return PackageIndex(
        programme=snapshot.programme,
        issuer=snapshot.province,
        purchaser=snapshot.purchaser,
        report=f"{REPORT_KINDS[included.report.kind]}第{included.report.number}号",
        report_sha256=included.report.snapshot_sha256,
        as_of=snapshot.as_of,
        lines=tuple(lines_of(snapshot, annexes)),
        files=tuple(_files(sight, plan)),
        annexes=tuple(_index_annex(plan, annex) for annex in plan.annexes),
        remarks=tuple(remarks),
    )


def lines_of(snapshot: ProjectReport, annexes: dict[str, AnnexProof]) -> Iterator[IndexLine]:
    """Every deliverable of the report with the folder behind it and the rows that lack a proof."""
    targets = {target.key: target for target in snapshot.targets}
    for one in snapshot.deliverables:
        target = targets.get(one.target_key)
        key, numbers = (target.annex_key, target.annex_rows) if target else ("", None)
        if one.key == rules.LEDGER_DUTY:
            key = "expenses"
        annex = annexes.get(key)
        yield IndexLine(
            requirement=one.requirement,
            title=one.title,
            required=one.required,
            delivered=one.delivered,
            verdict=one.verdict,
            note=one.note,
            proof=one.proof,
            places=(Link(annex.folder, f"{reporting.safe_name(annex.folder)}/"),) if annex else (),
            annex_key=key if annex else "",
            lacking=rules.lacking(annex.rows, numbers) if annex else 0,
        )


def _files(sight: Sight, plan: Plan) -> Iterator[tuple[str, tuple[Link, ...]]]:
    for report, entries in plan.reports:
        yield _report_name(sight, report), tuple(map(_link, entries))
    for title, entry in plan.books:
        yield title, (_link(entry),)


def _link(entry: Entry) -> Link:
    return Link(entry.path.rpartition("/")[2], entry.path)


def _index_annex(plan: Plan, annex: AnnexProof) -> IndexAnnex:
    key = annex.annex.key
    titles = [column.title for column in annex.annex.columns]
    rows = []
    for row in annex.rows:
        entries = plan.of_row[key, row.number]
        title = rules.title_of(key, row.cells)
        links = [_link(entry) for entry in entries]
        if key == "reports":
            links = _report_links(plan, row)
        rows.append(
            IndexRow(
                number=row.number,
                title=title,
                details=rules.details_of(key, titles, reporting.shown_cells(annex.annex, row.cells)),
                folder=_folder_of(entries),
                files=tuple(links),
                lacks=tuple(_(one.msgid, **one.params) for one in row.lacks),
                notes=tuple(_(one.msgid, **one.params) for one in row.notes),
            )
        )
    return IndexAnnex(
        key=key,
        title=f"{annex.annex.number} {annex.annex.title}",
        folder=f"{reporting.safe_name(annex.folder)}/",
        files=tuple(map(_link, plan.of_annex[key])),
        rows=tuple(rows),
    )


def _folder_of(entries: Sequence[Entry]) -> str:
    return "/".join(entries[0].path.split("/")[:2]) + "/" if entries else ""


def _report_links(plan: Plan, row: RowProof) -> list[Link]:
    """The reports of the annex stand in the folder of reports."""
    for report, entries in plan.reports:
        if rules.row_key(row.row_id) == ("report", report.id):
            return [_link(entry) for entry in entries]
    return []
