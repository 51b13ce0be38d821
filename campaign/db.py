"""Engine, session, naming convention and the column types of the house."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import psycopg
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, MetaData, String, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import JSON, TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, stored in UTC and given back aware; a naive one is refused rather than guessed."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: UTC, naive where the database knows no zones."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment without a time zone cannot be stored.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - fixed by SQLAlchemy
        """From the database: aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class ExactFraction(TypeDecorator[Fraction]):
    """Media time in seconds without rounding, kept as `numerator/denominator`."""

    impl = String(64)
    cache_ok = True

    def process_bind_param(self, value: Fraction | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - fixed by SQLAlchemy
        """To the database."""
        return None if value is None else f"{value.numerator}/{value.denominator}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> Fraction | None:  # noqa: ARG002 - fixed by SQLAlchemy
        """From the database."""
        return None if value is None else Fraction(value)


class Base(DeclarativeBase):
    """All models; a `dict` column is JSON, a `datetime` a moment in UTC, a `Fraction` exact media time."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - read by SQLAlchemy once
        datetime: UtcDateTime,
        Fraction: ExactFraction,
        dict[str, Any]: JSON,
        list[Any]: JSON,
    }


def utc_now() -> datetime:
    """The present moment; the one clock of the house."""
    return datetime.now(UTC)


class Timestamped:
    """When a row was made and last changed."""

    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(default=utc_now, onupdate=utc_now)


class AuditedSession(Session):
    """The session of the house; `audit.py` listens to it."""


db = SQLAlchemy(session_options={"class_": AuditedSession, "expire_on_commit": True})


def tune_sqlite(dbapi_connection: object, _entry: ConnectionPoolEntry) -> None:
    """Set what SQLite needs to serve pages and jobs at once.

    IMMEDIATE makes a writer wait for the lock at its first write; a deferred transaction that turns into a
    writer later is refused at once, however long the timeout.
    """
    if isinstance(dbapi_connection, sqlite3.Connection):
        dbapi_connection.isolation_level = "IMMEDIATE"
        dbapi_connection.execute("PRAGMA journal_mode=WAL")
        dbapi_connection.execute("PRAGMA synchronous=NORMAL")
        dbapi_connection.execute("PRAGMA busy_timeout=30000")
        dbapi_connection.execute("PRAGMA foreign_keys=ON")


def tune_postgresql(dbapi_connection: object, _entry: ConnectionPoolEntry) -> None:
    """Let PostgreSQL plan each statement for the values it is asked with.

    The driver prepares what is asked often, and from the fifth time on PostgreSQL would use one plan for all
    values: 70 ms instead of 7 for the pieces that count for a target, of 20,000.
    """
    if isinstance(dbapi_connection, psycopg.Connection):
        autocommit, dbapi_connection.autocommit = dbapi_connection.autocommit, True
        dbapi_connection.execute("SET plan_cache_mode = force_custom_plan")
        dbapi_connection.autocommit = autocommit


event.listen(Engine, "connect", tune_sqlite)
event.listen(Engine, "connect", tune_postgresql)
