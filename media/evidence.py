"""The pictures that prove a finding: frames of the film with the fault marked, made when somebody asks."""

from fractions import Fraction
from pathlib import Path

import av.error
from PIL import Image, ImageDraw, ImageFont

from media.files import arriving
from media.findings import Finding
from media.info import MediaInfo, VideoStream
from media.probe import probe
from media.timecode import format_timecode
from media.verify import pictures_around, upright

SEEN = frozenset({"focus", "shake", "exposure", "black", "freeze", "bars", "marks"})
_SIDE = 1280
_RED = (224, 32, 32)


def evidence(
    path: Path, finding: Finding, out: Path, *, info: MediaInfo | None = None, most: int = 4
) -> tuple[Path, ...]:
    """Write up to `most` JPEGs into the folder `out`, named by rule and number, and give their paths.

    They show the middles of the longest ranges in order of time, or moments spread over the film where the
    fault has no range; regions are framed in red, and a line tells rule, measure and timecode. A rule about
    sound or about the file has no picture, and a moment that cannot be decoded gives none.
    """
    picture = (info or probe(path)).picture
    if picture is None or finding.rule not in SEEN:
        return ()
    made: list[Path] = []
    for moment in _moments(finding, picture, most):
        image = _shown(path, picture, moment)
        if image is None:
            continue
        _mark(image, finding, format_timecode(moment, picture.nominal_rate))
        target = out / f"{finding.rule}-{len(made) + 1}.jpg"
        with arriving(target) as part:
            image.save(part, "JPEG", quality=86)
        made.append(target)
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


def _mark(image: Image.Image, finding: Finding, moment: str) -> None:
    pen = ImageDraw.Draw(image)
    thick = max(2, image.width // 320)
    for region in finding.regions:
        box = (
            region.left * image.width, region.top * image.height,
            region.right * image.width - 1, region.bottom * image.height - 1,
        )  # fmt: skip
        pen.rectangle(box, outline=_RED, width=thick)
    if not finding.regions:
        pen.rectangle((0, 0, image.width - 1, image.height - 1), outline=_RED, width=thick)
    font = ImageFont.load_default(max(12, image.height // 30))
    # The font that comes with Pillow knows Latin letters only; what it lacks would be boxes.
    words = f"{finding.rule}  {finding.measured}  {moment}".encode("latin-1", "ignore").decode("latin-1")
    left, top, right, bottom = pen.textbbox((3 * thick, 3 * thick), words, font=font)
    pen.rectangle((left - thick, top - thick, right + thick, bottom + thick), fill=(0, 0, 0))
    pen.text((3 * thick, 3 * thick), words, font=font, fill=(255, 255, 255))
