"""Is a result dressed as asked? Cards, names and subtitles are compared with what was drawn."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from media.dressing import Drawn, drawn_overlays
from media.errors import N_, CutFailed
from media.info import VideoStream
from media.moments import pictures_around
from media.plan import CardSegment, Overlay, RenderPlan
from media.probe import probe
from media.titles import whole_card

# Mean difference of colours (0 to 255) between a drawn card and its encoded copy; an empty one has over 4.
_MOST_CARD_DIFFERENCE = 2.5
# What of a name or subtitle has to have its colour: an encoder smears the rims of letters.
_LEAST_SHARE = 0.8
_RIM = 32
_OVERLAYS_CHECKED = 4
_COVERING = 200

Colours = NDArray[np.uint8]


def check_dress(part: Path, plan: RenderPlan, name: str) -> None:
    """Compare cards at rest, names and subtitles with what was drawn; CutFailed if one is missing."""
    if not plan.cards and not plan.overlays:
        return
    picture = probe(part, name=name).picture
    if picture is None:
        raise _missing(name, 0)
    for segment in plan.cards:
        _check_card(part, picture, plan, segment, name)
    # Of each kind the first and the last tell most: a slip of the clock shows there.
    for overlay in _ends_of(plan.overlays):
        number = (overlay.first + overlay.end) // 2
        shown = [one for one in plan.overlays if one.first <= number < one.end]
        _check_overlays(part, picture, plan, number, drawn_overlays(plan, shown), name)


def _ends_of(items: Sequence[Overlay]) -> list[Overlay]:
    half = _OVERLAYS_CHECKED // 2
    return list(items) if len(items) <= _OVERLAYS_CHECKED else [*items[:half], *items[-half:]]


def _missing(name: str, number: int) -> CutFailed:
    return CutFailed(
        N_(
            "The clip cut from %(name)s was not kept: frame %(frame)s does not show its card, name or "
            "subtitle. Try again; if it happens again, choose other texts."
        ),
        name=name,
        frame=number,
    )


def _shot(part: Path, picture: VideoStream, plan: RenderPlan, number: int, name: str) -> Colours:
    """Give a picture of the result in colours."""
    _, frame, _ = pictures_around(part, picture, (number + Fraction(1, 2)) / plan.delivery.rate)
    if frame is None:
        raise _missing(name, number)
    return in_colours(frame)


def in_colours(frame: av.VideoFrame) -> Colours:
    """Give a decoded BT.709 picture as red, green and blue."""
    shown = frame.reformat(format="rgb24", src_colorspace="ITU709", src_color_range="MPEG")
    return shown.to_ndarray().astype(np.uint8, copy=False)


def _check_card(part: Path, picture: VideoStream, plan: RenderPlan, segment: CardSegment, name: str) -> None:
    if plan.dress.style is None:
        raise _missing(name, segment.out_first)
    drawn = whole_card(segment.card, plan.dress.style, (plan.delivery.width, plan.delivery.height))
    # An opening card rests at its beginning, an end card at its end.
    numbers = (
        (segment.out_first, segment.out_first + segment.frames // 2)
        if segment.kind == "opening"
        else (segment.out_end - 1,)
    )
    for number in numbers:
        got = Image.fromarray(_shot(part, picture, plan, number, name))
        # Encoding blurs the rims of letters; on a quarter of the size they are as drawn.
        size = (drawn.width // 4, drawn.height // 4)
        small = (np.asarray(one.resize(size, Image.Resampling.BOX), np.int16) for one in (drawn, got))
        one, other = small
        if float(np.abs(one - other).mean()) > _MOST_CARD_DIFFERENCE:
            raise _missing(name, number)


def _check_overlays(
    part: Path, picture: VideoStream, plan: RenderPlan, number: int, shown: Sequence[Drawn], name: str
) -> None:
    """Ask of every pixel that an overlay nearly covers whether it can have come from it."""
    got = _shot(part, picture, plan, number, name).astype(np.int16)
    for drawn in shown:
        opacity = drawn.opacity(number, plan.delivery.rate)
        image = np.asarray(drawn.image, np.float32)
        alpha = image[..., 3:] / 255 * opacity
        covered = alpha[..., 0] * 255 >= _COVERING * 0.95
        if not covered.any():
            continue
        left, top, right, bottom = drawn.box
        # Whatever lies under it is between black and white.
        least = image[..., :3] * alpha - _RIM
        most = image[..., :3] * alpha + 255 * (1 - alpha) + _RIM
        seen = got[top:bottom, left:right]
        inside = np.logical_and(seen >= least, seen <= most).min(axis=2)
        if float(inside[covered].mean()) < _LEAST_SHARE:
            raise _missing(name, number)
