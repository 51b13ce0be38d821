"""What the programme's rules say about the photos of a case, and the archive that is handed on (P9, P10)."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign import footage
from campaign.access import Actor, scoped
from campaign.cases.models import Case, CasePhoto
from campaign.programmes.profiles import Profile
from campaign.storage import Storage

_SUFFIXES = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "TIFF": ".tif", "BMP": ".bmp", "GIF": ".gif"}


@dataclass(frozen=True)
class PhotoVerdicts:
    """Findings in the form `footage.check` gives: of each photo by its id, and of all together."""

    each: Mapping[int, Sequence[Mapping[str, Any]]]
    together: Sequence[Mapping[str, Any]]


def verdicts(session: Session, case: Case, profile: Profile, actor: Actor) -> PhotoVerdicts:
    """Judge the photos of a case; the same photo is also looked for in the cases the actor may see."""
    photos = list(case.photos)
    if profile.photos is None:
        return PhotoVerdicts({}, ())
    each, together = footage.check_photos(
        [footage.CasePicture(photo.file_name, photo.kind, case.title, photo.facts) for photo in photos],
        profile.photo_spec_mapping(),
        case_title=case.title,
        elsewhere=_elsewhere(session, case, actor) if photos else (),
    )
    return PhotoVerdicts(dict(zip((photo.id for photo in photos), each, strict=True)), together)


def _elsewhere(session: Session, case: Case, actor: Actor) -> list[footage.CasePicture]:
    statement = (
        select(CasePhoto.file_name, CasePhoto.kind, Case.title, CasePhoto.facts)
        .join(CasePhoto.case)
        .where(Case.programme_id == case.programme_id, Case.id != case.id, CasePhoto.facts.is_not(None))
        .order_by(CasePhoto.id)
    )
    rows = session.execute(scoped(statement, Case, actor))
    return [footage.CasePicture(name, kind, title, facts) for name, kind, title, facts in rows]


def names(case: Case, profile: Profile) -> dict[int, str]:
    """Give each photo, by its id, the name the programme's rule asks for; its own where it asks for none.

    Several photos under one pattern are numbered, and no two photos get the same name.
    """
    patterns = {kind.key: kind.file_name for kind in (profile.photos.kinds if profile.photos else ())}
    many = Counter(photo.kind for photo in case.photos)
    number: Counter[str] = Counter()
    given: dict[int, str] = {}
    for photo in case.photos:
        number[photo.kind] += 1
        pattern = patterns.get(photo.kind)
        kind = str((photo.facts or {}).get("kind", ""))
        if pattern:
            name = footage.photo_name(
                pattern,
                case=case.title,
                enterprise=case.enterprise.name,
                number=number[photo.kind] if many[photo.kind] > 1 else 0,
                suffix=_SUFFIXES.get(kind, PurePath(photo.file_name).suffix.lower()),
            )
        else:
            name = footage.safe_name(photo.file_name)
        taken = {other.casefold() for other in given.values()}
        given[photo.id] = name if name.casefold() not in taken else f"{photo.position + 1}-{name}"
    return given


def archive_name(case: Case, profile: Profile) -> str:
    """Name the archive of the photos: `单位名称+照片` if the programme says so, else by the case (P10)."""
    pattern = (profile.photos.archive_name if profile.photos else None) or "{case}照片"
    return footage.photo_name(pattern, case=case.title, enterprise=case.enterprise.name, suffix=".zip")


def write_archive(case: Case, profile: Profile, storage: Storage, out: IO[bytes]) -> None:
    """Write the originals under their names by rule into a ZIP; they are packed as they are."""
    called = names(case, profile)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for photo in case.photos:
            archive.write(storage.path(photo.asset.sha256), called[photo.id])
