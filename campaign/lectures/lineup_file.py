"""Candidates from a CSV file, and the line-up of them as JSON: `qichuang line-up` (A6)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from campaign.errors import Refused
from campaign.lectures.lineup import Candidate, Limits, propose
from campaign.lectures.lineup_words import sentences
from campaign.messages import N_

COLUMNS = ("id", "city", "enterprise", "park", "score")
PARKS = {"0": False, "1": True}
# Excel in China saves CSV in GB 18030; UTF-8 with or without a mark is tried first.
ENCODINGS = ("utf-8-sig", "gb18030")

Say = Callable[..., str]


def read_candidates(path: Path) -> list[Candidate]:
    """Read the candidates; the first fault is refused with file, line and column.

    Line 1 is the head. Columns may stand in any order and others beside them; blank lines are passed over.
    """
    lines = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    found: list[Candidate] = []
    known: dict[str, int] = {}
    try:
        head = [cell.strip().lower() for cell in next(lines, [])]
        missing = [name for name in COLUMNS if name not in head]
        if missing:
            raise Refused(
                N_("%(file)s, line 1: the column %(columns)s is missing. The first line must name: %(all)s."),
                file=path.name,
                columns=", ".join(missing),
                all=", ".join(COLUMNS),
            )
        for number, cells in _filled(lines):
            row = dict(zip(head, (cell.strip() for cell in cells), strict=False))
            one = _candidate(path.name, number, row)
            if one.id in known:
                raise Refused(
                    N_("%(file)s, line %(line)s, column id: %(value)s stands in line %(first)s already."),
                    file=path.name,
                    line=number,
                    value=one.id,
                    first=known[one.id],
                )
            known[one.id] = number
            found.append(one)
    except csv.Error as fault:
        raise Refused(
            N_("%(file)s, line %(line)s cannot be read as CSV: %(cause)s"),
            file=path.name,
            line=lines.line_num,
            cause=str(fault),
        ) from fault
    return found


def _text(path: Path) -> str:
    content = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(
        N_("%(file)s is no text in UTF-8 or GB 18030; save it as CSV (UTF-8) and try again."), file=path.name
    )


def _filled(lines: Any) -> Iterator[tuple[int, list[str]]]:  # noqa: ANN401 - the reader of the csv module
    for cells in lines:
        if any(cell.strip() for cell in cells):
            yield lines.line_num, cells


def _candidate(file: str, line: int, row: Mapping[str, str]) -> Candidate:
    for column in COLUMNS:
        if not row.get(column):
            raise Refused(
                N_("%(file)s, line %(line)s, column %(column)s: this must not be empty."),
                file=file,
                line=line,
                column=column,
            )
    if row["park"] not in PARKS:
        raise Refused(
            N_("%(file)s, line %(line)s, column park: enter 0 or 1, not %(value)s."),
            file=file,
            line=line,
            value=row["park"],
        )
    try:
        score = Decimal(row["score"])
    except InvalidOperation:
        score = Decimal("nan")
    if not score.is_finite() or abs(score) >= Decimal(10) ** 9:
        raise Refused(
            N_("%(file)s, line %(line)s, column score: enter a number such as 87.5, not %(value)s."),
            file=file,
            line=line,
            value=row["score"],
        )
    return Candidate(row["id"], row["city"], row["enterprise"], PARKS[row["park"]], score)


def answer(
    path: Path,
    limits: Limits,
    *,
    pinned: Collection[str],
    excluded: Collection[str],
    alternatives: int,
    say: Say,
) -> dict[str, Any]:
    """What the command prints: the chosen ids and their total, or why there is no line-up."""
    candidates = read_candidates(path)
    unknown = sorted({*pinned, *excluded} - {one.id for one in candidates})
    if unknown:
        raise Refused(N_("%(file)s has no candidate %(ids)s."), file=path.name, ids=", ".join(unknown))
    found = propose(candidates, limits, pinned=pinned, excluded=excluded, alternatives=alternatives)
    if found.contradiction is None:
        best, *others = found.line_ups
        said: dict[str, Any] = {"chosen": list(best.ids), "total": _number(best.total), "contradiction": None}
        if alternatives:
            said["alternatives"] = [{"chosen": list(o.ids), "total": _number(o.total)} for o in others]
        return said
    clash = found.contradiction
    head, limits_said, changes_said, together = sentences(clash, candidates, limits)
    words = [say(m.msgid, **m.params) for m in (head, *limits_said)]
    return {
        "chosen": [],
        "total": 0,
        "contradiction": {
            "message": " ".join(words),
            "limits": [one.kind for one in clash.limits],
            "changes": [
                {"change": one.kind, "amount": one.amount, "says": say(m.msgid, **m.params)}
                for one, m in zip(clash.changes, changes_said, strict=True)
            ],
            "together": [say(m.msgid, **m.params) for m in together],
        },
    }


def _number(total: Decimal) -> int | float:
    return int(total) if total == total.to_integral_value() else float(total)
