"""The page on which a clip gets its cards, names, subtitles and music, and pictures of them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as WerkzeugResponse

from campaign import footage, web
from campaign.access import EVERY_ROLE, WRITES_FILMS, allow
from campaign.db import db
from campaign.error_pages import text_of
from campaign.errors import CampaignError, NotFound
from campaign.films import clips, dress, rules, style
from campaign.films.dress import Files, Typed
from campaign.films.models import Clip
from campaign.films.room import blueprint
from campaign.messages import N_

PREVIEW_MAX_AGE_S = 3600
MOST_SUBTITLE_CHARS = 400


def data_dir() -> Path:
    """Where this installation keeps its data, and with it its fonts."""
    folder: Path = current_app.config["SETTINGS"].data_dir
    return folder


def house_style() -> Any:  # noqa: ANN401 - media's own type
    """The style of the programme of this address."""
    return footage.house_style(data_dir(), style.look_of(web.programme()))


@blueprint.route("/clips/<int:clip_id>/dress", methods=["GET", "POST"])
@allow(WRITES_FILMS)
def dress_clip(clip_id: int) -> str | WerkzeugResponse | tuple[str, int]:
    clip: Clip = web.get(Clip, clip_id)
    if request.method == "GET":
        return _page(clip, dress.typed_of(clip, style.of(web.programme())), [])
    typed = _typed()
    if request.form.get("act") == "add":
        return _page(clip, typed, [])
    told, problems = dress.read(typed, rules.total(clips.spans_of(clip)))
    if problems:
        return _page(clip, typed, [_(one.msgid, **one.params) for one in problems]), 422
    try:
        with tempfile.TemporaryDirectory(dir=web.storage().incoming) as folder:
            files = _files(clip, Path(folder))
            dress.save(db.session, web.storage(), clip, told=told, files=files, data_dir=data_dir())
    except CampaignError as refusal:
        db.session.rollback()
        return _page(clip, typed, [text_of(refusal)]), 422
    flash(_("What the clip wears has been saved."), "success")
    return redirect(url_for("films.show_clip", clip_id=clip.id), 303)


def _typed() -> Typed:
    field = request.form.get
    columns = {name: request.form.getlist(f"name_{name}") for name in ("name", "role", "start", "end")}
    return Typed(
        field("opening_title", ""), field("opening_subtitle", ""), field("opening_s", "") or dress.CARD_S,
        field("end_title", ""), field("end_subtitle", ""), field("end_s", "") or dress.CARD_S,
        dress.rows_of(columns),
    )  # fmt: skip


def _files(clip: Clip, folder: Path) -> Files:
    """What was sent along, read; a refusal names the file."""
    sent, music = request.files.get("subtitles"), request.files.get("music")
    cues, bed = None, None
    if sent is not None and sent.filename:
        name, path = _kept(sent, folder)
        # The times of a film's subtitles are moved to the clip; those of a clip stay.
        cuts = clips.cuts_of(clip, web.storage()) if request.form.get("subtitle_clock") == "film" else ()
        cues = (name, footage.read_subtitles(path, name, cuts))
    if music is not None and music.filename:
        bed = _kept(music, folder)
        dress.check_size(bed[1].stat().st_size, bed[0])
    return Files(cues, "drop_subtitles" in request.form, bed, "drop_music" in request.form)


def _kept(sent: FileStorage, folder: Path) -> tuple[str, Path]:
    name = rules.clean_file_name(sent.filename or "", "file")
    path = folder / f"{len(list(folder.iterdir()))}"
    sent.save(path)
    return name, path


COLOURS = {
    "background": N_("ground of cards"),
    "ink": N_("letters of cards"),
    "accent": N_("mark"),
    "plate": N_("ground of names"),
    "plate_ink": N_("letters of names"),
}


def _house() -> dict[str, Any]:
    """The house style as the page tells it to those who work with it (A12)."""
    profile = web.profile()
    house = style.of(web.programme())
    return {
        "house": house,
        "house_colours": [(_(words), getattr(house, key)) for key, words in COLOURS.items()],
        "logo_found": style.logo_of(house) is not None,
        "slogan": house.slogan or (profile.video.slogan if profile.video else "") or None,
    }


def _page(clip: Clip, typed: Typed, problems: list[str]) -> str:
    case, profile = clip.case, web.profile()
    return render_template(
        "films/clip_dress.html",
        clip=clip,
        typed=typed,
        problems=problems,
        length_s=float(rules.total(clips.spans_of(clip))),
        cards_s=float(dress.cards_s(clip)),
        stored=clip.dress or {},
        **_house(),
        remarks=[_(one.msgid, **one.params) for one in dress.remarks(clip)],
        proposal={
            "opening_title": case.title if case else clip.title,
            "opening_subtitle": f"{case.enterprise.name}\n{web.programme().title}" if case else "",
            "end_title": (profile.style.slogan if profile.style else "")
            or (profile.video.slogan if profile.video else "")
            or web.programme().title,
            "end_subtitle": web.programme().organisation.name,
        },
    )


@blueprint.route("/clips/card.jpg")
@allow(WRITES_FILMS)
def card_preview() -> Response:
    title = request.args.get("title", "").strip()[:200]
    if not title:
        raise NotFound(N_("There is nothing to show: the title is empty."))
    return _picture(
        footage.card_preview(title, request.args.get("subtitle", "")[:MOST_SUBTITLE_CHARS], house_style())
    )


@blueprint.route("/clips/name.jpg")
@allow(WRITES_FILMS)
def name_preview() -> Response:
    name = request.args.get("name", "").strip()[:200]
    if not name:
        raise NotFound(N_("There is nothing to show: the title is empty."))
    return _picture(footage.name_preview(name, request.args.get("role", "")[:200], house_style()))


def _picture(content: bytes) -> Response:
    response = Response(content, mimetype="image/jpeg")
    response.cache_control.private, response.cache_control.max_age = True, PREVIEW_MAX_AGE_S
    return response


@blueprint.route("/clips/<int:clip_id>/subtitles.srt")
@allow(EVERY_ROLE)
def clip_subtitles(clip_id: int) -> Response:
    clip: Clip = web.get(Clip, clip_id)
    if not (clip.dress or {}).get("subtitles"):
        raise NotFound(N_("This clip has no subtitles."))
    text = footage.subtitles_as_srt(clip.dress or {})
    return web.attachment(text.encode(), rules.download_name([clip.title], ".srt"), "application/x-subrip")
