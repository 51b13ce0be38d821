"""The burn-down of the budget: what is left at the end of each month, as the reports draw it (A1)."""

from __future__ import annotations

from flask import Response
from flask_babel import gettext as _

from campaign.access import READS_MONEY, allow
from campaign.budget.burn_down import TITLE, burn_down
from campaign.budget.views import blueprint
from campaign.targets.chart_views import answer


@blueprint.route("/burn-down.<form>")
@allow(READS_MONEY)
def chart(form: str) -> Response:
    """The chart as its file."""
    return answer(burn_down(), _(TITLE), form)
