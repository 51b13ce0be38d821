"""Films of even patches whose values are known, and their values in a result."""

import av
import numpy as np

SIZE = (640, 360)
# Values of ITU-T H.273 for a stream's tags.
TAGS = {
    "bt709": (1, 1, 1),
    "bt601-625": (5, 6, 5),
    "bt601-525": (6, 6, 6),
    "pq": (9, 16, 9),
    "hlg": (9, 18, 9),
    "none": (2, 2, 2),
}
KR_KB = {"bt709": (0.2126, 0.0722), "bt601": (0.299, 0.114), "bt2020": (0.2627, 0.0593)}


def coded(rgb, matrix, bits=8, *, full=False):
    """Give Y', Cb, Cr of R'G'B' from 0 to 1 as numbers of so many bits."""
    red, green, blue = rgb
    kr, kb = KR_KB[matrix]
    luma = kr * red + (1 - kr - kb) * green + kb * blue
    cb, cr = (blue - luma) / (2 - 2 * kb), (red - luma) / (2 - 2 * kr)
    scale = 1 << (bits - 8)
    if full:
        top = (1 << bits) - 1
        return luma * top, cb * top + 128 * scale, cr * top + 128 * scale
    return (16 + 219 * luma) * scale, (128 + 224 * cb) * scale, (128 + 224 * cr) * scale


def patch_film(
    path, patches, tags="none", *, pix_fmt="yuv420p", full=False, size=SIZE, frames=25, codec="ffv1"
):
    """Write a film of upright stripes, one for each Y'CbCr value."""
    deep = "10" in pix_fmt
    across, down = (1 if "444" in pix_fmt else 2), (2 if "420" in pix_fmt else 1)
    width, height = size
    kind = np.uint16 if deep else np.uint8
    planes = []
    for plane in range(3):
        wide, tall = (width, height) if plane == 0 else (width // across, height // down)
        row = np.zeros(wide, kind)
        for place, patch in enumerate(patches):
            row[place * wide // len(patches) : (place + 1) * wide // len(patches)] = min(
                round(patch[plane]), 1023 if deep else 255
            )
        planes.append(np.tile(row, (tall, 1)))
    with av.open(str(path), "w") as film:
        stream = film.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = width, height, pix_fmt
        context = stream.codec_context
        context.color_primaries, context.color_trc, context.colorspace = TAGS[tags]
        context.color_range = 2 if full else 1
        for _ in range(frames):
            frame = av.VideoFrame(width, height, pix_fmt)
            for plane, drawn in zip(frame.planes, planes, strict=True):
                rows = np.zeros((plane.height, plane.line_size // kind().itemsize), kind)
                rows[:, : drawn.shape[1]] = drawn
                plane.update(rows.tobytes())
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
    return path


def patches_of(path, count):
    """Read the values in the middle of each stripe of the first picture: Y', Cb, Cr."""
    with av.open(str(path)) as film:
        frame = next(film.decode(video=0))
    planes = [
        np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
        for plane in frame.planes
    ]
    found = []
    for place in range(count):
        values = []
        for plane in planes:
            height, width = plane.shape
            left, right = (width * (3 * place + part) // (3 * count) for part in (1, 2))
            values.append(float(plane[height // 3 : height * 2 // 3, left:right].mean()))
        found.append(values)
    return found
