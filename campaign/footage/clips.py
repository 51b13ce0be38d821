"""Clips: what decides a result, the rendering, covers (A12)."""

# ruff: noqa: PLC0415 - engines are imported late, see the package

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from campaign.footage.dressing import dressed, styled
from campaign.footage.edits import Cut, FilmFile, edit_list
from campaign.footage.films import Progress, ShouldStop
from campaign.footage.refusals import in_our_words

if TYPE_CHECKING:
    from media.cut import CutResult
    from media.deliveries import Delivery
    from media.dress import Dress, Style
    from media.info import MediaInfo

COVER_SIDE, PREVIEW_SIDE = 1280, 640


def fingerprint(
    spans: Sequence[tuple[str, Fraction, Fraction]],
    delivery: str,
    dress: Mapping[str, Any] | None = None,
    music_sha256: str = "",
    shape: Mapping[str, Any] | None = None,
    look: Mapping[str, Any] | None = None,
) -> str:
    """Give one hash of what decides the result: content, in and out point of each range; delivery, dress."""
    from media.dress import Dress, Style

    # Only contents matter, so that a moved storage folder changes nothing.
    cuts = [Cut(FilmFile(Path(sha256), sha256, ""), start, end) for sha256, start, end in spans]
    hashes = {cut.film.path: cut.film.sha256 for cut in cuts}
    # The fonts of an installation are not part of what a person decided.
    style = styled(Style(Path("house")), look)
    worn = dressed(dress, style, FilmFile(Path(music_sha256), music_sha256, "")) if dress else Dress()
    if music_sha256:
        hashes[Path(music_sha256)] = music_sha256
    digest: str = edit_list(cuts).fingerprint(hashes, _delivery(delivery, shape), worn)
    return digest


def _delivery(name: str, shape: Mapping[str, Any] | None) -> Delivery:
    """Give a delivery as somebody wants it: `fit` (blur, crop, pad), `focus_x` and `focus_y` from 0 to 1."""
    from media.deliveries import DELIVERIES

    return replace(DELIVERIES[name], **(shape or {}))


def render(
    cuts: Sequence[Cut],
    out_path: Path,
    delivery: str,
    *,
    dress: Dress | None = None,
    shape: Mapping[str, Any] | None = None,
    infos: Mapping[Path, MediaInfo] | None = None,
    on_progress: Progress | None = None,
    should_stop: ShouldStop | None = None,
) -> CutResult:
    """Cut an edit list to a delivery; what stands at `out_path` afterwards has been verified (A12)."""
    from media import cut as cutting
    from media.dress import Dress as Kind

    with in_our_words():
        return cutting.cut(
            edit_list(cuts),
            out_path,
            _delivery(delivery, shape),
            dress=dress or Kind(),
            infos=infos,
            on_progress=on_progress,
            should_stop=should_stop,
        )


def cover(film: Path, out: Path) -> Path:
    """Take a cover picture from a finished clip: of five moments, the one with most to see; no black one."""
    from media import probe as probing
    from media.moments import pictures_around, upright

    with in_our_words():
        picture = probing.probe(film).picture
        if picture is None:
            raise ValueError("a finished clip has a picture")
        best = b""
        for tenth in (1, 3, 5, 7, 9):
            _, frame, _ = pictures_around(film, picture, picture.duration * tenth / 10)
            if frame is None:
                continue
            buffer = io.BytesIO()
            image = upright(frame, picture)
            image.thumbnail((COVER_SIDE, COVER_SIDE))
            image.convert("RGB").save(buffer, "JPEG", quality=86)
            # The picture with the most detail makes the largest file; black and fog make small ones.
            best = max(best, buffer.getvalue(), key=len)
    out.write_bytes(best)
    return out


def cover_picture(film: Path, at: Fraction, shape: str, *, title: str, focus_x: float, style: Style) -> bytes:
    """Make a cover in one of the shapes wide, tall and square from a moment of a finished clip, as JPEG."""
    from media import covers

    with in_our_words():
        picture = covers.moment_of(film, at)
        return covers.as_jpeg(covers.draw_cover(picture, shape, title, style, focus_x=focus_x))


def shape_preview(
    film: Path, at: Fraction, kind: str, *, crop: bool, focus_x: float, title: str, style: Style | None
) -> bytes:
    """Show small what a delivery (web, vertical, square) or a cover would make of a moment, as JPEG."""
    from media import covers
    from media.deliveries import DELIVERIES

    with in_our_words():
        picture = covers.moment_of(film, at)
        if style is not None:
            return covers.as_jpeg(
                covers.draw_cover(picture, kind, title, style, focus_x=focus_x), PREVIEW_SIDE
            )
        size = DELIVERIES[kind].width // 2, DELIVERIES[kind].height // 2
        image = covers.filled(picture, size, focus_x) if crop else covers.before_itself(picture, size)
        return covers.as_jpeg(image, PREVIEW_SIDE)
