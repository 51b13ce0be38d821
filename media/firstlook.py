"""A first look at a film within seconds: a poster and a short filmstrip from its key frames.

It makes what people know a film by while the whole of it waits to be decoded; the ingest's own pictures take
its place.
"""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

from media.errors import N_, Cancelled, Damaged, Unsupported
from media.ffmpeg import ShouldStop
from media.files import arriving
from media.info import MediaInfo, VideoStream
from media.keyframes import key_frames
from media.moments import upright
from media.probe import probe

TILES, _COLUMNS, _TILE_HEIGHT = 20, 10, 90
_POSTER_SIDE = 1280
# Openings and endings are titles and fades.
_EDGE = Fraction(1, 10)


@dataclass(frozen=True)
class FirstLook:
    """The two files, and how the tiles lie: tile i shows about the time i * interval_s."""

    info: MediaInfo
    poster: Path
    strip: Path
    tile_width: int
    tile_height: int
    columns: int
    rows: int
    count: int
    interval_s: Fraction


def first_look(
    path: Path,
    out_dir: Path,
    *,
    name: str = "",
    info: MediaInfo | None = None,
    should_stop: ShouldStop | None = None,
) -> FirstLook:
    """Make poster.jpg and strip.jpg in out_dir.

    Raises what probe raises, Unsupported without a picture, Damaged where not one key frame can be decoded,
    Cancelled, DiskFull.
    """
    shown = name or path.name
    info = info or probe(path, name=shown)
    picture = info.picture
    if picture is None:
        raise Unsupported(N_("%(name)s has sound but no picture. Upload the film itself."), name=shown)
    width = min(320, max(2, 2 * round(_TILE_HEIGHT * picture.dar / 2)))
    tiles: list[tuple[Fraction, Image.Image]] = []
    best, best_image = -1.0, None
    for time_s, frame in key_frames(path, info, count=TILES):
        if should_stop and should_stop():
            raise Cancelled(N_("The work on %(name)s was stopped."), name=shown)
        image = upright(frame, picture).convert("RGB")
        tiles.append(
            (time_s, image.resize((width, _TILE_HEIGHT), Image.Resampling.BILINEAR, reducing_gap=2.0))
        )
        worth = _worth(tiles[-1][1]) - (500.0 if _at_edge(time_s, picture) else 0.0)
        if best_image is None or worth > best:
            best, best_image = worth, image
    if best_image is None:
        raise Damaged(
            N_("Not one picture of %(name)s can be decoded. Export the film again and upload it anew."),
            name=shown,
        )
    poster = _save(_fitted(best_image, picture), out_dir / "poster.jpg", shown)
    interval = picture.duration / TILES
    rows = -(-TILES // _COLUMNS)
    sheet = Image.new("RGB", (width * _COLUMNS, _TILE_HEIGHT * rows))
    for number in range(TILES):
        middle = interval * number + interval / 2
        tile = min(tiles, key=lambda one: abs(one[0] - middle))[1]
        sheet.paste(tile, (number % _COLUMNS * width, number // _COLUMNS * _TILE_HEIGHT))
    strip = _save(sheet, out_dir / "strip.jpg", shown)
    return FirstLook(info, poster, strip, width, _TILE_HEIGHT, _COLUMNS, rows, TILES, interval)


def _at_edge(time_s: Fraction, picture: VideoStream) -> bool:
    edge = picture.duration * _EDGE
    return not edge <= time_s <= picture.duration - edge


def _worth(tile: Image.Image) -> float:
    """Say how much there is to see: contrast and edges, less for black and burnt out pictures."""
    grey = np.asarray(tile.convert("L"), np.float32)
    mean, spread = float(grey.mean()), float(grey.std())
    sharp = float(np.abs(np.diff(grey, axis=0)).mean() + np.abs(np.diff(grey, axis=1)).mean())
    return (1.0 - min(1.0, abs(mean - 115.0) / 115.0)) * (spread + 2.0 * sharp)


def _fitted(image: Image.Image, picture: VideoStream) -> Image.Image:
    width, height = picture.display_width, picture.display_height
    scale = min(1.0, _POSTER_SIDE / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS)


def _save(image: Image.Image, out: Path, name: str) -> Path:
    with arriving(out, name=name) as part:
        image.save(part, "JPEG", quality=84)
    return out
