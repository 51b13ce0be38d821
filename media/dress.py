"""What is put around and over the ranges of a clip: cards, lower thirds, subtitles, music (pure data).

All times are seconds on the clip's clock: 0 is the first picture of the first range, wherever an opening card
moves it in the finished film. Everything reads from and writes to JSON, in which a time is exact text
("7/2"); a number (3.5) or a clock ("0:03.5") is read as well.
"""

import dataclasses
import hashlib
import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, TypeVar

from media.errors import N_, BadDress, BadRange
from media.timecode import parse_time

Colour = tuple[int, int, int]

_LONGEST_CARD_S = 30
_MOST_TITLE, _MOST_TEXT, _MOST_OVERLAYS = 200, 400, 2000
_A_SECOND = Fraction(1)

_Made = TypeVar("_Made")


@dataclass(frozen=True)
class Card:
    """An opening or end card: a full picture with a title; silent, but music may lie under it."""

    title: str
    subtitle: str = ""
    length: Fraction = Fraction(3)

    def __post_init__(self) -> None:
        _check_text(self.title, _MOST_TITLE, N_("A card has no title. Write one or leave the card out."))
        _check_text(self.subtitle, _MOST_TEXT)
        if not 0 < self.length <= _LONGEST_CARD_S:
            raise BadDress(
                N_("The card “%(text)s” lasts %(length)s s. Give it more than 0 and at most %(most)s s."),
                text=self.title,
                length=float(self.length),
                most=_LONGEST_CARD_S,
            )


@dataclass(frozen=True)
class LowerThird:
    """A name and a role at the lower left, from start until before end, fading in and out within that."""

    name: str
    role: str
    start: Fraction
    end: Fraction

    def __post_init__(self) -> None:
        _check_text(self.name, _MOST_TITLE, N_("A lower third has no name. Write one or leave it out."))
        _check_text(self.role, _MOST_TITLE)
        _check_span(self.name, self.start, self.end)


@dataclass(frozen=True)
class Cue:
    """One subtitle, shown from start until before end; its text may have several lines."""

    start: Fraction
    end: Fraction
    text: str

    def __post_init__(self) -> None:
        _check_text(self.text, _MOST_TEXT, N_("A subtitle has no text. Write one or leave it out."))
        _check_span(self.text, self.start, self.end)


@dataclass(frozen=True)
class Music:
    """A music bed as long as the whole result: looped with a cross-fade if short, faded out at the end.

    level_lu is how loud it is where nobody speaks, ducked_lu under speech, both in loudness units relative to
    the programme. path is where the file lies, name what its owner calls it.
    """

    path: Path
    name: str = ""
    level_lu: float = -9.0
    ducked_lu: float = -20.0
    fade_in: Fraction = Fraction(1, 2)
    fade_out: Fraction = Fraction(2)
    crossfade: Fraction = Fraction(2)

    def __post_init__(self) -> None:
        if not -60 <= self.ducked_lu <= self.level_lu <= 0:
            raise BadDress(
                N_("The music of %(name)s must be at most 0 LU, and under speech not louder than without."),
                name=self.shown,
            )
        if min(self.fade_in, self.fade_out, self.crossfade) < 0:
            raise BadDress(N_("The fades of the music %(name)s may not be negative."), name=self.shown)

    @property
    def shown(self) -> str:
        """The name for messages."""
        return self.name or self.path.name


@dataclass(frozen=True)
class Style:
    """The house style. Fonts come from the caller; fallbacks hold characters that the font lacks.

    align is where the words of cards stand, name_side where lower thirds come in; logo is a picture for the
    corner of cards, which has to be the campaign's own (P15).
    """

    font_path: Path
    bold_path: Path | None = None
    fallbacks: tuple[Path, ...] = ()
    background: Colour = (250, 248, 244)
    ink: Colour = (32, 30, 30)
    accent: Colour = (179, 38, 30)
    plate: Colour = (20, 20, 24)
    plate_ink: Colour = (255, 255, 255)
    align: Literal["left", "centre"] = "left"
    name_side: Literal["left", "right"] = "left"
    logo: Path | None = None

    def __post_init__(self) -> None:
        for colour in (self.background, self.ink, self.accent, self.plate, self.plate_ink):
            if len(colour) != 3 or not all(isinstance(v, int) and 0 <= v <= 255 for v in colour):
                raise BadDress(
                    N_("%(colour)s is not a colour. Write red, green and blue as 0 to 255."), colour=colour
                )
        for value, known in ((self.align, ("left", "centre")), (self.name_side, ("left", "right"))):
            if value not in known:
                raise BadDress(
                    N_("“%(where)s” is one of %(known)s."), where=f"style: {value}", known=", ".join(known)
                )

    @property
    def bold(self) -> Path:
        """The font of titles."""
        return self.bold_path or self.font_path


@dataclass(frozen=True)
class Dress:
    """Everything that a clip wears; the plain one leaves it as it was cut.

    Whatever has to be drawn needs a style with a font: needs_style says so, and plan() refuses without one.
    """

    opening: Card | None = None
    end: Card | None = None
    lower_thirds: tuple[LowerThird, ...] = ()
    subtitles: tuple[Cue, ...] = ()
    music: Music | None = None
    style: Style | None = None

    def __post_init__(self) -> None:
        if len(self.lower_thirds) + len(self.subtitles) > _MOST_OVERLAYS:
            raise BadDress(
                N_("There are more than %(most)s subtitles and lower thirds. Make the clip in parts."),
                most=_MOST_OVERLAYS,
            )

    @property
    def is_plain(self) -> bool:
        """Say whether nothing is worn; a style alone is nothing."""
        return not (self.needs_style or self.music)

    @property
    def needs_style(self) -> bool:
        """Say whether anything has to be drawn."""
        return bool(self.opening or self.end or self.lower_thirds or self.subtitles)

    def told(self, hashes: Mapping[Path, str]) -> dict[str, Any]:
        """Give what decides the pictures and the sound, for a fingerprint: files by content, not by place.

        hashes gives the music's content; of a font the file's name counts.
        """
        data = self.to_json()
        if self.music:
            data["music"] |= {"path": hashes[self.music.path], "name": ""}
        if self.style and not self.needs_style:
            data["style"] = None
        elif self.style:
            fonts = {
                "font_path": self.style.font_path.name,
                "bold_path": self.style.bold.name,
                "fallbacks": [path.name for path in self.style.fallbacks],
            }
            data["style"] |= fonts
            # What a style leaves as it always was says nothing, so that clips keep their fingerprints.
            if self.style.logo:
                data["style"]["logo"] = hashlib.sha256(self.style.logo.read_bytes()).hexdigest()
            for key, usual in (("align", "left"), ("name_side", "left"), ("logo", None)):
                if data["style"][key] == usual:
                    del data["style"][key]
        return data

    def to_json(self) -> dict[str, Any]:
        """Give everything as JSON; from_json reads it back without loss."""
        plain: dict[str, Any] = _plain(dataclasses.asdict(self))
        return plain

    @classmethod
    def from_json(
        cls, data: object, *, place: Callable[[str], Path] = Path, style: Style | None = None
    ) -> "Dress":
        """Read what to_json or a person wrote; BadDress names what is wrong.

        place turns a written path into one (a job beside its files, a batch in its folder); style is taken
        where the data has none.
        """
        told = json_object(data, "dress", set(_FIELDS))
        found = told.get("style")
        return cls(
            opening=_one(told.get("opening"), "opening", _card),
            end=_one(told.get("end"), "end", _card),
            lower_thirds=json_list(told.get("lower_thirds"), "lower_thirds", _lower_third),
            subtitles=json_list(told.get("subtitles"), "subtitles", _cue),
            music=_one(told.get("music"), "music", lambda value, where: _music(value, where, place)),
            style=style if found is None else _style(found, "style", place),
        )


_FIELDS = tuple(field.name for field in dataclasses.fields(Dress))


def _check_text(text: str, most: int, empty: str = "") -> None:
    if empty and not text.strip():
        raise BadDress(empty)
    if len(text) > most:
        raise BadDress(
            N_("The text “%(text)s…” is longer than %(most)s characters. Shorten it."),
            text=text[:20],
            most=most,
        )


def one_at_a_time(cues: Iterable[Cue]) -> tuple[Cue, ...]:
    """Give cues of which no two are shown at once: where some overlap, their texts stand under each other."""
    known = sorted(cues, key=lambda cue: cue.start)
    borders = sorted({time for cue in known for time in (cue.start, cue.end)})
    shown: list[Cue] = []
    for start, end in itertools.pairwise(borders):
        texts = [cue.text for cue in known if cue.start < end and cue.end > start]
        if not texts:
            continue
        text = "\n".join(dict.fromkeys(texts))
        if shown and (shown[-1].end, shown[-1].text) == (start, text):
            shown[-1] = Cue(shown[-1].start, end, text)
        else:
            shown.append(Cue(start, end, text))
    return tuple(shown)


def _check_span(text: str, start: Fraction, end: Fraction) -> None:
    if start < 0 or end <= start:
        raise BadDress(
            N_(
                "“%(text)s” is shown from %(start)s s to %(end)s s. Give a start before the end, not below 0."
            ),
            text=text[:20],
            start=float(start),
            end=float(end),
        )


def _plain(value: Any) -> Any:  # noqa: ANN401 - walks JSON, which has any shape
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, Fraction | Path) else value


def json_object(data: object, where: str, known: set[str]) -> Mapping[str, Any]:
    """Give a JSON object that holds nothing but known keys; where names it in messages."""
    if not isinstance(data, Mapping):
        raise BadDress(
            N_("“%(where)s” has to be a JSON object with some of %(known)s."),
            where=where,
            known=", ".join(sorted(known)),
        )
    strange = sorted(str(key) for key in data if key not in known)
    if strange:
        raise BadDress(
            N_("“%(where)s” knows no %(strange)s, only %(known)s."),
            where=where,
            strange=", ".join(strange),
            known=", ".join(sorted(known)),
        )
    return data


def _one(data: object, where: str, read: Callable[[object, str], _Made]) -> _Made | None:
    return None if data is None else read(data, where)


def json_list(data: object, where: str, read: Callable[[object, str], _Made]) -> tuple[_Made, ...]:
    """Read every item of a JSON list, nothing where there is none."""
    if data is None:
        return ()
    if not isinstance(data, list | tuple):
        raise BadDress(N_("“%(where)s” has to be a JSON list."), where=where)
    return tuple(read(item, f"{where}[{number}]") for number, item in enumerate(data))


def _card(data: object, where: str) -> Card:
    told = json_object(data, where, {"title", "subtitle", "length"})
    length = read_time(told["length"], f"{where}.length") if "length" in told else Card.length
    return Card(json_text(told, "title", where), json_text(told, "subtitle", where), length)


def _lower_third(data: object, where: str) -> LowerThird:
    told = json_object(data, where, {"name", "role", "start", "end"})
    start, end = (read_time(told.get(key), f"{where}.{key}") for key in ("start", "end"))
    return LowerThird(json_text(told, "name", where), json_text(told, "role", where), start, end)


def _cue(data: object, where: str) -> Cue:
    told = json_object(data, where, {"start", "end", "text"})
    start, end = (read_time(told.get(key), f"{where}.{key}") for key in ("start", "end"))
    return Cue(start, end, json_text(told, "text", where))


def _music(data: object, where: str, place: Callable[[str], Path]) -> Music:
    told = json_object(data, where, {field.name for field in dataclasses.fields(Music)})
    path = json_text(told, "path", where)
    if not path:
        raise BadDress(N_("“%(where)s” names no file."), where=f"{where}.path")
    given: dict[str, Any] = {
        key: read_time(told[key], f"{where}.{key}")
        for key in ("fade_in", "fade_out", "crossfade")
        if key in told
    }
    given |= {
        key: json_number(told[key], f"{where}.{key}") for key in ("level_lu", "ducked_lu") if key in told
    }
    return Music(place(path), json_text(told, "name", where), **given)


def _style(data: object, where: str, place: Callable[[str], Path]) -> Style:
    told = json_object(data, where, {field.name for field in dataclasses.fields(Style)})
    font = json_text(told, "font_path", where)
    if not font:
        raise BadDress(N_("“%(where)s” names no file."), where=f"{where}.font_path")
    bold = json_text(told, "bold_path", where)
    fallbacks = json_list(told.get("fallbacks"), f"{where}.fallbacks", lambda value, _: place(str(value)))
    colours: dict[str, Any] = {
        key: _colour(told[key], f"{where}.{key}")
        for key in ("background", "ink", "accent", "plate", "plate_ink")
        if key in told
    }
    colours |= {key: text for key in ("align", "name_side") if (text := json_text(told, key, where))}
    if logo := json_text(told, "logo", where):
        colours["logo"] = place(logo)
    return Style(place(font), place(bold) if bold else None, fallbacks, **colours)


def json_text(told: Mapping[str, Any], key: str, where: str) -> str:
    """Give a text of a JSON object, "" where there is none."""
    value = told.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadDress(N_("“%(where)s” has to be a text."), where=f"{where}.{key}")
    return value


def json_number(value: object, where: str) -> float:
    """Give a JSON number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadDress(N_("“%(where)s” has to be a number."), where=where)
    return float(value)


def _colour(value: object, where: str) -> Colour:
    parts = value if isinstance(value, list | tuple) else ()
    if len(parts) != 3 or not all(isinstance(part, int) and not isinstance(part, bool) for part in parts):
        raise BadDress(N_("%(colour)s is not a colour. Write red, green and blue as 0 to 255."), colour=where)
    return parts[0], parts[1], parts[2]


def read_time(value: object, where: str) -> Fraction:
    """Read seconds from JSON: a number, exact text ("7/2") or a clock ("1:07.5")."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return Fraction(str(value))
        if isinstance(value, str):
            # A timecode would need the rate of a film; a clip has only seconds.
            return Fraction(value) if ":" not in value else parse_time(value, _A_SECOND)
    except (ValueError, ZeroDivisionError, BadRange):
        pass
    raise BadDress(
        N_("“%(where)s” is not a time. Write seconds (3.5) or minutes and seconds (0:03.5)."), where=where
    )
