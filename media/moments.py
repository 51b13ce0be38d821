"""Single pictures of a film, by PyAV and not by the filters, so that they can prove what the filters made."""

from fractions import Fraction
from pathlib import Path

import av
import av.error
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from media import hostile
from media.info import VideoStream
from media.probe import open_film

Stored = NDArray[np.uint8]


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
    """Give a decoded picture as it is shown, turned and mirrored upright, pixels still as stored."""
    image: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]  # PyAV has no type for it
    is_changed = stream.rotation or stream.is_mirrored
    return Image.fromarray(turned(np.asarray(image), frame)) if is_changed else image


def turned(stored: Stored, frame: av.VideoFrame) -> Stored:
    """Turn and mirror the pixels of a frame as its display matrix says (ISO/IEC 14496-12, 6.2.2)."""
    found = frame.side_data.get("DISPLAYMATRIX")
    if found is None:
        return stored
    across, skew_down, _, skew_across, down = np.frombuffer(memoryview(found), np.int32)[:5]  # type: ignore[arg-type]  # it holds bytes
    if not across and not down:
        # x is shown along y and y along x: the picture lies on its side.
        stored = stored.swapaxes(0, 1)
        across, down = skew_across, skew_down
    return stored[:: -1 if down < 0 else 1, :: -1 if across < 0 else 1]


def _position(container: av.container.InputContainer, index: int) -> int:
    return next(place for place, stream in enumerate(container.streams.video) if stream.index == index)
