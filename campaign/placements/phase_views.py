"""The form for the phases of the publicity plan and their days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as WerkzeugResponse
from wtforms import DateField, FieldList, Form, FormField, StringField
from wtforms.validators import Length, Optional

from campaign import web
from campaign.access import allow
from campaign.accounts.models import Role
from campaign.db import db
from campaign.error_pages import text_of
from campaign.errors import Forbidden, Refused
from campaign.messages import N_
from campaign.placements import phases
from campaign.placements.phases import PhaseDays
from campaign.placements.room import blueprint

Page = str | WerkzeugResponse | tuple[str, int]


class PhaseForm(Form):
    """One phase; a row without a name and days is left out."""

    title = StringField(_l("Phase"), [Length(max=60)])
    starts = DateField(_l("First day"), [Optional()])
    ends = DateField(_l("Last day"), [Optional()])

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Ask for what a row that is begun lacks, and refuse an end before the beginning."""
        fine = bool(super().validate(extra_validators))
        faults = []
        if (self.starts.data or self.ends.data) and not (self.title.data or "").strip():
            faults.append((self.title, _("Enter the name of the phase.")))
        if self.ends.data and not self.starts.data and not self.starts.errors:
            faults.append((self.starts, _("Enter the first day.")))
        if self.starts.data and not self.ends.data and not self.ends.errors:
            faults.append((self.ends, _("Enter the last day.")))
        if self.starts.data and self.ends.data and self.ends.data < self.starts.data:
            faults.append((self.ends, _("The last day is before the first.")))
        for field, fault in faults:
            field.errors = [*field.errors, fault]
        return fine and not faults


class PhasesForm(FlaskForm):
    """All phases of a programme; rows whose days are both empty are left out."""

    rows = FieldList(FormField(PhaseForm))

    def wanted(self) -> list[PhaseDays]:
        """What the verb takes."""
        return [
            PhaseDays((row["title"] or "").strip(), row["starts"], row["ends"])
            for row in self.rows.data
            if row["starts"] and row["ends"]
        ]


@blueprint.route("/phases", methods=["GET", "POST"])
@allow(Role.LEAD)
def set_phases() -> Page:
    """Set the days of the phases; the analysis counts pieces by them (B1)."""
    programme = web.programme()
    if not phases.may_set(web.actor(), programme):
        raise Forbidden(
            N_("The phases hold for the whole programme; the lead of %(owner)s sets them."),
            owner=programme.organisation.name,
        )
    now = phases.phases_of(db.session, programme, web.profile())
    form = PhasesForm(data={"rows": [{"title": p.title, "starts": p.starts, "ends": p.ends} for p in now]})
    if form.validate_on_submit():
        try:
            phases.set_phases(db.session, programme, form.wanted())
        except Refused as refusal:
            db.session.rollback()
            # The verb names the phase; the summary on top says it, as it may concern two rows.
            form.rows.errors = [text_of(refusal)]
        else:
            flash(_("The phases have been saved."), "success")
            return redirect(url_for("placements.show_analysis", _anchor="by-phase"))
    if not form.rows.entries or form.rows.entries[-1].form.title.data:
        form.rows.append_entry()
    return render_template("placements/phases.html", form=form), 422 if form.errors else 200
