"""The page of seats: what every region was given, sent and still lacks (A2, A3, A5, P2, P3)."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext as _

from campaign import web
from campaign.access import EVERY_ROLE, allow
from campaign.cases import seats
from campaign.cases.seats import RegionSeats, Seats
from campaign.cases.views import blueprint
from campaign.db import db
from campaign.listing import Badge, Tone
from campaign.messages import N_

STATES: dict[str, tuple[Tone, str]] = {
    "empty": ("danger", N_("nothing sent yet")),
    "short": ("warning", N_("seats still free")),
    "filled": ("info", N_("filled, surplus lacking")),
    "surplus": ("success", N_("filled with surplus")),
}


@blueprint.route("/seats")
@allow(EVERY_ROLE)
def show_seats() -> str | Response:
    """The seats of all regions, as a page or as a workbook."""
    profile = web.profile()
    found = seats.standing(db.session, web.programme(), profile, web.actor())
    if request.args.get("format") == "xlsx":
        return _workbook(found)
    return render_template(
        "cases/seats.html", found=found, profile=profile, heads=_heads(), state_of=_state, region_of=_region
    )


def _heads() -> list[Any]:
    """The columns by region, of the page and of the workbook."""
    return [
        (_("Region"), "text"),
        (_("Seats"), "number"),
        (_("Nominated"), "number"),
        (_("Wanted with surplus"), "number"),
        (_("Still lacking"), "number"),
        (_("Chosen"), "number"),
        (_("By park associations"), "number"),
        (_("State"), "text"),
    ]


def _state(row: RegionSeats) -> Badge | None:
    if not row.use.seats:
        return None
    tone, text = STATES[row.use.state]
    return Badge(tone, _(text))


def _region(row: RegionSeats) -> str:
    return _("another region, or none named") if row.use.region == seats.ELSEWHERE else row.use.region


def _workbook(found: Seats) -> Response:
    from campaign import reporting  # noqa: PLC0415 - the door to reports is slow to open and seldom used

    rows = []
    for row in found.regions:
        use, state = row.use, _state(row)
        told = [use.seats, use.nominated, use.wanted, use.missing, row.chosen, row.by_park]
        rows.append([_region(row), *told, state.text if state else ""])
    return web.attachment(reporting.write_table(_("Seats"), _heads(), rows), f"{_('Seats')}.xlsx", web.XLSX)
