"""`qichuang render`: a clip with cards, names, subtitles and music, from options or from a JSON job (A12).

Exit status 0, 1 (refused, with the reason on stderr, or as JSON with --json) and 2 (wrong usage).
"""

import dataclasses
import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from media.cli_tools import carried, progress, refusals, translator
from media.cut import CutResult, cut
from media.deliveries import DELIVERIES, Delivery, Fit
from media.dress import Card, Dress, Music, Style, read_time
from media.errors import N_, BadDress, BadRange, Unsupported
from media.info import MediaInfo
from media.job import AskedRange, RenderJob, SubtitleClock, lower_third_of, read_job
from media.plan import EditList
from media.probe import probe
from media.reasons import Reason
from media.timecode import format_clock

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclasses.dataclass(frozen=True)
class _Wishes:
    """What the options ask for, "" and None for nothing."""

    ranges: tuple[str, ...]
    delivery: str | None
    fit: Fit | None
    focus: float | None
    subtitles: Path | None
    of_source: bool
    music: Path | None
    title: str
    subtitle: str
    end_card: str
    lower_thirds: tuple[str, ...]
    card_length: str


@click.command("render")
@click.argument("source", metavar="FILM|JOB.json", type=_FILE)
@click.option(
    "--range", "ranges", multiple=True, metavar="IN-OUT",
    help=N_("A range of the film, as in “cut”; may be repeated. Default: the whole film."),
)  # fmt: skip
@click.option(
    "-o", "--output", "out", required=True, type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help=N_("The MP4 file to write."),
)  # fmt: skip
@click.option("--delivery", type=click.Choice(list(DELIVERIES)), help=N_("What it becomes. Default: master."))
@click.option(
    "--fit", type=click.Choice(["pad", "blur", "crop"]),
    help=N_("How another shape gets in: black bars, before a blurred copy of itself, or cropped."),
)  # fmt: skip
@click.option(
    "--focus", type=click.FloatRange(0, 1),
    help=N_("Crop, and keep this part: 0 is left or top, 1 right or bottom."),
)  # fmt: skip
@click.option("--title", default="", help=N_("Title of an opening card."))
@click.option("--subtitle", default="", help=N_("Second line of the opening card."))
@click.option("--end-card", default="", metavar="TITLE[|LINE]", help=N_("Text of an end card."))
@click.option("--card-length", default="3", help=N_("Seconds that each card stands."), show_default=True)
@click.option(
    "--lower-third", "lower_thirds", multiple=True, metavar="NAME|ROLE|IN-OUT",
    help=N_("A name and a role; times count from the first picture of the clip. May be repeated."),
)  # fmt: skip
@click.option("--subtitles", type=_FILE, help=N_("Subtitles as SRT, WebVTT or ASS."))
@click.option(
    "--subtitles-of-film", "of_source", is_flag=True,
    help=N_("The subtitles count from the start of the film, not of the clip."),
)  # fmt: skip
@click.option("--music", type=_FILE, help=N_("Music to lie under it, quieter where somebody speaks."))
@click.option("--font", type=_FILE, help=N_("Font for all texts. Default: the one of this installation."))
@click.option("--encode", is_flag=True, help=N_("Encode every frame, even where it could be copied."))
@click.option("--json", "as_json", is_flag=True, help=N_("Print JSON for a program to read."))
@click.pass_context
def render_command(
    ctx: click.Context,
    /,
    source: Path,
    out: Path,
    font: Path | None,
    *,
    encode: bool,
    as_json: bool,
    **wishes: Any,  # noqa: ANN401 - the fields of _Wishes
) -> None:
    """Cut ranges of films and dress them: cards, names, subtitles, music.

    FILM is dressed by options; JOB.json names films, ranges, delivery and dress itself; options change it.
    """
    with refusals(ctx, as_json=as_json):
        made, edit_list, notes = _render(
            ctx, source, out, font, _Wishes(**wishes), encode=encode, quiet=as_json
        )
    tell(ctx, made, edit_list, notes, as_json=as_json)


def _render(
    ctx: click.Context,
    source: Path,
    out: Path,
    font: Path | None,
    wishes: _Wishes,
    *,
    encode: bool,
    quiet: bool,
) -> tuple[CutResult, EditList, tuple[Reason, ...]]:
    def style() -> Style:
        return Style(font) if font else house_style(ctx)

    is_job = source.suffix.lower() == ".json"
    job = read_job(source, style) if is_job else RenderJob((AskedRange(source),))
    infos: dict[Path, MediaInfo] = {asked.source: probe(asked.source) for asked in job.ranges}
    job = _asked(job, wishes, infos, source, is_job=is_job)
    edit_list = job.edit_list(infos)
    dress, notes = job.dressed(edit_list)
    if dress.needs_style and (dress.style is None or font):
        dress = dataclasses.replace(dress, style=style())
    used = {entry.source.path for entry in edit_list.entries} | ({dress.music.path} if dress.music else set())
    refuse_overwriting(out, used)
    with progress(out.name, quiet=quiet) as on_progress:
        made = cut(
            edit_list, out, job.delivery, dress=dress, infos=infos, on_progress=on_progress,
            lane="encode" if encode else "auto",
        )  # fmt: skip
    return made, edit_list, notes


def refuse_overwriting(out: Path, used: set[Path]) -> None:
    """Refuse a result that would take the place of a file that it is made of."""
    for path in used:
        if out.resolve() == path.resolve():
            raise Unsupported(
                N_("%(name)s would be overwritten by its own clip. Choose another name."), name=path.name
            )


def house_style(ctx: click.Context) -> Style:
    """Give the house style that the mounting program brought along; BadDress where there is none."""
    found = carried(ctx, "house_style")
    style = found() if callable(found) else None
    if not isinstance(style, Style):
        raise BadDress(N_("Cards, names and subtitles need a font. Name one with --font."))
    return style


def _asked(
    job: RenderJob, wishes: _Wishes, infos: Mapping[Path, MediaInfo], source: Path, *, is_job: bool
) -> RenderJob:
    """Give the job with what the options add and change."""
    if is_job and wishes.ranges:
        raise BadDress(N_("A job names its ranges itself. Leave --range out."))
    if wishes.ranges:
        job = dataclasses.replace(job, ranges=tuple(_range(text, source) for text in wishes.ranges))
    picture = infos[job.ranges[0].source].picture
    rate = picture.nominal_rate if picture else Fraction(25)
    changes: dict[str, Any] = {}
    length = read_time(wishes.card_length, "--card-length")
    if wishes.title:
        changes["opening"] = Card(wishes.title, wishes.subtitle, length)
    elif wishes.subtitle:
        raise BadDress(N_("A card has no title. Write one or leave the card out."))
    if wishes.end_card:
        title, _, line = wishes.end_card.partition("|")
        changes["end"] = Card(title.strip(), line.strip(), length)
    if wishes.lower_thirds:
        added = tuple(lower_third_of(text, rate) for text in wishes.lower_thirds)
        changes["lower_thirds"] = (*job.dress.lower_thirds, *added)
    if wishes.music:
        changes["music"] = Music(wishes.music)
    dress: Dress = dataclasses.replace(job.dress, **changes)
    job = dataclasses.replace(job, delivery=_delivery(job.delivery, wishes), dress=dress)
    if wishes.subtitles:
        clock: SubtitleClock = "source" if wishes.of_source else "clip"
        job = dataclasses.replace(job, subtitles=wishes.subtitles, subtitle_clock=clock)
    return job


def _delivery(delivery: Delivery, wishes: _Wishes) -> Delivery:
    if wishes.delivery:
        delivery = DELIVERIES[wishes.delivery]
    if wishes.fit:
        delivery = dataclasses.replace(delivery, fit=wishes.fit)
    if wishes.focus is not None:
        delivery = dataclasses.replace(delivery, fit="crop", focus_x=wishes.focus, focus_y=wishes.focus)
    return delivery


def _range(text: str, source: Path) -> AskedRange:
    start, mark, end = text.partition("-")
    if not mark or not end.strip():
        raise BadRange(
            N_("“%(text)s” is not a range. Write IN-OUT, for instance 7.0-19.5; OUT is excluded."), text=text
        )
    return AskedRange(source, start, end)


def tell(
    ctx: click.Context,
    made: CutResult,
    edit_list: EditList,
    notes: tuple[Reason, ...] = (),
    *,
    as_json: bool,
) -> None:
    """Print what was made, and what could not be reached."""
    translate = translator(ctx)
    remarks = (*notes, *made.notes)
    if as_json:
        told = made.to_json() | {
            "ranges": [[str(entry.range.start), str(entry.range.end)] for entry in edit_list.entries],
            "notes": [note.to_json() | {"text": str(note)} for note in remarks],
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    loudness = "–" if made.integrated_lufs is None else f"{made.integrated_lufs:.1f} LKFS"
    length = format_clock(Fraction(made.duration))
    click.echo(f"{made.path}  {made.frames} × 1/{made.rate} s = {length}  {loudness}")
    click.echo("  " + " ".join(translate(reason.msgid, **dict(reason.params)) for reason in made.reasons))
    for note in remarks:
        click.echo("! " + translate(note.msgid, **dict(note.params)), err=True)
