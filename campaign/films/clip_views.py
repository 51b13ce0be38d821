"""Pages of clips: the list, the workplace, the finished film."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func as sql
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response as WerkzeugResponse

from campaign import footage, web
from campaign.access import EVERY_ROLE, WRITES_FILMS, allow
from campaign.approvals import queries as reviews
from campaign.approvals import room as review_room
from campaign.cases.models import Case
from campaign.db import db
from campaign.error_pages import text_of
from campaign.errors import NotFound, Refused
from campaign.films import clip_facts, clips, dress, queries, release, rules
from campaign.films.forms import ClipForm, after_act, player_films, stored_ranges, typed_ranges
from campaign.films.models import Clip, ClipRange, SourceVideo
from campaign.films.rendition_cards import cards_of
from campaign.films.room import (
    badge,
    blueprint,
    case_choices,
    chosen_case,
    own_organisation,
    send_asset,
)
from campaign.films.rules import RangeInput, RangeProblem
from campaign.jobs_views import as_json, said
from campaign.listing import Badge, Column, Filter, Listing, Tone, contains
from campaign.messages import N_

STATES: dict[str, tuple[Tone, str]] = {
    "draft": ("neutral", N_("draft")),
    "rendering": ("info", N_("rendering")),
    "ready": ("success", N_("finished")),
    "failed": ("danger", N_("render failed")),
}


def state_badge(clip: Clip) -> Badge:
    """The state of a clip as colour and word."""
    return badge(STATES, clip.state)


def length_s(clip: Clip) -> float:
    """How long a clip is, or will be."""
    planned = rules.total(clips.spans_of(clip)) + dress.cards_s(clip)
    return float(clip.duration if clip.duration is not None else planned)


COLUMNS = (
    Column("poster", _l("Picture"), cell=lambda clip: clip, export=lambda _clip: ""),
    Column(
        "title",
        _l("Clip"),
        sort=Clip.title,
        link=lambda clip: url_for("films.show_clip", clip_id=clip.id),
        primary=True,
    ),
    Column(
        "case",
        _l("Case"),
        sort=Case.title,
        cell=lambda clip: clip.case.title if clip.case else None,
        link=lambda clip: url_for("cases.show", case_id=clip.case_id) if clip.case_id else None,
    ),
    Column(
        "region", _l("Region"), sort=Case.region, cell=lambda clip: clip.case.region if clip.case else None
    ),
    Column("ranges", _l("Ranges"), kind="number", cell=lambda clip: len(clip.ranges)),
    Column("duration", _l("Duration"), kind="duration", cell=length_s),
    Column("state", _l("State"), kind="badge", sort=Clip.state, cell=state_badge),
    Column("review", _l("Review"), kind="badge", cell=lambda clip: review_room.badge_of(clip.dossier)),
    Column("updated_at", _l("Last changed"), kind="datetime", sort=Clip.updated_at),
)


def used_case_choices() -> list[tuple[str, str]]:
    """Cases that have a clip here."""
    statement = (
        queries.clips(web.programme(), web.actor())
        .with_only_columns(Case.id, Case.title)
        .where(Case.id.is_not(None))
        .distinct()
        .order_by(Case.title)
    )
    return [(str(case_id), title) for case_id, title in db.session.execute(statement)]


def counted_ids(word: str) -> list[int]:
    """The clips that a target with this word counts (A12, A16)."""
    programme, profile, actor = web.programme(), web.profile(), web.actor()
    ids = [clip.id for clip in queries.counted_clips(db.session, programme, profile, actor)]
    return ids if word == queries.FINISHED else sorted(reviews.clips_with(db.session, word, ids))


FILTERS = (
    Filter(
        "state",
        _l("State"),
        choices=[(key, _l(text)) for key, (_tone, text) in STATES.items()],
        apply=lambda q, v: q.where(Clip.state == v),
    ),
    Filter(
        "counts",
        _l("Target"),
        choices=[
            (queries.FINISHED, _l("counted: finished, of the length asked for")),
            (reviews.APPROVED, _l("counted: approved by the centre")),
            (reviews.PUBLISHED, _l("counted: published")),
        ],
        apply=lambda q, v: q.where(Clip.id.in_(counted_ids(v))),
    ),
    Filter(
        "review",
        _l("Review"),
        choices=[(key, _l(text)) for key, (_tone, text, _icon) in review_room.STATES.items()],
        apply=lambda q, v: q.where(reviews.clip_state() == v),
    ),
    Filter("case", _l("Case"), choices=used_case_choices, apply=lambda q, v: q.where(Clip.case_id == int(v))),
)


def listing_of(args: Mapping[str, str], *, shown_only: bool = False) -> Listing:
    """The list of clips with the search, filters and order of an address.

    For what is only shown the films that clips are cut from stay in the database, with all that was measured.
    """
    statement = reviews.with_dossier(queries.clips(web.programme(), web.actor()))
    if shown_only:
        statement = statement.options(selectinload(Clip.ranges).lazyload(ClipRange.source))
    return Listing.build(
        db.session,
        statement,
        COLUMNS,
        FILTERS,
        search=contains(Clip.title, sql.coalesce(Case.title, "")),
        args=args,
        default_sort="-updated_at",
        per_page=25,
    )


def place_words(place: int | None) -> str:
    """Where a clip stands in the queue; nothing for one that does not wait."""
    if place is None:
        return ""
    return _("next in the queue") if place == 0 else _("no. %(number)s in the queue", number=place + 1)


@blueprint.route("/clips/", endpoint="clips")
@allow(EVERY_ROLE)
def index() -> str | Response:
    listing = listing_of(request.args, shown_only=True)
    if listing.wants_export:
        return web.export(listing, _("Clips"))
    running = queries.running_jobs(db.session, clips.RENDER, listing.rows)
    return render_template(
        "films/clips.html",
        listing=listing,
        counts=queries.clip_counts(db.session, web.programme(), web.actor()),
        states=[(key, _(text)) for key, (_tone, text) in STATES.items()],
        review_counts=reviews.clip_state_counts(db.session, web.programme(), web.actor()),
        review_states=[(key, _(text)) for key, (_tone, text, _icon) in review_room.STATES.items()],
        progress={clip_id: as_json(job) for clip_id, job in running.items()},
        causes=_causes(listing.rows),
        places=queries.places_in_queue(db.session, running.values()),
        place_words=place_words,
        target=standard.count_min if (standard := web.profile().clip) else None,
    )


def _causes(rows: Sequence[Clip]) -> dict[int, str]:
    """Why renders failed, by clip, in the reader's language."""
    failed = [clip.id for clip in rows if clip.state == "failed"]
    found = queries.failures(db.session, clips.RENDER, failed)
    return {clip_id: said(error) for clip_id, error in found.items()}


@blueprint.route("/clips/new", methods=["GET", "POST"])
@allow(WRITES_FILMS)
def new_clip() -> str | WerkzeugResponse | tuple[str, int]:
    film_text = request.args.get("film", "")
    film: SourceVideo | None = web.get(SourceVideo, int(film_text)) if film_text.isdecimal() else None
    if film is not None and film.state != "ready":
        flash(_("This film can be cut as soon as its check is done."), "info")
        return redirect(url_for("films.show", source_id=film.id))
    return _workplace(None, film)


@blueprint.route("/clips/<int:clip_id>/edit", methods=["GET", "POST"])
@allow(WRITES_FILMS)
def edit_clip(clip_id: int) -> str | WerkzeugResponse | tuple[str, int]:
    clip: Clip = web.get(Clip, clip_id)
    return _workplace(clip, clip.ranges[0].source if clip.ranges else None)


def _workplace(clip: Clip | None, film: SourceVideo | None) -> str | WerkzeugResponse | tuple[str, int]:
    films = queries.ready_films(db.session, web.programme(), web.actor())
    # What a clip is cut from stays in it while that film is checked anew.
    films += {row.source: None for row in clip.ranges if row.source not in films} if clip else ()
    case = clip.case if clip else (film.case if film else None)
    form = ClipForm(
        data={
            "title": clip.title if clip else _proposed_title(case),
            "case_id": str(case.id) if case else "",
        }
        if request.method == "GET"
        else None
    )
    form.case_id.choices = case_choices(_("No case yet"))
    if request.method == "GET":
        first = film.id if film else (films[0].id if films else None)
        rows = stored_ranges(clip) if clip else [RangeInput(first, "", "")]
        return _studio(form, clip, films, rows, film)
    rows = typed_ranges(request.form)
    act = request.form.get("act", "save")
    changed = after_act(rows, act, film.id if film else None)
    if changed is not None:
        return _studio(form, clip, films, changed, film)
    spans, problems = clips.read_ranges(rows, {f.id: f for f in films})
    if not form.validate() or problems:
        return _studio(form, clip, films, rows, film, problems), 422
    draft = clips.Draft(form.title.data, chosen_case(form.case_id.data), spans)
    try:
        clip = clips.save(
            db.session, clip, draft, programme_id=web.programme().id, owner_id=own_organisation(),
            editor_id=web.actor().user_id, expected=_seen_revision(),
        )  # fmt: skip
        if act == "render":
            clips.order_render(db.session, clip, user_id=web.actor().user_id)
    except clips.SameClip as same:
        return _to_same(same)
    except Refused as refusal:
        newer = isinstance(refusal, clips.OtherRevision)
        # The form comes back with what was typed and the newer revision, so that sending it again decides.
        text = text_of(refusal)
        words = _("%(refusal)s Nothing has been saved. Save again to keep yours.", refusal=text)
        form.title.errors = [words if newer else text]
        return _studio(form, clip, films, rows, film), 409 if newer else 422
    flash(_("The clip is in the queue.") if act == "render" else _("The draft has been saved."), "success")
    return redirect(url_for("films.show_clip", clip_id=clip.id), 303)


def _proposed_title(case: Case | None) -> str:
    return queries.free_title(db.session, web.programme(), case.title) if case else ""


def _seen_revision() -> int | None:
    """The revision that the page showed; None where it does not say."""
    text = request.form.get("revision", "")
    return int(text) if text.isdecimal() else None


def _to_same(same: clips.SameClip) -> WerkzeugResponse:
    flash(text_of(same), "warning")
    return redirect(url_for("films.show_clip", clip_id=same.clip_id), 303)


def _studio(
    form: ClipForm,
    clip: Clip | None,
    films: list[SourceVideo],
    rows: list[RangeInput],
    film: SourceVideo | None,
    problems: tuple[RangeProblem, ...] = (),
) -> str:
    urls = _player_urls(films)
    wrong: dict[int, list[str]] = {}
    for problem in problems:
        wrong.setdefault(problem.number, []).append(_(problem.message.msgid, **problem.message.params))
    standard = web.profile().clip
    return render_template(
        "films/clip_edit.html",
        standard=standard,
        form=form,
        clip=clip,
        films=films,
        first=film or (films[0] if films else None),
        rows=rows,
        problems=wrong,
        player=player_films(films, urls),
    )


def _player_urls(films: Sequence[SourceVideo]) -> dict[int, dict[str, str]]:
    """The addresses of each film; every kind is built once, since a hundred films would take longest."""
    plain = {
        name: url_for(f"films.{name}", source_id=0).rpartition("/0/")
        for name in ("proxy", "poster", "timeline", "suggestions")
    }
    found = {}
    for film in films:
        versions = {d.kind: d.asset.sha256[:12] for d in film.derivatives}
        shown = {"proxy": versions.get(footage.PROXY, ""), "poster": versions.get(footage.POSTER, "")}
        found[film.id] = {
            name: f"{before}/{film.id}/{after}" + (f"?v={shown[name]}" if name in shown else "")
            for name, (before, _zero, after) in plain.items()
        }
    return found


@blueprint.route("/clips/<int:clip_id>")
@allow(EVERY_ROLE)
def show_clip(clip_id: int) -> str:
    clip: Clip = web.get(Clip, clip_id)
    job = queries.last_job(db.session, clips.RENDER, clip.id)
    rows = [
        {
            "film": row.source,
            "start": footage.timecode(row.in_point, row.source.frame_rate),
            "end": footage.timecode(row.out_point, row.source.frame_rate),
            "duration": float(row.out_point - row.in_point),
        }
        for row in clip.ranges
        if row.source.frame_rate is not None
    ]
    standard = web.profile().clip
    total = rules.total(clips.spans_of(clip))
    return render_template(
        "films/clip_show.html",
        clip=clip,
        state=state_badge(clip),
        rows=rows,
        length_s=length_s(clip),
        verdict=rules.length_verdict(total, standard_s=standard.duration_s, tolerance_s=standard.tolerance_s)
        if standard
        else "fits",
        standard=standard,
        job=as_json(job) if job and (job.is_running or clip.state == "failed") else None,
        delivery=_(clip_facts.DELIVERIES[clip.delivery]),
        worn=clip_facts.in_short(clip),
        facts=clip_facts.facts_of(clip),
        version=clip.asset.sha256[:12] if clip.asset else "",
        held_back=_(reason.msgid, **reason.params) if (reason := release.held_back(clip)) else "",
        cards=cards_of(clip),
        remarks=[_(one.msgid, **one.params) for one in dress.remarks(clip)],
    )


@blueprint.route("/clips/<int:clip_id>/render", methods=["POST"])
@allow(WRITES_FILMS)
def render_clip(clip_id: int) -> WerkzeugResponse:
    clip: Clip = web.get(Clip, clip_id)
    try:
        clips.order_render(db.session, clip, user_id=web.actor().user_id)
    except clips.SameClip as same:
        return _to_same(same)
    except Refused as refusal:
        flash(text_of(refusal), "danger")
    else:
        flash(_("The clip is in the queue."), "success")
    return redirect(url_for("films.show_clip", clip_id=clip_id), 303)


@blueprint.route("/clips/<int:clip_id>/delete", methods=["POST"])
@allow(WRITES_FILMS)
def delete_clip(clip_id: int) -> WerkzeugResponse:
    clip: Clip = web.get(Clip, clip_id)
    title = clip.title
    try:
        clips.delete(db.session, clip)
    except Refused as refusal:
        flash(text_of(refusal), "danger")
        return redirect(url_for("films.show_clip", clip_id=clip_id), 303)
    flash(_("The clip %(title)s has been deleted.", title=title), "success")
    return redirect(url_for("films.clips"), 303)


def _finished(clip_id: int) -> Clip:
    clip: Clip = web.get(Clip, clip_id)
    if clip.asset is None:
        raise NotFound(N_("This file has not been made yet."))
    return clip


@blueprint.route("/clips/<int:clip_id>/film.mp4")
@allow(EVERY_ROLE)
def clip_film(clip_id: int) -> Response:
    clip = _finished(clip_id)
    release.refuse_held_back(clip)
    return send_asset(clip.asset, "video/mp4")


@blueprint.route("/clips/<int:clip_id>/poster.jpg")
@allow(EVERY_ROLE)
def clip_poster(clip_id: int) -> Response:
    return send_asset(_finished(clip_id).poster, "image/jpeg")


@blueprint.route("/clips/<int:clip_id>/download")
@allow(EVERY_ROLE)
def download_clip(clip_id: int) -> Response:
    clip = _finished(clip_id)
    release.refuse_held_back(clip)
    parts = [clip.case.region, clip.case.enterprise.name, clip.title] if clip.case else [clip.title]
    return send_asset(clip.asset, "video/mp4", download_name=rules.download_name(parts, ".mp4"))
