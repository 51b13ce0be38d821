"""The pages of one event, in the order of its tabs; a page that is not installed yet is passed over."""

from __future__ import annotations

from flask import current_app, url_for
from flask_babel import gettext as _

from campaign import web
from campaign.access import rule_of
from campaign.lectures.models import LectureEvent
from campaign.messages import N_

# Endpoints take event_id; a room that adds a page of an event adds its line here.
TABS = (
    ("lectures.show", N_("Plan")),
    ("lectures.line_up", N_("Line-up")),
    ("lectures.speakers", N_("Speakers and materials")),
    ("lectures.agenda", N_("Run of show")),
    ("lectures.guests", N_("Guests and media")),
    ("lectures.preparation", N_("Preparation")),
    ("lectures.papers", N_("Documents and review")),
    ("attendance.day", N_("The day")),
)


def tabs_of(event: LectureEvent, current: str) -> list[tuple[str, str, bool]]:
    """The tabs that the acting user may open, as (label, address, whether it is this page)."""
    found = []
    for endpoint, label in TABS:
        view = current_app.view_functions.get(endpoint)
        rule = rule_of(view) if view else None
        if rule is None or (rule.roles is not None and not web.may(rule.roles)):
            continue
        found.append((_(label), url_for(endpoint, event_id=event.id), endpoint == current))
    return found
