"""`qichuang probe`, `qichuang check` and `qichuang cut`: the media package without web or database.

Exit status 0, 1 (refused, with the reason on stderr, or as JSON with --json) and 2 (wrong usage).
"""

import json
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import click

from media.checks import RULES, check_all
from media.cut import cut
from media.deliveries import DELIVERIES
from media.errors import N_, MediaError, Unsupported
from media.evidence import evidence
from media.ffmpeg import Progress
from media.files import arriving
from media.findings import VERDICTS, Finding, worst
from media.info import MediaInfo
from media.ingest import ARTEFACTS, ingest, look_through
from media.plan import EditList
from media.probe import probe
from media.specs import VideoSpec
from media.timecode import format_clock, parse_range
from media.triage import triage

_STEPS = 1000


def _translator(ctx: click.Context) -> Callable[..., str]:
    """Give the translation that the mounting program brought along, else plain English."""
    carried = (
        ctx.obj.get("translate") if isinstance(ctx.obj, Mapping) else getattr(ctx.obj, "translate", None)
    )

    def english(msgid: str, **params: object) -> str:
        return msgid % params

    return carried if callable(carried) else english


@contextmanager
def _refusals(ctx: click.Context, *, as_json: bool) -> Iterator[None]:
    """Answer a refusal with status 1: its reason on stderr, or as JSON on stdout."""
    try:
        yield
    except MediaError as error:
        text = _translator(ctx)(error.msgid, **error.params)
        if as_json:
            click.echo(json.dumps({"error": error.to_json() | {"message": text}}, ensure_ascii=False))
        else:
            click.echo(text, err=True)
        ctx.exit(1)
    except OSError as error:
        # A folder that may not be written, a disk that was pulled: the system's own words say it best.
        params = {"name": Path(str(error.filename or "")).name, "reason": error.strerror or str(error)}
        text = _translator(ctx)(N_("%(name)s cannot be read or written (%(reason)s)."), **params)
        told = {"error": {"code": "system", "message": text}}
        click.echo(json.dumps(told, ensure_ascii=False) if as_json else text, err=not as_json)
        ctx.exit(1)


@contextmanager
def _progress(label: str, *, quiet: bool) -> Iterator[Progress | None]:
    """Show a bar on a terminal and nothing in a pipe; the bar goes to stderr, results to stdout."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=_STEPS, label=label, file=sys.stderr) as bar:
        yield lambda done: bar.update(max(0, round(done * _STEPS) - bar.pos))


@click.command("probe")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help=N_("Print JSON for a program to read."))
@click.pass_context
def probe_command(ctx: click.Context, file: Path, *, as_json: bool) -> None:
    """Say what a film is made of and what is wrong with the file."""
    with _refusals(ctx, as_json=as_json):
        info = probe(file)
        if as_json:
            click.echo(json.dumps(info.to_json(), ensure_ascii=False, indent=2))
            return
        for line in _lines(info, _translator(ctx)):
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
@click.option("--delivery", type=click.Choice(["master", "web"]), default="master", show_default=True)
@click.option("--json", "as_json", is_flag=True, help=N_("Print JSON for a program to read."))
@click.pass_context
def cut_command(
    ctx: click.Context, source: Path, ranges: tuple[str, ...], out: Path, delivery: str, *, as_json: bool
) -> None:
    """Cut ranges of a film, in order, into one clip; exact to the frame."""
    with _refusals(ctx, as_json=as_json):
        info = probe(source)
        if info.picture is None:
            raise Unsupported(
                N_("%(name)s has sound but no picture, so no clip can be cut from it. Choose a film."),
                name=source.name,
            )
        if out.resolve() == source.resolve():
            raise Unsupported(
                N_("%(name)s would be overwritten by its own clip. Choose another name."), name=source.name
            )
        rate = info.picture.nominal_rate
        edit_list = EditList.of(source, [parse_range(text, rate) for text in ranges], source.name)
        with _progress(out.name, quiet=as_json) as on_progress:
            made = cut(edit_list, out, DELIVERIES[delivery], infos={source: info}, on_progress=on_progress)
    told = made.to_json() | {
        "ranges": [[str(entry.range.start), str(entry.range.end)] for entry in edit_list.entries]
    }
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        loudness = "–" if made.integrated_lufs is None else f"{made.integrated_lufs:.1f} LKFS"
        click.echo(
            f"{out}  {made.frames} × 1/{made.rate} s = {format_clock(Fraction(made.duration))}  {loudness}"
        )


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
    wanted = _specification(ctx, key)
    with _refusals(ctx, as_json=as_json):
        spec = VideoSpec.from_mapping(wanted)
        info = probe(file)
        with _progress(file.name, quiet=as_json) as on_progress:
            if quick or info.picture is None:
                found = triage(file, spec, case_title=case_title, info=info, on_progress=on_progress).findings
            else:
                info, measures = look_through(file, info=info, on_progress=on_progress)
                found = check_all(info, spec, name=file.name, case_title=case_title, measures=measures)
        for finding in found if folder is not None else ():
            if folder is not None and finding.verdict in {"warn", "fail"}:
                evidence(file, finding, folder, info=info)
    translate = _translator(ctx)
    verdict = worst(found)
    if as_json:
        told = [_plain_finding(finding, translate) for finding in found]
        answer = {"file": file.name, "spec": key, "verdict": verdict, "findings": told}
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        for line in _table(found, translate):
            click.echo(line)
    ctx.exit(1 if verdict == "fail" else 0)


def _specification(ctx: click.Context, key: str) -> Mapping[str, object]:
    """Ask the mounting program for a programme's rules; media itself knows no programmes."""
    carried = (
        ctx.obj.get("video_spec") if isinstance(ctx.obj, Mapping) else getattr(ctx.obj, "video_spec", None)
    )
    if not callable(carried):
        raise click.UsageError(_translator(ctx)(N_("No programmes are known here.")))
    wanted: Mapping[str, object] | None = carried(key)
    if wanted is None:
        raise click.BadParameter(
            _translator(ctx)(N_("“%(key)s” asks for no films."), key=key), param_hint="--spec"
        )
    return wanted


def _plain_finding(finding: Finding, translate: Callable[..., str]) -> dict[str, object]:
    """Give a finding with its ranges as pairs of seconds."""
    ranges = [[round(float(span.start), 3), round(float(span.end), 3)] for span in finding.ranges]
    return finding.to_json(translate) | {"ranges": ranges}


def _table(found: Iterable[Finding], translate: Callable[..., str]) -> Iterator[str]:
    for finding in found:
        cells = (
            _padded(translate(VERDICTS[finding.verdict]), 13), _padded(translate(RULES[finding.rule]), 22),
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
    with _refusals(ctx, as_json=as_json):
        if any((folder / name).resolve() == file.resolve() for name in ARTEFACTS):
            raise Unsupported(
                N_("%(name)s would be overwritten by what is made of it. Choose another folder."),
                name=file.name,
            )
        with _progress(file.name, quiet=as_json) as on_progress:
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
        click.echo("! " + _translator(ctx)(problem.msgid, **problem.params))


commands: tuple[click.Command, ...] = (probe_command, check_command, cut_command, proxy_command)
