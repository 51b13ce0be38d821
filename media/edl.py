"""Edit decision lists of the CMX 3600 kind: read event by event, written for editors and colourists.

An EDL knows neither file nor rate. A film is found by the comment FROM CLIP NAME (or SOURCE FILE), else by
its reel. Timecodes count in the film's own rate, in drop frame where FCM or a ";" says so and the rate has
it, and from the film's own first timecode if it carries one. Only cuts are taken: a dissolve or a change of
speed would have to be made, and is named as a fault instead of being left out in silence.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path, PureWindowsPath

from media import hostile
from media.errors import N_, BadList
from media.grid import Limits, decode
from media.info import MediaInfo, VideoStream
from media.plan import EditList, Entry
from media.probe import open_film
from media.timecode import format_timecode, frame_of, parse_time, time_of

_TC = r"\d{1,3}[:;.,]\d{1,2}[:;.,]\d{1,2}[:;.,]\d{1,3}"
_EVENT = re.compile(
    rf"\s*(?P<number>\d{{1,6}})\s+(?P<reel>\S+)\s+(?P<channel>\S+)\s+(?P<kind>C|D|W\d{{1,3}}|K[BO]?)\s+"
    rf"(?:(?P<length>\d{{1,3}})\s+)?(?P<a>{_TC})\s+(?P<b>{_TC})\s+(?P<c>{_TC})\s+(?P<d>{_TC})(?:\s.*)?"
)
_LOOKS_LIKE_ONE = re.compile(r"^\s*(TITLE:|FCM:|\d{1,6}\s+\S+\s+\S+\s+[CDWK])", re.MULTILINE)
_SPEED = re.compile(rf"M2\s+\S+\s+(?P<speed>-?\d{{1,4}}(?:\.\d+)?)\s+{_TC}")
_COMMENT = re.compile(
    r"\*?\s*(?P<key>FROM CLIP NAME|SOURCE FILE|QICHUANG CLIP)\s*:\s*(?P<value>.*\S)", re.IGNORECASE
)
_NO_SOURCE = frozenset({"BL", "BLACK", "BLK"})
_REEL_LETTERS = 8
# A timeline begins at one hour by custom, so that what comes before it has a time as well.
_RECORD_START = "01:00:00:00"


@dataclass(frozen=True)
class Event:
    """One cut: the line it stands on, the names its film may have (best first), and its ends as written.

    speed is in pictures a second, where an M2 line tells one.
    """

    line: int
    films: tuple[str, ...]
    said_by: str
    ends: tuple[str, str]
    drop: bool
    clip: str = ""
    speed: float | None = None


Told = tuple[int, str, str, str, dict[str, object]]


@dataclass(frozen=True)
class Parsed:
    """What an EDL says; faults as (line, column, rule, message id, parameters)."""

    title: str
    events: tuple[Event, ...]
    faults: tuple[Told, ...]


@dataclass
class _Draft:
    line: int
    reel: str
    ends: tuple[str, str]
    drop: bool
    speed: float | None = None
    names: dict[str, str] = field(default_factory=dict)

    def event(self) -> Event:
        films = [self.names[key] for key in ("FROM CLIP NAME", "SOURCE FILE") if key in self.names]
        # A path of somebody else's machine says nothing here but the name of its file.
        films += [base for film in films if (base := PureWindowsPath(film).name) not in films]
        said_by = next((key for key in ("FROM CLIP NAME", "SOURCE FILE") if key in self.names), "reel")
        clip = self.names.get("QICHUANG CLIP", "")
        return Event(self.line, (*films, self.reel), said_by, self.ends, self.drop, clip, self.speed)


def is_edl(data: bytes, name: str) -> bool:
    """Say whether a list is an EDL: by its ending, else by its first lines."""
    if name.lower().endswith(".edl"):
        return True
    if name.lower().endswith((".xlsx", ".xlsm", ".csv")) or data.startswith(b"PK"):
        return False
    try:
        return bool(_LOOKS_LIKE_ONE.search(decode(data[:4096], name)))
    except BadList:
        return False


def parse(text: str, name: str, limits: Limits | None = None) -> Parsed:
    """Read the events of an EDL in the order of its lines.

    Sound-only events are passed over: the sound always goes with its picture here. Raises BadList where there
    is no event at all or far too many.
    """
    most = (limits or Limits()).rows
    title, drop = "", False
    drafts: list[_Draft] = []
    faults: list[Told] = []
    current: _Draft | None = None
    for line, raw in enumerate(text.splitlines(), 1):
        content = raw.strip()
        if content.upper().startswith("TITLE:"):
            title = title or content[6:].strip()
        elif content.upper().startswith("FCM:"):
            drop = "NON" not in content.upper()
        elif found := _EVENT.fullmatch(content):
            current = _draft(found, line, faults, drop=drop)
            drafts += [current] if current else []
        elif found := _SPEED.match(content):
            if current:
                current.speed = float(found["speed"])
        elif current and (found := _COMMENT.match(content)):
            current.names.setdefault(found["key"].upper(), found["value"])
        if len(drafts) > most:
            raise BadList(N_("%(name)s has more than %(most)s events. Divide it."), name=name, most=most)
    if not drafts and not faults:
        raise BadList(
            N_("%(name)s holds no event of a CMX 3600 list. Export the timeline as EDL (CMX 3600)."),
            name=name,
        )
    return Parsed(title, tuple(draft.event() for draft in drafts), tuple(faults))


def _draft(found: re.Match[str], line: int, faults: list[Told], *, drop: bool) -> _Draft | None:
    if "V" not in found["channel"].upper() and found["channel"].upper() != "B":
        return None
    if found["kind"] != "C":
        # A dissolve takes two lines of the same number; the first, a cut of no length, is passed over below.
        faults.append(
            (line, "transition", "transition",
             N_("Event %(event)s is a transition (%(kind)s), and only cuts are made here. Make it a cut."),
             {"event": found["number"], "kind": found["kind"]})
        )  # fmt: skip
        return None
    if found["reel"].upper() in _NO_SOURCE:
        faults.append(
            (line, "reel", "black",
             N_("Event %(event)s shows black, not a film. Take it out; cards are written as titles."),
             {"event": found["number"]})
        )  # fmt: skip
        return None
    if found["a"] == found["b"]:
        return None
    return _Draft(line, found["reel"], (found["a"], found["b"]), drop or ";" in found["a"] + found["b"])


def read_timecode(text: str, rate: Fraction, *, drop: bool) -> Fraction:
    """Read a timecode of an EDL in a film's rate; drop frame only where that rate has it."""
    hours, minutes, seconds, frames = re.split(r"[:;.,]", text)
    mark = ";" if drop and has_drop_frame(rate) else ":"
    return parse_time(f"{hours}:{minutes}:{seconds}{mark}{frames}", rate)


def has_drop_frame(rate: Fraction) -> bool:
    """Say whether a rate is counted in drop frame by custom: 30000/1001 and 60000/1001."""
    return rate.denominator == 1001 and rate.numerator in {30000, 60000}


def start_frame(path: Path) -> int:
    """Give the number of a film's first picture by the timecode track it carries; 0 where it carries none.

    Editing programs count from there, so that an EDL or FCPXML that does not would land somewhere else.
    """
    with open_film(path, hostile.admit(path)) as container:
        for stream in container.streams:
            text = stream.metadata.get("timecode", "") or container.metadata.get("timecode", "")
            video = next(iter(container.streams.video), None)
            rate = Fraction(video.guessed_rate or 0) if video else Fraction(0)
            if text and rate and re.fullmatch(_TC, text):
                nominal = rate.limit_denominator(1001)
                return frame_of(read_timecode(text, nominal, drop=";" in text), nominal)
    return 0


@dataclass(frozen=True)
class Named:
    """A clip to write: its name, its ranges, and remarks that stand as comments."""

    name: str
    edit_list: EditList
    remarks: tuple[str, ...] = ()


def write_edl(
    title: str,
    clips: Sequence[Named],
    infos: Mapping[Path, MediaInfo],
    *,
    starts: Mapping[Path, int] | None = None,
) -> str:
    """Write one timeline with the ranges of one or several clips, one after the other.

    Every source counts in its own rate, with ";" where that is drop frame; the timeline, of which FCM speaks,
    counts in the rate of the first source. Reels have eight letters of A–Z and digits; the film's real name
    stands in FROM CLIP NAME, the clip's in QICHUANG CLIP.
    """
    entries = [entry for clip in clips for entry in clip.edit_list.entries]
    pictures = {entry.source.path: _picture(infos[entry.source.path]) for entry in entries}
    reels = reel_names([(entry.source.path, entry.source.shown) for entry in entries])
    rate = pictures[entries[0].source.path].nominal_rate
    drop = has_drop_frame(rate)
    lines = [f"TITLE: {_one_line(title)}", f"FCM: {'DROP FRAME' if drop else 'NON-DROP FRAME'}", ""]
    at, number = frame_of(read_timecode(_RECORD_START, rate, drop=drop), rate), 0
    for clip in clips:
        for place, entry in enumerate(clip.edit_list.entries):
            number += 1
            picture = pictures[entry.source.path]
            first, end = frames_of(entry, picture)
            offset = (starts or {}).get(entry.source.path, 0)
            long = frame_of((end - first) / picture.nominal_rate, rate)
            codes = [
                format_timecode(time_of(offset + frame, picture.nominal_rate), picture.nominal_rate)
                for frame in (first, end)
            ] + [format_timecode(time_of(frame, rate), rate) for frame in (at, at + long)]
            lines.append(f"{number:03d}  {reels[entry.source.path]:<8} AA/V  C        {' '.join(codes)}")
            lines.append(f"* FROM CLIP NAME: {_one_line(entry.source.shown)}")
            lines.append(f"* QICHUANG CLIP: {_one_line(clip.name)}")
            lines += [f"* {_one_line(remark)}" for remark in (clip.remarks if place == 0 else ())]
            at += long
    return "\n".join([*lines, ""])


def _picture(info: MediaInfo) -> VideoStream:
    if info.picture is None:
        raise ValueError(info.container)
    return info.picture


def frames_of(entry: Entry, picture: VideoStream) -> tuple[int, int]:
    """Give the first picture of a range and the one behind its last, counted in the film's nominal rate."""
    first = frame_of(entry.range.start, picture.nominal_rate)
    return first, max(first + 1, frame_of(entry.range.end, picture.nominal_rate))


def reel_names(sources: Iterable[tuple[Path, str]]) -> dict[Path, str]:
    """Give every film a reel of up to eight letters and digits, each its own.

    A name that is one already is kept; others, Chinese ones above all, get a number.
    """
    reels: dict[Path, str] = {}
    for path, shown in sources:
        if path in reels:
            continue
        plain = re.sub(r"[^A-Z0-9_]", "", Path(shown).stem.upper())
        fits = plain == Path(shown).stem.upper() and 0 < len(plain) <= _REEL_LETTERS
        taken = {*reels.values(), *_NO_SOURCE, "AX"}
        numbers: Iterator[str] = (f"R{number:03d}" for number in range(1, len(taken) + 10_000))
        reels[path] = plain if fits and plain not in taken else next(n for n in numbers if n not in taken)
    return reels


def _one_line(text: str) -> str:
    return " ".join(text.split())
