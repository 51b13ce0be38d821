"""What `qichuang package` does; `cli.py` holds only its words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from campaign.acceptance import queries, services
from campaign.app import create_app
from campaign.commands import programme_of, system_actor
from campaign.db import db
from campaign.errors import Refused
from campaign.messages import N_

if TYPE_CHECKING:
    from campaign.cli import Context


def package(context: Context, key: str, out: Path, *, with_clips: bool, as_json: bool) -> int:
    """Write the package on the newest acceptance report; prints what is in it and what is missing."""
    app = create_app(context.settings)
    with app.app_context(), app.test_request_context():
        programme = programme_of(key)
        reports = queries.acceptance_reports(db.session, programme, system_actor(programme))
        if not reports:
            raise Refused(
                N_(
                    "There is no acceptance report to make the package on. Write one first: "
                    "qichuang report acceptance --programme %(key)s --out FOLDER"
                ),
                key=key,
            )
        out.parent.mkdir(parents=True, exist_ok=True)
        built = services.write_to(
            db.session,
            app.extensions["storage"],
            context.settings,
            reports[0],
            out,
            with_clips=with_clips,
            say=lambda _share, _words: None,
        )
        body = {
            "file": str(out),
            "report": reports[0].number,
            "files": len(built.packed) + 1,
            "size_bytes": out.stat().st_size,
            "rows_without_proof": built.lacking,
        }
        if as_json:
            click.echo(json.dumps(body, ensure_ascii=False))
        else:
            click.echo(str(out))
            click.echo(
                context.translate(
                    N_("%(files)s files; rows without proof: %(lacking)s."),
                    files=body["files"],
                    lacking=built.lacking,
                )
            )
        return 0
