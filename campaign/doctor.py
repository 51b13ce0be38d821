"""`qichuang doctor`: what this machine lacks, and what to do about each fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import text

from campaign import footage, jobs, schema
from campaign.config import Settings
from campaign.db import db
from campaign.fonts import find_fonts
from campaign.messages import N_, Message
from campaign.storage import Storage

LOW_DISK_BYTES = 20 * 1024**3
GIB = 1024**3


@dataclass(frozen=True)
class Check:
    """One look: its name (msgid), whether it is well, what was found, and what to do if it is not."""

    key: str
    title: str
    ok: bool
    found: str
    advice: Message | None = None


def examine(app: Flask) -> tuple[Check, ...]:
    """Look at everything the product needs; never raises, a look that fails is a fault with its cause."""
    looks: tuple[tuple[str, str, Callable[[Flask], Check]], ...] = (
        ("ffmpeg", N_("Film engine"), _ffmpeg),
        ("fonts", N_("Chinese fonts"), _fonts),
        ("database", N_("Database"), _database),
        ("disk", N_("Disk"), _disk),
        ("worker", N_("Job worker"), _worker),
        ("secret", N_("Secret key"), _secret),
    )
    found = []
    with app.app_context():
        for key, title, look in looks:
            try:
                found.append(look(app))
            except Exception as error:  # noqa: BLE001 - the doctor reports every fault instead of dying of one
                advice = Message(N_("This look itself failed; the cause is named beside it."))
                found.append(
                    Check(key, title, ok=False, found=f"{type(error).__name__}: {error}", advice=advice)
                )
    return tuple(found)


def _settings(app: Flask) -> Settings:
    settings: Settings = app.config["SETTINGS"]
    return settings


def _ffmpeg(_app: Flask) -> Check:
    report = footage.engine_report()
    found = f"ffmpeg {report.version} ({report.source})"
    if report.ok:
        return Check("ffmpeg", N_("Film engine"), ok=True, found=found)
    msgid, params = report.advice[0] if report.advice else (N_("Install ffmpeg 6 or newer."), {})
    lacking = ", ".join((*report.missing_filters, *report.missing_encoders))
    return Check(
        "ffmpeg", N_("Film engine"), ok=False, found=f"{found} {lacking}", advice=Message(msgid, params)
    )


def _fonts(app: Flask) -> Check:
    fonts = find_fonts(_settings(app).data_dir)
    if fonts is None:
        advice = Message(
            N_("Run `qichuang init`; it prepares the fonts once, in about a quarter of a minute.")
        )
        return Check("fonts", N_("Chinese fonts"), ok=False, found="-", advice=advice)
    return Check("fonts", N_("Chinese fonts"), ok=True, found=fonts.family)


def _database(_app: Flask) -> Check:
    with db.engine.connect() as connection:
        name = connection.dialect.name
        version = ".".join(str(part) for part in connection.dialect.server_version_info or ())
        connection.execute(text("select 1"))
        current = schema.is_current(connection)
    advice = (
        None if current else Message(N_("Run `qichuang init`; it brings the database to the present shape."))
    )
    return Check("database", N_("Database"), ok=current, found=f"{name} {version}", advice=advice)


def _disk(app: Flask) -> Check:
    storage: Storage = app.extensions["storage"]
    free = storage.free_bytes()
    advice = None
    if free < LOW_DISK_BYTES:
        advice = Message(
            N_("Make room or move the data folder: 100 films of a province need about %(gib)s GiB."),
            {"gib": 60},
        )
    return Check("disk", N_("Disk"), ok=advice is None, found=f"{free / GIB:.1f} GiB", advice=advice)


def _worker(_app: Flask) -> Check:
    live = jobs.live_workers(db.session)
    advice = (
        None if live else Message(N_("No job is being run. Start `qichuang serve` or `qichuang worker`."))
    )
    return Check("worker", N_("Job worker"), ok=bool(live), found=str(len(live)), advice=advice)


def _secret(app: Flask) -> Check:
    settings = _settings(app)
    danger = settings.danger()
    return Check("secret", N_("Secret key"), ok=danger is None, found=settings.mode, advice=danger)
