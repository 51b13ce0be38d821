"""From the rows of a frozen acceptance report to the files that prove them now (A17).

What counts is in the snapshot: its rows, its check sums, its approved versions. Whatever has been deleted or
lost since is named, never left out in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from campaign.acceptance import rules
from campaign.acceptance.rules import Held, RowProof
from campaign.access import Actor, scoped
from campaign.approvals import plan_counts, plans
from campaign.approvals.models import Dossier, Version
from campaign.attendance.models import AudienceCount, EventPhoto
from campaign.budget.models import Expense
from campaign.cases import photos
from campaign.cases.models import Case, CasePhoto
from campaign.documents.models import Report, ReportFile
from campaign.exhibits.models import Exhibit, ExhibitFile
from campaign.films.models import Clip
from campaign.films.renditions import KINDS
from campaign.lectures.models import LectureEvent
from campaign.messages import Message
from campaign.placements.models import Placement, PlacementEvidence
from campaign.programmes.models import Programme
from campaign.programmes.profiles import Profile
from campaign.reporting import CountedAnnex, ProjectReport
from campaign.storage import Asset, Storage


@dataclass(frozen=True)
class AnnexProof:
    """An annex with what stands behind each of its rows."""

    annex: CountedAnnex
    position: int
    rows: tuple[RowProof, ...]

    @property
    def folder(self) -> str:
        """Its folder in the package."""
        return rules.annex_folder(self.position, self.annex.number, self.annex.title)


@dataclass(frozen=True)
class Sight:
    """Where to look: the programme as its organisation may see it, and the stored files."""

    session: Session
    storage: Storage
    programme: Programme
    profile: Profile
    actor: Actor


def gather(sight: Sight, snapshot: ProjectReport) -> list[AnnexProof]:
    """What proves every row of every annex, a few queries for each table."""
    found = []
    for position, annex in enumerate(snapshot.annexes):
        ids = annex.row_ids or ("",) * len(annex.rows)
        live = _live(sight, ids)
        rows = []
        for number, (row_id, cells) in enumerate(zip(ids, annex.rows, strict=True), start=1):
            row = RowProof(row_id, number, cells, live.get(rules.row_key(row_id)))
            if row.live is None:
                row.lacks.append(Message(rules.DELETED))
            else:
                _SHOWS[row.table](sight, annex.key, row, row.live)
                _look_up(sight, row)
            rows.append(row)
        found.append(AnnexProof(annex, position, tuple(rows)))
    return found


def _look_up(sight: Sight, row: RowProof) -> None:
    """Name the files that storage has lost."""
    for held in row.files:
        if not sight.storage.path(held.sha256).is_file():
            row.lacks.append(Message(rules.LOST, {"file": held.name}))
    row.files = [held for held in row.files if sight.storage.path(held.sha256).is_file()]


# --- the rows that live -----------------------------------------------------------------------------------

_MODELS: Mapping[str, tuple[type[Any], Callable[[], Sequence[Any]]]] = {
    "case_record": (
        Case,
        lambda: (
            selectinload(Case.photos).joinedload(CasePhoto.asset),
            selectinload(Case.photos).joinedload(CasePhoto.preview),
        ),
    ),
    "clip": (Clip, lambda: (joinedload(Clip.asset), joinedload(Clip.poster), joinedload(Clip.case))),
    "placement": (
        Placement,
        lambda: (
            selectinload(Placement.files).joinedload(PlacementEvidence.asset),
            joinedload(Placement.evidence),
        ),
    ),
    "lecture_event": (
        LectureEvent,
        lambda: (
            joinedload(LectureEvent.evidence),
            selectinload(LectureEvent.dossier).selectinload(Dossier.versions),  # type: ignore[attr-defined]
        ),
    ),
    "exhibit": (
        Exhibit,
        lambda: (joinedload(Exhibit.photo), selectinload(Exhibit.files).joinedload(ExhibitFile.asset)),
    ),
    "report": (Report, lambda: (selectinload(Report.files).joinedload(ReportFile.asset),)),
    "expense": (Expense, lambda: (joinedload(Expense.voucher),)),
}


def _live(sight: Sight, row_ids: Sequence[str]) -> dict[tuple[str, int], object]:
    by_table: dict[str, list[int]] = {}
    for table, number in map(rules.row_key, row_ids):
        by_table.setdefault(table, []).append(number)
    found: dict[tuple[str, int], object] = {}
    for table, ids in by_table.items():
        if table == "outlet":
            # The registry belongs to all programmes; its rows are proved by the list alone.
            found |= {(table, number): number for number in ids}
            continue
        if table not in _MODELS:
            continue
        model, options = _MODELS[table]
        statement = scoped(select(model), model, sight.actor).where(
            model.programme_id == sight.programme.id, model.id.in_(ids)
        )
        for row in sight.session.scalars(statement.options(*options())).unique():
            found[table, row.id] = row
    return found


def _held(asset: Asset, name: str, folder: str = "", *, film: bool = False) -> Held:
    return Held(name, asset.sha256, asset.size_bytes, film, folder)


def _frozen(sight: Sight, prefix: str) -> Asset | None:
    """The file a check sum of the report names, also where the row has another one by now."""
    if not prefix:
        return None
    return sight.session.scalars(
        select(Asset).where(Asset.sha256.startswith(prefix, autoescape=True)).limit(1)
    ).first()


# --- what proves a row of each kind -----------------------------------------------------------------------


def _story(sight: Sight, _key: str, row: RowProof, case: Case) -> None:
    if not case.story.strip():
        row.lacks.append(Message(rules.NO_STORY))
    if not case.photos:
        row.lacks.append(Message(rules.NO_PHOTO))
    row.can_write = bool(case.story.strip())
    called = photos.names(case, sight.profile)
    for photo in case.photos:
        row.files.append(_held(photo.asset, called[photo.id]))
        if not sight.storage.path(photo.preview.sha256).is_file():
            row.lacks.append(Message(rules.NO_PREVIEW, {"file": photo.file_name}))
            row.can_write = False


def _clip(sight: Sight, _key: str, row: RowProof, clip: Clip) -> None:
    prefix = row.cells[4] if len(row.cells) > 4 else ""
    master = clip.asset
    if prefix and (master is None or not master.sha256.startswith(prefix)):
        master = _frozen(sight, prefix)
        if master is not None:
            row.notes.append(Message(rules.NEWER_FILM))
    if master is None:
        row.lacks.append(Message(rules.NO_FILM))
        return
    row.files.append(_held(master, f"{clip.title}.mp4", film=True))
    if master is not clip.asset:
        # Covers and versions belong to the newer film.
        return
    if clip.poster is not None:
        row.files.append(_held(clip.poster, f"{clip.title}+封面.jpg"))
    for made in clip.renditions:
        if made.state == "ready" and made.asset is not None:
            kind = KINDS[made.kind]
            ending = ".jpg" if kind.is_cover else ".mp4"
            name = f"{clip.title}+{kind.file_word}{ending}"
            row.files.append(_held(made.asset, name, film=not kind.is_cover))


def _placement(sight: Sight, _key: str, row: RowProof, piece: Placement) -> None:
    row.files += [_held(file.asset, file.name) for file in piece.files]
    if not piece.files and piece.evidence is not None:
        row.files.append(_held(piece.evidence, piece.evidence_name or "证据"))
    counted = row.cells[5] if len(row.cells) > 5 else ""
    if counted and not any(held.sha256.startswith(counted) for held in row.files):
        asset = _frozen(sight, counted)
        if asset is not None:
            row.files.insert(0, _held(asset, f"报告所依证据{_ENDINGS.get(asset.media_type, '')}"))
        else:
            row.lacks.append(Message(rules.LOST, {"file": counted}))
    if not row.files:
        row.lacks.append(Message(rules.NO_EVIDENCE))


_ENDINGS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
    "video/mp4": ".mp4",
}


def _lecture(sight: Sight, key: str, row: RowProof, event: LectureEvent) -> None:
    version = _approved(sight, key, row, event)
    if version is not None:
        # Films told with are among the clips.
        wanted = [file for file in version.files if file.asset.media_type not in rules.FILMS]
        if key != "plans":
            wanted = wanted[: plans.WRITTEN]
        row.files += [_held(file.asset, file.name, "审定方案") for file in wanted]
    elif key == "plans":
        row.lacks.append(Message(rules.NO_PLAN))
    if key == "plans":
        return
    if event.evidence is None:
        row.lacks.append(Message(rules.NO_EVIDENCE))
    else:
        row.files.append(_held(event.evidence, event.evidence_name or "活动证明"))
    counts = select(AudienceCount).where(AudienceCount.event_id == event.id).order_by(AudienceCount.id)
    for count in sight.session.scalars(counts.options(joinedload(AudienceCount.evidence))):
        row.files.append(_held(count.evidence, count.evidence_name, "人数证明"))
    pictures = select(EventPhoto).where(EventPhoto.event_id == event.id).order_by(EventPhoto.id)
    for picture in sight.session.scalars(pictures.options(joinedload(EventPhoto.asset))):
        row.files.append(_held(picture.asset, picture.file_name, "现场照片"))


def _approved(sight: Sight, key: str, row: RowProof, event: LectureEvent) -> Version | None:
    """The version the centre approved: that of the snapshot, else the one the event stands on."""
    dossier: Dossier | None = event.dossier  # type: ignore[attr-defined]
    if key == "plans" and dossier is not None and len(row.cells) > 2 and row.cells[2].isdecimal():
        return next((one for one in dossier.versions if one.number == int(row.cells[2])), None)
    review = plan_counts.approval_of(sight.session, event)
    return review.version if review else None


def _exhibit(_sight: Sight, _key: str, row: RowProof, exhibit: Exhibit) -> None:
    if exhibit.photo is not None:
        row.files.append(_held(exhibit.photo, f"{exhibit.title}{_ENDINGS.get(exhibit.photo.media_type, '')}"))
    seen = {held.sha256 for held in row.files}
    row.files += [
        _held(file.asset, file.file_name) for file in exhibit.files if file.asset.sha256 not in seen
    ]
    if not row.files:
        row.lacks.append(Message(rules.NO_PICTURE))


def _report(_sight: Sight, _key: str, row: RowProof, report: Report) -> None:
    if not report.files:
        row.lacks.append(Message(rules.NOT_WRITTEN))


def _expense(_sight: Sight, _key: str, row: RowProof, expense: Expense) -> None:
    row.files.append(_held(expense.voucher, rules.voucher_name(expense.voucher_number, expense.voucher_name)))


def _outlet(_sight: Sight, _key: str, _row: RowProof, _outlet_id: int) -> None:
    """An outlet is proved by the pieces it published; the list alone stands in its folder."""


_SHOWS: Mapping[str, Callable[[Sight, str, RowProof, Any], None]] = {
    "case_record": _story,
    "clip": _clip,
    "placement": _placement,
    "lecture_event": _lecture,
    "exhibit": _exhibit,
    "report": _report,
    "expense": _expense,
    "outlet": _outlet,
}
