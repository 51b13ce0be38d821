"""One list for every noun: search, filter, sort, page and export, with the choice kept in the address.

A page says which columns and filters it has; this module turns a SELECT and the query string into a
``Listing`` that the macro ``listing`` draws. It knows no Flask, so that rooms and tests can use it alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal, Protocol
from urllib.parse import urlencode

from sqlalchemy import Select, func, inspect, or_, select
from sqlalchemy.orm import InstrumentedAttribute

Kind = Literal["text", "number", "date", "datetime", "money", "share", "duration", "bytes", "badge"]
Tone = Literal["neutral", "info", "success", "warning", "danger"]
Table = tuple[list[tuple[str, str]], list[list[Any]]]
NUMERIC_KINDS = frozenset({"number", "money", "share", "duration", "bytes"})


class Words(Protocol):
    """Text for people: a plain or a lazily translated string."""

    def __str__(self) -> str:
        """Give the words in the reader's language."""


class Reader(Protocol):
    """What a listing needs of a database session."""

    def scalar(self, statement: Any) -> Any:  # noqa: ANN401 - the session's own signature
        """Give the one value of a statement."""

    def execute(self, statement: Any) -> Any:  # noqa: ANN401 - the session's own signature
        """Run a statement."""


@dataclass(frozen=True)
class Badge:
    """A state as colour, icon and word, so that colour never carries meaning alone."""

    tone: Tone
    text: Words | str
    icon: str | None = None


@dataclass(frozen=True)
class Column:
    """One column: without ``sort`` its head is plain text, without ``cell`` the attribute is shown."""

    key: str
    title: Words | str
    sort: Any = None
    cell: Callable[[Any], Any] | None = None
    kind: Kind = "text"
    export: Callable[[Any], Any] | None = None
    link: Callable[[Any], str | None] | None = None
    primary: bool = False
    hide: Literal["", "phone"] = ""

    @property
    def numeric(self) -> bool:
        """Say whether the column stands right-aligned."""
        return self.kind in NUMERIC_KINDS

    def value(self, row: Any) -> Any:  # noqa: ANN401 - a row is whatever the SELECT gives
        """Give what the page shows of a row."""
        return self.cell(row) if self.cell else getattr(row, self.key)

    def href(self, row: Any) -> str | None:  # noqa: ANN401 - a row is whatever the SELECT gives
        """Give where the cell leads, if anywhere."""
        return self.link(row) if self.link else None

    def sheet_value(self, row: Any) -> Any:  # noqa: ANN401 - a row is whatever the SELECT gives
        """Give what a spreadsheet gets: yuan for money, words for a badge and for lazy text."""
        value = self.export(row) if self.export else self.value(row)
        if isinstance(value, Badge):
            return str(value.text)
        if self.kind == "money" and isinstance(value, int):
            return Decimal(value) / 100
        if value is None or isinstance(value, str | int | float | Decimal | dt.date):
            return value
        return str(value)


Choices = Sequence[tuple[str, Words | str]]


@dataclass(frozen=True)
class Filter:
    """One choice above the list. ``apply`` gets the chosen value (a ``date`` for kind ``date``)."""

    key: str
    title: Words | str
    apply: Callable[[Select[Any], Any], Select[Any]]
    choices: Choices | Callable[[], Choices] = ()
    kind: Literal["choice", "date"] = "choice"


@dataclass(frozen=True)
class BoundFilter:
    """A filter with its choices read and its chosen value ("" when none)."""

    key: str
    title: Words | str
    kind: str
    choices: Choices
    value: str

    @property
    def chosen_label(self) -> str:
        """Give the words of the chosen value, or the value itself for a date."""
        return next((str(label) for value, label in self.choices if value == self.value), self.value)


@dataclass(frozen=True)
class Chosen:
    """One chosen filter as it stands above the table, with the address of the list without it."""

    title: Words | str
    label: str
    remove_url: str


def contains(*columns: Any) -> Callable[[Select[Any], str], Select[Any]]:  # noqa: ANN401 - any SQL expression
    """Make a search: every word must stand in one of the columns, whatever its case.

    ``%`` and ``_`` are searched for as themselves. Words are parted by blanks, the wide Chinese one too.
    """

    def search(statement: Select[Any], text: str) -> Select[Any]:
        for word in text.split():
            statement = statement.where(or_(*(column.icontains(word, autoescape=True) for column in columns)))
        return statement

    return search


def _bind(one: Filter, args: Mapping[str, str]) -> tuple[BoundFilter, Any]:
    """Read one filter from the address; a value that is no choice or no date counts as not chosen."""
    choices = one.choices() if callable(one.choices) else one.choices
    raw = str(args.get(one.key) or "").strip()
    chosen: Any = None
    if one.kind == "date":
        try:
            chosen = dt.date.fromisoformat(raw)
        except ValueError:
            raw = ""
    elif any(value == raw for value, _ in choices):
        chosen = raw or None
    else:
        raw = ""
    return BoundFilter(one.key, one.title, one.kind, choices, raw), chosen


def _sorting(columns: Sequence[Column], wanted: str, default: str) -> tuple[str, bool]:
    """Give sort key and direction; a key that no sortable column has falls back to the default."""
    sortable = {column.key for column in columns if column.sort is not None}
    chosen = wanted if wanted.removeprefix("-") in sortable else default
    return chosen.removeprefix("-"), chosen.startswith("-")


def _page_number(raw: str, pages: int) -> int:
    """Clamp what the address says to a page there is; what is no number is page 1."""
    try:
        return min(max(int(raw), 1), pages)
    except ValueError:
        return 1


def _tie(statement: Select[Any]) -> Sequence[Any]:
    """Give the primary key of the first entity, so that equal rows keep their place from page to page."""
    descriptions = statement.column_descriptions
    entity = descriptions[0]["entity"] if descriptions else None
    return inspect(entity).primary_key if entity is not None and not statement._group_by_clauses else ()  # noqa: SLF001 - a grouped SELECT may not order by what it does not group


def _ordered(statement: Select[Any], expression: Any, *, descending: bool) -> Any:  # noqa: ANN401 - any SQL expression
    """Give the sorting by a column, empty cells last.

    A column of the listed entity that is never empty is sorted plainly: PostgreSQL reads no index backwards
    whose empty cells would come first.
    """
    order = expression.desc() if descending else expression.asc()
    entity = statement.column_descriptions[0]["entity"] if statement.column_descriptions else None
    if isinstance(expression, InstrumentedAttribute) and expression.class_ is entity:
        columns = getattr(expression.property, "columns", ())
        if columns and not any(column.nullable for column in columns):
            return order
    return order.nulls_last()


def _by_keys(
    session: Reader, part: Select[Any], whole: Select[Any], read: Callable[[Select[Any]], Sequence[Any]]
) -> Sequence[Any]:
    """Read the keys of a page of one entity, then its rows, in the order of the keys."""
    (key,) = _tie(part)
    ids = session.execute(part.with_only_columns(key)).scalars().all()
    rows = {row.id: row for row in read(whole.where(key.in_(ids)))}
    return [rows[one] for one in ids if one in rows]


@dataclass(frozen=True)
class Listing:
    """A page of rows and all that the macro needs to draw it. Made by ``Listing.build``."""

    rows: Sequence[Any]
    total: int
    page: int
    per_page: int
    columns: Sequence[Column]
    filters: Sequence[BoundFilter]
    q: str
    searchable: bool
    sort_key: str
    descending: bool
    default_sort: str
    kept: Mapping[str, str]
    wants_export: bool
    _read_all: Callable[[], Sequence[Any]] = field(repr=False)

    @classmethod
    def build(  # noqa: PLR0913 - the parts of a list are named by the caller, one per line
        cls,
        session: Reader,
        statement: Select[Any],
        columns: Sequence[Column],
        filters: Sequence[Filter] = (),
        *,
        args: Mapping[str, str],
        default_sort: str,
        search: Callable[[Select[Any], str], Select[Any]] | None = None,
        per_page: int = 50,
        keep: Sequence[str] = (),
        total: int | None = None,
        whole: Select[Any] | None = None,
    ) -> Listing:
        """Read one page with two queries, however many rows there are.

        ``default_sort`` is a column's key, with ``-`` in front for descending. ``keep`` names arguments
        of the address that belong to the page and stay in every link. Unknown sorts and filter values
        are ignored and page numbers clamped, so that an old link shows a list instead of a fault.

        ``total`` is the number of rows where the caller knows it already. With ``whole``, a SELECT of
        the entity alone, the keys of the page are read first and then its rows by their keys: a late page of
        a long list skips no whole rows.
        """
        q = str(args.get("q") or "").strip() if search else ""
        if search and q:
            statement = search(statement, q)
        bound = []
        for one in filters:
            bound_filter, chosen = _bind(one, args)
            bound.append(bound_filter)
            if chosen is not None:
                statement = one.apply(statement, chosen)
        key, descending = _sorting(columns, str(args.get("sort") or ""), default_sort)
        expression = next((column.sort for column in columns if column.key == key), None)
        if total is None:
            total = int(
                session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
            )
        if expression is not None:
            order = _ordered(statement, expression, descending=descending)
            statement = statement.order_by(None).order_by(order, *_tie(statement))
        single = len(statement.column_descriptions) == 1

        def read(part: Select[Any]) -> Sequence[Any]:
            result = session.execute(part)
            rows: Sequence[Any] = result.scalars().unique().all() if single else result.all()
            return rows

        page = _page_number(str(args.get("page") or "1"), max(1, -(-total // per_page)))
        part = statement.limit(per_page).offset((page - 1) * per_page)
        return cls(
            rows=read(part) if whole is None else _by_keys(session, part, whole, read),
            total=total,
            page=page,
            per_page=per_page,
            columns=columns,
            filters=bound,
            q=q,
            searchable=search is not None,
            sort_key=key,
            descending=descending,
            default_sort=default_sort,
            kept={name: str(args.get(name)) for name in keep if args.get(name)},
            wants_export=str(args.get("format") or "") == "xlsx",
            _read_all=lambda: read(statement),
        )

    @cached_property
    def heads(self) -> Sequence[tuple[Column, str, str]]:
        """Give each column with its title in words and the classes of its cells, worked out once a page."""
        return [
            (
                column,
                str(column.title),
                "".join(
                    word
                    for word, is_so in (
                        ("num", column.numeric),
                        ("main", column.primary),
                        ("day", column.kind in ("date", "datetime")),
                        (" hide-phone", bool(column.hide)),
                    )
                    if is_so
                ),
            )
            for column in self.columns
        ]

    @property
    def pages(self) -> int:
        """Give the number of pages; an empty list has one."""
        return max(1, -(-self.total // self.per_page))

    @property
    def first(self) -> int:
        """Give the number of the first row shown, counted from 1; 0 when there is none."""
        return (self.page - 1) * self.per_page + 1 if self.total else 0

    @property
    def last(self) -> int:
        """Give the number of the last row shown."""
        return min(self.page * self.per_page, self.total)

    @property
    def is_filtered(self) -> bool:
        """Say whether a search or a filter narrows the list."""
        return bool(self.q) or any(one.value for one in self.filters)

    @property
    def sort(self) -> str:
        """Give the sorting as it stands in the address."""
        return f"-{self.sort_key}" if self.descending else self.sort_key

    def url(self, **changes: object) -> str:
        """Give the address of this list with some arguments changed; ``None`` leaves one out.

        It is only the query string, so it fits whatever path the page has. Any change but of the page
        leads back to page 1, and what is default is left out: one list has one address.
        """
        now: dict[str, object] = dict(self.kept)
        now["q"] = self.q
        now |= {one.key: one.value for one in self.filters}
        now["sort"] = "" if self.sort == self.default_sort else self.sort
        now["page"] = self.page if set(changes) <= {"page", "format"} else 1
        now |= changes
        if now.get("page") == 1:
            now["page"] = None
        if now.get("sort") == self.default_sort:
            now["sort"] = None
        return "?" + urlencode({name: value for name, value in now.items() if value not in (None, "")})

    def sort_url(self, column: Column) -> str:
        """Give where a head leads: this column ascending, or turned round if it sorts already."""
        turned = self.sort_key == column.key and not self.descending
        return self.url(sort=f"-{column.key}" if turned else column.key)

    def aria_sort(self, column: Column) -> str | None:
        """Give the value of ``aria-sort`` for a head."""
        if column.sort is None:
            return None
        if self.sort_key != column.key:
            return "none"
        return "descending" if self.descending else "ascending"

    @property
    def chosen(self) -> Sequence[Chosen]:
        """Give the chosen filters, each with the address that takes it away."""
        return [
            Chosen(one.title, one.chosen_label, self.url(**{one.key: None}))
            for one in self.filters
            if one.value
        ]

    @property
    def clear_url(self) -> str:
        """Give the address of the list without search and filters."""
        return self.url(q=None, **{one.key: None for one in self.filters})

    @property
    def export_url(self) -> str:
        """Give the address of the same rows, all pages, as a spreadsheet."""
        return self.url(format="xlsx", page=None)

    @property
    def page_numbers(self) -> Sequence[int | None]:
        """Give the pages to offer: the ends and the neighbours; ``None`` stands for a gap."""
        near = {1, self.pages, self.page - 1, self.page, self.page + 1}
        numbers: list[int | None] = []
        for number in sorted(one for one in near if 1 <= one <= self.pages):
            before = numbers[-1] if numbers else None
            if before is not None and number - before == 2:
                numbers.append(number - 1)
            elif before is not None and number - before > 2:
                numbers.append(None)
            numbers.append(number)
        return numbers

    def rows_for_export(self) -> Sequence[Any]:
        """Read every row of every page, in the order shown, with one query."""
        return self._read_all()

    def export_table(self) -> Table:
        """Give heads as (title, kind) and rows of values for a spreadsheet."""
        heads = [(str(column.title), str(column.kind)) for column in self.columns]
        return heads, [[column.sheet_value(row) for column in self.columns] for row in self.rows_for_export()]

    def export(self, write_table: Callable[[str, Any, Any], bytes], title: Words | str) -> bytes:
        """Write all rows with the writer given (``campaign.reporting.write_table``)."""
        heads, rows = self.export_table()
        return write_table(str(title), heads, rows)
