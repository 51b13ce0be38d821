"""A cut list: which ranges of which films make which clips, with their titles, from a table or an EDL (A12).

A table has one row per range; rows of the same clip stand under one another and give its ranges in order.
Every fault of every row is collected, so that a list is put right in one go. Nothing is guessed: a film that
could be two, a time that could be two and a title that differs from row to row are faults.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

from media import edl, grid
from media.deliveries import DELIVERIES, Delivery
from media.dress import Card, Cue, Dress, LowerThird, Music, Style
from media.errors import N_, BadList, BadRange, MediaError
from media.grid import Cell, Grid, Limits
from media.info import MediaInfo
from media.list_columns import DELIVERY_WORDS, FOR_PEOPLE, HEADINGS, columns_of, heading_of
from media.plan import EditList, Entry, Source, plan
from media.shelf import Shelf, folded
from media.timecode import TimeRange, format_clock, read_time

_TITLES = ("title", "subtitle", "end_title", "end_subtitle", "subtitles", "music", "deliveries")
_TIME = r"\d[\d:;.：；．]*(?:\s*(?:小时|分钟|秒钟|[时分秒hms])[\d.．]*)*"
# Words, then from and to; several may stand in one line. A semicolon may also be that of a drop-frame time.
_LOWER_THIRD = re.compile(
    rf"\s*(?P<words>\S.*?)\s*[|｜,，、\t]\s*(?P<start>{_TIME})\s*[-–—~～至到]+\s*(?P<end>{_TIME})\s*(?:$|[；;])"
)
# An M2 line has one decimal: 29.97 pictures a second may be 29.9 or 30.0 there.
_SPEED_TOLERANCE = 0.11
_TOLERANCE_S = Fraction(1, 10)


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell: where (row as the table counts, column by its heading), rule, advice."""

    row: int
    column: str
    rule: str
    msgid: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.msgid % self.params

    def to_json(self, translate: Callable[..., str] | None = None) -> dict[str, object]:
        """Give the fault as a program reads it."""
        text = translate(self.msgid, **self.params) if translate else str(self)
        return {"row": self.row, "column": self.column, "rule": self.rule, "message": text}


@dataclass(frozen=True)
class Clip:
    """One clip that a list asks for; rows say where it stands, subtitle_file what its subtitles came from."""

    name: str
    edit_list: EditList
    dress: Dress
    deliveries: tuple[Delivery, ...]
    rows: tuple[int, ...] = ()
    subtitle_file: str = ""


@dataclass(frozen=True)
class CutList:
    """The clips without fault, the faults of the others, and notes about what was passed over."""

    name: str
    clips: tuple[Clip, ...]
    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...]
    infos: Mapping[Path, MediaInfo]


@dataclass(frozen=True)
class Material:
    """What a list may name, and how it is looked at.

    probe gives a film's facts (path, shown name); start_frame the number of its first picture by its own
    timecode; read_subtitles the cues of a subtitle file. style is asked for when a clip has titles to draw;
    defaults are the deliveries of a row that names none.
    """

    films: Shelf
    extras: Shelf
    probe: Callable[[Path, str], MediaInfo]
    read_subtitles: Callable[[Path, str], tuple[Cue, ...]]
    start_frame: Callable[[Path], int] = edl.start_frame
    style: Callable[[], Style | None] = lambda: None
    defaults: tuple[str, ...] = ("master",)


def read_list(path: Path, material: Material, *, name: str = "", limits: Limits | None = None) -> CutList:
    """Read a cut list from .xlsx, .csv or .edl; what it is, its content says.

    name is the file as its owner knows it. Raises BadList for what is no cut list at all; whatever is wrong
    with single rows stands in the faults.
    """
    shown, limits = name or path.name, limits or Limits()
    data = grid.read_bytes(path, shown, limits)
    reader = _Reader(material)
    if edl.is_edl(data, shown):
        asked = edl.parse(grid.decode(data, shown), shown, limits)
        reader.faults += [Fault(*found) for found in asked.faults]
        reader.take_events(asked.title or Path(shown).stem, asked.events)
        return reader.finished(shown)
    for sheet in grid.read_grids(data, shown, limits):
        if columns := columns_of(sheet):
            reader.take_table(sheet, *columns)
            return reader.finished(shown)
    raise BadList(
        N_(
            "%(name)s has no row of headings with at least film, in and out (视频, 入点, 出点). "
            "Put it above the ranges."
        ),
        name=shown,
    )


@dataclass
class _Row:
    """One row of a table: cells by what they mean, and the headings as they are written."""

    number: int
    cells: dict[str, Cell]
    headings: dict[str, str]

    def text(self, key: str) -> str:
        cell = self.cells.get(key, "")
        return cell if isinstance(cell, str) else format_clock(_exact(cell))

    def heading(self, key: str) -> str:
        return self.headings.get(key, HEADINGS[key][1])


@dataclass
class _Draft:
    """A clip while its rows are read."""

    name: str
    rows: list[_Row] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    faulty: bool = False


class _Reader:
    """Turns rows into clips and gathers what is wrong with them."""

    def __init__(self, material: Material) -> None:
        self._material = material
        self.faults: list[Fault] = []
        self.notes: list[Fault] = []
        self._infos: dict[Path, MediaInfo] = {}
        self._unusable: dict[str, MediaError] = {}
        self._clips: list[Clip] = []

    def finished(self, name: str) -> CutList:
        """Give what was read."""
        if not self._clips and not self.faults:
            raise BadList(
                N_("%(name)s asks for no clip. Write at least one row under the headings."), name=name
            )
        self.faults.sort(key=lambda fault: fault.row)
        return CutList(name, tuple(self._clips), tuple(self.faults), tuple(self.notes), self._infos)

    # Tables

    def take_table(self, sheet: Grid, head: int, columns: Mapping[str, int]) -> None:
        """Read the rows under the headings."""
        headings = {key: str(sheet.rows[head][column]) for key, column in columns.items()}
        for column, cell in enumerate(sheet.rows[head]):
            known = column in columns.values() or heading_of(cell) in FOR_PEOPLE or cell == ""
            if not known:
                self.notes.append(
                    Fault(
                        head + 1, grid.column_name(column), "column",
                        N_("The column “%(heading)s” is not known and was passed over."), {"heading": cell},
                    )
                )  # fmt: skip
        drafts: list[_Draft] = []
        for number, cells in enumerate(sheet.rows[head + 1 :], head + 2):
            taken: dict[str, Cell] = {
                key: cells[column] if column < len(cells) else "" for key, column in columns.items()
            }
            if grid.is_blank(taken.values()):
                continue
            row = _Row(number, taken, headings)
            draft = self._draft(row, drafts, named="clip" in columns)
            draft.rows.append(row)
            draft.entries += self._entries(row, draft)
        for draft in drafts:
            self._finish(draft)

    def _draft(self, row: _Row, drafts: list[_Draft], *, named: bool) -> _Draft:
        """Give the clip that a row belongs to, opening it if it is a new one."""
        name = " ".join(row.text("clip").split())
        if not named:
            # Without a column for it, every row is a clip of its own, called like its film.
            name = _numbered(Path(row.text("film")).stem, {draft.name for draft in drafts})
        if named and drafts and name and folded(drafts[-1].name) == folded(name):
            return drafts[-1]
        draft = _Draft(name)
        if not name:
            self._fault(
                draft, row, "clip", "clip_missing",
                N_("The clip has no name. Write it into every row; rows of the same name make one clip."),
            )  # fmt: skip
        earlier = next((old for old in drafts if named and name and folded(old.name) == folded(name)), None)
        if earlier:
            self._fault(
                draft, row, "clip", "clip_split",
                N_("The clip “%(name)s” stands in row %(other_row)s already, with others between. "
                   "Put its rows under one another or give it another name."),
                name=name, other_row=earlier.rows[-1].number,
            )  # fmt: skip
            earlier.faulty = True
        drafts.append(draft)
        return draft

    def _entries(self, row: _Row, draft: _Draft) -> Iterator[Entry]:
        """Give the range of a row, if it is one."""
        source = self._source(row, draft, row.text("film"))
        info = self._info(row, draft, source) if source else None
        rate = info.picture.nominal_rate if info and info.picture else None
        times = [self._time(row, draft, key, rate, info) for key in ("start", "end")]
        start, end = times
        if source and info and start is not None and end is not None:
            entry = self._entry(row, draft, source, info, (start, end))
            if entry:
                yield entry

    def _source(self, row: _Row, draft: _Draft, asked: str) -> Source | None:
        if not asked:
            self._fault(
                draft, row, "film", "film_missing", N_("No film is named. Write the name of its file.")
            )
            return None
        found = self._material.films.find(asked)
        if len(found) == 1:
            name = Path(found[0]).name
            clear = len(self._material.films.find(name)) == 1
            return Source(self._material.films.path(found[0]), name if clear else found[0])
        if found:
            self._fault(
                draft, row, "film", "film_ambiguous",
                N_("“%(film)s” may be %(films)s. Write the whole name of the file, with its folder."),
                film=asked, films=", ".join(found[:5]),
            )  # fmt: skip
            return None
        near = self._material.films.near(asked)
        advice = (
            N_("There is no film “%(film)s”. The nearest name is “%(near)s”: write it like that.")
            if near
            else N_("There is no film “%(film)s” in the folder. Put it there or correct the name.")
        )
        self._fault(draft, row, "film", "film_unknown", advice, film=asked, near=near)
        return None

    def _info(self, row: _Row, draft: _Draft, source: Source) -> MediaInfo | None:
        if source.path in self._infos:
            return self._infos[source.path]
        error = self._unusable.get(str(source.path))
        if error is None:
            try:
                self._infos[source.path] = self._material.probe(source.path, source.shown)
                return self._infos[source.path]
            except MediaError as refused:
                error = self._unusable[str(source.path)] = refused
        self._refused(draft, row, "film", "film_unusable", error)
        return None

    def _time(
        self, row: _Row, draft: _Draft, key: str, rate: Fraction | None, info: MediaInfo | None
    ) -> Fraction | None:
        cell = row.cells.get(key, "")
        if cell == "":
            self._fault(
                draft, row, key, "time_missing",
                N_("The time is missing. Write a timecode HH:MM:SS:FF such as 00:00:07:12, or seconds."),
            )  # fmt: skip
            return None
        if isinstance(cell, timedelta):
            return self._spreadsheet_time(row, draft, key, cell, info)
        try:
            # Where the film is unknown the time can still be told from nonsense.
            return read_time(cell, rate or Fraction(60))
        except BadRange as error:
            self._refused(draft, row, key, "time", error)
            return None

    def _spreadsheet_time(
        self, row: _Row, draft: _Draft, key: str, cell: timedelta, info: MediaInfo | None
    ) -> Fraction | None:
        """Take a time of a spreadsheet; one that was typed as 1:30 is there one hour and thirty minutes."""
        value = _exact(cell)
        slipped = info and value >= info.duration + 1 and value % 60 == 0 and value / 60 <= info.duration
        if not slipped:
            return value
        self._fault(
            draft, row, key, "time_of_hours",
            N_("The spreadsheet holds %(hours)s hours. If %(minutes)s is meant, write it with its hours: "
               "0:%(minutes)s, or make the column a text."),
            hours=format_clock(value).removesuffix(".000"), minutes=_minutes(value / 60),
        )  # fmt: skip
        return None

    def _entry(
        self, row: _Row, draft: _Draft, source: Source, info: MediaInfo, times: tuple[Fraction, Fraction]
    ) -> Entry | None:
        """Make one range and let the engine's own rules say whether it lies within the film."""
        key = "start" if info.picture and times[0] >= info.picture.duration else "end"
        try:
            entry = Entry(source, TimeRange(*times))
            plan(EditList((entry,)), {source.path: info}, DELIVERIES[self._material.defaults[0]])
        except MediaError as error:
            self._refused(draft, row, key, "range" if isinstance(error, BadRange) else "film_unusable", error)
            return None
        return entry

    # EDL

    def take_events(self, title: str, events: Iterable[edl.Event]) -> None:
        """Read the events of an EDL: one clip, unless its comments name several."""
        drafts: list[_Draft] = []
        for event in events:
            name = event.clip or title
            if not drafts or drafts[-1].name != name:
                drafts.append(_Draft(name))
            row = _Row(event.line, {}, {"film": event.said_by, "start": "source in", "end": "source out"})
            drafts[-1].rows.append(row)
            draft = drafts[-1]
            source = self._source(row, draft, self._named(event))
            info = self._info(row, draft, source) if source else None
            if not (source and info and info.picture):
                continue
            rate = info.picture.nominal_rate
            if event.speed is not None and abs(event.speed - rate) > _SPEED_TOLERANCE:
                self._fault(
                    draft, row, "start", "speed",
                    N_("The event in line %(line)s changes the speed of the film, which is not done here. "
                       "Take the change out, or finish this clip in an editing program."),
                    line=event.line,
                )  # fmt: skip
                continue
            try:
                offset = Fraction(self._material.start_frame(source.path)) / rate
                ends = tuple(edl.read_timecode(text, rate, drop=event.drop) for text in event.ends)
            except BadRange as error:
                self._refused(draft, row, "start", "time", error)
                continue
            except MediaError as error:
                self._refused(draft, row, "film", "film_unusable", error)
                continue
            if ends[0] >= offset:
                ends = tuple(time - offset for time in ends)
            entry = self._entry(row, draft, source, info, (ends[0], ends[1]))
            draft.entries += [entry] if entry else []
        for draft in drafts:
            self._finish(draft)

    def _named(self, event: edl.Event) -> str:
        """Give the first of an event's names that is a film's, else the first."""
        return next((name for name in event.films if self._material.films.find(name)), event.films[0])

    # The whole clip

    def _finish(self, draft: _Draft) -> None:
        """Read the titles of a clip from its rows and check it as a whole."""
        first = draft.rows[0]
        said = {key: self._agreed(draft, key) for key in _TITLES}
        deliveries = self._deliveries(draft, said["deliveries"][1])
        rate = deliveries[0].rate if deliveries else Fraction(25)
        lower_thirds = [third for row in draft.rows for third in self._lower_thirds(row, draft, rate)]
        row, text = said["subtitles"]
        cues = self._cues(draft, row, text)
        music = self._music(draft, *said["music"])
        opening = self._card(draft, "title", *said["title"], said["subtitle"])
        end = self._card(draft, "end_title", *said["end_title"], said["end_subtitle"])
        if draft.faulty:
            return
        edit_list = EditList(tuple(draft.entries))
        length = edit_list.duration
        for third in lower_thirds:
            if third.end > length + _TOLERANCE_S:
                self._fault(
                    draft, first, "lower_thirds", "lower_third",
                    N_("The lower third of %(name)s ends at %(end)s, but the clip lasts %(length)s. "
                       "Its times count from the first picture of the clip."),
                    name=third.name, end=format_clock(third.end), length=format_clock(length),
                )  # fmt: skip
        try:
            dress = Dress(opening, end, tuple(lower_thirds), cues, music)
            if dress.needs_style:
                # Asked for only now, because a house style may have to make its fonts first.
                dress = replace(dress, style=self._material.style())
            for delivery in deliveries:
                plan(edit_list, self._infos, delivery, dress)
        except MediaError as error:
            self._refused(draft, first, "clip", "clip", error)
        if not draft.faulty:
            rows = tuple(row.number for row in draft.rows)
            self._clips.append(Clip(draft.name, edit_list, dress, deliveries, rows, text))

    def _agreed(self, draft: _Draft, key: str) -> tuple[_Row, str]:
        """Give what the rows of a clip say of it as a whole; rows that say nothing agree."""
        told: tuple[_Row, str] = (draft.rows[0], "")
        for row in draft.rows:
            text = row.text(key)
            if not told[1]:
                told = (row, text)
            elif text and text != told[1]:
                self._fault(
                    draft, row, key, "title_differs",
                    N_("“%(text)s” differs from “%(other)s” in row %(other_row)s of the same clip. "
                       "Write it once."),
                    text=text, other=told[1], other_row=told[0].number,
                )  # fmt: skip
        return told

    def _card(self, draft: _Draft, key: str, row: _Row, title: str, second: tuple[_Row, str]) -> Card | None:
        if not title and not second[1]:
            return None
        try:
            return Card(title, second[1])
        except MediaError as error:
            self._refused(draft, row if title else second[0], key, key, error)
            return None

    def _deliveries(self, draft: _Draft, text: str) -> tuple[Delivery, ...]:
        words = [word for word in re.split(r"[\s,，、;；/+]+", text) if word] or self._material.defaults
        found: dict[str, Delivery] = {}
        for word in words:
            plain = folded(word)
            key = DELIVERY_WORDS.get(plain, plain)
            if key in DELIVERIES:
                found[key] = DELIVERIES[key]
            else:
                self._fault(
                    draft, draft.rows[0], "deliveries", "delivery",
                    N_("“%(word)s” is no delivery. Write one or several of %(known)s."),
                    word=word, known=", ".join(DELIVERIES),
                )  # fmt: skip
        return tuple(found.values())

    def _lower_thirds(self, row: _Row, draft: _Draft, rate: Fraction) -> Iterator[LowerThird]:
        for line in row.text("lower_thirds").split("\n"):
            found = list(_LOWER_THIRD.finditer(line))
            for third in found:
                mark = r"[|｜]" if re.search(r"[|｜]", third["words"]) else r"[,，、\t]"
                words = re.split(mark, third["words"], maxsplit=1)
                name, role = words[0].strip(), words[1].strip() if len(words) > 1 else ""
                try:
                    start, end = read_time(third["start"], rate), read_time(third["end"], rate)
                    yield LowerThird(name, role, start, end)
                except MediaError as error:
                    self._refused(draft, row, "lower_thirds", "lower_third", error)
            if rest := _LOWER_THIRD.sub("", line).strip():
                self._fault(
                    draft, row, "lower_thirds", "lower_third",
                    N_("“%(text)s” is no lower third. Write name | role | from-to, such as "
                       "张三 | 总工程师 | 00:00:05:00-00:00:09:00."),
                    text=rest,
                )  # fmt: skip

    def _extra(self, draft: _Draft, row: _Row, key: str, asked: str) -> Path | None:
        found = self._material.extras.find(asked)
        if len(found) == 1:
            return self._material.extras.path(found[0])
        msgid = (
            N_("“%(file)s” may be %(files)s. Write the whole name of the file, with its folder.")
            if found
            else N_("There is no file “%(file)s” beside the films. Put it there or correct the name.")
        )
        self._fault(draft, row, key, key, msgid, file=asked, files=", ".join(found[:5]))
        return None

    def _cues(self, draft: _Draft, row: _Row, asked: str) -> tuple[Cue, ...]:
        path = self._extra(draft, row, "subtitles", asked) if asked else None
        if path is None:
            return ()
        try:
            return self._material.read_subtitles(path, asked)
        except MediaError as error:
            self._refused(draft, row, "subtitles", "subtitles", error)
            return ()

    def _music(self, draft: _Draft, row: _Row, asked: str) -> Music | None:
        path = self._extra(draft, row, "music", asked) if asked else None
        return Music(path, path.name) if path else None

    # Faults

    def _fault(self, draft: _Draft, row: _Row, key: str, rule: str, msgid: str, **params: object) -> None:
        draft.faulty = True
        self.faults.append(Fault(row.number, row.heading(key), rule, msgid, params))

    def _refused(self, draft: _Draft, row: _Row, key: str, rule: str, error: MediaError) -> None:
        self._fault(draft, row, key, rule, error.msgid, **error.params)


def _exact(length: timedelta) -> Fraction:
    return Fraction(length // timedelta(microseconds=1), 1_000_000)


def _minutes(value: Fraction) -> str:
    minutes, seconds = divmod(int(value), 60)
    return f"{minutes:02d}:{seconds:02d}"


def _numbered(name: str, taken: Iterable[str]) -> str:
    """Give a name that is not taken: the second is name-2."""
    used = {folded(text) for text in taken}
    candidate, number = name, 1
    while folded(candidate) in used:
        number += 1
        candidate = f"{name}-{number}"
    return candidate
