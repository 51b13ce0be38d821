"""What changed from one report to another, as a page and as a workbook."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, render_template, request
from flask_babel import gettext as _

from campaign import reporting, web
from campaign.access import EVERY_ROLE, allow
from campaign.db import db
from campaign.documents import queries, services
from campaign.documents.models import Report
from campaign.documents.reading import annex_cell, annex_heads
from campaign.documents.room import blueprint, kind_name
from campaign.errors import NotFound
from campaign.messages import N_


@blueprint.route("/<int:report_id>/changes")
@allow(EVERY_ROLE)
def changes(report_id: int) -> str | Response:
    """Compare a report with another one; without a choice, with the one before it."""
    report: Report = web.get(Report, report_id)
    choices = queries.others(db.session, report, web.programme(), web.actor())
    other = _other(report, choices)
    if other is None:
        return render_template("documents/compare.html", report=report, kind=kind_name(report), choices=())
    before, after = sorted((report, other), key=lambda row: (row.as_of, row.id))
    with reporting.refusals():
        found = reporting.compare_reports(services.opened(before), services.opened(after))
        if request.args.get("format") == "xlsx":
            name = _("Changes from %(before)s to %(after)s", before=_called(before), after=_called(after))
            return web.attachment(reporting.comparison_workbook(found), f"{name}.xlsx", web.XLSX)
    return render_template(
        "documents/compare.html",
        report=report,
        kind=kind_name(report),
        other=other,
        before=before,
        after=after,
        found=found,
        choices=[(row.id, _called(row)) for row in choices],
        called=_called,
        annex_cell=annex_cell,
        annex_heads=annex_heads,
    )


def _called(row: Report) -> str:
    return _("%(kind)s no. %(number)s", kind=kind_name(row), number=row.number)


def _other(report: Report, choices: Sequence[Report]) -> Report | None:
    wanted = request.args.get("with", "")
    if wanted:
        found = next((row for row in choices if str(row.id) == wanted), None)
        if found is None:
            raise NotFound(N_("There is no such report to compare with."))
        return found
    earlier = [row for row in choices if row.kind == report.kind and row.id < report.id]
    return next(iter(earlier or choices), None)
