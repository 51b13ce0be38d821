"""Who changed what, written from session hooks so that no verb can forget it.

Columns marked `info={"secret": True}` leave no trace, `private` ones are named without their values, and
`unaudited` ones are bookkeeping of machines.
"""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from functools import cache
from typing import Any

from sqlalchemy import Connection, ForeignKey, Index, String, event, insert, inspect
from sqlalchemy.orm import (
    ColumnProperty,
    InstanceState,
    InstrumentedAttribute,
    Mapped,
    Mapper,
    Session,
    UOWTransaction,
    mapped_column,
)
from sqlalchemy.orm.base import PASSIVE_NO_INITIALIZE

from campaign.db import AuditedSession, Base, utc_now

HIDDEN = "…"
MAX_VALUE_CHARS = 500


class AuditEntry(Base):
    """One change of one row: `changes` maps a column to its value before and after."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject_type", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    programme_id: Mapped[int | None] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(String(20))
    subject_type: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[str] = mapped_column(String(40))
    changes: Mapped[dict[str, Any]]


# Rows whose making and changing is the work of machines and would bury what people did; and what is
# anonymous, which an entry with its moment would tell.
UNAUDITED_TABLES = {"audit_entry", "job", "worker", "asset", "derivative", "survey_answer"}


def act_as(session: Session, actor_id: int | None) -> None:
    """Name the user in whose name the session writes from now on."""
    session.info["actor_id"] = actor_id


@event.listens_for(Base, "attribute_instrument", propagate=True)
def _keep_what_was_before(_class: type[Any], _key: str, attribute: InstrumentedAttribute[Any]) -> None:
    """Load the old value when a column is set, so that an entry can name it even after a commit."""
    if isinstance(attribute.property, ColumnProperty):
        attribute.impl.active_history = True


@event.listens_for(AuditedSession, "after_flush")
def _write_entries(session: Session, context: UOWTransaction) -> None:
    entries = []
    # What is taken out of a list of parts is deleted by the flush alone; the session does not name it.
    gone = [
        row
        for state, (is_deleted, only_listed) in context.states.items()
        if is_deleted and not only_listed and (row := state.obj()) is not None
    ]
    ids = {id(row) for row in gone}
    dirty = [row for row in session.dirty if id(row) not in ids]
    for action, rows in (("created", session.new), ("changed", dirty), ("deleted", gone)):
        for row in rows:
            state = inspect(row)
            if state.mapper.local_table.name in UNAUDITED_TABLES:
                continue
            changes = _changes(state, action)
            if changes or action == "deleted":
                entries.append(
                    {
                        "at": utc_now(),
                        "actor_id": session.info.get("actor_id"),
                        "programme_id": getattr(row, "programme_id", None),
                        "action": action,
                        "subject_type": state.mapper.local_table.name,
                        "subject_id": "/".join(str(part) for part in _identity(state)),
                        "changes": changes,
                    }
                )
    if entries:
        connection: Connection = session.connection()
        connection.execute(insert(AuditEntry), entries)


def _identity(state: InstanceState[Any]) -> tuple[Any, ...]:
    mapper: Mapper[Any] = state.mapper
    return tuple(mapper.primary_key_from_instance(state.obj()))


def _changes(state: InstanceState[Any], action: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for key, private in _audited(state.mapper):
        if action == "deleted":
            before, after = state.dict.get(key), None
        else:
            history = state.get_history(key, PASSIVE_NO_INITIALIZE)
            if not history.has_changes():
                continue
            before = history.deleted[0] if history.deleted else None
            after = history.added[0] if history.added else None
        if before == after:
            continue
        found[key] = [HIDDEN, HIDDEN] if private else [_plain(before), _plain(after)]
    return found


@cache
def _audited(mapper: Mapper[Any]) -> tuple[tuple[str, bool], ...]:
    """The columns of a table that entries name, and whether their values are private."""
    named = []
    for attribute in mapper.column_attrs:
        column = attribute.columns[0]
        info = getattr(column, "info", {})
        if column.primary_key or info.get("secret") or info.get("unaudited"):
            continue
        if attribute.key not in ("created_at", "updated_at"):
            named.append((attribute.key, bool(info.get("private"))))
    return tuple(named)


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, str) and len(value) > MAX_VALUE_CHARS:
        return value[:MAX_VALUE_CHARS] + HIDDEN
    return value
