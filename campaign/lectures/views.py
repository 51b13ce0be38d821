"""Pages of the lecture room: events, their plan, and what is recorded of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as WerkzeugResponse
from wtforms import SelectChoice

from campaign import evidence, web
from campaign.access import EVERY_ROLE, WRITES_EVENTS, allow, owner_for
from campaign.cases.models import Case
from campaign.cases.queries import cases_of
from campaign.db import db, utc_now
from campaign.error_pages import text_of
from campaign.errors import NotFound, Refused
from campaign.formatting import date_zh, local
from campaign.lectures import queries, rules, services
from campaign.lectures.forms import LISTS, TIER_NAMES, EventForm, HeldForm, shanghai
from campaign.lectures.models import LectureCase, LectureEvent
from campaign.lectures.rows import rearranged
from campaign.lectures.rules import Fact, LineUpCase, Show
from campaign.lectures.services import EventValues
from campaign.lectures.tabs import tabs_of
from campaign.listing import Badge, Column, Filter, Listing, contains
from campaign.messages import N_, Message
from campaign.placements.queries import outlet_names

blueprint: Blueprint = web.programme_blueprint("lectures", __name__, "/lectures")
blueprint.app_context_processor(lambda: {"event_tabs": tabs_of})

Page = str | WerkzeugResponse | tuple[str, int]
STATES = {
    "planned": ("info", N_("planned")),
    "held": ("success", N_("held")),
    "cancelled": ("neutral", N_("cancelled")),
}
PICTURES = frozenset(evidence.PICTURES)


def say(message: Message) -> str:
    """A rule's sentence in the user's language, with dates as the field writes them."""
    return _(
        message.msgid, **{k: date_zh(v) if isinstance(v, date) else v for k, v in message.params.items()}
    )


def state_badge(event: LectureEvent) -> Badge:
    """The state of an event as the lists show it."""
    tone, text = STATES[event.state]
    return Badge(tone, _(text))  # type: ignore[arg-type]


def why_not(event: LectureEvent) -> str:
    """Why an event does not count for A7, or nothing when it does."""
    due = queries.due_of(web.profile())
    if due is None:
        return _("This programme has no target for lecture events.")
    reason = rules.why_not_counted(queries.facts_of(event), due)
    return say(reason) if reason else ""


def _counts_in_words(event: LectureEvent) -> str:
    return why_not(event) or _("provincial lecture event")


CASE_COUNT = (
    select(func.count())
    .where(LectureCase.event_id == LectureEvent.id)
    .correlate(LectureEvent)
    .scalar_subquery()
)
COLUMNS = (
    Column(
        "title",
        _l("Event"),
        sort=LectureEvent.title,
        primary=True,
        link=lambda e: url_for("lectures.show", event_id=e.id),
    ),
    Column("starts_at", _l("Begins"), sort=LectureEvent.starts_at, kind="datetime"),
    Column("venue", _l("Venue"), sort=LectureEvent.venue),
    Column("tier", _l("Held by"), sort=LectureEvent.tier, cell=lambda e: _(TIER_NAMES[e.tier])),
    Column("cases", _l("Cases"), sort=CASE_COUNT, kind="number", cell=lambda e: len(e.line_up)),
    Column(
        "attendance_on_site",
        _l("On site"),
        sort=LectureEvent.attendance_on_site,
        kind="number",
        cell=lambda e: _audience(e, "attendance_on_site"),
    ),
    Column(
        "attendance_online",
        _l("Online"),
        sort=LectureEvent.attendance_online,
        kind="number",
        cell=lambda e: _audience(e, "attendance_online"),
    ),
    Column("state", _l("State"), sort=LectureEvent.state, kind="badge", cell=state_badge),
    Column("counts", _l("Counts for"), cell=_counts_in_words),
)


def _audience(event: LectureEvent, name: str) -> int | None:
    return getattr(event, name) if event.state == "held" else None


def _filters() -> tuple[Filter, ...]:
    due = queries.due_of(web.profile())
    counts = Filter(
        "counts",
        _l("Counts for"),
        choices=[(queries.PROVINCE, _l("provincial lecture event"))],
        apply=lambda q, _v: queries.counting(q, due),  # type: ignore[arg-type]
    )
    return (
        *((counts,) if due else ()),
        Filter(
            "tier",
            _l("Held by"),
            choices=[(key, _l(text)) for key, text in TIER_NAMES.items()],
            apply=lambda q, v: q.where(LectureEvent.tier == v),
        ),
        Filter(
            "state",
            _l("State"),
            choices=[(key, _l(text)) for key, (_tone, text) in STATES.items()],
            apply=lambda q, v: q.where(LectureEvent.state == v),
        ),
        Filter(
            "from",
            _l("From"),
            kind="date",
            apply=lambda q, d: q.where(LectureEvent.starts_at >= queries.start_of(d)),
        ),
    )


@blueprint.route("/")
@allow(EVERY_ROLE)
def index() -> str | Response:
    """The list of events."""
    listing = Listing.build(
        db.session,
        queries.with_line_up(queries.events_of(web.programme(), web.actor())),
        COLUMNS,
        _filters(),
        search=contains(LectureEvent.title, LectureEvent.venue, LectureEvent.address),
        args=request.args,
        default_sort="starts_at",
    )
    if listing.wants_export:
        return web.export(listing, _("Lectures"))
    return render_template("lectures/index.html", listing=listing, why_not=why_not)


# --- the plan ---------------------------------------------------------------------------------------------


def _facts(cases: Sequence[Case], tier: str) -> tuple[Fact, ...]:
    """The limits of the programme; they bind the province's line-up, a city chooses its own (A6, A7)."""
    if tier != "province":
        return ()
    line_up = [LineUpCase(case.region, case.by_park_association) for case in cases]
    return rules.line_up_facts(line_up, queries.limits_of(web.profile()))


@blueprint.route("/<int:event_id>")
@allow(EVERY_ROLE)
def show(event_id: int) -> str:
    """The plan of an event, to be read."""
    event: LectureEvent = web.get(LectureEvent, event_id)
    return render_template(
        "lectures/show.html",
        event=event,
        say=say,
        why_not=why_not(event),
        state=state_badge(event),
        tier=_(TIER_NAMES[event.tier]),
        facts=_facts([row.case for row in event.line_up], event.tier),
        table=queries.run_of_show(event),
        begun=utc_now() >= event.starts_at,
    )


def _case_choices() -> list[Case]:
    cases = db.session.scalars(cases_of(web.programme(), web.actor()).where(Case.state != "withdrawn"))
    # Candidates stand first: they are the ones the cities sent for this.
    return sorted(cases.unique(), key=lambda c: (not c.lecture_candidate, c.region, c.title))


def _prepared(form: EventForm, cases: Sequence[Case], event: LectureEvent | None = None) -> EventForm:
    shown = {str(case.id): _case_label(case) for case in cases}
    # A case that was withdrawn after it was chosen stays choosable where it stands already.
    shown |= {str(row.case_id): _case_label(row.case) for row in (event.line_up if event else ())}
    for row in form.line_up:
        row.case.choices = [
            SelectChoice("", _("choose a case")),
            *(SelectChoice(value, label) for value, label in shown.items()),
        ]
    return form


def _case_label(case: Case) -> str:
    marks = [case.region, case.enterprise.name, _("park association") if case.by_park_association else ""]
    return f"{case.title} · " + " · ".join(mark for mark in marks if mark)


def _event_data(event: LectureEvent) -> dict[str, Any]:
    names = ("title", "tier", "venue", "address", "online_address", "note")
    return {
        **{name: getattr(event, name) for name in names},
        "starts_at": local(event.starts_at),
        "ends_at": local(event.ends_at),
        "line_up": [{"case": str(row.case_id), "speaker": row.speaker} for row in event.line_up],
        "guests": [{"name": row.name, "title": row.title} for row in event.guests],
        "media": [{"name": row.name, "note": row.note} for row in event.media],
        "agenda": [{"minutes": r.minutes, "title": r.title, "person": r.person} for r in event.agenda],
    }


def _blank_event() -> dict[str, Any]:
    return {"line_up": [{}], "guests": [{}], "media": [{}], "agenda": [{}]}


def _values(form: EventForm, cases: Sequence[Case], event: LectureEvent | None) -> EventValues:
    by_id = {str(row.case_id): row.case for row in (event.line_up if event else ())}
    by_id |= {str(case.id): case for case in cases}
    starts_at, ends_at = shanghai(form.starts_at.data), shanghai(form.ends_at.data)
    assert starts_at is not None  # noqa: S101 - the form has demanded both
    assert ends_at is not None  # noqa: S101 - as above
    names = ("title", "tier", "venue", "address", "online_address", "note")
    return EventValues(
        **{name: (form[name].data or "").strip() for name in names},
        starts_at=starts_at,
        ends_at=ends_at,
        line_up=tuple((by_id[row["case"]], row["speaker"] or "") for row in form.rows("line_up")),
        guests=tuple((row["name"], row["title"] or "") for row in form.rows("guests")),
        media=tuple((row["name"], row["note"] or "") for row in form.rows("media")),
        agenda=tuple((row["minutes"], row["title"], row["person"] or "") for row in form.rows("agenda")),
    )


def _live(form: EventForm, cases: Sequence[Case]) -> dict[str, Any]:
    """What the page says about a plan while it is being written: limits, times, gap or overrun."""
    by_id = {str(case.id): case for case in cases}
    chosen = {row.case.data: by_id[row.case.data] for row in form.line_up if row.case.data in by_id}
    minutes = [row.minutes.data if (row.minutes.data or 0) > 0 else 0 for row in form.agenda]
    starts_at, ends_at = shanghai(form.starts_at.data), shanghai(form.ends_at.data)
    table: Show | None = None
    if starts_at and ends_at and starts_at < ends_at and any(minutes):
        table = rules.run_of_show(
            starts_at, ends_at, queries.midnight_of(starts_at), [rules.Item(length) for length in minutes]
        )
    return {"facts": _facts(list(chosen.values()), form.tier.data), "table": table, "say": say}


def _page(form: EventForm, event: LectureEvent | None, cases: Sequence[Case]) -> Page:
    # One blank row of each list, for the script to copy.
    model = _prepared(EventForm(formdata=None, data=_blank_event()), cases, event)
    body = render_template(
        "lectures/edit.html",
        form=form,
        event=event,
        blanks={name: model[name].entries[0] for name in LISTS},
        outlets=outlet_names(db.session),
        **_live(form, cases),
    )
    return body, 422 if form.errors else 200


def _sent_form(cases: Sequence[Case], event: LectureEvent | None) -> tuple[EventForm, bool]:
    """The form that was sent, and whether it is meant to be saved (not only rearranged)."""
    typed = rearranged(dict(request.form.lists()), request.form.get("act", ""), LISTS)
    if typed is None:
        return _prepared(EventForm(), cases, event), True
    return _prepared(EventForm(formdata=MultiDict(typed)), cases, event), False


def _put_on_page(form: EventForm, refusal: Refused) -> None:
    form.starts_at.errors = [text_of(refusal)]


@blueprint.route("/new", methods=["GET", "POST"])
@allow(WRITES_EVENTS)
def new() -> Page:
    """Plan an event."""
    cases = _case_choices()
    if request.method == "GET":
        return _page(_prepared(EventForm(data=_blank_event()), cases), None, cases)
    form, meant = _sent_form(cases, None)
    if meant and form.validate():
        owner = owner_for(db.session, web.actor(), web.programme(), WRITES_EVENTS)
        try:
            event = services.plan_event(
                db.session, web.programme(), _values(form, cases, None), owner_id=owner
            )
        except Refused as refusal:
            db.session.rollback()
            _put_on_page(form, refusal)
        else:
            flash(_("The event has been saved."), "success")
            return redirect(url_for("lectures.show", event_id=event.id))
    return _page(form, None, cases)


@blueprint.route("/<int:event_id>/edit", methods=["GET", "POST"])
@allow(WRITES_EVENTS)
def edit(event_id: int) -> Page:
    """Change an event and its lists."""
    event: LectureEvent = web.get(LectureEvent, event_id)
    cases = _case_choices()
    if request.method == "GET":
        return _page(_prepared(EventForm(data=_event_data(event)), cases, event), event, cases)
    form, meant = _sent_form(cases, event)
    if meant and form.validate():
        try:
            services.change_event(db.session, event, _values(form, cases, event), now=utc_now())
        except Refused as refusal:
            db.session.rollback()
            _put_on_page(form, refusal)
        else:
            flash(_("The event has been saved."), "success")
            return redirect(url_for("lectures.show", event_id=event_id))
    return _page(form, event, cases)


@blueprint.route("/live", methods=["POST"])
@allow(WRITES_EVENTS)
def live() -> str:
    """Limits and times of a plan as it is being typed; the page's script asks for it after each change."""
    cases = _case_choices()
    return render_template("lectures/_live.html", **_live(_prepared(EventForm(), cases), cases))


# --- what became of it ------------------------------------------------------------------------------------


@blueprint.route("/<int:event_id>/held", methods=["GET", "POST"])
@allow(WRITES_EVENTS)
def held(event_id: int) -> Page:
    """Record that an event took place: its audience and a photo (A7)."""
    event: LectureEvent = web.get(LectureEvent, event_id)
    recorded = event.state == "held"
    data = {n: getattr(event, n) for n in ("attendance_on_site", "attendance_online")} if recorded else {}
    form = HeldForm(data=data)
    if form.is_submitted():
        valid = form.validate()
        photo = evidence.receive(form.evidence, form.evidence_kept, PICTURES)
        if valid and not form.evidence.errors:
            try:
                services.record_held(
                    db.session,
                    event,
                    photo,
                    attendance_on_site=form.attendance_on_site.data,
                    attendance_online=form.attendance_online.data,
                    now=utc_now(),
                )
            except Refused as refusal:
                db.session.rollback()
                form.evidence.errors = [text_of(refusal)]
            else:
                flash(_("The event has been marked as held."), "success")
                return redirect(url_for("lectures.show", event_id=event_id))
    body = render_template(
        "lectures/held.html",
        form=form,
        event=event,
        kept=evidence.kept_name(form.evidence_kept, PICTURES),
        accept=evidence.ACCEPT[PICTURES],
    )
    return body, 422 if form.errors else 200


@blueprint.route("/<int:event_id>/cancel", methods=["POST"])
@allow(WRITES_EVENTS)
def cancel(event_id: int) -> WerkzeugResponse:
    """Call an event off."""
    services.cancel_event(db.session, web.get(LectureEvent, event_id))
    flash(_("The event has been cancelled."), "success")
    return redirect(url_for("lectures.show", event_id=event_id))


@blueprint.route("/<int:event_id>/reopen", methods=["POST"])
@allow(WRITES_EVENTS)
def reopen(event_id: int) -> WerkzeugResponse:
    """Put an event back to planned."""
    services.reopen_event(db.session, web.get(LectureEvent, event_id))
    flash(_("The event is planned again."), "success")
    return redirect(url_for("lectures.show", event_id=event_id))


@blueprint.route("/<int:event_id>/evidence")
@allow(EVERY_ROLE)
def evidence_file(event_id: int) -> Response:
    """The photo of an event."""
    event: LectureEvent = web.get(LectureEvent, event_id)
    if event.evidence is None:
        raise NotFound(N_("This event has no photo yet."))
    return evidence.send(event.evidence, event.evidence_name)
