"""Cut lists written: xlsx and csv that read back to the same frames, EDL and FCPXML for other programs."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

import xlsxwriter

from media import edl, fcpxml
from media.cutlist import Clip
from media.deliveries import MASTER
from media.dress import LowerThird
from media.errors import N_, BadList
from media.files import arriving
from media.grid import guarded
from media.info import MediaInfo
from media.list_columns import HEADINGS
from media.plan import Entry, Source
from media.shelf import safe_names
from media.timecode import format_clock, format_timecode, frame_of, time_of

Language = Literal["zh", "en"]
FORMATS = (".xlsx", ".csv", ".edl", ".fcpxml")
_SHEET = {"zh": "粗剪单", "en": "Cut list"}
_LENGTH = {"zh": "时长", "en": "Duration"}
_WIDTHS = {"clip": 28, "film": 32, "title": 28, "subtitle": 24, "lower_thirds": 44, "subtitles": 20}
_ROWS_WITH_HELP = 1000
# A spreadsheet shows a long list of choices only up to this many letters.
_MOST_CHOICES = 255


@dataclass(frozen=True)
class _Line:
    """One row to write."""

    cells: Mapping[str, str]
    length: Fraction


def written_time(time_s: Fraction, info: MediaInfo) -> str:
    """Write a time so that reading it gives the same frame: a timecode on the film's grid, else seconds."""
    picture = info.picture
    if (
        picture
        and not picture.is_vfr
        and time_of(frame_of(time_s, picture.nominal_rate), picture.nominal_rate) == time_s
    ):
        return format_timecode(time_s, picture.nominal_rate)
    return _seconds(time_s)


def _seconds(time_s: Fraction) -> str:
    text = f"{round(time_s * 10**9):010d}"
    return f"{text[:-9]}.{text[-9:].rstrip('0') or '0'}"


def _lower_third(third: LowerThird, rate: Fraction) -> str:
    ends = [
        format_timecode(time, rate) if (time * rate).denominator == 1 else _seconds(time)
        for time in (third.start, third.end)
    ]
    parts = [part.replace("|", "/").replace("\n", " ") for part in (third.name, third.role) if part]
    return " | ".join([*parts, "-".join(ends)])


def _lines(clips: Sequence[Clip], infos: Mapping[Path, MediaInfo]) -> list[_Line]:
    """Give one row per range; what belongs to the clip as a whole stands in its first row."""
    lines: list[_Line] = []
    for clip in clips:
        dress = clip.dress
        rate = clip.deliveries[0].rate if clip.deliveries else MASTER.rate
        whole = {
            "title": dress.opening.title if dress.opening else "",
            "subtitle": dress.opening.subtitle if dress.opening else "",
            "lower_thirds": "\n".join(_lower_third(third, rate) for third in dress.lower_thirds),
            "subtitles": clip.subtitle_file,
            "end_title": dress.end.title if dress.end else "",
            "end_subtitle": dress.end.subtitle if dress.end else "",
            "music": dress.music.shown if dress.music else "",
            "deliveries": ", ".join(delivery.name for delivery in clip.deliveries),
        }
        for number, entry in enumerate(clip.edit_list.entries):
            info = infos[entry.source.path]
            cells = {
                "clip": clip.name,
                "film": entry.source.shown,
                "start": written_time(entry.range.start, info),
                "end": written_time(entry.range.end, info),
                **(whole if number == 0 else {}),
            }
            lines.append(_Line(cells, entry.range.duration))
    return lines


def _headings(language: Language) -> list[str]:
    return [zh if language == "zh" else en for zh, en, _ in HEADINGS.values()]


def write_csv(clips: Sequence[Clip], infos: Mapping[Path, MediaInfo], *, language: Language = "zh") -> bytes:
    """Write a csv file that Excel and WPS open with its Chinese whole (UTF-8 with a mark)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([*_headings(language), _LENGTH[language]])
    for line in _lines(clips, infos):
        cells = [guarded(line.cells.get(key, "")) for key in HEADINGS]
        writer.writerow([*cells, format_clock(line.length)])
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(
    clips: Sequence[Clip],
    infos: Mapping[Path, MediaInfo],
    *,
    language: Language = "zh",
    films: Sequence[str] = (),
    deliveries: Sequence[str] = ("master", "web"),
) -> bytes:
    """Write a workbook; without clips it is the empty form, whose columns of times hold text.

    films gives the choices of the film column. Times are texts, because a spreadsheet takes 1:30 for hours.
    """
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(_SHEET[language])
        head = book.add_format(
            {"bold": True, "bg_color": "#E9ECEF", "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        for column, (key, heading) in enumerate(zip(HEADINGS, _headings(language), strict=True)):
            sheet.set_column(column, column, _WIDTHS.get(key, 16), text)
            sheet.write_string(0, column, heading, head)
        sheet.set_column(len(HEADINGS), len(HEADINGS), 14, text)
        sheet.write_string(0, len(HEADINGS), _LENGTH[language], head)
        for row, line in enumerate(_lines(clips, infos), 1):
            for column, key in enumerate(HEADINGS):
                if cell := line.cells.get(key, ""):
                    sheet.write_string(row, column, cell, text)
            sheet.write_string(row, len(HEADINGS), format_clock(line.length), text)
        keys = list(HEADINGS)
        for key, choices in (("film", films), ("deliveries", deliveries)):
            if choices and len(",".join(choices)) < _MOST_CHOICES:
                column = keys.index(key)
                rule = {"validate": "list", "source": list(choices), "error_type": "warning"}
                sheet.data_validation(1, column, _ROWS_WITH_HELP, column, rule)
        sheet.freeze_panes(1, 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
    return out.getvalue()


def write_edl(
    title: str,
    clips: Sequence[Clip],
    infos: Mapping[Path, MediaInfo],
    *,
    starts: Mapping[Path, int] | None = None,
) -> str:
    """Write the ranges of one or several clips as one timeline in CMX 3600."""
    named = [edl.Named(clip.name, clip.edit_list, tuple(fcpxml.remarks_of(clip.dress))) for clip in clips]
    return edl.write_edl(title, named, infos, starts=starts)


def write_edls(
    clips: Sequence[Clip], infos: Mapping[Path, MediaInfo], *, starts: Mapping[Path, int] | None = None
) -> dict[str, str]:
    """Write one EDL per clip, by file name: for programs that take one timeline at a time."""
    return {
        f"{name}.edl": write_edl(clip.name, [clip], infos, starts=starts)
        for name, clip in zip(safe_names(clip.name for clip in clips), clips, strict=True)
    }


def write_fcpxml(
    title: str,
    clips: Sequence[Clip],
    infos: Mapping[Path, MediaInfo],
    *,
    starts: Mapping[Path, int] | None = None,
    place: Callable[[Source], str] = fcpxml.beside,
) -> str:
    """Write every clip as a project of one event."""
    delivery = clips[0].deliveries[0] if clips and clips[0].deliveries else MASTER
    projects = [fcpxml.Project(clip.name, clip.edit_list, clip.dress) for clip in clips]
    return fcpxml.write_fcpxml(title, projects, infos, starts=starts, place=place, delivery=delivery)


def write_list(
    out: Path,
    clips: Sequence[Clip],
    infos: Mapping[Path, MediaInfo],
    *,
    starts: Mapping[Path, int] | None = None,
) -> None:
    """Write a list in the format that its ending names; into a folder go single EDLs, one per clip.

    BadList for another ending or without a clip.
    """
    if out.suffix.lower() not in FORMATS and not out.is_dir():
        raise BadList(
            N_("%(name)s cannot be written. Choose a name that ends in %(known)s, or a folder."),
            name=out.name, known=", ".join(FORMATS),
        )  # fmt: skip
    if not clips:
        raise BadList(N_("There is no clip without fault to write into %(name)s."), name=out.name)
    if out.is_dir():
        for name, text in write_edls(clips, infos, starts=starts).items():
            with arriving(out / name) as part:
                part.write_text(text, encoding="utf-8")
        return
    match out.suffix.lower():
        case ".xlsx":
            content = write_xlsx(clips, infos)
        case ".csv":
            content = write_csv(clips, infos)
        case ".edl":
            content = write_edl(out.stem, clips, infos, starts=starts).encode()
        case _:
            content = write_fcpxml(out.stem, clips, infos, starts=starts, place=fcpxml.where_it_lies).encode()
    with arriving(out) as part:
        part.write_bytes(content)


def sources_of(clips: Sequence[Clip]) -> dict[Path, Source]:
    """Give the films of some clips, each once."""
    entries: list[Entry] = [entry for clip in clips for entry in clip.edit_list.entries]
    return {entry.source.path: entry.source for entry in entries}
