"""Pages of a plan as workplaces: run of show, guests and media, preparation (A8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as WerkzeugResponse
from wtforms import SelectChoice

from campaign import web
from campaign.access import WRITES_EVENTS, allow, scoped
from campaign.budget.models import BudgetLine
from campaign.db import db, utc_now
from campaign.error_pages import text_of
from campaign.errors import Refused
from campaign.formatting import local
from campaign.lectures import elsewhere, plan_services, queries, rules
from campaign.lectures.lineup_room import score_text
from campaign.lectures.models import LectureEvent
from campaign.lectures.plan_forms import (
    AgendaForm,
    AgendaItemForm,
    GuestsForm,
    PreparationForm,
    SectionForm,
    time_of,
)
from campaign.lectures.rows import Typed, place_of_cases, rearranged, rows_of, with_rows
from campaign.lectures.rules import Item, Show
from campaign.lectures.views import blueprint, say
from campaign.placements.queries import outlet_names

Page = str | WerkzeugResponse | tuple[str, int]


@dataclass(frozen=True)
class Section:
    """One page of lists: its form, template, and how rows of the database become rows of the form."""

    endpoint: str
    form: type[SectionForm]
    template: str
    data: Callable[[LectureEvent], dict[str, Any]]
    prepare: Callable[[SectionForm, LectureEvent], None]
    shown: Callable[[SectionForm, LectureEvent], dict[str, Any]]
    # What a button of this page makes of what was typed; None where it is no such button.
    act: Callable[[LectureEvent, Typed, str], dict[str, list[str]] | None] = lambda _event, _typed, _act: None


def _columns(row: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("id", *names)}


def serve(section: Section, event: LectureEvent) -> Page:
    """Show a page of lists, rearrange its rows, or save it."""
    lists = section.form.lists
    state = plan_services.state_of(event, lists)
    if request.method == "GET":
        form = section.form(data={**section.data(event), "seen": state})
        for name in lists:
            if not form[name].entries:
                form[name].append_entry()
        return _page(section, form, event)
    sent, act = dict(request.form.lists()), request.form.get("act", "")
    typed = section.act(event, sent, act) or rearranged(sent, act, lists)
    form = section.form() if typed is None else section.form(formdata=MultiDict(typed))
    section.prepare(form, event)
    problem = ""
    if typed is None and form.validate():
        by_hand = form.guests_by_hand.data if "guests_by_hand" in form else None
        try:
            plan_services.change_lists(
                db.session,
                event,
                {name: form.rows(name) for name in lists},
                seen=form.seen.data or "",
                guests_by_hand=by_hand,
            )
        except Refused as refusal:
            db.session.rollback()
            problem = text_of(refusal)
            form.seen.data = plan_services.state_of(event, lists)
        else:
            flash(_("The plan has been saved."), "success")
            return redirect(url_for(section.endpoint, event_id=event.id))
    return _page(section, form, event, problem)


def _page(section: Section, form: SectionForm, event: LectureEvent, problem: str = "") -> Page:
    section.prepare(form, event)
    # One blank row of each list, for the script to copy.
    model = section.form(formdata=None, data={name: [{}] for name in section.form.lists})
    section.prepare(model, event)
    body = render_template(
        section.template,
        form=form,
        event=event,
        blanks={name: model[name].entries[0] for name in section.form.lists},
        problem=problem,
        say=say,
        **section.shown(form, event),
    )
    return body, 422 if problem or (form.is_submitted() and form.errors) else 200


# --- run of show ------------------------------------------------------------------------------------------

# About 2,000 characters are told in this time (P21); the planner changes it.
CASE_MINUTES = 8
ITEM = (
    "minutes",
    "kind",
    "title",
    "person",
    "host",
    "charge",
    "screen",
    "cue",
    "materials",
    "materials_ready",
)


def _agenda_data(event: LectureEvent) -> dict[str, Any]:
    return {
        "agenda": [
            {
                **_columns(row, ITEM),
                "told": str(row.lecture_case_id or ""),
                "fixed": time_of(row.fixed_minute),
            }
            for row in event.agenda
        ]
    }


def _agenda_choices(form: SectionForm, event: LectureEvent) -> None:
    choices = [SelectChoice("", _("no case"))]
    choices += [
        SelectChoice(str(row.id), f"{row.case.title}{f'（{row.speaker}）' if row.speaker else ''}")
        for row in event.line_up
    ]
    for entry in form["agenda"]:
        entry.told.choices = choices


def typed_show(form: SectionForm, event: LectureEvent) -> Show:
    """The times and findings of the run of show as it is typed; a row without minutes lasts none."""
    told = {row.id: row for row in event.line_up}
    items = []
    for entry in form["agenda"]:
        row = told.get(int(entry.told.data)) if (entry.told.data or "").isdecimal() else None
        fixed = entry.fixed.data
        items.append(
            Item(
                max(0, entry.minutes.data or 0),
                (entry.title.data or "").strip(),
                entry.kind.data or "other",
                (entry.person.data or "").strip(),
                (entry.host.data or "").strip(),
                (entry.charge.data or "").strip(),
                (entry.screen.data or "").strip(),
                (entry.materials.data or "").strip(),
                bool(entry.materials_ready.data),
                fixed.hour * 60 + fixed.minute if fixed else None,
                row.id if row else None,
                rules.lacking(queries.prepared(row)) if row else (),
            )
        )
    if not any(entry.form.is_typed for entry in form["agenda"]):
        items = []
    show = rules.run_of_show(
        event.starts_at,
        event.ends_at,
        queries.midnight_of(event.starts_at),
        items,
        {row.id: row.case.title for row in event.line_up},
    )
    return elsewhere.with_clashes(db.session, event, items, show, web.actor())


def _agenda_shown(form: SectionForm, event: LectureEvent) -> dict[str, Any]:
    people = {event.host, *(row.speaker for row in event.line_up), *(row.name for row in event.guests)}
    people |= {name for duty in event.duties for name in rules.names_in(f"{duty.person}、{duty.members}")}
    titles = [entry.title.data or "" for entry in form["agenda"]]
    told = {entry.told.data for entry in form["agenda"]}
    untold = sum(str(row.id) not in told for row in event.line_up)
    return {
        "show": typed_show(form, event),
        "titles": titles,
        "people": sorted(people - {""}),
        "untold": untold,
    }


def _agenda_with_cases(event: LectureEvent, typed: Typed, act: str) -> dict[str, list[str]] | None:
    """The run of show as typed, with an item for each case of the line-up that has none yet."""
    if act != "cases:agenda":
        return None
    rows = [
        row
        for row in rows_of(typed, "agenda")
        if any("".join(row.get(name, ())) for name in AgendaItemForm.typed_in)
    ]
    there = {told for row in rows for told in row.get("told", ())}
    new = [
        {
            "minutes": [str(CASE_MINUTES)],
            "kind": ["lecture"],
            "title": [row.case.title],
            "person": [row.speaker],
            "told": [str(row.id)],
        }
        for row in event.line_up
        if str(row.id) not in there
    ]
    at = place_of_cases(["".join(row.get("kind", ())) for row in rows])
    return with_rows(typed, "agenda", [*rows[:at], *new, *rows[at:]])


AGENDA = Section(
    "lectures.agenda",
    AgendaForm,
    "lectures/agenda.html",
    _agenda_data,
    _agenda_choices,
    _agenda_shown,
    _agenda_with_cases,
)


@blueprint.route("/<int:event_id>/agenda", methods=["GET", "POST"])
@allow(WRITES_EVENTS)
def agenda(event_id: int) -> Page:
    """The run of show 流程单."""
    return serve(AGENDA, web.get(LectureEvent, event_id))


@blueprint.route("/<int:event_id>/agenda/live", methods=["POST"])
@allow(WRITES_EVENTS)
def agenda_live(event_id: int) -> str:
    """Times and findings of the run of show as it is typed."""
    event: LectureEvent = web.get(LectureEvent, event_id)
    form = AgendaForm()
    _agenda_choices(form, event)
    return render_template("lectures/_show.html", say=say, event=event, **_agenda_shown(form, event))


# --- guests and media -------------------------------------------------------------------------------------

GUEST = (
    "name",
    "organisation",
    "title",
    "rank",
    "level",
    "role",
    "answer",
    "invited_on",
    "phone",
    "answer_note",
)
MEDIUM = ("name", "planned", "reporter", "answer", "invited_on", "phone", "note")


def _guests_data(event: LectureEvent) -> dict[str, Any]:
    guests = rules.in_precedence(event.guests, by_hand=event.guests_by_hand)
    return {
        "guests_by_hand": event.guests_by_hand,
        "guests": [_columns(row, GUEST) for row in guests],
        "media": [_columns(row, MEDIUM) for row in event.media],
    }


def _guests_shown(_form: SectionForm, _event: LectureEvent) -> dict[str, Any]:
    return {"outlets": outlet_names(db.session)}


GUESTS = Section(
    "lectures.guests",
    GuestsForm,
    "lectures/guests.html",
    _guests_data,
    lambda _form, _event: None,
    _guests_shown,
)


@blueprint.route("/<int:event_id>/guests", methods=["GET", "POST"])
@allow(WRITES_EVENTS)
def guests(event_id: int) -> Page:
    """Guests in the order of precedence, and media."""
    return serve(GUESTS, web.get(LectureEvent, event_id))


# --- preparation ------------------------------------------------------------------------------------------


def _preparation_data(event: LectureEvent) -> dict[str, Any]:
    return {
        "tasks": [_columns(row, ("title", "person", "due_on", "done_on")) for row in event.tasks],
        "duties": [_columns(row, ("team", "person", "members", "work")) for row in event.duties],
        "costs": [
            {
                **_columns(row, ("title", "note")),
                "amount": score_text(row.amount_fen),
                "line": str(row.line_id or ""),
            }
            for row in event.costs
        ],
        "risks": [_columns(row, ("title", "measure", "person")) for row in event.risks],
    }


def _preparation_choices(form: SectionForm, event: LectureEvent) -> None:
    own = BudgetLine.programme_id == event.programme_id
    statement = scoped(select(BudgetLine).where(own), BudgetLine, web.actor()).order_by(BudgetLine.position)
    choices = [SelectChoice("", _("no budget line"))]
    choices += [SelectChoice(str(line.id), line.name) for line in db.session.scalars(statement).unique()]
    for entry in form["costs"]:
        entry.line.choices = choices


def _preparation_shown(_form: SectionForm, event: LectureEvent) -> dict[str, Any]:
    today = local(utc_now()).date()
    return {
        "today": today,
        "days": (local(event.starts_at).date() - today).days,
        "late": [row for row in event.tasks if row.done_on is None and row.due_on and row.due_on < today],
        "total_fen": sum(row.amount_fen for row in event.costs),
    }


PREPARATION = Section(
    "lectures.preparation",
    PreparationForm,
    "lectures/preparation.html",
    _preparation_data,
    _preparation_choices,
    _preparation_shown,
)


@blueprint.route("/<int:event_id>/preparation", methods=["GET", "POST"])
@allow(WRITES_EVENTS)
def preparation(event_id: int) -> Page:
    """Tasks, division of work, budget, contingency."""
    return serve(PREPARATION, web.get(LectureEvent, event_id))
