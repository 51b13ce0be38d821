"""Verbs on acceptance packages: asked for at once, made in the background, gone on with after a kill."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign import jobs, reporting
from campaign.acceptance import queries, rules
from campaign.acceptance.assemble import Assembled, assemble
from campaign.acceptance.models import AcceptancePackage
from campaign.acceptance.proofs import Sight
from campaign.access import Actor, Seat
from campaign.accounts.models import Role
from campaign.config import Settings
from campaign.db import db
from campaign.documents.models import Report
from campaign.documents.services import write_files
from campaign.errors import Refused, StorageFull
from campaign.formatting import size_in_words
from campaign.jobs import Job, JobContext
from campaign.messages import N_
from campaign.programmes.models import Programme
from campaign.storage import Asset, Storage, asset_for, room_or_refusal
from campaign.web import profile_of

MEDIA_TYPE = "application/zip"
FOLDER = "packages"
# How much of the bar the writing of documents takes; packing takes the rest.
WRITING = 0.35
# Room for the archive's own lists beside what is packed, and for other work on the disk.
SPARE_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class Voice:
    """How a long work says how far it is, with an English sentence, and hears that it is to stop."""

    progress: Callable[[float, str], None]
    should_stop: Callable[[], bool]


@dataclass(frozen=True)
class Built:
    """A finished archive: what is in it, and how many rows lack a proof."""

    packed: tuple[reporting.Packed, ...]
    lacking: int


def sight_of(session: Session, storage: Storage, programme: Programme) -> Sight:
    """A package holds what its organisation may see, whoever pressed the button."""
    reader = Actor(0, (Seat(Role.LEAD, programme.organisation.path),))
    return Sight(session, storage, programme, profile_of(programme), reader)


def request_package(
    session: Session, programme: Programme, report: Report, actor: Actor, *, with_clips: bool
) -> tuple[AcceptancePackage, Job]:
    """Ask for a package on a frozen acceptance report and have it made in the background. Commits."""
    if report.kind != "acceptance":
        raise Refused(N_("A package is made on an acceptance report; choose one."))
    last = session.scalar(
        select(func.max(AcceptancePackage.number)).where(AcceptancePackage.programme_id == programme.id)
    )
    package = AcceptancePackage(
        programme_id=programme.id,
        owner_id=programme.organisation_id,
        number=(last or 0) + 1,
        report_id=report.id,
        with_clips=with_clips,
        made_by_id=actor.user_id or None,
    )
    session.add(package)
    session.flush()
    job = jobs.enqueue(
        session,
        queries.KIND,
        subject_id=package.id,
        label=f"{programme.title} {package.number}",
        programme_id=programme.id,
        owner_id=package.owner_id,
        requested_by_id=actor.user_id or None,
    )
    session.commit()
    return package, job


def delete_package(
    session: Session, storage: Storage, settings: Settings, package: AcceptancePackage
) -> None:
    """Delete a package with its archive, which may be many gigabytes; another with the same bytes keeps it.

    Everything it was made from stays. Commits.
    """
    work = queries.work_of(session, [package]).get(package.id)
    reason = rules.may_delete(is_running=bool(work and work.is_running))
    if reason is not None:
        raise Refused(reason.msgid, **reason.params)
    asset, number = package.asset, package.id
    session.delete(package)
    session.commit()
    shutil.rmtree(settings.data_dir / FOLDER / str(number), ignore_errors=True)
    if asset is not None and not _is_used(session, asset):
        path = storage.path(asset.sha256)
        session.delete(asset)
        try:
            session.commit()
        except IntegrityError:
            # Something else points at the same bytes.
            session.rollback()
        else:
            path.unlink(missing_ok=True)


def _is_used(session: Session, asset: Asset) -> bool:
    used = select(AcceptancePackage.id).where(AcceptancePackage.asset_id == asset.id).limit(1)
    return asset.media_type != MEDIA_TYPE or session.scalar(used) is not None


def build(
    sight: Sight,
    settings: Settings,
    report: Report,
    out: Path,
    folder: Path,
    voice: Voice,
    *,
    with_clips: bool,
) -> Built:
    """Write the archive of a report to `out`; `folder` keeps what is written for it until it is done.

    What an earlier call left at `out` is gone on with. Raises jobs.Stopped when asked to stop, StorageFull
    where the disk has no room, and Refused where a stored file is missing or damaged.
    """
    included = queries.included(sight.session, sight.programme, report, sight.actor)
    with room_or_refusal():
        folder.mkdir(parents=True, exist_ok=True)
        for number, one in enumerate(included.reports):
            _heed(voice)
            if one.file("docx") is None:
                write_files(sight.session, sight.storage, one, settings)
            voice.progress(0.1 * number / len(included.reports), N_("Writing the reports"))

        def tick(share: float) -> None:
            _heed(voice)
            voice.progress(0.1 + (WRITING - 0.1) * share, N_("Writing stories, lists and the index"))

        made = assemble(sight, settings, included, folder, tick, with_clips=with_clips)
        _check_room(sight.storage, made, out)
        try:
            with reporting.refusals():
                packed = reporting.write_package(
                    made.members,
                    out,
                    report.as_of,
                    on_progress=lambda share: voice.progress(
                        WRITING + (0.98 - WRITING) * share, N_("Packing the files")
                    ),
                    should_stop=voice.should_stop,
                )
        except reporting.PackageStopped:
            raise jobs.Stopped from None
    return Built(packed, made.lacking)


def _heed(voice: Voice) -> None:
    if voice.should_stop():
        raise jobs.Stopped


def _check_room(storage: Storage, made: Assembled, out: Path) -> None:
    """Say before hours of packing that the disk is too small."""
    there = out.stat().st_size if out.exists() else 0
    needed = sum(member.size_bytes for member in made.members) - there + SPARE_BYTES
    free = storage.free_bytes()
    if needed > free:
        raise StorageFull(
            N_(
                "The package needs %(needed)s, the disk has %(free)s left. Make room on the server and try "
                "again, or make the package without the films."
            ),
            needed=size_in_words(needed),
            free=size_in_words(free),
        )


def write_archive(
    session: Session, storage: Storage, settings: Settings, package: AcceptancePackage, voice: Voice
) -> None:
    """Make the archive of a package and keep it; doing it again makes the same. Commits."""
    programme = session.get_one(Programme, package.programme_id)
    folder = settings.data_dir / FOLDER / str(package.id)
    out = folder / "package.zip"
    built = build(
        sight_of(session, storage, programme),
        settings,
        package.report,
        out,
        folder / "made",
        voice,
        with_clips=package.with_clips,
    )
    size = out.stat().st_size
    asset = asset_for(session, storage.adopt(out), MEDIA_TYPE)
    package.asset_id, package.size_bytes, package.files = asset.id, size, len(built.packed) + 1
    package.tree = tree_of(built)
    session.commit()
    shutil.rmtree(folder, ignore_errors=True)


def tree_of(built: Built) -> list[Any]:
    """The members as they are kept beside the archive: path, size, check sum."""
    return [[one.path, one.size_bytes, one.sha256] for one in built.packed]


def write_to(
    session: Session,
    storage: Storage,
    settings: Settings,
    report: Report,
    out: Path,
    *,
    with_clips: bool,
    say: Callable[[float, str], None],
) -> Built:
    """Write the archive to a file of one's own, as the command does; a killed call is gone on with."""
    programme = session.get_one(Programme, report.programme_id)
    part = out.with_name(f"{out.name}.part")
    mark = hashlib.sha256(str(out.resolve()).encode()).hexdigest()[:12]
    folder = settings.data_dir / FOLDER / f"command-{mark}"
    built = build(
        sight_of(session, storage, programme),
        settings,
        report,
        part,
        folder,
        Voice(say, lambda: False),
        with_clips=with_clips,
    )
    part.replace(out)
    shutil.rmtree(folder, ignore_errors=True)
    return built


def _run(context: JobContext) -> None:
    package = db.session.get(AcceptancePackage, context.subject_id)
    if package is None:
        raise Refused(N_("This package has been deleted."))
    voice = Voice(context.progress, context.should_stop)
    write_archive(
        db.session,
        current_app.extensions["storage"],
        current_app.config["SETTINGS"],
        package,
        voice,
    )
    context.progress(1.0, N_("Done"))


jobs.register(queries.KIND, _run, title=N_("Making an acceptance package"), queue="packages")
