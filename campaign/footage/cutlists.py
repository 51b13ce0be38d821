"""Cut lists in and out: xlsx, csv, EDL, FCPXML."""

# ruff: noqa: PLC0415 - engines are imported late, see the package

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from campaign.footage.edits import Cut, FilmFile, edit_list
from campaign.footage.films import info_from
from campaign.footage.refusals import in_our_words

if TYPE_CHECKING:
    from media import cutlist

LIST_FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "edl": "text/plain",
    "fcpxml": "application/xml",
}
_KEPT = Path("kept")


@dataclass(frozen=True)
class ListedFilm:
    """A film that a cut list may name: under which name, where it lies, what ingest found of it."""

    name: str
    path: Path
    info: Mapping[str, Any]


@dataclass(frozen=True)
class ListedClip:
    """A clip as a cut list has it: its dress as stored, the files of its subtitles and music by name."""

    name: str
    spans: tuple[tuple[Path, Fraction, Fraction], ...]
    deliveries: tuple[str, ...]
    dress: Mapping[str, Any]
    subtitle_file: str = ""
    music_file: str = ""
    rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class ListFault:
    """What is wrong with one cell of a list, or what was passed over: row, heading, rule, message."""

    row: int
    column: str
    rule: str
    msgid: str
    params: Mapping[str, Any]


@dataclass(frozen=True)
class ReadList:
    """What a cut list asks for."""

    clips: tuple[ListedClip, ...]
    faults: tuple[ListFault, ...]
    notes: tuple[ListFault, ...]


def read_cut_list(
    path: Path, name: str, films: Sequence[ListedFilm], extras: Mapping[str, Path], known: Collection[str]
) -> ReadList:
    """Read a cut list (xlsx, csv or EDL) against the films there are; FilmRefused for what is no list.

    extras are subtitles and music that came along, by name. Of files that are only `known` by name the clip
    gets the name and nothing else.
    """
    from media import cutlist
    from media.dress import Style
    from media.shelf import Shelf
    from media.subtitles import read_subtitles as read

    stored = {film.path: film.info for film in films}
    lying = {name: _KEPT / name for name in known} | dict(extras)
    names = {path: name for name, path in lying.items()}
    material = cutlist.Material(
        films=Shelf({film.name: film.path for film in films}),
        extras=Shelf(lying),
        probe=lambda path, _shown: info_from(stored[path]),
        read_subtitles=lambda path, shown: () if path.parent == _KEPT else read(path, shown),
        style=lambda: Style(Path("house")),
    )
    with in_our_words():
        found = cutlist.read_list(path, material, name=name)
    clips = []
    for clip in found.clips:
        told = {key: value for key, value in clip.dress.to_json().items() if value and key != "style"}
        told.pop("music", None)
        music = names[clip.dress.music.path] if clip.dress.music else ""
        spans = tuple((e.source.path, e.range.start, e.range.end) for e in clip.edit_list.entries)
        deliveries = tuple(delivery.name for delivery in clip.deliveries)
        clips.append(ListedClip(clip.name, spans, deliveries, told, clip.subtitle_file, music, clip.rows))

    def as_ours(fault: cutlist.Fault) -> ListFault:
        params = {
            key: value if isinstance(value, int | float) else str(value)
            for key, value in fault.params.items()
        }
        return ListFault(fault.row, fault.column, fault.rule, fault.msgid, params)

    return ReadList(tuple(clips), tuple(map(as_ours, found.faults)), tuple(map(as_ours, found.notes)))


def write_cut_list(form: str, title: str, clips: Sequence[ListedClip], films: Sequence[ListedFilm]) -> bytes:
    """Write clips as a cut list in one of LIST_FORMATS; xlsx and EDL read back to the same ranges."""
    from media import cutlist, cutlist_write, edl
    from media.deliveries import DELIVERIES
    from media.dress import Dress as Kind
    from media.dress import Music, Style

    shown = {film.path: film.name for film in films}
    infos = {film.path: info_from(film.info) for film in films}
    written = []
    with in_our_words():
        for clip in clips:
            told = {key: clip.dress[key] for key in ("opening", "end", "lower_thirds") if clip.dress.get(key)}
            worn = replace(
                Kind.from_json(told, style=Style(Path("house"))),
                music=Music(Path(clip.music_file)) if clip.music_file else None,
            )
            cuts = [Cut(FilmFile(path, "", shown[path]), start, end) for path, start, end in clip.spans]
            deliveries = tuple(DELIVERIES[name] for name in clip.deliveries)
            written.append(
                cutlist.Clip(clip.name, edit_list(cuts), worn, deliveries, subtitle_file=clip.subtitle_file)
            )
        if form == "xlsx":
            choices = ("master", "web", "vertical", "square")
            return cutlist_write.write_xlsx(written, infos, films=tuple(shown.values()), deliveries=choices)
        used = {path for clip in clips for path, _start, _end in clip.spans}
        starts = {path: edl.start_frame(path) for path in used}
        if form == "edl":
            return cutlist_write.write_edl(title, written, infos, starts=starts).encode()
        return cutlist_write.write_fcpxml(title, written, infos, starts=starts).encode()
