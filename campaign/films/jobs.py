"""The long work on films: ingest and render. A job that runs again from the start ends with one result."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from campaign import footage, jobs, web
from campaign.db import db
from campaign.errors import Refused
from campaign.films import clips, dress, renditions, services
from campaign.films.clips import RENDER, RENDITION, Rendered
from campaign.films.models import Clip, Derivative, Rendition, SourceVideo
from campaign.films.services import INGEST
from campaign.jobs import JobContext
from campaign.messages import N_
from campaign.programmes.models import Programme
from campaign.storage import Storage, asset_for

MEDIA_TYPES = {
    footage.PROXY: "video/mp4",
    footage.POSTER: "image/jpeg",
    footage.FILMSTRIP: "image/jpeg",
    footage.WAVEFORM: "application/json",
}


@contextmanager
def scratch(context: JobContext) -> Iterator[Path]:
    """The job's own folder, gone when the job ends, however it ends."""
    shutil.rmtree(context.scratch, ignore_errors=True)
    context.scratch.mkdir(parents=True)
    try:
        yield context.scratch
    finally:
        shutil.rmtree(context.scratch, ignore_errors=True)


@contextmanager
def stops_when_told() -> Iterator[None]:
    """A cancelled engine is a stopped job, not a failed one."""
    try:
        yield
    except footage.FilmRefused as refusal:
        if refusal.is_cancelled:
            raise jobs.Stopped from refusal
        raise


def ingest(context: JobContext) -> None:
    """Look at a film, make what the pages show of it, and check it by the programme's rules (P12 to P16)."""
    session, storage = db.session, web.storage()
    film = session.get(SourceVideo, context.subject_id)
    if film is None or film.state == "ready":
        return
    film.state, film.refusal = "ingesting", None
    path, name = storage.path(film.asset.sha256), film.file_name
    spec = web.profile_of(session.get_one(Programme, film.programme_id)).video_spec_mapping()
    session.commit()
    with scratch(context) as folder, stops_when_told():
        try:
            context.progress(0.01, N_("Reading the file"))
            footage.probe(path, name)
            made = footage.ingest(
                path,
                folder,
                name,
                on_progress=lambda share: context.progress(
                    0.02 + 0.93 * share, N_("Making the preview and measuring")
                ),
                should_stop=context.should_stop,
            )
        except footage.FilmRefused as refusal:
            if refusal.is_about_the_film:
                services.refuse_film(session, context.subject_id, refusal)
            raise
        context.progress(0.96, N_("Checking by the rules of the programme"))
        files = {
            footage.PROXY: (made.proxy, None),
            footage.POSTER: (made.poster, None),
            footage.FILMSTRIP: (made.filmstrip, footage.strip_details(made)),
            footage.WAVEFORM: (made.waveform, None),
        }
        # What can be seen does not depend on the case, which may be chosen while this runs.
        seen = footage.check(made.info, spec, name=name, measures=made.measures)
        for rule, moment, shot in footage.picture_evidence(path, seen, folder, info=made.info):
            files[shot.stem] = (shot, {"rule": rule, "moment": moment})
        stored = {kind: (storage.adopt(file), details) for kind, (file, details) in files.items()}
        film = session.get(SourceVideo, context.subject_id, populate_existing=True)
        if film is None:
            return
        # Faults that an earlier check saw and this one does not keep no picture.
        film.derivatives[:] = [row for row in film.derivatives if row.kind in stored]
        for kind, (file, details) in stored.items():
            asset_id = asset_for(session, file, MEDIA_TYPES.get(kind, "image/jpeg")).id
            row = film.derivative(kind)
            if row is None:
                film.derivatives.append(Derivative(kind=kind, asset_id=asset_id, details=details))
            else:
                row.asset_id, row.details = asset_id, details
        case_title = film.case.title if film.case else ""
        film.findings = footage.check(
            made.info, spec, name=name, case_title=case_title, measures=made.measures
        )
        film.info, film.measures = made.info.to_json(), made.measures.to_json()
        # Points are set on the frames of the preview: the film's own, or a grid where its rate varies.
        film.duration, film.frame_rate = made.info.duration, made.proxy_rate
        film.state = "ready"
        session.commit()


def ingest_ended(session: Session, film_id: int, error: dict[str, Any] | None) -> None:
    """A refused film stays refused; after an accident it has failed, after a cancel it waits."""
    film = session.get(SourceVideo, film_id)
    if film is not None and film.state in ("ingesting", "waiting"):
        film.state, film.refusal = ("failed", error) if error else ("waiting", None)


def render(context: JobContext) -> None:
    """Cut a clip to its delivery, and take the verified result in (A12)."""
    session, storage = db.session, web.storage()
    clip = session.get(Clip, context.subject_id)
    if clip is None or clip.state == "ready":
        return
    clip.state = "rendering"
    cuts, delivery, fingerprint = clips.cuts_of(clip, storage), clip.delivery, clip.fingerprint
    worn = dress.worn(clip, storage, current_app.config["SETTINGS"].data_dir)
    infos = _infos(clip, storage)
    session.commit()
    with scratch(context) as folder, stops_when_told():
        result = footage.render(
            cuts,
            folder / "clip.mp4",
            delivery,
            dress=worn,
            infos=infos,
            on_progress=lambda share: context.progress(0.96 * share, N_("Cutting and encoding")),
            should_stop=context.should_stop,
        )
        context.progress(0.97, N_("Taking the cover picture"))
        poster = footage.cover(result.path, folder / "poster.jpg")
        made = Rendered(result.path, poster, result.duration, result.frames, result.to_json())
        clips.take_result(session, storage, context.subject_id, fingerprint, made)


def _infos(clip: Clip, storage: Storage) -> dict[Path, Any]:
    """What ingest found of the films that a clip is cut from."""
    return {
        storage.path(row.source.asset.sha256): footage.info_from(row.source.info)
        for row in clip.ranges
        if row.source.info is not None
    }


def rendition(context: JobContext) -> None:
    """Make a version of a clip for platforms, verified like the master, or a cover again (A9, B8)."""
    session, storage = db.session, web.storage()
    row = session.get(Rendition, context.subject_id)
    if row is None or row.state == "ready":
        return
    clip, kind = row.clip, renditions.KINDS[row.kind]
    if clip.state != "ready":
        raise Refused(renditions.CHANGED)
    row.state, row.fingerprint = "making", renditions.fingerprint_of(row)
    fingerprint, options = row.fingerprint, dict(row.options or {})
    cuts, data_dir = clips.cuts_of(clip, storage), current_app.config["SETTINGS"].data_dir
    worn, infos = dress.worn(clip, storage, data_dir), _infos(clip, storage)
    if kind.is_cover:
        content = renditions.draw_cover(storage, clip, kind.key, options, dress.style_of(clip, data_dir))
        session.commit()
        with scratch(context) as folder:
            path = folder / "cover.jpg"
            path.write_bytes(content)
            made = renditions.Made(path, "image/jpeg", {})
            renditions.take(session, storage, context.subject_id, fingerprint, made)
        return
    session.commit()
    with scratch(context) as folder, stops_when_told():
        result = footage.render(
            cuts,
            folder / "version.mp4",
            kind.key,
            dress=worn,
            shape=renditions.shape_of(options),
            infos=infos,
            on_progress=lambda share: context.progress(0.98 * share, N_("Cutting and encoding")),
            should_stop=context.should_stop,
        )
        made = renditions.Made(result.path, "video/mp4", result.to_json())
        renditions.take(session, storage, context.subject_id, fingerprint, made)


def render_ended(session: Session, clip_id: int, error: dict[str, Any] | None) -> None:
    """A failed clip can be tried again; a cancelled one is a draft as before."""
    clip = session.get(Clip, clip_id)
    if clip is not None and clip.state == "rendering":
        clip.state = "failed" if error else "draft"


jobs.register(INGEST, ingest, title=N_("Check film"), queue="media", on_failure=ingest_ended)
jobs.register(RENDER, render, title=N_("Render clip"), queue="media", on_failure=render_ended)
jobs.register(RENDITION, rendition, title=N_("Make version"), queue="media", on_failure=renditions.ended)
