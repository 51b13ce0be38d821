"""Source films: what they are, what is wrong with them, what pages need of them, what could be cut.

Requirements A12, P12 to P17.
"""

# ruff: noqa: PLC0415 - engines are imported late, see the package

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from campaign.footage.refusals import in_our_words

if TYPE_CHECKING:
    from media.ffmpeg import EngineReport
    from media.findings import Finding
    from media.firstlook import FirstLook
    from media.info import MediaInfo
    from media.ingest import IngestResult
    from media.measure import Measures

Progress = Callable[[float], None]
ShouldStop = Callable[[], bool]

PROXY, POSTER, FILMSTRIP, WAVEFORM = "proxy", "poster", "filmstrip", "waveform"
FIRST_POSTER, FIRST_STRIP = "first_poster", "first_strip"


def engine_report() -> EngineReport:
    """Which ffmpeg is used and what it lacks."""
    from media import ffmpeg

    return ffmpeg.engine_report()


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


def strip_details(made: IngestResult) -> dict[str, Any]:
    """How the pictures of a filmstrip lie, for the pages."""
    details: dict[str, Any] = made.to_json()["strip"]
    return details


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
    return [as_stored(finding) for finding in found]


def as_stored(finding: Finding) -> dict[str, Any]:
    """Give a finding in the form in which the database keeps it."""
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


def rule_title(rule: str) -> str:
    """Give the message id that names a rule of the checks."""
    from media.checks import RULES
    from media.photo_rules import PHOTO_RULES

    return RULES.get(rule) or PHOTO_RULES.get(rule, rule)


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


def info_from(stored: Mapping[str, Any]) -> MediaInfo:
    """Read back what probing found."""
    from media.info import MediaInfo as Info

    return Info.from_json(dict(stored))


def measures_from(stored: Mapping[str, Any] | None) -> Measures | None:
    """Read what ingest measured back from the database."""
    from media.measure import Measures as Kind

    return None if stored is None else Kind.from_json(dict(stored))


def make_demo_film(path: Path, *, title: str, scenes: Sequence[str], font_path: Path, seed: int) -> Path:
    """Make an invented film of three minutes for the demonstration; whole under its name or not there."""
    from media.specimen import make_demo_film as make

    with in_our_words():
        return make(path, title=title, scenes=scenes, font_path=font_path, seed=seed)
