"""Films that a cut list names, as facts only: no file is needed to read or write a list."""

from fractions import Fraction
from pathlib import Path

from media.cutlist import Material
from media.info import AudioStream, MediaInfo, VideoStream
from media.shelf import Shelf

NTSC = Fraction(30000, 1001)
RATES = (Fraction(24), Fraction(25), NTSC, Fraction(50), Fraction(60))


def film_info(rate=Fraction(25), frames=7500, *, vfr=False):
    rate = Fraction(rate)
    picture = VideoStream(
        index=0, codec="h264", profile="High", level=41, width=1920, height=1080, sar=Fraction(1), rotation=0,
        rate=rate, nominal_rate=rate, frame_count=frames, duration=frames / rate,
        start_s=Fraction(0), max_gap_s=1 / rate, max_key_gap_s=Fraction(2), is_vfr=vfr,
        field_order="progressive", pix_fmt="yuv420p", bit_depth=8, color_primaries="bt709",
        color_transfer="bt709", color_space="bt709", color_range="tv", bit_rate=8_000_000,
    )  # fmt: skip
    sound = AudioStream(1, "aac", "LC", 48000, 2, "stereo", picture.duration, Fraction(0), 128_000)
    return MediaInfo(
        "mp4", "mov", picture.duration, 10**8, (picture,), (sound,), data_tracks=0, chapters=0,
        attached_pictures=0, problems=(),
    )  # fmt: skip


def material(films, *, extras=(), cues=(), starts=None, **changes):
    """Give a shelf of films (name: facts) whose files are never opened."""
    infos = {Path(name): info for name, info in films.items()}
    return Material(
        films=Shelf({name: Path(name) for name in films}),
        extras=Shelf({name: Path(name) for name in extras}),
        probe=lambda path, name: infos[path],
        read_subtitles=lambda path, name: tuple(cues),
        start_frame=lambda path: (starts or {}).get(path.name, 0),
        **changes,
    )
