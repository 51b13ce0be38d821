"""Who tells which case, in which order, and with what: speech, slides, film (A6, A8, P21)."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.wrappers import Response as WerkzeugResponse
from wtforms import SelectChoice

from campaign import web
from campaign.access import EVERY_ROLE, WRITES_EVENTS, allow, scoped
from campaign.db import db
from campaign.error_pages import text_of
from campaign.errors import NotFound, Refused
from campaign.films.models import Clip
from campaign.lectures import office_files, plan_services, queries, rules
from campaign.lectures.models import LectureCase, LectureEvent
from campaign.lectures.office_files import SLIDES, SPEECHES, WORD
from campaign.lectures.plan_forms import MaterialsForm, SpeakersForm
from campaign.lectures.plan_services import Materials
from campaign.lectures.rows import rearranged
from campaign.lectures.views import blueprint, say
from campaign.messages import N_
from campaign.storage import Asset

Page = str | WerkzeugResponse | tuple[str, int]
LISTS = ("line_up",)
COLUMNS = ("id", "speaker", "speaker_title", "stand_in", "rehearsed_on")


@blueprint.route("/<int:event_id>/speakers", methods=["GET", "POST"])
@allow(WRITES_EVENTS)
def speakers(event_id: int) -> Page:
    """The order of telling, speakers and stand-ins, and how far each is ready."""
    event: LectureEvent = web.get(LectureEvent, event_id)
    state = plan_services.state_of(event, LISTS)
    problem = ""
    if request.method == "GET":
        rows = [{name: getattr(row, name) for name in COLUMNS} for row in event.line_up]
        form = SpeakersForm(data={"seen": state, "line_up": rows})
    else:
        act = request.form.get("act", "")
        typed = None
        if act.startswith(("up:", "down:")):
            typed = rearranged(dict(request.form.lists()), act, LISTS)
        form = SpeakersForm() if typed is None else SpeakersForm(formdata=MultiDict(typed))
        if typed is None and form.validate():
            try:
                plan_services.change_speakers(
                    db.session, event, form.rows("line_up"), seen=form.seen.data or ""
                )
            except Refused as refusal:
                db.session.rollback()
                problem = text_of(refusal)
                form.seen.data = plan_services.state_of(event, LISTS)
            else:
                flash(_("The speakers have been saved."), "success")
                return redirect(url_for("lectures.speakers", event_id=event_id))
    by_id = {str(row.id): row for row in event.line_up}
    body = render_template(
        "lectures/speakers.html",
        form=form,
        event=event,
        told=[by_id.get(str(entry.form.id.data)) for entry in form.line_up],
        lacking={row.id: rules.lacking(queries.prepared(row)) for row in event.line_up},
        problem=problem,
        say=say,
    )
    return body, 422 if problem or (form.is_submitted() and form.errors) else 200


def _told(event_id: int, row_id: int) -> LectureCase:
    event: LectureEvent = web.get(LectureEvent, event_id)
    row = next((one for one in event.line_up if one.id == row_id), None)
    if row is None:
        raise NotFound(N_("This case does not stand in the line-up any more."))
    return row


def _clips(row: LectureCase) -> list[Clip]:
    statement = scoped(select(Clip), Clip, web.actor()).where(
        Clip.case_id == row.case_id, Clip.state == "ready"
    )
    found = list(db.session.scalars(statement.order_by(Clip.id)).unique())
    return found if row.clip is None or row.clip in found else [*found, row.clip]


@blueprint.route("/<int:event_id>/speakers/<int:row_id>", methods=["GET", "POST"])
@allow(WRITES_EVENTS)
def materials(event_id: int, row_id: int) -> Page:
    """The speech, slides and film of one told case."""
    row = _told(event_id, row_id)
    clips = _clips(row)
    state = plan_services.state_of(row.event, LISTS)
    data = {"seen": state, "speech": row.speech, "clip": str(row.clip_id or "")}
    form = MaterialsForm(data=data)
    form.clip.choices = [
        SelectChoice("", _("no film")),
        *(SelectChoice(str(clip.id), clip.title) for clip in clips),
    ]
    problem = ""
    if form.is_submitted() and form.validate():
        try:
            plan_services.change_materials(db.session, row, _sent(form, clips), seen=form.seen.data or "")
        except Refused as refusal:
            db.session.rollback()
            problem = text_of(refusal)
            form.seen.data = plan_services.state_of(row.event, LISTS)
        else:
            flash(_("The materials have been saved."), "success")
            return redirect(url_for("lectures.speakers", event_id=event_id))
    body = render_template(
        "lectures/materials.html",
        form=form,
        event=row.event,
        row=row,
        clips=clips,
        chars=rules.speech_length(form.speech.data or ""),
        lacking=rules.lacking(queries.prepared(row)),
        problem=problem,
        say=say,
    )
    return body, 422 if problem or (form.is_submitted() and form.errors) else 200


def _sent(form: MaterialsForm, clips: list[Clip]) -> Materials:
    speech = (form.speech.data or "").replace("\r\n", "\n").strip()
    sent = _file(form.speech_file.data, SPEECHES)
    if isinstance(sent, tuple) and not speech and sent[0].media_type == WORD:
        # The words of the file are read, so that their number is known and the centre can comment on them.
        speech = office_files.text_of_word(web.storage().path(sent[0].sha256))
    return Materials(
        speech,
        next((clip for clip in clips if str(clip.id) == form.clip.data), None),
        sent or (False if form.drop_speech_file.data else None),
        _file(form.slides.data, SLIDES) or (False if form.drop_slides.data else None),
    )


def _file(upload: Any, kinds: dict[str, str]) -> tuple[Asset, str] | None:  # noqa: ANN401 - what the field holds
    if not isinstance(upload, FileStorage) or not upload.filename:
        return None
    return office_files.keep(db.session, web.storage(), upload, kinds)


@blueprint.route("/<int:event_id>/speakers/<int:row_id>/<which>")
@allow(EVERY_ROLE)
def material_file(event_id: int, row_id: int, which: str) -> Response:
    """The file of a speech or of the slides, always as a download."""
    row = _told(event_id, row_id)
    files = {"speech": (row.speech_file, row.speech_name), "slides": (row.slides_file, row.slides_name)}
    asset, name = files.get(which, (None, ""))
    if asset is None:
        raise NotFound(N_("There is no such file yet."))
    return send_file(
        web.storage().path(asset.sha256), mimetype=asset.media_type, as_attachment=True, download_name=name
    )
