"""Forms of clips; the rows of the edit list are read from the request itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from campaign import footage
from campaign.films.models import Clip, SourceVideo
from campaign.films.rules import RangeInput


class ClipForm(FlaskForm):
    """Title and case of a clip."""

    title = StringField(
        _l("Title"), validators=[InputRequired(_l("The clip needs a title.")), Length(max=200)]
    )
    case_id = SelectField(_l("Case"), default="")


def typed_ranges(form: MultiDict[str, str]) -> list[RangeInput]:
    """The rows of the edit list as they came from the page, in their order."""
    rows = zip(form.getlist("range_film"), form.getlist("range_in"), form.getlist("range_out"), strict=False)
    return [RangeInput(int(film) if film.isdecimal() else None, start, end) for film, start, end in rows]


def stored_ranges(clip: Clip) -> list[RangeInput]:
    """The rows of a stored clip as a person would type them."""
    return [
        RangeInput(
            row.source_id,
            _timecode(row.in_point, row.source.frame_rate),
            _timecode(row.out_point, row.source.frame_rate),
        )
        for row in clip.ranges
    ]


def _timecode(point: Fraction, rate: Fraction | None) -> str:
    """As timecode where that is exact; the end of a film may lie between two frames."""
    if rate is None or footage.on_frame(point, rate) != point:
        return f"{float(point):.6f}".rstrip("0").removesuffix(".")
    return footage.timecode(point, rate)


def after_act(rows: Sequence[RangeInput], act: str, film_id: int | None) -> list[RangeInput] | None:
    """What a button of the table does to the rows: add, remove:2, up:2, down:2 (counted from 1).

    The page does the same by script; this is for browsers without one. None if it is another button.
    """
    kept = list(rows)
    verb, _, number_text = act.partition(":")
    place = int(number_text) - 1 if number_text.isdecimal() else -1
    if verb == "add":
        kept.append(RangeInput(rows[-1].source_id if rows else film_id, "", ""))
        return kept
    if verb not in ("remove", "up", "down"):
        return None
    if 0 <= place < len(kept):
        row = kept.pop(place)
        if verb != "remove":
            kept.insert(max(place - 1, 0) if verb == "up" else place + 1, row)
    return kept


def has_varying_rate(film: SourceVideo) -> bool:
    """Whether the pictures of a film stand for different times, as those of phones do."""
    return film.info is not None and any(stream["is_vfr"] for stream in film.info["video"][:1])


def player_films(
    films: Sequence[SourceVideo], urls: Mapping[int, Mapping[str, str]]
) -> list[dict[str, object]]:
    """What the player of the clip page knows of each film that can be cut."""
    return [
        {
            "id": film.id,
            "name": film.file_name,
            "rate": [film.frame_rate.numerator, film.frame_rate.denominator],
            "duration": float(film.duration),
            "varies": has_varying_rate(film),
            **urls[film.id],
        }
        for film in films
        if film.frame_rate is not None and film.duration is not None
    ]
