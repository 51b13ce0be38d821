"""Finding the header of a summary table on a sheet, and telling whose layout it is (P19)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from campaign.cases.summary_cells import folded
from campaign.programmes.profiles import Column, Profile
from campaign.regions import Region, gazetteer
from campaign.tables import Grid

# Title, unit, date and notes above a header never took more rows than this in the tables seen.
DEEPEST_HEADER_ROW = 40
MOST_HEADER_ROWS = 3
FEWEST_FIELDS = 3
SHORTEST_PART = 2
LONGEST_HEADING = 40

# A layout is told by its own words: nearly all of one and clearly fewer of the other.
OWN_WORDS = 0.8
CLEARLY_MORE = 0.2

REMARK_IN_HEADING = re.compile(r"[(（][^()（）]*[)）]|[*＊]")
TABLE_TITLE = re.compile(r"汇总表|典型创新案例|推荐表")

# Columns that people add to any layout; a province's own columns go before these.
ADDED_COLUMNS = (
    Column(
        field="region",
        title="推荐地区",
        title_en="Region",
        kind="region",
        required=False,
        aliases=("地区", "所在地区", "地市", "所在地市", "市州", "所属地市"),
    ),
)


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header stands (`top` to `bottom`, rows from 1), which column holds which field."""

    top: int
    bottom: int
    places: Mapping[int, Column]
    unknown: tuple[tuple[int, str], ...]

    def place(self, field: str) -> int | None:
        """Give the column number of a field, from 1."""
        return next((number for number, column in self.places.items() if column.field == field), None)

    @property
    def fields(self) -> frozenset[str]:
        """The fields the table has."""
        return frozenset(column.field for column in self.places.values())


def known_columns(profile: Profile, others: Sequence[Profile]) -> tuple[Column, ...]:
    """Give the layout's own columns, then those of other layouts for fields it has none for, as optional."""
    own = profile.summary.columns if profile.summary else ()
    seen = {column.field for column in own}
    added: list[Column] = []
    foreign = (column for other in others if other.summary for column in other.summary.columns)
    for column in (*ADDED_COLUMNS, *foreign):
        if column.field not in seen:
            seen.add(column.field)
            added.append(
                Column(
                    column.field,
                    column.title,
                    column.title_en,
                    column.kind,
                    required=False,
                    aliases=column.aliases,
                )
            )
    return (*own, *added)


def find_header(grid: Grid, columns: Sequence[Column]) -> Header | None:
    """Find the rows that name the most fields; a header of several merged rows counts as one.

    Case and enterprise must be among them: without these no row can be told from a note.
    """
    names = {folded(name) for column in columns for name in (column.title, *column.aliases)}
    best: Header | None = None
    best_rank = (FEWEST_FIELDS - 1, 0)
    for top in range(1, min(grid.height, DEEPEST_HEADER_ROW) + 1):
        for depth in range(1, min(MOST_HEADER_ROWS, grid.height - top + 1) + 1):
            bottom = top + depth - 1
            if depth > 1 and not _continues_header(grid, bottom, names):
                break
            header = _read_header(grid, columns, top, bottom)
            # Of equal finds the one with fewest rows: a title above, a filled row below are no header.
            if (rank := (len(header.places), -depth)) > best_rank:
                best, best_rank = header, rank
    return best if best is not None and {"case", "enterprise"} <= best.fields else None


def _continues_header(grid: Grid, row: int, names: Collection[str]) -> bool:
    """Whether a row below a header row is part of it: it brings at least one heading of its own."""
    for number in range(1, grid.width + 1):
        merge = grid.merge_at(row, number)
        if (merge is None or merge.top == row) and folded(grid.text(row, number)) in names:
            return True
    return False


def _read_header(grid: Grid, columns: Sequence[Column], top: int, bottom: int) -> Header:
    places: dict[int, Column] = {}
    taken: set[str] = set()
    end = bottom
    headings = {}
    for number in range(1, grid.width + 1):
        parts = list(
            dict.fromkeys(text for row in range(top, bottom + 1) if (text := grid.text(row, number)))
        )
        headings[number] = parts
        merge = grid.merge_at(bottom, number)
        if merge is not None and parts and merge.top >= top:
            end = max(end, merge.bottom)
    # Whole names are given out before likenesses, so that 联系人 does not take the place of 联系人及职务.
    for exact in (True, False):
        for number, parts in headings.items():
            if number in places or not parts:
                continue
            column = _column_of(parts, [c for c in columns if c.field not in taken], exact=exact)
            if column is not None:
                places[number] = column
                taken.add(column.field)
    unknown = [(number, parts[-1]) for number, parts in headings.items() if parts and number not in places]
    return Header(top, end, dict(sorted(places.items())), tuple(unknown))


def _column_of(parts: Sequence[str], columns: Iterable[Column], *, exact: bool) -> Column | None:
    """Say which column a heading means: by its own row first, then by all its rows together."""
    if any(len(part) > LONGEST_HEADING for part in parts):
        return None
    words = [
        folded(REMARK_IN_HEADING.sub("", part)) or folded(part) for part in (*reversed(parts), "".join(parts))
    ]
    named = [(folded(name), column) for column in columns for name in (column.title, *column.aliases)]
    # The remark may itself be part of the name: 完成人员（团队）.
    whole = [folded(part) for part in parts]
    if exact:
        return next((column for word in (*words, *whole) for name, column in named if word == name), None)
    for word in words:
        inside = [(word.rfind(name) + len(name), len(name), column) for name, column in named if name in word]
        # In Chinese the word that says what it is comes last: 联系人电话 is a phone.
        usable = [entry for entry in inside if entry[1] >= SHORTEST_PART]
        if usable:
            return max(usable, key=lambda entry: entry[:2])[2]
    return None


def own_words(grid: Grid, header: Header, profile: Profile) -> float:
    """Give the share of a layout's columns that stand in the header under their very titles."""
    if profile.summary is None:
        return 0.0
    texts = {
        folded(grid.text(row, number))
        for row in range(header.top, header.bottom + 1)
        for number in range(1, grid.width + 1)
    }
    titles = [folded(column.title) for column in profile.summary.columns]
    return sum(title in texts for title in titles) / len(titles)


def texts_above(grid: Grid, row: int) -> list[str]:
    """All different texts above a row, in order: title, unit, date."""
    return list(dict.fromkeys(text for r in range(1, row) for text in grid.row(r) if text))


def province_in_title(texts: Iterable[str]) -> Region | None:
    """Find the province that the title of the table names."""
    for text in texts:
        if TABLE_TITLE.search(text) and (province := gazetteer().find_province(text)) is not None:
            return province
    return None


def foreign_layout(grid: Grid, header: Header, profile: Profile, others: Iterable[Profile]) -> Profile | None:
    """Find another programme whose very words the header uses, while this one's are mostly missing."""
    own = own_words(grid, header, profile)
    rated = [(own_words(grid, header, other), other) for other in others if other.summary]
    share, other = max(rated, key=lambda pair: pair[0], default=(0.0, None))
    return other if other is not None and share >= OWN_WORDS and share > own + CLEARLY_MORE else None
