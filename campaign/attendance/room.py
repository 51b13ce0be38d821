"""The room's blueprint and what its pages share."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from flask import Blueprint, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from campaign import web
from campaign.db import db
from campaign.errors import NotFound
from campaign.formatting import datetime_zh
from campaign.lectures.models import LectureEvent
from campaign.messages import N_, Message

T = TypeVar("T")
blueprint = Blueprint("attendance", __name__)
LECTURES = web.PROGRAMME_PREFIX + "/lectures"
HERE = LECTURES + "/<int:event_id>"

Page = str | WerkzeugResponse | tuple[str, int]


def event_with(event_id: int) -> LectureEvent:
    """The event of an address, inside the actor's scope."""
    found: LectureEvent = web.get(LectureEvent, event_id)
    return found


def row_of(model: type[T], row_id: int, event: LectureEvent) -> T:
    """A row that hangs on an event; otherwise the page of what does not exist."""
    row = db.session.get(model, row_id)
    if row is None or row.event_id != event.id:  # type: ignore[attr-defined]
        raise NotFound(N_("This does not exist, or it belongs to an organisation you do not work for."))
    return row


def say(message: Message) -> str:
    """A rule's sentence in the reader's language, moments as the field writes them."""
    params = {
        key: datetime_zh(value) if isinstance(value, datetime) else value
        for key, value in message.params.items()
    }
    return _(message.msgid, **params)


def drawn(template: str, **values: Any) -> str:  # noqa: ANN401 - whatever the template shows
    """A page that stands under the lectures in the navigation."""
    return render_template(f"attendance/{template}.html", nav_current="lectures", **values)
