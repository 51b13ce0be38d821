"""Fonts for what is drawn into pictures; the caller says where they lie."""

import functools
from pathlib import Path

from PIL import ImageFont

from media.errors import N_, Unsupported


@functools.cache
def font_at(path: Path, size: int) -> ImageFont.FreeTypeFont:
    """Give a font at a size in pixels; Unsupported, with what to do, for a file that is none."""
    try:
        return ImageFont.truetype(str(path), size)
    except OSError as error:
        raise Unsupported(
            N_("The font %(name)s cannot be read. Run “qichuang doctor”, which says where fonts come from."),
            name=path.name,
        ) from error
