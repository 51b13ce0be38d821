"""What pictures tell: brightness, bars, shake and marks that stay (pure, on brightness planes).

Everything works on planes of brightness as they are stored (16 is black, 235 is white). The figures were
found on good and bad films; whoever compares them with limits is elsewhere.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Luma = NDArray[np.uint8]
Floats = NDArray[np.float32]

# Below this the brightest tenth of a picture shows neither bars nor focus.
DARK_HIGH = 60.0
_BAR_LUMA = 24.0
_MOST_BAR_FRAMES = 160
_LEAST_BAR_FRAMES = 4
_BATCH = 128
# A peak lower than this is no movement of the whole picture but a cut, or a picture without structure.
_LEAST_PEAK = 0.08
_FARTHEST_SHARE = 0.3
# Different scenes differ in brightness and in what lies where; people before a fixed camera do not suffice.
_LEAST_DIFFERENCE, _MOST_LIKENESS = 10.0, 0.85
LEAST_SCENES = 6
_CORNER_SHARE = 0.26
# A line of words is wider than any logo; a mark is missing from the opening and the end card at most.
_WIDE_SHARE, _STAYING_SHARE, _MOST_OF_A_MARK = 0.3, 0.9, 0.6


@dataclass(frozen=True)
class Region:
    """A part of the picture as shown, in shares of its width and height from the upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Mark:
    """Edges that stay in one corner while the scenes change; strength in steps of brightness a pixel.

    caption says that it lies and looks like a line of words: low in the picture and wider than a corner, or
    away in some of the scenes. A name strip and a title do so; the mark of a producer stays to the end.
    """

    corner: str
    strength: float
    region: Region
    caption: bool = False


class Brightness(NamedTuple):
    """The mean, and the levels that one tenth, one hundredth, and all but one hundredth of the picture reach.

    The first two are YAVG and YHIGH of signalstats. The peak is bright where a dark picture holds lamps or
    white words, and dark where it was filmed with too little light; the low is dark where a bright picture
    holds words or shade, and bright where it is burnt out.
    """

    mean: float
    high: float
    peak: float
    low: float


def brightness(luma: Luma, box: Region | None = None) -> Brightness:
    """Measure how bright a picture is, or the part of it inside black bars."""
    if box is not None:
        luma = within(luma, box)
    counts = np.bincount(luma.ravel(), minlength=256)
    shares = np.multiply((0.9, 0.99, 0.01), luma.size)
    high, peak, low = map(float, np.searchsorted(np.cumsum(counts), shares))
    return Brightness(float(counts @ np.arange(256) / luma.size), high, peak, low)


def within(luma: Luma, box: Region) -> Luma:
    """Cut away what lies outside a part of the picture; bars of a fraction of a pixel are cut away whole."""
    height, width = luma.shape
    top, left = math.ceil(box.top * height - 1e-6), math.ceil(box.left * width - 1e-6)
    bottom, right = math.floor(box.bottom * height + 1e-6), math.floor(box.right * width + 1e-6)
    return luma[top : max(bottom, top + 1), left : max(right, left + 1)]


def content_box(frames: Sequence[Luma]) -> Region | None:
    """Give the part inside symmetric black bars; the whole picture where there are none.

    Only pictures bright enough to show a bar count; None where there are too few of them.
    """
    bright = [frame for frame in frames if brightness(frame)[1] >= DARK_HIGH]
    if len(bright) < _LEAST_BAR_FRAMES:
        return None
    step = -(-len(bright) // _MOST_BAR_FRAMES)
    stack = np.stack(bright[::step])
    # The upper quartile along a line leaves subtitles in a bar out of account; the 95th percentile over time
    # does the same for a card that fills the bars for a moment.
    rows = np.percentile(np.percentile(stack, 75, axis=2), 95, axis=0)
    columns = np.percentile(np.percentile(stack, 75, axis=1), 95, axis=0)
    top = _symmetric(rows) / len(rows)
    left = _symmetric(columns) / len(columns)
    return Region(left, top, 1 - left, 1 - top)


def _symmetric(levels: NDArray[np.float64]) -> int:
    """Count the black lines at one edge, where the other edge has about as many."""
    lit = np.flatnonzero(levels > _BAR_LUMA)
    if not len(lit):
        return 0
    first, last = int(lit[0]), len(levels) - 1 - int(lit[-1])
    return min(first, last) if abs(first - last) <= max(2, len(levels) // 45) else 0


def shake(frames: NDArray[np.uint8]) -> float | None:
    """Give the median jolt between neighbouring pictures of one window, in per cent of their width.

    A jolt is a change of the speed at which the picture moves, so a steady pan has none. It is measured in
    the four quarters: a camera moves all of them, a wheel only its own. Cuts and quarters without structure
    are left out; None where too little is left.
    """
    count, height, width = frames.shape
    quarters = [
        _jolts(frames[:, top : top + height // 2, left : left + width // 2])
        for top in (0, height - height // 2)
        for left in (0, width - width // 2)
    ]
    jolts = [jolt for known in zip(*quarters, strict=True) if (jolt := _common(known)) is not None]
    if len(jolts) < max(4, count // 3):
        return None
    percent: float = float(np.median(jolts)) * 100 / width
    return percent


def _common(known: Sequence[float | None]) -> float | None:
    """Give what (nearly) all quarters do: the second smallest jolt, of two the smaller."""
    told = sorted(jolt for jolt in known if jolt is not None)
    if len(told) < 2:
        return None
    return told[1] if len(told) > 2 else told[0]


def _jolts(frames: NDArray[np.uint8]) -> list[float | None]:
    moves = list(itertools.chain.from_iterable(_moves(batch) for batch in _batches(frames)))
    return [
        None
        if earlier is None or later is None
        else float(np.hypot(later[0] - earlier[0], later[1] - earlier[1]))
        for earlier, later in itertools.pairwise(moves)
    ]


def _batches(frames: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    # Neighbouring batches share a picture, so that no step is lost between them.
    return [frames[at : at + _BATCH + 1] for at in range(0, max(len(frames) - 1, 0), _BATCH)]


def _moves(frames: NDArray[np.uint8]) -> list[tuple[float, float] | None]:
    """Measure by phase correlation how far each picture moved against the one before, in pixels."""
    _, height, width = frames.shape
    window = np.outer(np.hanning(height), np.hanning(width)).astype(np.float32)
    grey = frames.astype(np.float32)
    grey -= grey.mean(axis=(1, 2), keepdims=True)
    spectra = np.fft.rfft2(grey * window)
    cross = spectra[1:] * spectra[:-1].conj()
    size = np.abs(cross)
    # Frequencies that hold nothing but rounding must not vote.
    floor = np.median(size, axis=(1, 2), keepdims=True) * 0.05 + 1.0
    surface = np.fft.irfft2(cross / (size + floor), s=(height, width))
    return [_peak(plane) for plane in surface]


def _peak(plane: Floats) -> tuple[float, float] | None:
    height, width = plane.shape
    at = int(plane.argmax())
    y, x = divmod(at, width)
    if plane[y, x] < _LEAST_PEAK:
        return None
    dx = _signed(x, width) + _between(plane[y, x - 1], plane[y, x], plane[y, (x + 1) % width])
    dy = _signed(y, height) + _between(plane[y - 1, x], plane[y, x], plane[(y + 1) % height, x])
    return None if max(abs(dx), abs(dy)) > _FARTHEST_SHARE * width else (dx, dy)


def _signed(place: int, size: int) -> int:
    return place - size if place > size // 2 else place


def _between(before: np.float32, here: np.float32, after: np.float32) -> float:
    """Give where the top lies between pixels, by the share of the higher neighbour."""
    before_f, after_f = max(float(before), 0.0), max(float(after), 0.0)
    if after_f >= before_f:
        return after_f / (after_f + float(here))
    return -before_f / (before_f + float(here))


def distinct(frames: Sequence[Luma]) -> list[Luma]:
    """Leave out pictures that show a scene again: marks can only be told where scenes change."""
    kept: list[tuple[Floats, Luma]] = []
    for frame in frames:
        if brightness(frame)[1] < DARK_HIGH:
            continue
        small = _shrunk(frame)
        if all(_differ(small, other) for other, _ in kept):
            kept.append((small, frame))
    return [frame for _, frame in kept]


def _differ(one: Floats, other: Floats) -> bool:
    if float(np.abs(one - other).mean()) <= _LEAST_DIFFERENCE:
        return False
    first, second = one - one.mean(), other - other.mean()
    size = float(np.linalg.norm(first) * np.linalg.norm(second))
    return size == 0 or float((first * second).sum()) / size < _MOST_LIKENESS


def _shrunk(luma: Luma) -> Floats:
    rows, columns = max(luma.shape[0] // 18, 1), max(luma.shape[1] // 32, 1)
    cut = luma[: luma.shape[0] // rows * rows, : luma.shape[1] // columns * columns].astype(np.float32)
    small: Floats = cut.reshape(cut.shape[0] // rows, rows, -1, columns).mean(axis=(1, 3))
    return small


def lasting_marks(scenes: Sequence[Luma], content: Region | None = None) -> tuple[Mark, ...]:
    """Measure the edges that every scene shares, per corner, less those of the middle; strongest first.

    Asked only of different scenes (`distinct`): on one shot everything stays. Black bars outside the content
    have edges of their own and are cut away; regions are of the whole picture.
    """
    stack = np.stack(scenes).astype(np.int16)
    full_height, full_width = stack.shape[1:]
    box = content or Region(0, 0, 1, 1)
    # Two pixels more, because the border of a bar is soft.
    above = round(box.top * full_height) + (2 if box.top else 0)
    aside = round(box.left * full_width) + (2 if box.left else 0)
    stack = stack[:, above : full_height - above, aside : full_width - aside]
    across = stack[:, :-1, 1:] - stack[:, :-1, :-1]
    down = stack[:, 1:, :-1] - stack[:, :-1, :-1]
    edges = _shared(across) + _shared(down)
    height, width = edges.shape
    middle = float(edges[height // 3 : 2 * height // 3, width // 3 : 2 * width // 3].mean())
    tall, wide = round(height * _CORNER_SHARE), round(width * _CORNER_SHARE)
    corners = {
        "top left": (0, 0), "top right": (0, width - wide),
        "bottom left": (height - tall, 0), "bottom right": (height - tall, width - wide),
    }  # fmt: skip
    marks = []
    for corner, (top, left) in corners.items():
        part = edges[top : top + tall, left : left + wide]
        ys, xs = np.nonzero(part > max(1.0, float(part.max()) / 3))
        if not len(ys):
            marks.append(Mark(corner, round(float(part.mean()) - middle, 3), Region(0, 0, 0, 0)))
            continue
        (first, last), (near, far) = (np.percentile(axis, (2, 98)) for axis in (ys, xs))
        rows = slice(top + int(first), top + int(last) + 1)
        columns = slice(left + int(near), left + int(far) + 1)
        caption = corner.startswith("bottom") and (
            _is_wide(edges[rows], columns)
            or _lies_like_a_name(rows, columns, height, width)
            or _share_of_scenes(across, rows, columns) < _STAYING_SHARE
        )
        region = Region(
            max(0.0, float(aside + left + near) / full_width - 0.01),
            max(0.0, float(above + top + first) / full_height - 0.01),
            min(1.0, float(aside + left + far) / full_width + 0.01),
            min(1.0, float(above + top + last) / full_height + 0.01),
        )
        marks.append(Mark(corner, round(float(part.mean()) - middle, 3), region, caption))
    return tuple(sorted(marks, key=lambda mark: -mark.strength))


def _is_wide(band: NDArray[np.float64], columns: slice) -> bool:
    """Say whether what stays in a corner goes on beyond it along its line, as words and their ground do."""
    lit: NDArray[np.bool_] = np.any(band > max(1.0, float(band.max()) / 3), axis=0)
    gap = max(2, round(len(lit) * 0.03))
    start, stop = columns.start, columns.stop
    while lit[max(0, start - gap) : start].any():
        start = max(0, start - gap) + int(lit[max(0, start - gap) : start].argmax())
    while lit[stop : stop + gap].any():
        stop += int(np.flatnonzero(lit[stop : stop + gap])[-1]) + 1
    return bool((stop - start) / len(lit) >= _WIDE_SHARE)


def _lies_like_a_name(rows: slice, columns: slice, height: int, width: int) -> bool:
    """Say whether it lies in the lower third but above the edge, away from the side, and wider than high."""
    in_band = rows.start >= height * 0.64 and rows.stop <= height * 0.93
    inset = columns.start >= width * 0.04 and columns.stop <= width * 0.96
    wider: bool = (columns.stop - columns.start) >= 2 * (rows.stop - rows.start)
    return in_band and inset and wider


def _share_of_scenes(across: NDArray[np.int16], rows: slice, columns: slice) -> float:
    """Give the share of the scenes that have most of the upright edges that three quarters of them share."""
    steps = across[:, rows, columns]
    low, high = np.percentile(steps, (25, 75), axis=0)
    shared = np.maximum(low, 0) - np.maximum(-high, 0)
    places = np.abs(shared) > 2
    if not places.any():
        return 1.0
    there = (steps[:, places] * np.sign(shared[places]) > np.abs(shared[places]) / 3).mean(axis=1)
    return float((there > _MOST_OF_A_MARK).mean())


def _shared(steps: NDArray[np.int16]) -> NDArray[np.float64]:
    """Give how steep three quarters of the scenes are at least, in the same direction; else nothing.

    What stays has its light side on the same side in every scene; texture has not.
    """
    low, high = np.percentile(steps, (25, 75), axis=0)
    shared: NDArray[np.float64] = np.maximum(low, 0) + np.maximum(-high, 0)
    return shared
