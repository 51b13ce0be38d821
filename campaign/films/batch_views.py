"""The page on which a cut list is dropped, and cut lists to take away (A12)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as WerkzeugResponse

from campaign import footage, web
from campaign.access import EVERY_ROLE, WRITES_FILMS, allow
from campaign.db import db
from campaign.error_pages import text_of
from campaign.errors import CampaignError, NotFound, Refused
from campaign.films import batch, clip_facts, queries, renditions, rules, style
from campaign.films.batch import Dropped, Plan
from campaign.films.models import Clip, SourceVideo
from campaign.films.queue_views import back_to_list, chosen_clips
from campaign.films.room import blueprint
from campaign.listing import Badge
from campaign.messages import N_
from campaign.storage import Stored, TooLarge

MOST_LIST_BYTES, MOST_EXTRA_BYTES, MOST_EXTRAS = 10 << 20, 60 << 20, 40
TOKEN_AGE_S = 6 * 3600
ACCEPTED = ".xlsx,.csv,.edl,.txt"

Page = str | WerkzeugResponse | tuple[str, int]


@blueprint.route("/clips/batch", methods=["GET", "POST"])
@allow(WRITES_FILMS)
def batch_page() -> Page:
    """Drop a list and see what would happen; nothing is made before somebody has said yes."""
    if request.method == "GET":
        return _page()
    try:
        dropped = _dropped()
        plan = _plan(dropped)
    except CampaignError as refusal:
        db.session.rollback()
        return _page(problem=text_of(refusal)), 422
    return _page(dropped, plan), 422 if plan.faults else 200


@blueprint.route("/clips/batch/make", methods=["POST"])
@allow(WRITES_FILMS)
def make_batch() -> Page:
    """Do what the preview showed; if something else would happen meanwhile, show it instead."""
    try:
        dropped = _recalled(request.form.get("token", ""))
        plan = _plan(dropped)
        if plan.faults or plan.digest != request.form.get("seen"):
            words = _(
                "Something has changed since this preview was made. Nothing has been made; please look again."
            )
            return _page(dropped, plan, problem=words), 409
        films = {film.id: film for film in _ready()}
        done = batch.carry_out(
            db.session, web.storage(), plan, dropped, films,
            programme_id=web.programme().id, user_id=web.actor().user_id,
        )  # fmt: skip
    except CampaignError as refusal:
        db.session.rollback()
        return _page(problem=text_of(refusal)), 422
    flash(
        _(
            "%(made)s clips made, %(changed)s changed, %(queued)s put into the queue.",
            made=done.made,
            changed=done.changed,
            queued=done.queued,
        ),
        "success",
    )
    for title, message in done.left_out:
        flash(_("%(name)s: %(value)s", name=title, value=_(message.msgid, **message.params)), "warning")
    # In the order of the queue, which is that of the list.
    shown = {"state": "rendering", "sort": "updated_at"} if done.queued else {}
    return redirect(url_for("films.clips", **shown), 303)  # type: ignore[arg-type]  # any words of the address


def _ready() -> list[SourceVideo]:
    return queries.ready_films(db.session, web.programme(), web.actor())


def _clips() -> list[Clip]:
    statement = queries.clips(web.programme(), web.actor()).order_by(Clip.id)
    return list(db.session.scalars(statement).unique())


def _plan(dropped: Dropped) -> Plan:
    every = queries.films(web.programme(), web.actor())
    others = [film for film in db.session.scalars(every).unique() if film.state != "ready"]
    programme = web.programme()
    return batch.plan(
        web.storage(), dropped, _ready(), others, _clips(), style.of(programme), style.look_of(programme)
    )


def _dropped() -> Dropped:
    """Keep what was sent; each file under the name its owner knows it by."""
    sent = request.files.get("list")
    if sent is None or not sent.filename:
        raise Refused(N_("Choose the cut list first: an xlsx, csv or EDL file."))
    along = [one for one in request.files.getlist("extras") if one.filename]
    if len(along) > MOST_EXTRAS:
        raise Refused(
            N_("At most %(most)s subtitle and music files can come with one list."), most=MOST_EXTRAS
        )
    extras = {rules.clean_file_name(one.filename or ""): _kept(one, MOST_EXTRA_BYTES) for one in along}
    return Dropped(rules.clean_file_name(sent.filename, "list.xlsx"), _kept(sent, MOST_LIST_BYTES), extras)


def _kept(sent: FileStorage, most: int) -> Stored:
    try:
        return web.storage().put_stream(sent.stream, limit_bytes=most)  # type: ignore[arg-type]  # a stream of bytes
    except TooLarge as error:
        raise Refused(
            N_("%(file)s is larger than %(limit)s MB. Choose the right file."),
            file=sent.filename, limit=most >> 20,
        ) from error  # fmt: skip


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="cut-list")


def _token(dropped: Dropped) -> str:
    extras = {name: [one.sha256, one.size_bytes] for name, one in dropped.extras.items()}
    stored = [dropped.stored.sha256, dropped.stored.size_bytes]
    return str(_signer().dumps([web.programme().id, dropped.name, stored, extras]))


def _recalled(token: str) -> Dropped:
    try:
        programme_id, name, stored, extras = _signer().loads(token, max_age=TOKEN_AGE_S)
    except BadSignature:
        programme_id = None
    if programme_id != web.programme().id:
        raise Refused(N_("This preview is too old. Drop the list again."))
    return Dropped(name, Stored(*stored), {key: Stored(*value) for key, value in extras.items()})


STATES: dict[str, Badge] = {
    "new": Badge("info", N_("new"), "plus-circle"),
    "change": Badge("warning", N_("would change"), "pencil-square"),
    "same": Badge("neutral", N_("there already"), "check2"),
}


def _page(dropped: Dropped | None = None, plan: Plan | None = None, problem: str = "") -> str:
    return render_template(
        "films/batch.html",
        dropped=dropped,
        plan=plan,
        problem=problem,
        token=_token(dropped) if dropped and plan and not plan.faults else "",
        lines=_lines(plan) if plan else [],
        standard=web.profile().clip,
        accepted=ACCEPTED,
        faults=_said(plan.faults) if plan else [],
        notes=_said(plan.notes) if plan else [],
        ready=len(_ready()),
    )


def _said(faults: Sequence[footage.ListFault]) -> list[dict[str, Any]]:
    return [
        {"row": one.row, "column": _(one.column) if one.column else "", "text": _(one.msgid, **one.params)}
        for one in faults
    ]


def _lines(plan: Plan) -> list[dict[str, Any]]:
    """The lines of a plan in words, in the order of the list."""
    films = {film.id: film for film in _ready()}
    standard = web.profile().clip
    told = []
    for line in plan.lines:
        film = films[line.spans[0].source_id]
        told.append(
            {
                "line": line,
                "rows": f"{line.rows[0]}–{line.rows[-1]}" if len(line.rows) > 1 else f"{line.rows[0]}",
                "badge": Badge(
                    STATES[line.state].tone, _(str(STATES[line.state].text)), STATES[line.state].icon
                ),
                "spans": [_span(films[span.source_id], span.in_point, span.out_point) for span in line.spans],
                "length_s": float(line.length),
                "verdict": line.verdict(standard),
                "case": film.case.title if film.case else "",
                "worn": clip_facts.worn_words(line.told),
                "kinds": "、".join(_(renditions.KINDS[kind].name) for kind in line.kinds),
                "note": _(line.note.msgid, **line.note.params) if line.note else "",
            }
        )
    return told


def _span(film: SourceVideo, start: Any, end: Any) -> dict[str, str]:  # noqa: ANN401 - exact times
    rate = film.frame_rate
    if rate is None:
        raise ValueError("only ready films are cut")
    return {
        "film": film.file_name,
        "start": footage.timecode(start, rate),
        "end": footage.timecode(end, rate),
    }


@blueprint.route("/clips/batch/list.xlsx")
@allow(EVERY_ROLE)
def blank_list() -> Response:
    """The empty cut list, with the films of this programme to choose from."""
    content = footage.write_cut_list("xlsx", "", [], batch.shelf(_ready(), web.storage()))
    return web.attachment(content, f"{_('Cut list')}.xlsx", web.XLSX)


@blueprint.route("/clips/list.<form>", methods=["POST"])
@allow(EVERY_ROLE)
def cut_list(form: str) -> WerkzeugResponse:
    """The chosen clips as a cut list: xlsx to change and drop again, EDL or FCPXML to finish elsewhere."""
    if form not in footage.LIST_FORMATS:
        raise NotFound(N_("There is no such format."))
    chosen = [clip for clip in chosen_clips() if clip.ranges]
    if not chosen:
        flash(_("Choose at least one clip first."), "warning")
        return back_to_list()
    try:
        return _list_of(chosen, form)
    except Refused as refusal:
        flash(text_of(refusal), "danger")
        return back_to_list()


@blueprint.route("/clips/<int:clip_id>/list.<form>")
@allow(EVERY_ROLE)
def clip_list(clip_id: int, form: str) -> Response:
    """One clip as a cut list."""
    clip: Clip = web.get(Clip, clip_id)
    if form not in footage.LIST_FORMATS or not clip.ranges:
        raise NotFound(N_("There is no such format."))
    return _list_of([clip], form)


def _list_of(chosen: Sequence[Clip], form: str) -> Response:
    title = chosen[0].title if len(chosen) == 1 else web.programme().title
    # All ready films are named, so that two of one name are told apart as the reader tells them apart.
    films = {film.id: film for film in _ready()}
    films |= {row.source_id: row.source for clip in chosen for row in clip.ranges}
    content = footage.write_cut_list(
        form,
        title,
        [batch.listed(clip, web.storage()) for clip in chosen],
        batch.shelf(list(films.values()), web.storage()),
    )
    words = [clip.title for clip in chosen] if len(chosen) == 1 else [_("Cut list"), title]
    return web.attachment(content, rules.download_name(words, f".{form}"), footage.LIST_FORMATS[form])
