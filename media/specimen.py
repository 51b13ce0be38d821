"""A source film for demonstrations: moving pictures, changing scenes, speech-like sound, Chinese titles.

It stands for what an enterprise sends in (P12, P13): 1920 x 1080, 25 pictures a second, H.264 and AAC. Scenes
are loops that are drawn and encoded once and whose packets are then written as often as the length asks.
"""

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image

from media.errors import N_, Cancelled
from media.ffmpeg import Progress, ShouldStop
from media.files import arriving
from media.scenes import KINDS, OPENING, PALETTES, Drawer, Size
from media.testfilms import SAMPLE_RATE_HZ, babble, make_test_film, mux_sound, read_barcodes, truncate
from media.titles import draw_card, draw_lower_third

__all__ = ["make_demo_film", "make_test_film", "read_barcodes", "truncate"]

_RATE = 25
_X264 = "log=-1:cabac=1:8x8dct=1:colorprim=bt709:transfer=bt709:colormatrix=bt709"
_SIZE: Size = (1920, 1080)
_LOOP_FRAMES = 120
_OPENING_FRAMES = 125


def make_demo_film(  # noqa: PLR0913 - all by name, most with a default
    out: Path,
    *,
    title: str,
    scenes: Sequence[str],
    font_path: Path,
    subtitle: str = "",
    duration_s: float = 185,
    seed: int = 0,
    on_progress: Progress | None = None,
    should_stop: ShouldStop | None = None,
) -> Path:
    """Make a film with an opening under its title and one animated scene per caption (at least eight).

    Scenes come in a fixed order that captions should follow: park, production line, core part, circuit, team,
    digital model, figures, leader's words; further captions begin again. The seed changes colours and shapes.
    The same arguments give the same pictures. Raises Cancelled, DiskFull, Unsupported for an unreadable font.
    """
    captions = (
        [scenes[number % len(scenes)] for number in range(max(len(scenes), len(KINDS)))]
        if scenes
        else [""] * 8
    )
    total = math.ceil(duration_s * _RATE)
    shares = _shares(total, len(captions))
    with (
        arriving(out, name=out.name) as part,
        av.open(str(part), "w", format="mp4", options={"movflags": "faststart"}) as film,
    ):
        picture = film.add_stream(
            "libx264", rate=_RATE,
            options={
                "preset": "ultrafast", "tune": "zerolatency", "crf": "25", "g": "50", "forced-idr": "1",
                "profile": "high", "x264-params": _X264,
            },
        )  # fmt: skip
        picture.width, picture.height = _SIZE
        picture.pix_fmt = "yuv420p"
        picture.codec_context.thread_count = 1
        sound = film.add_stream("aac", rate=SAMPLE_RATE_HZ, layout="stereo")
        sound.bit_rate = 128_000
        at = 0
        loops = _loops(title, subtitle, captions, font_path, seed)
        for (drawn, length), wanted in zip(loops, shares, strict=True):
            packets: list[bytes] = []
            for number in range(min(length, wanted)):
                if should_stop and should_stop():
                    raise Cancelled(N_("The work on %(name)s was stopped."), name=out.name)
                packets += _encoded(picture, drawn(number / length), first=number == 0)
                if on_progress:
                    on_progress(0.95 * (at + wanted * number / length) / total)
            for number in range(wanted):
                _write(
                    film,
                    picture,
                    packets[number % len(packets)],
                    at + number,
                    key=number % len(packets) % 50 == 0,
                )
            at += wanted
        for late in picture.encode(None):
            raise AssertionError(late)
        mux_sound(film, sound, babble(round(Fraction(total, _RATE) * SAMPLE_RATE_HZ), seed), 2)
    if on_progress:
        on_progress(1.0)
    return out


def _shares(total: int, scenes: int) -> list[int]:
    """Divide the pictures: the opening first, then equal scenes, the last one taking what is left."""
    opening = min(_OPENING_FRAMES, total // 4)
    each = (total - opening) // scenes
    return [opening, *[each] * (scenes - 1), total - opening - each * (scenes - 1)]


def _loops(
    title: str, subtitle: str, captions: Sequence[str], font_path: Path, seed: int
) -> Iterator[tuple[Drawer, int]]:
    look = PALETTES[seed % len(PALETTES)]
    random = np.random.default_rng(seed)
    card = draw_card(title, subtitle=subtitle, font_path=font_path, background=(0, 0, 0), ink=(255, 255, 255))
    yield _over(OPENING(_SIZE, look, random), _keyed(card)), _OPENING_FRAMES
    for number, caption in enumerate(captions):
        kind = KINDS[number % len(KINDS)]
        lower = draw_lower_third(caption, font_path=font_path) if caption else None
        yield _over(kind(_SIZE, look, random), lower), _LOOP_FRAMES


def _keyed(card: Image.Image) -> Image.Image:
    """Make the black ground of a card transparent."""
    keyed = card.convert("RGBA")
    keyed.putalpha(card.convert("L").point(lambda level: min(255, level * 2)))
    return keyed


def _over(drawer: Drawer, overlay: Image.Image | None) -> Drawer:
    if overlay is None:
        return drawer
    box = overlay.getbbox() or (0, 0, 1, 1)
    piece = overlay.crop(box)

    def draw(phase: float) -> Image.Image:
        canvas = drawer(phase)
        canvas.paste(piece, box[:2], piece)
        return canvas

    return draw


def _encoded(picture: av.VideoStream, canvas: Image.Image, *, first: bool) -> list[bytes]:
    frame = av.VideoFrame.from_ndarray(np.asarray(canvas), format="rgb24").reformat(
        format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG", interpolation="FAST_BILINEAR"
    )
    frame.pict_type = av.video.frame.PictureType.I if first else av.video.frame.PictureType.NONE
    frame.pts = None
    return [bytes(packet) for packet in picture.encode(frame)]


def _write(
    film: av.container.OutputContainer, picture: av.VideoStream, data: bytes, number: int, *, key: bool
) -> None:
    packet = av.Packet(data)
    packet.stream = picture
    packet.time_base = Fraction(1, _RATE)
    packet.pts = packet.dts = number
    packet.duration = 1
    packet.is_keyframe = key
    film.mux(packet)
