"""Photos of cases (P9, P10), and small pictures of other evidence."""

# ruff: noqa: PLC0415 - engines are imported late, see the package

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from campaign.footage.films import as_stored
from campaign.footage.refusals import in_our_words

if TYPE_CHECKING:
    from campaign.storage import Storage, Stored

# The longer side, in pixels, of the small upright copy of a photo.
PHOTO_SIDE = 1600


@dataclass(frozen=True)
class CasePicture:
    """A photo for the rules: its original name, its group, the name of its case, what `look_at_photo` found.

    facts are None for a photo that came in before photos were looked at.
    """

    name: str
    group: str
    case: str
    facts: Mapping[str, Any] | None


def look_at_photo(source: bytes | Path, name: str = "") -> dict[str, Any]:
    """Kind, size, colour, focus and likeness of a photo, ready to be stored; refuses what is none (P9)."""
    from media import photos

    with in_our_words():
        return photos.look(source, name=name).to_json()


def photo_preview(source: bytes | Path, name: str = "", *, max_side: int = PHOTO_SIDE) -> bytes:
    """Make a small upright JPEG without device data."""
    from media import photos

    with in_our_words():
        return photos.derivative(source, max_side=max_side, name=name)


def thumbnail(source: bytes | Path, name: str = "", *, max_side: int = 480) -> bytes:
    """Make an even smaller WebP for lists, as upright and as bare."""
    from media import photos

    with in_our_words():
        return photos.thumbnail(source, max_side=max_side, name=name)


def first_page(path: Path) -> bytes | None:
    """The first page of a PDF as JPEG, drawn in a process of its own; None where it cannot be drawn."""
    from media.first_page import first_page as draw

    return draw(path)


def check_photos(
    pictures: Sequence[CasePicture],
    spec: Mapping[str, Any] | None,
    *,
    case_title: str = "",
    elsewhere: Sequence[CasePicture] = (),
) -> tuple[list[list[dict[str, Any]]], list[dict[str, Any]]]:
    """Check the photos of a case by the programme's rules (P9, P10): each one's findings, and the case's.

    Findings have the form `check` gives. elsewhere are photos of other cases, among which the same photo is
    looked for. A photo without facts has no findings.
    """
    from media.photo_rules import Photo, PhotoSpec
    from media.photo_rules import check_photos as judged
    from media.photos import PhotoInfo

    def read(picture: CasePicture) -> Photo | None:
        if picture.facts is None:
            return None
        return Photo(picture.name, PhotoInfo.from_json(picture.facts), picture.group, picture.case)

    known = [read(picture) for picture in pictures]
    with in_our_words():
        found = judged(
            [photo for photo in known if photo],
            PhotoSpec.from_mapping(dict(spec or {})),
            case_title=case_title,
            elsewhere=[photo for photo in map(read, elsewhere) if photo],
        )
    told = iter(found.each)
    each = [[as_stored(finding) for finding in next(told)] if photo else [] for photo in known]
    return each, [as_stored(finding) for finding in found.together]


def photo_group(name: str) -> str:
    """Guess from its name what a photo shows (P10): the outside of the firm, or the result."""
    from media.photo_rules import group_of

    return group_of(name)


def photo_name(
    pattern: str, *, case: str, enterprise: str = "", number: int = 0, suffix: str = ".jpg"
) -> str:
    """Build the name of a photo or their archive by the programme's rule; every system takes it (P10)."""
    from media.photo_rules import photo_name as built

    return built(pattern, case=case, enterprise=enterprise, number=number, suffix=suffix)


def safe_name(name: str) -> str:
    """Give a file name without what Windows refuses."""
    from media.photo_rules import safe_name as safe

    return safe(name)


def store_bytes(storage: Storage, data: bytes) -> Stored:
    """Put something just made into storage."""
    return storage.put_stream(io.BytesIO(data))
