"""What the commands with a database do; `cli.py` holds only their words."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy import select

from campaign import reporting
from campaign.access import Actor, Seat
from campaign.accounts.models import Role
from campaign.app import create_app
from campaign.cases import importing
from campaign.cases.services import import_table
from campaign.db import db, utc_now
from campaign.documents import templates
from campaign.documents.annexes import REPORT_KINDS
from campaign.documents.facts import gather, month_of
from campaign.documents.models import Report
from campaign.documents.services import Draft, Order, make_report, opened, write_files
from campaign.documents.words import Words
from campaign.errors import Refused
from campaign.formatting import local
from campaign.messages import N_
from campaign.programmes.models import Programme
from campaign.storage import Storage
from campaign.web import profile_of

if TYPE_CHECKING:
    from campaign.cli import Context
    from campaign.config import Settings


def system_actor(programme: Programme) -> Actor:
    """The actor of a command: whoever may run it on the server may see the whole programme."""
    return Actor(0, (Seat(Role.LEAD, programme.organisation.path),))


def programme_of(key: str) -> Programme:
    """The programme with this key, or a refusal that lists the keys there are."""
    row = db.session.scalars(select(Programme).where(Programme.key == key)).unique().one_or_none()
    if row is None:
        known = ", ".join(db.session.scalars(select(Programme.key).order_by(Programme.key))) or "–"
        raise Refused(N_("No programme %(key)s is open here. There are: %(known)s."), key=key, known=known)
    return row


def import_cases(context: Context, file: Path, key: str, *, dry_run: bool, as_json: bool) -> int:
    """Import a summary table; prints what happened and gives the exit status."""
    app = create_app(context.settings)
    with app.app_context(), app.test_request_context():
        programme = programme_of(key)
        storage = app.extensions["storage"]
        with file.open("rb") as stream:
            stored = importing.keep_workbook(storage, stream, file.name)
        table = importing.read_table(db.session, storage, programme, profile_of(programme), stored, file.name)
        problems = [
            {
                "cell": p.cell,
                "row": p.row_number,
                "column": p.column,
                "severity": p.severity,
                "message": context.translate(p.message.msgid, **dict(p.message.params)),
            }
            for p in table.problems
        ]
        outcome = {"created": 0, "changed": 0, "unchanged": 0}
        if table.importable and not dry_run:
            done = import_table(db.session, programme, table, owner_id=programme.organisation_id)
            outcome = {"created": done.created, "changed": done.changed, "unchanged": done.unchanged}
        elif table.importable:
            states = [row.state for row in table.rows]
            outcome = {
                "created": states.count("new"),
                "changed": states.count("changed"),
                "unchanged": states.count("unchanged"),
            }
        if as_json:
            body = {"imported": table.importable and not dry_run, **outcome, "problems": problems}
            click.echo(json.dumps(body, ensure_ascii=False))
        else:
            for problem in problems:
                click.echo(f"{problem['cell'] or '–'}  {problem['message']}", err=True)
            if table.importable:
                click.echo(
                    context.translate(
                        N_(
                            "Imported: %(created)s new, %(changed)s changed, "
                            "%(unchanged)s already there and unchanged."
                        ),
                        **outcome,
                    )
                )
        return 0 if table.importable else 1


def report(
    context: Context, kind: str, key: str, out_dir: Path, *, month: str = "", as_json: bool = False
) -> int:
    """Freeze a report, write its three forms into a folder; prints their names."""
    app = create_app(context.settings)
    with app.app_context(), app.test_request_context():
        programme = programme_of(key)
        order = Order(kind, _month(kind, month, programme))
        row = freeze(programme, order, Words(), app.extensions["storage"], context.settings)
        db.session.commit()
        storage = app.extensions["storage"]
        write_files(db.session, storage, row, context.settings)
        paths = copy_files(row, programme, storage, out_dir)
        if as_json:
            body = {
                "kind": kind,
                "month": row.month,
                "number": row.number,
                "snapshot_sha256": row.snapshot_sha256,
                "files": {path.suffix.lstrip("."): str(path) for path in paths},
            }
            if kind == "performance":
                body["score"] = str(reporting.total_score(opened(row)))
            click.echo(json.dumps(body, ensure_ascii=False))
        else:
            for path in paths:
                click.echo(str(path))
        return 0


def _month(kind: str, month: str, programme: Programme) -> str:
    if kind == "monthly":
        if not month:
            raise Refused(N_("A monthly report needs its month: --month 2024-09."))
        return month_of(month, programme, local(utc_now()).date())
    if month:
        raise Refused(N_("Only the monthly report has a month; leave --month out."))
    return ""


def freeze(
    programme: Programme,
    order: Order,
    words: Words,
    storage: Storage,
    settings: Settings,
    *,
    user_id: int = 0,
    by: str = "qichuang report",
) -> Report:
    """Freeze a report as the server itself does it, with the template's words; does not commit.

    What would have to be explained stays marked as still to be written.
    """
    profile, actor = profile_of(programme), replace(system_actor(programme), user_id=user_id)
    facts = gather(db.session, programme, profile, actor, utc_now(), order.month)
    texts, problem = templates.first_words(db.session, storage, programme, order.kind, facts, actor)
    if problem is not None:
        raise problem
    draft = Draft(order.kind, words, texts, by)
    return make_report(db.session, facts, draft, actor, settings=settings, explained=False)


def copy_files(row: Report, programme: Programme, storage: Storage, out_dir: Path) -> list[Path]:
    """Put the written forms of a report into a folder under names for people."""
    out_dir.mkdir(parents=True, exist_ok=True)
    paths = []
    for file in row.files:
        month = f"（{row.month}）" if row.month else ""
        target = out_dir / f"{programme.title}{REPORT_KINDS[row.kind]}{month}（第{row.number}号）.{file.form}"
        temporary = target.with_name(target.name + ".part")
        shutil.copyfile(storage.path(file.asset.sha256), temporary)
        temporary.chmod(0o644)
        temporary.replace(target)
        paths.append(target)
    return paths
