"""What a clip wears: cards, names, subtitles, music; read from a form, stored, handed to media."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from campaign import footage
from campaign.errors import Conflict, Refused
from campaign.films import clips, rules, style
from campaign.films.models import Clip
from campaign.messages import N_, Message
from campaign.programmes.shapes import HouseStyle
from campaign.storage import Storage, asset_for

CARD_S = "3"
# A subtitle that begins later than this before the end of a clip would flash, and is left out.
SHORTEST_CUE_S = Fraction(1, 10)
MOST_MUSIC_BYTES = 60_000_000


@dataclass(frozen=True)
class NameRow:
    """One lower third as typed: who, what, and from when to when on the clip's clock."""

    name: str
    role: str
    start: str
    end: str

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed; such a row is dropped without a word."""
        return not any(text.strip() for text in (self.name, self.role, self.start, self.end))


@dataclass(frozen=True)
class Typed:
    """The form of the dress as a person filled it in; a card without a title is no card."""

    opening_title: str
    opening_subtitle: str
    opening_s: str
    end_title: str
    end_subtitle: str
    end_s: str
    names: tuple[NameRow, ...]


@dataclass(frozen=True)
class Files:
    """What was sent with the form: subtitles as cues with the file's name, music as a stored file."""

    subtitles: tuple[str, list[dict[str, Any]]] | None = None
    drops_subtitles: bool = False
    music: tuple[str, Path] | None = None
    drops_music: bool = False


def typed_of(clip: Clip, house: HouseStyle) -> Typed:
    """What is stored, as a person would type it; cards not written yet have the length of the house style."""
    told = clip.dress or {}
    opening, end = told.get("opening") or {}, told.get("end") or {}
    return Typed(
        opening.get("title", ""), opening.get("subtitle", ""),
        _plain(opening.get("length", str(house.opening_s))),
        end.get("title", ""), end.get("subtitle", ""), _plain(end.get("length", str(house.end_s))),
        tuple(
            NameRow(row["name"], row["role"], _clock(row["start"]), _clock(row["end"]))
            for row in told.get("lower_thirds") or ()
        ),
    )  # fmt: skip


def _clock(time_s: str) -> str:
    """As short as a person types it: 0:07.5, not 0:00:07.500."""
    text = footage.clock(Fraction(time_s))
    return re.sub(r"^0:0?", "", text.rstrip("0").rstrip(".") if "." in text else text)


def _plain(length: str) -> str:
    return f"{float(Fraction(length)):g}"


def read(typed: Typed, length: Fraction) -> tuple[dict[str, Any], list[Message]]:
    """Turn the form into what is stored, with every fault; `length` is that of the clip's ranges."""
    problems: list[Message] = []
    told: dict[str, Any] = {}
    cards = (
        ("opening", typed.opening_title, typed.opening_subtitle, typed.opening_s),
        ("end", typed.end_title, typed.end_subtitle, typed.end_s),
    )
    for kind, title, subtitle, seconds in cards:
        if title.strip():
            told[kind] = {"title": title.strip(), "subtitle": _lines(subtitle), "length": seconds.strip()}
        elif subtitle.strip():
            problems.append(Message(N_("A card has no title. Write one or leave the card out.")))
    rows = [row for row in typed.names if not row.is_blank]
    told["lower_thirds"] = []
    for number, row in enumerate(rows, start=1):
        fault = rules.name_problem(number, row.name, _time(row.start), _time(row.end), length)
        if fault:
            problems.append(fault)
        told["lower_thirds"].append(
            {"name": row.name.strip(), "role": row.role.strip(), "start": row.start, "end": row.end}
        )
    return told, problems


def _lines(text: str) -> str:
    """Browsers send CR LF at the end of a line of a text field."""
    return "\n".join(line.strip() for line in text.strip().splitlines())


def _time(text: str) -> Fraction | None:
    """A time on the clip's clock, in seconds or as a clock; None for what is none."""
    try:
        return footage.parse_time(text, Fraction(1)) if text.strip() else None
    except footage.FilmRefused:
        return None


def save(
    session: Session, storage: Storage, clip: Clip, *, told: Mapping[str, Any], files: Files, data_dir: Path
) -> None:
    """Store what a clip wears; a finished clip that wears something else becomes a draft again. Commits."""
    session.refresh(clip, with_for_update=True)
    problem = rules.may_edit(clip.state)
    if problem is not None:
        raise Conflict(problem.msgid, **problem.params)
    before = clip.dress or {}
    wanted = dict(told)
    for row in wanted.get("lower_thirds", ()):
        row |= {key: str(_time(row[key])) for key in ("start", "end")}
    wanted |= _subtitles(before, files)
    music_id = None if files.drops_music else clip.music_id
    wanted["music"] = None if files.drops_music else before.get("music")
    if files.music:
        name, path = files.music
        footage.admit_music(path, name)
        music_id = asset_for(session, storage.adopt(path), "audio/mpeg").id
        wanted["music"] = {"name": name}
    wanted = {key: value for key, value in wanted.items() if value}
    # Whatever media would refuse when it renders is refused now, while the person looks.
    checked = footage.dressed(wanted, footage.house_style(data_dir), None)
    if (wanted or None, music_id) != (clip.dress, clip.music_id):
        stored = checked.to_json()
        for key in ("opening", "end", "lower_thirds", "subtitles"):
            if key in wanted:
                wanted[key] = stored[key]
    put(session, clip, wanted, music_id)
    session.commit()


def put(session: Session, clip: Clip, wanted: Mapping[str, Any], music_id: int | None) -> None:
    """Store what a clip wears within the caller's transaction; something else makes it a draft again."""
    if (wanted or None, music_id) == (clip.dress, clip.music_id):
        return
    clip.dress, clip.music_id = dict(wanted) or None, music_id
    clips.forget_result(clip)
    clip.revision += 1
    session.flush()
    session.refresh(clip, ["music"])
    clip.fingerprint = clips.fingerprint_of(clip)


def _subtitles(before: Mapping[str, Any], files: Files) -> dict[str, Any]:
    if files.subtitles:
        name, cues = files.subtitles
        return {"subtitles": cues, "subtitle_file": name}
    if files.drops_subtitles:
        return {}
    return {key: before.get(key) for key in ("subtitles", "subtitle_file")}


def style_of(clip: Clip, data_dir: Path) -> Any:  # noqa: ANN401 - media's own type
    """How cards, names and covers of a clip look: the house style of its programme."""
    return footage.house_style(data_dir, style.look_of(clip.programme))


def worn(clip: Clip, storage: Storage, data_dir: Path) -> Any:  # noqa: ANN401 - media's own type
    """What the engine is to put around and over a clip; None for nothing."""
    if not clip.dress:
        return None
    music = None
    if clip.music is not None:
        name = (clip.dress.get("music") or {}).get("name", "")
        music = footage.FilmFile(storage.path(clip.music.sha256), clip.music.sha256, name)
    return footage.dressed(_within(clip), style_of(clip, data_dir), music)


def _within(clip: Clip) -> dict[str, Any]:
    """What a clip wears without the subtitles behind its end, as `remarks` promises.

    Ranges get shorter after the subtitles were taken in, and the engine refuses what is never seen.
    """
    told, end = dict(clip.dress or {}), rules.total(clips.spans_of(clip)) - SHORTEST_CUE_S
    if told.get("subtitles"):
        told["subtitles"] = [cue for cue in told["subtitles"] if Fraction(cue["start"]) < end]
    return told


def remarks(clip: Clip) -> list[Message]:
    """What of the subtitles and names no longer fits the clip, since its ranges may change after them."""
    told = clip.dress or {}
    length = rules.total(clips.spans_of(clip))
    found = [Message(msgid, params) for msgid, params in footage.subtitle_remarks(told, length)]
    for number, row in enumerate(told.get("lower_thirds") or (), start=1):
        fault = rules.name_problem(number, row["name"], Fraction(row["start"]), Fraction(row["end"]), length)
        if fault:
            found.append(fault)
    return found


def cards_s(clip: Clip) -> Fraction:
    """How much longer the cards make a clip, in seconds."""
    told = clip.dress or {}
    return sum(
        (Fraction(card["length"]) for key in ("opening", "end") if (card := told.get(key))), Fraction(0)
    )


def check_size(size_bytes: int, name: str) -> None:
    """Refuse music that is too large before it is kept."""
    if size_bytes > MOST_MUSIC_BYTES:
        raise Refused(
            N_("The music %(name)s has more than %(most)s MB. Save it as MP3."),
            name=name, most=MOST_MUSIC_BYTES // 1_000_000,
        )  # fmt: skip


def rows_of(values: Mapping[str, Sequence[str]]) -> tuple[NameRow, ...]:
    """The rows of names as they came from the page, in their order."""
    columns = (values["name"], values["role"], values["start"], values["end"])
    return tuple(NameRow(*row) for row in zip(*columns, strict=False))
