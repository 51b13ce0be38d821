"""Settings: frozen, read once from the environment, handed to the factory."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from campaign.messages import N_, Message

Mode = Literal["production", "demo", "testing", "development"]

DEFAULT_SECRET_KEY = "not-a-secret"  # noqa: S105 - refused outside demo and tests, see Settings.problems
MAX_CHUNK_BYTES = 8 * 1024 * 1024
DEFAULT_MAX_UPLOAD_BYTES = 8 * 1024**3


@dataclass(frozen=True)
class Settings:
    """Everything the product may be told from outside.

    `data_dir` holds the database (unless `database_url` names another), the assets and the fonts.
    Sizes are in bytes. With `fetch_pages` the server looks at public news pages to propose titles and days.
    `proxies` is how many web servers of the house stand before the site; only what they add is believed of
    where a request comes from.
    """

    data_dir: Path
    database_url: str
    secret_key: str = DEFAULT_SECRET_KEY
    mode: Mode = "production"
    https_only: bool = False
    job_slots: int = 2
    max_upload_bytes: int = DEFAULT_MAX_UPLOAD_BYTES
    extra_profiles: Path | None = None
    log_json: bool = True
    fetch_pages: bool = False
    proxies: int = 0

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read QICHUANG_* and DATABASE_URL; whatever is missing has a default that works at once."""
        env = os.environ if environ is None else environ
        data_dir = Path(env.get("QICHUANG_DATA", "var")).resolve()
        extra = env.get("QICHUANG_PROFILES")
        return cls(
            data_dir=data_dir,
            database_url=env.get("DATABASE_URL") or f"sqlite:///{data_dir / 'qichuang.sqlite'}",
            secret_key=env.get("QICHUANG_SECRET_KEY") or _stored_secret(data_dir) or DEFAULT_SECRET_KEY,
            mode=_mode(env.get("QICHUANG_MODE", "production")),
            https_only=env.get("QICHUANG_HTTPS", "") == "1",
            job_slots=int(env.get("QICHUANG_JOB_SLOTS", "2")),
            max_upload_bytes=int(env.get("QICHUANG_MAX_UPLOAD_BYTES", str(DEFAULT_MAX_UPLOAD_BYTES))),
            extra_profiles=Path(extra).resolve() if extra else None,
            log_json=env.get("QICHUANG_LOG", "json") == "json",
            fetch_pages=env.get("QICHUANG_FETCH_PAGES", "1") == "1",
            proxies=_proxies(env.get("QICHUANG_PROXIES", "0")),
        )

    @property
    def sqlalchemy_url(self) -> str:
        """The address for SQLAlchemy; a plain postgresql:// address gets the driver this house locks."""
        for plain in ("postgresql://", "postgres://"):
            if self.database_url.startswith(plain):
                return "postgresql+psycopg://" + self.database_url.removeprefix(plain)
        return self.database_url

    @property
    def dbos_url(self) -> str:
        """The same database in the form the job engine takes."""
        return self.sqlalchemy_url.replace("postgresql+psycopg://", "postgresql://")

    @property
    def is_sqlite(self) -> bool:
        """Whether the embedded database is used."""
        return self.database_url.startswith("sqlite")

    def fault(self) -> Message | None:
        """Why no app can be built with these settings at all; None if one can."""
        # Commands that need no database must not wait for this import.
        from sqlalchemy.engine import make_url  # noqa: PLC0415
        from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

        try:
            make_url(self.sqlalchemy_url)
        except ArgumentError:
            return Message(
                N_("DATABASE_URL is not the address of a database; write postgresql://user@host/name.")
            )
        return None

    def danger(self) -> Message | None:
        """Why it would be unsafe to serve with these settings; None if it is not."""
        if self.secret_key == DEFAULT_SECRET_KEY and self.mode not in ("demo", "testing"):
            return Message(
                N_(
                    "The secret key is the default one, so anybody could forge a login. Run "
                    "`qichuang init`, which writes one into the data folder, or set QICHUANG_SECRET_KEY."
                )
            )
        return None


def _mode(text: str) -> Mode:
    modes: tuple[Mode, ...] = ("production", "demo", "testing", "development")
    for mode in modes:
        if text == mode:
            return mode
    raise ValueError(f"QICHUANG_MODE is {text!r}; it must be one of {', '.join(modes)}.")


def _proxies(text: str) -> int:
    if text.strip().isdecimal():
        return int(text)
    raise ValueError(
        f"QICHUANG_PROXIES is {text!r}; it must be a whole number, 0 without a web server before."
    )


def secret_path(data_dir: Path) -> Path:
    """Where `qichuang init` keeps the key that signs logins."""
    return data_dir / "secret.key"


def _stored_secret(data_dir: Path) -> str | None:
    path = secret_path(data_dir)
    return path.read_text("utf-8").strip() if path.is_file() else None
