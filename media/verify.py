"""Is a result what was asked? Decoded, counted and compared with the source before anybody gets it."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import av.error
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from media import ffmpeg, hostile, loudness
from media.errors import N_, CutFailed
from media.graph import fitted, sampling_offset
from media.info import MediaInfo, VideoStream
from media.lane import LanePlan
from media.lane_proof import decoded_frames, decoding_arguments, prove
from media.loudness import LoudnessReading
from media.plan import RenderPlan, Segment
from media.probe import open_film, probe

_THUMB = (160, 90)
# Mean difference of grey levels (0 to 255) between a picture and its encoded copy; other scenes differ by 20
# and more.
_MOST_DIFFERENCE = 14.0
_EDGES_CHECKED = 4
_AUDIO_TOLERANCE_S = Fraction(1, 20)

Grey = NDArray[np.float32]


def verify(
    part: Path,
    plan: RenderPlan,
    *,
    run: Callable[[list[str]], ffmpeg.Outcome],
    name: str,
    lane: LanePlan | None = None,
) -> LoudnessReading:
    """Decode a result and compare it with its plan; give its measured loudness.

    A result that was encoded is decoded wholly; of one that was partly copied (with its lane plan) the copied
    middle is proved by its bytes and decoded at the seams and here and there. Raises CutFailed when streams,
    size, rate, number of pictures or length are not those of the plan, when the first or last picture of a
    range is not the asked one of its source, or when the sound is over its peak; NoLane when copied pictures
    are in doubt.
    """
    info = probe(part, name=name)
    _check_streams(info, plan, name)
    # Encoded pictures are decoded without the loop filter: what is counted and checked for errors is the
    # same, for less work.
    how = decoding_arguments(lane) if lane else ["-skip_loop_filter", "all"]
    frames = decoded_frames(lane) if lane else plan.frames
    outcome = run(
        [
            *how, *hostile.admit(part).arguments, "-i", str(part),
            "-map", "0:v", "-c:v", "wrapped_avframe", "-fps_mode", "passthrough", "-f", "null", "-",
            "-map", "0:a", "-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-",
        ]
    )  # fmt: skip
    if outcome.frames != frames:
        raise _refusal(name, f"{outcome.frames} frames could be decoded, not {frames}")
    if lane:
        prove(part, info, lane)
    else:
        _check_edges(part, info, plan, name)
    reading = loudness.read_loudness(outcome.log)
    wanted = plan.delivery.loudness
    if wanted and reading.true_peak_dbtp is not None and reading.true_peak_dbtp > wanted.peak_dbtp + 0.05:
        raise _refusal(name, f"true peak {reading.true_peak_dbtp} dBTP is over {wanted.peak_dbtp}")
    return reading


def _refusal(name: str, detail: str) -> CutFailed:
    return CutFailed(
        N_(
            "The clip cut from %(name)s did not pass its verification (%(detail)s) and was not kept. "
            "Try again; if it happens again, export the film anew."
        ),
        name=name,
        detail=detail,
    )


def _check_streams(info: MediaInfo, plan: RenderPlan, name: str) -> None:
    picture, sound, delivery = info.picture, info.sound, plan.delivery
    if picture is None or sound is None or len(info.video) != 1 or len(info.audio) != 1 or info.data_tracks:
        raise _refusal(
            name, f"{len(info.video)} pictures, {len(info.audio)} sounds, {info.data_tracks} data tracks"
        )
    facts = {
        "codec": (picture.codec, "h264"),
        "size": ((picture.width, picture.height), (delivery.width, delivery.height)),
        "rate": (picture.nominal_rate, delivery.rate),
        "constant rate": (picture.is_vfr, False),
        "frames": (picture.frame_count, plan.frames),
        "duration": (info.duration, plan.duration),
        "colour": (picture.color_space, "bt709"),
        "sound": ((sound.codec, sound.rate_hz, sound.channels), ("aac", delivery.audio_rate_hz, 2)),
        "problems": (info.problems, ()),
    }
    if plan.frames == 1:
        # One picture has no step from which a rate could be told.
        del facts["rate"], facts["duration"]
    for fact, (found, asked) in facts.items():
        if found != asked:
            raise _refusal(name, f"{fact}: {found}, not {asked}")
    if abs(sound.duration + sound.start_s - plan.duration) > _AUDIO_TOLERANCE_S:
        raise _refusal(name, f"sound lasts {float(sound.duration):.3f} s")


@dataclass(frozen=True)
class _Edge:
    """One picture of the result and the source picture that it has to be."""

    segment: Segment
    out_frame: int
    source_time: Fraction


def _edges(plan: RenderPlan) -> list[_Edge]:
    edges: list[_Edge] = []
    at, rate = 0, plan.delivery.rate
    for segment in plan.ranges:
        for k in sorted({0, segment.frames - 1}):
            time = segment.range.start + k / rate + sampling_offset(segment.picture, rate)
            edges.append(_Edge(segment, at + k, min(time, _last_instant(segment))))
        at += segment.frames
    return edges if len(edges) <= 2 * _EDGES_CHECKED else edges[:_EDGES_CHECKED] + edges[-_EDGES_CHECKED:]


def _last_instant(segment: Segment) -> Fraction:
    picture = segment.picture
    return segment.range.end - (Fraction(1, 1000) if picture.is_vfr else 1 / (2 * picture.nominal_rate))


def _check_edges(part: Path, info: MediaInfo, plan: RenderPlan, name: str) -> None:
    made = info.picture
    if made is None:
        raise _refusal(name, "no picture")
    for edge in _edges(plan):
        source = edge.segment.picture
        box = fitted(source, plan.delivery.width, plan.delivery.height, plan.delivery.fit)
        out_time = (edge.out_frame + Fraction(1, 2)) / plan.delivery.rate
        _, out, _ = pictures_around(part, made, out_time)
        before, wanted, after = pictures_around(edge.segment.source.path, source, edge.source_time)
        if out is None or wanted is None:
            raise _refusal(name, f"frame {edge.out_frame} cannot be compared with its source")
        got = _thumb(out, made, box)
        distance = _distance(got, _thumb(wanted, source, None))
        neighbours = [
            _distance(got, _thumb(frame, source, None)) for frame in (before, after) if frame is not None
        ]
        if not source.is_hdr and distance > _MOST_DIFFERENCE:
            raise _refusal(name, f"frame {edge.out_frame} differs from its source by {distance:.1f}")
        if neighbours and min(neighbours) * 1.3 + 0.6 < distance:
            raise _refusal(name, f"frame {edge.out_frame} is a neighbour of the asked one")


def pictures_around(
    path: Path, stream: VideoStream, time: Fraction
) -> tuple[av.VideoFrame | None, av.VideoFrame | None, av.VideoFrame | None]:
    """Give the picture shown at a time, with the ones before and after, by PyAV and not by the filters."""
    admission = hostile.admit(path)
    target = stream.start_s + time
    with open_film(path, admission) as container:
        video = container.streams.video[_position(container, stream.index)]
        video.codec_context.options = {"max_pixels": str(hostile.MAX_PIXELS)}
        video.thread_type = "AUTO"
        base = Fraction(video.time_base or Fraction(1, 90000))
        early = target - max(Fraction(1, 4), stream.max_gap_s * 2)
        if admission.seeks_exactly and early > stream.start_s:
            container.seek(int(early / base), stream=video, backward=True)
        before: av.VideoFrame | None = None
        shown: av.VideoFrame | None = None
        try:
            for frame in container.decode(video):
                if frame.pts is None:
                    continue
                if frame.pts * base > target:
                    return before, shown, frame
                before, shown = shown, frame
        except av.error.FFmpegError:
            return before, shown, None
        return before, shown, None


def upright(frame: av.VideoFrame, stream: VideoStream) -> Image.Image:
    """Give a decoded picture as it is shown, turned upright, pixels still as stored."""
    image: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]  # PyAV has no type for it
    return image.rotate(-stream.rotation, expand=True) if stream.rotation else image


def _position(container: av.container.InputContainer, index: int) -> int:
    return next(place for place, stream in enumerate(container.streams.video) if stream.index == index)


def _thumb(frame: av.VideoFrame, stream: VideoStream, box: tuple[int, int] | None) -> Grey:
    """Give a small grey picture, upright, without the bars that padding added."""
    width, height = (frame.width, frame.height)
    grey = frame.reformat(format="gray").to_ndarray().astype(np.uint8, copy=False)
    if box:
        left, top = max(0, (width - box[0]) // 2), max(0, (height - box[1]) // 2)
        grey = grey[top : height - top, left : width - left]
    grey = np.rot90(grey, k=-(stream.rotation // 90) % 4)
    return _shrunk(grey)


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


def _distance(one: Grey, other: Grey) -> float:
    return float(np.abs(one - other).mean())
