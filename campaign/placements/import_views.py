"""Bulk import: the table's columns are matched, what would happen is shown row by row, then all or nothing.

Table and evidence are stored once when they are chosen; the pages after that carry a signed token that names
them, so that nothing has to be chosen twice (ux: nothing is lost).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired, MultipleFileField
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response as WerkzeugResponse

from campaign import evidence, reporting, web
from campaign.access import EVERY_ROLE, WRITES_COVERAGE, allow, owner_for
from campaign.db import db, utc_now
from campaign.error_pages import text_of
from campaign.errors import CampaignError, Refused
from campaign.evidence import Evidence
from campaign.formatting import local
from campaign.messages import N_
from campaign.placements import importing, sheets, table
from campaign.placements.importing import Desk, Outcome
from campaign.placements.room import blueprint, say, target_names
from campaign.storage import Stored, TooLarge

Page = str | WerkzeugResponse | tuple[str, int]
MAX_TABLE_BYTES = 20 * 1024 * 1024
TOKEN_AGE_S = 6 * 3600
SHOWN_ROWS = 300
FIELD_NAMES = {
    "outlet": N_("Outlet"),
    "title": N_("Title"),
    "address": N_("Link"),
    "published_on": N_("Published on"),
    "kind": N_("Kind"),
    "cases": N_("Cases"),
    "evidence": N_("Evidence"),
    "channel": N_("Channel"),
    "level": N_("Level"),
    "slot": N_("Page or time"),
    "author": N_("Reporter"),
    "other_address": N_("Second link"),
    "removed_on": N_("Seen to be gone on"),
    "note": N_("Note"),
}


class ImportForm(FlaskForm):
    """A table of pieces, and the files it names as evidence."""

    file = FileField(_l("Table"), [FileRequired(_l("Choose the table first."))])
    proofs = MultipleFileField(_l("Evidence"))


@dataclass(frozen=True)
class Chosen:
    """The stored table and the stored files of evidence, by the names the table may give them."""

    stored: Stored
    file_name: str
    proofs: Mapping[str, Evidence]

    def token(self) -> str:
        """Name all of it in one signed text."""
        files = [
            [one.stored.sha256, one.stored.size_bytes, one.media_type, name]
            for name, one in self.proofs.items()
        ]
        owner = web.programme().id
        return str(
            _signer().dumps([owner, self.stored.sha256, self.stored.size_bytes, self.file_name, files])
        )

    @classmethod
    def of(cls, token: str) -> Chosen:
        """Read a token; an old or foreign one is refused."""
        try:
            owner, sha256, size, name, files = _signer().loads(token, max_age=TOKEN_AGE_S)
        except BadSignature as error:
            raise Refused(N_("The preview is too old. Choose the table again.")) from error
        if owner != web.programme().id:
            raise Refused(N_("The preview belongs to another programme. Choose the table again."))
        proofs = {
            one_name: Evidence(Stored(one, one_size), kind, one_name)
            for one, one_size, kind, one_name in files
        }
        return cls(Stored(sha256, size), name, proofs)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="coverage-import")


def _receive(form: ImportForm) -> Chosen:
    """Store what was chosen; a wrong file is refused by name before anything is looked at."""
    upload = form.file.data
    name = evidence.clean_name(upload.filename or "")
    try:
        stored = web.storage().put_stream(upload.stream, limit_bytes=MAX_TABLE_BYTES)
    except TooLarge as error:
        raise Refused(
            N_("%(file)s is larger than %(limit)s MB, which no table of coverage is; choose the right file."),
            file=name,
            limit=MAX_TABLE_BYTES // 1024**2,
        ) from error
    proofs = {}
    for one in form.proofs.data or ():
        if getattr(one, "filename", ""):
            found = evidence.accept(web.storage(), one)
            proofs[found.name] = found
    return Chosen(stored, name, proofs)


def _mapping(sheet: sheets.Sheet) -> dict[str, int]:
    """The columns as the page sent them; what it did not send is told by the headings."""
    if not any(f"map-{name}" in request.form for name in table.FIELDS):
        return sheet.mapping
    sent = {name: request.form.get(f"map-{name}", "") for name in table.FIELDS}
    wide = len(sheet.headings)
    return {name: int(at) for name, at in sent.items() if at.isdigit() and int(at) < wide}


def _run(chosen: Chosen, mapping: Mapping[str, int], sheet: sheets.Sheet, *, dry_run: bool) -> Outcome:
    owner = owner_for(db.session, web.actor(), web.programme(), WRITES_COVERAGE)
    desk = Desk(web.programme(), web.profile(), web.actor(), owner, chosen.proofs.get)
    lines = sheets.lines_of(sheet, mapping, local(utc_now()).date())
    return importing.import_lines(db.session, desk, lines, dry_run=dry_run)


def _sheet(chosen: Chosen) -> sheets.Sheet:
    return sheets.read_sheet(web.storage().path(chosen.stored.sha256).read_bytes(), chosen.file_name)


@blueprint.route("/import", methods=["GET", "POST"])
@allow(WRITES_COVERAGE)
def import_table() -> Page:
    """Choose a table; then match its columns and see what would happen."""
    form = ImportForm()
    if request.form.get("token"):
        try:
            return _preview(form, Chosen.of(request.form["token"]))
        except Refused as refusal:
            flash(text_of(refusal), "danger")
            return redirect(url_for("placements.import_table"))
    if not form.validate_on_submit():
        return _choose(form)
    try:
        return _preview(form, _receive(form))
    except CampaignError as refusal:
        db.session.rollback()
        form.file.errors = [text_of(refusal)]
        return _choose(form)


def _choose(form: ImportForm) -> Page:
    page = render_template("placements/import.html", form=form, accept=evidence.ACCEPT[evidence.EVERYTHING])
    return page, 422 if form.errors else 200


def _preview(form: ImportForm, chosen: Chosen) -> Page:
    sheet = _sheet(chosen)
    mapping = _mapping(sheet)
    lacking = table.missing(mapping)
    outcome = None if lacking else _run(chosen, mapping, sheet, dry_run=True)
    return render_template(
        "placements/import_preview.html",
        form=form,
        chosen=chosen,
        token=chosen.token(),
        sheet=sheet,
        mapping=mapping,
        lacking=[_(FIELD_NAMES[name]) for name in lacking],
        fields={name: _(FIELD_NAMES[name]) for name in table.FIELDS},
        needed=table.NEEDED,
        outcome=outcome,
        shown=_shown(outcome) if outcome else (),
        names=target_names(),
        say=say,
    )


def _shown(outcome: Outcome) -> list[importing.Result]:
    """The rows of the preview: those that keep the table out first, then as they stand, up to a bound."""
    order = {"refused": 0, "known": 1, "new": 1}
    ordered = sorted(outcome.results, key=lambda result: (order[result.state], result.line.number))
    return ordered[:SHOWN_ROWS]


@blueprint.route("/import/confirm", methods=["POST"])
@allow(WRITES_COVERAGE)
def confirm_import() -> Page:
    """Take all rows in, or none: what has changed since the preview is looked at again."""
    try:
        chosen = Chosen.of(request.form.get("token", ""))
    except Refused as refusal:
        flash(text_of(refusal), "danger")
        return redirect(url_for("placements.import_table"))
    sheet = _sheet(chosen)
    outcome = _run(chosen, _mapping(sheet), sheet, dry_run=False)
    if not outcome.stored:
        flash(
            _("Nothing has been stored: some rows cannot be taken in any more. Look at them below."), "danger"
        )
        return _preview(ImportForm(formdata=None), chosen)
    flash(
        _(
            "Imported: %(new)s new pieces, %(known)s were there already.",
            new=outcome.number("new"),
            known=outcome.number("known"),
        ),
        "success",
    )
    return redirect(url_for("placements.index"))


@blueprint.route("/import/blank.xlsx")
@allow(EVERY_ROLE)
def blank_table() -> Response:
    """The empty table with the headings that are known."""
    heads = [(table.HEADINGS[name][0], "text") for name in table.FIELDS]
    return web.attachment(reporting.write_table("宣传报道登记表", heads, []), "宣传报道登记表.xlsx", web.XLSX)
