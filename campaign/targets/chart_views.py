"""Charts as files: SVG for the page, SVG and PNG to take away, drawn as the reports draw them (A17)."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, request
from flask_babel import gettext as _

from campaign import reporting, web
from campaign.access import EVERY_ROLE, allow
from campaign.errors import NotFound
from campaign.messages import N_
from campaign.reporting import Series
from campaign.targets.charts import NAMES, Read
from campaign.targets.views import blueprint

MEDIA_TYPES = {"svg": "image/svg+xml", "png": "image/png"}


def answer(one: Series, title: str, form: str) -> Response:
    """A chart as its file: for a phone where `narrow` is asked, to be saved where `save` is."""
    if form not in MEDIA_TYPES:
        raise NotFound(N_("There is no such chart."))
    narrow = "narrow" in request.args
    drawn: Any = reporting.draw_series(one, current_app.config["SETTINGS"].data_dir, narrow=narrow)
    content = drawn.svg if form == "svg" else drawn.png
    if "save" in request.args:
        return web.attachment(content, f"{title}.{form}", MEDIA_TYPES[form])
    return Response(content, mimetype=MEDIA_TYPES[form])


@blueprint.route("/charts/<key>.<form>")
@allow(EVERY_ROLE)
def chart(key: str, form: str) -> Response:
    """One chart of the board."""
    if key not in NAMES:
        raise NotFound(N_("There is no such chart."))
    return answer(Read().of(key), _(NAMES[key]), form)
