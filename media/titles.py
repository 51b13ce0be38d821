"""Opening cards, lower thirds, subtitles and end cards: drawn with Pillow, cards set in motion by moviepy.

Fonts are given by the caller; the bundled fonts of neither library know Chinese. Sizes and margins follow the
shape of the frame: a tall frame is read on a phone, whose own buttons cover its lower fifth.
"""

import functools
import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from media.dress import Card, Colour, Cue, LowerThird, Style
from media.errors import N_, BadDress
from media.lettering import font_at

Picture = NDArray[np.uint8]

_RED: Colour = (179, 38, 30)
_PAPER: Colour = (250, 248, 244)
_INK: Colour = (32, 30, 30)
# Punctuation after which a line may well end, and punctuation that may not begin one.
_PAUSES = "，。；：！？…,;:!?·"
_NOT_FIRST = "，。、；：！？）》」』”’…,.;:!?)"
# How long a card's text takes to come or go.
MOTION_S = Fraction(2, 5)
_SLIDE = 0.04


class Font(Protocol):
    """What wrapping needs of a font."""

    def getlength(self, text: str) -> float:
        """Give the width of a text in pixels."""


@functools.cache
def _knows(path: Path, character: str) -> bool:
    """Say whether a font has a character; one that it lacks is drawn as its empty box."""
    font = font_at(path, 24)
    return character.isspace() or bytes(font.getmask(character)) != bytes(font.getmask("\U0010fffe"))


@dataclass(frozen=True)
class Face:
    """A font at a size, with others for the characters that it lacks."""

    path: Path
    size: int
    fallbacks: tuple[Path, ...] = ()

    def runs(self, text: str) -> Iterator[tuple[ImageFont.FreeTypeFont, str]]:
        """Divide a text into stretches of one font each."""
        fonts = [self._path_of(character) for character in text]
        begin = 0
        for place in range(1, len(text) + 1):
            if place == len(text) or fonts[place] != fonts[begin]:
                yield font_at(fonts[begin], self.size), text[begin:place]
                begin = place

    def _path_of(self, character: str) -> Path:
        return next((path for path in (self.path, *self.fallbacks) if _knows(path, character)), self.path)

    def getlength(self, text: str) -> float:
        """Give the width of a text in pixels."""
        return sum(font.getlength(run) for font, run in self.runs(text))

    def write(
        self,
        pen: ImageDraw.ImageDraw,
        place: tuple[float, float],
        text: str,
        fill: tuple[int, ...],
        *,
        stroke: int = 0,
        stroke_fill: tuple[int, ...] | None = None,
    ) -> None:
        """Write one line, its top left corner at a place; all fonts stand on the same base line."""
        left, top = place
        base = top + font_at(self.path, self.size).getmetrics()[0]
        for font, run in self.runs(text):
            pen.text(
                (left, base), run, font=font, fill=fill, anchor="ls", stroke_width=stroke,
                stroke_fill=stroke_fill,
            )  # fmt: skip
            left += font.getlength(run)


def wrapped(text: str, font: Font, width: float) -> list[str]:
    """Break a text into lines where typed, at spaces, or between Chinese characters, never before a comma."""
    text = "\n".join(_typed_lines(text))
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


def _typed_lines(text: str) -> list[str]:
    """Divide a text where a new line was typed; browsers send CR LF, and no font has control characters."""
    shown = (" " if unicodedata.category(c) == "Cc" and c not in "\r\n" else c for c in text)
    return "".join(shown).splitlines()


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


def balanced(text: str, font: Font, width: float) -> list[str]:
    """Break each typed line into as few lines as fit, all of about the same length."""
    typed = _typed_lines(text)
    if len(typed) > 1:
        return [line for one in typed for line in balanced(one, font, width)]
    text = "".join(typed)
    lines = wrapped(text, font, width)
    if len(lines) == 2 and (halves := _at_a_pause(text, font, width)):
        return halves
    for share in range(1, 12):
        narrower = wrapped(text, font, width * (1 - share * 0.04))
        if len(narrower) > len(lines):
            break
        lines = narrower
    return lines


def _at_a_pause(text: str, font: Font, width: float) -> list[str]:
    """Break a text in two where one pauses in reading, if both halves fit and none is a mere rest."""
    best: list[str] = []
    least = 0.0
    for place in range(1, len(text)):
        if text[place - 1] not in _PAUSES or text[place] in _NOT_FIRST:
            continue
        halves = [text[:place].rstrip(" ·"), text[place:].lstrip()]
        lengths = [font.getlength(half) for half in halves]
        if max(lengths) <= width and min(lengths) > max(least, 0.4 * max(lengths)):
            best, least = halves, min(lengths)
    return best


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
    """Draw an opening or end card in the plain style of the house, as draw_card_text does."""
    style = Style(font_path, background=background, ink=ink)
    image = Image.new("RGB", (width, height), background)
    text = draw_card_text(Card(title, subtitle), style, width, height)
    image.paste(text, (0, 0), text)
    return image


def draw_card_text(card: Card, style: Style, width: int, height: int) -> Image.Image:
    """Draw what stands on a card, on a transparent ground.

    A title has at most three lines (five in a tall frame) and gets smaller until it and its subtitle fit.
    """
    image = Image.new("RGBA", (width, height), (*style.ink, 0))
    pen = ImageDraw.Draw(image)
    room, most_lines = width * 0.8, 3 if width > height else 5
    size = round(min(height * 0.1, width * 0.085))
    while True:
        large = Face(style.bold, size, style.fallbacks)
        small = Face(style.font_path, max(12, round(size * 0.45)), style.fallbacks)
        lines = balanced(card.title, large, room)
        notes = balanced(card.subtitle, small, room) if card.subtitle else []
        leading, note_leading = round(size * 1.4), round(small.size * 1.6)
        gap = round(size * 0.35) if notes else 0
        tall = leading * len(lines) + gap + note_leading * len(notes)
        if size <= 14 or (len(lines) <= most_lines and tall <= height * 0.76):
            break
        size = round(size * 0.9)
    left, top = width * 0.1, (height - tall) // 2
    mark = max(3, round(size * 0.09))

    def begins(long: float) -> float:
        return (width - long) / 2 if style.align == "centre" else left

    at = begins(size)
    pen.rectangle((at, top - size * 0.45, at + size, top - size * 0.45 + mark), fill=(*style.accent, 255))
    for line in lines:
        large.write(pen, (begins(large.getlength(line)), top), line, (*style.ink, 255))
        top += leading
    top += gap
    for note in notes:
        small.write(pen, (begins(small.getlength(note)), top), note, (*style.ink, 255))
        top += note_leading
    if style.logo:
        _put_logo(image, style.logo)
    return image


def _put_logo(image: Image.Image, logo: Path) -> None:
    """Put the campaign's own sign into the upper right corner, at most a tenth of the frame high."""
    try:
        with Image.open(logo) as opened:
            sign = opened.convert("RGBA")
    except (OSError, SyntaxError, ValueError) as error:
        raise BadDress(N_("The logo %(name)s is no picture that can be read."), name=logo.name) from error
    edge = round(min(image.width, image.height) * 0.06)
    most = image.width * 0.3, min(image.width, image.height) * 0.1
    scale = min(most[0] / sign.width, most[1] / sign.height)
    sign = sign.resize(
        (max(1, round(sign.width * scale)), max(1, round(sign.height * scale))), Image.Resampling.LANCZOS
    )
    image.alpha_composite(sign, (image.width - edge - sign.width, edge))


def draw_lower_third(
    name: str, role: str = "", *, font_path: Path, width: int = 1920, height: int = 1080
) -> Image.Image:
    """Draw a name and a role in the plain style of the house, as draw_name does."""
    return draw_name(name, role, Style(font_path), width, height)


def draw_name(
    name: str, role: str, style: Style, width: int, height: int, *, above_subtitles: bool = False
) -> Image.Image:
    """Draw a name and a role at the lower left of a transparent picture; long texts get smaller."""
    image = Image.new("RGBA", (width, height), (*style.plate, 0))
    pen = ImageDraw.Draw(image)
    is_tall = height > width
    size, room = round(min(height * 0.046, width * 0.05)), width * 0.74
    while True:
        large = Face(style.bold, size, style.fallbacks)
        small = Face(style.font_path, max(10, round(size * 0.7)), style.fallbacks)
        wide = max(large.getlength(name), small.getlength(role)) + size * 2
        if wide - size * 2 <= room or size <= 12:
            break
        size = round(size * 0.9)
    left, line = round(width * 0.06), round(size * 1.5)
    tall = line + (round(line * 0.75) if role else 0) + size // 2
    bottom = (0.655 if above_subtitles else 0.78) if is_tall else (0.74 if above_subtitles else 0.9)
    top = round(height * bottom) - tall
    if style.name_side == "right":
        left = round(width - left - wide)
    pen.rectangle((left, top, left + wide, top + tall), fill=(*style.plate, 200))
    pen.rectangle((left, top, left + max(4, size // 6), top + tall), fill=(*style.accent, 255))
    large.write(pen, (left + size, top + size * 0.2), name, (*style.plate_ink, 255))
    if role:
        small.write(pen, (left + size, top + size * 0.15 + line), role, (*style.plate_ink, 255))
    return image


def draw_subtitle(text: str, style: Style, width: int, height: int) -> Image.Image:
    """Draw a subtitle at the lower middle of a transparent picture: light, with a dark edge.

    At most three lines; a longer text gets smaller.
    """
    image = Image.new("RGBA", (width, height), (*style.plate, 0))
    pen = ImageDraw.Draw(image)
    is_tall = height > width
    size, room = round(min(height * 0.05, width * 0.056)), width * (0.86 if is_tall else 0.88)
    while True:
        face = Face(style.font_path, size, style.fallbacks)
        lines = [line for part in text.splitlines() for line in balanced(part.strip(), face, room)]
        if len(lines) <= 3 or size <= 12:
            break
        size = round(size * 0.9)
    leading = round(size * 1.3)
    top = round(height * (0.80 if is_tall else 0.945)) - leading * len(lines)
    for line in lines:
        left = (width - face.getlength(line)) / 2
        face.write(
            pen, (left, top), line, (*style.plate_ink, 255),
            stroke=max(2, round(size * 0.07)), stroke_fill=(*style.plate, 235),
        )  # fmt: skip
        top += leading
    return image


def draw_overlay(
    item: LowerThird | Cue, style: Style, width: int, height: int, *, above_subtitles: bool
) -> Image.Image:
    """Draw a lower third or a subtitle on a transparent picture."""
    if isinstance(item, Cue):
        return draw_subtitle(item.text, style, width, height)
    return draw_name(item.name, item.role, style, width, height, above_subtitles=above_subtitles)


def card_pictures(
    card: Card,
    kind: Literal["opening", "end"],
    style: Style,
    size: tuple[int, int],
    rate: Fraction,
    frames: int,
) -> Iterator[tuple[int, Picture]]:
    """Give the pictures of a card, each with its number; one stands until the next one comes.

    The text of an opening card goes at its end and that of an end card comes at its beginning, so that the
    first picture of a film, which players show before it is played, and its last one are whole cards.
    """
    # moviepy takes a while to load, and most clips have no card.
    from moviepy import CompositeVideoClip, ImageClip, vfx  # noqa: PLC0415 - see above

    width, height = size
    length = frames / rate
    motion = min(MOTION_S, length / 4)
    paper = Image.new("RGB", size, style.background)
    text = np.asarray(draw_card_text(card, style, width, height))
    begin = float(length - motion) if kind == "opening" else 0.0

    def place(time_s: float) -> tuple[int, int]:
        done = min(1.0, max(0.0, (time_s - begin) / float(motion)))
        # Fast at first and soft at its rest, as things move that are put down.
        gone = done**2 if kind == "opening" else (1 - done) ** 2
        return 0, round(gone * height * _SLIDE) * (-1 if kind == "opening" else 1)

    effect = vfx.CrossFadeOut(float(motion)) if kind == "opening" else vfx.CrossFadeIn(float(motion))
    # moviepy's own TextClip cuts the feet off Chinese glyphs in the last line, with or without a margin.
    moving = ImageClip(text, transparent=True, duration=float(length)).with_position(place)
    film = CompositeVideoClip(
        [ImageClip(np.asarray(paper), duration=float(length)), moving.with_effects([effect])]
    )
    try:
        for number in range(frames):
            # The middle of a picture's showing: rounding never falls behind the end of the film.
            time = (number + Fraction(1, 2)) / rate
            moves = time > length - motion if kind == "opening" else time < motion
            rests_first = number == (0 if kind == "opening" else math.ceil(motion * rate - Fraction(1, 2)))
            if moves or rests_first:
                yield number, np.asarray(film.get_frame(float(time)), np.uint8)
    finally:
        film.close()


def whole_card(card: Card, style: Style, size: tuple[int, int]) -> Image.Image:
    """Give a card at rest, to compare the film with."""
    image = Image.new("RGB", size, style.background)
    text = draw_card_text(card, style, *size)
    image.paste(text, (0, 0), text)
    return image
