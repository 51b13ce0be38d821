"""Makes the tracks that the encoder lays before, behind and over the ranges of a clip: cards and overlays.

Both are drawn once and written without loss in BT.709, each picture only where something changes, so that the
one lossy step is the encoder's. ffmpeg reads them as films with server-made names: no user's text ever
reaches its command line or its filters.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from media import hostile
from media.deliveries import Delivery
from media.dress import Cue, Style
from media.errors import N_, BadDress, Cancelled
from media.ffmpeg import ShouldStop
from media.graph import Filter, tagged
from media.plan import CardSegment, Overlay, RenderPlan, overlaid
from media.titles import card_pictures, draw_overlay

Picture = NDArray[np.uint8]

# How long a lower third takes to come and to go.
FADE_S = Fraction(8, 25)
TRACK_OPTIONS = {"f": "nut", "protocol_whitelist": hostile.PROTOCOLS}


def _style(plan: RenderPlan) -> Style:
    if plan.dress.style is None:
        raise BadDress(N_("Cards, lower thirds and subtitles need a style that names a font."))
    return plan.dress.style


def write_card(
    segment: CardSegment, plan: RenderPlan, out: Path, should_stop: ShouldStop | None = None
) -> int:
    """Write a card's track, picture by picture, and say how many; card_chain() gives each its time."""
    delivery = plan.delivery
    size = (delivery.width, delivery.height)
    made = card_pictures(segment.card, segment.kind, _style(plan), size, delivery.rate, segment.frames)
    frames = (
        (place, av.VideoFrame.from_ndarray(drawn, format="rgb24")) for place, (_, drawn) in enumerate(made)
    )
    return _write(frames, out, size, "yuv420p", delivery.rate, should_stop)


def card_chain(segment: CardSegment, rate: Fraction, pictures: int) -> list[Filter]:
    """Give the filters that make exactly the pictures of a card of those of its track."""
    # An opening card rests on its first picture, an end card on its last one. tpad repeats a picture when
    # the next one is wanted, fps all at once: the overlay behind it then holds a copy of each (190 MiB at
    # 1080p).
    rest = str(segment.frames - pictures)
    side = "start" if segment.kind == "opening" else "stop"
    return [
        Filter("fps", {"fps": str(rate), "start_time": "0"}),
        Filter("tpad", {f"{side}_mode": "clone", side: rest}),
        Filter("trim", {"end_frame": str(segment.frames)}),
        *tagged(),
    ]


@dataclass(frozen=True)
class Drawn:
    """One overlay as drawn: its picture, cropped, and where its top left corner stands in the frame."""

    overlay: Overlay
    image: Image.Image
    left: int
    top: int

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom in the frame."""
        return self.left, self.top, self.left + self.image.width, self.top + self.image.height

    def opacity(self, number: int, rate: Fraction) -> float:
        """Say how much of it shows on a picture of the result: 0 to 1; subtitles do not fade."""
        if not self.overlay.first <= number < self.overlay.end:
            return 0.0
        if isinstance(self.overlay.item, Cue):
            return 1.0
        length = self.overlay.end - self.overlay.first
        steps = min(float(FADE_S * rate), length / 4)
        nearest = min(number - self.overlay.first, self.overlay.end - 1 - number) + 1
        return min(1.0, nearest / (steps + 1))


def drawn_overlays(plan: RenderPlan, overlays: Iterable[Overlay] | None = None) -> list[Drawn]:
    """Draw the overlays of a plan, or some of them, for the shape of its delivery."""
    delivery = plan.delivery
    chosen = plan.overlays if overlays is None else tuple(overlays)
    has_subtitles = any(isinstance(overlay.item, Cue) for overlay in plan.overlays)
    drawn = []
    for overlay in chosen:
        image = draw_overlay(
            overlay.item, _style(plan), delivery.width, delivery.height, above_subtitles=has_subtitles
        )
        box = image.getbbox()
        if box:
            drawn.append(Drawn(overlay, image.crop(box), box[0], box[1]))
    return drawn


@dataclass(frozen=True)
class OverlayTrack:
    """A written track of overlays for the pictures first to before end of the result.

    left and top say where it stands in the frame, spans which of its pictures show anything, counted from
    first.
    """

    path: Path
    first: int
    end: int
    left: int
    top: int
    spans: tuple[tuple[int, int], ...]

    def options(self) -> dict[str, str]:
        """Give the options of the overlay filter; elsewhere the picture goes through untouched."""
        shown = "+".join(f"between(n,{first},{end - 1})" for first, end in self.spans)
        return {
            "x": str(self.left), "y": str(self.top), "format": "yuv420", "eof_action": "repeat",
            "enable": shown,
        }  # fmt: skip


def write_overlays(
    plan: RenderPlan, first: int, end: int, out: Path, should_stop: ShouldStop | None = None
) -> OverlayTrack | None:
    """Write the overlays on the pictures first to before end of the result; None if there are none.

    The track's clock begins with `first`.
    """
    spans = [(max(first, a), min(end, b)) for a, b in overlaid(plan) if a < end and b > first]
    mine = drawn_overlays(
        plan, (overlay for overlay in plan.overlays if overlay.first < end and overlay.end > first)
    )
    if not mine:
        return None
    boxes = [drawn.box for drawn in mine]
    # Even corners, because two pixels share their colour.
    left, top = (min(box[side] for box in boxes) // 2 * 2 for side in (0, 1))
    right, bottom = (-(-max(box[side] for box in boxes) // 2) * 2 for side in (2, 3))
    size = (min(right, plan.delivery.width) - left, min(bottom, plan.delivery.height) - top)
    pictures = _overlay_pictures(mine, spans, (left, top), size, plan.delivery)
    frames = (
        (number - first, av.VideoFrame.from_ndarray(np.asarray(image), format="rgba"))
        for number, image in pictures
    )
    _write(frames, out, size, "yuva420p", plan.delivery.rate, should_stop)
    return OverlayTrack(out, first, end, left, top, tuple((a - first, b - first) for a, b in spans))


def _overlay_pictures(
    drawn: Sequence[Drawn],
    spans: Iterable[tuple[int, int]],
    corner: tuple[int, int],
    size: tuple[int, int],
    delivery: Delivery,
) -> Iterator[tuple[int, Image.Image]]:
    """Give each picture at which something changes, with its number in the result."""
    last: tuple[tuple[int, int], ...] | None = None
    for first, end in spans:
        near = [
            (place, one)
            for place, one in enumerate(drawn)
            if one.overlay.first < end and one.overlay.end > first
        ]
        for number in range(first, end):
            shown = tuple(
                (place, round(one.opacity(number, delivery.rate) * 255))
                for place, one in near
                if one.overlay.first <= number < one.overlay.end
            )
            if shown != last:
                last = shown
                yield number, _composed(drawn, shown, corner, size)


def _composed(
    drawn: Sequence[Drawn],
    shown: Iterable[tuple[int, int]],
    corner: tuple[int, int],
    size: tuple[int, int],
) -> Image.Image:
    canvas = Image.new("RGBA", size, (0, 0, 0, 0))
    for place, opacity in shown:
        one = drawn[place]
        image = one.image
        if opacity < 255:
            image = image.copy()
            image.putalpha(image.getchannel("A").point([level * opacity // 255 for level in range(256)]))
        canvas.alpha_composite(image, (one.left - corner[0], one.top - corner[1]))
    return canvas


def _write(
    frames: Iterable[tuple[int, av.VideoFrame]],
    out: Path,
    size: tuple[int, int],
    pix_fmt: str,
    rate: Fraction,
    should_stop: ShouldStop | None,
) -> int:
    """Write pictures with their numbers as a track without loss; give how many they are."""
    written = 0
    with av.open(str(out), "w", format="nut") as film:
        track: Any = film.add_stream("ffv1", rate=rate)
        track.width, track.height, track.pix_fmt = *size, pix_fmt
        # Half pictures, so that a picture laid over another one can be there before it.
        track.time_base = track.codec_context.time_base = 1 / (2 * rate)
        for number, frame in frames:
            if should_stop and should_stop():
                raise Cancelled(N_("The work on %(name)s was stopped."), name=out.name)
            ready = frame.reformat(
                format=pix_fmt, dst_colorspace="ITU709", dst_color_range="MPEG", interpolation="BICUBIC"
            )
            ready.pts, ready.time_base = max(0, 2 * number - (pix_fmt == "yuva420p")), 1 / (2 * rate)
            film.mux(track.encode(ready))
            written += 1
        film.mux(track.encode(None))
    return written
