"""Pages of source videos: the list, one film, and its files."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func as sql
from werkzeug.wrappers import Response as WerkzeugResponse

from campaign import evidence, footage, web
from campaign.access import EVERY_ROLE, WAIVES_FINDINGS, WRITES_FILMS, allow
from campaign.cases.models import Case
from campaign.db import db
from campaign.error_pages import text_of
from campaign.errors import NotFound, Refused
from campaign.films import (
    clip_views,
    dress_views,
    letter_views,
    look,
    queries,
    services,
    studio_views,
    tray_views,
    upload_views,
    waivers,
)
from campaign.films import jobs as _handlers  # noqa: F401 - names the kinds of job of this room
from campaign.films.models import SourceVideo
from campaign.films.room import badge, blueprint, case_choices, chosen_case, send_asset
from campaign.findings_words import findings_in_words, in_words
from campaign.jobs_views import as_json, said
from campaign.listing import Badge, Column, Filter, Listing, Tone, contains
from campaign.messages import N_
from campaign.storage import Asset

__all__ = [
    "blueprint",
    "clip_views",
    "dress_views",
    "letter_views",
    "studio_views",
    "tray_views",
    "upload_views",
]

STATES: dict[str, tuple[Tone, str]] = {
    "waiting": ("neutral", N_("waiting to be checked")),
    "ingesting": ("info", N_("being checked")),
    "ready": ("success", N_("ready")),
    "refused": ("danger", N_("refused")),
    "failed": ("danger", N_("check failed")),
}
PREPARING = ("preparing", _l("waiting or being checked"))
MATCHES: dict[str, tuple[Tone, str]] = {
    "exact": ("success", N_("case found by name")),
    "probable": ("warning", N_("case guessed from the name")),
    "chosen": ("success", N_("case chosen by hand")),
    "none": ("warning", N_("waiting for a case")),
}


def findings_badge(film: SourceVideo) -> Badge | None:
    """What the check found, in one badge; None before there was one."""
    if film.findings is None:
        return None
    waived = {waiver.rule for waiver in film.waivers}
    open_ = [finding["verdict"] for finding in film.findings if finding["rule"] not in waived]
    failed, doubtful = open_.count("fail"), open_.count("warn")
    if failed:
        return Badge("danger", _("%(count)s not met", count=failed))
    if doubtful:
        return Badge("warning", _("%(count)s doubtful", count=doubtful))
    return Badge("success", _("all met or waived") if waived else _("all met"))


COLUMNS = (
    Column(
        "poster",
        _l("Picture"),
        cell=lambda film: film,
        export=lambda _film: "",
    ),
    Column(
        "name",
        _l("Film"),
        sort=SourceVideo.file_name,
        cell=lambda film: film.file_name,
        link=lambda film: url_for("films.show", source_id=film.id),
        primary=True,
    ),
    Column(
        "case",
        _l("Case"),
        sort=Case.title,
        cell=lambda film: film.case.title if film.case else None,
        link=lambda film: url_for("cases.show", case_id=film.case_id) if film.case_id else None,
    ),
    Column(
        "region", _l("Region"), sort=Case.region, cell=lambda film: film.case.region if film.case else None
    ),
    Column(
        "duration", _l("Duration"), kind="duration", cell=lambda film: film.duration and float(film.duration)
    ),
    Column("findings", _l("Check"), kind="badge", cell=findings_badge),
    Column(
        "state",
        _l("State"),
        kind="badge",
        sort=SourceVideo.state,
        cell=lambda film: badge(STATES, film.state),
    ),
    Column("created_at", _l("Received"), kind="date", sort=SourceVideo.created_at),
)


def region_choices() -> list[tuple[str, str]]:
    """Regions that have a case with a film here."""
    statement = (
        queries.films(web.programme(), web.actor())
        .with_only_columns(Case.region)
        .where(Case.region.is_not(None), Case.region != "")
        .distinct()
        .order_by(Case.region)
    )
    return [(region, region) for region in db.session.scalars(statement)]


def used_case_choices() -> list[tuple[str, str]]:
    """Cases that have a film here."""
    statement = (
        queries.films(web.programme(), web.actor())
        .with_only_columns(Case.id, Case.title)
        .where(Case.id.is_not(None))
        .distinct()
        .order_by(Case.title)
    )
    return [(str(case_id), title) for case_id, title in db.session.execute(statement)]


FILTERS = (
    Filter(
        "state",
        _l("State"),
        choices=[*((key, _l(text)) for key, (_tone, text) in STATES.items()), PREPARING],
        apply=lambda q, v: q.where(queries.preparing() if v == PREPARING[0] else SourceVideo.state == v),
    ),
    Filter(
        "match",
        _l("Case match"),
        choices=[(key, _l(text)) for key, (_tone, text) in MATCHES.items()],
        apply=lambda q, v: q.where(SourceVideo.match == v),
    ),
    Filter(
        "case",
        _l("Case"),
        choices=used_case_choices,
        apply=lambda q, v: q.where(SourceVideo.case_id == int(v)),
    ),
    Filter("region", _l("Region"), choices=region_choices, apply=lambda q, v: q.where(Case.region == v)),
)


@blueprint.route("/")
@allow(EVERY_ROLE)
def index() -> str | Response:
    listing = Listing.build(
        db.session,
        queries.films(web.programme(), web.actor()),
        COLUMNS,
        FILTERS,
        search=contains(SourceVideo.file_name, sql.coalesce(Case.title, "")),
        args=request.args,
        default_sort="-created_at",
        per_page=25,
    )
    if listing.wants_export:
        return web.export(listing, _("Videos"))
    running = queries.running_jobs(db.session, services.INGEST, listing.rows)
    progress = {source_id: as_json(job) for source_id, job in running.items()}
    return render_template(
        "films/index.html", listing=listing, progress=progress, match=lambda film: badge(MATCHES, film.match)
    )


@blueprint.route("/<int:source_id>")
@allow(EVERY_ROLE)
def show(source_id: int) -> str:
    film: SourceVideo = web.get(SourceVideo, source_id)
    return _page(film)


def _page(
    film: SourceVideo, assign_error: str | None = None, waive_error: tuple[str, str, str] | None = None
) -> str:
    job = queries.last_job(db.session, services.INGEST, film.id)
    active = job is not None and job.is_running
    return render_template(
        "films/show.html",
        film=film,
        job=as_json(job) if job and active else None,
        look_job=_running_look(film) if active else None,
        can_check_again=not active and film.state in ("waiting", "refused", "failed", "ingesting"),
        state=badge(STATES, film.state),
        match=badge(MATCHES, film.match),
        findings=findings_of(film),
        facts=facts_of(film),
        refusal=said(film.refusal),
        clips=queries.clips_of_film(db.session, film, web.actor()),
        clip_state=clip_views.state_badge,
        case_choices=case_choices(_("No case yet")),
        assign_error=assign_error,
        waive_error=waive_error,
        waived={waiver.rule: waiver for waiver in film.waivers},
        waived_badge=Badge("info", _("waived")),
        open_findings=waivers.open_findings(film),
        versions={d.kind: d.asset.sha256[:12] for d in film.derivatives},
        plays_unchecked=film.state in look.UNCHECKED and footage.plays_in_browsers(film.info),
    )


def _running_look(film: SourceVideo) -> dict[str, Any] | None:
    """The first look while it is being taken: the page is drawn anew when its picture is there."""
    job = queries.last_job(db.session, services.LOOK, film.id) if film.poster is None else None
    return as_json(job) if job and job.is_running else None


def findings_of(film: SourceVideo) -> list[dict[str, Any]]:
    """Findings for the page, each with the pictures that were made of the fault: kind, moment, version."""
    pictures: dict[str, list[dict[str, Any]]] = {}
    for row in film.derivatives:
        if row.details and "rule" in row.details:
            shown = {
                "kind": row.kind,
                "moment": float(Fraction(row.details["moment"])),
                "v": row.asset.sha256[:12],
            }
            pictures.setdefault(row.details["rule"], []).append(shown)
    found = findings_in_words(film.findings or [])
    return [told | {"pictures": pictures.get(told["rule"], [])} for told in found]


def facts_of(film: SourceVideo) -> list[tuple[str, Any]]:
    """What probing found, for people."""
    if film.info is None:
        return []
    info = footage.info_from(film.info)
    facts: list[tuple[str, Any]] = [(_("Container"), info.container.upper())]
    picture, sound = info.picture, info.sound
    if picture is not None:
        facts += [
            (_("Picture"), f"{picture.display_width} × {picture.display_height}"),
            (_("Frame rate"), _frame_rate(picture.is_vfr, picture.rate, picture.nominal_rate)),
            (_("Picture codec"), f"{picture.codec} {picture.profile}".strip()),
        ]
    if sound is not None:
        facts.append(
            (_("Sound codec"), f"{sound.codec} · {sound.rate_hz / 1000:g} kHz · {in_words(sound.layout)}")
        )
    else:
        facts.append((_("Sound codec"), _("no sound")))
    loudness = (film.measures or {}).get("integrated_lufs")
    if loudness is not None:
        facts.append((_("Loudness"), f"{loudness:.1f} LUFS"))
    return facts


def _frame_rate(varies: bool, mean: Fraction, nominal: Fraction) -> str:  # noqa: FBT001 - one fact of three
    if varies:
        return _("varies, %(rate)s frames a second in the mean", rate=f"{float(mean):.4g}")
    return _("%(rate)s frames a second", rate=f"{float(nominal):.5g}")


@blueprint.route("/<int:source_id>/case", methods=["POST"])
@allow(WRITES_FILMS)
def assign(source_id: int) -> WerkzeugResponse | tuple[str, int]:
    film: SourceVideo = web.get(SourceVideo, source_id)
    try:
        services.assign(
            db.session, film, chosen_case(request.form.get("case_id")), web.profile().video_spec_mapping()
        )
    except Refused as refusal:
        return _page(film, text_of(refusal)), 422
    if film.case is not None:
        flash(
            _("%(film)s now belongs to the case %(case)s.", film=film.file_name, case=film.case.title),
            "success",
        )
    else:
        flash(_("%(film)s waits for a case again.", film=film.file_name), "success")
    back = "films.upload" if request.form.get("from") == "upload" else "films.show"
    return redirect(url_for(back, source_id=film.id) if back == "films.show" else url_for(back), 303)


@blueprint.route("/<int:source_id>/waive/<rule>", methods=["POST"])
@allow(WAIVES_FINDINGS)
def waive(source_id: int, rule: str) -> WerkzeugResponse | tuple[str, int]:
    film: SourceVideo = web.get(SourceVideo, source_id)
    reason = request.form.get("reason", "")
    try:
        waivers.waive(db.session, film, rule, reason, user_id=web.actor().user_id)
    except Refused as refusal:
        return _page(film, waive_error=(rule, reason, text_of(refusal))), 422
    flash(_("The finding has been waived."), "success")
    return redirect(url_for("films.show", source_id=film.id), 303)


@blueprint.route("/<int:source_id>/lift/<rule>", methods=["POST"])
@allow(WAIVES_FINDINGS)
def lift_waiver(source_id: int, rule: str) -> WerkzeugResponse:
    film: SourceVideo = web.get(SourceVideo, source_id)
    waivers.lift(db.session, film, rule)
    flash(_("The finding counts again."), "success")
    return redirect(url_for("films.show", source_id=film.id), 303)


@blueprint.route("/<int:source_id>/check", methods=["POST"])
@allow(WRITES_FILMS)
def check_again(source_id: int) -> WerkzeugResponse:
    film: SourceVideo = web.get(SourceVideo, source_id)
    services.ingest_again(db.session, film, user_id=web.actor().user_id)
    flash(_("The film is checked again."), "success")
    return redirect(url_for("films.show", source_id=film.id), 303)


@blueprint.route("/<int:source_id>/delete", methods=["POST"])
@allow(WRITES_FILMS)
def delete(source_id: int) -> WerkzeugResponse:
    film: SourceVideo = web.get(SourceVideo, source_id)
    name = film.file_name
    try:
        services.remove_film(db.session, film)
    except Refused as refusal:
        flash(text_of(refusal), "danger")
        return redirect(url_for("films.show", source_id=source_id), 303)
    flash(_("%(film)s has been deleted.", film=name), "success")
    return redirect(url_for("films.index"), 303)


def _derivative(source_id: int, kind: str, media_type: str) -> Response:
    film: SourceVideo = web.get(SourceVideo, source_id)
    found = film.derivative(kind)
    if found is None:
        raise NotFound(N_("This file has not been made yet."))
    return send_asset(found.asset, media_type)


@blueprint.route("/<int:source_id>/proxy.mp4")
@allow(EVERY_ROLE)
def proxy(source_id: int) -> Response:
    return _derivative(source_id, footage.PROXY, "video/mp4")


@blueprint.route("/<int:source_id>/poster.jpg")
@allow(EVERY_ROLE)
def poster(source_id: int) -> Response:
    film: SourceVideo = web.get(SourceVideo, source_id)
    return send_asset(film.poster.asset if film.poster else None, "image/jpeg")


@blueprint.route("/<int:source_id>/filmstrip.jpg")
@allow(EVERY_ROLE)
def filmstrip(source_id: int) -> Response:
    film: SourceVideo = web.get(SourceVideo, source_id)
    return send_asset(film.filmstrip.asset if film.filmstrip else None, "image/jpeg")


@blueprint.route("/<int:source_id>/faults/<kind>.jpg")
@allow(EVERY_ROLE)
def fault_picture(source_id: int, kind: str) -> Response:
    """A picture of the film with the fault framed."""
    return send_asset(_fault(source_id, kind), "image/jpeg")


@blueprint.route("/<int:source_id>/faults/<kind>.webp")
@allow(EVERY_ROLE)
def fault_thumbnail(source_id: int, kind: str) -> Response:
    """The same, small enough for a list."""
    return evidence.send_small(_fault(source_id, kind))


def _fault(source_id: int, kind: str) -> Asset:
    film: SourceVideo = web.get(SourceVideo, source_id)
    found = film.derivative(kind)
    if found is None or "rule" not in (found.details or {}):
        raise NotFound(N_("This file has not been made yet."))
    return found.asset


@blueprint.route("/<int:source_id>/waveform.json")
@allow(EVERY_ROLE)
def waveform(source_id: int) -> Response:
    return _derivative(source_id, footage.WAVEFORM, "application/json")


@blueprint.route("/<int:source_id>/original")
@allow(WRITES_FILMS)
def original(source_id: int) -> Response:
    film: SourceVideo = web.get(SourceVideo, source_id)
    return send_asset(film.asset, "application/octet-stream", download_name=film.file_name)
