"""What unpacked photos tell: colour, focus, and a hash by which alike ones are found (pure).

The figures were measured on real pictures and on copies of them, made smaller, blurred, cropped, saved anew.
"""

from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from media.keyframes import edge_width

_HASH_SIDE, _HASH_KEPT = 32, 8
_LINES = 1080
# Smaller pictures hide their focus.
_LEAST_LINES = 700
# The cosine transform as a matrix: one row for each frequency.
_COSINES: NDArray[np.float64] = np.cos(
    np.pi / _HASH_SIDE * np.outer(np.arange(_HASH_KEPT + 1), np.arange(_HASH_SIDE) + 0.5)
)


def look(image: Image.Image) -> dict[str, Any]:
    """Measure an upright RGB picture: chroma, blur and fingerprint, as PhotoInfo holds them."""
    blur = _blur(image)
    return {
        "chroma": round(chroma(image), 1),
        "blur": None if blur is None else round(blur, 2),
        "fingerprint": fingerprint(image),
    }


def chroma(image: Image.Image) -> float:
    """Give how far the strongest channel lies above the weakest in the most coloured twentieth.

    The mean would call a machine before a white wall grey.
    """
    small = np.asarray(image.resize((96, 96), Image.Resampling.BOX), np.int16)
    return float(np.percentile(small.max(axis=2) - small.min(axis=2), 95))


def _blur(image: Image.Image) -> float | None:
    """Give the width of edges on 1080 lines, as it is measured in films; None where that cannot be told."""
    shorter = min(image.size)
    if shorter < _LEAST_LINES:
        return None
    scale = min(1.0, _LINES / shorter)
    size = (2 * round(image.width * scale / 2), 2 * round(image.height * scale / 2))
    grey = image.convert("L").resize(size, Image.Resampling.LANCZOS)
    width = edge_width(av.VideoFrame.from_ndarray(np.asarray(grey), format="gray"))
    return None if width is None else width * _LINES / min(size)


def fingerprint(image: Image.Image) -> str:
    """Give 64 bits as hex: which of the lowest frequencies lie above their median (a perceptual hash).

    It outlives another size, quality, brightness or a thin crop, and not a mirror.
    """
    grey = image.convert("L").resize((_HASH_SIDE, _HASH_SIDE), Image.Resampling.LANCZOS)
    levels = np.asarray(grey, np.float64)
    low = (_COSINES @ levels @ _COSINES.T)[1:, 1:]
    bits = (low > np.median(low)).ravel()
    return f"{int(''.join('1' if bit else '0' for bit in bits), 2):016x}"


def distance(one: str, other: str) -> int:
    """Count the bits in which two fingerprints differ, 0 to 64."""
    return (int(one, 16) ^ int(other, 16)).bit_count()
