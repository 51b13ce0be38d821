"""Verbs on coverage books and contact sheets: what goes in is fixed at once, the file is set later.

The words of a book are Chinese by nature, as those of all papers of the field.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from campaign import jobs, reporting
from campaign.access import Actor
from campaign.config import Settings
from campaign.db import db, utc_now
from campaign.errors import Refused
from campaign.formatting import date_zh, datetime_zh
from campaign.jobs import Job, JobContext
from campaign.messages import N_
from campaign.outlets.models import Outlet
from campaign.outlets.words import level_in_words, level_rests_on
from campaign.placements import proofs, queries
from campaign.placements.forms import CHANNEL_NAMES, KIND_NAMES, STANDING_NAMES
from campaign.placements.models import CoverageBook, Placement, PlacementEvidence
from campaign.placements.room import OFFLINE, TARGET_NAMES, say
from campaign.placements.rules import Verdict
from campaign.programmes.models import Programme
from campaign.programmes.profiles import Profile
from campaign.storage import Storage, asset_for
from campaign.web import profile_of

Report = Callable[[float], None]
MOST_PIECES = 3000
PICTURE_BOX = (480, 640)
# A screenshot of a whole page is far longer than a book's page; its head says what it is.
LONGEST = 1.55
SUBTITLES = {"book": "媒体宣传报道汇编", "contact_sheet": "报道证据一览"}


@dataclass(frozen=True)
class Wish:
    """What to make: of which pieces, and the filters they were chosen by, in words and as an address."""

    kind: str
    title: str
    pieces: tuple[int, ...]
    chosen: str
    query: Mapping[str, str]


def request_book(
    session: Session,
    programme: Programme,
    wish: Wish,
    *,
    owner_id: int,
    actor: Actor,
) -> tuple[CoverageBook, Job]:
    """Fix what goes into a book and have it set in the background. Commits."""
    if not wish.pieces:
        raise Refused(N_("There is no piece to put in. Choose other filters."))
    if len(wish.pieces) > MOST_PIECES:
        raise Refused(
            N_("A book holds at most %(limit)s pieces; narrow the filters, for example to one month."),
            limit=MOST_PIECES,
        )
    book = CoverageBook(
        programme_id=programme.id,
        owner_id=owner_id,
        kind=wish.kind,
        title=wish.title,
        filters={"ids": list(wish.pieces), "chosen": wish.chosen, "query": dict(wish.query)},
        as_of=utc_now(),
        made_by_id=actor.user_id or None,
        pieces=len(wish.pieces),
    )
    session.add(book)
    session.flush()
    job = jobs.enqueue(
        session,
        "coverage_book",
        subject_id=book.id,
        label=wish.title[:300],
        programme_id=programme.id,
        owner_id=owner_id,
        requested_by_id=actor.user_id or None,
    )
    session.commit()
    return book, job


def delete_book(session: Session, book: CoverageBook) -> None:
    """Take a book off the list; its file stays in storage. Commits."""
    session.delete(book)
    session.commit()


def write_book(
    session: Session, storage: Storage, settings: Settings, book: CoverageBook, report: Report
) -> None:
    """Set a book and keep its file; doing it again makes the same anew. Commits."""
    programme = session.get_one(Programme, book.programme_id)
    profile = profile_of(programme)
    statement = select(Placement).where(
        Placement.programme_id == programme.id, Placement.id.in_(book.filters["ids"])
    )
    statement = statement.options(
        selectinload(Placement.cases),
        selectinload(Placement.files).joinedload(PlacementEvidence.added_by),
        joinedload(Placement.outlet).selectinload(Outlet.listings),
    )
    order = (Placement.published_on, Placement.id)
    pieces = session.scalars(statement.order_by(*order)).unique().all()
    verdicts = queries.judged_all(session, pieces, programme, profile)
    sizes = queries.group_sizes(session, pieces)
    with tempfile.TemporaryDirectory() as name, force_locale("zh_CN"):
        folder = Path(name)
        entries = []
        for number, piece in enumerate(pieces, start=1):
            entry = _entry(number, piece, verdicts[piece.id], storage, folder, book.kind)
            entries.append(replace(entry, copies=_copies(sizes.get(piece.group_id or 0, 1))))
            report(0.05 + 0.75 * number / len(pieces))
        content = _content(book, programme, profile, pieces, verdicts, tuple(entries))
        if book.kind == "book":
            charts = _charts(content, settings.data_dir)
            written = reporting.write_coverage_book(content, charts, folder, settings.data_dir)
        else:
            written = reporting.write_contact_sheet(content, folder, settings.data_dir)
        out = folder / "out.pdf"
        out.write_bytes(written.pdf)
        kept = Path(shutil.copy(out, folder / "kept.pdf"))
        asset = asset_for(session, storage.adopt(kept), "application/pdf")
    book.asset_id, book.pages, book.pieces = asset.id, written.pages, len(pieces)
    session.commit()


def _copies(number: int) -> str:
    return f"同一报道共 {number} 次刊发" if number > 1 else ""


def _entry(
    number: int, piece: Placement, verdict: Verdict, storage: Storage, folder: Path, kind: str
) -> reporting.CoverageEntry:
    shown = piece.files if kind == "contact_sheet" else piece.files[:1]
    pictures = {file.id: _picture(file, storage, folder) for file in shown}
    place = _(CHANNEL_NAMES[piece.channel])
    return reporting.CoverageEntry(
        number=number,
        title=piece.title,
        outlet=piece.outlet.name,
        level=level_in_words(piece.outlet),
        day=date_zh(piece.published_on),
        place=f"{place} {piece.slot}".strip() if piece.slot or piece.channel in OFFLINE else place,
        kind=_(KIND_NAMES[piece.kind]),
        counts=tuple(_(TARGET_NAMES[one]) for one in verdict.counts_for),
        why_not=say(verdict.reason) if verdict.reason else "",
        cases=tuple(case.title for case in piece.cases),
        address=piece.address,
        basis=level_rests_on(piece.outlet),
        proofs=tuple(_proof(file, *pictures.get(file.id, ("", 1.0))) for file in piece.files),
    )


def _proof(file: PlacementEvidence, picture: str, ratio: float) -> reporting.Proof:
    who = f" {file.added_by.name}" if file.added_by else ""
    return reporting.Proof(
        name=file.name,
        sha256=file.asset.sha256,
        added=f"{datetime_zh(file.created_at)}{who}",
        picture=picture,
        ratio=ratio,
    )


def _picture(file: PlacementEvidence, storage: Storage, folder: Path) -> tuple[str, float]:
    """A small JPEG of a file in the folder, and its height by width; "" where there is none."""
    name = f"{file.asset.sha256}.jpg"
    target = folder / name
    if not target.exists():
        drawn = proofs.drawn(storage, file.asset)
        if drawn is None:
            return "", 1.0
        try:
            with Image.open(drawn) as source:
                source.draft("RGB", (PICTURE_BOX[0] * 2, PICTURE_BOX[1] * 2))
                flat = source.convert("RGB")
        except (OSError, ValueError, Image.DecompressionBombError):
            return "", 1.0
        flat = flat.crop((0, 0, flat.width, min(flat.height, round(flat.width * LONGEST))))
        flat.thumbnail(PICTURE_BOX)
        flat.save(target, "JPEG", quality=80)
    with Image.open(target) as made:
        return name, made.height / made.width


def _content(
    book: CoverageBook,
    programme: Programme,
    profile: Profile,
    pieces: Sequence[Placement],
    verdicts: Mapping[int, Verdict],
    entries: tuple[reporting.CoverageEntry, ...],
) -> reporting.CoverageBook:
    days = [piece.published_on for piece in pieces]
    return reporting.CoverageBook(
        title=book.title,
        subtitle=SUBTITLES[book.kind],
        issuer=programme.organisation.name,
        period=f"{date_zh(min(days))}至{date_zh(max(days))}",
        chosen=book.filters["chosen"],
        made_at=book.as_of,
        goals=tuple(_goals(profile, verdicts)),
        tables=(
            _table("按媒体级别", pieces, verdicts, lambda p: p.outlet.standing, STANDING_NAMES),
            _table("按月份", pieces, verdicts, lambda p: f"{p.published_on.year}年{p.published_on.month}月"),
            _table("按报道类型", pieces, verdicts, lambda p: p.kind, KIND_NAMES),
        ),
        entries=entries,
    )


def _goals(profile: Profile, verdicts: Mapping[int, Verdict]) -> list[reporting.Goal]:
    found = []
    for target in profile.targets:
        if target.counts in TARGET_NAMES:
            actual = sum(target.counts in verdict.counts_for for verdict in verdicts.values())
            gap = target.required - actual
            words = "已达到目标" if gap <= 0 else f"本册收录的报道距目标还差 {gap} {target.unit}"
            found.append(reporting.Goal(target.title, actual, target.required, words))
    return found


def _table(
    title: str,
    pieces: Sequence[Placement],
    verdicts: Mapping[int, Verdict],
    key: Any,  # noqa: ANN401 - what a piece is counted by
    names: Mapping[str, str] | None = None,
) -> reporting.Figures:
    number: Counter[str] = Counter()
    counted: Counter[str] = Counter()
    for piece in pieces:
        number[key(piece)] += 1
        counted[key(piece)] += bool(verdicts[piece.id].counts_for)
    order = [one for one in names if one in number] if names else list(number)
    return reporting.Figures(
        title, tuple((_(names[one]) if names else one, number[one], counted[one]) for one in order)
    )


def _charts(content: reporting.CoverageBook, data_dir: Path) -> list[tuple[str, Any]]:
    charts = []
    for table, title, by_month in ((0, "各级媒体报道篇次", False), (1, "各月报道篇次", True)):
        bars = [reporting.Bar(*row) for row in content.tables[table].rows]
        charts.append((title, reporting.coverage_chart(bars, title, data_dir, by_month=by_month)))
    return charts


def _run(context: JobContext) -> None:
    book = db.session.get(CoverageBook, context.subject_id)
    if book is None:
        raise Refused(N_("This book has been deleted."))
    storage: Storage = current_app.extensions["storage"]

    def report(share: float) -> None:
        if context.should_stop():
            raise jobs.Stopped
        context.progress(share, N_("Gathering the evidence"))

    write_book(db.session, storage, current_app.config["SETTINGS"], book, report)
    context.progress(1.0, N_("Done"))


jobs.register("coverage_book", _run, title=N_("Making a coverage book"), queue="documents")
