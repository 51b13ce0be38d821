"""Is a result what was asked? Read back, decoded and compared with the source before anybody gets it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

import av
import numpy as np
from numpy.typing import NDArray

from media import ffmpeg, hostile, issued, loudness
from media.dressing import drawn_overlays
from media.errors import N_, CutFailed
from media.graph import fitted, is_full_range, kept, matrix_of, sampling_offset
from media.info import MediaInfo, VideoStream
from media.lane import Edges, LanePlan
from media.lane_proof import prove
from media.loudness import LoudnessReading
from media.moments import pictures_around, turned
from media.plan import RenderPlan, Segment
from media.probe import probe
from media.verify_dress import check_dress
from media.verify_sound import check_sound_ends

_THUMB = (160, 90)
# Mean difference of grey levels (0 to 255) between a picture and its encoded copy; other scenes differ by 20
# and more.
_MOST_DIFFERENCE = 14.0
# Pictures of which one was tone-mapped are as like as this; one that differs so little in itself is even.
_LEAST_LIKENESS, _EVEN = 0.6, 6.0
# Of a clip with very many ranges some are looked at: the first ones, the last ones, and some between.
_RANGES_CHECKED = 12
_AUDIO_TOLERANCE_S = Fraction(1, 20)
_SHORTEST_MEASURED_S = 1

Grey = NDArray[np.float32]
Box = tuple[int, int, int, int]
_Shares = tuple[float, float, float, float]
_Item = TypeVar("_Item")


def verify(
    part: Path,
    plan: RenderPlan,
    *,
    run: Callable[[list[str]], ffmpeg.Outcome],
    name: str,
    measured: LoudnessReading | None = None,
    lane: LanePlan | None = None,
    packets: Path | None = None,
    edges: Sequence[tuple[Edges, Path]] = (),
) -> LoudnessReading:
    """Prove that a result is what its plan asks; give its measured loudness.

    measured is the loudness of its sound before it was levelled, from which follows what can be asked of it.

    The sound is decoded wholly. Pictures that were encoded are compared with the list of packets that the
    encoder issued, and decoded at both ends and here and there; without a list they are decoded wholly. Of
    a result that was partly copied (with its lane plan and the files of its encoded edges) every picture is
    proved by the bytes it was made of and decoded at the seams and here and there. Raises CutFailed when
    streams, size, rate, number of pictures or length are not those of the plan, when the first or last
    picture of a range is not the asked one of its source, when a card, name or subtitle is not there, when
    sound of the source is missing at an end of a range, or when the sound is too loud or too quiet; NoLane
    when copied pictures are in doubt.
    """
    info = probe(part, name=name)
    _check_streams(info, plan, name)
    if packets:
        issued.prove(part, info, packets, plan.frames, name=name)
    is_proved = bool(lane or packets)
    # Without the loop filter what is counted and checked for errors is the same, for less work.
    shown = ["-map", "0:v", "-c:v", "wrapped_avframe", "-fps_mode", "passthrough", "-f", "null", "-"]
    outcome = run(
        [
            "-skip_loop_filter", "all", *hostile.admit(part).arguments, "-i", str(part),
            *([] if is_proved else shown),
            "-map", "0:a", "-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-",
        ]
    )  # fmt: skip
    if not is_proved and outcome.frames != plan.frames:
        raise CutFailed(
            N_(
                "The clip cut from %(name)s was not kept: %(found)s of its %(asked)s frames can be decoded. "
                "Try again; if it happens again, export the film anew."
            ),
            name=name, found=outcome.frames, asked=plan.frames,
        )  # fmt: skip
    if lane:
        prove(part, info, lane, edges)
    else:
        _check_edges(part, info, plan, name)
    check_dress(part, plan, name)
    reading = loudness.read_loudness(outcome.log)
    _check_loudness(measured, reading, plan, name)
    if not plan.dress.music:
        check_sound_ends(part, plan, measured, name)
    return reading


def _check_loudness(
    measured: LoudnessReading | None, reading: LoudnessReading, plan: RenderPlan, name: str
) -> None:
    wanted = plan.delivery.loudness
    if wanted is None:
        return
    if reading.true_peak_dbtp is not None and reading.true_peak_dbtp > wanted.peak_dbtp + 0.05:
        raise CutFailed(
            N_(
                "The clip cut from %(name)s was not kept: its true peak is %(found)s dBTP, more than "
                "%(asked)s. Try again; if it happens again, export the film anew."
            ),
            name=name, found=reading.true_peak_dbtp, asked=wanted.peak_dbtp,
        )  # fmt: skip
    bounds = loudness.reachable(measured, wanted) if measured else None
    # A clip of a second or less holds too little to say how loud it is.
    if bounds is None or plan.duration <= _SHORTEST_MEASURED_S:
        return
    found = reading.integrated_lufs
    if found is None or not bounds[0] <= found <= bounds[1]:
        raise CutFailed(
            N_(
                "The clip cut from %(name)s was not kept: its loudness is %(found)s instead of %(asked)s "
                "LUFS. Try again; if it happens again, export the film anew."
            ),
            name=name, found="–" if found is None else found, asked=wanted.target_lufs,
        )  # fmt: skip


def _check_streams(info: MediaInfo, plan: RenderPlan, name: str) -> None:
    picture, sound, delivery = info.picture, info.sound, plan.delivery
    if picture is None or sound is None or len(info.video) != 1 or len(info.audio) != 1 or info.data_tracks:
        raise CutFailed(
            N_(
                "The clip cut from %(name)s was not kept: it has %(pictures)s pictures, %(sounds)s sounds "
                "and %(others)s other tracks. Try again; if it happens again, export the film anew."
            ),
            name=name, pictures=len(info.video), sounds=len(info.audio), others=info.data_tracks,
        )  # fmt: skip
    if picture.frame_count != plan.frames:
        raise CutFailed(
            N_(
                "The clip cut from %(name)s was not kept: it has %(found)s frames instead of %(asked)s. "
                "Try again; if it happens again, export the film anew."
            ),
            name=name, found=picture.frame_count, asked=plan.frames,
        )  # fmt: skip
    facts: list[tuple[object, object]] = [
        (picture.codec, "h264"),
        (f"{picture.width}×{picture.height}", f"{delivery.width}×{delivery.height}"),
        ("VFR" if picture.is_vfr else "CFR", "CFR"),
        (picture.color_space, "bt709"),
        (
            f"{sound.codec} {sound.rate_hz} Hz {sound.channels}",
            f"aac {delivery.audio_rate_hz} Hz 2",
        ),
        (" ".join(problem.code for problem in info.problems), ""),
    ]
    if plan.frames > 1:
        # One picture has no step from which a rate could be told.
        facts.append((f"{picture.nominal_rate}/s", f"{delivery.rate}/s"))
        facts.append((f"{float(info.duration):.3f} s", f"{float(plan.duration):.3f} s"))
    length = sound.duration + sound.start_s
    if abs(length - plan.duration) > _AUDIO_TOLERANCE_S:
        facts.append((f"{float(length):.3f} s", f"{float(plan.duration):.3f} s"))
    for found, asked in facts:
        if found != asked:
            raise CutFailed(
                N_(
                    "The clip cut from %(name)s was not kept: it is not in the form of its delivery "
                    "(%(found)s instead of %(asked)s). Try again; if it happens again, export the film anew."
                ),
                name=name, found=found or "–", asked=asked or "–",
            )  # fmt: skip


@dataclass(frozen=True)
class _Edge:
    """One picture of the result and the source picture that it has to be."""

    segment: Segment
    out_frame: int
    source_time: Fraction


def _edges(plan: RenderPlan) -> list[_Edge]:
    edges: list[_Edge] = []
    rate = plan.delivery.rate
    for segment in spread(plan.ranges, _RANGES_CHECKED):
        for k in sorted({0, segment.frames - 1}):
            time = segment.range.start + k / rate + sampling_offset(segment.picture, rate)
            edges.append(_Edge(segment, segment.out_first + k, min(time, _last_instant(segment))))
    return edges


def spread(items: Sequence[_Item], most: int) -> list[_Item]:
    """Choose at most so many of some things: the first third, the last third, and some between."""
    if len(items) <= most:
        return list(items)
    third = most // 3
    middle = items[third : len(items) - third]
    count = most - 2 * third
    chosen = [middle[(2 * place + 1) * len(middle) // (2 * count)] for place in range(count)]
    return [*items[:third], *chosen, *items[len(items) - third :]]


def _last_instant(segment: Segment) -> Fraction:
    picture = segment.picture
    return segment.range.end - (Fraction(1, 1000) if picture.is_vfr else 1 / (2 * picture.nominal_rate))


def _check_edges(part: Path, info: MediaInfo, plan: RenderPlan, name: str) -> None:
    made = _picture_of(info, name)
    for edge in _edges(plan):
        source = edge.segment.picture
        out_time = (edge.out_frame + Fraction(1, 2)) / plan.delivery.rate
        _, out, _ = pictures_around(part, made, out_time)
        before, wanted, after = pictures_around(edge.segment.source.path, source, edge.source_time)
        if out is None or wanted is None:
            raise CutFailed(
                N_(
                    "The clip cut from %(name)s was not kept: frame %(frame)s cannot be compared with its "
                    "source. Try again; if it happens again, export the film anew."
                ),
                name=name, frame=edge.out_frame,
            )  # fmt: skip
        inner, outer = _seen(source, plan)
        free = _free(plan, edge.out_frame, outer)
        got = _thumb(out, made, outer)
        asked = _thumb(wanted, source, inner)
        distance = _distance(got, asked, free)
        neighbours = [
            _distance(got, _thumb(frame, source, inner), free)
            for frame in (before, after)
            if frame is not None
        ]
        # Tone mapping changes every level, but not which parts are bright and which are dark.
        if _is_unlike(got, asked, free) if source.is_hdr else distance > _MOST_DIFFERENCE:
            raise CutFailed(
                N_(
                    "The clip cut from %(name)s was not kept: frame %(frame)s differs from its source by "
                    "%(difference)s. Try again; if it happens again, export the film anew."
                ),
                name=name, frame=edge.out_frame, difference=f"{distance:.1f}",
            )  # fmt: skip
        if neighbours and min(neighbours) * 1.3 + 0.6 < distance:
            raise CutFailed(
                N_(
                    "The clip cut from %(name)s was not kept: frame %(frame)s is a neighbour of the asked "
                    "one. Try again; if it happens again, export the film anew."
                ),
                name=name, frame=edge.out_frame,
            )  # fmt: skip


def _picture_of(info: MediaInfo, name: str) -> VideoStream:
    if info.picture is None:
        raise CutFailed(
            N_(
                "The clip cut from %(name)s was not kept: it has no picture. "
                "Try again; if it happens again, export the film anew."
            ),
            name=name,
        )
    return info.picture


def _seen(source: VideoStream, plan: RenderPlan) -> tuple[_Shares, Box]:
    """Give the part of the source that the result shows, as shares, and where it stands in the result."""
    delivery = plan.delivery
    width, height = fitted(source, delivery.width, delivery.height, delivery.fit)
    if delivery.fit == "crop":
        left, top, wide, tall = kept(source, delivery)
        shares = (left / width, top / height, (left + wide) / width, (top + tall) / height)
        return shares, (0, 0, delivery.width, delivery.height)
    left, top = (delivery.width - width) // 2, (delivery.height - height) // 2
    return (0.0, 0.0, 1.0, 1.0), (left, top, left + width, top + height)


def _free(plan: RenderPlan, number: int, box: Box) -> NDArray[np.bool_] | None:
    """Say which cells of a thumb show the bare source on a picture of the result; None for all."""
    shown = [overlay for overlay in plan.overlays if overlay.first <= number < overlay.end]
    if not shown:
        return None
    columns, rows = _THUMB
    free = np.ones((rows, columns), np.bool_)
    wide, tall = box[2] - box[0], box[3] - box[1]
    for drawn in drawn_overlays(plan, shown):
        left, top, right, bottom = drawn.box
        # A cell more on each side, because an encoder smears edges.
        first_row = max(0, math.floor((top - box[1]) / tall * rows) - 1)
        first_column = max(0, math.floor((left - box[0]) / wide * columns) - 1)
        last_row = max(0, math.ceil((bottom - box[1]) / tall * rows) + 1)
        last_column = max(0, math.ceil((right - box[0]) / wide * columns) + 1)
        free[first_row:last_row, first_column:last_column] = False
    return free


def _thumb(frame: av.VideoFrame, stream: VideoStream, part: Box | _Shares) -> Grey:
    """Give a small grey picture of a part, in pixels or shares, of a frame turned upright."""
    grey = turned(_luma(frame, stream), frame)
    height, width = grey.shape
    if isinstance(part[0], float):
        part = (
            round(part[0] * width), round(part[1] * height), round(part[2] * width), round(part[3] * height),
        )  # fmt: skip
    left, top, right, bottom = (int(side) for side in part)
    return _shrunk(grey[top:bottom, left:right])


def _luma(frame: av.VideoFrame, stream: VideoStream) -> NDArray[np.uint8]:
    """Give the brightness of a frame as the delivery has it: BT.709, limited range, 8 bits.

    Asked for grey, PyAV would weigh the colours by another standard than those of the film.
    """
    space, full = matrix_of(stream), is_full_range(stream)
    if frame.format.name != "yuv420p" or space == "bt601" or full:
        frame = frame.reformat(
            format="yuv420p",
            src_colorspace="ITU601" if space == "bt601" else "ITU709",
            dst_colorspace="ITU709",
            src_color_range="JPEG" if full else "MPEG",
            dst_color_range="MPEG",
        )
    plane = frame.planes[0]
    stored = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
    return stored[:, : plane.width]


def _shrunk(grey: NDArray[np.uint8]) -> Grey:
    """Average over a fixed grid, so that pictures of any size can be compared."""
    columns, rows = _THUMB
    # A picture smaller than the grid is enlarged by repeating its pixels.
    grey = grey.repeat(-(-rows // grey.shape[0]), axis=0).repeat(-(-columns // grey.shape[1]), axis=1)
    ys = np.linspace(0, grey.shape[0], rows + 1).astype(int)
    xs = np.linspace(0, grey.shape[1], columns + 1).astype(int)
    sums = np.add.reduceat(np.add.reduceat(grey.astype(np.float32), ys[:-1], axis=0), xs[:-1], axis=1)
    areas = np.outer(np.diff(ys), np.diff(xs)).astype(np.float32)
    return (sums / areas).astype(np.float32)


def _is_unlike(one: Grey, other: Grey, free: NDArray[np.bool_] | None) -> bool:
    """Say whether two pictures of different tone cannot be the same; even ones always can."""
    places = np.ones(one.shape, np.bool_) if free is None else free
    first, second = one[places], other[places]
    if not first.size or float(second.std()) < _EVEN:
        return False
    if float(first.std()) == 0:
        return True
    return float(np.corrcoef(first, second)[0, 1]) < _LEAST_LIKENESS


def _distance(one: Grey, other: Grey, free: NDArray[np.bool_] | None = None) -> float:
    """Give the mean difference, of the free cells if some are covered; nothing is far from all covered."""
    difference = np.abs(one - other)
    if free is not None:
        difference = difference[free] if free.any() else np.zeros(1, np.float32)
    return float(difference.mean())
