"""What a clip wears: cards, names, subtitles, music, in the look of the house (P17)."""

# ruff: noqa: PLC0415 - engines are imported late, see the package

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from campaign.footage.edits import Cut, FilmFile
from campaign.footage.refusals import in_our_words

if TYPE_CHECKING:
    from PIL.Image import Image

    from media.dress import Dress, Style


def dressed(stored: Mapping[str, Any] | None, style: Style, music: FilmFile | None) -> Dress:
    """Read what a clip wears from what is stored: cards, names and subtitles as media writes them.

    Of the music only its levels are stored; where it lies, the caller knows.
    """
    from media.dress import Dress as Kind

    if not stored:
        return Kind()
    told = {key: stored[key] for key in ("opening", "end", "lower_thirds", "subtitles") if stored.get(key)}
    if stored.get("music") and music is not None:
        told["music"] = dict(stored["music"]) | {"path": str(music.path), "name": music.name}
    with in_our_words():
        return Kind.from_json(told, style=style)


def read_subtitles(path: Path, name: str, cuts: Sequence[Cut] = ()) -> list[dict[str, Any]]:
    """Read a file of subtitles (SRT, WebVTT or ASS) as cues to be stored.

    With cuts its times are those of the one film they are cut from, and the cues are moved to the clip.
    """
    from media import subtitles
    from media.dress import Dress as Kind
    from media.timecode import TimeRange

    with in_our_words():
        cues = subtitles.read_subtitles(path, name)
        if cuts:
            cues = subtitles.for_ranges(cues, [TimeRange(cut.in_point, cut.out_point) for cut in cuts])
        told: list[dict[str, Any]] = Kind(subtitles=cues).to_json()["subtitles"]
        return told


def subtitle_remarks(stored: Mapping[str, Any], length: Fraction) -> list[tuple[str, dict[str, Any]]]:
    """Say what of stored subtitles is hard to read or not shown in a clip of this length: message, params."""
    from media import subtitles
    from media.dress import Dress as Kind

    with in_our_words():
        cues = Kind.from_json({"subtitles": stored.get("subtitles") or []}).subtitles
        return [(reason.msgid, dict(reason.params)) for reason in subtitles.look_over(cues, length)]


def subtitles_as_srt(stored: Mapping[str, Any]) -> str:
    """Write stored subtitles as SRT."""
    from media import subtitles
    from media.dress import Dress as Kind

    with in_our_words():
        return subtitles.write_srt(Kind.from_json({"subtitles": stored.get("subtitles") or []}).subtitles)


def admit_music(path: Path, name: str) -> None:
    """Refuse a file that is no music, or whose first half minute cannot be heard."""
    from media import music
    from media.dress import Music

    with in_our_words():
        music.read_music(Music(path, name), 48_000, Fraction(30))


def card_preview(title: str, subtitle: str, style: Style, *, width: int = 960) -> bytes:
    """Draw a card as the master shows it, small, as JPEG."""
    from media import titles
    from media.dress import Card

    with in_our_words():
        return _jpeg(titles.whole_card(Card(title, subtitle), style, (width, width * 9 // 16)))


def name_preview(name: str, role: str, style: Style, *, width: int = 960) -> bytes:
    """Draw a lower third over grey, small, as JPEG."""
    from PIL.Image import new as new_image

    from media import titles
    from media.dress import LowerThird

    with in_our_words():
        LowerThird(name, role, Fraction(0), Fraction(1))
        drawn = titles.draw_name(name, role, style, width, width * 9 // 16)
        below = new_image("RGB", drawn.size, (120, 130, 138))
        below.paste(drawn, (0, 0), drawn)
        return _jpeg(below)


def _jpeg(image: Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=88)
    return stream.getvalue()


def house_style(data_dir: Path, look: Mapping[str, Any] | None = None) -> Style:
    """How cards, names and subtitles look; makes the fonts when they are missing.

    `look` holds what a programme wants otherwise: colours, align, name_side, logo, and `light_titles`.
    """
    from campaign.fonts import ensure_fonts
    from media.dress import Style as Kind

    fonts = ensure_fonts(data_dir)
    return styled(Kind(fonts.regular, fonts.bold, fonts.fallbacks), look)


def styled(style: Style, look: Mapping[str, Any] | None) -> Style:
    """Give a style with what a programme wants otherwise."""
    told = dict(look or {})
    if told.pop("light_titles", False):
        # Titles in the letters of everything else. A fingerprint has no font files, so a name tells it.
        told["bold_path"] = style.font_path if style.bold_path else Path("house-light")
    return replace(style, **told)
