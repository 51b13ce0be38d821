"""A province's summary table (推荐汇总表, P19) as rows of cases, with every problem named by its cell.

Pure: grids and a profile in, rows and problems out. Nothing is guessed silently: what cannot be read is a
problem, an error where the row could not be stored rightly, a warning where it can and something is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from campaign.cases.summary_compare import ExistingCase, compare
from campaign.cases.summary_layout import (
    Header,
    find_header,
    foreign_layout,
    known_columns,
    province_in_title,
    texts_above,
)
from campaign.cases.summary_rows import CaseRow, CellProblem, RowReader
from campaign.messages import N_, Message
from campaign.programmes.profiles import Profile
from campaign.tables import Grid

__all__ = ["CaseRow", "CellProblem", "ExistingCase", "SummaryTable", "read_summary_table"]


@dataclass(frozen=True, slots=True)
class SummaryTable:
    """What a workbook holds: `header_row` and `sheet` of the first table, `layout` the profile it fits."""

    rows: tuple[CaseRow, ...]
    problems: tuple[CellProblem, ...]
    layout: str
    header_row: int | None = None
    sheet: str = ""
    sender: str | None = None
    region: str | None = None

    @property
    def errors(self) -> tuple[CellProblem, ...]:
        """Problems that stand in the way of importing."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def warnings(self) -> tuple[CellProblem, ...]:
        """Problems that may be put right later."""
        return tuple(problem for problem in self.problems if problem.severity == "warning")

    @property
    def importable(self) -> bool:
        """Whether there is something to import and no error: all or nothing."""
        return bool(self.rows) and not self.errors


@dataclass(slots=True)
class _Reading:
    """What is gathered while the sheets are gone through."""

    rows: list[CaseRow] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)
    first: tuple[Grid, Header, RowReader] | None = None

    def say(self, msgid: str, *, severity: str = "error", sheet: str = "", **params: object) -> None:
        self.problems.append(CellProblem("", None, "", "", Message(msgid, params), severity, sheet))


def read_summary_table(
    grids: Sequence[Grid],
    profile: Profile,
    *,
    file_name: str = "",
    others: Sequence[Profile] = (),
    existing: Mapping[tuple[str, str], ExistingCase] | None = None,
    default_region: str | None = None,
) -> SummaryTable:
    """Read all sheets of a workbook against a programme's layout.

    `others` are the programmes whose tables may be sent here by mistake; their columns are also understood
    where people have added them. `existing` maps (case key, enterprise key) to what is already stored, so
    that a repeated import says what is new, changed or unchanged. `default_region` holds for rows that
    name no region, nor does the sheet.
    """
    reading = _Reading()
    if profile.summary is None:
        reading.say(N_("The programme %(title)s has no summary table."), title=profile.title)
        return SummaryTable((), tuple(reading.problems), profile.key)
    columns = known_columns(profile, others)
    for grid in grids:
        header = find_header(grid, columns)
        if header is None:
            continue
        if _is_foreign(grid, header, profile, others, reading, file_name):
            return SummaryTable((), tuple(reading.problems), profile.key, header.top, grid.sheet)
        reader = RowReader(grid, header, profile, default_region)
        reading.first = reading.first or (grid, header, reader)
        _say_columns(reading, grid, header, profile)
        reading.rows.extend(reader.rows())
        reading.problems.extend(reader.problems)
    if reading.first is None:
        _say_no_table(reading, grids, profile, others, file_name)
        return SummaryTable((), tuple(reading.problems), profile.key)
    if not reading.rows:
        reading.say(
            N_("%(file)s has the header of a summary table but no filled row. Fill it in and send it again."),
            file=file_name,
        )
    rows, problems = compare(reading.rows, profile, existing or {})
    grid, header, reader = reading.first
    sheets = {problem.sheet for problem in (*reading.problems, *problems) if problem.sheet}
    found = [
        _placed(problem, several=len(sheets | {row.sheet for row in rows}) > 1)
        for problem in (*reading.problems, *problems)
    ]
    found.sort(key=lambda problem: (problem.sheet, problem.row_number or 0, problem.severity != "error"))
    return SummaryTable(rows, tuple(found), profile.key, header.top, grid.sheet, reader.sender, reader.region)


def _placed(problem: CellProblem, *, several: bool) -> CellProblem:
    """Name the sheet with the cell where a workbook has tables on several sheets."""
    if several and problem.cell and problem.sheet:
        return replace(problem, cell=f"{problem.sheet}!{problem.cell}")
    return problem


def _is_foreign(
    grid: Grid, header: Header, profile: Profile, others: Sequence[Profile], reading: _Reading, file_name: str
) -> bool:
    """Refuse another province's table: by its title, else by its headings, else by its regions."""
    named = province_in_title(texts_above(grid, header.top))
    foreign: str | None = None
    if named is not None:
        foreign = named.name if named.code != profile.province_code else None
    elif (other := foreign_layout(grid, header, profile, others)) is not None:
        foreign = other.province
    elif (province := RowReader(grid, header, profile, None).foreign_province()) is not None:
        foreign = province.name
    if foreign is None:
        return False
    reading.say(
        N_("%(file)s is a table of %(province)s, not of %(programme)s. Nothing was taken over."),
        sheet=grid.sheet,
        file=file_name,
        province=foreign,
        programme=profile.title,
    )
    return True


def _say_columns(reading: _Reading, grid: Grid, header: Header, profile: Profile) -> None:
    """Name columns the layout asks for and the table lacks, and those nobody knows."""
    for column in profile.summary.columns if profile.summary else ():
        if column.field not in header.fields and column.field != "number":
            reading.problems.append(
                CellProblem(
                    "",
                    None,
                    column.title,
                    column.field,
                    Message(
                        N_("The column %(column)s is missing; it can be filled in later at the case."),
                        {"column": column.title},
                    ),
                    "warning",
                    grid.sheet,
                )
            )
    for number, heading in header.unknown:
        reading.problems.append(
            CellProblem(
                grid.address(header.bottom, number),
                None,
                heading,
                "",
                Message(N_("The column %(column)s is not known and is left out."), {"column": heading}),
                "warning",
                grid.sheet,
            )
        )


def _say_no_table(
    reading: _Reading, grids: Sequence[Grid], profile: Profile, others: Sequence[Profile], file_name: str
) -> None:
    """Say why no table was found: nothing there, another province's, or no header."""
    if not any(text for grid in grids for row in range(1, grid.height + 1) for text in grid.row(row)):
        reading.say(
            N_("%(file)s holds nothing. Fill in the summary table and send it again."), file=file_name
        )
        return
    for grid in grids:
        for other in others:
            header = find_header(grid, other.summary.columns) if other.summary else None
            if header is not None and _is_foreign(grid, header, profile, [other], reading, file_name):
                return
    titles = "、".join(column.title for column in profile.summary.columns) if profile.summary else ""
    reading.say(
        N_("No header of a summary table was found in %(file)s. It must name the columns %(columns)s."),
        file=file_name,
        columns=titles,
    )
