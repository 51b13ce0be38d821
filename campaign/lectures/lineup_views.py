"""The page 宣讲名单: candidates under live limits, proposals, and why there is none (A6, P4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from campaign import web
from campaign.access import WRITES_EVENTS, allow
from campaign.cases.models import Case
from campaign.db import db
from campaign.error_pages import text_of
from campaign.errors import Refused
from campaign.lectures import lineup_room, plan_services, rules
from campaign.lectures.lineup_room import Room
from campaign.lectures.models import LectureEvent
from campaign.lectures.views import blueprint, say
from campaign.lectures.words import MARKS

Page = str | WerkzeugResponse | tuple[str, int]
LISTS = ("line_up", "candidates")
ALTERNATIVES = 3


@dataclass(frozen=True)
class Offer:
    """A proposed line-up beside what is chosen now."""

    total: str
    ids: str
    cases: tuple[Case, ...]
    comes: tuple[Case, ...]
    goes: tuple[Case, ...]


def _sides(room: Room) -> dict[str, Any]:
    """What stands beside the list: the limits as they are kept, and the total."""
    cases = room.chosen
    scored = [row.hundredths for row in room.rows if row.chosen and row.hundredths is not None]
    return {
        "facts": rules.line_up_facts(lineup_room.line_up_of(cases), lineup_room.limits_of(room)),
        "total": lineup_room.score_text(sum(scored)) or "0",
        "unscored": len(cases) - len(scored),
        "unplaced": [case for case in cases if not case.region],
        "excluded_chosen": [row.case for row in room.rows if row.chosen and row.mark == "excluded"],
        "pinned_absent": [row.case for row in room.rows if not row.chosen and row.mark == "pinned"],
    }


def _offers(room: Room) -> dict[str, Any]:
    line_ups, clash = lineup_room.propose(room, ALTERNATIVES)
    now = {case.id for case in room.chosen}
    by_id = {row.case.id: row.case for row in room.rows}
    offers = []
    for found in line_ups:
        ids = [int(one) for one in found.ids]
        offers.append(
            Offer(
                f"{found.total.normalize():f}",
                ",".join(found.ids),
                tuple(by_id[one] for one in ids),
                tuple(by_id[one] for one in ids if one not in now),
                tuple(by_id[one] for one in sorted(now - set(ids))),
            )
        )
    return {"offers": offers, "clash": clash}


def _page(event: LectureEvent, room: Room, seen: str, problem: str = "", **more: Any) -> Page:  # noqa: ANN401 - what the template shows
    body = render_template(
        "lectures/line_up.html",
        event=event,
        room=room,
        seen=seen,
        problem=problem,
        say=say,
        marks=MARKS,
        **_sides(room),
        **{"offers": None, "clash": None, **more},
    )
    return body, 200 if room.is_right and not problem else 422


@blueprint.route("/<int:event_id>/line-up", methods=["GET", "POST"])
@allow(WRITES_EVENTS)
def line_up(event_id: int) -> Page:
    """Choose the cases that are told."""
    event: LectureEvent = web.get(LectureEvent, event_id)
    cases = lineup_room.candidates_of(db.session, event, web.actor())
    state = plan_services.state_of(event, LISTS)
    if request.method == "GET":
        room = lineup_room.stored_room(db.session, event, cases, web.profile())
        wants_sheet = request.args.get("format") == "xlsx"
        return _sheet(event, room) if wants_sheet else _page(event, room, state)
    room = lineup_room.typed_room(request.form, cases)
    seen = request.form.get("seen", "")
    act, _colon, rest = request.form.get("act", "save").partition(":")
    if not room.is_right:
        return _page(event, room, seen)
    if act == "take":
        room = room.with_chosen(frozenset(int(one) for one in rest.split(",") if one.isdecimal()))
    if act in ("take", "update"):
        return _page(event, room, seen)
    if act == "propose":
        return _page(event, room, seen, **_offers(room))
    try:
        plan_services.choose_line_up(
            db.session,
            event,
            room.chosen,
            marks={row.case.id: row.mark for row in room.rows},
            scores={row.case.id: row.hundredths for row in room.rows},
            seen=seen,
        )
    except Refused as refusal:
        db.session.rollback()
        return _page(event, room, plan_services.state_of(event, LISTS), text_of(refusal))
    flash(_("The line-up has been saved."), "success")
    return redirect(url_for("lectures.line_up", event_id=event_id))


def _sheet(event: LectureEvent, room: Room) -> WerkzeugResponse:
    """The candidates as they are stored, as a workbook."""
    from campaign import reporting  # noqa: PLC0415 - the door to reports is slow to open and seldom used

    heads = [(_("In"), "text"), (_("Case"), "text"), (_("Enterprise"), "text"), (_("Region"), "text")]
    heads += [(_("park association"), "text"), (_("Score"), "number"), (_("Fixed by hand"), "text")]
    rows: list[list[Any]] = [
        [
            _("yes") if row.chosen else "",
            row.case.title,
            row.case.enterprise.name,
            row.case.region,
            _("yes") if row.case.by_park_association else "",
            None if row.hundredths is None else row.hundredths / 100,
            _(MARKS[row.mark]) if row.mark else "",
        ]
        for row in room.rows
    ]
    name = f"{event.title} {_('Candidates')}"
    content = reporting.write_table(_("Candidates"), heads, rows)
    return web.attachment(content, f"{name}.xlsx", web.XLSX)


@blueprint.route("/<int:event_id>/line-up/live", methods=["POST"])
@allow(WRITES_EVENTS)
def line_up_live(event_id: int) -> str:
    """The limits as they are kept by what is ticked now; the page's script asks after each change."""
    event: LectureEvent = web.get(LectureEvent, event_id)
    cases = lineup_room.candidates_of(db.session, event, web.actor())
    room = lineup_room.typed_room(request.form, cases)
    return render_template("lectures/_line_up_facts.html", say=say, room=room, **_sides(room))
