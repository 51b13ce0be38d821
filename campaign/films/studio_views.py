"""What the clip workplace asks for while somebody works in it: the timeline of a film, and the draft."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flask import Response, jsonify, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from campaign import footage, web
from campaign.access import EVERY_ROLE, WRITES_FILMS, allow
from campaign.db import db, utc_now
from campaign.errors import Conflict, NotFound, Refused
from campaign.films import clips, queries
from campaign.films.forms import stored_ranges
from campaign.films.models import Clip, SourceVideo
from campaign.films.room import blueprint, chosen_case, own_organisation
from campaign.films.rules import RangeInput
from campaign.findings_words import findings_in_words
from campaign.formatting import time_zh
from campaign.messages import N_


@blueprint.route("/<int:source_id>/timeline.json")
@allow(EVERY_ROLE)
def timeline(source_id: int) -> Response:
    """Everything that is drawn along the time of a film; times in seconds from its first picture.

    cuts are where the scene changes, silences where nothing is heard; both are what points snap to. faults
    are the findings that name moments (P12 to P15).
    """
    film: SourceVideo = web.get(SourceVideo, source_id)
    if film.duration is None or film.frame_rate is None:
        raise NotFound(N_("This file has not been made yet."))
    measures = film.measures or {}
    strip, wave = film.derivative(footage.FILMSTRIP), film.derivative(footage.WAVEFORM)
    return jsonify(
        rate=[film.frame_rate.numerator, film.frame_rate.denominator],
        duration_s=float(film.duration),
        cuts=[float(Fraction(time)) for time in measures.get("scene_cuts", ())],
        silences=[[span["start_s"], span["end_s"]] for span in measures.get("silence", ())],
        faults=_faults(film),
        strip=(strip.details or {})
        | {"url": url_for("films.filmstrip", source_id=film.id, v=strip.asset.sha256[:12])}
        if strip
        else None,
        waveform=url_for("films.waveform", source_id=film.id, v=wave.asset.sha256[:12]) if wave else None,
    )


@blueprint.route("/<int:source_id>/suggestions.json")
@allow(WRITES_FILMS)
def suggestions(source_id: int) -> Response:
    """Different versions of a film by the programme's standard and content plan (A12, P17), with reasons.

    `frames` of a range are its first frame and the first one that is not shown any more.
    """
    film: SourceVideo = web.get(SourceVideo, source_id)
    wish = web.profile().clip_wish_mapping(in_chinese=get_locale().language == "zh")
    measures = footage.measures_from(film.measures)
    if film.info is None or film.frame_rate is None or measures is None or wish is None:
        raise NotFound(N_("This file has not been made yet."))
    told = footage.suggest(
        footage.info_from(film.info),
        measures,
        web.profile().video_spec_mapping(),
        wish,
        name=film.file_name,
        translate=_,
    )
    for version in told["versions"]:
        for one in version["ranges"]:
            one["frames"] = [int(Fraction(one[side]) * film.frame_rate) for side in ("start", "end")]
    return jsonify(told)


def _faults(film: SourceVideo) -> list[dict[str, Any]]:
    return [
        {
            "verdict": told["verdict"],
            "title": told["title"],
            "word": told["badge"].text,
            "ranges": told["ranges"],
        }
        for told in findings_in_words(film.findings or ())
        if told["verdict"] in ("warn", "fail") and told["ranges"]
    ]


@blueprint.route("/clips/draft.json", methods=["POST"])
@allow(WRITES_FILMS)
def start_draft() -> Response | tuple[Response, int]:
    """Make a clip of what has been marked so far."""
    return _save(None)


@blueprint.route("/clips/<int:clip_id>/draft.json", methods=["POST"])
@allow(WRITES_FILMS)
def save_draft(clip_id: int) -> Response | tuple[Response, int]:
    """Keep what has been changed; 409 when somebody else was faster, 422 with the faults of each range.

    Takes {title, case_id, revision, ranges: [{film, in, out}]}; the points as a person would type them. A
    finished clip is never undone in passing: there the person has to press the button.
    """
    clip: Clip = web.get(Clip, clip_id)
    if clip.state == "ready":
        raise Conflict(
            N_("This clip is finished. Save it by the button to change it; then it is rendered anew.")
        )
    return _save(clip)


@blueprint.route("/clips/<int:clip_id>/draft.json")
@allow(WRITES_FILMS)
def draft(clip_id: int) -> Response:
    """What the clip is now, and who changed it last."""
    clip: Clip = web.get(Clip, clip_id)
    return jsonify(
        revision=clip.revision,
        state=clip.state,
        who=clip.edited_by.name if clip.edited_by else "–",
        title=clip.title,
        case_id=str(clip.case_id or ""),
        ranges=[
            {"film": str(row.source_id), "in": row.in_text, "out": row.out_text}
            for row in stored_ranges(clip)
        ],
    )


def _save(clip: Clip | None) -> Response | tuple[Response, int]:
    asked = request.get_json()
    if not isinstance(asked, dict) or not isinstance(asked.get("ranges"), list):
        raise Refused(N_("The page sent something that is no edit list. Load it again."))
    rows = [_row(one) for one in asked["ranges"]]
    films = queries.ready_films(db.session, web.programme(), web.actor())
    spans, problems = clips.read_ranges(rows, {film.id: film for film in films})
    if problems:
        told: dict[str, list[str]] = {}
        for problem in problems:
            told.setdefault(str(problem.number), []).append(
                _(problem.message.msgid, **problem.message.params)
            )
        return jsonify(message=next(iter(told.values()))[0], problems=told), 422
    wanted = clips.Draft(str(asked.get("title", ""))[:200], chosen_case(str(asked.get("case_id", ""))), spans)
    revision = asked.get("revision")
    clip = clips.save(
        db.session,
        clip,
        wanted,
        programme_id=web.programme().id,
        owner_id=own_organisation(),
        editor_id=web.actor().user_id,
        expected=revision if isinstance(revision, int) else None,
    )
    return jsonify(
        clip_id=clip.id,
        revision=clip.revision,
        saved_at=time_zh(utc_now()),
        draft_url=url_for("films.save_draft", clip_id=clip.id),
        edit_url=url_for("films.edit_clip", clip_id=clip.id),
    )


def _row(one: object) -> RangeInput:
    if not isinstance(one, dict):
        raise Refused(N_("The page sent something that is no edit list. Load it again."))
    film = str(one.get("film", ""))
    return RangeInput(
        int(film) if film.isdecimal() else None, str(one.get("in", "")), str(one.get("out", ""))
    )
