"""After an event: the survey and its results, photos, the one-page summary, and the events of the cities."""

from __future__ import annotations

import io
from typing import Any

from flask import Response, current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as WerkzeugResponse

from campaign import evidence, footage, web
from campaign.access import EVERY_ROLE, WRITES_EVENTS, allow, owner_for
from campaign.accounts.models import Organisation
from campaign.attendance import queries, rules, services, summary
from campaign.attendance.forms import CityEventForm, PhotosForm, QuestionsForm, RecordForm
from campaign.attendance.models import EventPhoto
from campaign.attendance.room import HERE, LECTURES, Page, blueprint, drawn, event_with, row_of
from campaign.attendance.services import CityEvent, NewPhoto, WrongAnswer
from campaign.attendance.views import aware
from campaign.db import db, utc_now
from campaign.error_pages import text_of
from campaign.errors import CampaignError, NotFound, Refused
from campaign.lectures.models import LectureEvent
from campaign.lectures.queries import events_of
from campaign.listing import Column, Listing, contains
from campaign.messages import N_
from campaign.storage import Storage

PICTURES = frozenset(evidence.PICTURES)


# --- survey -----------------------------------------------------------------------------------------------


@blueprint.route(f"{HERE}/day/survey/questions", methods=["GET", "POST"])
@allow(WRITES_EVENTS)
def questions(event_id: int) -> Page:
    """Ask other questions than the standard ones; at most five."""
    event = event_with(event_id)
    asked = queries.questions_of(db.session, event) or rules.STANDARD
    data = {}
    for number, question in enumerate(asked, start=1):
        data[f"kind_{number}"], data[f"text_{number}"] = question.kind, question.text
        data[f"options_{number}"] = "\n".join(question.options)
    form = QuestionsForm(data=data)
    if form.validate_on_submit():
        try:
            services.change_questions(db.session, event, form.questions())
        except Refused as refusal:
            db.session.rollback()
            form.text_1.errors = [text_of(refusal)]
        else:
            flash(_("The questions have been saved."), "success")
            return redirect(url_for("attendance.results", event_id=event_id), 303)
    page = drawn(
        "questions",
        event=event,
        form=form,
        asked=asked,
        numbers=range(1, rules.MAX_QUESTIONS + 1),
        answers=queries.answer_count(db.session, event),
    )
    return page, 422 if form.errors else 200


@blueprint.route(f"{HERE}/day/survey/results")
@allow(EVERY_ROLE)
def results(event_id: int) -> str:
    """What the audience said."""
    event = event_with(event_id)
    tallies = queries.tallies_of(db.session, event)
    return drawn(
        "results",
        event=event,
        tallies=tallies,
        answers=queries.answer_count(db.session, event),
        satisfaction=rules.satisfaction([tallies]),
        words=summary.scale_words(),
    )


# --- photos -----------------------------------------------------------------------------------------------


def _copies(files: list[FileStorage]) -> list[NewPhoto]:
    """Check each photo and make its copy without device data and place."""
    storage: Storage = current_app.extensions["storage"]
    found = []
    for file in files:
        original = evidence.accept(storage, file, PICTURES)
        small = footage.photo_preview(storage.path(original.stored.sha256), original.name)
        copy = evidence.Evidence(storage.put_stream(io.BytesIO(small)), "image/jpeg", original.name)
        found.append(NewPhoto(original, copy))
    return found


@blueprint.route(f"{HERE}/day/photos", methods=["GET", "POST"])
@allow(WRITES_EVENTS)
def photos(event_id: int) -> Page:
    """Take photos of the event in, write under them and choose those of the summary."""
    event = event_with(event_id)
    form = PhotosForm()
    if form.validate_on_submit():
        files = [file for file in form.photos.data or () if isinstance(file, FileStorage) and file.filename]
        try:
            if not files:
                raise Refused(N_("Choose one or more photos."))
            new = services.add_photos(db.session, event, _copies(files))
        except CampaignError as refusal:
            db.session.rollback()
            form.photos.errors = [text_of(refusal)]
        else:
            flash(_("%(count)s photos have been taken in.", count=new), "success")
            return redirect(url_for("attendance.photos", event_id=event_id), 303)
    page = drawn(
        "photos",
        event=event,
        form=form,
        photos=queries.photos_of(db.session, event),
        accept=evidence.ACCEPT[PICTURES],
    )
    return page, 422 if form.errors else 200


@blueprint.route(f"{HERE}/day/photos/<int:row_id>", methods=["POST"])
@allow(WRITES_EVENTS)
def change_photo(event_id: int, row_id: int) -> WerkzeugResponse:
    """Write under a photo, choose it for the summary, or take it off."""
    photo = row_of(EventPhoto, row_id, event_with(event_id))
    if request.form.get("act") == "remove":
        services.remove_photo(db.session, photo)
        flash(_("The photo has been taken off."), "success")
    else:
        try:
            services.change_photo(
                db.session,
                photo,
                caption=request.form.get("caption", "").strip()[:200],
                chosen=request.form.get("chosen") == "1",
            )
        except Refused as refusal:
            db.session.rollback()
            flash(text_of(refusal), "danger")
        else:
            flash(_("The photo has been saved."), "success")
    return redirect(url_for("attendance.photos", event_id=event_id), 303)


@blueprint.route(f"{HERE}/day/photos/<int:row_id>/picture")
@allow(EVERY_ROLE)
def photo(event_id: int, row_id: int) -> Response:
    """A photo, upright and without device data; `?size=small` for lists."""
    row: Any = row_of(EventPhoto, row_id, event_with(event_id))
    if request.args.get("size") == "small":
        return evidence.send_small(row.preview)
    return evidence.send(row.preview, row.file_name)


# --- summary ----------------------------------------------------------------------------------------------


@blueprint.route(f"{HERE}/day/summary", methods=["GET", "POST"])
@allow(WRITES_EVENTS)
def record(event_id: int) -> Page:
    """Write what happened, for the one-page summary."""
    event = event_with(event_id)
    there = queries.record_of(db.session, event)
    proposed = summary.proposed_words(db.session, event)
    form = RecordForm(
        data={
            "summary": there.summary if there and there.summary else proposed,
            "replay_address": there.replay_address if there else "",
        }
    )
    if form.validate_on_submit():
        services.write_record(
            db.session,
            event,
            (form.summary.data or "").strip(),
            (form.replay_address.data or "").strip(),
        )
        flash(_("The words of the summary have been saved."), "success")
        return redirect(url_for("attendance.day", event_id=event_id), 303)
    return drawn(
        "record", event=event, form=form, fresh=not (there and there.summary)
    ), 422 if form.errors else 200


@blueprint.route(f"{HERE}/day/summary.<form>")
@allow(EVERY_ROLE)
def summary_file(event_id: int, form: str) -> Response:
    """The summary of an event on one page, as docx or PDF."""
    event = event_with(event_id)
    if form not in summary.WRITERS:
        raise NotFound(N_("There is no such file."))
    content = summary.write(db.session, event, web.actor(), form)
    return web.attachment(
        content, _("%(title)s, summary", title=event.title) + f".{form}", summary.WRITERS[form]
    )


# --- events of the cities ---------------------------------------------------------------------------------


CITY_COLUMNS = (
    Column(
        "title",
        _l("Event"),
        sort=LectureEvent.title,
        primary=True,
        link=lambda e: url_for("attendance.day", event_id=e.id),
    ),
    Column("owner", _l("Held by"), cell=lambda e: e.owner.name),
    Column("starts_at", _l("Begins"), sort=LectureEvent.starts_at, kind="datetime"),
    Column("venue", _l("Venue"), sort=LectureEvent.venue),
    Column("attendance_on_site", _l("On site"), sort=LectureEvent.attendance_on_site, kind="number"),
    Column("attendance_online", _l("Online"), sort=LectureEvent.attendance_online, kind="number"),
)


@blueprint.route(f"{LECTURES}/cities")
@allow(EVERY_ROLE)
def cities() -> str | Response:
    """The events the cities held, with their own counts (A7, the "N" of "1+N")."""
    held = events_of(web.programme(), web.actor()).where(
        LectureEvent.tier == "city", LectureEvent.state == "held"
    )
    listing = Listing.build(
        db.session,
        held,
        CITY_COLUMNS,
        search=contains(LectureEvent.title, LectureEvent.venue),
        args=request.args,
        default_sort="-starts_at",
    )
    if listing.wants_export:
        return web.export(listing, _("Events of the cities"))
    rows = held.subquery()
    totals = db.session.execute(
        select(
            func.count(),
            func.count(func.distinct(rows.c.owner_id)),
            func.coalesce(func.sum(rows.c.attendance_on_site), 0),
            func.coalesce(func.sum(rows.c.attendance_online), 0),
        )
    ).one()
    return drawn("cities", listing=listing, totals=totals)


@blueprint.route(f"{LECTURES}/cities/new", methods=["GET", "POST"])
@allow(WRITES_EVENTS)
def new_city() -> Page:
    """Report an event of a city: what, where, how many, one photo."""
    form = CityEventForm()
    if form.is_submitted():
        valid = form.validate()
        picture = evidence.receive(form.photo, form.photo_kept, PICTURES)
        if valid and not form.photo.errors:
            event = _report(form, picture)
            if event is not None:
                flash(_("The event has been reported."), "success")
                return redirect(url_for("attendance.day", event_id=event.id), 303)
    page = drawn(
        "city",
        form=form,
        kept=evidence.kept_name(form.photo_kept, PICTURES),
        accept=evidence.ACCEPT[PICTURES],
        owner=db.session.get_one(Organisation, _owner_id()).name,
    )
    return page, 422 if form.errors else 200


def _owner_id() -> int:
    return owner_for(db.session, web.actor(), web.programme(), WRITES_EVENTS)


def _report(form: CityEventForm, picture: evidence.Evidence | None) -> LectureEvent | None:
    values = CityEvent(
        title=(form.title.data or "").strip(),
        starts_at=aware(form.starts_at.data),
        ends_at=aware(form.ends_at.data),
        venue=(form.venue.data or "").strip(),
        on_site=form.on_site.data or 0,
        online=form.online.data or 0,
        summary=(form.summary.data or "").strip(),
    )
    try:
        return services.report_city_event(
            db.session, web.programme().id, values, picture, owner_id=_owner_id(), now=utc_now()
        )
    except WrongAnswer as problem:
        db.session.rollback()
        form[problem.field].errors = [text_of(problem)]
        return None
