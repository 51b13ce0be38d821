"""The page of a report's template: download the words, edit them in Word, put them back (A17)."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from campaign import web
from campaign.access import WRITES_REPORTS, allow
from campaign.db import db
from campaign.documents import queries, templates
from campaign.documents.facts import Facts
from campaign.documents.fields import FIELDS, FieldGroup, Values, values
from campaign.documents.parts import PARTS
from campaign.documents.room import KIND_NAMES, blueprint, facts_for, known_kind, month_to_report
from campaign.documents.services import MEDIA_TYPES
from campaign.error_pages import text_of
from campaign.errors import NotFound, Refused
from campaign.messages import N_

Page = str | WerkzeugResponse | tuple[str, int]
Known = list[tuple[str, str, str]]


@blueprint.route("/templates/<report_kind>", methods=["GET", "POST"])
@allow(WRITES_REPORTS)
def template(report_kind: str) -> Page:
    """Versions, fields and what they say now; a new version is taken in here."""
    kind = known_kind(report_kind)
    facts = _facts(kind)
    if request.method == "GET":
        return _page(kind, facts)
    chosen = request.files.get("template")
    try:
        templates.put_in(
            db.session,
            web.storage(),
            web.programme(),
            kind,
            facts,
            web.actor(),
            content=chosen.read() if chosen else b"",
            file_name=chosen.filename or "" if chosen else "",
        )
    except Refused as refusal:
        db.session.rollback()
        return _page(kind, facts, refused=text_of(refusal)), 422
    flash(_("The template is in use; reports begin with its words from now on."), "success")
    return redirect(url_for("reports.template", report_kind=kind))


def _facts(kind: str) -> Facts:
    return facts_for(kind, month_to_report() if kind == "monthly" else "")


def _page(kind: str, facts: Facts, refused: str | None = None) -> str:
    return render_template(
        "documents/template.html",
        kind_key=kind,
        kind=_(KIND_NAMES[kind]),
        kinds=KIND_NAMES,
        parts=PARTS[kind],
        groups=[(group, _fields(group, values(facts))) for group in FIELDS],
        versions=queries.templates_of(db.session, web.programme(), kind, web.actor()),
        refused=refused,
    )


def _fields(group: FieldGroup, filled: Values) -> Known:
    """Each field as it is typed, what it means, what it says now; of a list, in its first row."""
    value = filled[group.name]
    if not group.members:
        if not group.repeats:
            return [(f"{{{{ {group.name} }}}}", _(group.why), str(value))]
        return [(f"{{{{ {group.repeats} }}}}", _(group.why), str(value[0]) if value else "")]
    first = (value[0] if value else {}) if group.repeats else value
    prefix = group.repeats or group.name
    return [(f"{{{{ {prefix}.{name} }}}}", _(why), _said(first.get(name, ""))) for name, why in group.members]


def _said(value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


@blueprint.route("/templates/<report_kind>/<int:number>.docx")
@allow(WRITES_REPORTS)
def template_file(report_kind: str, number: int) -> Response:
    """A version as a Word file; 0 is the house's."""
    kind = known_kind(report_kind)
    name = f"{_(KIND_NAMES[kind])}{_('template')}-{number}.docx"
    if number == 0:
        return web.attachment(templates.house_template(kind), name, MEDIA_TYPES["docx"])
    rows = queries.templates_of(db.session, web.programme(), kind, web.actor())
    row = next((row for row in rows if row.number == number and row.asset is not None), None)
    if row is None or row.asset is None:
        raise NotFound(N_("There is no version %(number)s of this template."), number=number)
    return send_file(
        web.storage().path(row.asset.sha256),
        mimetype=MEDIA_TYPES["docx"],
        as_attachment=True,
        download_name=row.file_name or name,
    )


@blueprint.route("/templates/<report_kind>/back", methods=["POST"])
@allow(WRITES_REPORTS)
def template_back(report_kind: str) -> WerkzeugResponse:
    """Let an older version hold again."""
    number = request.form.get("number", "0")
    templates.go_back(
        db.session,
        web.programme(),
        known_kind(report_kind),
        web.actor(),
        number=int(number) if number.isdecimal() else -1,
    )
    flash(_("That version holds again; the others are kept."), "success")
    return redirect(url_for("reports.template", report_kind=report_kind))
