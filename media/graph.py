"""Filter chains that turn any source picture and sound into what a delivery asks for (pure).

A chain is a list of filters as ffmpeg-python wants them: name, then options. Times are on the container's own
clock (ffmpeg runs with -copyts), so that nothing depends on where a seek landed.
"""

import math
from dataclasses import dataclass, field
from fractions import Fraction

from media.deliveries import Delivery
from media.info import AudioStream, VideoStream

_SD_SPACES = {"smpte170m", "bt470bg"}
# HDR to SDR: the unit of light, the share of it up to which nothing is bent, and the brightest light that
# still differs from white (1,000 cd/m2, what such films are graded on).
DIFFUSE_WHITE_CD = 203
TONE_KNEE = 0.6
TONE_PEAK = 1000 / DIFFUSE_WHITE_CD


@dataclass(frozen=True)
class Filter:
    """One filter with its options."""

    name: str
    options: dict[str, str] = field(default_factory=dict)


def seconds(value: Fraction) -> str:
    """Write a time for ffmpeg, to the microsecond it counts in."""
    return f"{math.floor(value * 1_000_000 + Fraction(1, 2)) / 1_000_000:.6f}"


def sampling_offset(picture: VideoStream, rate: Fraction) -> Fraction:
    """Give how long after a grid point the source is looked at.

    Clocks round (Matroska to 1/1000 s), so a picture may seem to start a trifle after its grid point. A tenth
    of the shorter step is far more than any rounding and far less than a picture.
    """
    return Fraction(1, 10) / max(picture.nominal_rate, rate)


def on_grid(
    picture: VideoStream, start: Fraction, end: Fraction, rate: Fraction, frames: int
) -> list[Filter]:
    """Give exactly `frames` pictures at a constant rate: picture k is the source at start + k/rate.

    start and end are on the film's clock (0 = first picture). The picture at `end` never shows: when the last
    grid point lies in it by rounding, the one before it stays.
    """
    return [*within(picture, end), *spaced(picture, start, rate, frames)]


def within(picture: VideoStream, end: Fraction) -> list[Filter]:
    """Give the source's own pictures before `end`, whole ones; the first half of on_grid.

    Scaling belongs between the halves where it can: ffmpeg does to the end, and keeps in memory, all that
    becomes of one picture before it reads the next, and after them that may be minutes of pictures.
    """
    # Half a picture before the end no clock's rounding can let the excluded picture in.
    margin = Fraction(1, 1000) if picture.is_vfr else 1 / (2 * picture.nominal_rate)
    return [
        # Where a tick is as long as a picture (AVI), a start between two of them would be rounded up.
        Filter("settb", {"expr": "if(gt(intb,0.002),intb/1000,intb)"}),
        Filter("trim", {"end": seconds(picture.start_s + end - margin)}),
        *deinterlaced(picture),
    ]


def spaced(picture: VideoStream, start: Fraction, rate: Fraction, frames: int) -> list[Filter]:
    """Give exactly `frames` pictures at a constant rate from `start` on; the second half of on_grid.

    Pictures are dropped and repeated and never changed, so a repeated one costs next to no memory.
    """
    begin = picture.start_s + start
    return [
        # fps shows a picture only when another one follows it, so the last one is doubled.
        Filter("tpad", {"stop_mode": "clone", "stop": "2"}),
        Filter(
            "fps",
            {
                "fps": str(rate),
                "start_time": seconds(begin + sampling_offset(picture, rate)),
                "round": "up",
            },
        ),
        Filter("setpts", {"expr": "PTS-STARTPTS"}),
        # The last picture is held for a few grid points; the exact count is cut after it and proved by the
        # verification, which also compares the last picture with the source.
        Filter("tpad", {"stop_mode": "clone", "stop": str(_held(picture, rate, frames))}),
        Filter("trim", {"end_frame": str(frames)}),
    ]


def _held(picture: VideoStream, rate: Fraction, frames: int) -> int:
    """Give for how many grid points the last picture may have to stand."""
    return frames if picture.is_vfr else math.ceil(rate / picture.nominal_rate) + 1


def deinterlaced(picture: VideoStream) -> list[Filter]:
    """Give one whole picture for each pair of fields, if there are fields."""
    return [Filter("bwdif", {"mode": "send_frame", "deint": "interlaced"})] if picture.is_interlaced else []


def fitted(picture: VideoStream, width: int, height: int, fit: str = "pad") -> tuple[int, int]:
    """Give the even size at which the picture, as shown, fits into (or, with "crop", fills) a frame."""
    ratio = picture.dar
    wide = ratio > Fraction(width, height)
    if wide == (fit != "crop"):
        return width, max(2, 2 * round(width / ratio / 2))
    return max(2, 2 * round(height * ratio / 2)), height


def kept(picture: VideoStream, delivery: Delivery) -> tuple[int, int, int, int]:
    """Give the part of the fitted picture that "crop" keeps: left, top, width, height, all even."""
    width, height = fitted(picture, delivery.width, delivery.height, delivery.fit)
    across, down = max(0, width - delivery.width), max(0, height - delivery.height)
    left, top = (
        math.floor(float(spare) * focus / 2) * 2
        for spare, focus in ((across, delivery.focus_x), (down, delivery.focus_y))
    )
    return left, top, min(width, delivery.width), min(height, delivery.height)


def is_filled(picture: VideoStream, delivery: Delivery) -> bool:
    """Say whether the fitted picture already is the whole frame."""
    frame = (delivery.width, delivery.height)
    return fitted(picture, *frame, delivery.fit) == frame


def to_frame(picture: VideoStream, delivery: Delivery) -> list[Filter]:
    """Scale, pad or crop to the delivery's frame, square pixels, 8 bit 4:2:0, BT.709 limited range.

    Of BT.601 the matrix is converted. Its primaries are taken for those of BT.709, as screens have always
    shown them: they differ by less than a small step of colour. Those of BT.2020 are converted.
    With "blur" the picture is only fitted; blurred() makes what it is laid on.
    """
    width, height = fitted(picture, delivery.width, delivery.height, delivery.fit)
    chain = _tone_mapped(picture) if picture.is_hdr else []
    source_space = matrix_of(picture)
    full_range = is_full_range(picture)
    same_size = (picture.display_width, picture.display_height) == (width, height) and picture.sar == 1
    same_colour = picture.is_hdr or (source_space == "bt709" and not full_range)
    if not (same_size and same_colour and picture.pix_fmt == "yuv420p"):
        options = {"w": str(width), "h": str(height), "flags": "bicubic+accurate_rnd"}
        if not picture.is_hdr:
            options |= {"in_color_matrix": source_space, "out_color_matrix": "bt709"}
            options |= {"in_range": "pc" if full_range else "tv", "out_range": "tv"}
        chain += [Filter("scale", options), Filter("format", {"pix_fmts": "yuv420p"})]
    if (width, height) != (delivery.width, delivery.height):
        if delivery.fit == "pad":
            chain.append(
                Filter(
                    "pad",
                    {"w": str(delivery.width), "h": str(delivery.height), "x": "(ow-iw)/2", "y": "(oh-ih)/2"},
                )
            )
        elif delivery.fit == "crop":
            left, top, wide, tall = kept(picture, delivery)
            chain.append(Filter("crop", {"w": str(wide), "h": str(tall), "x": str(left), "y": str(top)}))
    return [*chain, *tagged()]


def tagged() -> list[Filter]:
    """Give the filters that say what the pictures are now: progressive BT.709 with square pixels."""
    tags = {"color_primaries": "bt709", "color_trc": "bt709", "colorspace": "bt709"}
    return [
        Filter("setsar", {"sar": "1"}),
        Filter("setparams", {"field_mode": "prog", "range": "tv", **tags}),
    ]


def blurred(picture: VideoStream, delivery: Delivery) -> list[Filter]:
    """Give the filters that fill the frame with a soft, darker copy of the fitted picture."""
    width, height = fitted(picture, delivery.width, delivery.height, delivery.fit)
    frame = Fraction(delivery.width, delivery.height)
    wide = min(width, math.floor(height * frame / 2) * 2)
    tall = min(height, math.floor(width / frame / 2) * 2)
    # What is blurred anyway is made small first, which costs a sixty-fourth of the work.
    small = {"w": str(delivery.width // 16 * 2), "h": str(delivery.height // 16 * 2)}
    return [
        Filter("crop", {"w": str(wide), "h": str(tall)}),
        Filter("scale", {**small, "flags": "bilinear"}),
        Filter("gblur", {"sigma": "5"}),
        Filter("lutyuv", {"y": "16+(val-16)*0.7"}),
        Filter("scale", {"w": str(delivery.width), "h": str(delivery.height), "flags": "bicubic"}),
        Filter("setsar", {"sar": "1"}),
    ]


def laid_on_blur(picture: VideoStream, delivery: Delivery) -> Filter:
    """Give the filter that lays the fitted picture on its blurred copy, in the middle."""
    width, height = fitted(picture, delivery.width, delivery.height, delivery.fit)
    left, top = (spare // 4 * 2 for spare in (delivery.width - width, delivery.height - height))
    return Filter("overlay", {"x": str(left), "y": str(top), "format": "yuv420", "eof_action": "endall"})


def is_full_range(picture: VideoStream) -> bool:
    """Say whether black is 0 and white 255, as phones and photo cameras have it."""
    return picture.color_range == "pc" or picture.pix_fmt.startswith("yuvj")


def matrix_of(picture: VideoStream) -> str:
    """Name the colour matrix; untagged small pictures are BT.601 by custom, untagged large ones BT.709."""
    if picture.color_space in _SD_SPACES:
        return "bt601"
    if picture.color_space in {"bt2020nc", "bt2020c"}:
        return "bt2020"
    if not picture.color_space and max(picture.width, picture.height) < 1280:
        return "bt601"
    return "bt709"


def _tone_mapped(picture: VideoStream) -> list[Filter]:
    """Bring PQ and HLG to BT.709: up to the knee light is kept in proportion, above it highlights are bent.

    Diffuse white of 203 cd/m2 (ITU-R BT.2408) is the unit, so that faces and walls look as in an SDR film;
    what is brighter than the peak is clipped.
    """
    source = {"tin": picture.color_transfer, "min": "bt2020nc", "pin": "bt2020"}
    source["rin"] = "full" if picture.color_range == "pc" else "limited"
    bend = {"tonemap": "mobius", "param": f"{TONE_KNEE}", "peak": f"{TONE_PEAK:.6f}", "desat": "0"}
    return [
        Filter("zscale", {**source, "t": "linear", "npl": str(DIFFUSE_WHITE_CD)}),
        Filter("format", {"pix_fmts": "gbrpf32le"}),
        Filter("zscale", {"p": "bt709"}),
        Filter("tonemap", bend),
        Filter("zscale", {"t": "bt709", "m": "bt709", "r": "limited"}),
        Filter("format", {"pix_fmts": "yuv420p"}),
    ]


def sound_span(
    picture: VideoStream | None, sound: AudioStream, start: Fraction, length: Fraction, rate_hz: int
) -> list[Filter]:
    """Give exactly `length` seconds of stereo from `start` on; gaps and short ends are silent."""
    zero = picture.start_s if picture else sound.start_s
    begin, samples = zero + start, round(length * rate_hz)
    return [
        Filter("atrim", {"start": seconds(begin), "end": seconds(begin + length)}),
        Filter("asetpts", {"expr": f"PTS-({seconds(begin)})/TB"}),
        # Samples that start late are led in by silence, and holes in the time stamps are filled.
        Filter(
            "aresample",
            {"osr": str(rate_hz), "async": "1", "first_pts": "0", "ochl": "stereo", "osf": "fltp"},
        ),
        Filter("apad", {"whole_len": str(samples)}),
        Filter("atrim", {"end_sample": str(samples)}),
    ]
