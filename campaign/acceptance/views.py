"""Pages of the acceptance room: what is ready and what is missing, the packages, one package as a tree."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as WerkzeugResponse
from wtforms import BooleanField, SelectField

from campaign import jobs_views, web
from campaign.acceptance import assemble, proofs, queries, rules, services
from campaign.acceptance.models import AcceptancePackage
from campaign.access import READS_MONEY, WRITES_REPORTS, allow
from campaign.db import db
from campaign.documents.models import Report
from campaign.documents.reading import door
from campaign.documents.room import kind_name
from campaign.documents.writing_views import VERDICTS
from campaign.error_pages import text_of
from campaign.errors import NotFound, Refused
from campaign.formatting import datetime_zh
from campaign.messages import N_

blueprint: Blueprint = web.programme_blueprint("acceptance", __name__, "/acceptance")

Page = str | WerkzeugResponse | tuple[str, int]
MOST_SHOWN = 200


class PackageForm(FlaskForm):
    """On which report, with or without the films."""

    report_id = SelectField(_l("Acceptance report"), coerce=int)
    with_clips = BooleanField(
        _l("Put the films in"),
        default=True,
        description=_l(
            "Without them the package is small enough for mail; their check sums stay in the list."
        ),
    )


@dataclass(frozen=True)
class Gap:
    """A row that lacks a proof, with the page where it can be put right."""

    annex: str
    number: int
    title: str
    reasons: tuple[str, ...]
    url: str | None


@dataclass(frozen=True)
class Readiness:
    """What a package on a report would hold."""

    report: Report
    lines: tuple[Any, ...]
    gaps: tuple[Gap, ...]
    rows: int
    reports: tuple[Report, ...]
    books: frozenset[str]


@blueprint.route("/", methods=["GET", "POST"])
@allow(READS_MONEY)
def index() -> Page:
    """What is ready, what is missing, and the packages there are; the lead makes a new one here."""
    reports = queries.acceptance_reports(db.session, web.programme(), web.actor())
    form = PackageForm()
    form.report_id.choices = [
        (one.id, _("no. %(number)s, figures as of %(time)s", number=one.number, time=datetime_zh(one.as_of)))
        for one in reports
    ]
    asked = request.args.get("report", type=int)
    chosen = next((one for one in reports if one.id == asked), reports[0] if reports else None)
    if chosen is not None and not form.is_submitted():
        form.report_id.data = chosen.id
    if form.is_submitted() and web.may(WRITES_REPORTS) and reports:
        if form.validate_on_submit():
            report = web.get(Report, form.report_id.data)
            services.request_package(
                db.session, web.programme(), report, web.actor(), with_clips=form.with_clips.data
            )
            flash(_("It is being made. You can go on working; it will be in the list below."), "success")
            return redirect(url_for("acceptance.index"))
        form.report_id.errors = [_("Choose one of the reports in the list.")]
    packages = queries.packages_of(db.session, web.programme(), web.actor())
    work = queries.work_of(db.session, packages)
    page = render_template(
        "acceptance/index.html",
        form=form,
        reports=reports,
        ready=_readiness(chosen) if chosen else None,
        packages=packages,
        jobs={number: jobs_views.view_of(job) for number, job in work.items() if job.state != "done"},
        verdicts=VERDICTS,
        kind_name=kind_name,
        most=MOST_SHOWN,
    )
    return page, 422 if form.errors else 200


def _readiness(report: Report) -> Readiness:
    sight = services.sight_of(db.session, web.storage(), web.programme())
    included = queries.included(db.session, web.programme(), report, sight.actor)
    annexes = proofs.gather(sight, included.snapshot)
    gaps = [
        Gap(
            f"{annex.annex.number} {annex.annex.title}",
            row.number,
            rules.title_of(annex.annex.key, row.cells),
            tuple(_(one.msgid, **one.params) for one in row.lacks),
            door(row.row_id, sees_money=True) if row.live is not None else None,
        )
        for annex in annexes
        for row in annex.rows
        if row.lacks
    ]
    return Readiness(
        report,
        tuple(assemble.lines_of(included.snapshot, {one.annex.key: one for one in annexes})),
        tuple(gaps),
        sum(len(one.rows) for one in annexes),
        included.reports,
        frozenset(title for title, _asset in included.books),
    )


@blueprint.route("/<int:package_id>")
@allow(READS_MONEY)
def show(package_id: int) -> str:
    """What is in one package, folder by folder."""
    package: AcceptancePackage = web.get(AcceptancePackage, package_id)
    folders: dict[str, list[tuple[str, int, str]]] = {}
    for path, size, sha256 in package.tree or []:
        top, slash, rest = path.partition("/")
        folders.setdefault(top if slash else "", []).append((rest or path, size, sha256))
    job = queries.work_of(db.session, [package]).get(package.id)
    return render_template(
        "acceptance/show.html",
        package=package,
        folders=folders,
        sizes={name: sum(size for _path, size, _sum in files) for name, files in folders.items()},
        kinds=Counter(path.rpartition(".")[2].lower() for path, _size, _sum in package.tree or []),
        job=jobs_views.view_of(job) if job and job.state != "done" else None,
    )


@blueprint.route("/<int:package_id>.zip")
@allow(READS_MONEY)
def download(package_id: int) -> Response:
    """The archive, streamed from disk; a broken download goes on where it stopped."""
    package: AcceptancePackage = web.get(AcceptancePackage, package_id)
    if package.asset is None:
        raise NotFound(N_("This package is not ready yet."))
    name = file_name(package)
    response = send_file(
        web.storage().path(package.asset.sha256),
        mimetype=services.MEDIA_TYPE,
        as_attachment=True,
        download_name=name,
        conditional=True,
        etag=package.asset.sha256,
    )
    web.save_as(response, name)
    return response


def file_name(package: AcceptancePackage) -> str:
    """The name under which a package is saved."""
    words = "" if package.with_clips else "（不含视频）"
    return f"{web.programme().title}验收资料包{words}（第{package.number}号）.zip"


@blueprint.route("/<int:package_id>/delete", methods=["POST"])
@allow(WRITES_REPORTS)
def delete(package_id: int) -> WerkzeugResponse:
    package: AcceptancePackage = web.get(AcceptancePackage, package_id)
    try:
        services.delete_package(db.session, web.storage(), current_app.config["SETTINGS"], package)
    except Refused as refusal:
        flash(text_of(refusal), "danger")
    else:
        flash(_("The package has been deleted."), "success")
    return redirect(url_for("acceptance.index"))
