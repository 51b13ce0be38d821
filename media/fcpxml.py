"""FCPXML 1.9 for Final Cut Pro and DaVinci Resolve: every clip is a project, every film an asset.

Times are rational seconds that lie on frames of their own rate, which Final Cut Pro insists on. Version 1.9
is the first with media-rep and is read by Final Cut Pro from 10.4.9 and by Resolve from 17.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from urllib.parse import quote

from media.deliveries import MASTER, Delivery
from media.dress import Dress
from media.edl import frames_of, has_drop_frame
from media.info import MediaInfo, VideoStream
from media.plan import EditList, Entry, Source
from media.timecode import format_clock, frame_of

VERSION = "1.9"
# Letters that no XML file may hold, whatever a title says.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SIZES = {(1920, 1080): "1080p", (1280, 720): "720p", (3840, 2160): "3840x2160p", (4096, 2160): "4096x2160p"}
_RATES = {
    Fraction(24000, 1001): "2398", Fraction(24): "24", Fraction(25): "25", Fraction(30000, 1001): "2997",
    Fraction(30): "30", Fraction(50): "50", Fraction(60000, 1001): "5994", Fraction(60): "60",
}  # fmt: skip
# How conform-rate names the rate of a source that differs from the timeline's.
_CONFORM = {
    Fraction(24000, 1001): "23.98", Fraction(24): "24", Fraction(25): "25", Fraction(30000, 1001): "29.97",
    Fraction(30): "30", Fraction(50): "50", Fraction(60000, 1001): "59.94", Fraction(60): "60",
}  # fmt: skip
_SOUND_RATES = {32_000: "32k", 44_100: "44.1k", 48_000: "48k", 96_000: "96k"}


@dataclass(frozen=True)
class Project:
    """A clip to write: its name, its ranges, what it wears."""

    name: str
    edit_list: EditList
    dress: Dress = field(default_factory=Dress)


def beside(source: Source) -> str:
    """Say that a film lies beside the FCPXML file: no path of this machine leaves it."""
    return "./" + quote(source.shown)


def where_it_lies(source: Source) -> str:
    """Give the place of a film on this machine, for editing programs on the same one."""
    return source.path.resolve().as_uri()


def write_fcpxml(
    event: str,
    projects: Sequence[Project],
    infos: Mapping[Path, MediaInfo],
    *,
    starts: Mapping[Path, int] | None = None,
    place: Callable[[Source], str] = beside,
    delivery: Delivery = MASTER,
) -> str:
    """Write the projects of one event.

    A timeline has the rate of its sources if they share one, else the delivery's; a source of another rate
    is marked to be conformed, and its length is rounded to the timeline's frames. Titles stand as the note of
    the timeline, lower thirds as markers, because every program draws its own.
    """
    root = ET.Element("fcpxml", version=VERSION)
    resources = ET.SubElement(root, "resources")
    shelf = _Resources(resources, infos, dict(starts or {}), place)
    library = ET.SubElement(root, "library")
    place_of_projects = ET.SubElement(library, "event", name=event)
    for project in projects:
        _write_project(place_of_projects, project, shelf, delivery)
    ET.indent(root, "  ")
    text = _NOT_XML.sub("", ET.tostring(root, encoding="unicode"))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n{text}\n'


class _Resources:
    """The formats and films that the timelines refer to, each written once."""

    def __init__(
        self,
        element: ET.Element,
        infos: Mapping[Path, MediaInfo],
        starts: Mapping[Path, int],
        place: Callable[[Source], str],
    ) -> None:
        self._element, self._infos, self._starts, self._place = element, infos, starts, place
        self._formats: dict[tuple[int, int, Fraction], str] = {}
        self._assets: dict[Path, str] = {}
        self._number = 0

    def _next(self) -> str:
        self._number += 1
        return f"r{self._number}"

    def picture(self, entry: Entry) -> VideoStream:
        """The picture of a range's film."""
        picture = self._infos[entry.source.path].picture
        if picture is None:
            raise ValueError(entry.source.shown)
        return picture

    def start(self, entry: Entry) -> int:
        """The number of the film's first picture."""
        return self._starts.get(entry.source.path, 0)

    def format(self, width: int, height: int, rate: Fraction) -> str:
        """Give the id of a format, written when it is first asked for."""
        key = (width, height, rate)
        if key not in self._formats:
            self._formats[key] = self._next()
            element = ET.SubElement(self._element, "format", id=self._formats[key])
            if (width, height) in _SIZES and rate in _RATES:
                element.set("name", f"FFVideoFormat{_SIZES[width, height]}{_RATES[rate]}")
            element.set("frameDuration", _time(1 / rate))
            element.set("width", str(width))
            element.set("height", str(height))
            element.set("colorSpace", "1-1-1 (Rec. 709)")
        return self._formats[key]

    def asset(self, entry: Entry) -> str:
        """Give the id of a film, written when it is first asked for."""
        source, picture = entry.source, self.picture(entry)
        if source.path not in self._assets:
            rate = picture.nominal_rate
            shape = self.format(picture.display_width, picture.display_height, rate)
            self._assets[source.path] = self._next()
            length = (
                max(picture.frame_count, frame_of(picture.duration, rate))
                if picture.is_vfr
                else picture.frame_count
            )
            element = ET.SubElement(
                self._element, "asset",
                id=self._assets[source.path], name=source.shown, start=_time(self.start(entry) / rate),
                duration=_time(length / rate), hasVideo="1", format=shape, videoSources="1",
            )  # fmt: skip
            sound = self._infos[source.path].sound
            if sound is not None:
                element.set("hasAudio", "1")
                element.set("audioSources", "1")
                element.set("audioChannels", str(sound.channels))
                element.set("audioRate", str(sound.rate_hz))
            ET.SubElement(element, "media-rep", kind="original-media", src=self._place(source))
        return self._assets[source.path]


def _write_project(parent: ET.Element, project: Project, shelf: _Resources, delivery: Delivery) -> None:
    entries = project.edit_list.entries
    rates = {shelf.picture(entry).nominal_rate for entry in entries}
    rate = rates.pop() if len(rates) == 1 else delivery.rate
    counting = "DF" if has_drop_frame(rate) else "NDF"
    sequence = ET.SubElement(
        ET.SubElement(parent, "project", name=project.name), "sequence",
        format=shelf.format(delivery.width, delivery.height, rate), tcStart="0s", tcFormat=counting,
        audioLayout="stereo", audioRate=_SOUND_RATES.get(delivery.audio_rate_hz, "48k"),
    )  # fmt: skip
    if remarks := "\n".join(remarks_of(project.dress)):
        ET.SubElement(sequence, "note").text = remarks
    spine = ET.SubElement(sequence, "spine")
    at = Fraction(0)
    clock = Fraction(0)
    for entry in entries:
        picture = shelf.picture(entry)
        own = picture.nominal_rate
        first, end = frames_of(entry, picture)
        exact = (end - first) / own
        length = Fraction(max(1, frame_of(exact, rate))) / rate
        start = (shelf.start(entry) + first) / own
        asset = shelf.asset(entry)
        element = ET.SubElement(
            spine, "asset-clip",
            ref=asset, offset=_time(at), name=entry.source.shown, start=_time(start), duration=_time(length),
            format=shelf.format(picture.display_width, picture.display_height, own),
            tcFormat="DF" if has_drop_frame(own) else "NDF",
        )  # fmt: skip
        if own != rate:
            conform = ET.SubElement(element, "conform-rate", scaleEnabled="0")
            if own in _CONFORM:
                conform.set("srcFrameRate", _CONFORM[own])
        for third in project.dress.lower_thirds:
            if clock <= third.start < clock + exact:
                begin = frame_of(third.start - clock, own)
                shown = max(1, min(frame_of(third.end - clock, own), end - first) - begin)
                text = " ".join(part for part in (third.name, third.role) if part)
                ET.SubElement(
                    element,
                    "marker",
                    start=_time(start + begin / own),
                    duration=_time(shown / own),
                    value=text,
                )
        at += length
        clock += exact
    sequence.set("duration", _time(at))


def remarks_of(dress: Dress) -> list[str]:
    """Give what a clip wears as lines for whoever finishes it elsewhere, in Chinese as the offices write."""
    lines = []
    for label, card in (("片头", dress.opening), ("片尾", dress.end)):
        if card:
            lines.append(f"{label}：{card.title}" + (f" / {card.subtitle}" if card.subtitle else ""))
    lines += [
        f"人名条：{third.name} {third.role} {format_clock(third.start)}–{format_clock(third.end)}"
        for third in dress.lower_thirds
    ]
    if dress.music:
        lines.append(f"配乐：{dress.music.shown}")
    return lines


def _time(value: Fraction) -> str:
    """Write a time as FCPXML does: whole seconds or a fraction of them."""
    return f"{value.numerator}s" if value.denominator == 1 else f"{value.numerator}/{value.denominator}s"
