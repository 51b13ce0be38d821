"""What the commands of the media package share: words, refusals, progress."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

from media.errors import N_, MediaError
from media.ffmpeg import Progress

_STEPS = 1000


def carried(ctx: click.Context, name: str) -> object:
    """Give what the mounting program brought along under a name, or None."""
    return ctx.obj.get(name) if isinstance(ctx.obj, Mapping) else getattr(ctx.obj, name, None)


def translator(ctx: click.Context) -> Callable[..., str]:
    """Give the translation that the mounting program brought along, else plain English."""
    found = carried(ctx, "translate")

    def english(msgid: str, **params: object) -> str:
        return msgid % params

    return found if callable(found) else english


@contextmanager
def refusals(ctx: click.Context, *, as_json: bool) -> Iterator[None]:
    """Answer a refusal with status 1: its reason on stderr, or as JSON on stdout."""
    try:
        yield
    except MediaError as error:
        text = translator(ctx)(error.msgid, **error.params)
        if as_json:
            click.echo(json.dumps({"error": error.to_json() | {"message": text}}, ensure_ascii=False))
        else:
            click.echo(text, err=True)
        ctx.exit(1)
    except OSError as error:
        # A folder that may not be written, a disk that was pulled: the system's own words say it best.
        params = {"name": Path(str(error.filename or "")).name, "reason": error.strerror or str(error)}
        text = translator(ctx)(N_("%(name)s cannot be read or written (%(reason)s)."), **params)
        told = {"error": {"code": "system", "message": text}}
        click.echo(json.dumps(told, ensure_ascii=False) if as_json else text, err=not as_json)
        ctx.exit(1)


@contextmanager
def progress(label: str, *, quiet: bool) -> Iterator[Progress | None]:
    """Show a bar on a terminal and nothing in a pipe; the bar goes to stderr, results to stdout."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=_STEPS, label=label, file=sys.stderr) as bar:
        yield lambda done: bar.update(max(0, round(done * _STEPS) - bar.pos))
