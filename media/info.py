"""What a film is: frozen facts about container and streams, exact to the Fraction."""

import dataclasses
from dataclasses import dataclass
from fractions import Fraction
from typing import Any


@dataclass(frozen=True)
class Problem:
    """Something wrong with the file itself, as a message id with its parameters."""

    code: str
    msgid: str
    params: dict[str, str]


@dataclass(frozen=True)
class VideoStream:
    """One moving picture.

    width and height are stored pixels; display_width and display_height are what a player shows, after pixel
    aspect and rotation. rotation is how far a player turns the picture clockwise, in degrees, before it
    mirrors it left to right if is_mirrored. rate is the mean of the pictures that are there, nominal_rate
    what a constant grid would have. start_s is the first picture on the container's own clock; max_gap_s the
    longest showing of one picture and skipped_s the length of what is stored before the first picture and
    left out by an edit list (both bound how early a cut must begin).
    """

    index: int
    codec: str
    profile: str
    level: int
    width: int
    height: int
    sar: Fraction
    rotation: int
    rate: Fraction
    nominal_rate: Fraction
    frame_count: int
    duration: Fraction
    start_s: Fraction
    max_gap_s: Fraction
    max_key_gap_s: Fraction
    is_vfr: bool
    field_order: str
    pix_fmt: str
    bit_depth: int
    color_primaries: str
    color_transfer: str
    color_space: str
    color_range: str
    bit_rate: int
    skipped_s: Fraction = Fraction(0)
    is_mirrored: bool = False

    @property
    def is_turned(self) -> bool:
        """Say whether a player shows the picture on its side."""
        return self.rotation % 180 != 0

    @property
    def dar(self) -> Fraction:
        """Display aspect ratio, width by height as shown."""
        stored = Fraction(self.width, self.height) * self.sar
        return 1 / stored if self.is_turned else stored

    @property
    def display_width(self) -> int:
        """Width as shown, in square pixels."""
        return self.height if self.is_turned else round(self.width * self.sar)

    @property
    def display_height(self) -> int:
        """Height as shown, in square pixels."""
        return round(self.width * self.sar) if self.is_turned else self.height

    @property
    def is_interlaced(self) -> bool:
        """Say whether a picture holds two fields of different moments."""
        return self.field_order in {"tff", "bff"}

    @property
    def is_hdr(self) -> bool:
        """Say whether the picture needs tone mapping on a normal screen (PQ or HLG)."""
        return self.color_transfer in {"smpte2084", "arib-std-b67"}


@dataclass(frozen=True)
class AudioStream:
    """One sound track; duration and start_s on the container's own clock."""

    index: int
    codec: str
    profile: str
    rate_hz: int
    channels: int
    layout: str
    duration: Fraction
    start_s: Fraction
    bit_rate: int


@dataclass(frozen=True)
class MediaInfo:
    """Container and streams of one file; duration is how long its picture (or else its sound) is shown."""

    container: str
    demuxer: str
    duration: Fraction
    size_bytes: int
    video: tuple[VideoStream, ...]
    audio: tuple[AudioStream, ...]
    data_tracks: int
    chapters: int
    attached_pictures: int
    problems: tuple[Problem, ...]

    @property
    def picture(self) -> VideoStream | None:
        """The moving picture that counts: the first one that has pictures in it."""
        return self.video[0] if self.video else None

    @property
    def sound(self) -> AudioStream | None:
        """The sound that counts: the first track."""
        return self.audio[0] if self.audio else None

    def to_json(self) -> dict[str, Any]:
        """Give everything as JSON; Fractions as exact text ("30000/1001"). from_json reads it back."""
        data: dict[str, Any] = _plain(dataclasses.asdict(self))
        data["duration_s"] = round(float(self.duration), 3)
        for stream, plain in zip(self.video, data["video"], strict=True):
            plain["dar"] = str(stream.dar)
            plain["display_width"] = stream.display_width
            plain["display_height"] = stream.display_height
            plain["rate_fps"] = round(float(stream.rate), 3)
        for problem, plain in zip(self.problems, data["problems"], strict=True):
            plain["text"] = problem.msgid % problem.params
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "MediaInfo":
        """Read what to_json wrote, without loss; keys that only explain are left out."""
        known = _pick(cls, data)
        known["video"] = tuple(VideoStream(**_pick(VideoStream, stream)) for stream in data["video"])
        known["audio"] = tuple(AudioStream(**_pick(AudioStream, stream)) for stream in data["audio"])
        known["problems"] = tuple(Problem(**_pick(Problem, problem)) for problem in data["problems"])
        return cls(**known)


def _plain(value: Any) -> Any:  # noqa: ANN401 - walks JSON, which has any shape
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, Fraction) else value


def _pick(kind: type, data: dict[str, Any]) -> dict[str, Any]:
    # What was written before a field was thought of holds nothing of it, and its default is meant for that.
    return {
        field.name: Fraction(data[field.name]) if field.type is Fraction else data[field.name]
        for field in dataclasses.fields(kind)
        if field.name in data or field.default is dataclasses.MISSING
    }
