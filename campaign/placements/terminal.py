"""What the commands about coverage do; `cli.py` holds only their words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from campaign.app import create_app
from campaign.commands import programme_of, system_actor
from campaign.db import db, utc_now
from campaign.errors import Refused
from campaign.formatting import date_zh, local
from campaign.messages import N_, Message
from campaign.placements import importing, table
from campaign.placements.importing import Desk, Folder, Outcome, Result
from campaign.placements.room import TARGET_NAMES
from campaign.placements.sheets import lines_of, read_sheet
from campaign.targets import queries as targets
from campaign.web import profile_of

if TYPE_CHECKING:
    from campaign.cli import Context
    from campaign.targets.queries import TargetState

# By what a row of any room is called, the first it has.
TITLES = ("title", "name", "number")


def import_placements(
    context: Context, file: Path, key: str, evidence: Path | None, *, dry_run: bool, as_json: bool
) -> int:
    """Import a table of pieces; prints what each row counts for and gives the exit status."""
    app = create_app(context.settings)
    with app.app_context(), app.test_request_context():
        programme = programme_of(key)
        sheet = read_sheet(file.read_bytes(), file.name)
        lacking = table.missing(sheet.mapping)
        if lacking:
            raise Refused(
                N_("%(file)s has no column “%(columns)s”. The headings are: %(headings)s."),
                file=file.name,
                columns="、".join(table.HEADINGS[name][0] for name in lacking),
                headings="、".join(names[0] for names in table.HEADINGS.values()),
            )
        desk = Desk(
            programme=programme,
            profile=profile_of(programme),
            actor=system_actor(programme),
            owner_id=programme.organisation_id,
            files=Folder(app.extensions["storage"], evidence or file.parent),
        )
        lines = lines_of(sheet, sheet.mapping, local(utc_now()).date())
        outcome = importing.import_lines(db.session, desk, lines, dry_run=dry_run)
        if as_json:
            click.echo(json.dumps(_as_json(context, outcome), ensure_ascii=False))
        else:
            _tell(context, outcome, dry_run=dry_run)
        return 1 if outcome.refused else 0


def _say(context: Context, message: Message) -> str:
    words = {k: date_zh(v) if isinstance(v, date) else v for k, v in message.params.items()}
    return context.translate(message.msgid, **words)


def _as_json(context: Context, outcome: Outcome) -> dict[str, Any]:
    return {
        "imported": outcome.stored,
        "new": outcome.number("new"),
        "known": outcome.number("known"),
        "refused": outcome.number("refused"),
        "before": dict(outcome.before),
        "after": dict(outcome.after),
        "rows": [_row(context, result) for result in outcome.results],
    }


def _row(context: Context, result: Result) -> dict[str, Any]:
    why_not = {target: _say(context, reason) for target, reason in (result.why_not or {}).items()}
    return {
        "row": result.line.number,
        "state": result.state,
        "outlet": result.line.outlet,
        "title": result.line.title,
        "placement_id": result.placement_id,
        "counts_for": list(result.counts_for),
        "why_not": why_not,
        "reason": "" if result.counts_for else next(iter(why_not.values()), ""),
        "notes": [_say(context, note) for note in result.notes],
    }


def _tell(context: Context, outcome: Outcome, *, dry_run: bool) -> None:
    say = context.translate
    for result in outcome.results:
        row = _row(context, result)
        verdict = "、".join(say(TARGET_NAMES[target]) for target in row["counts_for"])
        parts = dict.fromkeys(part for part in (verdict or row["reason"], *row["notes"]) if part)
        words = " ".join(parts)
        click.echo(f"{row['row']:>6}  {row['title'][:40]}  {words}", err=result.state == "refused")
    counts = {state: outcome.number(state) for state in ("new", "known", "refused")}
    if outcome.refused:
        click.echo(say(N_("Nothing was imported: %(refused)s rows are refused."), **counts), err=True)
    elif dry_run:
        click.echo(say(N_("Tried out: %(new)s new, %(known)s known already. Nothing was stored."), **counts))
    else:
        click.echo(say(N_("Imported: %(new)s new, %(known)s known already."), **counts))


def tell_targets(context: Context, key: str, *, as_json: bool) -> int:
    """Print every target of a programme with its number and its counted rows."""
    app = create_app(context.settings)
    with app.app_context(), app.test_request_context():
        programme = programme_of(key)
        states = targets.states(
            db.session, programme, profile_of(programme), system_actor(programme), local(utc_now()).date()
        )
        if as_json:
            body = {"programme": programme.key, "targets": [_target(state) for state in states]}
            click.echo(json.dumps(body, ensure_ascii=False))
            return 0
        chinese = context.translate.locale.startswith("zh")
        for state in states:
            title = state.target.title if chinese else state.target.title_en
            mark = click.style("✓", fg="green") if state.met else click.style("✗", fg="red")
            click.echo(f"{mark} {title}  {state.actual} / {state.target.required}  ({state.target.key})")
        return 0


def _target(state: TargetState) -> Mapping[str, Any]:
    return {
        "key": state.target.key,
        "counts": state.target.counts,
        "title": state.target.title,
        "required": state.target.required,
        "actual": state.actual,
        "due": state.target.due.isoformat(),
        "met": state.met,
        "collected": state.counting is not None,
        "rows": [_counted(row) for row in state.rows],
    }


def _counted(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a counted row of any room
    named = next((getattr(row, name) for name in TITLES if hasattr(row, name)), "")
    found = {"type": getattr(row, "__tablename__", ""), "id": getattr(row, "id", None), "title": str(named)}
    outlet, day = getattr(row, "outlet", None), getattr(row, "published_on", None)
    if outlet is not None and day is not None:
        found |= {"outlet": outlet.name, "published_on": day.isoformat(), "address": row.address}
    return found
