"""Key frames at full size, found by seeking: what focus, marks and a first verdict are read from.

A key frame needs no other picture, so a few dozen of them cost a small part of decoding a film.
"""

import itertools
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import av.error
import av.filter
import numpy as np

from media import hostile
from media.info import MediaInfo, VideoStream
from media.pictures import DARK_HIGH, Luma, brightness
from media.probe import open_film

KEY_COUNT = 24
# Focus is told in pixels of 1080 lines; smaller pictures hide it, larger ones are brought down to it.
_FULL_LINES = 1080
LEAST_LINES = 700
_SMALL_SIDE = 480
# A film whose seeking lands nowhere must not be read to its end for every picture.
_MOST_PACKETS = 3000


@dataclass(frozen=True)
class KeyLook:
    """One key frame: its time, a small upright plane of brightness, and its blur.

    blur is the mean width of edges in pixels (blurdetect); None where the picture is too dark or too small to
    tell.
    """

    time_s: Fraction
    luma: Luma
    blur: float | None


def look_at_keys(path: Path, info: MediaInfo, *, count: int = KEY_COUNT) -> tuple[KeyLook, ...]:
    """Look at up to `count` different key frames, evenly spread over the film.

    Moments that cannot be decoded are left out; a film without any gives none.
    """
    if info.picture is None:
        return ()
    eye = _Eye(info.picture)
    return tuple(eye.see(*taken) for taken in key_frames(path, info, count=count))


def key_frames(path: Path, info: MediaInfo, *, count: int) -> Iterator[tuple[Fraction, av.VideoFrame]]:
    """Give up to `count` different key frames, evenly spread over the film, each with its time.

    Moments that cannot be decoded are left out; a film without any gives none.
    """
    picture = info.picture
    if picture is None:
        return
    admission = hostile.admit(path)
    # What cannot be decoded at all ends the row of pictures; what came before is still good.
    with suppress(av.error.FFmpegError), open_film(path, admission) as container:
        stream = next(video for video in container.streams.video if video.index == picture.index)
        stream.codec_context.options = {"max_pixels": str(hostile.MAX_PIXELS)}
        stream.codec_context.thread_count = 1
        yield from _taken(container, stream, picture, count)


def _taken(
    container: av.container.InputContainer, stream: av.VideoStream, picture: VideoStream, count: int
) -> Iterator[tuple[Fraction, av.VideoFrame]]:
    base = Fraction(stream.time_base or Fraction(1, 90000))
    seen: set[int] = set()
    for number in range(count):
        target = picture.start_s + picture.duration * (2 * number + 1) / (2 * count)
        try:
            container.seek(int(target / base), stream=stream, backward=True)
            packet = _next_key(container, stream)
            if packet is None or packet.pts is None or packet.pts in seen:
                continue
            seen.add(packet.pts)
            frames = [*stream.codec_context.decode(packet), *stream.codec_context.decode(None)]
        except av.error.FFmpegError:
            continue
        finally:
            stream.codec_context.flush_buffers()
        if frames:
            yield max(packet.pts * base - picture.start_s, Fraction(0)), frames[0]


def _next_key(
    container: av.container.InputContainer, stream: av.VideoStream
) -> "av.Packet[av.VideoStream] | None":
    packets = itertools.islice(container.demux(stream), _MOST_PACKETS)
    return next((packet for packet in packets if packet.is_keyframe and packet.size), None)


class _Eye:
    """Turns decoded pictures of one film into looks."""

    def __init__(self, picture: VideoStream) -> None:
        self._picture = picture

    def see(self, time_s: Fraction, frame: av.VideoFrame) -> KeyLook:
        shorter = min(frame.width, frame.height)
        scale = min(1.0, _FULL_LINES / shorter)
        plain = frame.format.name in {"yuv420p", "yuvj420p", "yuv422p", "yuv444p", "gray"}
        if scale < 1 or not plain:
            frame = frame.reformat(
                width=2 * round(frame.width * scale / 2), height=2 * round(frame.height * scale / 2),
                format="yuv420p",
            )  # fmt: skip
        plane = _luma(frame)
        if self._picture.color_range == "pc" or frame.format.name == "yuvj420p":
            plane = (plane * np.float32(219 / 255) + 16).astype(np.uint8)
        small = _reduced(plane)
        told = brightness(small)[1] >= DARK_HIGH and shorter >= LEAST_LINES
        upright = np.rot90(small, -self._picture.rotation // 90)
        upright = np.fliplr(upright) if self._picture.is_mirrored else upright
        return KeyLook(time_s, upright, edge_width(frame) if told else None)


def _luma(frame: av.VideoFrame) -> Luma:
    plane = frame.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
    shown: Luma = rows[:, : plane.width]
    return shown


def _reduced(luma: Luma) -> Luma:
    """Shrink by whole steps to about 480 pixels, each the mean of a square."""
    step = max(1, round(max(luma.shape) / _SMALL_SIDE))
    height, width = luma.shape[0] // step, luma.shape[1] // step
    cut = luma[: height * step, : width * step].reshape(height, step, width, step)
    sums = cut.sum(axis=(1, 3), dtype=np.uint32)
    small: Luma = (sums // (step * step)).astype(np.uint8)
    return small


def edge_width(frame: av.VideoFrame) -> float | None:
    """Give the mean width of the edges in pixels (blurdetect); None where not one edge is found."""
    graph = av.filter.Graph()
    source = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1, 1000)
    )
    sink = graph.add("buffersink")
    meter = graph.add("blurdetect")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    frame.pts = 0
    graph.push(frame)
    seen = graph.pull()
    told = str(seen.metadata.get("lavfi.blur", ""))
    value = float(told) if told else float("nan")
    # Where not one edge is found the filter tells 0 or nothing.
    return value if np.isfinite(value) and value > 0 else None
