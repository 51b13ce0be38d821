"""The pictures that prove a finding: frames of the film with the fault marked, made when somebody asks."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av.error
from PIL import Image, ImageDraw, ImageFont

from media.files import arriving
from media.findings import Finding
from media.info import MediaInfo, VideoStream
from media.lettering import font_at
from media.moments import pictures_around, upright
from media.probe import probe
from media.timecode import format_timecode

SEEN = frozenset({"focus", "shake", "exposure", "black", "freeze", "bars", "marks"})
_SIDE = 1280
_RED, _WHITE = (224, 32, 32), (255, 255, 255)


@dataclass(frozen=True)
class Shot:
    """One picture of a fault: the file, and the moment of the film in seconds that it shows."""

    path: Path
    moment: Fraction


Caption = Callable[[Finding, str], str]


def plain_caption(finding: Finding, moment: str) -> str:
    """Say rule, measure and timecode in the words of the program's own interface."""
    return f"{finding.rule}  {finding.measured}  {moment}"


def evidence(
    path: Path,
    finding: Finding,
    out: Path,
    *,
    info: MediaInfo | None = None,
    most: int = 4,
    caption: Caption | None = plain_caption,
    font_path: Path | None = None,
) -> tuple[Shot, ...]:
    """Write up to `most` JPEGs into the folder `out`, named by rule and number.

    They show the middles of the longest ranges in order of time, or moments spread over the film where the
    fault has no range; regions are framed in red. caption makes the line written into the picture from the
    finding and the timecode, in the reader's language; it needs a font that knows its signs, and None leaves
    it out. A rule about sound or about the file has no picture, and a moment that cannot be decoded gives
    none. Raises Unsupported for a font that cannot be read.
    """
    picture = (info or probe(path)).picture
    if picture is None or finding.rule not in SEEN:
        return ()
    made: list[Shot] = []
    for moment in _moments(finding, picture, most):
        image = _shown(path, picture, moment)
        if image is None:
            continue
        _mark(image, finding)
        if caption is not None:
            _write(image, caption(finding, format_timecode(moment, picture.nominal_rate)), font_path)
        target = out / f"{finding.rule}-{len(made) + 1}.jpg"
        with arriving(target) as part:
            image.save(part, "JPEG", quality=86)
        made.append(Shot(target, moment))
    return tuple(made)


def _moments(finding: Finding, picture: VideoStream, most: int) -> list[Fraction]:
    if finding.ranges:
        longest = sorted(finding.ranges, key=lambda span: (-span.duration, span.start))[:most]
        return sorted((span.start + span.end) / 2 for span in longest)
    return [picture.duration * (2 * number + 1) / (2 * most) for number in range(most)]


def _shown(path: Path, picture: VideoStream, moment: Fraction) -> Image.Image | None:
    try:
        _, frame, _ = pictures_around(path, picture, moment)
    except av.error.FFmpegError:
        return None
    if frame is None:
        return None
    scale = min(1.0, _SIDE / max(picture.display_width, picture.display_height))
    size = (max(1, round(picture.display_width * scale)), max(1, round(picture.display_height * scale)))
    return upright(frame, picture).convert("RGB").resize(size)


def _mark(image: Image.Image, finding: Finding) -> None:
    pen = ImageDraw.Draw(image)
    thick = _thickness(image)
    whole = (0, 0, image.width - 1, image.height - 1)
    boxes = [
        (
            region.left * image.width,
            region.top * image.height,
            region.right * image.width - 1,
            region.bottom * image.height - 1,
        )
        for region in finding.regions
    ]
    for box in boxes or [whole]:
        # Red alone is lost on red; the white line beside it is seen on every ground.
        pen.rectangle(box, outline=_RED, width=thick)
        inner = (box[0] + thick, box[1] + thick, box[2] - thick, box[3] - thick)
        if inner[2] > inner[0] and inner[3] > inner[1]:
            pen.rectangle(inner, outline=_WHITE, width=max(1, thick // 3))


def _write(image: Image.Image, words: str, font_path: Path | None) -> None:
    pen = ImageDraw.Draw(image)
    thick, size = _thickness(image), max(12, image.height // 30)
    if font_path is None:
        font: ImageFont.FreeTypeFont | ImageFont.ImageFont = ImageFont.load_default(size)
        # The font that comes with Pillow knows Latin letters only; what it lacks would be boxes.
        words = words.encode("latin-1", "ignore").decode("latin-1")
    else:
        font = font_at(font_path, size)
    left, top, right, bottom = pen.textbbox((3 * thick, 3 * thick), words, font=font)
    pen.rectangle((left - thick, top - thick, right + thick, bottom + thick), fill=(0, 0, 0))
    pen.text((3 * thick, 3 * thick), words, font=font, fill=_WHITE)


def _thickness(image: Image.Image) -> int:
    return max(2, image.width // 320)
