"""The page a report is written on: figures from the rows, words from a person, then it is frozen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from flask import flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as WerkzeugResponse

from campaign import web
from campaign.access import WRITES_REPORTS, allow
from campaign.attendance import measured
from campaign.db import db, utc_now
from campaign.documents import acceptance, queries, services, templates
from campaign.documents.assessment import SUBLEVELS, is_live, measure
from campaign.documents.facts import Facts, months_of, risks
from campaign.documents.parts import PARTS
from campaign.documents.room import (
    KIND_NAMES,
    blueprint,
    facts_for,
    known_kind,
    month_to_report,
    settings,
)
from campaign.documents.words import Judged, Stated, Words, words_from_form
from campaign.error_pages import text_of
from campaign.errors import Refused
from campaign.formatting import local
from campaign.messages import N_
from campaign.programmes.profiles import Indicator
from campaign.reporting import Deliverable, Part, proposed_score

Page = str | WerkzeugResponse | tuple[str, int]

VERDICTS = {
    "accepted": N_("accepted"),
    "short": N_("falls short"),
    "to_check": N_("to be checked"),
}


@dataclass(frozen=True)
class Row:
    """One indicator on the form; `weight` and `score` are as typed, `proposed` is the customary score."""

    key: str
    group: str
    title: str
    target: str
    actual: str
    live: bool
    met: bool
    stated: Stated
    weight: str
    proposed: str


@dataclass(frozen=True)
class Sheet:
    """What stands on the page: the parts with their words, and the rows of the kind."""

    kind: str
    month: str
    parts: Sequence[tuple[Part, str]]
    rows: Sequence[Row] = ()
    lines: Sequence[tuple[Deliverable, Judged]] = ()
    funds_weight: str = ""
    total: str = ""


def plain(value: Decimal) -> str:
    """Points without trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@blueprint.route("/new", methods=["GET", "POST"], defaults={"report_kind": "performance"})
@blueprint.route("/new/<report_kind>", methods=["GET", "POST"])
@allow(WRITES_REPORTS)
def new(report_kind: str) -> Page:
    """Look at the figures, write the words, freeze the report."""
    kind = known_kind(report_kind)
    month = request.values.get("month", "") or (month_to_report() if kind == "monthly" else "")
    try:
        facts = facts_for(kind, month)
    except Refused as refusal:
        flash(text_of(refusal), "danger")
        return redirect(url_for("reports.index"))
    texts, problem = templates.first_words(
        db.session, web.storage(), web.programme(), kind, facts, web.actor()
    )
    broken = text_of(problem) if problem else None
    if request.method == "GET":
        measures = measured.proposed(db.session, web.programme(), facts.profile, web.actor())
        words = Words(parts={key: "\n".join(lines) for key, lines in texts.items()}, stated=measures)
        return _form(facts, _sheet(kind, facts, words), broken=broken)
    words = _words(kind, facts)
    try:
        draft = services.Draft(kind, words, texts, current_user.name)
        report, _job = services.request_report(db.session, facts, draft, web.actor(), settings=settings())
    except Refused as refusal:
        db.session.rollback()
        return _form(facts, _sheet(kind, facts, words), refused=text_of(refusal), broken=broken), 422
    flash(_("The figures are frozen; the documents are being written."), "success")
    return redirect(url_for("reports.show", report_id=report.id))


def _words(kind: str, facts: Facts) -> Words:
    return words_from_form(
        request.form,
        [part.key for part in PARTS[kind]],
        facts.profile.self_assessment.indicators if kind == "performance" else (),
        acceptance.keys_of(facts.profile) if kind == "acceptance" else (),
    )


def _sheet(kind: str, facts: Facts, words: Words) -> Sheet:
    parts = [(part, words.parts.get(part.key, "")) for part in PARTS[kind]]
    if kind == "performance":
        rows = [_row(facts, indicator, words) for indicator in facts.profile.self_assessment.indicators]
        funds = words.funds_weight or str(facts.profile.self_assessment.funds_weight)
        total = sum((_number(row.weight) for row in rows), _number(funds))
        return Sheet(kind, facts.month, parts, rows, funds_weight=funds, total=plain(total))
    if kind == "acceptance":
        lines = acceptance.deliverables(facts, words)
        return Sheet(
            kind, facts.month, parts, lines=[(line, words.judged.get(line.key, Judged())) for line in lines]
        )
    return Sheet(kind, facts.month, parts)


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal(0)


def _row(facts: Facts, indicator: Indicator, words: Words) -> Row:
    stated = words.stated.get(indicator.key, Stated())
    measured = measure(facts, indicator, stated)
    weight = stated.weight or str(indicator.weight)
    proposed = proposed_score(
        max(_number(weight), Decimal(0)), measured.required, measured.actual, at_most=measured.at_most
    )
    chinese = str(get_locale()).startswith("zh")
    return Row(
        key=indicator.key,
        group=SUBLEVELS[indicator.level2],
        title=indicator.title if chinese else indicator.title_en,
        target=f"{indicator.target}{indicator.unit or ''}",
        actual=measured.text,
        live=is_live(indicator),
        met=measured.met,
        stated=stated,
        weight=weight,
        proposed=plain(proposed),
    )


def _form(facts: Facts, draft: Sheet, refused: str | None = None, broken: str | None = None) -> str:
    done = queries.reported_months(db.session, web.programme(), web.actor())
    today = local(utc_now()).date().strftime("%Y-%m")
    return render_template(
        "documents/new.html",
        facts=facts,
        draft=draft,
        kind=_(KIND_NAMES[draft.kind]),
        refused=refused,
        broken=broken,
        risks=risks(facts),
        verdicts=[(key, _(text)) for key, text in VERDICTS.items()],
        months=[(month, month in done) for month in months_of(web.programme()) if month <= today],
    )
