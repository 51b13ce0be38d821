"""A cut list to many clips: what it would do, line by line, and doing it, all or nothing (A12).

What the list leaves empty stays as it is. The same list twice makes nothing twice, because a clip is known
again by its title, or by its pictures under another title.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from sqlalchemy.orm import Session

from campaign import footage
from campaign.errors import Refused
from campaign.films import clips, dress, renditions, rules
from campaign.films.clips import RENDITION, Draft
from campaign.films.models import Clip, SourceVideo
from campaign.films.rules import Length, Span
from campaign.messages import N_, Message
from campaign.programmes.shapes import ClipStandard, HouseStyle
from campaign.storage import Storage, Stored, asset_for

State = Literal["new", "change", "same"]
MAX_TITLE_CHARS = 200
# The columns of a list that our own faults speak of.
CLIP, DELIVERY, SUBTITLES, MUSIC = N_("Clip"), N_("Delivery"), N_("Subtitle file"), N_("Music")


@dataclass(frozen=True)
class Dropped:
    """What was dropped: the list, and the subtitles and music that it names, by the names of their owner."""

    name: str
    stored: Stored
    extras: Mapping[str, Stored]


@dataclass(frozen=True)
class Line:
    """What will happen to one clip of the list. `clip_id` is the clip it is already, `note` what to know."""

    rows: tuple[int, ...]
    title: str
    state: State
    spans: tuple[Span, ...]
    told: Mapping[str, Any]
    music: str
    kinds: tuple[str, ...]
    fingerprint: str
    clip_id: int | None = None
    renders: bool = True
    note: Message | None = None

    @property
    def length(self) -> Fraction:
        """How long the ranges are together, in seconds."""
        return rules.total(self.spans)

    def verdict(self, standard: ClipStandard | None) -> Length:
        """Compare with the programme's common standard (A12)."""
        if standard is None:
            return "fits"
        return rules.length_verdict(
            self.length, standard_s=standard.duration_s, tolerance_s=standard.tolerance_s
        )


@dataclass(frozen=True)
class Plan:
    """All that a list would do; with a fault it does nothing at all."""

    lines: tuple[Line, ...]
    faults: tuple[footage.ListFault, ...]
    notes: tuple[footage.ListFault, ...]

    def count(self, state: State) -> int:
        """How many clips are in a state."""
        return sum(1 for line in self.lines if line.state == state)

    @property
    def renders(self) -> int:
        """How many clips will be put into the queue."""
        return sum(1 for line in self.lines if line.renders)

    @property
    def does_something(self) -> bool:
        """Whether saying yes changes anything."""
        return not self.faults and any(line.renders or line.state != "same" for line in self.lines)

    @property
    def digest(self) -> str:
        """One hash of what the page showed, so that saying yes does what was seen and nothing else."""
        told = [
            (line.title, line.state, line.clip_id, line.fingerprint, line.kinds, line.renders)
            for line in self.lines
        ]
        return hashlib.sha256(repr(told).encode()).hexdigest()


def shelf(films: Sequence[SourceVideo], storage: Storage) -> list[footage.ListedFilm]:
    """Films under the names by which lists call them, no two under one.

    Of two with one name each stands with its case; a film that came in anew under the name of one that its
    case has stands with its number too, so that a list never takes the one for the other.
    """
    names = {film.id: film.file_name for film in films}
    for place in (lambda film: film.case.title if film.case else film.id, lambda film: film.id):
        count = Counter(names.values())
        names |= {film.id: f"{place(film)}/{names[film.id]}" for film in films if count[names[film.id]] > 1}
    return [
        footage.ListedFilm(names[film.id], storage.path(film.asset.sha256), film.info or {}) for film in films
    ]


def listed(clip: Clip, storage: Storage) -> footage.ListedClip:
    """A clip as a cut list has it."""
    told = clip.dress or {}
    return footage.ListedClip(
        clip.title,
        tuple((storage.path(r.source.asset.sha256), r.in_point, r.out_point) for r in clip.ranges),
        (clips.MASTER, *(r.kind for r in clip.renditions if r.kind in renditions.FILMS)),
        told,
        told.get("subtitle_file") or "",
        (told.get("music") or {}).get("name", ""),
    )


def _title_key(title: str) -> str:
    return " ".join(title.split()).casefold()


class _Planner:
    """Looks at a list beside what is there already."""

    def __init__(
        self,
        storage: Storage,
        films: Sequence[SourceVideo],
        there: Sequence[Clip],
        house: HouseStyle,
        look: Mapping[str, Any],
    ) -> None:
        self._look = look
        self._lengths = {"opening": str(house.opening_s), "end": str(house.end_s)}
        self._films = {storage.path(film.asset.sha256): film for film in films}
        self._by_title: dict[str, list[Clip]] = {}
        self._by_pictures: dict[str, Clip] = {}
        for clip in there:
            self._by_title.setdefault(_title_key(clip.title), []).append(clip)
            if clip.ranges:
                self._by_pictures.setdefault(clips.fingerprint_of(clip), clip)
        self.faults: list[footage.ListFault] = []
        self._seen: dict[str, Line] = {}

    def _fault(self, asked: footage.ListedClip, column: str, rule: str, msgid: str, **params: Any) -> None:  # noqa: ANN401 - what fills a sentence
        self.faults.append(footage.ListFault(asked.rows[0] if asked.rows else 0, column, rule, msgid, params))

    def line(self, asked: footage.ListedClip, dropped: Mapping[str, Stored]) -> Line | None:
        """Say what will happen to one clip; None with a fault noted if nothing can."""
        found = self._by_title.get(_title_key(asked.name), [])
        if len(asked.name) > MAX_TITLE_CHARS:
            self._fault(
                asked,
                CLIP,
                "title",
                N_("The title has more than %(most)s characters. Shorten it."),
                most=MAX_TITLE_CHARS,
            )
        elif len(found) > 1:
            self._fault(
                asked,
                CLIP,
                "title",
                N_(
                    "There are %(count)s clips “%(title)s”, so it is not clear which one is meant."
                    " Give them different titles first."
                ),
                count=len(found),
                title=asked.name,
            )
        elif problem := rules.count_problem(len(asked.spans)):
            self._fault(asked, CLIP, "ranges", problem.message.msgid, **problem.message.params)
        elif "proxy" in asked.deliveries:
            self._fault(
                asked,
                DELIVERY,
                "delivery",
                N_("“proxy” is only for previews. Write master, web, vertical or square."),
            )
        else:
            return self._known(asked, found[0] if found else None, dropped)
        return None

    def _known(
        self, asked: footage.ListedClip, clip: Clip | None, dropped: Mapping[str, Stored]
    ) -> Line | None:
        told = self._worn(asked, clip, dropped)
        if told is None:
            return None
        spans = tuple(Span(self._films[path].id, start, end) for path, start, end in asked.spans)
        music = asked.music_file if asked.music_file in dropped else ""
        kept = "" if music or clip is None or clip.music is None else clip.music.sha256
        digest = footage.fingerprint(
            [(self._films[path].asset.sha256, start, end) for path, start, end in asked.spans],
            clips.MASTER,
            told,
            dropped[music].sha256 if music else kept,
            look=self._look,
        )
        kinds = tuple(kind for kind in asked.deliveries if kind in renditions.FILMS)
        line = Line(asked.rows, asked.name, "new", spans, told, music, kinds, digest)
        twin = self._seen.get(digest)
        if twin is not None:
            note = Message(
                N_("The same pictures as “%(title)s” in this list; made once."), {"title": twin.title}
            )
            return replace(line, state="same", renders=False, clip_id=twin.clip_id, kinds=(), note=note)
        line = self._beside(line, clip)
        self._seen[digest] = line
        if clip is not None and clip.state == "rendering" and line.state == "change":
            self._fault(
                asked,
                CLIP,
                "rendering",
                N_(
                    "The clip “%(title)s” is being rendered. Wait until it is done, or stop it, then drop"
                    " the list again."
                ),
                title=clip.title,
            )
            return None
        return line

    def _beside(self, line: Line, clip: Clip | None) -> Line:
        """Compare with the clip of this title, or with one that has the same pictures."""
        same = self._by_pictures.get(line.fingerprint)
        if clip is None and same is None:
            return line
        there = clip or same
        if there is None:
            return line
        missing = tuple(kind for kind in line.kinds if there.rendition(kind) is None)
        line = replace(line, clip_id=there.id, kinds=missing)
        if clip is not None and clips.fingerprint_of(clip) != line.fingerprint:
            return replace(line, state="change", note=self._what(clip, line))
        renders = there.state in ("draft", "failed")
        note = None
        if clip is None:
            note = Message(N_("“%(title)s” shows exactly this already."), {"title": there.title})
        elif missing:
            note = Message(N_("The clip gets further versions."))
        return replace(line, state="change" if missing else "same", renders=renders, note=note)

    @staticmethod
    def _what(clip: Clip, line: Line) -> Message:
        if clips.spans_of(clip) != line.spans:
            lengths = {
                "before": footage.clock(rules.total(clips.spans_of(clip))),
                "after": footage.clock(line.length),
            }
            return Message(N_("The ranges differ: %(before)s before, %(after)s now."), lengths)
        return Message(N_("The cards, names, subtitles or music differ."))

    def _worn(
        self, asked: footage.ListedClip, clip: Clip | None, dropped: Mapping[str, Stored]
    ) -> dict[str, Any] | None:
        """What the clip will wear: what it wears, and over it what the list says."""
        before = dict((clip.dress if clip else None) or {})
        told = before | {
            key: value for key, value in asked.dress.items() if key in ("opening", "end", "lower_thirds")
        }
        for key, usual in self._lengths.items():
            # A list knows no lengths of cards: one with the same words keeps its own.
            if key in before and _words(before[key]) == _words(told.get(key)):
                told[key] = before[key]
            elif key in asked.dress:
                told[key] = {**told[key], "length": usual}
        if asked.subtitle_file in dropped:
            told |= {"subtitles": asked.dress.get("subtitles", []), "subtitle_file": asked.subtitle_file}
        elif asked.subtitle_file and asked.subtitle_file != before.get("subtitle_file"):
            self._missing(asked, SUBTITLES, asked.subtitle_file)
            return None
        if asked.music_file in dropped:
            told["music"] = {"name": asked.music_file}
        elif asked.music_file and asked.music_file != (before.get("music") or {}).get("name"):
            self._missing(asked, MUSIC, asked.music_file)
            return None
        return told

    def _missing(self, asked: footage.ListedClip, column: str, name: str) -> None:
        self._fault(asked, column, "extra", NOT_DROPPED, file=name)


NOT_DROPPED = N_(
    "The file “%(file)s” was not dropped together with the list. Drop both, or correct its name."
)
AMBIGUOUS = N_(
    "Several films are called “%(film)s”. Write which one is meant, one of: %(films)s."
    " The blank cut list has all names to choose from."
)


def _words(card: Mapping[str, Any] | None) -> tuple[str, str]:
    return ((card or {}).get("title", ""), (card or {}).get("subtitle", ""))


def plan(
    storage: Storage,
    dropped: Dropped,
    ready: Sequence[SourceVideo],
    others: Iterable[SourceVideo],
    there: Sequence[Clip],
    house: HouseStyle,
    look: Mapping[str, Any],
) -> Plan:
    """Read a list beside the ready films and the clips there are; `others` are films not ready to be cut."""
    extras = {name: storage.path(stored.sha256) for name, stored in dropped.extras.items()}
    known = {name for clip in there for name in _named_files(clip)} - extras.keys()
    read = footage.read_cut_list(
        storage.path(dropped.stored.sha256), dropped.name, shelf(ready, storage), extras, known
    )
    planner = _Planner(storage, ready, there, house, look)
    found = [planner.line(asked, dropped.extras) for asked in read.clips]
    waiting = {_title_key(Path(film.file_name).stem): film.file_name for film in others}
    faults = [_in_this_house(fault, waiting) for fault in read.faults] + planner.faults
    faults.sort(key=lambda fault: fault.row)
    return Plan(tuple(line for line in found if line is not None), tuple(faults), read.notes)


def _named_files(clip: Clip) -> Iterable[str]:
    told = clip.dress or {}
    names = (told.get("subtitle_file"), (told.get("music") or {}).get("name"))
    return (name for name in names if name)


def _in_this_house(fault: footage.ListFault, waiting: Mapping[str, str]) -> footage.ListFault:
    """Say in the words of this site what the engine says of a folder of films."""
    if fault.rule == "film_unknown":
        film = str(fault.params.get("film", ""))
        if name := waiting.get(_title_key(Path(film).stem)):
            msgid = N_("The film “%(film)s” is not ready yet, or was refused. Look at it under source films.")
            return replace(fault, msgid=msgid, params={"film": name})
        if not fault.params.get("near"):
            msgid = N_("There is no film “%(film)s” in this programme. Upload it, or correct the name.")
            return replace(fault, msgid=msgid)
    if fault.rule == "film_ambiguous":
        return replace(fault, msgid=AMBIGUOUS)
    if fault.rule in ("subtitles", "music") and "files" in fault.params and not fault.params["files"]:
        return replace(fault, msgid=NOT_DROPPED)
    return fault


@dataclass(frozen=True)
class Done:
    """What a list did; `left_out` names clips that were written but could not be put into the queue."""

    made: int
    changed: int
    queued: int
    left_out: tuple[tuple[str, Message], ...]


def carry_out(
    session: Session,
    storage: Storage,
    wanted: Plan,
    dropped: Dropped,
    films: Mapping[int, SourceVideo],
    *,
    programme_id: int,
    user_id: int | None,
) -> Done:
    """Write the clips of a faultless plan and queue their renders; all or nothing, committed once."""
    if wanted.faults:
        raise Refused(N_("Nothing was made. Put the rows right and drop the list again."))
    queued, left_out = 0, []
    for line in wanted.lines:
        if line.state == "same" and not line.renders:
            continue
        clip = session.get(Clip, line.clip_id) if line.clip_id else None
        if line.state == "new" or (clip is not None and line.renders and line.state == "change"):
            clip = _write(session, storage, clip, line, dropped, films, programme_id, user_id)
        if clip is None:
            raise Refused(N_("The list no longer fits what is there. Look at the preview again."))
        for kind in line.kinds:
            rendition, is_due = renditions.want(clip, kind, None)
            session.flush()
            if is_due:
                rendition.state = "making"
                clips.enqueue(session, RENDITION, clip, rendition.id, user_id)
        if line.renders:
            try:
                clips.queue_render(session, clip, user_id=user_id)
                queued += 1
            except Refused as refusal:
                left_out.append((clip.title, Message(refusal.msgid, refusal.params)))
    session.commit()
    return Done(wanted.count("new"), wanted.count("change"), queued, tuple(left_out))


def _write(
    session: Session,
    storage: Storage,
    clip: Clip | None,
    line: Line,
    dropped: Dropped,
    films: Mapping[int, SourceVideo],
    programme_id: int,
    user_id: int | None,
) -> Clip:
    film = films[line.spans[0].source_id]
    case = clip.case if clip is not None and clip.case is not None else film.case
    clip = clips.write(
        session, clip, Draft(clip.title if clip else line.title, case, line.spans),
        programme_id=programme_id, owner_id=clip.owner_id if clip else film.owner_id, editor_id=user_id,
    )  # fmt: skip
    clip.edited_by_id = user_id
    music_id = clip.music_id
    if line.music:
        stored = dropped.extras[line.music]
        footage.admit_music(storage.path(stored.sha256), line.music)
        music_id = asset_for(session, stored, "audio/mpeg").id
    dress.put(session, clip, line.told, music_id)
    return clip
