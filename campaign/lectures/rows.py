"""Rows of a form that can be added, removed and moved without losing what was typed; pure.

A page without a script sends the whole form with one button pressed; the answer is the same form with its
rows rearranged. `static/js/rows.js` does the same in the browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

Typed = Mapping[str, Sequence[str]]
Row = dict[str, list[str]]


def rows_of(typed: Typed, name: str) -> list[Row]:
    """The rows of one list as they were typed, in the order of their numbers: `agenda-0-title` and so on."""
    pattern = re.compile(rf"{re.escape(name)}-(\d+)-(\w+)")
    found: dict[int, Row] = {}
    for key, values in typed.items():
        match = pattern.fullmatch(key)
        if match and not match[2].startswith("csrf"):
            found.setdefault(int(match[1]), {})[match[2]] = list(values)
    return [found[number] for number in sorted(found)]


def rearranged(typed: Typed, act: str, names: Iterable[str]) -> dict[str, list[str]] | None:
    """What was typed, after one act: `add:agenda`, `remove:agenda:2`, `up:agenda:2` or `down:agenda:2`.

    None when this is no such act, so that the form is meant to be saved. A row that is not there and a move
    over the edge change nothing.
    """
    verb, _, rest = act.partition(":")
    name, _, number = rest.partition(":")
    if verb not in ("add", "remove", "up", "down") or name not in set(names):
        return None
    rows = rows_of(typed, name)
    at = int(number) if number.isdecimal() else -1
    if verb == "add":
        rows.append({})
    elif 0 <= at < len(rows):
        row = rows.pop(at)
        if verb != "remove":
            rows.insert(max(0, at - 1) if verb == "up" else at + 1, row)
    return with_rows(typed, name, rows)


def with_rows(typed: Typed, name: str, rows: Sequence[Row]) -> dict[str, list[str]]:
    """What was typed, with these rows in the place of those of one list."""
    prefix = f"{name}-"
    kept = {key: list(values) for key, values in typed.items() if not key.startswith(prefix)}
    for place, row in enumerate(rows):
        # An empty row needs at least one field, or nobody would know of it.
        kept |= {f"{prefix}{place}-{field}": values for field, values in row.items()} or {
            f"{prefix}{place}-new": [""]
        }
    return kept


def place_of_cases(kinds: Sequence[str]) -> int:
    """Where further cases come among items of these kinds: after the cases, else before the end."""
    told = [at for at, kind in enumerate(kinds) if kind == "lecture"]
    if told:
        return told[-1] + 1
    return next((at for at, kind in enumerate(kinds) if kind in ("comment", "closing")), len(kinds))


def is_blank(row: Mapping[str, object]) -> bool:
    """Whether nothing was typed into a row."""
    return not any(str(value).strip() for value in row.values() if value is not None)
