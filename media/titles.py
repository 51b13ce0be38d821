"""Opening cards, lower thirds and end cards: drawn with Pillow, made into clips by moviepy.

Fonts are given by the caller; the bundled fonts of neither library know Chinese.
"""

import unicodedata
from pathlib import Path

import numpy as np
from moviepy import ImageClip, vfx
from PIL import Image, ImageDraw, ImageFont

from media.errors import N_, Unsupported
from media.files import arriving

Colour = tuple[int, int, int]

_RED: Colour = (179, 38, 30)
_PAPER: Colour = (250, 248, 244)
_INK: Colour = (32, 30, 30)
# Punctuation that may not begin a line.
_NOT_FIRST = "，。、；：！？）》」』”’…,.;:!?)"


def _font(font_path: Path, size: int) -> ImageFont.FreeTypeFont:
    try:
        return ImageFont.truetype(str(font_path), size)
    except OSError as error:
        raise Unsupported(
            N_("The font %(name)s cannot be read. Run “qichuang doctor”, which says where fonts come from."),
            name=font_path.name,
        ) from error


def wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Break a text into lines: at spaces, or between Chinese characters, never before a comma."""
    lines: list[str] = []
    line = ""
    for character in text:
        if character == "\n":
            lines.append(line)
            line = ""
        elif not line or font.getlength(line + character) <= width or character in _NOT_FIRST:
            line += character
        else:
            kept, rest = _breakpoint(line, character)
            lines.append(kept)
            line = (rest + character).lstrip()
    return [*lines, line] if line else lines


def _breakpoint(line: str, following: str) -> tuple[str, str]:
    """Keep a Latin word together unless it fills the whole line."""
    if unicodedata.east_asian_width(following) in "WF" or following == " ":
        return line, ""
    cut = max(
        (
            place + 1
            for place, character in enumerate(line)
            if character == " " or unicodedata.east_asian_width(character) in "WF"
        ),
        default=0,
    )
    return (line[:cut].rstrip(), line[cut:]) if cut else (line, "")


def draw_card(
    title: str,
    *,
    font_path: Path,
    subtitle: str = "",
    width: int = 1920,
    height: int = 1080,
    background: Colour = _PAPER,
    ink: Colour = _INK,
) -> Image.Image:
    """Draw an opening or end card: a title of at most three lines, made smaller until it fits."""
    image = Image.new("RGB", (width, height), background)
    pen = ImageDraw.Draw(image)
    room = round(width * 0.8)
    size = round(height * 0.1)
    font = _font(font_path, size)
    while len(lines := wrapped(title, font, room)) > 3 and size > height // 40:
        size = round(size * 0.9)
        font = _font(font_path, size)
    small = _font(font_path, max(12, round(size * 0.45)))
    notes = wrapped(subtitle, small, room) if subtitle else []
    leading, note_leading = round(size * 1.5), round(size * 0.7)
    y = (height - leading * len(lines) - note_leading * len(notes)) // 2
    pen.rectangle((width * 0.1, y - size * 0.4, width * 0.1 + size, y - size * 0.4 + size * 0.1), fill=_RED)
    for line in lines:
        pen.text((width * 0.1, y), line, font=font, fill=ink)
        y += leading
    for note in notes:
        pen.text((width * 0.1, y), note, font=small, fill=ink)
        y += note_leading
    return image


def draw_lower_third(
    name: str, role: str = "", *, font_path: Path, width: int = 1920, height: int = 1080
) -> Image.Image:
    """Draw a name and a role at the lower left of a transparent picture; long texts get smaller."""
    image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    size, room = round(height * 0.046), width * 0.74
    font = _font(font_path, size)
    while max(font.getlength(name), font.getlength(role) * 0.7) > room and size > 12:
        size = round(size * 0.9)
        font = _font(font_path, size)
    small = _font(font_path, max(10, round(size * 0.7)))
    left, line = round(width * 0.06), round(size * 1.5)
    tall = line + (round(line * 0.75) if role else 0) + size // 2
    top = round(height * 0.9) - tall
    wide = max(font.getlength(name), small.getlength(role)) + size * 2
    pen.rectangle((left, top, left + wide, top + tall), fill=(20, 20, 24, 190))
    pen.rectangle((left, top, left + max(4, size // 6), top + tall), fill=(*_RED, 255))
    pen.text((left + size, top + size * 0.25), name, font=font, fill=(255, 255, 255, 255))
    if role:
        pen.text((left + size, top + size * 0.25 + line), role, font=small, fill=(225, 225, 225, 255))
    return image


def make_card_clip(
    out: Path,
    title: str,
    *,
    font_path: Path,
    subtitle: str = "",
    duration_s: float = 3.0,
    size: tuple[int, int] = (1920, 1080),
    rate: int = 25,
) -> Path:
    """Make a short silent film of a card that fades in and out (MP4, H.264)."""
    width, height = size
    # moviepy's own TextClip cuts the feet off Chinese glyphs in the last line, with or without a margin.
    drawn = draw_card(title, font_path=font_path, subtitle=subtitle, width=width, height=height)
    fade_s = min(0.5, duration_s / 4)
    card = ImageClip(np.asarray(drawn), duration=duration_s).with_effects(
        [vfx.FadeIn(fade_s), vfx.FadeOut(fade_s)]
    )
    try:
        with arriving(out, name=out.name) as part:
            card.write_videofile(
                str(part), fps=rate, codec="libx264", preset="veryfast", audio=False, logger=None,
                ffmpeg_params=["-pix_fmt", "yuv420p", "-f", "mp4"],
            )  # fmt: skip
    finally:
        card.close()
    return out
