"""Pages of the lecture room: events, their plan, and what is recorded of them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select
from werkzeug.wrappers import Response as WerkzeugResponse

from campaign import evidence, web
from campaign.access import EVERY_ROLE, WRITES_EVENTS, allow, owner_for
from campaign.approvals import plan_counts
from campaign.attendance.queries import audience_of
from campaign.db import db, utc_now
from campaign.error_pages import text_of
from campaign.errors import NotFound, Refused
from campaign.formatting import date_zh, local
from campaign.lectures import elsewhere, queries, rules, services, standing, words
from campaign.lectures.forms import TIER_NAMES, EventForm, HeldForm, shanghai
from campaign.lectures.models import LectureCase, LectureEvent
from campaign.lectures.rules import Fact, LineUpCase, Show
from campaign.lectures.services import EventValues
from campaign.lectures.tabs import tabs_of
from campaign.listing import Badge, Column, Filter, Listing, contains
from campaign.messages import N_, Message

blueprint: Blueprint = web.programme_blueprint("lectures", __name__, "/lectures")
blueprint.app_context_processor(lambda: {"event_tabs": tabs_of})

Page = str | WerkzeugResponse | tuple[str, int]
STATES = {
    "planned": ("info", N_("planned")),
    "held": ("success", N_("held")),
    "cancelled": ("neutral", N_("cancelled")),
}
OVER = ("over", _l("over, not marked as held"))
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
    Column(
        "cases",
        _l("Cases"),
        sort=CASE_COUNT,
        kind="number",
        cell=lambda e: len(e.line_up),
        link=lambda e: url_for("lectures.show", event_id=e.id, _anchor="line-up") if e.line_up else None,
    ),
    Column(
        "attendance_on_site",
        _l("On site"),
        sort=LectureEvent.attendance_on_site,
        kind="number",
        cell=lambda e: _audience(e, "attendance_on_site"),
        link=lambda e: _proof(e, "attendance_on_site"),
    ),
    Column(
        "attendance_online",
        _l("Online"),
        sort=LectureEvent.attendance_online,
        kind="number",
        cell=lambda e: _audience(e, "attendance_online"),
        link=lambda e: _proof(e, "attendance_online"),
    ),
    Column("state", _l("State"), sort=LectureEvent.state, kind="badge", cell=state_badge),
    Column("counts", _l("Counts for"), cell=_counts_in_words),
)


def _audience(event: LectureEvent, name: str) -> int | None:
    return getattr(event, name) if event.state == "held" else None


def _proof(event: LectureEvent, name: str) -> str | None:
    """Where the numbers of an audience are proved."""
    return (
        url_for("attendance.day", event_id=event.id, _anchor="audience") if _audience(event, name) else None
    )


def _plan_ids(state: str) -> list[int]:
    """The events of the province whose plan stands so (A8)."""
    lecture = web.profile().lecture
    days = lecture.review_days if lecture else 0
    found = plan_counts.states(db.session, web.programme(), web.actor(), days, utc_now())
    return [event.id for event, where in found if where == state]


def _counting(statement: Select[Any], word: str, due: date) -> Select[Any]:
    """Keep what a target with this word counts (A7, A8)."""
    if word == queries.PROVINCE:
        return queries.counting(statement, due)
    rows = plan_counts.in_time(db.session, web.programme(), web.actor(), due, utc_now())
    return statement.where(LectureEvent.id.in_([event.id for event in rows]))


def _filters() -> tuple[Filter, ...]:
    due = queries.due_of(web.profile())
    counts = Filter(
        "counts",
        _l("Counts for"),
        choices=[
            (queries.PROVINCE, _l("provincial lecture event")),
            (plan_counts.PLANS, _l("plan approved before the event")),
        ],
        apply=lambda q, v: _counting(q, v, due),  # type: ignore[arg-type]
    )
    return (
        *((counts,) if due else ()),
        Filter(
            "plan",
            _l("Review of the plan"),
            choices=[(state.value, _l(text)) for state, text in plan_counts.WORDS.items()],
            apply=lambda q, v: q.where(LectureEvent.id.in_(_plan_ids(v))),
        ),
        Filter(
            "tier",
            _l("Held by"),
            choices=[(key, _l(text)) for key, text in TIER_NAMES.items()],
            apply=lambda q, v: q.where(LectureEvent.tier == v),
        ),
        Filter(
            "state",
            _l("State"),
            choices=[*((key, _l(text)) for key, (_tone, text) in STATES.items()), OVER],
            apply=lambda q, v: q.where(queries.over() if v == OVER[0] else LectureEvent.state == v),
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


def facts_of(event: LectureEvent) -> tuple[Fact, ...]:
    """The limits of the programme; they bind the province's line-up, a city chooses its own (A6, A7)."""
    if event.tier != "province":
        return ()
    line_up = [LineUpCase(row.case.region, row.case.by_park_association) for row in event.line_up]
    return rules.line_up_facts(line_up, queries.limits_of(web.profile()))


@blueprint.route("/<int:event_id>")
@allow(EVERY_ROLE)
def show(event_id: int) -> str:
    """The plan of an event, to be read; `?answer=` keeps the guests with that answer."""
    event: LectureEvent = web.get(LectureEvent, event_id)
    today = local(utc_now()).date()
    facts = facts_of(event)
    guests = rules.in_precedence(event.guests, by_hand=event.guests_by_hand)
    answers = tuple(words.ANSWERS.items())
    answer = request.args.get("answer", "")
    answer = answer if answer in words.ANSWERS else ""
    return render_template(
        "lectures/show.html",
        event=event,
        say=say,
        why_not=why_not(event),
        state=state_badge(event),
        tier=_(TIER_NAMES[event.tier]),
        facts=facts,
        table=_run_of_show(event),
        begun=utc_now() >= event.starts_at,
        words=words,
        today=today,
        gaps=standing.gaps(event, facts, today) if event.state == "planned" else [],
        days=standing.days_left(event, today),
        tasks=standing.open_tasks(event),
        guests=[one for one in guests if not answer or one.answer == answer],
        answers=[(key, _(text), Counter(one.answer for one in guests)[key]) for key, text in answers],
        answer=answer,
        lacking={row.id: rules.lacking(queries.prepared(row)) for row in event.line_up},
    )


def _run_of_show(event: LectureEvent) -> Show:
    items = [queries.item_of(row) for row in event.agenda]
    return elsewhere.with_clashes(db.session, event, items, queries.run_of_show(event), web.actor())


def _event_data(event: LectureEvent) -> dict[str, Any]:
    data = {name: getattr(event, name) for name in services.FACTS}
    return data | {
        "starts_at": local(event.starts_at),
        "ends_at": local(event.ends_at),
        "seen": services.facts_seen(event),
    }


def _values(form: EventForm) -> EventValues:
    starts_at, ends_at = shanghai(form.starts_at.data), shanghai(form.ends_at.data)
    assert starts_at is not None  # noqa: S101 - the form has demanded both
    assert ends_at is not None  # noqa: S101 - as above
    typed = {name: form[name].data for name in services.FACTS}
    plain = {name: (text or "").strip() for name, text in typed.items() if isinstance(text, str | None)}
    return EventValues(
        **plain | {"starts_at": starts_at, "ends_at": ends_at, "seats": form.seats.data}  # type: ignore[arg-type]
    )


def _page(form: EventForm, event: LectureEvent | None) -> Page:
    body = render_template("lectures/edit.html", form=form, event=event)
    return body, 422 if form.errors else 200


def _put_on_page(form: EventForm, refusal: Refused) -> None:
    form.starts_at.errors = [text_of(refusal)]


@blueprint.route("/new", methods=["GET", "POST"])
@allow(WRITES_EVENTS)
def new() -> Page:
    """Plan an event."""
    form = EventForm()
    if form.validate_on_submit():
        owner = owner_for(db.session, web.actor(), web.programme(), WRITES_EVENTS)
        try:
            event = services.plan_event(db.session, web.programme(), _values(form), owner_id=owner)
        except Refused as refusal:
            db.session.rollback()
            _put_on_page(form, refusal)
        else:
            flash(_("The event has been saved. Go on with the line-up and the run of show."), "success")
            return redirect(url_for("lectures.show", event_id=event.id))
    return _page(form, None)


@blueprint.route("/<int:event_id>/edit", methods=["GET", "POST"])
@allow(WRITES_EVENTS)
def edit(event_id: int) -> Page:
    """Change the facts of an event."""
    event: LectureEvent = web.get(LectureEvent, event_id)
    form = EventForm(data=_event_data(event))
    if form.validate_on_submit():
        try:
            services.change_event(db.session, event, _values(form), now=utc_now(), seen=form.seen.data or "")
        except Refused as refusal:
            db.session.rollback()
            _put_on_page(form, refusal)
            form.seen.data = services.facts_seen(event)
        else:
            flash(_("The event has been saved."), "success")
            return redirect(url_for("lectures.show", event_id=event_id))
    return _page(form, event)


# --- what became of it ------------------------------------------------------------------------------------


@blueprint.route("/<int:event_id>/held", methods=["GET", "POST"])
@allow(WRITES_EVENTS)
def held(event_id: int) -> Page:
    """Record that an event took place: its audience and a photo (A7)."""
    event: LectureEvent = web.get(LectureEvent, event_id)
    recorded = event.state == "held"
    counted = None if recorded else audience_of(db.session, event)
    if counted is not None:
        data = {"attendance_on_site": counted.on_site or None, "attendance_online": counted.online or None}
    else:
        data = {n: getattr(event, n) for n in ("attendance_on_site", "attendance_online")}
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
        counted=counted if counted and counted.on_site + counted.online else None,
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
    """The photo of an event without device data; `?size=small` for lists."""
    event: LectureEvent = web.get(LectureEvent, event_id)
    if event.evidence is None:
        raise NotFound(N_("This event has no photo yet."))
    return evidence.send_shown(event.evidence, event.evidence_name, request.args.get("size", ""))
