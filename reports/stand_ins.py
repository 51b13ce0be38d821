"""Pictures of a PDF that the typesetter never unpacks (A13).

typst unpacks every picture it sets, 5 MB for each of a book's three hundred, and keeps them all. So it gets
a stand-in of a few thousand bytes in the same shape, and afterwards the file itself takes the stand-in's
place: a PDF holds a JPEG as it is, and draws it as large as its place, however many points it has.
"""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from PIL import Image, UnidentifiedImageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# The shape of a stand-in differs from its picture's by less than two thousandths.
FINEST = 256
# What a PDF says of the colours of such a stand-in holds for its picture as well.
_MODES = ("RGB", "L")
_SIZES = re.compile(rb"/(Length|Width|Height)\s+(\d+)")
_PICTURE = re.compile(rb"\d+ 0 obj\s*<<([^<>]*/Subtype\s*/Image[^<>]*)>>\s*stream\r?\n")
_TABLE = re.compile(rb"xref\s+")
_SECTION = re.compile(rb"\d+ (\d+) ?\r?\n(?=\d{10} \d{5} )")
_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_ENTRY, _KIND = 20, 17


@dataclass(frozen=True)
class StandIn:
    """A small picture, and the JPEG file in whose place it stands with its size in pixels."""

    content: bytes
    picture: Path
    width_px: int
    height_px: int


def stand_in(picture: Path) -> StandIn | None:
    """Give the stand-in of a JPEG file; None for any file that a PDF cannot hold as it is.

    A profile of colours or a note that the picture is turned is for the typesetter to read.
    """
    try:
        with Image.open(picture, formats=("JPEG",)) as image:
            width, height, mode = *image.size, image.mode
            plain = mode in _MODES and not image.info.get("icc_profile") and not image.getexif()
    except UnidentifiedImageError:
        return None
    shape = Fraction(width, height).limit_denominator(FINEST)
    if not plain or not 1 <= shape.numerator <= FINEST * FINEST:
        return None
    # The comment makes each a picture of its own, and the document's name depend on what is in it.
    digest = hashlib.sha256(picture.read_bytes()).hexdigest()
    small = io.BytesIO()
    Image.new(mode, (shape.numerator, shape.denominator)).save(small, "JPEG", comment=digest.encode())
    return StandIn(small.getvalue(), picture, width, height)


def with_pictures(pdf: bytes, stand_ins: Sequence[StandIn]) -> bytes:
    """Put the pictures into a PDF in place of their stand-ins; every other byte stays as it was.

    Expects the classic table of cross references. Raises ValueError when a stand-in that is not there was
    named or the table cannot be read: a book without its pictures must not leave the house.
    """
    waiting = {one.content: one for one in stand_ins}
    if not waiting:
        return pdf
    last = _START.search(pdf, max(0, len(pdf) - 100))
    if last is None:
        raise ValueError("a PDF without an end")
    table = int(last[1])
    entries = _entries(pdf, table)
    starts = sorted(entries)
    parts, at, moved = [pdf[: starts[0]]], starts[0], {}
    for start, end in zip(starts, [*starts[1:], table], strict=True):
        moved[start] = at
        parts.append(_with_picture(pdf[start:end], waiting))
        at += len(parts[-1])
    if waiting:
        lost = ", ".join(sorted(one.picture.name for one in waiting.values()))
        raise ValueError(f"no place in the PDF for {lost}")
    closing = bytearray(pdf[table : last.start(1)])
    for start, entry in entries.items():
        closing[entry - table : entry - table + 10] = b"%010d" % moved[start]
    return b"".join((*parts, closing, b"%d" % at, pdf[last.end(1) :]))


def _entries(pdf: bytes, table: int) -> dict[int, int]:
    """Where each object begins, and where its entry of the table stands."""
    head = _TABLE.match(pdf, table)
    if head is None:
        raise ValueError("a PDF without a classic table of cross references")
    entries = {}
    at = head.end()
    while (section := _SECTION.match(pdf, at)) is not None:
        at = section.end()
        for _number in range(int(section[1])):
            if pdf[at + _KIND : at + _KIND + 1] == b"n":
                entries[int(pdf[at : at + 10])] = at
            at += _ENTRY
    return entries


def _with_picture(body: bytes, waiting: dict[bytes, StandIn]) -> bytes:
    """The same object, or its picture when it is a stand-in's."""
    head = _PICTURE.match(body)
    if head is None:
        return body
    length = int(dict(_SIZES.findall(head[1]))[b"Length"])
    one = waiting.pop(body[head.end() : head.end() + length], None)
    if one is None:
        return body
    content = one.picture.read_bytes()
    sizes = {b"Length": len(content), b"Width": one.width_px, b"Height": one.height_px}
    told = _SIZES.sub(lambda found: b"/%s %d" % (found[1], sizes[found[1]]), head[0])
    return told + content + body[head.end() + length :]
