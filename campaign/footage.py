"""The door to media: the only module of the campaign that imports it.

Refusals of media come out as refusals of the campaign with the same message id, so that pages and commands
translate them alike. The engines (PyAV, numpy, Pillow) are loaded when the first film is touched: a command
line that only prints its help must not wait for them.
"""

# ruff: noqa: PLC0415 - see above: every import of an engine is meant to happen late

from __future__ import annotations

import errno
import io
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from campaign.errors import Refused, StorageFull
from campaign.messages import N_
from media.errors import MediaError

if TYPE_CHECKING:
    import click
    from PIL.Image import Image

    from campaign.storage import Storage, Stored
    from media.cut import CutResult
    from media.deliveries import Delivery
    from media.dress import Dress, Style
    from media.ffmpeg import EngineReport
    from media.findings import Finding
    from media.firstlook import FirstLook
    from media.info import MediaInfo
    from media.ingest import IngestResult
    from media.measure import Measures

    commands: tuple[click.Command, ...]

Progress = Callable[[float], None]
ShouldStop = Callable[[], bool]

COVER_SIDE, PREVIEW_SIDE = 1280, 640
# The longer side, in pixels, of the small upright copy of a photo.
PHOTO_SIDE = 1600
PROXY, POSTER, FILMSTRIP, WAVEFORM = "proxy", "poster", "filmstrip", "waveform"
FIRST_POSTER, FIRST_STRIP = "first_poster", "first_strip"


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module attribute
    """Give the commands of media when the command line asks for them; servers and workers never do."""
    if name == "commands":
        from media.cli import commands

        return commands
    raise AttributeError(name)


# Which layer of the work a kind of refusal is about (see mishaps.py).
_LAYERS = {
    **dict.fromkeys(("not_a_film", "damaged", "unsupported"), "film"),
    **dict.fromkeys(("bad_range", "bad_dress", "bad_list"), "edit"),
    **dict.fromkeys(("engine_missing", "engine_failed", "too_long"), "engine"),
    "cut_failed": "result",
    "unreadable": "storage",
}
UNREADABLE = N_(
    "the file of %(name)s cannot be read. Tell the administrator; once it is back from the backup, press "
    "“Try again”."
)


class FilmRefused(Refused):
    """A film or a job of the engine was refused; `code` is the kind of refusal, such as not_a_film."""

    def __init__(self, code: str, msgid: str, **params: Any) -> None:  # noqa: ANN401 - as in Refused
        super().__init__(msgid, **params)
        self.code = code
        self.layer = _LAYERS.get(code, "")

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody asked for the stop."""
        return self.code == "cancelled"

    @property
    def is_about_the_film(self) -> bool:
        """Whether the file itself is at fault, so that trying again changes nothing."""
        return self.code in ("not_a_film", "damaged", "unsupported")


@contextmanager
def in_our_words() -> Iterator[None]:
    """Turn what media raises into what the campaign raises."""
    try:
        yield
    except MediaError as error:
        params = {
            key: value if isinstance(value, int | float) else str(value)
            for key, value in error.params.items()
        }
        if error.code == "disk_full":
            raise StorageFull(error.msgid, **params) from error
        if getattr(error.__cause__, "errno", None) in (errno.ENOENT, errno.EACCES) and "name" in params:
            # The film is not at fault, and sending it again would change nothing: the server's own file is.
            raise FilmRefused("unreadable", UNREADABLE, name=params["name"]) from error
        raise FilmRefused(error.code, error.msgid, **params) from error


@dataclass(frozen=True)
class FilmFile:
    """A stored film: where it lies, its content hash, and what its owner calls it."""

    path: Path
    sha256: str
    name: str


@dataclass(frozen=True)
class Cut:
    """One range to cut: in point included, out point excluded, in seconds from the first picture."""

    film: FilmFile
    in_point: Fraction
    out_point: Fraction


def engine_report() -> EngineReport:
    """Which ffmpeg is used and what it lacks."""
    from media import ffmpeg

    return ffmpeg.engine_report()


# --- time -------------------------------------------------------------------------------------------------


def parse_time(text: str, rate: Fraction) -> Fraction:
    """Seconds, a clock or a timecode as exact seconds; refuses what is none of them."""
    from media import timecode

    with in_our_words():
        return timecode.parse_time(text, rate)


def timecode(time_s: Fraction, rate: Fraction) -> str:
    """HH:MM:SS:FF."""
    from media import timecode as times

    return times.format_timecode(time_s, rate)


def clock(time_s: Fraction) -> str:
    """0:03:05.200."""
    from media import timecode as times

    return times.format_clock(time_s)


def on_frame(time_s: Fraction, rate: Fraction) -> Fraction:
    """Give the border of the frame nearest to a time."""
    from media import timecode as times

    return times.time_of(times.frame_of(time_s, rate), rate)


# --- films ------------------------------------------------------------------------------------------------


def probe(path: Path, name: str) -> MediaInfo:
    """Container and streams; refuses what is no film."""
    from media import probe as probing

    with in_our_words():
        return probing.probe(path, name=name)


def ingest(
    path: Path,
    out_dir: Path,
    name: str,
    *,
    on_progress: Progress | None = None,
    should_stop: ShouldStop | None = None,
) -> IngestResult:
    """Make proxy, poster, filmstrip, waveform and measures of a film in `out_dir`."""
    from media import ingest as ingesting

    with in_our_words():
        return ingesting.ingest(path, out_dir, name=name, on_progress=on_progress, should_stop=should_stop)


def first_look(path: Path, out_dir: Path, name: str, *, should_stop: ShouldStop) -> FirstLook:
    """Make a poster and a short filmstrip from key frames, within seconds (see media.firstlook)."""
    from media import firstlook

    with in_our_words():
        return firstlook.first_look(path, out_dir, name=name, should_stop=should_stop)


def plays_in_browsers(stored: Mapping[str, Any] | None) -> bool:
    """Whether every browser plays the file as it is: MP4 with H.264 of 8 bits, and AAC or no sound."""
    if stored is None:
        return False
    info = info_from(stored)
    picture, sound = info.picture, info.sound
    return (
        info.demuxer == "mov"
        and picture is not None
        and (picture.codec, picture.pix_fmt in ("yuv420p", "yuvj420p")) == ("h264", True)
        and (sound is None or sound.codec in ("aac", "mp3"))
    )


def check(
    info: MediaInfo,
    spec: Mapping[str, Any] | None,
    *,
    name: str,
    case_title: str = "",
    measures: Measures | None = None,
) -> list[dict[str, Any]]:
    """Check a film by the programme's specification (P12 to P16); findings ready to be stored.

    `advice` stays a message id with `params`, so that each reader gets it in the own language. A programme
    without a specification for source films has no findings.
    """
    from media import checks
    from media.specs import VideoSpec

    if spec is None:
        return []
    with in_our_words():
        found = checks.check(
            info, VideoSpec.from_mapping(dict(spec)), name=name, case_title=case_title, measures=measures
        )
    return [_as_stored(finding) for finding in found]


def _as_stored(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "verdict": finding.verdict,
        "measured": finding.measured,
        "limit": finding.limit,
        "ranges": [span.to_json() for span in finding.ranges],
        "regions": [asdict(region) for region in finding.regions],
        "advice": finding.advice,
        "params": {key: str(value) for key, value in finding.params.items()},
    }


def picture_evidence(
    path: Path,
    findings: Sequence[Mapping[str, Any]],
    out_dir: Path,
    *,
    info: MediaInfo | None = None,
    most: int = 2,
) -> list[tuple[str, str, Path]]:
    """Make pictures of the faults that stored findings tell: rule, moment in seconds, JPEG in `out_dir`.

    The fault is framed; there are no words in them, so that every reader's page can say them in its language.
    """
    from media.evidence import evidence
    from media.findings import Finding as Kind
    from media.pictures import Region
    from media.timecode import TimeRange

    made: list[tuple[str, str, Path]] = []
    for stored in findings:
        if stored["verdict"] not in {"warn", "fail"}:
            continue
        finding = Kind(
            rule=stored["rule"],
            verdict=stored["verdict"],
            measured=stored["measured"],
            ranges=tuple(TimeRange.from_json(span) for span in stored["ranges"]),
            regions=tuple(Region(**region) for region in stored.get("regions", ())),
        )
        with in_our_words():
            shots = evidence(path, finding, out_dir, info=info, most=most, caption=None)
        made += [(finding.rule, str(shot.moment), shot.path) for shot in shots]
    return made


def suggest(
    info: MediaInfo,
    measures: Measures,
    spec: Mapping[str, Any] | None,
    wish: Mapping[str, Any],
    *,
    name: str,
    versions: int = 3,
    translate: Callable[..., str] | None = None,
) -> dict[str, Any]:
    """Propose versions of a film by the programme's rules (A12, P17), in words; ranges are exact fractions.

    Answers `versions` (strategy, title, reason, duration, overlap and ranges with in, out, part and reason)
    and `notes`. Refuses films of which none can be made, with the reason.
    """
    from media import suggest as suggesting
    from media.specs import VideoSpec

    with in_our_words():
        wanted = suggesting.Wish.from_mapping(wish).of_number(versions)
        found = suggesting.suggest(
            info, measures, VideoSpec.from_mapping(dict(spec or {})), wanted, name=name
        )
    if info.picture is None:
        raise ValueError("a film without a picture has been refused")
    told: dict[str, Any] = found.to_json(info.picture.nominal_rate, translate)
    return told


def rule_title(rule: str) -> str:
    """Give the message id that names a rule of the checks."""
    from media.checks import RULES
    from media.photo_rules import PHOTO_RULES

    return RULES.get(rule) or PHOTO_RULES.get(rule, rule)


def info_from(stored: Mapping[str, Any]) -> MediaInfo:
    """Read back what probing found."""
    from media.info import MediaInfo as Info

    return Info.from_json(dict(stored))


def measures_from(stored: Mapping[str, Any] | None) -> Measures | None:
    """Read what ingest measured back from the database."""
    from media.measure import Measures as Kind

    return None if stored is None else Kind.from_json(dict(stored))


# --- clips ------------------------------------------------------------------------------------------------


def _edit_list(cuts: Sequence[Cut]) -> Any:  # noqa: ANN401 - media's own type, imported late
    from media.plan import EditList, Entry, Source
    from media.timecode import TimeRange

    with in_our_words():
        return EditList(
            tuple(
                Entry(Source(cut.film.path, cut.film.name), TimeRange(cut.in_point, cut.out_point))
                for cut in cuts
            )
        )


def fingerprint(
    spans: Sequence[tuple[str, Fraction, Fraction]],
    delivery: str,
    dress: Mapping[str, Any] | None = None,
    music_sha256: str = "",
    shape: Mapping[str, Any] | None = None,
    look: Mapping[str, Any] | None = None,
) -> str:
    """Give one hash of what decides the result: content, in and out point of each range; delivery, dress."""
    from media.dress import Dress, Style

    # Only contents matter, so that a moved storage folder changes nothing.
    cuts = [Cut(FilmFile(Path(sha256), sha256, ""), start, end) for sha256, start, end in spans]
    hashes = {cut.film.path: cut.film.sha256 for cut in cuts}
    # The fonts of an installation are not part of what a person decided.
    style = _styled(Style(Path("house")), look)
    worn = dressed(dress, style, FilmFile(Path(music_sha256), music_sha256, "")) if dress else Dress()
    if music_sha256:
        hashes[Path(music_sha256)] = music_sha256
    digest: str = _edit_list(cuts).fingerprint(hashes, _delivery(delivery, shape), worn)
    return digest


def _delivery(name: str, shape: Mapping[str, Any] | None) -> Delivery:
    """Give a delivery as somebody wants it: `fit` (blur, crop, pad), `focus_x` and `focus_y` from 0 to 1."""
    from media.deliveries import DELIVERIES

    return replace(DELIVERIES[name], **(shape or {}))


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
    return _styled(Kind(fonts.regular, fonts.bold, fonts.fallbacks), look)


def _styled(style: Style, look: Mapping[str, Any] | None) -> Style:
    told = dict(look or {})
    if told.pop("light_titles", False):
        # Titles in the letters of everything else. A fingerprint has no font files, so a name tells it.
        told["bold_path"] = style.font_path if style.bold_path else Path("house-light")
    return replace(style, **told)


def render(
    cuts: Sequence[Cut],
    out_path: Path,
    delivery: str,
    *,
    dress: Dress | None = None,
    shape: Mapping[str, Any] | None = None,
    infos: Mapping[Path, MediaInfo] | None = None,
    on_progress: Progress | None = None,
    should_stop: ShouldStop | None = None,
) -> CutResult:
    """Cut an edit list to a delivery; what stands at `out_path` afterwards has been verified (A12)."""
    from media import cut as cutting
    from media.dress import Dress as Kind

    with in_our_words():
        return cutting.cut(
            _edit_list(cuts),
            out_path,
            _delivery(delivery, shape),
            dress=dress or Kind(),
            infos=infos,
            on_progress=on_progress,
            should_stop=should_stop,
        )


def cover(film: Path, out: Path) -> Path:
    """Take a cover picture from a finished clip: of five moments, the one with most to see; no black one."""
    from media import probe as probing
    from media.moments import pictures_around, upright

    with in_our_words():
        picture = probing.probe(film).picture
        if picture is None:
            raise ValueError("a finished clip has a picture")
        best = b""
        for tenth in (1, 3, 5, 7, 9):
            _, frame, _ = pictures_around(film, picture, picture.duration * tenth / 10)
            if frame is None:
                continue
            buffer = io.BytesIO()
            image = upright(frame, picture)
            image.thumbnail((COVER_SIDE, COVER_SIDE))
            image.convert("RGB").save(buffer, "JPEG", quality=86)
            # The picture with the most detail makes the largest file; black and fog make small ones.
            best = max(best, buffer.getvalue(), key=len)
    out.write_bytes(best)
    return out


def cover_picture(film: Path, at: Fraction, shape: str, *, title: str, focus_x: float, style: Style) -> bytes:
    """Make a cover in one of the shapes wide, tall and square from a moment of a finished clip, as JPEG."""
    from media import covers

    with in_our_words():
        picture = covers.moment_of(film, at)
        return covers.as_jpeg(covers.draw_cover(picture, shape, title, style, focus_x=focus_x))


def shape_preview(
    film: Path, at: Fraction, kind: str, *, crop: bool, focus_x: float, title: str, style: Style | None
) -> bytes:
    """Show small what a delivery (web, vertical, square) or a cover would make of a moment, as JPEG."""
    from media import covers
    from media.deliveries import DELIVERIES

    with in_our_words():
        picture = covers.moment_of(film, at)
        if style is not None:
            return covers.as_jpeg(
                covers.draw_cover(picture, kind, title, style, focus_x=focus_x), PREVIEW_SIDE
            )
        size = DELIVERIES[kind].width // 2, DELIVERIES[kind].height // 2
        image = covers.filled(picture, size, focus_x) if crop else covers.before_itself(picture, size)
        return covers.as_jpeg(image, PREVIEW_SIDE)


def strip_details(made: IngestResult) -> dict[str, Any]:
    """How the pictures of a filmstrip lie, for the pages."""
    details: dict[str, Any] = made.to_json()["strip"]
    return details


# --- photos -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CasePicture:
    """A photo for the rules: its original name, its group, the name of its case, what `look_at_photo` found.

    facts are None for a photo that came in before photos were looked at.
    """

    name: str
    group: str
    case: str
    facts: Mapping[str, Any] | None


def look_at_photo(source: bytes | Path, name: str = "") -> dict[str, Any]:
    """Kind, size, colour, focus and likeness of a photo, ready to be stored; refuses what is none (P9)."""
    from media import photos

    with in_our_words():
        return photos.look(source, name=name).to_json()


def photo_preview(source: bytes | Path, name: str = "", *, max_side: int = PHOTO_SIDE) -> bytes:
    """Make a small upright JPEG without device data."""
    from media import photos

    with in_our_words():
        return photos.derivative(source, max_side=max_side, name=name)


def thumbnail(source: bytes | Path, name: str = "", *, max_side: int = 480) -> bytes:
    """Make an even smaller WebP for lists, as upright and as bare."""
    from media import photos

    with in_our_words():
        return photos.thumbnail(source, max_side=max_side, name=name)


def first_page(path: Path) -> bytes | None:
    """The first page of a PDF as JPEG, drawn in a process of its own; None where it cannot be drawn."""
    from media.first_page import first_page as draw

    return draw(path)


def check_photos(
    pictures: Sequence[CasePicture],
    spec: Mapping[str, Any] | None,
    *,
    case_title: str = "",
    elsewhere: Sequence[CasePicture] = (),
) -> tuple[list[list[dict[str, Any]]], list[dict[str, Any]]]:
    """Check the photos of a case by the programme's rules (P9, P10): each one's findings, and the case's.

    Findings have the form `check` gives. elsewhere are photos of other cases, among which the same photo is
    looked for. A photo without facts has no findings.
    """
    from media.photo_rules import Photo, PhotoSpec
    from media.photo_rules import check_photos as judged
    from media.photos import PhotoInfo

    def read(picture: CasePicture) -> Photo | None:
        if picture.facts is None:
            return None
        return Photo(picture.name, PhotoInfo.from_json(picture.facts), picture.group, picture.case)

    known = [read(picture) for picture in pictures]
    with in_our_words():
        found = judged(
            [photo for photo in known if photo],
            PhotoSpec.from_mapping(dict(spec or {})),
            case_title=case_title,
            elsewhere=[photo for photo in map(read, elsewhere) if photo],
        )
    told = iter(found.each)
    each = [[_as_stored(finding) for finding in next(told)] if photo else [] for photo in known]
    return each, [_as_stored(finding) for finding in found.together]


def photo_group(name: str) -> str:
    """Guess from its name what a photo shows (P10): the outside of the firm, or the result."""
    from media.photo_rules import group_of

    return group_of(name)


def photo_name(
    pattern: str, *, case: str, enterprise: str = "", number: int = 0, suffix: str = ".jpg"
) -> str:
    """Build the name of a photo or their archive by the programme's rule; every system takes it (P10)."""
    from media.photo_rules import photo_name as built

    return built(pattern, case=case, enterprise=enterprise, number=number, suffix=suffix)


def safe_name(name: str) -> str:
    """Give a file name without what Windows refuses."""
    from media.photo_rules import safe_name as safe

    return safe(name)


def store_bytes(storage: Storage, data: bytes) -> Stored:
    """Put something just made into storage."""
    return storage.put_stream(io.BytesIO(data))


def make_demo_film(path: Path, *, title: str, scenes: Sequence[str], font_path: Path, seed: int) -> Path:
    """Make an invented film of three minutes for the demonstration; whole under its name or not there."""
    from media.specimen import make_demo_film as make

    with in_our_words():
        return make(path, title=title, scenes=scenes, font_path=font_path, seed=seed)


# --- cut lists --------------------------------------------------------------------------------------------

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
                cutlist.Clip(clip.name, _edit_list(cuts), worn, deliveries, subtitle_file=clip.subtitle_file)
            )
        if form == "xlsx":
            choices = ("master", "web", "vertical", "square")
            return cutlist_write.write_xlsx(written, infos, films=tuple(shown.values()), deliveries=choices)
        used = {path for clip in clips for path, _start, _end in clip.spans}
        starts = {path: edl.start_frame(path) for path in used}
        if form == "edl":
            return cutlist_write.write_edl(title, written, infos, starts=starts).encode()
        return cutlist_write.write_fcpxml(title, written, infos, starts=starts).encode()
