"""`qichuang`: the product from the terminal.

Exit status 0 is done, 1 refused with the reason on stderr, 2 wrong use.
"""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from campaign import footage
from campaign.config import DEFAULT_SECRET_KEY, Settings, secret_path
from campaign.errors import CampaignError
from campaign.i18n import Translator, terminal_locale
from campaign.messages import N_
from campaign.programmes.profiles import ProfileError

if TYPE_CHECKING:
    from campaign.programmes.profiles import Profile


class Context:
    """What commands share: settings and the language of the terminal."""

    def __init__(self) -> None:
        self.settings = Settings.from_environment()
        self.translate = Translator(terminal_locale())

    def video_spec(self, key: str) -> Mapping[str, object] | None:
        """Give what a programme asks of films (P12–P17), or None; an unknown key is wrong use."""
        return self._profile(key).video_spec_mapping()

    def photo_spec(self, key: str) -> Mapping[str, object] | None:
        """Give what a programme asks of photos (P9, P10), or None; an unknown key is wrong use."""
        return self._profile(key).photo_spec_mapping()

    def clip_wish(self, key: str) -> Mapping[str, object] | None:
        """Give the common standard of a programme's clips and its content plan (A12, P17), or None."""
        return self._profile(key).clip_wish_mapping(in_chinese=self.translate.locale.startswith("zh"))

    def house_style(self) -> object:
        """Give how clips of this house look; makes the fonts when they are missing."""
        return footage.house_style(self.settings.data_dir)

    def _profile(self, key: str) -> Profile:
        from campaign.programmes.profiles import load  # noqa: PLC0415 - as in prepare

        try:
            return load(key, self.settings.extra_profiles)
        except ProfileError as error:
            words = self.translate(error.message.msgid, **error.message.params)
            raise click.BadParameter(words, param_hint="--spec") from error


pass_context = click.make_pass_decorator(Context)


class Commands(click.Group):
    """A group whose refusals end in one plain line and status 1."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own
        """Run a command; a refusal of the house is said in the language of the terminal."""
        try:
            return super().invoke(ctx)
        except CampaignError as refusal:
            click.echo(ctx.obj.translate(refusal.msgid, **refusal.params), err=True)
            ctx.exit(1)
        except ProfileError as error:
            click.echo(ctx.obj.translate(error.message.msgid, **error.message.params), err=True)
            ctx.exit(1)
        except Exception as fault:
            said = _database_fault(ctx.obj, fault)
            if said is None:
                raise
            click.echo(said, err=True)
            ctx.exit(1)


def _database_fault(context: Context, fault: Exception) -> str | None:
    """What to say of a database that cannot be reached or used; None for any other fault."""
    if "sqlalchemy" not in sys.modules:
        return None
    from sqlalchemy.engine import make_url  # noqa: PLC0415 - there already, or no command has used it
    from sqlalchemy.exc import OperationalError  # noqa: PLC0415 - as above

    if not isinstance(fault, OperationalError):
        return None
    address = make_url(context.settings.sqlalchemy_url).render_as_string(hide_password=True)
    msgid = N_("The database %(address)s cannot be used: %(cause)s")
    return context.translate(msgid, address=address, cause=fault.orig)


@click.group(cls=Commands)
@click.pass_context
def cli(ctx: click.Context) -> None:
    """The campaign desk: clips, coverage, lectures, exhibits and reports of innovation cases."""
    ctx.obj = Context()


for _command in footage.commands:
    cli.add_command(_command)


@cli.command()
@pass_context
def init(context: Context) -> None:
    """Prepare the data folder: secret key, database, fonts. Safe to run again."""
    settings = prepare(context.settings)
    click.echo(context.translate(N_("The installation in %(folder)s is ready."), folder=settings.data_dir))


def prepare(settings: Settings) -> Settings:
    """Make what serving needs and give the settings that hold from then on."""
    from campaign import jobs, schema  # noqa: PLC0415 - probe and cut must not load the database
    from campaign.app import create_app  # noqa: PLC0415 - as above
    from campaign.db import db  # noqa: PLC0415 - as above
    from campaign.fonts import ensure_fonts  # noqa: PLC0415 - as above
    from campaign.outlets.seeding import seed_outlets  # noqa: PLC0415 - as above

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    if settings.secret_key == DEFAULT_SECRET_KEY:
        path = secret_path(settings.data_dir)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32), "utf-8")
        settings = replace(settings, secret_key=path.read_text("utf-8"))
    ensure_fonts(settings.data_dir)
    app = create_app(settings)
    with app.app_context():
        schema.upgrade(db.engine)
        jobs.migrate(settings)
        seed_outlets(db.session)
        db.engine.dispose()
    return settings


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--without-worker", is_flag=True, help="Run jobs elsewhere, with `qichuang worker`.")
@pass_context
def serve(context: Context, host: str, port: int, *, without_worker: bool) -> None:
    """Serve the site and run its jobs."""
    from campaign.server import serve_site  # noqa: PLC0415 - as in prepare

    settings = prepare(context.settings)
    click.echo(context.translate(N_("Qichuang is at %(address)s"), address=f"http://{host}:{port}/"))
    sys.exit(serve_site(settings, host, port, worker=not without_worker))


@cli.command()
@pass_context
def worker(context: Context) -> None:
    """Run background jobs until stopped."""
    from campaign.app import create_app  # noqa: PLC0415 - as in prepare
    from campaign.jobs import WorkerProcess  # noqa: PLC0415 - as in prepare
    from campaign.server import step_back  # noqa: PLC0415 - as in prepare

    step_back()
    process = WorkerProcess(create_app(context.settings))
    process.start()
    process.wait()


@cli.command()
@click.option("--json", "as_json", is_flag=True)
@pass_context
def doctor(context: Context, *, as_json: bool) -> None:
    """Say what this machine lacks and what to do about it."""
    from campaign.app import create_app  # noqa: PLC0415 - as in prepare
    from campaign.doctor import examine  # noqa: PLC0415 - as in prepare

    say = context.translate
    checks = examine(create_app(context.settings, serving=False))
    if as_json:
        rows = [
            {
                "check": c.key,
                "ok": c.ok,
                "found": c.found,
                "advice": say(c.advice.msgid, **c.advice.params) if c.advice else "",
            }
            for c in checks
        ]
        click.echo(json.dumps({"ok": all(c.ok for c in checks), "checks": rows}, ensure_ascii=False))
    else:
        for check in checks:
            mark = click.style("✓", fg="green") if check.ok else click.style("✗", fg="red")
            click.echo(f"{mark} {say(check.title)}: {check.found}")
            if check.advice:
                click.echo(f"    {say(check.advice.msgid, **check.advice.params)}")
    sys.exit(0 if all(c.ok for c in checks) else 1)


@cli.command("import-cases")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--programme", "key", required=True, help="Key of the programme, such as guangdong-2024.")
@click.option("--dry-run", is_flag=True, help="Only show what would happen.")
@click.option("--json", "as_json", is_flag=True)
@pass_context
def import_cases(context: Context, file: Path, key: str, *, dry_run: bool, as_json: bool) -> None:
    """Import a province's summary table (P19): all rows or none."""
    from campaign import commands  # noqa: PLC0415 - as in prepare

    sys.exit(commands.import_cases(context, file, key, dry_run=dry_run, as_json=as_json))


class Share(click.ParamType):
    """A share between 0 and 1, read exactly: 0.3 is three tenths."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Fraction:  # noqa: ANN401 - click's own
        """Read the share; anything else is wrong use."""
        try:
            share = Fraction(str(value))
        except (ValueError, ZeroDivisionError):
            share = Fraction(-1)
        if not 0 <= share <= 1:
            self.fail(f"{value} is no share between 0 and 1, such as 0.3.", param, ctx)
        return share


@cli.command("line-up")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--seats", required=True, type=click.IntRange(1, 1000), help="How many cases to choose.")
@click.option("--per-city", type=click.IntRange(1), help="At most so many from any city.")
@click.option("--park-share", type=Share(), default="0", help="At least this share from park associations.")
@click.option("--per-enterprise", type=click.IntRange(1), help="At most so many of any enterprise.")
@click.option("--pin", multiple=True, metavar="ID", help="Must be in; may be given several times.")
@click.option("--exclude", multiple=True, metavar="ID", help="Must be out; may be given several times.")
@click.option("--alternatives", type=click.IntRange(0, 20), default=0, help="Also the next best line-ups.")
@click.option("--json", "as_json", is_flag=True)
@pass_context
def line_up(  # noqa: PLR0913 - the options of the command
    context: Context,
    file: Path,
    *,
    seats: int,
    per_city: int | None,
    park_share: Fraction,
    per_enterprise: int | None,
    pin: tuple[str, ...],
    exclude: tuple[str, ...],
    alternatives: int,
    as_json: bool,
) -> None:
    """Choose the lecture cases with the highest total score (A6), or say why the limits cannot be kept.

    FILE is a CSV with the columns id, city, enterprise, park (0 or 1) and score.
    """
    from campaign.lectures import lineup_file  # noqa: PLC0415 - scipy is slow to load
    from campaign.lectures.lineup import Limits  # noqa: PLC0415 - as above

    limits = Limits(seats, per_city, park_share, per_enterprise)
    said = lineup_file.answer(
        file, limits, pinned=pin, excluded=exclude, alternatives=alternatives, say=context.translate
    )
    clash = said["contradiction"]
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False))
    elif clash is None:
        click.echo(f"{said['total']}: {', '.join(said['chosen'])}")
        for other in said.get("alternatives", ()):
            click.echo(f"{other['total']}: {', '.join(other['chosen'])}")
    else:
        for line in (clash["message"], *(one["says"] for one in clash["changes"]), *clash["together"]):
            click.echo(line, err=True)
    sys.exit(0 if clash is None else 1)


@cli.command("import-placements")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--programme", "key", required=True, help="Key of the programme, such as guangdong-2024.")
@click.option(
    "--evidence",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=None,
    help="Folder of the files that the column 证据 names; the table's own folder if not given.",
)
@click.option("--dry-run", is_flag=True, help="Only show what would happen.")
@click.option("--json", "as_json", is_flag=True)
@pass_context
def import_placements(
    context: Context, file: Path, key: str, *, evidence: Path | None, dry_run: bool, as_json: bool
) -> None:
    """Import a table of published pieces (xlsx, csv): all rows or none; says what each counts for (B2)."""
    from campaign.placements import terminal  # noqa: PLC0415 - as in prepare

    sys.exit(terminal.import_placements(context, file, key, evidence, dry_run=dry_run, as_json=as_json))


@cli.command()
@click.option("--programme", "key", required=True, help="Key of the programme, such as guangdong-2024.")
@click.option("--json", "as_json", is_flag=True)
@pass_context
def targets(context: Context, key: str, *, as_json: bool) -> None:
    """Say how every target of a programme stands, and which rows count for it (A11, A17)."""
    from campaign.placements import terminal  # noqa: PLC0415 - as in prepare

    sys.exit(terminal.tell_targets(context, key, as_json=as_json))


@cli.command()
@click.argument("kind", type=click.Choice(["monthly", "execution", "summary", "performance", "acceptance"]))
@click.option("--programme", "key", required=True)
@click.option("--month", default="", help="The month of a monthly report, such as 2024-09.")
@click.option("--out", "out_dir", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True)
@pass_context
def report(context: Context, kind: str, key: str, month: str, out_dir: Path, *, as_json: bool) -> None:
    """Write a report of a programme as docx, PDF and xlsx (A17, C)."""
    from campaign import commands  # noqa: PLC0415 - as in prepare

    sys.exit(commands.report(context, kind, key, out_dir, month=month, as_json=as_json))


@cli.command()
@click.option("--programme", "key", required=True, help="Key of the programme, such as guangdong-2024.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--without-clips", is_flag=True, help="Leave the films out; their check sums stay in the list.")
@click.option("--json", "as_json", is_flag=True)
@pass_context
def package(context: Context, key: str, out: Path, *, without_clips: bool, as_json: bool) -> None:
    """Write the acceptance package on the newest acceptance report; a stopped call is gone on with (A17)."""
    from campaign.acceptance import terminal  # noqa: PLC0415 - as in prepare

    sys.exit(terminal.package(context, key, out, with_clips=not without_clips, as_json=as_json))


@cli.command()
@click.option("--sources", type=click.Path(exists=True, file_okay=False, path_type=Path), default=None)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--no-serve", is_flag=True, help="Stop when everything has been made.")
@pass_context
def demo(context: Context, sources: Path | None, host: str, port: int, *, no_serve: bool) -> None:
    """Make a demonstration province and serve it."""
    from campaign.demo import run_demo  # noqa: PLC0415 - as in prepare

    sys.exit(run_demo(context, sources, host, port, serve=not no_serve))


@cli.command(hidden=True)
@click.argument("message")
@pass_context
def revision(context: Context, message: str) -> None:
    """Write a migration for what the models say (for developers)."""
    from campaign import schema  # noqa: PLC0415 - as in prepare
    from campaign.app import create_app  # noqa: PLC0415 - as in prepare
    from campaign.db import db  # noqa: PLC0415 - as in prepare

    app = create_app(context.settings)
    with app.app_context():
        schema.upgrade(db.engine)
        schema.new_revision(db.engine, message)


def main() -> None:
    """Start from the console script; an interrupt is no accident."""
    cli(prog_name="qichuang")
