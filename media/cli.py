"""`qichuang probe`, `check`, `cut`, `photos` and `suggest`: the media package without web or database.

Exit status 0, 1 (refused, with the reason on stderr, or as JSON with --json) and 2 (wrong usage).
"""

import json
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path

import click

from media.checks import RULES, check_all
from media.cli_batch import batch_command
from media.cli_render import refuse_overwriting, render_command, tell
from media.cli_tools import carried, progress, refusals, translator
from media.cut import cut
from media.deliveries import DELIVERIES
from media.dress import Style
from media.errors import N_, PhotoRefused, Unsupported
from media.evidence import SEEN, evidence
from media.files import arriving
from media.findings import VERDICTS, Finding, worst
from media.info import MediaInfo
from media.ingest import ARTEFACTS, ingest, look_through
from media.photo_rules import PHOTO_RULES, Photo, PhotoSpec, check_photos, group_of
from media.photos import look
from media.plan import EditList
from media.probe import probe
from media.specs import VideoSpec
from media.suggest import MOST_VERSIONS, Suggestion, Wish, suggest
from media.timecode import format_clock, format_timecode, parse_range
from media.triage import triage

_TITLES = RULES | PHOTO_RULES


@click.command("probe")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help=N_("Print JSON for a program to read."))
@click.pass_context
def probe_command(ctx: click.Context, file: Path, *, as_json: bool) -> None:
    """Say what a film is made of and what is wrong with the file."""
    with refusals(ctx, as_json=as_json):
        info = probe(file)
        if as_json:
            click.echo(json.dumps(info.to_json(), ensure_ascii=False, indent=2))
            return
        for line in _lines(info, translator(ctx)):
            click.echo(line)


def _lines(info: MediaInfo, translate: Callable[..., str]) -> Iterator[str]:
    yield f"{info.container}  {format_clock(info.duration)}  {info.size_bytes:,} B"
    for picture in info.video:
        turned = f" ↻{picture.rotation}°" if picture.rotation else ""
        varying = " VFR" if picture.is_vfr else ""
        yield (
            f"#{picture.index} {picture.codec} {picture.profile}  {picture.width}×{picture.height}{turned}"
            f"  {float(picture.rate):.3f}/s{varying}  {picture.frame_count}"
            f"  {picture.pix_fmt} {picture.color_space}"
        )
    for sound in info.audio:
        yield f"#{sound.index} {sound.codec}  {sound.rate_hz} Hz  {sound.layout or sound.channels}"
    for problem in info.problems:
        yield "! " + translate(problem.msgid, **problem.params)


@click.command("cut")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--range", "ranges", multiple=True, required=True, metavar="IN-OUT",
    help=N_(
        "A range in seconds (7.0-19.5) or timecode "
        "(00:00:07:00-00:00:19:12); OUT is excluded. May be repeated."
    ),
)  # fmt: skip
@click.option(
    "-o", "--output", "out", required=True, type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help=N_("The MP4 file to write."),
)  # fmt: skip
@click.option("--delivery", type=click.Choice(list(DELIVERIES)), default="master", show_default=True)
@click.option("--encode", is_flag=True, help=N_("Encode every frame, even where it could be copied."))
@click.option("--json", "as_json", is_flag=True, help=N_("Print JSON for a program to read."))
@click.pass_context
def cut_command(
    ctx: click.Context,
    source: Path,
    ranges: tuple[str, ...],
    out: Path,
    delivery: str,
    *,
    encode: bool,
    as_json: bool,
) -> None:
    """Cut ranges of a film, in order, into one clip; exact to the frame."""
    with refusals(ctx, as_json=as_json):
        info = probe(source)
        if info.picture is None:
            raise Unsupported(
                N_("%(name)s has sound but no picture, so no clip can be cut from it. Choose a film."),
                name=source.name,
            )
        refuse_overwriting(out, {source})
        rate = info.picture.nominal_rate
        edit_list = EditList.of(source, [parse_range(text, rate) for text in ranges], source.name)
        with progress(out.name, quiet=as_json) as on_progress:
            made = cut(
                edit_list, out, DELIVERIES[delivery], infos={source: info}, on_progress=on_progress,
                lane="encode" if encode else "auto",
            )  # fmt: skip
    tell(ctx, made, edit_list, as_json=as_json)


@click.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--spec", "key", required=True, help=N_("Key of the programme, such as guangdong-2024."))
@click.option("--case", "case_title", default="", help=N_("Name of the case, to compare the file name with."))
@click.option("--quick", is_flag=True, help=N_("A first verdict, without decoding the pictures."))
@click.option(
    "--evidence", "folder", type=click.Path(file_okay=False, path_type=Path),
    help=N_("A folder for pictures with the faults marked."),
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help=N_("Print JSON for a program to read."))
@click.pass_context
def check_command(
    ctx: click.Context,
    file: Path,
    key: str,
    case_title: str,
    folder: Path | None,
    *,
    quick: bool,
    as_json: bool,
) -> None:
    """Check a film against what a programme asks for; status 1 when a rule fails."""
    wanted = _specification(ctx, "video_spec", key, N_("“%(key)s” asks for no films."))
    with refusals(ctx, as_json=as_json):
        spec = VideoSpec.from_mapping(wanted)
        info = probe(file)
        with progress(file.name, quiet=as_json) as on_progress:
            if quick or info.picture is None:
                found = triage(file, spec, case_title=case_title, info=info, on_progress=on_progress).findings
            else:
                info, measures = look_through(file, info=info, on_progress=on_progress)
                found = check_all(info, spec, name=file.name, case_title=case_title, measures=measures)
        if folder is not None:
            _show_faults(ctx, file, info, found, folder)
    translate = translator(ctx)
    verdict = worst(found)
    if as_json:
        told = _all_told(found, translate)
        answer = {"file": file.name, "spec": key, "verdict": verdict, "findings": told}
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        for line in _table(found, translate):
            click.echo(line)
    ctx.exit(1 if verdict == "fail" else 0)


def _show_faults(
    ctx: click.Context, file: Path, info: MediaInfo, found: Iterable[Finding], folder: Path
) -> None:
    """Write pictures of the faults; with a font their words are in the language of the terminal."""
    translate = translator(ctx)
    house = carried(ctx, "house_style")
    faults = [finding for finding in found if finding.verdict in {"warn", "fail"} and finding.rule in SEEN]
    # Fonts are made on first use, which takes a while: not for a film without faults to show.
    style: Style | None = house() if callable(house) and faults else None

    def caption(finding: Finding, moment: str) -> str:
        title = translate(_TITLES[finding.rule]) if style else finding.rule
        return f"{title}  {finding.measured}  {moment}"

    for finding in faults:
        evidence(
            file, finding, folder, info=info, caption=caption, font_path=style.font_path if style else None
        )


@click.command("photos")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--spec", "key", required=True, help=N_("Key of the programme, such as guangdong-2024."))
@click.option("--case", "case_title", default="", help=N_("Name of the case, to compare the file name with."))
@click.option("--json", "as_json", is_flag=True, help=N_("Print JSON for a program to read."))
@click.pass_context
def photos_command(
    ctx: click.Context, files: tuple[Path, ...], key: str, case_title: str, *, as_json: bool
) -> None:
    """Check the photos of one case against what a programme asks for; status 1 when a rule fails.

    A file that is no photo does not stop the others from being checked.
    """
    wanted = _specification(ctx, "photo_spec", key, N_("“%(key)s” asks for no photos."))
    translate = translator(ctx)
    photos: list[Photo] = []
    refused: dict[str, str] = {}
    with refusals(ctx, as_json=as_json):
        spec = PhotoSpec.from_mapping(wanted)
        for file in files:
            try:
                photos.append(Photo(file.name, look(file), group_of(file.name)))
            except PhotoRefused as error:
                refused[file.name] = translate(error.msgid, **error.params)
    found = check_photos(photos, spec, case_title=case_title)
    verdict = "fail" if refused else worst(found.all)
    if as_json:
        told = [
            {"file": photo.name, "photo": photo.info.to_json(), "findings": _all_told(findings, translate)}
            for photo, findings in zip(photos, found.each, strict=True)
        ]
        answer = {
            "spec": key,
            "case": case_title,
            "verdict": verdict,
            "photos": told,
            "refused": [{"file": name, "message": words} for name, words in refused.items()],
            "findings": _all_told(found.together, translate),
        }
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        for photo, findings in zip(photos, found.each, strict=True):
            click.echo(photo.name)
            _echo_all(_table(findings, translate))
        _echo_all(refused.values())
        _echo_all(_table(found.together, translate))
    ctx.exit(1 if verdict == "fail" else 0)


@click.command("suggest")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--spec", "key", required=True, help=N_("Key of the programme, such as guangdong-2024."))
@click.option(
    "--length", type=click.IntRange(1, 3600), help=N_("Wanted length in seconds, else that of the programme.")
)
@click.option("--versions", type=click.IntRange(1, MOST_VERSIONS), default=3, show_default=True)
@click.option("--json", "as_json", is_flag=True, help=N_("Print JSON for a program to read."))
@click.pass_context
def suggest_command(
    ctx: click.Context, file: Path, key: str, length: int | None, versions: int, *, as_json: bool
) -> None:
    """Propose different versions of a film, each of several ranges, and say why."""
    wanted = _specification(ctx, "video_spec", key, N_("“%(key)s” asks for no films."))
    standard = _specification(ctx, "clip_wish", key, N_("“%(key)s” asks for no clips."))
    translate = translator(ctx)
    with refusals(ctx, as_json=as_json):
        spec, wish = VideoSpec.from_mapping(wanted), Wish.from_mapping(standard)
        wish = (wish if length is None else wish.of_length(Fraction(length))).of_number(versions)
        with progress(file.name, quiet=as_json) as on_progress:
            info, measures = look_through(file, on_progress=on_progress)
        found = suggest(info, measures, spec, wish, name=file.name)
        rate = info.picture.nominal_rate if info.picture else Fraction(25)
    told = found.to_json(rate, translate)
    if as_json:
        click.echo(json.dumps({"file": file.name, "spec": key} | told, ensure_ascii=False, indent=2))
    else:
        _echo_all(_versions(found, rate, translate))


def _versions(found: Suggestion, rate: Fraction, translate: Callable[..., str]) -> Iterator[str]:
    for number, version in enumerate(found.versions, 1):
        told = version.to_json(rate, translate)
        yield f"{number}  {told['title']}  {format_clock(version.duration)}"
        yield f"   {told['reason']}"
        for piece in version.pieces:
            span = piece.range
            shown = f"{format_timecode(span.start, rate)}–{format_timecode(span.end, rate)}"
            yield f"   {shown}  {float(span.duration):6.2f} s  {piece.told(translate)}"
    yield from (translate(note.msgid, **dict(note.params)) for note in found.notes)


def _all_told(found: Iterable[Finding], translate: Callable[..., str]) -> list[dict[str, object]]:
    return [_plain_finding(finding, translate) for finding in found]


def _echo_all(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def _specification(ctx: click.Context, kind: str, key: str, none_asked: str) -> Mapping[str, object]:
    """Ask the mounting program for a programme's rules; media itself knows no programmes."""
    carried = ctx.obj.get(kind) if isinstance(ctx.obj, Mapping) else getattr(ctx.obj, kind, None)
    if not callable(carried):
        raise click.UsageError(translator(ctx)(N_("No programmes are known here.")))
    wanted: Mapping[str, object] | None = carried(key)
    if wanted is None:
        raise click.BadParameter(translator(ctx)(none_asked, key=key), param_hint="--spec")
    return wanted


def _plain_finding(finding: Finding, translate: Callable[..., str]) -> dict[str, object]:
    """Give a finding with its ranges as pairs of seconds."""
    ranges = [[round(float(span.start), 3), round(float(span.end), 3)] for span in finding.ranges]
    return finding.to_json(translate) | {"ranges": ranges}


def _table(found: Iterable[Finding], translate: Callable[..., str]) -> Iterator[str]:
    for finding in found:
        cells = (
            _padded(translate(VERDICTS[finding.verdict]), 13), _padded(translate(_TITLES[finding.rule]), 22),
            _padded(finding.measured or "–", 26),
        )  # fmt: skip
        yield f"{''.join(cells)}{finding.limit}".rstrip()
        if finding.advice:
            yield " " * 13 + translate(finding.advice, **finding.params)
        if finding.ranges:
            shown = [f"{format_clock(span.start)}–{format_clock(span.end)}" for span in finding.ranges[:6]]
            more = " …" if len(finding.ranges) > len(shown) else ""
            yield " " * 13 + ", ".join(shown) + more


def _padded(text: str, width: int) -> str:
    """Fill up to a width on the screen, on which a Chinese character takes two places."""
    taken = sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
    return text + " " * max(1, width - taken)


@click.command("proxy")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "-o", "--output", "folder", required=True, type=click.Path(file_okay=False, path_type=Path),
    help=N_("The folder for the files; it is made where it is missing."),
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help=N_("Print JSON for a program to read."))
@click.pass_context
def proxy_command(ctx: click.Context, file: Path, folder: Path, *, as_json: bool) -> None:
    """Make what the studio shows of a film, in one decode: proxy, poster, filmstrip, waveform, measures."""
    with refusals(ctx, as_json=as_json):
        if any((folder / name).resolve() == file.resolve() for name in ARTEFACTS):
            raise Unsupported(
                N_("%(name)s would be overwritten by what is made of it. Choose another folder."),
                name=file.name,
            )
        with progress(file.name, quiet=as_json) as on_progress:
            made = ingest(file, folder, on_progress=on_progress)
        told = made.to_json()
        with arriving(folder / "measures.json", name=file.name) as part:
            part.write_text(json.dumps(told["measures"], separators=(",", ":")), encoding="ascii")
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for name in ARTEFACTS:
        click.echo(f"{folder / name}  {(folder / name).stat().st_size:,} B")
    for problem in made.info.problems:
        click.echo("! " + translator(ctx)(problem.msgid, **problem.params))


commands: tuple[click.Command, ...] = (
    probe_command,
    check_command,
    cut_command,
    render_command,
    photos_command,
    suggest_command,
    proxy_command,
    batch_command,
)
