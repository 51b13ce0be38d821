"""Versions of a clip for platforms: other shapes and sizes of the film, and cover pictures (A9, A10, B8).

Each is made from the clip itself: a film from its edit list and what it wears, a cover from a moment of the
finished master. Whatever changes the clip takes them away, and its next render brings them back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign import footage
from campaign.errors import Conflict, Refused
from campaign.films import clips, style
from campaign.films.clips import RENDITION
from campaign.films.models import Clip, Rendition
from campaign.messages import N_
from campaign.storage import Storage, asset_for

MAX_COVER_TITLE_CHARS = 60
CHANGED = N_("The clip was changed while this version was being made. It comes with the next render.")


@dataclass(frozen=True)
class Kind:
    """One kind of version: its name, its shape, what it is for, and how its file is called in a package."""

    key: str
    name: str
    shape: str
    purpose: str
    file_word: str
    is_cover: bool = False
    can_crop: bool = False

    @property
    def crop_share(self) -> float:
        """How much of the width of a wide picture a crop to this shape keeps, 0 to 1."""
        across, down = (int(side) for side in self.shape.split(" · ")[0].split(":"))
        return round(across * 9 / (down * 16), 4)

    @property
    def cover_shape(self) -> str:
        """The shape of a cover as media calls it."""
        return self.key.removeprefix("cover_")


KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind(
            "web",
            N_("for the web"),
            "16:9 · 1280 × 720",
            N_("web page, service hall, official account"),
            "网络版",
        ),
        Kind(
            "vertical",
            N_("upright for phones"),
            "9:16 · 1080 × 1920",
            N_("Douyin, Kuaishou, WeChat Channels"),
            "竖版",
            can_crop=True,
        ),
        Kind(
            "square",
            N_("square"),
            "1:1 · 1080 × 1080",
            N_("Weibo, WeChat Moments, Xiaohongshu"),
            "方版",
            can_crop=True,
        ),
        Kind(
            "cover_wide",
            N_("cover, wide"),
            "16:9 · 1280 × 720",
            N_("Bilibili, web page, television"),
            "横封面",
            is_cover=True,
        ),
        Kind(
            "cover_tall",
            N_("cover, upright"),
            "3:4 · 1080 × 1440",
            N_("Douyin, Kuaishou, Xiaohongshu"),
            "竖封面",
            is_cover=True,
        ),
        Kind(
            "cover_square",
            N_("cover, square"),
            "1:1 · 1080 × 1080",
            N_("official account, WeChat Channels"),
            "方封面",
            is_cover=True,
        ),
    )
}
FILMS = tuple(key for key, kind in KINDS.items() if not kind.is_cover)
COVERS = tuple(key for key, kind in KINDS.items() if kind.is_cover)


def shape_of(options: Mapping[str, Any] | None) -> dict[str, Any]:
    """How a film is fitted into its frame, as media takes it; nothing for the delivery's own way."""
    told = options or {}
    if told.get("fit") != "crop":
        return {}
    return {"fit": "crop", "focus_x": float(told.get("focus_x", 0.5))}


def fingerprint_of(rendition: Rendition) -> str:
    """One hash of all that decides how this version looks and sounds."""
    clip, kind = rendition.clip, KINDS[rendition.kind]
    if not kind.is_cover:
        return clips.fingerprint_of(clip, delivery=rendition.kind, shape=shape_of(rendition.options))
    look = {key: str(value) for key, value in style.look_of(clip.programme).items()}
    told = [clip.asset.sha256 if clip.asset else "", rendition.kind, rendition.options, look]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def want(clip: Clip, kind: str, options: Mapping[str, Any] | None) -> tuple[Rendition, bool]:
    """Ask for a version within the caller's transaction; gives it, and whether it has to be made (again)."""
    rendition = clip.rendition(kind)
    if rendition is None:
        rendition = Rendition(kind=kind, state="wanted", fingerprint="")
        clip.renditions.append(rendition)
    rendition.clip, before = clip, rendition.fingerprint
    rendition.options = dict(options) if options else None
    if clip.state != "ready":
        rendition.state, rendition.asset_id, rendition.fingerprint = "wanted", None, ""
        return rendition, False
    wanted = fingerprint_of(rendition)
    if rendition.state in ("ready", "making") and before == wanted:
        return rendition, False
    rendition.fingerprint, rendition.error = wanted, None
    return rendition, True


def order(
    session: Session, clip: Clip, kind: str, options: Mapping[str, Any] | None, *, user_id: int | None
) -> Rendition:
    """Ask for a film in another shape, made in the background once the clip itself is finished. Commits."""
    session.refresh(clip, with_for_update=True)
    made_already = clip.rendition(kind)
    if made_already is not None and made_already.state == "making":
        raise Conflict(N_("This version is being made. Wait until it is done, or cancel the job first."))
    rendition, is_due = want(clip, kind, options)
    try:
        session.flush()
        if is_due:
            rendition.state, rendition.asset_id, rendition.result = "making", None, None
            clips.enqueue(session, RENDITION, clip, rendition.id, user_id)
        session.commit()
    except IntegrityError:
        session.rollback()
        raise Conflict(
            N_("This version is being made. Wait until it is done, or cancel the job first.")
        ) from None
    return rendition


def make_covers(
    session: Session,
    storage: Storage,
    clip: Clip,
    options: Mapping[str, Any],
    *,
    house: Any,  # noqa: ANN401 - media's own type
) -> None:
    """Make the covers of all shapes from one moment of a finished clip, which takes a second. Commits."""
    if clip.asset is None:
        raise Refused(N_("Render the clip first: covers are pictures of the finished film."))
    drawn = [(kind, draw_cover(storage, clip, kind, options, house)) for kind in COVERS]
    for kind, content in drawn:
        rendition, _due = want(clip, kind, options)
        rendition.asset_id = asset_for(session, footage.store_bytes(storage, content), "image/jpeg").id
        rendition.state = "ready"
    session.commit()


def draw_cover(
    storage: Storage,
    clip: Clip,
    kind: str,
    options: Mapping[str, Any],
    house: Any,  # noqa: ANN401 - media's own type
) -> bytes:
    """Draw one cover as JPEG."""
    if clip.asset is None:
        raise ValueError("an unrendered clip has no picture")
    return footage.cover_picture(
        storage.path(clip.asset.sha256),
        Fraction(options["at"]),
        KINDS[kind].cover_shape,
        title=options.get("title", ""),
        focus_x=float(options.get("focus_x", 0.5)),
        style=house,
    )


def drop(session: Session, rendition: Rendition) -> None:
    """Take a version away; its file stays in storage. Commits."""
    if rendition.state == "making":
        raise Conflict(N_("This version is being made. Wait until it is done, or cancel the job first."))
    session.delete(rendition)
    session.commit()


@dataclass(frozen=True)
class Made:
    """What a job made: a file in scratch, its media type, and what the engine says of it."""

    path: Path
    media_type: str
    result: dict[str, Any]


def take(session: Session, storage: Storage, rendition_id: int, fingerprint: str, made: Made) -> None:
    """Take a verified version in, unless the clip was changed meanwhile. Commits."""
    stored = storage.adopt(made.path)
    rendition = session.get(Rendition, rendition_id, populate_existing=True)
    if rendition is None or rendition.state != "making" or fingerprint_of(rendition) != fingerprint:
        session.rollback()
        raise Refused(CHANGED)
    rendition.asset_id = asset_for(session, stored, made.media_type).id
    rendition.state, rendition.fingerprint, rendition.result = "ready", fingerprint, made.result
    session.commit()


def ended(session: Session, rendition_id: int, error: dict[str, Any] | None) -> None:
    """A failed version can be made again; a cancelled one is wanted as before.

    One that was taken away by a change of the clip is wanted already and stays so.
    """
    rendition = session.get(Rendition, rendition_id)
    if rendition is not None and rendition.state == "making":
        rendition.state, rendition.error = ("failed", error) if error else ("wanted", None)


def unfinished(clip: Clip) -> list[Rendition]:
    """Versions that were asked for and are not there yet."""
    return [r for r in clip.renditions if r.state in ("wanted", "making")]
