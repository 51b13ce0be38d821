"""The letter that asks an enterprise to mend its film: to read, to copy, as docx."""

from __future__ import annotations

import datetime as dt

from flask import Response, render_template, request

from campaign import reporting, web
from campaign.access import WRITES_FILMS, allow
from campaign.db import utc_now
from campaign.documents.services import MEDIA_TYPES
from campaign.errors import Refused
from campaign.films import rules, waivers
from campaign.films.models import SourceVideo
from campaign.films.room import blueprint
from campaign.formatting import local
from campaign.messages import N_


def _letter(film: SourceVideo) -> tuple[reporting.Letter, str]:
    """The letter as asked for, and the date in it as typed."""
    typed = request.args.get("by", "")
    try:
        by = dt.date.fromisoformat(typed) if typed else None
    except ValueError:
        raise Refused(N_("%(typed)s is no date. Choose one from the calendar."), typed=typed) from None
    now = utc_now()
    sender = waivers.Sender(film.programme.organisation.name, film.programme.title, now, local(now).date())
    return waivers.letter(film, sender, by), typed if by else ""


@blueprint.route("/<int:source_id>/letter")
@allow(WRITES_FILMS)
def letter(source_id: int) -> str:
    film: SourceVideo = web.get(SourceVideo, source_id)
    written, by = _letter(film)
    return render_template("films/letter.html", film=film, letter=written, by=by)


@blueprint.route("/<int:source_id>/letter.docx")
@allow(WRITES_FILMS)
def letter_docx(source_id: int) -> Response:
    film: SourceVideo = web.get(SourceVideo, source_id)
    written, _by = _letter(film)
    name = rules.download_name([written.title, film.file_name.rpartition(".")[0]], ".docx")
    return web.attachment(reporting.letter_docx(written), name, MEDIA_TYPES["docx"])
