"""Container and streams of a film, asked of PyAV without decoding more than a few pictures.

Every packet is walked over, because headers lie: a truncated film still promises its full length, and only
the steps between pictures tell whether the rate is constant.
"""

import itertools
import math
import struct
from array import array
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import av.error
import av.logging
from av.container import InputContainer

from media import hostile
from media.errors import N_, Damaged, NotAFilm
from media.info import AudioStream, MediaInfo, Problem, VideoStream

av.logging.set_level(None)

# As many packets as a day of 50 pictures a second with its sound: more is not a film but an attack.
_MAX_PACKETS = 12_000_000
_LOOK_AT_PICTURES = 4
# A film of a few kilobytes can claim to last for months, and everything that is made of it (grid, silence,
# strip) would be as long. No office films for half a day or shows one stored picture for a quarter hour.
_LONGEST_S = 12 * 3600
_LONGEST_PICTURE_S = 900

_PRIMARIES = {
    1: "bt709",
    4: "bt470m",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    9: "bt2020",
    12: "smpte432",
}
_TRANSFERS = {
    1: "bt709", 4: "bt470m", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 8: "linear", 11: "iec61966-2-4",
    13: "iec61966-2-1", 14: "bt2020-10", 15: "bt2020-12", 16: "smpte2084", 18: "arib-std-b67",
}  # fmt: skip
_SPACES = {
    0: "gbr",
    1: "bt709",
    4: "fcc",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    9: "bt2020nc",
    10: "bt2020c",
}
_RANGES = {1: "tv", 2: "pc"}


@dataclass
class _Walk:
    """What the packets of one stream told."""

    pts: "array[int]" = field(default_factory=lambda: array("q"))
    keys: "array[int]" = field(default_factory=lambda: array("q"))
    end: int = 0
    # The earliest picture that is stored, also when an edit list says that it is not shown.
    stored: int | None = None
    # The longest hole between the end of one packet and the beginning of the next.
    hole: int = 0
    count: int = 0
    corrupt: int = 0


@dataclass(frozen=True)
class _Look:
    """What the first decoded pictures told."""

    rotation: int = 0
    is_mirrored: bool = False
    fields: str = "progressive"


def probe(path: Path, *, name: str = "") -> MediaInfo:
    """Say what a film is made of.

    name is the file as its owner knows it. Raises NotAFilm when it is something else or holds neither picture
    nor sound, Damaged when it cannot be opened. What can be opened but is not whole has its faults in
    `problems` (P13, "truncated film").
    """
    shown = name or path.name
    admission = hostile.admit(path, name=shown)
    try:
        with open_film(path, admission) as container:
            _refuse_giants(container, shown)
            walks, broken_off = _walk(container)
        looks = _look(path, admission, walks)
        # Opened anew, because a container that was walked to its end has no way back in every format.
        with open_film(path, admission) as container:
            return _describe(container, admission, path, shown, walks, looks, broken_off=broken_off)
    except (av.error.FFmpegError, ValueError) as error:
        raise Damaged(
            N_(
                "%(name)s cannot be opened as a film (%(reason)s). It is damaged or was not uploaded whole: "
                "export it again and upload it anew."
            ),
            name=shown,
            reason=getattr(error, "strerror", None) or str(error),
        ) from error


def open_film(path: Path, admission: hostile.Admission) -> InputContainer:
    """Open a film with PyAV, the demuxer forced and no other protocol than the file itself."""
    return av.open(
        hostile.address(path),
        format=admission.demuxer,
        options=dict(admission.input_options),
        metadata_errors="replace",
    )


def _refuse_giants(container: InputContainer, name: str) -> None:
    for stream in container.streams.video:
        if _is_known(stream) and stream.width * stream.height > hostile.MAX_PIXELS:
            raise NotAFilm(
                N_(
                    "%(name)s has pictures of %(width)s × %(height)s, more than any camera makes. Export it "
                    "smaller."
                ),
                name=name,
                width=stream.width,
                height=stream.height,
            )


def _is_known(stream: av.stream.Stream) -> bool:
    """Say whether there is a decoder; PyAV tells nothing of a stream that has none."""
    # PyAV's own types promise a codec context for every stream.
    context: object = stream.codec_context
    return context is not None


def _walk(container: InputContainer) -> tuple[dict[int, _Walk], bool]:
    """Read every packet without decoding; the flag says that reading broke off with an error."""
    walks: dict[int, _Walk] = {stream.index: _Walk() for stream in container.streams}
    wanted = [stream for stream in container.streams if stream.type in {"video", "audio"}]
    if not wanted:
        return walks, False
    try:
        for packet in itertools.islice(container.demux(wanted), _MAX_PACKETS):
            if packet.size == 0 or packet.pts is None:
                continue
            walk = walks[packet.stream.index]
            walk.count += 1
            walk.corrupt += packet.is_corrupt
            if walk.pts:
                walk.hole = max(walk.hole, packet.pts - walk.end)
            walk.end = (
                max(walk.end, packet.pts + (packet.duration or 0))
                if walk.pts
                else packet.pts + (packet.duration or 0)
            )
            if packet.stream.type == "video":
                walk.stored = packet.pts if walk.stored is None else min(walk.stored, packet.pts)
                if packet.is_discard:
                    continue
                walk.pts.append(packet.pts)
                if packet.is_keyframe:
                    walk.keys.append(packet.pts)
            elif not walk.pts:
                walk.pts.append(packet.pts)
    except av.error.FFmpegError:
        return walks, True
    return walks, False


def _look(path: Path, admission: hostile.Admission, walks: dict[int, _Walk]) -> dict[int, _Look]:
    looks: dict[int, _Look] = {}
    for index, walk in walks.items():
        if not walk.keys:
            continue
        with open_film(path, admission) as container:
            stream = next(video for video in container.streams.video if video.index == index)
            if _is_attached(stream) or not _is_known(stream):
                continue
            stream.codec_context.options = {"max_pixels": str(hostile.MAX_PIXELS)}
            try:
                frames = list(itertools.islice(container.decode(stream), _LOOK_AT_PICTURES))
            except av.error.FFmpegError:
                continue
            if frames:
                mixed = any(frame.interlaced_frame for frame in frames)
                looks[index] = _Look(*_turned(frames[0]), "interlaced" if mixed else "progressive")
    return looks


def _turned(frame: av.VideoFrame) -> tuple[int, bool]:
    """Read how a picture is to be shown: degrees clockwise, then whether it is mirrored left to right."""
    found = frame.side_data.get("DISPLAYMATRIX")
    if found is None:
        return 0, False
    # Two rows of two numbers of 16.16 bits, each followed by one that says nothing here (ISO/IEC 14496-12,
    # 6.2.2).
    a, b, _, c, d = struct.unpack_from("=5i", memoryview(found))  # type: ignore[arg-type]  # it holds bytes
    is_mirrored = a * d - b * c < 0
    degrees = math.degrees(math.atan2(b, -a if is_mirrored else a)) if a or b else 0
    return 90 * round(degrees / 90) % 360, is_mirrored


def _is_attached(stream: object) -> bool:
    from av.stream import Disposition  # noqa: PLC0415 - a Flag, needed only here

    return bool(getattr(stream, "disposition", Disposition(0)) & Disposition.attached_pic)


def _describe(
    container: InputContainer,
    admission: hostile.Admission,
    path: Path,
    name: str,
    walks: dict[int, _Walk],
    looks: dict[int, _Look],
    *,
    broken_off: bool,
) -> MediaInfo:
    problems: list[Problem] = []
    video: list[VideoStream] = []
    attached = 0
    for stream in container.streams.video:
        if _is_attached(stream):
            attached += 1
        elif not _is_known(stream):
            problems.append(_unknown(stream))
        elif not walks[stream.index].pts:
            problems.append(
                Problem(
                    "empty_track",
                    N_("Track %(track)s promises a picture and holds none."),
                    {"track": str(stream.index + 1)},
                )
            )
        else:
            video.append(_describe_picture(stream, walks[stream.index], looks.get(stream.index)))
            problems += _missing_pictures(
                stream, walks[stream.index], admission.container, undecodable=stream.index not in looks
            )
    heard = [stream for stream in container.streams.audio if walks[stream.index].count]
    audio = [_describe_sound(stream, walks[stream.index]) for stream in heard if _is_known(stream)]
    problems += [_unknown(stream) for stream in heard if not _is_known(stream)]
    if broken_off:
        problems.append(Problem("broken_off", N_("Reading broke off before the end of the file."), {}))
    if not video and not audio:
        if any(stream.type in {"video", "audio"} for stream in container.streams):
            raise Damaged(
                N_(
                    "%(name)s holds neither a picture nor a sound that can be read. "
                    "Export it again and upload it anew."
                ),
                name=name,
            )
        raise NotAFilm(N_("%(name)s holds neither picture nor sound. Upload the film itself."), name=name)
    duration = max((stream.duration for stream in video or audio), default=Fraction(0))
    holes = [walks[stream.index].hole * Fraction(stream.time_base or 0) for stream in container.streams]
    _refuse_broken_clocks(max([*holes, *(stream.max_gap_s for stream in video)]), duration, name)
    problems += _promised_length(container, duration, video=bool(video))
    return MediaInfo(
        container=admission.container,
        demuxer=admission.demuxer,
        duration=video[0].duration if video else duration,
        size_bytes=path.stat().st_size,
        video=tuple(video),
        audio=tuple(audio),
        data_tracks=sum(stream.type not in {"video", "audio"} for stream in container.streams),
        chapters=len(container.chapters()),
        attached_pictures=attached,
        problems=tuple(problems),
    )


def _refuse_broken_clocks(longest: Fraction, duration: Fraction, name: str) -> None:
    if duration > _LONGEST_S or longest > _LONGEST_PICTURE_S:
        raise Damaged(
            N_(
                "The clock of %(name)s jumps: it claims to last %(hours)s hours, with %(longest)s minutes in "
                "which nothing new comes. Export it again and upload it anew."
            ),
            name=name,
            hours=f"{float(duration) / 3600:.1f}",
            longest=round(longest / 60),
        )


def _unknown(stream: av.stream.Stream) -> Problem:
    return Problem(
        "unknown_track",
        N_("Track %(track)s is in a format that is not known here; it is left out."),
        {"track": str(stream.index + 1)},
    )


def _missing_pictures(
    stream: av.VideoStream, walk: _Walk, container: str, *, undecodable: bool
) -> list[Problem]:
    problems: list[Problem] = []
    found = walk.count
    if container == "avi":
        # It counts pictures that are only held; the clock ticks once for each, stored or not.
        found = max(found, max(walk.pts) - min(walk.pts) + 1)
    if stream.frames and found < stream.frames:
        problems.append(
            Problem(
                "truncated",
                N_("The file promises %(promised)s pictures but holds %(found)s: it was not copied whole."),
                {"promised": str(stream.frames), "found": str(found)},
            )
        )
    if walk.corrupt:
        problems.append(
            Problem(
                "corrupt_packets",
                N_("%(count)s pieces of the file are marked as damaged."),
                {"count": str(walk.corrupt)},
            )
        )
    if undecodable:
        problems.append(Problem("undecodable", N_("Not one of the first pictures can be decoded."), {}))
    return problems


def _promised_length(container: InputContainer, duration: Fraction, *, video: bool) -> list[Problem]:
    """Compare the header's length with what is there; half a second may differ between tracks."""
    promised = Fraction(container.duration or 0, av.time_base)
    if video and promised > duration + 5 and promised > duration * Fraction(11, 10):
        return [
            Problem(
                "shorter_than_promised",
                N_("The file promises %(promised)s s but its picture lasts %(found)s s."),
                {"promised": f"{float(promised):.1f}", "found": f"{float(duration):.1f}"},
            )
        ]
    return []


def _describe_picture(stream: av.VideoStream, walk: _Walk, look: _Look | None) -> VideoStream:
    context = stream.codec_context
    base = Fraction(stream.time_base or Fraction(1, 90000))
    pts = sorted(walk.pts)
    steps = [later - earlier for earlier, later in itertools.pairwise(pts)]
    # Rounding to the container's clock makes steps of a constant rate differ by one tick.
    tolerance = max(1, math.ceil(Fraction(1, 1000) / base)) if base > Fraction(1, 10000) else 2
    last = max(walk.end - pts[-1], 0) or (steps[-1] if steps else 0)
    span = pts[-1] + last - pts[0]
    nominal = _nominal_rate(stream, steps, base)
    is_vfr = bool(steps) and not _is_constant(pts, nominal, base, tolerance)
    rate = Fraction(len(pts)) / (span * base) if span else nominal
    count = len(pts)
    duration = span * base if is_vfr else count / nominal
    keys = sorted(walk.keys)
    key_steps = [later - earlier for earlier, later in itertools.pairwise([*keys, pts[-1]])] or [span]
    return VideoStream(
        index=stream.index,
        codec=context.name if context.codec is None else context.codec.canonical_name,
        profile=str(stream.profile or ""),
        level=max(context.level or 0, 0),
        width=context.width,
        height=context.height,
        sar=Fraction(stream.sample_aspect_ratio or 1) or Fraction(1),
        rotation=look.rotation if look else 0,
        rate=rate.limit_denominator(100_000) if is_vfr else nominal,
        nominal_rate=nominal,
        frame_count=count,
        duration=duration,
        start_s=pts[0] * base,
        max_gap_s=max(last, *steps) * base if steps else span * base,
        max_key_gap_s=max(key_steps) * base,
        is_vfr=is_vfr,
        field_order=_field_order(context, look),
        pix_fmt=context.pix_fmt or "",
        bit_depth=max((part.bits for part in context.format.components), default=8) if context.format else 8,
        color_primaries=_PRIMARIES.get(int(context.color_primaries or 2), ""),
        color_transfer=_TRANSFERS.get(int(context.color_trc or 2), ""),
        color_space=_SPACES.get(int(context.colorspace if context.colorspace is not None else 2), ""),
        color_range=_RANGES.get(int(context.color_range or 0), ""),
        bit_rate=context.bit_rate or 0,
        skipped_s=(pts[0] - (pts[0] if walk.stored is None else walk.stored)) * base,
        is_mirrored=look.is_mirrored if look else False,
    )


def _nominal_rate(stream: av.VideoStream, steps: list[int], base: Fraction) -> Fraction:
    """Give the rate of the constant grid that the pictures stand on, or the mean if there is none."""
    if not steps:
        return Fraction(stream.average_rate or 25)
    common, _ = Counter(steps).most_common(1)[0]
    mean = Fraction(len(steps)) / (sum(steps) * base)
    near = 1 / (common * base) if common > 0 else mean
    # Steps of a coarse clock (1/1000 in Matroska) are rounded, so well-known rates are tried on the mean
    # first.
    for candidate in (mean, near):
        for known in _KNOWN_RATES:
            if abs(candidate / known - 1) < Fraction(4, 10000):
                return known
    slow = near if common > 0 else mean
    # Rates of less than a picture in a quarter of an hour would become none.
    return slow.limit_denominator(1001) or slow


_KNOWN_RATES = tuple(
    Fraction(number, divisor)
    for number, divisor in (
        (25, 1), (30000, 1001), (24, 1), (50, 1), (30, 1), (24000, 1001), (60000, 1001), (60, 1), (15, 1),
        (10, 1), (12, 1), (120, 1), (100, 1), (48, 1),
    )
)  # fmt: skip


def _is_constant(pts: list[int], rate: Fraction, base: Fraction, tolerance: int) -> bool:
    """Say whether every picture stands on the grid of a rate, counted from the first one."""
    step = 1 / (rate * base)
    # A steady drift of a coarse clock is allowed a quarter of a picture, a jump is not.
    # Where a tick is as long as a picture (AVI), rounding is no excuse for one that is missing.
    allowed = max(min(Fraction(tolerance), step / 2), step / 4)
    # In whole numbers, because Fractions cost more than everything else about a long film.
    parts = math.lcm(step.denominator, allowed.denominator)
    each, most = int(step * parts), int(allowed * parts)
    return all(abs((value - pts[0]) * parts - number * each) <= most for number, value in enumerate(pts))


def _field_order(context: av.VideoCodecContext, look: _Look | None) -> str:
    order = str(getattr(context, "field_order", "") or "").rsplit(".", 1)[-1].lower()
    if order in {"tt", "tb", "2", "4"}:
        return "tff"
    if order in {"bb", "bt", "3", "5"}:
        return "bff"
    return "tff" if look and look.fields == "interlaced" else "progressive"


def _describe_sound(stream: av.AudioStream, walk: _Walk) -> AudioStream:
    context = stream.codec_context
    base = Fraction(stream.time_base or Fraction(1, 48000))
    start = walk.pts[0] if walk.pts else 0
    return AudioStream(
        index=stream.index,
        codec=context.codec.canonical_name if context.codec else context.name,
        profile=str(stream.profile or ""),
        rate_hz=context.sample_rate or 0,
        channels=context.layout.nb_channels if context.layout else 0,
        layout=context.layout.name if context.layout else "",
        duration=max(walk.end - start, 0) * base,
        start_s=start * base,
        bit_rate=context.bit_rate or 0,
    )
