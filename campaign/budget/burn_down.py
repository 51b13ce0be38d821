"""What the burn-down of the budget shows: approved expenses by month against the plan (A1)."""

from __future__ import annotations

from functools import partial

from flask import url_for
from flask_babel import gettext as _

from campaign import reporting, web
from campaign.budget import queries
from campaign.db import db, utc_now
from campaign.documents import series
from campaign.documents.facts import months_of
from campaign.formatting import local
from campaign.messages import N_
from campaign.reporting import Series
from campaign.targets.charts import Shown, worth_showing

TITLE = N_("What is left of the budget")


def burn_down() -> Series:
    """The series of the programme of this address."""
    session, programme, actor = db.session, web.programme(), web.actor()
    today = local(utc_now()).date()
    paid = [
        (row.spent_on, row.amount_fen)
        for row in queries.in_order(session, programme, actor)
        if row.state == "approved" and row.spent_on <= today
    ]
    planned = sum(row.state.planned_fen for row in queries.line_rows(session, programme, actor))
    points = series.spend_points(months_of(programme), paid, planned, series.month_of(today))
    return Series("spending", reporting.SPENDING_TITLE, points)


def shown() -> Shown | None:
    """The chart as the ledger's page shows it; None where nothing has been spent."""
    one = burn_down()
    if not worth_showing(one):
        return None
    rows = url_for("budget.index", state="approved", _anchor="expenses")
    return Shown("spending", _(TITLE), one.alt, partial(url_for, "budget.chart"), rows)
