"""Search for any two Chinese characters, the same on SQLite (FTS5) and PostgreSQL (tsvector with GIN).

Both engines get bigrams of our own: 企业创新 is indexed as 企业 业创 创新 新, and a search is the phrase of
its bigrams, so that it finds what stands there letter by letter, also inside Latin words and addresses. The
last letter of a run stands alone, so that one character is found as the beginning of a bigram. What is
neither letter nor digit parts runs and is not searched for.

A room says with `register` which table is searched and where its text comes from. Rows written through a
session are indexed in the same transaction by a hook; who writes past the session calls `reindex`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    column,
    event,
    inspect,
    literal,
    select,
    table,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, UOWTransaction
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType

from campaign.db import AuditedSession

# So many characters of one row are indexed; a story has about 2,000 (P7).
MAX_CHARS = 20_000
# PostgreSQL keeps no place in a text beyond this one.
MAX_POSITION = 16_383
CHUNK = 500


# --- bigrams (pure) ---------------------------------------------------------------------------------------


def runs(text_: str) -> Iterator[str]:
    """Part a text into runs of letters and digits, narrow and in small letters."""
    run: list[str] = []
    for letter in unicodedata.normalize("NFKC", text_[:MAX_CHARS]).casefold():
        if letter.isalnum():
            run.append(letter)
        elif run:
            yield "".join(run)
            run = []
    if run:
        yield "".join(run)


def bigrams(run: str) -> list[str]:
    """Cut a run into its overlapping pairs and its last letter."""
    return [run[at : at + 2] for at in range(len(run))]


def tokens(text_: str) -> list[str]:
    """Everything that is indexed of a text, in order."""
    return [token for run in runs(text_) for token in bigrams(run)]


@dataclass(frozen=True)
class Phrase:
    """One run of a search: `pairs` side by side, or the beginning of a pair where the run is one letter."""

    pairs: tuple[str, ...]

    @property
    def is_prefix(self) -> bool:
        """Whether it is a single letter."""
        return len(self.pairs) == 1 and len(self.pairs[0]) == 1


def phrases(words: str) -> list[Phrase]:
    """Every run of a search; all of them have to stand in a row."""
    found = []
    for run in runs(words):
        pairs = bigrams(run)
        found.append(Phrase(tuple(pairs if len(pairs) == 1 else pairs[:-1])))
    return found


def fts5_query(words: str) -> str:
    """Write a search for FTS5; "" where there is nothing to search for."""
    parts = [
        f"{one.pairs[0]}*" if one.is_prefix else '"' + " ".join(one.pairs) + '"' for one in phrases(words)
    ]
    return " AND ".join(parts)


def tsquery(words: str) -> str:
    """Write a search for PostgreSQL; "" where there is nothing to search for."""
    parts = [
        f"'{one.pairs[0]}':*" if one.is_prefix else "(" + " <-> ".join(f"'{p}'" for p in one.pairs) + ")"
        for one in phrases(words)
    ]
    return " & ".join(parts)


def tsvector(tokens_: Sequence[str]) -> str:
    """Write bigrams with their places as PostgreSQL reads a tsvector."""
    return " ".join(f"'{token}':{at}" for at, token in enumerate(tokens_[:MAX_POSITION], start=1))


# --- what is searched -------------------------------------------------------------------------------------

Texts = Callable[[Connection, Sequence[int]], Mapping[int, str]]


@dataclass(frozen=True)
class Searched:
    """A table that is searched: its index, and how the texts of its rows are read."""

    model: type[Any]
    texts: Texts

    @property
    def index(self) -> str:
        """The name of the index table."""
        return f"search_{self.model.__tablename__}"


_SEARCHED: dict[str, Searched] = {}
_TOUCHED_BY: dict[type[Any], tuple[str, str]] = {}


def register(model: type[Any], texts: Texts, parts: Mapping[type[Any], str] | None = None) -> None:
    """Let a table be searched.

    `texts` reads what is searched of some rows. `parts` are other tables that belong to that text, each with
    its column that names the row.
    """
    name = model.__tablename__
    _SEARCHED[name] = Searched(model, texts)
    _TOUCHED_BY[model] = (name, "id")
    for part, column_name in (parts or {}).items():
        _TOUCHED_BY[part] = (name, column_name)


def columns_of(model: type[Any], *names: str) -> Texts:
    """Read the text of a row from columns of its own."""

    def texts(connection: Connection, ids: Sequence[int]) -> Mapping[int, str]:
        chosen = [getattr(model, name) for name in names]
        rows = connection.execute(select(model.id, *chosen).where(model.id.in_(ids)))
        return {row[0]: "\n".join(part for part in row[1:] if part) for row in rows}

    return texts


def matching(model: type[Any], words: str) -> ColumnElement[bool] | None:
    """The condition that a row of a searched table holds all these words; None for no words at all.

    Words without a letter or digit are no words. Every word has to stand somewhere in the row.
    """
    index = table(_SEARCHED[model.__tablename__].index, column("rowid"), column("grams"))
    on_sqlite, on_postgresql = fts5_query(words), tsquery(words)
    if not on_sqlite:
        return None
    found = select(index.c.rowid).where(_Match(index.c.grams, literal(on_sqlite), literal(on_postgresql)))
    condition: ColumnElement[bool] = model.id.in_(found)
    return condition


class _Match(FunctionElement[Any]):
    """The engine's own way to ask its index: the column, the search for FTS5, the search for PostgreSQL."""

    name = "grams_match"
    # Called a truth value, it would be compared with 1 on SQLite, which its index does not understand.
    type = NullType()
    inherit_cache = True


@compiles(_Match, "sqlite")
def _match_sqlite(match: _Match, compiler: Any, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    grams, words, _ = (part for part in match.clauses)
    return f"({compiler.process(grams, **options)} MATCH {compiler.process(words, **options)})"


@compiles(_Match, "postgresql")
def _match_postgresql(match: _Match, compiler: Any, **options: Any) -> str:  # noqa: ANN401 - as above
    grams, _, words = (part for part in match.clauses)
    return f"({compiler.process(grams, **options)} @@ CAST({compiler.process(words, **options)} AS tsquery))"


# --- keeping the index ------------------------------------------------------------------------------------


def reindex(connection: Connection, name: str, ids: Iterable[int]) -> None:
    """Write the index of some rows anew; rows that are gone leave it."""
    searched, wanted = _SEARCHED[name], sorted(set(ids))
    for at in range(0, len(wanted), CHUNK):
        part = wanted[at : at + CHUNK]
        found = searched.texts(connection, part)
        gone = text(f"DELETE FROM {searched.index} WHERE rowid IN :ids")  # noqa: S608 - a name of ours
        connection.execute(gone.bindparams(bindparam("ids", expanding=True)), {"ids": part})
        rows = [{"id": key, "grams": _grams(connection, value)} for key, value in found.items()]
        if rows:
            value = ":grams" if connection.dialect.name == "sqlite" else "CAST(:grams AS tsvector)"
            insertion = f"INSERT INTO {searched.index} (rowid, grams) VALUES (:id, {value})"  # noqa: S608 - as above
            connection.execute(text(insertion), rows)


def _grams(connection: Connection, value: str) -> str:
    found = tokens(value)
    return " ".join(found) if connection.dialect.name == "sqlite" else tsvector(found)


def fill(connection: Connection) -> None:
    """Index every row that no index knows yet, as after a new release; leaves a full index alone."""
    for name, searched in _SEARCHED.items():
        known = select(table(searched.index, column("rowid")).c.rowid)
        missing = select(searched.model.id).where(searched.model.id.not_in(known))
        reindex(connection, name, connection.scalars(missing).all())


@event.listens_for(AuditedSession, "after_flush")
def _keep_index(session: Session, _context: UOWTransaction) -> None:
    """Index what a flush has written, in the same transaction."""
    touched: dict[str, set[int]] = {}
    for rows, always in ((session.new, True), (session.dirty, False), (session.deleted, True)):
        for row in rows:
            place = _TOUCHED_BY.get(type(row))
            if place is None or not (always or session.is_modified(row, include_collections=False)):
                continue
            name, column_name = place
            state = inspect(row)
            values = {getattr(row, column_name)}
            if column_name in state.attrs:
                # A part that goes over to another row, as names do when outlets are merged, touches both.
                values.update(state.attrs[column_name].history.deleted or ())
            touched.setdefault(name, set()).update(value for value in values if value is not None)
    for name, ids in touched.items():
        reindex(session.connection(), name, ids)
