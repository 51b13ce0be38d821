"""Cover pictures: a moment of a finished film in the shapes that platforms ask for, with or without a title.

People see a cover two fingers wide on a phone: the title is large, short lines on a dark ground, and stands
clear of the edges that platforms cut off or cover with the length of the film.
"""

import io
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

from media.dress import Style
from media.errors import N_, BadDress
from media.moments import pictures_around, upright
from media.probe import probe
from media.titles import Face, balanced

SIZES: Mapping[str, tuple[int, int]] = {"wide": (1280, 720), "tall": (1080, 1440), "square": (1080, 1080)}
_MOST_TITLE = 60
# Of the width: the size of the letters, and how much of the picture stays clear at each side.
_LETTER = {"wide": 0.09, "tall": 0.115, "square": 0.105}
_MOST_LINES = {"wide": 2, "tall": 3, "square": 3}
_MARGIN = 0.07
_QUALITY = 90


def moment_of(film: Path, at: Fraction, name: str = "") -> Image.Image:
    """Give the picture that a film shows at a time, upright; a time behind the end gives the last one."""
    stream = probe(film, name=name).picture
    if stream is None:
        raise ValueError("a finished clip has a picture")
    at = max(Fraction(0), min(at, stream.duration - Fraction(1) / stream.nominal_rate))
    before, shown, after = pictures_around(film, stream, at)
    frame = shown or before or after
    if frame is None:
        raise BadDress(N_("No picture can be read at this moment. Choose another one."))
    return upright(frame, stream).convert("RGB")


def filled(picture: Image.Image, size: tuple[int, int], focus_x: float = 0.5) -> Image.Image:
    """Fill a frame of another shape with the part that focus_x chooses, from 0 (left) to 1 (right)."""
    width, height = size
    scale = max(width / picture.width, height / picture.height)
    wide, tall = round(picture.width * scale), round(picture.height * scale)
    large = picture.resize((max(wide, width), max(tall, height)), Image.Resampling.LANCZOS)
    left, top = round((large.width - width) * focus_x), (large.height - height) // 2
    return large.crop((left, top, left + width, top + height))


def before_itself(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Show all of a picture before a soft, darker copy of itself, as the delivery's blur does."""
    ground = filled(picture, size).resize((size[0] // 8, size[1] // 8)).filter(ImageFilter.GaussianBlur(5))
    ground = ground.resize(size, Image.Resampling.BICUBIC).point(lambda value: value * 0.75)
    scale = min(size[0] / picture.width, size[1] / picture.height)
    front = picture.resize(
        (round(picture.width * scale), round(picture.height * scale)), Image.Resampling.LANCZOS
    )
    ground.paste(front, ((size[0] - front.width) // 2, (size[1] - front.height) // 2))
    return ground


def draw_cover(
    picture: Image.Image, shape: str, title: str, style: Style, *, focus_x: float = 0.5
) -> Image.Image:
    """Draw a cover; an empty title leaves the picture as it is, one of more than 60 letters is refused."""
    image = filled(picture, SIZES[shape], focus_x)
    title = " ".join(title.split())
    if not title:
        return image
    if len(title) > _MOST_TITLE:
        raise BadDress(
            N_("The text “%(text)s…” is longer than %(most)s characters. Shorten it."),
            text=title[:20],
            most=_MOST_TITLE,
        )
    face, lines = _set(title, shape, style, image.width)
    leading = round(face.size * 1.32)
    bottom = image.height - round(image.height * 0.1)
    top = bottom - leading * len(lines)
    image.paste(Image.new("RGB", image.size, style.plate), (0, 0), _shade(image.size, top - face.size * 2))
    pen = ImageDraw.Draw(image)
    left = round(image.width * _MARGIN)
    mark = max(4, face.size // 9)
    pen.rectangle(
        (left, top - face.size * 0.42, left + face.size, top - face.size * 0.42 + mark), style.accent
    )
    for number, line in enumerate(lines):
        face.write(pen, (left, top + number * leading), line, (*style.plate_ink, 255))
    return image


def _set(title: str, shape: str, style: Style, width: int) -> tuple[Face, list[str]]:
    """Choose the largest letters with which the title takes the lines that a glance can read."""
    size, room = round(width * _LETTER[shape]), width * (1 - 2 * _MARGIN)
    while True:
        face = Face(style.bold, size, style.fallbacks)
        lines = balanced(title, face, room)
        fits = len(lines) <= _MOST_LINES[shape] and all(face.getlength(line) <= room for line in lines)
        if fits or size <= width * 0.035:
            return face, lines
        size = round(size * 0.94)


def _shade(size: tuple[int, int], begins: float) -> Image.Image:
    """Give how dark each row is: nothing above, nearly all below the title."""
    width, height = size
    begin = max(0, round(begins))
    column = Image.new("L", (1, height), 0)
    for row in range(begin, height):
        column.putpixel((0, row), min(205, round(255 * (row - begin) / max(1, (height - begin) * 0.6))))
    return column.resize((width, height))


def as_jpeg(image: Image.Image, most_side: int = 0) -> bytes:
    """Write a picture as JPEG without any data but its pixels, made smaller where a side is asked for."""
    if most_side:
        image = image.copy()
        image.thumbnail((most_side, most_side))
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=_QUALITY, optimize=True)
    return stream.getvalue()
