"""Rows of a summary table set against one another and against what is already stored (P3, P5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Any

from campaign.cases.rules import case_key, enterprise_key
from campaign.cases.summary_rows import CaseRow, CellProblem
from campaign.messages import N_, Message
from campaign.programmes.profiles import Profile

ALIKE = 0.8

# The columns an import can set, by the name of the row's attribute.
COMPARED = (
    "team",
    "contact",
    "contact_post",
    "phones",
    "case_type",
    "enterprise_type",
    "region",
    "park_association",
    "enterprise_association",
    "lecture_candidate",
    "remark",
)

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ExistingCase:
    """A case already stored: its id and what an import could change, several phones joined by 、."""

    case_id: int
    values: Mapping[str, Any] = field(default_factory=dict)


def compare(
    rows: Sequence[CaseRow], profile: Profile, existing: Mapping[Key, ExistingCase]
) -> tuple[tuple[CaseRow, ...], tuple[CellProblem, ...]]:
    """Give the rows with their states, and problems that no single cell shows."""
    problems: list[CellProblem] = []
    first_rows: dict[Key, CaseRow] = {}
    stated: list[CaseRow] = []
    by_name: defaultdict[str, list[str]] = defaultdict(list)
    for name, firm in existing:
        by_name[name].append(firm)
    for row in rows:
        key = (case_key(row.case_name), enterprise_key(row.enterprise))
        if not all(key):
            stated.append(row)
            continue
        if key in first_rows:
            problems.append(_twice(row, first_rows[key]))
        first_rows.setdefault(key, row)
        done = _stated(row, existing.get(key))
        if done.state == "conflict":
            problems.append(_other_recommender(row, existing[key]))
        if key not in existing and any(_alike(key[1], firm) for firm in by_name[key[0]]):
            problems.append(_perhaps_the_same(row))
        stated.append(done)
    problems.extend(_per_enterprise(first_rows, profile))
    problems.extend(_numbering(rows))
    if rows and profile.quota and not any(row.region for row in rows):
        message = N_("The table does not say of which region it is; set the region at the cases afterwards.")
        problems.append(CellProblem("", None, "", "region", Message(message), "warning"))
    return tuple(stated), tuple(problems)


def _stated(row: CaseRow, stored: ExistingCase | None) -> CaseRow:
    if stored is None:
        return row
    region = stored.values.get("region")
    if row.region and region and row.region != region:
        return replace(row, state="conflict", changes=("region",))
    changes = tuple(name for name in COMPARED if _differs(getattr(row, name), stored.values.get(name)))
    return replace(row, state="changed" if changes else "unchanged", changes=changes)


def _differs(new: object, stored: object) -> bool:
    """Whether a cell says something else than what is stored; a blank cell says nothing."""
    if isinstance(new, tuple):
        new = "、".join(new)
    if isinstance(stored, tuple | list):
        stored = "、".join(stored)
    return new not in ("", None) and new != stored


def _alike(one: str, other: str) -> bool:
    return one != other and SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE


def _problem(row: CaseRow, msgid: str, severity: str, **params: object) -> CellProblem:
    message = Message(msgid, {"row": row.row_number, "case": row.case_name, **params})
    return CellProblem(row.case_cell, row.row_number, "", "case", message, severity, row.sheet)


def _twice(row: CaseRow, first: CaseRow) -> CellProblem:
    return _problem(
        row,
        N_("Row %(row)s: %(case)s of the same enterprise is in row %(first)s too. Delete one."),
        "error",
        first=first.row_number if first.sheet == row.sheet else f"{first.sheet}!{first.row_number}",
    )


def _other_recommender(row: CaseRow, stored: ExistingCase) -> CellProblem:
    return _problem(
        row,
        N_(
            "Row %(row)s: %(case)s is already recommended by %(stored)s, now by %(region)s. "
            "Only one may recommend a case; settle it and import again."
        ),
        "error",
        stored=stored.values.get("region"),
        region=row.region,
    )


def _perhaps_the_same(row: CaseRow) -> CellProblem:
    return _problem(
        row,
        N_("Row %(row)s: %(case)s of a similarly named enterprise is already there. Is it the same?"),
        "warning",
    )


def _per_enterprise(rows: Mapping[Key, CaseRow], profile: Profile) -> Iterable[CellProblem]:
    """Name each row by which an enterprise goes above its number of cases (P3)."""
    limit = profile.selection.cases_per_enterprise_max
    seen: defaultdict[str, int] = defaultdict(int)
    for (_, firm), row in rows.items():
        seen[firm] += 1
        if seen[firm] > limit:
            yield _problem(
                row,
                N_("Row %(row)s: this is case %(count)s of %(enterprise)s; at most %(limit)s may be sent."),
                "warning",
                count=seen[firm],
                enterprise=row.enterprise,
                limit=limit,
            )


def _numbering(rows: Iterable[CaseRow]) -> Iterable[CellProblem]:
    """Say where the running numbers jump or repeat: a row may have been lost in copying."""
    last: dict[str, int] = {}
    for row in rows:
        if row.number is None:
            continue
        before = last.get(row.sheet)
        # A new part of the table may begin again at 1.
        if before is not None and row.number not in (before + 1, 1):
            yield _problem(
                row,
                N_("Row %(row)s: the number is %(number)s after %(before)s. Is a row missing?"),
                "warning",
                number=row.number,
                before=before,
            )
        last[row.sheet] = row.number
