"""Reports to JSON and back, without loss: the stored form of an immutable snapshot.

Format 1 holds the performance report of the first release, field by field. Format 2 holds a report of any
kind and leaves out every field that stands at its default; so a field added later leaves the text and the
fingerprint of an older snapshot as they were.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import types
import typing
import weakref
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from reports.data import TITLES, PerformanceReport, ProjectReport
from reports.errors import N_, ReportError

# Raised when a field changes its meaning; older snapshots must still open.
FORMAT = 2
FIRST_FORMAT = 1
FIRST_KIND = "performance"
TEXT_ROW = tuple[str, ...]
# The report written last with its text: freezing, proving and writing one ask for it four times.
_last: list[tuple[weakref.ref[PerformanceReport], str]] = []


def to_json(report: PerformanceReport) -> str:
    """Return the canonical JSON of a report: the same report gives the same text.

    A value of another type than its field declares raises ReportError now, not when the snapshot is opened
    years later.
    """
    known = next(iter(_last), None)
    # By identity: equal reports may still be written differently, as 1.0 and 1.00 are.
    if known is not None and known[0]() is report:
        return known[1]
    text = _written(report)
    _last[:] = [(weakref.ref(report), text)]
    return text


def _written(report: PerformanceReport) -> str:
    sparse = isinstance(report, ProjectReport)
    plain = _plain(report, sparse=sparse)
    try:
        _typed(type(report), plain, sparse=sparse)
    except (TypeError, ValueError, InvalidOperation) as error:
        raise ReportError(N_("The report cannot be stored: %(reason)s"), reason=str(error)) from error
    kind = report.kind if isinstance(report, ProjectReport) else FIRST_KIND
    document = {"format": FORMAT if sparse else FIRST_FORMAT, "kind": kind, "report": plain}
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(text: str) -> PerformanceReport:
    """Return the report stored by `to_json`.

    Unknown fields, missing fields and wrong types raise ReportError: a snapshot is evidence, so nothing in
    it is guessed.
    """
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise ReportError(N_("The stored report is damaged: %(reason)s"), reason=str(error)) from error
    if not isinstance(document, dict) or document.get("kind") not in TITLES:
        raise ReportError(N_("What is stored is not a report."))
    stored_as = document.get("format")
    if stored_as not in (FIRST_FORMAT, FORMAT) or (
        stored_as == FIRST_FORMAT and document["kind"] != FIRST_KIND
    ):
        raise ReportError(
            N_("The stored report has format %(format)s, which this release does not read."),
            format=str(stored_as),
        )
    sparse = stored_as == FORMAT
    shape = ProjectReport if sparse else PerformanceReport
    try:
        report = _typed(shape, document.get("report"), sparse=sparse)
    except (TypeError, ValueError, KeyError, InvalidOperation) as error:
        raise ReportError(N_("The stored report is damaged: %(reason)s"), reason=str(error)) from error
    if isinstance(report, ProjectReport) and report.kind != document["kind"]:
        raise ReportError(N_("The stored report is damaged: %(reason)s"), reason="kind")
    return typing.cast("PerformanceReport", report)


def fingerprint(report: PerformanceReport) -> str:
    """Return the SHA-256 of the snapshot in hex, printed in every document made from it."""
    return hashlib.sha256(to_json(report).encode()).hexdigest()


def _plain(value: Any, *, sparse: bool) -> Any:  # noqa: ANN401 - any field of a snapshot
    if dataclasses.is_dataclass(value):
        return {
            field.name: _plain(getattr(value, field.name), sparse=sparse)
            for field in dataclasses.fields(value)
            if not (sparse and _is_default(field, getattr(value, field.name)))
        }
    if isinstance(value, tuple):
        # Texts, nearly all of a snapshot, are written as they are.
        return [item if type(item) is str else _plain(item, sparse=sparse) for item in value]
    if isinstance(value, Decimal):
        return str(value)
    # datetime is a date too; both write themselves as ISO 8601.
    if isinstance(value, date):
        return value.isoformat()
    # A width of 4 and one of 4.0 are the same width and must give the same fingerprint.
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _is_default(field: dataclasses.Field[Any], value: Any) -> bool:  # noqa: ANN401 - as _plain
    """Whether leaving the field out loses nothing, judged by what would be written."""
    if field.default is dataclasses.MISSING:
        return False
    written, default = _plain(value, sparse=True), _plain(field.default, sparse=True)
    return type(written) is type(default) and bool(written == default)


def _typed(kind: Any, value: Any, *, sparse: bool) -> Any:  # noqa: ANN401 - driven by the annotations of the dataclasses
    if kind == TEXT_ROW and isinstance(value, list) and all(type(text) is str for text in value):
        # The rows of annexes are nearly all of a snapshot.
        return tuple(value)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _dataclass(kind, value, sparse=sparse)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        if not isinstance(value, list):
            raise TypeError(f"list expected, not {value!r}")
        return tuple(_typed(arguments[0], item, sparse=sparse) for item in value)
    if origin is types.UnionType:
        # All unions of the snapshot are "or None".
        inner = next(argument for argument in arguments if argument is not type(None))
        return None if value is None else _typed(inner, value, sparse=sparse)
    return _scalar(kind, value)


def _scalar(kind: Any, value: Any) -> Any:  # noqa: ANN401 - as _typed
    if kind in (Decimal, datetime, date):
        if not isinstance(value, str):
            raise TypeError(f"text expected, not {value!r}")
        return Decimal(value) if kind is Decimal else kind.fromisoformat(value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    # bool is an int in Python, but not in a snapshot.
    if type(value) is not kind:
        raise TypeError(f"{kind.__name__} expected, not {value!r}")
    return value


@lru_cache(maxsize=64)
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _dataclass(kind: type, value: Any, *, sparse: bool) -> Any:  # noqa: ANN401 - as _typed
    hints = _hints(kind)
    if not isinstance(value, dict):
        raise TypeError("fields: " + kind.__name__)
    defaults = {f.name for f in dataclasses.fields(kind) if sparse and f.default is not dataclasses.MISSING}
    odd = (set(value) ^ set(hints)) - (defaults - set(value))
    if odd:
        raise TypeError("fields: " + ", ".join(sorted(odd)))
    return kind(**{name: _typed(hints[name], stored, sparse=sparse) for name, stored in value.items()})
