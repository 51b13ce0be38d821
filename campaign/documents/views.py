"""Pages of the report room: list, read, download; writing, templates and comparison stand beside."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from campaign import jobs_views, reporting, web
from campaign.access import EVERY_ROLE, READS_MONEY, allow
from campaign.db import db
from campaign.documents import compare_views, queries, services, template_views, writing_views
from campaign.documents.models import Report
from campaign.documents.reading import NUMERIC, annex_cell, annex_heads, door
from campaign.documents.room import KIND_NAMES, blueprint, file_name, kind_name
from campaign.errors import NotFound
from campaign.jobs import Job
from campaign.listing import Column, Filter, Listing
from campaign.messages import N_

# The other pages register themselves on the room's blueprint.
__all__ = ["blueprint", "compare_views", "template_views", "writing_views"]

COLUMNS = (
    Column(
        "kind",
        _l("Report"),
        sort=Report.kind,
        primary=True,
        cell=kind_name,
        link=lambda r: url_for("reports.show", report_id=r.id),
    ),
    Column("number", _l("No."), kind="number", sort=Report.number),
    Column("as_of", _l("As of"), kind="datetime", sort=Report.as_of),
    Column("made_by", _l("Made by"), cell=lambda r: r.made_by.name if r.made_by else ""),
    Column("files", _l("Files"), cell=lambda r: " ".join(f.form for f in r.files)),
)
FILTERS = (
    Filter(
        "kind",
        _l("Report"),
        choices=[(key, _l(text)) for key, text in KIND_NAMES.items()],
        apply=lambda q, v: q.where(Report.kind == v),
    ),
    Filter(
        "counts",
        _l("Counts for"),
        choices=[("reports.final", _l("final documents")), ("reports.monthly", _l("monthly reports"))],
        apply=queries.counting,
    ),
)


@blueprint.route("/")
@allow(EVERY_ROLE)
def index() -> str | Response:
    listing = Listing.build(
        db.session,
        queries.reports_of(web.programme(), web.actor()),
        COLUMNS,
        FILTERS,
        search=_by_author_or_number,
        args=request.args,
        default_sort="-as_of",
    )
    if listing.wants_export:
        return web.export(listing, _("Reports"))
    newest = queries.newest(db.session, web.programme(), web.actor())
    return render_template(
        "documents/index.html",
        listing=listing,
        kinds=[(key, _(name), newest.get(key)) for key, name in KIND_NAMES.items()],
    )


def _by_author_or_number(statement: Any, words: str) -> Any:  # noqa: ANN401 - a select of reports
    from campaign.accounts.models import User  # noqa: PLC0415 - used by this search alone

    by_name = select(User.id).where(User.name.icontains(words, autoescape=True))
    if words.isdecimal():
        return statement.where((Report.number == int(words)) | Report.made_by_id.in_(by_name))
    return statement.where(Report.made_by_id.in_(by_name))


@blueprint.route("/<int:report_id>")
@allow(EVERY_ROLE)
def show(report_id: int) -> str:
    """One frozen report: figures, the rows behind them, the rules they were counted by."""
    report: Report = web.get(Report, report_id)
    job = db.session.scalars(
        select(Job).where(Job.kind == "report", Job.subject_id == report.id).order_by(Job.created_at.desc())
    ).first()
    snapshot = services.opened(report)
    return render_template(
        "documents/show.html",
        report=report,
        kind=kind_name(report),
        snapshot=snapshot,
        proof=reporting.proof_words,
        numeric=NUMERIC,
        annex_cell=annex_cell,
        annex_heads=annex_heads,
        door=lambda row_id: door(row_id, sees_money=web.may(READS_MONEY)),
        months={line.target_key: line for line in getattr(snapshot, "months", ())},
        verdicts=writing_views.VERDICTS,
        comparable=bool(queries.others(db.session, report, web.programme(), web.actor())),
        job=jobs_views.view_of(job) if job else None,
    )


@blueprint.route("/<int:report_id>/<form>")
@allow(EVERY_ROLE)
def download(report_id: int, form: str) -> Response:
    report: Report = web.get(Report, report_id)
    file = report.file(form)
    if file is None:
        raise NotFound(N_("This form of the report has not been written yet."))
    return send_file(
        web.storage().path(file.asset.sha256),
        mimetype=file.asset.media_type,
        as_attachment=form != "pdf",
        download_name=file_name(report, form),
        conditional=True,
    )
