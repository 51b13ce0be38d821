"""The named outputs, as data."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Fit = Literal["pad", "blur", "crop"]


@dataclass(frozen=True)
class Loudness:
    """How loud a result is: programme loudness, what may differ, and the highest true peak."""

    target_lufs: float
    tolerance_lu: float
    peak_dbtp: float
    standard: str


@dataclass(frozen=True)
class Delivery:
    """What a result has to be.

    fit says how another shape gets in: "pad" shows all of it between black bars, "blur" all of it before a
    soft copy of itself, "crop" fills the frame with the part that focus_x and focus_y choose (0 left or top,
    1 right or bottom).
    """

    name: str
    width: int
    height: int
    rate: Fraction
    profile: str
    level: str
    crf: int
    preset: str
    keyframe_s: Fraction
    audio_rate_hz: int
    audio_bit_rate: int
    loudness: Loudness | None
    fit: Fit = "pad"
    focus_x: float = 0.5
    focus_y: float = 0.5


# GY/T 282-2014: average loudness of television programmes -24 LKFS, 2 LU either way, true peak at most -2
# dBTP.
TELEVISION = Loudness(target_lufs=-24.0, tolerance_lu=2.0, peak_dbtp=-2.0, standard="GY/T 282-2014")
# Web programmes are louder; the figures of GY/T 377-2023 were not at hand, so these are what platforms play.
ONLINE = Loudness(target_lufs=-16.0, tolerance_lu=2.0, peak_dbtp=-1.5, standard="")

# The quality of the master is the VMAF of 95 that `make bench` holds: a soft film of 2.8 Mb/s gets 93.8 with
# crf 20, 94.9 with 18, 95.4 with 17 (3.4 Mb/s); a grainy one of 14 Mb/s gets 96.1 with 20 already.
MASTER = Delivery(
    name="master", width=1920, height=1080, rate=Fraction(25), profile="high", level="4.1", crf=17,
    preset="veryfast", keyframe_s=Fraction(2), audio_rate_hz=48_000, audio_bit_rate=192_000,
    loudness=TELEVISION,
)  # fmt: skip
WEB = Delivery(
    name="web", width=1280, height=720, rate=Fraction(25), profile="high", level="4.0", crf=23,
    preset="veryfast", keyframe_s=Fraction(2), audio_rate_hz=48_000, audio_bit_rate=128_000, loudness=ONLINE,
)  # fmt: skip
VERTICAL = Delivery(
    name="vertical", width=1080, height=1920, rate=Fraction(25), profile="high", level="4.1", crf=21,
    preset="veryfast", keyframe_s=Fraction(2), audio_rate_hz=48_000, audio_bit_rate=128_000, loudness=ONLINE,
    fit="blur",
)  # fmt: skip
SQUARE = Delivery(
    name="square", width=1080, height=1080, rate=Fraction(25), profile="high", level="4.0", crf=21,
    preset="veryfast", keyframe_s=Fraction(2), audio_rate_hz=48_000, audio_bit_rate=128_000, loudness=ONLINE,
    fit="blur",
)  # fmt: skip
# A browser seeks from key frame to key frame while somebody drags the playhead, hence the short groups. At
# this size ultrafast looks the same as superfast (SSIM 0.985), is a fifth larger and costs a third less CPU.
PROXY = Delivery(
    name="proxy", width=640, height=360, rate=Fraction(25), profile="main", level="3.1", crf=26,
    preset="ultrafast", keyframe_s=Fraction(1, 2), audio_rate_hz=48_000, audio_bit_rate=96_000, loudness=None,
)  # fmt: skip

DELIVERIES = {delivery.name: delivery for delivery in (MASTER, WEB, VERTICAL, SQUARE, PROXY)}
