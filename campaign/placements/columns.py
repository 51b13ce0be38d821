"""The columns of the list of pieces and of its workbook; all rows of a page are judged at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select
from sqlalchemy.orm import joinedload, selectinload

from campaign import web
from campaign.db import db
from campaign.formatting import local
from campaign.listing import Badge, Column, Listing
from campaign.outlets.models import Outlet
from campaign.outlets.words import level_in_words, level_rests_on
from campaign.placements import queries
from campaign.placements.forms import CHANNEL_NAMES, KIND_NAMES, LEVEL_NAMES
from campaign.placements.models import Placement
from campaign.placements.room import TARGET_NAMES, say
from campaign.placements.rules import Verdict

# A cell that begins so is a formula to a spreadsheet that opens a csv.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class Columns:
    """The columns; `judge_all` reads the verdicts of the rows that will be shown."""

    def __init__(self) -> None:
        self._verdicts: Mapping[int, Verdict] = {}
        # Looked up once, not once a row.
        self._levels = {key: _(name) for key, name in LEVEL_NAMES.items()}
        self._kinds = {key: _(name) for key, name in KIND_NAMES.items()}
        self._channels = {key: _(name) for key, name in CHANNEL_NAMES.items()}

    def judge_all(self, rows: Sequence[Placement]) -> None:
        """Judge all rows with a fixed number of queries."""
        self._verdicts = queries.judged_all(db.session, rows, web.programme(), web.profile())

    def verdict(self, piece: Placement) -> Verdict:
        """What a piece counts for."""
        return self._verdicts[piece.id]

    def on_page(self) -> tuple[Column, ...]:
        """What the page shows."""
        return (
            Column(
                "title",
                _l("Title"),
                sort=Placement.title,
                primary=True,
                link=lambda p: url_for("placements.show", placement_id=p.id),
            ),
            Column("outlet", _l("Outlet"), sort=Outlet.name, cell=lambda p: p.outlet.name),
            Column("level", _l("Level"), sort=Outlet.level, cell=self._level),
            Column("kind", _l("Kind"), sort=Placement.kind, cell=lambda p: self._kinds[p.kind]),
            Column("published_on", _l("Published"), sort=Placement.published_on, kind="date"),
            Column("channel", _l("Channel"), sort=Placement.channel, cell=self._place, hide="phone"),
            Column("cases", _l("Cases"), kind="number", cell=lambda p: len(p.cases)),
            Column("evidence", _l("Evidence"), kind="badge", cell=_proven),
            Column("counts", _l("Counts for"), cell=self.in_words),
        )

    def on_sheet(self) -> tuple[Column, ...]:
        """What a workbook holds beyond that: link, names of cases, files of evidence with their checksums."""
        page = {column.key: column for column in self.on_page()}
        return (
            *(page[key] for key in ("title", "outlet", "level", "kind", "published_on")),
            Column("basis", _l("The level rests on"), cell=lambda p: level_rests_on(p.outlet)),
            Column("channel", _l("Channel"), cell=lambda p: self._channels[p.channel]),
            Column("slot", _l("Page or time")),
            Column("author", _l("Reporter")),
            Column("address", _l("Link")),
            Column("cases", _l("Cases"), cell=lambda p: "；".join(case.title for case in p.cases)),
            Column("city", _l("City"), cell=_cities),
            Column("counts", _l("Counts for"), cell=self._targets),
            Column("why_not", _l("Why it does not count"), cell=self._why_not),
            Column("files", _l("Evidence"), cell=lambda p: "；".join(file.name for file in p.files)),
            Column("sums", "SHA-256", cell=lambda p: "；".join(file.asset.sha256 for file in p.files)),
            Column("owner", _l("Logged by"), cell=lambda p: p.owner.name),
            Column("created_at", _l("Logged"), kind="datetime"),
            Column("note", _l("Note")),
        )

    def _level(self, piece: Placement) -> str:
        return level_in_words(piece.outlet) if piece.outlet.waits else self._levels[piece.outlet.level]

    def _place(self, piece: Placement) -> str:
        """Where a piece stood: its channel, and its page or time."""
        return " ".join(filter(None, (self._channels[piece.channel], piece.slot)))

    def in_words(self, piece: Placement) -> str:
        """The targets a piece counts for, or why for none."""
        return self._targets(piece) or self._why_not(piece)

    def _targets(self, piece: Placement) -> str:
        return "、".join(_(TARGET_NAMES[kind]) for kind in self.verdict(piece).counts_for)

    def _why_not(self, piece: Placement) -> str:
        reason = self.verdict(piece).reason
        return say(reason) if reason else ""


def with_everything(statement: Select[Placement]) -> Select[Placement]:
    """Load along what a sheet tells of a piece."""
    return statement.options(
        selectinload(Placement.cases),
        selectinload(Placement.files),
        selectinload(Placement.owner),
        joinedload(Placement.outlet).selectinload(Outlet.listings),
    )


def _proven(piece: Placement) -> Badge:
    if piece.evidence_id is None:
        return Badge("danger", _("missing"), "exclamation-triangle-fill")
    return Badge("success", _("there"), "check2")


def _cities(piece: Placement) -> str:
    return "、".join(dict.fromkeys(case.region for case in piece.cases if case.region))


def as_csv(listing: Listing) -> bytes:
    """The list as UTF-8 with the mark that lets Excel and WPS read Chinese; no cell is a formula."""
    heads, rows = listing.export_table()
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([title for title, _kind in heads])
    writer.writerows([[_cell(value) for value in row] for row in rows])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _cell(value: Any) -> Any:  # noqa: ANN401 - a cell of a list
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    if isinstance(value, datetime):
        # Times are shown as in Shanghai, in the form that Excel and WPS read as a time.
        return f"{local(value):%Y-%m-%d %H:%M}"
    return "" if value is None else value
