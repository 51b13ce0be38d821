"""`qichuang batch`: a cut list to many clips, or to another program (A12).

Exit status 0 when everything that the list asks for is there, 1 when a row is faulty, a clip failed or the
run was stopped, 2 for wrong usage.
"""

import json
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from media import edl
from media.batch import Advance, Outcome, State, look_ahead, run_batch, tasks_of
from media.batch_record import SourceBook
from media.cli_tools import carried, progress, refusals, translator
from media.cutlist import CutList, Fault, Material, read_list
from media.cutlist_write import sources_of, write_list
from media.deliveries import DELIVERIES
from media.dress import Style
from media.errors import N_
from media.ffmpeg import ShouldStop
from media.shelf import FILMS, MUSIC, SUBTITLES, Shelf
from media.subtitles import read_subtitles
from media.timecode import format_clock

_STATES: Mapping[State, str] = {
    "make": N_("to make"),
    "made": N_("made"),
    "there": N_("there already"),
    "copied": N_("copied from an equal clip"),
    "failed": N_("failed"),
    "stopped": N_("stopped"),
}
_DONE: frozenset[State] = frozenset({"made", "there", "copied"})


@click.command("batch")
@click.argument("cut_list", metavar="LIST", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--films", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=N_("The folder of the films, subtitles and music that the list names."),
)  # fmt: skip
@click.option(
    "-o", "--output", "out", required=True, type=click.Path(file_okay=False, path_type=Path),
    help=N_("The folder for the clips."),
)  # fmt: skip
@click.option(
    "--delivery", "deliveries", multiple=True, type=click.Choice(sorted(DELIVERIES)),
    help=N_("What rows without a delivery become; may be repeated. Default: master."),
)  # fmt: skip
@click.option("--jobs", type=click.IntRange(1, 256), help=N_("Clips at a time. Default: one per processor."))
@click.option(
    "--font", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=N_("Font for all texts. Default: the one of this installation."),
)  # fmt: skip
@click.option("--encode", is_flag=True, help=N_("Encode every frame, even where it could be copied."))
@click.option("--skip-faulty", is_flag=True, help=N_("Make the good clips although other rows are faulty."))
@click.option(
    "--dry-run", is_flag=True, help=N_("Only say what would be made, what is there, what is wrong.")
)
@click.option(
    "--export", "export", type=click.Path(path_type=Path),
    help=N_("Write the list as .xlsx, .csv, .edl or .fcpxml (a folder: one EDL per clip) and make no clip."),
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help=N_("Print JSON for a program to read."))
@click.pass_context
def batch_command(  # noqa: PLR0913 - one parameter per option
    ctx: click.Context,
    cut_list: Path,
    films: Path,
    out: Path,
    deliveries: tuple[str, ...],
    jobs: int | None,
    font: Path | None,
    export: Path | None,
    *,
    encode: bool,
    skip_faulty: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Make the clips of a cut list (xlsx, csv or EDL); what is there already is not made again."""
    teller = _Teller(translator(ctx), as_json=as_json)
    with refusals(ctx, as_json=as_json):
        book = SourceBook(out)
        asked = read_list(cut_list, _material(ctx, films, cut_list.parent, out, book, deliveries, font))
        teller.take_list(asked)
        if asked.faults and not skip_faulty and not dry_run:
            teller.finish(N_("Nothing was made. Put the rows right, or add --skip-faulty."))
            ctx.exit(1)
        if export is not None:
            starts = {path: edl.start_frame(path) for path in sources_of(asked.clips)}
            write_list(export, asked.clips, asked.infos, starts=starts)
        elif dry_run:
            for outcome in look_ahead(tasks_of(asked.clips), out, book=book, jobs=jobs):
                teller.take(outcome)
        else:
            tasks = tasks_of(asked.clips)
            teller.expected = len(tasks)
            with _stopping() as should_stop, progress(out.name, quiet=as_json) as bar:
                run_batch(
                    tasks, out, book=book, jobs=jobs, lane="encode" if encode else "auto",
                    on_progress=teller.advance(bar), on_outcome=teller.take, should_stop=should_stop,
                )  # fmt: skip
    teller.finish()
    wrong = asked.faults or any(outcome.state in {"failed", "stopped"} for outcome in teller.outcomes)
    ctx.exit(1 if wrong else 0)


def _material(
    ctx: click.Context,
    films: Path,
    beside: Path,
    out: Path,
    book: SourceBook,
    deliveries: tuple[str, ...],
    font: Path | None,
) -> Material:
    house = carried(ctx, "house_style")

    def style() -> Style | None:
        if font is not None:
            return Style(font)
        return house() if callable(house) else None

    # Subtitles and music lie with the films, or in the list's own folder.
    extras = {path.name: path for path in beside.iterdir() if path.suffix.lower() in SUBTITLES | MUSIC}
    extras |= Shelf.of_folder(films, SUBTITLES | MUSIC, without=[out]).files
    return Material(
        films=Shelf.of_folder(films, FILMS, without=[out]),
        extras=Shelf(extras),
        probe=book.info,
        read_subtitles=read_subtitles,
        style=style,
        defaults=deliveries or ("master",),
    )


@contextmanager
def _stopping() -> Iterator[ShouldStop]:
    """Let Ctrl-C and a polite kill end the run in order; a second Ctrl-C ends it at once."""
    stopped = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stopped.is_set
        return

    def stop(*_: object) -> None:
        if stopped.is_set():
            raise KeyboardInterrupt
        stopped.set()

    before = {kind: signal.signal(kind, stop) for kind in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped.is_set
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)


class _Teller:
    """Tells in lines or as one JSON object what was found and made."""

    def __init__(self, translate: Callable[..., str], *, as_json: bool) -> None:
        self._translate, self._as_json = translate, as_json
        self._list: CutList | None = None
        self.outcomes: list[Outcome] = []
        self.expected = 0

    def take_list(self, asked: CutList) -> None:
        """Tell what is wrong with the list."""
        self._list = asked
        if not self._as_json:
            for fault in asked.faults:
                click.echo(self._line(fault), err=True)
            for note in asked.notes:
                click.echo(self._line(note), err=True)

    def _line(self, fault: Fault) -> str:
        text = self._translate(fault.msgid, **fault.params)
        return self._translate(
            N_("Row %(row)s, %(column)s: %(text)s"), row=fault.row, column=fault.column, text=text
        )

    def take(self, outcome: Outcome) -> None:
        """Tell one outcome as it comes."""
        self.outcomes.append(outcome)
        if self._as_json:
            return
        count = f"[{len(self.outcomes)}/{self.expected}] " if self.expected else ""
        length = format_clock(outcome.task.edit_list.duration)
        words = self._translate(_STATES[outcome.state])
        # The bar's line is cleared first, so that outcomes stand above it.
        click.echo("\r\x1b[K" if self.expected and sys.stderr.isatty() else "", err=True, nl=False)
        click.echo(f"{count}{outcome.task.file}  {length}  {words}")
        if outcome.error:
            text = self._translate(outcome.error.msgid, **outcome.error.params)
            click.echo(f"    {text}", err=True)

    def advance(self, bar: Callable[[float], None] | None) -> Callable[[Advance], None] | None:
        """Give what moves the bar."""
        return (lambda now: bar(now.done)) if bar else None

    def finish(self, words: str = "") -> None:
        """Tell the sums, or everything as JSON."""
        counted = Counter(outcome.state for outcome in self.outcomes)
        faults = self._list.faults if self._list else ()
        if not self._as_json:
            sums = [f"{self._translate(_STATES[state])}: {number}" for state, number in counted.items()]
            click.echo(
                "  ".join(sums) if sums else self._translate(words) if words else "", nl=bool(sums or words)
            )
            return
        told: dict[str, Any] = {
            "list": self._list.name if self._list else "",
            "clips": len(self._list.clips) if self._list else 0,
            "faults": [fault.to_json(self._translate) for fault in faults],
            "notes": [note.to_json(self._translate) for note in (self._list.notes if self._list else ())],
            "results": [self._plain(outcome) for outcome in self.outcomes],
            "totals": {state: counted.get(state, 0) for state in _STATES},
            "complete": not faults and all(outcome.state in _DONE for outcome in self.outcomes),
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))

    def _plain(self, outcome: Outcome) -> dict[str, object]:
        told = outcome.to_json()
        if outcome.error:
            message = self._translate(outcome.error.msgid, **outcome.error.params)
            told["error"] = outcome.error.to_json() | {"message": message}
        return told
