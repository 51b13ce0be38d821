"""Pages of the report room: list, write, read, download."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
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
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response as WerkzeugResponse

from campaign import formatting, jobs_views, web
from campaign.access import EVERY_ROLE, WRITES_REPORTS, allow
from campaign.db import db, utc_now
from campaign.documents import queries, services
from campaign.documents.annexes import REPORT_KINDS
from campaign.documents.compose import (
    SUBLEVELS,
    Facts,
    Stated,
    Words,
    gather,
    is_live,
    measure,
    proposed_achievement,
    proposed_summary,
    words_from_form,
)
from campaign.documents.models import Report
from campaign.error_pages import text_of
from campaign.errors import NotFound, Refused
from campaign.jobs import Job
from campaign.listing import Column, Filter, Listing
from campaign.messages import N_
from campaign.storage import Storage

blueprint: Blueprint = web.programme_blueprint("reports", __name__, "/reports")

KIND_NAMES = {
    "monthly": N_("monthly progress report"),
    "execution": N_("execution report"),
    "summary": N_("work summary"),
    "performance": N_("performance report"),
    "acceptance": N_("acceptance report"),
}
FORMS = ("docx", "pdf", "xlsx")


def kind_name(report: Report) -> str:
    return _(KIND_NAMES[report.kind])


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
    return render_template("documents/index.html", listing=listing)


def _by_author_or_number(statement: Any, words: str) -> Any:  # noqa: ANN401 - a select of reports
    from campaign.accounts.models import User  # noqa: PLC0415 - used by this search alone

    by_name = select(User.id).where(User.name.icontains(words, autoescape=True))
    if words.isdecimal():
        return statement.where((Report.number == int(words)) | Report.made_by_id.in_(by_name))
    return statement.where(Report.made_by_id.in_(by_name))


@dataclass(frozen=True)
class Row:
    """One indicator on the form."""

    key: str
    group: str
    title: str
    target: str
    actual: str
    live: bool
    met: bool
    stated: Stated


def _rows(facts: Facts, words: Words) -> list[Row]:
    chinese = str(get_locale()).startswith("zh")
    found = []
    for indicator in facts.profile.self_assessment.indicators:
        stated = words.stated.get(indicator.key, Stated())
        measured = measure(facts, indicator, stated)
        found.append(
            Row(
                key=indicator.key,
                group=SUBLEVELS[indicator.level2],
                title=indicator.title if chinese else indicator.title_en,
                target=f"{indicator.target}{indicator.unit or ''}",
                actual=measured.text,
                live=is_live(indicator),
                met=measured.met,
                stated=stated,
            )
        )
    return found


@blueprint.route("/new", methods=["GET", "POST"])
@allow(WRITES_REPORTS)
def new() -> str | WerkzeugResponse | tuple[str, int]:
    """Look at the figures, explain what was missed, freeze the report."""
    profile, now = web.profile(), utc_now()
    facts = gather(db.session, web.programme(), profile, web.actor(), now)
    indicators = profile.self_assessment.indicators
    if request.method == "POST":
        words = words_from_form(request.form, indicators)
        try:
            report, _job = services.request_report(
                db.session, web.programme(), profile, web.actor(), words, by=current_user.name, as_of=now
            )
        except Refused as refusal:
            return _form(facts, words, refused=text_of(refusal)), 422
        flash(_("The figures are frozen; the documents are being written."), "success")
        return redirect(url_for("reports.show", report_id=report.id))
    words = Words(achievement=proposed_achievement(facts), summary=proposed_summary(facts))
    return _form(facts, words)


def _form(facts: Facts, words: Words, refused: str | None = None) -> str:
    return render_template(
        "documents/new.html", facts=facts, words=words, rows=_rows(facts, words), refused=refused
    )


def annex_heads(annex: dict[str, Any]) -> list[tuple[str, str]]:
    """Heads of an annex's table."""
    return [
        (column["title"], "number" if column["kind"] in NUMERIC else "text") for column in annex["columns"]
    ]


NUMERIC = ("integer", "number", "money")


def annex_cell(text: str, kind: str) -> str:
    """A frozen cell in the page's form."""
    if not text:
        return ""
    if kind == "money":
        return formatting.money(int(text))
    if kind == "date":
        return formatting.date_zh(date.fromisoformat(text))
    if kind == "datetime":
        return formatting.datetime_zh(datetime.fromisoformat(text))
    return text


@blueprint.route("/<int:report_id>")
@allow(EVERY_ROLE)
def show(report_id: int) -> str:
    report: Report = web.get(Report, report_id)
    job = db.session.scalars(
        select(Job).where(Job.kind == "report", Job.subject_id == report.id).order_by(Job.created_at.desc())
    ).first()
    return render_template(
        "documents/show.html",
        report=report,
        kind=kind_name(report),
        snapshot=report.snapshot["report"],
        annex_heads=annex_heads,
        annex_cell=annex_cell,
        job=jobs_views.view_of(job) if job else None,
    )


@blueprint.route("/<int:report_id>/<form>")
@allow(EVERY_ROLE)
def download(report_id: int, form: str) -> Response:
    report: Report = web.get(Report, report_id)
    file = report.file(form)
    if file is None:
        raise NotFound(N_("This form of the report has not been written yet."))
    storage: Storage = current_app.extensions["storage"]
    name = f"{web.programme().title}{REPORT_KINDS[report.kind]}（第{report.number}号）.{form}"
    return send_file(
        storage.path(file.asset.sha256),
        mimetype=file.asset.media_type,
        as_attachment=form != "pdf",
        download_name=name,
        conditional=True,
    )
