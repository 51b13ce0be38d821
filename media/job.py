"""A clip as one JSON object: its ranges, its delivery and what it wears.

{"ranges": [{"source": "a.mp4", "in": "00:00:07:00", "out": "19.5"}],
 "delivery": "vertical" or {"name": "vertical", "fit": "crop", "focus_x": 0.3},
 "subtitles": "a.srt" or {"path": "a.srt", "clock": "source"}, "dress": {…}}

Paths are taken from the job's folder; times are read as on the command line, OUT is excluded. Subtitles count
from the clip's first picture, with the clock "source" from the first picture of the film.
"""

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from media.deliveries import DELIVERIES, MASTER, Delivery
from media.dress import Cue, Dress, LowerThird, Style, json_list, json_number, json_object, json_text
from media.errors import N_, BadDress, Unsupported
from media.info import MediaInfo
from media.plan import EditList, Entry, Source
from media.reasons import Reason
from media.subtitles import for_ranges, look_over, read_subtitles, within
from media.timecode import TimeRange, parse_range, parse_time

SubtitleClock = Literal["clip", "source"]

_LONGEST_JOB_BYTES = 4 << 20
_FITS = ("pad", "blur", "crop")


@dataclass(frozen=True)
class AskedRange:
    """A range as it was written; its times need the film's rate to be understood. "" is the film's end."""

    source: Path
    start: str = "0"
    end: str = ""


@dataclass(frozen=True)
class RenderJob:
    """A clip as it was asked for, before any film was looked at."""

    ranges: tuple[AskedRange, ...]
    delivery: Delivery = MASTER
    dress: Dress = dataclasses.field(default_factory=Dress)
    subtitles: Path | None = None
    subtitle_clock: SubtitleClock = "clip"

    def edit_list(self, infos: Mapping[Path, MediaInfo]) -> EditList:
        """Give its ranges in exact time."""
        return EditList(tuple(_entry(asked, infos[asked.source]) for asked in self.ranges))

    def dressed(self, edit_list: EditList) -> tuple[Dress, tuple[Reason, ...]]:
        """Give what it wears with its subtitles read and cut to the clip, and what is wrong with those."""
        if self.subtitles is None:
            return self.dress, ()
        cues: tuple[Cue, ...] = read_subtitles(self.subtitles)
        if self.subtitle_clock == "source":
            if len({entry.source.path for entry in edit_list.entries}) > 1:
                raise BadDress(
                    N_(
                        "%(name)s counts as one film does, but the clip has several. "
                        "Let it count as the clip does."
                    ),
                    name=self.subtitles.name,
                )
            cues = for_ranges(cues, (entry.range for entry in edit_list.entries))
        notes = look_over(cues, edit_list.duration)
        cues = within(cues, edit_list.duration)
        return dataclasses.replace(self.dress, subtitles=(*self.dress.subtitles, *cues)), notes


def _entry(asked: AskedRange, info: MediaInfo) -> Entry:
    if info.picture is None:
        raise Unsupported(
            N_("%(name)s has sound but no picture, so no clip can be cut from it. Choose a film."),
            name=asked.source.name,
        )
    rate = info.picture.nominal_rate
    start = parse_time(asked.start, rate)
    end = parse_time(asked.end, rate) if asked.end else info.picture.duration
    return Entry(Source(asked.source, asked.source.name), TimeRange(start, end))


def read_job(path: Path, style: Callable[[], Style] | None = None) -> RenderJob:
    """Read a job file; BadDress names the file and what is wrong with it.

    style gives the house style where the job needs one and has none.
    """
    try:
        if path.stat().st_size > _LONGEST_JOB_BYTES:
            raise BadDress(
                N_("%(name)s is larger than %(most)s MB. A job holds no films, only their names."),
                name=path.name,
                most=_LONGEST_JOB_BYTES >> 20,
            )
        data = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        where = f"{error.lineno}:{error.colno}" if isinstance(error, json.JSONDecodeError) else "–"
        raise BadDress(
            N_("%(name)s is no JSON that can be read (line and column %(where)s). Put it right."),
            name=path.name,
            where=where,
        ) from error
    return job_from_json(data, place=lambda text: path.parent / text, style=style)


def job_from_json(
    data: object, *, place: Callable[[str], Path] = Path, style: Callable[[], Style] | None = None
) -> RenderJob:
    """Read a job from JSON; place turns a written path into one."""
    told = json_object(data, "job", {"ranges", "delivery", "subtitles", "dress"})
    ranges = json_list(told.get("ranges"), "ranges", lambda item, where: _range(item, where, place))
    if not ranges:
        raise BadDress(
            N_("“%(where)s” names no range. Give at least one with source, in and out."), where="ranges"
        )
    dress = Dress.from_json(told.get("dress") or {}, place=place)
    subtitles, clock = _subtitles(told.get("subtitles"), place)
    if dress.style is None and style and (dress.needs_style or subtitles):
        dress = dataclasses.replace(dress, style=style())
    return RenderJob(ranges, delivery_from_json(told.get("delivery", "master")), dress, subtitles, clock)


def _range(data: object, where: str, place: Callable[[str], Path]) -> AskedRange:
    told = json_object(data, where, {"source", "in", "out"})
    source = json_text(told, "source", where)
    if not source:
        raise BadDress(N_("“%(where)s” names no file."), where=f"{where}.source")
    start, end = (
        str(value) if isinstance(value := told.get(key), int | float) else json_text(told, key, where)
        for key in ("in", "out")
    )
    return AskedRange(existing(place(source)), start or "0", end)


def existing(path: Path) -> Path:
    """Give a path whose file is there; BadDress names it otherwise."""
    if not path.is_file():
        raise BadDress(N_("There is no file %(name)s. Check its name and folder."), name=path.name)
    return path


def _subtitles(data: object, place: Callable[[str], Path]) -> tuple[Path | None, SubtitleClock]:
    if data is None:
        return None, "clip"
    told: Mapping[str, Any] = (
        {"path": data} if isinstance(data, str) else json_object(data, "subtitles", {"path", "clock"})
    )
    clock = told.get("clock", "clip")
    if clock not in ("clip", "source"):
        raise BadDress(N_("“%(where)s” is one of %(known)s."), where="subtitles.clock", known="clip, source")
    path = json_text(told, "path", "subtitles")
    if not path:
        raise BadDress(N_("“%(where)s” names no file."), where="subtitles.path")
    return existing(place(path)), "source" if clock == "source" else "clip"


def delivery_from_json(data: object) -> Delivery:
    """Read a delivery: its name, or an object with its name and how other shapes get in."""
    told: Mapping[str, Any] = (
        {"name": data}
        if isinstance(data, str)
        else json_object(data, "delivery", {"name", "fit", "focus_x", "focus_y"})
    )
    name = json_text(told, "name", "delivery")
    if name not in DELIVERIES:
        raise BadDress(N_("“%(where)s” is one of %(known)s."), where="delivery", known=", ".join(DELIVERIES))
    changes: dict[str, Any] = {}
    if "fit" in told:
        if told["fit"] not in _FITS:
            raise BadDress(
                N_("“%(where)s” is one of %(known)s."), where="delivery.fit", known=", ".join(_FITS)
            )
        changes["fit"] = told["fit"]
    for key in ("focus_x", "focus_y"):
        if key in told:
            changes[key] = focus(json_number(told[key], f"delivery.{key}"), f"delivery.{key}")
    return dataclasses.replace(DELIVERIES[name], **changes)


def focus(value: float, where: str) -> float:
    """Give where a crop looks, from 0 (left or top) to 1 (right or bottom)."""
    if not 0 <= value <= 1:
        raise BadDress(N_("“%(where)s” has to lie between 0 and 1."), where=where)
    return value


def lower_third_of(text: str, rate: Fraction) -> LowerThird:
    """Read "NAME|ROLE|IN-OUT" as people type it; the role may be empty, times count from the clip's start."""
    parts = [part.strip() for part in text.split("|")]
    if len(parts) != 3:
        raise BadDress(
            N_("“%(text)s” is no lower third. Write NAME|ROLE|IN-OUT, such as 王工|总工程师|1-5."), text=text
        )
    span = parse_range(parts[2], rate)
    return LowerThird(parts[0], parts[1], span.start, span.end)
